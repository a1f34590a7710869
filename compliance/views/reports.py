"""Pages of committee reports: the list, a report, its sections, its documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.enums import ReportState
from compliance.forms.reports import HeaderForm
from compliance.models import Report, ReportSection
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.reports import check_can_be_final
from compliance.queries.report_content import Content
from compliance.queries.report_dates import header_values
from compliance.queries.report_pages import page_context
from compliance.queries.reports import VersionLine, content_of, sections_of, version_lines
from compliance.report_access import (
    may_edit_report,
    rendition_for,
    report_for,
    report_to_edit,
    report_to_finalise,
    reports_of,
)
from compliance.services.renditions import request_rendition
from compliance.services.report_sections import change_header
from compliance.services.reports import finalise, freeze, thaw
from compliance.views.plans import council_crumbs
from compliance.views.report_trail import report_crumbs, section_status
from prevent_portal.accounts.models import display_name
from prevent_portal.outbox.enums import JobState
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    Task,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import PDF_TYPE, download
from prevent_portal.web.numbers import counted, file_size
from prevent_portal.web.views import CouncilView

STATE_COLOURS: dict[str, Colour] = {
    ReportState.DRAFT: "yellow",
    ReportState.FROZEN: "blue",
    ReportState.FINAL: "green",
}


def state_tag(report: Report) -> Tag:
    return Tag(report.get_state_display(), STATE_COLOURS[report.state])


class ReportsPage(CouncilView):
    """The council's reports, newest period first."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        page, links = paginate(request, reports_of(self.access).defer("snapshot").select_related("author"))
        table = Table(
            caption="Reports",
            hide_caption=True,
            columns=[
                Column("Report", header=True),
                Column("Committee"),
                Column("Period"),
                Column("State"),
                Column("Due"),
            ],
            rows=[
                [
                    Link(
                        f"{report.reference} {report.title}",
                        reverse("report", args=[self.council.slug, report.pk]),
                    ),
                    report.committee,
                    str(report.period),
                    state_tag(report),
                    report.due_on,
                ]
                for report in page
            ],
        )
        context = {
            "crumbs": council_crumbs(self.council, ("Reports", "")),
            "table": table if page.paginator.count else None,
            "links": links,
        }
        return render(request, "compliance/reports/list.html", context)


class ReportPage(CouncilView):
    """One report: where it stands, what is missing, its sections, its documents."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_for(self.access, report_id)
        edits = may_edit_report(self.access, report) and report.state != ReportState.FINAL
        sections = sections_of(report)
        content = content_of(self.council, report, sections)
        context = {
            "report": report,
            "crumbs": [
                *report_crumbs(self.council, report)[:-1],
                Crumb(f"{report.reference} {report.period}"),
            ],
            "state": state_tag(report),
            "facts": self._facts(report, edits=edits),
            "missing": content["missing"],
            "sources": content["sources"],
            "sections": [self._task(report, section, content, edits=edits) for section in sections],
            "header_href": self._href("report-header", report) if edits and report.header_fields else "",
            "preview_href": self._href("report-preview", report),
            "freeze_href": self._href("report-freeze", report)
            if edits and report.state == ReportState.DRAFT
            else "",
            "thaw_href": self._href("report-thaw", report)
            if edits and report.state == ReportState.FROZEN
            else "",
            "pdf_href": self._href("report-pdf", report)
            if may_edit_report(self.access, report) and report.state != ReportState.DRAFT
            else "",
            "documents": self._documents(report),
            **self._final(report, sections),
        }
        return render(request, "compliance/reports/report.html", context)

    def _href(self, name: str, report: Report) -> str:
        return reverse(name, args=[self.council.slug, report.pk])

    def _facts(self, report: Report, *, edits: bool) -> list[SummaryRow]:
        rows = [
            SummaryRow("For", report.committee),
            SummaryRow("Period", report.period.words),
            SummaryRow("Author", display_name(report.author) if report.author else "Nobody yet"),
            SummaryRow("Due", report.due_on),
        ]
        if report.as_at is None:
            rows.append(SummaryRow("Figures", "Live: they change as returns and progress arrive"))
        else:
            by = f", frozen by {display_name(report.frozen_by)}" if report.frozen_by and edits else ""
            rows.append(SummaryRow("Figures", f"As at {british_date(report.as_at)}{by}"))
        if report.final_at is not None:
            rows.append(SummaryRow("Final since", report.final_at))
        return rows

    def _task(self, report: Report, section: ReportSection, content: Content, *, edits: bool) -> Task:
        numbers = {one["key"]: one["number"] for one in content["sections"]}
        number = numbers.get(section.key, "")
        words, colour = section_status(section)
        blocks = sum(
            part["kind"] == "block"
            for one in content["sections"]
            if one["key"] == section.key
            for part in one["parts"]
        )
        hints = []
        if blocks:
            hints.append(f"{counted(blocks, 'table', 'tables')} filled in by the portal")
        return Task(
            title=f"{number} {section.heading}".strip(),
            status=words,
            colour=colour,
            hint=". ".join(hints),
            href=reverse("report-section", args=[self.council.slug, report.pk, section.pk]) if edits else "",
        )

    def _documents(self, report: Report) -> Table | None:
        readable = [line for line in version_lines(report) if self._may_read(line)]
        if not readable:
            return None
        return Table(
            caption="Documents",
            columns=[Column("Version", header=True), Column("Made"), Column("Status"), Column("Document")],
            rows=[
                [
                    f"Version {line.number}",
                    line.made_at,
                    Tag("Final", "green") if line.is_final else Tag("Draft", "yellow"),
                    self._document(report, line),
                ]
                for line in readable
            ],
        )

    def _may_read(self, line: VersionLine) -> bool:
        return line.is_final or self.access.may(CompliancePermission.VIEW_DRAFT_REPORTS)

    def _document(self, report: Report, line: VersionLine) -> Any:
        if line.size is not None:
            return Link(
                f"Download version {line.number} (PDF, {file_size(line.size)})",
                reverse("report-document", args=[self.council.slug, report.pk, line.number]),
            )
        if line.job_id is None:
            return "Not made"
        words = {JobState.FAILED: "Failed: see why", JobState.REFUSED: "Not permitted: see why"}
        return Link(
            words.get(JobState(line.job_state), "Being made: see the progress"),
            reverse("job", args=[self.council.slug, line.job_id]),
        )

    def _final(self, report: Report, sections: list[ReportSection]) -> dict[str, str]:
        """The button that makes a report final, or why there is none."""
        if report.state != ReportState.FROZEN or not self.access.may(CompliancePermission.FINALISE_REPORTS):
            return {"final_href": "", "final_obstacle": ""}
        try:
            check_can_be_final(report, sections, self.person)
        except PolicyError as obstacle:
            return {"final_href": "", "final_obstacle": str(obstacle)}
        return {"final_href": self._href("report-final", report), "final_obstacle": ""}


class PreviewPage(CouncilView):
    """The report as its reader will see it, as a page."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_for(self.access, report_id)
        content = content_of(self.council, report)
        context = {
            **page_context(content),
            "report": report,
            "state": state_tag(report),
            "as_at": date.fromisoformat(content["as_at"]),
            "crumbs": report_crumbs(self.council, report, ("Preview", "")),
        }
        return render(request, "compliance/reports/preview.html", context)


