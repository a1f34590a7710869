"""Where a page of a report stands, and how a section is said to stand."""

from __future__ import annotations

from django.urls import reverse

from compliance.enums import ReportState, SectionKind
from compliance.models import Report, ReportSection
from compliance.queries.report_content import is_written
from compliance.queries.sign_offs import AUTHOR, Place
from compliance.views.plans import council_crumbs
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Colour, Crumb, Tag


def report_crumbs(council: Council, report: Report | None = None, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages of reports."""
    trail = [("Reports", reverse("reports", args=[council.slug]))]
    if report is not None:
        here = reverse("report", args=[council.slug, report.pk])
        trail.append((f"{report.reference} {report.period}", here))
    return council_crumbs(council, *trail, *steps)


STATE_COLOURS: dict[str, Colour] = {
    ReportState.DRAFT: "yellow",
    ReportState.FROZEN: "blue",
    ReportState.FINAL: "green",
}


def state_tag(report: Report) -> Tag:
    return Tag(report.get_state_display(), STATE_COLOURS[report.state])


def place_tag(place: Place) -> Tag:
    """Where one place of the sign-off stands, in words and a colour."""
    handed_in = place.sign_off.position == AUTHOR
    if place.state == "signed":
        return Tag("Handed in" if handed_in else "Signed", "green")
    if place.state == "changed":
        return Tag("No longer counts", "red")
    if place.is_next:
        return Tag("To be handed in" if handed_in else "To sign now", "yellow")
    return Tag("Later", "grey")


def section_status(section: ReportSection) -> tuple[str, Colour]:
    """What a section's line says at its end."""
    if section.none_identified:
        return "None identified", "grey"
    if is_written(section):
        return "Written", "green"
    if section.kind == SectionKind.AUDIT_TRAIL:
        return "Filled in by the portal", "blue"
    if section.kind == SectionKind.BLOCKS or (section.kind == SectionKind.APPENDIX and section.blocks):
        return "Figures only", "blue"
    return ("Not written yet", "yellow") if section.required else ("Optional", "grey")
