"""The demo's organisations, boards and meetings. Names and codes of trusts are public facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from partnerships.enums import BoardLevel, Cadence, OrganisationKind
from partnerships.models import (
    Board,
    BoardParticipant,
    CouncilOrganisation,
    Meeting,
    Organisation,
    OrganisationCode,
    OrganisationUserPermission,
)
from partnerships.services.organisations import allow_submitter, link_organisation, name_leads
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

_LINKED_FROM = date(2015, 7, 1)
_LEICESTER = "E06000016"


@dataclass(frozen=True)
class _Body:
    code: str
    name: str
    kind: OrganisationKind
    councils: tuple[str, ...]
    ends_on: date | None = None
    successor: str = ""

    @property
    def scheme(self) -> str:
        return "ODS" if self.kind == OrganisationKind.NHS_TRUST else "Local"


_TRUST = OrganisationKind.NHS_TRUST
_BODIES = (
    _Body("G6V2S", "North London NHS Foundation Trust", _TRUST, ("barnet",)),
    _Body("RAL", "Royal Free London NHS Foundation Trust", _TRUST, ("barnet",)),
    _Body("RYX", "Central London Community Healthcare NHS Trust", _TRUST, ("barnet",)),
    _Body(
        "RRP",
        "Barnet, Enfield and Haringey Mental Health NHS Trust",
        _TRUST,
        ("barnet",),
        ends_on=date(2024, 10, 31),
        successor="G6V2S",
    ),
    _Body("RV5", "South London and Maudsley NHS Foundation Trust", _TRUST, ("southwark",)),
    _Body("RXQ", "Buckinghamshire Healthcare NHS Trust", _TRUST, ("buckinghamshire",)),
    _Body("RNU", "Oxford Health NHS Foundation Trust", _TRUST, ("buckinghamshire",)),
    _Body("RT5", "Leicestershire Partnership NHS Trust", _TRUST, ("leicestershire",)),
    _Body("RWE", "University Hospitals of Leicester NHS Trust", _TRUST, ("leicestershire",)),
    _Body("RL4", "The Royal Wolverhampton NHS Trust", _TRUST, ("wolverhampton",)),
    _Body(
        "BARNET-CFS",
        "Barnet Children and Family Services",
        OrganisationKind.COUNCIL_SERVICE,
        ("barnet",),
    ),
    _Body(
        "BARNET-AC",
        "Barnet Adults and Communities",
        OrganisationKind.COUNCIL_SERVICE,
        ("barnet",),
    ),
)
_SUBMITTERS = (
    ("submitter@royalfree.example", "RAL"),
    ("lead@royalfree.example", "RAL"),
    ("executive@royalfree.example", "RAL"),
    ("submitter@clch.example", "RYX"),
    ("lead@clch.example", "RYX"),
    ("executive@clch.example", "RYX"),
    ("lead@beh.example", "RRP"),
    ("executive@beh.example", "RRP"),
)
_LEADS = {
    "RAL": ("lead@royalfree.example", "executive@royalfree.example"),
    "RYX": ("lead@clch.example", "executive@clch.example"),
    "RRP": ("lead@beh.example", "executive@beh.example"),
}
"""Prevent lead and executive lead of Barnet's trusts: invented, and each with an account."""


@dataclass(frozen=True)
class _Group:
    council: str
    name: str
    level: BoardLevel
    cadence: Cadence
    chair_title: str
    parent: str = ""
    meets_in_days: tuple[int, ...] = ()


_STRATEGIC, _OPERATIONAL = BoardLevel.STRATEGIC, BoardLevel.OPERATIONAL
_BOARDS = (
    _Group(
        "barnet",
        "Safer Communities Partnership Board",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Lead member for community safety",
        meets_in_days=(33, 124),
    ),
    _Group(
        "barnet",
        "Barnet Prevent Delivery Group",
        _OPERATIONAL,
        Cadence.QUARTERLY,
        "Head of community safety",
        "Safer Communities Partnership Board",
        (12, 103),
    ),
    _Group(
        "southwark",
        "Safer Southwark Partnership",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Strategic director",
        meets_in_days=(26, 117),
    ),
    _Group(
        "wolverhampton",
        "CONTEST Board",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Director of public health",
        meets_in_days=(19, 110),
    ),
    _Group(
        "buckinghamshire",
        "Prevent Network",
        _OPERATIONAL,
        Cadence.QUARTERLY,
        "Community safety manager",
        meets_in_days=(40, 131),
    ),
    _Group(
        "leicestershire",
        "Prevent Steering Group",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Chief operating officer, Leicester City",
        meets_in_days=(15, 106),
    ),
    _Group(
        "leicestershire",
        "District Community Safety Partnerships",
        _OPERATIONAL,
        Cadence.QUARTERLY,
        "Lead officer of each partnership",
        "Prevent Steering Group",
    ),
    _Group(
        "buckinghamshire",
        "Safer Stronger Bucks Partnership Board",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Cabinet member for community safety",
        meets_in_days=(54, 145),
    ),
    _Group(
        "buckinghamshire",
        "Corporate Management Team",
        _STRATEGIC,
        Cadence.MONTHLY,
        "Chief executive",
    ),
    _Group(
        "buckinghamshire",
        "District Community Safety Partnerships",
        _OPERATIONAL,
        Cadence.QUARTERLY,
        "Lead officer of each partnership",
        "Prevent Network",
    ),
    _Group(
        "wycombe",
        "Wycombe Prevent Board",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Chief executive",
        meets_in_days=(22, 113),
    ),
    _Group(
        "charnwood",
        "Charnwood Community Safety Partnership",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Director of community services",
        meets_in_days=(29, 120),
    ),
    _Group(
        "blaby",
        "Blaby Community Safety Partnership",
        _STRATEGIC,
        Cadence.QUARTERLY,
        "Group manager, communities",
        meets_in_days=(36, 127),
    ),
)


