"""Keep a file: quarantine, check, store its row, promote it after the commit (UP-2)."""

from __future__ import annotations

import time
import uuid
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents import rules, storage
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.file_checks import check_content
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.policies import check_size, safe_name
from prevent_portal.tenancy.models import Council, new_id


def attach_file(
    *,
    council: Council,
    by: User,
    upload: UploadedFile[Any],
    title: str,
    kind: str,
    object_id: uuid.UUID,
    marking: str = "",
) -> Document:
    """Keep an uploaded file and hang it on a thing of a room.

    The file leaves only through the room's access rule for ``kind``. A refusal, or a rollback of the caller's
    transaction, leaves no row, and no file that the sweeper would not remove.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence for the person.
        prevent_portal.documents.rules.UnknownUse: for a kind that no room registered.
    """
    rules.kind_for(kind)
    check_size(upload.size or 0)
    version_id = new_id()
    name = safe_name(upload.name or "file")
    path, digest = storage.write_to_quarantine(council.pk, version_id, upload.chunks())
    try:
        file_type = check_content(name, path)
        with transaction.atomic():
            document = Document.objects.create(
                council=council, title=(title or name)[:200], marking=marking, owner=by
            )
            version = DocumentVersion.objects.create(
                id=version_id,
                council=council,
                document=document,
                state=VersionState.ACCEPTED,
                file_name=name,
                content_type=file_type.content_type,
                size=path.stat().st_size,
                sha256=digest,
                uploaded_by=by,
            )
            DocumentUse.objects.create(council=council, document=document, kind=kind, object_id=object_id)
            record(
                action="documents.file_attached",
                subject=version,
                details={"kind": kind, "object": object_id, "sha256": digest, "size": version.size},
            )
            transaction.on_commit(lambda: storage.promote(council.pk, version_id))
    except Exception:
        path.unlink(missing_ok=True)
        raise
    return document


def sweep_files(*, council: Council, older_than_seconds: float = 86_400) -> int:
    """Remove files of a council that no row knows. Runs in the council's scope. Returns how many."""
    known = {pk.hex for pk in DocumentVersion.objects.filter(council=council).values_list("pk", flat=True)}
    oldest = time.time() - older_than_seconds
    removed = 0
    for area in (storage.QUARANTINE, storage.KEPT):
        folder = settings.MEDIA_ROOT / area / str(council.pk)
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in known and path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
                removed += 1
    return removed
