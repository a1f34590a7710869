"""What a view hands to a component: finished, typed values that a template only prints.

Plain dictionaries with the same keys work as well; these classes exist so that a view's mistakes are
found by the type checker and not on the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from prevent_portal.web.numbers import number

Colour = Literal["", "grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"]
RatingColour = Literal["red", "amber", "green", "blue", "grey"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a table cell, a summary list or the navigation.

    `about` is heard and not shown: what the link is about, where the row says so to whoever sees the table.
    """

    text: str
    href: str
    current: bool = False
    hint: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A short status in words with a colour beside them, never a colour alone."""

    text: str
    colour: Colour = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """A red, amber or green rating: mark, name of the colour, and what it means here."""

    colour: RatingColour
    words: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of a summary list; with href a link "Change" (or another action) at its end."""

    key: str
    value: Any
    href: str = ""
    action: str = "Change"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a task list."""

    title: str
    status: str
    href: str = ""
    hint: str = ""
    colour: Colour = ""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event of a timeline, newest first."""

    title: str
    at: date | datetime
    by: str = ""
    body: str = ""
    status: Tag | Rating | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class StatTile:
    """A figure with the plain words that say what it means."""

    label: str
    figure: Any
    words: str = ""
    href: str = ""
    tone: Literal["", "good", "warning", "bad"] = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumbs; the last has no address."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    label: str
    numeric: bool = False
    header: bool = False
    href: str = ""
    direction: Literal["", "ascending", "descending"] = ""


@dataclass(slots=True)
class Table:
    """A table with a caption. A cell is text, number, date, None, Link, Tag, Rating or a list of these.

    With `stacks` each row becomes a block on a telephone, its cells under one another with their column's
    label: for a list of things to read or act on, not for figures to compare down a column.
    """

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    footer: Sequence[Any] = ()
    caption_size: Literal["s", "m", "l"] = "m"
    hide_caption: bool = False
    compact: bool = False
    stacks: bool = False

    @property
    def lines(self) -> Iterable[Iterable[tuple[Column, Any]]]:
        """Return the rows with each value beside its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def footer_line(self) -> list[tuple[Column, Any]]:
        return list(zip(self.columns, self.footer, strict=True)) if self.footer else []


class Sorting:
    """The order of a list, chosen by links in its head, from an allowlist (API-2).

    `keys` gives for each public name the order_by terms; the primary key is always the last term, so that
    pages never overlap. An unknown name falls back to the default.

        sorting = Sorting(request, {"due": ["due_on"], "title": ["title"]}, default="due")
        actions = actions.order_by(*sorting.order_by)
        columns = [sorting.column("title", "Action", header=True), sorting.column("due", "Due")]
    """

    def __init__(
        self,
        request: HttpRequest,
        keys: Mapping[str, Sequence[str]],
        *,
        default: str,
        parameter: str = "sort",
    ) -> None:
        self.parameter, self.keys, self.query = parameter, keys, request.GET
        asked = request.GET.get(parameter, "") or default
        self.descending = asked.startswith("-")
        self.name = asked.removeprefix("-")
        if self.name not in keys:
            self.descending = default.startswith("-")
            self.name = default.removeprefix("-")

    @property
    def order_by(self) -> list[str]:
        """Return the terms for QuerySet.order_by()."""
        terms = [*self.keys[self.name]]
        if self.descending:
            terms = [term.removeprefix("-") if term.startswith("-") else f"-{term}" for term in terms]
        return [*terms, "pk"]

    def column(self, name: str, label: str, *, numeric: bool = False, header: bool = False) -> Column:
        """Return a column whose heading sorts by this name."""
        direction: Literal["", "ascending", "descending"] = ""
        wanted = name
        if name == self.name:
            direction = "descending" if self.descending else "ascending"
            wanted = name if self.descending else f"-{name}"
        return Column(
            label=label,
            numeric=numeric,
            header=header,
            href=address_with(self.query, {self.parameter: wanted, "page": ""}),
            direction=direction,
        )


def address_with(query: QueryDict, changes: Mapping[str, str]) -> str:
    """Return "?..." with some parameters changed and, where the new value is empty, taken out."""
    pairs = [(key, value) for key, values in query.lists() for value in values if key not in changes]
    pairs += [(key, value) for key, value in changes.items() if value]
    return f"?{urlencode(pairs)}"


@dataclass(frozen=True, slots=True)
class PageLink:
    """One entry of the pagination: a numbered link or a gap."""

    number: int = 0
    href: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Everything the pagination component prints."""

    pages: list[PageLink] = field(default_factory=list)
    previous: str = ""
    next: str = ""
    summary: str = ""


def paginate(
    request: HttpRequest, items: QuerySet[Any] | Sequence[Any], *, per_page: int = 25, parameter: str = "page"
) -> tuple[Page[Any], PageLinks]:
    """Return the asked page (the nearest one that exists) and its finished links."""
    paginator: Paginator[Any] = Paginator(items, per_page)
    page = paginator.get_page(request.GET.get(parameter))
    return page, page_links(page, request.GET, parameter=parameter)


def page_links(page: Page[Any], query: QueryDict, *, parameter: str = "page") -> PageLinks:
    """Return the links for a page; none, only a summary, when everything fits on one."""
    total, count = page.paginator.num_pages, page.paginator.count
    summary = (
        f"Showing {number(page.start_index())} to {number(page.end_index())} of {number(count)}"
        if count
        else ""
    )
    if total < 2:
        return PageLinks(summary=summary if count > 10 else "")

    def href(wanted: int) -> str:
        return address_with(query, {parameter: str(wanted)})

    pages: list[PageLink] = []
    for entry in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(entry, int):
            pages.append(PageLink(number=entry, href=href(entry), current=entry == page.number))
        else:
            pages.append(PageLink(gap=True))
    return PageLinks(
        pages=pages,
        previous=href(page.number - 1) if page.has_previous() else "",
        next=href(page.number + 1) if page.has_next() else "",
        summary=summary,
    )
