"""Agree an improvement plan with an organisation, set and mark its steps, note its progress, and end it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.versions import take_turns
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, PolicyError, StaleVersion, check_same_sending
from prevent_portal.web.dates import british_date
from training.enums import ImprovementState
from training.models import Course, ImprovementMilestone, ImprovementNote, ImprovementPlan
from training.policies.improvement_plans import (
    check_agreed,
    check_done,
    check_ended,
    check_milestone,
    check_note,
    check_open,
)
from training.queries.improvement_plans import possible_monitors


def agree_improvement_plan(
    *,
    council: Council,
    organisation: Organisation,
    course: Course,
    council_staff_only: bool,
    reason: str,
    monitor: User,
    target_on: date,
    token: UUID,
    by: User | None,
) -> ImprovementPlan:
    """Agree a plan with an organisation that is below target.

    Args:
        monitor: who watches it: somebody of the council who may report on plans.
        token: of the form; the same token again returns the plan that is there and changes nothing.

    Raises:
        PolicyError: without a reason, for a date that has passed, for a monitor who may not report, or where
            a plan for this organisation, course and group of staff is open.
    """
    with transaction.atomic():
        take_turns(council, token)
        sent = ImprovementPlan.objects.filter(council=council, token=token).first()
        if sent is not None:
            check_same_sending(
                same_thing=(sent.organisation_id, sent.course_id) == (organisation.pk, course.pk),
                same_person=sent.created_by_id == (by.pk if by else None),
            )
            return sent
        check_agreed(
            reason=reason,
            target_on=target_on,
            today=timezone.localdate(),
            is_monitor=possible_monitors(council).filter(pk=monitor.pk).exists(),
            is_new=True,
        )
        # Two people who agree a plan for one organisation at the same moment take turns.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        if ImprovementPlan.objects.filter(
            council=council,
            organisation=organisation,
            course=course,
            council_staff_only=council_staff_only,
            state=ImprovementState.OPEN,
        ).exists():
            raise PolicyError("A plan for this organisation and course is open already.")
        plan = ImprovementPlan.objects.create(
            council=council,
            organisation=organisation,
            course=course,
            council_staff_only=council_staff_only,
            reason=reason.strip(),
            monitor=monitor,
            first_target_on=target_on,
            target_on=target_on,
            created_by=by,
            changed_by=by,
            token=token,
        )
        record(
            action="training.improvement_agreed",
            subject=plan,
            details={"organisation": organisation.pk, "course": course.pk},
        )
    return plan


def change_improvement_plan(
    *, plan: ImprovementPlan, reason: str, monitor: User, target_on: date, version: int, by: User
) -> ImprovementPlan:
    """Change why, who watches and by when. A target date that moves keeps its first (rule 11).

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for a plan that has ended, or a head that does not fit.
    """
    with transaction.atomic():
        locked = _lock(plan)
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(name, label, theirs, yours)
                    for name, label, theirs, yours in (
                        ("reason", "Why the plan is needed", locked.reason, reason),
                        (
                            "monitor",
                            "Who watches it",
                            display_name(locked.monitor),
                            display_name(monitor),
                        ),
                        (
                            "target_on",
                            "Target date",
                            british_date(locked.target_on),
                            british_date(target_on),
                        ),
                    )
                    if theirs != yours
                ],
            )
        check_open(locked)
        check_agreed(
            reason=reason,
            target_on=target_on,
            today=timezone.localdate(),
            is_monitor=possible_monitors(locked.council, locked.monitor).filter(pk=monitor.pk).exists(),
            is_new=target_on != locked.target_on,
        )
        changed = [
            name
            for name, value in (
                ("reason", reason.strip()),
                ("monitor_id", monitor.pk),
                ("target_on", target_on),
            )
            if getattr(locked, name) != value
        ]
        locked.reason, locked.monitor, locked.target_on = reason.strip(), monitor, target_on
        _touch(locked, by, ["reason", "monitor", "target_on"])
        record(action="training.improvement_changed", subject=locked, details={"fields": changed})
    return locked


def end_improvement_plan(
    *, plan: ImprovementPlan, state: ImprovementState, reason: str, version: int, by: User
) -> ImprovementPlan:
    """End a plan: the target is reached, or it is closed without it, for a reason. It stays to be read.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a plan that has ended, or without a reason where one is needed.
    """
    with transaction.atomic():
        locked = _lock(plan)
        check_ended(plan=locked, state=state, reason=reason)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=[])
        locked.state = state
        locked.ended_on = timezone.localdate()
        locked.ended_reason = reason.strip()
        _touch(locked, by, ["state", "ended_on", "ended_reason"])
        record(action=f"training.improvement_{state.value}", subject=locked, details={})
    return locked


def add_milestone(*, plan: ImprovementPlan, text: str, due_on: date, by: User | None) -> ImprovementMilestone:
    """Add a step to an open plan; the same text for the same day is one step."""
    with transaction.atomic():
        locked = _lock(plan)
        check_milestone(plan=locked, text=text)
        milestone, created = ImprovementMilestone.objects.get_or_create(
            council=locked.council,
            plan=locked,
            text=text.strip(),
            due_on=due_on,
            defaults={"first_due_on": due_on},
        )
        if created:
            record(action="training.milestone_added", subject=milestone, details={"plan": locked.pk})
    return milestone


def change_milestone(
    *, milestone: ImprovementMilestone, text: str, due_on: date, version: int, by: User
) -> ImprovementMilestone:
    """Change a step; a due date that moves keeps its first (rule 11).

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for a plan that has ended, or without a text.
    """
    with transaction.atomic():
        plan = _lock(milestone.plan)
        locked = ImprovementMilestone.objects.select_for_update().get(
            council=plan.council_id, pk=milestone.pk
        )
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(name, label, theirs, yours)
                    for name, label, theirs, yours in (
                        ("text", "What is to be done", locked.text, text),
                        ("due_on", "Due date", british_date(locked.due_on), british_date(due_on)),
                    )
                    if theirs != yours
                ],
            )
        check_milestone(plan=plan, text=text)
        locked.text, locked.due_on = text.strip(), due_on
        locked.version += 1
        locked.save(update_fields=["text", "due_on", "version"])
        record(action="training.milestone_changed", subject=locked, details={"plan": plan.pk})
    return locked


def mark_milestone(
    *, milestone: ImprovementMilestone, done_on: date | None, by: User | None
) -> ImprovementMilestone:
    """Mark a step as done on a day, or as not done after all. Twice the same is once.

    Raises:
        PolicyError: for a plan that has ended, or a day in the future.
    """
    with transaction.atomic():
        plan = _lock(milestone.plan)
        locked = ImprovementMilestone.objects.select_for_update().get(
            council=plan.council_id, pk=milestone.pk
        )
        check_done(plan=plan, done_on=done_on, today=timezone.localdate())
        if locked.done_on != done_on:
            locked.done_on = done_on
            locked.done_by = by if done_on is not None else None
            locked.version += 1
            locked.save(update_fields=["done_on", "done_by", "version"])
            action = "training.milestone_done" if done_on is not None else "training.milestone_reopened"
            record(action=action, subject=locked, details={"plan": plan.pk})
    return locked


def note_progress(*, plan: ImprovementPlan, text: str, token: UUID, by: User) -> ImprovementNote:
    """Write a note on a plan's progress; an ended plan may still be commented on.

    Args:
        token: of the form; the same token again returns the note that is there.

    Raises:
        PolicyError: for a note that says nothing.
    """
    check_note(text=text)
    with transaction.atomic():
        locked = _lock(plan)
        sent = ImprovementNote.objects.filter(council=locked.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.plan_id == locked.pk, same_person=sent.written_by_id == by.pk)
            return sent
        note = ImprovementNote.objects.create(
            council=locked.council, plan=locked, text=text.strip(), written_by=by, token=token
        )
        record(action="training.improvement_noted", subject=locked, details={"note": note.pk})
    return note


def _lock(plan: ImprovementPlan) -> ImprovementPlan:
    return (
        ImprovementPlan.objects.select_for_update(of=("self",))
        .select_related("council", "monitor")
        .get(council=plan.council_id, pk=plan.pk)
    )


def _touch(plan: ImprovementPlan, by: User, fields: list[str]) -> None:
    plan.version += 1
    plan.changed_by = by
    plan.changed_at = timezone.now()
    plan.save(update_fields=[*fields, "version", "changed_by", "changed_at"])
