"""Recommendations over the API: words, response, log, completion, and the import of a table."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import (
    import_for,
    recommendation_for,
    recommendation_to_report,
    review_for,
    visible_recommendations,
)
from compliance.api.scrutiny import RecommendationSerializer, recommendation_data
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    checked,
    chosen,
)
from compliance.enums import ExecutiveResponse, RecommendationEntry
from compliance.forms.scrutiny import RecommendationFilter
from compliance.models import Action, Recommendation, RecommendationImport, RecommendationProgress
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.recommendations import actions_by_number, recommendation_progress
from compliance.queries.scrutiny import possible_reporters, recommendation_choices, with_leads
from compliance.services.completion import decide_completion, propose_completion, reopen_recommendation
from compliance.services.recommendation_import import check_import, confirm_import
from compliance.services.recommendations import (
    add_recommendation,
    change_recommendation,
    link_actions,
    log_recommendation_progress,
    record_response,
)
from compliance.texts.recommendation_table import MOST_BYTES, RecommendationRow
from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.web.pagination import Pagination

MOST_LEADS = 50
"""Leads that one recommendation may name; each is a row."""


class NewRecommendationSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1, max_value=999)
    theme = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    wording = serializers.CharField(max_length=4000)
    leads = serializers.ListField(
        child=serializers.CharField(max_length=160), required=False, default=list, max_length=MOST_LEADS
    )
    owner_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    milestone_on = serializers.DateField(required=False, allow_null=True, default=None)


class RecommendationChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    theme = serializers.CharField(max_length=200, required=False, allow_blank=True)
    wording = serializers.CharField(
        max_length=4000, required=False, help_text="Refused once the wording is frozen."
    )
    leads = serializers.ListField(
        child=serializers.CharField(max_length=160), required=False, max_length=MOST_LEADS
    )
    owner_id = serializers.IntegerField(required=False, allow_null=True)
    milestone_on = serializers.DateField(required=False, allow_null=True)


class ResponseSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    response = serializers.ChoiceField(choices=ExecutiveResponse.choices[1:])
    reason = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed unless it was accepted.",
    )
    responded_by = serializers.CharField(max_length=160)
    responded_on = serializers.DateField()


class ActionsSerializer(serializers.Serializer[Any]):
    references = serializers.ListField(
        child=serializers.RegexField(r"^A?\d{1,8}$"),
        max_length=500,
        help_text="Such as A4. The others are unlinked.",
    )


class EvidenceFileSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    href = serializers.CharField()
    size = serializers.IntegerField()


class RecommendationNoteSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RecommendationEntry.choices)
    at = serializers.DateTimeField()
    as_at = serializers.DateField(help_text="The day that it describes, or that the committee decided.")
    by = serializers.CharField()
    body = serializers.CharField(help_text="The committee, if it spoke.")
    note = serializers.CharField()
    link = serializers.CharField()
    why_no_evidence = serializers.CharField()
    files = EvidenceFileSerializer(many=True)
    dates_after = serializers.ListField(
        child=serializers.CharField(),
        help_text="Dates that the note speaks of as past and that lie after the day it describes.",
    )


class NewRecommendationNoteSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    note = serializers.CharField(max_length=2000)
    as_at = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Today if left out."
    )
    link = serializers.URLField(required=False, allow_blank=True, default="", max_length=500)


class ProposalSerializer(NewRecommendationNoteSerializer):
    why_no_evidence = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed without a link. Files are attached on the page.",
    )


class CommitteeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    body = serializers.CharField(max_length=160)
    decided_on = serializers.DateField()
    words = serializers.CharField(max_length=2000)


class CompletionDecisionSerializer(CommitteeSerializer):
    confirms = serializers.BooleanField()


class RowProblemSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.CharField()


class UnderstoodRowSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    theme = serializers.CharField()
    wording = serializers.CharField()
    decision = serializers.CharField()
    lead = serializers.CharField()
    reason = serializers.CharField()
    progress = serializers.CharField()
    completed = serializers.BooleanField()
    milestone_on = serializers.DateField(allow_null=True)


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    file_name = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    notices = serializers.ListField(child=serializers.CharField())
    rows = UnderstoodRowSerializer(many=True)


class ImportProblemsSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()
    problems = RowProblemSerializer(many=True)


class ImportFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()


def named_reporter(council: Council, owner_id: int | None, present: User | None = None) -> User | None:
    """The officer of this id, if they may report on recommendations. One answer for all others (TI-7)."""
    if owner_id is None:
        return None
    offered = (*possible_reporters(council), *([present] if present else []))
    return chosen("owner_id", owner_id, offered, refusal="This person reports on nothing in the council.")


def named_actions(council: Council, references: list[str]) -> list[Action]:
    """The actions of these references. One answer for all others (TI-7)."""
    numbers = list(dict.fromkeys(int(reference.removeprefix("A")) for reference in references))
    found = actions_by_number(council, set(numbers))
    refusal = "One of these is no reference of an action."
    return [chosen("references", number, found.values(), by="number", refusal=refusal) for number in numbers]


class RecommendationViews(ComplianceAPIView):
    """What the views of a recommendation share: its answer, read anew."""

    abstract = True

    def _now(self, recommendation_id: UUID) -> Response:
        rows = with_leads(visible_recommendations(self.access).filter(pk=recommendation_id))
        return Response(recommendation_data(rows.get()))

    def _entry(self, entry: RecommendationProgress) -> dict[str, Any]:
        return note_data(entry, display_name(self.person))


def note_data(
    entry: RecommendationProgress,
    by: str,
    files: list[dict[str, Any]] | None = None,
    dates_after: list[str] | None = None,
) -> dict[str, Any]:
    """A line of a log as the API gives it."""
    names = ("id", "kind", "at", "as_at", "body", "note", "link", "why_no_evidence")
    return RecommendationNoteSerializer(
        {
            **{name: getattr(entry, name) for name in names},
            "by": by,
            "files": files or [],
            "dates_after": dates_after or [],
        }
    ).data


class ReviewRecommendationsAPI(RecommendationViews):
    """Recommendations of a review, with the filters of its page."""

    permission = {"get": CompliancePermission.VIEW_SCRUTINY, "post": CompliancePermission.EDIT_SCRUTINY}
    pagination_class = Pagination

    @extend_schema(
        operation_id="review_recommendations",
        parameters=[
            OpenApiParameter(name, str, description=words)
            for name, words in (
                ("theme", "A theme of the review, in its words."),
                ("response", "accept, accept_in_part, reject or none."),
                ("state", "A state."),
                ("lead", "A lead in the words of the page, or “nobody”."),
            )
        ],
        responses=RecommendationSerializer(many=True),
    )
    def get(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id)
        filters = RecommendationFilter(
            request.query_params,
            visible_recommendations(self.access).filter(review=review),
            choices=recommendation_choices(review),
        )
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        pages = Pagination()
        page: list[Recommendation] = (
            pages.paginate_queryset(with_leads(filters.qs).order_by("number"), request, view=self) or []
        )
        return pages.get_paginated_response([recommendation_data(row) for row in page])

    @extend_schema(
        operation_id="recommendation_create",
        request=NewRecommendationSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RecommendationSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id, CompliancePermission.EDIT_SCRUTINY)
        given = checked(NewRecommendationSerializer, request)
        owner = named_reporter(self.council, given.pop("owner_id"))

        def create() -> dict[str, Any]:
            added = add_recommendation(review=review, by=self.person, owner=owner, **given)
            return dict(self._now(added.pk).data)

        return self.created_once(request, create)


class RecommendationAPI(RecommendationViews):
    """One recommendation."""

    permission = {"get": CompliancePermission.VIEW_SCRUTINY, "patch": CompliancePermission.EDIT_SCRUTINY}

    @extend_schema(operation_id="recommendation", responses=RecommendationSerializer)
    def get(self, request: Request, recommendation_id: UUID) -> Response:
        return self._now(recommendation_for(self.access, recommendation_id).pk)

    @extend_schema(
        operation_id="recommendation_change",
        request=RecommendationChangeSerializer,
        responses={200: RecommendationSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, recommendation_id: UUID) -> Response:
        row = recommendation_for(self.access, recommendation_id, CompliancePermission.EDIT_SCRUTINY)
        given = checked(RecommendationChangeSerializer, request)
        owner = row.owner
        if "owner_id" in given:
            owner = named_reporter(self.council, given["owner_id"], row.owner)
        change_recommendation(
            recommendation=row,
            by=self.person,
            version=given["version"],
            theme=given.get("theme", row.theme),
            wording=given.get("wording", row.wording),
            leads=given.get("leads"),
            owner=owner,
            milestone_on=given.get("milestone_on", row.milestone_on),
        )
        return self._now(row.pk)


class RecommendationResponseAPI(RecommendationViews):
    """Record what the executive said to a recommendation."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="recommendation_respond",
        request=ResponseSerializer,
        responses={200: RecommendationSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        row = recommendation_for(self.access, recommendation_id, CompliancePermission.EDIT_SCRUTINY)
        record_response(recommendation=row, by=self.person, **checked(ResponseSerializer, request))
        return self._now(row.pk)


class RecommendationActionsAPI(RecommendationViews):
    """Say which actions of the council's plans carry a recommendation out."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="recommendation_link_actions",
        request=ActionsSerializer,
        responses={200: ActionsSerializer, **WRITE_ANSWERS},
    )
    def put(self, request: Request, recommendation_id: UUID) -> Response:
        row = recommendation_for(self.access, recommendation_id, CompliancePermission.EDIT_SCRUTINY)
        self.access.require(CompliancePermission.VIEW_PLANS)
        actions = named_actions(self.council, checked(ActionsSerializer, request)["references"])
        link_actions(recommendation=row, by=self.person, actions=actions)
        return Response({"references": [action.reference for action in actions]})


class RecommendationProgressAPI(RecommendationViews):
    """The log of a recommendation."""

    permission = {
        "get": CompliancePermission.VIEW_SCRUTINY,
        "post": CompliancePermission.REPORT_ON_RECOMMENDATIONS,
    }

    @extend_schema(operation_id="recommendation_progress", responses=RecommendationNoteSerializer(many=True))
    def get(self, request: Request, recommendation_id: UUID) -> Response:
        recommendation = recommendation_for(self.access, recommendation_id)
        return Response(
            [
                note_data(
                    note.entry,
                    note.by,
                    [{"title": file.title, "href": file.href, "size": file.size} for file in note.files],
                    note.dates_after,
                )
                for note in recommendation_progress(recommendation)
            ]
        )

    @extend_schema(
        operation_id="recommendation_progress_create",
        request=NewRecommendationNoteSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RecommendationNoteSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        row = recommendation_to_report(self.access, recommendation_id)
        given = checked(NewRecommendationNoteSerializer, request)
        return self.created_once(
            request,
            lambda: self._entry(
                log_recommendation_progress(recommendation=row, by=self.person, token=uuid4(), **given)
            ),
        )


class ProposalAPI(RecommendationViews):
    """Propose that a recommendation is complete."""

    permission = CompliancePermission.REPORT_ON_RECOMMENDATIONS

    @extend_schema(
        operation_id="recommendation_propose",
        request=ProposalSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RecommendationNoteSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        row = recommendation_to_report(self.access, recommendation_id)
        given = checked(ProposalSerializer, request)
        return self.created_once(
            request,
            lambda: self._entry(
                propose_completion(recommendation=row, by=self.person, token=uuid4(), **given)
            ),
        )


class CompletionDecisionAPI(RecommendationViews):
    """Record what the committee said to a proposal. The proposer cannot (OP-6)."""

    permission = CompliancePermission.CONFIRM_RECOMMENDATIONS

    @extend_schema(
        operation_id="recommendation_decide",
        request=CompletionDecisionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RecommendationNoteSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        row = self._row(recommendation_id)
        given = checked(CompletionDecisionSerializer, request)
        return self.created_once(
            request,
            lambda: self._entry(
                decide_completion(recommendation=row, by=self.person, token=uuid4(), **given)
            ),
        )

    def _row(self, recommendation_id: UUID) -> Recommendation:
        return recommendation_for(
            self.access, recommendation_id, CompliancePermission.CONFIRM_RECOMMENDATIONS
        )


class ReopenAPI(CompletionDecisionAPI):
    """Record that the committee found a confirmed recommendation not complete after all."""

    permission = CompliancePermission.CONFIRM_RECOMMENDATIONS

    @extend_schema(
        operation_id="recommendation_reopen",
        request=CommitteeSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RecommendationNoteSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        row = self._row(recommendation_id)
        given = checked(CommitteeSerializer, request)
        return self.created_once(
            request,
            lambda: self._entry(
                reopen_recommendation(recommendation=row, by=self.person, token=uuid4(), **given)
            ),
        )


class ImportAPI(ComplianceAPIView):
    """Send a CSV file of recommendations; a problem is named by row, column, value and reason."""

    parser_classes = [MultiPartParser]
    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(
        operation_id="recommendation_import",
        request={"multipart/form-data": ImportFileSerializer},
        responses={200: ImportSerializer, 201: ImportSerializer, 400: ImportProblemsSerializer},
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        review = review_for(self.access, review_id, CompliancePermission.EDIT_SCRUTINY)
        upload = checked(ImportFileSerializer, request)["file"]
        if upload.size > MOST_BYTES:
            raise PolicyError("The file is larger than 1 MB. A table of recommendations is not that long.")
        table, kept = check_import(
            review=review, by=self.person, file_name=upload.name, content=upload.read()
        )
        if kept is None:
            body = {"detail": "Nothing was taken in.", "problems": table.problems}
            refused = Response(ImportProblemsSerializer(body).data, status=400)
            refused.exception = True
            return refused
        return Response(import_data(kept), status=200 if kept.confirmed_at else 201)


class ImportConfirmAPI(ComplianceAPIView):
    """Look at a file that waits, and take it in: all of it or nothing. Twice, it happens once."""

    permission = CompliancePermission.EDIT_SCRUTINY

    @extend_schema(operation_id="recommendation_import_waiting", responses=ImportSerializer)
    def get(self, request: Request, review_id: UUID, import_id: UUID) -> Response:
        return Response(import_data(import_for(self.access, review_id, import_id)))

    @extend_schema(
        operation_id="recommendation_import_confirm",
        request=None,
        responses={200: ImportSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, review_id: UUID, import_id: UUID) -> Response:
        waiting = import_for(self.access, review_id, import_id)
        return Response(import_data(confirm_import(waiting=waiting, by=self.person)))


def import_data(kept: RecommendationImport) -> dict[str, Any]:
    """A file that was read, as the API gives it."""
    return ImportSerializer(
        {
            "id": kept.pk,
            "file_name": kept.file_name,
            "confirmed_at": kept.confirmed_at,
            "notices": kept.notices,
            "rows": [RecommendationRow.from_json(row) for row in kept.rows],
        }
    ).data
