"""Log progress: on one action, or on many in a review meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import action_for, action_to_log, loggable_actions
from compliance.enums import ActionStatus
from compliance.forms.plans import ActionFilter, ProgressForm
from compliance.forms.progress import BulkForm, BulkRowForm
from compliance.models import Action
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.actions import RefusedRow, RowsRefused, next_statuses
from compliance.queries.plans import due_words
from compliance.services.progress import MOST_ROWS, ProgressRow, log_progress, log_progress_on_many
from compliance.views.actions import actions_crumbs
from compliance.views.plans import council_crumbs
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.policies import FileRefused
from prevent_portal.web.components import Crumb, paginate
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView


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

    def _statuses(self, action: Action) -> list[ActionStatus]:
        return next_statuses(action.status, edits_plans=self.access.may(CompliancePermission.EDIT_PLANS))

    def _stale(self, request: HttpRequest, action: Action, stale: StaleVersion) -> HttpResponse:
        current = action_for(self.access, action.pk)
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


@dataclass(frozen=True)
class BulkLine:
    """One row of the page of a review meeting."""

    action: Action
    form: BulkRowForm
    due_words: str
    owner: str
    stale: RefusedRow | None = None


class BulkProgressPage(CouncilView):
    """A row for each open action, for a review meeting: all changed rows are saved, or none."""

    permission = CompliancePermission.LOG_PROGRESS

    def get(self, request: HttpRequest) -> HttpResponse:
        actions = loggable_actions(self.access).open()
        filters = ActionFilter(request.GET, actions, council=self.council)
        found: QuerySet[Action] = filters.qs if filters.is_valid() else actions
        page, links = paginate(
            request,
            found.select_related("plan", "owner").order_by(
                "plan__title", "objective__number", "number", "pk"
            ),
            per_page=MOST_ROWS,
        )
        lines = [self._line(action, self._form(action)) for action in page]
        return self._page(BulkForm(), lines, filters=filters, links=links, count=page.paginator.count)

    def post(self, request: HttpRequest) -> HttpResponse:
        actions = self._asked(request)
        forms = [self._form(action, request.POST) for action in actions]
        token = BulkForm(request.POST)
        if not all([token.is_valid(), *(form.is_valid() for form in forms)]):
            lines = [self._line(action, form) for action, form in zip(actions, forms, strict=True)]
            return self._page(token, lines)
        rows = [
            ProgressRow(
                action=action,
                version=form.cleaned_data["version"],
                rating=form.cleaned_data["rating"],
                status=form.cleaned_data["status"],
                note=form.cleaned_data["note"],
            )
            for action, form in zip(actions, forms, strict=True)
        ]
        try:
            saved = log_progress_on_many(
                council=self.council,
                by=self.person,
                rows=rows,
                token=token.cleaned_data["token"],
                edits_plans=self.access.may(CompliancePermission.EDIT_PLANS),
            )
        except RowsRefused as refused:
            return self._refused(request, actions, refused)
        except PolicyError as problem:
            token.add_error(None, str(problem))
            lines = [self._line(action, form) for action, form in zip(actions, forms, strict=True)]
            return self._page(token, lines)
        if not saved:
            token.add_error(None, "Nothing was changed. Write a note on an action first.")
            lines = [self._line(action, form) for action, form in zip(actions, forms, strict=True)]
            return self._page(token, lines)
        messages.success(request, f"Progress saved on {counted(len(saved), 'action', 'actions')}.")
        return redirect(request.get_full_path())

    def _asked(self, request: HttpRequest) -> list[Action]:
        """The actions that the form names, in its order; one that may not be changed is not there."""
        keys = request.POST.getlist("action")[: MOST_ROWS + 1]
        try:
            ids = [UUID(key) for key in keys]
        except ValueError:
            raise Http404 from None
        found = {
            action.pk: action
            for action in loggable_actions(self.access).filter(pk__in=ids).select_related("plan", "owner")
        }
        if len(set(ids)) != len(ids) or set(ids) - set(found) or len(ids) > MOST_ROWS:
            raise Http404
        return [found[key] for key in ids]

    def _form(self, action: Action, data: Any = None) -> BulkRowForm:
        edits = self.access.may(CompliancePermission.EDIT_PLANS)
        return BulkRowForm(data, action=action, statuses=next_statuses(action.status, edits_plans=edits))

    def _line(self, action: Action, form: BulkRowForm, stale: RefusedRow | None = None) -> BulkLine:
        return BulkLine(
            action=action,
            form=form,
            due_words=due_words(action, timezone.localdate()),
            owner=display_name(action.owner) if action.owner else "Nobody owns it yet",
            stale=stale,
        )

    def _refused(self, request: HttpRequest, before: list[Action], refused: RowsRefused) -> HttpResponse:
        """The page again with what was typed: a stale row shows both texts and the version to send next."""
        problems = {problem.action_id: problem for problem in refused.problems}
        data = request.POST.copy()
        lines = []
        stale = False
        for action in self._asked(request):
            problem = problems.get(action.pk)
            form = self._form(action, data)
            if problem is not None and problem.version is not None:
                stale = True
                data[form.add_prefix("version")] = str(problem.version)
                offered = {value for value, _ in form.fields["status"].choices}  # type: ignore[attr-defined] # the form declares a choice
                if data.get(form.add_prefix("status")) not in offered:
                    data[form.add_prefix("status")] = action.status
                form = self._form(action, data)
            elif problem is not None and form.is_valid():
                form.add_error("note", problem.words)
            lines.append(self._line(action, form, problem if problem and problem.version else None))
        return self._page(BulkForm(data), lines, status=409 if stale else 200)

    def _page(
        self,
        token: BulkForm,
        lines: list[BulkLine],
        *,
        filters: ActionFilter | None = None,
        links: Any = None,
        count: int | None = None,
        status: int = 200,
    ) -> HttpResponse:
        slug = self.council.slug
        if filters is None:
            filters = ActionFilter(
                self.request.GET, loggable_actions(self.access).open(), council=self.council
            )
        reads_all = self.access.may(CompliancePermission.VIEW_PLANS)
        trail = [("Action plans", reverse("plans", args=[slug]))] if reads_all else []
        trail.append(("Actions", reverse("actions", args=[slug])))
        context = {
            "crumbs": council_crumbs(self.council, *trail, ("Update many actions", "")),
            "token": token,
            "forms": [token, *(line.form for line in lines)],
            "lines": lines,
            "stale": [line for line in lines if line.stale],
            "filters": filters,
            "filtered": filters.is_valid() and filters.in_use,
            "links": links,
            "found": count,
            "cancel": reverse("actions", args=[slug]),
            "all_href": reverse("bulk-progress", args=[slug]),
        }
        return render(self.request, "compliance/actions_progress.html", context, status=status)
