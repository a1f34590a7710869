"""Pages of boards and groups: the list, one board, and the forms that change it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import board_for, board_to_edit, joined_board_to_place, terms_to_review
from partnerships.areas import areas
from partnerships.enums import BoardState
from partnerships.forms.boards import (
    BoardChangeForm,
    BoardFilterForm,
    BoardForm,
    CloseBoardForm,
    PlaceForm,
    TermsForm,
    TermsReviewForm,
)
from partnerships.models import Board, BoardParticipant, BoardTerms, Seat
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import (
    BoardLine,
    agency_name,
    boards_of,
    lead_officers,
    meetings_to_come,
    open_invitations,
    parents_of,
    participation_of,
    participations_of,
    seats_of,
    terms_of,
)
from partnerships.queries.meetings import meeting_url
from partnerships.services.boards import (
    BOARD_KIND,
    add_board,
    change_board,
    close_board,
    place_joint_board,
    record_terms,
    review_terms,
)
from partnerships.views.board_pages import (
    board_crumbs,
    boards_to_report_to,
    participation_tag,
    review_words,
    state_tag,
    uppers_of,
)
from partnerships.views.pages import RoomFormPage
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.queries import evidence_of, file_link
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView

_VIEW = PartnershipsPermission.VIEW_PARTNERSHIP
_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP
HEADER = (
    "Board", "Kind", "Level", "State", "Reports to", "Meets", "Post that chairs it", "Hosted by", "Seats",
    "Vacant seats", "Next meeting", "Terms reviewed", "Terms to review", "Looked after by", "Closed on",
)  # fmt: skip


class BoardsView(CouncilView):
    """The council's boards and groups, joint ones included."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        today, slug = timezone.localdate(), self.council.slug
        form = BoardFilterForm(request.GET)
        page, links = paginate(request, boards_of(self.council, today, form.wanted()))
        filtered = any(request.GET.get(name) for name in ("kind", "level", "state"))
        edits = self.access.may(_EDIT)
        table = Table(
            "Boards and groups",
            [
                Column("Board", header=True),
                Column("Level"),
                Column("Reports to"),
                Column("Meets"),
                Column("Next meeting"),
                Column("Seats"),
                Column("Terms to review"),
            ],
            [self._row(line, today) for line in page],
            hide_caption=True,
            stacks=True,
        )
        context = {
            "areas": areas(self.access, "boards"),
            "crumbs": [Crumb("Partnership", reverse("partnership", args=[slug])), Crumb("Boards and groups")],
            "filter": form,
            "filtered": filtered,
            "table": table if page.paginator.count else None,
            "links": links,
            "add_href": reverse("board-add", args=[slug]) if edits else "",
            "csv_href": reverse("boards-csv", args=[slug]),
            "governance_href": reverse("governance", args=[slug]),
            "invitations": [
                Link(
                    f"{each.host.name} invites this council to {each.board.name}",
                    reverse("joint-invitation", args=[slug, each.pk]),
                )
                for each in (open_invitations(self.council) if edits else [])
            ],
        }
        return render(request, "partnerships/boards.html", context)

    def _row(self, line: BoardLine, today: date) -> list[object]:
        hint = f"Joint board, hosted by {line.host}" if line.host else line.kind.label
        name: list[object] = [Link(line.name, reverse("board", args=[self.council.slug, line.id]), hint=hint)]
        if line.state != BoardState.ACTIVE:
            name.append(state_tag(line.state))
        seats = counted(line.seats, "seat", "seats") if line.seats else "None yet"
        return [
            name,
            line.level.label,
            ", ".join(line.parents) or None,
            line.cadence.label,
            british_date(line.next_meeting) if line.next_meeting else "None planned",
            [seats, Tag(f"{line.vacant} vacant", "yellow")] if line.vacant else seats,
            review_words(line.terms_review_on, today) if line.is_open else None,
        ]


