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
from compliance.enums import ReportEdition, ReportFormat, ReportState
from compliance.models import Report
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.reports import FileLine, VersionLine, content_of, version_lines
from compliance.queries.sign_offs import Standing, standing_of
from compliance.report_access import (
    may_read_exempt,
    readable_content,
    readable_versions,
    rendition_for,
    report_for,
    report_to_edit,
    reports_of,
    version_for,
)
from compliance.services.renditions import request_rendition
from prevent_portal.outbox.enums import JobState
from prevent_portal.web.api import CouncilAPIView
from prevent_portal.web.downloads import PDF_TYPE, XLSX_TYPE, download
from prevent_portal.web.pagination import Pagination
from prevent_portal.web.word import DOCX_TYPE

CONTENT_TYPES: dict[str, str] = {
    ReportFormat.PDF: PDF_TYPE,
    ReportFormat.DOCX: DOCX_TYPE,
    ReportFormat.XLSX: XLSX_TYPE,
}


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
    """A section with its number and parts: paragraphs, headings, lists, recommendations, blocks and gaps.

    ``exempt`` says by which paragraph of Schedule 12A it is kept from the public; its parts are there only
    for those who may read them.
    """

    key = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    heading = serializers.CharField()
    level = serializers.IntegerField()
    exempt = serializers.DictField(allow_null=True)
    parts = serializers.ListField(child=serializers.DictField())


class PlaceSerializer(serializers.Serializer[Any]):
    """One place of the sign-off. ``state`` is signed, next, later, or changed: signed before a change."""

    position = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["signed", "next", "later", "changed"])
    version = serializers.IntegerField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)


class ContentSerializer(serializers.Serializer[Any]):
    """What a report says: header, sections, where its figures come from and what is missing."""

    header = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    sections = SectionSerializer(many=True)
    sources = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())


class ReportSerializer(ReportLineSerializer, ContentSerializer):
    """A report as it stands: live figures in a draft, the frozen ones afterwards."""

    corrects = serializers.UUIDField(allow_null=True, source="corrects_id")
    correction = serializers.CharField(allow_blank=True)
    sign_off = PlaceSerializer(many=True)


class ReportFileSerializer(serializers.Serializer[Any]):
    """One file of a version."""

    edition = serializers.ChoiceField(choices=ReportEdition.choices)
    format = serializers.ChoiceField(choices=ReportFormat.choices)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    address = serializers.CharField()


class ReportVersionSerializer(serializers.Serializer[Any]):
    """A version of a report. ``sha256`` is that of what it says, which signatures bind to."""

    version = serializers.IntegerField()
    is_final = serializers.BooleanField()
    made_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    files = ReportFileSerializer(many=True)


class WholeReportVersionSerializer(ReportVersionSerializer, ContentSerializer):
    """A version with what it says."""


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
        "size": line.document.size if line.document else None,
        "sha256": line.document.sha256 if line.document else "",
        "document": reverse("api-report-document", args=[slug, report_id, line.number])
        if line.document
        else "",
    }


def version_data(slug: str, report_id: UUID, line: VersionLine, *, exempt: bool) -> dict[str, Any]:
    """A version with the files that the person may read."""

    def address(file: FileLine) -> str:
        return reverse("api-report-file", args=[slug, report_id, line.number, file.edition, file.format])

    return {
        "version": line.number,
        "is_final": line.is_final,
        "made_at": line.made_at,
        "sha256": line.content_sha256,
        "files": [
            {
                "edition": file.edition,
                "format": file.format,
                "size": file.size,
                "sha256": file.sha256,
                "address": address(file),
            }
            for file in line.files
            if exempt or file.edition == ReportEdition.PUBLIC
        ],
    }


def places_data(standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "position": place.sign_off.position,
            "title": place.sign_off.title,
            "state": place.state,
            "version": place.signed_version,
            "signed_at": place.sign_off.signed_at,
        }
        for place in standing.places
    ]


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
        whole = content_of(self.council, report)
        content = readable_content(self.access, report.pk, whole)
        data = {
            **ReportLineSerializer(report).data,
            **ContentSerializer(content).data,
            "corrects": report.corrects_id,
            "correction": report.correction,
            "sign_off": PlaceSerializer(places_data(standing_of(report, whole)), many=True).data,
        }
        return Response(data)


class VersionsAPI(CouncilAPIView):
    """The versions of a report that the person may read, newest first."""

    permission = CompliancePermission.VIEW_REPORTS

    @extend_schema(
        operation_id="report_versions_list",
        summary="List a report's versions with their files",
        responses={200: ReportVersionSerializer(many=True), 404: RefusalSerializer},
    )
    def get(self, request: Request, report_id: UUID) -> Response:
        report = report_for(self.access, report_id)
        exempt = may_read_exempt(self.access, report.pk)
        lines = [
            version_data(self.council.slug, report.pk, line, exempt=exempt)
            for line in readable_versions(self.access, report)
        ]
        return Response(ReportVersionSerializer(lines, many=True).data)


class VersionAPI(CouncilAPIView):
    """One version with what it says."""

    permission = CompliancePermission.VIEW_REPORTS

    @extend_schema(
        operation_id="report_versions_retrieve",
        summary="Read a version of a report",
        responses={200: WholeReportVersionSerializer, 404: RefusalSerializer},
    )
    def get(self, request: Request, report_id: UUID, number: int) -> Response:
        version = version_for(self.access, report_id, number)
        exempt = may_read_exempt(self.access, report_id)
        line = next(one for one in version_lines(version.report) if one.id == version.pk)
        content = readable_content(self.access, report_id, version.content)
        data = {
            **version_data(self.council.slug, report_id, line, exempt=exempt),
            **{name: content[name] for name in ("header", "sections", "sources", "missing")},
        }
        return Response(WholeReportVersionSerializer(data).data)


class FileAPI(CouncilAPIView):
    """The bytes of one file of a version."""

    permission = CompliancePermission.VIEW_REPORTS

    @extend_schema(
        operation_id="report_versions_file",
        summary="Download a file of a version",
        responses={(200, content_type): OpenApiTypes.BINARY for content_type in CONTENT_TYPES.values()}
        | {404: RefusalSerializer},
    )
    def get(
        self, request: Request, report_id: UUID, number: int, edition: str, file_format: str
    ) -> HttpResponseBase:
        rendition = rendition_for(self.access, report_id, number, edition=edition, file_format=file_format)
        name = f"report-{report_id}-version-{number}-{edition}.{file_format}"
        return download(
            content=bytes(rendition.content), filename=name, content_type=CONTENT_TYPES[file_format]
        )


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
        lines = [
            rendition_data(self.council.slug, report.pk, line)
            for line in readable_versions(self.access, report)
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
