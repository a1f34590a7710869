"""Pages of plans and actions."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import (
    action_for,
    action_to_edit,
    action_to_log,
    may_log_progress,
    plan_for,
    visible_actions,
)
from compliance.forms.plans import (
    ActionFilter,
    ActionForm,
    MoveForm,
    NewActionForm,
    ObjectiveForm,
    PlanForm,
    ProgressForm,
)
from compliance.models import Action, ActionPlan
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion, next_statuses
from compliance.queries.plans import (
    action_counts,
    due_words,
    moved_words,
    moves_of,
    plan_lines,
    progress_of,
    reviewed_by,
)
from compliance.services.plans import add_action, add_objective, change_action, create_plan, move_due_date
from compliance.services.progress import log_progress
from compliance.views.status import rating_mark, status_tag
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.policies import FileRefused
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import (
    Column,
    Crumb,
    Link,
    Sorting,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
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
RATING_ORDER = Case(
    When(rating="red", then=Value(0)),
    When(rating="amber", then=Value(1)),
    When(rating="green", then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def council_crumbs(council: Council, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs from the council's overview down."""
    return [Crumb(council.name, reverse("overview", args=[council.slug])), *(Crumb(*step) for step in steps)]


def plan_crumbs(council: Council, plan: ActionPlan | None = None, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of plans."""
    trail = [("Action plans", reverse("plans", args=[council.slug]))]
    if plan is not None:
        trail.append((plan.title, reverse("plan", args=[council.slug, plan.pk])))
    return council_crumbs(council, *trail, *steps)


def actions_crumbs(view: CouncilView, action: Action) -> list[Crumb]:
    """Breadcrumbs of an action; people who see only their own actions are not led to the plan."""
    here = (action.reference, reverse("action", args=[view.council.slug, action.pk]))
    if view.access.may(CompliancePermission.VIEW_PLANS):
        return plan_crumbs(view.council, action.plan, here)
    return [Crumb("My work", reverse("my-work")), Crumb(*here)]


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
                Column("Period"),
                Column("Actions", numeric=True),
                Column("Open", numeric=True),
                Column("Overdue", numeric=True),
                Column("Complete", numeric=True),
            ],
            rows=[
                [
                    Link(line.title, reverse("plan", args=[self.council.slug, line.id]), hint=line.kind),
                    f"{british_date(line.starts_on)} to {british_date(line.ends_on)}",
                    line.actions,
                    line.open,
                    line.overdue,
                    line.complete,
                ]
                for line in lines
            ],
        )
        context = {
            "crumbs": council_crumbs(self.council, ("Action plans", "")),
            "table": table if lines else None,
            "may_edit": self.access.may(CompliancePermission.EDIT_PLANS),
            "add_href": reverse("plan-add", args=[self.council.slug]),
        }
        return render(request, "compliance/plans.html", context)


class PlanPage(CouncilView):
    """One plan: its actions by objective, or filtered and sorted as the address says."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        today = timezone.localdate()
        actions = visible_actions(self.access).filter(plan=plan)
        filters = ActionFilter(request.GET, actions, plan=plan)
        found = filters.qs if filters.is_valid() else actions
        sorting = Sorting(request, SORTS, default="objective")
        rows = (
            found.annotate(rating_order=RATING_ORDER)
            .select_related("objective", "owner", "lead_organisation")
            .order_by(*sorting.order_by)
        )
        page, links = paginate(request, rows)
        context = {
            "plan": plan,
            "crumbs": [*plan_crumbs(self.council, plan)[:-1], Crumb(plan.title)],
            "counts_words": counts_words(self.council, plan, today),
            "rows": plan_rows(plan),
            "filters": filters,
            "filtered": filters.is_valid() and filters.in_use,
            "tables": self._tables(list(page), sorting, today),
            "orders": sort_links(request, sorting),
            "found": page.paginator.count,
            "links": links,
            "may_edit": self.access.may(CompliancePermission.EDIT_PLANS),
            "action_href": reverse("action-add", args=[self.council.slug, plan.pk]),
            "objective_href": reverse("objective-add", args=[self.council.slug, plan.pk]),
            "plan_href": reverse("plan", args=[self.council.slug, plan.pk]),
            "has_objectives": bool(filters.objectives),
        }
        return render(request, "compliance/plan.html", context)

    def _tables(self, actions: list[Action], sorting: Sorting, today: date) -> list[Table]:
        columns = [Column("Action", header=True), Column("Due"), Column("Status and rating")]
        if sorting.name != "objective":
            rows = [self._row(action, today, str(action.objective)) for action in actions]
            return [Table(caption="Actions", columns=columns, rows=rows)] if rows else []
        grouped: dict[str, list[list[Any]]] = {}
        for action in actions:
            grouped.setdefault(str(action.objective), []).append(self._row(action, today))
        return [Table(caption=title, columns=columns, rows=rows) for title, rows in grouped.items()]

    def _row(self, action: Action, today: date, objective: str = "") -> list[Any]:
        owner = display_name(action.owner) if action.owner else "Nobody owns it yet"
        lead = action.lead_organisation.name if action.lead_organisation else ""
        return [
            Link(
                f"{action.reference} {action.title}",
                reverse("action", args=[self.council.slug, action.pk]),
                hint=" · ".join(part for part in (owner, lead, objective) if part),
            ),
            due_cell(action, today),
            [status_tag(action.status), rating_mark(action.rating)],
        ]


def due_cell(action: Action, today: date) -> list[Any]:
    """A due date with its moves; a tag says in words that the first date has passed."""
    words = moved_words(action)
    words = f"{words[0].upper()}{words[1:]}"
    return [Tag("Overdue", "red"), words] if action.is_overdue(today) else [words]


def sort_links(request: HttpRequest, sorting: Sorting) -> list[Link]:
    """The orders that a plan's actions can be read in."""
    return [
        Link(
            label,
            address_with(request.GET, {"sort": "" if name == "objective" else name, "page": ""}),
            current=name == sorting.name,
        )
        for name, label in ORDERS
    ]


def counts_words(council: Council, plan: ActionPlan, today: date) -> str:
    """One sentence of a plan's counts."""
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


def plan_rows(plan: ActionPlan) -> list[SummaryRow]:
    """What a plan's head says."""
    return [
        SummaryRow("Kind", plan.get_kind_display()),
        SummaryRow("Period", f"{british_date(plan.starts_on)} to {british_date(plan.ends_on)}"),
        SummaryRow("Reviewed by", reviewed_by(plan) or "No body is named yet"),
    ]


class ActionPage(CouncilView):
    """One action with its log."""

    permission = CompliancePermission.VIEW_OWN_ACTIONS

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_for(self.access, action_id)
        today = timezone.localdate()
        lines = progress_of(self.council, action)
        slug = self.council.slug
        context = {
            "action": action,
            "crumbs": [*actions_crumbs(self, action)[:-1], Crumb(action.reference)],
            "rows": [
                SummaryRow("Status", status_tag(action.status)),
                SummaryRow("Rating", rating_mark(action.rating)),
                SummaryRow("Due", due_cell(action, today)),
                SummaryRow("Owner", display_name(action.owner) if action.owner else "Nobody yet"),
                SummaryRow(
                    "Lead organisation", action.lead_organisation.name if action.lead_organisation else None
                ),
                SummaryRow("Priority", action.get_priority_display()),
                SummaryRow("Objective", str(action.objective)),
                SummaryRow("Done when", action.measure or None),
            ],
            "log": [
                {
                    "item": TimelineItem(
                        title=_entry_title(line.entry.status, line.entry.status_before),
                        at=line.entry.at,
                        by=line.by,
                        body=line.entry.note,
                        status=rating_mark(line.entry.rating),
                    ),
                    "files": line.files,
                }
                for line in lines
            ],
            "moves": [
                {
                    "words": f"From {british_date(move.moved_from)} to {british_date(move.moved_to)}",
                    "reason": move.reason,
                    "by": display_name(move.by) if move.by else "The portal",
                    "at": move.at,
                }
                for move in moves_of(self.council, action)
            ],
            "may_log": may_log_progress(self.access, action) and len(next_statuses(action.status)) > 1,
            "may_edit": self.access.may(CompliancePermission.EDIT_PLANS),
            "may_move": self.access.may(CompliancePermission.EDIT_PLANS) and action.is_open,
            "log_href": reverse("action-progress", args=[slug, action.pk]),
            "edit_href": reverse("action-edit", args=[slug, action.pk]),
            "move_href": reverse("action-move", args=[slug, action.pk]),
        }
        return render(request, "compliance/action.html", context)


def _entry_title(status: str, before: str) -> str:
    label = status_tag(status).text
    return "Progress logged" if status == before else f"{status_tag(before).text} → {label}"


class ProgressPage(CouncilView):
    """The form in which an officer logs progress."""

    permission = CompliancePermission.LOG_PROGRESS

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_log(self.access, action_id)
        form = ProgressForm(
            statuses=self._statuses(action),
            initial={
                "version": action.version,
                "rating": action.rating,
                "status": "in_progress" if action.status == "not_started" else action.status,
            },
        )
        return self._page(action, form)

    def post(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_log(self.access, action_id)
        form = ProgressForm(request.POST, request.FILES, statuses=self._statuses(action))
        if not form.is_valid():
            return self._page(action, form)
        try:
            log_progress(
                action=action,
                by=self.person,
                note=form.cleaned_data["note"],
                rating=form.cleaned_data["rating"],
                status=form.cleaned_data["status"],
                version=form.cleaned_data["version"],
                token=form.cleaned_data["token"],
                edits_plans=self.access.may(CompliancePermission.EDIT_PLANS),
                upload=form.cleaned_data["evidence"],
            )
        except StaleVersion as stale:
            return self._stale(request, action, stale)
        except FileRefused as refused:
            form.add_error("evidence", str(refused))
            return self._page(action, form)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(action, form)
        messages.success(request, f"Progress saved on {action.reference}.")
        return redirect("action", self.council.slug, action.pk)

    def _statuses(self, action: Action) -> list[Any]:
        return next_statuses(action.status, edits_plans=self.access.may(CompliancePermission.EDIT_PLANS))

    def _stale(self, request: HttpRequest, action: Action, stale: StaleVersion) -> HttpResponse:
        current = action_to_log(self.access, action.pk)
        data = request.POST.copy()
        data["version"] = str(stale.version)
        statuses = self._statuses(current)
        if data.get("status") not in {status.value for status in statuses}:
            data["status"] = current.status
        form = ProgressForm(data, statuses=statuses)
        return self._page(current, form, stale, status=409)

    def _page(
        self, action: Action, form: ProgressForm, stale: StaleVersion | None = None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "action": action,
            "form": form,
            "stale": stale,
            "due_words": due_words(action, timezone.localdate()),
            "crumbs": [*actions_crumbs(self, action), Crumb("Log progress")],
            "cancel": reverse("action", args=[self.council.slug, action.pk]),
            "file_again": bool(stale and self.request.FILES),
        }
        return render(self.request, "compliance/progress.html", context, status=status)


class ActionEditPage(CouncilView):
    """Change an action's words, owner, lead and priority."""

    permission = CompliancePermission.EDIT_PLANS
    fields = ("title", "measure", "owner", "lead_organisation", "priority")

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_edit(self.access, action_id)
        initial = {name: getattr(action, name) for name in self.fields}
        form = ActionForm(council=self.council, action=action, initial={**initial, "version": action.version})
        return self._page(action, form)

    def post(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_edit(self.access, action_id)
        form = ActionForm(request.POST, council=self.council, action=action)
        if not form.is_valid():
            return self._page(action, form)
        try:
            change_action(action=action, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            form = ActionForm(data, council=self.council, action=action)
            return self._page(action, form, stale, status=409)
        messages.success(request, f"{action.reference} saved.")
        return redirect("action", self.council.slug, action.pk)

    def _page(
        self, action: Action, form: ActionForm, stale: StaleVersion | None = None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": f"Change {action.reference}",
            "form": form,
            "stale": stale,
            "button": "Save",
            "crumbs": [*actions_crumbs(self, action), Crumb("Change")],
            "cancel": reverse("action", args=[self.council.slug, action.pk]),
        }
        return render(self.request, "compliance/form.html", context, status=status)


class ActionMovePage(CouncilView):
    """Move an action's due date; the first one stays on record."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_edit(self.access, action_id)
        return self._page(action, MoveForm(initial={"version": action.version}))

    def post(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_edit(self.access, action_id)
        form = MoveForm(request.POST)
        if not form.is_valid():
            return self._page(action, form)
        try:
            move_due_date(action=action, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(action, MoveForm(data), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(action, form)
        messages.success(request, f"Due date of {action.reference} moved.")
        return redirect("action", self.council.slug, action.pk)

    def _page(
        self, action: Action, form: MoveForm, stale: StaleVersion | None = None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": f"Move the due date of {action.reference}",
            "lead": due_words(action, timezone.localdate()) + ".",
            "form": form,
            "stale": stale,
            "button": "Move the date",
            "crumbs": [*actions_crumbs(self, action), Crumb("Move the due date")],
            "cancel": reverse("action", args=[self.council.slug, action.pk]),
        }
        return render(self.request, "compliance/form.html", context, status=status)


class ActionAddPage(CouncilView):
    """Add an action to a plan."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        return self._page(plan, NewActionForm(plan=plan))

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = NewActionForm(request.POST, plan=plan)
        if not form.is_valid():
            return self._page(plan, form)
        action = add_action(by=self.person, **form.cleaned_data)
        messages.success(request, f"{action.reference} added.")
        return redirect("action", self.council.slug, action.pk)

    def _page(self, plan: ActionPlan, form: NewActionForm) -> HttpResponse:
        context = {
            "title": "Add an action",
            "form": form,
            "button": "Add the action",
            "crumbs": plan_crumbs(self.council, plan, ("Add an action", "")),
            "cancel": reverse("plan", args=[self.council.slug, plan.pk]),
        }
        return render(self.request, "compliance/form.html", context)


class ObjectiveAddPage(CouncilView):
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
        context = {
            "title": "Add an objective",
            "form": form,
            "button": "Add the objective",
            "crumbs": plan_crumbs(self.council, plan, ("Add an objective", "")),
            "cancel": reverse("plan", args=[self.council.slug, plan.pk]),
        }
        return render(self.request, "compliance/form.html", context)


class PlanAddPage(CouncilView):
    """Add a plan."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PlanForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            plan = create_plan(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("title", str(problem))
            return self._page(form)
        messages.success(request, "Plan added. Now add its objectives.")
        return redirect("plan", self.council.slug, plan.pk)

    def _page(self, form: PlanForm) -> HttpResponse:
        context = {
            "title": "Add a plan",
            "form": form,
            "button": "Add the plan",
            "crumbs": plan_crumbs(self.council, None, ("Add a plan", "")),
            "cancel": reverse("plans", args=[self.council.slug]),
        }
        return render(self.request, "compliance/form.html", context)
