"""Reads of a case's parts, for who may read the case: the page hands in a case that it has opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet

from channel.models import CaseDecision, CaseReview, ChannelCase, ChannelMeeting, ConsentStep
from channel.models.cases import STAGES
from channel.queries.cases import readable_cases
from channel.queries.meetings import is_open
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.models import Event

CHANGES = {
    "channel.case_created": "Created",
    "channel.case_changed": "Changed",
    "channel.case_moved": "Moved to another area",
    "channel.case_consent_recorded": "Consent to support recorded",
    "channel.case_plan_agreed": "Support plan recorded",
    "channel.case_support_started": "Support in place",
    "channel.case_decided": "Decision recorded",
    "channel.case_reviewed": "Review recorded",
    "channel.case_closed": "Closed",
    "channel.case_re_referred": "Referred again",
}
"""What the history of a case tells, of everything that the trail holds."""


@dataclass(frozen=True)
class Change:
    """One change of a case: what, when, by whom, and the names of the fields."""

    words: str
    at: datetime
    by: str
    fields: str


def consent_of(case: ChannelCase) -> QuerySet[ConsentStep]:
    """The steps of consent, the first one first."""
    return ConsentStep.objects.filter(council=case.council_id, case=case).order_by("position")


def decisions_on(case: ChannelCase) -> QuerySet[CaseDecision]:
    """The panel's decisions about a case, the first one first."""
    return CaseDecision.objects.filter(council=case.council_id, case=case).order_by(
        "decided_on", "recorded_at"
    )


def linked_cases(access: CouncilAccess, case: ChannelCase) -> tuple[ChannelCase | None, list[ChannelCase]]:
    """The earlier case of the same person and the later ones, as far as they are the reader's to read."""
    earlier = readable_cases(access).filter(pk=case.earlier_case_id).first() if case.earlier_case_id else None
    return earlier, list(readable_cases(access).filter(earlier_case=case))


def meetings_of_case(case: ChannelCase) -> list[ChannelMeeting]:
    """The meetings that list the case, newest first."""
    return list(
        ChannelMeeting.objects.filter(council=case.council_id, listed_cases__case=case).order_by("-starts_at")
    )


def meetings_to_come(case: ChannelCase) -> list[ChannelMeeting]:
    """Meetings of the case's panel that are open or still planned, and do not list it yet."""
    found = (
        ChannelMeeting.objects.filter(
            council=case.council_id, panel=case.panel_id, closed_at__isnull=True, cancelled_at__isnull=True
        )
        .exclude(listed_cases__case=case)
        .order_by("starts_at")
    )
    return [meeting for meeting in found if meeting.opened_at is None or is_open(meeting)][:50]


def review_waiting(case: ChannelCase, review_id: Any) -> CaseReview | None:
    """A review of the case that was not held yet; of a closed case only one after its closure."""
    waiting = CaseReview.objects.open().filter(council=case.council_id, case=case, pk=review_id)
    return waiting.select_related("case").first()


def case_history(case: ChannelCase, *, size: int = 200) -> list[Change]:
    """The last changes of a case, newest first. Who may not read the access log gets none (AL-4)."""
    events = list(
        Event.objects.filter(
            council_id=case.council_id,
            subject_type=case._meta.label_lower,
            subject_id=str(case.pk),
            action__in=list(CHANGES),
        ).newest_first()[:size]
    )
    people = {
        user.pk: display_name(user)
        for user in User.objects.filter(pk__in={event.actor_id for event in events})
    }
    return [
        Change(
            words=CHANGES[event.action],
            at=event.at,
            by=people.get(event.actor_id or 0, ""),
            fields=", ".join(_field_words(name) for name in event.details.get("fields", [])),
        )
        for event in events
    ]


def stage_words(case: ChannelCase) -> str:
    """How far a case has come, for a list."""
    if case.is_closed:
        return str(case.get_outcome_display())
    reached = [words for field, words in STAGES.items() if getattr(case, field) is not None]
    return reached[-1] if reached else "Not dated yet"


def _field_words(name: str) -> str:
    try:
        field: Any = ChannelCase._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    words = STAGES.get(name) or str(getattr(field, "verbose_name", name))
    return words[:1].upper() + words[1:]
