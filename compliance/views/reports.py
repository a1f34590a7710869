"""Pages of committee reports: the list, a report, what it says as it stands, its header."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.areas import report_areas
from compliance.enums import ReportState
from compliance.forms.reports import HeaderForm
from compliance.models import Publication, Report, ReportSection
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.publications import check_can_be_published
from compliance.policies.reports import check_can_be_final
from compliance.policies.sign_offs import check_can_be_handed_in, check_can_be_signed
from compliance.queries.publications import publication_of, published_correction_of
from compliance.queries.report_content import Content
from compliance.queries.report_dates import ReportDates, dates_of, header_values
from compliance.queries.report_obstacles import not_publishable, obstacles_of, warnings_of
from compliance.queries.report_pages import page_context
from compliance.queries.report_progress import (
    DateLine,
    SectionWork,
    correction_of,
    date_lines,
    happenings,
    section_work,
)
from compliance.queries.reports import content_of, sections_of
from compliance.queries.sign_offs import AUTHOR, Place, Standing, standing_of
from compliance.report_access import (
    may_edit_report,
    readable_content,
    readable_versions,
    report_for,
    report_to_edit,
    reports_of,
)
from compliance.services.report_sections import change_header
from compliance.texts.mentioned_numbers import unreleased_case_numbers, unsupported_numbers
from compliance.views.plans import council_crumbs
from compliance.views.publications import publication_rows
from compliance.views.report_files import versions_table
from compliance.views.report_trail import report_crumbs, section_status, state_tag
from compliance.views.sign_offs import places_table
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import (
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    Task,
    TimelineItem,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView


class ReportsPage(CouncilView):
    """The council's reports, newest period first."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        page, links = paginate(request, reports_of(self.access).defer("snapshot").select_related("author"))
        table = Table(
            caption="Reports",
            hide_caption=True,
            stacks=True,
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
            "areas": report_areas(self.access, "reports"),
            "crumbs": council_crumbs(self.council, ("Reports", "")),
            "table": table if page.paginator.count else None,
            "links": links,
            "archive_href": reverse("report-archive", args=[self.council.slug]),
            "committees_href": reverse("report-schedules", args=[self.council.slug])
            if self.access.may(CompliancePermission.EDIT_REPORT_TEMPLATES)
            else "",
        }
        return render(request, "compliance/reports/list.html", context)


