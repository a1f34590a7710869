"""Pages of meetings: the list, one meeting with everything recorded of it, its dates and its attendance."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import boards_seen
from partnerships.access.meetings import (
    DecisionRead,
    decisions_read,
    may_make_pack,
    meeting_for,
    meeting_to_edit,
    meetings_seen,
    packs_seen,
    papers_seen,
)
from partnerships.areas import areas
from partnerships.enums import MeetingState, MinutesState, PackEdition, PaperAudience
from partnerships.forms.meetings import (
    AttendanceForm,
    CancelForm,
    MeetingChangeForm,
    MeetingsFilterForm,
)
from partnerships.models import Board, BoardPack, BoardPackFile, Meeting, Paper
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.meeting_seats import (
    Attended,
    attendance_of,
    quorum_words,
)
from partnerships.queries.meetings import (
    actions_of,
    agenda_of,
    files_of_packs,
    meeting_before,
    meeting_name,
    meetings_after,
    paper_kind,
    when_words,
)
from partnerships.services.meetings import (
    AttendanceRow,
    cancel_meeting,
    change_meeting,
    record_attendance,
)
from partnerships.views.pages import RoomFormPage
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.queries import Evidence, evidence_of
from prevent_portal.web.arising_actions import ArisenAction, arisen_actions
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    address_with,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.narrative import parts_of
from prevent_portal.web.numbers import file_size
from prevent_portal.web.views import CouncilView

VIEW, EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP
ROOM = "meetings"
HEADER = ("Board", "Host council", "Date", "Time", "Place", "State", "Papers due", "Minutes", "Quorum")
_COLOURS: dict[str, Colour] = {"planned": "blue", "held": "green", "cancelled": "grey"}
_MINUTES_COLOURS: dict[str, Colour] = {"none": "grey", "draft": "yellow", "approved": "green"}


def meeting_crumbs(view: CouncilView, meeting: Meeting | None = None, *last: str) -> list[Crumb]:
    """The way to a meeting, or to the list."""
    slug = view.council.slug
    trail = [
        Crumb("Partnership", reverse("partnership", args=[slug])),
        Crumb("Meetings", reverse("meetings", args=[slug])),
    ]
    if meeting is not None:
        trail.append(Crumb(meeting_name(meeting), reverse("meeting", args=[slug, meeting.pk])))
    return [*trail, *(Crumb(words) for words in last)]


def state_tags(meeting: Meeting) -> list[Tag]:
    """How a meeting and its minutes stand, in words and colour."""
    tags = [Tag(MeetingState(meeting.state).label, _COLOURS[meeting.state])]
    if meeting.state == MeetingState.HELD:
        state = MinutesState(meeting.minutes_state)
        words = {"none": "No minutes yet", "draft": "Draft minutes", "approved": "Minutes approved"}[state]
        tags.append(Tag(words, _MINUTES_COLOURS[state]))
    return tags


def board_words(view: CouncilView, board: Board) -> str:
    """The board's name, with its host where it is another council's."""
    if board.council_id == view.council.pk:
        return board.name
    return f"{board.name} (joint board hosted by {board.council.name})"


def _narrowed(meetings: QuerySet[Meeting], form: MeetingsFilterForm, today: date) -> QuerySet[Meeting]:
    given = form.cleaned_data if form.is_valid() else {}
    if given.get("board"):
        meetings = meetings.filter(board=given["board"])
    when = given.get("when")
    if when == "coming":
        return meetings.filter(held_on__gte=today, state=MeetingState.PLANNED).order_by("held_on", "pk")
    if when == "held":
        meetings = meetings.filter(state=MeetingState.HELD)
    if when == "minutes":
        meetings = meetings.filter(minutes_state=MinutesState.DRAFT)
    still_to_come = Case(When(held_on__gte=today, then=F("held_on"))).asc(nulls_last=True)
    return meetings.order_by(still_to_come, "-held_on", "pk")


class MeetingsPage(CouncilView):
    """Meetings of the council's boards and of the joint boards it takes part in: the next one first.

    Below those still to come stand those that were, the latest first.
    """

    permission = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        boards = boards_seen(self.access)
        form = MeetingsFilterForm(request.GET or None, boards=boards)
        found = _narrowed(meetings_seen(self.access), form, timezone.localdate()).defer("minutes")
        page, links = paginate(request, found)
        slug = self.council.slug
        table = Table(
            "Meetings",
            [
                Column("Meeting", header=True),
                Column("Board"),
                Column("Place"),
                Column("State"),
                Column("Papers due"),
            ],
            [
                [
                    Link(
                        when_words(meeting),
                        reverse("meeting", args=[slug, meeting.pk]),
                        about=meeting.board.name,
                    ),
                    board_words(self, meeting.board),
                    meeting.place or None,
                    state_tags(meeting),
                    meeting.papers_due_on if meeting.state == MeetingState.PLANNED else None,
                ]
                for meeting in page
            ],
            hide_caption=True,
            stacks=True,
        )
        own = [board for board in boards if board.council_id == self.council.pk]
        context = {
            "crumbs": [*meeting_crumbs(self)[:-1], Crumb("Meetings")],
            "areas": areas(self.access, ROOM),
            "form": form,
            "table": table if page.paginator.count else None,
            "links": links,
            "csv_href": reverse("meetings-csv", args=[slug]) + address_with(request.GET, {"page": ""}),
            "boards": [
                Link(board_words(self, board), reverse("board-meetings", args=[slug, board.pk]))
                for board in boards
            ],
            "may_plan": bool(own) and self.access.may(EDIT),
        }
        return render(request, "partnerships/meetings.html", context)


class MeetingsCsv(CouncilView):
    """The same list as a file."""

    permission = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = MeetingsFilterForm(request.GET or None, boards=boards_seen(self.access))
        found = _narrowed(meetings_seen(self.access), form, timezone.localdate()).defer("minutes")
        rows = [
            (
                meeting.board.name,
                meeting.council.name,
                meeting.held_on,
                meeting.starts_at.strftime("%H:%M") if meeting.starts_at else "",
                meeting.place,
                meeting.get_state_display(),
                meeting.papers_due_on,
                meeting.get_minutes_state_display() if meeting.state == MeetingState.HELD else "",
                meeting.quorum,
            )
            for meeting in found
        ]
        return csv_response(filename="meetings.csv", header=HEADER, rows=rows)


class MeetingPage(CouncilView):
    """One meeting: agenda with papers, attendance, decisions, actions, minutes, packs."""

    permission = VIEW

    def get(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = meeting_for(self.access, meeting_id)
        slug = self.council.slug
        own = meeting.council_id == self.council.pk
        runs = own and self.access.may(EDIT) and not meeting.is_approved
        papers = list(papers_seen(self.access).filter(meeting=meeting).select_related("owner"))
        attendance = attendance_of(meeting)
        actions = actions_of(meeting)
        before = meeting_before(meeting)
        earlier = actions_of(before) if before is not None else []
        stands = arisen_actions(self.access, [one.action_id for one in [*actions, *earlier]]) if own else {}
        held = meeting.state == MeetingState.HELD

        def href(name: str, *keys: Any) -> str:
            return reverse(name, args=[slug, meeting.pk, *keys])

        planned = runs and meeting.state == MeetingState.PLANNED
        drafted = runs and meeting.minutes_state == MinutesState.DRAFT
        followed = drafted and meetings_after(meeting).exists()
        context = {
            "meeting": meeting,
            "crumbs": [*meeting_crumbs(self), Crumb(meeting_name(meeting))],
            "areas": areas(self.access, ROOM),
            "caption": board_words(self, meeting.board),
            "title": when_words(meeting),
            "tags": state_tags(meeting),
            "facts": self._facts(meeting, before),
            "change_href": href("meeting-change") if planned else "",
            "cancel_href": href("meeting-cancel") if planned else "",
            "item_href": href("agenda-add") if planned else "",
            "agenda": self._agenda(meeting, papers, planned=planned, runs=runs, own=own),
            "attendance_href": href("meeting-attendance")
            if runs and meeting.state != MeetingState.CANCELLED and meeting.held_on <= timezone.localdate()
            else "",
            "attendance": _attendance_table(attendance) if any(one.state for one in attendance) else None,
            "quorum": quorum_words(attendance, meeting.quorum) if held else "",
            "decision_href": href("decision-add") if runs and held else "",
            "decisions": self._decisions(meeting, runs=runs),
            "action_href": href("meeting-action") if runs and held else "",
            "actions": _actions_table("Actions arising", actions, stands) if actions else None,
            "earlier": _actions_table("Actions from the last meeting", earlier, stands) if earlier else None,
            "minutes": parts_of(meeting.minutes),
            "minutes_href": href("meeting-minutes") if runs and held else "",
            "approve_href": href("minutes-approve") if followed else "",
            "approves_later": drafted and not followed,
            "pack_href": href("meeting-pack")
            if own
            and meeting.state != MeetingState.CANCELLED
            and may_make_pack(self.access, meeting, PackEdition.EVERYONE)
            else "",
            "packs": self._packs(meeting),
            "held": held,
        }
        return render(request, "partnerships/meeting.html", context)

    def _facts(self, meeting: Meeting, before: Meeting | None) -> list[SummaryRow]:
        unknown = "Not said yet" if meeting.state == MeetingState.PLANNED else "Not recorded"
        rows = [SummaryRow("Place", meeting.place or unknown)]
        if meeting.state == MeetingState.PLANNED:
            rows.append(SummaryRow("Papers due", meeting.papers_due_on or "No date"))
        if meeting.cancelled_because:
            rows.append(SummaryRow("Cancelled because", meeting.cancelled_because))
        if meeting.chaired_by:
            rows.append(SummaryRow("Chair", meeting.chaired_by))
        if before is not None:
            rows.append(
                SummaryRow(
                    "Last meeting",
                    Link(
                        british_date(before.held_on), reverse("meeting", args=[self.council.slug, before.pk])
                    ),
                )
            )
        if meeting.approved_at is not None:
            rows.append(
                SummaryRow(
                    "Minutes approved", f"At the meeting of {british_date(meeting.approved_at.held_on)}"
                )
            )
        return rows

    def _agenda(
        self, meeting: Meeting, papers: list[Paper], *, planned: bool, runs: bool, own: bool
    ) -> list[dict[str, Any]]:
        slug = self.council.slug
        blocks = self._files(meeting, papers, runs=runs) if own else {}
        return [
            {
                "item": item,
                "kind": item.get_kind_display() if item.kind != "new" else "",
                "change_href": reverse("agenda-change", args=[slug, item.pk]) if planned else "",
                "paper_href": reverse("paper-add", args=[slug, item.pk]) if runs else "",
                "carry_href": reverse("agenda-carry", args=[slug, item.pk])
                if runs and meeting.state == MeetingState.HELD
                else "",
                "papers": [
                    {
                        "paper": paper,
                        "block": blocks.get(paper.pk),
                        "audience": PaperAudience(paper.audience).label,
                        "waits_for": display_name(paper.owner)
                        if paper.owner and own and not (blocks.get(paper.pk) and blocks[paper.pk].items)
                        else "",
                        "remove_href": reverse("paper-remove", args=[slug, paper.pk])
                        if runs and not (blocks.get(paper.pk) and blocks[paper.pk].items)
                        else "",
                    }
                    for paper in papers
                    if paper.item_id == item.pk
                ],
            }
            for item in agenda_of(meeting)
        ]

    def _files(self, meeting: Meeting, papers: list[Paper], *, runs: bool) -> dict[UUID, Evidence]:
        """What hangs on each paper; whoever runs the meeting or is to send the paper is led to add a file."""
        asked: dict[tuple[str, bool], list[UUID]] = {}
        for paper in papers:
            sends = runs or (paper.owner_id == self.person.pk and not meeting.is_approved)
            asked.setdefault((paper_kind(paper), sends), []).append(paper.pk)
        blocks: dict[UUID, Evidence] = {}
        for (kind, sends), keys in asked.items():
            blocks |= evidence_of(self.access, kind, keys, may_add=sends)
        return blocks

    def _decisions(self, meeting: Meeting, *, runs: bool) -> Table | None:
        found = decisions_read(self.access, meeting)
        if not found:
            return None
        columns = [Column("Number", header=True), Column("Decision"), Column("Paper")]
        rows: list[list[Any]] = [
            [one.decision.reference, one.decision.text, self._bound(one)] for one in found
        ]
        if runs:
            columns.append(Column("Change"))
            for one, row in zip(found, rows, strict=True):
                row.append(
                    Link(
                        "Change",
                        reverse("decision-change", args=[self.council.slug, one.decision.pk]),
                        about=f"decision {one.decision.reference}",
                    )
                )
        return Table("Decisions", columns, rows, hide_caption=True, stacks=True)

    def _bound(self, one: DecisionRead) -> Link | None:
        if one.document_version is None:
            return None
        return Link(
            f"{one.title}, version {one.document_version.number}",
            reverse("evidence-document", args=[self.council.slug, one.document_version.document_id]),
        )

    def _packs(self, meeting: Meeting) -> Table | None:
        packs = packs_seen(self.access, meeting)
        if not packs:
            return None
        files = files_of_packs(meeting, packs)
        return Table(
            "Board packs",
            [Column("Pack", header=True), Column("Made"), Column("Pages", numeric=True)],
            [
                [self._pack_link(pack, files.get(pack.pk)), pack.made_at, self._pages(files.get(pack.pk))]
                for pack in packs
            ],
            hide_caption=True,
            stacks=True,
        )

    def _pack_link(self, pack: BoardPack, file: BoardPackFile | None) -> Any:
        words = f"Pack {pack.number}, {pack.get_edition_display()[0].lower()}{pack.get_edition_display()[1:]}"
        if file is None:
            return f"{words} (being made)"
        return Link(
            f"{words} (PDF, {file_size(file.size)})",
            reverse("pack-download", args=[self.council.slug, file.pk]),
        )

    def _pages(self, file: BoardPackFile | None) -> int | None:
        return file.pages if file is not None else None


def _attendance_table(lines: list[Attended]) -> Table:
    return Table(
        "Attendance",
        [Column("Agency", header=True), Column("Attendance"), Column("Who came")],
        [[line.agency.name, line.words, line.people or None] for line in lines],
        hide_caption=True,
        stacks=True,
    )


def _actions_table(caption: str, actions: list[Any], stands: Any) -> Table:
    def line(one: Any) -> list[Any]:
        now: ArisenAction | None = stands.get(one.action_id)
        name = f"{one.reference} {one.title}"
        return [
            Link(name, now.url) if now else name,
            one.owner_name or "Nobody yet",
            now.due.removeprefix("Due ") if now else british_date(one.due_on),
            now.state if now else None,
        ]

    return Table(
        caption,
        [Column("Action", header=True), Column("Owner"), Column("Due"), Column("State")],
        [line(one) for one in actions],
        hide_caption=True,
        stacks=True,
    )


class MeetingForms(RoomFormPage[Meeting, Any]):
    """What the forms about one meeting share."""

    abstract = True
    room = ROOM

    def subject(self, **keys: UUID) -> Meeting:
        return meeting_to_edit(self.access, keys["meeting_id"])

    def target(self, subject: Meeting, /) -> str:
        return reverse("meeting", args=[self.council.slug, subject.pk])

    def crumbs(self, subject: Meeting, /) -> list[Crumb]:
        return meeting_crumbs(self, subject, self.title(subject))


class MeetingChangePage(MeetingForms):
    """Move a planned meeting."""

    permission = EDIT

    def title(self, subject: Meeting, /) -> str:
        return "Change the meeting"

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> MeetingChangeForm:
        names = ("held_on", "starts_at", "place", "papers_due_on", "version")
        return MeetingChangeForm(data, initial={name: getattr(subject, name) for name in names})

    def save(self, subject: Meeting, form: MeetingChangeForm, /) -> str:
        change_meeting(meeting=subject, by=self.person, **form.cleaned_data)
        return "You have changed the meeting."


class MeetingCancelPage(MeetingForms):
    """Cancel a planned meeting."""

    permission = EDIT
    button = "Cancel the meeting"
    cancel_words = "Keep the meeting"
    warning = True

    def title(self, subject: Meeting, /) -> str:
        return "Cancel the meeting"

    def lead(self, subject: Meeting, /) -> str:
        return f"{meeting_name(subject)}. It stays in the list, with the reason."

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> CancelForm:
        return CancelForm(data)

    def save(self, subject: Meeting, form: CancelForm, /) -> str:
        cancel_meeting(meeting=subject, by=self.person, reason=form.cleaned_data["reason"])
        return "You have cancelled the meeting."


class AttendancePage(MeetingForms):
    """Record who came; the meeting then counts as held."""

    permission = EDIT
    button = "Save the attendance"

    def title(self, subject: Meeting, /) -> str:
        return "Record who attended"

    def lead(self, subject: Meeting, /) -> str:
        if attendance_of(subject):
            return ""
        return "This board has no seats yet. Give agencies their seats on the board’s page first."

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> AttendanceForm:
        initial = {"chaired_by": subject.chaired_by or subject.board.chair_title, "version": subject.version}
        return AttendanceForm(data, lines=attendance_of(subject), initial=initial)

    def save(self, subject: Meeting, form: AttendanceForm, /) -> str:
        meeting = record_attendance(
            meeting=subject,
            by=self.person,
            version=form.cleaned_data["version"],
            chaired_by=form.cleaned_data["chaired_by"],
            rows=[attendance_row(*row) for row in form.rows],
        )
        warning = quorum_words(attendance_of(meeting), meeting.quorum)
        if warning:
            messages.warning(self.request, warning)
        return "You have recorded who attended."


def attendance_row(key: str, state: str, people: str) -> AttendanceRow:
    """What a form or the API says of an agency, by its key such as "organisation:<id>" or "council:<id>"."""
    kind, _, value = key.partition(":")
    if kind == "organisation":
        return AttendanceRow(state, people, organisation_id=UUID(value))
    return AttendanceRow(state, people, agency_id=int(value))
