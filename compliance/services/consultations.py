"""Seek an officer's advice on a section of a report, get it, and take it in.

E-mails carry the report's reference and a link, nothing else (rule 14 of the product).
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from compliance.enums import SectionKind
from compliance.models import Consultation, Report, ReportSection
from compliance.policies import PolicyError
from compliance.queries.consultations import possible_advisers
from compliance.services.report_sections import write_section
from compliance.services.reports import locked_report
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.services.emails import queue_email


def seek_advice(
    *, section: ReportSection, by: User, person: User, title: str, due_on: date | None = None
) -> Consultation:
    """Ask a person for advice on a section. Asked again in the same way, it is the request that is there.

    Args:
        title: office of the person, as the audit trail prints it.

    Raises:
        PolicyError: for a final report, a section that the portal writes, a day that has passed, oneself, or
            somebody who may not advise in this council or is asked already.
    """
    title = " ".join(title.split())
    with transaction.atomic():
        report = locked_report(section.report)
        if section.kind == SectionKind.AUDIT_TRAIL:
            raise PolicyError("The portal makes the audit trail, so nobody is asked for advice on it.")
        if not title:
            raise PolicyError("Enter the office of the person, such as “Director of Law”.")
        if person.pk == by.pk:
            raise PolicyError("You write this report yourself. Ask somebody else for advice.")
        if not possible_advisers(report.council).filter(pk=person.pk).exists():
            raise PolicyError(
                "This person may not advise on reports. An administrator can give them the role."
            )
        asked = Consultation.objects.filter(
            council=report.council_id, section=section, person=person, withdrawn_at__isnull=True
        ).first()
        if asked is not None:
            if (asked.title, asked.due_on) == (title, due_on):
                return asked
            raise PolicyError("This person is asked for advice on this section already.")
        if due_on is not None and due_on < timezone.localdate():
            raise PolicyError("The day by which advice is needed must be today or later.")
        consultation = Consultation.objects.create(
            council=report.council,
            section=section,
            title=title,
            person=person,
            sought_on=timezone.localdate(),
            sought_by=by,
            due_on=due_on,
        )
        _record("compliance.advice_sought", consultation, report)
        link = reverse("advice-section", args=[report.council.slug, consultation.pk])
        queue_email(
            recipient=person.email,
            subject=f"Prevent Portal: your advice on report {report.reference}",
            text=(
                f"You are asked for advice on a section of report {report.reference}.\n\n"
                f"Sign in to read and write it: {settings.PUBLIC_URL}{link}\n"
            ),
            effect_key=f"advice:{consultation.pk}",
        )
    return consultation


def write_advice(
    *,
    consultation: Consultation,
    by: User,
    narrative: str,
    none_identified: bool,
    version: int,
    given: bool = False,
) -> ReportSection:
    """Save the words of the section on which advice is sought.

    Args:
        given: whether the advice is given with that, in one step: both are kept, or neither.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: if the request was withdrawn or is somebody else's, the report is final, or as in
            :func:`write_section`.
    """
    with transaction.atomic():
        _locked(consultation, by=by)
        section = write_section(
            section=consultation.section,
            by=by,
            narrative=narrative,
            none_identified=none_identified,
            version=version,
        )
        if given:
            answer_advice(consultation=consultation, by=by)
    return section


def answer_advice(*, consultation: Consultation, by: User) -> Consultation:
    """Say that one's advice is given. Said twice, it is said once.

    Raises:
        PolicyError: if the request was withdrawn or is somebody else's, or the report is final.
    """
    with transaction.atomic():
        locked, report = _locked(consultation, by=by)
        if locked.answered_at is not None:
            return locked
        locked.answered_at = timezone.now()
        locked.save(update_fields=["answered_at"])
        _record("compliance.advice_given", locked, report)
        link = reverse("report-section", args=[report.council.slug, report.pk, locked.section_id])
        queue_email(
            recipient=(report.author or locked.sought_by).email,
            subject=f"Prevent Portal: advice on report {report.reference}",
            text=(
                f"Advice on a section of report {report.reference} is there.\n\n"
                f"Sign in to read it: {settings.PUBLIC_URL}{link}\n"
            ),
            effect_key=f"advice-given:{locked.pk}",
        )
    return locked


def include_advice(*, consultation: Consultation, by: User) -> Consultation:
    """Record that the author took the advice in.

    Raises:
        PolicyError: if it was withdrawn or is not given yet, or the report is final.
    """
    with transaction.atomic():
        locked, report = _locked(consultation)
        if locked.included_on is not None:
            return locked
        if locked.answered_at is None:
            raise PolicyError(f"{locked.title} has not given advice yet.")
        locked.included_on = timezone.localdate()
        locked.included_by = by
        locked.save(update_fields=["included_on", "included_by"])
        _record("compliance.advice_included", locked, report)
    return locked


def withdraw_request(*, consultation: Consultation, by: User) -> Consultation:
    """Take a request for advice back: its person reaches the section no more. What they wrote stays.

    Raises:
        PolicyError: if the advice is included already, so that the audit trail names it, or the report is
            final.
    """
    with transaction.atomic():
        report = locked_report(consultation.section.report)
        locked = Consultation.objects.select_for_update(no_key=True).get(
            council=consultation.council_id, pk=consultation.pk
        )
        if locked.withdrawn_at is not None:
            return locked
        if locked.included_on is not None:
            raise PolicyError("This advice is included already, and the audit trail says so.")
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        _record("compliance.advice_withdrawn", locked, report, by=by)
    return locked


def _locked(consultation: Consultation, *, by: User | None = None) -> tuple[Consultation, Report]:
    """The request and its report, locked in that order of all who write a report."""
    report = locked_report(consultation.section.report)
    locked = Consultation.objects.select_for_update(no_key=True).get(
        council=consultation.council_id, pk=consultation.pk
    )
    if locked.withdrawn_at is not None:
        raise PolicyError("This request for advice was taken back, so nothing was saved.")
    if by is not None and locked.person_id != by.pk:
        raise PolicyError("Somebody else was asked for this advice.")
    return locked, report


def _record(action: str, consultation: Consultation, report: Report, *, by: User | None = None) -> None:
    details = {"report": report.pk, "section": consultation.section_id, "person": consultation.person_id}
    record(action=action, subject=consultation, details=details if by is None else {**details, "by": by.pk})
