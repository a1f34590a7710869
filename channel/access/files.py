"""The only way to a file that a person asked for."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import Panel, PanelFile
from channel.permissions import ChannelPermission
from prevent_portal.accounts.access import CouncilAccess


def file_for(access: CouncilAccess, file_id: UUID) -> PanelFile:
    """Return a file that the person asked for, of a panel whose cases they prepare.

    Raises:
        Http404: if there is none, or somebody else asked for it; nothing tells which.
    """
    access.require(ChannelPermission.EXPORT_PDF)
    file = (
        PanelFile.objects.select_related("panel__council", "meeting", "council")
        .filter(
            council=access.council,
            pk=file_id,
            requested_by=access.user,
            panel__in=queries.prepared_panels(access).order_by(),
        )
        .first()
    )
    if file is None:
        raise Http404
    return file


def performing_panel_for(access: CouncilAccess, panel_id: UUID) -> Panel:
    """Return a panel that the person chairs and whose cases they prepare, or raise Http404."""
    access.require(ChannelPermission.VIEW_PERFORMANCE)
    prepared = queries.prepared_panels(access).order_by().values("pk")
    panel = queries.chaired_panels(access).filter(pk=panel_id, pk__in=prepared).first()
    if panel is None:
        raise Http404
    return panel
