"""The only way to the review of a case whose period is over."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from channel.models import Destruction
from channel.permissions import ChannelPermission
from channel.queries.retention import destructions
from prevent_portal.accounts.access import CouncilAccess


def destruction_for(access: CouncilAccess, review_id: UUID) -> Destruction:
    """Return a review, or the certificate that it became.

    Raises:
        Http404: if there is none, or it is of a panel that the person does not lead.
    """
    access.require(ChannelPermission.REVIEW_RETENTION)
    found = destructions(access).filter(pk=review_id).select_related("council").first()
    if found is None:
        raise Http404
    return found
