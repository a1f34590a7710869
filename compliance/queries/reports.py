"""Reads of committee reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from compliance.enums import ReportEdition, ReportFormat, ReportState, SectionKind
from compliance.models import (
    Report,
    ReportRendition,
    ReportSection,
    ReportVersion,
)
from compliance.queries.consultations import advice_lines
from compliance.queries.report_content import Content, compose
from compliance.queries.sign_offs import with_signatures
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks
from prevent_portal.web.dates import british_date
from prevent_portal.web.report_blocks import Block

RENDER = "compliance.render_report"
"""The kind of the job that makes a report's document."""


@dataclass(frozen=True)
class FileLine:
    """One file of a version, without its bytes."""

    edition: str
    format: str
    size: int
    sha256: str


@dataclass(frozen=True)
class VersionLine:
    """A version of a report with the state of its files.

    Args:
        content_sha256: of what the version says, which is what people sign.
        job_id: of the job that makes the files, if they were asked for.
    """

    id: UUID
    number: int
    is_final: bool
    made_at: datetime
    content_sha256: str
    job_id: UUID | None
    job_state: str
    files: tuple[FileLine, ...]

    @property
    def document(self) -> FileLine | None:
        """The PDF of the public edition, once it is there."""
        wanted = (ReportEdition.PUBLIC, ReportFormat.PDF)
        return next((file for file in self.files if (file.edition, file.format) == wanted), None)


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
    """The report as it stands: live figures in a draft, the frozen ones afterwards.

    What a final report says was kept when it became final, and is read back as it was (rule 12).
    """
    if report.state == ReportState.FINAL:
        final = final_version(report)
        if final is not None:
            kept: Content = final.content
            return kept
    sections = sections if sections is not None else sections_of(report)
    if report.as_at is None:
        as_at = timezone.localdate()
        blocks = live_blocks(council, report, sections, as_at)
    else:
        as_at = report.as_at
        blocks = frozen_blocks(report)
    content = compose(
        report=report,
        council_name=council.name,
        sections=sections,
        blocks=blocks,
        as_at=as_at,
        state=report.state,
        consultation=advice_lines(report)
        if any(section.kind == SectionKind.AUDIT_TRAIL for section in sections)
        else (),
    )
    return with_signatures(report, with_correction(report, content))


def with_correction(report: Report, content: Content) -> Content:
    """The content with the line that says which final report this one puts right, and what changed."""
    if report.corrects is None:
        return content
    final = report.corrects
    day = f", final since {british_date(timezone.localdate(final.final_at))}" if final.final_at else ""
    line = ["Correction", f"Puts right {final.reference}{day}. {report.correction}"]
    return {**content, "header": [*content["header"], line]}


def final_version(report: Report) -> ReportVersion | None:
    """What a final report says for good."""
    return (
        ReportVersion.objects.filter(council=report.council_id, report=report, state=ReportState.FINAL)
        .order_by("-number")
        .first()
    )


def newest_version(report: Report) -> ReportVersion | None:
    return ReportVersion.objects.filter(council=report.council_id, report=report).order_by("-number").first()


def version_lines(report: Report) -> list[VersionLine]:
    """Every version with its job and its files, newest first: three queries, no bytes."""
    versions = list(
        ReportVersion.objects.filter(council=report.council_id, report=report)
        .defer("content")
        .order_by("-number")
    )
    files: dict[UUID, list[FileLine]] = {}
    rows = ReportRendition.objects.filter(council=report.council_id, version__in=versions)
    for version_id, edition, file_format, size, sha256 in rows.values_list(
        "version_id", "edition", "format", "size", "sha256"
    ):
        files.setdefault(version_id, []).append(FileLine(edition, file_format, size, sha256))
    jobs = {
        job.subject_id: job
        for job in Job.objects.filter(
            council=report.council_id, kind=RENDER, subject_id__in=[version.pk for version in versions]
        )
    }
    return [
        VersionLine(
            id=version.pk,
            number=version.number,
            is_final=version.state == ReportState.FINAL,
            made_at=version.made_at,
            content_sha256=version.sha256,
            job_id=jobs[version.pk].pk if version.pk in jobs else None,
            job_state=jobs[version.pk].state if version.pk in jobs else "",
            files=tuple(sorted(files.get(version.pk, []), key=_in_order)),
        )
        for version in versions
    ]


def _in_order(file: FileLine) -> tuple[int, int]:
    """Public before exempt, PDF before Word before Excel."""
    return ReportEdition.values.index(file.edition), ReportFormat.values.index(file.format)
