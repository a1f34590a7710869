"""Reads of training: returns as a council or an organisation sees them, their targets, and gaps.

"Not returned" is the absence of a return that was expected; nil and unknown are returns (rule 10 of the
product).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Window
from django.db.models.functions import TruncDate

from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import day_after
from training.compliance_ratio import ComplianceRatio
from training.enums import PeriodKind, Reported, ReturnState
from training.models import Course, ExpectedReturn, ReturnGrant, ReturnReview, Target, TrainingReturn
from training.periods import Period, last_ended_quarter, quarters
from training.queries.deadlines import Deadlines, deadlines, with_deadlines

QUARTERLY = (PeriodKind.QUARTER, PeriodKind.SNAPSHOT)
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

    @cached_property
    def ratio(self) -> ComplianceRatio | None:
        """The share, or None where there is none: nil and unknown."""
        if self.reported != Reported.FIGURES or self.compliant is None or not self.eligible:
            return None
        return ComplianceRatio(self.compliant, self.eligible)

    @cached_property
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
    def stands(self) -> str:
        """Such as "84% in June 2018, 34 people short", of a return below a target that the sentence named."""
        short = self.ratio.short_words(self.target) if self.ratio and self.target else self.against
        return f"{self.printed} in {self.period.label}, {short}"

    @cached_property
    def is_below(self) -> bool:
        return self.ratio is not None and self.target is not None and not self.ratio.meets(self.target)


@dataclass(frozen=True)
class MissingReturn:
    """A return that was expected for a quarter that is over, and has not come."""

    council_id: int
    organisation_id: UUID
    organisation: str
    course_id: UUID
    course: str
    for_council: bool
    period: Period
    due_on: date


class TargetTable:
    """Every target that counts for a council, to look them up without a query.

    A council's own target goes before the national one while it lasts.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self._by_key: dict[tuple[UUID, str], list[Target]] = {}
        # The last that counts on a day is taken: the national ones first, each by its first day.
        for target in sorted(targets, key=lambda each: (each.council_id is not None, each.starts_on)):
            self._by_key.setdefault((target.course_id, target.organisation_kind), []).append(target)

    def on(self, course_id: UUID, organisation_kind: str, day: date) -> Decimal | None:
        """The target in force on a day, if any."""
        found = [
            target
            for target in self._by_key.get((course_id, organisation_kind), ())
            if target.starts_on <= day and (target.ends_on is None or day <= target.ends_on)
        ]
        return found[-1].per_cent if found else None


def returns_to_review(
    council_ids: Sequence[int], since: date
) -> tuple[QuerySet[TrainingReturn], QuerySet[TrainingReturn]]:
    """Returns that the councils have neither accepted nor queried, of periods that ended since a day.

    Two reads, the councils' own and those shared with them. Of each council and period one return stands for
    all: ``for_council`` says whose word is missing, ``waiting`` on how many, ``first_sent`` since when.
    """
    word = ReturnReview.objects.filter(council=OuterRef("for_council"), training_return=OuterRef("pk"))

    def without(rows: QuerySet[TrainingReturn], council: str) -> QuerySet[TrainingReturn]:
        alike = (council, "period_to", "period_from", "period_kind")
        group = [F(name) for name in alike]
        return (
            rows.filter(is_current=True, period_to__gte=since)
            .annotate(for_council=F(council))
            .filter(~Exists(word))
            .annotate(
                waiting=Window(Count("pk"), partition_by=group),
                first_sent=Window(Min("submitted_at"), partition_by=group),
            )
            .distinct(*alike)
        )

    return (
        without(_returns_to(council_ids), "council"),
        without(_returns_shared_with(council_ids), "organisation__return_grants__council"),
    )


def target_table(council: Council | None = None) -> TargetTable:
    """Read the targets, a short list: the national ones, and those that a council set for its own reading."""
    return TargetTable(Target.objects.filter(Q(council__isnull=True) | Q(council=council)))


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


def seen_by(council: Council) -> QuerySet[TrainingReturn]:
    """Every version that the council sees, its own and those shared with it, each once."""
    covered = ReturnGrant.objects.filter(
        council=council,
        organisation=OuterRef("organisation"),
        starts_on__lte=OuterRef("submitted_on"),
    ).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("submitted_on")))
    return TrainingReturn.objects.annotate(submitted_on=TruncDate("submitted_at")).filter(
        Q(council=council) | (Q(council__isnull=True) & Exists(covered))
    )


def returns_seen_by(
    council: Council,
    *,
    earliest: date | None = None,
    latest: date | None = None,
    as_at: date | None = None,
    targets: TargetTable | None = None,
    kinds: Iterable[PeriodKind] | None = None,
) -> list[ReturnLine]:
    """The latest version of each return that the council sees: its own and those shared with it.

    Three statements however many returns there are; the database picks the versions, and no model is built.

    Args:
        earliest, latest: only periods that end within these days.
        as_at: as it stood at the end of that day: later versions and later returns do not count.
        kinds: only periods of these kinds.
    """
    window = _window(earliest, latest, as_at, kinds)
    words = _words_of(council, window, as_at)
    targets = targets or target_table(council)
    return [
        _line_of_row(row, targets, words)
        for row in seen_by(council)
        .filter(**window)
        .order_by(*_SAME_RETURN, "-version")
        .distinct(*_SAME_RETURN)
        .values_list(*_COLUMNS)
    ]


