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


@pytest.mark.parametrize("style", list(Numbering))
def test_appendices_are_lettered_and_never_in_the_numbered_run(style: Numbering) -> None:
    content = composed(
        [
            section("why", "One."),
            section("first", "A.\n\nB.", kind=SectionKind.APPENDIX),
            section("inside", "C.", level=2),
            section("second", "D.", kind=SectionKind.APPENDIX, level=2),
            section("after", "Two."),
        ],
        of=report(style),
    )
    appendices = ["Appendix A", "A.1", "A.2", "A.3", "A.3.1", "Appendix B", "B.1"]
    around = ["1", "1.1", "2", "2.1"] if style == Numbering.SECTIONS else ["", "1", "", "2"]
    assert numbers(content) == [*around[:2], *appendices, *around[2:]]


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
        {
            "kind": "recommendations",
            "items": [
                {"kind": "", "label": "", "text": "Note this."},
                {"kind": "", "label": "", "text": "Agree that."},
                {"kind": "", "label": "", "text": "Comment."},
            ],
        }
    ]


def test_a_recommendation_says_before_a_colon_what_it_asks_of_the_committee() -> None:
    text = (
        "Note: the [figures](https://example.org/f).\n\n- agree : the plan\n- COMMENT: on it\n- Inform: us\n"
        "- Consider: more\n- Sign off: it\n- Sign-off: that\n- Noted: no kind\n- Agree:"
    )
    one = section("recommendations", text, kind=SectionKind.RECOMMENDATIONS)
    [part] = composed([one])["sections"][0]["parts"]
    assert [(item["kind"], item["label"], item["text"]) for item in part["items"]] == [
        ("note", "Note", "the figures (https://example.org/f)."),
        ("agree", "Agree", "the plan"),
        ("comment", "Comment", "on it"),
        ("inform", "Inform", "us"),
        ("consider", "Consider", "more"),
        ("sign_off", "Sign off", "it"),
        ("sign_off", "Sign off", "that"),
        ("", "", "Noted: no kind"),
        ("", "", "Agree:"),
    ]
    assert part["items"][0]["runs"] == [
        {"text": "the "},
        {"text": "figures", "href": "https://example.org/f"},
        {"text": "."},
    ]


def test_links_and_tables_of_an_author_are_parts_with_numbers_of_their_own() -> None:
    text = (
        "See [the duty](https://example.org/duty).\n\nGrants\n| Year | Sum |\n| 2017 | £10 |\n\n"
        "- [A](mailto:a@b.example)"
    )
    content = composed([section("papers", text, blocks=["x"])], {"papers": [block()]})
    paragraph, table, listed, figures = content["sections"][0]["parts"]
    assert paragraph == {
        "kind": "paragraph",
        "number": "1.1",
        "text": "See the duty (https://example.org/duty).",
        "runs": [{"text": "See "}, {"text": "the duty", "href": "https://example.org/duty"}, {"text": "."}],
    }
    assert table == {
        "kind": "table",
        "number": "Table 1",
        "caption": "Grants",
        "head": ["Year", "Sum"],
        "rows": [["2017", "£10"]],
    }
    assert listed == {
        "kind": "list",
        "items": ["A (a@b.example)"],
        "runs": [[{"text": "A", "href": "mailto:a@b.example"}]],
    }
    assert figures["number"] == "Table 2"


def test_an_exempt_section_says_why_and_so_does_what_is_below_it() -> None:
    exempt = {"exempt_paragraph": 3, "exempt_reason": "It would harm a tender."}
    content = composed(
        [
            section("money", "Secret.", **exempt),
            section("tender", "Secret.", level=2),
            section("crime", "Secret.", level=2, exempt_paragraph=7, exempt_reason="It would warn them."),
            section("open", "Words."),
        ]
    )
    third = {
        "paragraph": 3,
        "words": "Information about the financial or business affairs of any person, the council included",
        "reason": "It would harm a tender.",
    }
    found = {one["key"]: one["exempt"] for one in content["sections"]}
    assert found["money"] == found["tender"] == third
    assert (found["crime"]["paragraph"], found["crime"]["reason"]) == (7, "It would warn them.")
    assert found["open"] is None


def test_the_audit_trail_is_made_of_the_header_and_the_advice_and_needs_no_words() -> None:
    trail = section("trail", kind=SectionKind.AUDIT_TRAIL, numbered=False, required=False)
    content = compose(
        report=report(header_fields=["wards"], header={"wards": "All"}),
        council_name="Barnet",
        sections=[trail],
        blocks={},
        as_at=DAY,
        state=ReportState.FROZEN,
        consultation=[("Director of Law", "Yes, 3 January 2019", "No")],
    )
    assert content["missing"] == []
    assert content["sections"][0]["parts"] == [
        {
            "kind": "audit_trail",
            "rows": [["Wards", "All"]],
            "consultation": [["Director of Law", "Yes, 3 January 2019", "No"]],
            "signatures": [],
        }
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
        header_fields=["wards", "meeting_on", "urgent"],
        header={"wards": "All"},
        meeting_on=date(2019, 2, 28),
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
