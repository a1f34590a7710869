"""The risk register over the API: the pages' access functions and services, and every read recorded alike.

A session comes with its second factor proved. A token is let in if its holder has an authenticator app: the
token was then made after a code of it, and every change of factors ends it (AU-1, AU-4). Who is on an
audience and what is approved for publication is decided on the pages only, with a fresh proof (AU-2).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import register_of, risk_action_for, risk_for, risk_to_review
from compliance.api.writes import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    ComplianceAPIView,
    RefusalSerializer,
    checked,
    chosen,
)
from compliance.enums import Impact, Likelihood, RiskDirection, RiskStatus
from compliance.forms.risks import REASON_LIMIT, RiskFilter
from compliance.models import Risk
from compliance.models.risks import DESCRIPTION_LIMIT, NOTE_LIMIT, SUMMARY_LIMIT, THEME_LIMIT
from compliance.permissions import CompliancePermission
from compliance.policies import StaleVersion
from compliance.policies.risks import Declaration
from compliance.queries.risks import (
    actions_of,
    assessments_of,
    linkable_actions,
    possible_owners,
    publishable_of,
    sources_of,
)
from compliance.services.risk_summaries import propose_summary
from compliance.services.risks import (
    change_risk,
    close_risk,
    create_risk,
    link_action,
    read_register,
    read_risk,
    record_refused_risk,
    reopen_risk,
    review_risk,
    unlink_action,
)
from prevent_portal.accounts import second_factor
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.services.second_factors import has_totp
from prevent_portal.accounts.views.restricted import kept_nowhere
from prevent_portal.tenancy.models import new_id
from prevent_portal.web.pagination import Pagination


class RiskDeclarationSerializer(serializers.Serializer[Any]):
    """What whoever saves declares (rule 7 of the product)."""

    no_intelligence = serializers.BooleanField(
        help_text="That what you save holds no intelligence and nothing that identifies a person."
    )
    words_checked = serializers.BooleanField(
        required=False,
        default=False,
        help_text="That doubtful words, which were refused, were looked at again.",
    )


class RiskSourcesSerializer(serializers.Serializer[Any]):
    """What informs a risk: a date for each kind, never the content."""

    ctlp = serializers.DateField(required=False, help_text="Day the local profile was received.")
    referrals = serializers.DateField(required=False)
    partners = serializers.DateField(required=False)
    open_sources = serializers.DateField(required=False)


class RiskLevelsSerializer(serializers.Serializer[Any]):
    likelihood = serializers.ChoiceField(choices=Likelihood.choices)
    impact = serializers.ChoiceField(choices=Impact.choices)
    direction = serializers.ChoiceField(choices=RiskDirection.choices)


class RiskListSerializer(RiskLevelsSerializer):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    theme = serializers.CharField()
    score = serializers.IntegerField(help_text="Likelihood times impact.")
    owner_id = serializers.IntegerField()
    owner = serializers.CharField()
    review_on = serializers.DateField()
    status = serializers.ChoiceField(choices=RiskStatus.choices)
    version = serializers.IntegerField(help_text="Send it with your next change.")


class RiskSerializer(RiskListSerializer):
    description = serializers.CharField()
    sources = RiskSourcesSerializer()
    assessed_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    closed_reason = serializers.CharField()
    action_ids = serializers.ListField(child=serializers.UUIDField())


class NewRiskSerializer(RiskLevelsSerializer, RiskDeclarationSerializer):
    theme = serializers.CharField(max_length=THEME_LIMIT)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT)
    owner_id = serializers.IntegerField(help_text="Somebody on the audience, or you.")
    review_on = serializers.DateField()
    sources = RiskSourcesSerializer()


class RiskChangeSerializer(RiskDeclarationSerializer):
    """What is left out stays as it is."""

    version = serializers.IntegerField()
    theme = serializers.CharField(max_length=THEME_LIMIT, required=False)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False)
    owner_id = serializers.IntegerField(required=False)
    review_on = serializers.DateField(required=False)
    sources = RiskSourcesSerializer(required=False)


class RiskMadeSerializer(serializers.Serializer[Any]):
    """The answer to a create: references alone, because it is kept for a repeat of the key."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    version = serializers.IntegerField()


