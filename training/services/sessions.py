"""Plan, book, change, cancel and record sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
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
from training.enums import RequestState, SessionState
from training.models import (
    Course,
    DeliveryPlan,
    Facilitator,
    FacilitatorCourse,
    SessionOrganisation,
    SessionRecord,
    TrainingRequest,
    TrainingSession,
)
from training.policies.courses import check_course_of
from training.policies.hosts import check_host
from training.policies.reasons import check_reason
from training.policies.sessions import (
    check_counts_towards,
    check_delivered,
    check_open_session,
    check_period,
    check_subject,
    check_trainer,
)

LABELS = {
    "course": "Course",
    "title": "Title of the briefing",
    "dated": "When",
    "starts_on": "First day",
    "ends_on": "Last day",
    "audience": "Audience",
    "host": "For whom",
    "venue": "Venue",
    "area": "Area",
    "facilitator": "Facilitator",
    "trainer": "Trainer",
    "sessions": "Number of sessions",
    "places": "Places",
    "plan": "Delivery plan",
    "state": "State",
    "attendees": "Attendees",
}


def plan_session(
    *,
    council: Council,
    by: User | None,
    course: Course | None = None,
    title: str = "",
    dated: str,
    starts_on: date,
    ends_on: date,
    audience: str,
    organisations: Collection[Organisation] = (),
    host: str = "",
    venue: str = "",
    area: str = "",
    facilitator: Facilitator | None = None,
    trainer: str = "",
    sessions: int = 1,
    places: int | None = None,
    plan: DeliveryPlan | None = None,
    booked: bool = False,
    token: UUID | None = None,
) -> TrainingSession:
    """Plan sessions of a course, or a briefing with a title of its own.

    Args:
        organisations: whose people it is for; ``host`` in words where there is none in the directory.
        sessions: how many the line stands for.
        booked: the venue and the trainer are certain.
        token: of the form; the same token again returns the session that is there.

    Raises:
        PolicyError: for days that do not fit, no course or title, nobody it is for, a trainer who may not
            deliver the course, or a plan of another course.
    """
    wanted: dict[str, Any] = {
        "course": course,
        "title": title.strip(),
        "dated": dated,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "audience": audience.strip(),
        "host": host.strip(),
        "venue": venue.strip(),
        "area": area.strip(),
        "facilitator": facilitator,
        "trainer": trainer.strip(),
        "sessions": sessions,
        "places": places,
        "plan": plan,
    }
    with transaction.atomic():
        take_turns(council, token)
        if token is not None:
            sent = TrainingSession.objects.filter(council=council, token=token).first()
            if sent is not None:
                check_same_sending(same_thing=True, same_person=by is None or sent.created_by_id == by.pk)
                return sent
        _check(council, wanted, organisations)
        made = TrainingSession.objects.create(
            council=council,
            state=SessionState.BOOKED if booked else SessionState.PLANNED,
            created_by=by,
            token=token,
            **wanted,
        )
        _set_organisations(made, organisations)
        record(action="training.session_planned", subject=made, details={"sessions": sessions})
    return made


def change_session(
    *,
    session: TrainingSession,
    by: User,
    version: int,
    organisations: Collection[Organisation],
    changes: Mapping[str, Any],
) -> TrainingSession:
    """Change a session that is still to come.

    Args:
        changes: any of the fields that :func:`plan_session` takes, by name.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: as :func:`plan_session`, and for a session that was delivered or cancelled.
    """
    wanted = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in changes.items()
        if name in LABELS and name not in {"state", "attendees"}
    }
    with transaction.atomic():
        locked = lock_session(session)
        require_version(locked, version, wanted, LABELS)
        check_open_session(locked)
        whole = {name: wanted.get(name, getattr(locked, name)) for name in LABELS}
        _check(locked.council, whole, organisations)
        changed = changed_fields(locked, wanted)
        others = _set_organisations(locked, organisations)
        if others and not changed:
            locked.version += 1
            locked.save(update_fields=["version"])
        save_next(locked, wanted)
        fields = [*changed, *(["organisations"] if others else [])]
        if fields:
            record(action="training.session_changed", subject=locked, details={"fields": fields})
    return locked


def book_session(*, session: TrainingSession, by: User, version: int) -> TrainingSession:
    """Say that a planned session is certain: venue and trainer are booked.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a session that is not planned.
    """
    wanted = {"state": SessionState.BOOKED}
    with transaction.atomic():
        locked = lock_session(session)
        require_version(locked, version, wanted, LABELS)
        check_open_session(locked)
        if locked.state == SessionState.BOOKED:
            raise PolicyError("This session is booked already.")
        save_next(locked, wanted)
        record(action="training.session_booked", subject=locked)
    return locked


def cancel_session(*, session: TrainingSession, by: User, version: int, reason: str) -> TrainingSession:
    """Cancel a session that is still to come. Requests that it answered go back to the waiting list.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: without a reason, or for a session that was delivered or cancelled.
    """
    wanted = {"state": SessionState.CANCELLED, "cancel_reason": reason.strip()}
    with transaction.atomic():
        locked = lock_session(session)
        require_version(locked, version, {"state": wanted["state"]}, LABELS)
        check_open_session(locked)
        check_reason(reason, "Enter why the session is cancelled.")
        save_next(locked, wanted)
        record(action="training.session_cancelled", subject=locked)
        for answered in TrainingRequest.objects.select_for_update(no_key=True, of=("self",)).filter(
            council=locked.council_id, session=locked
        ):
            save_next(
                answered,
                {
                    "state": RequestState.WAITING,
                    "session": None,
                    "answer": "The session that was offered has been cancelled. We are looking for another.",
                },
            )
            record(action="training.request_put_back", subject=answered)
    return locked


def record_delivery(
    *,
    session: TrainingSession,
    by: User | None,
    version: int,
    sessions: int,
    attendees: int | None,
    note: str = "",
    recorded_at: datetime | None = None,
) -> TrainingSession:
    """Record that sessions took place and how many came, or correct what was recorded.

    What was recorded before stays on record, so a report as at an earlier day keeps its figures.

    Args:
        attendees: None where nobody knows: unknown is never 0 (rule 10 of the product).
        note: why an earlier number is corrected; needed for a correction.
        recorded_at: now, unless a log is loaded that was kept before.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a session to come or a cancelled one, for fewer than one session, for a correction
            without its reason or one that changes nothing.
    """
    wanted = {"state": SessionState.DELIVERED, "sessions": sessions, "attendees": attendees}
    with transaction.atomic():
        locked = lock_session(session)
        require_version(locked, version, wanted, LABELS)
        check_delivered(locked, sessions, timezone.localdate())
        corrects = locked.state == SessionState.DELIVERED
        if corrects:
            check_reason(note, "Enter why the numbers are corrected.")
            if not changed_fields(locked, wanted):
                raise PolicyError("These are the numbers that are recorded already.")
        save_next(locked, wanted)
        SessionRecord.objects.create(
            council=locked.council,
            session=locked,
            sessions=sessions,
            attendees=attendees,
            note=note.strip(),
            recorded_at=recorded_at or timezone.now(),
            recorded_by=by,
        )
        word = "corrected" if corrects else "delivered"
        record(action=f"training.session_{word}", subject=locked, details={"sessions": sessions})
    return locked


def lock_session(session: TrainingSession) -> TrainingSession:
    """The stored session, held until the transaction ends."""
    return (
        TrainingSession.objects.select_for_update(no_key=True, of=("self",))
        .select_related("council", "course", "facilitator", "plan")
        .get(council=session.council_id, pk=session.pk)
    )


def _check(council: Council, wanted: Mapping[str, Any], organisations: Collection[Organisation]) -> None:
    check_subject(wanted["course"], wanted["title"])
    check_course_of(council, wanted["course"])
    check_period(wanted["dated"], wanted["starts_on"], wanted["ends_on"])
    check_host(organisations, wanted["host"])
    check_reason(wanted["audience"], "Enter who the session is for.")
    if wanted["sessions"] < 1:
        raise PolicyError("Enter how many sessions: at least 1.")
    facilitator = wanted["facilitator"]
    courses: set[UUID] = set()
    if facilitator is not None:
        courses = set(
            FacilitatorCourse.objects.filter(council=council, facilitator=facilitator).values_list(
                "course_id", flat=True
            )
        )
    check_trainer(facilitator, wanted["trainer"], wanted["course"], courses)
    plan = wanted["plan"]
    if plan is not None:
        # Held, so that the plan cannot get another course or end in the same moment.
        plan = DeliveryPlan.objects.select_for_update(no_key=True).get(council=council, pk=plan.pk)
    check_counts_towards(plan, wanted["course"])


def _set_organisations(session: TrainingSession, organisations: Collection[Organisation]) -> bool:
    """Name the organisations anew, and say whether that changed anything."""
    present = SessionOrganisation.objects.filter(council=session.council_id, session=session)
    before = set(present.values_list("organisation_id", flat=True))
    after = {organisation.pk for organisation in organisations}
    present.exclude(organisation_id__in=after).delete()
    SessionOrganisation.objects.bulk_create(
        SessionOrganisation(council=session.council, session=session, organisation_id=key)
        for key in sorted(after - before)
    )
    return before != after
