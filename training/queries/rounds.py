"""Reads of rounds: what each awaited return stands at, who is to be reminded, what came late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from partnerships.access import reachable_leads
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.quarters import Quarter
from training.enums import Reported, ReturnState
from training.models import (
    ExpectedReturn,
    ReturnReminder,
    ReturnReview,
    ReviewAnswer,
    RoundExtension,
    RoundReturn,
    TrainingReturn,
    TrainingRound,
)
from training.queries.deadlines import Deadlines, deadlines
from training.queries.returns import Key, ReturnLine, council_returns, returns_seen_by, shared_returns


@dataclass(frozen=True)
class RoundLine:
    """One awaited return as it stands for the council. A draft is not told: it is the organisation's."""

    awaited: RoundReturn
    due_on: date
    line: ReturnLine | None
    is_late: bool
    is_answered: bool
    prevent_lead: User | None
    executive_lead: User | None
    reached: frozenset[int]
    """Keys of those of the two leads whom a reminder may go to today."""
    reminded_on: date | None

    @property
    def organisation(self) -> Organisation:
        return self.awaited.organisation

    @property
    def scope(self) -> str:
        return "Staff based in the area" if self.awaited.council_staff_only else "Whole organisation"

    @property
    def is_missing(self) -> bool:
        return self.line is None and self.awaited.is_awaited

    def is_overdue(self, today: date) -> bool:
        return self.is_missing and self.due_on < today

    def timeliness(self, today: date) -> str:
        """One word for page and file: Overdue while it has not come, Late once it has, else On time.

        Empty while its deadline is still to come, and where nothing is expected any more.
        """
        if self.line is not None:
            return "Late" if self.is_late else "On time"
        return "Overdue" if self.is_overdue(today) else ""

    def reaches(self, lead: User | None) -> bool:
        """Whether a reminder may go to one of the leads."""
        return lead is not None and lead.pk in self.reached

    @property
    def state(self) -> str:
        """How a page names where it stands: not returned, nil and unknown are three different things."""
        if self.line is None:
            return "Not returned" if self.awaited.is_awaited else "Not expected any more"
        if self.line.state == ReturnState.QUERIED and self.is_answered:
            return "Queried, answered"
        return self.line.state.label

    @property
    def says(self) -> str:
        """What was returned, in words."""
        if self.line is None:
            return ""
        if self.line.reported == Reported.FIGURES:
            return self.line.printed
        return "Nil" if self.line.reported == Reported.NIL else "Unknown"


@dataclass(frozen=True)
class RoundCounts:
    """How many returns of a round are in, accepted, queried and missing."""

    awaited: int
    returned: int
    accepted: int
    queried: int
    late: int

    @property
    def missing(self) -> int:
        return self.awaited - self.returned


def rounds_of(council: Council) -> QuerySet[TrainingRound]:
    """Rounds of the council, the latest quarter first, each with how many returns it awaits."""
    return (
        TrainingRound.objects.filter(council=council)
        .annotate(awaited=Count("returns", filter=Q(returns__is_awaited=True)))
        .order_by("-period_to")
    )


