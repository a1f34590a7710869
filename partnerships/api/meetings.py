"""Meetings over the API: read them with all that they record, plan them, record attendance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.meetings import (
    board_to_convene,
    board_with_meetings,
    meeting_for,
    meeting_to_edit,
    meetings_seen,
    papers_seen,
)
from partnerships.enums import AttendanceState, PaperAudience
from partnerships.models import Meeting
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.meeting_seats import attendance_of
from partnerships.queries.meetings import actions_of, agenda_of, decisions_of
from partnerships.services.meetings import AttendanceRow, plan_meetings, record_attendance
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    board = serializers.CharField(source="board.name")
    host = serializers.CharField(source="council.slug", help_text="The council that holds the meeting.")

    class Meta:
        model = Meeting
        fields = (
            "id", "board_id", "board", "host", "held_on", "starts_at", "place", "state", "papers_due_on",
            "chaired_by", "quorum", "minutes_state", "version",
        )  # fmt: skip


class PaperSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    audience = serializers.ChoiceField(choices=PaperAudience.choices)


class AgendaItemSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.CharField()
    lead = serializers.CharField()
    carried_over = serializers.BooleanField()
    papers = PaperSerializer(many=True)


class AttendedSerializer(serializers.Serializer[Any]):
    """One agency. An empty state means that nothing is recorded, which is not the same as absent."""

    agency = serializers.CharField(source="agency.key", help_text="organisation:<id> or council:<id>")
    name = serializers.CharField(source="agency.name")
    state = serializers.CharField()
    people = serializers.CharField()


class DecisionSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField()
    text = serializers.CharField()
    document = serializers.CharField(source="document_title")
    sha256 = serializers.CharField(source="document_sha256")


class MeetingActionSerializer(serializers.Serializer[Any]):
    action_id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField(source="owner_name")
    due_on = serializers.DateField()


class MeetingRecordSerializer(MeetingSerializer):
    """A meeting with its agenda, attendance, decisions, actions and minutes."""

    agenda = AgendaItemSerializer(many=True)
    attendance = AttendedSerializer(many=True, source="attended")
    decisions = DecisionSerializer(many=True, source="decided")
    actions = MeetingActionSerializer(many=True, source="arisen")

    class Meta(MeetingSerializer.Meta):
        fields = (*MeetingSerializer.Meta.fields, "agenda", "attendance", "decisions", "actions", "minutes")  # type: ignore[assignment] # more names than the base has


class NewMeetingSerializer(serializers.Serializer[Any]):
    held_on = serializers.DateField()
    starts_at = serializers.TimeField(required=False, allow_null=True, default=None)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default=None)


class AgencyAttendanceSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField(required=False)
    council = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(choices=AttendanceState.choices)
    people = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class NewAttendanceSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the meeting as you read it.")
    chaired_by = serializers.CharField(max_length=120)
    agencies = AgencyAttendanceSerializer(many=True, help_text="Every agency that has a seat.")


class MeetingsAPI(WritingAPIView):
    """Meetings that the council sees, the latest first."""

    permission = _VIEW
    pagination_class = Pagination

    @extend_schema(operation_id="partnership_meetings", responses=MeetingSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        found = meetings_seen(self.access).defer("minutes").order_by("-held_on", "pk")
        page: list[Meeting] = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response(MeetingSerializer(page, many=True).data)


class BoardMeetingsAPI(WritingAPIView):
    """Meetings of one board; a new one is planned here."""

    permission = {"get": _VIEW, "post": _EDIT}
    pagination_class = Pagination

    @extend_schema(operation_id="partnership_board_meetings", responses=MeetingSerializer(many=True))
    def get(self, request: Request, board_id: UUID) -> Response:
        pages = Pagination()
        board = board_with_meetings(self.access, board_id)
        found = meetings_seen(self.access).filter(board=board).defer("minutes").order_by("-held_on", "pk")
        page: list[Meeting] = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response(MeetingSerializer(page, many=True).data)

    @extend_schema(
        operation_id="partnership_meeting_plan",
        request=NewMeetingSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: MeetingSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, board_id: UUID) -> Response:
        board = board_to_convene(self.access, board_id)
        given = checked(NewMeetingSerializer, request)

        def create() -> dict[str, Any]:
            made = plan_meetings(
                board=board,
                by=self.person,
                days=[given["held_on"]],
                place=given["place"],
                starts_at=given["starts_at"],
            )
            return dict(MeetingSerializer(made[0]).data)

        return self.created_once(request, create)


class MeetingAPI(WritingAPIView):
    """One meeting with everything recorded of it, as far as the person reads it."""

    permission = _VIEW

    @extend_schema(operation_id="partnership_meeting", responses=MeetingRecordSerializer)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        meeting: Any = meeting_for(self.access, meeting_id)
        papers = list(papers_seen(self.access).filter(meeting=meeting))
        meeting.agenda = [
            {
                "number": item.position,
                "title": item.title,
                "kind": item.kind,
                "lead": item.lead,
                "carried_over": item.carry_over,
                "papers": [paper for paper in papers if paper.item_id == item.pk],
            }
            for item in agenda_of(meeting)
        ]
        meeting.attended = attendance_of(meeting)
        meeting.decided = decisions_of(meeting)
        meeting.arisen = actions_of(meeting)
        return Response(MeetingRecordSerializer(meeting).data)


class MeetingAttendanceAPI(WritingAPIView):
    """Attendance by agency; recording it makes a planned meeting one that was held."""

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="partnership_attendance", responses=AttendedSerializer(many=True))
    def get(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_for(self.access, meeting_id)
        return Response(AttendedSerializer(attendance_of(meeting), many=True).data)

    @extend_schema(
        operation_id="partnership_attendance_record",
        request=NewAttendanceSerializer,
        responses={200: AttendedSerializer(many=True), **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(NewAttendanceSerializer, request)
        meeting = record_attendance(
            meeting=meeting,
            by=self.person,
            version=given["version"],
            chaired_by=given["chaired_by"],
            rows=[
                AttendanceRow(
                    state=row["state"],
                    people=row["people"],
                    organisation_id=row.get("organisation"),
                    agency_id=row.get("council"),
                )
                for row in given["agencies"]
            ],
        )
        return Response(AttendedSerializer(attendance_of(meeting), many=True).data)
