"""Demo shares: districts let their county read their plans, and one its publishable risks."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from compliance.models import ActionPlan, PlanShare, RiskShare
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council

BEGAN, LASTS = timedelta(days=60), timedelta(days=365)
SHARES_RISKS = "charnwood"


def load_shares(council: Council, people: dict[str, User]) -> None:
    """Share a district's plans with its county, if that is on the portal. Call in the district's scope."""
    county = council.parent
    if county is None or county.joined_on is None:
        return
    today = timezone.localdate()
    days = {"starts_on": today - BEGAN, "ends_on": today - BEGAN + LASTS}
    by = people.get(f"coordinator@{council.slug}.example")
    for plan in ActionPlan.objects.filter(council=council):
        PlanShare.objects.get_or_create(
            council=council,
            plan=plan,
            receiver=county,
            defaults={
                **days,
                "granted_by": by,
                "granted_at": timezone.now() - BEGAN,
                "reason": "The county’s board reviews the plans of all its districts together.",
            },
        )
    if council.slug == SHARES_RISKS:
        RiskShare.objects.get_or_create(
            council=council,
            receiver=county,
            defaults={
                **days,
                "granted_by": by,
                "granted_at": timezone.now() - BEGAN,
                "reason": "The county and its districts agreed to share their assessment of risk.",
            },
        )
