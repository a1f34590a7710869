"""Reads a record as a return: whose, of what and when, how many; or puts each wrong cell on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NoReturn

from prevent_portal.web.dates import british_date, parse_british_date
from prevent_portal.web.numbers import number, rounded_half_up
from training.enums import PeriodKind, Reported
from training.figures.checked_file import CheckedFile, FigureRow, Problem
from training.figures.counts import per_cent, whole_number
from training.figures.expected import Expected, KnownCourse, KnownOrganisation, organisation_named, place_of
from training.figures.headings import plain
from training.figures.tables import Record, text_of
from training.periods import Period, PeriodUnclear, period_between, period_of_cell

MOST_STAFF = 2_000_000
MOST_SESSIONS = 100_000

_WHOLE = frozenset(
    {
        "whole trust",
        "whole organisation",
        "whole organization",
        "whole service",
        "trust",
        "trust wide",
        "trustwide",
        "organisation wide",
        "all staff",
        "all",
        "organisation",
        "trust wide staff",
    }
)
_NIL = frozenset({"nil", "none", "nil return", "no staff"})
_UNKNOWN = frozenset({"unknown", "not known", "n k", "nk", "don t know", "not available"})


class _RowRefused(Exception):
    """The row has a problem already on record."""


class RecordReader:
    """Reads the records of a file into returns or problems."""

    def __init__(self, expected: Expected, checked: CheckedFile) -> None:
        self.expected, self.checked = expected, checked

    def read(self, record: Record) -> None:
        """Add the record's return to what was understood, or its problems."""
        if record.part is not None:
            part = record.part
            self.checked.problems.append(
                Problem(
                    record.sheet, record.row, part.place, text_of(part.value)[:80],
                    "This row is about a part of the organisation",
                    "Send one row with the figures of all its staff. If it is that, take this column out.",
                )
            )  # fmt: skip
            return
        period = self._tried(self._period, record)
        organisation = self._tried(self._organisation, record, period)
        course = self._tried(self._course, record)
        figures = self._tried(self._figures, record)
        before = len(self.checked.problems)
        sessions = self._tried(self._sessions, record)
        sessions_refused = len(self.checked.problems) > before
        scope = self._tried(self._scope, record, organisation)
        if sessions_refused or not (period and organisation and course and figures and scope):
            return
        if course.is_local:
            # A council's own course means nothing to another council, so its figures stay with this one.
            scope = (True, scope[1] if scope[0] else f"{place_of(self.expected.council_name)}-based staff")
        reported, eligible, compliant = figures
        self.checked.rows.append(
            FigureRow(
                sheet=record.sheet,
                row=record.row,
                organisation_id=organisation.id,
                organisation=organisation.name,
                course_id=course.id,
                course=course.name,
                for_council=scope[0],
                scope=scope[1],
                period=period,
                reported=reported,
                eligible=eligible,
                compliant=compliant,
                sessions=sessions,
            )
        )

    @staticmethod
    def _tried(read: Any, *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except _RowRefused:
            return None

    def _period(self, record: Record) -> Period:
        meaning = "period" if record.cell("period") is not None else "end"
        try:
            if {"start", "end"} <= set(record.fields) and record.cell("end") is not None:
                start, end = self._day(record, "start"), self._day(record, "end")
                named = self._named_period(record)
                meaning = "start"
                period = period_between(start, end, named.kind if named else None)
                if (
                    named
                    and "period" in record.fields
                    and (named.start, named.end) != (period.start, period.end)
                ):
                    meaning = "period"
                    raise PeriodUnclear(
                        f"The row's dates say {british_date(start)} to {british_date(end)}. Make them agree."
                    )
            else:
                period = self._named_period(record) or self._no_period()
        except PeriodUnclear as unclear:
            raise self._refused(
                record, meaning, "This is not a period that can be read", str(unclear)
            ) from None
        if period.end > self.expected.today:
            raise self._refused(
                record, meaning, f"The period ends on {british_date(period.end)}, which is still to come",
                "Send the figures once the period is over.",
            )  # fmt: skip
        return period

    @staticmethod
    def _no_period() -> NoReturn:
        raise PeriodUnclear("Write the period, like June 2018 or Q1 2018/19.")

    def _named_period(self, record: Record) -> Period | None:
        cell = record.cell("period")
        if cell is None:
            return None
        period = period_of_cell(cell)
        heading = plain(record.fields["period"].heading)
        if "quarter" in heading.split() and period.kind == PeriodKind.MONTH:
            raise PeriodUnclear(
                "This month ends no quarter. Write the quarter, like June 2018 or Q1 2018/19."
            )
        if heading == "as at" and _is_first_of_month(cell):
            raise PeriodUnclear("Write the last day of the period, like 30 June 2018.")
        return period

    def _day(self, record: Record, meaning: str) -> date:
        cell = record.cell(meaning)
        if isinstance(cell, date):
            return cell
        found = parse_british_date(str(cell)) if isinstance(cell, str) else None
        if found is None:
            raise self._refused(
                record, meaning, "This is not a date", "Write a date like 30 June 2018 or 30/06/2018."
            )
        return found

    def _organisation(self, record: Record, period: Period | None) -> KnownOrganisation:
        known = self.expected.organisations
        by_name, by_code = record.cell("organisation"), record.cell("code")
        found: KnownOrganisation | None = None
        if by_code is not None:
            found = self._by_code(record, str(by_code), period)
        if by_name is not None:
            named = organisation_named(known, str(by_name))
            if named is None or (found is not None and named is not found):
                raise self._refused_organisation(record, "organisation")
            found = named
        if found is None:
            found = self.expected.organisation or (known[0] if len(known) == 1 else None)
        if found is None:
            raise self._refused(
                record, "organisation", "The organisation is missing", "Write its name or its code."
            )
        return found

    def _by_code(self, record: Record, code: str, period: Period | None) -> KnownOrganisation:
        for organisation in self.expected.organisations:
            for known, starts_on, ends_on in organisation.codes:
                if known.casefold() != code.strip().casefold():
                    continue
                if period and ends_on and period.end > ends_on:
                    raise self._refused(
                        record, "code", f"The code ended on {british_date(ends_on)}, before the period",
                        "Write the code that was valid on the period's last day.",
                    )  # fmt: skip
                if period and starts_on and period.end < starts_on:
                    raise self._refused(
                        record, "code", f"The code began on {british_date(starts_on)}, after the period",
                        "Write the code that was valid on the period's last day.",
                    )  # fmt: skip
                return organisation
        raise self._refused_organisation(record, "code")

    def _refused_organisation(self, record: Record, meaning: str) -> _RowRefused:
        names = _listed([organisation.name for organisation in self.expected.organisations])
        return self._refused(
            record, meaning, f"You can send returns for {names} only",
            "Take the row out. Each organisation sends its own returns.",
        )  # fmt: skip

    def _course(self, record: Record) -> KnownCourse:
        cell = record.cell("course")
        if cell is None:
            if self.expected.course is None or not record.may_use_chosen_course:
                raise self._refused(
                    record, "course", "The course is missing", "Write the name of the course."
                )
            return self.expected.course
        course = self.expected.course_called(str(cell))
        if course is not None:
            return course
        names = ", ".join(course.name for course in self.expected.courses)
        raise self._refused(record, "course", "This course is not on the list", f"Write one of: {names}.")

    def _scope(self, record: Record, organisation: KnownOrganisation | None) -> tuple[bool, str]:
        cell = record.cell("scope")
        place = place_of(self.expected.council_name)
        if organisation is not None and organisation.is_council_service:
            return True, str(cell or "Whole service")[:80]
        if cell is None:
            local = self.expected.council_staff_only
            return local, f"{place}-based staff" if local else "Whole organisation"
        words = plain(str(cell))
        if words in _WHOLE:
            return False, "Whole organisation"
        if set(plain(place).split()) <= set(words.split()):
            return True, f"{place}-based staff"
        raise self._refused(
            record, "scope", "It is not clear whose staff this is",
            f"Write “whole organisation” or “{place}-based staff”.",
        )  # fmt: skip

    def _figures(self, record: Record) -> tuple[Reported, int | None, int | None]:
        before = len(self.checked.problems)
        values: dict[str, int | None] = {}
        for meaning in ("eligible", "compliant", "not_compliant"):
            if meaning in record.fields:
                values[meaning] = self._tried(self._count, record, meaning, MOST_STAFF)
        if len(self.checked.problems) > before:
            raise _RowRefused
        if any(value is None for value in values.values()):
            if values.get("compliant") is not None or values.get("not_compliant") is not None:
                raise self._refused(
                    record, next(key for key, value in values.items() if value is None),
                    "One figure is unknown and the other is not",
                    "Write unknown for the figures you do not know, and send the row again when you do.",
                )  # fmt: skip
            return Reported.UNKNOWN, values.get("eligible"), None
        eligible, compliant, rest = (values.get(key) for key in ("eligible", "compliant", "not_compliant"))
        if eligible is None:
            eligible = (compliant or 0) + (rest or 0)
        if compliant is None:
            compliant = eligible - (rest or 0)
        if rest is not None and compliant + rest != eligible:
            raise self._refused(
                record, "eligible",
                f"{number(rest)} and {number(compliant)} make {number(compliant + rest)}",
                "Correct the figure that is wrong: does not meet and meets must make the total.",
            )  # fmt: skip
        if not 0 <= compliant <= eligible:
            raise self._refused(
                record, "compliant" if "compliant" in record.fields else "not_compliant",
                f"It is more than the {number(eligible)} staff who need the course",
                "Check that the two columns are not swapped, and correct the figure that is wrong.",
            )  # fmt: skip
        self._check_percent(record, compliant, eligible)
        return (Reported.FIGURES if eligible else Reported.NIL), eligible, compliant

    def _count(self, record: Record, meaning: str, most: int) -> int | None:
        cell = record.cell(meaning)
        if cell is None:
            raise self._refused(
                record, meaning, "The figure is missing",
                "Write the figure. Write nil if no staff need the course, or unknown if you do not know.",
            )  # fmt: skip
        if isinstance(cell, str):
            words = plain(cell)
            if words in _UNKNOWN:
                return None
            if words in _NIL:
                return 0
        value = whole_number(cell)
        if value is None:
            share = isinstance(cell, str) and "%" in cell
            raise self._refused(
                record, meaning,
                "This is a percentage, not a number of people" if share else "This is not a whole number",
                "Write a number of people, like 1,007.",
            )  # fmt: skip
        if value < 0:
            raise self._refused(
                record, meaning, "A number of people cannot be below zero", "Correct the figure."
            )
        if value > most:
            raise self._refused(
                record, meaning, f"This is more than {number(most)}", "Check the figure and correct it."
            )
        return value

    def _sessions(self, record: Record) -> int | None:
        if record.cell("sessions") is None:
            return None
        return self._count(record, "sessions", MOST_SESSIONS)

    def _check_percent(self, record: Record, compliant: int, eligible: int) -> None:
        cell = record.cell("percent")
        if cell is None or not eligible:
            return
        exact = Fraction(compliant * 100, eligible)
        said = per_cent(cell, exact)
        if said is None:
            raise self._refused(
                record, "percent", "This is not a percentage", "Correct it, or leave the column out."
            )
        if abs(said - exact) >= 1:
            raise self._refused(
                record, "percent",
                f"{number(compliant)} of {number(eligible)} is {rounded_half_up(exact, 1)}%",
                "Correct the figures or the percentage, whichever is wrong.",
            )  # fmt: skip

    def _refused(self, record: Record, meaning: str, reason: str, fix: str) -> _RowRefused:
        """Put a problem on record and return what ends the row."""
        found = record.fields.get(meaning)
        row = found.row if found and found.row is not None else record.row
        value = text_of(found.value)[:80] if found else ""
        place = found.place if found else ""
        self.checked.problems.append(Problem(record.sheet, row, place, value, reason, fix))
        return _RowRefused()


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "no organisation yet"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _is_first_of_month(cell: object) -> bool:
    day = cell if isinstance(cell, date) else parse_british_date(str(cell))
    return day is not None and day.day == 1
