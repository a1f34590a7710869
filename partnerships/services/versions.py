"""What written rows of this room and those above share: forms sent once, checked versions, fields changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, StaleVersion
from prevent_portal.web.dates import british_date


def take_turns(council: Council, token: UUID | None) -> None:
    """Let one form sent twice at the same moment take turns, so that the second finds what the first wrote.

    Held until the transaction ends; call it before looking for what the token wrote.
    """
    if token is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"forms:{council.pk}:{token}"],
            )


def changed_fields(row: models.Model, wanted: Mapping[str, Any]) -> list[str]:
    """The names of what would change."""
    return [name for name, value in wanted.items() if getattr(row, name) != value]


def require_version(row: Any, version: int, wanted: Mapping[str, Any], labels: Mapping[str, str]) -> None:
    """Refuse a save over somebody else's.

    Args:
        row: the stored row, locked.
        version: what the person saw.
        wanted: what the person wants to store; what differs is shown with both texts.
        labels: how the page calls the fields.

    Raises:
        StaleVersion: if somebody saved since ``version`` (API-4).
    """
    if version == row.version:
        return
    raise StaleVersion(
        version=row.version,
        differences=[
            Difference(name, labels.get(name, name), _words(row, name), said(wanted[name]))
            for name in changed_fields(row, wanted)
        ],
    )


def save_next(row: Any, wanted: Mapping[str, Any], *, always: bool = False) -> list[str]:
    """Store what changes as the row's next version, and return its names. No change, no new version.

    Args:
        always: make a new version all the same, because something that hangs on the row changed.
    """
    changed = changed_fields(row, wanted)
    if changed or always:
        for name in changed:
            setattr(row, name, wanted[name])
        row.version += 1
        row.save(update_fields=[*changed, "version"])
    return changed


def _words(row: Any, name: str) -> str:
    shown = getattr(row, f"get_{name}_display", None)
    return str(shown()) if shown is not None else said(getattr(row, name))


def said(value: Any) -> str:
    """A stored value as a page that compares two texts says it."""
    if value is None or value == "":
        return "Not given"
    return british_date(value) if isinstance(value, date) else str(value)
