"""Reads of committee reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import (
    Report,
    ReportRendition,
    ReportSection,
    ReportTemplate,
    ReportVersion,
)
from compliance.permissions import CompliancePermission
from compliance.queries.report_content import Content, compose
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks
from prevent_portal.web.numbers import number
from prevent_portal.web.overview_tiles import Tile
from prevent_portal.web.report_blocks import Block

RENDER = "compliance.render_report"
"""The kind of the job that makes a report's document."""


@dataclass(frozen=True)
class VersionLine:
    """A version of a report with the state of its document."""

    id: UUID
    number: int
    is_final: bool
    made_at: datetime
    job_id: UUID | None
    job_state: str
    size: int | None
    sha256: str


def sections_of(report: Report) -> list[ReportSection]:
    return list(ReportSection.objects.filter(council=report.council_id, report=report).order_by("position"))


def live_blocks(
    council: Council, report: Report, sections: Iterable[ReportSection], as_at: date
) -> dict[str, list[Block]]:
    """Ask each room for its figures now. A block that no room registers any more is left out."""
    known = report_blocks.names()
    return {
        section.key: [
            block
            for name in section.blocks
            if name in known
            for block in report_blocks.blocks_of(name, council, report.period_start, report.period_end, as_at)
        ]
        for section in sections
        if section.blocks
    }


def frozen_blocks(report: Report) -> dict[str, list[Block]]:
    """Read the snapshot back."""
    return {
        key: [report_blocks.from_json(block) for block in blocks]
        for key, blocks in (report.snapshot or {}).items()
    }


def content_of(council: Council, report: Report, sections: list[ReportSection] | None = None) -> Content:
    """The report as it stands: live figures in a draft, the frozen ones afterwards."""
    sections = sections if sections is not None else sections_of(report)
    if report.as_at is None:
        as_at = timezone.localdate()
        blocks = live_blocks(council, report, sections, as_at)
    else:
        as_at = report.as_at
        blocks = frozen_blocks(report)
    return compose(
        report=report,
        council_name=council.name,
        sections=sections,
        blocks=blocks,
        as_at=as_at,
        state=report.state,
    )


def newest_version(report: Report) -> ReportVersion | None:
    return ReportVersion.objects.filter(council=report.council_id, report=report).order_by("-number").first()


def version_lines(report: Report) -> list[VersionLine]:
    """Every version with its job and its document's size, newest first: two queries, no bytes."""
    versions = list(
        ReportVersion.objects.filter(council=report.council_id, report=report)
        .defer("content")
        .order_by("-number")
    )
    renditions = {
        row["version_id"]: row
        for row in ReportRendition.objects.filter(council=report.council_id, version__in=versions).values(
            "version_id", "size", "sha256"
        )
    }
    jobs = {
        job.subject_id: job
        for job in Job.objects.filter(
            council=report.council_id, kind=RENDER, subject_id__in=[version.pk for version in versions]
        )
    }
    lines = []
    for version in versions:
        job, made = jobs.get(version.pk), renditions.get(version.pk)
        lines.append(
            VersionLine(
                id=version.pk,
                number=version.number,
                is_final=version.state == ReportState.FINAL,
                made_at=version.made_at,
                job_id=job.pk if job else None,
                job_state=job.state if job else "",
                size=made["size"] if made else None,
                sha256=made["sha256"] if made else "",
            )
        )
    return lines


def templates_of(council: Council) -> QuerySet[ReportTemplate]:
    return ReportTemplate.objects.filter(council=council)


def reports_to_write(user: User, today: date) -> Iterable[DueItem]:
    """Drafts that wait for their author, once their period is over: due items of My work and the digest."""
    reports = (
        Report.objects.filter(author=user, period_end__lt=today)
        .exclude(state=ReportState.FINAL)
        .select_related("council")
        .defer("snapshot")
    )
    for report in reports:
        yield DueItem(
            council=report.council,
            due_on=report.due_on,
            reference=report.reference,
            title=f"{report.title}, {report.period}",
            task="Write the report" if report.state == ReportState.DRAFT else "Finish the report",
            href=reverse("report", args=[report.council.slug, report.pk]),
        )


def report_tiles(access: CouncilAccess) -> list[Tile]:
    """How many reports wait to be finished: a tile of the overview, for those who may see drafts."""
    if not access.may(CompliancePermission.VIEW_DRAFT_REPORTS):
        return []
    today = timezone.localdate()
    found = (
        Report.objects.filter(council=access.council, period_end__lt=today)
        .exclude(state=ReportState.FINAL)
        .aggregate(waiting=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    )
    waiting, late = found["waiting"], found["late"]
    return [
        Tile(
            order=80,
            figure=number(waiting),
            label="report to finish" if waiting == 1 else "reports to finish",
            href=reverse("reports", args=[access.council.slug]),
            tone="attention" if late else "good",
            note=f"{number(late)} past the due date" if late else "None past the due date",
        )
    ]
