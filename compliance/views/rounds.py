"""Pages of the rounds of the duty checklist."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import answer_to_change, assessment_for, assessments_of, edition_for, round_to_run
from compliance.enums import AnswerState, AssessmentState
from compliance.forms.rounds import BringForwardForm, ConfirmForm, RoundForm
from compliance.models import Assessment, Edition
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.carried import WaitingLine, waiting_lines
from compliance.queries.checklist import (
    NOT_ANSWERED,
    ItemLine,
    counts_words_of,
    item_lines,
    reassessed_words,
    summary_words,
    workstreams_of,
)
from compliance.queries.comparison import GONE, MERGED, NEW, RENAMED, SPLIT, CompareLine, Comparison, compare
from compliance.services.rounds import bring_forward, close_assessment, confirm_answer, open_assessment
from compliance.views.checklist import checklist_crumbs
from compliance.views.plans import council_crumbs
from compliance.views.status import counts_colour
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, Task
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView

MOST_ROUNDS = 50
"""Rounds that a list offers: a council that opens four a year sees twelve years."""


class ChecklistPage(CouncilView):
    """The newest round, or the list of rounds where there are several."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest) -> HttpResponse:
        rounds = list(assessments_of(self.access).order_by("-period_start", "-opened_at")[:MOST_ROUNDS])
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
            stacks=True,
        )
        context = {
            "crumbs": council_crumbs(self.council, ("Duty checklist", "")),
            "table": table if rounds else None,
            "may_run": self.access.may(CompliancePermission.RUN_ROUNDS),
            "open_href": reverse("checklist-editions", args=[self.council.slug])
            if self.access.may(CompliancePermission.RUN_ROUNDS)
            else "",
            **rooms(self.access),
        }
        return render(request, "compliance/checklist_rounds.html", context)


_ON_THE_WAY = (AnswerState.SUBMITTED, AnswerState.RETURNED)
"""States of answers between respondent and coordinator, which the list names beside the status."""


