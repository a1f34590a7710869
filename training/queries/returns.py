"""Reads of training: returns as a council or an organisation sees them, coverage against target, gaps.

"Not returned" is the absence of a return that was expected; nil and unknown are returns (rule 10 of the
product).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from prevent_portal.tenancy.models import Council
from training.compliance_ratio import ComplianceRatio
from training.enums import PeriodKind, Reported, ReturnState
from training.models import Course, ExpectedReturn, ReturnGrant, ReturnReview, Target, TrainingReturn
from training.periods import Period, last_ended_quarter, quarter_of, quarters, quarters_up_to

WINDOW = 4
"""How many quarters coverage shows unless told."""

_QUARTERLY = (PeriodKind.QUARTER, PeriodKind.SNAPSHOT)
Key = tuple[UUID, UUID, bool]
"""Organisation, course, and whether it is about the council's staff only."""


@dataclass(frozen=True)
class ReturnLine:
    """One return, the latest version that the reader sees."""

    id: UUID
    organisation_id: UUID
    organisation: str
    organisation_kind: str
    course_id: UUID
    course: str
    for_council: bool
    scope: str
    period: Period
    reported: Reported
    eligible: int | None
    compliant: int | None
    sessions: int | None
    version: int
    submitted_at: datetime
    target: Decimal | None
    state: ReturnState = ReturnState.SUBMITTED
    comment: str = ""

    @property
    def key(self) -> Key:
        return (self.organisation_id, self.course_id, self.for_council)

    @property
    def ratio(self) -> ComplianceRatio | None:
        """The share, or None where there is none: nil and unknown."""
        if self.reported != Reported.FIGURES or self.compliant is None or not self.eligible:
            return None
        return ComplianceRatio(self.compliant, self.eligible)

    @property
    def printed(self) -> str:
        """The percentage as printed, or the words for none."""
        if self.ratio is not None:
            return self.ratio.printed(self.target)
        return "Nil" if self.reported == Reported.NIL else "Unknown"

    @property
    def against(self) -> str:
        """How it stands against its target, in words."""
        if self.ratio is not None:
            return self.ratio.against(self.target)
        return "No staff in scope" if self.reported == Reported.NIL else "The organisation does not know"

    @property
    def is_below(self) -> bool:
        return self.ratio is not None and self.target is not None and not self.ratio.meets(self.target)


@dataclass(frozen=True)
class CoverageCell:
    """One quarter of a line of coverage: the return, or that there is none and whether one was expected."""

    period: Period
    line: ReturnLine | None
    is_expected: bool
    due_on: date | None = None

    @property
    def is_missing(self) -> bool:
        return self.line is None and self.is_expected


@dataclass(frozen=True)
class CoverageGroup:
    """One organisation, course and group of staff over the quarters of the window, earliest first."""

    organisation_id: UUID
    organisation: str
    course_id: UUID
    course: str
    for_council: bool
    scope: str
    target: Decimal | None
    cells: Sequence[CoverageCell]

    @property
    def lines(self) -> list[ReturnLine]:
        return [cell.line for cell in self.cells if cell.line is not None]

    @property
    def missing(self) -> list[CoverageCell]:
        return [cell for cell in self.cells if cell.is_missing]

    @property
    def quarters_below(self) -> int:
        """How many returned quarters in a row, counted back from the latest, are below target."""
        count = 0
        for line in reversed(self.lines):
            if not line.is_below:
                break
            count += 1
        return count


@dataclass(frozen=True)
class Coverage:
    """Coverage of a council over some quarters, and the returns of other periods beside it."""

    periods: Sequence[Period]
    groups: Sequence[CoverageGroup] = field(default_factory=list)
    other_periods: Sequence[ReturnLine] = field(default_factory=list)

    @property
    def courses(self) -> list[str]:
        return sorted({group.course for group in self.groups})

    @property
    def measured(self) -> list[ReturnLine]:
        """Returns of the last quarter that can meet or miss a target; nil and unknown do neither."""
        lines = (group.cells[-1].line for group in self.groups)
        return [
            line for line in lines if line is not None and line.ratio is not None and line.target is not None
        ]

    @property
    def missing(self) -> list[tuple[CoverageGroup, CoverageCell]]:
        return [(group, cell) for group in self.groups for cell in group.missing]


@dataclass(frozen=True)
class MissingReturn:
    """A return that was expected for a quarter that is over, and has not come."""

    council_id: int
    organisation_id: UUID
    organisation: str
    course: str
    for_council: bool
    period: Period
    due_on: date


