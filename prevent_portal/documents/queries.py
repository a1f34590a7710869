"""Reads of documents that rooms ask for."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse

from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.models import DocumentUse, DocumentVersion
from prevent_portal.documents.policies import FILE_TYPES
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class FileLink:
    """A file as a page names it."""

    title: str
    href: str
    size: int
    type_words: str
    version_id: uuid.UUID
    marking: str


def files_of(council: Council, kind: str, object_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[FileLink]]:
    """The newest accepted file of each document on each thing, in two queries whatever their number.

    The caller has checked that the person may see the things; the download checks again.
    """
    uses = list(
        DocumentUse.objects.filter(council=council, kind=kind, object_id__in=list(object_ids)).select_related(
            "document"
        )
    )
    newest: dict[uuid.UUID, DocumentVersion] = {}
    versions = DocumentVersion.objects.filter(
        council=council, document__in=[use.document_id for use in uses], state=VersionState.ACCEPTED
    ).order_by("number")
    for version in versions:
        newest[version.document_id] = version
    links: dict[uuid.UUID, list[FileLink]] = defaultdict(list)
    for use in uses:
        current = newest.get(use.document_id)
        if current is None:
            continue
        known = FILE_TYPES.get(Path(current.file_name).suffix)
        links[use.object_id].append(
            FileLink(
                title=use.document.title,
                href=reverse("file", args=[council.slug, current.pk]),
                size=current.size,
                type_words=known.words if known else "File",
                version_id=current.pk,
                marking=use.document.marking,
            )
        )
    return links
