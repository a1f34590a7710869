"""A kill at any point still gives exactly one result, one e-mail and one audit event (AV-1).

Real worker processes, a real broker, a real database reached as the app's role. The claim is short here;
the visibility timeout of the broker stays at half an hour, so a recovery is the sweeper's doing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Email, Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member
from tests.figures import RecordFigure
from tests.outbox import work
from tests.outbox.conftest import Processes
from tests.outbox.processes import ROOT, wait_until
from tests.outbox.test_jobs import revoke

pytestmark = pytest.mark.django_db(transaction=True)

FIGURE = "kills and effects"


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def other() -> Council:
    return CouncilFactory.create()


def ask(council: Council, kind: str = "slow", person: User | None = None) -> Job:
    person = person or member(council, Role.COORDINATOR)
    with service_scope(council=council):
        subject = Membership.objects.get(council=council, user=person)
        return jobs.enqueue(
            council=council, kind=f"tests.{kind}", subject=subject, effect_key=uuid.uuid4().hex, by=person
        )[0]


def fresh(job: Job) -> Job:
    with service_scope(council=job.council):
        return Job.objects.get(pk=job.pk)


def is_finished(job: Job) -> bool:
    return fresh(job).is_finished


def effects(job: Job) -> dict[str, int]:
    with service_scope(council=job.council):
        events = Event.objects.filter(action="tests.stored", subject_id=str(job.pk)).count()
    return {"emails": Email.objects.filter(subject=f"Ready: {job.pk}").count(), "events": events}


ONCE = {"emails": 1, "events": 1}


def started(path: Path) -> list[int]:
    """The processes that have begun the work so far."""
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.mark.figures(FIGURE)
def test_killing_the_child_midway_gives_one_result(
    council: Council, other: Council, processes: Processes, tmp_path: Path, record_figure: RecordFigure
) -> None:
    pids = tmp_path / "pids"
    slow = {work.PID_FILE: str(pids), work.SECONDS: "1.5"}
    worker = processes.worker(**slow)
    processes.beat()
    job, elsewhere = ask(council), ask(other)
    wait_until(lambda: started(pids), what="the first job's start")
    os.kill(started(pids)[0], signal.SIGKILL)
    wait_until(lambda: is_finished(job) and is_finished(elsewhere), what="the end of both jobs")
    assert worker.process.poll() is None, "the worker itself lives on with a new child"
    assert len(started(pids)) == 3, "the killed one ran twice, the other once"
    for one in (job, elsewhere):
        assert fresh(one).state == JobState.DONE
        assert effects(one) == ONCE
    record_figure(
        FIGURE,
        {
            "kills": 1,
            "requests": 2,
            "effects": 2,
            "doubles": 0,
            "lost": 0,
        },
        control="without the sweeper the killed job is never done; without the claim it is stored twice",
    )


@pytest.mark.figures(FIGURE)
def test_killing_the_whole_worker_midway_gives_one_result(
    council: Council, processes: Processes, tmp_path: Path, record_figure: RecordFigure
) -> None:
    pids = tmp_path / "pids"
    slow = {work.PID_FILE: str(pids), work.SECONDS: "1.5"}
    worker = processes.worker(**slow)
    job = ask(council)
    wait_until(lambda: started(pids), what="the job's start")
    worker.kill()
    assert effects(job) == {"emails": 0, "events": 0}
    processes.worker(**slow)
    time.sleep(2.5)
    assert not is_finished(job), "control: without the sweeper the new worker never hears of it"
    processes.beat()
    wait_until(lambda: is_finished(job), what="the job's end")
    assert fresh(job).attempts == 2
    assert effects(job) == ONCE
    record_figure(
        FIGURE,
        {
            "kills": 1,
            "requests": 1,
            "effects": 1,
            "doubles": 0,
            "lost": 0,
        },
        control="without the sweeper the killed job is never done; without the claim it is stored twice",
    )


ACCEPT_WITHOUT_A_BROKER = """
import django
django.setup()
import sys, time
from prevent_portal.accounts.models import Membership
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.outbox import work
council = Council.objects.get(pk=sys.argv[1])
start = time.monotonic()
with service_scope(council=council):
    subject = Membership.objects.get(council=council)
    job, _ = jobs.enqueue(
        council=council, kind="tests.quick", subject=subject, effect_key="away", by=subject.user
    )
print(time.monotonic() - start, job.pk)
"""


def test_work_accepted_while_the_broker_is_away_is_done_when_it_is_back(
    council: Council, processes: Processes, tmp_path: Path
) -> None:
    """The request commits, the broker cannot be told: the outbox has the job and the sweeper brings it."""
    member(council, Role.COORDINATOR)
    nowhere = f"redis+socket://{tmp_path}/no-such-socket?virtual_host=0"
    accepted = subprocess.run(
        [sys.executable, "-c", ACCEPT_WITHOUT_A_BROKER, str(council.pk)],
        env={**os.environ, "CELERY_BROKER_URL": nowhere, "DJANGO_SETTINGS_MODULE": "prevent_portal.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, job_id = accepted.stdout.split()[-2:]
    assert float(seconds) < 4, "a broker that is away must not hold the request"
    assert "waits for the sweeper" in accepted.stderr
    with service_scope(council=council):
        job = Job.objects.get(pk=job_id)
    processes.worker()
    time.sleep(1)
    assert fresh(job).state == JobState.QUEUED, "control: without the sweeper nobody tells the broker"
    processes.beat()
    wait_until(lambda: is_finished(job), what="the job's end")
    assert (fresh(job).state, fresh(job).attempts) == (JobState.DONE, 1)
    assert effects(job) == ONCE


def test_work_that_outlasts_its_claim_keeps_it_by_signs_of_life(
    council: Council, processes: Processes, tmp_path: Path
) -> None:
    """The claim is one second, the work takes three and tells nothing: no second worker starts it."""
    pids = tmp_path / "pids"
    options = {work.PID_FILE: str(pids), "OUTBOX_CLAIM_SECONDS": "1"}
    processes.worker(**options)
    processes.worker(**options)
    processes.beat(OUTBOX_CLAIM_SECONDS="1")
    job = ask(council, "silent")
    wait_until(lambda: is_finished(job), what="the job's end")
    assert len(started(pids)) == 1
    assert fresh(job).attempts == 1
    assert effects(job) == ONCE


def test_a_right_that_is_revoked_while_the_job_waits_ends_it_unpermitted(
    council: Council, processes: Processes
) -> None:
    """OP-3 through a real worker: queue, revoke, run."""
    person = member(council, Role.COORDINATOR)
    job = ask(council, "quick", person)
    revoke(person, council)
    processes.worker()
    wait_until(lambda: is_finished(job), what="the job's end")
    assert fresh(job).state == JobState.REFUSED
    assert effects(job) == {"emails": 0, "events": 0}


def test_control_the_same_work_without_a_claim_is_stored_twice(council: Council) -> None:
    """What two workers on one job would do if nothing decided between them."""
    job = ask(council, "quick")
    for _ in range(2):
        with service_scope(council=council):
            work.store(job, "done")
    assert effects(job) == {"emails": 2, "events": 2}
