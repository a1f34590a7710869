"""Pages of delivery plans; how far one is kept is counted from delivered sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import number
from training.access.delivery import delivery_plan_for
from training.forms.delivery_plans import DeliveryPlanChangeForm, EndPlanForm, NewDeliveryPlanForm
from training.models import DeliveryPlan
from training.permissions import TrainingPermission
from training.queries.delivery_plans import (
    PlanLine,
    delivery_plans,
    plan_for_words,
    plan_lines,
    sessions_of_plan,
)
from training.queries.sessions import subject_words, when_words
from training.services.delivery_plans import add_delivery_plan, change_delivery_plan, end_delivery_plan
from training.views.delivery_pages import DeliveryPage
from training.views.sessions import state_tag

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS
HEADER = (
    "For whom", "Course", "Audience", "First day", "Due by", "Sessions planned", "Sessions delivered",
    "Sessions to come", "State",
)  # fmt: skip


def progress_tag(line: PlanLine) -> Tag:
    """How the plan stands, in words with a colour beside them."""
    if line.plan.ended_on is not None:
        return Tag(line.state_words, "grey")
    if line.is_complete:
        return Tag(line.state_words, "green")
    return Tag(line.state_words, "red" if line.is_overdue else "orange" if line.behind else "blue")


class _PlansPage(DeliveryPage):
    abstract = True
    room, room_words = "delivery-plans", "Delivery plans"

    def line(self, plan: DeliveryPlan) -> PlanLine:
        """The plan as it stands today."""
        return plan_lines([plan], timezone.localdate())[0]


class DeliveryPlansPage(_PlansPage):
    """Every plan with its progress; those that run come first."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponse:
        page, pages = paginate(request, delivery_plans([self.council.pk]))
        may_write = self.access.may(_WRITE)
        table = Table(
            "Delivery plans",
            [
                Column("Plan", header=True),
                Column("Due by"),
                Column("Delivered", numeric=True),
                Column("To come", numeric=True),
                Column("State"),
            ],
            [
                [
                    Link(
                        plan_for_words(line.plan),
                        self.address("delivery-plan", line.plan.pk),
                        hint=f"{line.plan.course.name}: {line.plan.audience}",
                    ),
                    british_date(line.plan.due_on),
                    f"{number(line.delivered)} of {number(line.plan.sessions)}",
                    line.to_come,
                    progress_tag(line),
                ]
                for line in plan_lines(page, timezone.localdate())
            ],
            stacks=True,
        )
        return self.list_page(
            title="Delivery plans",
            add_href=self.address("delivery-plan-add") if may_write else "",
            add_text="Add a delivery plan",
            table=table if page.paginator.count else None,
            pages=pages,
            downloads=[Link("CSV file", self.address("delivery-plans-csv"))],
            empty_title="No delivery plans yet",
            empty_words="Add what a service or a partner promised: so many sessions, for whom, by when."
            if may_write
            else "Plans appear here when the Prevent coordinator has added one.",
        )


