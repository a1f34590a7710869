"""Pages of the training of schools and settings: two measures, one school, and many at once."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Column, Crumb, Link, StatTile, Table, Tag, TimelineItem, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.views import CouncilView
from training.access.schools import school_for, school_to_record, schools_seen, schools_to_record
from training.areas import areas
from training.enums import SchoolMeasure, SchoolState
from training.forms.schools import STATES, SchoolFilterForm, SchoolForm, SchoolsForm
from training.permissions import TrainingPermission
from training.queries.schools import (
    Known,
    SchoolFilter,
    SchoolLine,
    areas_in,
    count_of,
    detail_of,
    history_of,
    phases_in,
)
from training.services.schools import describe_school, record_school_training
from training.views.pages import training_crumb

HEADER = (
    "School or setting", "Phase", "Area", "Whole-school training", "Whole school trained on",
    "Designated safeguarding lead", "Lead last trained on", "Lead’s refresher by",
)  # fmt: skip


def known_cell(known: Known) -> Any:
    """What is known of a measure: words, with a colour beside them."""
    if known.state == SchoolState.UNKNOWN:
        return Tag("Not known", "grey")
    if known.state == SchoolState.NOT_TRAINED:
        return Tag("Not trained", "orange")
    day = british_date(known.trained_on)
    if known.is_due:
        return [Tag("Refresher overdue", "red"), f"{day}, due by {british_date(known.refresh_by)}"]
    return [Tag("Trained", "green"), day]


def _words(known: Known) -> str:
    return "Refresher overdue" if known.is_due else known.state.label


class _SchoolPages(CouncilView):
    """What the pages of schools share: the list as the address narrows it."""

    abstract = True

    def filter_of(self, request: HttpRequest, lines: list[SchoolLine]) -> SchoolFilter:
        """A value that is not among the answers narrows nothing."""
        get = request.GET
        phase, area, state = get.get("phase", ""), get.get("area", ""), get.get("state", "")
        return SchoolFilter(
            phase=phase if phase in phases_in(lines) else "",
            area=area if area in areas_in(lines) else "",
            state=state if state in dict(STATES) else "",
            q=" ".join(get.get("q", "").split())[:100],
        )

    def crumbs(self, *last: str) -> list[Crumb]:
        slug = self.council.slug
        return [
            training_crumb(self),
            Crumb("Schools and settings", reverse("schools", args=[slug]) if last else ""),
            *(Crumb(words) for words in last),
        ]


class SchoolsPage(_SchoolPages):
    """Every school and setting of the council, and the two measures over those shown."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        slug, every = self.council.slug, schools_seen(self.access)
        chosen = self.filter_of(request, every)
        found = [line for line in every if chosen.admits(line)]
        page, links = paginate(request, found, per_page=50)
        records = self.access.may(TrainingPermission.RECORD_SCHOOLS)
        query = request.GET.urlencode()
        context = {
            "areas": areas(self.access, "schools"),
            "crumbs": self.crumbs(),
            "filter": SchoolFilterForm(
                initial={"q": chosen.q, "phase": chosen.phase, "area": chosen.area, "state": chosen.state},
                phases=phases_in(every),
                areas=areas_in(every),
            ),
            "filtered": chosen != SchoolFilter(),
            "all_href": reverse("schools", args=[slug]),
            "tiles": [self._tile(measure, found) for measure in SchoolMeasure],
            "table": self._table(list(page)) if found else None,
            "links": links,
            "has_schools": bool(every),
            "bulk_href": reverse("schools-record", args=[slug]) if records and every else "",
            "csv_href": reverse("schools-csv", args=[slug]) + (f"?{query}" if query else ""),
        }
        return render(request, "training/schools.html", context)

    @staticmethod
    def _tile(measure: SchoolMeasure, lines: list[SchoolLine]) -> StatTile:
        count = count_of(measure, lines)
        tone = "good" if count.total and count.trained == count.total else "warning"
        return StatTile(measure.label, count.words, count.rest, tone=tone)  # type: ignore[arg-type] # one of two

    def _table(self, lines: list[SchoolLine]) -> Table:
        slug = self.council.slug
        return Table(
            "Schools and settings",
            [
                Column("School or setting", header=True),
                Column("Whole-school training"),
                Column("Designated safeguarding lead"),
            ],
            [
                [
                    Link(
                        line.name,
                        reverse("school", args=[slug, line.organisation_id]),
                        hint=" · ".join(part for part in (line.phase_words, line.area) if part),
                    ),
                    known_cell(line.whole_school),
                    known_cell(line.lead),
                ]
                for line in lines
            ],
            hide_caption=True,
            stacks=True,
        )


