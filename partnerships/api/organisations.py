"""Organisations, the council's links to them, and contacts over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.organisations import (
    code_to_end,
    contact_to_edit,
    link_for,
    offered_organisations,
)
from partnerships.enums import CodeScheme, LinkState, OrganisationKind
from partnerships.models import Contact, CouncilOrganisation
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.contacts import contacts_at
from partnerships.queries.organisations import (
    OrganisationFilter,
    OrganisationLine,
    codes_of,
    linked_organisations,
    members_by_key,
    organisations_of,
)
from partnerships.services.contacts import add_contact, change_contact, remove_contact
from partnerships.services.organisations import (
    add_code,
    add_organisation,
    end_code,
    link_organisation,
    name_leads,
)
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP


class LinkedOrganisationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    codes = serializers.CharField(help_text="Such as “ODS RAL”; several are separated by commas.")
    specified_authority = serializers.BooleanField(help_text="Whether Schedule 6 names it.")
    panel_partner = serializers.BooleanField(help_text="Whether Schedule 7 names it.")
    own = serializers.BooleanField(help_text="Whether the council added it for itself.")
    linked_from = serializers.DateField(allow_null=True)
    linked_to = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)


class CodeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    scheme = serializers.CharField()
    code = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


class OrganisationDetailSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    specified_authority = serializers.BooleanField()
    panel_partner = serializers.BooleanField()
    own = serializers.BooleanField()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment] # a field named like the base's attribute
    successor = serializers.UUIDField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    codes = CodeSerializer(many=True)
    link_version = serializers.IntegerField()
    linked_from = serializers.DateField(allow_null=True)
    linked_to = serializers.DateField(allow_null=True)
    prevent_lead = serializers.IntegerField(allow_null=True)
    executive_lead = serializers.IntegerField(allow_null=True)


class NewOrganisationSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    specified_authority = serializers.BooleanField(required=False, default=False)
    panel_partner = serializers.BooleanField(required=False, default=False)
    parent = serializers.UUIDField(required=False, allow_null=True, default=None)  # type: ignore[assignment] # a field named like the base's attribute
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)


class LinkSerializer(serializers.Serializer[Any]):
    organisation = serializers.UUIDField(help_text="Of the directory, or one of the council's own.")
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class LinkChangeSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="link_version of the organisation.")
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


class LeadsSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="link_version of the organisation.")
    prevent_lead = serializers.IntegerField(allow_null=True, help_text="A person of the council, or nobody.")
    executive_lead = serializers.IntegerField(allow_null=True)


class NewCodeSerializer(serializers.Serializer[Any]):
    scheme = serializers.ChoiceField(choices=CodeScheme.choices)
    code = serializers.CharField(max_length=20)
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class CodeEndSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField(help_text="The last day on which the code is valid.")


class ContactSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    job_title = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    telephone = serializers.CharField(allow_blank=True)
    about = serializers.CharField(allow_blank=True)


class NewContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    job_title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")
    telephone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    about = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ContactChangeSerializer(NewContactSerializer):
    version = serializers.IntegerField()


def line_data(line: OrganisationLine) -> dict[str, Any]:
    """One organisation of the list as the API gives it."""
    names = (
        "id",
        "name",
        "kind",
        "codes",
        "specified_authority",
        "panel_partner",
        "linked_from",
        "linked_to",
    )
    return LinkedOrganisationSerializer(
        {**{name: getattr(line, name) for name in names}, "own": line.is_own, "ended_on": line.ends_on}
    ).data


def organisation_data(link: CouncilOrganisation) -> dict[str, Any]:
    """One organisation with its codes and the council's link."""
    organisation = link.organisation
    return OrganisationDetailSerializer(
        {
            "id": organisation.pk,
            "name": organisation.name,
            "kind": organisation.kind,
            "specified_authority": organisation.specified_authority,
            "panel_partner": organisation.panel_partner,
            "own": organisation.kept_by_id == link.council_id,
            "parent": organisation.parent_id,
            "successor": organisation.successor_id,
            "ended_on": organisation.ends_on,
            "codes": codes_of([organisation.pk]).get(organisation.pk, []),
            "link_version": link.version,
            "linked_from": link.starts_on,
            "linked_to": link.ends_on,
            "prevent_lead": link.prevent_lead_id,
            "executive_lead": link.executive_lead_id,
        }
    ).data


