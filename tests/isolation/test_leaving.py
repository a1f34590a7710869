"""The context ends with the transaction: nothing reaches the next borrower of a connection (TI-4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import NOTHING, current_scope, service_scope
from tests.factories import CouncilFactory
from tests.figures import RecordFigure

pytestmark = pytest.mark.django_db(transaction=True)

POOLED = "pooled"


@pytest.fixture
def council() -> Council:
    made = CouncilFactory.create()
    with service_scope(council=made):
        Job.objects.create(
            council=made, kind="x", subject_type="t", subject_id=uuid.uuid4(), effect_key="pool"
        )
    return made


@pytest.fixture
def pooled() -> Iterator[str]:
    """A second alias of the app's login behind a pool that holds one connection."""
    configuration = dict(connections["default"].settings_dict)
    configuration.update(
        CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=False, OPTIONS={"pool": {"min_size": 1, "max_size": 1}}
    )
    backend = load_backend(configuration["ENGINE"])
    connections.settings[POOLED] = configuration
    # It goes by the name of the default one, because Django lets a test open no other.
    connections[POOLED] = backend.DatabaseWrapper(configuration, "default")
    yield POOLED
    connections[POOLED].close()
    connections[POOLED].close_pool()
    del connections[POOLED]
    del connections.settings[POOLED]


def borrowed(using: str) -> tuple[int, int]:
    """What the next borrower of the pool's connection finds: its server process, and the jobs it sees."""
    connections[using].close()  # gives the connection back to the pool
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM outbox_job)")
        pid, seen = cursor.fetchone()
    return pid, seen


def test_the_next_borrower_of_a_pooled_connection_finds_nothing(council: Council, pooled: str) -> None:
    with service_scope(council=council, using=pooled):
        first, _ = _peek(pooled)
        assert _peek(pooled) == (first, 1)
    assert borrowed(pooled) == (first, 0)
    assert current_scope(using=pooled) == NOTHING


def test_a_scope_left_by_an_exception_reaches_no_borrower_either(council: Council, pooled: str) -> None:
    with pytest.raises(ZeroDivisionError), service_scope(council=council, using=pooled):
        first, _ = _peek(pooled)
        raise ZeroDivisionError
    assert borrowed(pooled) == (first, 0)


def test_settings_of_the_session_would_leak_to_the_next_borrower(council: Council, pooled: str) -> None:
    """The control: the same pool, with settings that outlive the transaction."""
    with connections[pooled].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.scope', 'service', false), set_config('app.council_id', %s, false), "
            "set_config('app.user_id', accounts_service_user()::text, false), pg_backend_pid()",
            [str(council.pk)],
        )
        first = cursor.fetchone()[3]
    assert borrowed(pooled) == (first, 1)
    with connections[pooled].cursor() as cursor:
        cursor.execute("RESET ALL")


def _peek(using: str) -> tuple[int, int]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM outbox_job)")
        pid, seen = cursor.fetchone()
    return pid, seen


def work(council: Council, *steps: str) -> list[dict[str, int]]:
    """Run tasks one after another in one process of a real worker; return what each saw."""
    broker = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    answers = f"probe:{uuid.uuid4()}"
    celery = [sys.executable, "-m", "celery", "--app", "tests.isolation.worker"]
    environment = {**os.environ, "PROBE_ANSWERS": answers}
    root = Path(__file__).resolve().parents[2]
    worker = subprocess.Popen(
        [
            *celery,
            "worker",
            "--concurrency",
            "1",
            "--queues",
            answers,
            "--without-gossip",
            "--without-mingle",
        ],
        env=environment,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        from tests.isolation.worker import probe

        seen = []
        for step in steps:
            probe.apply_async(args=[step, council.pk], queue=answers)
            answer = broker.blpop([answers + ":seen"], timeout=60)
            assert answer is not None, "the worker did not answer"
            seen.append(json.loads(answer[1]))
        return seen
    finally:
        worker.terminate()
        worker.communicate(timeout=30)
        broker.delete(answers, answers + ":seen")
        broker.close()


@pytest.mark.figures("rows that a task sees of the task before it")
def test_a_task_sees_nothing_of_the_task_before_it(council: Council, record_figure: RecordFigure) -> None:
    inside, after, leaking, leaked = work(council, "scoped", "bare", "session", "bare")
    assert inside["process"] == after["process"] == leaked["process"], "one worker process"
    assert inside["backend"] == after["backend"] == leaked["backend"], "one connection"
    assert (inside["seen"], after["seen"]) == (1, 0)
    assert (leaking["seen"], leaked["seen"]) == (1, 1), "the control: settings of the session do leak"
    record_figure(
        "rows that a task sees of the task before it",
        after["seen"],
        control=f"with settings of the session instead of the transaction: {leaked['seen']}",
    )
