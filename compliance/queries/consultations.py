"""Reads of advice that was sought on sections of reports, and of comments and earlier texts beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Consultation, Report, ReportSection, SectionComment, SectionRevision
from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

MOST_VERSIONS = 200
"""Earlier texts of a section that its page lists."""


def possible_advisers(council: Council) -> QuerySet[User]:
    """People of a council who may be asked for advice, by name."""
    return people_with(council, COMPLIANCE_GRANTS[CompliancePermission.ADVISE_REPORTS])


def advice_lines(report: Report) -> list[list[str]]:
    """Title, day sought and day included of each piece of advice, as the report's audit trail prints them."""
    sought = Consultation.objects.filter(
        council=report.council_id, section__report=report, withdrawn_at__isnull=True
    ).order_by("sought_on", "title", "pk")
    return [
        [
            consultation.title,
            f"Yes, {british_date(consultation.sought_on)}",
            f"Yes, {british_date(consultation.included_on)}" if consultation.included_on else "No",
        ]
        for consultation in sought
    ]


def consultations_on(section: ReportSection) -> list[Consultation]:
    """Whose advice on a section was sought, withdrawn requests too, oldest first."""
    return list(
        Consultation.objects.filter(council=section.council_id, section=section)
        .select_related("person", "included_by")
        .order_by("sought_on", "title", "pk")
    )


def advice_asked_of(council: Council, person: User) -> list[Consultation]:
    """What a person is asked for in a council, open requests first, then the newest."""
    asked = (
        Consultation.objects.filter(council=council, person=person, withdrawn_at__isnull=True)
        .select_related("section__report")
        .defer("section__narrative", "section__report__snapshot")
        .order_by("due_on", "-sought_on", "pk")
    )
    return sorted(asked, key=lambda one: not waits(one))


def waits(consultation: Consultation) -> bool:
    """Whether the person has still to give the advice. Needs the report selected."""
    return consultation.answered_at is None and consultation.section.report.state != ReportState.FINAL


def comments_on(section: ReportSection, *, by: User | None = None) -> list[SectionComment]:
    """The comments beside a section, oldest first; those of one person only, if one is named."""
    comments = SectionComment.objects.filter(council=section.council_id, section=section)
    if by is not None:
        comments = comments.filter(by=by)
    return list(comments.select_related("by", "settled_by").order_by("at", "pk"))


def revisions_of(section: ReportSection) -> list[SectionRevision]:
    """What a section said before and says now, newest first."""
    return list(
        SectionRevision.objects.filter(council=section.council_id, section=section)
        .select_related("by")
        .order_by("-version")[:MOST_VERSIONS]
    )


def advice_to_give(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Requests for the person's advice that wait for an answer."""
    councils = mine.where(CompliancePermission.ADVISE_REPORTS)
    if not councils:
        return

    def items(asked: list[Consultation]) -> Iterator[DueItem]:
        for consultation in asked:
            council = councils[consultation.council_id]
            yield DueItem(
                council=council,
                due_on=consultation.due_on,
                reference=consultation.section.report.reference,
                title=f"{consultation.section.heading}, {consultation.section.report.title}",
                task="Give advice on the section",
                href=reverse("advice-section", args=[council.slug, consultation.pk]),
                list_text="Advice asked of you",
                list_href=reverse("advice", args=[council.slug]),
                kind="advice",
            )

    rows = Consultation.objects.filter(
        council__in=list(councils), person=mine.user, withdrawn_at__isnull=True, answered_at__isnull=True
    ).exclude(section__report__state=ReportState.FINAL)
    yield Waiting(rows, (*_SECTION, "due_on"), items)


def advice_to_include(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Advice that was given on the person's own reports and is not marked as included."""
    councils = mine.where(CompliancePermission.EDIT_OWN_REPORTS)
    if not councils:
        return

    def items(given: list[Consultation]) -> Iterator[DueItem]:
        for consultation in given:
            report = consultation.section.report
            council = councils[consultation.council_id]
            yield DueItem(
                council=council,
                due_on=timezone.localdate(consultation.answered_at),
                reference=report.reference,
                title=f"{consultation.section.heading}, {report.title}",
                task="Take the advice in",
                href=reverse("report-section", args=[council.slug, report.pk, consultation.section_id]),
                kind="advice_given",
            )

    rows = Consultation.objects.filter(
        section__report__author=mine.user,
        council__in=list(councils),
        answered_at__isnull=False,
        included_on__isnull=True,
        withdrawn_at__isnull=True,
    ).exclude(section__report__state=ReportState.FINAL)
    yield Waiting(rows, (*_SECTION, "answered_at"), items)


_SECTION = ("council", "section__heading", "section__report__number", "section__report__title")
