"""Where a page of a report stands, and how a section is said to stand."""

from __future__ import annotations

from django.urls import reverse

from compliance.enums import SectionKind
from compliance.models import Report, ReportSection
from compliance.queries.report_content import is_written
from compliance.views.plans import council_crumbs
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Colour, Crumb


def report_crumbs(council: Council, report: Report | None = None, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of reports."""
    trail = [("Reports", reverse("reports", args=[council.slug]))]
    if report is not None:
        here = reverse("report", args=[council.slug, report.pk])
        trail.append((f"{report.reference} {report.period}", here))
    return council_crumbs(council, *trail, *steps)


def section_status(section: ReportSection) -> tuple[str, Colour]:
    """What a section's line says at its end."""
    if section.none_identified:
        return "None identified", "grey"
    if is_written(section):
        return "Written", "green"
    if section.kind == SectionKind.BLOCKS:
        return "Figures only", "blue"
    return ("Not written yet", "yellow") if section.required else ("Optional", "grey")
