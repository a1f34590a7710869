"""What the partnership offers to reports: meetings with attendance, grants with claims, and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from partnerships.enums import (
    AttendanceState,
    BoardKind,
    BoardState,
    Cadence,
    ClaimState,
    ClaimStepKind,
    MeetingState,
)
from partnerships.models import (
    Attendance,
    Board,
    Claim,
    ClaimLine,
    ClaimStep,
    Grant,
    GrantHead,
    Meeting,
    PartnershipEvent,
    Seat,
)
from partnerships.queries.grants import ZERO, period_words
from partnerships.queries.meeting_seats import THERE, key_of
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number, pounds
from prevent_portal.web.report_blocks import Block, Column

NOT_RECORDED = "Not recorded"
WITHIN_A_QUARTER = (Cadence.MONTHLY, Cadence.BI_MONTHLY, Cadence.QUARTERLY)
"""Cadences by which a board meets once in every quarter at least."""

CLAIMED = (ClaimState.SUBMITTED, ClaimState.PAID)


# Meetings -----------------------------------------------------------------------------------------------


@dataclass
class _Represented:
    """One agency on one board over a period: how often it was recorded how, and how often not at all."""

    name: str
    states: Counter[str] = field(default_factory=Counter)
    unrecorded: int = 0

    @property
    def cells(self) -> list[str]:
        recorded = [self.states[state] for state in AttendanceState]
        return [number(count) for count in (sum(recorded) + self.unrecorded, *recorded, self.unrecorded)]


def meetings_attendance(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The meetings of the council's own boards in a period, and attendance by agency: four queries.

    An agency with a seat of which nothing is recorded was not absent: that is said apart (rule 10). A Channel
    panel is left out: when and how often it meets is not for the public, and Channel has a block of its own.
    """
    meetings = list(
        Meeting.objects.filter(council=council, held_on__range=(period_start, period_end))
        .exclude(board__kind=BoardKind.CHANNEL_PANEL)
        .select_related("board")
        .defer("minutes")
        .order_by("board__name", "held_on", "pk")
    )
    recorded: dict[UUID, dict[str, Attendance]] = {}
    for row in Attendance.objects.filter(council=council, meeting__in=meetings).select_related(
        "organisation", "agency"
    ):
        recorded.setdefault(row.meeting_id, {})[key_of(row.organisation_id, row.agency_id)] = row
    seats = list(
        Seat.objects.filter(
            council=council, board__in={meeting.board_id for meeting in meetings}
        ).select_related("organisation", "agency")
    )
    between = f"{british_date(period_start)} to {british_date(period_end)}"
    missing = _gaps_of_meetings(meetings, recorded, as_at)
    missing += [
        f"{name}: no meeting recorded, {between}"
        for name in _boards_without(council, meetings, period_start, period_end, as_at)
    ]
    source = "Meetings and attendance as the boards recorded them"
    blocks = [
        Block(
            key="meetings_attendance-meetings",
            title=f"Meetings of boards, {between}",
            columns=[
                Column("Board"),
                Column("Date"),
                Column("Meeting"),
                Column("Agencies there", numeric=True),
                Column("Quorum"),
            ],
            rows=[_meeting_row(meeting, recorded.get(meeting.pk, {}), as_at) for meeting in meetings],
            source=source,
            as_at=as_at,
            missing=missing,
        )
    ]
    lines = [
        [meeting.board.name, each.name, *each.cells]
        for meeting in {meeting.board_id: meeting for meeting in meetings}.values()
        for each in _represented(
            [one for one in meetings if one.board_id == meeting.board_id],
            [seat for seat in seats if seat.board_id == meeting.board_id],
            recorded,
        )
    ]
    if lines:
        blocks.append(
            Block(
                key="meetings_attendance-agencies",
                title=f"Attendance by agency, {between}",
                columns=[
                    Column("Board"),
                    Column("Agency"),
                    Column("Meetings held", numeric=True),
                    *(Column(state.label, numeric=True) for state in AttendanceState),
                    Column(NOT_RECORDED, numeric=True),
                ],
                rows=lines,
                source=source,
                as_at=as_at,
                notes=["A substitute stands for its agency."],
            )
        )
    return blocks


def _meeting_row(meeting: Meeting, recorded: dict[str, Attendance], as_at: date) -> list[str]:
    state = MeetingState(meeting.state).label
    if meeting.state == MeetingState.PLANNED and meeting.held_on < as_at:
        state = NOT_RECORDED
    there, quorum = "", ""
    if meeting.state == MeetingState.HELD and not recorded:
        there = NOT_RECORDED
    elif meeting.state == MeetingState.HELD:
        came = sum(row.state in THERE for row in recorded.values())
        there, quorum = number(came), _quorum_words(came, meeting.quorum)
    return [meeting.board.name, british_date(meeting.held_on), state, there, quorum]


