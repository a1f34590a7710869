"""The shapes in which parts of an overview are kept, and how a page makes components of them.

Everything is what JSON knows: a date is its ISO text, a share a fraction in text, a link a route with its
arguments. So a picture that was kept years ago still reads as it did, and a link whose route is gone is text.

    section(20, "Actions", words=["3 actions are open."], to=to("actions", status="open"))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal, cast
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from prevent_portal.tenancy.models import Council
from prevent_portal.web.charts import Bar, BarChart, Chart, LineChart, Segment, Series, StackedBar
from prevent_portal.web.components import Colour, Column, Link, StatTile, Table, Tag

Shape = dict[str, Any]
_TONES: dict[str, Literal["", "good", "warning", "bad"]] = {
    "good": "good",
    "attention": "warning",
    "bad": "bad",
}


# What a room says ----------------------------------------------------------------------------------------


def to(route: str, *arguments: object, anchor: str = "", **query: object) -> Shape:
    """Where to look further: a route under the council, its further arguments, and the query of a list."""
    where = f"?{urlencode({key: str(value) for key, value in query.items()})}" if query else ""
    return {"route": route, "args": [str(each) for each in arguments], "query": where + anchor}


def tile(order: int, figure: str, label: str, to: Shape, *, tone: str = "", note: str = "") -> Shape:
    """One figure in plain words with the list behind it. Tone is "good", "attention", "bad" or nothing."""
    return {"order": order, "figure": figure, "label": label, "to": to, "tone": tone, "note": note}


def section(
    order: int,
    heading: str,
    *,
    words: Sequence[str] = (),
    items: Sequence[Shape] = (),
    table: Shape | None = None,
    charts: Sequence[Shape] = (),
    to: Shape | None = None,
    link: str = "",
    in_print: bool = True,
) -> Shape:
    """One section of the page: sentences, a list of sentences, a table, charts, and a link to the whole.

    Args:
        in_print: whether the one printed page has room for it.
    """
    return {
        "order": order,
        "heading": heading,
        "words": list(words),
        "items": list(items),
        "table": table,
        "charts": list(charts),
        "to": to,
        "link": link,
        "in_print": in_print,
    }


def sentence(order: int, text: str, to: Shape | None = None, things: Sequence[Shape] = ()) -> Shape:
    """One sentence, with the list behind it, or the things that it speaks of."""
    return {"order": order, "text": text, "to": to, "things": list(things)}


def linked(text: str, to: Shape | None, hint: str = "") -> Shape:
    """A cell of a table, or a thing of a sentence, that opens something."""
    return {"text": text, "to": to, "hint": hint}


def tagged(text: str, colour: Colour = "") -> Shape:
    """A cell that is a status in words with a colour beside them."""
    return {"tag": text, "colour": colour}


def dated(day: date | None) -> Shape | None:
    """A cell that is a date."""
    return None if day is None else {"date": day.isoformat()}


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, numeric: int = 0) -> Shape:
    """A table whose first column heads its rows.

    Args:
        numeric: how many of the last columns are figures.
    """
    return {
        "caption": caption,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "numeric": numeric,
    }


def bars(
    title: str, description: str, rows: Iterable[tuple[str, Fraction | None, str]], **texts: str
) -> Shape:
    """Bars with a share each, None with words where there is none."""
    made = [[label, _told(value), words] for label, value, words in rows]
    return {"kind": "bars", "title": title, "description": description, "bars": made, **texts}


def parts_of_whole(
    title: str, description: str, rows: Iterable[tuple[str, int]], *, colours: Sequence[str], heading: str
) -> Shape:
    """One bar cut into parts."""
    return {
        "kind": "whole",
        "title": title,
        "description": description,
        "parts": [list(row) for row in rows],
        "colours": list(colours),
        "heading": heading,
    }


def lines(chart: LineChart) -> Shape:
    """Lines over periods, as a room draws them elsewhere."""
    return {
        "kind": "lines",
        "title": chart.title,
        "description": chart.description,
        "periods": list(chart.periods),
        "series": [[one.name, [_told(value) for value in one.values]] for one in chart.series],
        "target": _told(chart.target),
        "target_words": chart.target_words,
        "note": chart.note,
    }


def _told(value: Any) -> str | None:
    return None if value is None else str(Fraction(value))


# What a page makes of it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """A sentence ready to print."""

    text: str
    href: str
    things: list[Link]


@dataclass(frozen=True)
class SectionShown:
    """A section ready to print."""

    heading: str
    words: list[str]
    items: list[Sentence]
    table: Table | None
    charts: list[Chart]
    href: str
    link: str
    in_print: bool


@dataclass(frozen=True)
class Shown:
    """What a template prints of the parts that somebody may see."""

    tiles: list[StatTile] = field(default_factory=list)
    sections: list[SectionShown] = field(default_factory=list)
    changes: list[Sentence] = field(default_factory=list)
    chase: list[SectionShown] = field(default_factory=list)


def shown(council: Council, told: Iterable[Mapping[str, Any]]) -> Shown:
    """Tiles, sections and changes of some parts, each in their order."""
    parts = list(told)

    def collected(key: str) -> list[Shape]:
        return sorted((each for part in parts for each in part.get(key, ())), key=lambda each: each["order"])

    return Shown(
        tiles=[_tile(council, each) for each in collected("tiles")],
        sections=[_section(council, each) for each in collected("sections")],
        changes=[_sentence(council, each) for each in collected("changes")],
        chase=[_section(council, each) for each in collected("chase")],
    )


def _href(council: Council, where: Mapping[str, Any] | None) -> str:
    if not where:
        return ""
    try:
        address = reverse(where["route"], args=[council.slug, *where["args"]])
    except NoReverseMatch:
        return ""
    return f"{address}{where['query']}"


def _tile(council: Council, told: Shape) -> StatTile:
    return StatTile(
        label=told["label"],
        figure=told["figure"],
        words=told["note"],
        href=_href(council, told["to"]),
        tone=_TONES.get(told["tone"], ""),
    )


def _sentence(council: Council, told: Shape) -> Sentence:
    return Sentence(told["text"], _href(council, told["to"]), [_link(council, one) for one in told["things"]])


def _section(council: Council, told: Shape) -> SectionShown:
    return SectionShown(
        heading=told["heading"],
        words=told["words"],
        items=[_sentence(council, item) for item in told["items"]],
        table=_table(council, told["table"]) if told["table"] else None,
        charts=[_chart(one) for one in told["charts"]],
        href=_href(council, told["to"]),
        link=told["link"],
        in_print=told["in_print"],
    )


def _link(council: Council, told: Shape) -> Link:
    return Link(told["text"], _href(council, told["to"]), hint=told["hint"])


def _table(council: Council, told: Shape) -> Table:
    plain = len(told["columns"]) - told["numeric"]
    return Table(
        caption=told["caption"],
        hide_caption=True,
        columns=[
            Column(label, header=place == 0, numeric=place >= plain)
            for place, label in enumerate(told["columns"])
        ],
        rows=[[_cell(council, cell) for cell in row] for row in told["rows"]],
        # Two columns fit a telephone; more would stand half outside it.
        stacks=len(told["columns"]) > 2,
    )


def _cell(council: Council, told: Any) -> Any:
    if isinstance(told, list):
        return [_cell(council, each) for each in told]
    if not isinstance(told, dict):
        return told
    if "date" in told:
        return date.fromisoformat(told["date"])
    if "tag" in told:
        return Tag(told["tag"], cast(Colour, told["colour"]))
    found = _link(council, told)
    return found if found.href else found.text


def _value(told: str | None) -> Fraction | None:
    return None if told is None else Fraction(told)


def _chart(told: Shape) -> Chart:
    head = {"title": told["title"], "description": told["description"]}
    if told["kind"] == "bars":
        return BarChart(
            **head,
            bars=[Bar(label, _value(value), words) for label, value, words in told["bars"]],
            label_heading=told.get("label_heading", "Name"),
            value_heading=told.get("value_heading", "Figure"),
            note=told.get("note", ""),
        )
    if told["kind"] == "whole":
        return StackedBar(
            **head,
            segments=[Segment(label, value) for label, value in told["parts"]],
            colours=told["colours"],
            label_heading=told["heading"],
        )
    return LineChart(
        **head,
        periods=told["periods"],
        series=[Series(name, [_value(one) for one in values]) for name, values in told["series"]],
        target=_value(told["target"]),
        target_words=told["target_words"],
        note=told["note"],
    )
