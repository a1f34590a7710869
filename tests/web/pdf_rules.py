"""What must be true of every PDF that the portal gives out: rules a test can ask of the bytes."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import Any

import pikepdf


def problems_in(content: bytes) -> list[str]:
    """Return every breach of our rules for accessible, archivable documents; none is the aim."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        problems = [*_catalogue(pdf), *_claims(pdf), *_fonts(pdf)]
        if "/StructTreeRoot" not in root:
            return [*problems, "no tags"]
        elements = list(walk(root.StructTreeRoot))
        problems += _headings(elements)
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
    if "/EmbeddedFiles" in root.get("/Names", {}):
        yield "files are embedded"


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
