"""Pages of requests for a later due date: ask, decide, take back, and the list of those that wait."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import (
    action_for,
    action_to_log,
    extension_for,
    extension_to_decide,
    extension_to_withdraw,
)
from compliance.enums import ExtensionState
from compliance.forms.extensions import DecisionForm, ExtensionForm
from compliance.models import Action, ExtensionRequest
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.extensions import decider_words, waiting_requests
from compliance.queries.plans import due_words
from compliance.services.extensions import decide_extension, request_extension, withdraw_extension
from compliance.views.actions import actions_crumbs
from compliance.views.plans import PlanFormPage, council_crumbs
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Colour, Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


class ExtensionAskPage(PlanFormPage):
    """Ask for a later due date; somebody else approves it."""

    permission = CompliancePermission.LOG_PROGRESS

    def get(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_log(self.access, action_id)
        return self._page(action, ExtensionForm(initial={"version": action.version}))

    def post(self, request: HttpRequest, action_id: UUID) -> HttpResponse:
        action = action_to_log(self.access, action_id)
        form = ExtensionForm(request.POST)
        if not form.is_valid():
            return self._page(action, form)
        try:
            request_extension(action=action, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            current = action_for(self.access, action.pk)
            return self._page(current, ExtensionForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("wished_on" if "date must" in str(problem) else None, str(problem))
            return self._page(action, form)
        messages.success(request, f"More time asked for {action.reference}. Somebody else decides it.")
        return redirect("action", self.council.slug, action.pk)

    def _page(self, action: Action, form: ExtensionForm, stale: StaleVersion | None = None) -> HttpResponse:
        due = due_words(action, timezone.localdate())
        return self.show(
            form,
            title=f"Ask for more time for {action.reference}",
            lead=f"{due}. {decider_words(self.council, self.person)}",
            button="Ask for more time",
            crumbs=[*actions_crumbs(self, action), Crumb("Ask for more time")],
            cancel=reverse("action", args=[self.council.slug, action.pk]),
            stale=stale,
        )


class ExtensionPage(CouncilView):
    """One request; those who may change plans decide it here, the person who asked can take it back."""

    permission = {
        "get": CompliancePermission.VIEW_OWN_ACTIONS,
        "post": CompliancePermission.EDIT_PLANS,
    }

    def get(self, request: HttpRequest, extension_id: UUID) -> HttpResponse:
        asked = extension_for(self.access, extension_id)
        return self._page(asked, DecisionForm(asked=asked))

    def post(self, request: HttpRequest, extension_id: UUID) -> HttpResponse:
        asked = extension_to_decide(self.access, extension_id)
        form = DecisionForm(request.POST, asked=asked)
        if not form.is_valid():
            return self._page(asked, form)
        approve = form.cleaned_data["decision"] == "approve"
        try:
            decide_extension(
                request=asked,
                by=self.person,
                approve=approve,
                granted_on=form.cleaned_data["granted_on"],
                note=form.cleaned_data["note"],
            )
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(extension_for(self.access, extension_id), form)
        reference = asked.action.reference
        messages.success(
            request, f"Due date of {reference} moved." if approve else f"Request for {reference} refused."
        )
        return redirect("action", self.council.slug, asked.action_id)

    def _page(self, asked: ExtensionRequest, form: DecisionForm) -> HttpResponse:
        slug = self.council.slug
        own = asked.asked_by_id == self.person.pk
        edits = self.access.may(CompliancePermission.EDIT_PLANS)
        context = {
            "asked": asked,
            "action": asked.action,
            "form": form,
            "crumbs": [*actions_crumbs(self, asked.action), Crumb("More time")],
            "rows": request_rows(asked, timezone.localdate()),
            "may_decide": asked.is_open and edits and not own,
            "decider_words": decider_words(self.council, asked.asked_by) if asked.is_open else "",
            "own": own and asked.is_open,
            "withdraw_href": reverse("extension-withdraw", args=[slug, asked.pk]),
            "cancel": reverse("action", args=[slug, asked.action_id]),
        }
        return render(self.request, "compliance/action_extension.html", context)


def request_rows(asked: ExtensionRequest, today: date) -> list[SummaryRow]:
    """What a request says, and what became of it."""
    rows = [
        SummaryRow("Due date", due_words(asked.action, today).removeprefix("Due ")),
        SummaryRow("Asked by", f"{display_name(asked.asked_by)}, {british_date(asked.asked_at)}"),
        SummaryRow("From", british_date(asked.due_on)),
        SummaryRow("To", british_date(asked.wished_on)),
        SummaryRow("Reason", asked.reason),
        SummaryRow("State", Tag(asked.get_state_display(), STATE_COLOURS[asked.state])),
    ]
    if asked.decided_by is not None:
        rows.append(
            SummaryRow("Decided by", f"{display_name(asked.decided_by)}, {british_date(asked.decided_at)}")
        )
    if asked.granted_on is not None:
        rows.append(SummaryRow("Approved to", british_date(asked.granted_on)))
    if asked.note:
        rows.append(SummaryRow("Note", asked.note))
    return rows


STATE_COLOURS: dict[str, Colour] = {
    ExtensionState.OPEN.value: "yellow",
    ExtensionState.APPROVED.value: "green",
    ExtensionState.REFUSED.value: "red",
    ExtensionState.WITHDRAWN.value: "grey",
}


class ExtensionWithdrawPage(CouncilView):
    """Take one's own request back."""

    permission = CompliancePermission.LOG_PROGRESS

    def get(self, request: HttpRequest, extension_id: UUID) -> HttpResponse:
        asked = extension_to_withdraw(self.access, extension_id)
        return self._page(asked)

    def post(self, request: HttpRequest, extension_id: UUID) -> HttpResponse:
        asked = extension_to_withdraw(self.access, extension_id)
        try:
            withdraw_extension(request=asked, by=self.person)
        except PolicyError as problem:
            return self._page(asked, str(problem))
        messages.success(request, f"Request for {asked.action.reference} taken back.")
        return redirect("action", self.council.slug, asked.action_id)

    def _page(self, asked: ExtensionRequest, problem: str = "") -> HttpResponse:
        slug = self.council.slug
        context = {
            "action": asked.action,
            "problem": problem,
            "rows": request_rows(asked, timezone.localdate()),
            "crumbs": [*actions_crumbs(self, asked.action), Crumb("Take the request back")],
            "cancel": reverse("extension", args=[slug, asked.pk]),
        }
        return render(self.request, "compliance/action_extension_withdraw.html", context)


class ExtensionsPage(CouncilView):
    """The council's requests that wait for a decision, the oldest first."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        page, links = paginate(request, waiting_requests(self.council))
        table = Table(
            caption="Requests that wait for a decision",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("Action", header=True),
                Column("Asked by"),
                Column("From"),
                Column("To"),
                Column("Reason"),
            ],
            rows=[
                [
                    Link(
                        f"{asked.action.reference} {asked.action.title}",
                        reverse("extension", args=[slug, asked.pk]),
                        hint=asked.action.plan.title,
                    ),
                    [display_name(asked.asked_by), british_date(asked.asked_at)],
                    british_date(asked.due_on),
                    british_date(asked.wished_on),
                    asked.reason,
                ]
                for asked in page
            ],
        )
        context = {
            "crumbs": council_crumbs(
                self.council, ("Action plans", reverse("plans", args=[slug])), ("Requests for more time", "")
            ),
            "table": table if page.paginator.count else None,
            "links": links,
        }
        return render(request, "compliance/action_extensions.html", context)