class BoardsCsv(CouncilView):
    """The boards as a CSV file, closed ones included."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        lines = boards_of(self.council, timezone.localdate())
        return csv_response(
            filename=f"Boards {self.council.name}.csv",
            header=HEADER,
            rows=[
                [
                    line.name,
                    line.kind.label,
                    line.level.label,
                    line.state.label,
                    "; ".join(line.parents),
                    line.cadence.label,
                    line.chair_title,
                    line.host or self.council.name,
                    line.seats,
                    line.vacant,
                    line.next_meeting,
                    line.terms_reviewed_on,
                    line.terms_review_on,
                    line.lead_officer,
                    line.closed_on,
                ]
                for line in lines
            ],
        )


class BoardPage(CouncilView):
    """One board: what it is, its seats and holders, terms of reference, councils and meetings."""

    permission = _VIEW

    def get(self, request: HttpRequest, board_id: UUID) -> HttpResponse:
        board = board_for(self.access, board_id)
        today, slug = timezone.localdate(), self.council.slug
        own = board.council_id == self.council.pk
        edits = own and board.is_open and self.access.may(_EDIT)
        ended = "ended" in request.GET
        seats = seats_of(board, today, ended=ended)
        participations = participations_of(board) if own else []
        part = None if own else participation_of(board, self.council, today)

        def href(route: str, *, may: bool = edits) -> str:
            return reverse(route, args=[slug, board.pk]) if may else ""

        context = {
            "areas": areas(self.access, "boards"),
            "crumbs": [*board_crumbs(self.council), Crumb(board.name)],
            "board": board,
            "own": own,
            "rows": self._rows(board, today, part),
            "seats": self._seats(seats, today, edits=edits) if seats else None,
            "ended": ended,
            "terms": self._terms(board, today, own=own, edits=edits),
            "participations": self._councils(participations, today, edits=edits),
            "meetings": self._meetings(board, today),
            "evidence": evidence_of(self.access, BOARD_KIND, [board.pk])[board.pk] if own else None,
            "change_href": href("board-change"),
            "close_href": href("board-close"),
            "seat_href": href("seat-add"),
            "terms_href": href("board-terms"),
            "invite_href": href("board-invite"),
            "place_href": href("board-place", may=not own and self.access.may(_EDIT)),
            "plan_href": href("meetings-plan"),
            "leave_href": href("joint-leave", may=not own and self.access.may(_EDIT)),
        }
        return render(request, "partnerships/board.html", context)

    def _rows(self, board: Board, today: date, part: BoardParticipant | None) -> list[SummaryRow]:
        parents = [name for _, name in parents_of(self.council, today).get(board.pk, [])]
        own = board.council_id == self.council.pk
        rows = [
            SummaryRow("State", state_tag(BoardState(board.state))),
            SummaryRow("Kind", board.get_kind_display()),
            SummaryRow("Level", board.get_level_display()),
            SummaryRow("Reports to", ", ".join(parents) or "No board on record"),
            SummaryRow("Meets", board.get_cadence_display()),
            SummaryRow("Chaired by", board.chair_title or "Not recorded"),
        ]
        if board.purpose:
            rows.insert(1, SummaryRow("What it is for", board.purpose))
        if board.quorum:
            rows.append(SummaryRow("Quorum", f"{counted(board.quorum, 'agency', 'agencies')} present"))
        if not own:
            rows.append(SummaryRow("Joint board", f"Hosted by {board.council.name}"))
            if part is not None:
                until = f" to {british_date(part.ends_on)}" if part.ends_on else ""
                rows.append(
                    SummaryRow("This council takes part", f"from {british_date(part.starts_on)}{until}")
                )
        if board.starts_on:
            rows.append(SummaryRow("Since", british_date(board.starts_on)))
        if board.set_up_by:
            rows.append(SummaryRow("To be set up by", british_date(board.set_up_by)))
        if own:
            officer = display_name(board.lead_officer) if board.lead_officer else "Nobody in particular"
            rows.append(SummaryRow("Looked after by", officer))
        if board.closed_on:
            rows.append(SummaryRow("Closed", f"{british_date(board.closed_on)}. {board.close_reason}"))
        return rows

    def _seats(self, seats: list[Seat], today: date, *, edits: bool) -> Table:
        slug = self.council.slug
        # Without a substitute on the board their column only takes room.
        stand_in = any(
            holder.is_substitute
            for seat in seats
            for holder in seat.all_holders  # type: ignore[attr-defined] # set by seats_of
        )
        columns = [Column("Agency", header=True), Column("Role"), Column("Held by")]
        if stand_in:
            columns.append(Column("Substitutes"))
        if edits:
            columns.append(Column("What you can do"))
        rows: list[list[object]] = []
        for seat in seats:
            name = agency_name(seat)
            over = seat.ends_on is not None and seat.ends_on < today
            row: list[object] = [
                name,
                [seat.get_role_display(), seat.post] if seat.post else seat.get_role_display(),
                self._holders(seat, today, edits=edits, substitutes=False, over=over),
            ]
            if stand_in:
                row.append(self._holders(seat, today, edits=edits, substitutes=True, over=over))
            if edits:
                row.append(
                    f"Ended on {british_date(seat.ends_on)}"
                    if over
                    else [
                        Link("Name a holder", reverse("seat-holder-add", args=[slug, seat.pk]), about=name),
                        Link("Change", reverse("seat-change", args=[slug, seat.pk]), about=name),
                        Link("End", reverse("seat-end", args=[slug, seat.pk]), about=name),
                    ]
                )
            rows.append(row)
        return Table("Seats", columns, rows, hide_caption=True, stacks=True)

    def _holders(
        self, seat: Seat, today: date, *, edits: bool, substitutes: bool, over: bool
    ) -> list[object] | None:
        """Everybody who holds a seat today or will; for other councils by post alone."""
        own = seat.council_id == self.council.pk
        cells: list[object] = []
        held_today = False
        for holder in seat.all_holders:  # type: ignore[attr-defined] # set by seats_of
            gone = holder.ends_on is not None and holder.ends_on < today
            if holder.is_substitute != substitutes or gone:
                continue
            held_today = held_today or holder.starts_on <= today
            words = holder.post
            if own and holder.person is not None:
                words = f"{display_name(holder.person)}, {holder.post}"
            if edits:
                cells.append(Link(words, reverse("seat-holder-change", args=[self.council.slug, holder.pk])))
            else:
                cells.append(words)
            if holder.starts_on > today:
                cells.append(f"from {british_date(holder.starts_on)}")
            if holder.ends_on is not None:
                cells.append(f"until {british_date(holder.ends_on)}")
        if not substitutes and not held_today and not over:
            cells.insert(0, Tag("Vacant", "yellow"))
        return cells or None

    def _terms(self, board: Board, today: date, *, own: bool, edits: bool) -> Table | None:
        slug = self.council.slug
        found = terms_of(board)
        rows: list[list[object]] = []
        for terms in found:
            newest = terms is found[0]
            kept: object = None
            if terms.document_version is not None:
                if own:
                    link = file_link(self.council, terms.document_version.document, terms.document_version)
                    kept = Link(f"Version {terms.document_version.number}", link.href) if link.href else None
                else:
                    kept = f"Kept by {board.council.name}"
            due: object = review_words(terms.review_on, today) if newest else "Replaced"
            if newest and edits:
                due = [
                    *(due if isinstance(due, list) else [due]),
                    Link("Record a review", reverse("board-terms-review", args=[slug, terms.pk])),
                ]
            agreed = british_date(terms.agreed_on)
            rows.append(
                [
                    str(terms.number),
                    [agreed, f"reviewed {british_date(terms.reviewed_on)}"] if terms.reviewed_on else agreed,
                    due,
                    kept,
                    terms.summary or None,
                ]
            )
        columns = [
            Column("Version", header=True),
            Column("Agreed"),
            Column("To review"),
            Column("Document"),
            Column("Summary"),
        ]
        # Columns in which nothing is said only take room.
        said = [place for place in range(len(columns)) if place < 3 or any(row[place] for row in rows)]
        columns = [columns[place] for place in said]
        rows = [[row[place] for place in said] for row in rows]
        table = Table("Terms of reference", columns, rows, hide_caption=True, stacks=True)
        return table if rows else None

    def _councils(self, found: list[BoardParticipant], today: date, *, edits: bool) -> Table | None:
        rows: list[list[object]] = []
        for each in found:
            over = each.ends_on is not None and each.ends_on < today
            row: list[object] = [
                each.participant.name,
                Tag("Has left", "grey") if over and each.state == "joined" else participation_tag(each),
                british_date(each.starts_on),
                british_date(each.ends_on) if each.ends_on else None,
            ]
            if edits:
                acts = each.state == "invited" or (each.state == "joined" and not over)
                words = "Withdraw" if each.state == "invited" else "End"
                address = reverse("participation-end", args=[self.council.slug, each.pk])
                row.append(Link(words, address, about=each.participant.name) if acts else None)
            rows.append(row)
        columns = [Column("Council", header=True), Column("State"), Column("From"), Column("Until")]
        if edits:
            columns.append(Column("What you can do"))
        table = Table("Councils that take part", columns, rows, hide_caption=True, stacks=True)
        return table if rows else None

    def _meetings(self, board: Board, today: date) -> Table | None:
        rows = [
            [
                Link(british_date(meeting.held_on), meeting_url(self.council, meeting)),
                meeting.place or None,
                meeting.papers_due_on,
            ]
            for meeting in meetings_to_come(board, today)
        ]
        columns = [Column("Date", header=True), Column("Place"), Column("Papers due")]
        table = Table("Next meetings", columns, rows, hide_caption=True, stacks=True)
        return table if rows else None


class _BoardForms(RoomFormPage):  # type: ignore[type-arg] # each page names its own thing
    abstract = True
    room = "boards"


class BoardAddPage(_BoardForms):
    """Add a board."""

    permission = _EDIT
    button = "Add the board"

    def subject(self, **keys: UUID) -> None:
        return None

    def form(self, subject: None, /, data: Data = None, files: Files = None) -> BoardForm:
        today = timezone.localdate()
        return BoardForm(
            data,
            officers=lead_officers(self.council),
            boards=boards_to_report_to(self.council, today),
            initial={"kind": self.request.GET.get("kind", "")},
        )

    def save(self, subject: None, form: BoardForm, /) -> str:
        self.added = add_board(
            council=self.council, details=form.details(), reports_to=form.chosen_boards(), by=self.person
        )
        return f"{self.added.name} added."

    def target(self, subject: None, /) -> str:
        added = getattr(self, "added", None)
        if added is not None:
            return reverse("board", args=[self.council.slug, added.pk])
        return reverse("boards", args=[self.council.slug])

    def title(self, subject: None, /) -> str:
        return "Add a board"

    def crumbs(self, subject: None, /) -> list[Crumb]:
        return board_crumbs(self.council, None, "Add a board")


class _OneBoardForms(_BoardForms):
    """Forms about one board of the council's own."""

    abstract = True
    words = ""

    def subject(self, **keys: UUID) -> Board:
        return board_to_edit(self.access, keys["board_id"])

    def target(self, subject: Board, /) -> str:
        return reverse("board", args=[self.council.slug, subject.pk])

    def title(self, subject: Board, /) -> str:
        return self.words

    def lead(self, subject: Board, /) -> str:
        return subject.name

    def crumbs(self, subject: Board, /) -> list[Crumb]:
        return board_crumbs(self.council, subject, self.words)


