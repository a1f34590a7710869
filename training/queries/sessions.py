"""Reads of sessions: the log, its totals, and what was delivered as at a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from partnerships.models import Organisation
from partnerships.queries import linked_organisations
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date, day_after
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.quarters import Quarter
from training.enums import FacilitatorState, SessionDated, SessionState
from training.models import Course, DeliveryPlan, Facilitator, SessionRecord, TrainingRequest, TrainingSession
from training.queries.courses import courses_of

BRIEFINGS = "briefings"
"""The choice of what is no course, in filters and totals."""


@dataclass(frozen=True)
class SessionTotals:
    """What was delivered. Sessions without a number stand apart and never count as 0 (rule 10)."""

    counted_sessions: int = 0
    attendees: int = 0
    unknown_sessions: int = 0

    @property
    def sessions(self) -> int:
        return self.counted_sessions + self.unknown_sessions

    @property
    def known(self) -> int | None:
        """Attendees of the sessions with a number; None where no session has one."""
        return self.attendees if self.counted_sessions else None

    @property
    def words(self) -> str:
        """Such as "206 attendees in 19 sessions; 1 session without a number"."""
        if not self.sessions:
            return "No session delivered"
        without = f"{counted(self.unknown_sessions, 'session', 'sessions')} without a number"
        if not self.counted_sessions:
            return without
        known = (
            f"{counted(self.attendees, 'attendee', 'attendees')} in "
            f"{counted(self.counted_sessions, 'session', 'sessions')}"
        )
        return f"{known}; {without}" if self.unknown_sessions else known


@dataclass(frozen=True)
class DeliveredLine:
    """One delivered line as a day knew it.

    Args:
        when: its day, or the days or the year that a log gives.
        organisations: whose people it was for, by name, and the host in words.
    """

    subject: str
    is_course: bool
    audience: str
    sessions: int
    attendees: int | None
    when: str = ""
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """A calendar year or a quarter to read the log by. A line belongs to it if it lies wholly within."""

    key: str
    label: str
    start: date
    end: date

    @property
    def inside(self) -> Q:
        return Q(starts_on__gte=self.start, ends_on__lte=self.end)

    @property
    def across(self) -> Q:
        """Lines of a longer period: nobody knows how many of their sessions were in this one."""
        return Q(starts_on__lte=self.end, ends_on__gte=self.start) & ~self.inside


def year_span(year: int) -> Span:
    """One calendar year."""
    return Span(str(year), f"Calendar year {year}", date(year, 1, 1), date(year, 12, 31))


def quarter_span(quarter: Quarter) -> Span:
    """One quarter of a financial year."""
    return Span(f"{quarter.year}q{quarter.number}", quarter.words, quarter.start, quarter.end)


def spans(council: Council, today: date) -> list[Span]:
    """Every calendar year and quarter that the council's log reaches, the latest first."""
    found = TrainingSession.objects.filter(council=council).aggregate(
        first=Min("starts_on"), last=Max("ends_on")
    )
    first, last = found["first"] or today, max(found["last"] or today, today)
    years = [year_span(year) for year in range(last.year, first.year - 1, -1)]
    quarters, quarter = [], Quarter.of(last)
    while quarter.end >= first:
        quarters.append(quarter_span(quarter))
        quarter = quarter.previous
    return years + quarters


def sessions_of(council: Council) -> QuerySet[TrainingSession]:
    """The log, the latest first, with all that a list prints."""
    return (
        TrainingSession.objects.filter(council=council)
        .select_related("course", "facilitator", "plan")
        .prefetch_related("for_organisations__organisation")
        .order_by("-ends_on", "-starts_on", "-pk")
    )


def filtered_sessions(
    council: Council,
    *,
    span: Span | None = None,
    subject: str = "",
    state: str = "",
    audience: str = "",
) -> QuerySet[TrainingSession]:
    """The log narrowed down.

    Args:
        subject: a course's slug, or :data:`BRIEFINGS`.
        audience: words in the audience, the host, or the name of an organisation.
    """
    rows = sessions_of(council)
    if span is not None:
        rows = rows.filter(span.inside)
    if subject == BRIEFINGS:
        rows = rows.filter(course__isnull=True)
    elif subject:
        rows = rows.filter(course__slug=subject)
    if state:
        rows = rows.filter(state=state)
    if audience:
        rows = rows.filter(
            Q(audience__icontains=audience)
            | Q(host__icontains=audience)
            | Q(
                pk__in=TrainingSession.objects.filter(
                    council=council, for_organisations__organisation__name__icontains=audience
                ).values("pk")
            )
        )
    return rows


