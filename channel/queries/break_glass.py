"""Reads of emergency readings: one's own, and those that chairs and data protection officers look at."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db.models import Case, F, Q, QuerySet, Value, When

from channel.enums import BREAK_GLASS_LASTS
from channel.models import BreakGlass, ChannelCase
from channel.permissions import ChannelPermission
from channel.queries.definers import column_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User


def own_break_glass(access: CouncilAccess) -> QuerySet[BreakGlass]:
    """The person's own emergency readings, newest first."""
    if not access.may(ChannelPermission.BREAK_GLASS):
        return BreakGlass.objects.none()
    return (
        BreakGlass.objects.filter(council=access.council, person=access.user)
        .select_related("approved_by")
        .order_by("-asked_at", "pk")
    )


def open_break_glass(access: CouncilAccess) -> QuerySet[BreakGlass]:
    """The person's emergency readings that are open at this moment, by the database's own clock (RC-4)."""
    return own_break_glass(access).filter(_is_open())


def reviewable_break_glass(access: CouncilAccess) -> QuerySet[BreakGlass]:
    """Every emergency reading that the person may look at: of panels they lead, or all, for an auditor.

    Which cases are of a panel that one leads is known to the database alone: its wall shows no other rows,
    and a join would hide them from an auditor, who sees no case. Those that wait for a second person or for
    their review come first, the longest overdue on top.
    """
    if not access.may(ChannelPermission.REVIEW_BREAK_GLASS):
        return BreakGlass.objects.none()
    waits = Case(When(reviewed_at__isnull=True, then=Value(0)), default=Value(1))
    return (
        BreakGlass.objects.filter(council=access.council)
        .select_related("person", "approved_by", "reviewed_by")
        .order_by(waits, F("review_due_on").asc(), "-asked_at", "pk")
    )


def broken_by(case: ChannelCase, person: User) -> dict[str, str]:
    """The reference of a person's emergency reading of a case that is open now, as details of an event."""
    glass = (
        BreakGlass.objects.filter(
            council=case.council_id,
            case=case,
            person=person,
        )
        .filter(_is_open())
        .order_by("-opened_at")
        .first()
    )
    return {"use": glass.reference} if glass else {}


def may_break() -> bool:
    """Whether the person of the scope may open a case now: no review is overdue in the council (RC-4)."""
    return bool(column_of("SELECT channel_may_break()")[0])


def is_operator() -> bool:
    """Whether the person of the scope runs the portal or the council's part of it."""
    return bool(column_of("SELECT channel_is_operator()")[0])


def case_to_break(reference: str) -> object:
    """The key of the case that has a reference, or None; the case itself stays hidden to the asker."""
    return column_of("SELECT channel_case_to_break(%s)", reference)[0]


def alarmed_by(glass: BreakGlass) -> list[str]:
    """The addresses of the panel's chairs and the data protection officers, who are told at once."""
    return sorted(column_of("SELECT channel_alarmed(%s)", glass.pk))


def _is_open() -> Q:
    return Q(
        opened_at__gt=TransactionNow() - BREAK_GLASS_LASTS, ended_at__isnull=True, reviewed_at__isnull=True
    )
