"""Meetings for tests, made as the services make them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from partnerships.models import AgendaItem, Board, Meeting, Paper
from partnerships.queries.meeting_seats import agencies_on
from partnerships.queries.meetings import paper_kind
from partnerships.services.agendas import add_paper
from partnerships.services.meetings import plan_meetings, record_attendance
from partnerships.services.minutes import write_minutes
from partnerships.views.meetings import attendance_row
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import Document
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.partnerships.board_factories import hold, make_board, make_seat
from tests.partnerships.factories import OrganisationFactory

AGENCIES = ("Fire and Rescue", "North Trust", "Police")


def group(council: Council, name: str = "Delivery Group", **details: Any) -> Board:
    """A board on which three agencies sit, each by one post."""
    made = make_board(council, name, **details)
    for agency in AGENCIES:
        hold(make_seat(made, organisation=OrganisationFactory.create(name=agency)), f"Post of {agency}")
    return made


def plan(board: Board, *ago: int) -> list[Meeting]:
    """Meetings so many days ago, earliest first; a negative number is to come."""
    today = timezone.localdate()
    with service_scope(council=board.council):
        return plan_meetings(board=board, by=None, days=[today - timedelta(days=days) for days in ago])


def attend(meeting: Meeting, *states: str) -> Meeting:
    """The meeting as held: one state for each agency, by name; everybody present unless told."""
    with service_scope(council=meeting.council):
        agencies = agencies_on(meeting.board, meeting.held_on)
        wanted = list(states) or ["present"] * len(agencies)
        return record_attendance(
            meeting=meeting,
            by=None,
            version=Meeting.objects.get(council=meeting.council, pk=meeting.pk).version,
            chaired_by="Head of community safety",
            rows=[attendance_row(one.key, state, "") for one, state in zip(agencies, wanted, strict=True)],
        )


def minute(meeting: Meeting, text: str = "## 1. Projects\n\nNoted.", by: User | None = None) -> Meeting:
    with service_scope(council=meeting.council):
        version = Meeting.objects.get(council=meeting.council, pk=meeting.pk).minutes_version
        return write_minutes(meeting=meeting, by=by, version=version, text=text)


def first_item(meeting: Meeting) -> AgendaItem:
    with service_scope(council=meeting.council):
        return AgendaItem.objects.filter(council=meeting.council, meeting=meeting).order_by("position")[0]


def paper(meeting: Meeting, title: str = "Local risk", **fields: Any) -> Paper:
    with service_scope(council=meeting.council):
        return add_paper(item=first_item(meeting), by=None, title=title, **fields)


def attach(one: Paper, by: User, content: bytes, name: str = "risk.pdf", **fields: Any) -> Document:
    with service_scope(council=one.council):
        return attach_file(
            council=one.council,
            by=by,
            upload=SimpleUploadedFile(name, content),
            title=one.title,
            kind=paper_kind(one),
            object_id=one.pk,
            **fields,
        )
