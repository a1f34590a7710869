"""Demo documents of two councils: small real files, made when they are loaded. The words are invented."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.documents.enums import Marking
from prevent_portal.documents.models import Document
from prevent_portal.documents.services.documents import add_file, add_link
from prevent_portal.documents.services.versions import add_version
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


@dataclass(frozen=True)
class DemoDocument:
    """One document. ``lines`` are its text, a further version adds a line to it; or it is a link."""

    council: str
    title: str
    owner: str
    lines: tuple[str, ...] = ()
    kind: str = "pdf"
    url: str = ""
    marking: Marking = Marking.NONE
    covers: tuple[date, date] | None = None
    review_in: int | None = None
    versions: int = 1


_YEAR = (date(2018, 4, 1), date(2019, 3, 31))
DOCUMENTS = (
    DemoDocument(
        "southwark",
        "Venue hire: terms and questions to speakers",
        "coordinator@southwark.example",
        ("Whoever books a hall names the speakers.", "The venue team asks about each before it confirms."),
        marking=Marking.OFFICIAL,
        covers=_YEAR,
        review_in=-12,
        versions=2,
    ),
    DemoDocument(
        "southwark",
        "Filtering on library computers: test sheet",
        "coordinator@southwark.example",
        ("site;result", "test page 1;blocked", "test page 2;blocked", "test page 3;open, reported"),
        kind="csv",
        covers=(date(2018, 10, 1), date(2018, 12, 31)),
        review_in=20,
    ),
    DemoDocument(
        "southwark",
        "Published duty guidance",
        "coordinator@southwark.example",
        url="https://www.gov.uk/government/publications/prevent-duty-guidance",
        review_in=200,
    ),
    DemoDocument(
        "southwark",
        "Referral pathway for front-line staff",
        "coordinator@southwark.example",
        ("Notice, check, share.", "Who takes the call, by day and out of hours."),
        marking=Marking.OFFICIAL,
        covers=_YEAR,
    ),
    DemoDocument(
        "barnet",
        "Workshop attendance, housing and libraries",
        "officer@barnet.example",
        ("team;invited;came", "Housing;40;31", "Libraries;22;20"),
        kind="csv",
        covers=(date(2018, 7, 1), date(2018, 12, 31)),
        review_in=9,
    ),
    DemoDocument(
        "barnet",
        "Multi-agency partnership: terms of reference",
        "coordinator@barnet.example",
        ("The partnership meets four times a year.", "It reviews the plan and agrees what changes."),
        marking=Marking.OFFICIAL,
        covers=_YEAR,
        review_in=75,
        versions=3,
    ),
    DemoDocument(
        "barnet",
        "Local assessment: extract for the board",
        "coordinator@barnet.example",
        ("An invented extract that shows the marking.", "It names no person and no place."),
        marking=Marking.OFFICIAL_SENSITIVE,
        covers=_YEAR,
        review_in=40,
    ),
    DemoDocument(
        "barnet",
        "Note of a schools briefing",
        "coordinator@barnet.example",
        ("Fourteen leads came.", "Questions were about visiting speakers and filtering."),
        kind="txt",
        covers=(date(2019, 1, 17), date(2019, 1, 17)),
    ),
)


def load(*, councils: dict[str, Council], people: dict[str, User]) -> None:
    """Put documents into the libraries of Southwark and Barnet. What is there already is left alone."""
    for described in DOCUMENTS:
        council, owner = councils.get(described.council), people.get(described.owner)
        if council is None or owner is None:
            continue
        with service_scope(council=council):
            if not Document.objects.filter(council=council, title=described.title).exists():
                _add(described, council, owner)


def _add(described: DemoDocument, council: Council, owner: User) -> Document:
    details: dict[str, Any] = {
        "title": described.title,
        "marking": described.marking,
        "covers_from": described.covers[0] if described.covers else None,
        "covers_to": described.covers[1] if described.covers else None,
        "review_on": (
            timezone.localdate() + timedelta(days=described.review_in)
            if described.review_in is not None
            else None
        ),
    }
    if described.url:
        return add_link(council=council, by=owner, url=described.url, **details)
    document = add_file(council=council, by=owner, upload=_file(described, 1), **details)
    for number in range(2, described.versions + 1):
        add_version(document=document, by=owner, upload=_file(described, number))
    return document


def _file(described: DemoDocument, number: int) -> SimpleUploadedFile:
    """The bytes of a version, under a name made from the title."""
    name = "-".join("".join(c if c.isalnum() else " " for c in described.title.lower()).split())
    lines = [*described.lines, *([f"Version {number}."] if number > 1 else [])]
    if described.kind == "pdf":
        content = one_page([described.title, "", *lines])
    else:
        content = ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
    return SimpleUploadedFile(f"{name}.{described.kind}", content)


def one_page(lines: list[str]) -> bytes:
    """A PDF of one page with some lines of plain text."""
    import pikepdf  # noqa: PLC0415 - only the demo writes with it

    with pikepdf.new() as made:
        font = made.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
        page.Contents = made.make_stream(f"BT /F1 14 Tf 20 TL 72 770 Td {shown} ET".encode("latin-1"))
        made.docinfo["/Title"] = lines[0]
        stream = io.BytesIO()
        made.save(stream)
    return stream.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
