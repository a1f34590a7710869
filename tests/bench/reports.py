"""Fifty councils' reports in one batch on two cores, beside WeasyPrint alone on the same HTML."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client

from compliance.models import Report, ReportSection
from compliance.services.renditions import request_rendition
from compliance.services.report_sections import write_section
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.bench.measure import FLOOR
from tests.bench.results import put_section
from tests.compliance.printed_reports import COUNTS, REGISTER, TRAINING, WORDS, block, register
from tests.compliance.reports import Committee, committee
from tests.factories import CouncilFactory, UserFactory

REPORTS_HEADING = "## Reports of fifty councils"
COUNCILS, WORKERS, ROUNDS = 50, 2, 30
ROWS, LONG_ROWS = 40, 400
"""Of the action plan in each report of the batch, and of the longest that is printed whole."""


@dataclass(frozen=True)
class Drawn:
    """One report, and WeasyPrint alone on its HTML right after it, in processor seconds and by the clock."""

    ours: float
    alone: float
    ours_clock: float
    alone_clock: float
    memory: int
    worker: int
    pages: int


def frozen(board: Committee, rows: int, *, plan_alone: bool = False) -> Report:
    """A report with charts, small tables and an action plan, as a council would hand it in.

    Args:
        plan_alone: leave out all but the action plan and one paragraph before it.
    """
    report = board.open(Quarter(2018, 3))
    snapshot: dict[str, list[Any]] = {}
    plan = block("plan", "Action plan", REGISTER, register(rows))
    with service_scope(council=board.council):
        sections = list(ReportSection.objects.filter(report=report).order_by("position"))
        if plan_alone:
            *others, last = sections
            ReportSection.objects.filter(pk__in=[each.pk for each in others]).delete()
            sections = [last]
        for place, section in enumerate(sections):
            section.narrative = "\n\n".join([WORDS * 3] * 2)
            section.none_identified = False
            section.save(update_fields=["narrative", "none_identified"])
            if place % 4 == 2:
                snapshot[section.key] = [TRAINING, COUNTS]
        snapshot[sections[-1].key] = [plan]
        report.state, report.snapshot = "frozen", snapshot
        report.as_at, report.frozen_by = report.period_end, board.author
        report.save(update_fields=["state", "snapshot", "as_at", "frozen_by"])
    return report


def ask(board: Committee, report: Report) -> Job:
    with service_scope(council=board.council):
        return request_rendition(report=report, by=board.author)[1]


def draw(jobs: list[Job]) -> tuple[list[Drawn], float]:
    """Do the jobs in as many workers as there are cores; return what each took, and the clock."""
    shares = [jobs[place::WORKERS] for place in range(min(WORKERS, len(jobs)))]
    began = time.perf_counter()
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.report_jobs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in shares
    ]
    for worker, share in zip(workers, shares, strict=True):
        assert worker.stdin is not None
        worker.stdin.write(json.dumps([[job.council_id, str(job.pk)] for job in share]))
        worker.stdin.close()
    found = []
    for worker in workers:
        assert worker.stdout is not None
        found += [Drawn(**one) for one in json.loads(worker.stdout.read())]
        if worker.wait():
            raise SystemExit("A worker failed.")
    return found, time.perf_counter() - began


def asking(board: Committee, report: Report) -> tuple[float, float]:
    """Milliseconds of the request that asks for files of a changed report, and of the bare view beside it."""
    client = Client(headers={"host": "localhost"})
    sign_in(client, board.author, second_factor=True)
    address = f"/c/{board.council.slug}/reports/{report.pk}/files/"
    ours, floor = [], []
    section = board.sections(report)["why"]
    for place in range(ROUNDS):
        with service_scope(council=board.council):
            section = write_section(
                section=section,
                by=board.author,
                narrative=f"Words {place}.",
                none_identified=False,
                version=section.version,
            )
        began = time.perf_counter()
        answer = client.post(address)
        ours.append(time.perf_counter() - began)
        if answer.status_code != 302 or "/jobs/" not in answer["Location"]:
            raise SystemExit(f"{address} answered {answer.status_code}")
        began = time.perf_counter()
        client.get(FLOOR)
        floor.append(time.perf_counter() - began)
    return statistics.median(ours) * 1_000, statistics.median(floor) * 1_000


def reports_table(say: Callable[[str], None]) -> str:
    """Every measurement, as the lines of a table."""
    before = os.getloadavg()[0]
    # Those of an earlier run are still there.
    for factory in (UserFactory, CouncilFactory):
        factory.reset_sequence(int(time.time()))
    say(f"Freezing {COUNCILS} reports")
    boards = [committee() for _ in range(COUNCILS)]
    reports = [frozen(board, ROWS) for board in boards]
    jobs = [ask(board, report) for board, report in zip(boards, reports, strict=True)]
    say("Drawing them")
    batch, _ = draw(jobs)
    first = sum(one.ours_clock for one in batch)
    say("Asking for them again")
    began = time.perf_counter()
    for board, report in zip(boards, reports, strict=True):
        ask(board, report)
    again = time.perf_counter() - began
    say(f"An action plan of {LONG_ROWS} rows")
    plan_board, long_board = committee(), committee()
    [plan], _ = draw([ask(plan_board, frozen(plan_board, LONG_ROWS, plan_alone=True))])
    [long], _ = draw([ask(long_board, frozen(long_board, LONG_ROWS))])
    say("Asking beside the bare view")
    asked, floor = asking(boards[0], reports[0])
    after = os.getloadavg()[0]
    ours, alone = (sum(getattr(one, name) for one in batch) for name in ("ours", "alone"))
    early, late = ([one.worker for one in batch[part]] for part in (slice(3, 8), slice(-5, None)))
    lines = [
        ("reports, councils", f"{len(batch)}"),
        ("pages of a report, median", f"{statistics.median(one.pages for one in batch):.0f}"),
        (
            "processor seconds of a report (three files), median",
            f"{statistics.median(o.ours for o in batch):.2f}",
        ),
        ("of WeasyPrint alone on the same HTML, median", f"{statistics.median(o.alone for o in batch):.2f}"),
        ("ratio of the sums, by processor time", f"{ours / alone:.2f}"),
        (
            "ratio of the sums, by the clock",
            f"{first / sum(one.alone_clock for one in batch):.2f}",
        ),
        ("a drawing, most MB", f"{max(one.memory for one in batch) >> 20}"),
        ("a worker after its fifth report, MB", f"{statistics.median(early) / 2**20:.0f}"),
        ("a worker at the end of the batch, MB", f"{statistics.median(late) / 2**20:.0f}"),
        ("second run of the unchanged reports, per cent of the first", f"{100 * again / first:.2f}"),
        *(
            line
            for what, one in (
                (f"an action plan of {LONG_ROWS} rows by itself", plan),
                (f"a whole report with an action plan of {LONG_ROWS} rows", long),
            )
            for line in (
                (f"{what}, pages", f"{one.pages}"),
                (f"{what}, processor seconds", f"{one.ours:.2f}"),
                ("of WeasyPrint alone on the same HTML", f"{one.alone:.2f}"),
                (f"{what}, drawing, most MB", f"{one.memory >> 20}"),
            )
        ),
        ("the request that asks, median ms", f"{asked:.1f}"),
        ("bare view beside it, median ms", f"{floor:.1f}"),
    ]
    table = "\n".join(["| what | figure |", "| --- | ---: |", *(f"| {a} | {b} |" for a, b in lines)])
    load = (
        f"Load average of the minute on {os.cpu_count()} processors: {before:.1f} before, {after:.1f} after."
    )
    return f"{table}\n\n{load}"


def write_reports(table: str, day: str) -> None:
    """Put the table under its heading in docs/performance.md."""
    words = Path(__file__).with_name("reports.md").read_text()
    put_section(words.format(heading=REPORTS_HEADING, day=day, table=table))
