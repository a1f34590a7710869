"""A plan's workbook over the API: out, back, and the word that changes it, with the checks of the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.access import plan_for, plan_upload_for
from compliance.api.writes import ComplianceAPIView, RefusalSerializer, checked
from compliance.permissions import CompliancePermission
from compliance.services.plan_workbook import (
    CheckedSheet,
    Problem,
    WorkbookRefused,
    apply_upload,
    check_upload,
    export_plan,
)
from prevent_portal.web.downloads import XLSX_TYPE, download
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable


class WorkbookFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(
        help_text="The workbook as it was downloaded here, with changes. At most 2 MB."
    )


class CellChangeSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class RowChangeSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As the spreadsheet program counts it.")
    action_id = serializers.UUIDField()
    reference = serializers.CharField()
    cells = CellChangeSerializer(many=True)


class CheckedWorkbookSerializer(serializers.Serializer[Any]):
    upload_id = serializers.UUIDField(
        allow_null=True, help_text="Apply it to save the changes; null where there is nothing to change."
    )
    changes = RowChangeSerializer(many=True)


class AppliedSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField(help_text="How many actions the sheet changed.")


class CellProblemSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField()
    row = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()


class WorkbookRefusalSerializer(serializers.Serializer[Any]):
    """Why a sheet was refused, every problem by its cell. Nothing was changed."""

    detail = serializers.CharField()
    problems = CellProblemSerializer(many=True)


class _WorkbookAPIView(ComplianceAPIView):
    abstract = True

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, FileUnreadable):
            return self._refuse(400, {"detail": str(exc), "problems": []})
        if isinstance(exc, WorkbookRefused):
            return self._refuse(409, refusal(exc.problems))
        return super().handle_exception(exc)


def refusal(problems: list[Problem]) -> dict[str, Any]:
    """A refused sheet as the API says it."""
    return {
        "detail": str(WorkbookRefused(problems)),
        "problems": [
            {
                "sheet": problem.sheet,
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "reason": problem.reason,
            }
            for problem in problems
        ],
    }


def changes_data(found: CheckedSheet) -> list[dict[str, Any]]:
    return [
        {
            "row": change.row,
            "action_id": change.action.pk,
            "reference": change.action.reference,
            "cells": [{"column": cell.column, "old": cell.old, "new": cell.new} for cell in change.cells],
        }
        for change in found.changes
    ]


class PlanWorkbookAPI(_WorkbookAPIView):
    """Download a plan as a workbook, or send one back to see what it would change."""

    permission = {"get": CompliancePermission.VIEW_PLANS, "post": CompliancePermission.EDIT_PLANS}
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="plan_workbook",
        responses={(200, XLSX_TYPE): OpenApiResponse(OpenApiTypes.BINARY, "The workbook.")},
    )
    def get(self, request: Request, plan_id: UUID) -> HttpResponseBase:
        plan = plan_for(self.access, plan_id)
        content = export_plan(
            plan=plan, by=self.person, for_editing=self.access.may(CompliancePermission.EDIT_PLANS)
        )
        return download(content=content, filename=f"{plan.title}.xlsx", content_type=XLSX_TYPE)

    @extend_schema(
        operation_id="plan_workbook_check",
        request={"multipart/form-data": WorkbookFileSerializer},
        responses={200: CheckedWorkbookSerializer, 400: WorkbookRefusalSerializer},
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = plan_for(self.access, plan_id, CompliancePermission.EDIT_PLANS)
        sent = checked(WorkbookFileSerializer, request)["file"]
        if sent.size > LIMIT_BYTES:
            raise FileUnreadable("The file is larger than 2 MB. Send a file with the table only.")
        found, upload = check_upload(
            plan=plan, by=self.person, file_name=sent.name or "", content=sent.read()
        )
        if found.problems:
            return self._refuse(400, refusal(found.problems))
        return Response(
            CheckedWorkbookSerializer(
                {"upload_id": upload.pk if upload else None, "changes": changes_data(found)}
            ).data
        )


class PlanWorkbookApplyAPI(_WorkbookAPIView):
    """Save what a checked sheet changes, all or nothing. Sent twice, it happens once."""

    permission = CompliancePermission.EDIT_PLANS

    @extend_schema(
        operation_id="plan_workbook_apply",
        request=None,
        responses={200: AppliedSerializer, 400: RefusalSerializer, 409: WorkbookRefusalSerializer},
    )
    def post(self, request: Request, plan_id: UUID, plan_upload_id: UUID) -> Response:
        upload = plan_upload_for(self.access, plan_id, plan_upload_id)
        applied = apply_upload(upload=upload, by=self.person)
        return Response(AppliedSerializer({"changed": applied.changed}).data)
