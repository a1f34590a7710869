"""Reads of improvement plans: which are open, what waits, and who may watch one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from training.enums import ImprovementState
from training.models import ImprovementMilestone, ImprovementNote, ImprovementPlan
from training.queries.returns import Key

MONITOR_ROLES = (Role.COORDINATOR, Role.SAFETY_OFFICER)
"""Who may watch a plan: people of the council, never of the organisation that is watched."""


def plans_of(council: Council) -> QuerySet[ImprovementPlan]:
    """The council's plans, open ones first, each with how far its milestones are."""
    return (
        ImprovementPlan.objects.filter(council=council)
        .select_related("organisation", "course", "monitor")
        .annotate(
            steps=Count("milestones"),
            steps_done=Count("milestones", filter=Q(milestones__done_on__isnull=False)),
            next_due=Min("milestones__due_on", filter=Q(milestones__done_on__isnull=True)),
            is_ended=~Q(state=ImprovementState.OPEN),
        )
        .order_by("is_ended", "target_on", "organisation__name", "pk")
    )


def open_plans(council: Council) -> dict[Key, UUID]:
    """The open plan of each organisation, course and group of staff that has one."""
    return {
        (organisation_id, course_id, local): plan_id
        for organisation_id, course_id, local, plan_id in ImprovementPlan.objects.filter(
            council=council, state=ImprovementState.OPEN
        ).values_list("organisation_id", "course_id", "council_staff_only", "pk")
    }


def milestones_of(plan: ImprovementPlan) -> list[ImprovementMilestone]:
    """The steps of a plan by the day they are due."""
    return list(
        ImprovementMilestone.objects.filter(council=plan.council_id, plan=plan).select_related("done_by")
    )


def notes_of(plan: ImprovementPlan) -> list[ImprovementNote]:
    """What was written about a plan, the newest first."""
    return list(
        ImprovementNote.objects.filter(council=plan.council_id, plan=plan).select_related("written_by")
    )


def possible_monitors(council: Council, present: User | None = None) -> QuerySet[User]:
    """People of the council who may watch a plan, and whoever watches it now."""
    people = people_with(council, MONITOR_ROLES)
    return (
        people
        if present is None
        else User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk=present.pk)).order_by("name", "email")
    )


def open_milestones(council_ids: Iterable[int], until: date) -> QuerySet[ImprovementMilestone]:
    """Steps of open plans that are not done and are due up to a day."""
    return ImprovementMilestone.objects.filter(
        council__in=list(council_ids),
        plan__state=ImprovementState.OPEN,
        plan__council=F("council"),
        done_on__isnull=True,
        due_on__lte=until,
    )


def plans_to_end(council_ids: Iterable[int], today: date, monitor: User) -> QuerySet[ImprovementPlan]:
    """Open plans that a person watches and whose target date has come."""
    return ImprovementPlan.objects.filter(
        council__in=list(council_ids), state=ImprovementState.OPEN, target_on__lte=today, monitor=monitor
    )


def moved_words(first: date, now: date) -> str:
    """A date with its move, if it moved (rule 11 of the product)."""
    if first == now:
        return british_date(now)
    return f"{british_date(now)}, moved from {british_date(first)}"
