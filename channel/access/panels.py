"""The only way to a panel."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel import queries
from channel.models import Panel
from prevent_portal.accounts.access import CouncilAccess


def led_panel_for(access: CouncilAccess, panel_id: UUID) -> Panel:
    """Return a panel that the person leads, or raise Http404."""
    panel = queries.led_panels(access).filter(pk=panel_id).first()
    if panel is None:
        raise Http404
    return panel
