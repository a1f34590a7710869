"""The page of the governance picture: a drawing, and a list that says the same."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.areas import areas
from partnerships.governance_picture import as_list, description, draw
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import governance_of
from partnerships.views.board_pages import board_crumbs
from prevent_portal.web.views import CouncilView


class GovernancePage(CouncilView):
    """Which board reports to which, from strategic to operational."""

    permission = PartnershipsPermission.VIEW_PARTNERSHIP

    def get(self, request: HttpRequest) -> HttpResponse:
        boards, lines = governance_of(self.council, timezone.localdate())
        entries = as_list(boards, lines)
        slug = self.council.slug
        context = {
            "areas": areas(self.access, "governance"),
            "crumbs": board_crumbs(self.council, None, "Governance"),
            "picture": draw(boards, lines) if boards else None,
            "description": description(boards, lines),
            "entries": [
                {
                    "name": entry.board.name,
                    "href": reverse("board", args=[slug, entry.board.key]),
                    "note": entry.board.note,
                    "also": " and ".join(entry.also_under),
                    "closes": range(max(0, before - entry.depth)),
                    "opens": entry.depth > before,
                    "first": number == 0,
                }
                for number, (entry, before) in enumerate(
                    zip(entries, [0, *(each.depth for each in entries)], strict=False)
                )
            ],
            "close_at_end": range(entries[-1].depth if entries else 0),
            "add_href": reverse("board-add", args=[slug])
            if self.access.may(PartnershipsPermission.EDIT_PARTNERSHIP)
            else "",
        }
        return render(request, "partnerships/governance.html", context)
