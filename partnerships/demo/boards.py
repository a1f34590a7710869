"""The demo's boards: the structures of five reports, their seats, terms of reference and joint boards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from partnerships.enums import BoardKind, BoardLevel, BoardState, Cadence, SeatRole
from partnerships.models import Board, BoardParticipant, CouncilOrganisation, Meeting, Organisation, Seat
from partnerships.queries.boards import lines_of
from partnerships.services.boards import BoardDetails, add_board, place_joint_board, record_terms
from partnerships.services.joint_boards import answer_invitation, invite_council
from partnerships.services.seats import add_seat, appoint_holder
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

_JOINED_FROM = date(2015, 7, 1)
_AGREED_DAYS_AGO = 200


@dataclass(frozen=True)
class _Group:
    """A board as the demo has it. ``parents`` are boards of the same council that stand before it."""

    council: str
    name: str
    kind: BoardKind
    level: BoardLevel
    cadence: Cadence
    chair_title: str
    parents: tuple[str, ...] = ()
    meets_in_days: tuple[int, ...] = ()
    state: BoardState = BoardState.ACTIVE
    since: date | None = None
    purpose: str = ""
    quorum: int | None = None
    agreed_days_ago: int = _AGREED_DAYS_AGO


@dataclass(frozen=True)
class _Place:
    """A seat: of a council by slug or a linked organisation by a part of its name, and the post in it."""

    council: str
    board: str
    agency: str
    role: SeatRole
    post: str
    person: str = ""
    substitute: str = ""
    ends_in_days: int | None = None
    is_vacant: bool = False


_STRATEGIC, _OPERATIONAL, _TACTICAL = BoardLevel.STRATEGIC, BoardLevel.OPERATIONAL, BoardLevel.TACTICAL
_QUARTERLY = Cadence.QUARTERLY
_BOARDS = (
    # Barnet: a delivery group each quarter under the partnership board, and Channel each month.
    _Group(
        "barnet", "Safer Communities Partnership Board", BoardKind.COMMUNITY_SAFETY, _STRATEGIC, _QUARTERLY,
        "Lead member for community safety", meets_in_days=(33, 124), quorum=4,
        purpose="Agrees what the partnership does about crime and safety, and oversees the Prevent duty.",
    ),
    _Group(
        "barnet", "Barnet Prevent Delivery Group", BoardKind.DELIVERY_GROUP, _OPERATIONAL, _QUARTERLY,
        "Head of community safety", ("Safer Communities Partnership Board",), (12, 103), quorum=3,
        purpose="Carries out the multi-agency plan and looks at local risk, projects and performance.",
        agreed_days_ago=380,
    ),
    _Group(
        "barnet", "Barnet Channel Panel", BoardKind.CHANNEL_PANEL, _OPERATIONAL, Cadence.MONTHLY,
        "Head of safeguarding", ("Safer Communities Partnership Board",), quorum=3,
    ),
    # Southwark: one partnership that carries the duty, with the two safeguarding boards beside it.
    _Group(
        "southwark", "Safer Southwark Partnership", BoardKind.COMMUNITY_SAFETY, _STRATEGIC, _QUARTERLY,
        "Strategic director", meets_in_days=(26, 117), quorum=4,
    ),
    _Group(
        "southwark", "Safeguarding Children Board", BoardKind.SAFEGUARDING, _STRATEGIC, _QUARTERLY,
        "Independent chair",
    ),
    _Group(
        "southwark", "Safeguarding Adults Board", BoardKind.SAFEGUARDING, _STRATEGIC, _QUARTERLY,
        "Independent chair",
    ),
    # Wolverhampton: a board that is still to be set up.
    _Group(
        "wolverhampton", "Safer Wolverhampton Partnership", BoardKind.COMMUNITY_SAFETY, _STRATEGIC,
        _QUARTERLY, "Chair of the partnership",
    ),
    _Group(
        "wolverhampton", "CONTEST Board", BoardKind.PREVENT_BOARD, _STRATEGIC, _QUARTERLY,
        "Director of public health", ("Safer Wolverhampton Partnership",),
        state=BoardState.PLANNED,
        purpose="Is to oversee all four parts of the national strategy in the city.",
    ),
    # Buckinghamshire: a board twice a year and a network each quarter look at one plan.
    _Group(
        "buckinghamshire", "Safer Stronger Bucks Partnership Board", BoardKind.PARTNERSHIP_BOARD, _STRATEGIC,
        Cadence.SIX_MONTHLY, "Cabinet member for community safety", meets_in_days=(54, 145),
        since=date(2015, 7, 1), quorum=5,
        purpose="Oversees the duty and Channel across the county.",
    ),
    _Group(
        "buckinghamshire", "Corporate Management Team", BoardKind.MANAGEMENT, _STRATEGIC, Cadence.MONTHLY,
        "Chief executive",
        purpose="Looks every six months at the council's own plan.",
    ),
    _Group(
        "buckinghamshire", "Prevent Network", BoardKind.NETWORK, _OPERATIONAL, _QUARTERLY,
        "Community safety manager", ("Safer Stronger Bucks Partnership Board",), (40, 131),
        since=date(2014, 11, 1),
        purpose="Shares practice, looks at new risks and keeps the county's plan up to date.",
    ),
    _Group(
        "buckinghamshire", "District Community Safety Partnerships", BoardKind.COMMUNITY_SAFETY,
        _OPERATIONAL, _QUARTERLY, "Lead officer of each partnership", ("Prevent Network",),
    ),
    _Group(
        "wycombe", "Wycombe Prevent Board", BoardKind.PREVENT_BOARD, _STRATEGIC, _QUARTERLY,
        "Chief executive", meets_in_days=(22, 113),
        purpose="Oversees the district's own delivery plan.",
    ),
    # Leicestershire: two lines lead up to the county's board; the steering group is city and county jointly.
    _Group(
        "leicestershire", "Safer Communities Strategy Board", BoardKind.PARTNERSHIP_BOARD, _STRATEGIC,
        _QUARTERLY, "Lead member for safer communities", quorum=6,
    ),
    _Group(
        "leicestershire", "Prevent Steering Group", BoardKind.STEERING_GROUP, _STRATEGIC, _QUARTERLY,
        "Chief operating officer, Leicester City", ("Safer Communities Strategy Board",), (15, 106),
        quorum=4,
        purpose="Steers the work of the city and the county together.",
    ),
    _Group(
        "leicestershire", "Anti-social Behaviour Strategy Group", BoardKind.STEERING_GROUP, _TACTICAL,
        _QUARTERLY, "Head of youth justice and safer communities", ("Safer Communities Strategy Board",),
    ),
    _Group(
        "leicestershire", "District Community Safety Partnerships", BoardKind.COMMUNITY_SAFETY,
        _OPERATIONAL, _QUARTERLY, "Lead officer of each partnership",
        ("Prevent Steering Group", "Anti-social Behaviour Strategy Group"),
    ),
    _Group(
        "leicester", "Safer Leicester Partnership", BoardKind.COMMUNITY_SAFETY, _STRATEGIC, _QUARTERLY,
        "Deputy city mayor",
    ),
    _Group(
        "charnwood", "Charnwood Community Safety Partnership", BoardKind.COMMUNITY_SAFETY, _STRATEGIC,
        _QUARTERLY, "Director of community services", meets_in_days=(29, 120),
    ),
    _Group(
        "blaby", "Blaby Community Safety Partnership", BoardKind.COMMUNITY_SAFETY, _STRATEGIC, _QUARTERLY,
        "Group manager, communities", meets_in_days=(36, 127),
    ),
)  # fmt: skip

_CHAIR, _DEPUTY, _MEMBER = SeatRole.CHAIR, SeatRole.DEPUTY, SeatRole.MEMBER
_BARNET_GROUP, _BARNET_BOARD = "Barnet Prevent Delivery Group", "Safer Communities Partnership Board"
_BUCKS_BOARD, _STEERING = "Safer Stronger Bucks Partnership Board", "Prevent Steering Group"
_PLACES = (
    _Place("barnet", _BARNET_GROUP, "barnet", _CHAIR, "Head of community safety",
           substitute="Community safety manager"),
    _Place("barnet", _BARNET_GROUP, "barnet", SeatRole.SECRETARY, "Prevent coordinator",
           person="coordinator@barnet.example"),
    _Place("barnet", _BARNET_GROUP, "Royal Free", _MEMBER, "Head of safeguarding", ends_in_days=21),
    _Place("barnet", _BARNET_GROUP, "Central London", _MEMBER, "Named nurse",
           substitute="Deputy named nurse"),
    _Place("barnet", _BARNET_GROUP, "Adults and Communities", _MEMBER, "Head of adult safeguarding",
           is_vacant=True),
    _Place("barnet", _BARNET_BOARD, "barnet", _CHAIR, "Lead member for community safety"),
    _Place("barnet", _BARNET_BOARD, "Royal Free", _MEMBER, "Chief nurse"),
    _Place("barnet", _BARNET_BOARD, "Children and Family", _MEMBER, "Director of children's services"),
    _Place("southwark", "Safer Southwark Partnership", "southwark", _CHAIR, "Strategic director"),
    _Place("southwark", "Safer Southwark Partnership", "South London", _MEMBER, "Prevent lead of the trust"),
    _Place("buckinghamshire", _BUCKS_BOARD, "buckinghamshire", _CHAIR, "Cabinet member for community safety"),
    _Place("buckinghamshire", _BUCKS_BOARD, "wycombe", _MEMBER, "Head of community"),
    _Place("buckinghamshire", _BUCKS_BOARD, "Buckinghamshire Healthcare", _MEMBER, "Chief nurse"),
    _Place("buckinghamshire", _BUCKS_BOARD, "Oxford Health", _MEMBER, "Director of nursing", is_vacant=True),
    _Place("buckinghamshire", "Prevent Network", "buckinghamshire", _CHAIR, "Community safety manager",
           person="coordinator@buckinghamshire.example"),
    _Place("buckinghamshire", "Prevent Network", "Oxford Health", _MEMBER, "Prevent lead of the trust"),
    _Place("wycombe", "Wycombe Prevent Board", "wycombe", _CHAIR, "Chief executive"),
    _Place("wycombe", "Wycombe Prevent Board", "buckinghamshire", _MEMBER, "Community safety manager"),
    _Place("leicestershire", _STEERING, "leicester", _CHAIR, "Chief operating officer"),
    _Place("leicestershire", _STEERING, "leicestershire", _DEPUTY, "Head of safer communities"),
    _Place("leicestershire", _STEERING, "leicestershire", SeatRole.SECRETARY, "Prevent coordinator",
           person="coordinator@leicestershire.example"),
    _Place("leicestershire", "Anti-social Behaviour Strategy Group", "leicestershire", _MEMBER,
           "Prevent coordinator", person="coordinator@leicestershire.example"),
    _Place("leicestershire", _STEERING, "Leicestershire Partnership", _MEMBER, "Head of safeguarding"),
    *(
        _Place("leicestershire", _STEERING, district, _MEMBER, "Community safety lead",
               is_vacant=district == "melton")
        for district in ("blaby", "charnwood", "harborough", "hinckley-and-bosworth", "melton",
                         "north-west-leicestershire", "oadby-and-wigston")
    ),
)  # fmt: skip

_JOINT = (
    ("leicestershire", _STEERING, "leicester", True),
    ("leicestershire", _STEERING, "charnwood", True),
    ("leicestershire", _STEERING, "blaby", True),
    ("wycombe", "Wycombe Prevent Board", "buckinghamshire", True),
    ("buckinghamshire", "Prevent Network", "wycombe", False),
)
"""Host, board, the council that is invited, and whether it has answered."""
_PLACED = (
    ("leicester", _STEERING, "Safer Leicester Partnership"),
    ("buckinghamshire", "Wycombe Prevent Board", _BUCKS_BOARD),
)
"""Where participants place another council's joint board in their own picture."""


