"""Numbers that people type are held against the report's tables, and against what Channel released."""

from __future__ import annotations

from datetime import date
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channel.queries.report_figures import ApprovedFigure, ApprovedFigures
from compliance.texts.mentioned_numbers import (
    CASE_FIGURES,
    case_numbers_in_tables,
    case_numbers_of_line,
    mentioned_numbers,
    unreleased_case_numbers,
    unsupported_numbers,
    value_of,
)
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import report_blocks as registry
from tests.factories import CouncilFactory

DAY = date(2018, 12, 31)


def section(key: str, heading: str, *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"key": key, "heading": heading, "exempt": None, "parts": list(parts), **fields}


def words(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "number": "1.1", "text": text}


def figures(*rows: list[str], key: str = "training", **fields: Any) -> dict[str, Any]:
    columns = [{"heading": heading} for heading in fields.pop("headings", ["Trust", "Trained", "Share"])]
    empty = {"title": "Training", "notes": [], "missing": [], "bars": [], "target": None, "not_public": ""}
    return {
        "kind": "block",
        "number": "Table 1",
        "block": {"key": key, "columns": columns, "rows": list(rows), **empty, **fields},
    }


def released(*printed: str, key: str = "channel_figures_public", **fields: Any) -> dict[str, Any]:
    rows = [["Referrals", "2014/15", figure] for figure in printed]
    return figures(*rows, key=key, headings=["What is counted", "Period", "Figure"], **fields)


def found_in(text: str, *, ages: bool = False) -> list[tuple[str, str]]:
    return [(mention.words, mention.kind) for mention in mentioned_numbers(text, ages=ages)]


def quoted(sentences: list[str]) -> list[str]:
    return [sentence[1 : sentence.index("”")] for sentence in sentences]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,007 staff, 85% and three trusts", [("1,007", "count"), ("85%", "percent"), ("three", "count")]),
        ("84.7 per cent, 85percent", [("84.7 per cent", "percent"), ("85percent", "percent")]),
        ("between 80 and 85% of 2015 staff", [("80", "percent"), ("85%", "percent"), ("2015", "count")]),
        ("fewer than 5, under 5, less than five", [("fewer than 5", "fewer"), ("under 5", "fewer"),
            ("less than five", "fewer")]),
        ("10-15 or 17/20", [("10", "count"), ("15", "count"), ("17", "count"), ("20", "count")]),
        ("twenty-one, twenty two", [("twenty-one", "count"), ("twenty two", "count")]),
        ("may 12 people", [("12", "count")]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[tuple[str, str]]) -> None:
    assert found_in(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "On 31 March 2019, 5 to 10 May 2018, the 1st of June 2018, May 2018 and 12/10/2015 or 2015-10-12",
        "In 2015, 2018/19, 2018-2021 and 1999/00",
        "£10,000, £1.2 million, 12p, £5-10, 300 pounds",
        "Section 26 of the Act 2015, sections 26 and 29, s.36(4), paragraph 4.2, Table 3, Schedule 12A",
        "Quarter 3, Q3, R12, 12A, COVID-19, 5x5x5, stage two, year one, recommendation 7",
        "three months, two weeks, 6 and 12 months after, a three-year plan, 15 working days, 24 hours",
        "at 10.30am, 14:00 or 9 am, 24/7, on 020 8359 2000",
        "the 21st, one-to-one, no one, one another",
        "aged 12-43, ages 5 to 11, 16 to 18 year olds, an 18-year-old, under 18s",
        "see https://example.org/7/12 or write to a7@b12.example, reference NM/13082015/Z",
        "hundreds, dozens, someone, none, often, weight",
    ],
)
def test_dates_money_ages_and_numbers_of_sections_are_no_figures(text: str) -> None:
    assert found_in(text) == []


def test_ages_count_where_cases_are_spoken_of() -> None:
    assert found_in("aged 12-43, after 3 months", ages=True) == [("12", "count"), ("43", "count")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,007", 1007), ("zero", 0), ("nineteen", 19), ("ninety-nine", 99), ("two hundred and five", 205),
        ("a hundred", 100), ("one thousand and seven", 1007), ("three thousand two hundred and one", 3201),
        ("two million", 2_000_000), ("a dozen", 12), ("two dozen", 24),
    ],
)  # fmt: skip
def test_words_for_numbers_have_their_value(text: str, value: int) -> None:
    assert value_of(text) == value


