"""My work: everything that waits for one person, across their councils, by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.queries import own_councils
from prevent_portal.outbox.due_items import DueItem, due_items
from prevent_portal.web.components import Column, Link, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import PersonView


class MyWorkPage(PersonView):
    """What waits for the person, across their councils, by when."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        items = due_items(self.person, today)
        councils = own_councils()
        context = {
            "groups": [
                {"title": title, "table": self._table(title, found, today), "count": len(found)}
                for title, found in grouped(items, today).items()
                if found
            ],
            "summary": summary(items, today),
            "lists": lists_of(items),
            "councils": [
                {"name": council.name, "href": reverse("overview", args=[council.slug])}
                for council in councils
            ],
        }
        return render(request, "compliance/my_work.html", context)

    def _table(self, title: str, items: list[DueItem], today: date) -> Table:
        return Table(
            caption=title,
            columns=[Column("Task", header=True), Column("Due")],
            rows=[
                [
                    Link(
                        f"{item.reference} {item.title}",
                        item.href,
                        hint=f"{item.task} · {item.council.name}",
                    ),
                    due_cell(item, today),
                ]
                for item in items
            ],
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
