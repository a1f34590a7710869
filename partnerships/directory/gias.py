"""The register of schools (Get Information about Schools): establishments, and which followed which.

``edubasealldataYYYYMMDD.csv`` has one line of headings and is published in Windows-1252. Read by heading are
``URN``, ``LA (code)``, ``EstablishmentName``, ``TypeOfEstablishment (name)``, ``EstablishmentStatus (name)``,
``OpenDate`` and ``CloseDate`` (``DD-MM-YYYY``); every other column is passed over, wherever it stands.
``links_edubasealldataYYYYMMDD.csv`` has five columns: ``URN``, ``LinkURN``, ``LinkName``, ``LinkType`` and
``LinkEstablishedDate`` (``DD-MM-YYYY``). Required are ``URN``, ``LinkURN`` and ``LinkType``; the types that
begin with "Successor" are read, with the date where the column is there and filled. A file that lacks a
required column is refused by the column's name.

What is not yet open, and what no council's duty reaches (schools abroad, children's centres), is left out.

Which schedules of the Act name an establishment follows from its type. Schedule 6 and Schedule 7 both list
the proprietors and governing bodies of schools, academies, pupil referral units and colleges; neither lists
the types in ``_NEITHER``, which say only who pays or how lessons are given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from partnerships.directory.entries import (
    Entry,
    Fault,
    FileFaulty,
    Succession,
    check_code_once,
    lines_of,
    register_date,
)
from partnerships.enums import CodeScheme, OrganisationKind

HEADINGS = (
    "URN",
    "LA (code)",
    "EstablishmentName",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
    "OpenDate",
    "CloseDate",
)
LINK_HEADINGS = ("URN", "LinkURN", "LinkType")
LINK_DATE = "LinkEstablishedDate"
_COLLEGES = ("further education", "higher education", "sixth form centre", "16 to 19", "16-19")
_LEFT_OUT = ("children's centre", "british schools overseas", "offshore", "service children")
_NEITHER = ("miscellaneous", "online provider", "institution funded by other government department")


def read_schools(content: bytes, areas: Collection[str] = ()) -> list[Entry]:
    """The schools and colleges of a file, of some local authorities only where their codes are given.

    Raises:
        FileFaulty: with every line that cannot be taken; lines of other areas are not looked at.
    """
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, cells in _rows(content, HEADINGS):
        urn, area, name, kind, status, opens, closes = cells
        if areas and area not in areas:
            continue
        if status == "Proposed to open" or any(part in kind.lower() for part in _LEFT_OUT):
            continue
        if not (urn.isascii() and urn.isdecimal() and 5 <= len(urn) <= 8):
            faults.append(Fault(line, f"“{urn}” is no URN: it has five to eight digits."))
            continue
        if not check_code_once(seen, urn, line, faults):
            continue
        name = " ".join(name.split())
        if not name or len(name) > 200:
            faults.append(Fault(line, f"{urn} needs a name of at most 200 characters."))
            continue
        if not status.startswith(("Open", "Closed")):
            faults.append(Fault(line, f"{urn} has the status “{status}”, which the register does not know."))
            continue
        try:
            opens_on, closes_on = register_date(opens), register_date(closes)
        except ValueError as error:
            faults.append(Fault(line, f"“{error}” is no date of the form DD-MM-YYYY."))
            continue
        closed = status.startswith("Closed")
        is_named = kind.lower() not in _NEITHER
        entries.append(
            Entry(
                line,
                CodeScheme.URN,
                urn,
                name,
                OrganisationKind.COLLEGE
                if any(part in kind.lower() for part in _COLLEGES)
                else OrganisationKind.SCHOOL,
                opens_on,
                # "Open, but proposed to close" carries the day on which it may close: it has not.
                closes_on if closed else None,
                closed=closed,
                area_code=area[:12],
                specified_authority=is_named,
                panel_partner=is_named,
            )
        )
    if not entries and not faults:
        faults.append(Fault(0, "The file holds no school" + (" of these areas." if areas else ".")))
    if faults:
        raise FileFaulty(faults)
    return entries


def read_links(content: bytes) -> list[Succession]:
    """Which establishment followed which.

    Raises:
        FileFaulty: with every line that cannot be taken.
    """
    found: list[Succession] = []
    faults: list[Fault] = []
    for line, (urn, other, kind, day) in _rows(content, LINK_HEADINGS, (LINK_DATE,)):
        if not kind.startswith("Successor"):
            continue
        if not (urn.isdecimal() and other.isdecimal()) or urn == other:
            faults.append(Fault(line, f"“{urn}” and “{other}” are no two URNs."))
            continue
        try:
            on: date | None = register_date(day)
        except ValueError:
            faults.append(Fault(line, f"“{day}” is no date of the form DD-MM-YYYY."))
            continue
        found.append(Succession(line, urn, other, on))
    if faults:
        raise FileFaulty(faults)
    return found


def _rows(
    content: bytes, headings: Sequence[str], further: Sequence[str] = ()
) -> Iterator[tuple[int, list[str]]]:
    """The columns asked for of each line below the headings, in the order asked for.

    Args:
        further: columns that may be absent; they then hold nothing.
    """
    places: list[int | None] = []
    width = 0
    for line, cells in lines_of(content):
        if not places:
            missing = [name for name in headings if name not in cells]
            if missing:
                raise FileFaulty([Fault(line, f"The file lacks the column {name}.") for name in missing])
            places = [cells.index(name) if name in cells else None for name in (*headings, *further)]
            width = len(cells)
            continue
        if len(cells) != width:
            raise FileFaulty([Fault(line, f"There are {len(cells)} columns; the headings name {width}.")])
        yield line, [cells[place] if place is not None else "" for place in places]
    if not places:
        raise FileFaulty([Fault(0, "The file is empty.")])
