"""Pages on which a review is put up for closure, reported on again, closed, and corrected."""

from __future__ import annotations

from uuid import UUID

from compliance.access import review_for
from compliance.forms.scrutiny import ClosureForm, CorrectionForm, PutUpForm, ReportAgainForm
from compliance.models import ScrutinyReview
from compliance.permissions import CompliancePermission
from compliance.queries.scrutiny import review_counts
from compliance.services.review_closure import (
    correct_review,
    decide_closure,
    put_up_review,
    report_again,
)
from compliance.views.scrutiny import ReviewWritePage
from prevent_portal.web.form_pages import Data, Files


class PutUpPage(ReviewWritePage):
    """Put a review up for closure."""

    title = "Put the review up for closure"
    button = "Put up for closure"

    def lead(self, subject: ScrutinyReview) -> str:
        counts = review_counts(subject)
        return f"{counts.words}; {counts.progress_words}."

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> PutUpForm:
        return PutUpForm(data, initial={"version": subject.version})

    def save(self, subject: ScrutinyReview, form: PutUpForm) -> str:
        put_up_review(review=subject, by=self.person, **form.cleaned_data)
        return "Review put up for closure."


class ReportAgainPage(ReviewWritePage):
    """Record that officers reported again after a refusal."""

    title = "Report again"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> ReportAgainForm:
        return ReportAgainForm(data, initial={"version": subject.version})

    def save(self, subject: ScrutinyReview, form: ReportAgainForm) -> str:
        report_again(review=subject, by=self.person, **form.cleaned_data)
        return "Report recorded."


class DecisionPage(ReviewWritePage):
    """A page of whoever records what a body decided."""

    abstract = True
    permission = CompliancePermission.CONFIRM_RECOMMENDATIONS

    def subject(self, **keys: UUID) -> ScrutinyReview:
        return review_for(self.access, keys["review_id"], CompliancePermission.CONFIRM_RECOMMENDATIONS)


class ClosurePage(DecisionPage):
    """Record what a body decided about a review that was put up."""

    title = "Record the decision on closure"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> ClosureForm:
        return ClosureForm(data, initial={"version": subject.version})

    def save(self, subject: ScrutinyReview, form: ClosureForm) -> str:
        given = dict(form.cleaned_data)
        closes = given.pop("decision") == "close"
        decide_closure(review=subject, by=self.person, closes=closes, **given)
        return "Review closed." if closes else "Refusal recorded. The review stays open."


class CorrectionPage(DecisionPage):
    """Add a body's correction to a closed review."""

    title = "Record a correction"

    def form(self, subject: ScrutinyReview, data: Data = None, files: Files = None) -> CorrectionForm:
        return CorrectionForm(data, initial={"version": subject.version})

    def save(self, subject: ScrutinyReview, form: CorrectionForm) -> str:
        given = dict(form.cleaned_data)
        reopens = given.pop("reopens") == "yes"
        correct_review(review=subject, by=self.person, reopens=reopens, **given)
        return "The review is open again." if reopens else "Correction recorded."
