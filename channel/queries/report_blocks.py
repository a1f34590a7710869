"""What Channel offers to reports: released figures of an audience, and how often the panel met."""

from __future__ import annotations

from datetime import date
from functools import partial

from channel.enums import Audience
from channel.queries.report_figures import approved_figures, panel_meetings
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.report_blocks import Block, Column

FOR_BOARDS = "It holds figures that were released to boards, and not to the public."
ABOUT_THE_PANEL = "How often the panel met, and who came, is for boards and not for the public."
AS_RELEASED = "Figures stand as they were released: small ones are not shown, and others may be rounded."

_READERS = {Audience.BOARDS: "boards", Audience.PUBLIC: "the public"}


def figures_block(
    audience: Audience, council: Council, period_start: date, period_end: date, as_at: date
) -> list[Block]:
    """The released figures of an audience, as they were printed (rule 8 of the product)."""
    readers = _READERS[audience]
    found = approved_figures(council, audience, period_start, period_end, as_at)
    missing = []
    if not found.readable:
        missing.append(f"Figures about Channel cases for {readers} are not shown to this reader")
    elif not found.printed:
        does = "publishes no" if audience == Audience.PUBLIC else "shows boards no"
        missing.append(f"The council {does} figures about Channel cases")
    elif not found.figures:
        missing.append(f"No figures about Channel cases were released to {readers} for this period")
    return [
        Block(
            key=f"channel_figures_{audience.value}",
            title=f"Channel cases: figures released to {readers}",
            columns=[Column("What is counted"), Column("Period"), Column("Figure")],
            rows=[[each.counts, each.period, each.printed] for each in found.figures],
            source="Figures about Channel cases that a second person approved for release",
            as_at=as_at,
            notes=[AS_RELEASED] if found.figures else [],
            missing=missing,
            not_public=FOR_BOARDS if audience == Audience.BOARDS else "",
        )
    ]


figures_for_boards = partial(figures_block, Audience.BOARDS)
figures_for_the_public = partial(figures_block, Audience.PUBLIC)


def panel_meetings_block(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The panel's meetings of a period with attendance by agency: counts, and no day of a meeting."""
    found = panel_meetings(council, period_start, min(period_end, as_at))
    missing, notes = [], []
    if not found.readable:
        missing.append("Meetings of the Channel panel are not shown to this reader")
    elif not found.held:
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