class RoundPage(CouncilView):
    """A round as a task list by workstream."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = assessment_for(self.access, assessment_id)
        workstreams = workstreams_of(assessment)
        items = [item for workstream in workstreams for item in workstream.items]
        others = list(others_than(assessments_of(self.access), assessment)[:MOST_ROUNDS])
        earlier = [one for one in others if one.period_start <= assessment.period_start]
        is_open = assessment.state == AssessmentState.OPEN
        may_run = self.access.may(CompliancePermission.RUN_ROUNDS)
        here = [self.council.slug, assessment.pk]
        context = {
            "assessment": assessment,
            "crumbs": [*checklist_crumbs(self.council, assessment)[:-1], Crumb(assessment.period)],
            "rows": assessment_rows(assessment),
            "words": summary_words(items, counts_words_of(assessment)),
            "reassessed": reassessed_words(items) if assessment.brought_from_id else "",
            "waiting": self._waiting(items) if is_open else 0,
            "sections": [
                {
                    "title": workstream.title,
                    "words": workstream.words,
                    "prefix": f"workstream-{place}",
                    "tasks": [self._task(item) for item in workstream.items],
                }
                for place, workstream in enumerate(workstreams, start=1)
            ],
            "table_href": reverse("checklist-table", args=here),
            "confirm_href": reverse("checklist-confirm", args=here),
            "compare_links": [
                Link(
                    f"{one.period}, {one.edition.name}",
                    reverse("checklist-compare", args=[*here, one.pk]),
                )
                for one in others
            ],
            "bring_href": reverse("checklist-bring-forward", args=here)
            if may_run and is_open and earlier and assessment.brought_from_id is None
            else "",
            "close_href": reverse("checklist-close", args=here) if may_run and is_open else "",
            "assign_href": reverse("checklist-assign", args=here)
            if is_open and self.access.may(CompliancePermission.MODERATE_CHECKLIST)
            else "",
            "may_run": may_run,
            **rooms(self.access),
        }
        return render(request, "compliance/checklist.html", context)

    def _waiting(self, items: list[ItemLine]) -> int:
        """How many carried answers this person can confirm."""
        if self.access.may(CompliancePermission.ANSWER_CHECKLIST):
            return sum(1 for item in items if item.to_confirm)
        if self.access.may(CompliancePermission.ANSWER_OWN_ITEMS):
            return sum(1 for item in items if item.to_confirm and item.owner_id == self.person.pk)
        return 0

    def _task(self, item: ItemLine) -> Task:
        hint = " ".join(
            words
            for words in (
                f"{item.ref}.",
                f"{item.owner}." if item.owner else "",
                "The council’s own item." if item.local else "",
                item.timescale,
                f"{AnswerState(item.state).label}." if item.state in _ON_THE_WAY else "",
            )
            if words
        )
        return Task(
            title=item.prompt,
            status=item.status,
            href=reverse("checklist-item", args=[self.council.slug, item.id]),
            hint=hint,
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
                line.response or None,
                line.timescale or None,
            ]
            for line in lines
        ]
        context = {
            "assessment": assessment,
            "crumbs": checklist_crumbs(self.council, assessment, ("Table", "")),
            "words": summary_words(lines, counts_words_of(assessment)),
            "reassessed": reassessed_words(lines) if assessment.brought_from_id else "",
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


class RoundOpenPage(CouncilView):
    """Open a round on an edition, with empty answers or with those of an earlier round."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest, edition: str) -> HttpResponse:
        found = edition_for(self.access, edition)
        start = financial_year(timezone.localdate())
        newest = self._rounds().first()
        form = RoundForm(
            edition=found,
            rounds=self._rounds(),
            initial={
                "period": f"{start.year}/{(start.year + 1) % 100:02d}",
                "period_start": start,
                "period_end": date(start.year + 1, 3, 31),
                "parts": list(found.part_labels),
                "earlier": newest.pk if newest else None,
            },
        )
        return self._page(found, form)

    def post(self, request: HttpRequest, edition: str) -> HttpResponse:
        found = edition_for(self.access, edition)
        form = RoundForm(request.POST, edition=found, rounds=self._rounds())
        if not form.is_valid():
            return self._page(found, form)
        given = form.cleaned_data
        try:
            assessment = open_assessment(
                council=self.council,
                by=self.person,
                edition=found,
                period=given["period"],
                period_start=given["period_start"],
                period_end=given["period_end"],
                parts=given["parts"],
                earlier=given["earlier"],
            )
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(found, form)
        messages.success(request, f"The round {assessment.period} is open.")
        return after_bringing(self.council.slug, assessment, given["earlier"])

    def _rounds(self) -> QuerySet[Assessment]:
        return assessments_of(self.access).order_by("-period_start", "-opened_at")

    def _page(self, edition: Edition, form: RoundForm) -> HttpResponse:
        slug = self.council.slug
        context = {
            "crumbs": council_crumbs(
                self.council,
                ("Duty checklist", reverse("checklist", args=[slug])),
                ("Editions", reverse("checklist-editions", args=[slug])),
                ("Open a round", ""),
            ),
            "title": f"Open a round: {edition.name}",
            "form": form,
            "button": "Open the round",
            "cancel": reverse("checklist-editions", args=[slug]),
        }
        return render(self.request, "web/form_page.html", context)


class BringForwardPage(CouncilView):
    """Bring the answers of an earlier round into one that is open."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = round_to_run(self.access, assessment_id)
        rounds = self._rounds(assessment)
        newest = rounds.first()
        return self._page(
            assessment, BringForwardForm(rounds=rounds, initial={"earlier": newest.pk if newest else None})
        )

    def post(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = round_to_run(self.access, assessment_id)
        form = BringForwardForm(request.POST, rounds=self._rounds(assessment))
        if not form.is_valid():
            return self._page(assessment, form)
        earlier = form.cleaned_data["earlier"]
        try:
            bring_forward(assessment=assessment, earlier=earlier, by=self.person)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(assessment, form)
        messages.success(request, f"The answers of {earlier.period} are here, each to be confirmed.")
        return after_bringing(self.council.slug, assessment, earlier)

    def _rounds(self, assessment: Assessment) -> QuerySet[Assessment]:
        return others_than(assessments_of(self.access), assessment).filter(
            period_start__lte=assessment.period_start
        )

    def _page(self, assessment: Assessment, form: BringForwardForm) -> HttpResponse:
        context = {
            "crumbs": checklist_crumbs(self.council, assessment, ("Bring answers forward", "")),
            "title": "Bring answers forward",
            "form": form,
            "button": "Bring answers forward",
            "cancel": reverse("checklist-round", args=[self.council.slug, assessment.pk]),
        }
        return render(self.request, "web/form_page.html", context)


class ConfirmPage(CouncilView):
    """The answers that were brought forward and that this person can confirm, one button each."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = assessment_for(self.access, assessment_id)
        everybody = self.access.may(CompliancePermission.ANSWER_CHECKLIST)
        lines = waiting_lines(assessment, None if everybody else self.person)
        context = {
            "assessment": assessment,
            "crumbs": checklist_crumbs(self.council, assessment, ("Confirm answers", "")),
            "is_open": assessment.state == AssessmentState.OPEN,
            "lines": [self._line(line) for line in lines],
            "round_href": reverse("checklist-round", args=[self.council.slug, assessment.pk]),
        }
        return render(request, "compliance/checklist_confirm.html", context)

    def _line(self, line: WaitingLine) -> dict[str, Any]:
        item, address = line.item, [self.council.slug, line.item.id]
        rows = []
        for before in line.earlier:
            name = f"{before.period}, {before.ref}"
            rows.append(
                SummaryRow(name, [Tag(before.status, counts_colour(before.counts_as)), before.response])
            )
            if before.timescale:
                rows.append(SummaryRow("Timescale then", before.timescale))
        return {
            "item": item,
            "rows": [*rows, SummaryRow("Owner now", item.owner or "Nobody yet")],
            "item_href": reverse("checklist-item", args=address),
            "confirm_href": reverse("checklist-item-confirm", args=address),
        }


