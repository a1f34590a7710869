"""Seats of boards over the API: which agency has one, who holds it, who stands in, and when that ends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.boards import board_for, board_to_edit, holder_to_edit, seat_to_edit
from partnerships.enums import SeatRole
from partnerships.models import Board, Seat, SeatHolder
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import agencies_for, agency_name, possible_holders, seats_of
from partnerships.services.seats import add_seat, appoint_holder, change_holder, change_seat, end_seat
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)

_VIEW = PartnershipsPermission.VIEW_PARTNERSHIP
_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP


class HolderSerializer(serializers.ModelSerializer[SeatHolder]):
    person = serializers.SerializerMethodField(help_text="Key of a person; null for another council's board.")

    class Meta:
        model = SeatHolder
        fields = ("id", "post", "person", "is_substitute", "starts_on", "ends_on", "version")

    def get_person(self, holder: SeatHolder) -> int | None:
        return holder.person_id if holder.council_id == self.context["council"].pk else None


class NewHolderSerializer(serializers.Serializer[Any]):
    post = serializers.CharField(max_length=120)
    person = serializers.IntegerField(allow_null=True, default=None, help_text="Key of a person.")
    is_substitute = serializers.BooleanField(default=False)
    replaces = serializers.BooleanField(default=False, help_text="End the present holder's term before.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)


class ChangeHolderSerializer(serializers.Serializer[Any]):
    post = serializers.CharField(max_length=120)
    person = serializers.IntegerField(allow_null=True, help_text="Key of a person, as you read it.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)
    version = serializers.IntegerField()


class HolderEndSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField()
    version = serializers.IntegerField(help_text="As you read it.")


class SeatSerializer(serializers.ModelSerializer[Seat]):
    agency_name = serializers.SerializerMethodField()
    holders = HolderSerializer(many=True, source="all_holders")

    class Meta:
        model = Seat
        fields = (
            "id", "agency_name", "organisation", "agency", "role", "post", "starts_on", "ends_on", "version",
            "holders",
        )  # fmt: skip

    def get_agency_name(self, seat: Seat) -> str:
        return agency_name(seat)


class NewSeatSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField(allow_null=True, default=None)
    agency = serializers.IntegerField(
        allow_null=True, default=None, help_text="Key of a council of the board."
    )
    role = serializers.ChoiceField(choices=SeatRole.choices, default=SeatRole.MEMBER)
    post = serializers.CharField(max_length=120, allow_blank=True, default="")
    starts_on = serializers.DateField(allow_null=True, default=None)


class ChangeSeatSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=SeatRole.choices)
    post = serializers.CharField(max_length=120, allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class SeatEndSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField()


def seats_data(board: Board, council: Council) -> list[dict[str, Any]]:
    """Every seat of a board with its holders, as the API gives them to a council."""
    seats = seats_of(board, timezone.localdate(), ended=True)
    return list(SeatSerializer(seats, many=True, context={"council": council}).data)


def seat_data(seat: Seat) -> dict[str, Any]:
    """A seat as the API gives it to its host."""
    return next(each for each in seats_data(seat.board, seat.council) if each["id"] == str(seat.pk))


def holder_data(holder: SeatHolder) -> dict[str, Any]:
    """A holder as the API gives it to the host."""
    return dict(HolderSerializer(holder, context={"council": holder.council}).data)


def person_among(people: list[User], key: int | None) -> User | None:
    """The person with this key, or a 400 that says whom to choose."""
    if key is None:
        return None
    for person in people:
        if person.pk == key:
            return person
    raise ValidationError({"person": ["Choose a person with a role in this council."]})


class BoardSeatsAPI(WritingAPIView):
    """The seats of a board with their holders, by post."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="board_seats", responses=SeatSerializer(many=True))
    def get(self, request: Request, board_id: UUID) -> Response:
        return Response(seats_data(board_for(self.access, board_id), self.council))

    @extend_schema(
        operation_id="board_seat_create",
        request=NewSeatSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: SeatSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, board_id: UUID) -> Response:
        board = board_to_edit(self.access, board_id)
        given = checked(NewSeatSerializer, request)
        organisations, councils = agencies_for(board, timezone.localdate())
        organisation = next((one for one in organisations if one.pk == given["organisation"]), None)
        agency = next((one for one in councils if one.pk == given["agency"]), None)

        def create() -> dict[str, Any]:
            seat = add_seat(
                board=board,
                organisation=organisation,
                agency=agency,
                role=SeatRole(given["role"]),
                post=given["post"],
                starts_on=given["starts_on"],
                by=self.person,
            )
            return seat_data(seat)

        return self.created_once(request, create)


class SeatAPI(WritingAPIView):
    """Change a seat."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_seat_change",
        request=ChangeSeatSerializer,
        responses={200: SeatSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, seat_id: UUID) -> Response:
        seat = seat_to_edit(self.access, seat_id)
        given = checked(ChangeSeatSerializer, request)
        given["role"] = SeatRole(given["role"])
        return Response(seat_data(change_seat(seat=seat, by=self.person, **given)))


class SeatEndAPI(WritingAPIView):
    """End a seat on a day, and with it the terms of whoever sits there."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_seat_end",
        request=SeatEndSerializer,
        responses={200: SeatSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, seat_id: UUID) -> Response:
        seat = seat_to_edit(self.access, seat_id)
        return Response(seat_data(end_seat(seat=seat, by=self.person, **checked(SeatEndSerializer, request))))


class SeatHoldersAPI(WritingAPIView):
    """Say who holds a seat, or stands in."""

    permission = _EDIT

    @extend_schema(
        operation_id="seat_holder_create",
        request=NewHolderSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: HolderSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, seat_id: UUID) -> Response:
        seat = seat_to_edit(self.access, seat_id)
        given = checked(NewHolderSerializer, request)
        given["person"] = person_among(possible_holders(self.council), given["person"])

        def create() -> dict[str, Any]:
            return holder_data(appoint_holder(seat=seat, by=self.person, **given))

        return self.created_once(request, create)


class SeatHolderAPI(WritingAPIView):
    """Change a holder or substitute."""

    permission = _EDIT

    @extend_schema(
        operation_id="seat_holder_change",
        request=ChangeHolderSerializer,
        responses={200: HolderSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, holder_id: UUID) -> Response:
        holder = holder_to_edit(self.access, holder_id)
        given = checked(ChangeHolderSerializer, request)
        people = possible_holders(self.council) + ([holder.person] if holder.person else [])
        given["person"] = person_among(people, given["person"])
        return Response(holder_data(change_holder(holder=holder, by=self.person, **given)))


class SeatHolderEndAPI(WritingAPIView):
    """End the term of a holder or substitute on a day; all else of it stays."""

    permission = _EDIT

    @extend_schema(
        operation_id="seat_holder_end",
        request=HolderEndSerializer,
        responses={200: HolderSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, holder_id: UUID) -> Response:
        holder = holder_to_edit(self.access, holder_id)
        ended = change_holder(
            holder=holder,
            post=holder.post,
            person=holder.person,
            starts_on=holder.starts_on,
            by=self.person,
            **checked(HolderEndSerializer, request),
        )
        return Response(holder_data(ended))
