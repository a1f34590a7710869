"""Pages of organisations."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships.areas import areas
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.organisations import organisations_of
from prevent_portal.web.components import Column, Table
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
            {"table": table, "areas": areas(self.access, "partnership")},
        )

    @staticmethod
    def _linked(start: date | None, end: date | None) -> str:
        if start and end:
            return f"{british_date(start)} to {british_date(end)}"
        if start:
            return f"since {british_date(start)}"
        return f"until {british_date(end)}" if end else "Yes"
