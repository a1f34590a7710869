"""Pages of facilitators, and how their capacity stands against what is asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.charts import Bar, BarChart
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.quarters import Quarter
from training.access.delivery import facilitator_for
from training.enums import FacilitatorState
from training.forms.facilitators import (
    STEP_WORDS,
    FacilitatorChangeForm,
    FacilitatorFilterForm,
    NewFacilitatorForm,
    StepForm,
)
from training.models import Facilitator
from training.permissions import TrainingPermission
from training.policies.facilitators import next_states
from training.queries.facilitators import (
    AreaLine,
    capacity_by_area,
    facilitator_areas,
    facilitators_of,
    sessions_given,
    steps_of,
)
from training.queries.sessions import subject_words, when_words
from training.services.facilitators import add_facilitator, change_facilitator, take_step
from training.views.delivery_pages import DeliveryPage
from training.views.sessions import state_tag

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS
STATE_COLOURS: dict[str, Colour] = {
    FacilitatorState.TRAINED.value: "grey",
    FacilitatorState.OBSERVED.value: "yellow",
    FacilitatorState.SIGNED_OFF.value: "blue",
    FacilitatorState.ACTIVE.value: "green",
    FacilitatorState.LAPSED.value: "red",
}
HEADER = (
    "Post or name", "Organisation", "Area", "State", "Since", "Courses", "Sessions a quarter",
)  # fmt: skip


def facilitator_tag(facilitator: Facilitator) -> Tag:
    """The state in words with a colour beside them."""
    return Tag(facilitator.get_state_display(), STATE_COLOURS[facilitator.state])


def courses_words(facilitator: Facilitator) -> str:
    """The courses that they may deliver, by name."""
    return ", ".join(sorted(each.course.name for each in facilitator.may_deliver.all()))


def capacity_chart(lines: list[AreaLine], quarter: Quarter) -> BarChart:
    """Two bars for each area; capacity that nobody gave is said in words and never drawn as 0."""
    bars: list[Bar] = []
    for line in lines:
        unsaid = line.active > 0 and line.unknown == line.active
        bars.append(Bar(f"{line.area}: capacity", None if unsaid else line.capacity, "Not known"))
        bars.append(Bar(f"{line.area}: demand", line.demand))
    return BarChart(
        title=f"Capacity and demand by area, {quarter}",
        description="Sessions that active facilitators can deliver, beside sessions planned and asked for.",
        bars=bars,
        unit="",
        label_heading="Area",
        value_heading="Sessions",
    )


def capacity_table(lines: list[AreaLine]) -> Table:
    """Capacity against demand, with what is missing in words."""
    return Table(
        "Capacity and demand",
        [
            Column("Area", header=True),
            Column("Active facilitators", numeric=True),
            Column("Capacity", numeric=True),
            Column("Planned", numeric=True),
            Column("Asked for", numeric=True),
            Column("Against demand"),
        ],
        [
            [
                line.area,
                line.active,
                _capacity_words(line),
                line.planned,
                line.requested,
                _against(line),
            ]
            for line in lines
        ],
    )


def _capacity_words(line: AreaLine) -> Any:
    if line.unknown and line.unknown == line.active:
        return "Not known"
    return [number(line.capacity), f"{line.unknown} not known"] if line.unknown else line.capacity


def _against(line: AreaLine) -> Any:
    if line.short and line.unknown:
        return Tag(f"Up to {counted(line.short, 'session', 'sessions')} short", "orange")
    if line.short:
        return Tag(f"{counted(line.short, 'session', 'sessions')} short", "red")
    return Tag("Enough", "green")


class _FacilitatorsPage(DeliveryPage):
    abstract = True
    room, room_words = "facilitators", "Facilitators"


class FacilitatorsPage(_FacilitatorsPage):
    """Facilitators by name, and capacity against demand in the present quarter."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FacilitatorFilterForm(request.GET, areas=facilitator_areas(self.council))
        form.is_valid()
        given = form.cleaned_data
        rows = facilitators_of(self.council, state=given.get("state", ""), area=given.get("area", ""))
        page, pages = paginate(request, rows)
        quarter = Quarter.of(timezone.localdate())
        lines = capacity_by_area(self.council, quarter)
        table = Table(
            "Facilitators",
            [
                Column("Facilitator", header=True),
                Column("Area"),
                Column("State"),
                Column("Courses"),
                Column("Sessions a quarter", numeric=True),
            ],
            [
                [
                    Link(
                        each.name,
                        self.address("facilitator", each.pk),
                        hint=each.organisation.name if each.organisation else "",
                    ),
                    each.area or "Not given",
                    [facilitator_tag(each), f"since {british_date(each.state_since)}"],
                    courses_words(each),
                    number(each.sessions_a_quarter) or "Not known",
                ]
                for each in page
            ],
            stacks=True,
        )
        may_write = self.access.may(_WRITE)
        return self.list_page(
            title="Facilitators",
            add_href=self.address("facilitator-add") if may_write else "",
            add_text="Add a facilitator",
            filter=form,
            filtered=any(given.values()),
            table=table if page.paginator.count else None,
            pages=pages,
            chart=capacity_chart(lines, quarter) if lines else None,
            chart_title=f"Capacity and demand, {quarter.words}",
            chart_sentences=[
                "Capacity counts active facilitators. Demand is sessions to come and requests still open."
            ],
            chart_table=capacity_table(lines),
            downloads=[Link("CSV file", self.address("facilitators-csv"))],
            empty_title="No facilitators yet",
            empty_words="Add whoever was trained to deliver courses; a post is enough."
            if may_write
            else "Facilitators appear here when the Prevent coordinator has added one.",
        )


