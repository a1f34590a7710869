"""Finds the tables of a sheet and hands out their records: what is said of one return, and in which cells.

A table is one row for each return, or has periods or courses side by side (in the headings or in a row above
them), or has measures below one another under periods. Where two readings are possible, neither is taken: the
cell is put on record as a problem.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.spreadsheets import Cell, Sheet
from training.enums import PeriodKind
from training.figures.checked_file import FIRST_ROWS, CheckedFile, FirstRow, Matched, Problem
from training.figures.counts import whole_number
from training.figures.expected import Expected, organisation_named, place_of
from training.figures.headings import (
    COUNTED,
    FIGURES,
    MEANINGS,
    PARTS,
    column_letters,
    is_total,
    meaning_of,
    plain,
)
from training.figures.staff_parts import is_about_a_part, note_cuts_staff
from training.periods import PeriodUnclear, period_of_cell

ABOVE = 3
"""How many rows above the headings may name periods or courses."""

Kind = Literal["period", "course", "total"]
_LABELS = {
    heading: meaning
    for meaning in ("organisation", "code", "course", "scope", "period")
    for heading in MEANINGS[meaning][1]
    if heading not in {"date", "as at", "month", "training", "subject", "from", "to"}
}
"""Words that say, before a value and above a table, what the whole table is about."""


_SAYS_NOTHING = frozenset(
    {"staff", "all staff", "number", "numbers", "figures", "number of staff", "staff numbers", "training"}
    | {"prevent", "prevent training", "whole trust", "trust", "compliance"}
)


@dataclass(frozen=True)
class Field:
    """One value, and where people see it; no row or column where the sheet's name says it."""

    value: Cell
    row: int | None
    column: str
    heading: str

    @property
    def place(self) -> str:
        """The column as a problem names it: "D (Compliant)"."""
        return f"{self.column} ({self.heading})" if self.column and self.heading else self.column


@dataclass
class Record:
    """What the file says of one return. A meaning that is absent has no column at all."""

    sheet: str
    row: int
    fields: dict[str, Field] = field(default_factory=dict)
    part: Field | None = None
    may_use_chosen_course: bool = True

    def cell(self, meaning: str) -> Cell:
        found = self.fields.get(meaning)
        return found.value if found else None


@dataclass(frozen=True)
class _Column:
    index: int
    letters: str
    heading: str
    meaning: str
    facets: tuple[tuple[Kind, Field], ...] = ()

    @property
    def group(self) -> tuple[tuple[str, str], ...]:
        """What the columns of one return have in common: their period, their course."""
        return tuple((kind, plain(text_of(said.value))) for kind, said in self.facets)


@dataclass
class _Block:
    """A table's place in the sheet: rows that may say what it is about, its headings, its data."""

    above: range
    header: range
    data: range
    is_transposed: bool = False


def text_of(cell: Cell) -> str:
    """A cell as a problem quotes it."""
    if isinstance(cell, date):
        return british_date(cell)
    return "" if cell is None else str(cell)


def records_of(sheet: Sheet, expected: Expected, checked: CheckedFile) -> tuple[int, list[Record]]:
    """How many tables a sheet has, and their records. Problems and notices go on record in ``checked``."""
    reader = _SheetTables(sheet, expected, checked)
    blocks = reader.blocks()
    return len(blocks), [record for block in blocks for record in reader.records(block, len(blocks))]