@dataclass(frozen=True)
class ReportedReturns:
    """What a report may print, and what came and waits for the council's word.

    Args:
        accepted: of each return the latest version that the council had accepted.
        waiting: the latest version of each return, where that is later than any the council had accepted.
    """

    accepted: list[ReturnLine]
    waiting: list[ReturnLine]


def reported_returns(
    council: Council,
    *,
    earliest: date | None = None,
    latest: date | None = None,
    as_at: date | None = None,
    targets: TargetTable | None = None,
    kinds: Iterable[PeriodKind] | None = None,
) -> ReportedReturns:
    """The returns that the council had accepted at the end of a day, as the figures of a report.

    An acceptance counts from the moment it was given; a later query of the same version takes it back, and
    the version accepted before it stands again. Three statements, as :func:`returns_seen_by`, whose arguments
    it takes.
    """
    window = _window(earliest, latest, as_at, kinds)
    words = _words_of(council, window, as_at)
    targets = targets or target_table(council)
    rows = seen_by(council).filter(**window).order_by(*_SAME_RETURN, "-version").values_list(*_COLUMNS)
    found = ReportedReturns([], [])
    for _, versions in groupby(rows, key=_same_return):
        newest, *older = (_line_of_row(row, targets, words) for row in versions)
        if newest.state != ReturnState.ACCEPTED:
            found.waiting.append(newest)
        accepted = (line for line in (newest, *older) if line.state == ReturnState.ACCEPTED)
        found.accepted.extend(islice(accepted, 1))
    return found


def _window(
    earliest: date | None, latest: date | None, as_at: date | None, kinds: Iterable[PeriodKind] | None
) -> dict[str, object]:
    """The conditions on a return; those left out set none."""
    window: dict[str, object] = {}
    if earliest is not None:
        window["period_to__gte"] = earliest
    if latest is not None:
        window["period_to__lte"] = latest
    if as_at is not None:
        window["submitted_at__lt"] = day_after(as_at)
    if kinds is not None:
        window["period_kind__in"] = list(kinds)
    return window


def _words_of(
    council: Council, window: Mapping[str, object], as_at: date | None
) -> dict[UUID, tuple[ReturnState, str]]:
    """The council's latest word on each return within a window, at the end of a day."""
    reviews = ReturnReview.objects.filter(
        council=council, **{f"training_return__{name}": value for name, value in window.items()}
    )
    if as_at is not None:
        reviews = reviews.filter(reviewed_at__lt=day_after(as_at))
    return {
        return_id: (ReturnState(state), comment)
        for return_id, state, comment in reviews.order_by("reviewed_at", "pk").values_list(
            "training_return_id", "state", "comment"
        )
    }


_SAME_RETURN = ("council_id", "organisation_id", "course_id", "period_from", "period_to")
_COLUMNS = (
    "pk", "organisation_id", "organisation__name", "organisation__kind", "course_id", "course__name",
    "council_id", "scope", "period_to", "period_from", "period_kind", "reported", "eligible", "compliant",
    "sessions", "version", "submitted_at",
)  # fmt: skip
_same_return = itemgetter(*(_COLUMNS.index(name) for name in _SAME_RETURN))


def _line_of_row(
    row: tuple[Any, ...], targets: TargetTable, reviews: Mapping[UUID, tuple[ReturnState, str]]
) -> ReturnLine:
    (
        key, organisation_id, organisation, kind, course_id, course, council_id, scope, ends, starts,
        period_kind, reported, eligible, compliant, sessions, version, submitted_at,
    ) = row  # fmt: skip
    reviewed, comment = reviews.get(key) or (ReturnState.SUBMITTED, "")
    return ReturnLine(
        id=key,
        organisation_id=organisation_id,
        organisation=organisation,
        organisation_kind=kind,
        course_id=course_id,
        course=course,
        for_council=council_id is not None,
        scope=scope,
        period=Period(ends, starts, PeriodKind(period_kind)),
        reported=Reported(reported),
        eligible=eligible,
        compliant=compliant,
        sessions=sessions,
        version=version,
        submitted_at=submitted_at,
        target=targets.on(course_id, kind, ends),
        state=reviewed,
        comment=comment,
    )


def missing_returns(council: Council, today: date) -> list[MissingReturn]:
    """Expected returns of quarters that are over and that the council has not got, earliest due first."""
    return missing_returns_by_council([council], today).get(council.pk, [])


