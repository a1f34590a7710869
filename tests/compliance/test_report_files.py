"""PDF, Word and workbook of a report say the same, keep the rules of accessible files, and hide nothing."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest
from docx.oxml.ns import qn
from lxml import html

from compliance.models import ReportVersion
from compliance.queries.report_files import number_of, word_of, workbook_of
from compliance.queries.report_pages import document_context, printed_rows
from prevent_portal.web.downloads import Percentage
from prevent_portal.web.report_blocks import from_json
from prevent_portal.web.word import WordFile
from tests.compliance.printed_reports import MADE_AT, REASON, Files, everything, files_of
from tests.tagged_text import TaggedPdf
from tests.web.pdf_rules import problems_in

MARKING = "Not for publication: exempt under paragraph 3 of Schedule 12A"


@pytest.fixture(scope="module")
def files() -> dict[str, Files]:
    return files_of(everything())


# What they say -----------------------------------------------------------------------------------


def said(words: str) -> str:
    """Words without what sets them apart on paper: number and bullet of an item, spaces."""
    words = " ".join(words.replace("\xa0", " ").split())
    return re.sub(r"^(?:[0-9]+\.|•) ", "", words)


def said_by_page(page: str) -> Iterator[str]:
    """Each piece of the HTML in order; of a chart, what it says in words."""
    [body] = html.document_fromstring(page).iter("body")
    for element in body.iter("h1", "h2", "h3", "h4", "p", "li", "caption", "th", "td", "figure"):
        if any(above.tag == "nav" for above in element.iterancestors()):
            continue
        if element.tag == "figure":
            [caption] = element.iter("figcaption")
            [description] = element.iter("{*}desc", "desc")
            yield said(description.text)
            yield said(caption.text)
        else:
            for broken in element.iter("br"):
                broken.tail = f" {broken.tail or ''}"
            yield said(element.text_content())


def said_by_word(content: bytes) -> Iterator[str]:
    """Each paragraph and cell of the Word file in order, without its contents."""
    document = docx.Document(io.BytesIO(content))
    for element in document.element.body.iter(qn("w:p")):
        style = element.pPr.style if element.pPr is not None else None
        is_field = any(True for _ in element.iter(qn("w:fldChar"), qn("w:instrText")))
        if style != "TOCHeading" and not is_field and not _is_contents(element):
            yield said("".join(_letters(element)))


def _letters(element: Any) -> Iterator[str]:
    for piece in element.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if piece.getparent().tag == qn("w:r"):
            yield piece.text or "" if piece.tag == qn("w:t") else " "


def _is_contents(element: Any) -> bool:
    """Whether a paragraph lies within the list of contents, which is one field."""
    depth = 0
    for mark in element.getroottree().getroot().iter(qn("w:fldChar"), qn("w:p")):
        if mark is element:
            return depth > 0
        kind = mark.get(qn("w:fldCharType"))
        depth += {"begin": 1, "end": -1}.get(kind, 0)
    return False


def said_by_pdf(content: bytes) -> Iterator[str]:
    """Each piece by its tags, in reading order, without the contents."""
    pieces = TaggedPdf(content).pieces
    places = [place for place, piece in enumerate(pieces) if piece.words == "Contents"]
    skipping = False
    for place, piece in enumerate(pieces):
        if place in places:
            skipping = True
        elif skipping and piece.kind.startswith("H"):
            skipping = False
        if skipping:
            continue
        if piece.table is not None:
            yield from filter(None, [said(piece.table.caption)])
            for row in [piece.table.head, *piece.table.rows]:
                yield from map(said, row)
        elif piece.kind == "Figure":
            yield said(piece.words.partition(". ")[2])
        else:
            yield said(piece.words)


def test_an_empty_table_says_so_on_the_page_in_word_and_in_the_pdf(files: dict[str, Files]) -> None:
    one = files["public"]
    for said_there in (said_by_page(one.html), said_by_word(one.word), said_by_pdf(one.pdf)):
        words = [words for words in said_there if words]
        assert words[words.index("Table 8: What nobody sent") :][:4] == [
            "Table 8: What nobody sent", "Name", "Number", "Nothing to show",
        ]  # fmt: skip


@pytest.mark.parametrize("edition", ["public", "exempt"])
def test_page_word_and_pdf_say_the_same_in_the_same_order(files: dict[str, Files], edition: str) -> None:
    one = files[edition]
    # An empty cell says nothing; the marking stands at other places in each.
    unsaid = {"", MARKING}
    page = [words for words in said_by_page(one.html) if words not in unsaid]
    assert len(page) > (200 if edition == "public" else 30)
    assert [words for words in said_by_word(one.word) if words not in unsaid] == page
    assert [words for words in said_by_pdf(one.pdf) if words not in unsaid] == page


def test_the_public_files_hold_nothing_of_an_exempt_section_nor_of_figures_for_boards(
    files: dict[str, Files],
) -> None:
    """Text, descriptions, attributes, attachments: every part of every file, unpacked."""
    for secret, present in (("9,731", True), ("9731", False), (REASON, True), ("4711", False)):
        assert secret not in unpacked(files["public"])
        assert (secret in unpacked(files["exempt"])) is present, "control"
    public = " ".join(said_by_page(files["public"].html))
    assert "Exempt: paragraph 3 of Schedule 12A to the Local Government Act 1972." in public
    left_out = "Table 3, “Figures for boards”, is not in the public edition."
    assert f"{left_out} It holds figures that were released to boards." in public
    exempt = " ".join(said_by_page(files["exempt"].html))
    assert "Why this report is needed" not in exempt
    assert "5.1 The provider asks" in exempt


def unpacked(one: Files) -> str:
    """Everything that the files of an edition hold, as text."""
    texts = [one.html, TaggedPdf(one.pdf).words]
    with pikepdf.open(io.BytesIO(one.pdf)) as pdf:
        texts += [str(pdf.docinfo), *(page for page in map(str, pdf.attachments))]
        attached = [file.get_file().read_bytes() for file in pdf.attachments.values()]
    for packed in (one.word, one.workbook, *attached):
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return "\n".join(texts)


# PDF ---------------------------------------------------------------------------------------------


def test_every_edition_keeps_the_rules_of_accessible_files(files: dict[str, Files]) -> None:
    assert problems_in(files["public"].pdf, attachments={"table-6.xlsx"}) == []
    assert problems_in(files["exempt"].pdf) == []


def test_every_page_says_where_it_is_and_an_exempt_one_that_it_is_not_for_publication(
    files: dict[str, Files],
) -> None:
    for edition, one in files.items():
        pdf = TaggedPdf(one.pdf)
        for number in range(1, pdf.page_count + 1):
            words = " ".join(pdf.page(number).split())
            assert f"Page {number} of {pdf.page_count}" in words
            assert words.count(MARKING) >= (2 if edition == "exempt" else 0)
            assert (MARKING in words) is (edition == "exempt")


def test_an_appendix_lies_and_repeats_the_head_of_its_table(files: dict[str, Files]) -> None:
    pdf = TaggedPdf(files["public"].pdf)
    table = pdf.table("Table 5: Plan")
    assert len(table.rows) == 16
    assert len(set(table.pages)) > 1
    assert set(table.headed) == set(table.pages)
    with pikepdf.open(io.BytesIO(files["public"].pdf)) as read:
        lying = {
            number for number, page in enumerate(read.pages, start=1) if page.mediabox[2] > page.mediabox[3]
        }
    assert set(table.pages) <= lying
    assert 1 not in lying


def test_a_table_too_long_to_print_prints_its_exceptions_and_travels_whole(files: dict[str, Files]) -> None:
    pdf = TaggedPdf(files["public"].pdf)
    assert [row[6] for row in pdf.table("Table 6: Visits").rows] == [
        "Note 3: three of nine briefings held.", "Note 404: three of nine briefings held.",
    ]  # fmt: skip
    assert (
        "Table 6 has 405 rows. Only 2 exceptions are printed here; all are in the spreadsheet table-6.xlsx, "
        "which is attached to the PDF of this report." in pdf.words
    )
    with pikepdf.open(io.BytesIO(files["public"].pdf)) as read:
        [file] = read.attachments.values()
        assert file.description == "Table 6: Visits, all 405 rows"
        sheet = openpyxl.load_workbook(io.BytesIO(file.get_file().read_bytes())).worksheets[0]
    assert sheet.max_row == 406
    assert sheet["G406"].value == "Note 404: three of nine briefings held."


def test_a_table_of_400_rows_is_printed_whole() -> None:
    [long] = [
        part["block"]
        for section in everything(register_rows=400)["sections"]
        for part in section["parts"]
        if part.get("number") == "Table 6"
    ]
    assert len(printed_rows(from_json(long))) == 400
    none = from_json({**long, "rows": [*long["rows"], long["rows"][0]], "exceptions": []})
    assert printed_rows(none) == []


# Word --------------------------------------------------------------------------------------------


def test_the_word_file_has_real_styles_heads_that_repeat_and_pages_that_lie(files: dict[str, Files]) -> None:
    document = docx.Document(io.BytesIO(files["public"].word))
    properties = document.core_properties
    assert (properties.title, properties.language) == ("Prevent: quarterly update", "en-GB")
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    headings = [(line.style.name, line.text) for line in document.paragraphs if "Heading" in line.style.name]
    assert headings[1:4] == [
        ("Heading 1", "Summary"), ("Heading 1", "1 Recommendations"),
        ("Heading 1", "2 Why this report is needed"),
    ]  # fmt: skip
    assert ("Heading 2", "4.1 Legal") in headings
    assert {"List Bullet", "Caption", "Numbered paragraph"} <= {
        line.style.name for line in document.paragraphs
    }
    plan = next(table for table in document.tables if len(table.rows) == 17)
    assert plan._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in plan._tbl.tr_lst)
    assert [section.orientation for section in document.sections] == [0, 1, 0]
    fields = " ".join(
        instruction.text for instruction in document.sections[0].footer._element.iter(qn("w:instrText"))
    )
    assert fields.split() == ["PAGE", "NUMPAGES"]
    link = next(document.element.body.iter(qn("w:hyperlink")))
    assert document.part.rels[link.get(qn("r:id"))].target_ref == "https://www.gov.uk/prevent-duty"
    tongues = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert tongues == {"en-GB"}


def test_an_exempt_word_file_and_workbook_are_marked_on_every_page(files: dict[str, Files]) -> None:
    for edition, times in (("exempt", 1), ("public", 0)):
        document = docx.Document(io.BytesIO(files[edition].word))
        for part in (document.sections[0].header, document.sections[0].footer):
            assert sum(line.text == MARKING for line in part.paragraphs) == times
        book = openpyxl.load_workbook(io.BytesIO(files[edition].workbook))
        assert {sheet.oddHeader.center.text == MARKING for sheet in book.worksheets} == {bool(times)}


def test_a_word_file_holds_any_text_and_nothing_that_runs() -> None:
    word = WordFile(title="A & B <c> \x00", created=MADE_AT)
    word.paragraph("\x01 ]]> <w:p/> =cmd|' /C calc'!A0 \ud800 {{ x }} \u2028")
    word.table(caption="", head=["<b>"], rows=[["line\nline"], []])
    content = word.content()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert not [name for name in names if "vba" in name or name.endswith((".jpeg", ".bin"))]
    document = docx.Document(io.BytesIO(content))
    assert document.paragraphs[0].text == " ]]> <w:p/> =cmd|' /C calc'!A0  {{ x }} \u2028"
    assert [cell.text for row in document.tables[0].rows for cell in row.cells] == ["<b>", "line\nline", ""]


# Workbook ----------------------------------------------------------------------------------------


def test_the_workbook_has_every_table_whole_with_numbers_as_numbers(files: dict[str, Files]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["public"].workbook))
    assert book.sheetnames == ["Contents", "Table 1", "Table 2", "Table 5", "Table 6", "Table 7", "Table 8"]
    assert book["Table 6"].max_row == 406
    contents = list(book["Contents"].iter_rows(min_row=2, values_only=True))
    assert contents[1][:5] == ("Table 2", "WRAP in the trusts", 2, "Action plan", "15 January 2019")
    assert "Missing: Community Healthcare: June 2018 not returned." in contents[1][5]
    counts = [[cell.value for cell in row] for row in book["Table 7"].iter_rows(min_row=2)]
    assert counts == [
        ["Sessions", 1007], ["Share", 0.847], ["Change", -3], ["Of", "7 of 9"], ["=1+1", "-"],
    ]  # fmt: skip
    assert book["Table 7"]["B3"].number_format == "0.0%"
    assert {cell.data_type for row in book["Table 7"].iter_rows() for cell in row} == {"s", "n"}, "no formula"


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("1,007", "Decimal"), ("0", "Decimal"), ("12.5", "Decimal"), ("85%", "Percentage"),
        ("", "str"), ("-", "str"), ("1 to 7", "str"), ("7 of 9", "str"), ("1.1.2", "str"), ("£5", "str"),
        ("1,00", "str"), ("Not returned", "str"), ("1e5", "str"), ("31 March 2019", "str"),
    ],
)  # fmt: skip
def test_only_what_is_a_number_becomes_one(printed: str, kind: str) -> None:
    made = number_of(printed)
    assert type(made).__name__ == kind
    if kind == "str":
        assert made == printed
    if kind == "Percentage":
        assert made == Percentage("85")


# Bytes -------------------------------------------------------------------------------------------


def test_the_same_version_gives_the_same_word_file_and_workbook_another_day(
    files: dict[str, Files], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip file keeps the moment at which it was written; the PDF's own test draws one twice."""
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    one = files["exempt"]
    content, version = one.context["content"], ReportVersion(number=2, made_at=MADE_AT)
    assert word_of(one.context, version) == one.word
    assert workbook_of(content, created=MADE_AT, marking=MARKING) == one.workbook
    other = document_context(version, {**content, "committee": "Cabinet"}, "exempt")
    assert word_of(other, version) != one.word