def _quorum_words(came: int, quorum: int | None) -> str:
    """How many agencies had to be there, as it stood when the meeting was held."""
    if quorum is None:
        return "None set"
    return f"{'Quorate' if came >= quorum else 'Not quorate'}: {number(quorum)} needed"


def _gaps_of_meetings(
    meetings: Iterable[Meeting], recorded: dict[UUID, dict[str, Attendance]], as_at: date
) -> list[str]:
    gaps = []
    for meeting in meetings:
        named = f"{meeting.board.name}, {british_date(meeting.held_on)}"
        if meeting.state == MeetingState.PLANNED and meeting.held_on < as_at:
            gaps.append(f"{named}: not recorded as held or cancelled")
        elif meeting.state == MeetingState.HELD and meeting.pk not in recorded:
            gaps.append(f"{named}: attendance not recorded")
    return gaps


def _boards_without(
    council: Council, meetings: Iterable[Meeting], period_start: date, period_end: date, as_at: date
) -> list[str]:
    """Boards that should have met in a quarter that is over and of which no meeting is recorded."""
    met = {meeting.board_id for meeting in meetings if meeting.state != MeetingState.CANCELLED}
    boards = Board.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=period_start),
        council=council,
        state=BoardState.ACTIVE,
        cadence__in=WITHIN_A_QUARTER,
    )
    boards = boards.exclude(kind=BoardKind.CHANNEL_PANEL).order_by("name")
    found = [board.name for board in boards if board.pk not in met]
    return found if period_end < as_at else []


def _represented(
    meetings: Iterable[Meeting], seats: Iterable[Seat], recorded: dict[UUID, dict[str, Attendance]]
) -> list[_Represented]:
    """Attendance of each agency at the meetings of a board that were held, by name."""
    found: dict[str, _Represented] = {}
    seats = list(seats)
    for meeting in meetings:
        if meeting.state != MeetingState.HELD:
            continue
        rows = recorded.get(meeting.pk, {})
        for key, row in rows.items():
            name = str(row.organisation or row.agency)
            found.setdefault(key, _Represented(name)).states[row.state] += 1
        seated = {
            key_of(seat.organisation_id, seat.agency_id): str(seat.organisation or seat.agency)
            for seat in seats
            if (seat.starts_on is None or seat.starts_on <= meeting.held_on)
            and (seat.ends_on is None or seat.ends_on >= meeting.held_on)
        }
        for key in seated.keys() - rows.keys():
            found.setdefault(key, _Represented(seated[key])).unrecorded += 1
    return [each for _, each in sorted(found.items(), key=lambda pair: (pair[1].name, pair[0]))]


# Grants -------------------------------------------------------------------------------------------------


