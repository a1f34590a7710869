"""Keep the bytes of a file or the address of a link as a version of a document (UP-1, UP-2, UP-4)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents import scanner, storage
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.file_checks import check_content
from prevent_portal.documents.models import Document, DocumentVersion
from prevent_portal.documents.policies import (
    check_address,
    check_size,
    digest_of_address,
    refusal,
    safe_name,
    type_named,
)
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.tenancy.refusals import PolicyError, check_same_sending
from prevent_portal.tenancy.scope import service_scope

logger = logging.getLogger(__name__)


def keep_file(
    *,
    council: Council,
    by: User,
    upload: UploadedFile[Any],
    token: uuid.UUID | None,
    document_of: Callable[[str], Document],
) -> DocumentVersion:
    """Check an uploaded file and keep it as the next version of a document.

    The bytes go to quarantine first. A refusal, or a rollback of the caller's transaction, leaves no row, and
    no file that the sweeper would not remove. While the scanner is away the version stays in quarantine.

    Args:
        document_of: gives the document by the file's safe name, in the transaction that keeps the version.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence for the person.
    """
    check_size(upload.size or 0)
    version_id = new_id()
    name = safe_name(upload.name or "file")
    type_named(name)
    path, digest = storage.write_to_quarantine(council.pk, version_id, upload.chunks())
    try:
        file_type = check_content(name, path)
        scanned_at = timezone.now() if _passed_by_scanner(path, name) else None
        held = scanner.is_configured() and scanned_at is None
        with transaction.atomic():
            document = document_of(name)
            version = DocumentVersion.objects.create(
                id=version_id,
                council=council,
                document=document,
                number=_next_number(document),
                state=VersionState.QUARANTINED if held else VersionState.ACCEPTED,
                file_name=name,
                content_type=file_type.content_type,
                size=path.stat().st_size,
                sha256=digest,
                scanned_at=scanned_at,
                uploaded_by=by,
                token=token,
            )
            if not held:
                transaction.on_commit(lambda: storage.promote(council.pk, version_id))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return version


def keep_link(
    *, council: Council, by: User, url: str, token: uuid.UUID | None, document: Document
) -> DocumentVersion:
    """Keep an address as the next version of a link.

    Raises:
        PolicyError: unless it is an https address.
    """
    address = check_address(url)
    return DocumentVersion.objects.create(
        council=council,
        document=document,
        number=_next_number(document),
        state=VersionState.ACCEPTED,
        size=0,
        sha256=digest_of_address(address),
        url=address,
        uploaded_by=by,
        token=token,
    )


def add_version(
    *,
    document: Document,
    by: User,
    upload: UploadedFile[Any] | None = None,
    url: str = "",
    token: uuid.UUID | None = None,
) -> DocumentVersion:
    """Add a newer file to a document, or a newer address to a link. Older versions stay as they are.

    The same token again returns the version that it made.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence about the file.
        PolicyError: for a file where the document is a link, or the other way round, or a bad address.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(council=document.council_id, pk=document.pk)
        sent = sent_before(council=locked.council, token=token)
        if sent is not None:
            check_same_sending(
                same_thing=sent.document_id == locked.pk, same_person=sent.uploaded_by_id == by.pk
            )
            return sent
        if locked.is_link:
            if upload is not None or not url:
                raise PolicyError("This is a link: enter its new address.")
            version = keep_link(council=locked.council, by=by, url=url, token=token, document=locked)
        else:
            if upload is None or url:
                raise PolicyError("This is a file: choose its new version.")
            version = keep_file(
                council=locked.council, by=by, upload=upload, token=token, document_of=lambda _: locked
            )
        record(
            action="documents.version_added",
            subject=version,
            details={"document": locked.pk, "number": version.number, "sha256": version.sha256},
        )
    return version


def sent_before(*, council: Council, token: uuid.UUID | None) -> DocumentVersion | None:
    """The version that a form with this token made."""
    if token is None:
        return None
    return DocumentVersion.objects.select_related("document").filter(council=council, token=token).first()


def check_held(*, council: Council) -> int:
    """Ask the scanner again about every version that waits in quarantine. Returns how many it judged.

    Enters the council's scope itself, twice for each version: no row is locked while the scanner works.
    """
    with service_scope(council=council):
        waiting = list(
            DocumentVersion.objects.filter(council=council, state=VersionState.QUARANTINED)
            .order_by("uploaded_at")
            .values_list("pk", flat=True)[:200]
        )
    judged = 0
    for version_id in waiting:
        path = storage.path_of(storage.QUARANTINE, council.pk, version_id)
        try:
            verdict = scanner.scan(path)
        except scanner.ScannerAway as away:
            logger.warning("The scanner gave no verdict on version %s: %s", version_id, away)
            continue
        with service_scope(council=council):
            judged += _settle(council, version_id, clean=verdict.clean)
    return judged


def _settle(council: Council, version_id: uuid.UUID, *, clean: bool) -> bool:
    version = (
        DocumentVersion.objects.select_for_update()
        .filter(council=council, pk=version_id, state=VersionState.QUARANTINED)
        .first()
    )
    if version is None:
        return False
    version.state = VersionState.ACCEPTED if clean else VersionState.REFUSED
    version.scanned_at = timezone.now()
    version.problem = "" if clean else "The malware scanner found it to be harmful. It was not kept."
    version.save(update_fields=["state", "scanned_at", "problem"])
    record(
        action="documents.version_passed" if clean else "documents.version_refused",
        subject=version,
        details={"document": version.document_id, "sha256": version.sha256},
    )
    if clean:
        transaction.on_commit(lambda: storage.promote(council.pk, version_id))
    else:
        transaction.on_commit(lambda: storage.discard(council.pk, version_id))
    return True


def _passed_by_scanner(path: Path, name: str) -> bool:
    """Whether a scanner passed the file; False where there is none or it is away.

    Raises:
        prevent_portal.documents.policies.FileRefused: if it found something.
    """
    if not scanner.is_configured():
        return False
    try:
        verdict = scanner.scan(path)
    except scanner.ScannerAway as away:
        logger.warning("The scanner is away, an upload stays in quarantine: %s", away)
        return False
    if not verdict.clean:
        logger.warning("The scanner refused an upload: %s", verdict.signature)
        raise refusal("malware", type_named(name))
    return True


def _next_number(document: Document) -> int:
    """One more than the newest; the caller holds the document's row, or has just made it."""
    newest = DocumentVersion.objects.filter(council=document.council_id, document=document).aggregate(
        newest=Max("number")
    )["newest"]
    return (newest or 0) + 1