class ItemConfirmPage(CouncilView):
    """The button that confirms one answer."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    def post(self, request: HttpRequest, answer_id: UUID) -> HttpResponse:
        answer = answer_to_change(self.access, answer_id)
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            messages.error(request, "This page was incomplete when it was sent. Try again.")
        else:
            try:
                confirm_answer(answer=answer, by=self.person, version=form.cleaned_data["version"])
                messages.success(request, f"{answer.asked.ref} confirmed.")
            except StaleVersion:
                messages.error(
                    request, f"Somebody changed {answer.asked.ref} while you were reading. Look at it again."
                )
            except PolicyError as problem:
                messages.error(request, str(problem))
        return redirect("checklist-confirm", self.council.slug, answer.assessment_id)


class RoundClosePage(CouncilView):
    """Ask once more, then close a round for good."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        return self._page(round_to_run(self.access, assessment_id))

    def post(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        assessment = round_to_run(self.access, assessment_id)
        try:
            close_assessment(assessment=assessment, by=self.person)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"The round {assessment.period} is closed.")
        return redirect("checklist-round", self.council.slug, assessment.pk)

    def _page(self, assessment: Assessment) -> HttpResponse:
        items = item_lines(assessment)
        gaps = []
        if unanswered := sum(1 for item in items if item.counts_as == NOT_ANSWERED):
            gaps.append(f"{counted(unanswered, 'item is', 'items are')} not answered.")
        if carried := sum(1 for item in items if item.to_confirm):
            gaps.append(
                f"{counted(carried, 'answer was', 'answers were')} carried forward and never confirmed."
            )
        context = {
            "assessment": assessment,
            "crumbs": checklist_crumbs(self.council, assessment, ("Close the round", "")),
            "gaps": gaps,
            "is_open": assessment.state == AssessmentState.OPEN,
            "cancel": reverse("checklist-round", args=[self.council.slug, assessment.pk]),
        }
        return render(self.request, "compliance/checklist_close.html", context)