class DeliveryPlansCsvView(_PlansPage):
    """The plans as a CSV file."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponseBase:
        rows = [
            [
                plan_for_words(line.plan),
                line.plan.course.name,
                line.plan.audience,
                line.plan.starts_on,
                line.plan.due_on,
                line.plan.sessions,
                line.delivered,
                line.to_come,
                line.state_words,
            ]
            for line in plan_lines(delivery_plans([self.council.pk]), timezone.localdate())
        ]
        return csv_response(filename="delivery-plans.csv", header=HEADER, rows=rows)


class DeliveryPlanPage(_PlansPage):
    """One plan, its progress and the sessions that count."""

    permission = _READ

    def get(self, request: HttpRequest, delivery_plan_id: UUID) -> HttpResponse:
        plan = delivery_plan_for(self.access, delivery_plan_id)
        line = self.line(plan)
        counting = sessions_of_plan(plan)
        sessions = Table(
            "Sessions of this plan",
            [
                Column("Session", header=True),
                Column("When"),
                Column("State"),
                Column("Sessions", numeric=True),
            ],
            [
                [
                    Link(subject_words(each), self.address("training-session", each.pk), hint=each.audience),
                    when_words(each),
                    state_tag(each),
                    each.sessions,
                ]
                for each in counting
            ],
            stacks=True,
        )
        rows = [
            SummaryRow("State", progress_tag(line)),
            SummaryRow("Progress", line.progress_words),
            SummaryRow("To come", number(line.to_come)),
            SummaryRow("For whom", plan_for_words(plan)),
            SummaryRow("Course", plan.course.name),
            SummaryRow("Audience", plan.audience),
            SummaryRow("Period", f"{british_date(plan.starts_on)} to {british_date(plan.due_on)}"),
        ]
        if plan.ended_on is not None:
            rows.append(SummaryRow("Ended", [british_date(plan.ended_on), plan.end_reason]))
        runs = plan.ended_on is None and self.access.may(_WRITE)
        return self.record_page(
            title=f"{plan.course.name} for {plan_for_words(plan)}",
            crumb="Plan",
            rows=rows,
            actions=[
                Link("Change the plan", self.address("delivery-plan-edit", plan.pk)),
                Link("End the plan", self.address("delivery-plan-end", plan.pk)),
            ]
            if runs
            else [],
            sentences=[] if counting else ["No session counts towards this plan yet."],
            next_step=Link("Plan a session", f"{self.address('training-session-add')}?plan={plan.pk}")
            if runs and not counting
            else None,
            tables=[sessions] if counting else [],
        )


class DeliveryPlanAddPage(_PlansPage):
    """Add a plan."""

    permission = _WRITE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(NewDeliveryPlanForm(council=self.council))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewDeliveryPlanForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(form)
        try:
            made = add_delivery_plan(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        messages.success(request, "Delivery plan added. Sessions count towards it once they name it.")
        return redirect("delivery-plan", self.council.slug, made.pk)

    def _page(self, form: NewDeliveryPlanForm) -> HttpResponse:
        return self.form_page(
            form,
            title="Add a delivery plan",
            button="Add the plan",
            crumbs=self.crumbs(Crumb("Add a delivery plan")),
            cancel=self.address("delivery-plans"),
        )


class _PlanFormPage(_PlansPage):
    """What the pages that write one plan share."""

    abstract = True
    title: str
    button: str
    done: str
    keep = ""

    def get(self, request: HttpRequest, delivery_plan_id: UUID) -> HttpResponse:
        plan = delivery_plan_for(self.access, delivery_plan_id, _WRITE)
        return self._page(plan, self.form(plan))

    def post(self, request: HttpRequest, delivery_plan_id: UUID) -> HttpResponse:
        plan = delivery_plan_for(self.access, delivery_plan_id, _WRITE)
        form = self.form(plan, request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            self.save(plan, form)
        except StaleVersion as stale:
            return self._page(plan, self.form(plan, self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(plan, form)
        messages.success(request, self.done)
        return redirect("delivery-plan", self.council.slug, plan.pk)

    def form(self, plan: DeliveryPlan, data: Any = None) -> Any:
        raise NotImplementedError

    def save(self, plan: DeliveryPlan, form: Any) -> None:
        raise NotImplementedError

    def _page(self, plan: DeliveryPlan, form: Any, stale: StaleVersion | None = None) -> HttpResponse:
        record = self.address("delivery-plan", plan.pk)
        return self.form_page(
            form,
            title=self.title,
            lead=f"{plan.course.name} for {plan_for_words(plan)}",
            button=self.button,
            crumbs=self.crumbs(Crumb("Plan", record), Crumb(self.title)),
            cancel=record,
            stale=stale,
            keep=self.keep,
        )


class DeliveryPlanEditPage(_PlanFormPage):
    """Change a plan that runs."""

    permission = _WRITE
    title, button, done = "Change the plan", "Save the plan", "Plan changed."

    def form(self, plan: DeliveryPlan, data: Any = None) -> Any:
        return DeliveryPlanChangeForm(data, council=self.council, plan=plan)

    def save(self, plan: DeliveryPlan, form: Any) -> None:
        change_delivery_plan(plan=plan, by=self.person, **form.cleaned_data)


class DeliveryPlanEndPage(_PlanFormPage):
    """Give a plan up, with a reason."""

    permission = _WRITE
    title, button, done = "End the plan", "End the plan", "Plan ended."
    keep = "Keep the plan"

    def form(self, plan: DeliveryPlan, data: Any = None) -> Any:
        return EndPlanForm(data, initial={"version": plan.version})

    def save(self, plan: DeliveryPlan, form: Any) -> None:
        end_delivery_plan(plan=plan, by=self.person, **form.cleaned_data)