class SchoolsCsvView(_SchoolPages):
    """The list as the address narrows it, as a CSV file."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        every = schools_seen(self.access)
        chosen = self.filter_of(request, every)
        rows: list[list[Any]] = [
            [
                line.name,
                line.phase_words,
                line.area,
                _words(line.whole_school),
                line.whole_school.trained_on,
                _words(line.lead),
                line.lead.trained_on,
                line.lead.refresh_by,
            ]
            for line in every
            if chosen.admits(line)
        ]
        return csv_response(filename=f"Schools {self.council.name}.csv", header=HEADER, rows=rows)


class SchoolPage(_SchoolPages):
    """One school: what is known and what was recorded when; who records changes it here."""

    permission = {"get": TrainingPermission.VIEW_COVERAGE, "post": TrainingPermission.RECORD_SCHOOLS}

    def get(self, request: HttpRequest, school_id: UUID) -> HttpResponse:
        line = school_for(self.access, school_id)
        detail = detail_of(self.council, school_id)
        form = SchoolForm(
            initial={
                "whole_school": line.whole_school.state.value,
                "whole_school_on": line.whole_school.trained_on,
                "lead": line.lead.state.value,
                "lead_on": line.lead.trained_on,
                "phase": line.phase,
                "area": line.area,
                "version": detail.version if detail else 0,
            }
        )
        return self._page(line, form)

    def post(self, request: HttpRequest, school_id: UUID) -> HttpResponse:
        school = school_to_record(self.access, school_id)
        line = school_for(self.access, school_id)
        form = SchoolForm(request.POST)
        if not form.is_valid():
            return self._page(line, form)
        given = form.cleaned_data
        known = {
            SchoolMeasure.WHOLE_SCHOOL: (SchoolState(given["whole_school"]), given["whole_school_on"]),
            SchoolMeasure.LEAD: (SchoolState(given["lead"]), given["lead_on"]),
        }
        try:
            describe_school(
                council=self.council,
                school=school,
                phase=given["phase"],
                area=given["area"],
                version=given["version"],
                by=self.person,
            )
            record_school_training(council=self.council, schools=[school], known=known, by=self.person)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(line, SchoolForm(data), stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(line, form)
        messages.success(request, f"Saved for {line.name}.")
        return redirect("schools", self.council.slug)

    def _page(self, line: SchoolLine, form: SchoolForm, stale: StaleVersion | None = None) -> HttpResponse:
        context = {
            "areas": areas(self.access, "schools"),
            "crumbs": self.crumbs(line.name),
            "school": line,
            "whole_school": known_cell(line.whole_school),
            "lead": known_cell(line.lead),
            "form": form if self.access.may(TrainingPermission.RECORD_SCHOOLS) else None,
            "stale": stale,
            "history": [
                # The measure's name may end in "trained", which is what was recorded of it.
                TimelineItem(
                    f"{step.measure.removesuffix(' trained')}: {step.words.lower()}", step.at, step.by
                )
                for step in history_of(self.council, line.organisation_id)
            ],
        }
        return render(self.request, "training/school.html", context, status=409 if stale else 200)


class SchoolsRecordPage(_SchoolPages):
    """Record one date for several schools."""

    permission = TrainingPermission.RECORD_SCHOOLS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(SchoolsForm(lines=schools_seen(self.access)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SchoolsForm(request.POST, lines=schools_seen(self.access))
        if not form.is_valid():
            return self._page(form)
        given = form.cleaned_data
        schools = schools_to_record(self.access, [UUID(each) for each in given["schools"]])
        day: date = given["trained_on"]
        try:
            count = record_school_training(
                council=self.council,
                schools=schools,
                known={SchoolMeasure(given["measure"]): (SchoolState.TRAINED, day)},
                by=self.person,
            )
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        same = len(schools) - count
        messages.success(
            request,
            f"Recorded for {count} {'school' if count == 1 else 'schools'}"
            + (f"; {same} had it already." if same else "."),
        )
        return redirect("schools", self.council.slug)

    def _page(self, form: SchoolsForm) -> HttpResponse:
        context = {
            "areas": areas(self.access, "schools"),
            "crumbs": self.crumbs("Record for several schools"),
            "form": form,
            "title": "Record for several schools",
            "lead": "One date of training for every school that you tick.",
            "button": "Record",
            "cancel": reverse("schools", args=[self.council.slug]),
        }
        return render(self.request, "web/form_page.html", context)
