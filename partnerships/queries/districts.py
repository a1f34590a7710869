"""Reads of two-tier areas: the districts of a county."""

from __future__ import annotations

from prevent_portal.tenancy.models import Council


def districts_of(council: Council) -> list[Council]:
    """The districts of a county, by name, those that ended included; none for every other council."""
    return list(Council.objects.filter(parent=council).order_by("name"))
