"""Pages of scrutiny reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import recommendation_for, review_for
from compliance.enums import ExecutiveResponse
from compliance.forms.scrutiny import RecommendationProgressForm
from compliance.models import Recommendation, ScrutinyReview
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.scrutiny import (
    ReviewCounts,
    hearings_of,
    recommendation_lines,
    recommendation_progress,
    review_counts,
    review_lines,
)
from compliance.services.scrutiny import log_recommendation_progress
from compliance.views.plans import council_crumbs
from compliance.views.status import response_tag
from prevent_portal.tenancy.models import Council
from prevent_portal.web.charts import Segment, StackedBar
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, TimelineItem
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from prevent_portal.web.views import CouncilView


def scrutiny_crumbs(
    council: Council, review: ScrutinyReview | None = None, *steps: tuple[str, str]
) -> list[Crumb]:
    """Breadcrumbs of the pages of scrutiny."""
    trail = [("Scrutiny", reverse("scrutiny", args=[council.slug]))]
    if review is not None:
        trail.append((review.title, reverse("review", args=[council.slug, review.pk])))
    return council_crumbs(council, *trail, *steps)


class ReviewsPage(CouncilView):
    """Every review of the council."""

    permission = CompliancePermission.VIEW_SCRUTINY

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = review_lines(self.council)
        table = Table(
            caption="Reviews",
            hide_caption=True,
            columns=[
                Column("Review", header=True),
                Column("Year"),
                Column("Recommendations"),
                Column("Complete", numeric=True),
                Column("State"),
            ],
            rows=[
                [
                    Link(line.title, reverse("review", args=[self.council.slug, line.id]), hint=line.panel),
                    line.municipal_year,
                    line.counts.words,
                    line.counts.complete,
                    Tag(line.state, "blue"),
                ]
                for line in lines
            ],
        )
        context = {
            "crumbs": council_crumbs(self.council, ("Scrutiny", "")),
            "table": table if lines else None,
        }
        return render(request, "compliance/reviews.html", context)


class ReviewPage(CouncilView):
    """One review with its recommendations."""

    permission = CompliancePermission.VIEW_SCRUTINY

    def get(self, request: HttpRequest, review_id: UUID) -> HttpResponse:
        review = review_for(self.access, review_id)
        counts = review_counts(review)
        presented = " on ".join(
            part for part in (review.presented_to, british_date(review.presented_on)) if part
        )
        context = {
            "review": review,
            "crumbs": [*scrutiny_crumbs(self.council, review)[:-1], Crumb(review.title)],
            "words": counts.words,
            "complete_words": f"{number(counts.complete)} complete",
            "rows": [
                SummaryRow("Panel", review.panel),
                SummaryRow("Municipal year", review.municipal_year),
                SummaryRow("Presented to", presented or None),
                SummaryRow("State", review.get_state_display()),
            ],
            "chart": responses_chart(counts) if counts.total else None,
            "tables": self._tables(review),
            "hearings": [
                TimelineItem(title=hearing.body, at=hearing.heard_on, body=hearing.outcome)
                for hearing in hearings_of(review)
            ],
        }
        return render(request, "compliance/review.html", context)

    def _tables(self, review: ScrutinyReview) -> list[Table]:
        """One table per theme, in the review's order."""
        themes: dict[str, list[list[Any]]] = {}
        for line in recommendation_lines(review):
            themes.setdefault(line.theme, []).append(
                [
                    Link(
                        f"{line.number}. {line.wording}",
                        reverse("recommendation", args=[self.council.slug, line.id]),
                        hint=line.leads or "Nobody named",
                    ),
                    [
                        response_tag(line.response),
                        progress_tag(line.completed_on is not None, line.response),
                    ],
                ]
            )
        columns = [Column("Recommendation and lead", header=True), Column("Response and progress")]
        return [Table(caption=theme, columns=columns, rows=rows) for theme, rows in themes.items()]


def progress_tag(complete: bool, response: str) -> Tag:
    """Complete, rejected, or still open."""
    if complete:
        return Tag("Complete", "green")
    if response == ExecutiveResponse.REJECT.label:
        return Tag("No action", "grey")
    return Tag("Open", "blue")


def responses_chart(counts: ReviewCounts) -> StackedBar:
    """The responses as one bar."""
    parts = [
        Segment("Accepted", counts.accepted),
        Segment("Accepted in part", counts.in_part),
        Segment("Rejected", counts.rejected),
    ]
    if counts.pending:
        parts.append(Segment("Not yet answered", counts.pending))
    return StackedBar(
        title="Recommendations by response",
        description=f"{counts.words}.",
        segments=parts,
        label_heading="Response",
    )


class RecommendationPage(CouncilView):
    """One recommendation, its log, and the form to add to it."""

    permission = {
        "get": CompliancePermission.VIEW_SCRUTINY,
        "post": CompliancePermission.EDIT_SCRUTINY,
    }

    def get(self, request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
        recommendation = recommendation_for(self.access, recommendation_id)
        form = None
        if self.access.may(CompliancePermission.EDIT_SCRUTINY):
            form = RecommendationProgressForm(
                is_complete=recommendation.completed_on is not None,
                initial={"version": recommendation.version},
            )
        return self._page(recommendation, form)

    def post(self, request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
        recommendation = recommendation_for(
            self.access, recommendation_id, CompliancePermission.EDIT_SCRUTINY
        )
        complete = recommendation.completed_on is not None
        form = RecommendationProgressForm(request.POST, is_complete=complete)
        if not form.is_valid():
            return self._page(recommendation, form)
        try:
            log_recommendation_progress(
                recommendation=recommendation,
                by=self.person,
                note=form.cleaned_data["note"],
                completes=form.cleaned_data.get("completes", False),
                version=form.cleaned_data["version"],
                token=form.cleaned_data["token"],
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            form = RecommendationProgressForm(data, is_complete=complete)
            return self._page(recommendation, form, stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(recommendation, form)
        messages.success(request, f"Progress saved on recommendation {recommendation.number}.")
        return redirect("recommendation", self.council.slug, recommendation.pk)

    def _page(
        self,
        recommendation: Recommendation,
        form: RecommendationProgressForm | None,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        label = recommendation.get_response_display()
        done = recommendation.completed_on
        context = {
            "recommendation": recommendation,
            "form": form,
            "stale": stale,
            "crumbs": scrutiny_crumbs(
                self.council, recommendation.review, (f"Recommendation {recommendation.number}", "")
            ),
            "rows": [
                SummaryRow("Theme", recommendation.theme),
                SummaryRow("Executive response", response_tag(label)),
                SummaryRow("Reason", recommendation.reason or None),
                SummaryRow("Lead", list(recommendation.leads) or "Nobody named"),
                SummaryRow("Milestone", recommendation.milestone_on),
                SummaryRow(
                    "Progress",
                    [progress_tag(done is not None, label), *([british_date(done)] if done else [])],
                ),
            ],
            "log": [
                TimelineItem(
                    title="Completed" if note.entry.completes else "Progress logged",
                    at=note.entry.at,
                    by=note.by,
                    body=note.entry.note,
                )
                for note in recommendation_progress(recommendation)
            ],
        }
        return render(self.request, "compliance/recommendation.html", context, status=status)
