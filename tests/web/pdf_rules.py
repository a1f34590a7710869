"""What must be true of every PDF that the portal gives out: rules a test can ask of the bytes."""

from __future__ import annotations

import io
import itertools
from collections.abc import Collection, Iterator
from typing import Any

import pikepdf


def problems_in(content: bytes, *, attachments: Collection[str] = ()) -> list[str]:
    """Return every breach of our rules for accessible, archivable documents; none is the aim.

    Args:
        attachments: names of the files that the document should carry, and no other.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        problems = [*_catalogue(pdf), *_claims(pdf), *_fonts(pdf), *_attachments(pdf, attachments)]
        if "/StructTreeRoot" not in root:
            return [*problems, "no tags"]
        elements = list(walk(root.StructTreeRoot))
        problems += [*_headings(elements), *_bookmarks(pdf, elements)]
        for kind, element in elements:
            if kind == "Figure" and not str(element.get("/Alt", "")).strip():
                problems.append("a figure has no alternative text")
            if kind == "Table":
                problems += _table(element)
            if kind == "L" and any(name not in {"LI", "Caption", "L"} for name, _ in children(element)):
                problems.append("a list holds something that is not an item")
        return problems


def _catalogue(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the title is not shown"
    if not str(pdf.docinfo.get("/Title", "")):
        yield "no title"


def _attachments(pdf: pikepdf.Pdf, wanted: Collection[str]) -> Iterator[str]:
    """PDF/A-3: every file says what it is and belongs to the document as a whole."""
    for name in sorted(set(wanted) - set(pdf.attachments)):
        yield f"{name} is not attached"
    owned = [entry.objgen for entry in pdf.Root.get("/AF", [])]
    for name, file in pdf.attachments.items():
        if name not in wanted:
            yield f"files are embedded: {name}"
            continue
        if not file.description:
            yield f"{name} has no description"
        if str(file.obj.get("/AFRelationship", "")) not in {"/Data", "/Source", "/Supplement"}:
            yield f"{name} does not say what it is to the document"
        if file.obj.objgen not in owned:
            yield f"{name} does not belong to the document"
        if not str(file.get_file().obj.get("/Subtype", "")).strip("/"):
            yield f"{name} has no kind"


def _bookmarks(pdf: pikepdf.Pdf, elements: list[tuple[str, Any]]) -> Iterator[str]:
    """Every heading of levels 1 to 3 is a bookmark, and each has words."""
    with pdf.open_outline() as outline:
        titles = [item.title.strip() for item in _items(outline.root)]
    if not titles:
        yield "no bookmarks"
        return
    if not all(titles):
        yield "a bookmark says nothing"
    headings = sum(kind in {"H1", "H2", "H3"} for kind, _ in elements)
    if len([title for title in titles if title]) < headings:
        yield "the bookmarks are not the headings"


def _items(items: Any) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _items(item.children)


def _claims(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata() as metadata:
        for name, value in (("pdfuaid:part", "1"), ("pdfaid:part", "3"), ("pdfaid:conformance", "A")):
            if metadata.get(name) != value:
                yield f"{name} is not {value}"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for entry in pdf.objects:
        is_font = isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/FontDescriptor"
        if is_font and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(entry.keys()):
            yield f"the font {entry.get('/FontName')} is not embedded"


def _headings(elements: list[tuple[str, Any]]) -> Iterator[str]:
    levels = [int(kind[1]) for kind, _ in elements if len(kind) == 2 and kind[0] == "H" and kind[1].isdigit()]
    if levels[:1] != [1]:
        yield "the first heading is not of level 1"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def _table(table: Any) -> Iterator[str]:
    heads = [element for kind, element in walk(table) if kind == "TH"]
    if not heads:
        yield "a table has no header cells"
    for head in heads:
        if head.get("/A", {}).get("/Scope") not in {pikepdf.Name.Column, pikepdf.Name.Row}:
            yield "a header cell has no scope"


def children(element: Any) -> Iterator[tuple[str, Any]]:
    """Return the tags right below one, each with its kind."""
    below = element.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield str(child.S).lstrip("/"), child


def walk(element: Any) -> Iterator[tuple[str, Any]]:
    """Return every tag below one, in reading order."""
    for kind, child in children(element):
        yield kind, child
        yield from walk(child)
