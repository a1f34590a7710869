"""Judges the rows of a staff register, and counts who needs a course and holds it at the end of the period.

One hundred thousand rows hold few different courses, services and days, so each different text is judged once
and then looked up. The reference of a person leaves this module as a keyed hash and in no other form.
"""

from __future__ import annotations

import re
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
_JUDGED = ("reference", "course", "completed", "service", "role", "required")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$")


@dataclass(frozen=True)
class RegisterCourse:
    """A course of the list, and the first day whose completion still counts at the end of the period."""

    id: UUID
    name: str
    also_known_as: Sequence[str]
    counts_from: date | None


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
        hashed: turns an organisation and a reference into what is kept of a person.
        leaves_out_other_courses: whether rows of courses that are not on the list are left out, not refused.
    """

    organisations: Sequence[RegisterOrganisation]
    names_organisations: bool
    courses: Sequence[RegisterCourse]
    period_end: date
    today: date
    hashed: Callable[[UUID, str], bytes]
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


@dataclass(slots=True)
class _Person:
    """One person and course, as the rows so far tell it."""

    digest: str
    organisation: int
    course: int
    service: str
    role: str
    required: bool
    completed: str
    row: int


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
    copied: list[str] = field(default_factory=list)
    """Rows of people as COPY reads them: course, hash, service, role group, required, completed."""


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


class RegisterCheck:
    """Takes a register line by line and says at its end what it amounts to."""

    def __init__(self, expected: RegisterExpected) -> None:
        self.expected = expected
        self.result = CheckedRegister()
        self._tables = 0
        self._sheet = ""
        self._at: dict[str, int] = {}
        self._headings: dict[str, str] = {}
        self._first_column = 1
        self._spare: list[tuple[int, str]] = []
        self._spare_nhs: Counter[int] = Counter()
        self._spare_values: Counter[int] = Counter()
        self._reading = False
        self._people: dict[tuple[int, str], tuple[int, str]] = {}
        self._records: dict[int, _Person] = {}
        self._other_courses: Counter[str] = Counter()
        self._doubles = self._late = 0
        self._period_end = expected.period_end.isoformat()
        names = {
            folded(name): index
            for index, course in enumerate(expected.courses)
            for name in (course.name, *course.also_known_as)
        }
        services = {folded(each.name): index for index, each in enumerate(expected.organisations)}
        self._courses = _Cache(lambda text: self._judge_course(text, names))
        self._services = _Cache(lambda text: self._judge_service(text, services))
        self._roles = _Cache(self._judge_text)
        self._required = _Cache(_judge_required)
        self._days = _Cache(self._judge_day)
        self._references = _Cache(_judge_reference)

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
        elif not self._records and not result.problem_count:
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
        if not result.problem_count:
            self._count()
        return result

    # Columns -----------------------------------------------------------------------------------------

    def _begin(self, table: TableBegins) -> None:
        self._tables += 1
        self._sheet, self._first_column = table.sheet, table.column
        self._at, self._headings, self._spare = {}, {}, []
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
        """Judge some rows. This loop is what the speed of an upload hangs on."""
        at = self._at
        reference_at, course_at, completed_at = at["reference"], at["course"], at["completed"]
        service_at, role_at, required_at = at.get("service"), at.get("role"), at.get("required")
        width = max(at.values()) + 1
        spare = self._spare
        for row_number, row in enumerate(rows.cells, start=rows.first):
            if len(row) < width:
                row = row + [""] * (width - len(row))  # noqa: PLW2901 - short rows are padded
            if not row[reference_at] and not any(row):
                continue
            if spare:
                self._screen(row, row_number)
            course = self._courses[row[course_at]]
            if course is None:
                self._other_courses[row[course_at][:80]] += 1
                continue
            judged = (
                self._references[row[reference_at]],
                course,
                self._days[row[completed_at]],
                (0, "") if service_at is None else self._services[row[service_at]],
                "" if role_at is None else self._roles[row[role_at]],
                True if required_at is None else self._required[row[required_at]],
            )
            self.result.rows_read += 1
            if _Refused in map(type, judged):
                for meaning, value in zip(_JUDGED, judged, strict=True):
                    if isinstance(value, _Refused):
                        self._problem(row_number, meaning, value.shown, value.reason, value.fix)
            elif self._add(row_number, *judged) and len(self.result.first_rows) < FIRST_ROWS:
                self.result.first_rows.append(self._shown(row))

    def _add(
        self,
        row_number: int,
        reference: str,
        course: int,
        completed: str,
        service: tuple[int, str],
        role: str,
        required: bool,
    ) -> bool:
        """Note who took a course; whether that person and course are new."""
        if completed > self._period_end:
            self._late += 1
            completed = ""
        organisation, service_name = service
        person = self._people.get((organisation, reference))
        if person is None:
            digest = self.expected.hashed(self.expected.organisations[organisation].id, reference).hex()
            person = self._people[organisation, reference] = (len(self._people), digest)
        key = person[0] * len(self.expected.courses) + course
        known = self._records.get(key)
        if known is not None:
            self._again(known, required, completed, row_number)
            return False
        self._records[key] = _Person(
            person[1], organisation, course, service_name, role, required, completed, row_number
        )
        return True

    def _again(self, known: _Person, required: bool, completed: str, row_number: int) -> None:
        """A second row of one person and course: the latest completion counts, a contradiction does not."""
        if known.required is not required:
            self._problem(
                row_number, "required", "Yes" if required else "No",
                f"Row {number(known.row)} says the opposite of the same person and course",
                "Keep the row that is right and take the other out.",
            )  # fmt: skip
            return
        self._doubles += 1
        known.completed = max(known.completed, completed)

    def _screen(self, row: Sequence[str], row_number: int) -> None:
        """Look for people in the columns that are not needed."""
        for index, heading in self._spare:
            text = row[index] if index < len(row) else ""
            if not text:
                continue
            self._spare_values[index] += 1
            if len(text) > 8:
                if holds_email_or_ni(text):
                    self._problem_in(
                        row_number, index, heading, NOT_SHOWN, f"There is {identifier_in(text)} in this cell",
                        "Take the column out of your file.",
                    )  # fmt: skip
                elif holds_nhs_number(text):
                    self._spare_nhs[index] += 1

    def _shown(self, row: Sequence[str]) -> list[str]:
        """A row as the page shows it: never the reference."""
        cells = []
        for meaning in ("course", "service", "role", "completed", "required"):
            text = row[self._at[meaning]] if meaning in self._at else ""
            if meaning == "completed":
                day = self._days[text]
                text = british_date(date.fromisoformat(day)) if day else "Not completed"
            elif meaning == "required":
                text = "Yes" if not text or self._required[text] is True else "No"
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
            judged = self._judge_text(text)
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

    @staticmethod
    def _judge_text(text: str) -> Any:
        if what := identifier_in(text):
            return _personal(what)
        return " ".join(text.split())[:LONGEST_TEXT]

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
        expected = self.expected
        since = [course.counts_from.isoformat() if course.counts_from else "0" for course in expected.courses]
        totals: dict[tuple[int, int, str, str], list[int]] = {}
        for person in self._records.values():
            key = (person.organisation, person.course, person.service, person.role)
            total = totals.get(key)
            if total is None:
                total = totals[key] = [0, 0]
            if person.required:
                total[0] += 1
                if person.completed and person.completed >= since[person.course]:
                    total[1] += 1
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
        self.result.copied = list(self._copied())

    def _copied(self) -> Iterator[str]:
        courses = [str(course.id) for course in self.expected.courses]
        escaped = _Cache(lambda text: text.replace("\\", "\\\\"))
        nothing = "\\N"
        lines: list[str] = []
        for person in self._records.values():
            lines.append(
                f"{courses[person.course]}\t\\\\x{person.digest}\t{escaped[person.service]}\t"
                f"{escaped[person.role]}\t{'t' if person.required else 'f'}\t{person.completed or nothing}\n"
            )
            if len(lines) == COPY_ROWS:
                yield "".join(lines)
                lines = []
        if lines:
            yield "".join(lines)

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
        if len(self.result.problems) < PROBLEMS_KEPT:
            self.result.problems.append(problem)


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


def _personal(what: str) -> _Refused:
    return _Refused(
        f"There is {what} in this cell", "Take it out. Nothing that names a person may stand in the file."
    )


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
