"""Reads of delivery plans. Progress is counted from delivered sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from training.enums import SessionState
from training.models import DeliveryPlan, TrainingSession


@dataclass(frozen=True)
class PlanLine:
    """A plan and how far it is kept on a day."""

    plan: DeliveryPlan
    delivered: int
    to_come: int
    today: date

    @property
    def is_complete(self) -> bool:
        return self.delivered >= self.plan.sessions

    @property
    def expected(self) -> int:
        """Sessions that should be done by now if they were spread evenly from the first day to the last."""
        plan = self.plan
        if self.today > plan.due_on:
            return plan.sessions
        passed = (self.today - plan.starts_on).days
        whole = (plan.due_on - plan.starts_on).days + 1
        return plan.sessions * passed // whole if passed > 0 else 0

    @property
    def behind(self) -> int:
        """How many sessions fewer than expected; 0 for a plan that is kept, complete or ended."""
        return 0 if self.plan.ended_on is not None else max(self.expected - self.delivered, 0)

    @property
    def is_overdue(self) -> bool:
        return self.behind > 0 and self.today > self.plan.due_on

    @property
    def state_words(self) -> str:
        """Complete, On track, Behind by 2 sessions, Overdue: 3 sessions short, or Ended."""
        if self.plan.ended_on is not None:
            return "Ended"
        if self.is_complete:
            return "Complete"
        missing = counted(self.behind, "session", "sessions")
        if self.is_overdue:
            return f"Overdue: {missing} short"
        if self.behind:
            return f"Behind by {missing}"
        return "Not started" if self.today < self.plan.starts_on else "On track"

    @property
    def progress_words(self) -> str:
        """3 of 10 sessions delivered."""
        return f"{self.delivered:,} of {counted(self.plan.sessions, 'session', 'sessions')} delivered"


def delivery_plans(councils: Iterable[int]) -> QuerySet[DeliveryPlan]:
    """Plans of these councils with what was delivered and what is to come: one query."""
    return (
        DeliveryPlan.objects.filter(council__in=list(councils))
        .select_related("course", "organisation")
        .annotate(
            delivered=_sum([SessionState.DELIVERED]),
            to_come=_sum([SessionState.PLANNED, SessionState.BOOKED]),
        )
        .order_by("ended_on", "due_on", "pk")
    )


def plan_lines(rows: Iterable[DeliveryPlan], today: date) -> list[PlanLine]:
    """Lines of plans that :func:`delivery_plans` read."""
    return [PlanLine(plan, plan.delivered, plan.to_come, today) for plan in rows]  # type: ignore[attr-defined] # counted in the statement


def sessions_of_plan(plan: DeliveryPlan) -> list[TrainingSession]:
    """Sessions that count towards a plan, or will."""
    return list(
        TrainingSession.objects.filter(council=plan.council_id, plan=plan)
        .select_related("course")
        .order_by("starts_on", "pk")
    )


def plan_for_words(plan: DeliveryPlan) -> str:
    """The organisation, or for whom in words."""
    return plan.organisation.name if plan.organisation is not None else plan.host


def plan_choice_words(plan: DeliveryPlan) -> str:
    """How a list of choices names a plan."""
    return f"{plan.course.name} for {plan_for_words(plan)}, due {british_date(plan.due_on)}"


def _sum(states: list[SessionState]) -> Coalesce:
    of_plan = TrainingSession.objects.filter(
        council=OuterRef("council"), plan=OuterRef("pk"), state__in=states
    ).order_by()
    total = of_plan.values("plan").annotate(total=Sum("sessions")).values("total")
    return Coalesce(Subquery(total), 0, output_field=IntegerField())
