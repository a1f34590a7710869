"""Coverage by organisation, course and quarter with its automatic lines, as a page and as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Crumb, Link, StatTile, address_with, paginate
from prevent_portal.web.downloads import Sheet, csv_response, xlsx_response
from prevent_portal.web.numbers import number
from prevent_portal.web.views import CouncilView
from training.areas import areas
from training.coverage_tables import (
    LINES_HEADER,
    course_chart,
    course_table,
    coverage_rows,
    line_rows,
    other_periods_table,
)
from training.forms.coverage import WINDOWS, CoverageFilterForm, LineSettingForm
from training.periods import last_ended_quarter, quarter_of, quarters_up_to
from training.permissions import TrainingPermission
from training.queries.coverage import Coverage, CoverageFilter, CoverageGroup, coverage, latest_period_end
from training.queries.improvement_plans import open_plans
from training.queries.lines import (
    BELOW_KINDS,
    AutomaticLine,
    automatic_lines,
    change_points,
    counts_of,
    line_setting,
)
from training.queries.returns import Key
from training.services.lines import set_change_points
from training.tables import DOWNLOAD_HEADER, NOT_RETURNED
from training.views.pages import training_crumb

GROUPS_PER_PAGE = 50
"""An organisation, a course and its quarters are one group; a page of so many is still read at once."""
_WIDTHS = (28, 40, 20, 20, 16, 16, 80)
NAMED = 5
"""So many organisations a tile names."""


class _CoverageView(CouncilView):
    """What the ways to read coverage share: which quarters, and narrowed to what."""

    abstract = True
    latest: date

    @cached_property
    def ends(self) -> list[date]:
        """Quarter ends to choose from, the latest first: three years up to the latest that there is."""
        last = last_ended_quarter(timezone.localdate())
        self.latest = latest_period_end(self.council) or last.end
        recent = [period.end for period in quarters_up_to(last, 4)]
        back = [period.end for period in quarters_up_to(quarter_of(self.latest), 12)]
        return sorted({*recent, *back}, reverse=True)

    @cached_property
    def everything(self) -> Coverage:
        """Coverage up to the quarter that was asked for, else up to the latest with a return."""
        asked = self.request.GET.get("to", "")
        end = next((each for each in self.ends if each.isoformat() == asked), self.latest)
        wanted = self.request.GET.get("quarters", "")
        window = next((count for count in WINDOWS if str(count) == wanted), WINDOWS[0])
        return coverage(self.council, end=end, window=window)

    @cached_property
    def chosen(self) -> CoverageFilter:
        """What the address narrows it to; a value that is not among the answers narrows nothing."""
        get = self.request.GET
        organisations = {str(key): key for key, _ in self.everything.organisations}
        course, kind = get.get("course", ""), get.get("kind", "")
        return CoverageFilter(
            course=course if course in self.courses else "",
            organisation_id=organisations.get(get.get("organisation", "")),
            organisation_kind=kind if kind in self.everything.organisation_kinds else "",
        )

    @property
    def courses(self) -> list[str]:
        return sorted({*self.everything.courses, *(line.course for line in self.everything.other_periods)})

    @cached_property
    def shown(self) -> Coverage:
        return self.everything.narrowed(self.chosen)

    @cached_property
    def points(self) -> Decimal:
        return change_points(self.council)

    @cached_property
    def lines(self) -> list[AutomaticLine]:
        return automatic_lines(self.shown, points=self.points, today=timezone.localdate())


class CoverageView(_CoverageView):
    """Coverage by organisation, course and quarter, with what changed and what is missing by name."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        shown, chosen, slug = self.shown, self.chosen, self.council.slug
        form = CoverageFilterForm(
            initial={
                "to": shown.periods[-1].end.isoformat(),
                "quarters": str(len(shown.periods)),
                "course": chosen.course,
                "kind": chosen.organisation_kind,
                "organisation": str(chosen.organisation_id or ""),
            },
            ends=self.ends,
            courses=self.courses,
            kinds=sorted(self.everything.organisation_kinds),
            organisations=self.everything.organisations,
        )
        page, links = paginate(request, shown.groups, per_page=GROUPS_PER_PAGE)
        query = address_with(request.GET, {"page": ""})
        context = {
            "areas": areas(self.access, "training"),
            "filter": form,
            "filtered": chosen != CoverageFilter(),
            "all_href": reverse("training", args=[slug]),
            "period": shown.periods[-1].label,
            "tiles": self._tiles(),
            "lines": self._lines(),
            "points": number(self.points),
            "sections": self._sections(list(page)),
            "links": links,
            "others": other_periods_table(shown.other_periods, self.council) if shown.other_periods else None,
            "has_returns": bool(self.everything.groups or self.everything.other_periods),
            "setting_href": self._href("training-lines", TrainingPermission.SET_LINES),
            "csv_href": reverse("training-csv", args=[slug]) + query,
            "xlsx_href": reverse("training-xlsx", args=[slug]) + query,
            "lines_csv_href": reverse("training-lines-csv", args=[slug]) + query,
        }
        return render(request, "training/coverage.html", context)

    def _sections(self, groups: Sequence[CoverageGroup]) -> list[dict[str, Any]]:
        """A chart and a table for each course of the page; the chart of a course is drawn from all of it."""
        sections = []
        for name in sorted({group.course for group in groups}):
            every = [group for group in self.shown.groups if group.course == name]
            of_page = [group for group in groups if group.course == name]
            sections.append(
                {
                    "course": name,
                    "chart": course_chart(name, every, self.shown),
                    "table": course_table(name, of_page, self.council),
                }
            )
        return sections

    def _lines(self) -> list[dict[str, Any]]:
        """The automatic lines by what they say, each with where to go from it."""
        plans = open_plans(self.council) if self.access.may(TrainingPermission.VIEW_IMPROVEMENT) else None
        kinds = counts_of(self.lines)
        return [
            {
                "kind": kind.label,
                "lines": [
                    {"words": line.words, "links": self._links(line, plans)}
                    for line in self.lines
                    if line.kind == kind
                ],
            }
            for kind in kinds
        ]

    def _links(self, line: AutomaticLine, plans: dict[Key, UUID] | None) -> list[Link]:
        slug = self.council.slug
        about = f"of {line.organisation}, {line.course}, {line.period}"
        links = []
        if line.return_id is not None:
            links.append(
                Link("See the return", reverse("training-return", args=[slug, line.return_id]), about=about)
            )
        if plans is not None and line.kind in BELOW_KINDS:
            if line.key in plans:
                plan = reverse("improvement-plan", args=[slug, plans[line.key]])
                links.append(Link("See the improvement plan", plan, about=about))
            elif self.access.may(TrainingPermission.EDIT_IMPROVEMENT):
                organisation_id, course_id, local = line.key
                add = reverse("improvement-plan-add", args=[slug])
                query = f"?organisation={organisation_id}&course={course_id}&local={int(local)}"
                links.append(Link("Agree an improvement plan", f"{add}{query}", about=about))
        return links

    def _href(self, route: str, permission: TrainingPermission) -> str:
        return reverse(route, args=[self.council.slug]) if self.access.may(permission) else ""

    def _tiles(self) -> list[StatTile]:
        shown = self.shown
        measured = shown.measured
        below = [f"{line.organisation}, {line.course}" for line in measured if line.is_below]
        missing = [
            f"{group.organisation}, {group.course}" for group in shown.groups if group.cells[-1].is_missing
        ]
        label = shown.periods[-1].label
        return [
            StatTile("Target met", f"{len(measured) - len(below)} of {len(measured)}", f"returns of {label}"),
            StatTile("Below target", len(below), _some(below), tone="bad" if below else "good"),
            StatTile(NOT_RETURNED, len(missing), _some(missing), tone="warning" if missing else "good"),
        ]


