"""Add facilitators, change them, and take them step by step: observed, signed off, active, lapsed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.versions import changed_fields, require_version, save_next, take_turns
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, check_same_sending
from training.enums import FacilitatorState
from training.models import Course, Facilitator, FacilitatorCourse, FacilitatorStep
from training.policies.courses import check_course_of
from training.policies.facilitators import check_step
from training.policies.reasons import check_reason

LABELS = {
    "name": "Post or name",
    "organisation": "Organisation",
    "area": "Area",
    "sessions_a_quarter": "Sessions a quarter",
    "state": "State",
    "state_since": "Since",
}


def add_facilitator(
    *,
    council: Council,
    by: User | None,
    name: str,
    organisation: Organisation | None = None,
    area: str = "",
    sessions_a_quarter: int | None = None,
    courses: Collection[Course],
    trained_on: date,
    token: UUID | None = None,
) -> Facilitator:
    """Add somebody who was trained to train, to be observed next.

    Args:
        courses: what they may deliver.
        token: of the form; the same token again returns the facilitator who is there.

    Raises:
        PolicyError: without a name or a course, or for training in the future.
    """
    with transaction.atomic():
        take_turns(council, token)
        if token is not None:
            sent = Facilitator.objects.filter(council=council, token=token).first()
            if sent is not None:
                check_same_sending(same_thing=True, same_person=by is None or sent.created_by_id == by.pk)
                return sent
        _check(council, name, courses)
        if trained_on > timezone.localdate():
            raise PolicyError("The day of the training cannot be in the future.")
        made = Facilitator.objects.create(
            council=council,
            name=name.strip(),
            organisation=organisation,
            area=area.strip(),
            sessions_a_quarter=sessions_a_quarter,
            state=FacilitatorState.TRAINED,
            state_since=trained_on,
            created_by=by,
            token=token,
        )
        _set_courses(made, courses)
        FacilitatorStep.objects.create(
            council=council,
            facilitator=made,
            state=FacilitatorState.TRAINED,
            happened_on=trained_on,
            recorded_by=by,
        )
        record(action="training.facilitator_added", subject=made)
    return made


def change_facilitator(
    *,
    facilitator: Facilitator,
    by: User,
    version: int,
    name: str,
    organisation: Organisation | None,
    area: str,
    sessions_a_quarter: int | None,
    courses: Collection[Course],
) -> Facilitator:
    """Change what stands of a facilitator; a step is taken by :func:`take_step`.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: without a name or a course.
    """
    wanted: dict[str, Any] = {
        "name": name.strip(),
        "organisation": organisation,
        "area": area.strip(),
        "sessions_a_quarter": sessions_a_quarter,
    }
    with transaction.atomic():
        locked = _lock(facilitator)
        require_version(locked, version, wanted, LABELS)
        _check(locked.council, name, courses)
        changed = changed_fields(locked, wanted)
        others = _set_courses(locked, courses)
        if others and not changed:
            locked.version += 1
            locked.save(update_fields=["version"])
        save_next(locked, wanted)
        fields = [*changed, *(["courses"] if others else [])]
        if fields:
            record(action="training.facilitator_changed", subject=locked, details={"fields": fields})
    return locked


def take_step(
    *,
    facilitator: Facilitator,
    by: User | None,
    version: int,
    state: str,
    happened_on: date,
    by_whom: str,
    note: str = "",
) -> Facilitator:
    """Record that a facilitator was observed, signed off, made active, or lapsed.

    Args:
        by_whom: the post that observed or decided, in words: it need not be on the portal.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a step out of order, a day that does not fit, or nobody who decided.
    """
    wanted: dict[str, Any] = {"state": state, "state_since": happened_on}
    with transaction.atomic():
        locked = _lock(facilitator)
        require_version(locked, version, wanted, LABELS)
        check_step(locked, state, happened_on, by_whom, timezone.localdate())
        save_next(locked, wanted)
        FacilitatorStep.objects.create(
            council=locked.council,
            facilitator=locked,
            state=state,
            happened_on=happened_on,
            by_whom=by_whom.strip(),
            note=note.strip(),
            recorded_by=by,
        )
        record(action="training.facilitator_step", subject=locked, details={"state": state})
    return locked


def _lock(facilitator: Facilitator) -> Facilitator:
    return (
        Facilitator.objects.select_for_update(no_key=True, of=("self",))
        .select_related("council", "organisation")
        .get(council=facilitator.council_id, pk=facilitator.pk)
    )


def _check(council: Council, name: str, courses: Collection[Course]) -> None:
    check_reason(name, "Enter a post or a name.")
    if not courses:
        raise PolicyError("Select at least one course that they may deliver.")
    for course in courses:
        check_course_of(council, course)


def _set_courses(facilitator: Facilitator, courses: Collection[Course]) -> bool:
    present = FacilitatorCourse.objects.filter(council=facilitator.council_id, facilitator=facilitator)
    before = set(present.values_list("course_id", flat=True))
    after = {course.pk for course in courses}
    present.exclude(course_id__in=after).delete()
    FacilitatorCourse.objects.bulk_create(
        FacilitatorCourse(council=facilitator.council, facilitator=facilitator, course_id=key)
        for key in sorted(after - before)
    )
    return before != after
