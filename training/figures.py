"""Reads training figures out of cells: which column is which, what each row says, and every problem by cell.

Two layouts are read, in any order of columns and beside any others: compliant and eligible; and does not
meet, meets and grand total. Percentages in the file are only checked against the figures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn
from uuid import UUID

from prevent_portal.web.dates import british_date, parse_british_date
from prevent_portal.web.numbers import number, rounded_half_up
from prevent_portal.web.spreadsheets import Cell, Sheet
from training.enums import PeriodKind, Reported
from training.periods import Period, PeriodUnclear, month_period, parse_period, period_between

MOST_STAFF = 2_000_000
MOST_SESSIONS = 100_000
HEADER_WITHIN = 30

MEANINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "organisation": (
        "Organisation",
        (
            "organisation",
            "organization",
            "organisation name",
            "name of organisation",
            "trust",
            "trust name",
            "provider",
            "provider name",
            "service",
            "directorate",
        ),
    ),
    "code": (
        "Code of the organisation",
        (
            "ods code",
            "ods",
            "organisation code",
            "organization code",
            "org code",
            "trust code",
            "provider code",
        ),
    ),
    "course": (
        "Course",
        ("course", "course name", "training", "training course", "module", "competence", "training type"),
    ),
    "scope": (
        "Whose staff",
        ("scope", "staff scope", "staff group", "cohort", "whose staff", "staff covered"),
    ),
    "period": (
        "Period",
        (
            "period",
            "period label",
            "reporting period",
            "quarter",
            "month",
            "quarter ended",
            "quarter ending",
            "month ended",
            "month ending",
            "date",
            "as at",
        ),
    ),
    "start": (
        "First day",
        ("period start", "period from", "start", "start date", "from", "date from", "first day"),
    ),
    "end": ("Last day", ("period end", "period to", "end", "end date", "to", "date to", "last day")),
    "compliant": (
        "Staff who are compliant",
        (
            "compliant",
            "compliant staff",
            "staff compliant",
            "number compliant",
            "meets",
            "meets requirement",
            "meets requirements",
            "trained",
            "staff trained",
            "number trained",
            "completed",
        ),
    ),
    "not_compliant": (
        "Staff who are not compliant",
        (
            "does not meet",
            "does not meet requirement",
            "does not meet requirements",
            "not compliant",
            "non compliant",
            "noncompliant",
            "not trained",
            "outstanding",
        ),
    ),
    "eligible": (
        "Staff who need the course",
        (
            "eligible",
            "eligible staff",
            "staff eligible",
            "number eligible",
            "grand total",
            "total",
            "total staff",
            "staff requiring training",
            "staff requiring",
            "requiring training",
            "number requiring training",
            "headcount",
        ),
    ),
    "percent": (
        "Percentage (checked only)",
        (
            "percent",
            "per cent",
            "percentage",
            "compliance",
            "compliance percent",
            "percent compliant",
            "percent compliance",
            "percentage compliant",
            "printed percent",
            "compliance rate",
            "rate",
        ),
    ),
    "sessions": (
        "Sessions delivered",
        (
            "sessions",
            "sessions delivered",
            "number of sessions",
            "wrap sessions delivered",
            "wrap3 sessions delivered",
            "sessions held",
        ),
    ),
}
_BY_HEADING = {heading: meaning for meaning, (_, headings) in MEANINGS.items() for heading in headings}
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
_PLACELESS = frozenset(
    [
        "the",
        "of",
        "and",
        "royal",
        "london",
        "borough",
        "city",
        "county",
        "metropolitan",
        "district",
        "council",
        "unitary",
        "authority",
    ]
)
_NIL = frozenset({"nil", "none", "nil return", "no staff"})
_UNKNOWN = frozenset({"unknown", "not known", "n k", "nk", "don t know", "not available"})
_TOTALS = frozenset({"total", "totals", "grand total", "overall", "sum"})
_PER_CENT = re.compile(r"\d{1,3}(\.\d{1,20})?", re.ASCII)
_LEGAL_FORMS = re.compile(r"\b(?:the|nhs|foundation|trust|ft)\b")


@dataclass(frozen=True)
class KnownOrganisation:
    """An organisation that the person may send for. ``codes``: code, last day or None."""

    id: UUID
    name: str
    codes: Sequence[tuple[str, date | None, date | None]] = ()
    is_council_service: bool = False


@dataclass(frozen=True)
class KnownCourse:
    id: UUID
    name: str
    also_known_as: Sequence[str] = ()


@dataclass(frozen=True)
class Expected:
    """What a file may speak of, and what it means where it says nothing.

    Args:
        organisations: those the person may send for; a row for any other is refused.
        courses: the list of courses.
        council_name: the council that the file is sent to.
        today: a period must have ended.
        course: the course where the file has no such column.
        organisation: the organisation where the file names none.
        council_staff_only: whose staff it is where the file does not say.
    """

    organisations: Sequence[KnownOrganisation]
    courses: Sequence[KnownCourse]
    council_name: str
    today: date
    course: KnownCourse | None = None
    organisation: KnownOrganisation | None = None
    council_staff_only: bool = False


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where, what stands there, why it cannot be taken, and what to do."""

    sheet: str
    row: int | None
    column: str
    value: str
    reason: str
    fix: str


