"""Pages of a plan's workbook: download it, send it back, see what would change, confirm."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import plan_for, plan_upload_for
from compliance.forms.plan_workbook import PlanUploadForm
from compliance.models import ActionPlan
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.services.plan_workbook import (
    CheckedSheet,
    Problem,
    WorkbookRefused,
    apply_upload,
    check_upload,
    export_plan,
    preview,
)
from compliance.views.plans import plan_crumbs
from prevent_portal.web.components import Column, Link, Table
from prevent_portal.web.downloads import XLSX_TYPE, download
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.spreadsheets import FileUnreadable
from prevent_portal.web.views import CouncilView

PROBLEMS_SHOWN = 200


class PlanWorkbookPage(CouncilView):
    """Take the plan out as a workbook, and, for whoever changes plans, send it back."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        return self._page(plan_for(self.access, plan_id), PlanUploadForm())

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = PlanUploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(plan, form)
        sent = form.cleaned_data["file"]
        try:
            checked, upload = check_upload(
                plan=plan, by=self.person, file_name=sent.name or "", content=sent.read()
            )
        except FileUnreadable as refused:
            form.add_error("file", str(refused))
            return self._page(plan, form)
        if checked.problems:
            words = str(WorkbookRefused(checked.problems))
            form.add_error("file", f"{words} Correct them in the sheet and send it again.")
            return self._page(plan, form, checked.problems)
        if upload is None:
            messages.info(request, "The sheet says what the plan says already. Nothing was changed.")
            return redirect("plan-workbook", self.council.slug, plan.pk)
        return redirect("plan-workbook-check", self.council.slug, plan.pk, upload.pk)

    def _page(
        self, plan: ActionPlan, form: PlanUploadForm, problems: list[Problem] | None = None
    ) -> HttpResponse:
        may_edit = self.access.may(CompliancePermission.EDIT_PLANS)
        context = {
            "plan": plan,
            "crumbs": plan_crumbs(self.council, plan, ("Excel", "")),
            "file_href": reverse("plan-workbook-file", args=[self.council.slug, plan.pk]),
            "may_edit": may_edit,
            "form": form if may_edit else None,
            "problems": problems_table(problems) if problems else None,
            "problems_left_out": max(0, len(problems or ()) - PROBLEMS_SHOWN),
        }
        return render(self.request, "compliance/plan_workbook.html", context)


class PlanWorkbookFile(CouncilView):
    """The plan as a workbook."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
        plan = plan_for(self.access, plan_id)
        content = export_plan(
            plan=plan, by=self.person, for_editing=self.access.may(CompliancePermission.EDIT_PLANS)
        )
        return download(content=content, filename=f"{plan.title}.xlsx", content_type=XLSX_TYPE)


class PlanWorkbookCheckPage(CouncilView):
    """What a sheet would change, cell by cell, and the button that changes it."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID, plan_upload_id: UUID) -> HttpResponse:
        upload = plan_upload_for(self.access, plan_id, plan_upload_id)
        if upload.applied_at is not None:
            messages.info(request, "This sheet was taken in already.")
            return redirect("plan", self.council.slug, upload.plan_id)
        return self._page(upload.plan, preview(upload=upload))

    def post(self, request: HttpRequest, plan_id: UUID, plan_upload_id: UUID) -> HttpResponse:
        upload = plan_upload_for(self.access, plan_id, plan_upload_id)
        try:
            applied = apply_upload(upload=upload, by=self.person)
        except WorkbookRefused as refused:
            return self._page(upload.plan, CheckedSheet(problems=refused.problems), status=409)
        except PolicyError as problem:
            messages.error(request, str(problem))
            return redirect("plan-workbook", self.council.slug, upload.plan_id)
        messages.success(request, f"{counted(applied.changed, 'action', 'actions')} changed by the sheet.")
        return redirect("plan", self.council.slug, upload.plan_id)

    def _page(self, plan: ActionPlan, checked: CheckedSheet, status: int = 200) -> HttpResponse:
        context = {
            "plan": plan,
            "crumbs": plan_crumbs(
                self.council,
                plan,
                ("Excel", reverse("plan-workbook", args=[self.council.slug, plan.pk])),
                ("Check", ""),
            ),
            "words": _words(checked),
            "tables": [
                Table(
                    caption=f"{change.action.reference} {change.action.title}",
                    caption_size="s",
                    columns=[Column("What", header=True), Column("Now"), Column("After")],
                    rows=[[cell.column, cell.old or None, cell.new or None] for cell in change.cells],
                )
                for change in checked.changes
            ],
            "problems": problems_table(checked.problems) if checked.problems else None,
            "again": Link(
                "Send the sheet again", reverse("plan-workbook", args=[self.council.slug, plan.pk])
            ),
        }
        return render(self.request, "compliance/plan_workbook_check.html", context, status=status)


def problems_table(problems: list[Problem]) -> Table:
    """Every problem by its cell, with what to do."""
    return Table(
        caption="Problems",
        columns=[Column("Where", header=True), Column("What stands there"), Column("Why it cannot be taken")],
        rows=[
            [
                f"Sheet {problem.sheet}, row {number(problem.row)}, {problem.column}",
                problem.value or None,
                problem.reason,
            ]
            for problem in problems[:PROBLEMS_SHOWN]
        ],
    )


def _words(checked: CheckedSheet) -> str:
    cells = sum(len(change.cells) for change in checked.changes)
    return (
        f"{counted(len(checked.changes), 'action', 'actions')} would change, "
        f"{counted(cells, 'cell', 'cells')} in all."
    )
