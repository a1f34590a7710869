"""What people type stays words: no HTML, no address but plain ones, and no word is ever lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevent_portal.web.narrative import Part, Run, parts_of, plain_text, runs_of

PIECES = [
    "word", "| a | b |", "|", "| a |", "| --- | --- |", "- ", "## ", "\n", "\n\n", " ", "\r\n", "[", "](",
    ")", "https://example.org", "[x](https://example.org)", "<b>", "•", "*", "mailto:a@b.example",
]  # fmt: skip


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_every_word_of_a_text_is_in_some_part_in_order(text: str) -> None:
    printed = [
        words
        for part in parts_of(text, tables=True)
        for words in (part.text, *part.items, *part.head, *(cell for row in part.rows for cell in row))
    ]
    assert words_of(" ".join(printed)) == words_of(text)
    for words in printed:
        read = [f"[{run.text}]({run.href})" if run.href else run.text for run in runs_of(words)]
        assert "".join(read) == words


def test_lines_of_cells_are_a_table_with_the_words_above_it_as_caption() -> None:
    text = "Before.\n\nGrants by year\n| Year | Grant |\n|---|---|\n| 2017 | £10,000 |\n| 2018 | |\nAfter."
    assert parts_of(text, tables=True) == [
        Part("paragraph", "Before."),
        Part("table", "Grants by year", head=("Year", "Grant"), rows=(("2017", "£10,000"), ("2018", ""))),
        Part("paragraph", "After."),
    ]
    assert parts_of("- one\n| A |\n| b |", tables=True) == [
        Part("list", items=("one",)),
        Part("table", head=("A",), rows=(("b",),)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "| only a head |",
        "| a | b |\n| c |",
        "| a | b |\n| c | d",
        "| a | |\n| c | d |",
        "| a | b |\n| | |",
        "| a | b |\n| --- | --- |",
        "|\n|",
        "\n".join(["|" + "a|" * 9] * 2),
    ],
)
def test_a_table_that_is_none_stays_words(text: str) -> None:
    assert parts_of(text, tables=True) == [Part("paragraph", line) for line in text.split("\n")]


def test_minutes_know_no_tables() -> None:
    assert parts_of("| a |\n| b |") == [Part("paragraph", "| a | | b |")]


def test_a_link_is_words_and_a_plain_address() -> None:
    text = (
        "Read [the guidance](https://www.gov.uk/prevent?a=1#b) or ask [us](mailto:prevent@council.example)."
    )
    assert runs_of(text) == [
        Run("Read "),
        Run("the guidance", "https://www.gov.uk/prevent?a=1#b"),
        Run(" or ask "),
        Run("us", "mailto:prevent@council.example"),
        Run("."),
    ]
    assert plain_text(text) == (
        "Read the guidance (https://www.gov.uk/prevent?a=1#b) or ask us (prevent@council.example)."
    )
    assert plain_text("[https://a.example/](https://a.example/)") == "https://a.example/"


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JavaScript:alert)",
        "[x](data:text/html,hello)",
        "[x](file:///etc/passwd)",
        "[x](//example.org)",
        "[x](/c/barnet/)",
        "[x](https://)",
        "[x](https:///path)",
        "[x](https://www.gov.uk@evil.example/)",
        "[x](https://a:b@evil.example/)",
        "[x](https://[::1)",
        "[x](https://example.org:99999/)",
        '[x](https://example.org/"onclick=)',
        "[x](https://example.org/<b>)",
        "[x](https://exam ple.org)",
        "[x](mailto:nobody)",
        "[x](mailto:a@b.example?body=x)",
        "[ ](https://example.org)",
        "[](https://example.org)",
        "[x] (https://example.org)",
        "<a href='https://example.org'>x</a>",
        "https://example.org",
    ],
)
def test_whatever_else_looks_like_a_link_stays_words(text: str) -> None:
    assert runs_of(text) == [Run(text)]


def test_no_words_are_no_runs() -> None:
    assert runs_of("") == []
