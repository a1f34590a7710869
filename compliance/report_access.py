"""The only way to a committee report and what belongs to it: object and right in one call, 404 otherwise."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from compliance.enums import ReportEdition, ReportFormat, ReportState
from compliance.models import (
    Consultation,
    Publication,
    Report,
    ReportRendition,
    ReportSection,
    ReportVersion,
    SectionComment,
    SignOff,
)
from compliance.permissions import CompliancePermission
from compliance.queries.report_content import Content
from compliance.queries.report_editions import public_content
from compliance.queries.reports import VersionLine, version_lines
from compliance.queries.sign_offs import AUTHOR
from prevent_portal.accounts.access import CouncilAccess


def reports_of(access: CouncilAccess) -> QuerySet[Report]:
    """The reports a person may read: final ones, and drafts for those who work on them or read everything.

    Whoever is named to sign a report reads that one, whatever their role reads.
    """
    access.require(CompliancePermission.VIEW_REPORTS)
    reports = Report.objects.filter(council=access.council)
    if access.may(CompliancePermission.VIEW_DRAFT_REPORTS):
        return reports
    readable = Q(state=ReportState.FINAL)
    if access.may(CompliancePermission.SIGN_REPORTS):
        readable |= Q(Exists(_places_of(access).filter(report=OuterRef("pk"))))
    return reports.filter(readable)


def _places_of(access: CouncilAccess) -> QuerySet[SignOff]:
    """The places in which the person is named to sign, in this council."""
    return SignOff.objects.filter(council=access.council, person=access.user, position__gt=AUTHOR)


def signs_report(access: CouncilAccess, report_id: UUID) -> bool:
    """Whether the person is named to sign a report, and still may."""
    return (
        access.may(CompliancePermission.SIGN_REPORTS)
        and _places_of(access).filter(report_id=report_id).exists()
    )


def report_for(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person may read."""
    return get_object_or_404(
        reports_of(access).select_related("council", "author", "frozen_by", "final_by", "schedule"),
        pk=report_id,
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


def advice_consultation_for(access: CouncilAccess, consultation_id: UUID) -> Consultation:
    """A request for the person's own advice, with its section and nothing else of the report."""
    access.require(CompliancePermission.ADVISE_REPORTS)
    return get_object_or_404(
        Consultation.objects.filter(
            council=access.council, person=access.user, withdrawn_at__isnull=True
        ).select_related("section__report__council", "sought_by"),
        pk=consultation_id,
    )


def consultation_to_edit(
    access: CouncilAccess, report_id: UUID, section_id: UUID, consultation_id: UUID
) -> Consultation:
    """A request for advice on a section that the person may write."""
    section = section_to_edit(access, report_id, section_id)
    return get_object_or_404(
        Consultation.objects.filter(council=access.council, section=section).select_related(
            "section__report"
        ),
        pk=consultation_id,
    )


def comment_to_settle(
    access: CouncilAccess, report_id: UUID, section_id: UUID, comment_id: UUID
) -> SectionComment:
    """A comment on a section that the person may write."""
    section = section_to_edit(access, report_id, section_id)
    return get_object_or_404(
        SectionComment.objects.filter(council=access.council, section=section).select_related(
            "section__report"
        ),
        pk=comment_id,
    )


def report_to_finalise(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person may make final, if they did not freeze it: the service says that in words."""
    access.require(CompliancePermission.FINALISE_REPORTS)
    return report_for(access, report_id)


def report_to_sign(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person is named to sign. Whose turn it is, the service says in words."""
    access.require(CompliancePermission.SIGN_REPORTS)
    report = report_for(access, report_id)
    if not signs_report(access, report.pk):
        raise Http404
    return report


def report_to_publish(access: CouncilAccess, report_id: UUID) -> Report:
    """A report that the person may publish, once it is final."""
    access.require(CompliancePermission.PUBLISH_REPORTS)
    return report_for(access, report_id)


def publication_to_withdraw(access: CouncilAccess, report_id: UUID) -> Publication:
    """What stands published of a report, for somebody who may withdraw it."""
    report = report_to_publish(access, report_id)
    return get_object_or_404(
        Publication.objects.filter(council=access.council, withdrawn_at__isnull=True)
        .select_related("report")
        .defer("content", "report__snapshot"),
        report=report,
    )


def may_read_version(access: CouncilAccess, version: ReportVersion) -> bool:
    """Whoever reads only final reports does not read what a final one said as a draft."""
    if version.council_id != access.council.pk or not access.may(CompliancePermission.VIEW_REPORTS):
        return False
    if version.state == ReportState.FINAL or access.may(CompliancePermission.VIEW_DRAFT_REPORTS):
        return True
    return signs_report(access, version.report_id)


def readable_versions(access: CouncilAccess, report: Report) -> list[VersionLine]:
    """The versions of a report that the person may read, with their files, newest first."""
    drafts = access.may(CompliancePermission.VIEW_DRAFT_REPORTS) or signs_report(access, report.pk)
    return [line for line in version_lines(report) if line.is_final or drafts]


def version_for(access: CouncilAccess, report_id: UUID, number: int) -> ReportVersion:
    """A version that the person may read."""
    report = report_for(access, report_id)
    version = get_object_or_404(
        ReportVersion.objects.select_related("made_by"), council=access.council, report=report, number=number
    )
    if not may_read_version(access, version):
        raise Http404
    version.report = report
    return version


def may_read_exempt(access: CouncilAccess, report_id: UUID) -> bool:
    """Whether the person reads what a report keeps from the public.

    Those who read drafts do, democratic services, who hand the papers out, and whoever signs the report.
    """
    return (
        access.may(CompliancePermission.VIEW_DRAFT_REPORTS)
        or access.may(CompliancePermission.PUBLISH_REPORTS)
        or signs_report(access, report_id)
    )


def readable_content(access: CouncilAccess, report_id: UUID, content: Content) -> Content:
    """What the person may read of a report's content: all of it, or its public edition."""
    return content if may_read_exempt(access, report_id) else public_content(content)


def may_ask_for_document(access: CouncilAccess, version: ReportVersion) -> bool:
    """Whoever writes the report may, and whoever may make one final may have the final one drawn."""
    if may_edit_report(access, version.report):
        return True
    return version.state == ReportState.FINAL and access.may(CompliancePermission.FINALISE_REPORTS)


def rendition_for(
    access: CouncilAccess,
    report_id: UUID,
    number: int,
    *,
    edition: str = ReportEdition.PUBLIC,
    file_format: str = ReportFormat.PDF,
) -> ReportRendition:
    """A file of a version that the person may read."""
    report = report_for(access, report_id)
    rendition = get_object_or_404(
        ReportRendition.objects.select_related("version").defer("version__content"),
        council=access.council,
        version__report=report,
        version__number=number,
        edition=edition,
        format=file_format,
    )
    if not may_read_version(access, rendition.version):
        raise Http404
    if rendition.edition != ReportEdition.PUBLIC and not may_read_exempt(access, report.pk):
        raise Http404
    return rendition