def load_boards(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the boards, their seats and terms of reference, the joint ones, and the meetings planned."""
    for slug, council in councils.items():
        with service_scope(council=council):
            for group in (each for each in _BOARDS if each.council == slug):
                _meet(_board(council, group, people), group)
    for host, name, invited, has_answered in _JOINT:
        if host in councils and invited in councils:
            _join(councils[host], name, councils[invited], has_answered=has_answered)
    for slug, name, parent in _PLACED:
        if slug in councils:
            _place(councils[slug], name, parent)
    known = {
        council.slug: council for council in Council.objects.filter(slug__in={p.agency for p in _PLACES})
    }
    for place in _PLACES:
        if place.council in councils:
            with service_scope(council=councils[place.council]):
                _seat(councils[place.council], place, known, people)


def _board(council: Council, group: _Group, people: Mapping[str, User]) -> Board:
    found = Board.objects.filter(council=council, name=group.name).first()
    if found is not None:
        return found
    today = timezone.localdate()
    parents = Board.objects.filter(council=council, name__in=group.parents).values_list("pk", flat=True)
    board = add_board(
        council=council,
        details=BoardDetails(
            name=group.name,
            kind=group.kind,
            level=group.level,
            state=group.state,
            purpose=group.purpose,
            cadence=group.cadence,
            chair_title=group.chair_title,
            quorum=group.quorum,
            lead_officer=people.get(f"coordinator@{group.council}.example"),
            starts_on=group.since,
            set_up_by=today + timedelta(days=60) if group.state == BoardState.PLANNED else None,
        ),
        reports_to=list(parents),
        by=None,
    )
    if group.state == BoardState.ACTIVE:
        agreed_on = today - timedelta(days=group.agreed_days_ago)
        record_terms(
            board=board,
            agreed_on=agreed_on,
            review_on=agreed_on + timedelta(days=365),
            summary="Purpose, membership by agency, quorum and how decisions are taken.",
            by=None,
        )
    return board


def _meet(board: Board, group: _Group) -> None:
    today = timezone.localdate()
    if Meeting.objects.filter(council=board.council, board=board, held_on__gte=today).exists():
        return
    for days in group.meets_in_days:
        day = _working_day(today + timedelta(days=days))
        Meeting.objects.create(
            council=board.council,
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


def _join(host: Council, name: str, invited: Council, *, has_answered: bool) -> None:
    with service_scope(council=host):
        board = Board.objects.get(council=host, name=name)
        if BoardParticipant.objects.filter(board=board, participant=invited).exists():
            return
        starts_on = _JOINED_FROM if has_answered else timezone.localdate()
        participation = invite_council(board=board, council=invited, starts_on=starts_on, by=None)
    if has_answered:
        with service_scope(council=invited):
            answer_invitation(participation=participation, accept=True, by=None)


def _place(council: Council, name: str, parent: str) -> None:
    """A council's joint board under one of its own; done once."""
    with service_scope(council=council):
        board = Board.objects.filter(name=name).exclude(council=council).first()
        upper = Board.objects.filter(council=council, name=parent).first()
        if board is None or upper is None or (board.pk, upper.pk) in lines_of(council):
            return
        place_joint_board(board=board, council=council, reports_to=[upper.pk], by=None)


def _seat(council: Council, place: _Place, known: Mapping[str, Council], people: Mapping[str, User]) -> None:
    board = Board.objects.get(council=council, name=place.board)
    agency = known.get(place.agency)
    organisation = None if agency is not None else _linked(council, place.agency)
    if agency is None and organisation is None:
        return
    there = Seat.objects.filter(
        council=council, board=board, agency=agency, organisation=organisation, role=place.role
    )
    if there.exists():
        return
    today = timezone.localdate()
    seat = add_seat(
        board=board,
        agency=agency,
        organisation=organisation,
        role=place.role,
        post=place.post,
        starts_on=_JOINED_FROM,
        by=None,
    )
    if not place.is_vacant:
        appoint_holder(
            seat=seat,
            post=place.post,
            person=people.get(place.person),
            starts_on=today - timedelta(days=400),
            ends_on=today + timedelta(days=place.ends_in_days) if place.ends_in_days else None,
            by=None,
        )
    if place.substitute:
        appoint_holder(
            seat=seat,
            post=place.substitute,
            starts_on=today - timedelta(days=300),
            is_substitute=True,
            by=None,
        )


def _linked(council: Council, words: str) -> Organisation | None:
    link = (
        CouncilOrganisation.objects.filter(council=council, organisation__name__contains=words)
        .select_related("organisation")
        .order_by("organisation__name")
        .first()
    )
    return link.organisation if link else None
