"""The only way to report templates and schedules: object and right in one call, 404 otherwise."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from compliance.models import CommitteeMeeting, ReportSchedule, ReportTemplate, TemplateSection
from compliance.permissions import CompliancePermission
from compliance.queries.report_templates import templates_of
from prevent_portal.accounts.access import CouncilAccess


def templates_to_edit(access: CouncilAccess) -> QuerySet[ReportTemplate]:
    """The council's templates, for whoever may change them."""
    access.require(CompliancePermission.EDIT_REPORT_TEMPLATES)
    return templates_of(access.council)


def template_to_edit(access: CouncilAccess, template_id: UUID) -> ReportTemplate:
    """A template that the person may change."""
    access.require(CompliancePermission.EDIT_REPORT_TEMPLATES)
    return get_object_or_404(
        ReportTemplate.objects.filter(council=access.council).select_related("council"), pk=template_id
    )


def template_section_to_edit(
    access: CouncilAccess, template_id: UUID, template_section_id: UUID
) -> TemplateSection:
    """A section of a template that the person may change."""
    template = template_to_edit(access, template_id)
    section = TemplateSection.objects.filter(
        council=access.council, template=template, pk=template_section_id
    ).first()
    if section is None:
        raise Http404
    section.template = template
    return section


def schedule_to_edit(access: CouncilAccess, schedule_id: UUID) -> ReportSchedule:
    """A schedule that the person may change."""
    access.require(CompliancePermission.EDIT_REPORT_TEMPLATES)
    return get_object_or_404(
        ReportSchedule.objects.filter(council=access.council).select_related(
            "council", "template", "author", "board"
        ),
        pk=schedule_id,
    )


def committee_meeting_to_remove(
    access: CouncilAccess, schedule_id: UUID, committee_meeting_id: UUID
) -> CommitteeMeeting:
    """A meeting of a committee that the person may take off the record."""
    schedule = schedule_to_edit(access, schedule_id)
    meeting = CommitteeMeeting.objects.filter(
        council=access.council, schedule=schedule, pk=committee_meeting_id
    ).first()
    if meeting is None:
        raise Http404
    meeting.schedule = schedule
    return meeting