def missing_returns_by_council(councils: Sequence[Council], today: date) -> dict[int, list[MissingReturn]]:
    """:func:`missing_returns` of many councils by their key: five statements, however many they are.

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
        rows = source.filter(period_to__gte=earliest, period_kind__in=QUARTERLY).values_list(
            owner, "organisation_id", "course_id", "council_id", "period_to"
        )
        for council_id, organisation_id, course_id, for_council, period_to in rows:
            have.setdefault(council_id, set()).add(
                (organisation_id, course_id, for_council is not None, period_to)
            )
    known = deadlines(ids)
    return {
        council_id: _missing(
            [wanted for wanted in expected if wanted.council_id == council_id],
            have.get(council_id, set()),
            today,
            known,
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
    lines = _latest(rows, targets or target_table(council), reviews)
    return sorted(lines, key=lambda line: (line.organisation, line.course, line.scope, line.period))


@dataclass(frozen=True)
class OwnStanding:
    """Where some organisations stand: the newest line of each of their returns, and what is still to send."""

    newest: list[ReturnLine]
    missing: list[MissingReturn]


def standing_of(council: Council, organisation_ids: Iterable[UUID], today: date) -> OwnStanding:
    """The organisations beside their targets and what they have still to send: three statements.

    The council's words on the returns are not read: every line says that it was submitted.
    """
    ids = set(organisation_ids)
    targets = target_table(council)
    newest: dict[Key, ReturnLine] = {}
    have: set[tuple[UUID, UUID, bool, date]] = set()
    for row in (
        TrainingReturn.objects.filter(
            Q(council=council) | Q(council__isnull=True), organisation_id__in=ids, is_current=True
        )
        .order_by("period_to", "period_from")
        .values_list(*_COLUMNS)
    ):
        line = _line_of_row(row, targets, {})
        newest[line.key] = line
        if line.period.kind in QUARTERLY:
            have.add((*line.key, line.period.end))
    expected = with_deadlines(ExpectedReturn.objects.filter(council=council, organisation_id__in=ids))
    missing: list[MissingReturn] = []
    for wanted in expected.select_related("organisation", "course"):
        due = {
            date.fromisoformat(each["end"]): date.fromisoformat(each["due_on"])
            for each in wanted.deadlines  # type: ignore[attr-defined] # annotated
        }
        missing += _missing_of(wanted, have, today, due.get)
    return OwnStanding(
        newest=sorted(newest.values(), key=lambda line: (line.organisation, line.course, line.scope)),
        missing=sorted(missing, key=_earliest_due),
    )


def missing_returns_of(
    council: Council, organisation_ids: Iterable[UUID], today: date
) -> list[MissingReturn]:
    """What some organisations have still to send to a council, earliest due first."""
    return missing_returns_to({council.pk: set(organisation_ids)}, today)


def missing_returns_to(organisations: Mapping[int, Set[UUID]], today: date) -> list[MissingReturn]:
    """What some organisations have still to send, earliest due first: four statements.

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
            period_kind__in=QUARTERLY,
            is_current=True,
        ).values_list("council_id", "organisation_id", "course_id", "period_to")
    ]
    known = deadlines(list(organisations))
    found = [
        missing
        for council_id in organisations
        for missing in _missing(
            [wanted for wanted in expected if wanted.council_id == council_id],
            {key for owner, key in sent if owner in (council_id, None)},
            today,
            known,
        )
    ]
    return sorted(found, key=_earliest_due)


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
    return _latest([training_return], target_table(council), reviews)[0]


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
        state=ReturnState(review.state) if review else ReturnState.SUBMITTED,
        comment=review.comment if review else "",
    )


def _missing(
    expected: Iterable[ExpectedReturn],
    have: set[tuple[UUID, UUID, bool, date]],
    today: date,
    known: Deadlines,
) -> list[MissingReturn]:
    def due(wanted: ExpectedReturn) -> Callable[[date], date | None]:
        return partial(
            known.on, wanted.council_id, wanted.organisation_id, wanted.course_id, wanted.council_staff_only
        )

    found = [missing for wanted in expected for missing in _missing_of(wanted, have, today, due(wanted))]
    return sorted(found, key=_earliest_due)


def _missing_of(
    wanted: ExpectedReturn,
    have: set[tuple[UUID, UUID, bool, date]],
    today: date,
    due: Callable[[date], date | None],
) -> Iterator[MissingReturn]:
    """The quarters of one expected return that are over and have not come.

    Args:
        due: by when a round awaits the quarter that ends on a day; None where none does.
    """
    last = last_ended_quarter(today).end
    for period in quarters(wanted.starts_on, min(wanted.ends_on or last, last)):
        if (wanted.organisation_id, wanted.course_id, wanted.council_staff_only, period.end) in have:
            continue
        yield MissingReturn(
            council_id=wanted.council_id,
            organisation_id=wanted.organisation_id,
            organisation=wanted.organisation.name,
            course_id=wanted.course_id,
            course=wanted.course.name,
            for_council=wanted.council_staff_only,
            period=period,
            due_on=due(period.end) or period.end + timedelta(days=wanted.days_to_return),
        )


def _earliest_due(missing: MissingReturn) -> tuple[date, str, str]:
    return (missing.due_on, missing.organisation, missing.course)
