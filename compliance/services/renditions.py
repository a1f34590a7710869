"""Ask for a report's files and make them: each exactly once per version, whatever is killed (AV-1)."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from importlib.metadata import version as version_of_package

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from compliance.enums import ReportFormat, ReportState
from compliance.models import Report, ReportRendition, ReportVersion
from compliance.policies import PolicyError
from compliance.queries.report_content import checksum
from compliance.queries.report_editions import editions_of
from compliance.queries.report_files import attachments_of, word_of, workbook_of
from compliance.queries.report_pages import document_context
from compliance.queries.reports import RENDER, content_of, newest_version
from compliance.report_access import may_ask_for_document, may_read_version
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.handlers import CannotBeDone, Handler, NotPermitted, Progress
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.outbox.services.jobs import enqueue
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.pdf import RenderError, render_pdf

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """One file of a version: an edition in a format, and the name and version of what made it."""

    edition: str
    format: str
    content: bytes
    renderer: str


def request_rendition(*, report: Report, by: User) -> tuple[ReportVersion, Job, bool]:
    """Accept the making of a report's files, in the caller's transaction.

    What the report says now becomes a version of its own, and that version is what gets drawn, whatever is
    written meanwhile. Asked again without a change, the version and its job are the ones that are there.

    Returns:
        The version, its job, and whether they are new.

    Raises:
        PolicyError: while the figures are not frozen.
    """
    with transaction.atomic():
        locked = Report.objects.select_for_update(no_key=True).get(council=report.council_id, pk=report.pk)
        if locked.state == ReportState.DRAFT:
            raise PolicyError("Freeze the figures first, so that everybody reads the same ones.")
        content = content_of(locked.council, locked)
        digest = checksum(content)
        newest = newest_version(locked)
        version = newest
        if version is None or version.sha256 != digest:
            version = ReportVersion.objects.create(
                council=locked.council,
                report=locked,
                number=(newest.number if newest else 0) + 1,
                state=locked.state,
                content=content,
                sha256=digest,
                made_by=by,
            )
        job, created = enqueue(
            council=locked.council,
            kind=RENDER,
            subject=version,
            effect_key=f"report:{locked.pk}:{version.number}",
            by=by,
        )
        if created:
            record(
                action="compliance.report_requested",
                subject=locked,
                details={"version": version.number, "sha256": digest},
            )
    return version, job, created


def permitted(job: Job) -> None:
    """Raise NotPermitted unless whoever asked may still write this report (OP-3)."""
    version = _version(job)
    if job.requested_by is None or not may_ask_for_document(
        council_access(job.requested_by, job.council), version
    ):
        raise NotPermitted("Whoever asked for this document may no longer write this report.")


def work(job: Job, progress: Progress) -> list[File]:
    """Make every file of the version, outside any transaction: each edition as PDF, Word and workbook."""
    progress(10, "Reading the report")
    with service_scope(council=job.council):
        version = _version(job)
    files: list[File] = []
    for edition, content in editions_of(version.content).items():
        context = document_context(version, content, edition)
        marking = context["marking"]
        html = render_to_string("compliance/reports/document.html", context)
        progress(30, "Drawing the pages")
        try:
            pdf = render_pdf(
                html=html,
                title=context["title"],
                marking=marking,
                created=version.made_at,
                attachments=attachments_of(content, created=version.made_at, marking=marking),
            )
        except RenderError as error:
            logger.exception("Report %s could not be drawn: %s", version.report_id, error.detail)
            raise CannotBeDone(str(error)) from error
        progress(70, "Writing the Word file and the workbook")
        word = word_of(context, version)
        workbook = workbook_of(content, created=version.made_at, marking=marking)
        for kind, made, renderer in (
            (ReportFormat.PDF, pdf, "weasyprint"),
            (ReportFormat.DOCX, word, "python-docx"),
            (ReportFormat.XLSX, workbook, "xlsxwriter"),
        ):
            files.append(File(edition, kind, made, _with_version(renderer)))
    progress(90, "Keeping the files")
    return files


def _with_version(package: str) -> str:
    names = {"weasyprint": "WeasyPrint", "xlsxwriter": "XlsxWriter"}
    return f"{names.get(package, package)} {version_of_package(package)}"


def store(job: Job, files: list[File]) -> None:
    """Keep all files of the version, with one audit event and one e-mail, as the job ends."""
    version = _version(job)
    renditions = ReportRendition.objects.bulk_create(
        ReportRendition(
            council=job.council,
            version=version,
            edition=file.edition,
            format=file.format,
            content=file.content,
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
            renderer=file.renderer,
        )
        for file in files
    )
    record(
        action="compliance.report_rendered",
        subject=version.report,
        details={
            "version": version.number,
            "files": [
                {"edition": one.edition, "format": one.format, "sha256": one.sha256, "size": one.size}
                for one in renditions
            ],
        },
    )
    if job.requested_by is not None:
        link = settings.PUBLIC_URL + result_url(job)
        reference = f"{version.report.reference}, version {version.number}"
        queue_email(
            recipient=job.requested_by.email,
            subject=f"Prevent Portal: report {reference} is ready",
            text=f"The files of report {reference} are ready.\n\nSign in to read them: {link}\n",
            effect_key=f"report-ready:{version.pk}",
        )


def readable(access: CouncilAccess, job: Job) -> bool:
    """Whoever may read the report may follow its job."""
    version = ReportVersion.objects.filter(council=access.council, pk=job.subject_id).first()
    return version is not None and may_read_version(access, version)


def result_url(job: Job) -> str:
    version = _version(job)
    return reverse("report", args=[job.council.slug, version.report_id])


def _version(job: Job) -> ReportVersion:
    return ReportVersion.objects.select_related("report").get(council=job.council_id, pk=job.subject_id)


HANDLER = Handler(
    title="The report as PDF, Word and Excel files",
    permitted=permitted,
    work=work,
    store=store,
    readable=readable,
    result_url=result_url,
)
