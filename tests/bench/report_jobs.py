"""Does report jobs in a process of its own, as a worker does, and draws the HTML of each by WeasyPrint alone.

    python -m tests.bench.report_jobs < [[council, job], ...]

Prints what each took. WeasyPrint alone is drawn in a fork of this process that has it loaded, so that it pays
for no import and leaves no memory behind.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import django


def main() -> None:
    django.setup()
    logging.disable(logging.WARNING)
    from django.template.loader import render_to_string
    from django.urls import get_resolver

    import prevent_portal.celery  # noqa: F401 - a worker has it loaded
    from compliance.models import ReportVersion
    from compliance.queries.report_pages import document_context
    from compliance.services.renditions import editions_of
    from prevent_portal.outbox.models import Job
    from prevent_portal.outbox.services import jobs
    from prevent_portal.tenancy.models import Council
    from prevent_portal.tenancy.scope import service_scope
    from prevent_portal.web import pdf

    get_resolver().reverse_dict  # noqa: B018 - a worker loads the addresses at its first job, and keeps them
    drawings = _heard(pdf)
    pdf.render_pdf(html="<html><body><h1>Warm</h1></body></html>", title="x", marking="", created=_moment())
    found = []
    for council_id, job_id in json.load(sys.stdin):
        drawings.clear()
        before, began = _own(), time.perf_counter()
        if not jobs.run(council_id=council_id, job_id=UUID(job_id)):
            raise SystemExit("A job was not done.")
        clock = time.perf_counter() - began
        own = _own() - before
        worker = _resident()
        with service_scope(council=Council.objects.get(pk=council_id)):
            job = Job.objects.get(pk=job_id)
            version = ReportVersion.objects.select_related("report").get(pk=job.subject_id)
            [(edition, content)] = editions_of(version.content).items()
            context = document_context(version, content, edition)
            html = render_to_string("compliance/reports/document.html", context)
        alone, alone_clock = _alone(html, pdf._style())
        [drawing] = drawings
        found.append(
            {
                "ours": own + drawing.processor_seconds,
                "alone": alone,
                "ours_clock": clock,
                "alone_clock": alone_clock,
                "memory": drawing.memory,
                "worker": worker,
                "pages": _pages(drawing.answer),
            }
        )
    sys.stdout.write(json.dumps(found))


def _heard(pdf: Any) -> list[Any]:
    """What each drawing answered, while it goes on to whoever asked."""
    outcomes: list[Any] = []
    ask = pdf._renderer.ask

    def listen(request: bytes, *, seconds: int) -> Any:
        outcomes.append(ask(request, seconds=seconds))
        return outcomes[-1]

    pdf._renderer.ask = listen
    return outcomes


def _alone(html: str, style: str) -> tuple[float, float]:
    """Processor seconds and clock seconds of WeasyPrint from HTML to the same kind of PDF."""
    from weasyprint import CSS, HTML

    answer, tell = os.pipe()
    child = os.fork()
    if not child:
        began = time.perf_counter()
        page = html.replace('<link rel="stylesheet" href="asset:report.css">', "")
        HTML(string=page).write_pdf(stylesheets=[CSS(string=style)], pdf_variant="pdf/a-3a")
        os.write(tell, str(time.perf_counter() - began).encode())
        os._exit(0)
    os.close(tell)
    clock = float(os.read(answer, 100))
    os.close(answer)
    used = os.wait4(child, 0)[2]
    return used.ru_utime + used.ru_stime, clock


def _pages(content: bytes) -> int:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as read:
        return len(read.pages)


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _moment() -> Any:
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    main()
