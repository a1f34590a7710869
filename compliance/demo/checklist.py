"""Demo rounds of the duty checklist.

Southwark's states are those that can be read from its published table of 2016; the words are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from compliance.enums import AnswerState, TimescaleKind
from compliance.models import AnswerRevision, Assessment, Edition, EditionItem, ItemAnswer
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id

IN_PLACE, ONGOING, NOT_APPLICABLE = (
    TimescaleKind.IN_PLACE,
    TimescaleKind.ONGOING,
    TimescaleKind.NOT_APPLICABLE,
)


@dataclass(frozen=True)
class Reply:
    """One demo answer: status on the scale, words, and a timescale or a date."""

    status: str
    words: str
    when: TimescaleKind | date


SOUTHWARK: dict[str, Reply] = {
    "S-01": Reply("in_place", "Both safeguarding boards and the safety partnership do this.", IN_PLACE),
    "S-02": Reply("in_place", "The same bodies do this; see S-01.", IN_PLACE),
    "S-03": Reply(
        "in_progress", "A plan for talking with community groups is being drafted.", date(2016, 12, 16)
    ),
    "S-04": Reply("in_place", "The profile has arrived and the plan was written from it.", IN_PLACE),
    "S-05": Reply("in_place", "Schools, health and further partners are asked and answer well.", ONGOING),
    "S-06": Reply(
        "in_place", "The children's board wrote the duty into its procedures, online safety first.", IN_PLACE
    ),
    "S-07": Reply("planned", "Part of the action plan that Cabinet is asked to agree.", date(2017, 3, 31)),
    "S-08": Reply("in_place", "Advice reaches services through the director who leads on Prevent.", ONGOING),
    "S-09": Reply(
        "not_applicable",
        "Government does this. The council has nothing to put in place.",
        NOT_APPLICABLE,
    ),
    "S-10": Reply("in_progress", "The plan comes to Cabinet with this report.", date(2016, 9, 20)),
    "S-11": Reply(
        "in_progress",
        "Staff of schools and children's services come first; the plan settles who is next.",
        date(2017, 3, 31),
    ),
    "S-12": Reply("in_place", "Staff know the way to Channel and use it where needed.", IN_PLACE),
    "S-13": Reply("planned", "Halls and computers are in the action plan of September.", date(2016, 12, 16)),
    "S-14": Reply("planned", "A campaign for people who let rooms or give grants.", date(2016, 12, 16)),
    "S-15": Reply("in_place", "Lawyers were asked and the clause is in use.", IN_PLACE),
    "S-16": Reply("in_progress", "The post is being filled.", date(2016, 10, 31)),
    "S-17": Reply("in_place", "Co-ordinators of all London boroughs meet and share their plans.", ONGOING),
}
BARNET: dict[str, Reply] = {
    "S-01": Reply("in_place", "The delivery group reports to the safety partnership each quarter.", IN_PLACE),
    "S-02": Reply("in_place", "The group reads a one-page performance report at each meeting.", IN_PLACE),
    "S-03": Reply("in_progress", "A round table is held twice a year.", date(2019, 3, 31)),
    "S-04": Reply("in_place", "Received, chief officers briefed, plan renewed.", IN_PLACE),
    "S-05": Reply("in_progress", "Health and schools answer each quarter; housing does not yet.", ONGOING),
    "S-06": Reply("in_place", "Written into both safeguarding procedures.", IN_PLACE),
    "S-07": Reply("in_progress", "A list of out-of-school settings is being made.", date(2019, 6, 30)),
    "S-08": Reply("in_place", "Returns are made on time and advice is logged.", IN_PLACE),
    "S-09": Reply("not_applicable", "Nothing for the council to put in place.", NOT_APPLICABLE),
    "S-10": Reply("in_place", "The multi-agency plan is reviewed every quarter.", IN_PLACE),
    "S-11": Reply("in_progress", "Trusts report each quarter; see the training page.", ONGOING),
    "S-12": Reply("in_place", "One referral form and one address since last year.", IN_PLACE),
    "S-13": Reply("in_progress", "The policy for halls is being renewed.", date(2019, 3, 31)),
    "S-14": Reply("planned", "A check before grants are given is planned.", date(2019, 6, 30)),
    "S-15": Reply("in_place", "In the standard terms.", IN_PLACE),
    "S-16": Reply("in_place", "In post.", IN_PLACE),
}
ROUNDS: tuple[tuple[str, str, date, date, date, dict[str, Reply]], ...] = (
    ("southwark", "2016/17", date(2016, 4, 1), date(2017, 3, 31), date(2016, 9, 8), SOUTHWARK),
    ("barnet", "2018/19", date(2018, 4, 1), date(2019, 3, 31), date(2018, 12, 14), BARNET),
)


def load_checklist(council: Council, people: Mapping[str, User]) -> None:
    """Load a council's round; one that is there is left alone."""
    edition = Edition.objects.get(code="guidance-2015")
    for slug, period, start, end, answered_on, replies in ROUNDS:
        if (
            slug != council.slug
            or Assessment.objects.filter(council=council, edition=edition, period_start=start).exists()
        ):
            continue
        answer_round(
            council=council,
            edition=edition,
            by=people[f"coordinator@{slug}.example"],
            period=period,
            start=start,
            end=end,
            at=timezone.make_aware(datetime.combine(answered_on, time(11))),
            part="local_authority",
            replies=replies,
        )


def answer_round(
    *,
    council: Council,
    edition: Edition,
    by: User,
    period: str,
    start: date,
    end: date,
    at: datetime,
    part: str,
    replies: Mapping[str, Reply],
) -> Assessment:
    """A round of one part of an edition as it was answered on a day of its own time."""
    assessment = Assessment.objects.create(
        council=council,
        edition=edition,
        period=period,
        period_start=start,
        period_end=end,
        opened_at=at,
        opened_by=by,
        parts=[part],
    )
    for item in EditionItem.objects.filter(edition=edition, part=part).order_by("order"):
        _answer(assessment, item, replies.get(item.ref), by, at)
    return assessment


def _answer(assessment: Assessment, item: EditionItem, reply: Reply | None, by: User, at: datetime) -> None:
    if reply is None:
        ItemAnswer.objects.create(council=assessment.council, assessment=assessment, item=item, updated_at=at)
        return
    dated = isinstance(reply.when, date)
    given = {
        "status": reply.status,
        "response": reply.words,
        "timescale": TimescaleKind.DATE if dated else reply.when,
        "due_on": reply.when if dated else None,
    }
    answer = ItemAnswer.objects.create(
        council=assessment.council,
        assessment=assessment,
        item=item,
        state=AnswerState.DRAFT,
        version=2,
        updated_at=at,
        updated_by=by,
        **given,
    )
    AnswerRevision.objects.create(
        council=assessment.council, answer=answer, at=at, by=by, token=new_id(), **given
    )