def sessions_between(council: Council, first: date, last: date) -> QuerySet[TrainingSession]:
    """Sessions between two days that were not cancelled, the earliest first, with whom they are for."""
    return (
        TrainingSession.objects.filter(council=council, starts_on__gte=first, ends_on__lte=last)
        .exclude(state=SessionState.CANCELLED)
        .prefetch_related("for_organisations")
        .order_by("starts_on", "ends_on", "created_at", "pk")
    )


def totals_by_subject(rows: QuerySet[TrainingSession]) -> list[tuple[str, SessionTotals]]:
    """Totals of the delivered lines, each course and each briefing apart: a briefing is no WRAP session."""
    delivered = rows.filter(state=SessionState.DELIVERED).values_list(
        "course__name", "title", "sessions", "attendees"
    )
    return _totals(
        DeliveredLine(course or title, course is not None, "", sessions, attendees)
        for course, title, sessions, attendees in delivered
    )


def longer_words(council: Council, span: Span) -> str:
    """How many delivered sessions are logged for a longer period than the one shown."""
    found = TrainingSession.objects.filter(span.across, council=council, state=SessionState.DELIVERED)
    sessions = found.aggregate(total=Sum("sessions"))["total"] or 0
    if not sessions:
        return ""
    verb = "is" if sessions == 1 else "are"
    return (
        f"{counted(sessions, 'session', 'sessions')} {verb} logged for a longer period that this one is part "
        f"of, and {verb} not counted here."
    )


def delivered_as_at(council: Council, span: Span, as_at: date) -> list[DeliveredLine]:
    """What was recorded as delivered within a period, as it stood at the end of a day: two statements."""
    latest = _records_by(council, as_at).order_by("-recorded_at", "-pk")
    rows = (
        TrainingSession.objects.filter(span.inside, council=council)
        .annotate(
            record_id=Subquery(latest.values("pk")[:1]),
            known_sessions=Subquery(latest.values("sessions")[:1]),
            known_attendees=Subquery(latest.values("attendees")[:1]),
        )
        .filter(record_id__isnull=False)
        .select_related("course")
        .prefetch_related("for_organisations__organisation")
        .order_by("starts_on", "ends_on", "course__name", "title", "audience", "pk")
    )
    return [
        DeliveredLine(
            subject=subject_words(row),
            is_course=row.course_id is not None,
            audience=row.audience,
            sessions=row.known_sessions,
            attendees=row.known_attendees,
            when=when_words(row),
            organisations=tuple(for_words(row)),
        )
        for row in rows
    ]


def unrecorded_as_at(council: Council, span: Span, as_at: date) -> list[str]:
    """Sessions of a period whose day had passed and of which nothing was recorded by then: one statement."""
    rows = (
        TrainingSession.objects.filter(span.inside, council=council, ends_on__lt=as_at)
        .exclude(state=SessionState.CANCELLED)
        .exclude(Exists(_records_by(council, as_at)))
        .select_related("course")
        .order_by("starts_on", "ends_on", "course__name", "title", "audience", "pk")
    )
    return [f"{subject_words(row)}, {row.audience}, {when_words(row)}" for row in rows]


def _records_by(council: Council, as_at: date) -> QuerySet[SessionRecord]:
    """What was recorded of a session up to the end of a day, within a query of sessions."""
    return SessionRecord.objects.filter(
        council=council, session=OuterRef("pk"), recorded_at__lt=day_after(as_at)
    )


def totals_of(lines: Iterable[DeliveredLine]) -> list[tuple[str, SessionTotals]]:
    """Totals of delivered lines by course and briefing; courses come first, by name."""
    return _totals(lines)


