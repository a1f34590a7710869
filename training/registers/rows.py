"""Judges the rows of a staff register, and counts who needs a course and holds it at the end of the period.

One hundred thousand rows hold few different courses, services and days, so each different text is judged once
and then looked up. The reference of a person leaves this module as a keyed hash and in no other form.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from prevent_portal.web.dates import british_date, parse_british_date
from prevent_portal.web.numbers import counted, number
from training.figures import Matched, Problem, column_letters
from training.registers.identifiers import (
    holds_email_or_ni,
    holds_nhs_number,
    identifier_in,
    none_is_personal,
    personal_heading,
)
from training.registers.process import Line, Rows, SheetLeftOut, TableBegins
from training.registers.reader import DAY, folded

PROBLEMS_KEPT = 1_000
FIRST_ROWS = 5
LONGEST_TEXT = 120
EARLIEST = date(2000, 1, 1)
NOT_SHOWN = "(not shown)"
COPY_ROWS = 5_000

MEANINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "reference": (
        "Staff reference (kept only as a keyed hash)",
        (
            "staff reference", "staff ref", "staff id", "staff number", "staff no", "employee number",
            "employee id", "employee no", "employee ref", "employee reference", "assignment number",
            "payroll number", "payroll no", "person id", "person number", "personnel number", "reference",
            "ref", "esr number", "user id", "learner id", "learner reference", "unique id", "id",
        ),
    ),
    "service": (
        "Service or site",
        (
            "service or site", "service", "site", "service name", "site name", "team", "department",
            "directorate", "division", "location", "unit", "ward", "service/site",
        ),
    ),
    "role": (
        "Role group",
        ("role group", "staff group", "role", "job role", "job group", "profession", "staff type"),
    ),
    "course": (
        "Course",
        (
            "course", "course name", "course title", "training", "training course", "training name",
            "training title", "module", "competence", "competence name", "competency", "certification",
        ),
    ),
    "completed": (
        "Completed on",
        (
            "completed on", "completed", "completion date", "completed date", "date completed",
            "date of completion", "date achieved", "achieved on", "achieved date", "last completed",
            "last completed on", "passed on",
        ),
    ),
    "required": (
        "Required",
        (
            "required", "required yes or no", "required (yes/no)", "required y/n", "is required", "mandatory",
            "in scope", "needs course", "needs the course",
        ),
    ),
}  # fmt: skip
_BY_HEADING = {folded(heading): meaning for meaning, (_, all_) in MEANINGS.items() for heading in all_}
HEADINGS = frozenset(_BY_HEADING)

_YES = frozenset({"yes", "y", "true", "1", "required", "mandatory", "x"})
_NO = frozenset({"no", "n", "false", "0", "notrequired", "exempt", "optional", "notmandatory"})
_NEVER = frozenset(
    {"", "na", "none", "never", "no", "notcompleted", "notcomplete", "incomplete", "outstanding"}
)
_REFERENCE = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9./_\-]{0,39}", re.ASCII)
_NULL = "\\N"
_JUDGED = ("reference", "course", "completed", "service", "role", "required")
_REFERENCE_AT, _COURSE = 0, 1
_WITHOUT_COLUMN: dict[str, Any] = {"service": (0, ""), "role": "", "required": True}
"""What every row says where a column that may be absent is."""

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$")


@dataclass(frozen=True)
class RegisterCourse:
    """A course of the list, the first day whose completion still counts at the end of the period, and why."""

    id: UUID
    name: str
    also_known_as: Sequence[str]
    counts_from: date | None
    refresh_months: int | None = None


@dataclass(frozen=True)
class RegisterOrganisation:
    id: UUID
    name: str


@dataclass(frozen=True)
class RegisterExpected:
    """What a register may speak of.

    Args:
        organisations: the one it is sent for, or every service that its rows may name.
        names_organisations: whether the column of services names them; otherwise it is free text.
        courses: the list of courses.
        period_end: the day whose position is counted.
        today: no course is completed later.
        hashed: gives, for an organisation, what turns a reference into what is kept of a person.
        leaves_out_other_courses: whether rows of courses that are not on the list are left out, not refused.
    """

    organisations: Sequence[RegisterOrganisation]
    names_organisations: bool
    courses: Sequence[RegisterCourse]
    period_end: date
    today: date
    hashed: Callable[[UUID], Callable[[str], bytes]]
    leaves_out_other_courses: bool = False


@dataclass(frozen=True)
class ServiceFigure:
    """How many people of a service and role group need a course and hold it."""

    organisation_id: UUID
    organisation: str
    course_id: UUID
    course: str
    service: str
    role_group: str
    eligible: int
    compliant: int


@dataclass
class MarkedRow:
    """A row of the file as it may be given back, and what to put right in it. Number 0 is the whole file."""

    sheet: str
    row: int
    cells: list[str]
    words: list[str] = field(default_factory=list)


@dataclass
class CheckedRegister:
    """Everything that was understood of a register, and everything that was not."""

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    notices: list[str] = field(default_factory=list)
    columns: list[Matched] = field(default_factory=list)
    first_rows: list[list[str]] = field(default_factory=list)
    figures: list[ServiceFigure] = field(default_factory=list)
    rows_read: int = 0
    people: int = 0
    copied: Iterable[str] = ()
    """Rows of people as COPY reads them: course, hash, service, role group, required, completed."""
    marked: list[MarkedRow] = field(default_factory=list)
    """The rows of headings and those with a problem, without what names a person."""


class _Refused:
    """What a text was judged to be: a reason and a fix, and whether the text may be shown."""

    __slots__ = ("fix", "reason", "shown")

    def __init__(self, reason: str, fix: str, shown: str = NOT_SHOWN) -> None:
        self.reason, self.fix, self.shown = reason, fix, shown


class _Cache(dict[str, Any]):
    """Judges each different text once."""

    def __init__(self, judge: Callable[[str], Any]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, text: str) -> Any:
        value = self[text] = self._judge(text)
        return value


class _Numbers(dict[Any, int]):
    """Numbers each different thing as it first comes."""

    def __init__(self) -> None:
        super().__init__()
        self.things: list[Any] = []

    def __missing__(self, thing: Any) -> int:
        number = self[thing] = len(self.things)
        self.things.append(self.kept(thing))
        return number

    def kept(self, thing: Any) -> Any:
        """What is kept of a thing, in the order of the numbers."""
        return thing


class _People(_Numbers):
    """Numbers the people of a file, and keeps their hashes."""

    def __init__(self, hashers: Sequence[Callable[[str], bytes]]) -> None:
        super().__init__()
        self._hashers = hashers

    def kept(self, thing: Any) -> bytes:
        organisation, reference = thing if type(thing) is tuple else (0, thing)
        return self._hashers[organisation](reference)


class _Records:
    """Who took which course, one place for each person and course, in columns that take little room."""

    def __init__(self) -> None:
        self.place: dict[int, int] = {}
        self.person = array("l")
        self.group = array("l")
        self.required = bytearray()
        self.completed: list[str] = []
        self.row = array("l")

    def __len__(self) -> int:
        return len(self.row)


class _CopyLines:
    """The rows of people as COPY reads them, made as they are written."""

    def __init__(self, records: _Records, people: Sequence[bytes], groups: Sequence[str]) -> None:
        self._records, self._people, self._groups = records, people, groups

    def __iter__(self) -> Iterator[str]:
        records, people, groups = self._records, self._people, self._groups
        for start in range(0, len(records), COPY_ROWS):
            part = slice(start, start + COPY_ROWS)
            columns = (records.person[part], records.group[part], records.required[part])
            yield "".join(
                f"\\\\x{people[person].hex()}\t{groups[group]}\t{required}\t{completed or _NULL}\n"
                for person, group, required, completed in zip(*columns, records.completed[part], strict=True)
            )


class RegisterCheck:
    """Takes a register line by line and says at its end what it amounts to."""

    def __init__(self, expected: RegisterExpected) -> None:
        self.expected = expected
        self.result = CheckedRegister()
        self._tables = 0
        self._sheet = ""
        self._at: dict[str, int] = {}
        self._headings: dict[str, str] = {}
        self._head: MarkedRow | None = None
        self._is_headed = False
        self._rows: Rows | None = None
        self._cells: list[tuple[str, ...]] = []
        self._first_column = 1
        self._spare: list[tuple[int, str]] = []
        self._spare_nhs: Counter[int] = Counter()
        self._spare_values: Counter[int] = Counter()
        self._reading = False
        self._people = _People([expected.hashed(each.id) for each in expected.organisations])
        self._groups = _Numbers()
        self._records = _Records()
        self._other_courses: Counter[str] = Counter()
        self._doubles = self._late = 0
        self._period_end = expected.period_end.isoformat()
        names = {
            folded(name): index
            for index, course in enumerate(expected.courses)
            for name in (course.name, *course.also_known_as)
        }
        services = {folded(each.name): index for index, each in enumerate(expected.organisations)}
        self._caches = {
            "reference": _Cache(_judge_reference),
            "course": _Cache(lambda text: self._judge_course(text, names)),
            "completed": _Cache(self._judge_day),
            "service": _Cache(lambda text: self._judge_service(text, services)),
            "role": _Cache(_judge_text),
            "required": _Cache(_judge_required),
        }

    def take(self, line: Line) -> None:
        """Read the next line."""
        if isinstance(line, Rows):
            if self._reading:
                self._read(line)
        elif isinstance(line, TableBegins):
            self._end_table()
            self._begin(line)
        elif line.is_hidden:
            self.result.notices.append(f"The hidden sheet “{line.sheet}” was left out.")
        elif line.sheet:
            self.result.notices.append(f"The sheet “{line.sheet}” was left out: it holds no register.")

    def end(self) -> CheckedRegister:
        """Count, and say what is to be known of the whole."""
        self._end_table()
        result = self.result
        if not self._tables:
            self._problem(
                None, None, "", "No row of headings was found",
                "Give each column a heading: Staff reference, Course, Completed on, Required. "
                "The template shows how.",
            )  # fmt: skip
        elif not len(self._records) and not result.problem_count:
            self._problem(
                None, None, "", "There is no row of people under the headings",
                "Add a row for each person and course.",
            )  # fmt: skip
        if self._other_courses:
            names = ", ".join(
                f"“{name}” ({counted(rows, 'row', 'rows')})"
                for name, rows in self._other_courses.most_common(10)
            )
            result.notices.append(f"Rows of courses that are not on the list were left out: {names}.")
        if self._doubles:
            result.notices.append(
                f"{counted(self._doubles, 'row says', 'rows say')} again who took which course. "
                "The latest completion counts."
            )
        if self._late:
            result.notices.append(
                f"{counted(self._late, 'completion', 'completions')} after "
                f"{british_date(self.expected.period_end)} {'does' if self._late == 1 else 'do'} not count "
                "for this period."
            )
        result.people = len(self._people)
        # References are needed no longer.
        self._people.clear()
        self._caches.clear()
        self._rows, self._cells = None, []
        if not result.problem_count:
            self._count()
        return result

    # Columns -----------------------------------------------------------------------------------------

    def _begin(self, table: TableBegins) -> None:
        self._tables += 1
        self._sheet, self._first_column = table.sheet, table.column
        self._at, self._headings, self._spare = {}, {}, []
        self._rows, self._cells = None, []
        headings = [NOT_SHOWN if identifier_in(heading) else heading for heading in table.cells]
        self._head, self._is_headed = MarkedRow(table.sheet, table.row, headings), False
        self._spare_nhs, self._spare_values = Counter(), Counter()
        ignored: list[str] = []
        before = self.result.problem_count
        for index, heading in enumerate(table.cells):
            meaning = _BY_HEADING.get(folded(heading))
            if meaning is None:
                if holds_email_or_ni(heading) or holds_nhs_number(heading):
                    self._problem_in(
                        table.row, index, NOT_SHOWN, NOT_SHOWN,
                        f"There is {identifier_in(heading)} in this heading",
                        "Take the column out of your file, or give it a heading.",
                    )  # fmt: skip
                elif personal_heading(heading):
                    self._problem_in(
                        table.row, index, heading, "", "This column names or describes people",
                        "Take the column out of your file. A staff reference is all that is needed.",
                    )  # fmt: skip
                elif heading:
                    ignored.append(heading)
                self._spare.append((index, heading))
            elif meaning in self._at:
                self._problem_in(
                    table.row, index, heading, "",
                    f"This column and the column “{self._headings[meaning]}” both read as "
                    f"“{MEANINGS[meaning][0]}”",
                    "Keep one of them, or give the other a different heading.",
                )  # fmt: skip
            else:
                self._at[meaning], self._headings[meaning] = index, heading
                letters = column_letters(self._first_column + index)
                self.result.columns.append(Matched(table.sheet, letters, heading, MEANINGS[meaning][0]))
        if ignored:
            names = ", ".join(f"“{name[:60]}”" for name in ignored)
            self.result.notices.append(f"Columns that are not needed were left out: {names}.")
        needed = ["reference", "course", "completed"]
        if self.expected.names_organisations:
            needed.append("service")
        for meaning in needed:
            if meaning not in self._at:
                words = MEANINGS[meaning][0].partition(" (")[0]
                self._problem(
                    table.row, None, "", f"A column is missing: {words}", f"Add a column headed {words}."
                )
        if "required" not in self._at:
            self.result.notices.append(
                "There is no column Required, so everybody in the file is taken to need the course."
            )
        self._reading = self.result.problem_count == before

    def _end_table(self) -> None:
        for index, heading in self._spare:
            hits = self._spare_nhs[index]
            # A number in ten passes the check by chance; a column of NHS numbers passes throughout.
            if hits and hits * 2 >= self._spare_values[index]:
                self._problem_in(
                    None, index, heading, NOT_SHOWN, "This column holds NHS numbers",
                    "Take the column out of your file.",
                )  # fmt: skip
        self._spare = []

    # Rows --------------------------------------------------------------------------------------------

    def _read(self, rows: Rows) -> None:
        """Judge some rows, a column at a time: this is what the speed of an upload hangs on.

        A thousand cells are looked up in one step. Only where one of them cannot be taken are their rows gone
        through one by one.
        """
        self._rows, self._cells = rows, []
        if self._spare:
            self._screen(rows)
        columns = [self._judged(meaning, rows) for meaning in _JUDGED]
        numbers: Sequence[int] = range(rows.first, rows.first + rows.count)
        if None in columns[_COURSE] or any(_Refused in set(map(type, column)) for column in columns):
            numbers, columns = self._go_through(rows, columns)
        else:
            self.result.rows_read += rows.count
        if not numbers:
            return
        if len(self.result.first_rows) < FIRST_ROWS:
            wanted = numbers[: FIRST_ROWS - len(self.result.first_rows)]
            self.result.first_rows += [self._shown(self._row(each)) for each in wanted]
        self._add(numbers, *columns)

    def _judged(self, meaning: str, rows: Rows) -> list[Any]:
        """What each cell of a column says, or why it cannot be taken."""
        if meaning not in self._at:
            return [_WITHOUT_COLUMN[meaning]] * rows.count
        texts, cache = rows.column(self._at[meaning]), self._caches[meaning]
        if meaning == "reference":
            # Nearly all are new: one search through those of a batch takes the place of four through each.
            new = [text for text in set(texts) if text not in cache and _REFERENCE.fullmatch(text)]
            if none_is_personal(new):
                cache.update(zip(new, map(str.upper, new), strict=True))
        return list(map(cache.__getitem__, texts))

    def _go_through(self, rows: Rows, columns: Sequence[Sequence[Any]]) -> tuple[list[int], list[list[Any]]]:
        """Put on record what cannot be taken. Returns the numbers of the other rows, and their columns."""
        taken: list[tuple[int, tuple[Any, ...]]] = []
        for number_, judged in enumerate(zip(*columns, strict=True), start=rows.first):
            if type(judged[_REFERENCE_AT]) is _Refused and not any(self._row(number_)):
                continue
            if judged[_COURSE] is None:
                self._other_courses[self._row(number_)[self._at["course"]][:80]] += 1
                continue
            self.result.rows_read += 1
            if _Refused not in map(type, judged):
                taken.append((number_, judged))
                continue
            for meaning, value in zip(_JUDGED, judged, strict=True):
                if type(value) is _Refused:
                    self._problem(number_, meaning, value.shown, value.reason, value.fix)
        return [each for each, _ in taken], [
            list(each) for each in zip(*(row for _, row in taken), strict=True)
        ]

    def _add(
        self,
        numbers: Sequence[int],
        references: Sequence[str],
        courses: Sequence[int],
        days: Sequence[str],
        services: Sequence[tuple[int, str]],
        roles: Sequence[str],
        required: Sequence[bool],
    ) -> None:
        """Note who took which course."""
        if max(days) > self._period_end:
            late = [day > self._period_end for day in days]
            self._late += sum(late)
            days = ["" if is_late else day for day, is_late in zip(days, late, strict=True)]
        keys: Iterable[Any] = references
        if self.expected.names_organisations:
            keys = zip([organisation for organisation, _ in services], references, strict=True)
        people = list(map(self._people.__getitem__, keys))
        groups = map(self._groups.__getitem__, zip(courses, services, roles, strict=True))
        several = len(self.expected.courses)
        taken = [person * several + course for person, course in zip(people, courses, strict=True)]
        records = self._records
        if len(set(taken)) == len(taken) and records.place.keys().isdisjoint(taken):
            records.place.update(zip(taken, range(len(records), len(records) + len(taken)), strict=True))
            records.person.extend(people)
            records.group.extend(groups)
            records.required.extend(required)
            records.completed.extend(days)
            records.row.extend(numbers)
            return
        rows = zip(taken, numbers, people, groups, required, days, strict=True)
        for key, number_, person, group, is_required, day in rows:
            known = records.place.setdefault(key, len(records))
            if known < len(records):
                self._again(known, number_, is_required, day)
                continue
            records.person.append(person)
            records.group.append(group)
            records.required.append(is_required)
            records.completed.append(day)
            records.row.append(number_)

    def _again(self, known: int, row: int, required: bool, completed: str) -> None:
        """A second row of one person and course: the latest completion counts, a contradiction does not."""
        records = self._records
        if bool(records.required[known]) is not required:
            self._problem(
                row, "required", "Yes" if required else "No",
                f"Row {number(records.row[known])} says the opposite of the same person and course",
                "Keep the row that is right and take the other out.",
            )  # fmt: skip
            return
        self._doubles += 1
        records.completed[known] = max(records.completed[known], completed)

    def _screen(self, rows: Rows) -> None:
        """Look for people in the columns that are not needed: all cells at once, then one by one."""
        for index, heading in self._spare:
            if index >= len(rows.columns):
                continue
            together = rows.columns[index]
            texts = rows.column(index)
            self._spare_values[index] += len(texts) - texts.count("")
            if not (holds_email_or_ni(together) or holds_nhs_number(together)):
                continue
            for row, text in enumerate(texts, start=rows.first):
                if holds_email_or_ni(text):
                    self._problem_in(
                        row, index, heading, NOT_SHOWN, f"There is {identifier_in(text)} in this cell",
                        "Take the column out of your file.",
                    )  # fmt: skip
                elif holds_nhs_number(text):
                    self._spare_nhs[index] += 1

    def _row(self, row: int) -> tuple[str, ...]:
        """The cells of a row of those that are read now."""
        rows = self._rows
        assert rows is not None  # noqa: S101 - asked of rows that are being read
        if not self._cells:
            width = max(len(rows.columns), max(self._at.values()) + 1)
            self._cells = list(zip(*map(rows.column, range(width)), strict=True))
        return self._cells[row - rows.first]

    def _shown(self, row: Sequence[str]) -> list[str]:
        """A row as the page shows it: never the reference."""
        cells = []
        for meaning in ("course", "service", "role", "completed", "required"):
            text = row[self._at[meaning]] if meaning in self._at else ""
            if meaning == "completed":
                day = self._caches["completed"][text]
                text = british_date(date.fromisoformat(day)) if day else "Not completed"
            elif meaning == "required":
                text = "Yes" if not text or self._caches["required"][text] is True else "No"
            cells.append(text[:LONGEST_TEXT])
        return cells

    # Texts -------------------------------------------------------------------------------------------

    def _judge_course(self, text: str, names: Mapping[str, int]) -> Any:
        found = names.get(folded(text))
        if found is not None:
            return found
        if not text:
            return _Refused("The course is missing", "Write the name of the course.", "")
        if what := identifier_in(text):
            return _personal(what)
        if self.expected.leaves_out_other_courses:
            return None
        listed = ", ".join(course.name for course in self.expected.courses)
        return _Refused(
            "This course is not on the list",
            f"Write one of: {listed}. Or say when you send the file that other courses are to be left out.",
            text[:80],
        )

    def _judge_service(self, text: str, services: Mapping[str, int]) -> Any:
        if not self.expected.names_organisations:
            judged = _judge_text(text)
            return judged if isinstance(judged, _Refused) else (0, judged)
        found = services.get(folded(text))
        if found is not None:
            return found, ""
        if not text:
            return _Refused("The service is missing", "Write the name of the service.", "")
        if what := identifier_in(text):
            return _personal(what)
        names = ", ".join(each.name for each in self.expected.organisations)
        return _Refused(
            "This is not one of your services", f"Write one of: {names}. Or take the row out.", text[:80]
        )

    def _judge_day(self, text: str) -> Any:
        if folded(text) in _NEVER:
            return ""
        try:
            found = date.fromisoformat(text[1:]) if text.startswith(DAY) else None
        except ValueError:
            found = None
        if found is None:
            found = parse_british_date(_TIME.sub("", text))
        if found is None:
            readable = len(text) <= 20 and not holds_email_or_ni(text) and not holds_nhs_number(text)
            return _Refused(
                "This is not a date",
                "Write a date like 30 June 2018 or 30/06/2018, or leave the cell empty.",
                text if readable and any(character.isdigit() for character in text) else NOT_SHOWN,
            )
        if found > self.expected.today:
            return _Refused(
                "The course cannot have been completed on a day to come", "Correct the date.",
                british_date(found),
            )  # fmt: skip
        if found < EARLIEST:
            return _Refused(
                "This is earlier than any Prevent course",
                "Correct the date. If the column holds dates of birth, send another one.",
            )
        return found.isoformat()

    # Counting ----------------------------------------------------------------------------------------

    def _count(self) -> None:
        expected, records, groups = self.expected, self._records, self._groups.things
        since = [course.counts_from.isoformat() if course.counts_from else "" for course in expected.courses]
        totals: dict[tuple[int, int, str, str], list[int]] = {}
        too_old: Counter[int] = Counter()
        # Each different combination of group, need and day is looked at once.
        said = Counter(zip(records.group, records.required, records.completed, strict=True))
        for (group, required, completed), people in said.items():
            course, (organisation, service), role = groups[group]
            total = totals.setdefault((organisation, course, service, role), [0, 0])
            if required:
                total[0] += people
                if completed and completed >= since[course]:
                    total[1] += people
                elif completed:
                    too_old[course] += people
        self.result.figures = [
            ServiceFigure(
                expected.organisations[organisation].id, expected.organisations[organisation].name,
                expected.courses[course].id, expected.courses[course].name,
                service, role, eligible, compliant,
            )
            for (organisation, course, service, role), (eligible, compliant) in sorted(
                totals.items(),
                key=lambda item: (
                    expected.organisations[item[0][0]].name, expected.courses[item[0][1]].name, *item[0][2:],
                ),
            )
        ]  # fmt: skip
        self.result.notices += [self._too_old(course, people) for course, people in sorted(too_old.items())]
        self.result.copied = _CopyLines(
            records,
            self._people.things,
            [
                f"{expected.courses[course].id}\t{_escaped(service)}\t{_escaped(role)}"
                for course, (_, service), role in groups
            ],
        )

    def _too_old(self, index: int, people: int) -> str:
        course = self.expected.courses[index]
        assert course.counts_from is not None  # noqa: S101 - nothing is too old without it
        first = british_date(course.counts_from)
        who = "1 person completed" if people == 1 else f"{number(people)} people last completed"
        months = course.refresh_months
        again = f"It is due again after {counted(months, 'month', 'months')}: o" if months else "O"
        return (
            f"{who} {course.name} before {first}, which does not count. {again}n "
            f"{british_date(self.expected.period_end)} only completions from {first} on count."
        )

    # Problems ----------------------------------------------------------------------------------------

    def _problem(self, row: int | None, meaning: str | None, value: str, reason: str, fix: str) -> None:
        if meaning in self._at:
            self._problem_in(row, self._at[meaning], self._headings[meaning], value, reason, fix)
        else:
            self._keep(Problem(self._sheet, row, "", value, reason, fix))

    def _problem_in(
        self, row: int | None, index: int, heading: str, value: str, reason: str, fix: str
    ) -> None:
        letters = column_letters(self._first_column + index)
        self._keep(Problem(self._sheet, row, f"{letters} ({heading[:60]})", value, reason, fix))

    def _keep(self, problem: Problem) -> None:
        self.result.problem_count += 1
        if len(self.result.problems) >= PROBLEMS_KEPT:
            return
        self.result.problems.append(problem)
        self._mark(problem)

    def _mark(self, problem: Problem) -> None:
        """Keep the row of a problem as it may be given back, under its headings."""
        marked, head, rows = self.result.marked, self._head, self._rows
        if head is not None and not self._is_headed:
            marked.append(head)
            self._is_headed = True
        words = f"{f'{problem.column}: ' if problem.column else ''}{problem.reason}. {problem.fix}".strip()
        if head is None or problem.row is None or rows is None or problem.row < rows.first:
            # About the whole file, a column or a heading.
            (head or _whole_file(marked)).words.append(words)
        elif marked[-1].row == problem.row and marked[-1] is not head:
            marked[-1].words.append(words)
        else:
            cells = [self._given_back(*each) for each in enumerate(self._row(problem.row))]
            marked.append(MarkedRow(self._sheet, problem.row, cells, [words]))

    def _given_back(self, index: int, text: str) -> str:
        """A cell as it may be given back: without what was refused because it names a person."""
        meaning = next((meaning for meaning, at in self._at.items() if at == index), "")
        judged = self._caches[meaning][text] if meaning else identifier_in(text)
        if (judged.shown == NOT_SHOWN) if type(judged) is _Refused else (not meaning and judged):
            return NOT_SHOWN if text else ""
        if text.startswith(DAY):
            return british_date(date.fromisoformat(text[1:]))
        return text


def check_lines(lines: Iterable[Line], expected: RegisterExpected) -> CheckedRegister:
    """Judge a whole register."""
    check = RegisterCheck(expected)
    for line in lines:
        check.take(line)
    return check.end()


def counts_from(period_end: date, refresh_months: int | None) -> date | None:
    """The first day whose completion still counts at the end of a period; None where it lasts for good.

    It is the same day so many months before, or that month's last day.
    """
    if not refresh_months:
        return None
    months = period_end.year * 12 + period_end.month - 1 - refresh_months
    year, month = months // 12, months % 12 + 1
    day = period_end.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _whole_file(marked: list[MarkedRow]) -> MarkedRow:
    if not marked:
        marked.append(MarkedRow("", 0, []))
    return marked[0]


def _escaped(text: str) -> str:
    """A text as COPY reads it. Its spaces are single ones already, so nothing else needs it."""
    return text.replace("\\", "\\\\")


def _personal(what: str) -> _Refused:
    return _Refused(
        f"There is {what} in this cell", "Take it out. Nothing that names a person may stand in the file."
    )


def _judge_text(text: str) -> Any:
    if what := identifier_in(text):
        return _personal(what)
    return " ".join(text.split())[:LONGEST_TEXT]


def _judge_required(text: str) -> Any:
    words = folded(text)
    if words in _YES:
        return True
    if words in _NO:
        return False
    return _Refused(
        "It is not clear whether the course is required", "Write Yes or No.", "" if not text else NOT_SHOWN
    )


def _judge_reference(text: str) -> Any:
    if not text:
        return _Refused("The staff reference is missing", "Write the person's staff number.", "")
    what = identifier_in(text)
    if not what and _REFERENCE.fullmatch(text):
        return text.upper()
    if what:
        fix = "Send your own staff number instead."
        if what == "an NHS number":
            fix += " If this is your staff number, put a letter before each of them."
        return _Refused(f"There is {what} in this cell", fix)
    return _Refused(
        "This does not look like a staff reference, and may be a name",
        "Send a staff number: letters and digits without spaces, 40 characters at most.",
    )


def totals(figures: Iterable[ServiceFigure]) -> dict[tuple[UUID, UUID], tuple[str, str, int, int]]:
    """Figures added up by organisation and course: names, eligible, compliant."""
    found: dict[tuple[UUID, UUID], tuple[str, str, int, int]] = {}
    for each in figures:
        key = (each.organisation_id, each.course_id)
        _, _, eligible, compliant = found.get(key, ("", "", 0, 0))
        found[key] = (
            each.organisation, each.course, eligible + each.eligible, compliant + each.compliant,
        )  # fmt: skip
    return found


__all__ = [
    "HEADINGS",
    "CheckedRegister",
    "MarkedRow",
    "RegisterCheck",
    "RegisterCourse",
    "RegisterExpected",
    "RegisterOrganisation",
    "ServiceFigure",
    "SheetLeftOut",
    "check_lines",
    "counts_from",
    "totals",
]
