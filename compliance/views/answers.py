"""Pages around one answer of the duty checklist: who is asked, what is decided, which actions it hangs on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import (
    answer_to_change,
    answer_to_moderate,
    assessment_to_moderate,
    visible_actions,
)
from compliance.enums import AnswerState, AssessmentState
from compliance.forms.answers import (
    ActionLinksForm,
    ActionSearchForm,
    AgreementForm,
    AssignForm,
    DecisionForm,
    ModerationForm,
    ReturnForm,
)
from compliance.models import Action, Assessment, ItemAnswer
from compliance.permissions import RESPONDENT_ROLES, CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.answers import is_own_answer
from compliance.queries.answers import (
    AskedItem,
    actions_found,
    actions_linked,
    items_asked_in,
    items_asked_of,
    possible_respondents,
)
from compliance.queries.prompts import asked_in
from compliance.services.assignments import assign_items
from compliance.services.item_links import link_action, unlink_action
from compliance.services.moderation import accept_answer, agree_score, moderate_answer, return_answer
from compliance.views.checklist import answer_crumbs, answer_rows, checklist_crumbs, score_label
from compliance.views.status import answer_state_tag
from prevent_portal.web.components import Column, Crumb, Link, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files, FormPage
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.views import CouncilView


class YourItemsPage(CouncilView):
    """The items that the person is asked for: what waits, and what has been handed in. Nobody else's."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    def get(self, request: HttpRequest) -> HttpResponse:
        items = items_asked_of(self.council, self.person)
        waiting = [item for item in items if item.is_open]
        handed_in = [item for item in items if not item.is_open]
        context = {
            "crumbs": [Crumb("My work", reverse("my-work")), Crumb("Your items")],
            "words": self._words(len(waiting), len(handed_in)),
            "tables": [
                self._table(title, found, waits=found is waiting)
                for title, found in (("To answer", waiting), ("Handed in", handed_in))
                if found
            ],
        }
        return render(request, "compliance/answer_yours.html", context)

    def _words(self, waiting: int, handed_in: int) -> str:
        if not waiting and not handed_in:
            return ""
        asked = (
            f"{counted(waiting, 'item waits', 'items wait')} for your answer"
            if waiting
            else ("Nothing waits for your answer")
        )
        done = f"; {counted(handed_in, 'is', 'are')} handed in." if handed_in else "."
        return asked + done

    def _table(self, title: str, items: Sequence[AskedItem], *, waits: bool) -> Table:
        today = timezone.localdate()
        return Table(
            caption=title,
            stacks=True,
            columns=[
                Column("Item", header=True),
                Column("State"),
                *([Column("Answer by")] if waits else []),
            ],
            rows=[
                [
                    Link(
                        f"{item.ref} {item.title}",
                        reverse("checklist-item", args=[self.council.slug, item.id]),
                        hint=f"{item.workstream} · {item.period}",
                    ),
                    [answer_state_tag(item.state), *(["To confirm"] if item.to_confirm else [])],
                    *([_by_cell(item, late=item.due_on < today)] if waits else []),
                ]
                for item in items
            ],
        )


def _by_cell(item: AskedItem, *, late: bool) -> Any:
    return [british_date(item.due_on), Tag("Overdue", "red")] if late else british_date(item.due_on)


