"""Pages of joint boards: the host invites and ends, the invited council answers and leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import (
    board_to_edit,
    invitation_to_answer,
    participation_to_end,
    participation_to_leave,
)
from partnerships.enums import ParticipationState
from partnerships.forms.boards import AnswerForm, EndForm, InviteForm
from partnerships.models import Board, BoardParticipant
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import councils_to_invite
from partnerships.services.joint_boards import (
    answer_invitation,
    end_participation,
    invite_council,
    withdraw_invitation,
)
from partnerships.views.board_pages import board_crumbs
from partnerships.views.pages import RoomFormPage
from prevent_portal.web.components import Crumb, SummaryRow
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.forms import GovukForm

_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP


class CouncilInvitePage(RoomFormPage[Board, InviteForm]):
    """Invite a council to take part in a board."""

    permission = _EDIT
    room = "boards"
    button = "Invite the council"

    def subject(self, **keys: UUID) -> Board:
        return board_to_edit(self.access, keys["board_id"])

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> InviteForm:
        today = timezone.localdate()
        return InviteForm(data, councils=councils_to_invite(self.council, today), today=today)

    def save(self, subject: Board, form: InviteForm, /) -> str:
        found = invite_council(board=subject, by=self.person, **form.cleaned_data)
        return f"{found.participant.name} invited. It takes part once it has accepted."

    def target(self, subject: Board, /) -> str:
        return reverse("board", args=[self.council.slug, subject.pk])

    def title(self, subject: Board, /) -> str:
        return "Invite a council"

    def lead(self, subject: Board, /) -> str:
        return (
            f"A council that takes part sees {subject.name}, its seats, terms of reference and meetings, "
            f"and nothing else of {self.council.name}."
        )

    def crumbs(self, subject: Board, /) -> list[Crumb]:
        return board_crumbs(self.council, subject, "Invite a council")


class ParticipationEndPage(RoomFormPage[BoardParticipant, GovukForm]):
    """The host withdraws an invitation, or ends a council's part."""

    permission = _EDIT
    room = "boards"
    warning = True

    def subject(self, **keys: UUID) -> BoardParticipant:
        found = participation_to_end(self.access, keys["participation_id"])
        self.button = self.title(found)
        return found

    def form(self, subject: BoardParticipant, /, data: Data = None, files: Files = None) -> GovukForm:
        if subject.state == ParticipationState.INVITED:
            return GovukForm(data)
        return EndForm(data, initial={"ends_on": timezone.localdate()})

    def save(self, subject: BoardParticipant, form: GovukForm, /) -> str:
        name = subject.participant.name
        if subject.state == ParticipationState.INVITED:
            withdraw_invitation(participation=subject, by=self.person)
            return f"Invitation of {name} withdrawn."
        ended = end_participation(
            participation=subject,
            ends_on=form.cleaned_data["ends_on"],
            council=self.council,
            by=self.person,
        )
        return f"{name} takes part until {british_date(ended.ends_on)}."

    def target(self, subject: BoardParticipant, /) -> str:
        return reverse("board", args=[self.council.slug, subject.board_id])

    def title(self, subject: BoardParticipant, /) -> str:
        invited = subject.state == ParticipationState.INVITED
        return "Withdraw the invitation" if invited else "End the council’s part"

    def lead(self, subject: BoardParticipant, /) -> str:
        council, board = subject.participant.name, subject.board.name
        if subject.state == ParticipationState.INVITED:
            return f"{council} can then no longer accept the invitation to {board}."
        return (
            f"After the last day {council} no longer sees {board}, nor the meetings, papers and minutes it "
            "had until then. That council is told."
        )

    def crumbs(self, subject: BoardParticipant, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.board, self.title(subject))


class InvitationPage(RoomFormPage[BoardParticipant, AnswerForm]):
    """The invited council reads what it is invited to, and answers."""

    permission = _EDIT
    room = "boards"
    template = "partnerships/joint_invitation.html"
    button = "Send the answer"

    def subject(self, **keys: UUID) -> BoardParticipant:
        return invitation_to_answer(self.access, keys["participation_id"])

    def form(self, subject: BoardParticipant, /, data: Data = None, files: Files = None) -> AnswerForm:
        return AnswerForm(data)

    def save(self, subject: BoardParticipant, form: AnswerForm, /) -> str:
        accept = form.cleaned_data["answer"] == "accept"
        answer_invitation(participation=subject, accept=accept, by=self.person)
        name = subject.board.name
        return f"This council takes part in {name}." if accept else f"Invitation to {name} declined."

    def target(self, subject: BoardParticipant, /) -> str:
        return reverse("boards", args=[self.council.slug])

    def title(self, subject: BoardParticipant, /) -> str:
        return f"Invitation to {subject.board.name}"

    def crumbs(self, subject: BoardParticipant, /) -> list[Crumb]:
        return board_crumbs(self.council, None, "Invitation")

    def more(self, subject: BoardParticipant, /) -> dict[str, Any]:
        board = subject.board
        rows = [
            SummaryRow("Hosted by", subject.host.name),
            SummaryRow("Kind", board.get_kind_display()),
            SummaryRow("Level", board.get_level_display()),
            SummaryRow("Meets", board.get_cadence_display()),
            SummaryRow("Chaired by", board.chair_title or "Not recorded"),
            SummaryRow("From", british_date(subject.starts_on)),
        ]
        if subject.ends_on is not None:
            rows.append(SummaryRow("Until", british_date(subject.ends_on)))
        return {"rows": rows}


class LeavePage(RoomFormPage[BoardParticipant, EndForm]):
    """A council leaves another's joint board."""

    permission = _EDIT
    room = "boards"
    button = "Leave the board"
    warning = True

    def subject(self, **keys: UUID) -> BoardParticipant:
        return participation_to_leave(self.access, keys["board_id"])

    def form(self, subject: BoardParticipant, /, data: Data = None, files: Files = None) -> EndForm:
        return EndForm(data, initial={"ends_on": timezone.localdate()})

    def save(self, subject: BoardParticipant, form: EndForm, /) -> str:
        ended = end_participation(
            participation=subject,
            ends_on=form.cleaned_data["ends_on"],
            council=self.council,
            by=self.person,
        )
        return f"This council takes part in {subject.board.name} until {british_date(ended.ends_on)}."

    def target(self, subject: BoardParticipant, /) -> str:
        return reverse("board", args=[self.council.slug, subject.board_id])

    def title(self, subject: BoardParticipant, /) -> str:
        return "Leave the board"

    def lead(self, subject: BoardParticipant, /) -> str:
        return (
            f"After the last day this council no longer sees {subject.board.name}, nor the meetings, "
            "papers and minutes it had until then. Download what you have to keep. The host is told."
        )

    def crumbs(self, subject: BoardParticipant, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.board, "Leave the board")
