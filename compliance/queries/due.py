"""What waits for a person in compliance: actions, checklist items and reports (My work, the digest)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from compliance.enums import OPEN_STATUSES, AssessmentState, ReportState
from compliance.models import Action, Assessment, ItemAnswer, Report
from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import accesses_of, live_councils
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem


def owned_actions(user: User, today: date) -> Iterable[DueItem]:
    """Open actions that the person owns, in every council of theirs, by the date in force."""
    councils = {council.pk: council for council in live_councils(user)}
    actions = Action.objects.filter(
        council__in=list(councils), owner=user, status__in=OPEN_STATUSES
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
        )


def owned_items(user: User, today: date) -> Iterable[DueItem]:
    """Items of open rounds that the person owns and that are unanswered, to confirm, or due by a date."""
    councils = {council.pk: council for council in live_councils(user)}
    answers = (
        ItemAnswer.objects.filter(
            council__in=list(councils), owner=user, assessment__state=AssessmentState.OPEN
        )
        .select_related("item", "local_item", "assessment")
        .order_by("item__order")
    )
    for answer in answers:
        if answer.status and answer.due_on is None and not answer.to_confirm:
            continue
        council = councils[answer.council_id]
        yield DueItem(
            council=council,
            due_on=(None if answer.to_confirm else answer.due_on) or answer.assessment.period_end,
            reference=answer.asked.ref,
            title=answer.asked.title,
            task=_task(answer),
            href=reverse("checklist-item", args=[council.slug, answer.pk]),
        )


def _task(answer: ItemAnswer) -> str:
    if answer.to_confirm:
        return "Confirm the answer"
    return "Update the answer" if answer.status else "Answer the item"


def rounds_to_close(user: User, today: date) -> Iterable[DueItem]:
    """Open rounds that have begun, by the day on which their period ends, for those who run them."""
    councils = {
        access.council.pk: access.council
        for access in accesses_of(user)
        if access.may(CompliancePermission.RUN_ROUNDS)
    }
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
        )


def reports_to_write(user: User, today: date) -> Iterable[DueItem]:
    """Drafts that wait for their author, once their period is over."""
    councils = {council.pk: council for council in live_councils(user)}
    reports = (
        Report.objects.filter(council__in=list(councils), author=user, period_end__lt=today)
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
        )
