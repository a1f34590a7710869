"""What the partnership says on a council's overview: the next meetings, and what of the registers lapses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from partnerships.permissions import PartnershipsPermission
from partnerships.queries.meetings import next_meetings
from partnerships.queries.register_due import AttentionLine, attention_of
from partnerships.registers import REGISTERS, Register
from partnerships.registers.status import due_on
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.tenancy.models import Council
from prevent_portal.web import overview_parts
from prevent_portal.web.numbers import number
from prevent_portal.web.overview_parts import Data, Part
from prevent_portal.web.overview_shapes import Shape, dated, linked, section, table, tagged, tile, to

MEETINGS = "Next meetings"
LAPSING = "Agreements and reviews about to lapse"
MOST = 8
"""Entries of registers that the overview names, the most urgent first."""


def announce() -> None:
    """Fill the kernel's registry; called once, when the app is ready."""
    overview_parts.register(
        Part("partnerships.meetings", PartnershipsPermission.VIEW_PARTNERSHIP, meetings_part)
    )
    for view, registers in _by_right():
        overview_parts.register(
            Part(f"partnerships.registers.{view.value}", view, _lapsing(registers), is_dated=False)
        )


def _by_right() -> list[tuple[PermissionName, list[Register]]]:
    """The registers by the right to read them.

    Those that say whom an entry is about are left out: that somebody has promised to keep confidential what
    Channel hears is nobody else's business.
    """
    told = sorted((one for one in REGISTERS if not one.subject), key=lambda one: one.view.value)
    return [(view, list(found)) for view, found in groupby(told, key=lambda one: one.view)]


def meetings_part(council: Council, as_at: date) -> Data:
    """The next five meetings of the council's boards and of the joint boards it takes part in. One query."""
    meetings = next_meetings(council, as_at, 5)
    return {
        "sections": [
            section(
                50,
                MEETINGS,
                words=[] if meetings else ["No meeting is planned."],
                table=table(
                    MEETINGS,
                    ["Board", "Date", "Papers due"],
                    [
                        [
                            linked(
                                meeting.board if not meeting.host else f"{meeting.board} ({meeting.host})",
                                to("meeting", meeting.id) if not meeting.host else None,
                            ),
                            dated(meeting.held_on),
                            _papers(meeting.papers_due_on, as_at),
                        ]
                        for meeting in meetings
                    ],
                )
                if meetings
                else None,
                to=to("meetings"),
                link="See the meetings",
            )
        ]
    }


def _papers(day: date | None, as_at: date) -> object:
    if day is None:
        return "No day set"
    return [dated(day), tagged("Past", "grey")] if day < as_at else dated(day)


def _lapsing(registers: Sequence[Register]) -> overview_parts.Provider:
    def provider(council: Council, as_at: date) -> Data:
        """Entries whose end or review is due. One query."""
        found = attention_of(council, registers, as_at)
        if not found:
            return {}
        lapsed = sum(1 for line in found if line.ends_on is not None and line.ends_on < as_at)
        return {
            "tiles": [
                tile(
                    70,
                    number(len(found)),
                    "Agreement or review due" if len(found) == 1 else "Agreements and reviews due",
                    to("partnership-registers"),
                    tone="bad" if lapsed else "attention",
                    note=f"{number(lapsed)} lapsed" if lapsed else "None has lapsed",
                )
            ],
            "sections": [
                section(
                    70,
                    LAPSING,
                    words=[f"And {number(len(found) - MOST)} more."] if len(found) > MOST else [],
                    table=table(LAPSING, ["Entry", "Day"], [_row(line, as_at) for line in found[:MOST]]),
                    to=to("partnership-registers"),
                    link="See the registers",
                    in_print=False,
                )
            ],
        }

    return provider


def _row(line: AttentionLine, as_at: date) -> list[object]:
    day = due_on(line, as_at)
    tag: Shape | None = None
    if line.ends_on is not None and line.ends_on < as_at:
        tag = tagged("Lapsed", "red")
    elif day is not None and day < as_at:
        tag = tagged("Review overdue", "orange")
    entry = linked(line.title, to("register-entry", line.register.slug, line.id), hint=line.register.title)
    return [entry, [dated(day), tag] if tag else dated(day)]
