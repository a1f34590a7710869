"""Staff registers on their way to becoming returns, and what is kept of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned
from training.enums import RegisterState
from training.models.courses import Course


class StaffRegister(CouncilOwned):
    """An export of a learning system, sent to be turned into returns, and its receipt after.

    It is sent for one organisation, or for all services of the council, whose names its rows then give.
    It is checked in the background; until it is confirmed it counts for nothing and expires. The file is kept
    in :class:`RegisterPart` while it waits for its check and no longer. The rows of people in
    :class:`RegisterRow` stay for the latest confirmed register of an organisation and group of staff alone:
    the next one, or a correction, takes them away. The figures stay.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    is_of_services = models.BooleanField(
        default=False, help_text="Sent by the council for its own services, one or all of them."
    )
    council_staff_only = models.BooleanField(default=False)
    leaves_out_other_courses = models.BooleanField(default=False)
    period_end = models.DateField(help_text="Last day of the quarter whose position it gives.")
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RegisterState.choices, default=RegisterState.WAITING)
    columns = models.JSONField(default=list, help_text="Which heading of the file was read as what.")
    notices = models.JSONField(default=list)
    first_rows = models.JSONField(default=list, help_text="The first rows, without the reference.")
    problems = models.JSONField(default=list, help_text="The first of them, by cell.")
    problem_count = models.PositiveIntegerField(default=0)
    figures = models.JSONField(
        default=list, help_text="Counts by organisation, course, service and role group."
    )
    rows_read = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    receipt = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [
            models.Index(
                fields=["council", "organisation", "period_end"], name="register_council_organisation"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(confirmed_at__isnull=True), name="register_expiring"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="register_confirmed_with_receipt",
                condition=Q(state=RegisterState.CONFIRMED, confirmed_at__isnull=False, receipt__isnull=False)
                | (~Q(state=RegisterState.CONFIRMED) & Q(confirmed_at__isnull=True, receipt__isnull=True)),
            ),
            models.CheckConstraint(
                name="register_without_organisation_is_of_services",
                condition=Q(organisation__isnull=False) | Q(is_of_services=True),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class RegisterPart(CouncilOwned):
    """A part of a register's file, encrypted, on its way to the worker. Its check takes all of them away."""

    register = models.ForeignKey(StaffRegister, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["register", "number"]
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="register_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}: {self.number}"


class RegisterRow(CouncilOwned):
    """One person and course of a register: who by a keyed hash only, and what coverage by service needs.

    ``person`` is an HMAC under a key of the council's own, so the same person in two councils cannot be
    linked and the reference cannot be had back. Register and course have no foreign keys, which would be
    asked one by one for one hundred thousand rows: a trigger asks once for a statement, another takes the
    rows away with their register (migration 0019).
    """

    council = models.ForeignKey(
        Council, models.PROTECT, related_name="+", editable=False, db_index=False, db_constraint=False
    )
    register = models.ForeignKey(
        StaffRegister, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    person = models.BinaryField(max_length=32)
    service = models.CharField(max_length=120, blank=True)
    role_group = models.CharField(max_length=120, blank=True)
    required = models.BooleanField()
    completed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["register", "course", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "register", "course", "person"], name="register_row_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}: {self.course_id}"


class RegisterFigure(CouncilOwned):
    """How many people of a service and role group need a course and hold it, by a confirmed register.

    These are read by people whose staff it does not list, so they hold no group of fewer than five people;
    the organisation reads its exact figures from its register.
    """

    register = models.ForeignKey(StaffRegister, models.CASCADE, related_name="service_figures")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    service = models.CharField(max_length=120, blank=True)
    role_group = models.CharField(max_length=120, blank=True)
    eligible = models.PositiveIntegerField()
    compliant = models.PositiveIntegerField()

    class Meta:
        ordering = ["organisation", "course", "service", "role_group"]
        indexes = [models.Index(fields=["council", "register"], name="register_figure_council")]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "organisation", "course", "service", "role_group"],
                name="register_figure_once",
            ),
            models.CheckConstraint(name="register_figure_agrees", condition=Q(compliant__lte=F("eligible"))),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}: {self.course_id}, {self.service}"
