"""What a panel's files say: references, agencies and counts, and never a summary or a person's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any

from django.utils import timezone

from channel.case_choices import DecisionBasis, DecisionKind
from channel.enums import Agency, AttendanceState, ListedFor
from channel.models import CaseDecision, ChannelMeeting, Panel
from channel.queries.attendance import attendance_of, police_present, signed_by
from channel.queries.meetings import agenda_of
from channel.services.meetings import record_list_read
from channel.services.performance import Performance
from prevent_portal.accounts.models import User
from prevent_portal.web.dates import british_date, british_datetime, british_time
from prevent_portal.web.downloads import Sheet
from prevent_portal.web.numbers import number


@dataclass(frozen=True)
class FileTable:
    """One table of a file, and one sheet of a workbook."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    none: str

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The words at the head of each column, and whether it holds numbers."""
        return [
            (words, place > 0 and any(isinstance(row[place], Number) for row in self.rows))
            for place, words in enumerate(self.header)
        ]

    @property
    def lines(self) -> list[list[tuple[Any, bool]]]:
        """The rows, each value with whether its column holds numbers."""
        numeric = [is_number for _, is_number in self.columns]
        return [list(zip(row, numeric, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Contents:
    """A file's title, what it says at its head, and its tables."""

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[FileTable]
    words: Sequence[str] = ()

    @property
    def cover(self) -> Sheet:
        """The head of the file as the first sheet of a workbook."""
        return Sheet("About this file", ["About", ""], [[self.title, ""], *self.facts], widths=[34, 60])


def agenda_contents(meeting: ChannelMeeting, by: User) -> Contents:
    """The agenda of a meeting: references and why each is there. That they were read is recorded (AL-1)."""
    agenda = agenda_of(meeting)
    record_list_read(meeting=meeting, references=[one.case.reference for one in agenda], by=by)
    return Contents(
        title=f"Agenda, {british_date(timezone.localdate(meeting.starts_at))}",
        facts=[*_when(meeting), ("Cases", number(len(agenda)))],
        tables=[
            FileTable(
                "Cases",
                ("Number", "Reference", "For"),
                [
                    (place, listed.case.reference, ListedFor(listed.listed_for).label)
                    for place, listed in enumerate(agenda, start=1)
                ],
                "No case is on the agenda.",
            )
        ],
        words=(
            "Everybody signs the confidentiality statement in the portal before the first case is opened.",
            "The summaries are read in the portal and nowhere else.",
        ),
    )


def record_contents(meeting: ChannelMeeting, by: User) -> Contents:
    """The record of a meeting: who was represented, which statement was signed, and what was decided."""
    agenda = agenda_of(meeting)
    record_list_read(meeting=meeting, references=[one.case.reference for one in agenda], by=by)
    decided: dict[object, list[CaseDecision]] = {}
    for decision in CaseDecision.objects.filter(council=meeting.council_id, meeting=meeting):
        decided.setdefault(decision.case_id, []).append(decision)
    counts = Counter((line.agency, line.state) for line in attendance_of(meeting))
    versions = Counter(signature.statement.number for signature in signed_by(meeting))
    signed = ", ".join(f"{number(times)} of version {version}" for version, times in sorted(versions.items()))
    agencies = [agency for agency in Agency if any(agency == held for held, _ in counts)]
    return Contents(
        title=f"Record of the meeting of {british_date(timezone.localdate(meeting.starts_at))}",
        facts=[
            *_when(meeting),
            ("Opened", british_datetime(meeting.opened_at)),
            ("Closed", british_datetime(meeting.closed_at) if meeting.closed_at else "Not closed"),
            ("Statements signed", signed or "None"),
            ("Police representative", "Present" if police_present(meeting) else "Not recorded as present"),
        ],
        tables=[
            FileTable(
                "Attendance by agency",
                ("Agency", *(state.label for state in AttendanceState)),
                [
                    (agency.label, *(counts[agency, state] for state in AttendanceState))
                    for agency in agencies
                ],
                "No attendance is recorded.",
            ),
            FileTable(
                "Cases and decisions",
                ("Reference", "For", "Decision", "How it was made"),
                [
                    (
                        listed.case.reference,
                        ListedFor(listed.listed_for).label,
                        "; ".join(DecisionKind(one.kind).label for one in decided.get(listed.case_id, []))
                        or "None recorded",
                        "; ".join(DecisionBasis(one.basis).label for one in decided.get(listed.case_id, [])),
                    )
                    for listed in agenda
                ],
                "No case was on the agenda.",
            ),
        ],
    )


def figures_contents(panel: Panel, performance: Performance) -> Contents:
    """A panel's year, exactly, for its chair."""
    work = performance.work
    period = f"{british_date(performance.first)} to {british_date(performance.last)}"
    return Contents(
        title=f"Assurance figures, {period}",
        facts=[
            ("Panel", panel.name),
            ("Period", period),
            ("Meetings held", number(work.held)),
            ("Meetings cancelled", number(work.cancelled)),
        ],
        words=(
            "These figures are exact, and for the panel’s chair alone.",
            "Release figures for anybody else through the portal, where small numbers are withheld.",
        ),
        tables=[
            FileTable(
                "Volumes",
                ("What is counted", "April to June", "July to September", "October to December",
                 "January to March", "Year"),
                [
                    (volume.words, *(int(count.replace(",", "")) for count in volume.quarters),
                     int(volume.year.replace(",", "")))
                    for volume in performance.volumes
                ],
                "",
            ),
            FileTable(
                "Timeliness",
                ("From and to", "Cases", "Days, middle case", "Days, longest"),
                [(stage.words, stage.cases, stage.middle, stage.longest) for stage in work.stages],
                "",
            ),
            FileTable(
                "Reviews overdue today",
                ("Reference", "Review", "Due"),
                [(review.reference, review.kind, review.due_on) for review in work.reviews],
                "No review is overdue.",
            ),
            FileTable("Consent of open cases", ("Consent to support", "Cases"), work.consent, ""),
            FileTable("Outcomes", ("Outcome", "Cases that left in the year"), work.outcomes, ""),
            FileTable(
                "Attendance by agency",
                ("Agency", "Meetings", "Came", "Missed"),
                [(line.agency.label, line.meetings, line.present, line.missed) for line in work.attendance],
                "No attendance is recorded.",
            ),
        ],
    )  # fmt: skip


def _when(meeting: ChannelMeeting) -> list[tuple[str, str]]:
    when = timezone.localtime(meeting.starts_at)
    facts = [("Panel", meeting.panel.name), ("Date", british_date(when)), ("Time", british_time(when))]
    return [*facts, ("Place", meeting.place)] if meeting.place else facts
