"""Pages of actions: the list across plans, one action, and its words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import action_for, action_to_edit, may_log_progress, plan_for, visible_actions
from compliance.enums import ExtensionState
from compliance.forms.plans import ActionFilter, ActionForm, NewActionForm
from compliance.models import Action, ActionPlan, DueDateMove, ExtensionRequest
from compliance.permissions import CompliancePermission
from compliance.policies import StaleVersion
from compliance.policies.actions import next_statuses
from compliance.queries.action_links import links_of
from compliance.queries.actions import RATING_ORDER
from compliance.queries.extensions import requests_of
from compliance.queries.plans import moves_of, progress_of
from compliance.services.plans import add_action, change_action
from compliance.views.plans import (
    ACTION_COLUMNS,
    PlanFormPage,
    action_row,
    council_crumbs,
    counts_words,
    due_cell,
    plan_crumbs,
    sort_links,
)
from compliance.views.status import rating_mark, status_tag
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import (
    Crumb,
    Link,
    Sorting,
    SummaryRow,
    Table,
    TimelineItem,
    address_with,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView

SORTS = {
    "due": ["due_on", "number"],
    "rating": ["rating_order", "due_on", "number"],
    "status": ["status", "due_on", "number"],
    "slips": ["-times_moved", "due_on", "number"],
    "reference": ["number"],
}
ORDERS = (
    ("due", "Due date"),
    ("rating", "Rating"),
    ("status", "Status"),
    ("slips", "Times moved"),
    ("reference", "Reference"),
)


def actions_crumbs(view: CouncilView, action: Action) -> list[Crumb]:
    """Breadcrumbs of an action; people who see only their own actions are not led to the plan."""
    here = (action.reference, reverse("action", args=[view.council.slug, action.pk]))
    if view.access.may(CompliancePermission.VIEW_PLANS):
        return plan_crumbs(view.council, action.plan, here)
    return [Crumb("My work", reverse("my-work")), Crumb(*here)]


class ActionsPage(CouncilView):
    """All actions across the council's plans that the person may read, as the address filters and sorts."""

    permission = CompliancePermission.VIEW_OWN_ACTIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        reads_all = self.access.may(CompliancePermission.VIEW_PLANS)
        actions = visible_actions(self.access)
        filters = ActionFilter(request.GET, actions, council=self.council)
        found = filters.qs if filters.is_valid() else actions
        sorting = Sorting(request, SORTS, default="due")
        rows = (
            found.annotate(rating_order=RATING_ORDER)
            .with_leads()
            .select_related("plan", "owner")
            .order_by(*sorting.order_by)
        )
        page, links = paginate(request, rows)
        today = timezone.localdate()
        table = Table(
            caption="Actions",
            hide_caption=True,
            stacks=True,
            columns=ACTION_COLUMNS,
            rows=[action_row(self.council, action, today, action.plan.title) for action in page],
        )
        trail = [("Action plans", reverse("plans", args=[slug]))] if reads_all else []
        may_log = self.access.may(CompliancePermission.LOG_PROGRESS)
        context = {
            "title": "All actions" if reads_all else "Your actions",
            "crumbs": council_crumbs(self.council, *trail, ("All actions" if reads_all else "Actions", "")),
            "counts_words": counts_words(self.council, None, today) if reads_all else "",
            "filters": filters,
            "filtered": filters.is_valid() and filters.in_use,
            "table": table if page.paginator.count else None,
            "orders": sort_links(request, sorting, ORDERS, "due"),
            "found": page.paginator.count,
            "links": links,
            "all_href": reverse("actions", args=[slug]),
            "plans_href": reverse("plans", args=[slug]) if reads_all else "",
            "bulk_href": reverse("bulk-progress", args=[slug])
            + address_with(request.GET, {"page": "", "sort": ""})
            if may_log
            else "",
        }
        return render(request, "compliance/actions.html", context)