def _some(names: Sequence[str]) -> str:
    """The first few by name, and how many more there are."""
    more = f"; and {number(len(names) - NAMED)} more" if len(names) > NAMED else ""
    return "; ".join(names[:NAMED]) + more


class CoverageCsvView(_CoverageView):
    """Coverage as a CSV file, narrowed as the address says."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        name = f"Training coverage {self.council.name} {self.shown.periods[-1].end.isoformat()}.csv"
        return csv_response(filename=name, header=DOWNLOAD_HEADER, rows=coverage_rows(self.shown))


class CoverageXlsxView(_CoverageView):
    """Coverage as a workbook: the figures, and on a second sheet what changed."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        name = f"Training coverage {self.council.name} {self.shown.periods[-1].end.isoformat()}.xlsx"
        return xlsx_response(
            filename=name,
            sheets=[
                Sheet("Coverage", DOWNLOAD_HEADER, coverage_rows(self.shown)),
                Sheet(
                    "What changed", LINES_HEADER, line_rows(self.lines), widths=[28, 40, 20, 20, 16, 16, 80]
                ),
            ],
        )


class LinesCsvView(_CoverageView):
    """The automatic lines as a CSV file."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        name = f"Training what changed {self.council.name} {self.shown.periods[-1].end.isoformat()}.csv"
        return csv_response(filename=name, header=LINES_HEADER, rows=line_rows(self.lines))


class LineSettingPage(CouncilView):
    """By how many percentage points a return must change to be named."""

    permission = {"get": TrainingPermission.SET_LINES, "post": TrainingPermission.SET_LINES}

    def get(self, request: HttpRequest) -> HttpResponse:
        setting = line_setting(self.council)
        return self._page(
            LineSettingForm(
                initial={
                    "points": number(change_points(self.council)),
                    "version": setting.version if setting else 0,
                }
            )
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LineSettingForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            setting = set_change_points(council=self.council, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(LineSettingForm(data), stale)
        except PolicyError as problem:
            form.add_error("points", str(problem))
            return self._page(form)
        messages.success(
            request, f"Changes of more than {_point_words(setting.points)} are named from now on."
        )
        return redirect("training", self.council.slug)

    def _page(self, form: LineSettingForm, stale: StaleVersion | None = None) -> HttpResponse:
        slug = self.council.slug
        context = {
            "form": form,
            "stale": stale,
            "areas": areas(self.access, "training-lines"),
            "crumbs": [
                training_crumb(self),
                Crumb("Which changes are named"),
            ],
            "title": "Which changes are named",
            "lead": "Coverage, the overview and reports name each return that moved by more than this.",
            "button": "Save",
            "cancel": reverse("training", args=[slug]),
        }
        return render(self.request, "web/form_page.html", context, status=409 if stale else 200)


def _point_words(points: Decimal) -> str:
    return "1 percentage point" if points == 1 else f"{number(points)} percentage points"
