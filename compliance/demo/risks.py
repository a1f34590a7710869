"""Demo risks of Barnet and Southwark: invented themes, without a place, a group or a person.

Barnet's coordinator keeps the register; a member of its board is on the audience of one risk and has approved
its summary. In Southwark a summary still waits for a second person. Scores and dates are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from compliance.models import Action, Risk, RiskAssessment, RiskReader
from compliance.policies.risks import Declaration
from compliance.services.risk_audiences import add_reader, appoint_keeper
from compliance.services.risk_summaries import approve_summary, propose_summary
from compliance.services.risks import create_risk, link_action
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.tenancy.scope import council_scope

DECLARED = Declaration(no_intelligence=True)


@dataclass(frozen=True)
class Level:
    """An assessment so many days ago; the last one is made today."""

    days_ago: int
    likelihood: int
    impact: int
    direction: str
    note: str


@dataclass(frozen=True)
class DemoRisk:
    """One invented risk. Its last level is the present one."""

    theme: str
    description: str
    levels: tuple[Level, ...]
    sources: dict[str, int]
    review_in: int
    summary: str = ""
    action: int = 0


BARNET = (
    DemoRisk(
        "Harmful material online",
        "Young people meet violent material on ordinary platforms, mostly at home and at night. "
        "Schools notice it late, because filters on school devices do not reach home. Parents ask for"
        " advice more often than a year ago and often do not know where to turn.",
        (
            Level(420, 3, 4, "steady", "First assessment, from the yearly review of referrals."),
            Level(230, 4, 4, "rising", "Schools asked for advice twice as often as in the year before."),
            Level(
                40, 4, 4, "rising", "No change in what schools say; parents\u2019 evenings are booked out."
            ),
        ),
        {"ctlp": 75, "referrals": 40, "partners": 55},
        35,
        "Young people can meet violent material online. Schools and parents can get advice from the "
        "council, and evenings for parents run every term.",
        action=4,
    ),
    DemoRisk(
        "Mixed and unclear views",
        "Referrals more often describe a mixture of views than one set of ideas. Staff say that they "
        "are less sure when to ask for advice, and training was written for clearer pictures.",
        (
            Level(420, 2, 3, "steady", "First assessment."),
            Level(0, 3, 3, "rising", "More of the referrals describe mixed views than a year ago."),
        ),
        {"referrals": 40, "partners": 90},
        50,
        action=2,
    ),
    DemoRisk(
        "Speakers in hired rooms",
        "Rooms are hired at short notice by people whom nobody has checked. Few venues know the "
        "council\u2019s policy on hiring.",
        (
            Level(400, 3, 3, "steady", "First assessment."),
            Level(220, 2, 3, "falling", "Twelve venues took the policy on."),
            Level(0, 2, 2, "falling", "No venue reported a concern since."),
        ),
        {"partners": 45, "open_sources": 45},
        -5,
    ),
)
SOUTHWARK = (
    DemoRisk(
        "Young people out of school",
        "Young people who are not in school are seen by fewer adults who would notice a change. The "
        "services that do see them hold only short meetings with them.",
        (
            Level(300, 3, 4, "steady", "First assessment."),
            Level(0, 3, 4, "steady", "The picture has not changed."),
        ),
        {"ctlp": 60, "referrals": 30},
        60,
        "Young people who are out of school meet fewer adults who would notice a change. Youth workers are "
        "trained to ask for advice early.",
    ),
    DemoRisk(
        "Rumours after events elsewhere",
        "After an attack abroad rumours spread quickly, and residents of every background say that "
        "they feel less safe. Officers hear of it late.",
        (Level(0, 2, 3, "steady", "First assessment."),),
        {"open_sources": 120, "partners": 110},
        20,
    ),
)
OF = {"barnet": BARNET, "southwark": SOUTHWARK}


def load_risks(council: Council, people: Mapping[str, User]) -> None:
    """Load a council's register once. It is written by its people: no job and no service may."""
    coordinator = people.get(f"coordinator@{council.slug}.example")
    approver = people.get(f"board@{council.slug}.example")
    if council.slug not in OF or coordinator is None or _is_loaded(council, coordinator):
        return
    administrator = people.get(f"administrator@{council.slug}.example")
    if administrator is not None:
        with council_scope(user_id=administrator.pk, council=council):
            appoint_keeper(council=council, person=coordinator, by=administrator)
    for demo in OF[council.slug]:
        with council_scope(user_id=coordinator.pk, council=council):
            risk = _write(council, coordinator, demo)
        if demo.summary:
            _summarise(risk, demo, coordinator, approver)


def _summarise(risk: Risk, demo: DemoRisk, by: User, approver: User | None) -> None:
    with council_scope(user_id=by.pk, council=risk.council):
        summary = propose_summary(
            risk=risk, by=by, heading=demo.theme, text=demo.summary, declaration=DECLARED
        )
        if approver is not None:
            add_reader(council=risk.council, risk=risk, person=approver, ends_on=None, by=by)
    if approver is not None:
        with council_scope(user_id=approver.pk, council=risk.council):
            approve_summary(summary=summary, by=approver)


def _is_loaded(council: Council, coordinator: User) -> bool:
    with council_scope(user_id=coordinator.pk, council=council):
        return RiskReader.objects.filter(council=council, person=coordinator).exists()


def _write(council: Council, by: User, demo: DemoRisk) -> Risk:
    today = timezone.localdate()
    last = demo.levels[-1]
    risk = create_risk(
        council=council,
        by=by,
        theme=demo.theme,
        description=demo.description,
        likelihood=last.likelihood,
        impact=last.impact,
        direction=last.direction,
        owner=by,
        review_on=max(today, today + timedelta(days=demo.review_in)),
        sources={kind: today - timedelta(days=days) for kind, days in demo.sources.items()},
        note=last.note,
        declaration=DECLARED,
    )
    for level in demo.levels[:-1]:
        _assessed_before(risk, level, by, today)
    risk.review_on = today + timedelta(days=demo.review_in)  # one of them is overdue, to show it
    risk.save(update_fields=["review_on"])
    action = Action.objects.filter(council=council, number=demo.action).first() if demo.action else None
    if action is not None:
        link_action(risk=risk, action=action, by=by)
    return risk


def _assessed_before(risk: Risk, level: Level, by: User, today: date) -> None:
    RiskAssessment.objects.create(
        council=risk.council,
        risk=risk,
        likelihood=level.likelihood,
        impact=level.impact,
        direction=level.direction,
        assessed_on=today - timedelta(days=level.days_ago),
        note=level.note,
        by=by,
        token=new_id(),
    )