class BoardChangePage(_OneBoardForms):
    """Change a board and whom it reports to."""

    permission = _EDIT
    words = "Change the board"

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> BoardChangeForm:
        today = timezone.localdate()
        return BoardChangeForm(
            data,
            officers=lead_officers(self.council),
            boards=boards_to_report_to(self.council, today, subject),
            reports_to=uppers_of(subject, self.council),
            board=subject,
        )

    def save(self, subject: Board, form: BoardChangeForm, /) -> str:
        change_board(
            board=subject,
            details=form.details(),
            reports_to=form.chosen_boards(),
            version=form.cleaned_data["version"],
            by=self.person,
        )
        return "Board changed."


class BoardPlacePage(_OneBoardForms):
    """Place another council's joint board in this council's picture."""

    permission = _EDIT
    words = "Say which boards it reports to"

    def subject(self, **keys: UUID) -> Board:
        return joined_board_to_place(self.access, keys["board_id"])

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> PlaceForm:
        today = timezone.localdate()
        return PlaceForm(
            data,
            boards=boards_to_report_to(self.council, today, subject),
            reports_to=uppers_of(subject, self.council),
        )

    def lead(self, subject: Board, /) -> str:
        return f"{subject.name} is a joint board. Only this council sees what you choose here."

    def save(self, subject: Board, form: PlaceForm, /) -> str:
        place_joint_board(
            board=subject, council=self.council, reports_to=form.chosen_boards(), by=self.person
        )
        return f"{subject.name} placed."


