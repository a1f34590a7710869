"""The page of one item of the duty checklist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import answer_for, answer_to_change, may_answer
from compliance.enums import AssessmentState
from compliance.forms.checklist import AnswerForm
from compliance.models import Assessment, ItemAnswer
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.checklist import (
    COUNTS_WORDS,
    revisions_of,
    timescale_words,
)
from compliance.queries.prompts import asked_in
from compliance.services.checklist import answer_item
from compliance.views.plans import council_crumbs
from compliance.views.status import counts_colour
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Crumb, SummaryRow, Tag, TimelineItem
from prevent_portal.web.views import CouncilView


def checklist_crumbs(council: Council, assessment: Assessment, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of a round."""
    return council_crumbs(
        council,
        ("Duty checklist", reverse("checklist", args=[council.slug])),
        (assessment.period, reverse("checklist-round", args=[council.slug, assessment.pk])),
        *steps,
    )


class ItemPage(CouncilView):
    """One item: what is asked, the answer, what it said before; the form for those who answer it."""

    permission = {
        "get": CompliancePermission.VIEW_CHECKLIST,
        "post": CompliancePermission.ANSWER_OWN_ITEMS,
    }

    def get(self, request: HttpRequest, answer_id: UUID) -> HttpResponse:
        answer = answer_for(self.access, answer_id)
        form = None
        if may_answer(self.access, answer) and answer.assessment.state == AssessmentState.OPEN:
            form = self._form(
                answer,
                initial={
                    "status": answer.status,
                    "response": answer.response,
                    "timescale": answer.timescale,
                    "due_on": answer.due_on,
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
        try:
            answer_item(
                answer=answer,
                by=self.person,
                status=given["status"],
                response=given["response"],
                timescale=given["timescale"],
                due_on=given["due_on"],
                owner=given["owner"] if "owner" in form.fields else answer.owner,
                version=given["version"],
                token=given["token"],
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(answer, self._form(answer, data), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(answer, form)
        messages.success(request, f"{answer.asked.ref} saved.")
        return redirect("checklist-round", self.council.slug, answer.assessment_id)

    def _form(self, answer: ItemAnswer, data: Any = None, **options: Any) -> AnswerForm:
        return AnswerForm(
            data,
            edition=answer.assessment.edition,
            council=self.council,
            answer=answer,
            assigns=self.access.may(CompliancePermission.ANSWER_CHECKLIST),
            **options,
        )

    def _page(
        self,
        answer: ItemAnswer,
        form: AnswerForm | None,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        item = asked_in(answer)
        scale = {step["value"]: step for step in answer.assessment.edition.scale}
        step = scale.get(answer.status)
        counts_as = step["counts_as"] if step else "not_answered"
        context = {
            "item": item,
            "form": form,
            "stale": stale,
            "crumbs": checklist_crumbs(self.council, answer.assessment, (item.ref, "")),
            "asked": [
                SummaryRow("Workstream", item.workstream),
                SummaryRow("Reference", item.ref),
                SummaryRow("Guidance", item.guidance),
                SummaryRow("How binding", item.kind),
                SummaryRow("Evidence to expect", item.expected_evidence),
            ],
            "answer": [
                SummaryRow(
                    "Status",
                    Tag(
                        step["label"] if step else COUNTS_WORDS[counts_as].capitalize(),
                        counts_colour(counts_as),
                    ),
                ),
                SummaryRow("Response", answer.response or None),
                SummaryRow("Timescale", timescale_words(answer.timescale, answer.due_on) or None),
                SummaryRow("Owner", display_name(answer.owner) if answer.owner else None),
            ],
            "history": [
                TimelineItem(
                    title=scale[revision.status]["label"] if revision.status in scale else revision.status,
                    at=revision.at,
                    by=display_name(revision.by) if revision.by else "The portal",
                    body=revision.response,
                )
                for revision in revisions_of(answer)
            ],
            "cancel": reverse("checklist-round", args=[self.council.slug, answer.assessment_id]),
        }
        return render(self.request, "compliance/checklist_item.html", context, status=status)