def round_lines(found: TrainingRound, council: Council) -> list[RoundLine]:
    """Every awaited return of a round, by organisation and course: the same statements for any number."""
    awaited = list(
        RoundReturn.objects.filter(council=council, round=found)
        .select_related("organisation", "course")
        .order_by("organisation__name", "course__name", "council_staff_only")
    )
    lines = {
        line.key: line
        for line in returns_seen_by(council, earliest=found.period_to, latest=found.period_to)
        if line.period.start == found.period_from
    }
    known = deadlines([council.pk])
    late = late_returns(council, ends=[found.period_to], known=known)
    answered = answered_returns(council, [line.id for line in lines.values()])
    leads = {
        link.organisation_id: link
        for link in CouncilOrganisation.objects.filter(
            council=council, organisation__in=[each.organisation_id for each in awaited]
        ).select_related("prevent_lead", "executive_lead")
    }
    reachable = reachable_leads(council, list(leads.values()))
    reminded: dict[UUID, date] = {
        reminder.organisation_id: reminder.sent_on
        for reminder in ReturnReminder.objects.filter(council=council, round=found).order_by("sent_on")
    }
    made = []
    for each in awaited:
        key = (each.organisation_id, each.course_id, each.council_staff_only)
        line, link = lines.get(key), leads.get(each.organisation_id)
        made.append(
            RoundLine(
                awaited=each,
                due_on=known.on(council.pk, *key, found.period_to) or each.due_on,
                line=line,
                is_late=(key, found.period_to) in late,
                is_answered=line is not None and line.id in answered,
                prevent_lead=link.prevent_lead if link else None,
                executive_lead=link.executive_lead if link else None,
                reached=frozenset(key for owner, key in reachable if owner == each.organisation_id),
                reminded_on=reminded.get(each.organisation_id),
            )
        )
    return made


def counts_of(lines: Iterable[RoundLine]) -> RoundCounts:
    """Count a round's lines; what is not expected any more and has not come is left out."""
    counted = [each for each in lines if each.awaited.is_awaited or each.line is not None]
    returned = [each.line for each in counted if each.line is not None]
    return RoundCounts(
        awaited=len(counted),
        returned=len(returned),
        accepted=sum(line.state == ReturnState.ACCEPTED for line in returned),
        queried=sum(line.state == ReturnState.QUERIED for line in returned),
        late=sum(each.is_late for each in counted),
    )


def late_returns(
    council: Council, *, ends: Sequence[date] | None = None, known: Deadlines | None = None
) -> set[tuple[Key, date]]:
    """Which returns first came after the deadline that was in force then, by key and last day of the quarter.

    A correction of a return that was on time is not late.

    Args:
        ends: only quarters that end on these days.
    """
    known = known or deadlines([council.pk])
    wanted = {(each[1], each[2], each[3], each[4]) for each in known.first if each[0] == council.pk}
    if ends is not None:
        wanted = {each for each in wanted if each[3] in ends}
    if not wanted:
        return set()
    first: dict[tuple[UUID, UUID, bool, date], datetime] = {}
    for source in (council_returns(council), shared_returns(council)):
        for organisation_id, course_id, owner, end, sent_at in (
            source.filter(period_to__in={each[3] for each in wanted})
            .order_by()
            .values_list("organisation_id", "course_id", "council_id", "period_to")
            .annotate(first_sent=Min("submitted_at"))
        ):
            first[organisation_id, course_id, owner is not None, end] = sent_at
    return {
        (key[:3], key[3])
        for key, sent_at in first.items()
        if key in wanted and known.is_late(council.pk, *key, sent_at=sent_at)
    }


