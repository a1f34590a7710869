"""Committee reports over the API: the same access and services as the pages."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.writes import RefusalSerializer
from compliance.enums import ReportState
from compliance.models import Report
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.reports import VersionLine, content_of, version_lines
from compliance.report_access import rendition_for, report_for, report_to_edit, reports_of
from compliance.services.renditions import request_rendition
from prevent_portal.outbox.enums import JobState
from prevent_portal.web.api import CouncilAPIView
from prevent_portal.web.downloads import PDF_TYPE, download
from prevent_portal.web.pagination import Pagination


class ReportLineSerializer(serializers.Serializer[Report]):
    """A report in a list."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    committee = serializers.CharField()
    period = serializers.CharField(source="period.words")
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    state = serializers.ChoiceField(choices=ReportState.choices)
    due_on = serializers.DateField(allow_null=True)
    as_at = serializers.DateField(allow_null=True)


class SectionSerializer(serializers.Serializer[Any]):
    """A section with its number and parts: paragraphs, headings, lists, recommendations, blocks and gaps."""

    key = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    heading = serializers.CharField()
    level = serializers.IntegerField()
    parts = serializers.ListField(child=serializers.DictField())


class ReportSerializer(ReportLineSerializer):
    """A report as it stands: live figures in a draft, the frozen ones afterwards."""

    header = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    sections = SectionSerializer(many=True)
    sources = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())


class RenditionSerializer(serializers.Serializer[Any]):
    """A version of a report and its document. ``document`` is empty until the document is there."""

    version = serializers.IntegerField()
    is_final = serializers.BooleanField()
    made_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=JobState.choices)
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_blank=True)
    document = serializers.CharField(allow_blank=True)


def rendition_data(slug: str, report_id: UUID, line: VersionLine) -> dict[str, Any]:
    return {
        "version": line.number,
        "is_final": line.is_final,
        "made_at": line.made_at,
        "state": line.job_state or JobState.QUEUED,
        "size": line.size,
        "sha256": line.sha256,
        "document": reverse("api-report-document", args=[slug, report_id, line.number])
        if line.size is not None
        else "",
    }


class ReportsAPI(CouncilAPIView):
    """Reports that the person may read, newest period first."""

    permission = CompliancePermission.VIEW_REPORTS

    @extend_schema(
        operation_id="reports_list",
        summary="List committee reports",
        responses={200: ReportLineSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        paginator = Pagination()
        page = paginator.paginate_queryset(
            reports_of(self.access).defer("snapshot").order_by("-period_end", "title", "pk"), request, self
        )
        return paginator.get_paginated_response(ReportLineSerializer(cast(Any, page), many=True).data)


class ReportAPI(CouncilAPIView):
    """One report with its sections."""

    permission = CompliancePermission.VIEW_REPORTS

    @extend_schema(
        operation_id="reports_retrieve",
        summary="Read a report with its sections and figures",
        responses={200: ReportSerializer, 404: RefusalSerializer},
    )
    def get(self, request: Request, report_id: UUID) -> Response:
        report = report_for(self.access, report_id)
        content = content_of(self.council, report)
        data = {
            **ReportLineSerializer(report).data,
            **{name: content[name] for name in ("header", "sections", "sources", "missing")},
        }
        return Response(data)


class RenditionsAPI(CouncilAPIView):
    """The documents of a report."""

    permission = {"get": CompliancePermission.VIEW_REPORTS, "post": CompliancePermission.EDIT_OWN_REPORTS}

    @extend_schema(
        operation_id="renditions_list",
        summary="List a report's documents",
        responses={200: RenditionSerializer(many=True), 404: RefusalSerializer},
    )
    def get(self, request: Request, report_id: UUID) -> Response:
        report = report_for(self.access, report_id)
        return Response(self._readable(report))

    @extend_schema(
        operation_id="renditions_create",
        summary="Have a report's document made",
        description="Sent again without a change, it answers with the same version and makes nothing.",
        request=None,
        responses={
            202: OpenApiResponse(RenditionSerializer, description="Accepted"),
            200: OpenApiResponse(RenditionSerializer, description="Accepted before"),
            404: RefusalSerializer,
            409: OpenApiResponse(RefusalSerializer, description="The figures are not frozen"),
        },
    )
    def post(self, request: Request, report_id: UUID) -> Response:
        report = report_to_edit(self.access, report_id)
        try:
            version, _job, created = request_rendition(report=report, by=self.person)
        except PolicyError as problem:
            return Response({"detail": str(problem)}, status=409)
        line = next(line for line in self._readable(report) if line["version"] == version.number)
        return Response(line, status=202 if created else 200)

    def _readable(self, report: Report) -> list[dict[str, Any]]:
        drafts = self.access.may(CompliancePermission.VIEW_DRAFT_REPORTS)
        lines = [
            rendition_data(self.council.slug, report.pk, line)
            for line in version_lines(report)
            if line.is_final or drafts
        ]
        return list(RenditionSerializer(lines, many=True).data)


class DocumentAPI(CouncilAPIView):
    """The bytes of a document."""

    permission = CompliancePermission.VIEW_REPORTS

    @extend_schema(
        operation_id="renditions_document",
        summary="Download a report's document",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 404: RefusalSerializer},
    )
    def get(self, request: Request, report_id: UUID, number: int) -> HttpResponseBase:
        rendition = rendition_for(self.access, report_id, number)
        name = f"report-{rendition.version.report_id}-version-{number}.pdf"
        return download(content=bytes(rendition.content), filename=name, content_type=PDF_TYPE)