def grant_claims(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The grants that run in a period by head, and their quarterly claims up to its end: five queries.

    A claim that was not submitted and a payment that has not come are no zeros (rule 10).
    """
    grants = list(
        Grant.objects.filter(council=council, starts_on__lte=period_end, ends_on__gte=period_start).order_by(
            "-starts_on", "title", "pk"
        )
    )
    if not grants:
        return []
    heads: dict[UUID, list[GrantHead]] = {grant.pk: [] for grant in grants}
    for head in GrantHead.objects.filter(council=council, grant__in=grants).order_by("position", "pk"):
        heads[head.grant_id].append(head)
    claims = list(
        Claim.objects.filter(council=council, grant__in=grants, period_to__lte=period_end)
        .select_related("grant")
        .order_by("-grant__starts_on", "grant__title", "grant", "period_to", "pk")
    )
    claimed_by_head: dict[UUID, Decimal] = {}
    claimed: dict[UUID, Decimal] = {}
    for claim_id, head_id, state, amount in (
        ClaimLine.objects.filter(council=council, claim__in=claims)
        .order_by()
        .values_list("claim", "head", "claim__state")
        .annotate(total=Sum("amount"))
    ):
        if state in CLAIMED:
            claimed_by_head[head_id] = claimed_by_head.get(head_id, ZERO) + amount
            claimed[claim_id] = claimed.get(claim_id, ZERO) + amount
    payments = {
        step.claim_id: step
        for step in ClaimStep.objects.filter(council=council, claim__in=claims, kind=ClaimStepKind.PAID)
    }
    paid: dict[UUID, list[ClaimStep]] = {}
    for claim in claims:
        if claim.pk in payments:
            paid.setdefault(claim.grant_id, []).append(payments[claim.pk])
    until = british_date(period_end)
    blocks = [
        Block(
            key="grant_claims-grants",
            title=f"Grants: allowable, claimed and paid up to {until}",
            columns=[
                Column("Grant"),
                Column("What for"),
                Column("Allowable", numeric=True),
                Column("Claimed", numeric=True),
                Column("Left", numeric=True),
                Column("Paid", numeric=True),
            ],
            rows=[
                row
                for grant in grants
                for row in _grant_rows(grant, heads[grant.pk], claimed_by_head, paid.get(grant.pk, []))
            ],
            source="Grants as the council recorded them",
            as_at=as_at,
            notes=[
                "Claimed counts claims that are with the funder or paid. Payments are not split by heading."
            ],
        )
    ]
    if claims:
        blocks.append(
            Block(
                key="grant_claims-claims",
                title=f"Quarterly claims up to {until}",
                columns=[
                    Column("Grant"),
                    Column("Quarter"),
                    Column("Due"),
                    Column("State"),
                    Column("Claimed", numeric=True),
                    Column("Paid", numeric=True),
                ],
                rows=[_claim_row(claim, claimed.get(claim.pk), payments.get(claim.pk)) for claim in claims],
                source="Claims as the council recorded them",
                as_at=as_at,
                missing=[_claim_gap(claim, as_at) for claim in claims if claim.state not in CLAIMED],
            )
        )
    return blocks


def _grant_rows(
    grant: Grant, heads: Iterable[GrantHead], claimed: dict[UUID, Decimal], payments: Iterable[ClaimStep]
) -> list[list[str]]:
    """A row for each head, and one for the whole grant with what was paid of it."""
    rows = [
        [
            grant.title,
            head.name,
            pounds(head.allowed),
            pounds(claimed.get(head.pk, ZERO)),
            pounds(head.allowed - claimed.get(head.pk, ZERO)),
            "",
        ]
        for head in heads
    ]
    total = sum((claimed.get(head.pk, ZERO) for head in heads), ZERO)
    paid = [step.amount for step in payments if step.amount is not None]
    return [
        *rows,
        [
            grant.title,
            f"All of it, from {grant.funder}",
            pounds(grant.awarded),
            pounds(total),
            pounds(grant.awarded - total),
            pounds(sum(paid, ZERO)) if paid else "Nothing paid yet",
        ],
    ]


def _claim_row(claim: Claim, claimed: Decimal | None, payment: ClaimStep | None) -> list[str]:
    with_funder = claim.state in CLAIMED
    return [
        claim.grant.title,
        period_words(claim),
        british_date(claim.due_on),
        ClaimState(claim.state).label,
        pounds(claimed) if with_funder else "Not submitted",
        pounds(payment.amount) if payment is not None else "Not paid yet",
    ]


def _claim_gap(claim: Claim, as_at: date) -> str:
    day = f"{'was' if claim.due_on < as_at else 'is'} due on {british_date(claim.due_on)}"
    queried = claim.state == ClaimState.QUERIED
    asked = "queried by the funder and not submitted again" if queried else "not submitted"
    return f"{claim.grant.title}, claim for {period_words(claim)}: {asked}, {day}"


# Events -------------------------------------------------------------------------------------------------


def events(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The events of a period with their attendance, and what their feedback ranged between: one query."""
    found = list(
        PartnershipEvent.objects.filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=as_at),
            council=council,
            past_of__isnull=True,
            starts_on__range=(period_start, period_end),
        ).order_by("starts_on", "title", "pk")
    )
    between = f"{british_date(period_start)} to {british_date(period_end)}"
    over = [event for event in found if event.starts_on is not None and event.starts_on <= as_at]
    missing = [f"{event.title}: attendance not recorded" for event in over if event.delegates is None]
    missing += [f"{event.title}: feedback not recorded" for event in over if not event.feedback.strip()]
    return [
        Block(
            key="events",
            title=f"Events, {between}",
            columns=[
                Column("Event"),
                Column("Date"),
                Column("Kind"),
                Column("Attendance", numeric=True),
                Column("Feedback"),
            ],
            rows=[_event_row(event, is_over=event in over) for event in found],
            source="Register of events",
            as_at=as_at,
            missing=missing if found else [f"No event is recorded, {between}"],
        )
    ]


def _event_row(event: PartnershipEvent, *, is_over: bool) -> list[str]:
    """A range of feedback stays a range: no average is made of it."""
    unknown = NOT_RECORDED if is_over else "To come"
    return [
        event.title,
        british_date(event.starts_on),
        event.get_kind_display(),
        unknown if event.delegates is None else number(event.delegates),
        event.feedback.strip() or unknown,
    ]
