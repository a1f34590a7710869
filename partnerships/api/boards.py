"""Boards over the API: terms of reference, seats and holders, joint boards, and who reports to whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.boards import (
    board_for,
    board_to_edit,
    holder_to_edit,
    invitation_to_answer,
    participation_to_leave,
    seat_to_edit,
)
from partnerships.enums import BoardKind, BoardLevel, BoardState, Cadence, ParticipationState, SeatRole
from partnerships.models import Board, BoardParticipant, BoardTerms, Seat, SeatHolder
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import (
    agencies_for,
    agency_name,
    boards_of,
    councils_to_invite,
    governance_of,
    lead_officers,
    open_invitations,
    parents_of,
    participations_of,
    possible_holders,
    seats_of,
    terms_of,
)
from partnerships.services.boards import BoardDetails, add_board, change_board, close_board, record_terms
from partnerships.services.joint_boards import answer_invitation, end_participation, invite_council
from partnerships.services.seats import add_seat, appoint_holder, change_holder, change_seat
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
from prevent_portal.web.pagination import Pagination

_VIEW = PartnershipsPermission.VIEW_PARTNERSHIP
_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP


class BoardLineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=BoardKind.choices)
    level = serializers.ChoiceField(choices=BoardLevel.choices)
    state = serializers.ChoiceField(choices=BoardState.choices)
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    chair_title = serializers.CharField()
    host = serializers.CharField(
        help_text="The other council that hosts a joint board; empty for an own one."
    )
    reports_to = serializers.ListField(child=serializers.CharField(), source="parents")
    seats = serializers.IntegerField()
    vacant = serializers.IntegerField()
    next_meeting = serializers.DateField(allow_null=True)
    terms_review_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)


class NewBoardSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    kind = serializers.ChoiceField(choices=BoardKind.choices, default=BoardKind.OTHER)
    level = serializers.ChoiceField(choices=BoardLevel.choices)
    state = serializers.ChoiceField(
        choices=[(each.value, each.label) for each in BoardState if each != BoardState.CLOSED],
        default=BoardState.ACTIVE,
    )
    purpose = serializers.CharField(max_length=2000, allow_blank=True, default="")
    cadence = serializers.ChoiceField(choices=Cadence.choices, default=Cadence.QUARTERLY)
    chair_title = serializers.CharField(max_length=120, allow_blank=True, default="")
    quorum = serializers.IntegerField(min_value=1, max_value=99, allow_null=True, default=None)
    lead_officer = serializers.IntegerField(allow_null=True, default=None, help_text="Key of a person.")
    starts_on = serializers.DateField(allow_null=True, default=None)
    set_up_by = serializers.DateField(allow_null=True, default=None)
    reports_to = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=20)


class ChangeBoardSerializer(NewBoardSerializer):
    version = serializers.IntegerField(help_text="As you read it.")


class BoardSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=BoardKind.choices)
    level = serializers.ChoiceField(choices=BoardLevel.choices)
    state = serializers.ChoiceField(choices=BoardState.choices)
    purpose = serializers.CharField()
    cadence = serializers.ChoiceField(choices=Cadence.choices)
    chair_title = serializers.CharField()
    quorum = serializers.IntegerField(allow_null=True)
    lead_officer = serializers.IntegerField(
        allow_null=True, source="lead_officer_id", help_text="Null for another council's board."
    )
    starts_on = serializers.DateField(allow_null=True)
    set_up_by = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    close_reason = serializers.CharField()
    version = serializers.IntegerField()
    host = serializers.CharField()
    reports_to = serializers.ListField(child=serializers.UUIDField())


class ClosingSerializer(serializers.Serializer[Any]):
    closed_on = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class TermsSerializer(serializers.ModelSerializer[BoardTerms]):
    class Meta:
        model = BoardTerms
        fields = ("id", "number", "agreed_on", "reviewed_on", "review_on", "summary")


class NewTermsSerializer(serializers.Serializer[Any]):
    agreed_on = serializers.DateField()
    review_on = serializers.DateField()
    summary = serializers.CharField(max_length=2000, allow_blank=True, default="")


class HolderSerializer(serializers.ModelSerializer[SeatHolder]):
    class Meta:
        model = SeatHolder
        fields = ("id", "post", "is_substitute", "starts_on", "ends_on", "version")


class NewHolderSerializer(serializers.Serializer[Any]):
    post = serializers.CharField(max_length=120)
    person = serializers.IntegerField(allow_null=True, default=None, help_text="Key of a person.")
    is_substitute = serializers.BooleanField(default=False)
    replaces = serializers.BooleanField(default=False, help_text="End the present holder's term before.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)


class ChangeHolderSerializer(serializers.Serializer[Any]):
    post = serializers.CharField(max_length=120)
    person = serializers.IntegerField(allow_null=True, default=None)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)
    version = serializers.IntegerField()


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


class ParticipationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    board_id = serializers.UUIDField()
    board = serializers.CharField(source="board.name")
    host = serializers.CharField(source="host.name")
    council = serializers.CharField(source="participant.name")
    state = serializers.ChoiceField(choices=ParticipationState.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class InviteSerializer(serializers.Serializer[Any]):
    council = serializers.SlugField(help_text="Short name in the address of a council on the portal.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)


class InvitationAnswerSerializer(serializers.Serializer[Any]):
    accept = serializers.BooleanField()


class LeaveBoardSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField()


class GovernanceBoardSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="key")
    name = serializers.CharField()
    level = serializers.ChoiceField(choices=BoardLevel.choices)
    is_joint = serializers.BooleanField()


class GovernanceLineSerializer(serializers.Serializer[Any]):
    board = serializers.UUIDField()
    reports_to = serializers.UUIDField()


class GovernanceSerializer(serializers.Serializer[Any]):
    boards = GovernanceBoardSerializer(many=True)
    lines = GovernanceLineSerializer(many=True)


def board_data(board: Board, council: Council) -> dict[str, Any]:
    """A board as the API gives it to a council."""
    names = (
        "id", "name", "kind", "level", "state", "purpose", "cadence", "chair_title", "quorum", "starts_on",
        "set_up_by", "closed_on", "close_reason", "version",
    )  # fmt: skip
    own = board.council_id == council.pk
    return BoardSerializer(
        {
            **{name: getattr(board, name) for name in names},
            "lead_officer_id": board.lead_officer_id if own else None,
            "host": "" if own else board.council.name,
            "reports_to": [key for key, _ in parents_of(council, timezone.localdate()).get(board.pk, [])],
        }
    ).data


def _among(people: list[User], key: int | None, field: str) -> User | None:
    if key is None:
        return None
    for person in people:
        if person.pk == key:
            return person
    raise ValidationError({field: ["Choose a person of this council who may."]})


class _BoardWrites(WritingAPIView):
    abstract = True

    def details(self, given: dict[str, Any], board: Board | None = None) -> BoardDetails:
        """A body as the service takes it; who looks after the board already may stay."""
        values = {name: value for name, value in given.items() if name not in ("reports_to", "version")}
        people = lead_officers(self.council)
        if board is not None and board.lead_officer is not None:
            people.append(board.lead_officer)
        values["lead_officer"] = _among(people, values["lead_officer"], "lead_officer")
        values["kind"] = BoardKind(values["kind"])
        values["level"] = BoardLevel(values["level"])
        values["state"] = BoardState(values["state"])
        values["cadence"] = Cadence(values["cadence"])
        return BoardDetails(**values)


class BoardsAPI(_BoardWrites):
    """The council's boards by name, joint and closed ones included."""

    permission = {"get": _VIEW, "post": _EDIT}
    pagination_class = Pagination

    @extend_schema(operation_id="boards", responses=BoardLineSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        lines = boards_of(self.council, timezone.localdate())
        page: list[Any] = pages.paginate_queryset(lines, request, view=self) or []
        return pages.get_paginated_response(BoardLineSerializer(page, many=True).data)

    @extend_schema(
        operation_id="board_create",
        request=NewBoardSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: BoardSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewBoardSerializer, request)
        details = self.details(given)

        def create() -> dict[str, Any]:
            board = add_board(
                council=self.council, details=details, reports_to=given["reports_to"], by=self.person
            )
            return board_data(board, self.council)

        return self.created_once(request, create)


class BoardAPI(_BoardWrites):
    """One board; a joint one of another council is read only."""

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="board", responses=BoardSerializer)
    def get(self, request: Request, board_id: UUID) -> Response:
        return Response(board_data(board_for(self.access, board_id), self.council))

    @extend_schema(
        operation_id="board_change",
        request=ChangeBoardSerializer,
        responses={200: BoardSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, board_id: UUID) -> Response:
        board = board_to_edit(self.access, board_id)
        given = checked(ChangeBoardSerializer, request)
        changed = change_board(
            board=board,
            details=self.details(given, board),
            reports_to=given["reports_to"],
            version=given["version"],
            by=self.person,
        )
        return Response(board_data(changed, self.council))


class BoardClosingAPI(WritingAPIView):
    """Close a board."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_close",
        request=ClosingSerializer,
        responses={200: BoardSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, board_id: UUID) -> Response:
        board = board_to_edit(self.access, board_id)
        closed = close_board(board=board, by=self.person, **checked(ClosingSerializer, request))
        return Response(board_data(closed, self.council))


class BoardTermsAPI(WritingAPIView):
    """The versions of a board's terms of reference, newest first. Files are added on the page."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="board_terms", responses=TermsSerializer(many=True))
    def get(self, request: Request, board_id: UUID) -> Response:
        return Response(TermsSerializer(terms_of(board_for(self.access, board_id)), many=True).data)

    @extend_schema(
        operation_id="board_terms_create",
        request=NewTermsSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TermsSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, board_id: UUID) -> Response:
        board = board_to_edit(self.access, board_id)
        given = checked(NewTermsSerializer, request)

        def create() -> dict[str, Any]:
            return dict(TermsSerializer(record_terms(board=board, by=self.person, **given)).data)

        return self.created_once(request, create)


class BoardSeatsAPI(WritingAPIView):
    """The seats of a board with their holders, by post."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="board_seats", responses=SeatSerializer(many=True))
    def get(self, request: Request, board_id: UUID) -> Response:
        board = board_for(self.access, board_id)
        return Response(SeatSerializer(seats_of(board, timezone.localdate(), ended=True), many=True).data)

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


def seat_data(seat: Seat) -> dict[str, Any]:
    """A seat as the API gives it."""
    found = next(
        each for each in seats_of(seat.board, timezone.localdate(), ended=True) if each.pk == seat.pk
    )
    return dict(SeatSerializer(found).data)


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
        given["person"] = _among(possible_holders(self.council), given["person"], "person")

        def create() -> dict[str, Any]:
            return dict(HolderSerializer(appoint_holder(seat=seat, by=self.person, **given)).data)

        return self.created_once(request, create)


class SeatHolderAPI(WritingAPIView):
    """Change a holder or substitute; a last day ends the term."""

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
        given["person"] = _among(people, given["person"], "person")
        return Response(HolderSerializer(change_holder(holder=holder, by=self.person, **given)).data)


class BoardCouncilsAPI(WritingAPIView):
    """Councils that are or were invited to a board. A participant reads its own line alone."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="board_councils", responses=ParticipationSerializer(many=True))
    def get(self, request: Request, board_id: UUID) -> Response:
        found: list[BoardParticipant] = participations_of(board_for(self.access, board_id))
        return Response(ParticipationSerializer(found, many=True).data)

    @extend_schema(
        operation_id="board_council_invite",
        request=InviteSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ParticipationSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, board_id: UUID) -> Response:
        board = board_to_edit(self.access, board_id)
        given = checked(InviteSerializer, request)
        known = {one.slug: one for one in councils_to_invite(self.council, timezone.localdate())}
        council = known.get(given.pop("council"))
        if council is None:
            raise ValidationError({"council": ["Choose another council that uses the portal."]})

        def create() -> dict[str, Any]:
            found = invite_council(board=board, council=council, by=self.person, **given)
            return dict(ParticipationSerializer(found).data)

        return self.created_once(request, create)


class BoardLeaveAPI(WritingAPIView):
    """Leave another council's joint board on a day."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_leave",
        request=LeaveBoardSerializer,
        responses={200: ParticipationSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, board_id: UUID) -> Response:
        part = participation_to_leave(self.access, board_id)
        given = checked(LeaveBoardSerializer, request)
        ended = end_participation(participation=part, council=self.council, by=self.person, **given)
        return Response(ParticipationSerializer(ended).data)


class InvitationsAPI(WritingAPIView):
    """Invitations to joint boards that wait for this council's answer."""

    permission = _EDIT

    @extend_schema(operation_id="board_invitations", responses=ParticipationSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(ParticipationSerializer(open_invitations(self.council), many=True).data)


class InvitationAPI(WritingAPIView):
    """Answer an invitation."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_invitation_answer",
        request=InvitationAnswerSerializer,
        responses={200: ParticipationSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, participation_id: UUID) -> Response:
        found = invitation_to_answer(self.access, participation_id)
        given = checked(InvitationAnswerSerializer, request)
        answered = answer_invitation(participation=found, by=self.person, **given)
        answered.board = found.board  # who declined sees it no more, and is told what was declined
        return Response(ParticipationSerializer(answered).data)


class GovernanceAPI(WritingAPIView):
    """Which board reports to which in the council's own picture."""

    permission = _VIEW

    @extend_schema(operation_id="governance", responses=GovernanceSerializer)
    def get(self, request: Request) -> Response:
        boards, lines = governance_of(self.council, timezone.localdate())
        return Response(
            GovernanceSerializer(
                {
                    "boards": boards,
                    "lines": [{"board": lower, "reports_to": upper} for lower, upper in lines],
                }
            ).data
        )
