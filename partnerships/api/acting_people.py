"""Who acts for an organisation in the council over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.organisations import acting_person_to_end, link_for
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.acting_people import acting_for
from partnerships.queries.organisations import members_by_key
from partnerships.services.acting_people import allow_submitter, withdraw_submitter
from prevent_portal.web.api import IDEMPOTENCY_KEY, WRITE_ANSWERS, WritingAPIView, checked

_EDIT = PartnershipsPermission.EDIT_PARTNERSHIP


class ActingPersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user_id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    roles = serializers.CharField(help_text="The person’s roles in the council today, by name.")
    may_act = serializers.BooleanField(help_text="Whether one of the roles is a partner’s.")
    allowed_at = serializers.DateTimeField()
    allowed_by = serializers.CharField()


class NewActingPersonSerializer(serializers.Serializer[Any]):
    person = serializers.IntegerField(min_value=1, help_text="user_id of somebody with a partner’s role.")


class ActingPeopleAPI(WritingAPIView):
    """People whom the council lets act for an organisation; a post vouches for one more."""

    permission = {"get": _EDIT, "post": _EDIT}

    def _lines(self, organisation_id: UUID) -> list[dict[str, Any]]:
        lines = acting_for(self.council, organisation_id)
        return [dict(ActingPersonSerializer(line).data) for line in lines]

    @extend_schema(operation_id="organisation_people", responses=ActingPersonSerializer(many=True))
    def get(self, request: Request, organisation_id: UUID) -> Response:
        link = link_for(self.access, organisation_id, _EDIT)
        return Response(self._lines(link.organisation_id))

    @extend_schema(
        operation_id="organisation_person_create",
        request=NewActingPersonSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ActingPersonSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, organisation_id: UUID) -> Response:
        link = link_for(self.access, organisation_id, _EDIT)
        key = checked(NewActingPersonSerializer, request)["person"]
        person = members_by_key(self.council, [key]).get(key)
        if person is None:
            raise exceptions.ValidationError({"person": ["This is nobody of the council."]})

        def create() -> dict[str, Any]:
            acting = allow_submitter(
                council=self.council, organisation=link.organisation, user=person, by=self.person
            )
            return next(line for line in self._lines(link.organisation_id) if line["id"] == str(acting.pk))

        return self.created_once(request, create)


class ActingPersonAPI(WritingAPIView):
    """End somebody's right to act for an organisation, from now on."""

    permission = {"delete": _EDIT}

    @extend_schema(operation_id="organisation_person_end", responses={204: None})
    def delete(self, request: Request, acting_id: UUID) -> Response:
        acting = acting_person_to_end(self.access, acting_id)
        withdraw_submitter(
            council=self.council, organisation=acting.link.organisation, user=acting.user, by=self.person
        )
        return Response(status=204)
