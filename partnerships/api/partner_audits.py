"""Audits of partners over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.organisations import link_for
from partnerships.access.partner_audits import audit_for, audit_to_edit, audits_seen, finding_to_edit
from partnerships.enums import AuditKind, AuditResult, FindingState
from partnerships.models import PartnerAudit
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.organisations import members_by_key
from partnerships.queries.partner_audits import AuditLine, findings_of
from partnerships.services.partner_audits import (
    add_finding,
    change_audit,
    close_finding,
    raise_finding_action,
    record_audit,
)
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNER_AUDITS, PartnershipsPermission.EDIT_PARTNER_AUDITS


class PartnerAuditLineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    organisation_id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=AuditKind.choices)
    audited_on = serializers.DateField()
    result = serializers.ChoiceField(choices=AuditResult.choices)
    next_due_on = serializers.DateField(allow_null=True)
    findings = serializers.IntegerField()
    open_findings = serializers.IntegerField()


class FindingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.IntegerField()
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=FindingState.choices)
    closed_on = serializers.DateField(allow_null=True)
    closing_words = serializers.CharField(allow_blank=True)
    action_id = serializers.UUIDField(allow_null=True)


class PartnerAuditSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    organisation_id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=AuditKind.choices)
    audited_on = serializers.DateField()
    carried_out_by = serializers.CharField(allow_blank=True)
    result = serializers.ChoiceField(choices=AuditResult.choices)
    summary = serializers.CharField(allow_blank=True)
    next_due_on = serializers.DateField(allow_null=True)
    findings = FindingSerializer(many=True)


class PartnerAuditDetailsSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=AuditKind.choices)
    audited_on = serializers.DateField()
    title = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    carried_out_by = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    result = serializers.ChoiceField(choices=AuditResult.choices, required=False, default=AuditResult.AWAITED)
    summary = serializers.CharField(max_length=3000, required=False, allow_blank=True, default="")
    next_due_on = serializers.DateField(required=False, allow_null=True, default=None)


class NewPartnerAuditSerializer(PartnerAuditDetailsSerializer):
    organisation = serializers.UUIDField()


class PartnerAuditChangeSerializer(PartnerAuditDetailsSerializer):
    version = serializers.IntegerField()


class NewFindingSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=500)


class FindingCloseSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    words = serializers.CharField(max_length=500, help_text="What was done about the finding.")


class FindingActionSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    due_on = serializers.DateField()
    owner = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="A person with a role in the council."
    )


def audit_data(audit: PartnerAudit) -> dict[str, Any]:
    """One audit with its findings."""
    names = (
        "id", "version", "title", "kind", "audited_on", "carried_out_by", "result", "summary", "next_due_on",
    )  # fmt: skip
    return PartnerAuditSerializer(
        {
            **{name: getattr(audit, name) for name in names},
            "organisation_id": audit.link.organisation_id,
            "findings": findings_of(audit),
        }
    ).data


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "kind": AuditKind(given["kind"]), "result": AuditResult(given["result"])}


class PartnerAuditsAPI(WritingAPIView):
    """Audits that the person may read, the newest first."""

    permission = {"get": _VIEW, "post": _EDIT}
    pagination_class = Pagination

    @extend_schema(operation_id="partner_audits", responses=PartnerAuditLineSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[AuditLine] = pages.paginate_queryset(audits_seen(self.access), request, view=self) or []
        return pages.get_paginated_response(PartnerAuditLineSerializer(page, many=True).data)

    @extend_schema(
        operation_id="partner_audit_create",
        request=NewPartnerAuditSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: PartnerAuditSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = _typed(checked(NewPartnerAuditSerializer, request))
        link = link_for(self.access, given.pop("organisation"), _EDIT)

        def create() -> dict[str, Any]:
            made = record_audit(
                council=self.council, organisation=link.organisation, token=uuid4(), by=self.person, **given
            )
            return audit_data(made)

        return self.created_once(request, create)


class PartnerAuditAPI(WritingAPIView):
    """One audit with its findings."""

    permission = {"get": _VIEW, "put": _EDIT}

    @extend_schema(operation_id="partner_audit", responses=PartnerAuditSerializer)
    def get(self, request: Request, audit_id: UUID) -> Response:
        return Response(audit_data(audit_for(self.access, audit_id)))

    @extend_schema(
        operation_id="partner_audit_change",
        request=PartnerAuditChangeSerializer,
        responses={200: PartnerAuditSerializer, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, audit_id: UUID) -> Response:
        audit = audit_to_edit(self.access, audit_id)
        given = _typed(checked(PartnerAuditChangeSerializer, request))
        return Response(audit_data(change_audit(audit=audit, by=self.person, **given)))


class FindingsAPI(WritingAPIView):
    """Add a finding to an audit."""

    permission = {"post": _EDIT}

    @extend_schema(
        operation_id="partner_audit_finding_create",
        request=NewFindingSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: FindingSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, audit_id: UUID) -> Response:
        audit = audit_to_edit(self.access, audit_id)
        given = checked(NewFindingSerializer, request)
        return self.created_once(
            request,
            lambda: dict(FindingSerializer(add_finding(audit=audit, by=self.person, **given)).data),
        )


class FindingCloseAPI(WritingAPIView):
    """Close a finding, saying what was done about it."""

    permission = {"post": _EDIT}

    @extend_schema(
        operation_id="partner_audit_finding_close",
        request=FindingCloseSerializer,
        responses={200: FindingSerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, finding_id: UUID) -> Response:
        finding = finding_to_edit(self.access, finding_id)
        given = checked(FindingCloseSerializer, request)
        return Response(FindingSerializer(close_finding(finding=finding, by=self.person, **given)).data)


class FindingActionAPI(WritingAPIView):
    """Let a finding become an action of the council's current plan."""

    permission = {"post": _EDIT}

    @extend_schema(
        operation_id="partner_audit_finding_action",
        request=FindingActionSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: FindingSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request, finding_id: UUID) -> Response:
        finding = finding_to_edit(self.access, finding_id)
        given = checked(FindingActionSerializer, request)
        owner = None
        if given["owner"] is not None:
            owner = members_by_key(self.council, [given["owner"]]).get(given["owner"])
            if owner is None:
                raise exceptions.ValidationError({"owner": ["This is nobody of the council."]})

        def create() -> dict[str, Any]:
            raise_finding_action(
                finding=finding, by=self.person, title=given["title"], due_on=given["due_on"], owner=owner
            )
            return dict(FindingSerializer(finding_to_edit(self.access, finding_id)).data)

        return self.created_once(request, create)