class RiskAssessmentSerializer(RiskLevelsSerializer):
    id = serializers.UUIDField()
    assessed_on = serializers.DateField()
    score = serializers.IntegerField()
    note = serializers.CharField()
    by = serializers.CharField()


class NewRiskAssessmentSerializer(RiskLevelsSerializer, RiskDeclarationSerializer):
    version = serializers.IntegerField()
    note = serializers.CharField(max_length=NOTE_LIMIT)
    review_on = serializers.DateField(help_text="The next review.")


class RiskClosureSerializer(RiskDeclarationSerializer):
    version = serializers.IntegerField()
    reason = serializers.CharField(max_length=REASON_LIMIT)


class RiskReopeningSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    review_on = serializers.DateField()


class RiskLinkSerializer(serializers.Serializer[Any]):
    action_id = serializers.UUIDField()


class NewRiskSummarySerializer(RiskDeclarationSerializer):
    heading = serializers.CharField(max_length=THEME_LIMIT)
    text = serializers.CharField(max_length=SUMMARY_LIMIT)


class RiskSummaryMadeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField()


class PublishableRiskSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    heading = serializers.CharField()
    text = serializers.CharField()
    approved_on = serializers.DateField()
    approved_by = serializers.CharField()


class SecondFactorNeeded(APIException):
    status_code = 403
    default_detail = "Sign in with your second factor first."


