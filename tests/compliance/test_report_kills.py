"""Two hundred reports while their workers are killed at random points: each made once, none lost (AV-1)."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from compliance.models import Report, ReportRendition, ReportSection
from compliance.services.renditions import HANDLER, request_rendition
from compliance.services.reports import freeze
from prevent_portal.audit.models import Event
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Email, Job
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from tests.compliance.reports import Committee, committee
from tests.figures import RecordFigure
from tests.outbox.conftest import Processes
from tests.outbox.processes import Celery, wait_until

REPORTS, PARTS = 200, 10
PATIENCE = 420
FIGURE = "report kills"
SPARED_FROM = 3
"""Attempts from which on a job is let be: after five it would rightly be given up as failed."""

pytestmark = pytest.mark.django_db(transaction=True)


def small_report(board: Committee, quarter: Quarter) -> Job:
    """A report of one section, frozen and asked for: drawn like any other, and soon."""
    report = board.open(quarter)
    with service_scope(council=board.council):
        ReportSection.objects.filter(report=report).exclude(key="why").delete()
        frozen = freeze(report=report, by=board.author)
        return request_rendition(report=frozen, by=board.author)[1]


def quarters(count: int) -> list[Quarter]:
    return [Quarter(1960 + place // 4, place % 4 + 1) for place in range(count)]


def left(board: Committee) -> int:
    with service_scope(council=board.council):
        return Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED, JobState.REFUSED]).count()


def may_be_struck(board: Committee) -> bool:
    """Whether a job is at work, and none of those at work has been struck often enough."""
    with service_scope(council=board.council):
        attempts = list(Job.objects.filter(state=JobState.RUNNING).values_list("attempts", flat=True))
    return bool(attempts) and max(attempts) < SPARED_FROM


def kill_something(worker: Celery, dice: random.Random) -> bool:
    """Kill the process that is at work, or now and then the whole worker; return whether that was it."""
    if dice.random() < 0.04:
        worker.kill()
        return True
    for child in worker.children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return False


def is_running(board: Committee) -> bool:
    with service_scope(council=board.council):
        return Job.objects.filter(state=JobState.RUNNING, step="Drawing the pages").exists()


@pytest.mark.figures(FIGURE, only=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_two_hundred_reports_are_made_once_each_whatever_is_killed(
    processes: Processes, record_figure: RecordFigure, part: int
) -> None:
    """In parts that end long before a test is taken for hung."""
    board = committee(starts_on=Quarter(1960, 1).start)
    dice = random.Random(part)
    ordered = quarters(REPORTS // PARTS)
    for quarter in ordered[:3]:
        small_report(board, quarter)
    worker = processes.worker()
    wait_until(lambda: is_running(board), what="the first report")
    worker.kill()
    workers = [processes.worker(), processes.worker()]
    wait_until(lambda: left(board) <= 1, what="the other reports")
    time.sleep(3)
    lost_without_sweeper = left(board)
    assert lost_without_sweeper == 1, "control: without the sweeper nobody hears of the killed one again"
    processes.beat()
    for quarter in ordered[3:]:
        small_report(board, quarter)
    kills, began = 1, time.monotonic()
    while left(board):
        assert time.monotonic() - began < PATIENCE, f"{left(board)} are left after {kills} kills"
        # Anywhere in the second that a report takes, once one has been begun.
        time.sleep(dice.uniform(0.01, 0.6))
        if not may_be_struck(board):
            continue
        place = dice.randrange(len(workers))
        if kill_something(workers[place], dice):
            workers[place] = processes.worker()
        kills += 1
    found = effects(board)
    record_figure(
        FIGURE,
        {"requests": len(ordered), "kills": kills, **found},
        control={"lost without the sweeper, of each part's first three": lost_without_sweeper},
    )
    assert found == {"results": len(ordered), "doubles": 0, "lost": 0}
    assert kills > len(ordered) / 2


def effects(board: Committee) -> dict[str, int]:
    """How many reports have their three files, one event and one e-mail, and how many more or fewer."""
    with service_scope(council=board.council):
        files = Counter(ReportRendition.objects.values_list("version__report_id", flat=True))
        events = Counter(
            Event.objects.filter(action="compliance.report_rendered").values_list("subject_id", flat=True)
        )
        reports = list(Report.objects.all())
    emails = Counter(
        Email.objects.filter(recipient=board.author.email, subject__endswith="is ready").values_list(
            "subject", flat=True
        )
    )
    counts = [
        (
            files[report.pk],
            events[str(report.pk)],
            emails[f"Prevent Portal: report {report.reference}, version 1 is ready"],
        )
        for report in reports
    ]
    return {
        "results": sum(count == (3, 1, 1) for count in counts),
        "doubles": sum(
            count > wanted for each in counts for count, wanted in zip(each, (3, 1, 1), strict=True)
        ),
        "lost": sum(count < wanted for each in counts for count, wanted in zip(each, (3, 1, 1), strict=True)),
    }


def test_control_the_database_itself_refuses_a_second_set_of_files() -> None:
    """What a second worker would do that nobody had kept from storing."""
    board = committee()
    job = small_report(board, Quarter(2018, 3))
    with service_scope(council=board.council):
        job = Job.objects.get(pk=job.pk)
    files = HANDLER.work(job, lambda percent, step: None)
    with service_scope(council=board.council):
        HANDLER.store(job, files)
    assert effects(board) == {"results": 1, "doubles": 0, "lost": 0}
    with (
        pytest.raises(IntegrityError, match="report_rendition_made_once"),
        transaction.atomic(),
        service_scope(council=board.council),
    ):
        HANDLER.store(job, files)
    assert effects(board) == {"results": 1, "doubles": 0, "lost": 0}
