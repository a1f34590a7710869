"""Accept a job, take it, finish it once (AV-1)."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.handlers import CannotBeDone, NotPermitted, Progress, handler_for
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
BETWEEN_TOLD_STEPS = 1.0
"""Seconds: progress is written at most this often unless the step changes."""

TOO_LONG = "This took longer than the portal allows and was stopped."
KILLED = "The work stopped its worker each time it was tried."
UNEXPECTED = (
    "Something went wrong on our side, and the log says what. "
    "You can try again; if it fails again, give the reference of this page to whoever runs the portal."
)


class ClaimLost(Exception):
    """Another worker has taken the job over; this one's result would be thrown away."""


def enqueue(
    *, council: Council, kind: str, subject: models.Model, effect_key: str, by: User | None
) -> tuple[Job, bool]:
    """Accept a job in the caller's transaction; the worker is told after the commit.

    The same effect key again returns the job that is there.

    Returns:
        The job, and whether it is new.

    Raises:
        prevent_portal.outbox.handlers.UnknownKind: for a kind that no room registered.
    """
    handler_for(kind)
    job, created = Job.objects.get_or_create(
        council=council,
        effect_key=effect_key,
        defaults={
            "kind": kind,
            "subject_type": subject._meta.label_lower,
            "subject_id": subject.pk,
            "requested_by": by,
        },
    )
    if created:
        council_id, job_id = council.pk, job.pk
        transaction.on_commit(lambda: _relay(council_id, job_id))
    return job, created


def _relay(council_id: int, job_id: uuid.UUID) -> bool:
    """Tell the broker, and return whether it heard. If it is away, the sweeper asks again."""
    from prevent_portal.outbox.tasks import run_job  # noqa: PLC0415 - rings the door above it

    try:
        run_job.apply_async(
            kwargs={"council_id": council_id, "job_id": str(job_id)}, retry=False, ignore_result=True
        )
    except OperationalError:
        logger.warning("The broker is away; job %s waits for the sweeper.", job_id)
        return False
    return True


