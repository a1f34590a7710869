"""Give a council a report's shape, and say which committee gets it and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from compliance.legal_texts import LEGAL_TEXTS
from compliance.models import ReportSchedule, ReportTemplate, TemplateSection
from compliance.policies import PolicyError
from compliance.shipped_templates import SHIPPED
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def copy_shipped(*, council: Council, key: str, by: User | None) -> ReportTemplate:
    """Copy a shipped shape into the council's own templates, which it can then change.

    Args:
        by: who does it; None for the service principal.

    Raises:
        PolicyError: for an unknown shape, or one that the council has copied already.
    """
    shape = SHIPPED.get(key)
    if shape is None:
        raise PolicyError("There is no such report shape.")
    with transaction.atomic():
        template, created = ReportTemplate.objects.get_or_create(
            council=council,
            name=shape.name,
            defaults={
                "shipped_key": shape.key,
                "numbering": shape.numbering,
                "header_fields": [field.value for field in shape.header_fields],
            },
        )
        if not created:
            raise PolicyError(f"The council has a template called “{shape.name}” already.")
        TemplateSection.objects.bulk_create(
            TemplateSection(
                council=council,
                template=template,
                position=position,
                key=section.key,
                heading=section.heading,
                level=section.level,
                kind=section.kind,
                numbered=section.numbered,
                blocks=list(section.blocks),
                required=section.required,
                none_identified_allowed=section.none_identified_allowed,
                guidance=section.guidance,
                starts_with=LEGAL_TEXTS[section.legal].text if section.legal else "",
            )
            for position, section in enumerate(shape.sections, start=1)
        )
        record(
            action="compliance.report_template_copied",
            subject=template,
            details={"shape": shape.key, "by": by.pk if by else None},
        )
    return template


def schedule_report(
    *,
    council: Council,
    by: User | None,
    template: ReportTemplate,
    title: str,
    committee: str,
    author: User | None = None,
    board: Board | None = None,
    header: Mapping[str, str] | None = None,
    cadence: Cadence = Cadence.QUARTERLY,
    starts_on: date | None = None,
) -> ReportSchedule:
    """Say that a committee gets a report on a cadence. Beat opens its drafts from then on.

    Raises:
        PolicyError: if this committee gets this report already.
    """
    with transaction.atomic():
        schedule, created = ReportSchedule.objects.get_or_create(
            council=council,
            template=template,
            committee=committee,
            defaults={
                "title": title,
                "author": author,
                "board": board,
                "header": dict(header or {}),
                "cadence": cadence,
                "starts_on": starts_on or timezone.localdate(),
            },
        )
        if not created:
            raise PolicyError(f"{committee} gets this report already.")
        record(
            action="compliance.report_scheduled",
            subject=schedule,
            details={"template": template.pk, "by": by.pk if by else None},
        )
    return schedule
