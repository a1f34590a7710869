"""My work: everything that waits for one person, across their councils, by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from compliance.forms.my_work import MyWorkFilter
from prevent_portal.accounts.access import own_access
from prevent_portal.outbox.due_items import DueItem, due_items_of, kinds
from prevent_portal.web.components import Column, Link, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import PersonView

PER_PAGE = 50
"""Tasks of one page: a quarter of a busy coordinator."""


class MyWorkPage(PersonView):
    """What waits for the person, across their councils, by when."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        mine = own_access(self.person)
        items = due_items_of(mine, today)
        councils = list(mine.councils.values())
        filters = _filters(request, items)
        given = filters.given
        found = [
            item
            for item in items
            if given["council"] in ("", item.council.slug) and given["kind"] in ("", item.kind)
        ]
        page, links = paginate(request, found, per_page=PER_PAGE)
        context = {
            "groups": [
                _table(title, group, today, with_council=len(councils) > 1)
                for title, group in grouped(list(page), today).items()
                if group
            ],
            "links": links,
            "summary": summary(found, today),
            "has_work": bool(items),
            "filters": filters if len(councils) > 1 and items else None,
            "filtered": any(given.values()),
            "count": len(found),
            "lists": lists_of(items),
            "councils": [Link(one.name, reverse("overview", args=[one.slug])) for one in councils],
            "calendar_href": reverse("calendar-link"),
        }
        return render(request, "compliance/my_work.html", context)


def _table(title: str, items: list[DueItem], today: date, *, with_council: bool) -> Table:
    """One group of tasks; the councils only for those who have several."""
    rows: list[list[Any]] = [
        [
            # A round's title holds its reference: it would stand there twice.
            Link(
                f"{item.task}: {item.title}",
                item.href,
                hint="" if item.reference in item.title else item.reference,
            ),
            due_cell(item, today),
        ]
        for item in items
    ]
    columns = [Column("Task", header=True), Column("Due")]
    if with_council:
        columns.insert(1, Column("Council"))
        for row, item in zip(rows, items, strict=True):
            row.insert(1, item.council.name)
    return Table(caption=title, stacks=True, columns=columns, rows=rows)


def _filters(request: HttpRequest, items: list[DueItem]) -> MyWorkFilter:
    """The filters with the councils and kinds of what waits."""
    words = kinds()
    councils = {(item.council.slug, item.council.name) for item in items}
    found = {(item.kind, words.get(item.kind, item.task)) for item in items}
    return MyWorkFilter(
        request.GET or None,
        councils=sorted(councils, key=lambda one: one[1]),
        kinds=sorted(found, key=lambda one: one[1]),
    )


def lists_of(items: list[DueItem]) -> list[Link]:
    """The pages that list all things of a kind in a council, each once, by council and kind."""
    found = {(item.council.name, item.list_text): item.list_href for item in items if item.list_href}
    return [Link(f"{text}, {council}", href) for (council, text), href in sorted(found.items())]


def due_cell(item: DueItem, today: date) -> Any:
    if item.due_on is None:
        return "No date"
    if item.due_on < today:
        return [british_date(item.due_on), Tag("Overdue", "red")]
    return british_date(item.due_on)


def grouped(items: list[DueItem], today: date) -> dict[str, list[DueItem]]:
    """Items by when they are due. A week ends on its Sunday; undated items come last."""
    week_end = date.fromordinal(today.toordinal() + 6 - today.weekday())
    quarter_end = Quarter.of(today).end
    groups: dict[str, list[DueItem]] = {"Overdue": [], "This week": [], "This quarter": [], "Later": []}
    for item in items:
        if item.due_on is None or item.due_on > max(quarter_end, week_end):
            groups["Later"].append(item)
        elif item.due_on < today:
            groups["Overdue"].append(item)
        elif item.due_on <= week_end:
            groups["This week"].append(item)
        else:
            groups["This quarter"].append(item)
    return groups


def summary(items: list[DueItem], today: date) -> str:
    """One sentence for the top of the page."""
    if not items:
        return "Nothing waits for you."
    groups = grouped(items, today)
    soon = sum(len(groups[name]) for name in ("Overdue", "This week", "This quarter"))
    late = len(groups["Overdue"])
    if late and late == soon:
        return f"{counted(late, 'task is', 'tasks are')} overdue."
    return f"{counted(soon, 'task is', 'tasks are')} due by the end of this quarter" + (
        f", {number(late)} of them overdue." if late else "."
    )
