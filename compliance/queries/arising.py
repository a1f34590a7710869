"""Reads of actions that arise in other rooms: the plan they go to, and how they stand."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ActionStatus, PlanKind
from compliance.models import Action, ActionPlan
from compliance.queries.plans import due_words
from prevent_portal.tenancy.models import Council
from prevent_portal.web.arising_actions import ArisenAction

_KINDS = (PlanKind.MULTI_AGENCY, PlanKind.COUNCIL, PlanKind.COMMUNITY_SAFETY, PlanKind.DISTRICT)
"""Partners decide at meetings, so their common plan comes before the others."""


def current_plan(council: Council, today: date) -> ActionPlan | None:
    """The plan in force that new actions go to: a multi-agency one before others, the newest first.

    A plan that the council keeps for one of its districts is the district's, so it never is the one.
    """
    return (
        ActionPlan.objects.filter(
            council=council, district__isnull=True, starts_on__lte=today, ends_on__gte=today
        )
        .order_by(
            Case(
                *(When(kind=kind, then=Value(place)) for place, kind in enumerate(_KINDS)),
                output_field=IntegerField(),
            ),
            "-starts_on",
            "title",
        )
        .first()
    )


def arisen_action(council: Council, action: Action) -> ArisenAction:
    """An action as the place where it arose names it."""
    return ArisenAction(
        id=action.pk,
        reference=action.reference,
        url=reverse("action", args=[council.slug, action.pk]),
        title=action.title,
        state=ActionStatus(action.status).label,
        due=due_words(action, timezone.localdate()),
    )