class TargetTable:
    """Every target, to look them up without a query."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._by_key: dict[tuple[UUID, str], list[Target]] = {}
        for target in sorted(targets, key=lambda each: each.starts_on):
            self._by_key.setdefault((target.course_id, target.organisation_kind), []).append(target)

    def on(self, course_id: UUID, organisation_kind: str, day: date) -> Decimal | None:
        """The target in force on a day, if any."""
        found = [
            target
            for target in self._by_key.get((course_id, organisation_kind), ())
            if target.starts_on <= day
        ]
        return found[-1].per_cent if found else None


def target_table() -> TargetTable:
    """Read the targets: a short national list."""
    return TargetTable(Target.objects.all())


def courses() -> list[Course]:
    """The list of courses by name."""
    return list(Course.objects.all())


def course_named(slug: str) -> Course | None:
    return Course.objects.filter(slug=slug).first()


# What a council sees ---------------------------------------------------------------------------------


def council_returns(council: Council) -> QuerySet[TrainingReturn]:
    return _returns_to([council.pk])


def _returns_to(council_ids: Sequence[int]) -> QuerySet[TrainingReturn]:
    return TrainingReturn.objects.filter(council__in=council_ids)


def shared_returns(council: Council) -> QuerySet[TrainingReturn]:
    """Trust-wide returns that were submitted while they were shared with the council.

    A return that two grants cover comes twice; readers keep one.
    """
    return _returns_shared_with([council.pk])


def _returns_shared_with(council_ids: Sequence[int]) -> QuerySet[TrainingReturn]:
    grants = "organisation__return_grants__"
    return (
        TrainingReturn.objects.filter(council__isnull=True)
        .annotate(submitted_on=TruncDate("submitted_at"))
        .filter(
            Q(**{f"{grants}ends_on__isnull": True}) | Q(**{f"{grants}ends_on__gte": F("submitted_on")}),
            **{f"{grants}council__in": council_ids, f"{grants}starts_on__lte": F("submitted_on")},
        )
    )


def returns_seen_by(
    council: Council,
    *,
    earliest: date | None = None,
    latest: date | None = None,
    as_at: date | None = None,
    targets: TargetTable | None = None,
) -> list[ReturnLine]:
    """The latest version of each return that the council sees: its own and those shared with it.

    Args:
        earliest, latest: only periods that end within these days.
        as_at: as it stood at the end of that day: later versions and later returns do not count.
    """
    window: dict[str, object] = {}
    if earliest is not None:
        window["period_to__gte"] = earliest
    if latest is not None:
        window["period_to__lte"] = latest
    if as_at is not None:
        window["submitted_at__lt"] = _after(as_at)
    rows = [
        row
        for source in (council_returns(council), shared_returns(council))
        for row in source.filter(**window).select_related("organisation", "course").order_by()
    ]
    reviews = ReturnReview.objects.filter(
        council=council, **{f"training_return__{name}": value for name, value in window.items()}
    )
    if as_at is not None:
        reviews = reviews.filter(reviewed_at__lt=_after(as_at))
    by_return = {review.training_return_id: review for review in reviews.order_by("reviewed_at", "pk")}
    return _latest(rows, targets or target_table(), by_return)


def latest_period_end(council: Council) -> date | None:
    """The last day of the latest quarter that the council has a return for."""
    ends = [
        source.filter(period_kind__in=_QUARTERLY).aggregate(latest=Max("period_to"))["latest"]
        for source in (council_returns(council), shared_returns(council))
    ]
    return max((end for end in ends if end is not None), default=None)


def coverage(
    council: Council,
    *,
    end: date,
    as_at: date | None = None,
    window: int = WINDOW,
    targets: TargetTable | None = None,
) -> Coverage:
    """Coverage over the quarters up to the one that ends on or holds a day.

    A quarter without a return is there as missing where one was expected; returns of other periods (months,
    from a day to a day) that overlap the window are listed apart.
    """
    targets = targets or target_table()
    last = quarter_of(end, PeriodKind.SNAPSHOT)
    periods = quarters_up_to(last, window)
    expected = list(ExpectedReturn.objects.filter(council=council).select_related("organisation", "course"))
    lines = returns_seen_by(
        council,
        earliest=periods[0].start,
        latest=last.end + timedelta(days=366),
        as_at=as_at,
        targets=targets,
    )
    found: dict[tuple[Key, date], ReturnLine] = {}
    heads: dict[Key, tuple[str, str, str, str]] = {}
    others: list[ReturnLine] = []
    for line in lines:
        if line.period.kind in _QUARTERLY and line.period.end <= last.end:
            found[line.key, line.period.end] = line
            heads[line.key] = (line.organisation, line.organisation_kind, line.course, line.scope)
        elif line.period.kind not in _QUARTERLY and line.period.start <= last.end:
            others.append(line)
    due: dict[tuple[Key, date], date] = {}
    for wanted in expected:
        key = (wanted.organisation_id, wanted.course_id, wanted.council_staff_only)
        for period in periods:
            if _is_expected(wanted, period):
                due[key, period.end] = period.end + timedelta(days=wanted.days_to_return)
                heads.setdefault(
                    key,
                    (
                        wanted.organisation.name,
                        wanted.organisation.kind,
                        wanted.course.name,
                        "Staff based in the area" if wanted.council_staff_only else "Whole organisation",
                    ),
                )
    groups = [
        CoverageGroup(
            organisation_id=key[0],
            organisation=organisation,
            course_id=key[1],
            course=course,
            for_council=key[2],
            scope=scope,
            target=targets.on(key[1], kind, last.end),
            cells=[
                CoverageCell(
                    found[key, period.end].period if (key, period.end) in found else period,
                    found.get((key, period.end)),
                    (key, period.end) in due,
                    due.get((key, period.end)),
                )
                for period in periods
            ],
        )
        for key, (organisation, kind, course, scope) in heads.items()
    ]
    groups.sort(key=lambda group: (group.course, group.organisation, group.scope))
    others.sort(key=lambda line: (line.course, line.organisation, line.period.end))
    return Coverage(periods, groups, others)


def missing_returns(council: Council, today: date) -> list[MissingReturn]:
    """Expected returns of quarters that are over and that the council has not got, earliest due first."""
    return missing_returns_by_council([council], today).get(council.pk, [])


def missing_returns_by_council(councils: Sequence[Council], today: date) -> dict[int, list[MissingReturn]]:
    """:func:`missing_returns` of many councils by their key: three statements, however many they are.

    Needs a scope in which all of them are visible.
    """
    ids = [council.pk for council in councils]
    expected = list(ExpectedReturn.objects.filter(council__in=ids).select_related("organisation", "course"))
    if not expected:
        return {}
    earliest = min(wanted.starts_on for wanted in expected)
    grants = "organisation__return_grants__council"
    have: dict[int, set[tuple[UUID, UUID, bool, date]]] = {}
    for source, owner in ((_returns_to(ids), F("council")), (_returns_shared_with(ids), F(grants))):
        rows = source.filter(period_to__gte=earliest, period_kind__in=_QUARTERLY).values_list(
            owner, "organisation_id", "course_id", "council_id", "period_to"
        )
        for council_id, organisation_id, course_id, for_council, period_to in rows:
            have.setdefault(council_id, set()).add(
                (organisation_id, course_id, for_council is not None, period_to)
            )
    return {
        council_id: _missing(
            [wanted for wanted in expected if wanted.council_id == council_id],
            have.get(council_id, set()),
            today,
        )
        for council_id in ids
    }


# What an organisation sees -----------------------------------------------------------------------------


def returns_of(
    council: Council, organisation_ids: Iterable[UUID], *, targets: TargetTable | None = None
) -> list[ReturnLine]:
    """The latest version of each return of some organisations: trust-wide and for this council."""
    rows = list(
        TrainingReturn.objects.filter(
            Q(council=council) | Q(council__isnull=True), organisation_id__in=set(organisation_ids)
        ).select_related("organisation", "course")
    )
    reviews = {
        review.training_return_id: review
        for review in ReturnReview.objects.filter(
            council=council, training_return__organisation_id__in=set(organisation_ids)
        ).order_by("reviewed_at", "pk")
    }
    lines = _latest(rows, targets or target_table(), reviews)
    return sorted(lines, key=lambda line: (line.organisation, line.course, line.scope, line.period))


def missing_returns_of(
    council: Council, organisation_ids: Iterable[UUID], today: date
) -> list[MissingReturn]:
    """What some organisations have still to send to a council, earliest due first."""
    return missing_returns_to({council.pk: set(organisation_ids)}, today)


def missing_returns_to(organisations: Mapping[int, Set[UUID]], today: date) -> list[MissingReturn]:
    """What some organisations have still to send, earliest due first: two statements.

    Args:
        organisations: ids of organisations by the key of the council that they send to.
    """
    ids = {organisation_id for every in organisations.values() for organisation_id in every}
    expected = [
        wanted
        for wanted in ExpectedReturn.objects.filter(
            council__in=list(organisations), organisation_id__in=ids
        ).select_related("organisation", "course")
        if wanted.organisation_id in organisations[wanted.council_id]
    ]
    if not expected:
        return []
    sent = [
        (council_id, (organisation_id, course_id, council_id is not None, period_to))
        for council_id, organisation_id, course_id, period_to in TrainingReturn.objects.filter(
            Q(council__in=list(organisations)) | Q(council__isnull=True),
            organisation_id__in=ids,
            period_kind__in=_QUARTERLY,
            is_current=True,
        ).values_list("council_id", "organisation_id", "course_id", "period_to")
    ]
    found = [
        missing
        for council_id in organisations
        for missing in _missing(
            [wanted for wanted in expected if wanted.council_id == council_id],
            {key for owner, key in sent if owner in (council_id, None)},
            today,
        )
    ]
    return sorted(found, key=lambda missing: (missing.due_on, missing.organisation, missing.course))


def grants_of(organisation_ids: Iterable[UUID]) -> list[ReturnGrant]:
    """With which councils some organisations share their trust-wide returns, and since when."""
    return list(
        ReturnGrant.objects.filter(organisation_id__in=set(organisation_ids))
        .select_related("organisation", "council")
        .order_by("organisation__name", "council__name", "starts_on")
    )


def versions_of(training_return: TrainingReturn) -> list[TrainingReturn]:
    """Every version that the reader sees of the same return, the latest first."""
    return list(
        TrainingReturn.objects.filter(
            council=training_return.council,
            organisation_id=training_return.organisation_id,
            course_id=training_return.course_id,
            period_from=training_return.period_from,
            period_to=training_return.period_to,
        )
        .select_related("submitted_by")
        .order_by("-version")
    )


def line_of(training_return: TrainingReturn, council: Council) -> ReturnLine:
    """One return as a line, with the council's latest review."""
    review = (
        ReturnReview.objects.filter(council=council, training_return=training_return)
        .order_by("reviewed_at", "pk")
        .last()
    )
    reviews = {training_return.pk: review} if review else {}
    return _latest([training_return], target_table(), reviews)[0]


