"""Read a table of recommendations as committees print it, and name everything that is not understood.

The printed tables say "Accept.", "Partially Accept", two leads with a stroke between them, or no lead at all
(domain research, E2). Nothing here touches the database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance.enums import ExecutiveResponse
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import parse_british_date
from prevent_portal.web.numbers import number

MOST_BYTES = 1_000_000
MOST_ROWS = 500
MOST_COLUMNS = 40
REASON_ELSEWHERE = "Given in the printed response. Its words are not in the file that was imported."

_RESPONSES = {
    "accept": ExecutiveResponse.ACCEPT,
    "accepted": ExecutiveResponse.ACCEPT,
    "agree": ExecutiveResponse.ACCEPT,
    "agreed": ExecutiveResponse.ACCEPT,
    "accept in part": ExecutiveResponse.ACCEPT_IN_PART,
    "accepted in part": ExecutiveResponse.ACCEPT_IN_PART,
    "partially accept": ExecutiveResponse.ACCEPT_IN_PART,
    "partially accepted": ExecutiveResponse.ACCEPT_IN_PART,
    "partly accepted": ExecutiveResponse.ACCEPT_IN_PART,
    "reject": ExecutiveResponse.REJECT,
    "rejected": ExecutiveResponse.REJECT,
    "not accepted": ExecutiveResponse.REJECT,
    "": ExecutiveResponse.PENDING,
}
_COLUMNS = {
    "number": ("number", "no", "rec", "rec no", "ref", "recommendation number", "recommendation no"),
    "theme": ("theme", "heading"),
    "wording": ("recommendation", "wording", "recommendation wording", "text", "recommendation text"),
    "decision": ("decision", "decision as printed", "response", "executive response", "cabinet decision"),
    "lead": ("lead", "leads", "lead as printed", "lead director", "lead organisation", "lead officer"),
    "reason": ("reason", "reason for rejection", "reason given", "reason for decision"),
    "progress": ("progress", "progress milestone", "progress so far"),
    "milestone": ("milestone", "milestone date", "due", "due date"),
    "completed": ("completed", "complete", "progress marked completed"),
}
_NAMED = {heading: name for name, headings in _COLUMNS.items() for heading in headings}
_LONGEST = {"theme": 200, "wording": 4_000, "reason": 2_000, "progress": 4_000}
_YES = {"yes", "y", "true", "1", "completed", "complete"}
_NO = {"", "no", "n", "false", "0"}


@dataclass(frozen=True)
class RecommendationRow:
    """One recommendation as a table prints it: ``decision`` such as "Accept." and ``lead`` such as "A/B"."""

    number: int
    theme: str
    wording: str
    decision: str
    lead: str
    reason: str = ""
    progress: str = ""
    completed: bool = False
    milestone_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """What is kept until the file is confirmed."""
        milestone = self.milestone_on.isoformat() if self.milestone_on else None
        return {**self.__dict__, "milestone_on": milestone}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> RecommendationRow:
        milestone = kept["milestone_on"]
        return cls(**{**kept, "milestone_on": date.fromisoformat(milestone) if milestone else None})


@dataclass(frozen=True)
class RowProblem:
    """One thing in the file that cannot be taken: where it stands, what is there, and why not."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.reason}"


