"""With which councils an organisation shares its trust-wide returns, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.api import IDEMPOTENCY_KEY, WRITE_ANSWERS, WritingAPIView, checked
from prevent_portal.web.pagination import Pagination
from training.access.returns import grant_for
from training.access.rounds import served_councils, sharing_organisations
from training.models import ReturnGrant
from training.permissions import TrainingPermission
from training.queries.returns import grants_of
from training.services.grants import end_sharing, share_with_served

_SEND = TrainingPermission.SUBMIT_RETURNS


class ReturnGrantSerializer(serializers.ModelSerializer[ReturnGrant]):
    """The council sees, and keeps, what is sent from the first day to the last."""

    organisation = serializers.CharField(source="organisation.name")
    council = serializers.SlugField(source="council.slug")

    class Meta:
        model = ReturnGrant
        fields = ("id", "organisation_id", "organisation", "council", "starts_on", "ends_on")


class NewReturnGrantSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField(help_text="One that you send returns for.")
    council = serializers.SlugField(help_text="A council on the portal that the organisation serves.")


class ReturnGrantsAPI(WritingAPIView):
    """Councils that see trust-wide returns of the organisations that the person acts for."""

    permission = {"get": _SEND, "post": _SEND}
    pagination_class = Pagination

    @extend_schema(operation_id="training_return_grants", responses=ReturnGrantSerializer(many=True))
    def get(self, request: Request) -> Response:
        grants = grants_of([each.pk for each in sharing_organisations(self.access)])
        pages = Pagination()
        page = pages.paginate_queryset(grants, request, view=self) or []
        return pages.get_paginated_response(ReturnGrantSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_return_grant_create",
        request=NewReturnGrantSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ReturnGrantSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewReturnGrantSerializer, request)
        organisation = next(
            (each for each in sharing_organisations(self.access) if each.pk == given["organisation"]), None
        )
        if organisation is None:
            raise PolicyError("You do not decide who sees the returns of this organisation.")
        served = served_councils(self.access).get(organisation.pk, [])
        council = next((each for each in served if each.slug == given["council"]), None)
        if council is None:
            raise PolicyError(
                f"{organisation.name} serves no council of this address, so nothing is shared with it."
            )

        def create() -> dict[str, Any]:
            grant = share_with_served(
                organisation=organisation,
                council=council,
                by=self.person,
                served={each.pk for each in served},
            )
            return ReturnGrantSerializer(grant).data

        return self.created_once(request, create)


class ReturnGrantEndAPI(WritingAPIView):
    """Stop sharing after today. What the council received, it keeps; ended twice is ended once."""

    permission = _SEND

    @extend_schema(operation_id="training_return_grant_end", request=None, responses=ReturnGrantSerializer)
    def post(self, request: Request, grant_id: UUID) -> Response:
        end_sharing(grant=grant_for(self.access, grant_id), by=self.person)
        return Response(ReturnGrantSerializer(grant_for(self.access, grant_id)).data)
