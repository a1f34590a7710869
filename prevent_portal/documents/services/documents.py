"""Keep files and links as documents, change what is said of them, and sweep what nobody knows (UP-2)."""

from __future__ import annotations

import time
import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.documents import rules, storage
from prevent_portal.documents.enums import Marking
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.policies import check_details, check_wide_audience
from prevent_portal.documents.services.versions import keep_file, keep_link, sent_before
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, StaleVersion, check_same_sending


def add_file(
    *,
    council: Council,
    by: User,
    upload: UploadedFile[Any],
    title: str = "",
    marking: str = "",
    covers_from: date | None = None,
    covers_to: date | None = None,
    review_on: date | None = None,
    token: uuid.UUID | None = None,
) -> Document:
    """Keep an uploaded file that hangs on nothing yet: its owner and whoever manages evidence see it.

    The same token again returns the document that is there.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence about the file.
        PolicyError: for a period that runs backwards.
    """

    def document_of(name: str) -> Document:
        return Document.objects.create(
            council=council,
            title=(title.strip() or name)[:200],
            marking=marking,
            covers_from=covers_from,
            covers_to=covers_to,
            review_on=review_on,
            owner=by,
        )

    check_details(title=title or "file", covers_from=covers_from, covers_to=covers_to)
    with transaction.atomic():
        sent = sent_before(council=council, token=token)
        if sent is not None:
            check_same_sending(same_thing=sent.number == 1, same_person=sent.uploaded_by_id == by.pk)
            return sent.document
        version = keep_file(council=council, by=by, upload=upload, token=token, document_of=document_of)
        record(
            action="documents.file_added",
            subject=version,
            details={"document": version.document_id, "sha256": version.sha256, "size": version.size},
        )
    return version.document


def add_link(
    *,
    council: Council,
    by: User,
    url: str,
    title: str,
    marking: str = "",
    covers_from: date | None = None,
    covers_to: date | None = None,
    review_on: date | None = None,
    token: uuid.UUID | None = None,
) -> Document:
    """Keep an address elsewhere that hangs on nothing yet. The portal never opens it.

    Raises:
        PolicyError: without a title, for an address that is not https, or a period that runs backwards.
    """
    check_details(title=title, covers_from=covers_from, covers_to=covers_to)
    with transaction.atomic():
        sent = sent_before(council=council, token=token)
        if sent is not None:
            check_same_sending(same_thing=sent.number == 1, same_person=sent.uploaded_by_id == by.pk)
            return sent.document
        document = Document.objects.create(
            council=council,
            title=title.strip()[:200],
            marking=marking,
            covers_from=covers_from,
            covers_to=covers_to,
            review_on=review_on,
            owner=by,
            is_link=True,
        )
        version = keep_link(council=council, by=by, url=url, token=token, document=document)
        record(
            action="documents.link_added",
            subject=version,
            details={"document": document.pk, "sha256": version.sha256},
        )
    return document


def attach_file(
    *,
    council: Council,
    by: User,
    upload: UploadedFile[Any],
    title: str,
    kind: str,
    object_id: uuid.UUID,
    marking: str = "",
    covers_from: date | None = None,
    covers_to: date | None = None,
    review_on: date | None = None,
    token: uuid.UUID | None = None,
    confirmed: bool = False,
) -> Document:
    """Keep an uploaded file and hang it on a thing of a room.

    The file leaves only through the room's access rule for ``kind``. A refusal, or a rollback of the caller's
    transaction, leaves no row, and no file that the sweeper would not remove.

    Raises:
        prevent_portal.documents.policies.FileRefused: with a sentence for the person.
        prevent_portal.documents.policies.NeedsConfirmation: for a sensitive file on a widely seen thing.
        prevent_portal.documents.rules.UnknownUse: for a kind that no room registered.
    """
    rules.kind_for(kind)
    wide = check_wide_audience(
        council=council, marking=marking, uses=[(kind, object_id)], confirmed=confirmed
    )
    with transaction.atomic():
        document = add_file(
            council=council,
            by=by,
            upload=upload,
            title=title,
            marking=marking,
            covers_from=covers_from,
            covers_to=covers_to,
            review_on=review_on,
            token=token,
        )
        _hang(document, by, kind, object_id, wide=wide)
    return document


