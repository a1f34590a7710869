"""What waits for a person in compliance: actions, checklist items and reports (My work, the digest)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from compliance.enums import (
    OPEN_STATUSES,
    AnswerState,
    AssessmentState,
    ReportEdition,
    ReportFormat,
    ReportState,
)
from compliance.models import Action, Assessment, ItemAnswer, Report, ReportRendition, SignOff
from compliance.permissions import CompliancePermission
from compliance.queries.sign_offs import finished_sign_offs, waiting_for
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council

PUBLISHED_WITHIN = timedelta(days=14)
"""So long after a report became final, its public edition should be published."""
PUBLISHED_FOR = timedelta(days=60)
"""So long a final report waits to be published."""


def owned_actions(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Open actions that the person owns, in every council of theirs, by the date in force."""
    councils = mine.councils

    def items(actions: list[Action]) -> Iterator[DueItem]:
        for action in actions:
            council = councils[action.council_id]
            yield DueItem(
                council=council,
                due_on=action.due_on,
                reference=action.reference,
                title=action.title,
                task="Log progress",
                href=reverse("action-progress", args=[council.slug, action.pk]),
                kind="action",
            )

    rows = Action.objects.filter(council__in=list(councils), owner=mine.user, status__in=OPEN_STATUSES)
    yield Waiting(rows, ("council", "number", "title", "due_on"), items)


