"""Pages of one recommendation: its log, its response, and what the committee confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import may_report_on, recommendation_for, recommendation_to_report
from compliance.enums import ExecutiveResponse, RecommendationEntry, RecommendationState
from compliance.forms.scrutiny import (
    DecideForm,
    ProposeForm,
    RecommendationForm,
    RecommendationProgressForm,
    ReopenForm,
    ResponseForm,
)
from compliance.models import Recommendation, ScrutinyReview
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.recommendations import (
    RecommendationNote,
    actions_of,
    lead_names_of,
    recommendation_progress,
)
from compliance.services.completion import decide_completion, propose_completion, reopen_recommendation
from compliance.services.recommendations import (
    add_recommendation,
    change_recommendation,
    link_actions,
    log_recommendation_progress,
    record_response,
)
from compliance.views.scrutiny import ReviewWritePage, WritePage, scrutiny_crumbs
from compliance.views.status import recommendation_tag, response_tag
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.policies import FileRefused
from prevent_portal.web.components import Crumb, Link, SummaryRow, TimelineItem
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.views import CouncilView


class RecommendationPage(CouncilView):
    """One recommendation, its log, and the form to add to it."""

    permission = {
        "get": CompliancePermission.VIEW_SCRUTINY,
        "post": CompliancePermission.REPORT_ON_RECOMMENDATIONS,
    }

    def get(self, request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
        recommendation = recommendation_for(self.access, recommendation_id)
        form = None
        if may_report_on(self.access, recommendation) and not recommendation.review.is_closed:
            form = RecommendationProgressForm(initial={"version": recommendation.version})
        return self._page(recommendation, form)

    def post(self, request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
        recommendation = recommendation_to_report(self.access, recommendation_id)
        form = RecommendationProgressForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(recommendation, form)
        given = dict(form.cleaned_data)
        try:
            log_recommendation_progress(
                recommendation=recommendation, by=self.person, upload=given.pop("evidence"), **given
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            form = RecommendationProgressForm(data)
            return self._page(recommendation, form, stale, status=409)
        except (PolicyError, FileRefused) as problem:
            form.add_error("evidence" if isinstance(problem, FileRefused) else None, str(problem))
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
        notes = recommendation_progress(recommendation)
        context = {
            "recommendation": recommendation,
            "form": form,
            "stale": stale,
            "file_again": bool(stale and self.request.FILES),
            "crumbs": scrutiny_crumbs(
                self.council, recommendation.review, (f"Recommendation {recommendation.number}", "")
            ),
            "rows": self._rows(recommendation),
            "next_steps": self._next_steps(recommendation),
            "links": self._links(recommendation),
            "log": [log_entry(note) for note in notes],
        }
        return render(self.request, "compliance/recommendation.html", context, status=status)

    def _rows(self, recommendation: Recommendation) -> list[SummaryRow]:
        label = recommendation.get_response_display()
        done = recommendation.completed_on
        answered = " on ".join(
            part for part in (recommendation.responded_by, british_date(recommendation.responded_on)) if part
        )
        rows = [
            SummaryRow("Review", recommendation.review.title),
            SummaryRow("Theme", recommendation.theme or None),
            SummaryRow("Executive response", [response_tag(label), *([answered] if answered else [])]),
            SummaryRow("Reason", recommendation.reason or None),
            SummaryRow("Lead", lead_names_of(recommendation) or "Nobody named"),
            SummaryRow("Officer who reports", display_name(recommendation.owner))
            if recommendation.owner
            else SummaryRow("Officer who reports", "Nobody yet"),
            SummaryRow("Milestone", recommendation.milestone_on),
            SummaryRow(
                "Progress",
                [recommendation_tag(recommendation.state), *([british_date(done)] if done else [])],
            ),
        ]
        if self.access.may(CompliancePermission.VIEW_PLANS):
            links: list[Any] = [
                Link(
                    f"{action.reference} {action.title}",
                    reverse("action", args=[self.council.slug, action.pk]),
                )
                for action in actions_of(recommendation)
            ]
            rows.append(SummaryRow("Carried out by", links or None))
        return rows

    def _next_steps(self, recommendation: Recommendation) -> list[Link]:
        """What this person can do to move the recommendation on."""
        review = recommendation.review
        if review.is_closed or review.is_draft:
            return []
        records = self.access.may(CompliancePermission.CONFIRM_RECOMMENDATIONS)
        steps: list[tuple[str, str]] = []
        state = recommendation.state
        if (
            state in {RecommendationState.OPEN, RecommendationState.NO_ACTION}
            and recommendation.response
            and may_report_on(self.access, recommendation)
        ):
            rejected = recommendation.response == ExecutiveResponse.REJECT
            steps.append(
                (
                    "Propose that it was done since" if rejected else "Propose that it is complete",
                    "recommendation-propose",
                )
            )
        if (
            state == RecommendationState.PROPOSED
            and records
            and recommendation.proposed_by_id != self.person.pk
        ):
            steps.append(("Record what the committee decided", "recommendation-decide"))
        if state in {RecommendationState.COMPLETE, RecommendationState.ACTIONED} and records:
            steps.append(("Open it again", "recommendation-reopen"))
        return self._addressed(recommendation, steps)

    def _links(self, recommendation: Recommendation) -> list[Link]:
        if recommendation.review.is_closed or not self.access.may(CompliancePermission.EDIT_SCRUTINY):
            return []
        steps = [("Change the recommendation", "recommendation-edit")]
        if recommendation.state in {RecommendationState.OPEN, RecommendationState.NO_ACTION}:
            steps.append(("Record the executive response", "recommendation-response"))
        return self._addressed(recommendation, steps)

    def _addressed(self, recommendation: Recommendation, steps: list[tuple[str, str]]) -> list[Link]:
        return [
            Link(text, reverse(name, args=[self.council.slug, recommendation.pk])) for text, name in steps
        ]


def log_entry(note: RecommendationNote) -> dict[str, Any]:
    """A line of a recommendation's log as the page prints it."""
    entry = note.entry
    title = entry.get_kind_display()
    if entry.kind in {
        RecommendationEntry.CONFIRMED,
        RecommendationEntry.REFUSED,
        RecommendationEntry.REOPENED,
    }:
        title = f"{title}: {entry.body}"
    return {
        "item": TimelineItem(title=title, at=entry.as_at, by=note.by, body=entry.note),
        "files": note.files,
        "link": entry.link,
        "why_no_evidence": entry.why_no_evidence,
        "dates_after": note.dates_after,
    }


