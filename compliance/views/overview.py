"""The overview of a council."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.permissions import CompliancePermission
from compliance.queries.changes import changes_since
from compliance.queries.checklist import WorkstreamLine, current_assessment, workstreams_of
from compliance.queries.plans import ActionCounts, action_counts
from partnerships.permissions import PartnershipsPermission
from partnerships.queries import next_meetings
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web import navigation
from prevent_portal.web.charts import Bar, BarChart, Segment, StackedBar
from prevent_portal.web.components import Column, StatTile, Table, Tag
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.overview_tiles import Tile, tiles_for
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import CouncilView

TONES: dict[str, Literal["", "good", "warning", "bad"]] = {
    "good": "good",
    "attention": "warning",
    "bad": "bad",
}


class OverviewPage(CouncilView):
    """One page in plain words for a board member. Members without that right are led to what they may see."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.access.may(CompliancePermission.VIEW_OVERVIEW):
            return self._elsewhere()
        today = timezone.localdate()
        assessment = current_assessment(self.council)
        workstreams = workstreams_of(assessment) if assessment else []
        counts = action_counts(self.council, today)
        meetings = (
            next_meetings(self.council, today, 5)
            if self.access.may(PartnershipsPermission.VIEW_PARTNERSHIP)
            else []
        )
        context = {
            "as_at": today,
            "tiles": [stat_tile(tile) for tile in tiles_for(self.access)],
            "assessment": assessment,
            "workstream_table": workstream_table(workstreams) if workstreams else None,
            "workstream_chart": workstream_chart(workstreams) if workstreams else None,
            "actions_chart": actions_chart(counts) if counts.total else None,
            "actions_words": actions_words(counts),
            "meetings": meetings_table(meetings) if meetings else None,
            "since": Quarter.of(today).previous.end,
            "changes": changes_since(self.council, Quarter.of(today).start),
            "checklist_href": reverse("checklist", args=[self.council.slug]),
            "plans_href": reverse("plans", args=[self.council.slug]),
        }
        return render(request, "compliance/overview.html", context)

    def _elsewhere(self) -> HttpResponse:
        """The first page of the menu that the person may open, else My work."""
        for entry in navigation.entries():
            if entry.url_name != "overview" and self.access.may(entry.permission):
                return redirect(entry.url_name, self.council.slug)
        return redirect("my-work")


def stat_tile(tile: Tile) -> StatTile:
    return StatTile(
        label=tile.label, figure=tile.figure, words=tile.note, href=tile.href, tone=TONES.get(tile.tone, "")
    )


def workstream_table(workstreams: list[WorkstreamLine]) -> Table:
    """Compliance by workstream in words."""
    return Table(
        caption="Duty checklist by workstream",
        hide_caption=True,
        columns=[Column("Workstream", header=True), Column("Where it stands")],
        rows=[[line.title, [standing_tag(line), line.words]] for line in workstreams],
    )


def standing_tag(line: WorkstreamLine) -> Tag:
    """A workstream in two words."""
    if not line.applicable:
        return Tag("Not applicable", "grey")
    if line.count("in_place") == line.applicable:
        return Tag("In place", "green")
    if line.count("in_place") or line.count("under_way"):
        return Tag("Under way", "blue")
    return Tag("Not answered", "yellow") if not line.answered else Tag("Not started", "orange")


def workstream_chart(workstreams: list[WorkstreamLine]) -> BarChart:
    """The share of each workstream's applicable items that are in place."""
    whole = sum(line.applicable for line in workstreams)
    done = sum(line.count("in_place") for line in workstreams)
    return BarChart(
        title="Share of items in place, by workstream",
        description=f"{number(done)} of {number(whole)} items that apply are in place.",
        bars=[
            Bar(
                line.title,
                Fraction(100 * line.count("in_place"), line.applicable) if line.applicable else None,
                "Not applicable",
            )
            for line in workstreams
        ],
        label_heading="Workstream",
        value_heading="In place",
        note="Items that do not apply are left out.",
    )


def actions_chart(counts: ActionCounts) -> StackedBar:
    """Actions by state as one bar; overdue ones are cut out of the open ones."""
    on_time = counts.open - counts.overdue
    segments = [
        Segment("Complete", counts.complete),
        Segment("Open, on time", on_time),
        Segment("Overdue", counts.overdue),
    ]
    if counts.withdrawn:
        segments.append(Segment("Withdrawn", counts.withdrawn))
    return StackedBar(
        title="Actions by state",
        description=actions_words(counts),
        segments=segments,
        label_heading="State",
        colours=("#00594f", "#b7d9d4", "#c9713f", "#8e8f8f"),
    )


def actions_words(counts: ActionCounts) -> str:
    """One or two sentences about all actions."""
    if not counts.total:
        return "There are no actions yet."
    overdue = "none is overdue" if not counts.overdue else f"{number(counts.overdue)} overdue"
    states = f"{number(counts.complete)} complete, {number(counts.open)} open, {overdue}"
    words = f"{counted(counts.total, 'action', 'actions')}: {states}."
    rated = [
        f"{number(count)} {colour}"
        for count, colour in (
            (counts.red, "red"),
            (counts.amber, "amber"),
            (counts.green, "green"),
            (counts.open - counts.red - counts.amber - counts.green, "not rated"),
        )
        if count
    ]
    return f"{words} Open actions are rated: {', '.join(rated)}." if rated else words


def meetings_table(meetings: list[Any]) -> Table:
    """The next meetings."""
    return Table(
        caption="Next meetings",
        hide_caption=True,
        columns=[Column("Board", header=True), Column("Date"), Column("Papers due")],
        rows=[
            [
                meeting.board if not meeting.host else f"{meeting.board} (hosted by {meeting.host})",
                meeting.held_on,
                meeting.papers_due_on,
            ]
            for meeting in meetings
        ],
    )
