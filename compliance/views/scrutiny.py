"""Pages of scrutiny reviews."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance.access import hearing_to_change, review_for, visible_recommendations
from compliance.enums import HearingKind, ReviewState
from compliance.forms.scrutiny import (
    HearingForm,
    NewHearingForm,
    NewReviewForm,
    PanelForm,
    PresentForm,
    PublishForm,
    RecommendationFilter,
    ReviewForm,
)
from compliance.models import ReviewHearing, ScrutinyReview
from compliance.permissions import CompliancePermission
from compliance.policies import StaleVersion
from compliance.queries.scrutiny import (
    RecommendationLine,
    ReviewCounts,
    date_warnings,
    hearings_of,
    recommendation_choices,
    recommendation_lines,
    review_counts,
    review_lines,
    seated,
)
from compliance.services.scrutiny import (
    change_hearing,
    change_review,
    present_review,
    publish_review,
    record_hearing,
    record_review,
    seat_panel,
)
from compliance.views.plans import council_crumbs
from compliance.views.status import recommendation_tag, response_tag, review_tag
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.charts import Segment, StackedBar
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, TimelineItem
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files, FormPage
from prevent_portal.web.views import CouncilView


def scrutiny_crumbs(
    council: Council, review: ScrutinyReview | None = None, *steps: tuple[str, str]
) -> list[Crumb]:
    """Breadcrumbs of the pages of scrutiny."""
    trail = [("Scrutiny", reverse("scrutiny", args=[council.slug]))]
    if review is not None:
        trail.append((review.title, reverse("review", args=[council.slug, review.pk])))
    return council_crumbs(council, *trail, *steps)


class WritePage(FormPage[Any, Any]):
    """A page of scrutiny with one form."""

    abstract = True
    title: str = ""
    button: str = "Save"

    @abstractmethod
    def trail(self, subject: Any) -> list[Crumb]:
        """The way to the page, without the page itself."""

    def heading(self, subject: Any) -> str:
        return self.title

    def lead(self, subject: Any) -> str:
        """A sentence under the heading."""
        return ""

    def printed(
        self, subject: Any, form: Any, stale: StaleVersion | None = None, /, *, status: int = 200
    ) -> HttpResponse:
        title = self.heading(subject)
        context = {
            "title": title,
            "lead": self.lead(subject),
            "form": form,
            "stale": stale,
            "file_again": bool(stale and self.request.FILES),
            "button": self.button,
            "crumbs": [*self.trail(subject), Crumb(title)],
            "cancel": self.target(subject),
        }
        return render(self.request, "web/form_page.html", context, status=status)


class ReviewWritePage(WritePage):
    """A page with one form about a review, for those who write reviews."""

    abstract = True
    permission = CompliancePermission.EDIT_SCRUTINY

    def subject(self, **keys: UUID) -> ScrutinyReview:
        return review_for(self.access, keys["review_id"], CompliancePermission.EDIT_SCRUTINY)

    def target(self, subject: ScrutinyReview) -> str:
        return reverse("review", args=[self.council.slug, subject.pk])

    def trail(self, subject: ScrutinyReview) -> list[Crumb]:
        return scrutiny_crumbs(self.council, subject)


class ReviewsPage(CouncilView):
    """Every review that the person may read."""

    permission = CompliancePermission.VIEW_SCRUTINY

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = review_lines(self.access)
        table = Table(
            caption="Reviews",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("Review", header=True),
                Column("Recommendations"),
                Column("State"),
            ],
            rows=[
                [
                    Link(
                        line.title,
                        reverse("review", args=[self.council.slug, line.id]),
                        hint=f"{line.panel}, {line.municipal_year}",
                    ),
                    f"{line.counts.words}; {line.counts.progress_words}",
                    [
                        review_tag(line.state),
                        *([] if line.is_published or line.state == "Draft" else ["Not published"]),
                    ],
                ]
                for line in lines
            ],
        )
        context = {
            "crumbs": council_crumbs(self.council, ("Scrutiny", "")),
            "table": table if lines else None,
            "add_href": reverse("review-add", args=[self.council.slug])
            if self.access.may(CompliancePermission.EDIT_SCRUTINY)
            else "",
        }
        return render(request, "compliance/reviews.html", context)


class ReviewPage(CouncilView):
    """One review: its recommendations, all or as the address filters them, and its history."""

    permission = CompliancePermission.VIEW_SCRUTINY

    def get(self, request: HttpRequest, review_id: UUID) -> HttpResponse:
        review = review_for(self.access, review_id)
        counts = review_counts(review)
        every = visible_recommendations(self.access).filter(review=review)
        filters = RecommendationFilter(request.GET, every, choices=recommendation_choices(review))
        filtered = filters.is_valid() and filters.in_use
        lines = recommendation_lines(review, filters.qs if filtered else every)
        hearings = hearings_of(review)
        context = {
            "review": review,
            "crumbs": [*scrutiny_crumbs(self.council, review)[:-1], Crumb(review.title)],
            "words": f"{counts.words}; {counts.progress_words}" if counts.total else "No recommendations yet",
            "warnings": date_warnings(review),
            "rows": review_rows(review),
            "chart": responses_chart(counts) if counts.total else None,
            "filters": filters,
            "filtered": filtered,
            "found": len(lines),
            "tables": self._tables(lines),
            "history": [self._happened(hearing, review) for hearing in hearings],
            "next_steps": self._next_steps(review, hearings),
            "links": self._links(review),
            "review_href": reverse("review", args=[self.council.slug, review.pk]),
        }
        return render(request, "compliance/review.html", context)

    def _tables(self, lines: list[RecommendationLine]) -> list[Table]:
        """One table per theme, in the review's order."""
        themes: dict[str, list[list[Any]]] = {}
        for line in lines:
            themes.setdefault(line.theme, []).append(
                [
                    Link(
                        f"{line.number}. {line.wording or 'The words are not entered yet'}",
                        reverse("recommendation", args=[self.council.slug, line.id]),
                        hint=line.leads or "Nobody named",
                    ),
                    [
                        response_tag(line.response),
                        recommendation_tag(line.state),
                        *(
                            [f"Due {british_date(line.milestone_on)}"]
                            if line.milestone_on and not line.completed_on
                            else []
                        ),
                    ],
                ]
            )
        columns = [Column("Recommendation and lead", header=True), Column("Response and progress")]
        return [
            Table(caption=theme or "Without a theme", stacks=True, columns=columns, rows=rows)
            for theme, rows in themes.items()
        ]

    def _happened(self, hearing: ReviewHearing, review: ScrutinyReview) -> dict[str, Any]:
        mendable = (
            hearing.kind == HearingKind.CONSIDERED
            and not review.is_closed
            and self.access.may(CompliancePermission.EDIT_SCRUTINY)
        )
        return {
            "item": TimelineItem(
                title=f"{hearing.get_kind_display()}: {hearing.body}",
                at=hearing.heard_on,
                by=display_name(hearing.recorded_by) if hearing.recorded_by else "",
                body=hearing.outcome,
            ),
            "change_href": reverse("review-hearing", args=[self.council.slug, hearing.pk])
            if mendable
            else "",
        }

    def _next_steps(self, review: ScrutinyReview, hearings: list[ReviewHearing]) -> list[Link]:
        """What this person can do to move the review on."""
        may = self.access.may
        edits, records = (
            may(CompliancePermission.EDIT_SCRUTINY),
            may(CompliancePermission.CONFIRM_RECOMMENDATIONS),
        )
        steps: list[tuple[str, str]] = []
        if review.state == ReviewState.DRAFT and edits:
            steps.append(("Record that it was presented", "review-present"))
        if review.state == ReviewState.OPEN and edits:
            if any(hearing.kind == HearingKind.REFUSED for hearing in hearings):
                steps.append(("Report again", "review-report"))
            steps.append(("Put up for closure", "review-put-up"))
        if review.state == ReviewState.PUT_UP and records and review.put_up_by_id != self.person.pk:
            steps.append(("Record the decision on closure", "review-closure"))
        if review.is_closed and records:
            steps.append(("Record a correction", "review-correct"))
        return self._addressed(review, steps)

    def _links(self, review: ScrutinyReview) -> list[Link]:
        if review.is_closed or not self.access.may(CompliancePermission.EDIT_SCRUTINY):
            return []
        steps = [
            ("Change the review", "review-edit"),
            ("Add a recommendation", "recommendation-add"),
            ("Import recommendations", "review-import"),
            ("Record that a body considered the review", "review-hearing-add"),
            ("Name the councillors of the panel", "review-panel"),
        ]
        if not review.is_draft and review.published_on is None:
            steps.append(("Publish the review", "review-publish"))
        return self._addressed(review, steps)

    def _addressed(self, review: ScrutinyReview, steps: list[tuple[str, str]]) -> list[Link]:
        return [Link(text, reverse(name, args=[self.council.slug, review.pk])) for text, name in steps]


