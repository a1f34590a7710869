"""What a committee report may hold of Channel: released figures as printed, and how often the panel met.

The database answers these questions for people without a seat and shows them no row (migration 0013).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from channel.disclosure.groups import Group
from channel.enums import Agency, Audience
from channel.queries.case_counts import group_words, period_words
from channel.queries.definers import answers_of
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class ApprovedFigure:
    """A figure that two people released, in the words it was printed in; nothing else of it is read here."""

    title: str
    counts: str
    period: str
    printed: str
    first_day: date
    last_day: date
    released_at: datetime


@dataclass(frozen=True)
class ApprovedFigures:
    """What an audience may read in a report.

    Args:
        readable: False where the person, or the job, may not know whether there are any.
        printed: False where the council prints none for this audience.
    """

    readable: bool
    printed: bool
    figures: list[ApprovedFigure]


@dataclass(frozen=True)
class AgencyThere:
    """How often one agency was at the panel's meetings, of those of which its attendance is recorded."""

    agency: str
    meetings: int
    present: int


@dataclass(frozen=True)
class PanelMeetings:
    """The meetings that a council's panels held in a period, and who came, by agency.

    Args:
        unrecorded: meetings of whose attendance nothing is recorded.
    """

    readable: bool
    held: int
    unrecorded: int
    agencies: list[AgencyThere]


def figures_are_printed(council: Council, audience: Audience) -> bool:
    """Whether the council prints figures for an audience today, and the reader may know of it."""
    ((state,),) = answers_of("SELECT channel_figures_printed(%s, %s)", council.pk, audience.value)
    return bool(state == "printed")


def approved_figures(
    council: Council, audience: Audience, period_start: date, period_end: date, as_at: date
) -> ApprovedFigures:
    """The approved figures of an audience that count days within a period: two statements.

    A figure that was released more than once stands as it was released last. Nothing here is exact unless
    that is what was printed, and nothing needs a right to Channel.

    Args:
        as_at: only what was released by the end of that day.
    """
    ((state,),) = answers_of("SELECT channel_figures_printed(%s, %s)", council.pk, audience.value)
    if state != "printed":
        return ApprovedFigures(readable=state != "unread", printed=False, figures=[])
    newest: dict[str, ApprovedFigure] = {}
    for title, counted, words, released_at in answers_of(
        "SELECT title, counted::text, words, released_at FROM channel_approved_figures(%s, %s)",
        council.pk,
        audience.value,
    ):
        group = Group.from_json(json.loads(counted))
        first, last = group.first.first_day, group.last.last_day
        inside = period_start <= first and last <= period_end
        if inside and timezone.localdate(released_at) <= as_at:
            newest.setdefault(
                counted,
                ApprovedFigure(
                    title, group_words(group), period_words(group), words, first, last, released_at
                ),
            )
    return ApprovedFigures(readable=True, printed=True, figures=list(newest.values()))


def panel_meetings(council: Council, first: date, last: date) -> PanelMeetings:
    """How often a council's panels met between two days, and which agencies came: three statements.

    Counts of meetings and of agencies with a standing seat, and nothing of a case: who comes for one case or
    for residents of one district is left out.
    """
    if (council.pk,) not in answers_of("SELECT channel_report_councils()"):
        return PanelMeetings(readable=False, held=0, unrecorded=0, agencies=[])
    asked = (council.pk, first.isoformat(), last.isoformat())
    ((held, unrecorded),) = answers_of("SELECT * FROM channel_meetings_held(%s, %s::date, %s::date)", *asked)
    agencies = [
        AgencyThere(Agency(agency).label, meetings, present)
        for agency, meetings, present in answers_of(
            "SELECT * FROM channel_agencies_there(%s, %s::date, %s::date)", *asked
        )
    ]
    return PanelMeetings(
        readable=True,
        held=held,
        unrecorded=unrecorded,
        agencies=sorted(agencies, key=lambda each: each.agency),
    )
