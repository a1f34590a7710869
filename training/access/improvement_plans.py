"""The only way to an improvement plan: object and right in one call, 404 for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from partnerships.access import own_organisations
from partnerships.models import Organisation
from partnerships.queries import linked_organisations
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from training.models import Course, ImprovementMilestone, ImprovementPlan
from training.permissions import TrainingPermission
from training.policies.improvement_plans import may_report_on
from training.queries.courses import courses_of
from training.queries.improvement_plans import plans_of


def plans_seen(access: CouncilAccess) -> QuerySet[ImprovementPlan]:
    """Every plan of the council for who reads them all, else those of the person's own organisations."""
    access.require(TrainingPermission.VIEW_OWN_IMPROVEMENT)
    plans = plans_of(access.council)
    if access.may(TrainingPermission.VIEW_IMPROVEMENT):
        return plans
    return plans.filter(organisation__in=[each.pk for each in led_organisations(access)])


def led_organisations(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the person leads on as their Prevent lead here; sending returns is not leading."""
    return own_organisations(access) if Role.PARTNER_LEAD in access.roles else []


def improvement_plan_for(access: CouncilAccess, plan_id: UUID) -> ImprovementPlan:
    """A plan that the person reads. Raises Http404 otherwise."""
    found = plans_seen(access).filter(pk=plan_id).first()
    if found is None:
        raise Http404
    return found


def improvement_plan_to_edit(access: CouncilAccess, plan_id: UUID) -> ImprovementPlan:
    """A plan of the council, for who agrees plans. Raises Http404 otherwise."""
    access.require(TrainingPermission.EDIT_IMPROVEMENT)
    return improvement_plan_for(access, plan_id)


def improvement_plan_to_report(access: CouncilAccess, plan_id: UUID) -> ImprovementPlan:
    """A plan that the person reports on: agrees, watches, or leads the organisation. Else Http404."""
    access.require(TrainingPermission.REPORT_IMPROVEMENT)
    plan = improvement_plan_for(access, plan_id)
    if not reports_on(access, plan):
        raise Http404
    return plan


def reports_on(access: CouncilAccess, plan: ImprovementPlan) -> bool:
    """Whether the person may mark milestones and write notes here."""
    if not access.may(TrainingPermission.REPORT_IMPROVEMENT):
        return False
    return may_report_on(
        plan,
        access.user,
        edits=access.may(TrainingPermission.EDIT_IMPROVEMENT),
        is_own=plan.organisation_id in {each.pk for each in led_organisations(access)},
    )


def milestone_to_edit(access: CouncilAccess, milestone_id: UUID) -> ImprovementMilestone:
    """A step of a plan, for who agrees plans. Raises Http404 otherwise."""
    access.require(TrainingPermission.EDIT_IMPROVEMENT)
    return _milestone(access, milestone_id)


def milestone_to_report(access: CouncilAccess, milestone_id: UUID) -> ImprovementMilestone:
    """A step that the person marks as done. Raises Http404 otherwise."""
    milestone = _milestone(access, milestone_id)
    improvement_plan_to_report(access, milestone.plan_id)
    return milestone


def _milestone(access: CouncilAccess, milestone_id: UUID) -> ImprovementMilestone:
    found = (
        ImprovementMilestone.objects.filter(
            council=access.council, pk=milestone_id, plan__in=plans_seen(access).values("pk")
        )
        .select_related("plan", "plan__organisation", "plan__course", "done_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def organisations_to_improve(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the council has linked, by name, for who agrees plans."""
    access.require(TrainingPermission.EDIT_IMPROVEMENT)
    return sorted(linked_organisations(access.council).values(), key=lambda each: each.name)


def courses_to_improve(access: CouncilAccess) -> Sequence[Course]:
    """Courses that a plan may be about."""
    access.require(TrainingPermission.EDIT_IMPROVEMENT)
    return list(courses_of(access.council))
