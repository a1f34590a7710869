"""The only way to a case summary."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import CaseReview, ChannelCase
from channel.permissions import ChannelPermission
from channel.queries.case_parts import review_waiting
from prevent_portal.accounts.access import CouncilAccess


def case_for(access: CouncilAccess, reference: str) -> ChannelCase:
    """Return a case that the person may read now. Reading it is logged by ``services.cases.read_case``.

    Raises:
        Http404: if there is none, or it is not theirs to see; nothing tells which.
    """
    # Not joined with its panel: who reads it in an emergency without a seat there cannot see the panel's row.
    case = queries.readable_cases(access).select_related("residence").filter(reference=reference).first()
    if case is None:
        raise Http404
    return case


def prepared_case_for(access: CouncilAccess, reference: str) -> ChannelCase:
    """Return a case that the person prepares as chair or secretary, or raise Http404."""
    case = (
        queries.readable_cases(access)
        .select_related("residence", "panel", "council")
        .filter(reference=reference, panel__in=queries.prepared_panels(access).order_by())
        .first()
    )
    if case is None:
        raise Http404
    return case


def review_for(access: CouncilAccess, case: ChannelCase, review_id: UUID) -> CaseReview:
    """Return a review of a case, found by :func:`prepared_case_for`, that waits to be held, or Http404."""
    access.require(ChannelPermission.LEAD_PANEL)
    review = review_waiting(case, review_id)
    if review is None:
        raise Http404
    return review
