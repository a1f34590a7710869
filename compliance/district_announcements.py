"""What plans say of a county's districts: which plan each has, and what it shares with the county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from compliance.access import reading_shared
from compliance.enums import PlanKind
from compliance.models import ActionPlan, PlanShare, RiskShare
from compliance.permissions import CompliancePermission
from compliance.queries.sharing import NO_ACTIONS, RISKS_TITLE, SharedCounts, counts_of_shared
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Link, Tag
from prevent_portal.web.district_notes import DistrictColumn
from prevent_portal.web.numbers import counted, number

_FORMS = {PlanKind.DISTRICT: "Own plan", PlanKind.COMMUNITY_SAFETY: "Inside another plan"}


def plan_form(plan: ActionPlan) -> str:
    """The two forms that a district's plan takes, such as "Inside another plan: Community safety plan"."""
    form = _FORMS[PlanKind(plan.kind)]
    return f"{form}: {plan.part_of}" if plan.part_of else form


def district_columns(access: CouncilAccess, districts: Sequence[Council]) -> list[DistrictColumn]:
    """Which plan each district has, kept by the county or shared by the district, and what else is shared."""
    slug = access.council.slug
    keys = [district.pk for district in districts]
    plans: dict[int, list[Link | Tag | str]] = {}
    shared: dict[int, list[Link | Tag | str]] = {}
    standing: dict[int, list[Link | Tag | str]] = {}
    columns: list[DistrictColumn] = []
    if access.may(CompliancePermission.VIEW_PLANS):
        for plan in ActionPlan.objects.filter(
            council=access.council, district__in=keys, kind__in=_FORMS
        ).order_by("-starts_on", "title"):
            plans.setdefault(plan.district_id or 0, []).append(
                Link(plan_form(plan), reverse("plan", args=[slug, plan.pk]), hint="kept by the county")
            )
    if access.may(CompliancePermission.READ_SHARED):
        with reading_shared(access) as council:
            given = list(
                PlanShare.objects.filter(receiver=council, council__in=keys)
                .select_related("plan")
                .order_by("pk")
            )
            risks = list(RiskShare.objects.filter(receiver=council, council__in=keys).order_by("pk"))
            counts = counts_of_shared(given, timezone.localdate())
        plans_of = Counter(share.council_id for share in given)
        for share in given:
            href = reverse("shared-plan", args=[slug, share.pk])
            shared.setdefault(share.council_id, []).append(Link(share.plan.title, href))
            if share.plan.kind in _FORMS:
                plans.setdefault(share.council_id, []).append(
                    Link(plan_form(share.plan), href, hint="shared by the district")
                )
            standing.setdefault(share.council_id, []).extend(
                _standing(share, counts, named=plans_of[share.council_id] > 1)
            )
        for risk in risks:
            href = reverse("shared-risks", args=[slug, risk.pk])
            shared.setdefault(risk.council_id, []).append(Link(RISKS_TITLE, href))
        columns.append(DistrictColumn(20, "Shared with us", shared, "Nothing"))
        columns.append(DistrictColumn(15, "Actions of shared plans", standing, "Not shared"))
    if access.may(CompliancePermission.VIEW_PLANS):
        columns.append(DistrictColumn(10, "Plan", plans, "No plan known"))
    return columns


def _standing(
    share: PlanShare, counts: Mapping[UUID, SharedCounts], *, named: bool
) -> list[Link | Tag | str]:
    """How the actions of a shared plan stand: in words, and what is overdue with a colour beside it."""
    found = counts.get(share.plan_id, NO_ACTIONS)
    done = f"{number(found.complete)} of {counted(found.total, 'action', 'actions')} complete"
    words: list[Link | Tag | str] = [f"{share.plan.title}: {done}" if named else done]
    if found.overdue:
        words.append(Tag(f"{number(found.overdue)} overdue", "red"))
    return words
