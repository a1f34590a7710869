"""Grants and claims over the API: the same rights, services and refusals as the pages. Money is text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.grants import claim_for, claims_seen, grant_for, grants_seen
from partnerships.models import Claim, Grant
from partnerships.permissions import PartnershipsPermission
from partnerships.policies.grants import HeadGiven
from partnerships.queries.grants import amounts_of, figures_of, heads_of, steps_of
from partnerships.services.claims import pay_claim, query_claim, save_figures, set_due_day, submit_claim
from partnerships.services.grants import add_grant, change_grant, close_grant, reopen_grant
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination

_VIEW, _EDIT = PartnershipsPermission.VIEW_GRANTS, PartnershipsPermission.EDIT_GRANTS
_MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


class HeadSerializer(serializers.Serializer[Any]):
    """What is allowed, claimed, typed and left under one head."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    allowed = serializers.DecimalField(**_MONEY)
    claimed = serializers.DecimalField(**_MONEY)
    in_draft = serializers.DecimalField(**_MONEY)
    left = serializers.DecimalField(**_MONEY)


class GrantSerializer(serializers.ModelSerializer[Grant]):
    is_open = serializers.BooleanField()

    class Meta:
        model = Grant
        fields = (
            "id", "title", "funder", "reference", "starts_on", "ends_on", "awarded", "days_to_claim",
            "is_open", "version",
        )  # fmt: skip


class GrantDetailSerializer(GrantSerializer):
    """A grant with its variances: what is left to claim, and what was claimed and not paid."""

    heads = serializers.SerializerMethodField()
    claimed = serializers.SerializerMethodField()
    paid = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()
    not_paid = serializers.SerializerMethodField()

    class Meta(GrantSerializer.Meta):
        fields = (*GrantSerializer.Meta.fields, "heads", "claimed", "paid", "left", "not_paid")  # type: ignore[assignment] # longer than the base's

    def to_representation(self, instance: Grant) -> dict[str, Any]:
        self._figures = figures_of(instance)
        return dict(super().to_representation(instance))

    @extend_schema_field(HeadSerializer(many=True))
    def get_heads(self, grant: Grant) -> list[dict[str, Any]]:
        return list(HeadSerializer(self._figures.heads, many=True).data)

    def get_claimed(self, grant: Grant) -> str:
        return f"{self._figures.claimed:.2f}"

    def get_paid(self, grant: Grant) -> str:
        return f"{self._figures.paid:.2f}"

    def get_left(self, grant: Grant) -> str:
        return f"{self._figures.left:.2f}"

    def get_not_paid(self, grant: Grant) -> str:
        return f"{self._figures.not_paid:.2f}"


class NewHeadSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    allowed = serializers.DecimalField(**_MONEY)


class NewGrantSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    funder = serializers.CharField(max_length=160)
    reference = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    awarded = serializers.DecimalField(**_MONEY)
    days_to_claim = serializers.IntegerField(min_value=1, max_value=180, default=28)
    heads = NewHeadSerializer(many=True, help_text="They add up to the award exactly.")


class HeadChangeSerializer(NewHeadSerializer):
    id = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="Of a head that stays; none for a new one."
    )


class GrantChangeSerializer(NewGrantSerializer):
    """A grant as it is to be. Claims follow the term; one that was submitted stays as it is."""

    version = serializers.IntegerField()
    heads = HeadChangeSerializer(many=True, help_text="A head that is left out is removed.")


class GrantStateSerializer(serializers.Serializer[Any]):
    is_open = serializers.BooleanField(help_text="False closes the grant, true opens it again.")


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    grant = serializers.UUIDField(source="grant_id")

    class Meta:
        model = Claim
        fields = ("id", "grant", "period_from", "period_to", "due_on", "state", "version")


class ClaimFigureSerializer(serializers.Serializer[Any]):
    head = serializers.UUIDField()
    name = serializers.CharField(read_only=True)
    amount = serializers.DecimalField(
        allow_null=True, help_text="Null: no figure yet, which is not zero.", **_MONEY
    )


