"""Reads of requests for a later due date."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from compliance.enums import ExtensionState
from compliance.models import Action, ExtensionRequest
from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council


def requests_of(action: Action) -> list[ExtensionRequest]:
    """What was asked for an action and what became of it, newest first."""
    return list(
        ExtensionRequest.objects.filter(council=action.council_id, action=action)
        .select_related("asked_by", "decided_by")
        .order_by("-asked_at", "-pk")
    )


def waiting_requests(council: Council) -> QuerySet[ExtensionRequest]:
    """Requests of the council that wait for a decision, the oldest first."""
    return (
        ExtensionRequest.objects.filter(council=council, state=ExtensionState.OPEN)
        .select_related("action", "action__plan", "action__owner", "asked_by")
        .order_by("asked_at", "pk")
    )


def waiting_count(council: Council) -> int:
    """How many requests of the council wait for a decision."""
    return ExtensionRequest.objects.filter(council=council, state=ExtensionState.OPEN).count()


def waiting_for(user: User, councils: Iterable[int]) -> QuerySet[ExtensionRequest]:
    """Requests of these councils that this person may decide: all but the person's own. One query."""
    return (
        ExtensionRequest.objects.filter(council__in=list(councils), state=ExtensionState.OPEN)
        .exclude(asked_by=user)
        .select_related("action", "asked_by")
        .order_by("asked_at", "pk")
    )


def deciders(council: Council, *, without: User) -> list[str]:
    """Who else may decide a request of this person: the names of those who may change plans."""
    people = people_with(council, COMPLIANCE_GRANTS[CompliancePermission.EDIT_PLANS])
    return [display_name(person) for person in people.exclude(pk=without.pk)]


def decider_words(council: Council, asker: User) -> str:
    """One sentence: who can decide what this person asked."""
    names = deciders(council, without=asker)
    if not names:
        return (
            "Nobody else in this council can decide it yet. Ask the council’s administrator to give a second "
            "person the role of Prevent coordinator, for as long as it takes."
        )
    return (
        f"It can be decided by {' or '.join(names)}."
        if len(names) < 4
        else ("It can be decided by any other Prevent coordinator of the council.")
    )
