"""What a meeting records, over the API: agenda, papers, decisions, actions arising and minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.boards import board_for
from partnerships.access.meetings import (
    board_decisions_read,
    decision_to_edit,
    decisions_read,
    item_to_edit,
    meeting_for,
    meeting_to_edit,
    paper_to_edit,
    versions_of_papers,
)
from partnerships.api.meetings import (
    AgendaItemSerializer,
    MeetingActionSerializer,
    MeetingDecisionSerializer,
    MeetingSerializer,
    PaperSerializer,
)
from partnerships.enums import PaperAudience
from partnerships.models import AgendaItem, Decision, Meeting
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.meetings import agenda_of, meetings_after, possible_paper_owners
from partnerships.services.agendas import (
    add_item,
    add_paper,
    carry_over,
    change_item,
    remove_item,
    remove_paper,
)
from partnerships.services.minutes import (
    approve_minutes,
    change_decision,
    raise_arising_action,
    record_decision,
    write_minutes,
)
from prevent_portal.accounts.models import User
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP


class NewItemSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    lead = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class ChangedItemSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    lead = serializers.CharField(max_length=120, allow_blank=True)
    number = serializers.IntegerField(min_value=1, help_text="Its place on the agenda; the others move.")


class CarriedSerializer(serializers.Serializer[Any]):
    carried_over = serializers.BooleanField(help_text="Whether the next meeting takes it up again.")


class NewPaperSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    audience = serializers.ChoiceField(choices=PaperAudience.choices, default=PaperAudience.EVERYONE)
    owner = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Key of the person who is to send it."
    )
    readers = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, max_length=200,
        help_text="Keys of the people who may read a paper for named readers.",
    )  # fmt: skip


class NewDecisionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000)
    item = serializers.UUIDField(required=False, allow_null=True, default=None)
    document_version = serializers.UUIDField(
        required=False, allow_null=True, default=None,
        help_text="The newest version of a document on one of the meeting's papers.",
    )  # fmt: skip


class ChangedDecisionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    text = serializers.CharField(max_length=4000)


class NewMeetingActionSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    owner = serializers.IntegerField(help_text="Key of a person of the council.")
    due_on = serializers.DateField()
    item = serializers.UUIDField(required=False, allow_null=True, default=None)
    token = serializers.UUIDField(help_text="Of your choice: sent twice, the action is made once.")


class MinutesSerializer(serializers.ModelSerializer[Meeting]):
    """The minutes and how they stand; the checksum is of the words that were approved."""

    approved_at = serializers.UUIDField(source="approved_at_id", allow_null=True)

    class Meta:
        model = Meeting
        fields = ("minutes", "minutes_state", "minutes_version", "approved_at", "minutes_sha256")


class WrittenMinutesSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the minutes as you read them.")
    text = serializers.CharField(max_length=60_000, trim_whitespace=False)


class ApprovalSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the minutes that were approved.")
    at = serializers.UUIDField(help_text="A later meeting of the board that was held.")


class AgendaAPI(WritingAPIView):
    """The agenda of a meeting; a new item goes to its end."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="partnership_agenda", responses=AgendaItemSerializer(many=True))
    def get(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_for(self.access, meeting_id)
        return Response(AgendaItemSerializer(agenda_of(meeting), many=True).data)

    @extend_schema(
        operation_id="partnership_agenda_add",
        request=NewItemSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: AgendaItemSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(NewItemSerializer, request)

        def create() -> dict[str, Any]:
            return dict(AgendaItemSerializer(add_item(meeting=meeting, by=self.person, **given)).data)

        return self.created_once(request, create)


class AgendaItemAPI(WritingAPIView):
    """One item of a planned meeting: its words, its place, or off the agenda."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_agenda_change",
        request=ChangedItemSerializer,
        responses={200: AgendaItemSerializer, **WRITE_ANSWERS},
    )
    def put(self, request: Request, item_id: UUID) -> Response:
        item = item_to_edit(self.access, item_id)
        given = checked(ChangedItemSerializer, request)
        position = given.pop("number")
        changed = change_item(item=item, by=self.person, position=position, **given)
        return Response(AgendaItemSerializer(changed).data)

    @extend_schema(operation_id="partnership_agenda_remove", responses={204: None, **WRITE_ANSWERS})
    def delete(self, request: Request, item_id: UUID) -> Response:
        remove_item(item=item_to_edit(self.access, item_id), by=self.person)
        return Response(status=204)


class AgendaCarryAPI(WritingAPIView):
    """Carry an item over to the next meeting, or take that back."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_agenda_carry",
        request=CarriedSerializer,
        responses={200: AgendaItemSerializer, **WRITE_ANSWERS},
    )
    def put(self, request: Request, item_id: UUID) -> Response:
        item = item_to_edit(self.access, item_id)
        given = checked(CarriedSerializer, request)
        carried = carry_over(item=item, by=self.person, carried=given["carried_over"])
        return Response(AgendaItemSerializer(carried).data)


class AgendaPapersAPI(WritingAPIView):
    """Put a paper on an item; its files are added to it as documents."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_paper_add",
        request=NewPaperSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: PaperSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, item_id: UUID) -> Response:
        item = item_to_edit(self.access, item_id)
        given = checked(NewPaperSerializer, request)
        owner = people_of(self, "owner", [given["owner"]])[0] if given["owner"] is not None else None
        readers = people_of(self, "readers", given["readers"])

        def create() -> dict[str, Any]:
            made = add_paper(
                item=item,
                by=self.person,
                title=given["title"],
                audience=given["audience"],
                owner=owner,
                readers=readers,
            )
            return dict(PaperSerializer(made, context={"council": self.council}).data)

        return self.created_once(request, create)


class PaperAPI(WritingAPIView):
    """One paper: off the agenda while no file hangs on it."""

    permission = _EDIT

    @extend_schema(operation_id="partnership_paper_remove", responses={204: None, **WRITE_ANSWERS})
    def delete(self, request: Request, paper_id: UUID) -> Response:
        remove_paper(paper=paper_to_edit(self.access, paper_id), by=self.person)
        return Response(status=204)


class MeetingDecisionsAPI(WritingAPIView):
    """What a meeting decided."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="partnership_decisions", responses=MeetingDecisionSerializer(many=True))
    def get(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_for(self.access, meeting_id)
        return Response(MeetingDecisionSerializer(decisions_read(self.access, meeting), many=True).data)

    @extend_schema(
        operation_id="partnership_decision_record",
        request=NewDecisionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: MeetingDecisionSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(NewDecisionSerializer, request)
        item = item_given(meeting, given["item"])
        versions = {one.pk: one for one in versions_of_papers(self.access, meeting)}
        wanted = given["document_version"]
        if wanted is not None and wanted not in versions:
            raise exceptions.ValidationError({"document_version": ["No paper of this meeting has it."]})

        def create() -> dict[str, Any]:
            made = record_decision(
                meeting=meeting,
                by=self.person,
                text=given["text"],
                item=item,
                document_version=versions.get(wanted),
            )
            return decision_data(self, made)

        return self.created_once(request, create)


class MeetingDecisionAPI(WritingAPIView):
    """One decision: mend its words until the minutes are approved."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_decision_change",
        request=ChangedDecisionSerializer,
        responses={200: MeetingDecisionSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, decision_id: UUID) -> Response:
        decision = decision_to_edit(self.access, decision_id)
        given = checked(ChangedDecisionSerializer, request)
        changed = change_decision(decision=decision, by=self.person, **given)
        return Response(decision_data(self, changed))


class BoardDecisionsAPI(WritingAPIView):
    """Everything that a board decided, by year and number."""

    permission = _VIEW

    @extend_schema(operation_id="partnership_board_decisions", responses=MeetingDecisionSerializer(many=True))
    def get(self, request: Request, board_id: UUID) -> Response:
        board = board_for(self.access, board_id)
        return Response(MeetingDecisionSerializer(board_decisions_read(self.access, board), many=True).data)


class MeetingActionsAPI(WritingAPIView):
    """Let a plan action arise at a meeting."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_action_raise",
        request=NewMeetingActionSerializer,
        responses={201: MeetingActionSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(NewMeetingActionSerializer, request)
        made = raise_arising_action(
            meeting=meeting,
            by=self.person,
            title=given["title"],
            owner=people_of(self, "owner", [given["owner"]])[0],
            due_on=given["due_on"],
            token=given["token"],
            item=item_given(meeting, given["item"]),
        )
        return Response(MeetingActionSerializer(made).data, status=201)


class MinutesAPI(WritingAPIView):
    """The minutes of a meeting: write the draft."""

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="partnership_minutes", responses=MinutesSerializer)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        return Response(MinutesSerializer(meeting_for(self.access, meeting_id)).data)

    @extend_schema(
        operation_id="partnership_minutes_write",
        request=WrittenMinutesSerializer,
        responses={200: MinutesSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(WrittenMinutesSerializer, request)
        return Response(MinutesSerializer(write_minutes(meeting=meeting, by=self.person, **given)).data)


class MinutesApprovalAPI(WritingAPIView):
    """Record that a later meeting approved the minutes; from then on nothing of the meeting changes."""

    permission = _EDIT

    @extend_schema(
        operation_id="partnership_minutes_approve",
        request=ApprovalSerializer,
        responses={200: MeetingSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, meeting_id: UUID) -> Response:
        meeting = meeting_to_edit(self.access, meeting_id)
        given = checked(ApprovalSerializer, request)
        at = meetings_after(meeting).filter(pk=given["at"]).first()
        if at is None:
            raise exceptions.ValidationError({"at": ["It is no later meeting of this board that was held."]})
        approved = approve_minutes(meeting=meeting, by=self.person, version=given["version"], at=at)
        return Response(MeetingSerializer(approved).data)


def decision_data(view: WritingAPIView, made: Decision) -> dict[str, Any]:
    """A decision as its reader gets it."""
    found = next(one for one in decisions_read(view.access, made.meeting) if one.decision.pk == made.pk)
    return dict(MeetingDecisionSerializer(found).data)


def item_given(meeting: Meeting, key: UUID | None) -> AgendaItem | None:
    """The item that a body names, if it is one of the meeting's; a foreign one reads like an unknown one."""
    if key is None:
        return None
    found = next((item for item in agenda_of(meeting) if item.pk == key), None)
    if found is None:
        raise exceptions.ValidationError({"item": ["The agenda has no such item."]})
    return found


def people_of(view: WritingAPIView, field: str, keys: list[int]) -> list[User]:
    """People of the council by key; a foreign key reads like an unknown one."""
    if not keys:
        return []
    found = list(possible_paper_owners(view.council).filter(pk__in=keys))
    if len(found) != len(set(keys)):
        raise exceptions.ValidationError({field: ["No such person has a role in this council."]})
    return found