class RecommendationWritePage(WritePage):
    """A page with one form about a recommendation."""

    abstract = True
    permission = CompliancePermission.EDIT_SCRUTINY

    def subject(self, **keys: UUID) -> Recommendation:
        return recommendation_for(self.access, keys["recommendation_id"], CompliancePermission.EDIT_SCRUTINY)

    def target(self, subject: Recommendation) -> str:
        return reverse("recommendation", args=[self.council.slug, subject.pk])

    def lead(self, subject: Recommendation) -> str:
        return f"Recommendation {subject.number}: {subject.wording}"

    def trail(self, subject: Recommendation) -> list[Crumb]:
        here = (f"Recommendation {subject.number}", self.target(subject))
        return scrutiny_crumbs(self.council, subject.review, here)


class RecommendationAddPage(ReviewWritePage):
    """Add a recommendation to a review."""

    title = "Add a recommendation"
    button = "Add the recommendation"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> RecommendationForm:
        return RecommendationForm(data, council=self.council, may_link=False)

    def lead(self, subject: ScrutinyReview) -> str:
        return "" if subject.is_draft else "The review has been presented: the wording is frozen at once."

    def save(self, subject: ScrutinyReview, form: RecommendationForm) -> str:
        added = add_recommendation(review=subject, by=self.person, **form.cleaned_data)
        return f"Recommendation {added.number} added."