class OrganisationsAPI(WritingAPIView):
    """Organisations that the council has linked; a new one of its own."""

    permission = {"get": _VIEW, "post": _EDIT}
    pagination_class = Pagination

    @extend_schema(
        operation_id="organisations",
        parameters=[
            OpenApiParameter("q", str, description="Part of a name or code."),
            OpenApiParameter("kind", str, enum=OrganisationKind.values),
            OpenApiParameter("state", str, enum=LinkState.values),
        ],
        responses=LinkedOrganisationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        get = request.query_params
        asked = OrganisationFilter(
            text=get.get("q", "")[:100], kind=get.get("kind", ""), state=get.get("state", "")
        )
        today = timezone.localdate()
        rows = [line for line in organisations_of(self.council) if asked.admits(line, today)]
        pages = Pagination()
        page: list[OrganisationLine] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([line_data(line) for line in page])

    @extend_schema(
        operation_id="organisation_create",
        request=NewOrganisationSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: OrganisationDetailSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewOrganisationSerializer, request)
        parent = None
        if given["parent"] is not None:
            parent = linked_organisations(self.council).get(given["parent"])
            if parent is None:
                raise exceptions.ValidationError({"parent": ["This is no organisation of the council."]})

        def create() -> dict[str, Any]:
            made = add_organisation(
                council=self.council,
                by=self.person,
                **{**given, "kind": OrganisationKind(given["kind"]), "parent": parent},
            )
            return organisation_data(link_for(self.access, made.pk, _VIEW))

        return self.created_once(request, create)


class OrganisationLinksAPI(WritingAPIView):
    """Link an organisation of the directory."""

    permission = {"post": _EDIT}

    @extend_schema(
        operation_id="organisation_link",
        request=LinkSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: OrganisationDetailSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(LinkSerializer, request)
        found = offered_organisations(self.access, [given["organisation"]])
        if not found:
            raise exceptions.ValidationError({"organisation": ["The directory has no such organisation."]})
        if found[0].pk in linked_organisations(self.council):
            raise exceptions.ValidationError({"organisation": ["It is linked already: change the link."]})

        def create() -> dict[str, Any]:
            link_organisation(
                council=self.council,
                organisation=found[0],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                by=self.person,
            )
            return organisation_data(link_for(self.access, found[0].pk, _VIEW))

        return self.created_once(request, create)


class OrganisationAPI(WritingAPIView):
    """One organisation; a put changes the days of its link."""

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="organisation", responses=OrganisationDetailSerializer)
    def get(self, request: Request, organisation_id: UUID) -> Response:
        return Response(organisation_data(link_for(self.access, organisation_id, _VIEW)))

    @extend_schema(
        operation_id="organisation_link_change",
        request=LinkChangeSerializer,
        responses={200: OrganisationDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, organisation_id: UUID) -> Response:
        link = link_for(self.access, organisation_id, _EDIT)
        given = checked(LinkChangeSerializer, request)
        link_organisation(council=self.council, organisation=link.organisation, by=self.person, **given)
        return Response(organisation_data(link_for(self.access, organisation_id, _VIEW)))


class LeadsAPI(WritingAPIView):
    """Name the leads of an organisation, or nobody."""

    permission = {"put": _EDIT}

    @extend_schema(
        operation_id="organisation_leads_change",
        request=LeadsSerializer,
        responses={200: OrganisationDetailSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, organisation_id: UUID) -> Response:
        link = link_for(self.access, organisation_id, _EDIT)
        given = checked(LeadsSerializer, request)
        people = members_by_key(
            self.council, {key for key in (given["prevent_lead"], given["executive_lead"]) if key is not None}
        )
        unknown = {
            field: ["This is nobody of the council."]
            for field in ("prevent_lead", "executive_lead")
            if given[field] is not None and given[field] not in people
        }
        if unknown:
            raise exceptions.ValidationError(unknown)
        name_leads(
            council=self.council,
            organisation=link.organisation,
            prevent_lead=people.get(given["prevent_lead"]),
            executive_lead=people.get(given["executive_lead"]),
            version=given["version"],
            by=self.person,
        )
        return Response(organisation_data(link_for(self.access, organisation_id, _VIEW)))


class CodesAPI(WritingAPIView):
    """Give an organisation that the council added for itself a code."""

    permission = {"post": _EDIT}

    @extend_schema(
        operation_id="organisation_code_create",
        request=NewCodeSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CodeSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, own_organisation_id: UUID) -> Response:
        link = link_for(self.access, own_organisation_id, _EDIT)
        given = checked(NewCodeSerializer, request)

        def create() -> dict[str, Any]:
            made = add_code(
                council=self.council,
                organisation=link.organisation,
                by=self.person,
                **{**given, "scheme": CodeScheme(given["scheme"])},
            )
            return dict(CodeSerializer(made).data)

        return self.created_once(request, create)


class CodeAPI(WritingAPIView):
    """Say when a code of an organisation that the council added for itself was last valid."""

    permission = {"put": _EDIT}

    @extend_schema(
        operation_id="organisation_code_end",
        request=CodeEndSerializer,
        responses={200: CodeSerializer, 400: RefusalSerializer},
    )
    def put(self, request: Request, own_organisation_id: UUID, code_id: int) -> Response:
        code = code_to_end(self.access, own_organisation_id, code_id)
        given = checked(CodeEndSerializer, request)
        ended = end_code(
            council=self.council, organisation=code.organisation, code=code, by=self.person, **given
        )
        return Response(CodeSerializer(ended).data)


class ContactsAPI(WritingAPIView):
    """Contacts at an organisation."""

    permission = {"get": _VIEW, "post": _EDIT}

    @extend_schema(operation_id="organisation_contacts", responses=ContactSerializer(many=True))
    def get(self, request: Request, organisation_id: UUID) -> Response:
        link = link_for(self.access, organisation_id, _VIEW)
        return Response(ContactSerializer(contacts_at(self.council, link.organisation_id), many=True).data)

    @extend_schema(
        operation_id="organisation_contact_create",
        request=NewContactSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ContactSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, organisation_id: UUID) -> Response:
        link = link_for(self.access, organisation_id, _EDIT)
        given = checked(NewContactSerializer, request)

        def create() -> dict[str, Any]:
            made = add_contact(council=self.council, organisation=link.organisation, by=self.person, **given)
            return dict(ContactSerializer(made).data)

        return self.created_once(request, create)


class ContactAPI(WritingAPIView):
    """Change or remove a contact."""

    permission = {"put": _EDIT, "delete": _EDIT}

    @extend_schema(
        operation_id="organisation_contact_change",
        request=ContactChangeSerializer,
        responses={200: ContactSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, contact_id: UUID) -> Response:
        contact: Contact = contact_to_edit(self.access, contact_id)
        given = checked(ContactChangeSerializer, request)
        return Response(ContactSerializer(change_contact(contact=contact, by=self.person, **given)).data)

    @extend_schema(operation_id="organisation_contact_remove", responses={204: None})
    def delete(self, request: Request, contact_id: UUID) -> Response:
        remove_contact(contact=contact_to_edit(self.access, contact_id), by=self.person)
        return Response(status=204)
