"""The page of one item of the duty checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import answer_for, answer_to_change, may_answer, visible_actions
from compliance.enums import AnswerState, AnswerStepKind, AssessmentState, TrainingDelivery
from compliance.forms.checklist import AnswerForm
from compliance.models import AnswerRevision, AnswerStep, Assessment, ItemAnswer
from compliance.permissions import RESPONDENT_ROLES, CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.answers import OPEN_ANSWERS, is_own_answer
from compliance.queries.answers import (
    ITEM_EVIDENCE,
    actions_linked,
    earlier_answers,
    possible_respondents,
    steps_of,
)
from compliance.queries.checklist import COUNTS_WORDS, NOT_ANSWERED, revisions_of, timescale_words
from compliance.queries.prompts import asked_in
from compliance.services.checklist import answer_item
from compliance.views.plans import council_crumbs
from compliance.views.status import answer_state_tag, counts_colour, status_tag
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User, display_name
from prevent_portal.documents.queries import evidence_of
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Crumb, Link, SummaryRow, Tag, TimelineItem
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import upper_first
from prevent_portal.web.views import CouncilView


def checklist_crumbs(council: Council, assessment: Assessment, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of a round."""
    return council_crumbs(
        council,
        ("Duty checklist", reverse("checklist", args=[council.slug])),
        (assessment.period, reverse("checklist-round", args=[council.slug, assessment.pk])),
        *steps,
    )


def answer_crumbs(view: CouncilView, answer: ItemAnswer, step: str = "") -> list[Crumb]:
    """Breadcrumbs of an item and of the pages under it; whoever sees only their own items is not led to the
    round."""
    slug, ref = view.council.slug, answer.asked.ref
    here = (ref, reverse("checklist-item", args=[slug, answer.pk]) if step else "")
    last = [Crumb(step)] if step else []
    if view.access.may(CompliancePermission.VIEW_CHECKLIST):
        return [*checklist_crumbs(view.council, answer.assessment, here), *last]
    yours = Crumb("Your items", reverse("checklist-yours", args=[slug]))
    return [Crumb("My work", reverse("my-work")), yours, Crumb(*here), *last]


def score_label(answer: ItemAnswer, score: str) -> str:
    """A score in the words of the edition's scale."""
    return next(
        (str(step["label"]) for step in answer.assessment.edition.scale if step["value"] == score),
        COUNTS_WORDS[NOT_ANSWERED].capitalize(),
    )


def answer_score_tag(answer: ItemAnswer, score: str) -> Tag:
    """A score with the colour of what it counts as."""
    steps = {step["value"]: step for step in answer.assessment.edition.scale}
    counts_as = steps[score]["counts_as"] if score in steps else NOT_ANSWERED
    return Tag(score_label(answer, score), counts_colour(counts_as))


def answer_rows(answer: ItemAnswer, names: _Names | None = None) -> list[SummaryRow]:
    """What an answer says and how it was scored."""
    name = (names or _Names()).of
    scored = bool(answer.moderated)
    rows = [
        SummaryRow("State", answer_state_tag(answer.state)),
        SummaryRow("Respondent’s own score" if scored else "Status", answer_score_tag(answer, answer.status)),
        SummaryRow("Response", answer.response or None),
        SummaryRow("Timescale", timescale_words(answer.timescale, answer.due_on) or None),
    ]
    if answer.training_rule:
        delivery = TrainingDelivery(answer.training_delivery).label
        rows.append(SummaryRow("How training was delivered", delivery))
    rows.append(SummaryRow("Owner", upper_first(name(answer.owner)) if answer.owner else None))
    if scored:
        rows.append(SummaryRow("Moderated score", answer_score_tag(answer, answer.moderated)))
        rows.append(SummaryRow("Challenge note", answer.challenge or None))
    if answer.agreed:
        agreed = f"on {british_date(answer.agreed_on)} by {name(answer.agreed_by)}"
        rows.append(SummaryRow("Agreed score", [answer_score_tag(answer, answer.agreed), agreed]))
    return rows


@dataclass(frozen=True)
class _Names:
    """Names as the reader may see them. People of partners read "you" and "the council", and no names."""

    hidden_from: User | None = None

    def of(self, person: User | None) -> str:
        if person is None:
            return "The portal"
        if self.hidden_from is None:
            return display_name(person)
        return "you" if person.pk == self.hidden_from.pk else "the council"


def names_for(access: CouncilAccess) -> _Names:
    """All names for readers of the checklist; for others no name but their own."""
    return _Names(None if access.may(CompliancePermission.VIEW_CHECKLIST) else access.user)


