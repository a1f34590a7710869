"""Make, change and end delivery plans. How far one is kept is counted, never typed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.versions import require_version, save_next, take_turns
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, check_same_sending
from training.enums import SessionState
from training.models import Course, DeliveryPlan, TrainingSession
from training.policies.courses import check_course_of
from training.policies.delivery_plans import check_open_plan, check_plan
from training.policies.hosts import check_host
from training.policies.reasons import check_reason

LABELS = {
    "organisation": "Organisation",
    "host": "For whom",
    "course": "Course",
    "audience": "Audience",
    "sessions": "Number of sessions",
    "starts_on": "First day",
    "due_on": "Due by",
    "ended_on": "Ended on",
    "end_reason": "Reason",
}


def add_delivery_plan(
    *,
    council: Council,
    by: User | None,
    organisation: Organisation | None = None,
    host: str = "",
    course: Course,
    audience: str,
    sessions: int,
    starts_on: date,
    due_on: date,
    token: UUID | None = None,
) -> DeliveryPlan:
    """Plan so many sessions of a course for somebody, by a day.

    Raises:
        PolicyError: for nobody, for no sessions, or for days that do not fit.
    """
    with transaction.atomic():
        take_turns(council, token)
        if token is not None:
            sent = DeliveryPlan.objects.filter(council=council, token=token).first()
            if sent is not None:
                check_same_sending(same_thing=True, same_person=by is None or sent.created_by_id == by.pk)
                return sent
        check_course_of(council, course)
        _check(organisation, host, audience, sessions, starts_on, due_on)
        made = DeliveryPlan.objects.create(
            council=council,
            organisation=organisation,
            host=host.strip(),
            course=course,
            audience=audience.strip(),
            sessions=sessions,
            starts_on=starts_on,
            due_on=due_on,
            created_by=by,
            token=token,
        )
        record(action="training.delivery_plan_added", subject=made, details={"sessions": sessions})
    return made


def change_delivery_plan(
    *,
    plan: DeliveryPlan,
    by: User,
    version: int,
    organisation: Organisation | None,
    host: str,
    course: Course,
    audience: str,
    sessions: int,
    starts_on: date,
    due_on: date,
) -> DeliveryPlan:
    """Change a delivery plan.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: as :func:`add_delivery_plan`; for a plan that was ended; for another course where
            sessions count towards the plan already.
    """
    wanted: dict[str, Any] = {
        "organisation": organisation,
        "host": host.strip(),
        "course": course,
        "audience": audience.strip(),
        "sessions": sessions,
        "starts_on": starts_on,
        "due_on": due_on,
    }
    with transaction.atomic():
        locked = _lock(plan)
        require_version(locked, version, wanted, LABELS)
        check_open_plan(locked)
        check_course_of(locked.council, course)
        _check(organisation, host, audience, sessions, starts_on, due_on)
        if course != locked.course and _counting(locked).exists():
            raise PolicyError("Sessions count towards this plan already, so its course stays as it is.")
        changed = save_next(locked, wanted)
        if changed:
            record(action="training.delivery_plan_changed", subject=locked, details={"fields": changed})
    return locked


def end_delivery_plan(*, plan: DeliveryPlan, by: User, version: int, reason: str) -> DeliveryPlan:
    """Give a plan up, with a reason. What was delivered stays counted.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: without a reason, or for a plan that was ended already.
    """
    wanted = {"ended_on": timezone.localdate(), "end_reason": reason.strip()}
    with transaction.atomic():
        locked = _lock(plan)
        require_version(locked, version, wanted, LABELS)
        check_open_plan(locked)
        check_reason(reason, "Enter why the plan is ended.")
        save_next(locked, wanted)
        record(action="training.delivery_plan_ended", subject=locked)
    return locked


def _lock(plan: DeliveryPlan) -> DeliveryPlan:
    return (
        DeliveryPlan.objects.select_for_update(no_key=True, of=("self",))
        .select_related("council", "course", "organisation")
        .get(council=plan.council_id, pk=plan.pk)
    )


def _counting(plan: DeliveryPlan) -> Any:
    return TrainingSession.objects.filter(council=plan.council_id, plan=plan).exclude(
        state=SessionState.CANCELLED
    )


def _check(
    organisation: Organisation | None, host: str, audience: str, sessions: int, starts_on: date, due_on: date
) -> None:
    check_host([organisation] if organisation else [], host)
    check_reason(audience, "Enter who the sessions are for.")
    check_plan(sessions, starts_on, due_on)
