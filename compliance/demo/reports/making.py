"""Make a demo report: scheduled, opened for its quarter, written, advised on, frozen and signed.

Each step is the portal's own, by the person whose step it is. Afterwards its moment is set back to the day of
the published report, so that an audit trail reads as that one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from compliance.demo.reports.shape import Advice, DemoReport, Stage
from compliance.models import (
    CommitteeMeeting,
    Consultation,
    Report,
    ReportSchedule,
    ReportSection,
    SignOff,
    TemplateSection,
)
from compliance.queries.reports import live_blocks, sections_of
from compliance.services.report_opening import open_report
from compliance.services.report_schedules import schedule_report
from compliance.services.report_sections import write_section
from compliance.services.report_templates import copy_shipped
from compliance.services.reports import finalise, freeze
from compliance.services.sign_offs import hand_in, name_signatory, sign
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.quarters import Quarter


def scheduled(demo: DemoReport, council: Council, people: Mapping[str, User]) -> ReportSchedule:
    """The council's own copy of the template, and its committee's schedule with the published meeting."""
    template = copy_shipped(council=council, key=demo.shape, by=None)
    TemplateSection.objects.filter(council=council, template=template, key__in=demo.without).delete()
    for section in TemplateSection.objects.filter(council=council, template=template):
        if section.key in demo.headings:
            section.heading = demo.headings[section.key]
            section.adviser = section.heading if section.adviser else ""
        section.blocks = list(demo.blocks.get(section.key, section.blocks))
        section.save(update_fields=["heading", "adviser", "blocks"])
    schedule = schedule_report(
        council=council,
        by=None,
        template=template,
        title=demo.title,
        committee=demo.committee,
        author=people.get(f"coordinator@{council.slug}.example"),
        header=demo.header,
        starts_on=Quarter.of(timezone.localdate()).start,
    )
    CommitteeMeeting.objects.create(council=council, schedule=schedule, held_on=demo.meeting_on)
    return schedule


def open_demo_report(demo: DemoReport, schedule: ReportSchedule) -> Report:
    """Open the published report's draft, on the day after its quarter."""
    report, _ = open_report(schedule=schedule, quarter=demo.quarter)
    report.opened_at = _morning(demo.quarter.end + timedelta(days=1))
    report.save(update_fields=["opened_at"])
    return report


def bring(report: Report, demo: DemoReport, people: Mapping[str, User]) -> Report:
    """Write the report and bring it to its stage; without its people it stays where they would be needed."""
    author = people.get(f"coordinator@{demo.council}.example")
    if author is None:
        return report
    _write(report, demo, author)
    for advice in demo.advice:
        if advice.person in people:
            _seek(report, advice, people[advice.person], author)
    if demo.stage == Stage.DRAFT:
        return report
    report = _freeze(report, author, demo.reported_on)
    signatories = [people[email] for email in demo.signatories if email in people]
    if demo.stage == Stage.FROZEN or len(signatories) < len(demo.signatories):
        return report
    for position, person in enumerate(signatories, start=1):
        name_signatory(report=report, position=position, person=person, by=author)
    version = hand_in(report=report, by=author)
    if demo.stage == Stage.FINAL:
        for person in signatories:
            sign(report=report, by=person, sha256=version.sha256)
    signed = SignOff.objects.filter(council=report.council_id, report=report, signed_at__isnull=False)
    for sign_off in signed.order_by("position"):
        sign_off.signed_at = _morning(demo.reported_on) + timedelta(hours=1 + sign_off.position)
        sign_off.save(update_fields=["signed_at"])
    finaliser = people.get(demo.finaliser)
    if demo.stage == Stage.FINAL and finaliser is not None:
        report = finalise(report=report, by=finaliser)
    return report


def _write(report: Report, demo: DemoReport, author: User) -> None:
    """The author's words, after what the legal library gives a section."""
    for section in sections_of(report):
        section.report = report
        words = demo.words.get(section.key, "")
        nothing = section.key in demo.nothing and section.none_identified_allowed
        if words or nothing:
            write_section(
                section=section,
                by=author,
                narrative="" if nothing else "\n\n".join(filter(None, (section.narrative, words))),
                none_identified=nothing,
                version=section.version,
            )


def _seek(report: Report, advice: Advice, adviser: User, author: User) -> None:
    """Ask an officer for advice; where it was taken in, the section says what they wrote."""
    section = ReportSection.objects.select_related("report").get(
        council=report.council_id, report=report, key=advice.section
    )
    included = advice.included_on
    Consultation.objects.create(
        council_id=report.council_id,
        section=section,
        title=advice.title,
        person=adviser,
        sought_on=advice.sought_on,
        sought_by=author,
        due_on=advice.sought_on + timedelta(days=14),
        answered_at=_morning(included) if included else None,
        included_on=included,
        included_by=author if included else None,
    )
    if advice.words:
        write_section(
            section=section,
            by=adviser,
            narrative=advice.words,
            none_identified=False,
            version=section.version,
        )


def _freeze(report: Report, by: User, day: date) -> Report:
    """Freeze the figures, and set them back to what they were as at the day of the published report."""
    report = freeze(report=report, by=by)
    blocks = live_blocks(report.council, report, sections_of(report), day)
    report.as_at = day
    report.snapshot = {key: [block.as_json() for block in own] for key, own in blocks.items()}
    report.frozen_at = _morning(day)
    report.save(update_fields=["as_at", "snapshot", "frozen_at"])
    return report


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))
