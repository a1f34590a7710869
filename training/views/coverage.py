"""Coverage by organisation, course and quarter, as a page and as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.web.components import StatTile
from prevent_portal.web.downloads import Sheet, csv_response, xlsx_response
from prevent_portal.web.views import CouncilView
from training.areas import areas
from training.forms.coverage import CoverageFilterForm
from training.periods import last_ended_quarter, quarter_of, quarters_up_to
from training.permissions import TrainingPermission
from training.queries.returns import (
    Coverage,
    coverage,
    latest_period_end,
)
from training.tables import (
    DOWNLOAD_HEADER,
    NOT_RETURNED,
    course_chart,
    course_table,
    coverage_rows,
    other_periods_table,
)


class _CoverageView(CouncilView):
    """What the three ways to read coverage share: which quarters are shown."""

    abstract = True
    latest: date

    def ends(self) -> list[date]:
        """Quarter ends to choose from, the latest first: three years up to the latest that there is."""
        last = last_ended_quarter(timezone.localdate())
        self.latest = latest_period_end(self.council) or last.end
        recent = [period.end for period in quarters_up_to(last, 4)]
        back = [period.end for period in quarters_up_to(quarter_of(self.latest), 12)]
        return sorted({*recent, *back}, reverse=True)

    def shown(self, request: HttpRequest, ends: Sequence[date]) -> Coverage:
        """Coverage up to the quarter that was asked for, else up to the latest with a return."""
        asked = request.GET.get("to", "")
        end = next((each for each in ends if each.isoformat() == asked), self.latest)
        return coverage(self.council, end=end)


class CoverageView(_CoverageView):
    """Coverage by organisation, course and quarter, with what is missing by name."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        ends = self.ends()
        shown = self.shown(request, ends)
        end = shown.periods[-1].end.isoformat()
        form = CoverageFilterForm(
            initial={"to": end, "course": request.GET.get("course", "")}, ends=ends, courses=shown.courses
        )
        course = request.GET.get("course", "")
        sections = [
            {
                "course": name,
                "chart": course_chart(name, groups, shown),
                "table": course_table(name, groups, self.council),
            }
            for name in shown.courses
            if course in {"", name} and (groups := [group for group in shown.groups if group.course == name])
        ]
        others = [line for line in shown.other_periods if course in {"", line.course}]
        query = f"?to={end}"
        return render(
            request,
            "training/coverage.html",
            {
                "areas": areas(self.access, "training"),
                "filter": form,
                "period": shown.periods[-1].label,
                "tiles": self._tiles(shown),
                "missing": [
                    f"{group.organisation}: {group.course}, {cell.period.label}"
                    for group, cell in shown.missing
                ],
                "sections": sections,
                "others": other_periods_table(others, self.council) if others else None,
                "own_href": self._own_href(),
                "csv_href": reverse("training-csv", args=[self.council.slug]) + query,
                "xlsx_href": reverse("training-xlsx", args=[self.council.slug]) + query,
            },
        )

    def _own_href(self) -> str:
        return (
            reverse("own-returns", args=[self.council.slug])
            if self.access.may(TrainingPermission.SUBMIT_RETURNS)
            else ""
        )

    @staticmethod
    def _tiles(shown: Coverage) -> list[StatTile]:
        measured = shown.measured
        below = [line for line in measured if line.is_below]
        missing = [group for group in shown.groups if group.cells[-1].is_missing]
        label = shown.periods[-1].label
        return [
            StatTile("Target met", f"{len(measured) - len(below)} of {len(measured)}", f"returns of {label}"),
            StatTile(
                "Below target",
                len(below),
                "; ".join(f"{line.organisation}, {line.course}" for line in below) or "None",
                tone="bad" if below else "good",
            ),
            StatTile(
                NOT_RETURNED,
                len(missing),
                "; ".join(f"{group.organisation}, {group.course}" for group in missing) or "None",
                tone="warning" if missing else "good",
            ),
        ]


class CoverageCsvView(_CoverageView):
    """Coverage as a CSV file."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        shown = self.shown(request, self.ends())
        name = f"Training coverage {self.council.name} {shown.periods[-1].end.isoformat()}.csv"
        return csv_response(filename=name, header=DOWNLOAD_HEADER, rows=coverage_rows(shown))


class CoverageXlsxView(_CoverageView):
    """Coverage as a workbook."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        shown = self.shown(request, self.ends())
        name = f"Training coverage {self.council.name} {shown.periods[-1].end.isoformat()}.xlsx"
        return xlsx_response(filename=name, sheets=[Sheet("Coverage", DOWNLOAD_HEADER, coverage_rows(shown))])
