"""The demo's boards, groups and their next meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from partnerships.enums import BoardLevel, Cadence
from partnerships.models import Board, BoardParticipant, Meeting
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

_JOINED_FROM = date(2015, 7, 1)
_LEICESTER = "E06000016"


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


def load_boards(*, councils: Mapping[str, Council]) -> None:
    """Load the boards and the meetings planned for them."""
    for slug, council in councils.items():
        with service_scope(council=council):
            _meet(council, [group for group in _BOARDS if group.council == slug])
    _join_leicester(councils["leicestershire"])


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
            board=board, participant=city, defaults={"host": host, "starts_on": _JOINED_FROM}
        )