def review_rows(review: ScrutinyReview) -> list[SummaryRow]:
    """What a review's head says."""
    presented = " on ".join(part for part in (review.presented_to, british_date(review.presented_on)) if part)
    worked = " to ".join(british_date(day) for day in (review.began_on, review.agreed_on) if day)
    rows = [
        SummaryRow("Panel", review.panel),
        SummaryRow("Municipal year", review.municipal_year),
        SummaryRow("What it looked into", review.purpose or None),
        SummaryRow("Review carried out", worked or None),
        SummaryRow("Presented to", presented or None),
        SummaryRow("Executive response due", review.response_due_on),
        SummaryRow("Published", review.published_on or "Not published"),
        SummaryRow("State", review_tag(review.get_state_display())),
    ]
    if review.state == ReviewState.PUT_UP:
        rows.append(SummaryRow("Put up on", review.put_up_on))
    if review.is_closed:
        rows.append(SummaryRow("Closed by", f"{review.closed_body} on {british_date(review.closed_on)}"))
    return [row for row in rows if row.value is not None]


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


class ReviewAddPage(WritePage):
    """Record a review."""

    permission = CompliancePermission.EDIT_SCRUTINY
    title = "Add a review"
    button = "Add the review"

    def subject(self, **keys: UUID) -> None:
        return None

    def form(self, subject: None, data: Data = None, files: Files = None) -> NewReviewForm:
        return NewReviewForm(data)

    def save(self, subject: None, form: NewReviewForm) -> str:
        self.added = record_review(council=self.council, by=self.person, **form.cleaned_data)
        return "Review added. Now add its recommendations, or import them."

    def target(self, subject: None) -> str:
        added: ScrutinyReview | None = getattr(self, "added", None)
        if added is not None:
            return reverse("review", args=[self.council.slug, added.pk])
        return reverse("scrutiny", args=[self.council.slug])

    def trail(self, subject: None) -> list[Crumb]:
        return scrutiny_crumbs(self.council)


