"""Pages of plans and their objectives."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import objective_to_edit, plan_for, visible_actions
from compliance.forms.plans import ActionFilter, ObjectiveChangeForm, ObjectiveForm, PlanChangeForm, PlanForm
from compliance.models import Action, ActionPlan, Objective
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.actions import RATING_ORDER
from compliance.queries.extensions import waiting_count
from compliance.queries.plan_reviews import ReviewerLine, reviewer_lines
from compliance.queries.plans import action_counts, kind_words, moved_words, objectives_of, plan_lines
from compliance.services.plans import (
    add_objective,
    change_objective,
    change_plan,
    create_plan,
    reorder_objectives,
)
from compliance.views.status import rating_mark, status_tag
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import (
    Column,
    Crumb,
    Link,
    Sorting,
    SummaryRow,
    Table,
    Tag,
    address_with,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.views import CouncilView

ORDERS = (
    ("objective", "Objective"),
    ("due", "Due date"),
    ("rating", "Rating"),
    ("status", "Status"),
    ("reference", "Reference"),
)
SORTS = {
    "objective": ["objective__number", "number"],
    "due": ["due_on", "number"],
    "rating": ["rating_order", "due_on", "number"],
    "reference": ["number"],
    "status": ["status", "due_on", "number"],
}


def council_crumbs(council: Council, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs from the council's overview down."""
    return [Crumb(council.name, reverse("overview", args=[council.slug])), *(Crumb(*step) for step in steps)]


