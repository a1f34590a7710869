"""Boards over the API: what is kept of them, their terms of reference, and who reports to whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.boards import board_for, board_to_edit, terms_to_review
from partnerships.enums import BoardKind, BoardLevel, BoardState, Cadence
from partnerships.models import Board, BoardTerms
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import boards_of, governance_of, lead_officers, parents_of, terms_of
from partnerships.services.boards import (
    BoardDetails,
    add_board,
    change_board,
    close_board,
    record_terms,
    review_terms,
)
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
        choices=BoardState.choices,
        default=BoardState.ACTIVE,
        help_text="Not closed: a board is closed with a day and a reason, at its own address.",
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


class TermsReviewSerializer(serializers.Serializer[Any]):
    reviewed_on = serializers.DateField()
    review_on = serializers.DateField(help_text="When they are to be looked at next.")


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


class BoardTermsReviewAPI(WritingAPIView):
    """Record that the newest terms of reference were looked at and kept as they are."""

    permission = _EDIT

    @extend_schema(
        operation_id="board_terms_review",
        request=TermsReviewSerializer,
        responses={200: TermsSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, terms_id: UUID) -> Response:
        terms = terms_to_review(self.access, terms_id)
        reviewed = review_terms(terms=terms, by=self.person, **checked(TermsReviewSerializer, request))
        return Response(TermsSerializer(reviewed).data)


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
