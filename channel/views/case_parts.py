"""Pages that change one part of a case, and the pages about a case's own history and meetings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from channel import access
from channel.case_choices import (
    CareConsidered,
    ConsentGiver,
    DecisionBasis,
    DecisionKind,
    Outcome,
    PartnerKind,
)
from channel.case_choices import ReviewResult as Result
from channel.enums import ConsentToSupport, LawfulBasis, SourceSector
from channel.forms.cases import (
    ClosureForm,
    ConsentForm,
    DecisionForm,
    DescriptionForm,
    ListingForm,
    PlanForm,
    ReReferralForm,
    ReviewForm,
    StagesForm,
    SummaryForm,
    SupportForm,
    stored_description,
)
from channel.models import ChannelCase, ChannelMeeting
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.policies.cases import CaseChanged, DoubtfulWords
from channel.queries.case_parts import case_history, meetings_of_case, meetings_to_come
from channel.services import cases, consent, decisions, meetings, support
from channel.views.pages import ChannelView
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.components import Crumb, TimelineItem
from prevent_portal.web.dates import british_date

Data = QueryDict | None


class CasePartView(ChannelView, ABC):
    """Asks for one part of a case, saves it, and goes back to the case. Who opens the form reads the case.

    A refusal stands above the form; if somebody saved in between, what was typed stays and is sent again.
    """

    abstract = True
    permission = ChannelPermission.LEAD_PANEL
    identifier = "reference"
    heading: ClassVar[str] = ""
    words: str = ""
    button: ClassVar[str] = "Save"
    warning: ClassVar[bool] = False
    """Whether it cannot be undone: its button is red then."""

    @abstractmethod
    def form(self, opened: cases.OpenedCase, data: Data = None) -> BaseForm:
        """The form, filled with what is stored or with what was sent."""

    @abstractmethod
    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        """Do it, and return the sentence that says so.

        Raises:
            ChannelRefused: with the reason, for the form.
        """

    def case(self) -> ChannelCase:
        return access.prepared_case_for(self.access, self.kwargs["reference"])

    def target(self, case: ChannelCase) -> str:
        return reverse("channel-case", args=[self.council.slug, case.reference])

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        opened = cases.read_case(case=self.case(), by=self.person)
        return self._shown(opened, self.form(opened))

    def post(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        case = self.case()
        opened = cases.read_case(case=case, by=self.person)
        form = self.form(opened, request.POST)
        status = 200
        if form.is_valid():
            try:
                done = self.save(case, form.cleaned_data)
            except CaseChanged as changed:
                data = request.POST.copy()
                data["version"] = str(changed.version)
                form = self.form(opened, data)
                form.add_error(None, str(changed))
                status = 409
            except DoubtfulWords as doubt:
                form.add_doubt(doubt)  # type: ignore[attr-defined] # only forms with a summary are doubted
            except ChannelRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, done)
                return HttpResponseRedirect(self.target(case))
        return self._shown(opened, form, status)

    def _shown(self, opened: cases.OpenedCase, form: BaseForm, status: int = 200) -> HttpResponse:
        case = opened.case
        answer = self.page_of(
            "case_part",
            {
                "crumbs": self.case_crumbs(case, Crumb(self.heading)),
                "case": case,
                "heading": self.heading,
                "words": self.words,
                "button": self.button,
                "warning": self.warning,
                "cancel": reverse("channel-case", args=[self.council.slug, case.reference]),
                "form": form,
            },
        )
        answer.status_code = status
        return answer


class CaseSummaryView(CasePartView):
    page = "case-summary"
    heading = "Change the summary"
    words = "The earlier words are replaced. The history says that they were changed, and not what they said."

    def form(self, opened: cases.OpenedCase, data: Data = None) -> SummaryForm:
        return SummaryForm(data, initial={"version": opened.case.version, "summary": opened.summary})

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        cases.rewrite_summary(
            case=case,
            summary=answers["summary"],
            no_intelligence=answers["no_intelligence"],
            words_checked=bool(answers.get("words_checked")),
            version=answers["version"],
            by=self.person,
        )
        return "The summary has been changed."


class CaseDescriptionView(CasePartView):
    page = "case-description"
    heading = "Change the description"
    words = "Moving the residence or the police area changes who can read the case."

    def form(self, opened: cases.OpenedCase, data: Data = None) -> DescriptionForm:
        stored = stored_description(opened.case, opened.texts["national_reference"])
        return DescriptionForm(data, initial=stored, edition=opened.case.category_edition)

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        facts = cases.CaseFacts(
            summary="",
            category_edition=case.category_edition,
            **described(answers),
        )
        cases.describe_case(
            case=case,
            facts=facts,
            no_intelligence=answers["no_intelligence"],
            version=answers["version"],
            by=self.person,
        )
        return "The description has been changed."


class CaseStagesView(CasePartView):
    page = "case-stages"
    heading = "Change the dates of the stages"
    words = "No stage comes before the one above it. Support and exit are recorded on pages of their own."

    def form(self, opened: cases.OpenedCase, data: Data = None) -> StagesForm:
        case = opened.case
        names = ("version", "referred_on", "screened_on", "first_panel_on")
        return StagesForm(data, initial={name: getattr(case, name) for name in names})

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        cases.date_stages(case=case, by=self.person, **answers)
        return "The dates of the stages have been changed."


class CaseConsentView(CasePartView):
    page = "case-consent"
    heading = "Record consent to support"
    words = (
        "Each step is kept. A refusal or withdrawal stops support and sets a date for a further assessment. "
        "Consent to support is not the lawful basis for processing personal data."
    )
    button = "Record this step"

    def form(self, opened: cases.OpenedCase, data: Data = None) -> ConsentForm:
        held = ConsentToSupport(opened.case.consent_to_support)
        return ConsentForm(data, initial={"version": opened.case.version}, held=held)

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        state = ConsentToSupport(answers["state"])
        consent.record_consent(
            case=case,
            answer=consent.ConsentAnswer(
                state=state,
                dated=answers["dated"],
                by_whom=ConsentGiver(answers["by_whom"]),
                under_18=answers["under_18"],
                capacity_considered=bool(answers.get("capacity_considered")),
                reassess_on=answers.get("reassess_on"),
            ),
            version=answers["version"],
            by=self.person,
        )
        return f"Consent to support has been recorded: {state.label.lower()}."


class CasePlanView(CasePartView):
    page = "case-plan"
    heading = "Record the support plan"
    words = (
        "The plan itself stays in the national record. Here is only that there is one, and its next review."
    )

    def form(self, opened: cases.OpenedCase, data: Data = None) -> PlanForm:
        case = opened.case
        return PlanForm(data, initial={"version": case.version, "agreed_on": case.plan_agreed_on})

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        support.agree_plan(case=case, by=self.person, **answers)
        return "The support plan has been recorded."


class CaseSupportView(CasePartView):
    page = "case-support"
    heading = "Record that support is in place"
    words = "Support may not start before consent is given (section 36(4))."

    def form(self, opened: cases.OpenedCase, data: Data = None) -> SupportForm:
        return SupportForm(data, initial={"version": opened.case.version})

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        support.start_support(case=case, by=self.person, **answers)
        return "Support is in place."


class CaseReviewView(CasePartView):
    """One review of a case that waits."""

    page = "case-review"
    heading = "Record a review"

    def form(self, opened: cases.OpenedCase, data: Data = None) -> ReviewForm:
        review = access.review_for(self.access, opened.case, self.kwargs["review_id"])
        self.words = f"{review.get_kind_display()}, due {british_date(review.due_on)}."
        return ReviewForm(data, review=review)

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        support.hold_review(
            review=access.review_for(self.access, case, self.kwargs["review_id"]),
            done_on=answers["done_on"],
            result=Result(answers["result"]),
            next_on=answers.get("next_on"),
            by=self.person,
        )
        return "The review has been recorded."


class CaseDecisionView(CasePartView):
    page = "case-decision"
    heading = "Record a decision of the panel"

    def form(self, opened: cases.OpenedCase, data: Data = None) -> DecisionForm:
        case = opened.case
        return DecisionForm(data, initial={"version": case.version}, meetings=meetings_of_case(case))

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        decisions.record_decision(
            case=case,
            kind=DecisionKind(answers["kind"]),
            basis=DecisionBasis(answers["basis"]),
            decided_on=answers["decided_on"],
            police_present=answers["police_present"],
            meeting=chosen_meeting(meetings_of_case(case), answers["meeting"]),
            version=answers["version"],
            by=self.person,
        )
        return "The decision has been recorded."


class CaseClosureView(CasePartView):
    page = "case-closure"
    heading = "Close the case"
    words = "A closed case stays closed. Its reviews fall due 6 and 12 months later."
    button = "Close the case"
    warning = True

    def form(self, opened: cases.OpenedCase, data: Data = None) -> ClosureForm:
        return ClosureForm(data, initial={"version": opened.case.version})

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        outcome = Outcome(answers["outcome"])
        care = answers["care_considered"]
        decisions.close_case(
            case=case,
            outcome=outcome,
            exited_on=answers["exited_on"],
            care_considered=CareConsidered(care) if care else None,
            owner_now=answers["owner_now"] if outcome == Outcome.TRANSFERRED else "",
            no_intelligence=answers["no_intelligence"],
            version=answers["version"],
            by=self.person,
        )
        return "The case is closed. Its reviews fall due 6 and 12 months later."


class CaseReReferralView(CasePartView):
    page = "case-re-referral"
    heading = "Record a new referral"
    words = (
        "The person has been referred again. A new case opens under a reference of its own; this one stays "
        "as it is. Consent is asked anew, and grants are given anew."
    )
    button = "Open a new case"
    later: ChannelCase

    def form(self, opened: cases.OpenedCase, data: Data = None) -> ReReferralForm:
        return ReReferralForm(data)

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        self.later = cases.re_refer_case(
            case=case,
            summary=answers["summary"],
            referred_on=answers["referred_on"],
            no_intelligence=answers["no_intelligence"],
            words_checked=bool(answers.get("words_checked")),
            token=answers["token"],
            by=self.person,
        )
        return f"The new case is {self.later.reference}."

    def target(self, case: ChannelCase) -> str:
        return super().target(self.later)


class CaseListingView(CasePartView):
    page = "case-listing"
    heading = "Put the case on a meeting’s agenda"
    words = "People who may read the case can open it at that meeting once they have signed."
    button = "Put it on the agenda"

    def form(self, opened: cases.OpenedCase, data: Data = None) -> ListingForm:
        return ListingForm(data, meetings=meetings_to_come(opened.case))

    def save(self, case: ChannelCase, answers: dict[str, Any]) -> str:
        meeting = chosen_meeting(meetings_to_come(case), answers["meeting"])
        if meeting is None:
            raise ChannelRefused("Choose a meeting.")
        meetings.list_case(meeting=meeting, case=case, by=self.person)
        return "The case is on the meeting’s agenda."


class CaseHistoryView(ChannelView):
    """What was changed on a case: by whom, when, which fields; never what they held (AL-3)."""

    permission = AccountsPermission.READ_RESTRICTED_AUDIT
    page = "case-history"
    identifier = "reference"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = access.prepared_case_for(self.access, reference)
        cases.record_history_read(case=case, by=self.person)
        return self.page_of(
            "case_history",
            {
                "crumbs": self.case_crumbs(case, Crumb("History")),
                "case": case,
                "items": [
                    TimelineItem(
                        title=change.words,
                        at=change.at,
                        by=change.by,
                        body=f"Changed: {change.fields}" if change.fields else "",
                    )
                    for change in case_history(case)
                ],
            },
        )


def described(answers: dict[str, Any]) -> dict[str, Any]:
    """What the forms of a new case and of its description have in common, as the service takes it."""
    return {
        "residence": answers["residence"],
        "police_area": answers["police_area"],
        "source_sector": SourceSector(answers["source_sector"]),
        "lawful_basis": LawfulBasis(answers["lawful_basis"]),
        "national_reference": answers["national_reference"],
        "concern": answers["concern"],
        "age_band": answers["age_band"],
        "susceptibilities": answers["susceptibilities"],
        "partners_involved": [PartnerKind(kind) for kind in answers["partners_involved"]],
    }


def chosen_meeting(offered: list[ChannelMeeting], chosen: str) -> ChannelMeeting | None:
    """The meeting that was chosen from those on offer, None where none was."""
    return next((meeting for meeting in offered if chosen and meeting.pk == UUID(chosen)), None)
