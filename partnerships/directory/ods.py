"""The health register (Organisation Data Service): trusts, and which trust followed which.

The files are the CSV reports that the service publishes for download, such as ``etr`` (NHS trusts), ``ect``
(care trusts) and ``wlhb`` (local health boards of Wales), each of 27 columns without headings. Read are:

1. organisation code, 2. name, 11. open date and 12. close date (both ``YYYYMMDD``); the rest are groupings,
the address and columns without content. A first line that holds headings is passed over.

``succ`` and ``succarc`` hold successions in five columns without headings: 1. code of the old organisation,
2. code of the new one, 3. reason, 4. date from which it counts (``YYYYMMDD``), 5. whether another succession
follows. Codes have three or five characters or more; none is taken for granted.

Which schedules of the Act name a body follows from what it is, and the register says that in its name. Trusts
and the health boards of Wales stand in Schedule 6 and in Schedule 7. Those who commission care (integrated
care boards, formerly clinical commissioning groups) are partners of the panel and no specified authorities.
Anything else of the register is neither.
"""

from __future__ import annotations

import re

from partnerships.directory.entries import (
    Entry,
    Fault,
    FileFaulty,
    Succession,
    check_code_once,
    in_sentence_capitals,
    lines_of,
    register_date,
)
from partnerships.enums import CodeScheme, OrganisationKind

COLUMNS = 27
_CODE = re.compile(r"[A-Z0-9]{3,10}")
_TRUST = re.compile(r"\bTRUST\b|\bHEALTH BOARD\b", re.IGNORECASE)
_COMMISSIONER = re.compile(r"\b(INTEGRATED CARE BOARD|CLINICAL COMMISSIONING GROUP|ICB|CCG)\b", re.IGNORECASE)


def read_trusts(content: bytes) -> list[Entry]:
    """The trusts of a file of 27 columns.

    Raises:
        FileFaulty: with every line that cannot be taken.
    """
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for place, (line, cells) in enumerate(lines_of(content)):
        if place == 0 and "code" in cells[0].lower():
            continue
        if len(cells) != COLUMNS:
            faults.append(Fault(line, f"There are {len(cells)} columns; the register has {COLUMNS}."))
            continue
        code, name = cells[0].upper(), in_sentence_capitals(cells[1])
        if not _CODE.fullmatch(code):
            faults.append(Fault(line, f"“{cells[0]}” is no code of an organisation."))
            continue
        if not check_code_once(seen, code, line, faults):
            continue
        if not name or len(name) > 200:
            faults.append(Fault(line, f"{code} needs a name of at most 200 characters."))
            continue
        try:
            opens_on, closes_on = register_date(cells[10]), register_date(cells[11])
        except ValueError as error:
            faults.append(Fault(line, f"“{error}” is no date of the form YYYYMMDD."))
            continue
        if opens_on and closes_on and closes_on < opens_on:
            faults.append(Fault(line, f"{code} closes before it opens."))
            continue
        commissions = bool(_COMMISSIONER.search(name))
        is_trust = not commissions and bool(_TRUST.search(name))
        entries.append(
            Entry(
                line,
                CodeScheme.ODS,
                code,
                name,
                OrganisationKind.NHS_TRUST if is_trust else OrganisationKind.OTHER,
                opens_on,
                closes_on,
                closed=closes_on is not None,
                specified_authority=is_trust,
                panel_partner=is_trust or commissions,
            )
        )
    if not entries and not faults:
        faults.append(Fault(0, "The file holds no organisation."))
    if faults:
        raise FileFaulty(faults)
    return entries


def read_successions(content: bytes) -> list[Succession]:
    """The successions of a file of five columns.

    Raises:
        FileFaulty: with every line that cannot be taken.
    """
    found: list[Succession] = []
    faults: list[Fault] = []
    for place, (line, cells) in enumerate(lines_of(content)):
        if place == 0 and "code" in cells[0].lower():
            continue
        if len(cells) < 4:
            faults.append(Fault(line, f"There are {len(cells)} columns; a succession has at least 4."))
            continue
        old, new = cells[0].upper(), cells[1].upper()
        if not _CODE.fullmatch(old) or not _CODE.fullmatch(new) or old == new:
            faults.append(Fault(line, f"“{cells[0]}” and “{cells[1]}” are no two codes of organisations."))
            continue
        try:
            found.append(Succession(line, old, new, register_date(cells[3])))
        except ValueError as error:
            faults.append(Fault(line, f"“{error}” is no date of the form YYYYMMDD."))
    if faults:
        raise FileFaulty(faults)
    return found