class ClaimStepLineSerializer(serializers.Serializer[Any]):
    head = serializers.UUIDField(source="head_id")
    name = serializers.CharField(source="head_name")
    amount = serializers.DecimalField(**_MONEY)


class ClaimStepSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    number = serializers.IntegerField()
    happened_on = serializers.DateField()
    amount = serializers.DecimalField(allow_null=True, **_MONEY)
    note = serializers.CharField()
    figures = ClaimStepLineSerializer(source="lines.all", many=True)


class ClaimDetailSerializer(ClaimSerializer):
    figures = ClaimFigureSerializer(many=True)
    steps = ClaimStepSerializer(many=True)

    class Meta(ClaimSerializer.Meta):
        fields = (*ClaimSerializer.Meta.fields, "figures", "steps")  # type: ignore[assignment] # longer than the base's


class FiguresSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    figures = ClaimFigureSerializer(many=True)


class DueSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    due_on = serializers.DateField()


class SubmissionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    submitted_on = serializers.DateField()
    note = serializers.CharField(
        max_length=1000, required=False, default="", allow_blank=True,
        help_text="Where the evidence is held; needed where none is attached.",
    )  # fmt: skip


class QuerySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    queried_on = serializers.DateField()
    note = serializers.CharField(max_length=1000)


class PaymentSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    paid_on = serializers.DateField()
    amount = serializers.DecimalField(**_MONEY)
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


