"""Files of figures from an organisation's own system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import IDEMPOTENCY_KEY, RefusalSerializer, WritingAPIView
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable
from training.access.returns import sending_organisations, upload_for
from training.figures import Problem
from training.models import ReturnUpload
from training.permissions import TrainingPermission
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
    """Why a file was not taken. Nothing of it is stored; it lies sealed for an hour, for its sender alone."""

    detail = serializers.CharField()
    problems = ProblemSerializer(many=True)
    notices = serializers.ListField(child=serializers.CharField())


class FileRefused(Exception):
    """A file with problems; it ends the request, so that its key may be used for the file put right."""

    def __init__(self, detail: str, problems: Sequence[Problem] = (), notices: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.body = dict(RefusedSerializer({"detail": detail, "problems": problems, "notices": notices}).data)


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


class UploadsAPI(WritingAPIView):
    """Send a file of figures."""

    permission = TrainingPermission.SUBMIT_RETURNS
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="training_send_file",
        request={"multipart/form-data": SendSerializer},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: UploadSerializer, 400: RefusedSerializer, 422: RefusalSerializer},
    )
    def post(self, request: Request) -> Response:
        """Check a file; with ``confirm`` also make its rows returns. The checks are those of the page.

        A field that is wrong is named in the 400 answer; a file that is wrong is answered with every problem.
        """
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
        if data["file"].size > LIMIT_BYTES:
            raise FileRefused("The file is larger than 2 MB. Send a file with the table only.")

        def create() -> dict[str, Any]:
            data["file"].seek(0)
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
                raise FileRefused(str(refusal)) from None
            if upload is None:
                raise FileRefused(
                    "The file has problems. Nothing was stored.", checked.problems, checked.notices
                )
            if data["confirm"]:
                upload = confirm_upload(upload=upload, organisations=organisations, by=self.person)
            return _upload_json(upload)

        return self.created_once(request, create)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, FileRefused):
            return self._refuse(400, exc.body)
        return super().handle_exception(exc)


class UploadAPI(WritingAPIView):
    """A checked file of the person's own, or its receipt."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(operation_id="training_upload", responses={200: UploadSerializer})
    def get(self, request: Request, upload_id: UUID) -> Response:
        return Response(_upload_json(upload_for(self.access, upload_id)))


class ConfirmAPI(WritingAPIView):
    """Confirm a checked file."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(
        operation_id="training_confirm_upload",
        request=None,
        responses={200: UploadSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, upload_id: UUID) -> Response:
        """Make the file's rows returns. Sent twice, it happens once."""
        upload = upload_for(self.access, upload_id)
        upload = confirm_upload(
            upload=upload, organisations=sending_organisations(self.access), by=self.person
        )
        return Response(_upload_json(upload))
