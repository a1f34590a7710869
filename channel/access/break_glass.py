"""The only way to an emergency reading."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel.models import BreakGlass
from channel.permissions import ChannelPermission
from channel.queries.break_glass import own_break_glass, reviewable_break_glass
from prevent_portal.accounts.access import CouncilAccess


def own_break_glass_for(access: CouncilAccess, use_id: UUID) -> BreakGlass:
    """Return one of the person's own emergency readings, or raise Http404."""
    access.require(ChannelPermission.BREAK_GLASS)
    found = own_break_glass(access).filter(pk=use_id).first()
    if found is None:
        raise Http404
    return found


def break_glass_for(access: CouncilAccess, use_id: UUID) -> BreakGlass:
    """Return an emergency reading that the person approves or reviews.

    Raises:
        Http404: if there is none, or it is of a panel that they do not lead.
    """
    access.require(ChannelPermission.REVIEW_BREAK_GLASS)
    found = reviewable_break_glass(access).filter(pk=use_id).select_related("council").first()
    if found is None:
        raise Http404
    return found
