"""Pages of the duty checklist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import answer_for, answer_to_change, assessment_for, assessments_of, may_answer
from compliance.enums import AssessmentState
from compliance.forms.checklist import AnswerForm
from compliance.models import Assessment, ItemAnswer
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.checklist import (
    COUNTS_WORDS,
    ItemLine,
    item_lines,
    revisions_of,
    summary_words,
    timescale_words,
    workstreams_of,
)
from compliance.services.checklist import answer_item
from compliance.views.plans import council_crumbs
from compliance.views.status import counts_colour
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, Task, TimelineItem
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


def checklist_crumbs(council: Council, assessment: Assessment, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of a round."""
    return council_crumbs(
        council,
        ("Duty checklist", reverse("checklist", args=[council.slug])),
        (assessment.period, reverse("checklist-round", args=[council.slug, assessment.pk])),
        *steps,
    )


class ChecklistPage(CouncilView):
    """The newest round, or the list of rounds where there are several."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest) -> HttpResponse:
        rounds = list(assessments_of(self.access).order_by("-period_start", "-opened_at")[:50])
        if len(rounds) == 1:
            return redirect("checklist-round", self.council.slug, rounds[0].pk)
        table = Table(
            caption="Rounds",
            hide_caption=True,
            columns=[
                Column("Period", header=True),
                Column("Edition"),
                Column("From"),
                Column("To"),
                Column("State"),
            ],
            rows=[
                [
                    Link(one.period, reverse("checklist-round", args=[self.council.slug, one.pk])),
                    one.edition.name,
                    one.period_start,
                    one.period_end,
                    Tag(one.get_state_display(), "blue" if one.state == AssessmentState.OPEN else "grey"),
                ]
                for one in rounds
            ],
        )
        context = {
            "crumbs": council_crumbs(self.council, ("Duty checklist", "")),
            "table": table if rounds else None,
        }
        return render(request, "compliance/checklist_rounds.html", context)


class RoundPage(CouncilView):
    """A round as a task list by workstream."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = assessment_for(self.access, assessment_id)
        workstreams = workstreams_of(assessment)
        items = [item for workstream in workstreams for item in workstream.items]
        context = {
            "assessment": assessment,
            "crumbs": [*checklist_crumbs(self.council, assessment)[:-1], Crumb(assessment.period)],
            "rows": assessment_rows(assessment),
            "words": summary_words(items),
            "sections": [
                {
                    "title": workstream.title,
                    "words": workstream.words,
                    "prefix": f"workstream-{place}",
                    "tasks": [self._task(item) for item in workstream.items],
                }
                for place, workstream in enumerate(workstreams, start=1)
            ],
            "table_href": reverse("checklist-table", args=[self.council.slug, assessment.pk]),
        }
        return render(request, "compliance/checklist.html", context)

    def _task(self, item: ItemLine) -> Task:
        hint = f"{item.ref}. {item.owner}." if item.owner else f"{item.ref}."
        return Task(
            title=item.prompt,
            status=item.status,
            href=reverse("checklist-item", args=[self.council.slug, item.id]),
            hint=f"{hint} {item.timescale}".strip(),
            colour=counts_colour(item.counts_as),
        )


class RoundTablePage(CouncilView):
    """A round as one table, as a committee reads it."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = assessment_for(self.access, assessment_id)
        lines = item_lines(assessment)
        rows: list[list[Any]] = [
            [
                line.workstream,
                Link(
                    f"{line.ref} {line.prompt}",
                    reverse("checklist-item", args=[self.council.slug, line.id]),
                ),
                Tag(line.status, counts_colour(line.counts_as)),
                line.response,
                line.timescale,
            ]
            for line in lines
        ]
        context = {
            "assessment": assessment,
            "crumbs": checklist_crumbs(self.council, assessment, ("Table", "")),
            "words": summary_words(lines),
            "table": Table(
                caption=f"{assessment.edition.name}, {assessment.period}",
                columns=[
                    Column("Workstream"),
                    Column("Item", header=True),
                    Column("Status"),
                    Column("Response"),
                    Column("Timescale"),
                ],
                rows=rows,
            ),
        }
        return render(request, "compliance/checklist_table.html", context)


def assessment_rows(assessment: Assessment) -> list[SummaryRow]:
    """What a round's head says."""
    edition = assessment.edition
    until = f" to {british_date(edition.in_force_to)}" if edition.in_force_to else ""
    return [
        SummaryRow("Edition", Link(edition.name, edition.source)),
        SummaryRow("In force", f"{british_date(edition.in_force_from)}{until}"),
        SummaryRow("Last checked", edition.last_checked_on),
        SummaryRow(
            "Period", f"{british_date(assessment.period_start)} to {british_date(assessment.period_end)}"
        ),
        SummaryRow("State", assessment.get_state_display()),
    ]


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
        messages.success(request, f"{answer.item.ref} saved.")
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
        item = answer.item
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
                SummaryRow("How binding", item.get_kind_display()),
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
