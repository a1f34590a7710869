"""How a panel performs, exactly: for its own chair and nobody else (rule 8 of the product)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.utils import timezone

from channel.case_choices import Outcome, ReviewKind
from channel.enums import ConsentToSupport
from channel.models import CaseReview, ChannelMeeting, Panel
from channel.queries.attendance import AgencyLine, attendance_by_agency
from channel.queries.cases import readable_cases
from prevent_portal.accounts.access import CouncilAccess

SPANS = (
    ("referred_on", "screened_on", "Referral to screening"),
    ("screened_on", "first_panel_on", "Screening to first panel"),
    ("referred_on", "first_panel_on", "Referral to first panel"),
    ("first_panel_on", "support_started_on", "First panel to start of support"),
    ("support_started_on", "exited_on", "Start of support to leaving"),
)
"""Between which days the time is taken, for cases that came to the later day within the period."""


@dataclass(frozen=True)
class StageLine:
    """How many days cases took from one stage to the next.

    Args:
        middle: the median; None where no case came so far in the period.
    """

    words: str
    cases: int
    middle: float | None
    longest: int | None


@dataclass(frozen=True)
class OverdueReview:
    """A review that should have been held."""

    reference: str
    kind: str
    due_on: date


@dataclass(frozen=True)
class Work:
    """What a panel's chair asks about its work in a period, besides how many cases there were."""

    stages: list[StageLine]
    reviews: list[OverdueReview]
    consent: list[tuple[str, int]]
    outcomes: list[tuple[str, int]]
    attendance: list[AgencyLine]
    held: int
    cancelled: int


def work_of(access: CouncilAccess, panel: Panel, first: date, last: date) -> Work:
    """Read how a panel works, from the cases that the person may read: all of them, if they prepare them.

    Consent counts the cases that have not left, as it stands today; outcomes count those that left in the
    period; reviews are overdue today.
    """
    days = [name for span in SPANS for name in span[:2]]
    cases = list(
        readable_cases(access)
        .filter(panel=panel)
        .order_by()
        .values("consent_to_support", "outcome", "exited_on", *days)
    )
    stages = []
    for start, end, words in SPANS:
        took = [
            (case[end] - case[start]).days
            for case in cases
            if case[start] is not None and case[end] is not None and first <= case[end] <= last
        ]
        stages.append(
            StageLine(words, len(took), median(took) if took else None, max(took) if took else None)
        )
    consent = Counter(case["consent_to_support"] for case in cases if case["exited_on"] is None)
    left = Counter(
        case["outcome"]
        for case in cases
        if case["exited_on"] is not None and first <= case["exited_on"] <= last
    )
    meetings = ChannelMeeting.objects.filter(
        council=panel.council_id, panel=panel, starts_at__date__gte=first, starts_at__date__lte=last
    )
    return Work(
        stages=stages,
        reviews=overdue_reviews(access, panel),
        consent=[(state.label, consent[state]) for state in ConsentToSupport],
        outcomes=[(outcome.label, left[outcome]) for outcome in Outcome],
        attendance=attendance_by_agency(panel, first, last),
        held=meetings.filter(opened_at__isnull=False).count(),
        cancelled=meetings.filter(cancelled_at__isnull=False).count(),
    )


def overdue_reviews(access: CouncilAccess, panel: Panel) -> list[OverdueReview]:
    """Reviews of a panel's cases that should have been held before today, the oldest first."""
    found = (
        CaseReview.objects.overdue(timezone.localdate())
        .filter(council=panel.council_id, case__in=readable_cases(access).filter(panel=panel).order_by())
        .order_by("due_on", "case__reference")
        .values_list("case__reference", "kind", "due_on")
    )
    return [OverdueReview(reference, ReviewKind(kind).label, due_on) for reference, kind, due_on in found]
