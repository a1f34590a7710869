"""Reads across councils that need no scope: the public register of names."""

from __future__ import annotations

from prevent_portal.tenancy.models import Council


def joined_councils() -> list[Council]:
    """Councils that use the portal, by name: what beat dispatches its jobs to."""
    return list(Council.objects.joined())


def joined_council(slug: str) -> Council | None:
    """The tenant with this slug, or None."""
    return Council.objects.joined().filter(slug=slug).first()
