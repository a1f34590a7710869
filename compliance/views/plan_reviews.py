"""Pages of the bodies that review a plan, what they said, and the versions that were frozen for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import plan_for, plan_review_to_correct, plan_version_for, reviewer_to_edit
from compliance.forms.plan_reviews import FreezeForm, ReviewerChangeForm, ReviewerForm, ReviewForm
from compliance.models import ActionPlan, PlanReview, PlanReviewer
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.plan_reviews import (
    ReviewerLine,
    boards_that_review,
    changes_between,
    plan_content,
    printed,
    reviewer_lines,
    reviews_of_plan,
    standing,
    versions_of,
)
from compliance.services.plan_reviews import add_reviewer, change_reviewer, freeze_plan, record_review
from compliance.views.plans import PlanFormPage, plan_crumbs
from compliance.views.status import rating_mark, status_tag
from partnerships.models import Board
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.views import CouncilView

MOST_CHANGES = 200
"""Lines of what changed since a version that its page prints; more are counted."""


class PlanReviewsPage(CouncilView):
    """Who reviews the plan and when next, what was said, and the frozen versions."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        slug = self.council.slug
        lines = reviewer_lines(plan, ended=True)
        reviews = reviews_of_plan(plan)
        versions = versions_of(plan)
        may_edit = self.access.may(CompliancePermission.EDIT_PLANS)
        context = {
            "plan": plan,
            "crumbs": plan_crumbs(self.council, plan, ("Reviews", "")),
            "bodies": self._bodies(plan, lines, may_edit) if lines else None,
            "reviews": self._reviews(plan, reviews, may_edit),
            "versions": self._versions(plan, versions) if versions else None,
            "may_edit": may_edit,
            "review_href": reverse("plan-review-add", args=[slug, plan.pk]) if lines else "",
            "body_href": reverse("plan-reviewer-add", args=[slug, plan.pk]),
            "freeze_href": reverse("plan-freeze", args=[slug, plan.pk]),
        }
        return render(request, "compliance/plan_reviews.html", context)

    def _bodies(self, plan: ActionPlan, lines: list[ReviewerLine], may_edit: bool) -> Table:
        today = timezone.localdate()

        def name(line: ReviewerLine) -> Any:
            if line.reviewer.ends_on is not None or not may_edit:
                return line.board
            href = reverse("plan-reviewer-edit", args=[self.council.slug, plan.pk, line.reviewer.pk])
            return Link(line.board, href)

        def due(line: ReviewerLine) -> Any:
            if line.reviewer.ends_on is not None:
                return f"Ended on {british_date(line.reviewer.ends_on)}"
            if line.next_due is None:
                return "None before the plan ends"
            late = [Tag("Overdue", "red")] if line.next_due < today else []
            return [*late, british_date(line.next_due)]

        return Table(
            caption="Bodies that review the plan",
            stacks=True,
            columns=[
                Column("Body", header=True),
                Column("How often"),
                Column("Last review"),
                Column("Next review due"),
            ],
            rows=[
                [
                    name(line),
                    line.cadence,
                    british_date(line.last_on) if line.last_on else "Not reviewed yet",
                    due(line),
                ]
                for line in lines
            ],
        )

    def _reviews(self, plan: ActionPlan, reviews: list[PlanReview], may_edit: bool) -> list[dict[str, Any]]:
        slug = self.council.slug
        counting = {review.pk for review in standing(reviews)}
        return [
            {
                "review": review,
                "by": display_name(review.by) if review.by else "The portal",
                "version_href": reverse("plan-version", args=[slug, plan.pk, review.version.number]),
                "corrected": review.pk not in counting,
                "correct_href": reverse("plan-review-correct", args=[slug, plan.pk, review.pk])
                if may_edit and review.pk in counting
                else "",
            }
            for review in reviews
        ]

    def _versions(self, plan: ActionPlan, versions: list[Any]) -> Table:
        return Table(
            caption="Frozen versions",
            columns=[Column("Version", header=True), Column("Frozen"), Column("For")],
            rows=[
                [
                    Link(
                        f"Version {version.number}",
                        reverse("plan-version", args=[self.council.slug, plan.pk, version.number]),
                    ),
                    british_date(version.created_at),
                    version.reason,
                ]
                for version in versions
            ],
        )


def reviews_crumbs(view: CouncilView, plan: ActionPlan, last: str) -> list[Crumb]:
    """Breadcrumbs of the pages below a plan's reviews."""
    reviews = reverse("plan-reviews", args=[view.council.slug, plan.pk])
    return plan_crumbs(view.council, plan, ("Reviews", reviews), (last, ""))