class HeaderPage(CouncilView):
    """The header block."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_edit(self.access, report_id)
        form = HeaderForm(report=report, initial={**header_values(report), "version": report.header_version})
        return self._page(report, form)

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_edit(self.access, report_id)
        form = HeaderForm(request.POST, report=report)
        if not form.is_valid():
            return self._page(report, form)
        try:
            change_header(
                report=report, by=self.person, header=form.lines, version=form.cleaned_data["version"]
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(report, HeaderForm(data, report=report), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(report, form)
        messages.success(request, "Header saved.")
        return redirect("report", self.council.slug, report.pk)

    def _page(
        self, report: Report, form: HeaderForm, stale: StaleVersion | None = None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": "Header of the report",
            "form": form,
            "stale": stale,
            "button": "Save the header",
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, ("Header", "")),
        }
        return render(self.request, "web/form_page.html", context, status=status)


class _StepPage(CouncilView, ABC):
    """A step that is asked for once more on a page of its own, and done by POST."""

    abstract = True
    template = "compliance/reports/step.html"
    title = ""
    button = ""
    words = ""
    done = ""

    def report(self, report_id: UUID) -> Report:
        return report_to_edit(self.access, report_id)

    @abstractmethod
    def act(self, report: Report) -> None:
        """Take the step."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return self._page(self.report(report_id))

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = self.report(report_id)
        try:
            self.act(report)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, self.done)
        return redirect("report", self.council.slug, report.pk)

    def _page(self, report: Report) -> HttpResponse:
        context = {
            "report": report,
            "title": self.title,
            "words": self.words,
            "button": self.button,
            "missing": content_of(self.council, report)["missing"],
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, (self.title, "")),
        }
        return render(self.request, self.template, context)


class FreezePage(_StepPage):
    permission = CompliancePermission.EDIT_OWN_REPORTS
    title = "Freeze the figures"
    button = "Freeze the figures"
    words = (
        "The report will show every figure as it is today, whatever arrives later. Do this when the round of "
        "returns has closed. You can still write the sections afterwards."
    )
    done = "The figures are frozen."

    def act(self, report: Report) -> None:
        freeze(report=report, by=self.person)


class ThawPage(_StepPage):
    permission = CompliancePermission.EDIT_OWN_REPORTS
    title = "Take the figures anew"
    button = "Let the figures live again"
    words = (
        "The report will show live figures again until you freeze them anew. Documents that were made of it "
        "stay as they are."
    )
    done = "The figures are live again."

    def act(self, report: Report) -> None:
        thaw(report=report, by=self.person)


class FinalPage(_StepPage):
    permission = CompliancePermission.FINALISE_REPORTS
    title = "Make the report final"
    button = "Make it final"
    words = (
        "Nothing in a final report changes afterwards. Its readers, democratic services among them, can then "
        "see it, and the portal makes its document."
    )
    done = "The report is final. Its document is being made."

    def report(self, report_id: UUID) -> Report:
        return report_to_finalise(self.access, report_id)

    def act(self, report: Report) -> None:
        final = finalise(report=report, by=self.person)
        request_rendition(report=final, by=self.person)


class PdfPage(CouncilView):
    """Ask for the PDF; the answer is the page that follows the job."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_edit(self.access, report_id)
        try:
            _version, job, created = request_rendition(report=report, by=self.person)
        except PolicyError as problem:
            messages.error(request, str(problem))
            return redirect("report", self.council.slug, report.pk)
        if not created and job.state == JobState.DONE:
            messages.info(
                request, "Nothing has changed since this version, so its document is the one below."
            )
            return redirect("report", self.council.slug, report.pk)
        return redirect("job", self.council.slug, job.pk)


class DocumentView(CouncilView):
    """The one exit of a report's document."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, number: int) -> HttpResponseBase:
        rendition = rendition_for(self.access, report_id, number)
        report = report_for(self.access, report_id)
        name = f"{report.title}, {report.period}, version {number}.pdf".replace("/", "-")
        return download(content=bytes(rendition.content), filename=name, content_type=PDF_TYPE)