def owned_items(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Items of open rounds that wait for the person: asked of them, or submitted and theirs to decide on.

    Asked of them: to answer, to submit, returned, or due by a date. Theirs to decide on: with that right, and
    neither written nor submitted by them (OP-6).
    """
    accesses = {access.council.pk: access for access in mine.accesses}
    decides = [key for key, access in accesses.items() if access.may(CompliancePermission.MODERATE_CHECKLIST)]

    def items(answers: list[ItemAnswer]) -> Iterator[DueItem]:
        for answer in answers:
            council = accesses[answer.council_id].council
            handed_in = answer.state == AnswerState.SUBMITTED and answer.council_id in decides
            if handed_in and mine.user.pk not in {answer.submitted_by_id, answer.updated_by_id}:
                yield DueItem(
                    council=council,
                    due_on=answer.assessment.period_end,
                    reference=answer.asked.ref,
                    title=answer.asked.title,
                    task="Accept or return the answer",
                    href=reverse("checklist-item-decide", args=[council.slug, answer.pk]),
                    kind="answer",
                )
            waits = answer.state in _WAITING
            if answer.owner_id == mine.user.pk and (waits or answer.due_on):
                asked_by = answer.answer_by or answer.assessment.period_end
                yield DueItem(
                    council=council,
                    due_on=asked_by if waits else answer.due_on,
                    reference=answer.asked.ref,
                    title=answer.asked.title,
                    task=_task(answer),
                    href=reverse("checklist-item", args=[council.slug, answer.pk]),
                    list_text="Your checklist items",
                    list_href=reverse("checklist-yours", args=[council.slug]),
                    kind="item",
                )

    submitted = Q(state=AnswerState.SUBMITTED, council__in=decides)
    rows = ItemAnswer.objects.filter(
        Q(owner=mine.user) | submitted, council__in=list(accesses), assessment__state=AssessmentState.OPEN
    )
    fields = (
        "council", "state", "submitted_by", "updated_by", "owner", "due_on", "answer_by", "to_confirm",
        "assessment__period_end", "item__ref", "item__prompt", "item__workstream", "local_item__number",
        "local_item__prompt",
    )  # fmt: skip
    yield Waiting(rows, fields, items)


_WAITING = {
    AnswerState.TO_ANSWER: "Answer the item",
    AnswerState.DRAFT: "Finish and submit the answer",
    AnswerState.RETURNED: "Answer again: it was returned",
}


def _task(answer: ItemAnswer) -> str:
    if answer.to_confirm:
        return "Confirm the answer"
    return _WAITING.get(AnswerState(answer.state), "Do what the answer promises")


def rounds_to_close(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Open rounds that have begun, by the day on which their period ends, for those who run them."""
    councils = mine.where(CompliancePermission.RUN_ROUNDS)
    if not councils:
        return

    def items(rounds: list[Assessment]) -> Iterator[DueItem]:
        for one in rounds:
            council = councils[one.council_id]
            yield DueItem(
                council=council,
                due_on=one.period_end,
                reference=one.period,
                title=f"Duty checklist {one.period}",
                task="Finish and close the round",
                href=reverse("checklist-round", args=[council.slug, one.pk]),
                kind="checklist_round",
            )

    rows = Assessment.objects.filter(
        council__in=list(councils), state=AssessmentState.OPEN, period_start__lte=today
    )
    yield Waiting(rows, ("council", "period", "period_end"), items)


def reports_to_write(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Drafts that wait for their author, once their period is over."""
    councils = mine.councils

    def items(reports: list[Report]) -> Iterator[DueItem]:
        for report in reports:
            council = councils[report.council_id]
            task = "Write the report" if report.state == ReportState.DRAFT else "Finish the report"
            yield _of_report(report, council, task, "report", kind="report")

    rows = Report.objects.filter(council__in=list(councils), author=mine.user, period_end__lt=today)
    yield Waiting(rows.exclude(state=ReportState.FINAL), (*_REPORT, "state"), items)


def reports_to_sign(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Reports whose turn it is to be signed by the person, and signed ones that they may make final."""
    signs = mine.where(CompliancePermission.SIGN_REPORTS)

    def to_sign(places: list[SignOff]) -> Iterator[DueItem]:
        for place in places:
            yield _of_report(
                place.report,
                signs[place.council_id],
                "Read and sign the report",
                "report-sign",
                kind="sign_off",
                statutory=True,
            )

    if signs:
        fields = ("council", *(f"report__{name}" for name in _REPORT))
        yield Waiting(waiting_for(mine.user, signs), fields, to_sign)
    finals = mine.where(CompliancePermission.FINALISE_REPORTS)

    def to_finish(reports: list[Report]) -> Iterator[DueItem]:
        for report in reports:
            if mine.user.pk not in {report.frozen_by_id, report.author_id}:
                council = finals[report.council_id]
                yield _of_report(report, council, "Make the report final", "report-final", kind="final")

    if finals:
        yield Waiting(finished_sign_offs(finals), (*_REPORT, "frozen_by", "author"), to_finish)


def reports_to_publish(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Final reports with a public edition that nobody has published, for whoever may publish them.

    For two months only: a council need not publish what a committee has seen.
    """
    councils = mine.where(CompliancePermission.PUBLISH_REPORTS)
    if not councils:
        return

    def items(reports: list[Report]) -> Iterator[DueItem]:
        for report in reports:
            council = councils[report.council_id]
            yield DueItem(
                council=council,
                due_on=timezone.localdate(report.final_at) + PUBLISHED_WITHIN,
                reference=report.reference,
                title=f"{report.title}, {report.period}",
                task="Publish the report",
                href=reverse("report-publish", args=[council.slug, report.pk]),
                kind="publication",
            )

    public = ReportRendition.objects.filter(
        council=OuterRef("council"),
        version__report=OuterRef("pk"),
        edition=ReportEdition.PUBLIC,
        format=ReportFormat.PDF,
    )
    rows = Report.objects.filter(
        Exists(public),
        council__in=list(councils),
        state=ReportState.FINAL,
        final_at__gte=timezone.now() - PUBLISHED_FOR,
        publication__isnull=True,
    )
    yield Waiting(rows, (*_REPORT, "final_at"), items)


_REPORT = ("council", "number", "title", "period_start", "period_end", "due_on")


def _of_report(
    report: Report, council: Council, task: str, url_name: str, *, kind: str, statutory: bool = False
) -> DueItem:
    return DueItem(
        council=council,
        due_on=report.due_on,
        reference=report.reference,
        title=f"{report.title}, {report.period}",
        task=task,
        href=reverse(url_name, args=[council.slug, report.pk]),
        kind=kind,
        statutory=statutory,
    )
