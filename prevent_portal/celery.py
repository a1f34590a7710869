"""Celery carries the work; PostgreSQL remembers it (AV-1).

The settings follow measurements: without ``task_reject_on_worker_lost`` a killed child loses its task for
good, and a visibility timeout below the time limit runs one task twice.
"""

import os
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prevent_portal.settings")

app = Celery("prevent_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=900,
    task_soft_time_limit=840,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    broker_transport_options={
        "visibility_timeout": 1800,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        # A broker that is away must not hold a request: the outbox has the work, the sweeper asks again.
        "max_retries": 0,
        "interval_start": 0,
        "socket_connect_timeout": 2,
    },
    broker_connection_retry_on_startup=True,
    worker_soft_shutdown_timeout=5,
    worker_max_tasks_per_child=200,
    timezone="Europe/London",
    beat_schedule={
        "sweep the outbox": {
            "task": "outbox.sweep",
            "schedule": 15.0,
            "options": {"expires": 60},
        },
        "write the heads of the audit trail outside": {
            "task": "audit.anchor",
            "schedule": 600.0,
            "options": {"expires": 580},
        },
        "verify the audit trail": {"task": "audit.verify", "schedule": crontab(hour=2, minute=10)},
        "open the quarter": {"task": "compliance.open_quarters", "schedule": crontab(minute=5)},
        "open rounds of returns and remind": {
            "task": "training.keep_rounds",
            "schedule": crontab(hour=7, minute=30),
        },
        "remind of registers": {
            "task": "partnerships.remind_of_registers",
            "schedule": crontab(hour=7, minute=40),
        },
        "end acting people with their links": {
            "task": "partnerships.end_acting_people",
            "schedule": crontab(hour=0, minute=5),
        },
        "end memberships on their date": {
            "task": "accounts.end_memberships",
            "schedule": crontab(hour=0, minute=10),
        },
        "raise reviews of cases whose period is over": {
            "task": "channel.raise_retention_reviews",
            "schedule": crontab(hour=4, minute=10),
        },
        "destroy files of panels whose day is over": {
            "task": "channel.destroy_lapsed_files",
            "schedule": crontab(hour=4, minute=20),
        },
        "watch how cases are read": {
            "task": "channel.watch_reading",
            "schedule": 60.0,
            "options": {"expires": 55},
        },
        "remove orphaned files": {"task": "documents.sweep", "schedule": crontab(hour=3, minute=20)},
        "scan what waits in quarantine": {
            "task": "documents.check_quarantine",
            "schedule": 60.0,
            "options": {"expires": 55},
        },
        "take away registers that nobody confirmed": {
            "task": "training.expire_registers",
            "schedule": crontab(minute=35),
        },
        "take away files of figures that nobody confirmed": {
            "task": "training.expire_uploads",
            "schedule": crontab(hour=3, minute=40),
        },
        "suspend accounts that nobody uses": {
            "task": "accounts.suspend_dormant",
            "schedule": crontab(hour=0, minute=20),
        },
        "forget sessions that have run out": {
            "task": "accounts.forget_sessions",
            "schedule": crontab(hour=3, minute=55),
        },
        "forget the answers to old repeats": {
            "task": "outbox.forget_replies",
            "schedule": crontab(hour=3, minute=50),
        },
        # Whoever was told today is passed over: later hours make up for what the first one missed.
        "send the daily digest": {"task": "outbox.send_digests", "schedule": crontab(hour="7-17", minute=0)},
        "forget old notices": {"task": "outbox.forget_notices", "schedule": crontab(hour=4, minute=0)},
    },
)
app.autodiscover_tasks(
    [
        "prevent_portal.outbox",
        "prevent_portal.audit",
        "prevent_portal.accounts",
        "prevent_portal.documents",
        "partnerships",
        "training",
        "channel",
        "compliance",
    ]
)


@worker_init.connect
@beat_init.connect
def _refuse_bypassing_role(**kwargs: Any) -> None:
    from prevent_portal.tenancy.guard import (  # noqa: PLC0415 - needs the app registry
        BypassingRole,
        refuse_bypassing_role,
    )

    try:
        refuse_bypassing_role()
    except BypassingRole as error:
        # Celery logs what a receiver raises and carries on; only an exit stops the process.
        sys.exit(str(error))


@worker_process_init.connect
def _forget_parent_connections(**kwargs: Any) -> None:
    from django.db import connections  # noqa: PLC0415 - needs the app registry

    connections.close_all()
