"""The page of measured figures: each measurement has a section of its own and leaves the others alone."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path("docs/performance.md")
_NEXT = "\n## "


def put_beginning(words: str) -> None:
    """Put the main pages' measurement at the beginning of docs/performance.md, before the first section."""
    page = RESULTS.read_text()
    first = page.find(_NEXT)
    RESULTS.write_text(words.rstrip() + "\n" + (page[first:] if first >= 0 else ""))


def put_section(section: str) -> None:
    """Put a section in the place of the last one under its heading, or at the end where there is none."""
    heading = section.partition("\n")[0]
    before, found, rest = RESULTS.read_text().partition(f"\n{heading}\n")
    after = rest[rest.find(_NEXT) :] if found and _NEXT in rest else ""
    RESULTS.write_text(f"{before.rstrip()}\n\n{section.rstrip()}\n{after}")
