"""Lay the pages of papers onto the sheets of a board pack, in the memory of the process that draws it.

The pack's own renderer draws every sheet with its caption, page number, marking and a figure whose
alternative text says which page of which paper it holds; here the paper's page is put into that figure's
place. What a paper's page does of its own (links, scripts, tags of another document) stays behind.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Name, Rectangle

MILLIMETRE = 72 / 25.4
FIGURE = (20, 24, 170, 205)
"""Left, bottom, width and height of a sheet's figure in millimetres; static/report.css draws it so."""

_CLAIMS = ("pdfaid:part", "pdfaid:conformance")
_MARKS = {"BMC", "BDC", "EMC", "MP", "DP"}


class NoPages(Exception):
    """A file that says it is a PDF and whose pages cannot be read."""


@dataclass(frozen=True)
class Sheet:
    """The place of one page: which file, which of its pages; no file for a sheet that holds words alone."""

    file: int | None
    page: int = 0


def page_count(content: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        NoPages: if it cannot be read, for instance because it asks for a password.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages)
    except pikepdf.PdfError as error:
        raise NoPages(str(error)) from error


def lay_pages(pack: bytes, files: Sequence[bytes], sheets: Sequence[Sheet]) -> tuple[bytes, int]:
    """Put the pages of files onto the last pages of a drawn pack, one for each sheet, in order.

    Returns:
        The pack and its number of pages. It claims to be an archive file only if every file does.

    Raises:
        NoPages: if a file cannot be read after all.
    """
    try:
        with pikepdf.open(io.BytesIO(pack)) as pdf:
            first = len(pdf.pages) - len(sheets)
            sources = [pikepdf.open(io.BytesIO(content)) for content in files]
            try:
                for place, sheet in enumerate(sheets):
                    if sheet.file is not None:
                        _lay(pdf, pdf.pages[first + place], sources[sheet.file].pages[sheet.page])
                archivable = all(_is_archivable(source) for source in sources)
                _claim(pdf, archivable=archivable)
                output = io.BytesIO()
                pdf.save(output, deterministic_id=True)
                return output.getvalue(), len(pdf.pages)
            finally:
                for source in sources:
                    source.close()
    except pikepdf.PdfError as error:
        raise NoPages(str(error)) from error


def _lay(pdf: pikepdf.Pdf, target: pikepdf.Page, source: pikepdf.Page) -> None:
    form = pdf.copy_foreign(source.as_form_xobject())
    _unmark(pdf, form, set())
    name = target.add_resource(form, Name.XObject)
    left, bottom, width, height = (length * MILLIMETRE for length in FIGURE)
    box = Rectangle(left, bottom, left + width, bottom + height)
    placed = target.calc_form_xobject_placement(
        form, name, box, invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    # The tagged figure speaks for the page; the drawing itself is no content of the structure.
    target.contents_add(b"q /Artifact BMC " + bytes(placed) + b" EMC Q", prepend=False)


def _unmark(pdf: pikepdf.Pdf, form: Any, seen: set[tuple[int, int]]) -> None:
    """Take the marks of the paper's own structure out of a drawing and of those within it."""
    if form.objgen in seen:
        return
    seen.add(form.objgen)
    for key in ("/StructParents", "/StructParent", "/Metadata", "/PieceInfo"):
        if key in form:
            del form[key]
    kept = [
        instruction
        for instruction in pikepdf.parse_content_stream(form)
        if str(instruction.operator) not in _MARKS
    ]
    form.write(pikepdf.unparse_content_stream(kept))
    resources = form.get("/Resources")
    for inner in (resources or {}).get("/XObject", {}).values() if resources is not None else ():
        if inner.get("/Subtype") == "/Form":
            _unmark(pdf, inner, seen)


def _is_archivable(pdf: pikepdf.Pdf) -> bool:
    with pdf.open_metadata() as metadata:
        return metadata.get("pdfaid:part") in {"1", "2", "3"}


def _claim(pdf: pikepdf.Pdf, *, archivable: bool) -> None:
    if archivable:
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for claim in _CLAIMS:
            if claim in metadata:
                del metadata[claim]
