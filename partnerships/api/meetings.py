"""Meetings over the API: read them with all that they record, plan and change them, record attendance."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.boards import board_for, board_to_edit
from partnerships.access.meetings import (
    decisions_read,
    meeting_for,
    meeting_to_edit,
    meetings_seen,
    papers_seen,
)
from partnerships.enums import AgendaKind, AttendanceState, PaperAudience
from partnerships.models import Meeting, Paper
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.meeting_seats import attendance_of, year_of_attendance
from partnerships.queries.meetings import actions_of, agenda_of, paper_kind
from partnerships.services.meetings import (
    AttendanceRow,
    cancel_meeting,
    change_meeting,
    plan_meetings,
    record_attendance,
)
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from prevent_portal.web.quarters import Quarter

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    board = serializers.CharField(source="board.name")
    host = serializers.CharField(source="council.slug", help_text="The council that holds the meeting.")

    class Meta:
        model = Meeting
        fields = (
            "id", "board_id", "board", "host", "held_on", "starts_at", "place", "state", "papers_due_on",
            "cancelled_because", "chaired_by", "quorum", "minutes_state", "minutes_version", "version",
        )  # fmt: skip


class PaperSerializer(serializers.Serializer[Any]):
    """A paper that the person may read; its files are in the documents of the kind that is named."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    audience = serializers.ChoiceField(choices=PaperAudience.choices)
    owner = serializers.SerializerMethodField(
        help_text="Key of a person; null for another council's board as well."
    )
    document_kind = serializers.SerializerMethodField(help_text="Under which its files are added.")

    def get_owner(self, paper: Paper) -> int | None:
        return paper.owner_id if paper.council_id == self.context["council"].pk else None

    def get_document_kind(self, paper: Paper) -> str:
        return paper_kind(paper)


class AgendaItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(source="position")
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=AgendaKind.choices)
    lead = serializers.CharField()
    carried_over = serializers.BooleanField(source="carry_over", help_text="To the next meeting.")


class AgendaLineSerializer(AgendaItemSerializer):
    """An item with those of its papers that the person may read."""

    papers = PaperSerializer(many=True, source="read_papers")


class AttendedSerializer(serializers.Serializer[Any]):
    """One agency. An empty state means that nothing is recorded, which is not the same as absent."""

    agency = serializers.CharField(source="agency.key", help_text="organisation:<id> or council:<id>")
    name = serializers.CharField(source="agency.name")
    state = serializers.CharField()
    people = serializers.CharField()


class MeetingDecisionSerializer(serializers.Serializer[Any]):
    """A decision; its document is named only to those who may read that document."""

    id = serializers.UUIDField(source="decision.pk")
    reference = serializers.CharField(source="decision.reference")
    item = serializers.UUIDField(source="decision.item_id", allow_null=True)
    text = serializers.CharField(source="decision.text")
    document = serializers.CharField(source="title")
    document_version = serializers.UUIDField(source="document_version.pk", allow_null=True, default=None)
    sha256 = serializers.CharField(source="document_version.sha256", default="")
    version = serializers.IntegerField(source="decision.version")


class MeetingActionSerializer(serializers.Serializer[Any]):
    action_id = serializers.UUIDField()
    item = serializers.UUIDField(source="item_id", allow_null=True)
    reference = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField(source="owner_name")
    due_on = serializers.DateField()


class MeetingRecordSerializer(MeetingSerializer):
    """A meeting with its agenda, attendance, decisions, actions and minutes."""

    agenda = AgendaLineSerializer(many=True)
    attendance = AttendedSerializer(many=True, source="attended")
    decisions = MeetingDecisionSerializer(many=True, source="decided")
    actions = MeetingActionSerializer(many=True, source="arisen")

    class Meta(MeetingSerializer.Meta):
        fields = (*MeetingSerializer.Meta.fields, "agenda", "attendance", "decisions", "actions", "minutes")  # type: ignore[assignment] # more names than the base has


class NewMeetingSerializer(serializers.Serializer[Any]):
    held_on = serializers.DateField()
    starts_at = serializers.TimeField(required=False, allow_null=True, default=None)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default=None)


class ChangedMeetingSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the meeting as you read it.")
    held_on = serializers.DateField()
    starts_at = serializers.TimeField(allow_null=True)
    place = serializers.CharField(max_length=120, allow_blank=True)
    papers_due_on = serializers.DateField(allow_null=True)


class CancelledMeetingSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class YearLineSerializer(serializers.Serializer[Any]):
    """One agency over twelve months, out of the meetings at which anything was recorded of it."""

    agency = serializers.CharField(source="agency.key", help_text="organisation:<id> or council:<id>")
    name = serializers.CharField(source="agency.name")
    meetings = serializers.IntegerField()
    present = serializers.IntegerField()
    substitute = serializers.IntegerField()
    apologies = serializers.IntegerField()
    absent = serializers.IntegerField()


class YearSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=1901, max_value=9998, required=False)


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
        board = board_for(self.access, board_id)
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
        board = board_to_edit(self.access, board_id)
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

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="partnership_meeting", responses=MeetingRecordSerializer)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        meeting: Any = meeting_for(self.access, meeting_id)
        papers = list(papers_seen(self.access).filter(meeting=meeting))
        agenda: list[Any] = agenda_of(meeting)
        for item in agenda:
            item.read_papers = [paper for paper in papers if paper.item_id == item.pk]
        meeting.agenda = agenda
        meeting.attended = attendance_of(meeting)
        meeting.decided = decisions_read(self.access, meeting)
        meeting.arisen = actions_of(meeting)
        return Response(MeetingRecordSerializer(meeting, context={"council": self.council}).data)

    @extend_schema(
        operation_id="partnership_meeting_change",
        request=ChangedMeetingSerializer,
        responses={200: MeetingSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(ChangedMeetingSerializer, request)
        return Response(MeetingSerializer(change_meeting(meeting=meeting, by=self.person, **given)).data)


class MeetingCancelAPI(WritingAPIView):
    """Cancel a planned meeting; it stays listed with the reason."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_meeting_cancel",
        request=CancelledMeetingSerializer,
        responses={200: MeetingSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(CancelledMeetingSerializer, request)
        return Response(MeetingSerializer(cancel_meeting(meeting=meeting, by=self.person, **given)).data)


class BoardAttendanceAPI(WritingAPIView):
    """Attendance by agency over the twelve months from April of a year."""

    permission = _VIEW

    @extend_schema(
        operation_id="partnership_board_attendance",
        parameters=[YearSerializer],
        responses=YearLineSerializer(many=True),
    )
    def get(self, request: Request, board_id: UUID) -> Response:
        board = board_for(self.access, board_id)
        asked = YearSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        year = asked.validated_data.get("year") or Quarter.of(timezone.localdate()).year
        lines = year_of_attendance(board, date(year, 4, 1), date(year + 1, 3, 31))
        return Response(YearLineSerializer(lines, many=True).data)


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
