"""Staff registers from an organisation's own learning system: send, ask how far the check is, confirm."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.enums import OrganisationKind
from prevent_portal.outbox.enums import JobState
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    WRITE_ANSWERS,
    RefusalSerializer,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.spreadsheets import FileUnreadable
from training.access.registers import organisations_of, own_registers, register_for
from training.access.returns import sending_organisations
from training.api.uploads import OutcomeSerializer, ProblemSerializer
from training.enums import RegisterState
from training.models import StaffRegister
from training.permissions import TrainingPermission
from training.queries.registers import check_job
from training.services.registers import confirm_register, preview_register, receive_register


class SendRegisterSerializer(serializers.Serializer[Any]):
    """A staff register and what it is about."""

    file = serializers.FileField()
    organisation = serializers.UUIDField(
        required=False, help_text="Left out: the council's own services, which the rows name."
    )
    quarter_end = serializers.DateField(help_text="Last day of a quarter that is over, such as 2018-06-30.")
    council_staff_only = serializers.BooleanField(required=False, default=False)
    leave_out_other_courses = serializers.BooleanField(required=False, default=False)

    def validate_quarter_end(self, value: date) -> date:
        if Quarter.of(value).end != value:
            raise serializers.ValidationError("Give the last day of a quarter, such as 2018-06-30.")
        if value >= timezone.localdate():
            raise serializers.ValidationError("The quarter is not over yet.")
        if value < date(2010, 1, 1):
            raise serializers.ValidationError("Give a quarter of 2010 or later.")
        return value


class RegisterSerializer(serializers.Serializer[Any]):
    """A register without its returns and problems."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    state = serializers.ChoiceField(choices=RegisterState.choices)
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True)
    council_staff_only = serializers.BooleanField()
    quarter_end = serializers.DateField(source="period_end")
    rows_read = serializers.IntegerField()
    people = serializers.IntegerField()
    problem_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class RegisterDetailSerializer(RegisterSerializer):
    """A register where it stands."""

    percent = serializers.IntegerField(help_text="How far the check is.")
    failure = serializers.CharField(allow_blank=True, help_text="Why the check ended without an answer.")
    problems = ProblemSerializer(many=True, help_text="The first thousand.")
    notices = serializers.ListField(child=serializers.CharField())
    returns = OutcomeSerializer(many=True)


class AcceptedRegisterSerializer(serializers.Serializer[Any]):
    """A register that was taken in; its check goes on in the background."""

    id = serializers.UUIDField()
    address = serializers.CharField(help_text="Ask here how far the check is.")


def register_detail(register: StaffRegister) -> dict[str, Any]:
    """A register as the API gives it."""
    job = check_job(register) if register.state == RegisterState.WAITING else None
    returns: list[Any] = []
    if register.receipt is not None:
        returns = register.receipt["rows"]
    elif register.state == RegisterState.CHECKED:
        returns = preview_register(register=register)
    data = RegisterSerializer(register).data
    failed = job is not None and job.state in (JobState.FAILED, JobState.REFUSED)
    return {
        **data,
        "percent": job.percent if job else 100,
        "failure": job.failure if job and failed else "",
        "problems": ProblemSerializer(register.problems, many=True).data,
        "notices": register.notices,
        "returns": OutcomeSerializer(returns, many=True).data,
    }


class RegistersAPI(WritingAPIView):
    """Staff registers of the person's own and confirmed ones of their organisations."""

    permission = TrainingPermission.SUBMIT_RETURNS
    pagination_class = Pagination
    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc] # the base declares no ClassVar

    @extend_schema(operation_id="training_registers", responses=RegisterSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        page = pages.paginate_queryset(own_registers(self.access), request, view=self)
        return pages.get_paginated_response(RegisterSerializer(page, many=True).data)

    @extend_schema(
        operation_id="training_send_register",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": SendRegisterSerializer},
        responses={202: AcceptedRegisterSerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        """Take a register in. Nothing counts until it is checked and confirmed."""
        data = checked(SendRegisterSerializer, request)
        organisation = None
        of_services = "organisation" not in data
        organisations = sending_organisations(self.access)
        if of_services:
            if not any(each.kind == OrganisationKind.COUNCIL_SERVICE for each in organisations):
                raise exceptions.ValidationError({"organisation": ["Say whose staff the register lists."]})
        else:
            organisation = next((each for each in organisations if each.pk == data["organisation"]), None)
            if organisation is None:
                raise exceptions.ValidationError(
                    {"organisation": ["You cannot send returns for this organisation."]}
                )
            of_services = organisation.kind == OrganisationKind.COUNCIL_SERVICE

        def create() -> dict[str, Any]:
            try:
                register, _ = receive_register(
                    council=self.council,
                    by=self.person,
                    organisation=organisation,
                    of_services=of_services,
                    council_staff_only=data["council_staff_only"],
                    period_end=data["quarter_end"],
                    leaves_out_other_courses=data["leave_out_other_courses"],
                    file_name=str(data["file"].name),
                    chunks=data["file"].chunks,
                )
            except FileUnreadable as refusal:
                raise PolicyError(str(refusal)) from refusal
            address = reverse("api-training-register", args=[self.council.slug, register.pk])
            return {"id": str(register.pk), "address": address}

        response = self.created_once(request, create)
        response.status_code = 202
        return response


class RegisterAPI(WritingAPIView):
    """A register of the person's own, or a confirmed one of an organisation of theirs."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(operation_id="training_register", responses={200: RegisterDetailSerializer})
    def get(self, request: Request, register_id: UUID) -> Response:
        """Where it stands: being checked, its problems, what confirming would do, or its receipt."""
        return Response(register_detail(register_for(self.access, register_id)))


class ConfirmRegisterAPI(WritingAPIView):
    """Confirm a checked register."""

    permission = TrainingPermission.SUBMIT_RETURNS

    @extend_schema(
        operation_id="training_confirm_register",
        request=None,
        responses={200: RegisterDetailSerializer, 400: RefusalSerializer},
    )
    def post(self, request: Request, register_id: UUID) -> Response:
        """Make its figures returns. Sent twice, it happens once."""
        register = register_for(self.access, register_id)
        confirmed = confirm_register(
            register=register, organisations=organisations_of(self.access, register), by=self.person
        )
        return Response(register_detail(confirmed))
