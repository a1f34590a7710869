"""What a row of an official register says of an organisation, and what is wrong with a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from partnerships.enums import CodeScheme, OrganisationKind

LONGEST_LIST = 50
"""A file with more faults than this is no register at all: the rest is only counted."""
_SMALL_WORDS = frozenset({"and", "for", "in", "of", "on", "the", "to", "upon", "with", "at"})
_KEPT = {"nhs": "NHS", "nhsft": "NHSFT", "uk": "UK", "ft": "FT", "ccg": "CCG"}


@dataclass(frozen=True)
class Entry:
    """One organisation as a register lists it.

    Args:
        line: of the file, for messages.
        opens_on, closes_on: first and last day, None where the register gives none.
        closed: the register says that it has closed, whether or not it says when.
        area_code: of the local authority, for schools.
        specified_authority: whether Schedule 6 of the Act binds it.
        panel_partner: whether Schedule 7 names it, which is another list.
    """

    line: int
    scheme: CodeScheme
    code: str
    name: str
    kind: OrganisationKind
    opens_on: date | None = None
    closes_on: date | None = None
    closed: bool = False
    area_code: str = ""
    specified_authority: bool = True
    panel_partner: bool = True


@dataclass(frozen=True)
class Succession:
    """One organisation follows another, from a day on."""

    line: int
    old_code: str
    new_code: str
    on: date | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line of a file; line 0 is the file itself."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.words}" if self.line else self.words


class FileFaulty(Exception):
    """The file is not taken: nothing of it was stored. ``faults`` says by line what is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults[:LONGEST_LIST]))
        self.faults = faults


def text_of(content: bytes) -> str:
    """The file's text, in either of the two encodings in which the registers are published.

    Raises:
        FileFaulty: for anything else, such as a spreadsheet or a ZIP archive that was not unpacked.
    """
    if content[:2] == b"PK":
        raise FileFaulty([Fault(0, "This is a ZIP archive or a workbook. Unpack it and give the CSV file.")])
    if b"\x00" in content:
        raise FileFaulty([Fault(0, "This is not a CSV file.")])
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileFaulty([Fault(0, "The file is neither UTF-8 nor Windows-1252, as the registers are.")])


def lines_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it ends; empty ones are left out."""
    reader = csv.reader(io.StringIO(text_of(content), newline=""))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise FileFaulty([Fault(reader.line_num, "This line cannot be read as CSV.")]) from error


def register_date(text: str) -> date | None:
    """A date as the registers write it: 20241031, 31-10-2024 or 31/10/2024; None for nothing.

    Raises:
        ValueError: for a text that is no such date.
    """
    if not text:
        return None
    if re.fullmatch(r"\d{8}", text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    found = re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", text)
    if found is None:
        raise ValueError(text)
    day, month, year = (int(part) for part in found.groups())
    return date(year, month, day)


def in_sentence_capitals(name: str) -> str:
    """A name that a register prints in capitals alone, as people write it; any other as it is.

    Such as "ROYAL FREE LONDON NHS FOUNDATION TRUST": Royal Free London NHS Foundation Trust.
    """
    name = " ".join(name.split())
    if name != name.upper() or not any(letter.isalpha() for letter in name):
        return name
    words = [_word(word, first=place == 0) for place, word in enumerate(name.split(" "))]
    return " ".join(words)


def _word(word: str, *, first: bool) -> str:
    plain = word.lower()
    bare = plain.strip("(),.")
    if bare in _KEPT:
        return plain.replace(bare, _KEPT[bare])
    if bare in _SMALL_WORDS and not first:
        return plain
    parts = [
        part if part in _SMALL_WORDS and place else _capital(part)
        for place, part in enumerate(plain.split("-"))
    ]
    return "-".join(parts)


def _capital(part: str) -> str:
    """With its first letter in capitals, behind a bracket too, and as in O'Brien, but not in St George's."""
    part = re.sub(r"^(\W*)([a-z])", lambda found: found.group(1) + found.group(2).upper(), part)
    return re.sub(r"^([OD]')([a-z])", lambda found: found.group(1) + found.group(2).upper(), part)


def check_code_once(seen: dict[str, int], code: str, line: int, faults: list[Fault]) -> bool:
    """Whether the code comes for the first time; the second time is a fault."""
    if code in seen:
        faults.append(Fault(line, f"The code {code} is on line {seen[code]} already."))
        return False
    seen[code] = line
    return True
