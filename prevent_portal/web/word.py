"""Writes a document as a Word file that people go on editing: real styles, real tables, nothing hidden.

The same words give the same bytes. Text from people is text: no field, no macro and no address comes of it,
save links that the caller names.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from prevent_portal.web.column_widths import shares_of

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Arial"
INK, BRAND, QUIET, LINK = "0B0C0C", "00594F", "484949", "1D4F91"
NUMBERED, NOTE, MARKING, CELL = "Numbered paragraph", "Source note", "Marking", "Table text"
MARGIN, LONG, SHORT = Mm(20), Mm(297), Mm(210)
_NOT_TEXT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEFT_OUT = {"docProps/thumbnail.jpeg", "word/stylesWithEffects.xml"}
"""Parts of the library's own template: a picture of somebody else's page, and styles for old programs."""
_EMU_IN_A_TWIP = 635
_TWIPS_IN_A_CHARACTER = 115
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Run:
    """Some words, and the address that they link to if they do."""

    text: str
    href: str = ""
    bold: bool = False


Words = str | Sequence[Run]


class WordFile:
    """A Word file that is written from its first line to its last.

    Args:
        title: of the file, as readers show it.
        created: the moment that the file names as its own; aware.
        marking: protective marking at the head and foot of every page; may be empty.
        language: of the text.
    """

    def __init__(
        self, *, title: str, created: dt.datetime, marking: str = "", language: str = "en-GB"
    ) -> None:
        self._document: Any = docx.Document()
        self._marking = marking
        _dress(self._document, language)
        properties = self._document.core_properties
        properties.title, properties.language = _clean(title)[:255], language
        properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
        properties.created = properties.modified = created.astimezone(dt.UTC).replace(tzinfo=None)
        properties.revision = 1
        section = self._document.sections[0]
        _paper(section, landscape=False)
        self._head_and_foot(section, _clean(title))

    def cover(self, *, council: str, title: str, subtitle: str, facts: Sequence[tuple[str, str]]) -> None:
        """Write whose report it is, and the block of its facts."""
        self._paragraph(council, "Subtitle")
        self._paragraph(title, "Title")
        self._paragraph(subtitle, "Subtitle")
        self.table(caption="", head=(), rows=[list(fact) for fact in facts])

    def contents(self, *, title: str, entries: Sequence[str]) -> None:
        """Write a list of contents that the program brings up to date with page numbers when it is asked."""
        self._paragraph(title, "TOC Heading")
        for place, entry in enumerate(entries or ("",)):
            line = self._paragraph("", "Normal")
            line.paragraph_format.space_after = Pt(3)
            if place == 0:
                _field_part(line, "begin")
                _instruction(line, ' TOC \\o "1-2" \\h \\z \\u ')
                _field_part(line, "separate")
            line.add_run(_clean(entry))
            if place == len(entries or ("",)) - 1:
                _field_part(line, "end")
        self._document.paragraphs[-1].paragraph_format.space_after = Pt(18)

    def heading(self, words: str, *, level: int, new_page: bool = False) -> None:
        line = self._paragraph(words, f"Heading {level}")
        line.paragraph_format.page_break_before = new_page or None

    def paragraph(self, words: Words, *, number: str = "", emphasised: bool = False) -> None:
        """Write a paragraph; a number stands before it and its lines hang beside it."""
        line = self._paragraph("", NUMBERED if number else "Normal")
        if number:
            line.add_run(f"{number}\t")
        self._write(line, words)
        if emphasised:
            for run in line.runs:
                run.italic = True

    def bullets(self, items: Sequence[Words]) -> None:
        for item in items:
            self._write(self._paragraph("", "List Bullet"), item)

    def note(self, words: Words) -> None:
        """Write what stands small below a table."""
        self._write(self._paragraph("", NOTE), words)

    def caption(self, words: str) -> None:
        self._paragraph(words, "Caption").paragraph_format.keep_with_next = True

    def turn(self, *, landscape: bool) -> None:
        """Start a page that lies or stands."""
        section = self._document.add_section()
        _paper(section, landscape=landscape)

    def table(
        self,
        *,
        caption: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        numeric: Collection[int] = (),
    ) -> None:
        """Write a table whose head is repeated on each page. The first cell of a row is its header."""
        if caption:
            self.caption(caption)
        width = len(head) or max((len(row) for row in rows), default=0)
        if not width:
            return
        section = self._document.sections[-1]
        room = section.page_width - section.left_margin - section.right_margin
        widths = _widths([head, *rows] if head else rows, width, room // _EMU_IN_A_TWIP)
        table = _element("w:tbl")
        properties = _child(table, "w:tblPr")
        _child(properties, "w:tblStyle", val="TableGrid")
        _child(properties, "w:tblW", w=str(sum(widths)), type="dxa")
        _child(properties, "w:tblLayout", type="fixed")
        look = {"firstRow": "1" if head else "0", "firstColumn": "1", "noHBand": "1", "noVBand": "1"}
        _child(properties, "w:tblLook", val="04A0", **look)
        if caption:
            _child(properties, "w:tblCaption", val=_clean(caption))
        grid = _child(table, "w:tblGrid")
        for each in widths:
            _child(grid, "w:gridCol", w=str(each))
        if head:
            table.append(_row(head, widths, numeric, is_head=True))
        for row in rows:
            table.append(_row(row, widths, numeric, is_head=False))
        self._document.element.body.insert_element_before(table, "w:sectPr")
        # Between two tables there must be a line, or a program makes one table of them.
        gap = self._document.add_paragraph(style=NOTE).paragraph_format
        gap.line_spacing, gap.space_before, gap.space_after = Pt(6), Pt(0), Pt(0)

    def content(self) -> bytes:
        """Return the file. Its parts carry no moment of their own."""
        package = self._document.part.package
        for relations in (package.rels, self._document.part.rels):
            for key in [key for key, one in relations.items() if _is_left_out(one)]:
                del relations[key]
        written, packed = io.BytesIO(), io.BytesIO()
        self._document.save(written)
        with (
            zipfile.ZipFile(written) as source,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, _FIRST_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return packed.getvalue()

    def _paragraph(self, words: str, style: str) -> Any:
        return self._document.add_paragraph(_clean(words), style=style)

    def _write(self, line: Any, words: Words) -> None:
        for run in [Run(words)] if isinstance(words, str) else words:
            if run.href:
                self._link(line, run)
            else:
                line.add_run(_clean(run.text)).bold = run.bold or None

    def _link(self, line: Any, run: Run) -> None:
        relation = self._document.part.relate_to(
            _clean(run.href), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link = _child(line._p, "w:hyperlink")
        link.set(qn("r:id"), relation)
        written = _child(link, "w:r")
        _child(_child(written, "w:rPr"), "w:rStyle", val="Hyperlink")
        _text(written, run.text)

    def _head_and_foot(self, section: Any, title: str) -> None:
        head = section.header.paragraphs[0]
        head.style = self._document.styles[MARKING]
        head.add_run(_clean(self._marking))
        foot = section.footer.paragraphs[0]
        room = section.page_width - section.left_margin - section.right_margin
        stops = foot.paragraph_format.tab_stops
        stops.add_tab_stop(room, WD_TAB_ALIGNMENT.RIGHT)
        foot.add_run(f"{title[:80]}\tPage ")
        _field(foot, " PAGE ")
        foot.add_run(" of ")
        _field(foot, " NUMPAGES ")
        if self._marking:
            section.footer.add_paragraph(_clean(self._marking), style=MARKING)


def _dress(document: Any, language: str) -> None:
    """Give the library's styles our face: Arial, near black, the council's green for headings."""
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    for tongue in [*defaults.iter(qn("w:lang")), *document.settings.element.iter(qn("w:themeFontLang"))]:
        tongue.set(qn("w:val"), language)
        if tongue.tag == qn("w:lang"):
            tongue.set(qn("w:eastAsia"), language)
    for name in (NUMBERED, NOTE, MARKING, CELL):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor.from_string(LINK), True
    looks: dict[str, tuple[float, bool, str, float, float]] = {
        "Normal": (12, False, INK, 0, 8),
        "Title": (28, True, INK, 0, 8),
        "Subtitle": (14, True, BRAND, 0, 6),
        "TOC Heading": (18, True, INK, 12, 8),
        "Heading 1": (18, True, INK, 20, 8),
        "Heading 2": (14, True, INK, 14, 6),
        "Heading 3": (12, True, INK, 10, 4),
        "List Bullet": (12, False, INK, 0, 4),
        "Caption": (12, True, INK, 10, 4),
        NUMBERED: (12, False, INK, 0, 8),
        NOTE: (11, False, QUIET, 2, 6),
        MARKING: (12, True, INK, 0, 0),
        CELL: (11, False, INK, 2, 2),
        "Footer": (11, False, QUIET, 0, 0),
    }
    for name, (size, bold, colour, before, after) in looks.items():
        style = styles[name]
        _face(style, size=size, bold=bold, colour=colour)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.15
        for border in list(style.element.iter(qn("w:pBdr"))):
            border.getparent().remove(border)
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        styles[name].paragraph_format.keep_with_next = True
    numbered = styles[NUMBERED].paragraph_format
    numbered.left_indent, numbered.first_line_indent = Mm(13), -Mm(13)
    numbered.tab_stops.add_tab_stop(Mm(13))
    styles[MARKING].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles[NUMBERED].quick_style = True


def _face(style: Any, *, size: float, bold: bool, colour: str) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    for spaced in [*style.element.iter(qn("w:spacing")), *style.element.iter(qn("w:kern"))]:
        if spaced.getparent().tag == qn("w:rPr"):
            spaced.getparent().remove(spaced)


def _paper(section: Any, *, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = Mm(24)


def _widths(rows: Sequence[Sequence[str]], columns: int, room: int) -> list[int]:
    shares = [int(room * share) for share in shares_of(rows, columns, room=room / _TWIPS_IN_A_CHARACTER)]
    shares[-1] += room - sum(shares)
    return shares


def _row(cells: Sequence[str], widths: Sequence[int], numeric: Collection[int], *, is_head: bool) -> Any:
    row = _element("w:tr")
    properties = _child(row, "w:trPr")
    _child(properties, "w:cantSplit")
    if is_head:
        _child(properties, "w:tblHeader")
    for place, width in enumerate(widths):
        cell = _child(row, "w:tc")
        described = _child(cell, "w:tcPr")
        _child(described, "w:tcW", w=str(width), type="dxa")
        if is_head:
            _child(described, "w:shd", val="clear", color="auto", fill="EEF5F4")
        line = _child(cell, "w:p")
        look = _child(line, "w:pPr")
        _child(look, "w:pStyle", val="Tabletext")
        if is_head:
            _child(look, "w:keepNext")
        if place in numeric:
            _child(look, "w:jc", val="right")
        run = _child(line, "w:r")
        if is_head:
            _child(_child(run, "w:rPr"), "w:b")
        _text(run, cells[place] if place < len(cells) else "")
    return row


def _text(run: Any, words: str) -> None:
    """Write words; the lines of a cell stay lines."""
    for place, line in enumerate(_clean(words).split("\n")):
        if place:
            _child(run, "w:br")
        text = _child(run, "w:t")
        text.text = line
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _field(line: Any, instruction: str) -> None:
    _field_part(line, "begin")
    _instruction(line, instruction)
    _field_part(line, "separate")
    line.add_run("1")
    _field_part(line, "end")


def _field_part(line: Any, kind: str) -> None:
    _child(line.add_run()._r, "w:fldChar", fldCharType=kind)


def _instruction(line: Any, words: str) -> None:
    instruction = _child(line.add_run()._r, "w:instrText")
    instruction.text = words
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _element(name: str) -> Any:
    return OxmlElement(name)


def _child(parent: Any, name: str, **attributes: str) -> Any:
    child = OxmlElement(name)
    for key, value in attributes.items():
        child.set(qn(f"w:{key}"), value)
    parent.append(child)
    return child


def _is_left_out(relation: Any) -> bool:
    return not relation.is_external and str(relation.target_part.partname).lstrip("/") in _LEFT_OUT


def _clean(words: str) -> str:
    """The words without what XML cannot hold."""
    return _NOT_TEXT.sub("", words)