class _SheetTables:
    def __init__(self, sheet: Sheet, expected: Expected, checked: CheckedFile) -> None:
        self.sheet, self.expected, self.checked = sheet, expected, checked
        self.rows = sheet.rows
        self._names = [organisation.name for organisation in expected.organisations]
        self._facets: dict[str, Kind | None] = {}

    # Where the tables are --------------------------------------------------------------------------

    def blocks(self) -> list[_Block]:
        """The tables of the sheet from top to bottom."""
        starts: list[tuple[range, bool]] = []
        index = 0
        while index < len(self.rows):
            run = self._header_run(index)
            if run is not None:
                self._recognised(run.stop - 1)
                if not (starts and self._repeats(starts[-1][0], run)):
                    starts.append((run, False))
                index = run.stop
                continue
            if self._is_transposed_header(index) and not any(not turned for _, turned in starts):
                self._recognised(index)
                starts.append((range(index, index + 1), True))
            index += 1
        blocks: list[_Block] = []
        for place, (header, turned) in enumerate(starts):
            floor = starts[place - 1][0].stop if place else 0
            first = header.start
            while first > floor and self._may_stand_above(first - 1, is_first=place == 0):
                first -= 1
            end = starts[place + 1][0].start if place + 1 < len(starts) else len(self.rows)
            blocks.append(_Block(range(first, header.start), header, range(header.stop, end), turned))
        for block, following in itertools.pairwise(blocks):
            block.data = range(block.data.start, following.above.start)
        return blocks

    def _header_run(self, index: int) -> range | None:
        """The rows of headings that begin at a row, or None if it is no row of headings."""
        if not self._is_header(index):
            return None
        stop = index + 1
        while stop < len(self.rows) and stop - index < ABOVE and self._continues_header(index, stop):
            stop += 1
        return range(index, stop)

    def _is_header(self, index: int) -> bool:
        row = self.rows[index]
        if any(self._is_number(cell) for cell in row):
            return False
        found = {found for cell in row if (found := self._heading_meaning(cell)) is not None}
        if len(found) < 2:
            return False
        known = sum(self._heading_meaning(cell) is not None for cell in row)
        # A row of data can hold a word that is also a heading ("Trust"), but hardly half of one.
        return known * 2 >= sum(cell is not None for cell in row) or bool(found & set(FIGURES))

    def _continues_header(self, first: int, index: int) -> bool:
        """Whether a row of sub-headings follows: all its cells are known, and stand below others."""
        row = self.rows[index]
        texts = [place for place, cell in enumerate(row) if cell is not None]
        if not texts or any(self._heading_meaning(row[place]) is None for place in texts):
            return False
        # The same headings again are a table that was printed over pages.
        return any(self._heading_meaning(self._at(first, place)) is None for place in texts)

    def _repeats(self, header: range, run: range) -> bool:
        def words(row: Sequence[Cell]) -> list[str]:
            return [plain(text_of(cell)) for cell in row]

        return len(run) == 1 and words(self.rows[run.start]) == words(self.rows[header.stop - 1])

    def _is_transposed_header(self, index: int) -> bool:
        row = self.rows[index]
        cells = [(place, cell) for place, cell in enumerate(row) if cell is not None]
        kinds = [self._facet(cell) for _, cell in cells]
        several = max(kinds.count("period"), kinds.count("course"))
        if several < 2 or any(self._is_number(cell) for _, cell in cells):
            return False
        first = min(place for (place, _), kind in zip(cells, kinds, strict=True) if kind)
        below = self.rows[index + 1 : index + 1 + ABOVE]
        return any(
            meaning_of(text_of(cell)) in COUNTED
            for row in below
            for cell in row[:first]
            if isinstance(cell, str)
        ) and not any(self._is_header(other) for other in range(index + 1, min(index + 3, len(self.rows))))

    def _may_stand_above(self, index: int, *, is_first: bool) -> bool:
        """Whether a row before the headings belongs to their table: a title, a label, a group, a blank."""
        row = self.rows[index]
        filled = [cell for cell in row if cell is not None]
        if is_first or len(filled) <= 1:
            return True
        if any(self._is_number(cell) for cell in filled):
            return False
        return any(self._facet(cell) for cell in filled) or plain(text_of(filled[0])) in _LABELS

    # Small questions ---------------------------------------------------------------------------------

    def _at(self, index: int, place: int) -> Cell:
        row = self.rows[index]
        return row[place] if place < len(row) else None

    def _line(self, index: int) -> int:
        return self.sheet.first_row + index

    def _letters(self, place: int) -> str:
        return column_letters(self.sheet.first_column + place)

    @staticmethod
    def _is_number(cell: Cell) -> bool:
        if cell is None or isinstance(cell, date):
            return False
        return not isinstance(cell, str) or whole_number(cell) is not None

    def _facet(self, cell: Cell) -> Kind | None:
        """Whether a cell is just a period, just a course, or the word total."""
        if cell is None or isinstance(cell, bool | int | float):
            return None
        key = text_of(cell)
        if key not in self._facets:
            self._facets[key] = self._facet_read(cell, key)
        return self._facets[key]

    def _facet_read(self, cell: Cell, text: str) -> Kind | None:
        if plain(text) in {"total", "totals", "overall", "year to date", "ytd", "average"}:
            return "total"
        if self.expected.course_called(text) is not None:
            return "course"
        try:
            period_of_cell(cell)
        except PeriodUnclear:
            return None
        return "period"

    def _split_heading(self, cell: Cell) -> tuple[str | None, str, Kind | None]:
        """A heading's meaning and the period, course or total that it also names: "June 2018 compliant"."""
        text = text_of(cell)
        if not text:
            return None, "", None
        if (meaning := meaning_of(text)) is not None or not isinstance(cell, str):
            return meaning, "", None
        words = text.split()
        for cut in range(1, len(words)):
            for part, rest in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
                named = " ".join(part).strip(" -–—:,()[]")
                meaning = meaning_of(" ".join(rest))
                if meaning in COUNTED and named and (kind := self._facet(named)) is not None:
                    return meaning, named, kind
        return None, "", None

    def _heading_meaning(self, cell: Cell) -> str | None:
        return self._split_heading(cell)[0] if isinstance(cell, str) else None

    # Columns -------------------------------------------------------------------------------------------

    def records(self, block: _Block, tables: int) -> Iterator[Record]:
        """What each row of a table says."""
        said = self._said_above(block)
        if block.is_transposed:
            yield from self._transposed_records(block, said, tables)
            return
        columns, parts = self._columns(block)
        if columns is None:
            return
        if not self._has_what_it_takes(block, columns, said, tables):
            self._show_first(block, columns)
            return
        yield from self._row_records(block, columns, parts, said, tables)

    def _columns(self, block: _Block) -> tuple[list[_Column] | None, list[tuple[int, str]]]:
        """The columns that are read, and those that cut an organisation into parts; None if unclear."""
        width = max((len(self.rows[index]) for index in (*block.above[-ABOVE:], *block.header)), default=0)
        texts = [(place, *self._heading_at(block, place)) for place in range(width)]
        figure_places = {place for place, _, meaning, _, _ in texts if meaning in COUNTED}
        groups = self._groups(block, figure_places, width)
        columns: list[_Column] = []
        parts: list[tuple[int, str]] = []
        ignored: list[str] = []
        for place, heading, meaning, named, kind in texts:
            if plain(heading) in PARTS:
                parts.append((place, heading))
            elif meaning is None:
                if heading:
                    ignored.append(heading)
            else:
                facets = groups.get(place, []) if meaning in COUNTED else []
                line, letters = self._line(block.header.stop - 1), self._letters(place)
                if kind is not None:
                    facets = [*facets, (kind, Field(named, line, letters, ""))]
                shown = " ".join([*(text_of(one.value) for _, one in facets if not kind), heading])
                columns.append(_Column(place, letters, shown, meaning, tuple(facets)))
        columns, is_clear = self._clear_columns(block, columns, ignored)
        is_clear = self._nothing_above(block, figure_places) and is_clear
        if ignored:
            names = ", ".join(f"“{name}”" for name in ignored)
            self.checked.notices.append(f"Columns that are not needed were left out: {names}.")
        for column in columns:
            self.checked.columns.append(
                Matched(self.sheet.name, column.letters, column.heading, MEANINGS[column.meaning][0])
            )
        return (columns if is_clear else None), parts

    def _show_first(self, block: _Block, columns: Sequence[_Column]) -> None:
        """Keep the first rows of a table that lacks a column, so that people see which ones were matched."""
        filled = (index for index in block.data if any(cell is not None for cell in self.rows[index]))
        for index in itertools.islice(filled, FIRST_ROWS):
            values = tuple(
                (column.heading, text_of(cell)[:80])
                for column in columns
                if (cell := self._at(index, column.index)) is not None
            )
            self.checked.show_first(FirstRow(self.sheet.name, self._line(index), values, None))

    def _heading_at(self, block: _Block, place: int) -> tuple[str, str | None, str, Kind | None]:
        """The heading of a column: the lowest known cell of its header, else one above that was merged."""
        cells = [cell for index in block.header if (cell := self._at(index, place)) is not None]
        for cell in reversed(cells):
            meaning, named, kind = self._split_heading(cell)
            if meaning is not None:
                return text_of(cell), meaning, named, kind
        if len(cells) > 1:
            text = " ".join(text_of(cell) for cell in cells)
            meaning, named, kind = self._split_heading(text)
            if meaning is not None:
                return text, meaning, named, kind
        if cells:
            return text_of(cells[-1]), None, "", None
        for index in reversed(block.above[-ABOVE:]):
            above = self._at(index, place)
            # Labels before a value ("Organisation: …") are no headings.
            if isinstance(above, str) and meaning_of(above) not in {None, *COUNTED}:
                if not self._label_of(self.rows[index]):
                    return above, meaning_of(above), "", None
            elif isinstance(above, str) and plain(above) in PARTS:
                return above, None, "", None
        return "", None, "", None

    def _groups(
        self, block: _Block, figure_places: set[int], width: int
    ) -> dict[int, list[tuple[Kind, Field]]]:
        """The periods and courses that stand above columns of figures, each up to the next one."""
        found: dict[int, list[tuple[Kind, Field]]] = {}
        rows = [*block.above[-ABOVE:], *block.header[:-1]]
        for index in rows:
            named = [
                (place, self._facet(self._at(index, place)))
                for place in range(width)
                if self._at(index, place) is not None and place in figure_places
            ]
            kinds = [kind for _, kind in named if kind in {"period", "course"}]
            first = min(figure_places, default=0)
            outside = [
                place
                for place in range(width)
                if place not in figure_places and self._facet(self._at(index, place)) in {"period", "course"}
            ]
            if not kinds or outside or (len(kinds) == 1 and named[0][0] != first):
                continue
            current: tuple[Kind, Field] | None = None
            for place in range(width):
                cell = self._at(index, place)
                if cell is not None:
                    kind = self._facet(cell)
                    here = Field(cell, self._line(index), self._letters(place), "")
                    current = (kind, here) if kind else None
                    if kind is None and place in figure_places and meaning_of(text_of(cell)) is None:
                        # Something else stands above it: whoever reads the row refuses it as unclear.
                        current = ("period", here)
                if current is not None and place in figure_places:
                    found.setdefault(place, []).append(current)
        return found

    def _nothing_above(self, block: _Block, figure_places: set[int]) -> bool:
        """Put on record words right above figures that could cut them: "Clinical staff"."""
        if not block.above or 0 in figure_places:
            return True
        index = block.above[-1]
        row = self.rows[index]
        if self._label_of(row) or any(self._facet(cell) for cell in row):
            return True
        words = [
            (place, cell)
            for place, cell in enumerate(row)
            if place in figure_places and isinstance(cell, str) and self._heading_meaning(cell) is None
        ]
        words = [(place, cell) for place, cell in words if plain(str(cell)) not in _SAYS_NOTHING]
        for place, cell in words:
            self._part_of_staff(self._line(index), self._letters(place), text_of(cell))
        return not words

    def _clear_columns(
        self, block: _Block, columns: list[_Column], ignored: list[str]
    ) -> tuple[list[_Column], bool]:
        """Leave out sums over groups, and put on record what is unclear about the rest."""
        is_clear = True
        line = self._line(block.header.stop - 1)
        is_grouped = any(kind != "total" for column in columns for kind, _ in column.facets)
        kept: list[_Column] = []
        for column in columns:
            is_sum = any(kind == "total" for kind, _ in column.facets) or (
                is_grouped
                and not column.facets
                and (plain(column.heading) in {"total", "grand total"} or column.meaning == "percent")
            )
            if is_sum:
                ignored.append(column.heading)
            elif is_grouped and column.meaning in COUNTED and not column.facets:
                is_clear = False
                self._problem(
                    line, column.letters, column.heading,
                    "The other columns of figures name their period or course, and this one does not",
                    "Write in each heading which period or course it is about.",
                )  # fmt: skip
            else:
                kept.append(column)
        seen: dict[tuple[object, ...], _Column] = {}
        for column in kept:
            first = seen.setdefault((column.meaning, column.group), column)
            if first is not column:
                is_clear = False
                self._problem(
                    line, "", column.heading,
                    f"Column {column.letters} and the column “{first.heading}” both read as "
                    f"“{MEANINGS[column.meaning][0]}”",
                    "Keep one of them, or give the other a different heading.",
                )  # fmt: skip
        return kept, is_clear

    def _has_what_it_takes(
        self, block: _Block, columns: Sequence[_Column], said: Mapping[str, Field], tables: int
    ) -> bool:
        have = {column.meaning for column in columns} | set(said)
        figures = [column for column in columns if column.meaning in COUNTED]
        for kind in ("period", "course"):
            if figures and all(any(one == kind for one, _ in column.facets) for column in figures):
                have.add(kind)
        sections = {
            self._facet(alone[1]) for index in block.data if (alone := self._alone(index)) is not None
        } - {None}
        missing = []
        if "period" not in have | sections and not {"start", "end"} <= have:
            missing.append(("the period", "Add a column Period, with values like June 2018 or Q1 2018/19."))
        groups: dict[object, set[str]] = {}
        for column in figures:
            groups.setdefault(column.group, set()).add(column.meaning)
        if not groups or any(len(set(FIGURES) & group) < 2 for group in groups.values()):
            missing.append(
                (
                    "the figures",
                    "Add the columns Compliant and Eligible, or Does not meet, Meets and Grand total.",
                )
            )
        if "course" not in have | sections and not self._may_choose_course(tables):
            missing.append(
                ("the course", "Add a column Course, or choose the course when you send the file.")
            )
        if (
            not {"organisation", "code"} & have
            and self.expected.organisation is None
            and len(self.expected.organisations) != 1
        ):
            missing.append(("the organisation", "Add a column Organisation."))
        for what, fix in missing:
            self._problem(self._line(block.header.stop - 1), "", "", f"No column holds {what}", fix)
        return not missing

    def _may_choose_course(self, tables: int) -> bool:
        """The course that was chosen with the file stands for a table only if the sheet has no other."""
        return self.expected.course is not None and tables == 1

    # What stands above ---------------------------------------------------------------------------------

    @staticmethod
    def _label_of(row: Sequence[Cell]) -> tuple[str, Cell, int] | None:
        """What "Period: June 2018" or a pair of cells says: meaning, value, place of the value."""
        filled = [(place, cell) for place, cell in enumerate(row) if cell is not None]
        if not filled or len(filled) > 2 or not isinstance(filled[0][1], str):
            return None
        place, text = filled[0][0], str(filled[0][1])
        label, colon, value = text.partition(":")
        meaning = _LABELS.get(plain(label))
        if meaning is None:
            return None
        if colon and value.strip() and len(filled) == 1:
            return meaning, value.strip(), place
        if len(filled) == 2 and not value.strip() and meaning_of(text_of(filled[1][1])) is None:
            return meaning, filled[1][1], filled[1][0]
        return None

    def _said_above(self, block: _Block) -> dict[str, Field]:
        """What labels, a title or the sheet's name say of the whole table."""
        said: dict[str, Field] = {}
        unread: list[str] = []
        for index in block.above:
            row = self.rows[index]
            filled = [(place, cell) for place, cell in enumerate(row) if cell is not None]
            label = self._label_of(row)
            if label is not None:
                meaning, value, place = label
                said[meaning] = Field(value, self._line(index), self._letters(place), "")
            elif len(filled) == 1 and self._facet(filled[0][1]) == "course":
                place, value = filled[0]
                said["course"] = Field(value, self._line(index), self._letters(place), "")
            elif len(filled) == 1 and isinstance(filled[0][1], str) and self._facet(filled[0][1]) is None:
                place, text = filled[0]
                if not self._title_says(index, place, str(text), said):
                    unread.append(str(text))
            elif len(filled) == 2 and is_about_a_part(f"{filled[0][1]}: {text_of(filled[1][1])}"):
                self._part_of_staff(self._line(index), self._letters(filled[1][0]), text_of(filled[1][1]))
        self._name_says(said)
        if unread:
            quoted = ", ".join(f"“{text[:80]}”" for text in unread[:3])
            self.checked.notices.append(f"Text above the table was not read: {quoted}.")
        return said

    def _name_says(self, said: dict[str, Field]) -> None:
        """Add what the sheet's name says, where nothing in the sheet does."""
        name = self.sheet.name
        if is_about_a_part(name, self._names):
            self._part_of_staff(None, "", name)
        if name and "course" not in said and self._facet(name) == "course":
            said["course"] = Field(name, None, "", "")
        if name and "period" not in said and self._facet(name) == "period":
            period = period_of_cell(name)
            # A sheet called "January 2019" may be named after the day it was made.
            if period.kind in {PeriodKind.QUARTER, PeriodKind.SNAPSHOT}:
                said["period"] = Field(name, None, "", "")

    def _title_says(self, index: int, place: int, title: str, said: dict[str, Field]) -> bool:
        """Add what a title says of the whole table; whether it says whose staff the figures are about."""
        line, letters = self._line(index), self._letters(place)
        if (course := self._course_within(title)) is not None:
            said["course"] = Field(course, line, letters, "")
        if f"{plain(place_of(self.expected.council_name))} based " in f"{plain(title)} ":
            said["scope"] = Field(title, line, letters, "")
            return True
        if is_about_a_part(title, self._names):
            self._part_of_staff(line, letters, title)
            return True
        return False

    def _part_of_staff(self, line: int | None, column: str, text: str) -> None:
        """Put words on record that may cut the staff, once, however many tables they stand above."""
        problem = Problem(
            self.sheet.name, line, column, text[:80],
            "It is not clear whether this is about a part of the staff",
            "Send the figures of all staff. If these are that, take the words out.",
        )  # fmt: skip
        if problem not in self.checked.problems:
            self.checked.problems.append(problem)

    def _course_within(self, title: str) -> str | None:
        """The one course that a title speaks of: "WRAP figures for the quarter"."""
        words = f" {plain(title)} "
        named = [
            course.name
            for course in self.expected.courses
            if any(f" {plain(name)} " in words for name in (course.name, *course.also_known_as))
        ]
        return named[0] if len(named) == 1 else None

    # Rows ----------------------------------------------------------------------------------------------

    def _alone(self, index: int) -> tuple[int, Cell] | None:
        """The only cell of a row, if it has just one."""
        filled = [(place, cell) for place, cell in enumerate(self.rows[index]) if cell is not None]
        return filled[0] if len(filled) == 1 and isinstance(filled[0][1], str | date) else None

    def _data_follows(self, index: int, stop: int) -> bool:
        return any(
            sum(cell is not None for cell in self.rows[other]) > 1 and not self._is_total_row(other)
            for other in range(index + 1, stop)
        )

    def _is_total_row(self, index: int, label_places: Iterable[int] = ()) -> bool:
        row = self.rows[index]
        first = next((cell for cell in row if cell is not None), None)
        labels = [first, *(self._at(index, place) for place in label_places)]
        return any(isinstance(cell, str) and is_total(cell) for cell in labels)

    def _section(self, index: int, stop: int, sections: dict[str, Field | None]) -> bool:
        """Whether a row with one cell was dealt with: it heads the rows below it, or is a note."""
        alone = self._alone(index)
        if alone is None:
            return False
        place, cell = alone
        kind = self._facet(cell)
        if kind in {"course", "period"}:
            sections[kind] = Field(cell, self._line(index), self._letters(place), "")
        elif not self._data_follows(index, stop):
            if note_cuts_staff(text_of(cell), self._names):
                self._part_of_staff(self._line(index), self._letters(place), text_of(cell))
            self.checked.notices.append(
                f"{self._where(index)} was left out: it holds no figures (“{text_of(cell)[:60]}”)."
            )
        elif isinstance(cell, str) and organisation_named(self.expected.organisations, cell) is not None:
            sections["organisation"] = Field(cell, self._line(index), self._letters(place), "")
        else:
            self._problem(
                self._line(index), self._letters(place), text_of(cell),
                "It is not clear what the rows below this are about",
                "Take this row out, and say in a column of each row what it says.",
            )  # fmt: skip
        return True

    def _row_records(
        self,
        block: _Block,
        columns: Sequence[_Column],
        parts: Sequence[tuple[int, str]],
        said: Mapping[str, Field],
        tables: int,
    ) -> Iterator[Record]:
        labels = [column for column in columns if column.meaning not in COUNTED]
        groups: dict[object, list[_Column]] = {}
        for column in columns:
            if column.meaning in COUNTED:
                groups.setdefault(column.group, []).append(column)
        label_places = [column.index for column in labels] + [place for place, _ in parts]
        have = {column.meaning for column in labels}
        sections: dict[str, Field | None] = {}
        blank: dict[str, int] = {}
        for index in block.data:
            if all(cell is None for cell in self.rows[index]) or self._is_header(index):
                continue
            if self._is_total_row(index, label_places):
                self.checked.notices.append(f"{self._where(index)} was left out: it is a total.")
                continue
            if self._section(index, block.data.stop, sections):
                continue
            base = {key: value for key, value in said.items() if key not in have}
            base |= {key: value for key, value in sections.items() if key not in have and value is not None}
            base |= {
                column.meaning: Field(
                    self._label_cell(index, column.index), self._line(index), column.letters, column.heading
                )
                for column in labels
            }
            for group in groups.values():
                if len(groups) > 1 and all(self._at(index, column.index) is None for column in group):
                    name = ", ".join(text_of(one.value) for _, one in group[0].facets)
                    blank[name] = blank.get(name, 0) + 1
                    continue
                record = Record(
                    self.sheet.name, self._line(index), dict(base), self._part(index, parts),
                    self._may_choose_course(tables),
                )  # fmt: skip
                self._add_group(record, index, group)
                yield record
        for name, count in blank.items():
            self.checked.notices.append(
                f"Under “{name}” {counted(count, 'row is', 'rows are')} empty and no return was read for "
                f"{'it' if count == 1 else 'them'}."
            )

    def _add_group(self, record: Record, index: int, group: Sequence[_Column]) -> None:
        """Add the figures of one period or course, and what their headings say."""
        for kind, one in group[0].facets:
            if kind in record.fields and record.fields[kind].value is not None:
                self._two_say(record.fields[kind], one)
            record.fields[kind] = one
        for column in group:
            record.fields[column.meaning] = Field(
                self._at(index, column.index), self._line(index), column.letters, column.heading
            )

    def _two_say(self, one: Field, other: Field) -> None:
        if plain(text_of(one.value)) != plain(text_of(other.value)):
            self._problem(
                one.row, one.place, text_of(one.value),
                f"The heading says “{text_of(other.value)}” and the row says “{text_of(one.value)}”",
                "Make them agree, or take one of them out.",
            )  # fmt: skip

    def _label_cell(self, index: int, place: int) -> Cell:
        """A label, also where its cell is merged with the one above it."""
        cell = self._at(index, place)
        if cell is not None:
            return cell
        area = self.sheet.merged_at(self._line(index), self.sheet.first_column + place)
        if area is None or area[0] < self.sheet.first_row:
            return None
        return self._at(area[0] - self.sheet.first_row, area[1] - self.sheet.first_column)

    def _part(self, index: int, parts: Sequence[tuple[int, str]]) -> Field | None:
        for place, heading in parts:
            cell = self._label_cell(index, place)
            if cell is not None and plain(text_of(cell)) not in {"all", "all staff", "whole trust", "trust"}:
                return Field(cell, self._line(index), self._letters(place), heading)
        return None

    # Measures below one another ------------------------------------------------------------------------

    def _transposed_records(self, block: _Block, said: Mapping[str, Field], tables: int) -> Iterator[Record]:
        header = block.header.start
        columns, said = self._transposed_columns(header, said)
        first = columns[0][0]
        measures: dict[str, tuple[int, str]] = {}
        labels: dict[str, Field] = {}
        sections: dict[str, Field | None] = {}

        def finished() -> Iterator[Record]:
            base = {**said, **{key: one for key, one in sections.items() if one is not None}, **labels}
            yield from self._measured_records(columns, measures, base, tables)
            measures.clear()

        for index in block.data:
            names = [(place, cell) for place, cell in enumerate(self.rows[index][:first]) if cell is not None]
            measure = self._measure_of(names)
            if all(self._at(index, place) is None for place, _, _ in columns):
                if names:
                    yield from finished()
                    labels.clear()
                    if not self._section(index, block.data.stop, sections):
                        self._unclear(index, names, "There are no figures in this row")
                continue
            if measure is None:
                yield from finished()
                if names and is_total(text_of(names[0][1])):
                    self.checked.notices.append(f"{self._where(index)} was left out: it is a total.")
                else:
                    self._unclear(index, names, "It is not clear what this row counts")
                continue
            others = [(place, cell) for place, cell in names if text_of(cell) != measure[1]]
            read = self._labels_read(header, index, others)
            if measure[0] in measures or self._differ(labels, read):
                yield from finished()
                labels.clear()
            labels.update(read)
            measures[measure[0]] = (index, measure[1])
        yield from finished()

    def _transposed_columns(
        self, header: int, said: Mapping[str, Field]
    ) -> tuple[list[tuple[int, Kind, Field]], Mapping[str, Field]]:
        """The columns of periods or courses; a course in the corner says what the whole table is about."""
        columns: list[tuple[int, Kind, Field]] = []
        ignored: list[str] = []
        for place, cell in enumerate(self.rows[header]):
            kind = self._facet(cell)
            here = Field(cell, self._line(header), self._letters(place), "")
            if kind == "course" and place == 0 and "course" not in said:
                said = {**said, "course": here}
            elif kind in {"period", "course"}:
                columns.append((place, kind, here))
                self.checked.columns.append(
                    Matched(self.sheet.name, here.column, text_of(cell), MEANINGS[kind][0])
                )
            elif cell is not None and columns:
                ignored.append(text_of(cell))
        if ignored:
            names = ", ".join(f"“{name}”" for name in ignored)
            self.checked.notices.append(f"Columns that are not needed were left out: {names}.")
        return columns, said

    def _measured_records(
        self,
        columns: Sequence[tuple[int, Kind, Field]],
        measures: Mapping[str, tuple[int, str]],
        base: Mapping[str, Field],
        tables: int,
    ) -> Iterator[Record]:
        """A record for each column of the measures that stand below one another."""
        if not measures:
            return
        line = min(index for index, _ in measures.values())
        if len(set(measures) & set(FIGURES)) < 2:
            self._problem(
                self._line(line), self._letters(0), next(iter(measures.values()))[1],
                "Two figures are needed, and there is only one",
                "Give Compliant and Eligible, or Does not meet and Meets, one below the other.",
            )  # fmt: skip
            return
        for place, kind, here in columns:
            if all(self._at(index, place) is None for index, _ in measures.values()):
                self.checked.notices.append(
                    f"Under “{text_of(here.value)}” {self._where(line)} is empty "
                    "and no return was read for it."
                )
                continue
            record = Record(
                self.sheet.name, self._line(line), dict(base), None, self._may_choose_course(tables)
            )  # fmt: skip
            if kind in base:
                self._two_say(base[kind], here)
            record.fields[kind] = here
            for meaning, (index, heading) in measures.items():
                record.fields[meaning] = Field(
                    self._at(index, place), self._line(index), self._letters(place), heading
                )
            yield record

    @staticmethod
    def _measure_of(names: Sequence[tuple[int, Cell]]) -> tuple[str, str] | None:
        """What a row counts, and in which words; the words nearest to the figures decide."""
        for _, cell in reversed(names):
            meaning = meaning_of(text_of(cell))
            if meaning in COUNTED:
                return meaning, text_of(cell)
        return None

    @staticmethod
    def _differ(labels: Mapping[str, Field], read: Mapping[str, Field]) -> bool:
        return any(
            key in labels and plain(text_of(labels[key].value)) != plain(text_of(one.value))
            for key, one in read.items()
        )

    def _labels_read(self, header: int, index: int, names: Sequence[tuple[int, Cell]]) -> dict[str, Field]:
        read: dict[str, Field] = {}
        for place, cell in names:
            heading = text_of(self._at(header, place))
            meaning = meaning_of(heading)
            if meaning in {None, *COUNTED}:
                kind = self._facet(cell)
                meaning = kind if kind in {"course", "period"} else None
                if meaning is None and isinstance(cell, str):
                    named = organisation_named(self.expected.organisations, cell)
                    meaning = "organisation" if named else None
            here = Field(cell, self._line(index), self._letters(place), heading)
            if meaning is None:
                self._problem(
                    here.row, here.place, text_of(cell), "It is not clear what this row is about",
                    "Write the course, or take the words out.",
                )  # fmt: skip
            else:
                read[meaning] = here
        return read

    def _unclear(self, index: int, names: Sequence[tuple[int, Cell]], reason: str) -> None:
        place, cell = names[0] if names else (0, None)
        self._problem(
            self._line(index), self._letters(place), text_of(cell), reason,
            "Write Compliant, Eligible, Meets or Does not meet before the figures, or take the row out.",
        )  # fmt: skip

    # On record -----------------------------------------------------------------------------------------

    def _where(self, index: int) -> str:
        line = self._line(index)
        return f"Row {line} of “{self.sheet.name}”" if self.sheet.name else f"Row {line}"

    def _recognised(self, index: int) -> None:
        self.checked.headings.append((self.sheet.name, self._line(index)))

    def _problem(self, line: int | None, column: str, value: str, reason: str, fix: str) -> None:
        self.checked.problems.append(Problem(self.sheet.name, line, column, value[:80], reason, fix))