@dataclass(frozen=True)
class FigureRow:
    """One checked row."""

    sheet: str
    row: int
    organisation_id: UUID
    organisation: str
    course_id: UUID
    course: str
    for_council: bool
    scope: str
    period: Period
    reported: Reported
    eligible: int | None
    compliant: int | None
    sessions: int | None

    def as_json(self) -> dict[str, Any]:
        """The row as an upload keeps it."""
        data = asdict(self)
        data.update(
            organisation_id=str(self.organisation_id),
            course_id=str(self.course_id),
            reported=self.reported.value,
            period={
                "kind": self.period.kind.value,
                "start": self.period.start.isoformat(),
                "end": self.period.end.isoformat(),
            },
        )
        return data


@dataclass(frozen=True)
class Matched:
    """One heading of the file and what it was read as."""

    sheet: str
    column: str
    heading: str
    meaning: str


@dataclass
class CheckedFile:
    """Everything that was understood of a file, and everything that was not."""

    rows: list[FigureRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    columns: list[Matched] = field(default_factory=list)


def recognises_heading(text: str) -> bool:
    """Whether a cell holds one of the headings that are looked for."""
    return plain(text) in _BY_HEADING


def plain(text: str) -> str:
    """The text as it is compared: small letters, accents off, one space between words, % as a word."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("%", " percent ").replace("&", " and ")
    text = "".join(
        character if character.isalnum() else " "
        for character in text
        if not unicodedata.combining(character)
    )
    return " ".join(text.split())


def check_file(sheets: Sequence[Sheet], expected: Expected) -> CheckedFile:
    """Read every visible sheet that holds a table; the others are named in a notice."""
    checked = CheckedFile()
    tables = 0
    for sheet in sheets:
        if sheet.hidden:
            checked.notices.append(f"The hidden sheet “{sheet.name}” was left out.")
            continue
        header = _header_row(sheet)
        if header is None:
            if any(cell is not None for row in sheet.rows for cell in row) and sheet.name:
                checked.notices.append(
                    f"The sheet “{sheet.name}” was left out: it holds no table of figures."
                )
            continue
        tables += 1
        _SheetReader(sheet, header, expected, checked).read()
    if not tables:
        checked.problems.append(
            Problem(
                "",
                None,
                "",
                "",
                "No row of headings was found",
                "Give each column a heading, such as Period, Compliant and Eligible. The template shows how.",
            )
        )
    elif not checked.rows and not checked.problems:
        checked.problems.append(
            Problem(
                "",
                None,
                "",
                "",
                "There is no row of figures under the headings",
                "Add a row for each period.",
            )
        )
    _refuse_doubles(checked)
    return checked


def column_letters(index: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _header_row(sheet: Sheet) -> int | None:
    """The index of the row with most known headings, two at least, among the first rows."""
    best, most = None, 1
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = len({_BY_HEADING[text] for cell in row if (text := plain(str(cell or ""))) in _BY_HEADING})
        if found > most:
            best, most = index, found
    return best


def _refuse_doubles(checked: CheckedFile) -> None:
    seen: dict[tuple[object, ...], FigureRow] = {}
    for row in checked.rows:
        key = (row.organisation_id, row.course_id, row.for_council, row.period.start, row.period.end)
        first = seen.setdefault(key, row)
        if first is not row:
            checked.problems.append(
                Problem(
                    row.sheet,
                    row.row,
                    "",
                    f"{row.course}, {row.period.label}",
                    f"Said twice: row {first.row} is about the same organisation, course and period",
                    "Keep the row that is right and take the other out.",
                )
            )


class _RowRefused(Exception):
    """The row has a problem already on record."""


class _SheetReader:
    """Reads one sheet's table."""

    def __init__(self, sheet: Sheet, header: int, expected: Expected, checked: CheckedFile) -> None:
        self.sheet, self.header, self.expected, self.checked = sheet, header, expected, checked
        self.at: dict[str, int] = {}
        self.headings: dict[str, str] = {}

    def read(self) -> None:
        if not self._match_columns():
            return
        for offset, row in enumerate(self.sheet.rows[self.header + 1 :]):
            line = self.sheet.first_row + self.header + 1 + offset
            if all(cell is None for cell in row):
                continue
            if self._is_total(row):
                self.checked.notices.append(f"{self._where(line)} was left out: it is a total.")
                continue
            if self._is_repeated_header(row):
                continue
            self._read_row(row, line)

    def _match_columns(self) -> bool:
        ignored: list[str] = []
        doubled = False
        for index, cell in enumerate(self.sheet.rows[self.header]):
            heading = str(cell or "")
            meaning = _BY_HEADING.get(plain(heading))
            if meaning is None:
                if heading:
                    ignored.append(heading)
                continue
            letters = column_letters(self.sheet.first_column + index)
            if meaning in self.at:
                doubled = True
                self._problem(
                    self.sheet.first_row + self.header,
                    None,
                    heading,
                    f"Column {letters} and the column “{self.headings[meaning]}” both read as "
                    f"“{MEANINGS[meaning][0]}”",
                    "Keep one of them, or give the other a different heading.",
                )
                continue
            self.at[meaning] = index
            self.headings[meaning] = heading
            self.checked.columns.append(Matched(self.sheet.name, letters, heading, MEANINGS[meaning][0]))
        if ignored:
            names = ", ".join(f"“{name}”" for name in ignored)
            self.checked.notices.append(f"Columns that are not needed were left out: {names}.")
        return not doubled and self._has_what_it_takes()

    def _has_what_it_takes(self) -> bool:
        missing = []
        if "period" not in self.at and not {"start", "end"} <= set(self.at):
            missing.append(("the period", "Add a column Period, with values like June 2018 or Q1 2018/19."))
        if len({"compliant", "not_compliant", "eligible"} & set(self.at)) < 2:
            missing.append(
                (
                    "the figures",
                    "Add the columns Compliant and Eligible, or Does not meet, Meets and Grand total.",
                )
            )
        if "course" not in self.at and self.expected.course is None:
            missing.append(
                ("the course", "Add a column Course, or choose the course when you send the file.")
            )
        if (
            not {"organisation", "code"} & set(self.at)
            and self.expected.organisation is None
            and len(self.expected.organisations) != 1
        ):
            missing.append(("the organisation", "Add a column Organisation."))
        for what, fix in missing:
            self._problem(self.sheet.first_row + self.header, None, "", f"No column holds {what}", fix)
        return not missing

    # One row ---------------------------------------------------------------------------------------

    def _read_row(self, row: Sequence[Cell], line: int) -> None:
        period = self._tried(self._period, row, line)
        organisation = self._tried(self._organisation, row, line, period)
        course = self._tried(self._course, row, line)
        figures = self._tried(self._figures, row, line)
        before = len(self.checked.problems)
        sessions = self._tried(self._sessions, row, line)
        sessions_refused = len(self.checked.problems) > before
        scope = self._tried(self._scope, row, line, organisation)
        if sessions_refused or not (period and organisation and course and figures and scope):
            return
        reported, eligible, compliant = figures
        self.checked.rows.append(
            FigureRow(
                sheet=self.sheet.name,
                row=line,
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

    def _period(self, row: Sequence[Cell], line: int) -> Period:
        meaning = "period" if self._cell(row, "period") is not None else "end"
        try:
            if {"start", "end"} <= set(self.at) and self._cell(row, "end") is not None:
                start, end = self._day(row, line, "start"), self._day(row, line, "end")
                named = self._named_period(row)
                meaning = "start"
                period = period_between(start, end, named.kind if named else None)
                if named and "period" in self.at and (named.start, named.end) != (period.start, period.end):
                    meaning = "period"
                    raise PeriodUnclear(
                        f"The row's dates say {british_date(start)} to {british_date(end)}. Make them agree."
                    )
            else:
                period = self._named_period(row) or self._no_period()
        except PeriodUnclear as unclear:
            raise self._refused(
                row, line, meaning, "This is not a period that can be read", str(unclear)
            ) from None
        if period.end > self.expected.today:
            raise self._refused(
                row, line, meaning, f"The period ends on {british_date(period.end)}, which is still to come",
                "Send the figures once the period is over.",
            )  # fmt: skip
        return period

    @staticmethod
    def _no_period() -> NoReturn:
        raise PeriodUnclear("Write the period, like June 2018 or Q1 2018/19.")

    def _named_period(self, row: Sequence[Cell]) -> Period | None:
        cell = self._cell(row, "period")
        if cell is None:
            return None
        if isinstance(cell, date):
            return month_period(cell.year, cell.month)
        return parse_period(str(cell))

    def _day(self, row: Sequence[Cell], line: int, meaning: str) -> date:
        cell = self._cell(row, meaning)
        if isinstance(cell, date):
            return cell
        found = parse_british_date(str(cell)) if isinstance(cell, str) else None
        if found is None:
            raise self._refused(
                row, line, meaning, "This is not a date", "Write a date like 30 June 2018 or 30/06/2018."
            )
        return found

    def _organisation(self, row: Sequence[Cell], line: int, period: Period | None) -> KnownOrganisation:
        known = self.expected.organisations
        by_name, by_code = self._cell(row, "organisation"), self._cell(row, "code")
        found: KnownOrganisation | None = None
        if by_code is not None:
            found = self._by_code(row, line, str(by_code), period)
        if by_name is not None:
            named = _organisation_named(known, str(by_name))
            if named is None or (found is not None and named is not found):
                raise self._refused_organisation(row, line, "organisation")
            found = named
        if found is None:
            found = self.expected.organisation or (known[0] if len(known) == 1 else None)
        if found is None:
            raise self._refused(
                row, line, "organisation", "The organisation is missing", "Write its name or its code."
            )
        return found

    def _by_code(self, row: Sequence[Cell], line: int, code: str, period: Period | None) -> KnownOrganisation:
        for organisation in self.expected.organisations:
            for known, starts_on, ends_on in organisation.codes:
                if known.casefold() != code.strip().casefold():
                    continue
                if period and ends_on and period.end > ends_on:
                    raise self._refused(
                        row, line, "code", f"The code ended on {british_date(ends_on)}, before the period",
                        "Write the code that was valid on the period's last day.",
                    )  # fmt: skip
                if period and starts_on and period.end < starts_on:
                    raise self._refused(
                        row, line, "code", f"The code began on {british_date(starts_on)}, after the period",
                        "Write the code that was valid on the period's last day.",
                    )  # fmt: skip
                return organisation
        raise self._refused_organisation(row, line, "code")

    def _refused_organisation(self, row: Sequence[Cell], line: int, meaning: str) -> _RowRefused:
        names = _listed([organisation.name for organisation in self.expected.organisations])
        return self._refused(
            row, line, meaning, f"You can send returns for {names} only",
            "Take the row out. Each organisation sends its own returns.",
        )  # fmt: skip

    def _course(self, row: Sequence[Cell], line: int) -> KnownCourse:
        cell = self._cell(row, "course")
        if cell is None:
            if self.expected.course is None:
                raise self._refused(
                    row, line, "course", "The course is missing", "Write the name of the course."
                )
            return self.expected.course
        wanted = plain(str(cell))
        for course in self.expected.courses:
            if wanted in {plain(name) for name in (course.name, *course.also_known_as)}:
                return course
        names = ", ".join(course.name for course in self.expected.courses)
        raise self._refused(row, line, "course", "This course is not on the list", f"Write one of: {names}.")

    def _scope(
        self, row: Sequence[Cell], line: int, organisation: KnownOrganisation | None
    ) -> tuple[bool, str]:
        cell = self._cell(row, "scope")
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
            row, line, "scope", "It is not clear whose staff this is",
            f"Write “whole organisation” or “{place}-based staff”.",
        )  # fmt: skip

    def _figures(self, row: Sequence[Cell], line: int) -> tuple[Reported, int | None, int | None]:
        before = len(self.checked.problems)
        values: dict[str, int | None] = {}
        for meaning in ("eligible", "compliant", "not_compliant"):
            if meaning in self.at:
                values[meaning] = self._tried(self._count, row, line, meaning, MOST_STAFF)
        if len(self.checked.problems) > before:
            raise _RowRefused
        if any(value is None for value in values.values()):
            if values.get("compliant") is not None or values.get("not_compliant") is not None:
                raise self._refused(
                    row, line, next(key for key, value in values.items() if value is None),
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
                row, line, "eligible",
                f"{number(rest)} and {number(compliant)} make {number(compliant + rest)}",
                "Correct the figure that is wrong: does not meet and meets must make the total.",
            )  # fmt: skip
        if not 0 <= compliant <= eligible:
            raise self._refused(
                row, line, "compliant" if "compliant" in self.at else "not_compliant",
                f"It is more than the {number(eligible)} staff who need the course",
                "Check that the two columns are not swapped, and correct the figure that is wrong.",
            )  # fmt: skip
        self._check_percent(row, line, compliant, eligible)
        return (Reported.FIGURES if eligible else Reported.NIL), eligible, compliant

    def _count(self, row: Sequence[Cell], line: int, meaning: str, most: int) -> int | None:
        cell = self._cell(row, meaning)
        if cell is None:
            raise self._refused(
                row, line, meaning, "The figure is missing",
                "Write the figure. Write nil if no staff need the course, or unknown if you do not know.",
            )  # fmt: skip
        if isinstance(cell, str):
            words = plain(cell)
            if words in _UNKNOWN:
                return None
            if words in _NIL:
                return 0
        value = _whole_number(cell)
        if value is None:
            raise self._refused(
                row, line, meaning, "This is not a whole number", "Write a number of people, like 1,007."
            )
        if value < 0:
            raise self._refused(
                row, line, meaning, "A number of people cannot be below zero", "Correct the figure."
            )
        if value > most:
            raise self._refused(
                row, line, meaning, f"This is more than {number(most)}", "Check the figure and correct it."
            )
        return value

    def _sessions(self, row: Sequence[Cell], line: int) -> int | None:
        if self._cell(row, "sessions") is None:
            return None
        return self._count(row, line, "sessions", MOST_SESSIONS)

    def _check_percent(self, row: Sequence[Cell], line: int, compliant: int, eligible: int) -> None:
        cell = self._cell(row, "percent")
        if cell is None or not eligible:
            return
        text = str(cell).replace("%", "").replace(",", ".").strip()
        if not _PER_CENT.fullmatch(text):
            raise self._refused(
                row, line, "percent", "This is not a percentage", "Correct it, or leave the column out."
            )
        said = Fraction(Decimal(text))
        exact = Fraction(compliant * 100, eligible)
        # A workbook keeps 92% as 0.92.
        if isinstance(cell, float | int) and said <= 1 < exact:
            said *= 100
        if abs(said - exact) >= 1:
            raise self._refused(
                row, line, "percent",
                f"{number(compliant)} of {number(eligible)} is {rounded_half_up(exact, 1)}%",
                "Correct the figures or the percentage, whichever is wrong.",
            )  # fmt: skip

    # Cells -----------------------------------------------------------------------------------------

    def _cell(self, row: Sequence[Cell], meaning: str) -> Cell:
        index = self.at.get(meaning)
        return row[index] if index is not None and index < len(row) else None

    def _is_total(self, row: Sequence[Cell]) -> bool:
        first = next((cell for cell in row if cell is not None), None)
        return isinstance(first, str) and plain(first) in _TOTALS

    def _is_repeated_header(self, row: Sequence[Cell]) -> bool:
        known = [cell for cell in row if cell is not None]
        return len(known) > 1 and all(isinstance(cell, str) and recognises_heading(cell) for cell in known)

    def _where(self, line: int) -> str:
        return f"Row {line} of “{self.sheet.name}”" if self.sheet.name else f"Row {line}"

    def _problem(self, line: int, meaning: str | None, value: str, reason: str, fix: str) -> None:
        column = ""
        if meaning in self.at:
            letters = column_letters(self.sheet.first_column + self.at[meaning])
            column = f"{letters} ({self.headings[meaning]})"
        self.checked.problems.append(Problem(self.sheet.name, line, column, value, reason, fix))

    def _refused(self, row: Sequence[Cell], line: int, meaning: str, reason: str, fix: str) -> _RowRefused:
        """Put a problem on record and return what ends the row."""
        cell = self._cell(row, meaning)
        value = british_date(cell) if isinstance(cell, date) else str("" if cell is None else cell)
        self._problem(line, meaning, value[:80], reason, fix)
        return _RowRefused()


def _whole_number(cell: Cell) -> int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else None
    text = str(cell).replace(" ", "").replace("\u2212", "-")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    if re.fullmatch(r"-?\d{1,12}(\.0+)?", text, re.ASCII):
        return int(text.partition(".")[0])
    return None


def _organisation_named(known: Iterable[KnownOrganisation], name: str) -> KnownOrganisation | None:
    """The organisation of that name; forms of law and punctuation do not count."""

    def short(text: str) -> str:
        return " ".join(word for word in _LEGAL_FORMS.sub(" ", plain(text)).split() if word != "and")

    wanted = short(name)
    matches = [organisation for organisation in known if wanted and short(organisation.name) == wanted]
    return matches[0] if len(matches) == 1 else None


def place_of(council_name: str) -> str:
    """Barnet for London Borough of Barnet."""
    words = [word for word in council_name.split() if plain(word) not in _PLACELESS]
    return " ".join(words) or council_name


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "no organisation yet"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def rows_from_json(data: Iterable[Mapping[str, Any]]) -> list[FigureRow]:
    """Read the rows of an upload back."""
    return [
        FigureRow(
            **{
                **row,
                "organisation_id": UUID(row["organisation_id"]),
                "course_id": UUID(row["course_id"]),
                "reported": Reported(row["reported"]),
                "period": Period(
                    end=date.fromisoformat(row["period"]["end"]),
                    start=date.fromisoformat(row["period"]["start"]),
                    kind=PeriodKind(row["period"]["kind"]),
                ),
            }
        )
        for row in data
    ]
