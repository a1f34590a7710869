"""A Celery app of the portal with one task more: it says what it can see."""

from __future__ import annotations

import json
import os

import django
import redis
from django.apps import apps
from django.conf import settings
from django.db import connection

from prevent_portal.celery import app

__all__ = ["app", "probe"]

# Celery closes the connection after each task. Here it is kept, so that the next task borrows the same one.
app.conf.update(CELERY_DB_REUSE_MAX=100)


@app.task(name="tests.isolation.probe")
def probe(step: str, council_id: int) -> None:
    """Count jobs in a scope ("scoped"), with settings of the session ("session") or with nothing ("bare")."""
    from prevent_portal.tenancy.models import Council
    from prevent_portal.tenancy.scope import service_scope

    if step == "scoped":
        with service_scope(council=Council.objects.get(pk=council_id)):
            seen = _look()
    else:
        if step == "session":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('app.scope', 'service', false), "
                    "set_config('app.council_id', %s, false), "
                    "set_config('app.user_id', accounts_service_user()::text, false)",
                    [str(council_id)],
                )
        seen = _look()
    answers = os.environ["PROBE_ANSWERS"] + ":seen"
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.rpush(answers, json.dumps(seen))


def _look() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM outbox_job)")
        backend, seen = cursor.fetchone()
    return {"process": os.getpid(), "backend": backend, "seen": seen}


if not apps.ready:
    django.setup()
