"""Two meetings of Barnet's delivery group: one held and minuted, one planned with papers and a pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone

from partnerships.models import AgendaItem, Board, Meeting
from partnerships.queries.meeting_seats import agencies_on, attendance_of
from partnerships.queries.meetings import (
    PAPERS,
    STANDING_ITEMS,
    actions_of,
    agenda_of,
    decisions_of,
    minutes_proposed,
)
from partnerships.services.agendas import add_item, add_paper, carry_over
from partnerships.services.board_packs import request_pack
from partnerships.services.meetings import AttendanceRow, plan_meetings, record_attendance
from partnerships.services.minutes import raise_arising_action, record_decision, write_minutes
from prevent_portal.accounts.models import User
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.working_days import previous_working_day
from prevent_portal.web.pdf import render_pdf

BOARD = "Barnet Prevent Delivery Group"
_STATES = ("present", "present", "apologies", "substitute")
_MARKING = "OFFICIAL"


def load_meetings(council: Council, people: Mapping[str, User]) -> None:
    """Give the group a meeting that was held and fill the next one. What is there already is left alone.

    Needs the council's action plan, into which an action arises.
    """
    coordinator = people.get("coordinator@barnet.example")
    board = Board.objects.select_related("council").filter(council=council, name=BOARD).first()
    if council.slug != "barnet" or coordinator is None or board is None:
        return
    if AgendaItem.objects.filter(council=council, meeting__board=board).exists():
        return
    today = timezone.localdate()
    _fill_planned(board, coordinator)
    (held,) = plan_meetings(
        board=board, by=None, days=[previous_working_day(today - timedelta(days=75))], place="Council offices"
    )
    _hold(held, coordinator)
    coming = (
        Meeting.objects.select_related("board", "council")
        .filter(council=council, board=board, held_on__gte=today)
        .order_by("held_on")
        .first()
    )
    if coming is not None:
        _prepare(coming, coordinator)


def _fill_planned(board: Board, coordinator: User) -> None:
    """Standing items for the meetings that the structure of boards has planned."""
    for meeting in Meeting.objects.select_related("board", "council").filter(
        council=board.council_id, board=board
    ):
        for title in STANDING_ITEMS:
            add_item(meeting=meeting, by=coordinator, title=title)


def _hold(meeting: Meeting, coordinator: User) -> None:
    agencies = agencies_on(meeting.board, meeting.held_on)
    if not agencies:
        return
    rows = []
    for place, agency in enumerate(agencies):
        kind, _, value = agency.key.partition(":")
        is_organisation = kind == "organisation"
        rows.append(
            AttendanceRow(
                state=_STATES[place % len(_STATES)],
                people=agency.posts if place % len(_STATES) < 2 else "",
                organisation_id=UUID(value) if is_organisation else None,
                agency_id=None if is_organisation else int(value),
            )
        )
    meeting = record_attendance(
        meeting=meeting,
        by=coordinator,
        version=meeting.version,
        chaired_by="Head of community safety",
        rows=rows,
    )
    agenda = agenda_of(meeting)
    record_decision(
        meeting=meeting,
        by=coordinator,
        item=agenda[1],
        text="The local risk stays as it was assessed. It is looked at again at the next meeting.",
    )
    record_decision(
        meeting=meeting,
        by=coordinator,
        item=agenda[2],
        text="The youth project goes on for a second year if its funder agrees.",
    )
    raise_arising_action(
        meeting=meeting,
        by=coordinator,
        item=agenda[4],
        title="Agree with the library service how filtering is tested after each update",
        owner=coordinator,
        due_on=timezone.localdate() + timedelta(days=45),
        token=uuid4(),
    )
    carry_over(item=agenda[4], by=coordinator, carried=True)
    text = minutes_proposed(
        meeting, agenda, attendance_of(meeting), decisions_of(meeting), actions_of(meeting)
    )
    write_minutes(meeting=meeting, by=coordinator, version=meeting.minutes_version, text=text)


def _prepare(meeting: Meeting, coordinator: User) -> None:
    agenda = agenda_of(meeting)
    for item, title, lines in (
        (
            agenda[1],
            "Local risk summary",
            (
                "The level of each risk is as it was at the last meeting. One theme is under review.",
                "Schools asked for advice twice as often as in the same quarter of last year.",
                "This summary names nobody, no place and no group. The register has the detail.",
            ),
        ),
        (
            agenda[2],
            "Projects: where they stand",
            (
                "Two projects run to plan. Both report to the funder at the end of the quarter.",
                "One project has not begun, because its funder has not confirmed the second year.",
            ),
        ),
    ):
        paper = add_paper(item=item, by=coordinator, title=title)
        name = title.lower().replace(" ", "-").replace(":", "")
        attach_file(
            council=meeting.council,
            by=coordinator,
            upload=SimpleUploadedFile(f"{name}.pdf", _drawn(meeting, title, lines)),
            title=title,
            kind=PAPERS,
            object_id=paper.pk,
            marking="official",
            confirmed=True,
        )
    add_paper(item=agenda[3], by=coordinator, title="Channel performance of the quarter", owner=coordinator)
    request_pack(meeting=meeting, by=coordinator, edition="everyone")


def _drawn(meeting: Meeting, title: str, paragraphs: tuple[str, ...]) -> bytes:
    """A paper as its author would send it: an accessible PDF of one page."""
    created = timezone.now()
    html = render_to_string(
        "partnerships/demo_paper.html",
        {
            "title": title,
            "paragraphs": paragraphs,
            "council_name": meeting.council.name,
            "committee": meeting.board.name,
            "created": created,
            "marking": _MARKING,
        },
    )
    return render_pdf(html=html, title=title, marking=_MARKING, created=created)