class BoardClosePage(_OneBoardForms):
    """Close a board."""

    permission = _EDIT
    words = "Close the board"
    button = "Close the board"
    warning = True

    def lead(self, subject: Board, /) -> str:
        return f"{subject.name} can still be read, but nothing in it can be changed."

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> CloseBoardForm:
        return CloseBoardForm(data)

    def save(self, subject: Board, form: CloseBoardForm, /) -> str:
        close_board(board=subject, by=self.person, **form.cleaned_data)
        return f"{subject.name} closed."


class TermsAddPage(_OneBoardForms):
    """Record terms of reference."""

    permission = _EDIT
    words = "Record terms of reference"
    button = "Save"

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> TermsForm:
        return TermsForm(data, files)

    def save(self, subject: Board, form: TermsForm, /) -> str:
        given = dict(form.cleaned_data)
        terms = record_terms(board=subject, upload=given.pop("file"), by=self.person, **given)
        return f"Version {terms.number} of the terms of reference recorded."


class TermsReviewPage(_BoardForms):
    """Record that terms of reference were reviewed and kept."""

    permission = _EDIT

    def subject(self, **keys: UUID) -> BoardTerms:
        return terms_to_review(self.access, keys["terms_id"])

    def form(self, subject: BoardTerms, /, data: Data = None, files: Files = None) -> TermsReviewForm:
        return TermsReviewForm(data)

    def save(self, subject: BoardTerms, form: TermsReviewForm, /) -> str:
        review_terms(terms=subject, by=self.person, **form.cleaned_data)
        return "Review recorded."

    def target(self, subject: BoardTerms, /) -> str:
        return reverse("board", args=[self.council.slug, subject.board_id])

    def title(self, subject: BoardTerms, /) -> str:
        return "Record a review of the terms"

    def lead(self, subject: BoardTerms, /) -> str:
        return (
            f"{subject.board.name}: version {subject.number} was reviewed and kept as it is. "
            "If it changed, record new terms of reference instead."
        )

    def crumbs(self, subject: BoardTerms, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.board, "Record a review")