def _latest(
    rows: Iterable[TrainingReturn], targets: TargetTable, reviews: dict[UUID, ReturnReview]
) -> list[ReturnLine]:
    """One line for each return, the highest version of those given."""
    newest: dict[tuple[object, ...], TrainingReturn] = {}
    for row in rows:
        key = (row.council_id, row.organisation_id, row.course_id, row.period_from, row.period_to)
        if key not in newest or newest[key].version < row.version:
            newest[key] = row
    return [_line(row, targets, reviews.get(row.pk)) for row in newest.values()]


def _line(row: TrainingReturn, targets: TargetTable, review: ReturnReview | None) -> ReturnLine:
    return ReturnLine(
        id=row.pk,
        organisation_id=row.organisation_id,
        organisation=row.organisation.name,
        organisation_kind=row.organisation.kind,
        course_id=row.course_id,
        course=row.course.name,
        for_council=row.council_id is not None,
        scope=row.scope,
        period=Period(row.period_to, row.period_from, PeriodKind(row.period_kind)),
        reported=Reported(row.reported),
        eligible=row.eligible,
        compliant=row.compliant,
        sessions=row.sessions,
        version=row.version,
        submitted_at=row.submitted_at,
        target=targets.on(row.course_id, row.organisation.kind, row.period_to),
        state=ReturnState(review.state) if review else ReturnState(row.state),
        comment=review.comment if review else "",
    )


def _missing(
    expected: Iterable[ExpectedReturn], have: set[tuple[UUID, UUID, bool, date]], today: date
) -> list[MissingReturn]:
    last = last_ended_quarter(today).end
    found = [
        MissingReturn(
            council_id=wanted.council_id,
            organisation_id=wanted.organisation_id,
            organisation=wanted.organisation.name,
            course=wanted.course.name,
            for_council=wanted.council_staff_only,
            period=period,
            due_on=period.end + timedelta(days=wanted.days_to_return),
        )
        for wanted in expected
        for period in quarters(wanted.starts_on, min(wanted.ends_on or last, last))
        if (wanted.organisation_id, wanted.course_id, wanted.council_staff_only, period.end) not in have
    ]
    return sorted(found, key=lambda missing: (missing.due_on, missing.organisation, missing.course))


def _is_expected(wanted: ExpectedReturn, period: Period) -> bool:
    return period.start >= wanted.starts_on and (wanted.ends_on is None or period.end <= wanted.ends_on)


def _after(day: date) -> datetime:
    """The first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone())
