"""Reads of staff registers: what is expected of one, and what changed since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.outbox.models import Job
from training.enums import PeriodKind, RegisterState, Reported
from training.figures import FigureRow, place_of
from training.models import RegisterRow, StaffRegister
from training.periods import quarter_of
from training.queries.courses import courses_of
from training.registers.keys import reference_hasher
from training.registers.rows import (
    RegisterCourse,
    RegisterExpected,
    RegisterOrganisation,
    ServiceFigure,
    counts_from,
    totals,
)

CHECK = "training.check_register"
"""The kind of job that checks a register."""


@dataclass(frozen=True)
class StaffChange:
    """How the people of a register differ from those of the one before."""

    before: date
    joined: int
    left: int


def expected_of(register: StaffRegister, organisations: Sequence[Organisation]) -> RegisterExpected:
    """What a register may speak of, and how its references are hashed."""
    return RegisterExpected(
        organisations=[RegisterOrganisation(each.pk, each.name) for each in organisations],
        names_organisations=register.organisation_id is None,
        courses=[
            RegisterCourse(
                each.pk,
                each.name,
                each.also_known_as,
                counts_from(register.period_end, each.refresh_months),
                each.refresh_months,
            )
            for each in courses_of(register.council)
        ],
        period_end=register.period_end,
        today=timezone.localdate(),
        hashed=partial(reference_hasher, register.council_id),
        leaves_out_other_courses=register.leaves_out_other_courses,
    )


def return_rows(register: StaffRegister, figures: Sequence[ServiceFigure]) -> list[FigureRow]:
    """The returns that a register amounts to: one for each organisation and course.

    A return about a course of the council's own stays with the council, whoever's staff it is about.
    """
    local = {each.pk for each in courses_of(register.council) if each.is_local}
    period = quarter_of(register.period_end, PeriodKind.SNAPSHOT)
    if register.is_of_services:
        scope = "Whole service"
    elif register.council_staff_only:
        scope = f"{place_of(register.council.name)}-based staff"
    else:
        scope = "Whole organisation"
    return [
        FigureRow(
            sheet="",
            row=number,
            organisation_id=organisation_id,
            organisation=organisation,
            course_id=course_id,
            course=course,
            for_council=register.is_of_services or register.council_staff_only or course_id in local,
            scope=scope,
            period=period,
            reported=Reported.FIGURES if eligible else Reported.NIL,
            eligible=eligible,
            compliant=compliant,
            sessions=None,
        )
        for number, ((organisation_id, course_id), (organisation, course, eligible, compliant)) in enumerate(
            totals(figures).items(), start=1
        )
    ]


def earlier_registers(register: StaffRegister) -> QuerySet[StaffRegister]:
    """Other confirmed registers of the same organisation and group of staff, the latest first."""
    return (
        StaffRegister.objects.filter(
            council=register.council_id,
            organisation=register.organisation_id,
            council_staff_only=register.council_staff_only,
            state=RegisterState.CONFIRMED,
        )
        .exclude(pk=register.pk)
        .order_by("-period_end", "-confirmed_at", "pk")
    )


def staff_change(register: StaffRegister) -> StaffChange | None:
    """Who joined and left since the register before, by their hashes; None where none is kept."""
    before = earlier_registers(register).filter(period_end__lt=register.period_end).first()
    if (
        before is None
        or not RegisterRow.objects.filter(council=register.council_id, register=before).exists()
    ):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH now AS (SELECT DISTINCT person FROM training_registerrow"
            " WHERE council_id = %(council)s AND register_id = %(now)s),"
            " before AS (SELECT DISTINCT person FROM training_registerrow"
            " WHERE council_id = %(council)s AND register_id = %(before)s)"
            " SELECT (SELECT count(*) FROM now WHERE person NOT IN (SELECT person FROM before)),"
            " (SELECT count(*) FROM before WHERE person NOT IN (SELECT person FROM now))",
            {"council": register.council_id, "now": register.pk, "before": before.pk},
        )
        joined, left = cursor.fetchone()
    return StaffChange(before.period_end, joined, left)


def check_job(register: StaffRegister) -> Job | None:
    """The job that checks a register."""
    return Job.objects.filter(council=register.council_id, kind=CHECK, subject_id=register.pk).first()