class RecommendationEditPage(RecommendationWritePage):
    """Change who leads on a recommendation, who reports, and when it is due."""

    title = "Change the recommendation"

    def form(self, subject: Recommendation, data: Data = None, files: Files = None) -> RecommendationForm:
        return RecommendationForm(
            data,
            council=self.council,
            recommendation=subject,
            may_link=self.access.may(CompliancePermission.VIEW_PLANS),
            initial={
                "theme": subject.theme,
                "wording": subject.wording,
                "leads": "\n".join(lead_names_of(subject)),
                "owner": subject.owner_id,
                "milestone_on": subject.milestone_on,
                "actions": ", ".join(action.reference for action in actions_of(subject)),
                "version": subject.version,
            },
        )

    def save(self, subject: Recommendation, form: RecommendationForm) -> str:
        given = dict(form.cleaned_data)
        actions = given.pop("actions", None)
        given.setdefault("wording", subject.wording)
        change_recommendation(recommendation=subject, by=self.person, **given)
        if actions is not None:
            link_actions(recommendation=subject, by=self.person, actions=actions)
        return f"Recommendation {subject.number} saved."


class ResponsePage(RecommendationWritePage):
    """Record what the executive said to a recommendation."""

    title = "Record the executive response"

    def form(self, subject: Recommendation, data: Data = None, files: Files = None) -> ResponseForm:
        names = ("response", "reason", "responded_on", "version")
        initial = {name: getattr(subject, name) for name in names}
        return ResponseForm(
            data, initial={**initial, "responded_by": subject.responded_by or subject.review.presented_to}
        )

    def save(self, subject: Recommendation, form: ResponseForm) -> str:
        record_response(recommendation=subject, by=self.person, **form.cleaned_data)
        return f"Response to recommendation {subject.number} saved."


class ProposePage(RecommendationWritePage):
    """Propose that a recommendation is complete, with evidence."""

    permission = CompliancePermission.REPORT_ON_RECOMMENDATIONS
    title = "Propose that it is complete"
    button = "Propose"

    def subject(self, **keys: UUID) -> Recommendation:
        return recommendation_to_report(self.access, keys["recommendation_id"])

    def heading(self, subject: Recommendation) -> str:
        rejected = subject.response == ExecutiveResponse.REJECT
        return "Propose that it was done since" if rejected else self.title

    def form(self, subject: Recommendation, data: Data = None, files: Files = None) -> ProposeForm:
        return ProposeForm(data, files, initial={"version": subject.version})

    def save(self, subject: Recommendation, form: ProposeForm) -> str:
        given = dict(form.cleaned_data)
        propose_completion(recommendation=subject, by=self.person, upload=given.pop("evidence"), **given)
        return "Proposed. Somebody else records what the committee decides."


class CommitteePage(RecommendationWritePage):
    """A page of whoever records what a committee decided about a recommendation."""

    abstract = True
    permission = CompliancePermission.CONFIRM_RECOMMENDATIONS

    def subject(self, **keys: UUID) -> Recommendation:
        return recommendation_for(
            self.access, keys["recommendation_id"], CompliancePermission.CONFIRM_RECOMMENDATIONS
        )


class DecidePage(CommitteePage):
    """Record what the committee said to a proposal."""

    title = "Record what the committee decided"

    def form(self, subject: Recommendation, data: Data = None, files: Files = None) -> DecideForm:
        return DecideForm(data, initial={"version": subject.version})

    def save(self, subject: Recommendation, form: DecideForm) -> str:
        given = dict(form.cleaned_data)
        confirms = given.pop("decision") == "confirm"
        decide_completion(recommendation=subject, by=self.person, confirms=confirms, **given)
        return f"Recommendation {subject.number}: the committee’s decision is recorded."


class ReopenPage(CommitteePage):
    """Record that the committee found a recommendation not complete after all."""

    title = "Open the recommendation again"
    button = "Open it again"

    def form(self, subject: Recommendation, data: Data = None, files: Files = None) -> ReopenForm:
        return ReopenForm(data, initial={"version": subject.version})

    def save(self, subject: Recommendation, form: ReopenForm) -> str:
        reopen_recommendation(recommendation=subject, by=self.person, **form.cleaned_data)
        return f"Recommendation {subject.number} is open again."
