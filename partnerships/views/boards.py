"""Pages of boards and groups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.areas import areas
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import boards_of
from partnerships.queries.meetings import next_meetings
from prevent_portal.web.components import Column, Crumb, Link, Table
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


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
                "areas": areas(self.access, "boards"),
                "crumbs": [Crumb("Partnership", partnership), Crumb("Boards and meetings")],
                "back": Link("Organisations", partnership),
            },
        )