def load(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the demo's partnership. Running it again changes nothing but the dates of meetings gone by."""
    organisations = {body.code: _organisation(body) for body in _BODIES}
    for body in _BODIES:
        _succeed(body, organisations)
    for slug, council in councils.items():
        with service_scope(council=council):
            _link(council, [organisations[body.code] for body in _BODIES if slug in body.councils])
            _meet(council, [group for group in _BOARDS if group.council == slug])
    with service_scope(council=councils["barnet"]):
        for email, code in _SUBMITTERS:
            person = people.get(email)
            held = OrganisationUserPermission.objects.filter(user=person, content_object=organisations[code])
            if person is not None and not held.exists():
                allow_submitter(
                    council=councils["barnet"], organisation=organisations[code], user=person, by=None
                )
        for code, (prevent, executive) in _LEADS.items():
            if prevent in people and executive in people:
                name_leads(
                    council=councils["barnet"],
                    organisation=organisations[code],
                    prevent_lead=people[prevent],
                    executive_lead=people[executive],
                    by=None,
                )
    _join_leicester(councils["leicestershire"])


def _organisation(body: _Body) -> Organisation:
    code = (
        OrganisationCode.objects.select_related("organisation")
        .filter(scheme=body.scheme, code=body.code)
        .first()
    )
    if code is not None:
        return code.organisation
    organisation = Organisation.objects.create(
        name=body.name,
        kind=body.kind,
        specified_authority=body.kind == OrganisationKind.NHS_TRUST,
        panel_partner=True,
        ends_on=body.ends_on,
    )
    OrganisationCode.objects.create(
        organisation=organisation, scheme=body.scheme, code=body.code, ends_on=body.ends_on
    )
    return organisation


def _succeed(body: _Body, organisations: Mapping[str, Organisation]) -> None:
    organisation = organisations[body.code]
    if body.successor and organisation.successor_id is None:
        organisation.successor = organisations[body.successor]
        organisation.save(update_fields=["successor"])


def _link(council: Council, organisations: list[Organisation]) -> None:
    linked = set(
        CouncilOrganisation.objects.filter(council=council).values_list("organisation_id", flat=True)
    )
    for organisation in organisations:
        if organisation.pk not in linked:
            link_organisation(
                council=council,
                organisation=organisation,
                by=None,
                starts_on=_LINKED_FROM,
                ends_on=organisation.ends_on,
            )


def _meet(council: Council, groups: list[_Group]) -> None:
    today = timezone.localdate()
    for group in groups:
        parent = Board.objects.filter(council=council, name=group.parent).first() if group.parent else None
        board, _ = Board.objects.get_or_create(
            council=council,
            name=group.name,
            defaults={
                "level": group.level,
                "cadence": group.cadence,
                "chair_title": group.chair_title,
                "parent": parent,
                "terms_reviewed_on": today - timedelta(days=200),
            },
        )
        if Meeting.objects.filter(council=council, board=board, held_on__gte=today).exists():
            continue
        for days in group.meets_in_days:
            day = _working_day(today + timedelta(days=days))
            Meeting.objects.create(
                council=council,
                board=board,
                held_on=day,
                papers_due_on=day - timedelta(days=7),
                place="Council offices",
            )


def _working_day(day: date) -> date:
    """The day itself, or the next on which an office is open."""
    while day.weekday() > 4 or (day.month, day.day) in {(12, 25), (12, 26), (1, 1)}:
        day += timedelta(days=1)
    return day


def _join_leicester(host: Council) -> None:
    """Make the county's steering group the joint board that the city takes part in."""
    city = Council.objects.filter(codes__code=_LEICESTER).first()
    if city is None:
        return
    with service_scope(council=host):
        board = Board.objects.get(council=host, name="Prevent Steering Group")
        BoardParticipant.objects.get_or_create(
            board=board, participant=city, defaults={"host": host, "starts_on": _LINKED_FROM}
        )
