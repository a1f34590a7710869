"""How a panel performs: exact, for its chair."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from channel import queries
from channel.enums import FileForm
from channel.forms.meetings import YearForm
from channel.models import Panel
from channel.permissions import ChannelPermission
from channel.policies.files import RIGHTS
from channel.services.performance import Performance, read_performance, year_of
from channel.views.pages import ChannelView
from prevent_portal.web.components import Column, Crumb, Link, StatTile, Table
from prevent_portal.web.numbers import counted, number


class PerformanceView(ChannelView):
    """Each panel that the person chairs, for one year from 1 April."""

    permission = ChannelPermission.VIEW_PERFORMANCE
    page = "performance"

    def get(self, request: HttpRequest) -> HttpResponse:
        chaired = list(queries.chaired_panels(self.access))
        if not chaired:
            raise Http404
        prepared = set(queries.prepared_panels(self.access).order_by().values_list("pk", flat=True))
        this_year = year_of(timezone.localdate())
        years = [this_year - back for back in range(6)]
        form = YearForm(request.GET or None, years=years)
        year = (form.cleaned_data.get("year") if form.is_valid() else None) or this_year
        slug = self.council.slug
        return self.page_of(
            "performance",
            {
                "crumbs": self.crumbs(Crumb("How your panel performs")),
                "form": form if request.GET else YearForm({"year": year}, years=years),
                "year": year,
                "year_words": f"1 April {year} to 31 March {year + 1}",
                "panels": [
                    self._panel(panel, read_performance(panel=panel, year=year, by=self.person))
                    for panel in chaired
                    if panel.pk in prepared
                ],
                "to_acknowledge": [
                    Link(panel.name, reverse("channel-acknowledge", args=[slug, panel.pk]))
                    for panel in chaired
                    if panel.pk not in prepared
                ],
                "file_forms": [
                    (form.value, form.label) for form in FileForm if self.access.may(RIGHTS[form])
                ],
            },
        )

    def _panel(self, panel: Panel, performance: Performance) -> dict[str, object]:
        work, slug = performance.work, self.council.slug
        return {
            "name": panel.name,
            "file_href": reverse("channel-figures-file", args=[slug, panel.pk]),
            "tiles": [
                StatTile(
                    "Meetings held",
                    work.held,
                    f"{counted(work.cancelled, 'was', 'were')} cancelled"
                    if work.cancelled
                    else "none cancelled",
                ),
                StatTile(
                    "Reviews overdue",
                    len(work.reviews),
                    "as of today",
                    tone="warning" if work.reviews else "good",
                ),
            ],
            "tables": [
                Table(
                    "Volumes",
                    [
                        Column("What is counted", header=True),
                        *(
                            Column(name, numeric=True)
                            for name in ("Apr to Jun", "Jul to Sep", "Oct to Dec", "Jan to Mar", "Year")
                        ),
                    ],
                    [[line.words, *line.quarters, line.year] for line in performance.volumes],
                ),
                Table(
                    "Days from stage to stage, for cases that reached the later stage in the year",
                    [
                        Column("From and to", header=True),
                        Column("Cases", numeric=True),
                        Column("Middle case, days", numeric=True),
                        Column("Longest, days", numeric=True),
                    ],
                    [
                        [line.words, line.cases, number(line.middle) or None, number(line.longest) or None]
                        for line in work.stages
                    ],
                ),
                Table(
                    "Consent to support of cases that have not left, today",
                    [Column("Consent", header=True), Column("Cases", numeric=True)],
                    work.consent,
                ),
                Table(
                    "Outcomes of cases that left in the year",
                    [Column("Outcome", header=True), Column("Cases", numeric=True)],
                    work.outcomes,
                ),
            ],
            "reviews": Table(
                "Reviews overdue today",
                [Column("Case", header=True), Column("Review"), Column("Due")],
                [
                    [
                        Link(review.reference, reverse("channel-case", args=[slug, review.reference])),
                        review.kind,
                        review.due_on,
                    ]
                    for review in work.reviews
                ],
                stacks=True,
            )
            if work.reviews
            else None,
            "attendance": Table(
                "Attendance by agency",
                [
                    Column("Agency", header=True),
                    Column("Meetings", numeric=True),
                    Column("Came", numeric=True),
                    Column("Missed", numeric=True),
                ],
                [[line.agency.label, line.meetings, line.present, line.missed] for line in work.attendance],
            )
            if work.attendance
            else None,
        }
