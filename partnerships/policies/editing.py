"""Who may change the council's partnership: asked again where the work is done (OP-3)."""

from __future__ import annotations

from partnerships.permissions import PartnershipsPermission
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def require_editor(by: User | None, council: Council) -> None:
    """Raise Http404 unless the person may change the council's partnership; None is the service principal."""
    if by is not None:
        council_access(by, council).require(PartnershipsPermission.EDIT_PARTNERSHIP)


def require_auditor(by: User | None, council: Council) -> None:
    """Raise Http404 unless the person records audits of partners: who may not read one writes none."""
    if by is not None:
        council_access(by, council).require(PartnershipsPermission.EDIT_PARTNER_AUDITS)
