"""What Channel offers to reports: released figures of an audience, and how often the panel met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from channel.enums import Audience
from channel.queries.report_figures import (
    ApprovedFigures,
    approved_figures,
    figures_are_printed,
    panel_meetings,
)
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.report_blocks import Block, Column

FOR_BOARDS = "It holds figures that were released to boards, and not to the public."
ABOUT_THE_PANEL = "How often the panel met, and who came, is for boards and not for the public."
AS_RELEASED = "Figures stand as they were released: small ones are not shown, and others may be rounded."

_READERS = {Audience.BOARDS: "boards", Audience.PUBLIC: "the public"}


def figures_for_boards(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The figures released to boards, as they were printed; nothing where there are none to read.

    They are no part of a report that everybody expects, so a report without them has no gap.
    """
    found = approved_figures(council, Audience.BOARDS, period_start, period_end, as_at)
    return [_figures_block(Audience.BOARDS, found, as_at, not_public=FOR_BOARDS)] if found.figures else []


def figures_for_the_public(
    council: Council, period_start: date, period_end: date, as_at: date
) -> list[Block]:
    """The figures released to the public; a line says so where the council publishes none (rule 8)."""
    found = approved_figures(council, Audience.PUBLIC, period_start, period_end, as_at)
    missing = []
    if not found.readable:
        missing.append("Figures about Channel cases are not shown to this reader")
    elif not found.printed:
        missing.append("The council publishes no figures about Channel cases")
    elif not found.figures:
        missing.append("No figures about Channel cases were released to the public for this period")
    return [_figures_block(Audience.PUBLIC, found, as_at, missing=missing)]


def withheld_from_the_public(council: Council) -> str:
    """Why released figures may not be published today; "" where the council publishes them (rule 8)."""
    if figures_are_printed(council, Audience.PUBLIC):
        return ""
    return "The council publishes no figures about Channel cases."


def _figures_block(
    audience: Audience,
    found: ApprovedFigures,
    as_at: date,
    *,
    missing: Sequence[str] = (),
    not_public: str = "",
) -> Block:
    return Block(
        key=f"channel_figures_{audience.value}",
        title=f"Channel cases: figures released to {_READERS[audience]}",
        columns=[Column("What is counted"), Column("Period"), Column("Figure")],
        rows=[[each.counts, each.period, each.printed] for each in found.figures],
        source="Figures about Channel cases that a second person approved for release",
        as_at=as_at,
        notes=[AS_RELEASED] if found.figures else [],
        missing=list(missing),
        not_public=not_public,
    )


def panel_meetings_block(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The panel's meetings of a period with attendance by agency: counts, and no day of a meeting.

    Nothing for who may not know of them.
    """
    found = panel_meetings(council, period_start, min(period_end, as_at))
    if not found.readable:
        return []
    missing, notes = [], []
    if not found.held:
        missing.append("No meeting of the Channel panel is recorded as held in this period")
    else:
        notes.append(f"{counted(found.held, 'meeting', 'meetings')} held.")
    if found.unrecorded:
        were = counted(found.unrecorded, "meeting", "meetings")
        missing.append(f"Attendance at {were} of the Channel panel is not recorded")
    return [
        Block(
            key="panel_meetings",
            title=f"Channel panel: attendance, {british_date(period_start)} to {british_date(period_end)}",
            columns=[
                Column("Agency"),
                Column("Meetings recorded", numeric=True),
                Column("Was there", numeric=True),
                Column("Was not there", numeric=True),
            ],
            rows=[
                [
                    each.agency,
                    number(each.meetings),
                    number(each.present),
                    number(each.meetings - each.present),
                ]
                for each in found.agencies
            ],
            source="Attendance as the panel recorded it, of agencies with a standing seat",
            as_at=as_at,
            notes=notes,
            missing=missing,
            not_public=ABOUT_THE_PANEL,
        )
    ]
