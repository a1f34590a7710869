"""Pages of seats on a board, and of who holds them."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import board_to_edit, holder_to_edit, seat_to_edit
from partnerships.enums import SeatRole
from partnerships.forms.boards import EndForm, HolderChangeForm, HolderForm, SeatChangeForm, SeatForm
from partnerships.models import Board, Seat, SeatHolder
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import agencies_for, agency_name, possible_holders
from partnerships.services.seats import add_seat, appoint_holder, change_holder, change_seat, end_seat
from partnerships.views.board_pages import board_crumbs
from partnerships.views.pages import RoomFormPage
from prevent_portal.web.components import Crumb
from prevent_portal.web.form_pages import Data, Files

_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP


class SeatAddPage(RoomFormPage[Board, SeatForm]):
    """Give an agency a seat."""

    permission = _EDIT
    room = "boards"
    button = "Add the seat"

    def subject(self, **keys: UUID) -> Board:
        return board_to_edit(self.access, keys["board_id"])

    def form(self, subject: Board, /, data: Data = None, files: Files = None) -> SeatForm:
        organisations, councils = agencies_for(subject, timezone.localdate())
        return SeatForm(data, organisations=organisations, councils=councils)

    def save(self, subject: Board, form: SeatForm, /) -> str:
        seat = add_seat(
            board=subject,
            **form.agency_chosen(),
            role=SeatRole(form.cleaned_data["role"]),
            post=form.cleaned_data["post"],
            starts_on=form.cleaned_data["starts_on"],
            by=self.person,
        )
        return f"Seat of {agency_name(seat)} added."

    def target(self, subject: Board, /) -> str:
        return reverse("board", args=[self.council.slug, subject.pk])

    def title(self, subject: Board, /) -> str:
        return "Add a seat"

    def lead(self, subject: Board, /) -> str:
        return f"{subject.name}. A seat belongs to an agency, whoever sits there."

    def crumbs(self, subject: Board, /) -> list[Crumb]:
        return board_crumbs(self.council, subject, "Add a seat")


class SeatChangePage(RoomFormPage[Seat, SeatChangeForm]):
    """Change the role, post or first day of a seat."""

    permission = _EDIT
    room = "boards"

    def subject(self, **keys: UUID) -> Seat:
        return seat_to_edit(self.access, keys["seat_id"])

    def form(self, subject: Seat, /, data: Data = None, files: Files = None) -> SeatChangeForm:
        return SeatChangeForm(data, seat=subject)

    def save(self, subject: Seat, form: SeatChangeForm, /) -> str:
        given = form.cleaned_data
        change_seat(
            seat=subject,
            role=SeatRole(given["role"]),
            post=given["post"],
            starts_on=given["starts_on"],
            version=given["version"],
            by=self.person,
        )
        return "Seat changed."

    def target(self, subject: Seat, /) -> str:
        return reverse("board", args=[self.council.slug, subject.board_id])

    def title(self, subject: Seat, /) -> str:
        return "Change the seat"

    def lead(self, subject: Seat, /) -> str:
        return f"{agency_name(subject)} on {subject.board.name}"

    def crumbs(self, subject: Seat, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.board, "Change the seat")


class SeatEndPage(RoomFormPage[Seat, EndForm]):
    """End a seat."""

    permission = _EDIT
    room = "boards"
    button = "End the seat"
    warning = True

    def subject(self, **keys: UUID) -> Seat:
        return seat_to_edit(self.access, keys["seat_id"])

    def form(self, subject: Seat, /, data: Data = None, files: Files = None) -> EndForm:
        return EndForm(data, initial={"ends_on": timezone.localdate()})

    def save(self, subject: Seat, form: EndForm, /) -> str:
        end_seat(seat=subject, ends_on=form.cleaned_data["ends_on"], by=self.person)
        return f"Seat of {agency_name(subject)} ended."

    def target(self, subject: Seat, /) -> str:
        return reverse("board", args=[self.council.slug, subject.board_id])

    def title(self, subject: Seat, /) -> str:
        return "End the seat"

    def lead(self, subject: Seat, /) -> str:
        return f"{agency_name(subject)} on {subject.board.name}. Whoever sits there leaves on the same day."

    def crumbs(self, subject: Seat, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.board, "End the seat")


class HolderAddPage(RoomFormPage[Seat, HolderForm]):
    """Say who holds a seat, or stands in."""

    permission = _EDIT
    room = "boards"

    def subject(self, **keys: UUID) -> Seat:
        return seat_to_edit(self.access, keys["seat_id"])

    def form(self, subject: Seat, /, data: Data = None, files: Files = None) -> HolderForm:
        initial = {"post": subject.post, "starts_on": timezone.localdate()}
        return HolderForm(data, people=possible_holders(self.council), initial=initial)

    def save(self, subject: Seat, form: HolderForm, /) -> str:
        given = form.cleaned_data
        holder = appoint_holder(
            seat=subject,
            post=given["post"],
            person=form.chosen_person(),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            is_substitute=given["kind"] == "substitute",
            replaces=given["replaces"],
            by=self.person,
        )
        does = "stands in for" if holder.is_substitute else "holds"
        return f"{holder.post} {does} the seat of {agency_name(subject)}."

    def target(self, subject: Seat, /) -> str:
        return reverse("board", args=[self.council.slug, subject.board_id])

    def title(self, subject: Seat, /) -> str:
        return "Name a holder"

    def lead(self, subject: Seat, /) -> str:
        return f"Seat of {agency_name(subject)} on {subject.board.name}"

    def crumbs(self, subject: Seat, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.board, "Name a holder")


class HolderChangePage(RoomFormPage[SeatHolder, HolderChangeForm]):
    """Change the post, account or days of a holder or substitute."""

    permission = _EDIT
    room = "boards"

    def subject(self, **keys: UUID) -> SeatHolder:
        return holder_to_edit(self.access, keys["holder_id"])

    def form(self, subject: SeatHolder, /, data: Data = None, files: Files = None) -> HolderChangeForm:
        return HolderChangeForm(data, people=possible_holders(self.council), holder=subject)

    def save(self, subject: SeatHolder, form: HolderChangeForm, /) -> str:
        given = form.cleaned_data
        change_holder(
            holder=subject,
            post=given["post"],
            person=form.chosen_person(),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            version=given["version"],
            by=self.person,
        )
        return "Saved."

    def target(self, subject: SeatHolder, /) -> str:
        return reverse("board", args=[self.council.slug, subject.seat.board_id])

    def title(self, subject: SeatHolder, /) -> str:
        return "Change the substitute" if subject.is_substitute else "Change the holder"

    def lead(self, subject: SeatHolder, /) -> str:
        return f"{subject.post}, seat of {agency_name(subject.seat)} on {subject.seat.board.name}"

    def crumbs(self, subject: SeatHolder, /) -> list[Crumb]:
        return board_crumbs(self.council, subject.seat.board, self.title(subject))
