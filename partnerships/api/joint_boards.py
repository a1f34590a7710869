"""Joint boards over the API: the host invites and ends, the other council answers, places and leaves."""

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
    invitation_to_answer,
    joined_board_to_place,
    participation_to_end,
    participation_to_leave,
)
from partnerships.api.boards import BoardSerializer, board_data
from partnerships.enums import ParticipationState
from partnerships.models import BoardParticipant
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import councils_to_invite, open_invitations, participations_of
from partnerships.services.boards import place_joint_board
from partnerships.services.joint_boards import (
    answer_invitation,
    end_participation,
    invite_council,
    withdraw_invitation,
)
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)

_VIEW = PartnershipsPermission.VIEW_PARTNERSHIP
_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP


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


class PlaceBoardSerializer(serializers.Serializer[Any]):
    reports_to = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=20,
        help_text="Boards in this council's own picture; an empty list takes the board out of every line.",
    )


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


class BoardPlaceAPI(WritingAPIView):
    """Say where another council's joint board stands in this council's own picture; nobody else sees it."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_place",
        request=PlaceBoardSerializer,
        responses={200: BoardSerializer, 400: RefusalSerializer},
    )
    def put(self, request: Request, board_id: UUID) -> Response:
        board = joined_board_to_place(self.access, board_id)
        given = checked(PlaceBoardSerializer, request)
        place_joint_board(board=board, council=self.council, by=self.person, **given)
        return Response(board_data(board_for(self.access, board_id), self.council))


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


class ParticipationEndAPI(WritingAPIView):
    """The host ends another council's part in its board on a day."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_participation_end",
        request=LeaveBoardSerializer,
        responses={200: ParticipationSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, participation_id: UUID) -> Response:
        part = participation_to_end(self.access, participation_id)
        given = checked(LeaveBoardSerializer, request)
        ended = end_participation(participation=part, council=self.council, by=self.person, **given)
        return Response(ParticipationSerializer(ended).data)


class ParticipationWithdrawalAPI(WritingAPIView):
    """The host takes an invitation back before it is answered."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_invitation_withdraw",
        request=None,
        responses={200: ParticipationSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, participation_id: UUID) -> Response:
        part = participation_to_end(self.access, participation_id)
        withdrawn = withdraw_invitation(participation=part, by=self.person)
        return Response(ParticipationSerializer(withdrawn).data)


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