def attach_link(
    *,
    council: Council,
    by: User,
    url: str,
    title: str,
    kind: str,
    object_id: uuid.UUID,
    marking: str = "",
    covers_from: date | None = None,
    covers_to: date | None = None,
    review_on: date | None = None,
    token: uuid.UUID | None = None,
    confirmed: bool = False,
) -> Document:
    """Keep an address elsewhere and hang it on a thing of a room. Raises like add_link and attach_file."""
    rules.kind_for(kind)
    wide = check_wide_audience(
        council=council, marking=marking, uses=[(kind, object_id)], confirmed=confirmed
    )
    with transaction.atomic():
        document = add_link(
            council=council,
            by=by,
            url=url,
            title=title,
            marking=marking,
            covers_from=covers_from,
            covers_to=covers_to,
            review_on=review_on,
            token=token,
        )
        _hang(document, by, kind, object_id, wide=wide)
    return document


def _hang(document: Document, by: User, kind: str, object_id: uuid.UUID, *, wide: bool) -> None:
    _, created = DocumentUse.objects.get_or_create(
        council=document.council, document=document, kind=kind, object_id=object_id, defaults={"added_by": by}
    )
    if created:
        record(
            action="documents.document_attached",
            subject=document,
            details={"kind": kind, "object": object_id, **({"widely_seen_confirmed": True} if wide else {})},
        )


def change_document(
    *,
    document: Document,
    by: User,
    version: int,
    title: str,
    marking: str,
    covers_from: date | None,
    covers_to: date | None,
    review_on: date | None,
    owner: User,
    confirmed: bool = False,
) -> Document:
    """Change what is said of a document.

    Args:
        version: of the details as the person saw them.
        confirmed: the person was told that many people read what a now sensitive document hangs on.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: without a title, or for a period that runs backwards.
        prevent_portal.documents.policies.NeedsConfirmation: where the new marking needs a second thought.
    """
    given = {
        "title": title.strip()[:200],
        "marking": marking,
        "covers_from": covers_from,
        "covers_to": covers_to,
        "review_on": review_on,
        "owner": owner,
    }
    check_details(title=title, covers_from=covers_from, covers_to=covers_to)
    with transaction.atomic():
        locked = (
            Document.objects.select_for_update(of=("self",))
            .select_related("owner", "council")
            .get(council=document.council_id, pk=document.pk)
        )
        changed = [name for name, value in given.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=_differences(locked, given, changed))
        if not changed:
            return locked
        wide = "marking" in changed and check_wide_audience(
            council=locked.council,
            marking=marking,
            uses=list(
                DocumentUse.objects.filter(council=locked.council_id, document=locked).values_list(
                    "kind", "object_id"
                )
            ),
            confirmed=confirmed,
        )
        for name in changed:
            setattr(locked, name, given[name])
        locked.version += 1
        locked.save(update_fields=[*changed, "version"])
        record(
            action="documents.details_changed",
            subject=locked,
            details={"fields": changed, **({"widely_seen_confirmed": True} if wide else {})},
        )
    return locked


LABELS = {
    "title": "Title",
    "marking": "Protective marking",
    "covers_from": "Covers from",
    "covers_to": "Covers to",
    "review_on": "Review date",
    "owner": "Owner",
}


def _differences(stored: Document, given: dict[str, Any], changed: list[str]) -> list[Difference]:
    return [
        Difference(name, LABELS[name], _words(name, getattr(stored, name)), _words(name, given[name]))
        for name in changed
    ]


def _words(name: str, value: Any) -> str:
    if isinstance(value, User):
        return display_name(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if name == "marking":
        return str(Marking(value).label)
    return str(value) if value else "None"


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
