"""Doors for Celery: each takes ids and calls one service."""

from __future__ import annotations

import uuid

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from prevent_portal.outbox.services import digests, emails, jobs, reminders
from prevent_portal.outbox.services.replies import forget_replies
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope


@shared_task(name="outbox.run_job")
def run_job(*, council_id: int, job_id: str) -> None:
    jobs.run(council_id=council_id, job_id=uuid.UUID(job_id))


@shared_task(name="outbox.send_email")
def send_email(*, email_id: str) -> None:
    emails.send(email_id=uuid.UUID(email_id))


@shared_task(name="outbox.sweep")
def sweep() -> None:
    jobs.sweep()
    emails.sweep()


@shared_task(name="outbox.send_digests")
def send_digests() -> None:
    """Send the digests of today; what does not fit into one task's time is asked for again."""
    try:
        digests.send_all()
    except SoftTimeLimitExceeded:
        send_digests.apply_async()


@shared_task(name="outbox.forget_notices")
def forget_old_notices() -> None:
    """Let go, in every council, of notices and of the sent log once their time is over."""
    for council in joined_councils():
        with service_scope(council=council):
            reminders.forget_told(council=council)


@shared_task(name="outbox.forget_replies")
def forget_old_replies() -> None:
    """Let go, in every council, of answers that nobody asks for again."""
    for council in joined_councils():
        with service_scope(council=council):
            forget_replies(council=council)
