"""The download of a kept file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents import storage
from prevent_portal.documents.access import version_for
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.documents.services.reads import log_read
from prevent_portal.web.downloads import download
from prevent_portal.web.views import CouncilView


class FileView(CouncilView):
    """A file leaves through the access rule of the thing that it hangs on, checked at every fetch (UP-5)."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, version_id: uuid.UUID) -> HttpResponseBase:
        return fetch(self.access, version_for(self.access, version_id))


def fetch(access: CouncilAccess, version: DocumentVersion) -> HttpResponseBase:
    """The bytes of a version, or the way to a link's address. The caller has asked the access rule.

    A file is saved, not shown, whatever it is; no cache keeps it.
    """
    if version.url:
        log_read(access=access, version=version)
        response = HttpResponseRedirect(version.url)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    path = storage.find(access.council.pk, version.pk)
    if path is None:
        raise Http404
    log_read(access=access, version=version)
    return download(content=path, filename=version.file_name, content_type=version.content_type)
