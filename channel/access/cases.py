"""The only way to a case summary."""

from __future__ import annotations

from django.http import Http404

from channel import queries
from channel.models import ChannelCase
from prevent_portal.accounts.access import CouncilAccess


def case_for(access: CouncilAccess, reference: str) -> ChannelCase:
    """Return a case that the person may read now. Reading it is logged by ``services.cases.read_case``.

    Raises:
        Http404: if there is none, or it is not theirs to see; nothing tells which.
    """
    case = (
        queries.readable_cases(access)
        .select_related("residence", "panel")
        .filter(reference=reference)
        .first()
    )
    if case is None:
        raise Http404
    return case


def prepared_case_for(access: CouncilAccess, reference: str) -> ChannelCase:
    """Return a case that the person prepares as chair or secretary, or raise Http404."""
    case = (
        queries.readable_cases(access)
        .filter(reference=reference, panel__in=queries.prepared_panels(access).order_by())
        .first()
    )
    if case is None:
        raise Http404
    return case
