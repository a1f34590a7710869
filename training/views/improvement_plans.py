"""Pages of improvement plans: the list, one plan with its steps and notes, and the forms of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import (
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
    address_with,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.views import CouncilView
from training.access.improvement_plans import (
    courses_to_improve,
    improvement_plan_for,
    improvement_plan_to_edit,
    improvement_plan_to_report,
    milestone_to_edit,
    milestone_to_report,
    organisations_to_improve,
    plans_seen,
    reports_on,
)
from training.areas import areas
from training.enums import ImprovementState
from training.forms.improvement_plans import (
    ImprovementChangeForm,
    ImprovementEndForm,
    ImprovementPlanForm,
    MilestoneChangeForm,
    MilestoneDoneForm,
    MilestoneForm,
    NoteForm,
)
from training.models import ImprovementMilestone, ImprovementPlan
from training.permissions import TrainingPermission
from training.queries.coverage import coverage, latest_period_end
from training.queries.improvement_plans import milestones_of, moved_words, notes_of, possible_monitors
from training.queries.lines import BELOW_KINDS, automatic_lines, change_points
from training.services.improvement_plans import (
    add_milestone,
    agree_improvement_plan,
    change_improvement_plan,
    change_milestone,
    end_improvement_plan,
    mark_milestone,
    note_progress,
)
from training.views.pages import training_crumb

_COLOURS = {
    ImprovementState.OPEN: "blue",
    ImprovementState.ACHIEVED: "green",
    ImprovementState.CLOSED: "grey",
}
HEADER = (
    "Organisation", "Course", "Whose staff", "State", "Reason", "Watched by", "Target date",
    "First target date", "Steps", "Steps done", "Ended on", "Why it ended",
)  # fmt: skip
DAYS_TO_IMPROVE = 91
"""Proposed for a new plan: a quarter."""


def state_tag(plan: ImprovementPlan) -> Tag:
    state = ImprovementState(plan.state)
    return Tag(state.label, _COLOURS[state])  # type: ignore[arg-type] # one of the tag's colours


def plan_name(plan: ImprovementPlan) -> str:
    """Such as "Royal Free London NHS Foundation Trust: WRAP"."""
    return f"{plan.organisation.name}: {plan.course.name}"


def staff_words(plan: ImprovementPlan) -> str:
    return "Staff based in the area" if plan.council_staff_only else "Whole organisation"


class _PlanPages(CouncilView):
    """What the pages of improvement plans share."""

    abstract = True

    def crumbs(self, plan: ImprovementPlan | None = None, *last: str) -> list[Crumb]:
        slug = self.council.slug
        trail = [
            training_crumb(self),
            Crumb("Improvement plans", reverse("improvement-plans", args=[slug])),
        ]
        if plan is not None:
            trail.append(Crumb(plan_name(plan), reverse("improvement-plan", args=[slug, plan.pk])))
        return [*trail, *(Crumb(words) for words in last)]

    def form_page(
        self,
        form: Any,
        *,
        title: str,
        button: str,
        plan: ImprovementPlan | None = None,
        lead: str = "",
        stale: StaleVersion | None = None,
        keep: str = "",
    ) -> HttpResponse:
        """A page with one form; 409 with both texts where somebody else saved first.

        Args:
            keep: for a page that ends something: what the link says that leaves it as it is.
        """
        slug = self.council.slug
        cancel = (
            reverse("improvement-plan", args=[slug, plan.pk])
            if plan is not None
            else reverse("improvement-plans", args=[slug])
        )
        context = {
            "areas": areas(self.access, "improvement-plans"),
            "form": form,
            "title": title,
            "lead": lead,
            "button": button,
            "cancel": cancel,
            "cancel_words": keep,
            "warning": bool(keep),
            "stale": stale,
            "crumbs": self.crumbs(plan, title),
        }
        return render(self.request, "web/form_page.html", context, status=409 if stale else 200)

    def again(self, stale: StaleVersion) -> Any:
        """What was sent, with the version that is stored now."""
        data = self.request.POST.copy()
        data["version"] = str(stale.version)
        return data

    def to_plan(self, plan: ImprovementPlan, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return redirect("improvement-plan", self.council.slug, plan.pk)


class ImprovementPlansPage(_PlanPages):
    """Plans that the person reads: the council's, or those of the own organisations."""

    permission = TrainingPermission.VIEW_OWN_IMPROVEMENT

    def get(self, request: HttpRequest) -> HttpResponse:
        slug, today = self.council.slug, timezone.localdate()
        state = request.GET.get("state", "")
        plans = plans_seen(self.access)
        if state in ImprovementState.values:
            plans = plans.filter(state=state)
        page, links = paginate(request, plans)
        table = Table(
            "Improvement plans",
            [
                Column("Plan", header=True),
                Column("State"),
                Column("Target date"),
                Column("Steps done"),
                Column("Next step due"),
                Column("Watched by"),
            ],
            [
                [
                    Link(
                        plan_name(plan),
                        reverse("improvement-plan", args=[slug, plan.pk]),
                        hint=staff_words(plan),
                    ),
                    state_tag(plan),
                    _due(plan.first_target_on, plan.target_on, today, is_open=plan.is_open),
                    f"{plan.steps_done} of {plan.steps}",
                    _due(plan.next_due, plan.next_due, today, is_open=plan.is_open)
                    if plan.next_due
                    else None,
                    display_name(plan.monitor),
                ]
                for plan in page
            ],
            hide_caption=True,
            stacks=True,
        )
        states = [("", "All"), *((each.value, each.label) for each in ImprovementState)]
        context = {
            "areas": areas(self.access, "improvement-plans"),
            "crumbs": [*self.crumbs()[:-1], Crumb("Improvement plans")],
            "table": table if page.paginator.count else None,
            "links": links,
            "states": [
                Link(label, address_with(request.GET, {"state": value, "page": ""}), current=value == state)
                for value, label in states
            ],
            "state": state,
            "add_href": self._href("improvement-plan-add"),
            "csv_href": reverse("improvement-plans-csv", args=[slug]),
            "all_read": self.access.may(TrainingPermission.VIEW_IMPROVEMENT),
        }
        return render(request, "training/improvement_plans.html", context)

    def _href(self, route: str) -> str:
        may = self.access.may(TrainingPermission.EDIT_IMPROVEMENT)
        return reverse(route, args=[self.council.slug]) if may else ""


