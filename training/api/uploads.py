"""Files of figures from an organisation's own system."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import CouncilAPIView, RefusalSerializer
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable
from training.access import sending_organisations, upload_for
from training.models import ReturnUpload
from training.permissions import TrainingPermission
from training.policies import ReturnRefused
from training.queries.returns import course_named
from training.services.uploads import check_upload, confirm_upload, preview


class OutcomeSerializer(serializers.Serializer[Any]):
    """What confirming does, or did, with one row of the file."""

    organisation = serializers.CharField()
    course = serializers.CharField()
    scope = serializers.CharField()
    period = serializers.CharField()
    compliant = serializers.CharField(allow_blank=True)
    eligible = serializers.CharField(allow_blank=True)
    percentage = serializers.CharField(source="printed")
    against_target = serializers.CharField(source="against")
    below_target = serializers.BooleanField(source="is_below")
    change = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField()


class UploadSerializer(serializers.Serializer[Any]):
    """A checked file, or its receipt once it is confirmed."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    notices = serializers.ListField(child=serializers.CharField())
    rows = OutcomeSerializer(many=True)


class SendSerializer(serializers.Serializer[Any]):
    """A file of figures. Fields say what rows mean that do not say."""

    file = serializers.FileField()
    organisation = serializers.UUIDField(required=False)
    course = serializers.SlugField(required=False, help_text="Such as wrap or basic-awareness.")
    council_staff_only = serializers.BooleanField(required=False, default=False)
    confirm = serializers.BooleanField(
        required=False, default=False, help_text="Confirm at once if nothing is wrong."
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """One thing to put right."""

    sheet = serializers.CharField(allow_blank=True)
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    fix = serializers.CharField()


class RefusedSerializer(serializers.Serializer[Any]):
    """Why a file was not taken. Nothing of it was kept."""

    detail = serializers.CharField()
    problems = ProblemSerializer(many=True)
    notices = serializers.ListField(child=serializers.CharField())


def _upload_json(upload: ReturnUpload) -> dict[str, Any]:
    rows = upload.receipt["rows"] if upload.receipt else preview(upload=upload)
    return UploadSerializer(
        {
            "id": upload.pk,
            "file_name": upload.file_name,
            "sha256": upload.sha256,
            "confirmed_at": upload.confirmed_at,
            "expires_at": upload.expires_at,
            "notices": upload.notices,
            "rows": rows,
        }
    ).data


class UploadsAPI(CouncilAPIView):
    """Send a file of figures."""

    permission = TrainingPermission.SUBMIT_RETURNS
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="training_send_file",
        request={"multipart/form-data": SendSerializer},
        responses={
            201: UploadSerializer,
            400: OpenApiTypes.OBJECT,
            409: RefusalSerializer,
            422: RefusedSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Check a file; with ``confirm`` also make its rows returns. The checks are those of the page."""
        asked = SendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        organisations = sending_organisations(self.access)
        organisation = next((each for each in organisations if each.pk == data.get("organisation")), None)
        if "organisation" in data and organisation is None:
            return Response({"organisation": ["You cannot send returns for this organisation."]}, status=400)
        course = course_named(data["course"]) if "course" in data else None
        if "course" in data and course is None:
            return Response({"course": ["This course is not on the list."]}, status=400)
        try:
            checked, upload = check_upload(
                council=self.council,
                by=self.person,
                organisations=organisations,
                file_name=str(data["file"].name),
                content=data["file"].read(LIMIT_BYTES + 1),
                course=course,
                organisation=organisation,
                for_council=data["council_staff_only"],
            )
        except FileUnreadable as refusal:
            return Response({"detail": str(refusal), "problems": [], "notices": []}, status=422)
        if upload is None:
            refused = {
                "detail": "The file has problems. Nothing was stored.",
                "problems": checked.problems,
                "notices": checked.notices,
            }
            return Response(RefusedSerializer(refused).data, status=422)
        if data["confirm"]:
            try:
                upload = confirm_upload(upload=upload, organisations=organisations, by=self.person)
            except ReturnRefused as refusal:
                return Response({"detail": str(refusal)}, status=409)
        return Response(_upload_json(upload), status=201)


class UploadAPI(CouncilAPIView):
    """A checked file of the person's own, or its receipt."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(operation_id="training_upload", responses={200: UploadSerializer})
    def get(self, request: Request, upload_id: UUID) -> Response:
        return Response(_upload_json(upload_for(self.access, upload_id)))


class ConfirmAPI(CouncilAPIView):
    """Confirm a checked file."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(
        operation_id="training_confirm_upload",
        request=None,
        responses={200: UploadSerializer, 409: RefusalSerializer},
    )
    def post(self, request: Request, upload_id: UUID) -> Response:
        """Make the file's rows returns. Sent twice, it happens once."""
        upload = upload_for(self.access, upload_id)
        try:
            upload = confirm_upload(
                upload=upload, organisations=sending_organisations(self.access), by=self.person
            )
        except ReturnRefused as refusal:
            return Response({"detail": str(refusal)}, status=409)
        return Response(_upload_json(upload))
