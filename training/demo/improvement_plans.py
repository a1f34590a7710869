"""The demo's improvement plan: with the mental health trust of Barnet that fell below its target in 2018."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from partnerships.models import OrganisationCode
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from training.models import Course, ImprovementPlan
from training.services.improvement_plans import add_milestone, agree_improvement_plan, mark_milestone

_PLANS = (
    (
        UUID("0b0e7d0a-5e0c-4f0e-9a53-6f1f6b2a0c01"),
        "RRP",
        "wrap",
        True,
        (
            "83% of the Barnet-based staff had taken WRAP by December 2018, 10 people short of the target. "
            "New starters on night shifts could not attend the sessions, which were all held by day."
        ),
        (
            ("Send the list of vacant places to every ward manager", -20, True),
            ("Hold two evening sessions for the night shifts", 14, False),
            ("Check the register against the list of starters", 45, False),
        ),
    ),
    (
        UUID("0b0e7d0a-5e0c-4f0e-9a53-6f1f6b2a0c02"),
        "RAL",
        "wrap",
        False,
        "WRAP has been below the target of 85% since the first return, and rises each quarter.",
        (
            ("Book the four sessions of the coming quarter", -6, True),
            ("Name a second facilitator at the Barnet site", 21, False),
        ),
    ),
)


def load_improvement_plans(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the demo's plans after its returns. Running it again changes nothing."""
    barnet = councils["barnet"]
    monitor = people.get("coordinator@barnet.example")
    if monitor is None:
        return
    today: date = timezone.localdate()
    with service_scope(council=barnet):
        for token, code, slug, local, reason, steps in _PLANS:
            if ImprovementPlan.objects.filter(council=barnet, token=token).exists():
                continue
            plan = agree_improvement_plan(
                council=barnet,
                organisation=OrganisationCode.objects.get(scheme="ODS", code=code).organisation,
                course=Course.objects.get(council=None, slug=slug),
                council_staff_only=local,
                reason=reason,
                monitor=monitor,
                target_on=today + timedelta(days=90),
                token=token,
                by=None,
            )
            for text, days, done in steps:
                step = add_milestone(plan=plan, text=text, due_on=today + timedelta(days=days), by=None)
                if done:
                    mark_milestone(milestone=step, done_on=today + timedelta(days=days), by=None)
