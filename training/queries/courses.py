"""Reads of the list of courses and of targets: the national ones and the council's own."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q, QuerySet

from prevent_portal.tenancy.models import Council
from training.models import Course, Target


def courses_of(council: Council) -> QuerySet[Course]:
    """The national courses and the council's own, by name."""
    return Course.objects.filter(Q(council=council) | Q(council__isnull=True)).order_by("name")


def targets_of(council: Council, course_id: UUID | None = None) -> QuerySet[Target]:
    """National targets and the council's own, by course, kind of organisation and day; its own come last."""
    found = Target.objects.filter(Q(council=council) | Q(council__isnull=True)).select_related("course")
    if course_id is not None:
        found = found.filter(course=course_id)
    return found.order_by(
        "course__name", "organisation_kind", F("council").asc(nulls_first=True), "starts_on"
    )


def names_in_use(council: Council, *, without: UUID | None = None) -> dict[str, str]:
    """Every name that means a course to the council, in lower case, with the course that it means."""
    return {
        name.lower(): course.name
        for course in courses_of(council)
        if course.pk != without
        for name in (course.name, *course.also_known_as)
    }