def sweep() -> int:
    """Send every job on that was lost on the way or whose worker fell silent. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT council_id, job_id FROM outbox_take_due_jobs(%s)", [settings.OUTBOX_SILENCE_SECONDS]
        )
        due = cursor.fetchall()
    sent = 0
    for council_id, job_id in due:
        if not _relay(council_id, job_id):
            break
        sent += 1
    return sent


def run(*, council_id: int, job_id: uuid.UUID) -> bool:
    """Do a job: claim it, work, store the result and mark it done in one transaction.

    Safe to call twice at the same time and after a kill at any point: a claim that was lost stores nothing.

    Returns:
        Whether this call finished the job.
    """
    council = Council.objects.get(pk=council_id)
    claim = uuid.uuid4()
    with service_scope(council=council):
        job = _take(council, job_id, claim)
    if job is None:
        return False
    try:
        handler = handler_for(job.kind)
        with service_scope(council=council):
            handler.permitted(job)
        with _signs_of_life(job.pk, claim):
            result = handler.work(job, _progress(job.pk, claim))

        def store(held: Job) -> None:
            handler.permitted(held)
            handler.store(held, result)

        return _finish(council, job, claim, JobState.DONE, store=store)
    except ClaimLost:
        return False
    except NotPermitted as refusal:
        return _finish(council, job, claim, JobState.REFUSED, failure=str(refusal))
    except CannotBeDone as failure:
        return _finish(council, job, claim, JobState.FAILED, failure=str(failure))
    except SoftTimeLimitExceeded:
        return _finish(council, job, claim, JobState.FAILED, failure=TOO_LONG)
    except Exception:
        logger.exception("Job %s (%s) failed.", job.pk, job.kind)
        return _give_up_or_retry(council, job, claim)


def _take(council: Council, job_id: uuid.UUID, claim: uuid.UUID) -> Job | None:
    job = Job.objects.select_for_update(skip_locked=True).filter(council=council, pk=job_id).first()
    now = timezone.now()
    if job is None or job.is_finished or (job.claimed_until is not None and job.claimed_until > now):
        return None
    if job.attempts >= MOST_ATTEMPTS:
        job.state = JobState.FAILED
        job.failure = KILLED
        job.claim = None
        job.finished_at = now
        job.save(update_fields=["state", "failure", "claim", "finished_at"])
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.claim = claim
    job.claimed_until = now + timedelta(seconds=settings.OUTBOX_CLAIM_SECONDS)
    job.save(update_fields=["state", "attempts", "claim", "claimed_until"])
    return job


def _tell(job_id: uuid.UUID, claim: uuid.UUID, percent: int | None, step: str | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outbox_tell_progress(%s, %s, %s, %s, %s)",
            [str(job_id), str(claim), percent, step, settings.OUTBOX_CLAIM_SECONDS],
        )
        return bool(cursor.fetchone()[0])


def _progress(job_id: uuid.UUID, claim: uuid.UUID) -> Progress:
    told_step, told_at = "", 0.0

    def tell(percent: int, step: str) -> None:
        nonlocal told_step, told_at
        if step == told_step and time.monotonic() - told_at < BETWEEN_TOLD_STEPS:
            return
        told_step, told_at = step, time.monotonic()
        if not _tell(job_id, claim, max(0, min(percent, 99)), step[:120]):
            raise ClaimLost

    return tell


@contextmanager
def _signs_of_life(job_id: uuid.UUID, claim: uuid.UUID) -> Iterator[None]:
    """Keep the claim while the work lasts, from a thread with a database connection of its own.

    The signs stop with the process. Work that never ends is ended by the task's time limit.
    """
    done = threading.Event()

    def tell() -> None:
        try:
            while not done.wait(settings.OUTBOX_CLAIM_SECONDS / 3):
                try:
                    _tell(job_id, claim, None, None)
                except DatabaseError:
                    logger.warning("Job %s could not tell that it lives.", job_id)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=tell, name=f"job-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _nothing(held: Job) -> None:
    """What a job stores that ends without a result."""


def _finish(
    council: Council,
    job: Job,
    claim: uuid.UUID,
    state: JobState,
    *,
    store: Callable[[Job], None] = _nothing,
    failure: str = "",
) -> bool:
    with service_scope(council=council):
        held = (
            Job.objects.select_for_update()
            .filter(council=council, pk=job.pk, claim=claim, state=JobState.RUNNING)
            .first()
        )
        if held is None:
            return False
        store(held)
        held.state = state
        held.failure = failure
        held.percent = 100 if state == JobState.DONE else held.percent
        held.step = ""
        held.claim = None
        held.claimed_until = None
        held.finished_at = timezone.now()
        held.save(
            update_fields=["state", "failure", "percent", "step", "claim", "claimed_until", "finished_at"]
        )
    return True


def _give_up_or_retry(council: Council, job: Job, claim: uuid.UUID) -> bool:
    if job.attempts >= MOST_ATTEMPTS:
        return _finish(council, job, claim, JobState.FAILED, failure=UNEXPECTED)
    with service_scope(council=council):
        Job.objects.filter(council=council, pk=job.pk, claim=claim).update(
            state=JobState.QUEUED,
            claim=None,
            claimed_until=timezone.now() + timedelta(seconds=5 * job.attempts),
        )
    return False


def retry(*, job: Job, by: User) -> Job:
    """Put a job that failed or was refused back in the queue, asked for by this person from now on.

    Two people who press the button at once queue it once.

    Raises:
        prevent_portal.outbox.handlers.NotPermitted: if the person may not ask for this kind of work.
    """
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk, council=job.council)
        if not held.may_be_tried_again:
            return held
        held.requested_by = by
        handler_for(held.kind).permitted(held)
        held.state = JobState.QUEUED
        held.attempts = 0
        held.percent = 0
        held.failure = ""
        held.finished_at = None
        held.claimed_until = None
        held.save(
            update_fields=[
                "requested_by", "state", "attempts", "percent", "failure", "finished_at", "claimed_until",
            ]
        )  # fmt: skip
        record(action="outbox.job_retried", subject=held, details={"kind": held.kind})
        council_id = held.council_id
        transaction.on_commit(lambda: _relay(council_id, held.pk))
    return held
