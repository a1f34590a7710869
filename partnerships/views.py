"""Pages of the partnership: organisations, boards and meetings."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.permissions import PartnershipsPermission
from partnerships.queries import boards_of, next_meetings, organisations_of
from prevent_portal.web.components import Column, Crumb, Link, Table
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


class OrganisationsView(CouncilView):
    """Who serves the council's area."""

    permission = PartnershipsPermission.VIEW_PARTNERSHIP

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            [
                line.name,
                line.kind.label,
                line.codes,
                self._linked(line.linked_from, line.linked_to),
                f"Ended on {british_date(line.ends_on)}"
                + (f"; now {line.successor}" if line.successor else "")
                if line.ends_on
                else "Open",
            ]
            for line in organisations_of(self.council)
        ]
        table = Table(
            f"Organisations linked to {self.council.name}",
            [
                Column("Organisation", header=True),
                Column("Kind"),
                Column("Codes"),
                Column("Linked"),
                Column("State"),
            ],
            rows,
            hide_caption=True,
        )
        return render(
            request,
            "partnerships/organisations.html",
            {"table": table, "boards_href": reverse("boards", args=[self.council.slug])},
        )

    @staticmethod
    def _linked(start: date | None, end: date | None) -> str:
        if start and end:
            return f"{british_date(start)} to {british_date(end)}"
        if start:
            return f"since {british_date(start)}"
        return f"until {british_date(end)}" if end else "Yes"


class BoardsView(CouncilView):
    """The council's boards and groups, and when they meet next."""

    permission = PartnershipsPermission.VIEW_PARTNERSHIP

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        boards = Table(
            "Boards and groups",
            [
                Column("Board", header=True),
                Column("Level"),
                Column("Reports to"),
                Column("Meets"),
                Column("Chair"),
                Column("Terms reviewed"),
            ],
            [
                [
                    f"{line.name} (joint board hosted by {line.host})" if line.host else line.name,
                    line.level.label,
                    line.parent,
                    line.cadence.label,
                    line.chair_title,
                    line.terms_reviewed_on,
                ]
                for line in boards_of(self.council, today)
            ],
        )
        meetings = Table(
            "Next meetings",
            [Column("Date", header=True), Column("Board"), Column("Place"), Column("Papers due")],
            [
                [
                    british_date(meeting.held_on),
                    f"{meeting.board} ({meeting.host})" if meeting.host else meeting.board,
                    meeting.place,
                    meeting.papers_due_on,
                ]
                for meeting in next_meetings(self.council, today, 12)
            ],
        )
        partnership = reverse("partnership", args=[self.council.slug])
        return render(
            request,
            "partnerships/boards.html",
            {
                "boards": boards,
                "meetings": meetings,
                "crumbs": [Crumb("Partnership", partnership), Crumb("Boards and meetings")],
                "back": Link("Organisations", partnership),
            },
        )
