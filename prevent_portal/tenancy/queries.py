"""Reads across councils that need no scope: the public register of names."""

from __future__ import annotations

from collections.abc import Collection

from prevent_portal.tenancy.models import Council


def joined_councils() -> list[Council]:
    """Councils that use the portal, by name: what beat dispatches its jobs to."""
    return list(Council.objects.joined())


def joined_council(slug: str) -> Council | None:
    """The tenant with this slug, or None."""
    # The database takes no such character, and asks for none of it to say so.
    return None if "\x00" in slug else Council.objects.joined().filter(slug=slug).first()


def names_of_councils(council_ids: Collection[int]) -> dict[int, str]:
    """Names by id, for one page: one query, none where nothing is asked for."""
    if not council_ids:
        return {}
    return dict(Council.objects.filter(pk__in=council_ids).values_list("pk", "name"))
