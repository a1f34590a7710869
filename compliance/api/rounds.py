"""Rounds, editions, local items and comparisons of the duty checklist over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import (
    answer_to_change,
    assessment_for,
    assessments_of,
    editions_of,
    local_item_for,
    local_items_of,
    round_to_run,
)
from compliance.api.checklist import AnswerSerializer, answer_data
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
    chosen,
)
from compliance.enums import ItemKind
from compliance.models import Assessment, Edition, LocalItem
from compliance.permissions import CompliancePermission
from compliance.queries.checklist import item_lines, reassessed_words
from compliance.queries.comparison import compare
from compliance.services.local_items import add_local_item, change_local_item, retire_local_item
from compliance.services.rounds import bring_forward, close_assessment, confirm_answer, open_assessment
from prevent_portal.web.pagination import Pagination


class AssessmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    edition = serializers.CharField(source="edition.code")
    period = serializers.CharField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    state = serializers.CharField()
    parts = serializers.ListField(
        child=serializers.CharField(), help_text="Parts of the edition that it covers; none: all."
    )
    brought_from = serializers.UUIDField(
        source="brought_from_id", allow_null=True, help_text="The round whose answers were brought forward."
    )
    closed_at = serializers.DateTimeField(allow_null=True)


class ItemSerializer(serializers.Serializer[Any]):
    """An item with its answer, in words."""

    id = serializers.UUIDField()
    ref = serializers.CharField()
    workstream = serializers.CharField()
    prompt = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField(help_text="Label on the edition's own scale.")
    counts_as = serializers.CharField()
    response = serializers.CharField()
    timescale = serializers.CharField()
    owner = serializers.CharField()
    to_confirm = serializers.BooleanField(help_text="Brought forward, and nobody has confirmed it yet.")
    local = serializers.BooleanField(help_text="An item of the council's own.")
    note = serializers.CharField(help_text="Whose words the prompt is, where nobody has verified it.")
    version = serializers.IntegerField(help_text="Send it when you confirm or answer the item.")


class AssessmentDetailSerializer(AssessmentSerializer):
    scale = serializers.JSONField(help_text="The edition's own scale: value, label, counts_as.")
    items = ItemSerializer(many=True)
    reassessed = serializers.CharField(
        help_text="What a round that followed another really looked at, in words; else empty."
    )


class NewAssessmentSerializer(serializers.Serializer[Any]):
    edition = serializers.SlugField(help_text="The edition's code.")
    period = serializers.CharField(max_length=40)
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    parts = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, default=list, max_length=20
    )
    earlier_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The round to bring answers forward from."
    )


class BringForwardSerializer(serializers.Serializer[Any]):
    earlier_id = serializers.UUIDField()


class PartSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field named like the base's attribute


class EditionSerializer(serializers.Serializer[Any]):
    code = serializers.SlugField()
    name = serializers.CharField()
    nations = serializers.ListField(child=serializers.CharField())
    in_force_from = serializers.DateField()
    in_force_to = serializers.DateField(allow_null=True)
    source = serializers.URLField()  # type: ignore[assignment] # a field named like the base's attribute
    last_checked_on = serializers.DateField()
    scale = serializers.JSONField(help_text="The edition's own scale: value, label, counts_as.")
    parts = PartSerializer(many=True)


class LocalItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    ref = serializers.CharField(read_only=True)
    prompt = serializers.CharField(max_length=500)
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    workstream = serializers.CharField(max_length=120)
    expected_evidence = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    retired_at = serializers.DateTimeField(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True, help_text="Send it with your next change.")


class LocalItemChangeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    prompt = serializers.CharField(max_length=500)
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    workstream = serializers.CharField(max_length=120)
    expected_evidence = serializers.CharField(allow_blank=True, max_length=500)


class ConfirmationSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the answer, as you read it.")


class SideSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    prompt = serializers.CharField()
    status = serializers.CharField()
    response = serializers.CharField()


class CompareLineSerializer(serializers.Serializer[Any]):
    then = SideSerializer(many=True)
    now = SideSerializer(allow_null=True)
    continues = serializers.CharField(help_text="Same item, Continues, Merged, Split, New or Gone.")
    change = serializers.CharField(help_text="In words.")


class ComparisonSerializer(serializers.Serializer[Any]):
    then = AssessmentSerializer()
    now = AssessmentSerializer()
    lines = CompareLineSerializer(many=True)


def round_data(assessment: Assessment) -> dict[str, Any]:
    """A round with every item, as the API gives it."""
    items = item_lines(assessment)
    return {
        **AssessmentSerializer(assessment).data,
        "scale": assessment.edition.scale,
        "items": ItemSerializer(items, many=True).data,
        "reassessed": reassessed_words(items) if assessment.brought_from_id else "",
    }


def named_round(view: ComplianceAPIView, assessment_id: UUID) -> Assessment:
    """The round of this id, if it is the council's. One answer for all others (TI-7)."""
    rounds = assessments_of(view.access).filter(pk=assessment_id)
    return chosen("earlier_id", assessment_id, rounds, refusal="There is no such round in this council.")


