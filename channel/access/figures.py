"""The only way to a release of figures."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import FigureRelease, Panel
from channel.permissions import ChannelPermission
from channel.queries.figures import led_releases
from prevent_portal.accounts.access import CouncilAccess


def release_for(access: CouncilAccess, release_id: UUID) -> FigureRelease:
    """Return a release of a panel whose cases the person prepares, in whatever state.

    Raises:
        Http404: if there is none, or it is of another panel; nothing tells which.
    """
    access.require(ChannelPermission.PROPOSE_FIGURES)
    prepared = queries.prepared_panels(access).order_by()
    release = led_releases(access).filter(pk=release_id, panel__in=prepared).first()
    if release is None:
        raise Http404
    return release


def panels_to_propose(access: CouncilAccess) -> list[Panel]:
    """Return the panels whose figures the person may propose.

    Raises:
        Http404: if there are none.
    """
    access.require(ChannelPermission.PROPOSE_FIGURES)
    panels = list(queries.prepared_panels(access))
    if not panels:
        raise Http404
    return panels