class ReviewerAddPage(PlanFormPage):
    """Have a body review the plan."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        return self._page(plan, self._form(plan))

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = self._form(plan, request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            add_reviewer(plan=plan, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("board", str(problem))
            return self._page(plan, form)
        messages.success(request, f"{form.cleaned_data['board'].name} now reviews the plan.")
        return redirect("plan-reviews", self.council.slug, plan.pk)

    def _form(self, plan: ActionPlan, data: Any = None) -> ReviewerForm:
        present = [line.reviewer.board_id for line in reviewer_lines(plan)]
        return ReviewerForm(data, plan=plan, present=present)

    def _page(self, plan: ActionPlan, form: ReviewerForm) -> HttpResponse:
        return self.show(
            form,
            title="Add a body that reviews the plan",
            lead="Boards and groups are kept under Partnership. Say here which of them reviews this plan.",
            button="Add the body",
            crumbs=reviews_crumbs(self, plan, "Add a body"),
            cancel=reverse("plan-reviews", args=[self.council.slug, plan.pk]),
        )


class ReviewerEditPage(PlanFormPage):
    """How often a body reviews the plan, or that it no longer does."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID, reviewer_id: UUID) -> HttpResponse:
        reviewer = reviewer_to_edit(self.access, plan_id, reviewer_id)
        initial = {"cadence": reviewer.cadence, "version": reviewer.version}
        return self._page(reviewer, ReviewerChangeForm(initial=initial))

    def post(self, request: HttpRequest, plan_id: UUID, reviewer_id: UUID) -> HttpResponse:
        reviewer = reviewer_to_edit(self.access, plan_id, reviewer_id)
        form = ReviewerChangeForm(request.POST)
        if not form.is_valid():
            return self._page(reviewer, form)
        try:
            change_reviewer(reviewer=reviewer, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(reviewer, ReviewerChangeForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("ends_on" if "last day" in str(problem) else None, str(problem))
            return self._page(reviewer, form)
        messages.success(request, f"{reviewer.board.name} saved.")
        return redirect("plan-reviews", self.council.slug, reviewer.plan_id)

    def _page(
        self, reviewer: PlanReviewer, form: ReviewerChangeForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.show(
            form,
            title=f"How often {reviewer.board.name} reviews the plan",
            button="Save",
            crumbs=reviews_crumbs(self, reviewer.plan, reviewer.board.name),
            cancel=reverse("plan-reviews", args=[self.council.slug, reviewer.plan_id]),
            stale=stale,
        )


class ReviewAddPage(PlanFormPage):
    """Record that a body reviewed the plan."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        return self._page(plan, self._form(plan))

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = self._form(plan, request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        given = dict(form.cleaned_data)
        number = given.pop("version")
        version = None if number == "now" else plan_version_for(self.access, plan.pk, int(number))
        try:
            review = record_review(plan=plan, by=self.person, version=version, **given)
        except PolicyError as problem:
            form.add_error("reviewed_on" if "day of" in str(problem) else None, str(problem))
            return self._page(plan, form)
        messages.success(request, f"Review recorded. It is bound to version {review.version.number}.")
        return redirect("plan-reviews", self.council.slug, plan.pk)

    def _form(self, plan: ActionPlan, data: Any = None) -> ReviewForm:
        return ReviewForm(data, boards=boards_that_review(plan), versions=versions_of(plan)[:10])

    def _page(self, plan: ActionPlan, form: ReviewForm) -> HttpResponse:
        return self.show(
            form,
            title="Record a review of the plan",
            button="Record the review",
            crumbs=reviews_crumbs(self, plan, "Record a review"),
            cancel=reverse("plan-reviews", args=[self.council.slug, plan.pk]),
        )


class ReviewCorrectPage(PlanFormPage):
    """Put a recorded review right; both stay on record, the newer one counts."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID, plan_review_id: UUID) -> HttpResponse:
        wrong = plan_review_to_correct(self.access, plan_id, plan_review_id)
        initial = {name: getattr(wrong, name) for name in ("board", "reviewed_on", "noted", "agreed_by")}
        form = ReviewForm(boards=self._boards(wrong), corrects=wrong, initial=initial)
        return self._page(wrong, form)

    def post(self, request: HttpRequest, plan_id: UUID, plan_review_id: UUID) -> HttpResponse:
        wrong = plan_review_to_correct(self.access, plan_id, plan_review_id)
        form = ReviewForm(request.POST, boards=self._boards(wrong), corrects=wrong)
        if not form.is_valid():
            return self._page(wrong, form)
        try:
            record_review(plan=wrong.plan, by=self.person, corrects=wrong, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("reviewed_on" if "day of" in str(problem) else None, str(problem))
            return self._page(wrong, form)
        messages.success(request, "Correction recorded. What was recorded before stays on the page.")
        return redirect("plan-reviews", self.council.slug, wrong.plan_id)

    def _boards(self, wrong: PlanReview) -> QuerySet[Board]:
        return boards_that_review(wrong.plan)

    def _page(self, wrong: PlanReview, form: ReviewForm) -> HttpResponse:
        return self.show(
            form,
            title="Correct the record of a review",
            lead="What was recorded before stays on the page, marked as corrected.",
            button="Record the correction",
            crumbs=reviews_crumbs(self, wrong.plan, "Correct a review"),
            cancel=reverse("plan-reviews", args=[self.council.slug, wrong.plan_id]),
        )


class FreezePage(PlanFormPage):
    """Freeze the plan as it stands, so that a decision can bind to it."""

    permission = CompliancePermission.EDIT_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        return self._page(plan, FreezeForm())

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        form = FreezeForm(request.POST)
        if not form.is_valid():
            return self._page(plan, form)
        version = freeze_plan(plan=plan, by=self.person, reason=form.cleaned_data["reason"])
        if version.reason == form.cleaned_data["reason"]:
            messages.success(request, f"Version {version.number} frozen.")
        else:
            messages.success(
                request,
                f"The plan has not changed since version {version.number}, so that version serves.",
            )
        return redirect("plan-version", self.council.slug, plan.pk, version.number)

    def _page(self, plan: ActionPlan, form: FreezeForm) -> HttpResponse:
        return self.show(
            form,
            title="Freeze a version of the plan",
            lead="A frozen version never changes, so a paper or a decision can name it.",
            button="Freeze a version",
            crumbs=reviews_crumbs(self, plan, "Freeze a version"),
            cancel=reverse("plan-reviews", args=[self.council.slug, plan.pk]),
        )


class PlanVersionPage(CouncilView):
    """A frozen version, and what has changed since."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID, number: int) -> HttpResponse:
        version = plan_version_for(self.access, plan_id, number)
        plan = version.plan
        content = version.content
        changes = changes_between(content, plan_content(plan))
        by = f" by {display_name(version.created_by)}" if version.created_by else ""
        context = {
            "version": version,
            "plan": plan,
            "content": content,
            "crumbs": reviews_crumbs(self, plan, f"Version {version.number}"),
            "rows": [
                SummaryRow("Frozen", f"{british_datetime(version.created_at)}{by}"),
                SummaryRow("For", version.reason),
                SummaryRow("Checksum (SHA-256)", version.sha256),
            ],
            "changes": Table(
                caption="What has changed since",
                columns=[
                    Column("Where", header=True),
                    Column("What"),
                    Column(f"In version {version.number}"),
                    Column("Now"),
                ],
                rows=[[one.where, one.what, one.before, one.now] for one in changes[:MOST_CHANGES]],
            )
            if changes
            else None,
            "left_out": max(0, len(changes) - MOST_CHANGES),
            "head": [
                SummaryRow("Title", content["title"]),
                SummaryRow("Kind", content["kind"]),
                SummaryRow("Purpose", content["purpose"] or None),
                SummaryRow(
                    "Period",
                    " to ".join(printed(name, content[name]) for name in ("starts_on", "ends_on")),
                ),
            ],
            "objectives": [
                {"objective": objective, "table": self._table(objective)}
                for objective in content["objectives"]
            ],
        }
        return render(request, "compliance/plan_version.html", context)

    def _table(self, objective: dict[str, Any]) -> Table | None:
        if not objective["actions"]:
            return None
        return Table(
            caption=f"Actions of objective {objective['number']}",
            hide_caption=True,
            compact=True,
            stacks=True,
            columns=[
                Column("Action", header=True),
                Column("Owner and lead"),
                Column("Due"),
                Column("Status and rating"),
            ],
            rows=[
                [
                    f"{action['reference']} {action['title']}",
                    [part for part in (action["owner"], ", ".join(action["leads"])) if part],
                    frozen_due(action),
                    [status_tag(action["status"]), rating_mark(action["rating"])],
                ]
                for action in objective["actions"]
            ],
        )


def frozen_due(action: dict[str, Any]) -> str:
    """The due date of a frozen action with its moves: "31 March 2026, moved once, now 30 June 2026"."""
    words = printed("due_on", action["first_due_on"])
    if action["times_moved"]:
        moved = printed("times_moved", action["times_moved"]).lower()
        words += f", {moved}, now {printed('due_on', action['due_on'])}"
    return words
