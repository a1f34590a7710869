"""How a command prints what reading an official register changed."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from partnerships.enums import DirectoryChange
from partnerships.services.directory import DirectoryReport
from prevent_portal.web.downloads import csv_bytes
from prevent_portal.web.numbers import number

MOST_LINES = 200
"""So many lines are printed; a first import of the country would scroll away what matters."""


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises CommandError, in words, for one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def print_report(
    report: DirectoryReport, out: OutputWrapper, csv_file: Path | None, *, dry_run: bool = False
) -> None:
    """Print the counts and each change, and write them all to a file where one is named."""
    for change in report.changes[:MOST_LINES]:
        out.write(
            f"{change.kind.label}: {change.code} {change.name}"
            + (f" ({change.words})" if change.words else "")
        )
    if len(report.changes) > MOST_LINES:
        out.write(f"and {number(len(report.changes) - MOST_LINES)} more; --report writes all of them.")
    for code, name in report.not_listed[:MOST_LINES]:
        out.write(f"Not in this file, left as it is: {code} {name}")
    for code, name, new_code in report.circles:
        out.write(f"Left out, because it closes a circle: {code} {name} followed by {new_code}")
    counts = ", ".join(f"{number(report.count(kind))} {kind.label.lower()}" for kind in DirectoryChange)
    out.write(
        f"{number(report.read)} read: {counts}; {number(report.unchanged)} unchanged, "
        f"{number(report.left_out)} closed before and left out, "
        f"{number(len(report.not_listed))} of the directory not in this file."
    )
    if dry_run:
        out.write("Nothing was stored.")
    if csv_file is not None:
        rows = [(each.kind.label, each.code, each.name, each.words) for each in report.changes]
        rows += [("Not in this file", code, name, "") for code, name in report.not_listed]
        rows += [("Circle, left out", code, name, f"followed by {new}") for code, name, new in report.circles]
        csv_file.write_bytes(csv_bytes(header=("What", "Code", "Name", "Details"), rows=rows))
