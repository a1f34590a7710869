"""Reads a log of delivered sessions: which columns mean what, what each row says, and every problem by cell.

What is not certain is refused, by cell and with a reason. A number that nobody knows stays unknown (rule 10
of the product).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.spreadsheets import Cell, Sheet
from training.enums import SessionDated
from training.figures import KnownCourse, KnownOrganisation, Matched, Problem, column_letters, plain
from training.figures.counts import whole_number
from training.figures.expected import organisation_named
from training.figures.headings import is_total
from training.figures.marked_sheets import without_marks
from training.registers.identifiers import holds_email_or_ni, holds_nhs_number, identifier_in
from training.session_logs.days import Days, DaysUnclear, between, day_of, days_of

MOST_ROWS = 2_000
NOT_SHOWN = "(not shown)"
MOST_PROBLEMS = 2_000
MOST_SESSIONS, MOST_PEOPLE = 1_000, 1_000_000
_HEADER_LINES = 30
_APART = frozenset({"date", "period", "start", "audience", "organisation"})
"""What tells one session from another; a table without it holds totals."""

MEANINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "date": (
        "Day",
        ("date", "day", "session date", "date of session", "date of training", "training date", "held on",
         "course date", "event date", "date delivered", "delivered on", "date of delivery"),
    ),
    "period": (
        "Day or period",
        ("when", "period", "date or period", "month", "quarter", "year", "financial year", "calendar year"),
    ),
    "start": ("First day", ("first day", "start", "start date", "from", "date from", "from date")),
    "end": ("Last day", ("last day", "end", "end date", "to", "date to", "to date")),
    "course": (
        "Course or briefing",
        ("course", "course name", "course title", "name of course", "course or briefing", "training",
         "training course", "training name", "training type", "type of training", "session title", "title",
         "topic", "subject", "module", "event"),
    ),
    "audience": (
        "Audience",
        ("audience", "target audience", "staff group", "group", "attended by", "who attended", "team",
         "delivered to"),
    ),
    "organisation": (
        "For whom",
        ("organisation", "organization", "organisations", "for whom", "service", "host", "agency", "partner",
         "host organisation", "trust", "school", "setting", "employer", "directorate", "department"),
    ),
    "trainer": (
        "Trainer",
        ("trainer", "trainers", "facilitator", "delivered by", "presenter", "led by", "tutor", "trained by"),
    ),
    "attendees": (
        "Attendees",
        ("attendees", "attendance", "attended", "people", "people attended", "people trained", "participants",
         "delegates", "staff trained", "staff attended", "trained", "attending", "headcount"),
    ),
    "sessions": ("Sessions", ("sessions", "sessions delivered", "sessions held", "courses delivered")),
    "venue": ("Venue", ("venue", "location", "place")),
    "area": ("Area", ("area", "district", "locality", "ward")),
    "places": ("Places", ("places", "capacity", "places available")),
    "state": ("State", ("state", "status")),
}  # fmt: skip
_BY_HEADING = {heading: meaning for meaning, (_, headings) in MEANINGS.items() for heading in headings}
_COUNTS = ("number of ", "numbers of ", "no of ", "total number of ", "total no of ", "total ", "number ")
_LENGTHS = {"audience": 200, "host": 160, "trainer": 120, "venue": 120, "area": 80, "title": 120}
_UNKNOWN = frozenset(
    {"", "unknown", "not recorded", "not known", "unrecorded", "no record", "n k", "nk", "n a", "na", "tbc"}
    | {"not available"}
)
_DELIVERED = frozenset({"", "delivered", "complete", "completed", "done", "held", "took place"})
_BRIEFING = frozenset({"briefing", "briefings"})
_COUNTED = frozenset({"attendees", "sessions", "places"})
Field = tuple[Cell, str]
"""A value, and the column as a problem names it: "D (Attendees)"."""


@dataclass(frozen=True)
class KnownFacilitator:
    id: UUID
    name: str
    course_ids: frozenset[UUID]


@dataclass(frozen=True)
class ExpectedLog:
    """What a log may speak of.

    Args:
        organisations: those that the council has linked; any other name stays words.
        today: a session has begun by then.
        days: when a session was whose row does not say.
    """

    courses: Sequence[KnownCourse]
    organisations: Sequence[KnownOrganisation]
    facilitators: Sequence[KnownFacilitator]
    today: date
    days: Days | None = None

    def course_called(self, text: str) -> KnownCourse | None:
        """The course of that name, or of a name that is used for it."""
        wanted = plain(text)
        return next(
            (c for c in self.courses if wanted in {plain(name) for name in (c.name, *c.also_known_as)}), None
        )


@dataclass(frozen=True)
class LoggedRow:
    """One checked line of a log and the row of the file that it stands in."""

    sheet: str
    row: int
    course_id: UUID | None
    subject: str
    starts_on: date
    ends_on: date
    audience: str
    organisation_ids: tuple[UUID, ...]
    organisations: tuple[str, ...]
    host: str
    names_host: bool
    """Whether the row says for whom it was, or the audience stands for it."""
    venue: str
    area: str
    facilitator_id: UUID | None
    trainer: str
    sessions: int
    places: int | None
    attendees: int | None

    @property
    def title(self) -> str:
        """A briefing's title; empty for a course."""
        return "" if self.course_id is not None else self.subject

    @property
    def dated(self) -> SessionDated:
        return Days(self.starts_on, self.ends_on).dated

    def as_json(self) -> dict[str, Any]:
        """The row as it waits to be confirmed."""
        ids = ("course_id", "facilitator_id")
        return {
            **asdict(self),
            **{name: str(value) if (value := getattr(self, name)) else None for name in ids},
            "organisation_ids": [str(each) for each in self.organisation_ids],
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LoggedRow:
        """The row again."""
        ids = {name: UUID(data[name]) if data[name] else None for name in ("course_id", "facilitator_id")}
        return cls(
            **{
                **data,
                **ids,
                "organisation_ids": tuple(UUID(each) for each in data["organisation_ids"]),
                "organisations": tuple(data["organisations"]),
                "starts_on": date.fromisoformat(data["starts_on"]),
                "ends_on": date.fromisoformat(data["ends_on"]),
            }
        )


@dataclass
class CheckedLog:
    """Everything that was understood of a log, and everything that was not."""

    rows: list[LoggedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    columns: list[Matched] = field(default_factory=list)
    headings: list[tuple[str, int]] = field(default_factory=list)
    """Sheet and row of each row of headings."""
    kept_as: str = ""
    """What fetches the file with its problems beside it, for the hour that a refused file is kept."""


class _RowRefused(Exception):
    """The row has a problem already on record."""


def meaning_of(text: str) -> str | None:
    """The meaning of a heading, a key of ``MEANINGS``; None for one that is not known."""
    words = plain(text)
    if (meaning := _BY_HEADING.get(words)) is not None:
        return meaning
    for prefix in _COUNTS:
        if words.startswith(prefix):
            meaning = _BY_HEADING.get(words.removeprefix(prefix))
            return meaning if meaning in {"attendees", "sessions", "places"} else None
    return None


def recognises_log_heading(text: str) -> bool:
    """Whether a cell holds one of the headings that are looked for."""
    return meaning_of(text) is not None


def check_log_file(sheets: Sequence[Sheet], expected: ExpectedLog) -> CheckedLog:
    """Read every visible sheet that holds a log; the others are named in a notice."""
    checked = CheckedLog()
    tables = 0
    for sheet in map(without_marks, sheets):
        if sheet.hidden:
            checked.notices.append(f"The hidden sheet “{sheet.name}” was left out.")
        elif (header := _header(sheet)) is not None:
            tables += 1
            checked.headings.append((sheet.name, sheet.first_row + header))
            _SheetReader(sheet, expected, checked).read(header)
        elif sheet.name and any(cell is not None for row in sheet.rows for cell in row):
            checked.notices.append(f"The sheet “{sheet.name}” was left out: it holds no log of sessions.")
    if not tables:
        checked.problems.append(
            Problem("", None, "", "", "No row of headings was found",
                    "Give each column a heading, such as Date, Course, Audience and Attendees.")
        )  # fmt: skip
    elif not checked.rows and not checked.problems:
        checked.problems.append(
            Problem("", None, "", "", "There is no session under the headings", "Add a row for each session.")
        )
    _refuse_doubles(checked)
    if len(checked.rows) > MOST_ROWS:
        checked.problems.append(
            Problem("", None, "", "", f"The file has {len(checked.rows):,} sessions, and the most is "
                    f"{MOST_ROWS:,}", "Send the log in several files, such as one for each year.")
        )  # fmt: skip
    if len(checked.problems) > MOST_PROBLEMS:
        more = counted(len(checked.problems) - MOST_PROBLEMS, "problem", "problems")
        checked.problems[MOST_PROBLEMS:] = []
        checked.notices.append(f"{more} more are not listed. They are probably of the same kind.")
    return checked


def _header(sheet: Sheet) -> int | None:
    """The first row that heads a log: what was delivered, and when or for whom.

    Totals by course, as the portal's own workbook has on its second sheet, are no log.
    """
    for index, row in enumerate(sheet.rows[:_HEADER_LINES]):
        found = {meaning_of(cell) for cell in row if isinstance(cell, str)} - {None}
        if found & {"course", "attendees"} and found & _APART:
            return index
    return None


def _refuse_doubles(checked: CheckedLog) -> None:
    """Put on record each row that says all that an earlier one says: one session twice, or two alike."""
    seen: dict[tuple[object, ...], LoggedRow] = {}
    for row in checked.rows:
        data = {**row.as_json(), "sheet": "", "row": 0}
        first = seen.setdefault(tuple(map(str, data.values())), row)
        if first is not row:
            where = f"row {first.row}" + (f" of “{first.sheet}”" if first.sheet != row.sheet else "")
            checked.problems.append(
                Problem(row.sheet, row.row, "", f"{row.subject}: {row.audience}"[:80],
                        f"Said twice: {where} says the same",
                        "Take the row out. If both took place, write one row with the number of sessions and "
                        "all their attendees.")
            )  # fmt: skip


class _SheetReader:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, expected: ExpectedLog, checked: CheckedLog) -> None:
        self.sheet, self.expected, self.checked = sheet, expected, checked
        self.line = 0
        self.fields: dict[str, Field] = {}
        self.shared: set[str] = set()

    def read(self, header: int) -> None:
        """Add the sessions under the headings, or what is wrong with them."""
        columns = self._columns(header)
        if columns is None:
            return
        headings = [plain(str(cell or "")) for cell in self.sheet.rows[header]]
        for index in range(header + 1, len(self.sheet.rows)):
            row = self.sheet.rows[index]
            filled = [cell for cell in row if cell is not None]
            if not filled or [plain(str(cell or "")) for cell in row] == headings:
                continue
            self.line = self.sheet.first_row + index
            if is_total(str(filled[0])):
                self.checked.notices.append(f"{self._where()} was left out: it is a total.")
                continue
            self.fields = {
                meaning: (self._cell(index, place), name) for meaning, (place, name) in columns.items()
            }
            self.shared = {
                meaning
                for meaning, (place, _) in columns.items()
                if meaning in _COUNTED and self._merged_above(index, place)
            }
            state = self.fields.get("state", (None, ""))[0]
            if plain(str(state or "")) not in _DELIVERED:
                self.checked.notices.append(f"{self._where()} was left out: it is “{str(state)[:40]}”.")
                continue
            try:
                self.checked.rows.append(self._row())
            except _RowRefused:
                continue

    def _columns(self, header: int) -> dict[str, tuple[int, str]] | None:
        """Where each meaning stands, by the headings; None where a needed one is missing or two are alike."""
        found: dict[str, tuple[int, str]] = {}
        ignored = []
        self.line = self.sheet.first_row + header
        before = len(self.checked.problems)
        for place, cell in enumerate(self.sheet.rows[header]):
            if cell is None:
                continue
            text, letters = str(cell), column_letters(self.sheet.first_column + place)
            meaning = meaning_of(text)
            if meaning is None:
                ignored.append(f"“{text[:40]}”")
            elif meaning in found:
                self._problem(
                    letters, text,
                    f"Two columns are read as {MEANINGS[meaning][0]}: {found[meaning][1]} is one",
                    "Take one of them out, or give it another heading.",
                )  # fmt: skip
            else:
                found[meaning] = (place, f"{letters} ({text[:40]})")
                self.checked.columns.append(Matched(self.sheet.name, letters, text, MEANINGS[meaning][0]))
        for needed in ("course", "attendees"):
            if needed not in found:
                name = MEANINGS[needed][0]
                fix = f"Head one {name}."
                if needed == "attendees":
                    fix += " A cell in it may say unknown."
                self._problem("", "", f"There is no column of {name.lower()}", fix)
        if not {"audience", "organisation"} & set(found):
            self._problem("", "", "No column says who the sessions were for", "Head one Audience.")
        if ignored:
            names = ", ".join(ignored[:20])
            self.checked.notices.append(f"Columns that are not needed were left out: {names}.")
        return found if len(self.checked.problems) == before else None

    def _row(self) -> LoggedRow:
        days = self._tried(self._days)
        course = self._tried(self._course)
        audience = self._tried(self._text, "audience")
        hosts = self._tried(self._hosts, audience)
        texts = {name: self._tried(self._text, name) for name in ("venue", "area", "trainer")}
        sessions = self._tried(self._sessions)
        attendees = self._tried(self._number, "attendees", MOST_PEOPLE, 0)
        places = self._tried(self._number, "places", MOST_PEOPLE, 1)
        if None in (days, course, audience, hosts, sessions, attendees, places, *texts.values()):
            raise _RowRefused
        course_id, subject = course
        ids, names, host, names_host = hosts
        facilitator = self._facilitator(texts["trainer"], course_id)
        return LoggedRow(
            sheet=self.sheet.name,
            row=self.line,
            course_id=course_id,
            subject=subject,
            starts_on=days.start,
            ends_on=days.end,
            audience=audience or "; ".join([*names, *([host] if host else [])])[:200],
            organisation_ids=ids,
            organisations=names,
            host=host,
            names_host=names_host,
            venue=texts["venue"],
            area=texts["area"],
            facilitator_id=facilitator.id if facilitator else None,
            trainer="" if facilitator else texts["trainer"],
            sessions=sessions,
            places=places[0],
            attendees=attendees[0],
        )

    @staticmethod
    def _tried(read: Any, *arguments: Any) -> Any:
        """What a reader finds, None once it has put its problem on record. Readers never give None."""
        try:
            return read(*arguments)
        except _RowRefused:
            return None

    def _days(self) -> Days:
        found: list[tuple[str, Days]] = []
        start, end = self._value("start"), self._value("end")
        if start is not None:
            first = self._read_days("start", day_of)
            last = self._read_days("end", day_of) if end is not None else first
            found.append(("start", self._checked_days("end", first.start, last.end)))
        elif end is not None:
            raise self._refused("start", "The first day is missing", "Write the first day as well.")
        for meaning, read in (("date", day_of), ("period", days_of)):
            if self._value(meaning) is not None:
                found.append((meaning, self._read_days(meaning, read)))
        if not found:
            if self.expected.days is None:
                meaning = next((each for each in ("date", "period", "start") if each in self.fields), "date")
                raise self._refused(
                    meaning, "It does not say when the session was",
                    "Write a day or a period, or say on the page when the sessions of this file were.",
                )  # fmt: skip
            return self.expected.days
        (name, days), *others = found
        for other, wider in others:
            if not wider.holds(days):
                raise self._refused(
                    other, f"This does not agree with {self.fields[name][1]}, which says {days.words}",
                    "Correct the one that is wrong.",
                )  # fmt: skip
        if days.start > self.expected.today:
            raise self._refused(
                name, f"This starts on {british_date(days.start)}, which is still to come",
                "Take the row out, and plan the session on its page.",
            )  # fmt: skip
        return days

    def _read_days(self, meaning: str, read: Any) -> Days:
        try:
            found: Days = read(self._value(meaning))
        except DaysUnclear as unclear:
            raise self._refused(
                meaning, "This is not a day or a period that can be read", str(unclear)
            ) from None
        return found

    def _checked_days(self, meaning: str, start: date, end: date) -> Days:
        try:
            return between(start, end)
        except DaysUnclear as unclear:
            raise self._refused(meaning, "The days run backwards", str(unclear)) from None

    def _course(self) -> tuple[UUID | None, str]:
        value = self._value("course")
        if value is None:
            raise self._refused("course", "The course is missing", "Write the name of the course.")
        text = str(value)
        known = self.expected.course_called(text)
        if known is not None:
            return known.id, known.name
        if not _BRIEFING & set(plain(text).split()):
            names = ", ".join(course.name for course in self.expected.courses)
            raise self._refused(
                "course", "This course is not on the list",
                f"Write one of: {names}. If it is no course, put the word briefing into its name.",
            )  # fmt: skip
        return None, self._fits("course", text, _LENGTHS["title"])

    def _hosts(self, audience: str | None) -> tuple[tuple[UUID, ...], tuple[str, ...], str, bool]:
        """Organisations of the council by name, and what names none of them in words."""
        text = self._text("organisation") if "organisation" in self.fields else ""
        ids: dict[UUID, str] = {}
        words = []
        for part in (part.strip() for part in text.split(";")):
            known = organisation_named(self.expected.organisations, part) if part else None
            if known is not None:
                ids[known.id] = known.name
            elif part:
                words.append(part)
        host = self._fits("organisation", "; ".join(words), _LENGTHS["host"])
        if ids or host:
            return tuple(sorted(ids)), tuple(sorted(ids.values())), host, True
        if audience is None:
            raise _RowRefused
        if not audience:
            place = "audience" if "audience" in self.fields else "organisation"
            raise self._refused(
                place, "It does not say who the session was for", "Write the audience or the organisation."
            )
        return (), (), self._fits("audience", audience, _LENGTHS["host"]), False

    def _text(self, meaning: str) -> str:
        value = self._value(meaning)
        text = british_date(value) if isinstance(value, date) else str(value or "")
        return self._fits(meaning, text, _LENGTHS.get(meaning, 2_000))

    def _fits(self, meaning: str, text: str, most: int) -> str:
        """The text, if it may be kept: no address or number of a person, and not too long."""
        if holds_email_or_ni(text) or holds_nhs_number(text):
            raise self._refused(
                meaning, f"There is {identifier_in(text)} in this cell",
                "Take it out. Write a post, a group or a place.", is_shown=False,
            )  # fmt: skip
        if len(text) > most:
            raise self._refused(
                meaning, f"This has {len(text):,} characters, and the most is {most}", "Write it shorter."
            )
        return text

    def _facilitator(self, name: str, course_id: UUID | None) -> KnownFacilitator | None:
        """The one facilitator of that name, if the course is one that they deliver."""
        named = [each for each in self.expected.facilitators if name and plain(each.name) == plain(name)]
        if len(named) != 1 or (course_id is not None and course_id not in named[0].course_ids):
            return None
        return named[0]

    def _sessions(self) -> int:
        if self._value("sessions") is None and "sessions" not in self.shared:
            return 1
        found = self._number("sessions", MOST_SESSIONS, 1)[0]
        if found is None:
            raise self._refused(
                "sessions",
                "It does not say how many sessions",
                "Write a number, or leave the cell empty for 1.",
            )
        return found

    def _number(self, meaning: str, most: int, least: int) -> tuple[int | None]:
        """The number in a cell, None within where it is not known; never a guess."""
        value = self._value(meaning)
        if meaning in self.shared:
            raise self._refused(
                meaning, "This cell is merged with the one above it",
                "Give each row a number of its own, or make one row of them.",
            )  # fmt: skip
        if value is None or (isinstance(value, str) and plain(value) in _UNKNOWN):
            return (None,)
        found = whole_number(value)
        if found is None:
            raise self._refused(
                meaning, "This is not a whole number",
                "Write a number like 26, or unknown if nobody knows it.",
            )  # fmt: skip
        if not least <= found <= most:
            raise self._refused(
                meaning, f"This is not between {least} and {most:,}", "Check the number and correct it."
            )
        return (found,)

    def _value(self, meaning: str) -> Cell:
        return self.fields.get(meaning, (None, ""))[0]

    def _cell(self, index: int, place: int) -> Cell:
        """A cell, also where it is merged with the one above it."""
        row = self.sheet.rows[index]
        if place < len(row) and row[place] is not None:
            return row[place]
        origin = self._merged_above(index, place)
        return self.sheet.rows[origin[0]][origin[1]] if origin is not None else None

    def _merged_above(self, index: int, place: int) -> tuple[int, int] | None:
        """Where the value of a merged cell stands that began in a row above."""
        line, column = self.sheet.first_row + index, self.sheet.first_column + place
        area = self.sheet.merged_at(line, column)
        if area is None or not self.sheet.first_row <= area[0] < line:
            return None
        row, origin = area[0] - self.sheet.first_row, area[1] - self.sheet.first_column
        return (row, origin) if 0 <= origin < len(self.sheet.rows[row]) else None

    def _where(self) -> str:
        return f"Row {self.line} of “{self.sheet.name}”" if self.sheet.name else f"Row {self.line}"

    def _refused(self, meaning: str, reason: str, fix: str, *, is_shown: bool = True) -> _RowRefused:
        """Put a problem on record and return what ends the row."""
        value, place = self.fields.get(meaning, (None, ""))
        if not is_shown:
            value = NOT_SHOWN
        text = british_date(value) if isinstance(value, date) else str(value if value is not None else "")
        self._problem(place, text, reason, fix)
        return _RowRefused()

    def _problem(self, place: str, value: str, reason: str, fix: str) -> None:
        self.checked.problems.append(Problem(self.sheet.name, self.line, place, value[:80], reason, fix))


def rows_from_json(data: Iterable[Mapping[str, Any]]) -> list[LoggedRow]:
    """Read the rows of a checked log back."""
    return [LoggedRow.from_json(each) for each in data]
