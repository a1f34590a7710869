"""Things for evidence to hang on in tests: boards, readable and open to evidence as each test says."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import QuerySet
from PIL import Image

from partnerships.models import Board
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents import rules, storage
from prevent_portal.documents.models import Document
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope

KIND = "tests.board"
TABLES = ("documents_document", "documents_documentversion", "documents_documentuse", "outbox_keptreply")


@dataclass
class Things:
    """A kind of thing whose readers a test chooses: by role, and board by board."""

    readers: set[Role] = field(default_factory=lambda: {Role.COORDINATOR})
    adders: set[Role] = field(default_factory=lambda: {Role.COORDINATOR})
    hidden: set[uuid.UUID] = field(default_factory=set)
    wide: set[uuid.UUID] = field(default_factory=set)
    page: str = "/c/{slug}/boards/{id}/"

    def readable(self, access: CouncilAccess) -> QuerySet[Any]:
        boards = Board.objects.filter(council=access.council).exclude(pk__in=self.hidden)
        return boards if self.readers & access.roles else boards.none()

    def labels(self, access: CouncilAccess, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, rules.Thing]:
        boards = Board.objects.filter(council=access.council, pk__in=ids)
        slug = access.council.slug
        return {one.pk: rules.Thing(one.name, self.page.format(slug=slug, id=one.pk)) for one in boards}

    def may_attach(self, access: CouncilAccess, object_id: uuid.UUID) -> bool:
        return bool(self.adders & access.roles)

    def kind(self, name: str = KIND, **options: Any) -> rules.Kind:
        return rules.Kind(
            name,
            "Board",
            self.readable,
            self.labels,
            self.may_attach,
            widely_seen=lambda council, object_id: object_id in self.wide,
            **options,
        )


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    """The kind of the tests, registered for one test."""
    made = Things()
    monkeypatch.setitem(rules._kinds, KIND, made.kind())
    return made


def board(council: Council, name: str = "Safer Communities Board") -> Board:
    with service_scope(council=council):
        return Board.objects.create(council=council, name=name)


def upload(content: bytes | None = None, name: str = "Minutes of March.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def attach(
    council: Council,
    by: User,
    thing: Board,
    content: bytes | None = None,
    name: str = "Minutes of March.pdf",
    **details: Any,
) -> Document:
    """Hang a file on a board, in the person's own scope."""
    with council_scope(user_id=by.pk, council=council):
        return attach_file(
            council=council,
            by=by,
            upload=upload(content, name),
            kind=KIND,
            object_id=thing.pk,
            **{"title": "Minutes", **details},
        )


# Good files -----------------------------------------------------------------------------------------


@cache
def pdf(change: str = "") -> bytes:
    """A real PDF of one empty page; the change makes another file of it."""
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Title"] = change or "Minutes"
        stream = io.BytesIO()
        made.save(stream, deterministic_id=True)
    return stream.getvalue()


@cache
def xlsx() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Figures").write_row(0, 0, ["organisation", "trained"])
    book.close()
    return stream.getvalue()


@cache
def picture(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    image = Image.new("RGB", (40, 30), "navy")
    for x in range(40):
        image.putpixel((x, x % 30), (x * 6, 200, 90))
    image.save(stream, kind)
    return stream.getvalue()


def zipped(parts: dict[str, bytes | str], *, stored: Collection[str] = ()) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=method)
    return stream.getvalue()


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx_parts() -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>Note of a meeting</w:t>'
        "</w:r></w:p></w:body></w:document>",
    }


@cache
def docx() -> bytes:
    return zipped(docx_parts())


def odt_parts(kind: str = "text") -> dict[str, bytes | str]:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f'<o:document-content xmlns:o="{office}"><o:body/></o:document-content>',
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}">'
        '<m:file-entry m:full-path="/"/></m:manifest>',
    }


def odt(kind: str = "text") -> bytes:
    return zipped(odt_parts(kind), stored=["mimetype"])


GOOD: dict[str, Callable[[], bytes]] = {
    "minutes.pdf": pdf,
    "note.docx": docx,
    "figures.xlsx": xlsx,
    "note.odt": odt,
    "figures.ods": lambda: odt("spreadsheet"),
    "event.png": picture,
    "event.jpg": lambda: picture("JPEG"),
    "event.jpeg": lambda: picture("JPEG"),
    "figures.csv": lambda: "organisation;trained\nRoyal Free;1,007\n".encode("utf-8-sig"),
    "note.txt": lambda: "Twenty people came – “well run”.\r\n".encode("cp1252"),
}


# What is stored ---------------------------------------------------------------------------------------


def files_on_disk(council: Council) -> dict[str, str]:
    """Every file of a council with its checksum."""
    return {
        f"{area}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for area in (storage.QUARANTINE, storage.KEPT)
        for path in (Path(settings.MEDIA_ROOT) / area / str(council.pk)).glob("*")
    }


def rows(council: Council) -> list[tuple[Any, ...]]:
    """A checksum over every row of the tables that an upload could touch, and the count of audit events."""
    parts = [
        f"SELECT '{name}', md5(coalesce(string_agg(t::text, ',' ORDER BY t.id), '')) FROM {name} t"
        for name in TABLES
    ]
    with service_scope(council=council), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return sorted(cursor.fetchall())
