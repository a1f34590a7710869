"""Reads of accounts that other rooms ask for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.expressions import RawSQL

from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Display names by user id, for one page, in one query."""
    people = User.objects.filter(pk__in=set(user_ids), is_service=False).only("name", "email")
    return {person.pk: display_name(person) for person in people}


def own_councils() -> list[Council]:
    """The councils that the scope's person belongs to now, whichever of them is being worked in.

    The database answers for the person of the current scope and for nobody else.
    """
    return list(
        Council.objects.joined()
        .filter(pk__in=RawSQL("SELECT unnest(accounts_own_councils())", []))
        .order_by("name")
    )
