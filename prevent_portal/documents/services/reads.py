"""Record who fetched what hangs on a thing whose reads are logged (L3 of the product)."""

from __future__ import annotations

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.audit.services import record
from prevent_portal.documents import rules
from prevent_portal.documents.access import readable_uses
from prevent_portal.documents.models import DocumentVersion


def log_read(*, access: CouncilAccess, version: DocumentVersion) -> bool:
    """Record the read if the document hangs on a thing of a logged kind. Returns whether it was.

    It is part of the answer's transaction: no bytes leave without the event.
    """
    logged = rules.logged_kinds()
    if not logged:
        return False
    uses = readable_uses(access).filter(document=version.document_id, kind__in=logged)
    things = [f"{use.kind} {use.object_id}" for use in uses.order_by("pk")]
    if not things:
        return False
    record(
        action="documents.file_read",
        subject=version,
        details={"document": version.document_id, "sha256": version.sha256, "things": things},
    )
    return True
