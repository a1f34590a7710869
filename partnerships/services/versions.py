"""What written rows of this room and those above share: forms sent once, checked versions, fields changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models

from prevent_portal.accounts.models import User, display_name
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, StaleVersion
from prevent_portal.web.dates import british_date

_NOTHING: Mapping[str, Any] = {}


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


def require_version(
    row: Any,
    version: int,
    wanted: Mapping[str, Any] = _NOTHING,
    labels: Mapping[str, str] = _NOTHING,
    *,
    also: Iterable[Difference] = (),
) -> None:
    """Refuse a save over somebody else's.

    Args:
        row: the stored row, locked.
        version: what the person saw.
        wanted: what the person wants to store; what differs is shown with both texts.
        labels: how the page calls the fields.
        also: what else differs, of what hangs on the row; asked for only if somebody saved.

    Raises:
        StaleVersion: if somebody saved since ``version`` (API-4).
    """
    if version == row.version:
        return
    raise StaleVersion(
        version=row.version,
        differences=[
            *(
                Difference(name, labels.get(name, name), *(_said(row, name, one) for one in (stored, value)))
                for name, value in wanted.items()
                if (stored := getattr(row, name)) != value
            ),
            *also,
        ],
    )


def save_next(
    row: Any, wanted: Mapping[str, Any], *, always: bool = False, and_then: Mapping[str, Any] = _NOTHING
) -> list[str]:
    """Store what changes as the row's next version, and return its names. No change, no new version.

    Args:
        always: make a new version all the same, because something that hangs on the row changed.
        and_then: what a new version stores besides, such as who made it. It alone is no change.
    """
    changed = changed_fields(row, wanted)
    if changed or always:
        for name, value in {**{name: wanted[name] for name in changed}, **and_then}.items():
            setattr(row, name, value)
        row.version += 1
        row.save(update_fields=[*changed, *and_then, "version"])
    return changed


def _said(row: Any, name: str, value: Any) -> str:
    """A value of a field, stored or wanted, by the word that people choose it by."""
    choices = row._meta.get_field(name).flatchoices
    return said(dict(choices).get(value, value) if choices else value)


def said(value: Any) -> str:
    """A value as a page that compares two texts says it."""
    match value:
        case None | "":
            return "Not given"
        case bool():
            return "Yes" if value else "No"
        case date():
            return british_date(value)
        case User():
            return display_name(value)
        case _:
            return str(value)
