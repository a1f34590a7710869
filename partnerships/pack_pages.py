"""Lay the pages of papers onto the sheets of a board pack. Run as a process of its own by ``pack_process``.

The pack's own renderer draws every sheet with its caption, page number, marking and a figure whose
alternative text says which page of which paper it holds; here the paper's page is drawn into that figure.
What a paper's page does of its own (links, scripts, the tags of another document) stays behind: in the pack
a paper is a picture of its pages, and its structure is in the file itself. What somebody filled into a form
or stamped on a page is drawn with it.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, Rectangle

MILLIMETRE = 72 / 25.4
FIGURE = (20, 24, 170, 205)
"""Left, bottom, width and height of a sheet's figure in millimetres; static/report.css draws it so."""

_CLAIMS = ("pdfaid:part", "pdfaid:conformance")
_RGB = 3
PACK_NAME, FILE_NAME, RESULT_NAME = "pack.pdf", "paper-{}.pdf", "laid.pdf"
TOO_MUCH, UNREADABLE = 3, 4
"""What the process ends with, if not with 0."""
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
                for source in sources:
                    source.generate_appearance_streams()
                    source.flatten_annotations("print")
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
    mark = _mark_of_figure(pdf, target)
    # The renderer turns the page's coordinates upside down and leaves them so: what it drew is closed first.
    target.contents_add(b"q", prepend=True)
    target.contents_add(b"Q " + mark + b" BDC " + bytes(placed) + b" EMC", prepend=False)


def _mark_of_figure(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bytes:
    """Give the page's figure one more piece of content, and return the mark that the piece must bear."""
    tags: Any = pdf.Root.StructTreeRoot.ParentTree.Nums
    place = next(at for at in range(0, len(tags), 2) if tags[at] == page.StructParents)
    owners = tags[place + 1]
    figure = next(owner for owner in owners if str(owner.S) == "/Figure")
    number = len(owners)
    figure.K.append(number)
    owners.append(figure)
    return b"/Figure <</MCID %d>>" % number


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
    """Whether a file claims to be one to keep, in colours that are at home in the pack, which is in sRGB."""
    with pdf.open_metadata() as metadata:
        if metadata.get("pdfaid:part") not in {"1", "2", "3"}:
            return False
    intents: Any = pdf.Root.get("/OutputIntents", [])
    return all(intent.get("/DestOutputProfile", {}).get("/N", 0) == _RGB for intent in intents)


def _claim(pdf: pikepdf.Pdf, *, archivable: bool) -> None:
    if archivable:
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for claim in _CLAIMS:
            if claim in metadata:
                del metadata[claim]


# The process ---------------------------------------------------------------------------------------


def main() -> int:  # pragma: no cover - runs in a process of its own
    """Read the job from standard input and the files beside it, write the pack and its number of pages."""
    job = json.load(sys.stdin)
    try:
        laid, pages = lay_pages(
            Path(PACK_NAME).read_bytes(),
            [Path(FILE_NAME.format(number)).read_bytes() for number in range(job["files"])],
            [Sheet(file, page) for file, page in job["sheets"]],
        )
        Path(RESULT_NAME).write_bytes(laid)
    except (MemoryError, RecursionError, OSError):
        return TOO_MUCH
    except Exception:  # noqa: BLE001 - whatever the file made the parser raise, it cannot be read
        return UNREADABLE
    sys.stdout.write(json.dumps({"pages": pages}))
    return 0


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main())
