"""Kinds of work for tests, and the app of a worker that knows them: ``celery -A tests.outbox.work``."""

from __future__ import annotations

import os
import time
from pathlib import Path

import django
from django.apps import apps

from prevent_portal.celery import app

if not apps.ready:
    # A worker's own process. In the tests' process, which imports this too, the portal's schedule stays.
    django.setup()
    app.conf.beat_schedule = {"sweep the outbox": {"task": "outbox.sweep", "schedule": 0.5}}

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership
from prevent_portal.audit.services import record
from prevent_portal.outbox.handlers import CannotBeDone, Handler, NotPermitted, Progress, register
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services.emails import queue_email

__all__ = ["PID_FILE", "app"]

PID_FILE = "OUTBOX_TEST_PID_FILE"
SECONDS = "OUTBOX_TEST_SECONDS"


def permitted(job: Job) -> None:
    """Whoever asked must still be a member."""
    live = Membership.objects.live().filter(user=job.requested_by, council=job.council)
    if not live.exists():
        raise NotPermitted("The person who asked is no longer allowed to.")


def store(job: Job, result: str) -> None:
    """One e-mail and one audit event; neither carries a key, so that a second store would show."""
    queue_email(recipient="waiting@example.org", subject=f"Ready: {job.pk}", text=result)
    record(action="tests.stored", subject=job)


def quick(job: Job, progress: Progress) -> str:
    progress(50, "Half of it")
    return "done"


def slow(job: Job, progress: Progress) -> str:
    """Say which process is at it, and take a while."""
    if path := os.environ.get(PID_FILE):
        with Path(path).open("a") as file:
            file.write(f"{os.getpid()}\n")
    steps = int(float(os.environ.get(SECONDS, "0")) * 20)
    for step in range(steps):
        progress(step * 100 // steps, "Working")
        time.sleep(0.05)
    return "done"


def silent(job: Job, progress: Progress) -> str:
    """Work for three seconds without a word."""
    if path := os.environ.get(PID_FILE):
        with Path(path).open("a") as file:
            file.write(f"{os.getpid()}\n")
    time.sleep(3)
    return "done"


def broken(job: Job, progress: Progress) -> str:
    raise ValueError("a secret detail")


def impossible(job: Job, progress: Progress) -> str:
    raise CannotBeDone("The chart has no figures. Add a return first.")


def readable(access: CouncilAccess, job: Job) -> bool:
    return Role.AUDITOR in access.roles


def result_url(job: Job) -> str:
    return f"/c/{job.council.slug}/"


for name, work in {
    "quick": quick,
    "slow": slow,
    "silent": silent,
    "broken": broken,
    "impossible": impossible,
}.items():
    register(
        f"tests.{name}",
        Handler(f"Some {name} work", permitted, work, store, readable=readable, result_url=result_url),
    )
