"""Versions of a report: what each says, and its files."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.enums import ReportEdition, ReportFormat
from compliance.models import Report
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.report_editions import exempt_content
from compliance.queries.report_pages import page_context
from compliance.queries.reports import FileLine, VersionLine, version_lines
from compliance.report_access import (
    may_read_exempt,
    readable_content,
    rendition_for,
    report_for,
    report_to_edit,
    version_for,
)
from compliance.services.renditions import request_rendition
from compliance.views.report_trail import report_crumbs
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import display_name
from prevent_portal.outbox.enums import JobState
from prevent_portal.web.components import Column, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_datetime
from prevent_portal.web.downloads import PDF_TYPE, XLSX_TYPE, download
from prevent_portal.web.numbers import file_size
from prevent_portal.web.views import CouncilView
from prevent_portal.web.word import DOCX_TYPE

CONTENT_TYPES: dict[str, str] = {
    ReportFormat.PDF: PDF_TYPE,
    ReportFormat.DOCX: DOCX_TYPE,
    ReportFormat.XLSX: XLSX_TYPE,
}


class VersionPage(CouncilView):
    """What a version says, as a page, with its checksum and its files."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, number: int) -> HttpResponse:
        version = version_for(self.access, report_id, number)
        report = version.report
        line = next(line for line in version_lines(report) if line.id == version.pk)
        reads_all = may_read_exempt(self.access, report.pk)
        content = readable_content(self.access, report.pk, version.content)
        made = f"{british_datetime(version.made_at)}, by {display_name(version.made_by)}"
        context = {
            **page_context(content),
            "report": report,
            "version": version,
            "status": status_tag(line),
            "as_at": date.fromisoformat(content["as_at"]),
            "rows": [
                SummaryRow("Made", made),
                SummaryRow("Checksum (SHA-256)", version.sha256),
                SummaryRow("Files", file_links(self.access, report.pk, line) or waiting(self, line)),
            ],
            "has_exempt": reads_all and exempt_content(version.content) is not None,
            "crumbs": report_crumbs(self.council, report, (f"Version {number}", "")),
        }
        return render(request, "compliance/reports/version.html", context)


class FilesRequestPage(CouncilView):
    """Ask for the files of what the report says now; the answer is the page that follows the job."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_edit(self.access, report_id)
        try:
            _version, job, created = request_rendition(report=report, by=self.person)
        except PolicyError as problem:
            messages.error(request, str(problem))
            return redirect("report", self.council.slug, report.pk)
        if not created and job.state == JobState.DONE:
            messages.info(request, "Nothing has changed since this version, so its files are those below.")
            return redirect("report", self.council.slug, report.pk)
        return redirect("job", self.council.slug, job.pk)


class FileView(CouncilView):
    """The one exit of a report's files: an edition of a version in a format."""

    permission = CompliancePermission.VIEW_REPORTS
    edition = ReportEdition.PUBLIC

    def get(self, request: HttpRequest, report_id: UUID, number: int, file_format: str) -> HttpResponseBase:
        if file_format not in CONTENT_TYPES:
            raise Http404
        rendition = rendition_for(
            self.access, report_id, number, edition=self.edition, file_format=file_format
        )
        name = file_name(report_for(self.access, report_id), number, self.edition, file_format)
        return download(
            content=bytes(rendition.content), filename=name, content_type=CONTENT_TYPES[file_format]
        )


class ExemptFileView(FileView):
    """A file of what the report keeps from the public, for those who may read it."""

    permission = CompliancePermission.VIEW_REPORTS
    edition = ReportEdition.EXEMPT


def file_name(report: Report, number: int, edition: str, file_format: str) -> str:
    """What a file is called on the disk of whoever downloads it."""
    kept = ", EXEMPT" if edition == ReportEdition.EXEMPT else ""
    return f"{report.title}, {report.period}, version {number}{kept}.{file_format}".replace("/", "-")


def file_href(slug: str, report_id: UUID, number: int, file: FileLine) -> str:
    exempt = file.edition == ReportEdition.EXEMPT
    return reverse(
        "report-exempt-file" if exempt else "report-file", args=[slug, report_id, number, file.format]
    )


def file_links(access: CouncilAccess, report_id: UUID, line: VersionLine) -> list[Link]:
    """Links to the files of a version that the person may read."""
    return _links(access.council.slug, report_id, line, exempt=may_read_exempt(access, report_id))


def _links(slug: str, report_id: UUID, line: VersionLine, *, exempt: bool) -> list[Link]:
    return [
        Link(
            f"{words_of(file)} ({file_size(file.size)})",
            file_href(slug, report_id, line.number, file),
            about=f"of version {line.number}",
        )
        for file in line.files
        if exempt or file.edition == ReportEdition.PUBLIC
    ]


def words_of(file: FileLine) -> str:
    label = ReportFormat(file.format).label
    return f"{label}, exempt" if file.edition == ReportEdition.EXEMPT else label


def versions_table(view: CouncilView, report: Report, lines: list[VersionLine]) -> Table | None:
    """The versions that the person may read, with their files or how their making stands."""
    if not lines:
        return None
    slug = view.council.slug
    exempt = may_read_exempt(view.access, report.pk)
    return Table(
        caption="Versions and files",
        hide_caption=True,
        stacks=True,
        columns=[Column("Version", header=True), Column("Made"), Column("Status"), Column("Files")],
        rows=[
            [
                Link(
                    f"Version {line.number}", reverse("report-version", args=[slug, report.pk, line.number])
                ),
                line.made_at,
                status_tag(line),
                _links(slug, report.pk, line, exempt=exempt) or waiting(view, line),
            ]
            for line in lines
        ],
    )


def status_tag(line: VersionLine) -> Tag:
    return Tag("Final", "green") if line.is_final else Tag("Draft", "yellow")


def waiting(view: CouncilView, line: VersionLine) -> Any:
    """How the making of a version's files stands, while there are none."""
    if line.job_id is None:
        return "Not made"
    words = {JobState.FAILED: "Failed: see why", JobState.REFUSED: "Not permitted: see why"}
    return Link(
        words.get(JobState(line.job_state), "Being made: see the progress"),
        reverse("job", args=[view.council.slug, line.job_id]),
    )