class AssignPage(CouncilView):
    """Ask people for items of a round, several at once; who is asked for how much."""

    permission = CompliancePermission.MODERATE_CHECKLIST

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = assessment_to_moderate(self.access, assessment_id)
        items = items_asked_in(assessment)
        wanted = [one for one in request.GET.getlist("item") if len(one) <= 36]
        return self._page(assessment, items, self._form(items, initial={"items": wanted}))

    def post(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = assessment_to_moderate(self.access, assessment_id)
        items = items_asked_in(assessment)
        form = self._form(items, request.POST)
        if not form.is_valid():
            return self._page(assessment, items, form)
        try:
            asked = assign_items(
                assessment=assessment,
                by=self.person,
                answer_ids=[UUID(one) for one in form.cleaned_data["items"]],
                owner=form.cleaned_data["owner"],
                answer_by=form.cleaned_data["answer_by"],
            )
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(assessment, items, form)
        messages.success(request, f"{counted(len(asked), 'item', 'items')} assigned.")
        return redirect("checklist-assign", self.council.slug, assessment.pk)

    def _form(self, items: Sequence[AskedItem], data: Any = None, **options: Any) -> AssignForm:
        respondents = possible_respondents(self.council, RESPONDENT_ROLES)
        return AssignForm(data, items=items, respondents=respondents, **options)

    def _page(self, assessment: Assessment, items: Sequence[AskedItem], form: AssignForm) -> HttpResponse:
        closed = assessment.state != AssessmentState.OPEN
        context = {
            "crumbs": checklist_crumbs(self.council, assessment, ("Who answers", "")),
            "assessment": assessment,
            "form": None if closed or not any(item.is_open for item in items) else form,
            "closed": closed,
            "table": respondents_table(items),
            "cancel": reverse("checklist-round", args=[self.council.slug, assessment.pk]),
        }
        return render(self.request, "compliance/answer_assign.html", context)


def respondents_table(items: Sequence[AskedItem]) -> Table:
    """Who is asked for how many items of a round, and how far they are."""
    people: dict[int | None, list[AskedItem]] = {}
    for item in items:
        people.setdefault(item.owner_id, []).append(item)
    rows = []
    for owner_id, asked in sorted(people.items(), key=lambda pair: (pair[0] is None, pair[1][0].owner)):
        states = [item.state for item in asked]
        far = [
            f"{number(states.count(state))} {state.label.lower()}" for state in AnswerState if state in states
        ]
        rows.append([asked[0].owner if owner_id else "Nobody yet", len(asked), ", ".join(far)])
    return Table(
        caption="Who is asked, and how far they are",
        columns=[
            Column("Person", header=True),
            Column("Items", numeric=True),
            Column("How far"),
        ],
        rows=rows,
    )


class _StepPage(FormPage[ItemAnswer, Any]):
    """What the pages share on which a coordinator decides on an answer."""

    abstract = True
    permission = CompliancePermission.MODERATE_CHECKLIST
    title = ""
    button = ""

    def subject(self, **keys: UUID) -> ItemAnswer:
        return answer_to_moderate(self.access, keys["answer_id"])

    @abstractmethod
    def step(self, answer: ItemAnswer, given: dict[str, Any]) -> str:
        """Take the step; return what has happened to the item, for the message."""

    def save(self, answer: ItemAnswer, form: Any, /) -> str:
        return f"{answer.asked.ref} {self.step(answer, form.cleaned_data)}."

    def target(self, answer: ItemAnswer, /) -> str:
        return reverse("checklist-item", args=[self.council.slug, answer.pk])

    def words(self, answer: ItemAnswer) -> tuple[str, str]:
        """The page's title and its button."""
        return self.title, self.button

    def printed(
        self, answer: ItemAnswer, form: Any, stale: StaleVersion | None = None, /, *, status: int = 200
    ) -> HttpResponse:
        title, button = self.words(answer)
        context = {
            "crumbs": answer_crumbs(self, answer, title),
            "item": asked_in(answer),
            "title": title,
            "button": button,
            "form": form,
            "stale": stale,
            "answer": answer_rows(answer),
            "cancel": self.target(answer),
        }
        return render(self.request, "compliance/answer_step.html", context, status=status)


class DecidePage(_StepPage):
    """Accept an answer or return it. One's own can only be taken back (OP-6)."""

    title = "Accept or return the answer"
    button = "Save the decision"

    def form(
        self, answer: ItemAnswer, /, data: Data = None, files: Files = None
    ) -> DecisionForm | ReturnForm:
        initial = {"version": answer.version}
        if self._accepts(answer):
            return DecisionForm(data, initial=initial)
        return ReturnForm(data, initial=initial)

    def words(self, answer: ItemAnswer) -> tuple[str, str]:
        if self._accepts(answer):
            return super().words(answer)
        return "Return the answer", "Return the answer"

    def _accepts(self, answer: ItemAnswer) -> bool:
        return answer.state == AnswerState.SUBMITTED and not is_own_answer(answer, self.person)

    def step(self, answer: ItemAnswer, given: dict[str, Any]) -> str:
        if given["decision"] == "accept":
            accept_answer(answer=answer, by=self.person, version=given["version"], token=given["token"])
            return "accepted"
        return_answer(
            answer=answer,
            by=self.person,
            comment=given["comment"],
            version=given["version"],
            token=given["token"],
        )
        return "returned"


class ModeratePage(_StepPage):
    """Score an accepted answer as somebody other than its respondent sees it."""

    title = "Moderate the score"
    button = "Save the moderated score"

    def form(self, answer: ItemAnswer, /, data: Data = None, files: Files = None) -> ModerationForm:
        initial = {
            "version": answer.version,
            "score": answer.moderated or answer.status,
            "challenge": answer.challenge,
        }
        return ModerationForm(data, edition=answer.assessment.edition, initial=initial)

    def step(self, answer: ItemAnswer, given: dict[str, Any]) -> str:
        moderate_answer(answer=answer, by=self.person, **given)
        return f"moderated: {score_label(answer, given['score']).lower()}"


class AgreePage(_StepPage):
    """Record the score that was agreed, and the day."""

    title = "Record the agreed score"
    button = "Save the agreed score"

    def form(self, answer: ItemAnswer, /, data: Data = None, files: Files = None) -> AgreementForm:
        initial = {
            "version": answer.version,
            "score": answer.moderated or answer.status,
            "agreed_on": timezone.localdate(),
        }
        return AgreementForm(data, edition=answer.assessment.edition, initial=initial)

    def step(self, answer: ItemAnswer, given: dict[str, Any]) -> str:
        agree_score(answer=answer, by=self.person, **given)
        return f"agreed: {score_label(answer, given['score']).lower()}"


class LinksPage(CouncilView):
    """Choose the plan actions that are to bring an item about, from those of this council one may read."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    def get(self, request: HttpRequest, answer_id: UUID) -> HttpResponse:
        answer = self._answer(answer_id)
        linked = self._linked(answer)
        form = self._form(answer, None, initial={"actions": linked, "linked": linked})
        return self._page(answer, form)

    def post(self, request: HttpRequest, answer_id: UUID) -> HttpResponse:
        answer = self._answer(answer_id)
        form = self._form(answer, request.POST)
        if not form.is_valid():
            return self._page(answer, form)
        chosen = {action.pk: action for action in form.cleaned_data["actions"]}
        were = {action.pk: action for action in form.cleaned_data["linked"]}
        try:
            for key in chosen.keys() - were.keys():
                link_action(answer=answer, by=self.person, action=chosen[key])
            for key in were.keys() - chosen.keys():
                unlink_action(answer=answer, by=self.person, action=were[key])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(answer, form)
        messages.success(request, f"Plan actions of {answer.asked.ref} saved.")
        return redirect("checklist-item", self.council.slug, answer.pk)

    def _answer(self, answer_id: UUID) -> ItemAnswer:
        answer = answer_to_change(self.access, answer_id)
        if answer.assessment.state != AssessmentState.OPEN:
            raise Http404
        return answer

    def _visible(self) -> QuerySet[Action]:
        return visible_actions(self.access)

    def _linked(self, answer: ItemAnswer) -> list[Action]:
        return actions_linked(answer, self._visible())

    def _form(self, answer: ItemAnswer, data: Any, **options: Any) -> ActionLinksForm:
        linked = self._linked(answer)
        found = actions_found(self._visible(), self._search())
        known = {action.pk for action in linked}
        offered = [*linked, *(action for action in found if action.pk not in known)]
        return ActionLinksForm(data, visible=self._visible(), offered=offered, **options)

    def _search(self) -> str:
        search = ActionSearchForm(self.request.GET)
        return search.cleaned_data["text"] if search.is_valid() else ""

    def _page(self, answer: ItemAnswer, form: ActionLinksForm) -> HttpResponse:
        context = {
            "crumbs": answer_crumbs(self, answer, "Plan actions"),
            "item": asked_in(answer),
            "search": ActionSearchForm(self.request.GET if "text" in self.request.GET else None),
            "form": form,
            "offers": form.offers_actions,
            "searched": self._search(),
            "cancel": reverse("checklist-item", args=[self.council.slug, answer.pk]),
        }
        return render(self.request, "compliance/answer_links.html", context)
