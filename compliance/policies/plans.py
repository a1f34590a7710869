"""How a plan's head fits together."""

from __future__ import annotations

from datetime import date

from compliance.enums import PlanKind
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError


def check_plan(
    *, council: Council, kind: str, part_of: str, district: Council | None, starts_on: date, ends_on: date
) -> None:
    """Raise PolicyError unless a plan's head fits together."""
    if ends_on < starts_on:
        raise PolicyError("The plan must end on or after the day it starts.")
    if kind == PlanKind.COMMUNITY_SAFETY and not part_of.strip():
        raise PolicyError("Enter the title or reference of the community safety plan.")
    if kind != PlanKind.COMMUNITY_SAFETY and part_of:
        raise PolicyError("Only a part of a community safety plan names the plan inside which it stands.")
    if district is not None and district.parent_id != council.pk:
        raise PolicyError("Choose a district of this county.")
    if district is not None and kind not in {PlanKind.DISTRICT, PlanKind.COMMUNITY_SAFETY}:
        raise PolicyError("Only a district’s own plan, or its community safety plan, names a district.")