class GrantsAPI(WritingAPIView):
    """The council's grants, the latest first."""

    permission = {"get": _VIEW, "post": _EDIT}
    pagination_class = Pagination

    @extend_schema(operation_id="grants", responses=GrantSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[Grant] = pages.paginate_queryset(grants_seen(self.access), request, view=self) or []
        return pages.get_paginated_response(GrantSerializer(page, many=True).data)

    @extend_schema(
        operation_id="grant_add",
        request=NewGrantSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: GrantDetailSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewGrantSerializer, request)
        heads = [HeadGiven(head["name"], head["allowed"]) for head in given.pop("heads")]

        def create() -> dict[str, Any]:
            made = add_grant(council=self.council, by=self.person, heads=heads, **given)
            return dict(GrantDetailSerializer(made).data)

        return self.created_once(request, create)


class GrantAPI(WritingAPIView):
    """One grant with its heads; it is changed, closed and opened here."""

    permission = {"get": _VIEW, "put": _EDIT, "patch": _EDIT}

    @extend_schema(operation_id="grant", responses=GrantDetailSerializer)
    def get(self, request: Request, grant_id: UUID) -> Response:
        return Response(GrantDetailSerializer(grant_for(self.access, grant_id)).data)

    @extend_schema(
        operation_id="grant_change",
        request=GrantChangeSerializer,
        responses={200: GrantDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, grant_id: UUID) -> Response:
        grant = grant_for(self.access, grant_id, _EDIT)
        given = checked(GrantChangeSerializer, request)
        heads = [HeadGiven(head["name"], head["allowed"], head["id"]) for head in given.pop("heads")]
        # People are named on the page alone: the owner stays.
        changed = change_grant(grant=grant, by=self.person, heads=heads, owner=grant.owner, **given)
        return Response(GrantDetailSerializer(changed).data)

    @extend_schema(
        operation_id="grant_close",
        request=GrantStateSerializer,
        responses={200: GrantDetailSerializer, 400: RefusalSerializer},
    )
    def patch(self, request: Request, grant_id: UUID) -> Response:
        grant = grant_for(self.access, grant_id, _EDIT)
        if checked(GrantStateSerializer, request)["is_open"]:
            changed = reopen_grant(grant=grant, by=self.person)
        else:
            changed = close_grant(grant=grant, by=self.person, today=timezone.localdate())
        return Response(GrantDetailSerializer(changed).data)


class GrantClaimsAPI(WritingAPIView):
    """The claims of a grant, the earliest quarter first."""

    permission = _VIEW
    pagination_class = Pagination

    @extend_schema(operation_id="grant_claims", responses=ClaimSerializer(many=True))
    def get(self, request: Request, grant_id: UUID) -> Response:
        grant = grant_for(self.access, grant_id)
        pages = Pagination()
        page: list[Claim] = (
            pages.paginate_queryset(claims_seen(self.access).filter(grant=grant), request, view=self) or []
        )
        return pages.get_paginated_response(ClaimSerializer(page, many=True).data)


class ClaimAPI(WritingAPIView):
    """One claim with its figures and what happened to it; its figures are written here."""

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="grant_claim", responses=ClaimDetailSerializer)
    def get(self, request: Request, claim_id: UUID) -> Response:
        return Response(_detail(claim_for(self.access, claim_id)))

    @extend_schema(
        operation_id="grant_claim_figures",
        request=FiguresSerializer,
        responses={200: ClaimDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, claim_id: UUID) -> Response:
        claim = claim_for(self.access, claim_id, _EDIT)
        given = checked(FiguresSerializer, request)
        amounts = {figure["head"]: figure["amount"] for figure in given["figures"]}
        saved = save_figures(claim=claim, by=self.person, version=given["version"], amounts=amounts)
        return Response(_detail(saved))


class ClaimDueAPI(WritingAPIView):
    """Set another day by which a claim is due, until it was submitted."""

    permission = _EDIT

    @extend_schema(
        operation_id="grant_claim_due",
        request=DueSerializer,
        responses={200: ClaimDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, claim_id: UUID) -> Response:
        claim = claim_for(self.access, claim_id, _EDIT)
        return Response(_detail(set_due_day(claim=claim, by=self.person, **checked(DueSerializer, request))))


class ClaimsAPI(WritingAPIView):
    """The claims of all the council's grants, the earliest quarter first."""

    permission = _VIEW
    pagination_class = Pagination

    @extend_schema(operation_id="council_claims", responses=ClaimSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[Claim] = pages.paginate_queryset(claims_seen(self.access), request, view=self) or []
        return pages.get_paginated_response(ClaimSerializer(page, many=True).data)


class ClaimSubmissionAPI(WritingAPIView):
    """Record that a claim went to the funder."""

    permission = _EDIT

    @extend_schema(
        operation_id="grant_claim_submit",
        request=SubmissionSerializer,
        responses={200: ClaimDetailSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        claim = claim_for(self.access, claim_id, _EDIT)
        submit_claim(claim=claim, by=self.person, **checked(SubmissionSerializer, request))
        return Response(_detail(claim_for(self.access, claim_id)))


class ClaimQueryAPI(WritingAPIView):
    """Record what the funder asks about a claim."""

    permission = _EDIT

    @extend_schema(
        operation_id="grant_claim_query",
        request=QuerySerializer,
        responses={200: ClaimDetailSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        claim = claim_for(self.access, claim_id, _EDIT)
        query_claim(claim=claim, by=self.person, **checked(QuerySerializer, request))
        return Response(_detail(claim_for(self.access, claim_id)))


class ClaimPaymentAPI(WritingAPIView):
    """Record the payment of a claim."""

    permission = _EDIT

    @extend_schema(
        operation_id="grant_claim_pay",
        request=PaymentSerializer,
        responses={200: ClaimDetailSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        claim = claim_for(self.access, claim_id, _EDIT)
        pay_claim(claim=claim, by=self.person, **checked(PaymentSerializer, request))
        return Response(_detail(claim_for(self.access, claim_id)))


def _detail(claim: Claim) -> dict[str, Any]:
    amounts = amounts_of(claim)
    figures = [
        {"head": head.pk, "name": head.name, "amount": amounts.get(head.pk)} for head in heads_of(claim.grant)
    ]
    return {
        **ClaimSerializer(claim).data,
        "figures": ClaimFigureSerializer(figures, many=True).data,
        "steps": ClaimStepSerializer(steps_of(claim), many=True).data,
    }