@given(st.text(alphabet="0123456789,. %-/aotn£|\n", max_size=60) | st.text(max_size=60))
def test_any_text_can_be_asked_for_its_numbers(text: str) -> None:
    for mention in mentioned_numbers(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.words


@pytest.mark.parametrize(
    "piece", ["1 to ", "1-", "12, ", "one ", "twenty-", "people supported 3 ", "section 1, ", "aged 1 to "]
)  # fmt: skip
def test_a_long_text_is_read_in_a_moment(piece: str) -> None:
    """Twice as long takes about twice as long; without bounds in the patterns this took minutes."""
    text = piece * (5_000 // len(piece))
    started = monotonic()
    content = {"sections": [section("a", "A", words(text))]}
    unsupported_numbers(content)
    unreleased_case_numbers(content)
    assert monotonic() - started < 1.0


# Tables ------------------------------------------------------------------------------------------


def test_a_number_in_no_table_is_named_with_its_section() -> None:
    content = {
        "sections": [
            section(
                "training",
                "Training",
                words(
                    "412 people came; 1,007 of the 1,190 staff are trained, which is 84.7%. One trust leads."
                ),
                {"kind": "list", "items": ["412 again", "three trusts"]},
                {"kind": "recommendations", "items": [{"kind": "", "label": "", "text": "Note the 85%."}]},
            ),
            section("after", "After", words("The target is 90%, and 84.7 is a number.")),
            section("figures", "Figures", figures(["Royal Free", "1,007 of 1,190", "84.7%"], target=90.0)),
        ]
    }
    assert unsupported_numbers(content) == [
        "“412” in Training is in no table of this report.",
        "“three” in Training is in no table of this report.",
        "“85%” in Training is in no table of this report.",
        "“84.7” in After is in no table of this report.",
    ]
    assert quoted(unsupported_numbers(content, section="after")) == ["84.7"]


def test_cells_notes_bars_and_columns_of_shares_support_a_number() -> None:
    content = {
        "sections": [
            section(
                "a",
                "A",
                words("Twelve, 85%, 71%, fewer than 5, 1 to 7 and 40 are all there; 5 and 85 are not."),
                figures(
                    ["Trust", "12", "85"],
                    ["Other", "fewer than 5", "1 to 7"],
                    headings=["Trust", "Count", "Share (%)"],
                    notes=["40 people came on 3 June 2018."],
                    bars=[{"label": "Trust", "value": 71.2, "printed": "71%"}],
                ),
            )
        ]
    }
    assert quoted(unsupported_numbers(content)) == ["1", "7", "5", "85"]


def test_typed_tables_are_typed_too_and_links_are_read_without_their_address() -> None:
    linked = {"kind": "paragraph", "number": "", "text": "the 8 (https://example.org/9)", "runs": [
        {"text": "the "}, {"text": "8", "href": "https://example.org/9"}]}  # fmt: skip
    table = {"kind": "table", "number": "Table 1", "caption": "6", "head": ["A", "7"], "rows": [["B", "9"]]}
    assert quoted(unsupported_numbers({"sections": [section("a", "A", linked, table)]})) == [
        "8",
        "6",
        "7",
        "9",
    ]


# Channel -----------------------------------------------------------------------------------------


def case_numbers(text: str, *printed: str, heading: str = "The panel") -> list[str]:
    content = {"sections": [section("c", heading, words(text)), section("d", "Figures", released(*printed))]}
    return quoted(unreleased_case_numbers(content))


def test_the_rest_of_a_year_is_caught_though_year_and_half_are_what_was_asked_for() -> None:
    """Wolverhampton printed 21 for a year and 18 for its second half, from which 3 can be had."""
    text = "In 2014/15 there were 21 referrals, 18 of them in the last two quarters. 3 came before."
    assert case_numbers(text, "20") == ["21", "18", "3"]
    assert case_numbers(text, "21") == ["18", "3"]
    assert case_numbers(text, "21", "18") == ["3"]
    assert case_numbers(text.replace("3 came", "Three came"), "21", "18") == ["Three"]


@pytest.mark.parametrize(
    ("text", "printed", "refused"),
    [
        ("There were fewer than 5 referrals.", "fewer than 5", []),
        ("There were less than five referrals.", "fewer than 5", []),
        ("There were 5 referrals.", "fewer than 5", ["5"]),
        ("There were fewer than 5 referrals.", "5", ["fewer than 5"]),
        ("1 to 7 people were supported, 3 of them new.", "1 to 7", ["3"]),
        ("About 1,005 referrals.", "1,005", []),
        ("40% of those referred gave consent.", "40%", []),
        ("40% of those referred gave consent.", "40", ["40%"]),
        ("No referrals were made.", "20", ["No referrals"]),
        ("No referrals were made.", "0", []),
        ("Half of the cases were closed.", "20", ["Half of the cases"]),
        ("Both referrals were adopted.", "20", ["Both referrals"]),
        ("One referral came from a school.", "20", ["One"]),
        ("Referrals were of people aged 12-43.", "20", ["12", "43"]),
        ("The panel discussed eight of them.", "20", ["eight"]),
        ("Four were adopted.", "20", ["Four"]),
    ],
)
def test_only_released_figures_speak_of_cases(text: str, printed: str, refused: list[str]) -> None:
    assert case_numbers(text, printed) == refused


@pytest.mark.parametrize(
    "text",
    [
        "The panel met 12 times and has 14 members.",
        "1,007 staff were trained to make referrals, above the 85% target.",
        "The council adopted 5 policies, and a plan with 12 priorities.",
        "12 cases of hate crime were recorded, and 412 people came.",
        "The scrutiny panel heard 5 witnesses.",
        "Cases are reviewed 6 and 12 months after they close, under section 36 of the Act 2015.",
        "In no case is consent taken for granted. One trust trained everybody.",
        "A case study was written, and the business case holds 3 options.",
        "Training reached 85%.",
        "Two things are asked of a council: a panel that considers cases, and support for people.",
        "Councils rather than the police take referrals in nine areas.",
    ],
)
def test_other_numbers_beside_cases_are_left_alone(text: str) -> None:
    assert case_numbers(text) == []


def test_a_number_that_leaves_open_what_it_counts_is_read_with_what_stands_above_it() -> None:
    assert case_numbers("12 in autumn, 8 posters.", heading="Referrals") == ["12"]
    listed = {"kind": "list", "items": ["schools: 12", "police, 9 posters"]}
    table = {"kind": "table", "number": "Table 1", "caption": "By quarter", "head": ["Quarter", "Referrals"],
        "rows": [["First", "3"]]}  # fmt: skip
    lead = words("Referrals came from:")
    content = {"sections": [section("a", "A", lead, listed, {"kind": "heading", "text": "B"}, table)]}
    assert quoted(unreleased_case_numbers(content)) == ["12", "3"]


def test_the_public_part_may_not_say_what_only_members_read() -> None:
    exempt = {"paragraph": 1, "words": "", "reason": ""}
    for block, kept in (
        (released("21", key="channel_figures_boards", not_public="For boards."), None),
        (released("21"), exempt),
    ):
        content = {
            "sections": [
                section("open", "Open", words("There were 21 referrals.")),
                section("closed", "Closed", words("There were 21 referrals."), exempt=exempt),
                section("d", "Figures", block, exempt=kept),
            ]
        }
        assert unreleased_case_numbers(content) == [
            "“21” in Open is about Channel cases, and is no released figure that this report prints."
        ]
        assert unreleased_case_numbers(content, section="closed") == []


def test_the_lines_of_the_header_tell_no_number_of_cases_either() -> None:
    content = {
        "header": [
            ["Correction", "Puts right R12, final since 3 March 2019. There were 4 referrals, not 21."],
            ["Wards", "All 12 wards"],
        ],
        "sections": [section("d", "Figures", words("All is well."), released("21"))],
    }
    assert unreleased_case_numbers(content) == [
        "“4” in Correction is about Channel cases, and is no released figure that this report prints."
    ]
    assert unreleased_case_numbers(content, section="d") == []
    assert quoted(case_numbers_of_line(content, "Correction", "Not 4 but 21 referrals.")) == ["4"]
    assert unsupported_numbers(content) == []


def test_a_figure_of_another_table_is_no_released_figure() -> None:
    content = {
        "sections": [section("a", "A", words("There were 3 referrals."), figures(["Royal Free", "3", "85%"]))]
    }
    assert unsupported_numbers(content) == []
    assert quoted(unreleased_case_numbers(content)) == ["3"]


def test_a_number_of_cases_in_a_public_table_is_told_to_the_author() -> None:
    told = [
        ["Referral", "Six referrals were made in the quarter.", "84.7%"],
        ["Training", "1,007 people were trained by 31 March 2019.", "7"],
        ["Channel", "The panel met 4 times; 3 cases were closed.", ""],
    ]
    hidden = [["Referral", "Nine referrals were made.", ""]]
    content = {
        "sections": [
            section("duty", "The duty", figures(*told, key="duty_checklist", title="Duty checklist")),
            section("secret", "Kept", figures(*hidden), exempt={"paragraph": 3}),
            section("board", "Boards", figures(*hidden, not_public="It is for boards.")),
            section("gate", "Released", figures(["Referrals", "6 referrals"], key="channel_figures_public")),
        ]
    }
    ending = "may be a number of Channel cases. If it is, change it where it was written, or make the section"
    assert case_numbers_in_tables(content) == [
        f"“Six” in the table “Duty checklist”, at “Referral”, {ending} exempt.",
        f"“3” in the table “Duty checklist”, at “Channel”, {ending} exempt.",
    ]


@pytest.mark.django_db
def test_channels_own_blocks_are_the_ones_that_release_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were their keys others, every released figure would be refused; were more so named, too few."""
    council = CouncilFactory.create()
    one = ApprovedFigure("Referrals", "Referrals", "2018", "20", DAY, DAY, timezone.now())
    found = ApprovedFigures(readable=True, printed=True, figures=[one])
    monkeypatch.setattr("channel.queries.report_blocks.approved_figures", lambda *asked: found)
    with service_scope(council=council):
        keys = {
            name: [block.key for block in registry.blocks_of(name, council, DAY, DAY, DAY)]
            for name in registry.names()
        }
    of_cases = [key for own in keys.values() for key in own if key.startswith(CASE_FIGURES)]
    assert of_cases == keys["channel_figures_public"] + keys["channel_figures_boards"]
    assert len(of_cases) == 2