def answered_returns(council: Council, return_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these returns the council queried last, and the organisation has answered since."""
    latest: dict[UUID, ReturnReview] = {
        review.training_return_id: review
        for review in ReturnReview.objects.filter(council=council, training_return__in=list(return_ids))
        .annotate(answered=Exists(ReviewAnswer.objects.filter(council=council, review=OuterRef("pk"))))
        .order_by("reviewed_at", "pk")
    }
    return {
        key
        for key, review in latest.items()
        if review.state == ReturnState.QUERIED and getattr(review, "answered", False)
    }


QUESTION_FIELDS = ("council", "training_return__course__name", "training_return__organisation__name")
"""What a line that waits for a person reads of a question about a return."""


def answered_by_council(council_ids: Sequence[int]) -> QuerySet[ReturnReview]:
    """Queries that organisations answered and the council has not decided since."""
    later = ReturnReview.objects.filter(
        council=OuterRef("council"),
        training_return=OuterRef("training_return"),
        reviewed_at__gt=OuterRef("reviewed_at"),
    )
    return ReturnReview.objects.filter(
        Exists(ReviewAnswer.objects.filter(council=OuterRef("council"), review=OuterRef("pk"))),
        ~Exists(later),
        council__in=council_ids,
        state=ReturnState.QUERIED,
        training_return__is_current=True,
    )


def queries_to(organisation_ids: Iterable[UUID], council_ids: Sequence[int]) -> QuerySet[ReturnReview]:
    """Questions of councils that some organisations have neither answered nor corrected."""
    later = ReturnReview.objects.filter(
        council=OuterRef("council"),
        training_return=OuterRef("training_return"),
        reviewed_at__gt=OuterRef("reviewed_at"),
    )
    return ReturnReview.objects.filter(
        ~Exists(ReviewAnswer.objects.filter(council=OuterRef("council"), review=OuterRef("pk"))),
        ~Exists(later),
        council__in=council_ids,
        state=ReturnState.QUERIED,
        training_return__is_current=True,
        training_return__organisation__in=list(organisation_ids),
    )


def rounds_to_close(council_ids: Sequence[int], today: date) -> QuerySet[TrainingRound]:
    """Open rounds whose last deadline has passed."""
    still = RoundExtension.objects.filter(
        council=OuterRef("council"), round=OuterRef("pk"), due_on__gte=today
    )
    later = RoundReturn.objects.filter(council=OuterRef("council"), round=OuterRef("pk"), due_on__gte=today)
    return TrainingRound.objects.filter(
        ~Exists(still), ~Exists(later), council__in=council_ids, closed_at__isnull=True, due_on__lt=today
    )


def extensions_of(found: TrainingRound) -> list[RoundExtension]:
    """What more time was given in a round, the latest first."""
    return list(
        RoundExtension.objects.filter(council=found.council_id, round=found)
        .select_related("organisation", "given_by")
        .order_by("-given_at", "-pk")
    )


def reminders_of(found: TrainingRound) -> list[ReturnReminder]:
    """Who was reminded in a round, the latest first."""
    return list(
        ReturnReminder.objects.filter(council=found.council_id, round=found)
        .select_related("organisation", "person", "sent_by")
        .order_by("-sent_on", "-pk")
    )


def expected_returns(council: Council) -> QuerySet[ExpectedReturn]:
    """What the council expects from whom, by organisation and course."""
    return (
        ExpectedReturn.objects.filter(council=council)
        .select_related("organisation", "course")
        .order_by("organisation__name", "course__name", "starts_on")
    )


def expected_in(council: Council, start: date, end: date) -> list[ExpectedReturn]:
    """What the council expects for a quarter."""
    return list(
        expected_returns(council)
        .filter(starts_on__lte=start)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=end))
    )


def quarters_to_open(council: Council, today: date, count: int = 8) -> list[Quarter]:
    """Ended quarters without a round, the latest first."""
    have = set(TrainingRound.objects.filter(council=council).values_list("period_to", flat=True))
    quarter, found = Quarter.of(today).previous, []
    for _ in range(count):
        if quarter.end not in have:
            found.append(quarter)
        quarter = quarter.previous
    return found


def proposed_due(quarter: Quarter) -> date:
    """The due date that a form proposes: 28 days after the quarter."""
    return quarter.end + timedelta(days=28)


def lead_words(person: User | None, reached: bool) -> str:
    """How a list names a lead, and says of one who left that no reminder reaches them."""
    if person is None:
        return "Nobody named"
    return display_name(person) if reached else f"{display_name(person)} (has no access any more)"


def reviews_of(council: Council, training_return: TrainingReturn) -> list[ReturnReview]:
    """What the council said of every version of a return, with the organisation's answers, latest first."""
    return list(
        ReturnReview.objects.filter(
            council=council,
            training_return__organisation=training_return.organisation_id,
            training_return__course=training_return.course_id,
            training_return__council=training_return.council_id,
            training_return__period_from=training_return.period_from,
            training_return__period_to=training_return.period_to,
        )
        .select_related("training_return", "reviewed_by")
        .prefetch_related("answers__answered_by")
        .order_by("-reviewed_at", "-pk")
    )
