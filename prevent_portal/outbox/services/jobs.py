"""Accept a job, take it, finish it once (AV-1)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from prevent_portal.accounts.models import User
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.handlers import NotPermitted, handler_for
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

logger = logging.getLogger(__name__)

CLAIM = timedelta(seconds=45)
"""How long a worker may be silent before its job is taken again. Progress prolongs it."""

MOST_ATTEMPTS = 5


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
        transaction.on_commit(lambda: _relay(council.pk, job.pk))
    return job, created


def _relay(council_id: int, job_id: uuid.UUID) -> None:
    """Tell the broker. A broker that is away loses nothing: the sweeper asks again."""
    from prevent_portal.outbox.tasks import run_job  # noqa: PLC0415 - the door knows the room, here it must be rung

    try:
        run_job.apply_async(
            kwargs={"council_id": council_id, "job_id": str(job_id)}, retry=False, ignore_result=True
        )
    except OperationalError:
        logger.warning("The broker is away; job %s waits for the sweeper.", job_id)


def sweep() -> int:
    """Send every job on that was lost on the way or whose worker fell silent. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT council_id, job_id FROM outbox_due_jobs()")
        due = cursor.fetchall()
    for council_id, job_id in due:
        _relay(council_id, job_id)
    return len(due)


def run(*, council_id: int, job_id: uuid.UUID) -> bool:
    """Do a job: claim it, work, store the result and mark it done in one transaction.

    Safe to call twice at the same time and after a kill at any point: a claim that was lost stores nothing.

    Returns:
        Whether this call finished the job.
    """
    council = Council.objects.get(pk=council_id)
    claim = uuid.uuid4()
    with service_scope(council=council):
        job = _take(job_id, claim)
    if job is None:
        return False
    handler = handler_for(job.kind)
    try:
        with service_scope(council=council):
            result = handler.work(job, _progress(council, job, claim))
    except NotPermitted as refusal:
        return _finish(council, job, claim, lambda held: None, failure=str(refusal))
    except Exception as error:
        logger.exception("Job %s (%s) failed.", job.pk, job.kind)
        return _give_up_or_retry(council, job, claim, error)
    return _finish(council, job, claim, lambda held: handler.store(held, result))


def _take(job_id: uuid.UUID, claim: uuid.UUID) -> Job | None:
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id).first()
    now = timezone.now()
    if job is None or job.is_finished or (job.claimed_until is not None and job.claimed_until > now):
        return None
    if job.attempts >= MOST_ATTEMPTS:
        job.state = JobState.FAILED
        job.failure = "The work stopped the worker each time it was tried."
        job.finished_at = now
        job.save(update_fields=["state", "failure", "finished_at"])
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.claim = claim
    job.claimed_until = now + CLAIM
    job.save(update_fields=["state", "attempts", "claim", "claimed_until"])
    return job


def _progress(council: Council, job: Job, claim: uuid.UUID) -> Callable[[int, str], None]:
    def tell(percent: int, step: str) -> None:
        """Runs on a connection of its own, so that others see it before the work commits."""
        own = connection.copy()
        try:
            with own.cursor() as cursor:
                cursor.execute(
                    "SELECT outbox_tell_progress(%s, %s, %s, %s, %s)",
                    [str(job.pk), str(claim), max(0, min(percent, 99)), step[:120], CLAIM.seconds],
                )
        finally:
            own.close()

    return tell


def _finish(
    council: Council,
    job: Job,
    claim: uuid.UUID,
    store: Callable[[Job], None],
    failure: str = "",
) -> bool:
    with service_scope(council=council):
        held = Job.objects.select_for_update().filter(pk=job.pk, claim=claim, state=JobState.RUNNING).first()
        if held is None:
            return False
        store(held)
        held.state = JobState.FAILED if failure else JobState.DONE
        held.failure = failure
        held.percent = held.percent if failure else 100
        held.step = ""
        held.claim = None
        held.claimed_until = None
        held.finished_at = timezone.now()
        held.save(
            update_fields=["state", "failure", "percent", "step", "claim", "claimed_until", "finished_at"]
        )
    return True


def _give_up_or_retry(council: Council, job: Job, claim: uuid.UUID, error: Exception) -> bool:
    if job.attempts >= MOST_ATTEMPTS:
        return _finish(council, job, claim, lambda held: None, failure=_in_words(error))
    with service_scope(council=council):
        Job.objects.filter(pk=job.pk, claim=claim).update(
            claim=None,
            claimed_until=timezone.now() + timedelta(seconds=5 * job.attempts),
            failure=_in_words(error),
        )
    return False


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def retry(*, job: Job, by: Any) -> Job:
    """Put a failed job back in the queue."""
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk, council=job.council)
        if held.state == JobState.FAILED:
            held.state = JobState.QUEUED
            held.attempts = 0
            held.failure = ""
            held.finished_at = None
            held.claimed_until = None
            held.save(update_fields=["state", "attempts", "failure", "finished_at", "claimed_until"])
            council_id = held.council_id
            transaction.on_commit(lambda: _relay(council_id, held.pk))
    return held
