"""The download of a kept file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents import storage
from prevent_portal.documents.access import version_for
from prevent_portal.web.downloads import download
from prevent_portal.web.views import CouncilView


class FileView(CouncilView):
    """A file leaves through the access rule of the thing that it hangs on, checked at every fetch (UP-5)."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, version_id: uuid.UUID) -> HttpResponseBase:
        version = version_for(self.access, version_id)
        path = storage.find(self.council.pk, version.pk)
        if path is None:
            raise Http404
        return download(content=path, filename=version.file_name, content_type=version.content_type)