class AssessmentsAPI(ComplianceAPIView):
    """Rounds of the council, newest first; coordinators open one."""

    permission = {"get": CompliancePermission.VIEW_CHECKLIST, "post": CompliancePermission.RUN_ROUNDS}
    pagination_class = Pagination

    @extend_schema(operation_id="checklist_rounds", responses=AssessmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        rows = assessments_of(self.access).order_by("-period_start", "-opened_at")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(AssessmentSerializer(page, many=True).data)

    @extend_schema(
        operation_id="checklist_round_open",
        request=NewAssessmentSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: AssessmentDetailSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewAssessmentSerializer, request)

        def create() -> dict[str, Any]:
            edition = editions_of(self.access).filter(code=given["edition"]).first()
            if edition is None:
                raise ValidationError({"edition": ["There is no edition of this code."]})
            return round_data(
                open_assessment(
                    council=self.council,
                    by=self.person,
                    edition=edition,
                    period=given["period"],
                    period_start=given["period_start"],
                    period_end=given["period_end"],
                    parts=given["parts"],
                    earlier=named_round(self, given["earlier_id"]) if given["earlier_id"] else None,
                )
            )

        return self.created_once(request, create)


class AssessmentAPI(ComplianceAPIView):
    """One round with every item."""

    permission = CompliancePermission.VIEW_CHECKLIST

    @extend_schema(operation_id="checklist_round", responses=AssessmentDetailSerializer)
    def get(self, request: Request, assessment_id: UUID) -> Response:
        return Response(round_data(assessment_for(self.access, assessment_id)))


class BringForwardAPI(ComplianceAPIView):
    """Bring the answers of an earlier round into an open one, each to be confirmed."""

    permission = CompliancePermission.RUN_ROUNDS

    @extend_schema(
        operation_id="checklist_bring_forward",
        request=BringForwardSerializer,
        responses={200: AssessmentDetailSerializer, 400: WRITE_ANSWERS[400]},
    )
    def post(self, request: Request, assessment_id: UUID) -> Response:
        assessment = round_to_run(self.access, assessment_id)
        earlier = named_round(self, checked(BringForwardSerializer, request)["earlier_id"])
        return Response(round_data(bring_forward(assessment=assessment, earlier=earlier, by=self.person)))


class CloseAPI(ComplianceAPIView):
    """Close a round for good."""

    permission = CompliancePermission.RUN_ROUNDS

    @extend_schema(
        operation_id="checklist_round_close",
        request=None,
        responses={200: AssessmentSerializer, 400: WRITE_ANSWERS[400]},
    )
    def post(self, request: Request, assessment_id: UUID) -> Response:
        closed = close_assessment(assessment=round_to_run(self.access, assessment_id), by=self.person)
        return Response(AssessmentSerializer(closed).data)


class CompareAPI(ComplianceAPIView):
    """Two rounds side by side, the earlier one as "then"."""

    permission = CompliancePermission.VIEW_CHECKLIST

    @extend_schema(operation_id="checklist_compare", responses=ComparisonSerializer)
    def get(self, request: Request, assessment_id: UUID, other_id: UUID) -> Response:
        found = compare(assessment_for(self.access, assessment_id), assessment_for(self.access, other_id))
        return Response(ComparisonSerializer(found).data)


class ConfirmAPI(ComplianceAPIView):
    """Confirm that an answer which was brought forward still holds."""

    permission = CompliancePermission.ANSWER_OWN_ITEMS

    @extend_schema(
        operation_id="checklist_answer_confirm",
        request=ConfirmationSerializer,
        responses={200: AnswerSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:
        answer = answer_to_change(self.access, answer_id)
        given = checked(ConfirmationSerializer, request)
        confirm_answer(answer=answer, by=self.person, version=given["version"])
        return Response(answer_data(answer_to_change(self.access, answer_id)))


class EditionsAPI(ComplianceAPIView):
    """The editions on which a round can be opened, newest first."""

    permission = CompliancePermission.VIEW_CHECKLIST
    pagination_class = Pagination

    @extend_schema(operation_id="checklist_editions", responses=EditionSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[Edition] | None = pages.paginate_queryset(editions_of(self.access), request, view=self)
        return pages.get_paginated_response(EditionSerializer(page, many=True).data)


class LocalItemsAPI(ComplianceAPIView):
    """Items of the council's own, retired ones included."""

    permission = {"get": CompliancePermission.VIEW_CHECKLIST, "post": CompliancePermission.RUN_ROUNDS}
    pagination_class = Pagination

    @extend_schema(operation_id="checklist_local_items", responses=LocalItemSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[LocalItem] | None = pages.paginate_queryset(
            local_items_of(self.access).order_by("number"), request, view=self
        )
        return pages.get_paginated_response(LocalItemSerializer(page, many=True).data)

    @extend_schema(
        operation_id="checklist_local_item_add",
        request=LocalItemSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: LocalItemSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(LocalItemSerializer, request)
        return self.created_once(
            request,
            lambda: dict(
                LocalItemSerializer(add_local_item(council=self.council, by=self.person, **given)).data
            ),
        )


class LocalItemAPI(ComplianceAPIView):
    """One item of the council's own."""

    permission = {"get": CompliancePermission.VIEW_CHECKLIST, "put": CompliancePermission.RUN_ROUNDS}

    @extend_schema(operation_id="checklist_local_item", responses=LocalItemSerializer)
    def get(self, request: Request, item_id: UUID) -> Response:
        return Response(LocalItemSerializer(local_item_for(self.access, item_id)).data)

    @extend_schema(
        operation_id="checklist_local_item_change",
        request=LocalItemChangeSerializer,
        responses={200: LocalItemSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, item_id: UUID) -> Response:
        item = local_item_for(self.access, item_id, CompliancePermission.RUN_ROUNDS)
        given = checked(LocalItemChangeSerializer, request)
        return Response(LocalItemSerializer(change_local_item(item=item, by=self.person, **given)).data)


class LocalItemRetireAPI(ComplianceAPIView):
    """Ask an item no more in rounds opened from now on."""

    permission = CompliancePermission.RUN_ROUNDS

    @extend_schema(
        operation_id="checklist_local_item_retire",
        request=None,
        responses={200: LocalItemSerializer, 400: WRITE_ANSWERS[400]},
    )
    def post(self, request: Request, item_id: UUID) -> Response:
        item = local_item_for(self.access, item_id, CompliancePermission.RUN_ROUNDS)
        return Response(LocalItemSerializer(retire_local_item(item=item, by=self.person)).data)
