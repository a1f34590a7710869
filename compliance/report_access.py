"""The only way to a committee report and what belongs to it: object and right in one call, 404 otherwise."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from compliance.enums import ReportState
from compliance.models import Report, ReportRendition, ReportSection, ReportVersion
from compliance.permissions import CompliancePermission
from prevent_portal.accounts.access import CouncilAccess


def reports_of(access: CouncilAccess) -> QuerySet[Report]:
    """The reports a person may read: final ones, and drafts for those who work on them or read everything."""
    access.require(CompliancePermission.VIEW_REPORTS)
    reports = Report.objects.filter(council=access.council)
    if access.may(CompliancePermission.VIEW_DRAFT_REPORTS):
        return reports
    return reports.filter(state=ReportState.FINAL)


def report_for(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person may read."""
    return get_object_or_404(
        reports_of(access).select_related("council", "author", "frozen_by", "final_by"), pk=report_id
    )


def may_edit_report(access: CouncilAccess, report: Report) -> bool:
    """Coordinators write every report, a report author their own (roles of the product)."""
    if report.council_id != access.council.pk:
        return False
    if access.may(CompliancePermission.EDIT_REPORTS):
        return True
    return access.may(CompliancePermission.EDIT_OWN_REPORTS) and report.author_id == access.user.pk


def report_to_edit(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person may write."""
    report = report_for(access, report_id)
    if not may_edit_report(access, report):
        raise Http404
    return report


def section_to_edit(access: CouncilAccess, report_id: UUID, section_id: UUID) -> ReportSection:
    """A section of a report that the person may write."""
    report = report_to_edit(access, report_id)
    return get_object_or_404(
        ReportSection.objects.filter(council=access.council, report=report).select_related(
            "report", "updated_by"
        ),
        pk=section_id,
    )


def report_to_finalise(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person may make final, if they did not freeze it: the service says that in words."""
    access.require(CompliancePermission.FINALISE_REPORTS)
    return report_for(access, report_id)


def may_read_version(access: CouncilAccess, version: ReportVersion) -> bool:
    """Whoever reads only final reports does not read what a final one said as a draft."""
    if version.council_id != access.council.pk or not access.may(CompliancePermission.VIEW_REPORTS):
        return False
    return version.state == ReportState.FINAL or access.may(CompliancePermission.VIEW_DRAFT_REPORTS)


def may_ask_for_document(access: CouncilAccess, version: ReportVersion) -> bool:
    """Whoever writes the report may, and whoever may make one final may have the final one drawn."""
    if may_edit_report(access, version.report):
        return True
    return version.state == ReportState.FINAL and access.may(CompliancePermission.FINALISE_REPORTS)


def rendition_for(access: CouncilAccess, report_id: UUID, number: int) -> ReportRendition:
    """The document of a version that the person may read."""
    report = report_for(access, report_id)
    rendition = get_object_or_404(
        ReportRendition.objects.select_related("version").defer("version__content"),
        council=access.council,
        version__report=report,
        version__number=number,
    )
    if not may_read_version(access, rendition.version):
        raise Http404
    return rendition