class ReviewEditPage(ReviewWritePage):
    """Change what a review's head says."""

    title = "Change the review"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> ReviewForm:
        names = ("title", "panel", "municipal_year", "purpose", "began_on", "agreed_on", "response_due_on")
        initial = {name: getattr(subject, name) for name in (*names, "version")}
        return ReviewForm(data, initial=initial)

    def save(self, subject: ScrutinyReview, form: ReviewForm) -> str:
        change_review(review=subject, by=self.person, **form.cleaned_data)
        return "Review saved."


class ReviewPresentPage(ReviewWritePage):
    """Record that a review was presented; its wording is frozen from then."""

    title = "Record that the review was presented"
    button = "Freeze the wording and save"

    def lead(self, subject: ScrutinyReview) -> str:
        return "From now on the wording of its recommendations cannot change."

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> PresentForm:
        return PresentForm(data, initial={"version": subject.version, "presented_to": "Cabinet"})

    def save(self, subject: ScrutinyReview, form: PresentForm) -> str:
        present_review(review=subject, by=self.person, **form.cleaned_data)
        return "Saved. The wording of the recommendations is frozen."


class ReviewPublishPage(ReviewWritePage):
    """Let every councillor read a review."""

    title = "Publish the review"
    button = "Publish"

    def lead(self, subject: ScrutinyReview) -> str:
        return "Every councillor of the council can read it from now on, with the progress that is logged."

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> PublishForm:
        return PublishForm(data, initial={"version": subject.version})

    def save(self, subject: ScrutinyReview, form: PublishForm) -> str:
        publish_review(review=subject, by=self.person, version=form.cleaned_data["version"])
        return "Review published."


class ReviewPanelPage(ReviewWritePage):
    """Name the councillors of a review's panel."""

    title = "Councillors of the panel"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> PanelForm:
        present = seated(subject)
        return PanelForm(
            data,
            council=self.council,
            seated=present,
            initial={"people": [str(person.pk) for person in present]},
        )

    def lead(self, subject: ScrutinyReview) -> str:
        return "" if self.form(subject).known else "Nobody has the role of a scrutiny councillor yet."

    def save(self, subject: ScrutinyReview, form: PanelForm) -> str:
        seat_panel(review=subject, by=self.person, people=form.chosen)
        return "Panel saved."


class HearingAddPage(ReviewWritePage):
    """Record that a body considered a review."""

    title = "Record that a body considered the review"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> NewHearingForm:
        return NewHearingForm(data)

    def save(self, subject: ScrutinyReview, form: NewHearingForm) -> str:
        record_hearing(review=subject, by=self.person, **form.cleaned_data)
        return "Saved."


class HearingEditPage(WritePage):
    """Mend what was recorded of a body that considered a review."""

    permission = CompliancePermission.EDIT_SCRUTINY
    title = "Change what a body said"

    def subject(self, **keys: UUID) -> ReviewHearing:
        return hearing_to_change(self.access, keys["hearing_id"])

    def form(self, subject: ReviewHearing, data: Data = None, files: Files = None) -> HearingForm:
        names = ("body", "heard_on", "outcome", "version")
        return HearingForm(data, initial={name: getattr(subject, name) for name in names})

    def save(self, subject: ReviewHearing, form: HearingForm) -> str:
        change_hearing(hearing=subject, by=self.person, **form.cleaned_data)
        return "Saved."

    def target(self, subject: ReviewHearing) -> str:
        return reverse("review", args=[self.council.slug, subject.review_id])

    def trail(self, subject: ReviewHearing) -> list[Crumb]:
        return scrutiny_crumbs(self.council, subject.review)