class ItemPage(CouncilView):
    """One item: what is asked, the answer and its life; the form for those who answer it."""

    permission = {
        "get": CompliancePermission.VIEW_OWN_ITEMS,
        "post": CompliancePermission.ANSWER_OWN_ITEMS,
    }

    def get(self, request: HttpRequest, answer_id: UUID) -> HttpResponse:
        answer = answer_for(self.access, answer_id)
        form = None
        if self._may_write(answer):
            form = self._form(
                answer,
                initial={
                    "status": answer.status,
                    "response": answer.response,
                    "timescale": answer.timescale,
                    "due_on": answer.due_on,
                    "training_delivery": answer.training_delivery,
                    "owner": answer.owner_id,
                    "version": answer.version,
                },
            )
        return self._page(answer, form)

    def post(self, request: HttpRequest, answer_id: UUID) -> HttpResponse:
        answer = answer_to_change(self.access, answer_id)
        form = self._form(answer, request.POST)
        if not form.is_valid():
            return self._page(answer, form)
        given = form.cleaned_data
        submits = "submit" in request.POST
        try:
            answer_item(
                answer=answer,
                by=self.person,
                status=given["status"],
                response=given["response"],
                timescale=given["timescale"],
                due_on=given["due_on"],
                training_delivery=given.get("training_delivery", ""),
                owner=given["owner"] if "owner" in form.fields else answer.owner,
                version=given["version"],
                token=given["token"],
                submit=submits,
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(answer, self._form(answer, data), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(answer, form)
        done = "submitted" if submits else "saved"
        messages.success(request, f"{answer.asked.ref} {done}.")
        return redirect(self._list_of(answer))

    def _may_write(self, answer: ItemAnswer) -> bool:
        return (
            may_answer(self.access, answer)
            and answer.assessment.state == AssessmentState.OPEN
            and answer.state in OPEN_ANSWERS
        )

    def _list_of(self, answer: ItemAnswer) -> str:
        if self.access.may(CompliancePermission.VIEW_CHECKLIST):
            return reverse("checklist-round", args=[self.council.slug, answer.assessment_id])
        return reverse("checklist-yours", args=[self.council.slug])

    def _form(self, answer: ItemAnswer, data: Any = None, **options: Any) -> AnswerForm:
        respondents = None
        if self.access.may(CompliancePermission.ANSWER_CHECKLIST):
            present = [answer.owner_id] if answer.owner_id else []
            respondents = possible_respondents(self.council, RESPONDENT_ROLES, present)
        return AnswerForm(data, answer=answer, respondents=respondents, **options)

    def _page(
        self,
        answer: ItemAnswer,
        form: AnswerForm | None,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        item = asked_in(answer)
        names = names_for(self.access)
        steps = steps_of(answer)
        reads_all = self.access.may(CompliancePermission.VIEW_CHECKLIST)
        works = may_answer(self.access, answer) and answer.assessment.state == AssessmentState.OPEN
        context = {
            "item": item,
            "form": form,
            "stale": stale,
            "crumbs": answer_crumbs(self, answer),
            "asked": [
                SummaryRow("Workstream", item.workstream),
                SummaryRow("Reference", item.ref),
                SummaryRow("Guidance", item.guidance),
                SummaryRow("How binding", item.kind),
                SummaryRow("Evidence to expect", item.expected_evidence),
            ],
            "state": answer_state_tag(answer.state),
            "asked_words": self._asked_words(answer, names),
            "returned": self._returned(answer, steps, names),
            "answer": answer_rows(answer, names),
            "own_words": self._own_words(answer),
            "steps": self._steps(answer),
            "earlier": self._earlier(answer),
            "earlier_heading": "Change since the last cycle",
            "evidence_block": evidence_of(self.access, ITEM_EVIDENCE, [answer.pk])[answer.pk],
            "actions": [
                [
                    Link(
                        f"{action.reference} {action.title}",
                        reverse("action", args=[self.council.slug, action.pk]),
                    ),
                    status_tag(action.status),
                ]
                for action in actions_linked(answer, visible_actions(self.access))
            ],
            "sees_own_only": not self.access.may(CompliancePermission.VIEW_PLANS),
            "links_href": (
                reverse("checklist-item-actions", args=[self.council.slug, answer.pk]) if works else ""
            ),
            "history": history(answer, revisions_of(answer), steps, names),
            "cancel": self._list_of(answer),
            "reads_all": reads_all,
        }
        return render(self.request, "compliance/checklist_item.html", context, status=status)

    def _asked_words(self, answer: ItemAnswer, names: _Names) -> str:
        if answer.owner is None:
            return ""
        by = f" by {british_date(answer.answer_by)}" if answer.answer_by else ""
        who = "You are" if answer.owner_id == self.person.pk else f"{upper_first(names.of(answer.owner))} is"
        return f"{who} asked to answer{by}."

    def _returned(
        self, answer: ItemAnswer, steps: Sequence[AnswerStep], names: _Names
    ) -> dict[str, Any] | None:
        if answer.state != AnswerState.RETURNED:
            return None
        step = next((one for one in steps if one.kind == AnswerStepKind.RETURNED), None)
        return {"by": names.of(step.by), "at": step.at, "comment": step.comment} if step else None

    def _own_words(self, answer: ItemAnswer) -> str:
        """Why a coordinator is offered no decision on an answer of their own (OP-6)."""
        decides = self.access.may(CompliancePermission.MODERATE_CHECKLIST)
        waits = answer.state == AnswerState.SUBMITTED or (
            answer.state == AnswerState.ACCEPTED and not answer.agreed
        )
        if decides and waits and is_own_answer(answer, self.person):
            return "You wrote or submitted this answer, so another coordinator accepts and scores it."
        return ""

    def _steps(self, answer: ItemAnswer) -> list[dict[str, str]]:
        """The decisions that the person may take now, the next one first."""
        if (
            not self.access.may(CompliancePermission.MODERATE_CHECKLIST)
            or answer.assessment.state != AssessmentState.OPEN
        ):
            return []
        own = is_own_answer(answer, self.person)
        offered = []
        if answer.state == AnswerState.SUBMITTED:
            offered.append(("Take it back" if own else "Accept or return", "checklist-item-decide"))
        elif answer.state == AnswerState.ACCEPTED:
            if not own and not answer.agreed:
                if answer.moderated:
                    offered.append(("Record the agreed score", "checklist-item-agree"))
                offered.append(
                    (
                        "Change the moderated score" if answer.moderated else "Moderate the score",
                        "checklist-item-moderate",
                    )
                )
            offered.append(("Return it with a comment", "checklist-item-decide"))
        return [
            {
                "text": text,
                "href": reverse(name, args=[self.council.slug, answer.pk]),
                "kind": "secondary" if place or text.startswith("Return") else "",
            }
            for place, (text, name) in enumerate(offered)
        ]

    def _earlier(self, answer: ItemAnswer) -> list[SummaryRow]:
        """What the last cycle said; people of partners read only what they were asked for then as well."""
        reads_all = self.access.may(CompliancePermission.VIEW_CHECKLIST)
        rows: list[SummaryRow] = []
        for earlier in earlier_answers(answer):
            if not reads_all and earlier.owner_id != self.person.pk:
                continue
            period = f"{earlier.asked.ref}, {earlier.assessment.period}"
            rows.append(
                SummaryRow(period, [answer_score_tag(earlier, earlier.score), change_words(earlier, answer)])
            )
        return rows


def change_words(earlier: ItemAnswer, now: ItemAnswer) -> str:
    """What has changed since the last cycle, where both are on one scale."""
    if not now.score or now.to_confirm:
        return "Not answered in this round yet"
    if earlier.assessment.edition_id != now.assessment.edition_id:
        return f"Now “{score_label(now, now.score).lower()}”, on the scale of another edition"
    if earlier.score == now.score:
        return "The same now"
    return f"Now “{score_label(now, now.score).lower()}”"


def history(
    answer: ItemAnswer, revisions: Sequence[AnswerRevision], steps: Sequence[AnswerStep], names: _Names
) -> list[TimelineItem]:
    """Saves and steps of an answer together, newest first; of one moment, the step came after the save."""
    events = [
        (
            revision.at,
            0,
            TimelineItem(
                title=f"Saved: {score_label(answer, revision.status).lower()}",
                at=revision.at,
                by=names.of(revision.by),
                body=revision.response,
            ),
        )
        for revision in revisions
    ]
    for step in steps:
        score = f": {score_label(answer, step.score).lower()}" if step.score else ""
        events.append(
            (
                step.at,
                1,
                TimelineItem(
                    title=f"{AnswerStepKind(step.kind).label}{score}",
                    at=step.at,
                    by=names.of(step.by),
                    body=step.comment,
                ),
            )
        )
    return [event for _, _, event in sorted(events, key=lambda one: one[:2], reverse=True)]
