"""The districts of a county: which plan each has, its board, and what it shares."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from partnerships.areas import areas
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.districts import districts_of
from prevent_portal.web.components import Column, Crumb, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.district_notes import columns_for
from prevent_portal.web.views import CouncilView


class DistrictsPage(CouncilView):
    """Every district of the county with what the rooms of the portal know of it for this reader."""

    permission = PartnershipsPermission.VIEW_PARTNERSHIP

    def get(self, request: HttpRequest) -> HttpResponse:
        districts = districts_of(self.council)
        columns = columns_for(self.access, districts)
        table = Table(
            f"Districts of {self.council.name}",
            [
                Column("District", header=True),
                Column("On the portal"),
                *(Column(column.heading) for column in columns),
            ],
            [
                [
                    [district.name, f"Ended on {british_date(district.ends_on)}"]
                    if district.ends_on
                    else district.name,
                    Tag("Yes", "green") if district.joined_on else Tag("No", "grey"),
                    *(list(column.cells.get(district.pk, ())) or column.nothing for column in columns),
                ]
                for district in districts
            ],
            hide_caption=True,
            stacks=True,
        )
        without = [
            column.nothing
            for column in columns
            if column.heading == "Plan" and any(district.pk not in column.cells for district in districts)
        ]
        context = {
            "areas": areas(self.access, "districts"),
            "table": table if districts else None,
            "some_without": bool(without),
            "crumbs": [
                Crumb("Partnership", reverse("partnership", args=[self.council.slug])),
                Crumb("Districts"),
            ],
        }
        return render(request, "partnerships/districts.html", context)
