"""The guided start of a new council, and the plan that it can start from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.forms.plans import ShippedPlanForm
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.start import Step, StepState, is_complete, steps_of
from compliance.services.shipped_plans import first_year, start_shipped_plan, years_of
from compliance.views.plans import PlanFormPage, council_crumbs, plan_crumbs
from prevent_portal.web.components import Colour, Column, Table, Tag, Task
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.views import CouncilView

COLOURS: dict[StepState, Colour] = {
    StepState.DONE: "",
    StepState.UNDER_WAY: "blue",
    StepState.TO_DO: "teal",
    StepState.BLOCKED: "grey",
}


class StartPage(CouncilView):
    """What a new council sets up, as a task list, and who does what others do."""

    permission = CompliancePermission.SET_UP_COUNCIL

    def get(self, request: HttpRequest) -> HttpResponse:
        steps = steps_of(self.access)
        mine = [step for step in steps if step.may]
        others = [step for step in steps if not step.may]
        left = [step for step in steps if step.state != StepState.DONE and not step.is_optional]
        context = {
            "crumbs": council_crumbs(self.council, ("Set up your council", "")),
            "complete": is_complete(steps),
            "words": progress_words(steps),
            "mine_left": any(step in left for step in mine),
            "tasks": [task(step) for step in mine],
            "others": others_table(others) if others else None,
            "overview_href": reverse("overview", args=[self.council.slug]),
        }
        return render(request, "compliance/start.html", context)


def task(step: Step) -> Task:
    """A step as a line of the task list."""
    return Task(
        title=step.title,
        status=step.state.value,
        href=step.href,
        hint=step.why,
        colour=COLOURS[step.state],
    )


def others_table(steps: list[Step]) -> Table:
    """Steps that somebody else takes, and who."""
    return Table(
        caption="Done by others",
        columns=[Column("Task", header=True), Column("Who does it"), Column("Status")],
        rows=[
            [
                step.title,
                step.who,
                Tag(step.state.value, COLOURS[step.state]) if COLOURS[step.state] else step.state.value,
            ]
            for step in steps
        ],
        stacks=True,
    )


def progress_words(steps: list[Step]) -> str:
    """Such as "4 of 10 tasks are completed." Tasks that not every council has are left out."""
    counts = [step for step in steps if not step.is_optional]
    done = sum(step.state == StepState.DONE for step in counts)
    return f"{number(done)} of {counted(len(counts), 'task is', 'tasks are')} completed."


class ShippedPlanPage(PlanFormPage):
    """Start a plan from a shipped one."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest) -> HttpResponse:
        first, last = first_year(timezone.localdate())
        title = f"Prevent action plan {years_of(first, last)}"
        return self._page(ShippedPlanForm(initial={"title": title, "starts_on": first, "ends_on": last}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ShippedPlanForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        given = form.cleaned_data
        try:
            plan = start_shipped_plan(
                council=self.council,
                by=self.person,
                key=given["shape"],
                title=given["title"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
            )
        except PolicyError as problem:
            form.add_error("title" if "title" in str(problem) else None, str(problem))
            return self._page(form)
        messages.success(request, "Plan added with its actions. Give each action an owner next.")
        return redirect("plan", self.council.slug, plan.pk)

    def _page(self, form: ShippedPlanForm) -> HttpResponse:
        return self.show(
            form,
            title="Start from a ready-made plan",
            lead="The copy is your council’s own. Change, add and withdraw what differs with you.",
            button="Add the plan",
            crumbs=plan_crumbs(self.council, None, ("Start from a ready-made plan", "")),
            cancel=reverse("plans", args=[self.council.slug]),
        )