def plan_crumbs(council: Council, plan: ActionPlan | None = None, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of plans."""
    trail = [("Action plans", reverse("plans", args=[council.slug]))]
    if plan is not None:
        trail.append((plan.title, reverse("plan", args=[council.slug, plan.pk])))
    return council_crumbs(council, *trail, *steps)


class PlansPage(CouncilView):
    """Every plan of the council."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = plan_lines(self.council, timezone.localdate())
        table = Table(
            caption="Plans",
            hide_caption=True,
            columns=[
                Column("Plan", header=True),
                Column("Actions", numeric=True),
                Column("Open", numeric=True),
                Column("Overdue", numeric=True),
                Column("Complete", numeric=True),
            ],
            rows=[
                [
                    Link(
                        line.title,
                        reverse("plan", args=[self.council.slug, line.id]),
                        hint=f"{line.kind} · {british_date(line.starts_on)} to {british_date(line.ends_on)}",
                    ),
                    line.actions,
                    line.open,
                    line.overdue,
                    line.complete,
                ]
                for line in lines
            ],
            stacks=True,
        )
        waiting = waiting_count(self.council)
        context = {
            "crumbs": council_crumbs(self.council, ("Action plans", "")),
            "table": table if lines else None,
            "may_edit": self.access.may(CompliancePermission.EDIT_PLANS),
            "add_href": reverse("plan-add", args=[self.council.slug]),
            "shipped_href": reverse("plan-from-shipped", args=[self.council.slug]),
            "actions_href": reverse("actions", args=[self.council.slug]),
            "extensions_href": reverse("extensions", args=[self.council.slug]),
            "waiting_words": counted(waiting, "request", "requests") if waiting else "",
            "waits": "waits" if waiting == 1 else "wait",
        }
        return render(request, "compliance/plans.html", context)


class PlanPage(CouncilView):
    """One plan: its actions by objective, or filtered and sorted as the address says."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        today = timezone.localdate()
        slug = self.council.slug
        actions = visible_actions(self.access).filter(plan=plan)
        filters = ActionFilter(request.GET, actions, council=self.council, plan=plan)
        found = filters.qs if filters.is_valid() else actions
        sorting = Sorting(request, SORTS, default="objective")
        rows = (
            found.annotate(rating_order=RATING_ORDER)
            .with_leads()
            .select_related("objective", "owner")
            .order_by(*sorting.order_by)
        )
        page, links = paginate(request, rows)
        context = {
            "plan": plan,
            "crumbs": [*plan_crumbs(self.council, plan)[:-1], Crumb(plan.title)],
            "counts_words": counts_words(self.council, plan, today),
            "rows": plan_rows(plan, reviewer_lines(plan), today),
            "filters": filters,
            "filtered": filters.is_valid() and filters.in_use,
            "tables": self._tables(list(page), sorting, today),
            "orders": sort_links(request, sorting),
            "found": page.paginator.count,
            "links": links,
            "may_edit": self.access.may(CompliancePermission.EDIT_PLANS),
            "may_log": self.access.may(CompliancePermission.LOG_PROGRESS),
            "action_href": reverse("action-add", args=[slug, plan.pk]),
            "objective_href": reverse("objective-add", args=[slug, plan.pk]),
            "edit_href": reverse("plan-edit", args=[slug, plan.pk]),
            "order_href": reverse("objective-order", args=[slug, plan.pk]),
            "board_href": reverse("plan-board", args=[slug, plan.pk]),
            "reviews_href": reverse("plan-reviews", args=[slug, plan.pk]),
            "workbook_href": reverse("plan-workbook", args=[slug, plan.pk]),
            "may_share": self.access.may(CompliancePermission.SHARE_WITH_COUNCILS),
            "shares_href": reverse("plan-shares", args=[slug, plan.pk]),
            "bulk_href": f"{reverse('bulk-progress', args=[slug])}?plan={plan.pk}",
            "plan_href": reverse("plan", args=[slug, plan.pk]),
            "has_objectives": bool(filters.objectives),
            **self._next(plan, bool(filters.objectives)),
        }
        return render(request, "compliance/plan.html", context)

    def _next(self, plan: ActionPlan, has_objectives: bool) -> dict[str, str]:
        """What an empty plan asks for first, of whoever may change it."""
        if not self.access.may(CompliancePermission.EDIT_PLANS):
            return {"next_href": "", "next_text": ""}
        here = [self.council.slug, plan.pk]
        if has_objectives:
            return {"next_href": reverse("action-add", args=here), "next_text": "Add an action"}
        return {"next_href": reverse("objective-add", args=here), "next_text": "Add an objective"}

    def _tables(self, actions: list[Action], sorting: Sorting, today: date) -> list[Table]:
        if sorting.name != "objective":
            rows = [action_row(self.council, action, today, str(action.objective)) for action in actions]
            return [Table(caption="Actions", columns=ACTION_COLUMNS, rows=rows, stacks=True)] if rows else []
        grouped: dict[str, list[list[Any]]] = {}
        for action in actions:
            grouped.setdefault(str(action.objective), []).append(action_row(self.council, action, today))
        return [
            Table(caption=title, columns=ACTION_COLUMNS, rows=rows, stacks=True)
            for title, rows in grouped.items()
        ]


ACTION_COLUMNS = [Column("Action", header=True), Column("Due"), Column("Status and rating")]


def action_row(council: Council, action: Action, today: date, *where: str) -> list[Any]:
    """A line of a list of actions; ``where`` says in which plan or objective it stands."""
    owner = display_name(action.owner) if action.owner else "Nobody owns it yet"
    return [
        Link(
            f"{action.reference} {action.title}",
            reverse("action", args=[council.slug, action.pk]),
            hint=" · ".join(part for part in (owner, action.leads_words, *where) if part),
        ),
        due_cell(action, today),
        [status_tag(action.status), rating_mark(action.rating)],
    ]


def due_cell(action: Action, today: date) -> list[Any]:
    """A due date with its moves; a tag says in words that the first date has passed."""
    words = moved_words(action).removeprefix("due ")
    return [Tag("Overdue", "red"), words] if action.is_overdue(today) else [words]


def sort_links(
    request: HttpRequest,
    sorting: Sorting,
    orders: tuple[tuple[str, str], ...] = ORDERS,
    default: str = "objective",
) -> list[Link]:
    """The orders that a list of actions can be read in."""
    return [
        Link(
            label,
            address_with(request.GET, {"sort": "" if name == default else name, "page": ""}),
            current=name == sorting.name,
        )
        for name, label in orders
    ]


def counts_words(council: Council, plan: ActionPlan | None, today: date) -> str:
    """One sentence of a plan's counts, or of all plans together."""
    counts = action_counts(council, today, plan)
    parts = [
        f"{number(counts.complete)} complete",
        f"{number(counts.in_progress)} in progress",
        f"{number(counts.not_started)} not started",
    ]
    if counts.on_hold:
        parts.append(f"{number(counts.on_hold)} on hold")
    if counts.withdrawn:
        parts.append(f"{number(counts.withdrawn)} withdrawn")
    overdue = f" {number(counts.overdue)} of the open ones {'is' if counts.overdue == 1 else 'are'} overdue."
    return f"{counted(counts.total, 'action', 'actions')}: {', '.join(parts)}." + (
        overdue if counts.overdue else ""
    )


def plan_rows(plan: ActionPlan, reviewers: list[ReviewerLine], today: date) -> list[SummaryRow]:
    """What a plan's head says."""
    return [
        SummaryRow("Kind", kind_words(plan)),
        SummaryRow("Period", f"{british_date(plan.starts_on)} to {british_date(plan.ends_on)}"),
        SummaryRow(
            "Reviewed by", [reviewer_words(line, today) for line in reviewers] or "No body is named yet"
        ),
    ]


def reviewer_words(line: ReviewerLine, today: date) -> str:
    """Such as "Prevent Network, every quarter: last 12 March 2019, next due 12 June 2019"."""
    parts = [f"last {british_date(line.last_on)}" if line.last_on else "not reviewed yet"]
    if line.next_due is not None:
        late = "was due" if line.next_due < today else "next due"
        parts.append(f"{late} {british_date(line.next_due)}")
    return f"{line.words}: {', '.join(parts)}"


class PlanFormPage(CouncilView):
    """What the pages with one form of a plan share."""

    abstract = True

    def show(
        self,
        form: Any,
        *,
        title: str,
        button: str,
        crumbs: list[Crumb],
        cancel: str,
        stale: StaleVersion | None = None,
        lead: str = "",
    ) -> HttpResponse:
        """The page with the form; 409 with both texts where somebody else saved first."""
        context = {
            "title": title,
            "lead": lead,
            "form": form,
            "stale": stale,
            "button": button,
            "crumbs": crumbs,
            "cancel": cancel,
        }
        return render(self.request, "web/form_page.html", context, status=409 if stale else 200)

    def again(self, stale: StaleVersion) -> Any:
        """What was sent, with the version that is stored now."""
        data = self.request.POST.copy()
        data["version"] = str(stale.version)
        return data


class PlanAddPage(PlanFormPage):
    """Add a plan."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PlanForm(council=self.council))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(form)
        try:
            plan = create_plan(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("title" if "title" in str(problem) else None, str(problem))
            return self._page(form)
        messages.success(request, "Plan added. Now add its objectives.")
        return redirect("plan", self.council.slug, plan.pk)

    def _page(self, form: PlanForm) -> HttpResponse:
        return self.show(
            form,
            title="Add a plan",
            button="Add the plan",
            crumbs=plan_crumbs(self.council, None, ("Add a plan", "")),
            cancel=reverse("plans", args=[self.council.slug]),
        )


class PlanEditPage(PlanFormPage):
    """Change the head of a plan."""

    permission = CompliancePermission.EDIT_PLANS
    fields = ("title", "kind", "part_of", "district", "purpose", "starts_on", "ends_on", "version")

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        initial = {name: getattr(plan, name) for name in self.fields}
        return self._page(plan, PlanChangeForm(council=self.council, initial=initial))

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = PlanChangeForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            change_plan(plan=plan, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(plan, PlanChangeForm(self.again(stale), council=self.council), stale)
        except PolicyError as problem:
            form.add_error("title" if "title" in str(problem) else None, str(problem))
            return self._page(plan, form)
        messages.success(request, "Plan saved.")
        return redirect("plan", self.council.slug, plan.pk)

    def _page(
        self, plan: ActionPlan, form: PlanChangeForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.show(
            form,
            title="Change the plan",
            button="Save",
            crumbs=plan_crumbs(self.council, plan, ("Change", "")),
            cancel=reverse("plan", args=[self.council.slug, plan.pk]),
            stale=stale,
        )


class ObjectiveAddPage(PlanFormPage):
    """Add an objective to a plan."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        return self._page(plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS), ObjectiveForm())

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = ObjectiveForm(request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        objective = add_objective(plan=plan, by=self.person, **form.cleaned_data)
        messages.success(request, f"Objective {objective.number} added.")
        return redirect("plan", self.council.slug, plan.pk)

    def _page(self, plan: ActionPlan, form: ObjectiveForm) -> HttpResponse:
        order = reverse("objective-order", args=[self.council.slug, plan.pk])
        return self.show(
            form,
            title="Add an objective",
            button="Add the objective",
            crumbs=plan_crumbs(self.council, plan, ("Objectives", order), ("Add an objective", "")),
            cancel=reverse("plan", args=[self.council.slug, plan.pk]),
        )


class ObjectiveEditPage(PlanFormPage):
    """Change an objective's words."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID, objective_id: UUID) -> HttpResponse:
        objective = objective_to_edit(self.access, plan_id, objective_id)
        initial = {name: getattr(objective, name) for name in ("title", "outcome", "version")}
        return self._page(objective, ObjectiveChangeForm(initial=initial))

    def post(self, request: HttpRequest, plan_id: UUID, objective_id: UUID) -> HttpResponse:
        objective = objective_to_edit(self.access, plan_id, objective_id)
        form = ObjectiveChangeForm(request.POST)
        if not form.is_valid():
            return self._page(objective, form)
        try:
            change_objective(objective=objective, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(objective, ObjectiveChangeForm(self.again(stale)), stale)
        messages.success(request, f"Objective {objective.number} saved.")
        return redirect("objective-order", self.council.slug, objective.plan_id)

    def _page(
        self, objective: Objective, form: ObjectiveChangeForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        plan = objective.plan
        order = reverse("objective-order", args=[self.council.slug, plan.pk])
        return self.show(
            form,
            title=f"Change objective {objective.number}",
            button="Save",
            crumbs=plan_crumbs(self.council, plan, ("Objectives", order), ("Change", "")),
            cancel=order,
            stale=stale,
        )


class ObjectiveOrderPage(CouncilView):
    """The objectives of a plan: their words and their order, one step at a time."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        return self._page(plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS))

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        order = [objective.pk for objective in objectives_of(plan)]
        direction, _, key = request.POST.get("move", "").partition(":")
        place = next((n for n, one in enumerate(order) if str(one) == key), None)
        version = request.POST.get("version", "")
        step = {"up": -1, "down": 1}.get(direction)
        if place is None or step is None or not (version.isdecimal() and len(version) < 10):
            return self._page(plan, problem="The page was incomplete when it was sent. Try again.")
        other = place + step
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
        try:
            reorder_objectives(plan=plan, by=self.person, version=int(version), order=order)
        except PolicyError as problem:
            plan.refresh_from_db()
            stale = isinstance(problem, StaleVersion)
            words = (
                "Somebody else changed the plan while you were looking at it. This is the order now."
                if stale
                else str(problem)
            )
            return self._page(plan, problem=words, status=409 if stale else 200)
        return redirect("objective-order", self.council.slug, plan.pk)

    def _page(self, plan: ActionPlan, *, problem: str = "", status: int = 200) -> HttpResponse:
        slug = self.council.slug
        objectives = objectives_of(plan)
        context = {
            "plan": plan,
            "problem": problem,
            "crumbs": plan_crumbs(self.council, plan, ("Objectives", "")),
            "objectives": [
                {
                    "objective": objective,
                    "edit_href": reverse("objective-edit", args=[slug, plan.pk, objective.pk]),
                    "up": place > 1,
                    "down": place < len(objectives),
                }
                for place, objective in enumerate(objectives, start=1)
            ],
            "add_href": reverse("objective-add", args=[slug, plan.pk]),
        }
        return render(self.request, "compliance/plan_objectives.html", context, status=status)