class ComparePage(CouncilView):
    """Two rounds side by side, of the same edition or of two."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest, assessment_id: UUID, other_id: UUID) -> HttpResponse:
        here = assessment_for(self.access, assessment_id)
        found = compare(here, assessment_for(self.access, other_id))
        then, now = found.then, found.now
        context = {
            "crumbs": checklist_crumbs(self.council, here, ("Comparison", "")),
            "then": then,
            "now": now,
            "comparison": found,
            "words": changes_words(found),
            "table": self._table(found),
            "others": [
                Link(
                    f"{one.period}, {one.edition.name}",
                    reverse("checklist-compare", args=[self.council.slug, here.pk, one.pk]),
                )
                for one in others_than(assessments_of(self.access), here)[:MOST_ROUNDS]
                if one.pk != other_id
            ],
        }
        return render(request, "compliance/checklist_compare.html", context)

    def _table(self, found: Comparison) -> Table:
        return Table(
            caption=f"{found.then.period} and {found.now.period}",
            hide_caption=True,
            columns=[
                Column("Item", header=True),
                Column(f"Then: {found.then.period}"),
                Column(f"Now: {found.now.period}"),
                Column("Change"),
            ],
            rows=[self._row(line, same_edition=found.same_edition) for line in found.lines],
            stacks=True,
        )

    def _row(self, line: CompareLine, *, same_edition: bool) -> list[Any]:
        shown = line.now or line.then[0]
        then: list[Any] = []
        for one in line.then:
            if not same_edition:
                then.append(f"{one.ref} {one.prompt}" if line.now else one.ref)
            then += [Tag(one.status, counts_colour(one.counts_as)), one.response]
        change = line.change
        if not same_edition and line.continues in (RENAMED, MERGED, SPLIT):
            change = f"{continues_words(line)}. {line.change}"
        return [
            Link(
                f"{shown.ref} {shown.prompt}", reverse("checklist-item", args=[self.council.slug, shown.id])
            ),
            [part for part in then if part] or "Not asked",
            [
                part
                for part in (Tag(line.now.status, counts_colour(line.now.counts_as)), line.now.response)
                if part
            ]
            if line.now
            else "Not asked any more",
            change,
        ]


def continues_words(line: CompareLine) -> str:
    """Such as "Merges S-14 and S-15"."""
    refs = " and ".join(one.ref for one in line.then)
    return {RENAMED: f"Continues {refs}", MERGED: f"Merges {refs}", SPLIT: f"Split from {refs}"}[
        line.continues
    ]


def changes_words(found: Comparison) -> str:
    """What the later round changes in what is asked, such as "6 new, 1 gone"."""
    kinds = ((NEW, "new"), (RENAMED, "continued"), (MERGED, "merged"), (SPLIT, "split"), (GONE, "gone"))
    said = [f"{found.count(kind)} {words}" for kind, words in kinds if found.count(kind)]
    return ", ".join(said)


def after_bringing(slug: str, assessment: Assessment, earlier: Assessment | None) -> HttpResponse:
    """Where to go with a round that was opened: where the edition changed, first to what that means."""
    if earlier is not None and earlier.edition_id != assessment.edition_id:
        return redirect("checklist-compare", slug, assessment.pk, earlier.pk)
    return redirect("checklist-round", slug, assessment.pk)


def others_than(rounds: QuerySet[Assessment], assessment: Assessment) -> QuerySet[Assessment]:
    """The other rounds, newest first."""
    return rounds.exclude(pk=assessment.pk).order_by("-period_start", "-opened_at")


def financial_year(day: date) -> date:
    """The first day of the financial year that a day is in."""
    return date(day.year if day >= date(day.year, 4, 1) else day.year - 1, 4, 1)


def rooms(access: CouncilAccess) -> dict[str, str]:
    """Addresses of the checklist's own side rooms.

    The menu names one's own items only to those who may not read the whole: the others get there from here.
    """
    slug = access.council.slug
    asked = access.may(CompliancePermission.ANSWER_OWN_ITEMS)
    return {
        "yours_href": reverse("checklist-yours", args=[slug]) if asked else "",
        "editions_href": reverse("checklist-editions", args=[slug]),
        "local_href": reverse("checklist-local", args=[slug]),
    }


def assessment_rows(assessment: Assessment) -> list[SummaryRow]:
    """What a round's head says."""
    edition = assessment.edition
    until = f" to {british_date(edition.in_force_to)}" if edition.in_force_to else ""
    labels = edition.part_labels
    rows = [
        SummaryRow("Edition", Link(edition.name, edition.source)),
        SummaryRow("Nations", edition.nation_words),
        SummaryRow("In force", f"{british_date(edition.in_force_from)}{until}"),
        SummaryRow("Last checked", edition.last_checked_on),
        SummaryRow(
            "Period", f"{british_date(assessment.period_start)} to {british_date(assessment.period_end)}"
        ),
    ]
    if assessment.parts and len(assessment.parts) < len(labels):
        rows.append(
            SummaryRow("Covers", ", ".join(labels[part] for part in assessment.parts if part in labels))
        )
    state = assessment.get_state_display()
    if assessment.closed_at is not None:
        state = f"{state} on {british_date(timezone.localdate(assessment.closed_at))}"
    rows.append(SummaryRow("State", state))
    return rows