class ActionPage(CouncilView):
    """One action with its dates, what it is linked to, and its log."""

    permission = CompliancePermission.VIEW_OWN_ACTIONS

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_for(self.access, action_id)
        slug = self.council.slug
        asked = requests_of(action)
        waiting = next((request for request in asked if request.is_open), None)
        may_log = may_log_progress(self.access, action)
        context = {
            "action": action,
            "crumbs": [*actions_crumbs(self, action)[:-1], Crumb(action.reference)],
            "rows": self._rows(action),
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
                for line in progress_of(self.council, action)
            ],
            "moves": [_move_words(move) for move in moves_of(self.council, action)],
            "refused": [
                self._request_words(found)
                for found in asked
                if found.state in {ExtensionState.REFUSED, ExtensionState.WITHDRAWN}
            ],
            "waiting": waiting,
            "waiting_words": self._request_words(waiting) if waiting else "",
            "waiting_href": reverse("extension", args=[slug, waiting.pk]) if waiting else "",
            "may_log": may_log and len(next_statuses(action.status)) > 1,
            "may_edit": self.access.may(CompliancePermission.EDIT_PLANS),
            "may_ask": may_log and action.is_open and waiting is None,
            "log_href": reverse("action-progress", args=[slug, action.pk]),
            "edit_href": reverse("action-edit", args=[slug, action.pk]),
            "ask_href": reverse("extension-ask", args=[slug, action.pk]),
        }
        return render(request, "compliance/action.html", context)

    def _rows(self, action: Action) -> list[SummaryRow]:
        rows = [
            SummaryRow("Status", status_tag(action.status)),
            SummaryRow("Rating", rating_mark(action.rating)),
            SummaryRow("Due", due_cell(action, timezone.localdate())),
            SummaryRow("Owner", display_name(action.owner) if action.owner else "Nobody yet"),
            SummaryRow("Lead organisations", action.leads_words or None),
            SummaryRow("Priority", action.get_priority_display()),
            SummaryRow("Objective", str(action.objective)),
            SummaryRow("Done when", action.measure or None),
        ]
        rows += [
            SummaryRow(label, [Link(one.text, one.href) if one.href else one.text for one in found])
            for label, found in links_of(self.access, action).items()
        ]
        return rows

    def _request_words(self, asked: ExtensionRequest) -> str:
        words = (
            f"{display_name(asked.asked_by)} asked on {british_date(asked.asked_at)} to move it from "
            f"{british_date(asked.due_on)} to {british_date(asked.wished_on)}: {asked.reason}"
        )
        if asked.state == ExtensionState.REFUSED and asked.decided_by:
            words += f" Refused by {display_name(asked.decided_by)}: {asked.note}"
        if asked.state == ExtensionState.WITHDRAWN:
            words += " Taken back."
        return words


def _entry_title(status: str, before: str) -> str:
    label = status_tag(status).text
    return "Progress logged" if status == before else f"{status_tag(before).text} → {label}"


def _move_words(move: DueDateMove) -> dict[str, Any]:
    by = display_name(move.by) if move.by else "The portal"
    if move.request is not None:
        by = f"asked by {display_name(move.request.asked_by)}, approved by {by}"
    return {
        "words": f"From {british_date(move.moved_from)} to {british_date(move.moved_to)}",
        "reason": move.reason,
        "by": by,
        "at": move.at,
    }


class ActionEditPage(PlanFormPage):
    """Change an action's words, owner, leads and priority."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_edit(self.access, action_id)
        initial = {name: getattr(action, name) for name in ("title", "measure", "owner", "priority")}
        initial |= {"lead_organisations": getattr(action, "lead_ids", ()), "version": action.version}
        return self._page(action, ActionForm(council=self.council, action=action, initial=initial))

    def post(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_edit(self.access, action_id)
        form = ActionForm(request.POST, council=self.council, action=action)
        if not form.is_valid():
            return self._page(action, form)
        try:
            change_action(action=action, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            form = ActionForm(self.again(stale), council=self.council, action=action)
            return self._page(action, form, stale)
        messages.success(request, f"{action.reference} saved.")
        return redirect("action", self.council.slug, action.pk)

    def _page(self, action: Action, form: ActionForm, stale: StaleVersion | None = None) -> HttpResponse:
        return self.show(
            form,
            title=f"Change {action.reference}",
            button="Save",
            crumbs=[*actions_crumbs(self, action), Crumb("Change")],
            cancel=reverse("action", args=[self.council.slug, action.pk]),
            stale=stale,
        )


class ActionAddPage(PlanFormPage):
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
        return self.show(
            form,
            title="Add an action",
            button="Add the action",
            crumbs=plan_crumbs(self.council, plan, ("Add an action", "")),
            cancel=reverse("plan", args=[self.council.slug, plan.pk]),
        )
