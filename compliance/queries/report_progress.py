"""Where a report stands: its dates with what is next, what its sections wait for, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from compliance.enums import ReportState
from compliance.models import Consultation, Publication, Report, SectionComment
from compliance.queries.report_dates import ReportDates
from compliance.queries.sign_offs import AUTHOR, Standing
from prevent_portal.accounts.models import User, display_name


@dataclass(frozen=True)
class DateLine:
    """One date of a report.

    Args:
        is_done: what was due by then is done.
        is_next: it is the first that is neither done nor past.
    """

    words: str
    day: date
    is_done: bool
    is_next: bool
    is_past: bool


@dataclass
class SectionWork:
    """What a section waits for."""

    sought: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    comments: int = 0


@dataclass(frozen=True)
class Happening:
    """Something that happened to a report."""

    words: str
    at: datetime
    by: str


def date_lines(report: Report, dates: ReportDates, standing: Standing, today: date) -> list[DateLine]:
    """The report's dates in order, with what is next."""
    final = report.state == ReportState.FINAL
    frozen = report.state != ReportState.DRAFT
    signed = final or (bool(standing.places) and standing.is_complete)
    known = [
        (words, day, done)
        for words, day, done in (
            ("Figures frozen (suggested: the round of returns closes)", dates.suggested_freeze_on, frozen),
            ("Advice is in", dates.advice_by, final),
            ("Everybody has signed", dates.sign_off_by, signed),
            ("Papers go out", dates.papers_on, final),
            ("Report due", dates.due_on if dates.due_on != dates.papers_on else None, final),
            ("Meeting", dates.meeting_on, False),
        )
        if day is not None
    ]
    lines: list[DateLine] = []
    for words, day, done in sorted(known, key=lambda one: one[1]):
        waits = not done and day >= today and not any(line.is_next for line in lines)
        lines.append(DateLine(words, day, is_done=done, is_next=waits, is_past=day < today))
    return lines


def section_work(report: Report) -> dict[UUID, SectionWork]:
    """By section: whose advice is out or waits to be taken in, and how many comments are open."""
    work: dict[UUID, SectionWork] = {}
    for consultation in Consultation.objects.filter(
        council=report.council_id,
        section__report=report,
        included_on__isnull=True,
        withdrawn_at__isnull=True,
    ).order_by("title"):
        of_section = work.setdefault(consultation.section_id, SectionWork())
        (of_section.answered if consultation.answered_at else of_section.sought).append(consultation.title)
    open_comments = SectionComment.objects.filter(
        council=report.council_id, section__report=report, settled_at__isnull=True
    )
    for section_id in open_comments.values_list("section", flat=True):
        work.setdefault(section_id, SectionWork()).comments += 1
    return work


def happenings(report: Report, standing: Standing, publication: Publication | None = None) -> list[Happening]:
    """What happened to a report, newest first, from what is on record about it."""

    def name(person: User | None) -> str:
        return display_name(person) if person else ""

    found = [Happening("Opened", report.opened_at, "")]
    if report.frozen_at:
        found.append(Happening("Figures frozen", report.frozen_at, name(report.frozen_by)))
    for place in standing.places:
        if place.sign_off.signed_at is not None:
            verb = "Handed in" if place.sign_off.position == AUTHOR else f"Signed as {place.sign_off.title}"
            found.append(
                Happening(
                    f"{verb}: version {place.signed_version}",
                    place.sign_off.signed_at,
                    name(place.sign_off.person),
                )
            )
    if report.final_at:
        found.append(Happening("Made final", report.final_at, name(report.final_by)))
    if publication is not None:
        found.append(Happening("Published", publication.published_at, name(publication.published_by)))
        if publication.withdrawn_at is not None:
            found.append(
                Happening(
                    f"Withdrawn: {publication.withdrawn_reason}",
                    publication.withdrawn_at,
                    name(publication.withdrawn_by),
                )
            )
    return sorted(found, key=lambda one: one.at, reverse=True)


def correction_of(report: Report) -> Report | None:
    """The report that corrects this one, if there is one."""
    return (
        Report.objects.filter(council=report.council_id, corrects=report).defer("snapshot").first()
        if report.state == ReportState.FINAL
        else None
    )
