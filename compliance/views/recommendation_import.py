"""Pages on which a file of recommendations is read, looked at, and taken in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import import_for, review_for
from compliance.forms.scrutiny import ConfirmForm, ImportForm
from compliance.models import RecommendationImport, ScrutinyReview
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.services.recommendation_import import check_import, confirm_import
from compliance.texts.recommendation_table import (
    MOST_BYTES,
    ReadTable,
    RecommendationRow,
    parse_decision,
    parse_leads,
)
from compliance.views.scrutiny import scrutiny_crumbs
from compliance.views.status import response_tag
from prevent_portal.web.components import Column, Crumb, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView


class ImportPage(CouncilView):
    """Choose a file; each problem in it is named by row, column, value and reason."""

    permission = CompliancePermission.EDIT_SCRUTINY

    def get(self, request: HttpRequest, review_id: UUID) -> HttpResponse:
        review = review_for(self.access, review_id, CompliancePermission.EDIT_SCRUTINY)
        return self._page(review, ImportForm())

    def post(self, request: HttpRequest, review_id: UUID) -> HttpResponse:
        review = review_for(self.access, review_id, CompliancePermission.EDIT_SCRUTINY)
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(review, form)
        upload = form.cleaned_data["file"]
        try:
            if upload.size > MOST_BYTES:
                raise PolicyError(
                    "The file is larger than 1 MB. A table of recommendations is not that long."
                )
            table, kept = check_import(
                review=review, by=self.person, file_name=upload.name, content=upload.read()
            )
        except PolicyError as problem:
            form.add_error("file", str(problem))
            return self._page(review, form)
        if kept is None:
            problems = counted(len(table.problems), "problem", "problems")
            form.add_error("file", f"Nothing was taken in: the file has {problems}. Mend and choose it again")
            return self._page(review, form, table)
        if kept.confirmed_at is not None:
            messages.info(request, f"{kept.file_name} has been taken in already. Nothing was changed.")
            return redirect("review", self.council.slug, review.pk)
        return redirect("review-import-confirm", self.council.slug, review.pk, kept.pk)

    def _page(self, review: ScrutinyReview, form: ImportForm, table: ReadTable | None = None) -> HttpResponse:
        context = {
            "review": review,
            "form": form,
            "problems": problems_table(table) if table else None,
            "understood": understood_table(table.rows, "What was understood") if table else None,
            "crumbs": [*scrutiny_crumbs(self.council, review), Crumb("Import recommendations")],
            "cancel": reverse("review", args=[self.council.slug, review.pk]),
        }
        return render(self.request, "compliance/review_import.html", context)


class ImportConfirmPage(CouncilView):
    """See what a file says, and take it in: all of it or nothing."""

    permission = CompliancePermission.EDIT_SCRUTINY

    def get(self, request: HttpRequest, review_id: UUID, import_id: UUID) -> HttpResponse:
        return self._page(import_for(self.access, review_id, import_id), ConfirmForm())

    def post(self, request: HttpRequest, review_id: UUID, import_id: UUID) -> HttpResponse:
        waiting = import_for(self.access, review_id, import_id)
        form = ConfirmForm(request.POST)
        form.full_clean()
        try:
            confirm_import(waiting=waiting, by=self.person)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(waiting, form)
        taken = counted(len(waiting.rows), "recommendation was", "recommendations were")
        messages.success(request, f"{taken} taken in.")
        return redirect("review", self.council.slug, waiting.review_id)

    def _page(self, waiting: RecommendationImport, form: ConfirmForm) -> HttpResponse:
        rows = [RecommendationRow.from_json(row) for row in waiting.rows]
        context = {
            "waiting": waiting,
            "form": None if waiting.confirmed_at else form,
            "found": counted(len(rows), "recommendation", "recommendations"),
            "table": understood_table(rows, "What will be taken in"),
            "proposed": sum(1 for row in rows if row.completed),
            "crumbs": [*scrutiny_crumbs(self.council, waiting.review), Crumb("Check the file")],
            "cancel": reverse("review", args=[self.council.slug, waiting.review_id]),
        }
        return render(self.request, "compliance/review_import_confirm.html", context)


def problems_table(table: ReadTable) -> Table:
    """Each problem of a file by row, column, value and reason."""
    return Table(
        caption="What is wrong in the file",
        stacks=True,
        columns=[
            Column("Row", numeric=True),
            Column("Column", header=True),
            Column("What is there"),
            Column("Why it cannot be taken"),
        ],
        rows=[
            [problem.row, problem.column, problem.value or None, problem.reason] for problem in table.problems
        ],
    )


def understood_table(rows: list[RecommendationRow], caption: str) -> Table | None:
    """The rows of a file as they were understood, None where there are none."""
    if not rows:
        return None
    return Table(
        caption=caption,
        stacks=True,
        columns=[
            Column("Number", numeric=True),
            Column("Recommendation", header=True),
            Column("Response"),
            Column("Lead"),
            Column("Progress"),
        ],
        rows=[
            [
                row.number,
                row.wording or row.theme or None,
                [_response(row), *([row.reason] if row.reason else [])],
                parse_leads(row.lead) or "Nobody named",
                _progress(row),
            ]
            for row in rows
        ],
    )


def _response(row: RecommendationRow) -> Tag:
    try:
        return response_tag(parse_decision(row.decision).label)
    except PolicyError:
        return Tag("Not understood", "red")


def _progress(row: RecommendationRow) -> list[str] | None:
    parts = [
        "Proposed as complete" if row.completed else "",
        row.progress,
        f"Due {british_date(row.milestone_on)}" if row.milestone_on else "",
    ]
    return [part for part in parts if part] or None