class ImprovementPlansCsvView(_PlanPages):
    """The plans that the person reads, as a CSV file."""

    permission = TrainingPermission.VIEW_OWN_IMPROVEMENT

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return csv_response(
            filename=f"Improvement plans {self.council.name}.csv",
            header=HEADER,
            rows=_csv_rows(plans_seen(self.access)),
        )


def _csv_rows(plans: Iterable[ImprovementPlan]) -> list[list[Any]]:
    return [
        [
            plan.organisation.name,
            plan.course.name,
            staff_words(plan),
            ImprovementState(plan.state).label,
            plan.reason,
            display_name(plan.monitor),
            plan.target_on,
            plan.first_target_on,
            plan.steps,  # type: ignore[attr-defined] # counted by plans_of
            plan.steps_done,  # type: ignore[attr-defined] # counted by plans_of
            plan.ended_on,
            plan.ended_reason,
        ]
        for plan in plans
    ]


def _due(first: date, now: date, today: date, *, is_open: bool) -> Any:
    words = moved_words(first, now)
    return [Tag("Overdue", "red"), words] if is_open and now < today else words


class ImprovementPlanPage(_PlanPages):
    """One plan: why, who watches it, its steps and what was noted; a note is written here."""

    permission = {
        "get": TrainingPermission.VIEW_OWN_IMPROVEMENT,
        "post": TrainingPermission.REPORT_IMPROVEMENT,
    }

    def get(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        return self._page(improvement_plan_for(self.access, improvement_id), NoteForm())

    def post(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        plan = improvement_plan_to_report(self.access, improvement_id)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            note_progress(plan=plan, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("text", str(problem))
            return self._page(plan, form)
        return self.to_plan(plan, "Note saved.")

    def _page(self, plan: ImprovementPlan, form: NoteForm) -> HttpResponse:
        slug, today = self.council.slug, timezone.localdate()
        edits = self.access.may(TrainingPermission.EDIT_IMPROVEMENT) and plan.is_open
        reports = reports_on(self.access, plan)
        steps = milestones_of(plan)

        def href(route: str, *, may: bool) -> str:
            return reverse(route, args=[slug, plan.pk]) if may else ""

        context = {
            "areas": areas(self.access, "improvement-plans"),
            "plan": plan,
            "name": plan_name(plan),
            "crumbs": [*self.crumbs(), Crumb(plan_name(plan))],
            "rows": self._rows(plan, today),
            "steps": self._steps(steps, plan, edits=edits, reports=reports and plan.is_open)
            if steps
            else None,
            "notes": [
                TimelineItem("Progress note", note.written_at, display_name(note.written_by), note.text)
                for note in notes_of(plan)
            ],
            "form": form,
            "reports": reports,
            "step_href": href("improvement-milestone-add", may=edits),
            "edit_href": href("improvement-plan-edit", may=edits),
            "end_href": href("improvement-plan-end", may=edits),
        }
        return render(self.request, "training/improvement_plan.html", context)

    @staticmethod
    def _rows(plan: ImprovementPlan, today: date) -> list[SummaryRow]:
        rows = [
            SummaryRow("State", state_tag(plan)),
            SummaryRow("Whose staff", staff_words(plan)),
            SummaryRow("Why it is needed", plan.reason),
            SummaryRow("Watched by", display_name(plan.monitor)),
            SummaryRow(
                "Target date", _due(plan.first_target_on, plan.target_on, today, is_open=plan.is_open)
            ),
        ]
        if plan.ended_on is not None:
            rows.append(SummaryRow("Ended on", british_date(plan.ended_on)))
        if plan.ended_reason:
            rows.append(SummaryRow("Why it ended", plan.ended_reason))
        return rows

    def _steps(
        self, steps: Iterable[ImprovementMilestone], plan: ImprovementPlan, *, edits: bool, reports: bool
    ) -> Table:
        slug, today = self.council.slug, timezone.localdate()
        columns = [Column("Step", header=True), Column("Due"), Column("Done")]
        if edits or reports:
            columns.append(Column("What you can do"))
        rows: list[list[Any]] = []
        for step in steps:
            row: list[Any] = [
                step.text,
                _due(step.first_due_on, step.due_on, today, is_open=plan.is_open and step.done_on is None),
                self._done(step),
            ]
            links = []
            if reports:
                words = "Mark as done" if step.done_on is None else "Change when done"
                done = reverse("improvement-milestone-done", args=[slug, step.pk])
                links.append(Link(words, done, about=f"the step “{step.text}”"))
            if edits:
                edit = reverse("improvement-milestone-edit", args=[slug, step.pk])
                links.append(Link("Change", edit, about=f"the step “{step.text}”"))
            rows.append([*row, links] if edits or reports else row)
        return Table("Steps", columns, rows, hide_caption=True, stacks=True)

    @staticmethod
    def _done(step: ImprovementMilestone) -> Any:
        if step.done_on is None:
            return "Not yet"
        by = f" by {display_name(step.done_by)}" if step.done_by is not None else ""
        return [Tag("Done", "green"), f"{british_date(step.done_on)}{by}"]


class ImprovementPlanAddPage(_PlanPages):
    """Agree a plan; from a line below target the organisation, the course and the reason are filled in."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(initial=self._proposed()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            plan = agree_improvement_plan(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("target_on" if "target date" in str(problem) else None, str(problem))
            return self._page(form)
        return self.to_plan(plan, "Improvement plan agreed. Now add its steps.")

    def _form(self, *args: Any, **options: Any) -> ImprovementPlanForm:
        return ImprovementPlanForm(
            *args,
            organisations=organisations_to_improve(self.access),
            courses=courses_to_improve(self.access),
            monitors=possible_monitors(self.council),
            **options,
        )

    def _proposed(self) -> dict[str, Any]:
        """What the line says that the person came from."""
        get = self.request.GET
        asked = (get.get("organisation", ""), get.get("course", ""), get.get("local", "") == "1")
        proposed: dict[str, Any] = {
            "monitor": self.person.pk,
            "target_on": timezone.localdate() + timedelta(days=DAYS_TO_IMPROVE),
        }
        end = latest_period_end(self.council) if asked[0] else None
        if end is None:
            return proposed
        shown = coverage(self.council, end=end, quarters_only=True)
        today = timezone.localdate()
        for line in automatic_lines(shown, points=change_points(self.council), today=today):
            if line.kind in BELOW_KINDS and (str(line.key[0]), str(line.key[1]), line.key[2]) == asked:
                proposed.update(
                    organisation=line.key[0],
                    course=line.key[1],
                    council_staff_only=line.key[2],
                    reason=line.words,
                )
        return proposed

    def _page(self, form: ImprovementPlanForm) -> HttpResponse:
        return self.form_page(
            form,
            title="Agree an improvement plan",
            lead="The organisation’s Prevent lead reads the plan and marks its steps.",
            button="Agree the plan",
        )


class ImprovementPlanEditPage(_PlanPages):
    """Change why, who watches, and by when."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    def get(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        return self._page(
            plan,
            self._form(
                plan,
                initial={
                    "reason": plan.reason,
                    "monitor": plan.monitor_id,
                    "target_on": plan.target_on,
                    "version": plan.version,
                },
            ),
        )

    def post(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        form = self._form(plan, request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            change_improvement_plan(plan=plan, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(plan, self._form(plan, self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("target_on" if "target date" in str(problem) else None, str(problem))
            return self._page(plan, form)
        return self.to_plan(plan, "Plan changed.")

    def _form(self, plan: ImprovementPlan, *args: Any, **options: Any) -> ImprovementChangeForm:
        return ImprovementChangeForm(*args, monitors=possible_monitors(self.council, plan.monitor), **options)

    def _page(
        self, plan: ImprovementPlan, form: ImprovementChangeForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.form_page(form, title="Change the plan", button="Save", plan=plan, stale=stale)


class ImprovementPlanEndPage(_PlanPages):
    """End a plan: the target is reached, or it is closed with a reason."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    def get(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        return self._page(plan, ImprovementEndForm(initial={"version": plan.version}))

    def post(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        form = ImprovementEndForm(request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        state = ImprovementState(form.cleaned_data.pop("state"))
        try:
            end_improvement_plan(plan=plan, state=state, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(plan, ImprovementEndForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(plan, form)
        return self.to_plan(plan, "Plan ended.")

    def _page(
        self, plan: ImprovementPlan, form: ImprovementEndForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.form_page(
            form, title="End the plan", button="End the plan", plan=plan, stale=stale, keep="Keep the plan"
        )


class MilestoneAddPage(_PlanPages):
    """Add a step to a plan."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    def get(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        return self._page(improvement_plan_to_edit(self.access, improvement_id), MilestoneForm())

    def post(self, request: HttpRequest, improvement_id: UUID) -> HttpResponse:
        plan = improvement_plan_to_edit(self.access, improvement_id)
        form = MilestoneForm(request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            add_milestone(plan=plan, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(plan, form)
        return self.to_plan(plan, "Step added.")

    def _page(self, plan: ImprovementPlan, form: MilestoneForm) -> HttpResponse:
        return self.form_page(form, title="Add a step", button="Add the step", plan=plan)


class MilestoneEditPage(_PlanPages):
    """Change a step; a date that moves stays visible as moved."""

    permission = TrainingPermission.EDIT_IMPROVEMENT

    def get(self, request: HttpRequest, milestone_id: UUID) -> HttpResponse:
        step = milestone_to_edit(self.access, milestone_id)
        form = MilestoneChangeForm(
            initial={"text": step.text, "due_on": step.due_on, "version": step.version}
        )
        return self._page(step, form)

    def post(self, request: HttpRequest, milestone_id: UUID) -> HttpResponse:
        step = milestone_to_edit(self.access, milestone_id)
        form = MilestoneChangeForm(request.POST)
        if not form.is_valid():
            return self._page(step, form)
        try:
            change_milestone(milestone=step, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(step, MilestoneChangeForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(step, form)
        return self.to_plan(step.plan, "Step changed.")

    def _page(
        self, step: ImprovementMilestone, form: MilestoneChangeForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.form_page(form, title="Change the step", button="Save", plan=step.plan, stale=stale)


class MilestoneDonePage(_PlanPages):
    """Mark a step as done on a day, or as not done after all."""

    permission = TrainingPermission.REPORT_IMPROVEMENT

    def get(self, request: HttpRequest, milestone_id: UUID) -> HttpResponse:
        step = milestone_to_report(self.access, milestone_id)
        initial = {"done": "yes", "done_on": step.done_on or timezone.localdate()}
        return self._page(step, MilestoneDoneForm(initial=initial, today=timezone.localdate()))

    def post(self, request: HttpRequest, milestone_id: UUID) -> HttpResponse:
        step = milestone_to_report(self.access, milestone_id)
        form = MilestoneDoneForm(request.POST, today=timezone.localdate())
        if not form.is_valid():
            return self._page(step, form)
        try:
            mark_milestone(milestone=step, done_on=form.cleaned_data["done_on"], by=self.person)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(step, form)
        done = form.cleaned_data["done_on"] is not None
        return self.to_plan(step.plan, "Step marked as done." if done else "Step marked as not done.")

    def _page(self, step: ImprovementMilestone, form: MilestoneDoneForm) -> HttpResponse:
        return self.form_page(
            form, title="Mark a step as done", lead=step.text, button="Save", plan=step.plan
        )
