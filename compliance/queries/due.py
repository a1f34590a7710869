"""What waits for a person in compliance: actions, checklist items and reports (My work, the digest)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from compliance.enums import OPEN_STATUSES, AnswerState, AssessmentState, ReportState
from compliance.models import Action, Assessment, ItemAnswer, Report
from compliance.permissions import CompliancePermission
from compliance.queries.sign_offs import finished_sign_offs, waiting_for
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem


def owned_actions(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Open actions that the person owns, in every council of theirs, by the date in force."""
    councils = mine.councils
    actions = Action.objects.filter(
        council__in=list(councils), owner=mine.user, status__in=OPEN_STATUSES
    ).order_by("due_on", "number")
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


def owned_items(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Items of open rounds that wait for the person: asked of them, or submitted and theirs to decide on.

    Asked of them: to answer, to submit, returned, or due by a date. Theirs to decide on: with that right, and
    neither written nor submitted by them (OP-6).
    """
    accesses = {access.council.pk: access for access in mine.accesses}
    decides = [key for key, access in accesses.items() if access.may(CompliancePermission.MODERATE_CHECKLIST)]
    submitted = Q(state=AnswerState.SUBMITTED, council__in=decides)
    answers = (
        ItemAnswer.objects.filter(council__in=list(accesses), assessment__state=AssessmentState.OPEN)
        .filter(Q(owner=mine.user) | submitted)
        .select_related("item", "local_item", "assessment")
        .order_by("item__order")
    )
    for answer in answers:
        council = accesses[answer.council_id].council
        asked_by = answer.answer_by or answer.assessment.period_end
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
        if answer.owner_id != mine.user.pk or not (waits or answer.due_on):
            continue
        yield DueItem(
            council=council,
            due_on=asked_by if waits else answer.due_on,
            reference=answer.asked.ref,
            title=answer.asked.title,
            task=_task(answer),
            href=reverse("checklist-item", args=[council.slug, answer.pk]),
            kind="item",
            list_text="Your checklist items",
            list_href=reverse("checklist-yours", args=[council.slug]),
        )


_WAITING = {
    AnswerState.TO_ANSWER: "Answer the item",
    AnswerState.DRAFT: "Finish and submit the answer",
    AnswerState.RETURNED: "Answer again: it was returned",
}


def _task(answer: ItemAnswer) -> str:
    if answer.to_confirm:
        return "Confirm the answer"
    return _WAITING.get(AnswerState(answer.state), "Do what the answer promises")


def rounds_to_close(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Open rounds that have begun, by the day on which their period ends, for those who run them."""
    councils = mine.where(CompliancePermission.RUN_ROUNDS)
    rounds = Assessment.objects.filter(
        council__in=list(councils), state=AssessmentState.OPEN, period_start__lte=today
    ).order_by("period_end")
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


def reports_to_write(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Drafts that wait for their author, once their period is over."""
    councils = mine.councils
    reports = (
        Report.objects.filter(council__in=list(councils), author=mine.user, period_end__lt=today)
        .exclude(state=ReportState.FINAL)
        .defer("snapshot")
    )
    for report in reports:
        council = councils[report.council_id]
        yield DueItem(
            council=council,
            due_on=report.due_on,
            reference=report.reference,
            title=f"{report.title}, {report.period}",
            task="Write the report" if report.state == ReportState.DRAFT else "Finish the report",
            href=reverse("report", args=[council.slug, report.pk]),
            kind="report",
        )


def reports_to_sign(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Reports whose turn it is to be signed by the person, and signed ones that they may make final."""
    signs = mine.where(CompliancePermission.SIGN_REPORTS)
    for place in waiting_for(mine.user, signs):
        council = signs[place.council_id]
        yield DueItem(
            council=council,
            due_on=place.report.due_on,
            reference=place.report.reference,
            title=f"{place.report.title}, {place.report.period}",
            task="Read and sign the report",
            href=reverse("report-sign", args=[council.slug, place.report_id]),
            kind="sign_off",
            statutory=True,
        )
    finals = mine.where(CompliancePermission.FINALISE_REPORTS)
    for report in finished_sign_offs(finals):
        if mine.user.pk in {report.frozen_by_id, report.author_id}:
            continue
        council = finals[report.council_id]
        yield DueItem(
            council=council,
            due_on=report.due_on,
            reference=report.reference,
            title=f"{report.title}, {report.period}",
            task="Make the report final",
            href=reverse("report-final", args=[council.slug, report.pk]),
            kind="final",
        )