class PublishedRisksAPI(ComplianceAPIView):
    """What may be published of the local risk."""

    permission = CompliancePermission.VIEW_PUBLISHED_RISKS

    @extend_schema(operation_id="published_risks", responses=PublishableRiskSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page = pages.paginate_queryset(publishable_of(self.council), request, view=self)
        return pages.get_paginated_response(PublishableRiskSerializer(page, many=True).data)


class RestrictedAPIView(ComplianceAPIView):
    """Base of the register's addresses: a second factor, no copy kept, a refusal recorded (AL-1, RC-9)."""

    abstract = True
    risk: Risk

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS" or not hasattr(self, (request.method or "").lower()):
            return  # answered 405, whoever asks
        if getattr(request._request, "api_token", None) is not None:
            if not has_totp(self.person):
                raise Http404
        elif not second_factor.proved(request._request):
            raise SecondFactorNeeded

    def handle_exception(self, exc: Exception) -> Response:
        try:
            if isinstance(exc, Http404):
                self._note_refusal()
            if isinstance(exc, StaleVersion):
                read_risk(risk=self.risk, by=self.person)  # the answer holds both texts
        except DatabaseError as error:
            exc = error
        if isinstance(exc, DatabaseError):
            return self._refuse(503, {"detail": "This cannot be shown now. Nothing was stored."})
        return super().handle_exception(exc)

    def _note_refusal(self) -> None:
        asker: CouncilAccess | None = getattr(self.request._request, "access", None)
        if asker is not None:
            record_refused_risk(
                council=asker.council, page="api", risk_id=self.kwargs.get("risk_id"), by=asker.user
            )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        return kept_nowhere(super().finalize_response(request, response, *args, **kwargs))

    def shown(self, risk: Risk) -> Response:
        """A risk as the API gives it: one event of the trail."""
        read_risk(risk=risk, by=self.person)
        data = {
            **_listed(risk),
            "description": risk.description,
            "sources": sources_of(risk),
            "assessed_on": risk.assessed_on,
            "closed_on": risk.closed_on,
            "closed_reason": risk.closed_reason,
            "action_ids": [action.pk for action in actions_of(risk)],
        }
        return Response(RiskSerializer(data).data)

    def named_owner(self, owner_id: int, risk: Risk | None) -> User:
        """The person of this id, if they may own the risk. One answer for all others (TI-7)."""
        offered = (*possible_owners(self.council, risk, self.person), *([risk.owner] if risk else []))
        return chosen("owner_id", owner_id, offered, refusal="This person is not on the audience.")


class RiskRegisterAPI(RestrictedAPIView):
    """The risks on whose audience you are."""

    permission = {"get": CompliancePermission.VIEW_RISKS, "post": CompliancePermission.EDIT_RISKS}
    pagination_class = Pagination

    @extend_schema(
        operation_id="risks",
        parameters=[
            OpenApiParameter(name, str, description=words)
            for name, words in (
                ("status", "“closed” or “all”; open ones without it."),
                ("likelihood", "1 to 5."),
                ("impact", "1 to 5."),
                ("direction", "rising, steady or falling."),
                ("owner", "Id of a person."),
                ("overdue", "“on” for risks with a review overdue only."),
            )
        ],
        responses=RiskListSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        filters = RiskFilter(request.query_params, register_of(self.access))
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        pages = Pagination()
        found = filters.qs.select_related("owner").order_by("-score", "reference", "pk")
        page: list[Risk] = pages.paginate_queryset(found, request, view=self) or []
        read_register(council=self.council, risks=page, by=self.person)
        return pages.get_paginated_response([RiskListSerializer(_listed(risk)).data for risk in page])

    @extend_schema(
        operation_id="risk_create",
        request=NewRiskSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RiskMadeSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewRiskSerializer, request)
        owner = self.named_owner(given.pop("owner_id"), None)
        declaration = _declaration(given)
        return self.created_once(
            request,
            lambda: _made(
                create_risk(
                    council=self.council, by=self.person, owner=owner, declaration=declaration, **given
                )
            ),
        )


class RiskAPI(RestrictedAPIView):
    """One risk. Its scores change by an assessment only."""

    permission = {"get": CompliancePermission.VIEW_RISKS, "patch": CompliancePermission.EDIT_RISKS}

    @extend_schema(operation_id="risk", responses=RiskSerializer)
    def get(self, request: Request, risk_id: UUID) -> Response:
        return self.shown(risk_for(self.access, risk_id))

    @extend_schema(
        operation_id="risk_change",
        request=RiskChangeSerializer,
        responses={200: RiskMadeSerializer, **VERSIONED_ANSWERS},
    )
    def patch(self, request: Request, risk_id: UUID) -> Response:
        self.risk = risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        given = checked(RiskChangeSerializer, request)
        owner = self.named_owner(given["owner_id"], risk) if "owner_id" in given else risk.owner
        changed = change_risk(
            risk=risk,
            by=self.person,
            version=given["version"],
            theme=given.get("theme", risk.theme),
            description=given.get("description", risk.description),
            owner=owner,
            review_on=given.get("review_on", risk.review_on),
            sources=given["sources"] if "sources" in given else sources_of(risk),
            declaration=_declaration(given),
        )
        return Response(_made(changed))


class RiskAssessmentsAPI(RestrictedAPIView):
    """The history of a risk's scores, and a new assessment."""

    permission = {"get": CompliancePermission.VIEW_RISKS, "post": CompliancePermission.REVIEW_OWN_RISKS}

    @extend_schema(operation_id="risk_assessments", responses=RiskAssessmentSerializer(many=True))
    def get(self, request: Request, risk_id: UUID) -> Response:
        risk = risk_for(self.access, risk_id)
        read_risk(risk=risk, by=self.person)
        names = ("id", "assessed_on", "likelihood", "impact", "direction", "score", "note")
        rows = [
            {**{name: getattr(entry, name) for name in names}, "by": display_name(entry.by)}
            for entry in assessments_of(risk)
        ]
        return Response(RiskAssessmentSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="risk_assess",
        request=NewRiskAssessmentSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RiskMadeSerializer, **WRITE_ANSWERS, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, risk_id: UUID) -> Response:
        self.risk = risk = risk_to_review(self.access, risk_id)
        given = checked(NewRiskAssessmentSerializer, request)
        declaration = _declaration(given)

        def assess() -> dict[str, Any]:
            review_risk(risk=risk, by=self.person, declaration=declaration, token=new_id(), **given)
            return _made(risk_to_review(self.access, risk_id))

        return self.created_once(request, assess)


class RiskClosureAPI(RestrictedAPIView):
    """Close a risk."""

    permission = CompliancePermission.EDIT_RISKS

    @extend_schema(
        operation_id="risk_close",
        request=RiskClosureSerializer,
        responses={200: RiskMadeSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, risk_id: UUID) -> Response:
        self.risk = risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        given = checked(RiskClosureSerializer, request)
        declaration = _declaration(given)
        return Response(_made(close_risk(risk=risk, by=self.person, declaration=declaration, **given)))


class RiskReopeningAPI(RestrictedAPIView):
    """Open a closed risk again."""

    permission = CompliancePermission.EDIT_RISKS

    @extend_schema(
        operation_id="risk_reopen",
        request=RiskReopeningSerializer,
        responses={200: RiskMadeSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, risk_id: UUID) -> Response:
        self.risk = risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        given = checked(RiskReopeningSerializer, request)
        return Response(_made(reopen_risk(risk=risk, by=self.person, **given)))


class RiskActionsAPI(RestrictedAPIView):
    """Link an action to a risk."""

    permission = CompliancePermission.EDIT_RISKS

    @extend_schema(
        operation_id="risk_link_action",
        request=RiskLinkSerializer,
        responses={204: None, 400: RefusalSerializer},
    )
    def post(self, request: Request, risk_id: UUID) -> Response:
        risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        action_id = checked(RiskLinkSerializer, request)["action_id"]
        offered = (*linkable_actions(risk), *actions_of(risk))
        refusal = "This is no open action of the council."
        action = chosen("action_id", action_id, offered, refusal=refusal)
        link_action(risk=risk, action=action, by=self.person)
        return Response(status=204)


class RiskActionAPI(RestrictedAPIView):
    """Take a link away."""

    permission = CompliancePermission.EDIT_RISKS

    @extend_schema(operation_id="risk_unlink_action", responses={204: None})
    def delete(self, request: Request, risk_id: UUID, action_id: UUID) -> Response:
        risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        unlink_action(risk=risk, action=risk_action_for(self.access, risk, action_id), by=self.person)
        return Response(status=204)


class RiskSummariesAPI(RestrictedAPIView):
    """Propose words for publication. Somebody else approves them, on the page."""

    permission = CompliancePermission.EDIT_RISKS

    @extend_schema(
        operation_id="risk_propose_summary",
        request=NewRiskSummarySerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RiskSummaryMadeSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, risk_id: UUID) -> Response:
        risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        given = checked(NewRiskSummarySerializer, request)
        declaration = _declaration(given)

        def propose() -> dict[str, Any]:
            summary = propose_summary(risk=risk, by=self.person, declaration=declaration, **given)
            return {"id": summary.pk, "state": summary.state}

        return self.created_once(request, propose)


def _declaration(given: dict[str, Any]) -> Declaration:
    """Take the declaration out of what was sent."""
    return Declaration(no_intelligence=given.pop("no_intelligence"), words_checked=given.pop("words_checked"))


def _listed(risk: Risk) -> dict[str, Any]:
    names = (
        *("id", "reference", "theme", "likelihood", "impact", "score", "direction", "owner_id"),
        *("review_on", "status", "version"),
    )
    return {**{name: getattr(risk, name) for name in names}, "owner": display_name(risk.owner)}


def _made(risk: Risk) -> dict[str, Any]:
    return {"id": risk.pk, "reference": risk.reference, "version": risk.version}
