"""Pages of the rounds of the duty checklist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.access import assessment_for, assessments_of
from compliance.enums import AssessmentState
from compliance.models import Assessment
from compliance.permissions import CompliancePermission
from compliance.queries.checklist import ItemLine, item_lines, summary_words, workstreams_of
from compliance.views.checklist import checklist_crumbs
from compliance.views.plans import council_crumbs
from compliance.views.status import counts_colour
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, Task
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


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