@dataclass
class ReadTable:
    """What a file says, row by row, and what is wrong with it."""

    rows: list[RecommendationRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    """The row of the file on which each number stands."""


class TableUnreadable(PolicyError):
    """A file that cannot be read as a whole."""


def parse_decision(text: str) -> ExecutiveResponse:
    """Read "Accept.", "Partially Accept" or "Reject" as people print them.

    Raises:
        PolicyError: for words that are none of these.
    """
    words = re.sub(r"\s+", " ", text.strip().rstrip(".").strip()).lower()
    try:
        return _RESPONSES[words]
    except KeyError:
        raise PolicyError(f"“{text}” is not a decision. Use Accept, Partially Accept or Reject.") from None


def parse_leads(text: str) -> list[str]:
    """Read "Prevent Lead/Police Lead" as two leads, each once; blank is nobody."""
    names = [re.sub(r"\s+", " ", name).strip() for name in re.split(r"[/;\n]", text)]
    return list(dict.fromkeys(name for name in names if name))


def check_row(row: RecommendationRow) -> list[tuple[str, str, str]]:
    """What is wrong within one row: column, value, reason."""
    problems = []
    response = None
    try:
        response = parse_decision(row.decision)
    except PolicyError as problem:
        problems.append(("Decision", row.decision, str(problem)))
    if response in {ExecutiveResponse.REJECT, ExecutiveResponse.ACCEPT_IN_PART} and not row.reason.strip():
        problems.append(("Reason", row.reason, "A recommendation that is not accepted whole needs a reason."))
    if response == ExecutiveResponse.PENDING and row.completed:
        problems.append(("Completed", "yes", "A recommendation that has no decision yet cannot be complete."))
    if not 1 <= row.number <= 999:
        problems.append(("Number", str(row.number), "Give a number from 1 to 999."))
    for name, longest in _LONGEST.items():
        value = getattr(row, name)
        if len(value) > longest:
            problems.append(
                (name.capitalize(), f"{value[:40]}…", f"At most {number(longest)} characters fit here.")
            )
    problems.extend(
        ("Lead", f"{lead[:40]}…", "The name of a lead can be 160 characters long at most.")
        for lead in parse_leads(row.lead)
        if len(lead) > 160
    )
    return problems


def read_table(content: bytes, *, wording_may_wait: bool) -> ReadTable:
    """Read a CSV file of recommendations.

    Args:
        wording_may_wait: whether rows without wording are taken; the wording is then entered by hand.

    Raises:
        TableUnreadable: with a sentence, for what is no table of recommendations.
    """
    (_, headings), *table = _lines(content)
    heads = _heads(headings)
    read = ReadTable()
    if "wording" not in heads.values():
        if not wording_may_wait:
            raise TableUnreadable(
                "The file has no column for the words of the recommendations. The review has been presented, "
                "so they are needed: add a column “Recommendation”."
            )
        read.notices.append(
            "The file has no column for the words of the recommendations. Enter them one by one afterwards: "
            "the review cannot be presented without them."
        )
    unused = [heading for place, heading in enumerate(headings) if place not in heads and heading.strip()]
    if unused:
        read.notices.append(f"Not used: {', '.join(f'“{heading.strip()[:60]}”' for heading in unused)}.")
    for place, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(headings):
            read.problems.append(
                RowProblem(
                    place,
                    "Whole row",
                    f"{len(cells)} cells",
                    f"The heading has {len(headings)} columns. Is a comma in a text not within quotes?",
                )
            )
            continue
        given = {name: cells[at].strip() for at, name in heads.items()}
        _read_row(read, place, given, wording_may_wait=wording_may_wait)
    if not read.rows and not read.problems:
        raise TableUnreadable("The file has a heading but no recommendations under it.")
    return read


def _read_row(read: ReadTable, place: int, given: Mapping[str, str], *, wording_may_wait: bool) -> None:
    def problem(column: str, value: str, reason: str) -> None:
        read.problems.append(RowProblem(place, column, value[:80], reason))

    digits = given["number"].rstrip(".")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 5):
        problem("Number", given["number"], "Give the number of the recommendation, such as 7.")
        return
    milestone_on = None
    if given.get("milestone"):
        milestone_on = parse_british_date(given["milestone"])
        if milestone_on is None:
            problem(
                "Milestone",
                given["milestone"],
                "Give a date such as 31 March 2027. Words about progress belong in a column “Progress”.",
            )
    completed = given.get("completed", "").lower().rstrip(".")
    if completed not in _YES | _NO:
        problem("Completed", given["completed"], "Write yes or no.")
    row = RecommendationRow(
        number=int(digits),
        theme=given.get("theme", ""),
        wording=given.get("wording", ""),
        decision=given["decision"],
        lead=given.get("lead", ""),
        reason=_reason(read, digits, given.get("reason", "")),
        progress=given.get("progress", ""),
        completed=completed in _YES,
        milestone_on=milestone_on,
    )
    for column, value, reason in check_row(row):
        problem(column, value, reason)
    if row.number in read.places:
        problem("Number", given["number"], f"This number is on row {read.places[row.number]} already.")
    if not row.wording and not wording_may_wait:
        problem("Recommendation", "", "The words of the recommendation are missing.")
    read.places.setdefault(row.number, place)
    read.rows.append(row)


def _reason(read: ReadTable, digits: str, text: str) -> str:
    """The words of a reason. Some tables say only whether one was given."""
    if text.lower().rstrip(".") in _NO:
        return ""
    if text.lower().rstrip(".") in {"yes", "y", "true"}:
        read.notices.append(
            f"Recommendation {digits}: the file says that a reason was given, but not which. Enter it "
            "afterwards."
        )
        return REASON_ELSEWHERE
    return text


def _heads(cells: list[str]) -> dict[int, str]:
    heads: dict[int, str] = {}
    for place, heading in enumerate(cells):
        name = _NAMED.get(re.sub(r"[^a-z0-9]+", " ", heading.lower()).strip())
        if name is None:
            continue
        if name in heads.values():
            raise TableUnreadable(f"Two columns of the file mean the same: “{heading.strip()[:60]}” is one.")
        heads[place] = name
    for name, words in (("number", "Number"), ("decision", "Decision")):
        if name not in heads.values():
            raise TableUnreadable(
                f"The first row of the file has no column “{words}”. It should name the columns: Number, "
                "Theme, Recommendation, Decision, Lead, Reason, Progress, Milestone, Completed."
            )
    return heads


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows of the file, each with the number that a spreadsheet shows beside it."""
    if len(content) > MOST_BYTES:
        raise TableUnreadable("The file is larger than 1 MB. A table of recommendations is not that long.")
    if not content.strip():
        raise TableUnreadable("The file is empty.")
    if b"\x00" in content or content.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise TableUnreadable("This is not a CSV file. In Excel choose “Save as”, then “CSV UTF-8”.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise TableUnreadable(
                "The letters of the file could not be read. In Excel choose “Save as”, then “CSV UTF-8”."
            ) from None
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    lines: list[tuple[int, list[str]]] = []
    place = 0
    try:
        for place, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
        ):
            if not lines and not any(cell.strip() for cell in cells):
                continue
            if len(cells) > MOST_COLUMNS:
                raise TableUnreadable(f"The file has more than {MOST_COLUMNS} columns.")
            lines.append((place, cells))
            if len(lines) > MOST_ROWS + 1:
                raise TableUnreadable(f"The file has more than {MOST_ROWS} rows.")
    except csv.Error:
        raise TableUnreadable(
            f"The file breaks off or has a stray quotation mark near row {place + 1}."
        ) from None
    return lines


def rows_of(table: Iterable[Mapping[str, str]]) -> list[RecommendationRow]:
    """Read rows that are known to be good, such as the demo's.

    Raises:
        PolicyError: for a row without a number.
    """
    rows = []
    for place, row in enumerate(table, start=1):
        if not row["number"].strip().isdecimal():
            raise PolicyError(f"Row {place} has no number of a recommendation.")
        rows.append(
            RecommendationRow(
                number=int(row["number"]),
                theme=row["theme"].strip(),
                wording=row["recommendation"].strip(),
                decision=row["decision"],
                lead=row["lead"],
                reason=row["reason"].strip(),
            )
        )
    return rows