class FacilitatorsCsvView(_FacilitatorsPage):
    """The list as a CSV file."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = [
            [
                each.name,
                each.organisation.name if each.organisation else "",
                each.area,
                each.get_state_display(),
                each.state_since,
                courses_words(each),
                "Not known" if each.sessions_a_quarter is None else each.sessions_a_quarter,
            ]
            for each in facilitators_of(self.council)
        ]
        return csv_response(filename="facilitators.csv", header=HEADER, rows=rows)


class FacilitatorPage(_FacilitatorsPage):
    """One facilitator: steps, courses, the latest sessions, and the next step."""

    permission = {"get": _READ, "post": _WRITE}

    def get(self, request: HttpRequest, facilitator_id: UUID) -> HttpResponse:
        found = facilitator_for(self.access, facilitator_id)
        return self._page(found, StepForm(states=next_states(found), initial={"version": found.version}))

    def post(self, request: HttpRequest, facilitator_id: UUID) -> HttpResponse:
        found = facilitator_for(self.access, facilitator_id, _WRITE)
        # A step that can no longer follow is read too: whoever was overtaken is told so, not "select a step".
        form = StepForm(request.POST, states=[FacilitatorState(state) for state in STEP_WORDS])
        if not form.is_valid():
            form.offer(next_states(found))
            return self._page(found, form)
        try:
            take_step(facilitator=found, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            current = facilitator_for(self.access, facilitator_id, _WRITE)
            return self._page(current, StepForm(self.again(stale), states=next_states(current)), stale)
        except PolicyError as problem:
            current = facilitator_for(self.access, facilitator_id, _WRITE)
            form.offer(next_states(current))
            form.add_error("happened_on" if "date must" in str(problem) else None, str(problem))
            return self._page(current, form)
        messages.success(request, "Step recorded.")
        return redirect("facilitator", self.council.slug, found.pk)

    def _page(self, found: Facilitator, form: StepForm, stale: StaleVersion | None = None) -> HttpResponse:
        may_write = self.access.may(_WRITE)
        given = sessions_given(found, timezone.localdate())
        sessions = Table(
            "Latest sessions",
            [Column("Session", header=True), Column("When"), Column("State")],
            [
                [
                    Link(subject_words(each), self.address("training-session", each.pk), hint=each.audience),
                    when_words(each),
                    state_tag(each),
                ]
                for each in given
            ],
            stacks=True,
        )
        return self.record_page(
            title=found.name,
            crumb=found.name,
            rows=[
                SummaryRow("State", [facilitator_tag(found), f"since {british_date(found.state_since)}"]),
                SummaryRow("Organisation", found.organisation.name if found.organisation else "Not given"),
                SummaryRow("Area", found.area or "Not given"),
                SummaryRow("May deliver", courses_words(found)),
                SummaryRow("Sessions a quarter", number(found.sessions_a_quarter) or "Not known"),
            ],
            actions=[Link("Change the details", self.address("facilitator-edit", found.pk))]
            if may_write
            else [],
            tables=[sessions] if given else [],
            history=[
                TimelineItem(
                    title=each.get_state_display(),
                    at=each.happened_on,
                    by=each.by_whom or (display_name(each.recorded_by) if each.recorded_by else ""),
                    body=each.note,
                )
                for each in steps_of(found)
            ],
            history_title="Steps",
            stale=stale,
            form=form if may_write else None,
            form_title="Record the next step",
            form_button="Record the step",
        )


class FacilitatorAddPage(_FacilitatorsPage):
    """Add somebody who was trained to train."""

    permission = _WRITE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(NewFacilitatorForm(council=self.council))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewFacilitatorForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(form)
        try:
            made = add_facilitator(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        messages.success(request, "Facilitator added. The next step is to observe a session.")
        return redirect("facilitator", self.council.slug, made.pk)

    def _page(self, form: NewFacilitatorForm) -> HttpResponse:
        return self.form_page(
            form,
            title="Add a facilitator",
            button="Add the facilitator",
            crumbs=self.crumbs(Crumb("Add a facilitator")),
            cancel=self.address("facilitators"),
        )


class FacilitatorEditPage(_FacilitatorsPage):
    """Change what stands of a facilitator."""

    permission = _WRITE

    def get(self, request: HttpRequest, facilitator_id: UUID) -> HttpResponse:
        found = facilitator_for(self.access, facilitator_id, _WRITE)
        return self._page(found, FacilitatorChangeForm(council=self.council, facilitator=found))

    def post(self, request: HttpRequest, facilitator_id: UUID) -> HttpResponse:
        found = facilitator_for(self.access, facilitator_id, _WRITE)
        form = FacilitatorChangeForm(request.POST, council=self.council, facilitator=found)
        if not form.is_valid():
            return self._page(found, form)
        try:
            change_facilitator(facilitator=found, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            again = FacilitatorChangeForm(self.again(stale), council=self.council, facilitator=found)
            return self._page(found, again, stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(found, form)
        messages.success(request, "Details changed.")
        return redirect("facilitator", self.council.slug, found.pk)

    def _page(self, found: Facilitator, form: Any, stale: StaleVersion | None = None) -> HttpResponse:
        record = self.address("facilitator", found.pk)
        return self.form_page(
            form,
            title="Change the details",
            button="Save the details",
            crumbs=self.crumbs(Crumb(found.name, record), Crumb("Change the details")),
            cancel=record,
            stale=stale,
        )
