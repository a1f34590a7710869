"""Take a wall away, to see that the others hold, or that the sweep notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import QuerySet
from django.db.utils import load_backend

from prevent_portal.tenancy import guard


class Deleted:
    """How many council filters were dropped."""

    def __init__(self) -> None:
        self.filters = 0


@contextmanager
def council_filters_deleted() -> Iterator[Deleted]:
    """Drop every ``council=`` condition of every query: the mistake that row-level security is there for."""
    deleted = Deleted()
    kept = QuerySet._filter_or_exclude_inplace

    def without_council(self: Any, negate: bool, args: Any, kwargs: dict[str, Any]) -> Any:
        rest = {name: value for name, value in kwargs.items() if name not in ("council", "council_id")}
        deleted.filters += len(kwargs) - len(rest)
        return kept(self, negate, args, rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_filter_or_exclude_inplace", without_council)
        yield deleted


@contextmanager
def signed_in_as_the_owner() -> Iterator[None]:
    """Let the portal work as the owner of the tables, to whom no policy applies; the guard is silenced too.

    The owner may not write the audit trail either, so that right is lent for the length of the block.
    """
    settings = dict(connections["owner"].settings_dict)
    backend = load_backend(settings["ENGINE"])
    usual = connections["default"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "refuse_bypassing_role", lambda **kwargs: None)
        patch.setattr(guard, "_checked", set())
        connections["default"] = backend.DatabaseWrapper(settings, "default")
        try:
            with transaction.atomic():
                with connections["default"].cursor() as cursor:
                    cursor.execute(
                        "SET LOCAL ROLE portal_audit; GRANT USAGE ON SCHEMA audit TO portal_owner; "
                        "GRANT SELECT ON audit.event TO portal_owner; "
                        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA audit TO portal_owner; RESET ROLE"
                    )
                yield
                transaction.set_rollback(True)
        finally:
            connections["default"].close()
            connections["default"] = usual
