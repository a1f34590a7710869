"""Pages of a council's publications: publish, withdraw, and the archive of final reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.areas import report_areas
from compliance.forms.publications import ArchiveForm, WithdrawForm
from compliance.models import Publication, Report
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.publications import archived_reports, period_words, periods_of, standing_publications
from compliance.report_access import publication_to_withdraw, report_to_publish, reports_of
from compliance.services.publications import publish, withdraw
from compliance.views.report_steps import StepPage
from compliance.views.report_trail import report_crumbs
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Column, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


class PublishPage(StepPage):
    """Publish a final report for everybody."""

    permission = CompliancePermission.PUBLISH_REPORTS
    title = "Publish the report"
    button = "Publish it"
    words = (
        "The public edition will stand on a page that anybody can read without signing in, with its PDF, at "
        "an address that never changes. What is exempt is in neither."
    )
    done = "The report is published."

    def report(self, report_id: UUID) -> Report:
        return report_to_publish(self.access, report_id)

    def act(self, report: Report) -> None:
        publish(report=report, by=self.person)


class WithdrawPage(CouncilView):
    """Take a published report back."""

    permission = CompliancePermission.PUBLISH_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return self._page(publication_to_withdraw(self.access, report_id), WithdrawForm())

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        publication = publication_to_withdraw(self.access, report_id)
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self._page(publication, form)
        try:
            withdraw(publication=publication, by=self.person, reason=form.cleaned_data["reason"])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(publication, form)
        messages.success(request, "The report is withdrawn. Its public page is gone.")
        return redirect("report", self.council.slug, report_id)

    def _page(self, publication: Publication, form: WithdrawForm) -> HttpResponse:
        report = publication.report
        context = {
            "title": "Withdraw the published report",
            "lead": (
                "Its public page goes, and with it the pages of what it corrected. It cannot be published "
                "again; a correction can."
            ),
            "form": form,
            "button": "Withdraw it",
            "warning": True,
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, ("Withdraw it", "")),
        }
        return render(self.request, "web/form_page.html", context)


class ArchivePage(CouncilView):
    """Final reports of each committee, to be searched by title and period."""

    permission = CompliancePermission.VIEW_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        everything = archived_reports(reports_of(self.access))
        facets = list(everything.values_list("committee", "period_start", "period_end").distinct())
        committees = sorted({committee for committee, _, _ in facets})
        form = ArchiveForm(
            request.GET or None,
            committees=[(name, name) for name in committees],
            periods=periods_of((start, end) for _, start, end in facets),
        )
        given = form.given
        found = archived_reports(
            reports_of(self.access),
            committee=given["committee"],
            words=given["q"],
            period=given["period"],
        )
        page, links = paginate(request, found)
        context = {
            "areas": report_areas(self.access, "report-archive"),
            "crumbs": report_crumbs(self.council, None, ("Archive", "")),
            "filter": form if facets else None,
            "table": self._table(page) if page.paginator.count else None,
            "links": links,
            "public_href": reverse("published", args=[self.council.slug])
            if standing_publications(self.council).exists()
            else "",
        }
        return render(request, "compliance/reports/archive.html", context)

    def _table(self, page: object) -> Table:
        return Table(
            caption="Final reports",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("Committee"),
                Column("Period"),
                Column("Report", header=True),
                Column("Final since"),
                Column("Published"),
            ],
            rows=[
                [
                    report.committee,
                    period_words(report.period_start, report.period_end),
                    Link(
                        f"{report.reference} {report.title}",
                        reverse("report", args=[self.council.slug, report.pk]),
                    ),
                    british_date(report.final_at.date()) if report.final_at else None,
                    self._published(report),
                ]
                for report in page  # type: ignore[attr-defined] # a page of reports
            ],
        )

    def _published(self, report: Report) -> Link | Tag | None:
        publication: Publication | None = getattr(report, "publication", None)
        if publication is None:
            return None
        if publication.withdrawn_at is not None:
            return Tag("Withdrawn", "grey")
        return Link("Public page", public_href(self.council, publication), about=f"of {report.reference}")


def public_href(council: Council, publication: Publication) -> str:
    """The page of exactly this publication, for everybody."""
    return reverse(
        "published-edition",
        args=[
            council.slug,
            publication.committee_slug,
            publication.period_slug,
            publication.ordinal,
        ],
    )


def publication_rows(council: Council, publication: Publication) -> list[SummaryRow]:
    """What the report's page says of its publication."""
    rows = [
        SummaryRow(
            "Published",
            f"{british_date(publication.published_at.date())}, by {display_name(publication.published_by)}",
        )
    ]
    if publication.withdrawn_at is None:
        return [
            *rows,
            SummaryRow("Public page", Link("Read it as the public does", public_href(council, publication))),
        ]
    by = display_name(publication.withdrawn_by) if publication.withdrawn_by else ""
    return [
        *rows,
        SummaryRow("Withdrawn", f"{british_date(publication.withdrawn_at.date())}, by {by}"),
        SummaryRow("Why", publication.withdrawn_reason),
    ]
