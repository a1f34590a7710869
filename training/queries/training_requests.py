"""Reads of requests for training."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, When

from prevent_portal.tenancy.models import Council
from training.enums import RequestState
from training.models import TrainingRequest

OPEN_STATES = (RequestState.ASKED, RequestState.WAITING)
_ORDER = Case(
    When(state=RequestState.ASKED, then=0),
    When(state=RequestState.WAITING, then=1),
    default=2,
    output_field=IntegerField(),
)


def requests_of(council: Council, *, state: str = "") -> QuerySet[TrainingRequest]:
    """The council's requests: those without an answer first, then the waiting list, then the others."""
    rows = TrainingRequest.objects.filter(council=council)
    if state:
        rows = rows.filter(state=state)
    return (
        rows.select_related(
            "council", "organisation", "course", "session", "session__course", "asked_by", "answered_by"
        )
        .annotate(place=_ORDER)
        .order_by("place", "-asked_at", "-pk")
    )


def requests_by(council: Council, organisations: Iterable[UUID]) -> QuerySet[TrainingRequest]:
    """Requests that these organisations sent to the council, newest first."""
    return (
        TrainingRequest.objects.filter(council=council, organisation_id__in=list(organisations))
        .select_related("organisation", "course", "session", "session__course")
        .order_by("-asked_at", "-pk")
    )


def requests_to_answer(councils: Iterable[int]) -> QuerySet[TrainingRequest]:
    """Requests of these councils without an answer, the oldest first. One query."""
    return (
        TrainingRequest.objects.filter(council__in=list(councils), state=RequestState.ASKED)
        .select_related("organisation", "course")
        .order_by("asked_at", "pk")
    )


def unanswered_count(council: Council) -> int:
    """How many requests of the council have no answer yet."""
    return TrainingRequest.objects.filter(council=council, state=RequestState.ASKED).count()


def wanted_words(request: TrainingRequest) -> str:
    """The course that is asked for."""
    return request.course.name if request.course is not None else "Any suitable course"
