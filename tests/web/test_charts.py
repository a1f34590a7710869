"""Charts say in words what they draw, never draw what is not known, and hold nothing a policy refuses."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from prevent_portal.web.charts import Bar, BarChart, Chart, LineChart, Segment, Series, StackedBar

BARS = BarChart(
    title="Coverage <2018>",
    description="One below target & one missing.",
    bars=[Bar("Acute", Fraction(8472, 100)), Bar("Mental health", 91), Bar("College", None, "Not returned")],
    target=85,
)
LINES = LineChart(
    title="Trend",
    description="Rising.",
    periods=["Q3", "Q4", "Q1"],
    series=[Series("Basic", [62, None, Fraction(8472, 100)]), Series("Workshop", [31, 36, 40])],
    target=85,
)
STACK = StackedBar(
    title="Responses",
    description="Most accepted.",
    segments=[Segment("Accepted", 12), Segment("In part", 2), Segment("Rejected", 2)],
)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 - our own drawing


@pytest.mark.parametrize("chart", [BARS, LINES, STACK], ids=["bars", "lines", "stack"])
def test_a_chart_has_a_name_and_a_description_and_no_style(chart: Chart) -> None:
    root = parsed(chart.svg)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == f"{chart.title}. {chart.description}"
    assert not re.search(r"style=|<style|<script|\bon\w+=", chart.svg)


@pytest.mark.parametrize("chart", [BARS, LINES, STACK], ids=["bars", "lines", "stack"])
def test_the_same_chart_is_the_same_text(chart: Chart) -> None:
    assert chart.svg == chart.svg


def test_a_missing_return_is_words_and_not_a_bar_of_nothing() -> None:
    root = parsed(BARS.svg)
    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.get("x") == "216"]
    assert len(bars) == 2
    assert "Not returned" in [text.text for text in root.iter(f"{SVG}text")]
    assert BARS.rows[2] == ["College", "Not returned"]


def test_a_ratio_just_below_the_target_is_not_printed_as_the_target() -> None:
    assert BARS.rows[0] == ["Acute", "84.7%"]
    assert BARS.rows[1] == ["Mental health", "91%"]
    assert BARS.rows[3] == ["Target", "85%"]


def test_a_bar_ends_before_the_target_line_when_it_is_below() -> None:
    root = parsed(BARS.svg)
    first = next(rect for rect in root.iter(f"{SVG}rect") if rect.get("x") == "216")
    line = next(line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray"))
    assert 216 + float(first.get("width", "0")) < float(line.get("x1", "0"))


def test_a_line_is_broken_where_a_quarter_is_missing() -> None:
    root = parsed(LINES.svg)
    assert [len(line.get("points", "").split()) for line in root.iter(f"{SVG}polyline")] == [3]
    assert LINES.rows == [["Q3", "62%", "31%"], ["Q4", "Not known", "36%"], ["Q1", "84.7%", "40%"]]


def test_lines_differ_in_more_than_colour() -> None:
    chart = LineChart(
        title="Two",
        description="",
        periods=["a", "b"],
        series=[Series("A", [1, 2]), Series("B", [2, 3])],
        unit="",
    )
    root = parsed(chart.svg)
    assert [line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")] == [None, "9 5"]


def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    chart = LineChart(
        title="Close",
        description="",
        periods=["a", "b"],
        series=[Series("One", [50, 50]), Series("Two", [50, 50]), Series("Three", [50, 51])],
    )
    places = sorted(
        float(text.get("y", "0"))
        for text in parsed(chart.svg).iter(f"{SVG}text")
        if (text.text or "").startswith(("One", "Two", "Three"))
    )
    assert len(places) == 3
    assert all(after - before >= 17 for before, after in itertools.pairwise(places))


def test_a_stacked_bar_adds_up() -> None:
    assert STACK.rows[-1] == ["Total", "16", "100%"]
    widths = [
        float(rect.get("width", "0"))
        for rect in parsed(STACK.svg).iter(f"{SVG}rect")
        if rect.get("height") == "44"
    ]
    assert widths == [480, 80, 80]


def test_only_parts_of_a_whole_are_drawn_as_wide_as_the_page() -> None:
    page = Template("{% load govuk %}{% chart drawing %}")
    shown = {type(chart): page.render(Context({"drawing": chart})) for chart in (STACK, BARS, LINES)}
    marked = {kind for kind, html in shown.items() if "portal-chart__picture--whole" in html}
    assert marked == {StackedBar}


def test_an_empty_stacked_bar_says_so() -> None:
    chart = StackedBar(title="Nothing", description="", segments=[Segment("Accepted", 0)])
    assert "Nothing to show yet" in chart.svg
    assert chart.rows[-1] == ["Total", "0", "Not known"]


def test_words_of_people_cannot_leave_the_drawing() -> None:
    chart = BarChart(title="</title><script>", description="<b>", bars=[Bar("<script>alert(1)</script>", 1)])
    assert "<script>" not in chart.svg
    parsed(chart.svg)