def _totals(lines: Iterable[DeliveredLine]) -> list[tuple[str, SessionTotals]]:
    found: dict[tuple[bool, str], SessionTotals] = {}
    for line in lines:
        key = (not line.is_course, line.subject)
        known = line.attendees is not None
        before = found.get(key, SessionTotals())
        found[key] = SessionTotals(
            before.counted_sessions + (line.sessions if known else 0),
            before.attendees + (line.attendees or 0),
            before.unknown_sessions + (0 if known else line.sessions),
        )
    return [(name, found[order, name]) for order, name in sorted(found)]


def records_of(session: TrainingSession) -> list[SessionRecord]:
    """What was recorded of a session, newest first."""
    return list(
        SessionRecord.objects.filter(council=session.council_id, session=session)
        .select_related("recorded_by")
        .order_by("-recorded_at", "-pk")
    )


def courses(council: Council) -> QuerySet[Course]:
    """Courses to choose from, historic ones included: a log of 2018 speaks of them."""
    return courses_of(council).order_by("is_historic", "name")


def courses_in_log(council: Council) -> list[Course]:
    """Courses that the council's log speaks of."""
    return list(
        Course.objects.filter(
            pk__in=TrainingSession.objects.filter(council=council, course__isnull=False).values("course")
        ).order_by("name")
    )


def organisations(council: Council) -> list[Organisation]:
    """Organisations that the council has linked, by name."""
    return sorted(linked_organisations(council).values(), key=lambda each: each.name)


def possible_facilitators(council: Council, present: Facilitator | None = None) -> QuerySet[Facilitator]:
    """Facilitators who have not lapsed, and whoever is named now."""
    kept = ~Q(state=FacilitatorState.LAPSED)
    if present is not None:
        kept |= Q(pk=present.pk)
    return Facilitator.objects.filter(kept, council=council).order_by("name", "pk")


def possible_plans(council: Council, present: DeliveryPlan | None = None) -> QuerySet[DeliveryPlan]:
    """Delivery plans that run, and the one that is named now."""
    kept = Q(ended_on__isnull=True)
    if present is not None:
        kept |= Q(pk=present.pk)
    return (
        DeliveryPlan.objects.filter(kept, council=council)
        .select_related("course", "organisation")
        .order_by("due_on", "pk")
    )


def sessions_to_come(council: Council) -> QuerySet[TrainingSession]:
    """Planned and booked sessions, the next first."""
    return (
        TrainingSession.objects.filter(council=council, state__in=[SessionState.PLANNED, SessionState.BOOKED])
        .select_related("course")
        .order_by("starts_on", "pk")
    )


def sessions_to_record(councils: Iterable[int], today: date) -> QuerySet[TrainingSession]:
    """Sessions of these councils whose day has passed and that nobody has recorded. One query."""
    return (
        TrainingSession.objects.filter(
            council__in=list(councils),
            state__in=[SessionState.PLANNED, SessionState.BOOKED],
            ends_on__lt=today,
        )
        .select_related("course")
        .order_by("ends_on", "pk")
    )


def requests_of(session: TrainingSession) -> list[TrainingRequest]:
    """Requests that the session answers."""
    return list(
        TrainingRequest.objects.filter(council=session.council_id, session=session)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )


def subject_words(session: TrainingSession) -> str:
    """The course's name or the briefing's title."""
    return session.course.name if session.course is not None else session.title


def when_words(session: TrainingSession) -> str:
    """12 March 2019, from a day to a day, or 2018 where a log gives no days."""
    if session.dated == SessionDated.YEAR:
        return str(session.starts_on.year)
    if session.starts_on == session.ends_on:
        return british_date(session.starts_on)
    return f"{british_date(session.starts_on)} to {british_date(session.ends_on)}"


def for_words(session: TrainingSession) -> list[str]:
    """Whose people it is for: organisations by name, and the host in words."""
    names = sorted(each.organisation.name for each in session.for_organisations.all())
    return [*names, *([session.host] if session.host else [])]


def trainer_words(session: TrainingSession) -> str:
    """The facilitator or the post."""
    return session.facilitator.name if session.facilitator is not None else session.trainer


def attendees_words(session: TrainingSession) -> str:
    """The number, "Unknown" where it was delivered and nobody knows, nothing before (rule 10)."""
    if session.attendees is not None:
        return number(session.attendees)
    return "Unknown" if session.state == SessionState.DELIVERED else ""


def organisation_ids(session: TrainingSession) -> list[UUID]:
    return [each.organisation_id for each in session.for_organisations.all()]
