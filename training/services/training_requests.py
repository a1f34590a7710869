"""Ask for training, take the request back, and answer it."""

from __future__ import annotations

from collections.abc import Mapping
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
from training.enums import RequestState, SessionDated
from training.models import Course, TrainingRequest, TrainingSession
from training.policies.courses import check_course_of
from training.policies.reasons import check_reason
from training.policies.training_requests import check_answers_request, check_open_request
from training.services.sessions import lock_session, plan_session

LABELS = {"state": "State", "answer": "Answer", "session": "Session"}


def ask_for_training(
    *,
    council: Council,
    by: User | None,
    organisation: Organisation,
    course: Course | None,
    audience: str,
    sessions: int = 1,
    people: int | None = None,
    wished_by: date | None = None,
    area: str = "",
    message: str = "",
    token: UUID | None = None,
) -> TrainingRequest:
    """Ask the council for training, for one's own organisation.

    Args:
        course: None where the organisation does not know which it needs.
        people: None where the number is not known yet.
        token: of the form; the same token again returns the request that is there.

    Raises:
        PolicyError: without an audience, for no sessions, or for a day that has passed.
    """
    with transaction.atomic():
        take_turns(council, token)
        if token is not None:
            sent = TrainingRequest.objects.filter(council=council, token=token).first()
            if sent is not None:
                check_same_sending(
                    same_thing=sent.organisation_id == organisation.pk,
                    same_person=by is None or sent.asked_by_id == by.pk,
                )
                return sent
        check_course_of(council, course)
        check_reason(audience, "Enter who needs the training.")
        if sessions < 1:
            raise PolicyError("Enter how many sessions you ask for: at least 1.")
        if wished_by is not None and wished_by < timezone.localdate():
            raise PolicyError("The date that you wish for has passed.")
        made = TrainingRequest.objects.create(
            council=council,
            organisation=organisation,
            course=course,
            audience=audience.strip(),
            sessions=sessions,
            people=people,
            wished_by=wished_by,
            area=area.strip(),
            message=message.strip(),
            asked_by=by,
            token=token,
        )
        record(action="training.training_requested", subject=made)
    return made


def accept_request(
    *, request: TrainingRequest, by: User | None, version: int, session: TrainingSession, answer: str = ""
) -> TrainingRequest:
    """Accept a request with a session that is planned or booked, which is then for the organisation too.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a request that is closed, or a session of another course or not to come.
    """
    with transaction.atomic():
        # In the order in which cancelling a session takes them, or the two could wait for each other.
        held = lock_session(session)
        locked = _lock(request)
        wanted = {"state": RequestState.ACCEPTED, "answer": answer.strip(), "session": held}
        require_version(locked, version, wanted, LABELS)
        check_open_request(locked)
        check_answers_request(locked, held)
        _answer(locked, by, wanted)
        held.for_organisations.get_or_create(council=held.council, organisation=locked.organisation)
        record(action="training.request_accepted", subject=locked, details={"session": held.pk})
    return locked


def accept_with_new_session(
    *,
    request: TrainingRequest,
    by: User,
    version: int,
    course: Course,
    held_on: date,
    venue: str = "",
    answer: str = "",
    token: UUID | None = None,
) -> TrainingRequest:
    """Plan a session for the organisation and accept its request with it, in one go.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: as :func:`accept_request`, and for a day that has passed.
    """
    with transaction.atomic():
        locked = _lock(request)
        require_version(locked, version, {"state": RequestState.ACCEPTED}, LABELS)
        check_open_request(locked)
        if held_on < timezone.localdate():
            raise PolicyError("The day of the new session has passed.")
        session = plan_session(
            council=locked.council,
            by=by,
            course=course,
            dated=SessionDated.DAY,
            starts_on=held_on,
            ends_on=held_on,
            audience=locked.audience,
            organisations=[locked.organisation],
            venue=venue,
            area=locked.area,
            sessions=1,
            places=locked.people,
            token=token,
        )
        return accept_request(request=locked, by=by, version=version, session=session, answer=answer)


def put_request_off(
    *, request: TrainingRequest, by: User | None, version: int, answer: str
) -> TrainingRequest:
    """Put a request on the waiting list and say what it waits for.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a request that is closed, or without words for the organisation.
    """
    return _close(
        request, by, version, RequestState.WAITING, answer, "Enter what the organisation waits for."
    )


def decline_request(
    *, request: TrainingRequest, by: User | None, version: int, answer: str
) -> TrainingRequest:
    """Decline a request with a reason that the organisation reads.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a request that is closed, or without a reason.
    """
    return _close(request, by, version, RequestState.DECLINED, answer, "Enter why the request is declined.")


def withdraw_request(*, request: TrainingRequest, by: User, version: int) -> TrainingRequest:
    """Take one's own organisation's request back while it waits.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a request that is closed.
    """
    wanted = {"state": RequestState.WITHDRAWN}
    with transaction.atomic():
        locked = _lock(request)
        require_version(locked, version, wanted, LABELS)
        check_open_request(locked)
        save_next(locked, wanted)
        record(action="training.request_withdrawn", subject=locked)
    return locked


def _close(
    request: TrainingRequest, by: User | None, version: int, state: RequestState, answer: str, words: str
) -> TrainingRequest:
    wanted = {"state": state, "answer": answer.strip()}
    with transaction.atomic():
        locked = _lock(request)
        require_version(locked, version, wanted, LABELS)
        check_open_request(locked)
        check_reason(answer, words)
        _answer(locked, by, wanted)
        word = "declined" if state == RequestState.DECLINED else "put_off"
        record(action=f"training.request_{word}", subject=locked)
    return locked


def _answer(request: TrainingRequest, by: User | None, wanted: Mapping[str, Any]) -> None:
    save_next(request, {**wanted, "answered_by": by, "answered_at": timezone.now()})


def _lock(request: TrainingRequest) -> TrainingRequest:
    return (
        TrainingRequest.objects.select_for_update(no_key=True, of=("self",))
        .select_related("council", "organisation", "course", "session")
        .get(council=request.council_id, pk=request.pk)
    )
