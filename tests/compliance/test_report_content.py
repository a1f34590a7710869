"""The software numbers a report and names what is missing; people only write (rules 9 to 11)."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.enums import Numbering, ReportState, SectionKind
from compliance.models import Report, ReportSection
from compliance.queries.report_content import Content, checksum, compose
from compliance.queries.report_pages import chart_of, is_wide
from prevent_portal.web.narrative import Part, parts_of
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.report_blocks import Bar, Block, Column, from_json

DAY = date(2019, 1, 15)


def report(numbering: str = Numbering.SECTIONS, **fields: object) -> Report:
    return Report(
        number=3,
        title="Quarterly update",
        committee="Board",
        numbering=numbering,
        period_start=date(2018, 10, 1),
        period_end=date(2018, 12, 31),
        **fields,
    )


def section(key: str, narrative: str = "", **fields: object) -> ReportSection:
    return ReportSection(
        key=key, heading=key.capitalize(), narrative=narrative, **{"required": True, **fields}
    )


def block(key: str = "b", **fields: object) -> Block:
    given = {"title": "Training", "columns": [Column("Trust"), Column("Share", numeric=True)]}
    return Block(
        **{
            "key": key,
            **given,
            "rows": [["Royal Free", "84.7%"]],
            "source": "Returns",
            "as_at": DAY,
            **fields,
        }
    )


def composed(
    sections: list[ReportSection], blocks: dict[str, list[Block]] | None = None, of: Report | None = None
) -> Content:
    return compose(
        report=of or report(),
        council_name="Barnet",
        sections=sections,
        blocks=blocks or {},
        as_at=DAY,
        state=ReportState.DRAFT,
    )


def numbers(content: Content) -> list[str]:
    """Every number of the report in reading order."""
    found = []
    for one in content["sections"]:
        found.append(one["number"])
        found += [part["number"] for part in one["parts"] if part.get("number")]
    return found


@pytest.mark.parametrize(
    ("day", "words", "start", "end"),
    [
        (date(2018, 4, 1), "Quarter 1 2018/19 (April to June 2018)", date(2018, 4, 1), date(2018, 6, 30)),
        (
            date(2018, 12, 31),
            "Quarter 3 2018/19 (October to December 2018)",
            date(2018, 10, 1),
            date(2018, 12, 31),
        ),
        (date(2019, 1, 1), "Quarter 4 2018/19 (January to March 2019)", date(2019, 1, 1), date(2019, 3, 31)),
        (date(2000, 3, 31), "Quarter 4 1999/00 (January to March 2000)", date(2000, 1, 1), date(2000, 3, 31)),
    ],
)
def test_a_financial_quarter_starts_in_april(day: date, words: str, start: date, end: date) -> None:
    quarter = Quarter.of(day)
    assert (quarter.words, quarter.start, quarter.end) == (words, start, end)
    assert quarter.previous.following == quarter
    assert quarter.following.previous == quarter


def test_narrative_is_plain_text_and_no_html() -> None:
    text = "First\nline.\n\n## A heading\n- one\n- two\n  goes on\n\n<b>Not bold</b>\n\n\n"
    assert parts_of(text) == [
        Part("paragraph", "First line."),
        Part("heading", "A heading"),
        Part("list", items=("one", "two goes on")),
        Part("paragraph", "<b>Not bold</b>"),
    ]


def test_sections_paragraphs_and_parts_share_one_count_so_no_number_appears_twice() -> None:
    content = composed(
        [
            section("summary", "Words.", numbered=False),
            section("why", "One.\n\nTwo."),
            section("risk", "Three.\n\nFour.", level=2),
            section("channel", "Five.", level=2),
            section("after", "Six."),
        ]
    )
    assert numbers(content) == [
        "", "1", "1.1", "1.2", "1.3", "1.3.1", "1.3.2", "1.4", "1.4.1", "2", "2.1",
    ]  # fmt: skip
    given = [number for number in numbers(content) if number]
    assert len(given) == len(set(given))


def test_a_council_may_number_paragraphs_through_the_whole_report() -> None:
    content = composed(
        [
            section("foreword", "No.", numbered=False),
            section("background", "One.\n\nTwo."),
            section("issues", "3."),
        ],
        of=report(Numbering.CONTINUOUS),
    )
    assert numbers(content) == ["", "", "1", "2", "", "3"]


def test_tables_and_figures_are_numbered_through_the_report() -> None:
    bars = [Bar("Royal Free", 84.72, "84.7%")]
    content = composed(
        [section("a", blocks=["x"]), section("b", blocks=["x"])],
        {"a": [block("1"), block("2", bars=bars)], "b": [block("3", bars=bars)]},
    )
    blocks = [part for one in content["sections"] for part in one["parts"] if part["kind"] == "block"]
    assert [(part["number"], part.get("figure")) for part in blocks] == [
        ("Table 1", None),
        ("Table 2", "Figure 1"),
        ("Table 3", "Figure 2"),
    ]


def test_recommendations_are_one_to_a_paragraph() -> None:
    one = section(
        "recommendations", "Note this.\n\n- Agree that.\n- Comment.", kind=SectionKind.RECOMMENDATIONS
    )
    assert composed([one])["sections"][0]["parts"] == [
        {"kind": "recommendations", "items": ["Note this.", "Agree that.", "Comment."]}
    ]


def test_none_identified_is_an_answer_and_silence_is_a_named_gap() -> None:
    content = composed(
        [
            section("equalities", none_identified=True),
            section("legal"),
            section("extra", required=False),
            section("figures", kind=SectionKind.BLOCKS, blocks=["x"]),
        ],
        {"figures": [block(missing=["Royal Free: WRAP not returned"])]},
    )
    assert [one["key"] for one in content["sections"]] == ["equalities", "legal", "figures"]
    assert content["sections"][0]["parts"][0]["text"] == "None identified."
    assert content["sections"][1]["parts"] == [
        {"kind": "gap", "text": "This section has not been written yet."}
    ]
    assert content["missing"] == ["Royal Free: WRAP not returned", "“Legal” is not written"]
    assert content["sources"] == ["Returns, as at 15 January 2019"]


def test_a_heading_over_its_parts_needs_no_words_of_its_own() -> None:
    content = composed([section("implications", required=False), section("legal", "Law.", level=2)])
    assert content["sections"][0]["parts"] == []
    assert content["sections"][0]["number"] == "1"
    assert content["missing"] == []


def test_only_header_lines_that_are_filled_in_are_printed_in_the_councils_order() -> None:
    of = report(
        header_fields=["wards", "meeting_on", "urgent"], header={"meeting_on": "2019-02-28", "wards": "All"}
    )
    assert composed([], of=of)["header"] == [["Wards", "All"], ["Date", "28 February 2019"]]


def test_the_checksum_holds_the_words_and_the_figures() -> None:
    first = composed([section("a", "One.")])
    assert checksum(first) == checksum(composed([section("a", "One.")]))
    assert checksum(first) != checksum(composed([section("a", "Two.")]))


def test_a_frozen_block_comes_back_as_it_was() -> None:
    given = block(bars=[Bar("A", 84.72, "84.7%")], target=85.0, notes=["n"], missing=["m"])
    assert from_json(given.as_json()) == given


def test_a_chart_says_in_words_what_it_shows() -> None:
    chart = chart_of(block(bars=[Bar("Royal Free", 84.72, "84.7%")], target=85.0), "Figure 1")
    assert chart is not None
    assert chart.title == "Figure 1: Training"
    assert chart.description == "Bar chart. Royal Free: 84.7%. Target 85%."
    assert "84.7%" in chart.svg
    assert chart_of(block(), "") is None


def table_of(rows: int, columns: int, cell: str) -> Block:
    return block(columns=[Column("Head")] * columns, rows=[[cell] * columns] * rows)


@pytest.mark.parametrize(
    ("table", "wide"),
    [
        (table_of(2, 3, "84.7%"), False),
        (table_of(2, 8, "November"), False),
        (table_of(2, 8, "understanding"), True),
        (table_of(13, 8, "five words in each cell"), True),
        (table_of(12, 8, "five words in each cell"), False),
        (table_of(13, 4, "ten " * 30), True),
        (table_of(13, 3, "ten " * 60), False),
    ],
)
def test_a_table_gets_a_landscape_page_only_where_it_needs_one(table: Block, wide: bool) -> None:
    assert is_wide(table) is wide
