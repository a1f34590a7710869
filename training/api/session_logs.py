"""Logs of sessions as files, with the checks and the answers of the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import IDEMPOTENCY_KEY, RefusalSerializer, WritingAPIView, checked
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable
from training.api.uploads import FileRefused, RefusedSerializer
from training.permissions import TrainingPermission
from training.services.session_logs import KeptLog, check_log, confirm_log, kept_log, log_outcomes
from training.session_logs.days import Days, DaysUnclear, days_of

_WRITE = TrainingPermission.WRITE_SESSIONS


class LogRowSerializer(serializers.Serializer[Any]):
    """What confirming does, or did, with one row of the file."""

    subject = serializers.CharField(help_text="The course or the briefing.")
    when = serializers.CharField()
    audience = serializers.CharField()
    for_whom = serializers.CharField()
    trainer = serializers.CharField(allow_blank=True)
    sessions = serializers.IntegerField()
    attendees = serializers.IntegerField(allow_null=True, help_text="null where nobody knows.")
    outcome = serializers.CharField()


class SessionLogSerializer(serializers.Serializer[Any]):
    """A checked log, or its receipt once it is confirmed. Kept for a day."""

    token = serializers.CharField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    notices = serializers.ListField(child=serializers.CharField())
    rows = LogRowSerializer(many=True)


class SendSessionLogSerializer(serializers.Serializer[Any]):
    """A log of delivered sessions."""

    file = serializers.FileField()
    when = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        default="",
        help_text="When sessions were whose row does not say, such as 2018 or Q1 2018/19.",
    )
    confirm = serializers.BooleanField(
        required=False, default=False, help_text="Confirm at once if nothing is wrong."
    )


class _SessionLogAPI(WritingAPIView):
    abstract = True

    def answer(self, log: KeptLog) -> dict[str, Any]:
        """The log with what becomes of its rows."""
        return SessionLogSerializer(
            {
                "token": log.token,
                "file_name": log.file_name,
                "sha256": log.sha256,
                "confirmed_at": log.confirmed,
                "notices": log.notices,
                "rows": log_outcomes(council=self.council, log=log),
            }
        ).data

    def own_log(self, token: str) -> KeptLog:
        """The log that this person sent. Raises Http404 for anybody else's and once the day is over."""
        log = kept_log(council=self.council, by=self.person, token=token)
        if log is None:
            raise Http404
        return log


class SessionLogsAPI(_SessionLogAPI):
    """Send a log of delivered sessions."""

    permission = _WRITE
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="training_session_log_send",
        request={"multipart/form-data": SendSessionLogSerializer},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: SessionLogSerializer, 400: RefusedSerializer, 422: RefusalSerializer},
    )
    def post(self, request: Request) -> Response:
        """Check a file; with ``confirm`` also add its rows to the log. The checks are those of the page."""
        given = checked(SendSessionLogSerializer, request)
        file = given["file"]
        days = self._days(given["when"])
        if file.size > LIMIT_BYTES:
            raise FileRefused("The file is larger than 2 MB. Send a file with the table only.")

        def create() -> dict[str, Any]:
            file.seek(0)
            try:
                found, log = check_log(
                    council=self.council,
                    by=self.person,
                    file_name=str(file.name),
                    content=file.read(LIMIT_BYTES + 1),
                    days=days,
                )
            except FileUnreadable as refusal:
                raise FileRefused(str(refusal)) from None
            if log is None:
                raise FileRefused("The file has problems. Nothing was stored.", found.problems, found.notices)
            if given["confirm"]:
                log = confirm_log(council=self.council, by=self.person, log=log)
            return self.answer(log)

        return self.created_once(request, create)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, FileRefused):
            return self._refuse(400, exc.body)
        return super().handle_exception(exc)

    @staticmethod
    def _days(words: str) -> Days | None:
        if not words.strip():
            return None
        try:
            return days_of(words)
        except DaysUnclear as unclear:
            raise exceptions.ValidationError({"when": [str(unclear)]}) from None


class SessionLogAPI(_SessionLogAPI):
    """A checked log of the person's own, or its receipt."""

    permission = _WRITE

    @extend_schema(operation_id="training_session_log", responses={200: SessionLogSerializer})
    def get(self, request: Request, token: str) -> Response:
        return Response(self.answer(self.own_log(token)))


class SessionLogConfirmationAPI(_SessionLogAPI):
    """Confirm a checked log."""

    permission = _WRITE

    @extend_schema(
        operation_id="training_session_log_confirm",
        request=None,
        responses={200: SessionLogSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, token: str) -> Response:
        """Add the file's rows to the log of sessions. Sent twice, it happens once."""
        log = confirm_log(council=self.council, by=self.person, log=self.own_log(token))
        return Response(self.answer(log))