class ReportPage(CouncilView):
    """One report: where it stands, what is next and missing, sections, sign-off, files, history."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_for(self.access, report_id)
        edits = may_edit_report(self.access, report)
        writes = edits and report.state != ReportState.FINAL
        sections = sections_of(report)
        whole = content_of(self.council, report, sections)
        content = readable_content(self.access, report.pk, whole)
        standing = standing_of(report, whole)
        publication = publication_of(report)
        dates = dates_of(report)
        lines = readable_versions(self.access, report)
        correction = correction_of(report)
        work = section_work(report) if self._reads_drafts else {}
        context = {
            "report": report,
            "crumbs": [
                *report_crumbs(self.council, report)[:-1],
                Crumb(f"{report.reference} {report.period}"),
            ],
            "state": state_tag(report),
            "facts": self._facts(report, edits=writes),
            "dates": self._dates(report, dates, standing),
            "clashes": [*dates.clashes, *not_publishable(whole)] if writes else [],
            "missing": content["missing"],
            "warnings": warnings_of(report, whole) if writes else [],
            "sources": content["sources"],
            "sections": [self._task(report, section, content, work, edits=writes) for section in sections],
            "places": places_table(standing),
            "naming": self._naming(report, standing) if writes else [],
            "versions": versions_table(self, report, lines),
            "published": publication_rows(self.council, publication) if publication else [],
            "history": [
                TimelineItem(title=one.words, at=one.at, by=one.by)
                for one in happenings(report, standing, publication)
            ],
            "corrections": self._corrections(report, correction),
            **self._links(
                report,
                edits=edits,
                corrected=correction is not None,
                # A final report never changes, so its files are asked for only while they lack.
                to_make=report.state != ReportState.FINAL or not (lines and lines[0].files),
            ),
            **self._steps(report, whole, sections, standing, publication),
        }
        return render(request, "compliance/reports/report.html", context)

    def _corrections(self, report: Report, correction: Report | None) -> list[Link]:
        """The report that this one puts right, and the one that puts this one right."""
        found = []
        if report.corrects is not None:
            found.append(
                Link(
                    f"This report puts {report.corrects.reference} right",
                    self._href("report", report.corrects),
                    hint=report.correction,
                )
            )
        if correction is not None and (correction.state == ReportState.FINAL or self._reads_drafts):
            found.append(
                Link(
                    f"{correction.reference} puts this report right",
                    self._href("report", correction),
                    hint=correction.correction,
                )
            )
        return found

    @property
    def _reads_drafts(self) -> bool:
        return self.access.may(CompliancePermission.VIEW_DRAFT_REPORTS)

    def _href(self, name: str, report: Report) -> str:
        return reverse(name, args=[self.council.slug, report.pk])

    def _links(self, report: Report, *, edits: bool, corrected: bool, to_make: bool) -> dict[str, str]:
        """Where the person may go from here; empty for what is not theirs or not now."""
        draft, final = report.state == ReportState.DRAFT, report.state == ReportState.FINAL
        shown = {
            "preview": True,
            "header": edits and not final and bool(report.header_fields),
            "freeze": edits and draft,
            "thaw": edits and not draft and not final,
            "changes": edits and not draft and not final,
            "files": edits and not draft and to_make,
            "correct": edits and final and not corrected,
        }
        return {f"{name}_href": self._href(f"report-{name}", report) if shown[name] else "" for name in shown}

    def _steps(
        self,
        report: Report,
        content: Content,
        sections: list[ReportSection],
        standing: Standing,
        publication: Publication | None,
    ) -> dict[str, str]:
        """The steps that this person may take now, and what keeps them from the others, in words."""
        frozen = report.state == ReportState.FROZEN
        obstacles = obstacles_of(content, sections) if frozen else []
        steps: dict[str, str] = {}

        def step(name: str, applies: bool, check: Callable[[], object]) -> None:
            steps[f"{name}_href"] = steps[f"{name}_obstacle"] = ""
            if not applies:
                return
            try:
                check()
            except PolicyError as obstacle:
                steps[f"{name}_obstacle"] = str(obstacle)
            else:
                steps[f"{name}_href"] = self._href(f"report-{name}", report)

        step(
            "hand-in",
            frozen and bool(standing.places) and report.author_id == self.person.pk,
            lambda: check_can_be_handed_in(report, standing, obstacles, self.person),
        )
        signs = any(
            place.sign_off.person_id == self.person.pk
            and place.sign_off.position != AUTHOR
            and place.state != "signed"
            for place in standing.places
        )
        step(
            "sign",
            frozen and signs and self.access.may(CompliancePermission.SIGN_REPORTS),
            lambda: check_can_be_signed(report, standing, self.person),
        )
        step(
            "final",
            frozen and self.access.may(CompliancePermission.FINALISE_REPORTS),
            lambda: check_can_be_final(report, standing, obstacles, self.person),
        )
        step(
            "publish",
            report.state == ReportState.FINAL
            and publication is None
            and self.access.may(CompliancePermission.PUBLISH_REPORTS),
            lambda: check_can_be_published(report, publication, published_correction_of(report)),
        )
        stands = publication is not None and publication.withdrawn_at is None
        withdraws = stands and self.access.may(CompliancePermission.PUBLISH_REPORTS)
        steps["withdraw_href"] = self._href("report-withdraw", report) if withdraws else ""
        return {name.replace("-", "_"): value for name, value in steps.items()}

    def _facts(self, report: Report, *, edits: bool) -> list[SummaryRow]:
        rows = [
            SummaryRow("For", report.committee),
            SummaryRow("Period", report.period.words),
            SummaryRow("Author", display_name(report.author) if report.author else "Nobody yet"),
        ]
        if report.as_at is None:
            rows.append(SummaryRow("Figures", "Live: they change as returns and progress arrive"))
        else:
            by = f", frozen by {display_name(report.frozen_by)}" if report.frozen_by and edits else ""
            rows.append(SummaryRow("Figures", f"As at {british_date(report.as_at)}{by}"))
        if report.final_at is not None:
            rows.append(SummaryRow("Final since", report.final_at))
        return rows

    def _dates(self, report: Report, dates: ReportDates, standing: Standing) -> Table | None:
        lines = date_lines(report, dates, standing, timezone.localdate())
        if not lines:
            return None

        def tag(line: DateLine) -> Tag | str:
            if line.is_done:
                return Tag("Done", "green")
            if line.is_next:
                return Tag("Next", "blue")
            return Tag("Past", "red") if line.is_past and report.state != ReportState.FINAL else ""

        return Table(
            caption="Dates",
            columns=[Column("What", header=True), Column("By"), Column("Where it stands")],
            rows=[[line.words, line.day, tag(line)] for line in lines],
        )

    def _task(
        self,
        report: Report,
        section: ReportSection,
        content: Content,
        work: dict[UUID, SectionWork],
        *,
        edits: bool,
    ) -> Task:
        own = next((one for one in content["sections"] if one["key"] == section.key), None)
        words, colour = section_status(section)
        blocks = sum(part["kind"] == "block" for part in own["parts"]) if own else 0
        hints = []
        if blocks:
            hints.append(f"{counted(blocks, 'table', 'tables')} filled in by the portal")
        if section.exempt_paragraph:
            hints.append(f"Exempt: paragraph {section.exempt_paragraph}")
        waits = work.get(section.pk)
        if waits is not None:
            if waits.sought:
                hints.append(f"Advice sought from {', '.join(waits.sought)}")
            if waits.answered:
                hints.append(f"Advice to take in from {', '.join(waits.answered)}")
            if waits.comments:
                hints.append(f"{counted(waits.comments, 'comment', 'comments')} open")
        return Task(
            title=f"{own['number'] if own else ''} {section.heading}".strip(),
            status=words,
            colour=colour,
            hint=". ".join(hints),
            href=reverse("report-section", args=[self.council.slug, report.pk, section.pk]) if edits else "",
        )

    def _naming(self, report: Report, standing: Standing) -> list[Link]:
        """Links to name who holds each place that is not signed."""
        return [
            Link(
                _naming_words(place),
                reverse("report-signatory", args=[self.council.slug, report.pk, place.sign_off.position]),
            )
            for place in standing.places
            if place.state != "signed"
        ]


def _naming_words(place: Place) -> str:
    if place.sign_off.position == AUTHOR:
        return "Change the author"
    verb = "Name" if place.sign_off.person is None else "Change"
    return f"{verb} who signs as {place.sign_off.title}"


class PreviewPage(CouncilView):
    """The report as its reader will see it, as a page."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_for(self.access, report_id)
        whole = content_of(self.council, report)
        content = readable_content(self.access, report.pk, whole)
        writes = may_edit_report(self.access, report) and report.state != ReportState.FINAL
        context = {
            **page_context(content),
            "case_numbers": unreleased_case_numbers(whole) if writes else [],
            "unsupported": unsupported_numbers(whole) if writes else [],
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
