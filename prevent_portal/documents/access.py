"""The only way to a file: through the rule of something that it hangs on."""

from __future__ import annotations

import uuid

from django.http import Http404

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.models import DocumentUse, DocumentVersion
from prevent_portal.documents.rules import rule_for


def version_for(access: CouncilAccess, version_id: uuid.UUID) -> DocumentVersion:
    """Return an accepted file that the person may read because of one of the things it hangs on.

    Raises:
        django.http.Http404: if there is none such, or no rule admits the person.
    """
    version = DocumentVersion.objects.filter(
        council=access.council, pk=version_id, state=VersionState.ACCEPTED
    ).first()
    if version is None:
        raise Http404
    uses = DocumentUse.objects.filter(council=access.council, document=version.document_id)
    if not any(rule_for(use.kind)(access, use.object_id) for use in uses):
        raise Http404
    return version
