"""The registry of what rooms say on a council's overview, as data that can be stored.

A part is told of a council and a day, and never of a person: the same for everybody, so that it is worked out
once and kept. Who sees it is asked when it is shown, by the part's permission. Parts hold counts, words and
where to look further (a route by its name), and nothing of a restricted register or a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.tenancy.models import Council

Data = dict[str, Any]
"""What a part says, in the shapes of :mod:`prevent_portal.web.overview_shapes`."""

Provider = Callable[[Council, date], Data | None]
OwnProvider = Callable[[CouncilAccess, date], Data | None]


@dataclass(frozen=True)
class Part:
    """One room's part of the overview.

    Args:
        name: under which it is stored, ``<room>.<noun>``; a stored part whose name nobody knows is not shown.
        permission: what a reader needs.
        provider: ``provider(council, as_at)``, as things stood at the end of that day, in a number of
            statements that does not grow; None where there is nothing to say.
        is_dated: whether its rows carry dates, so that it can be told of a day long past. What is not is
            told only of the present, and of a quarter's end when that is kept.
        only_now: for what somebody should do next: it is not kept with a quarter.
    """

    name: str
    permission: PermissionName
    provider: Provider
    is_dated: bool = True
    only_now: bool = False


@dataclass(frozen=True)
class OwnPart:
    """What the overview says to somebody of their own, asked live.

    Args:
        unless: whoever holds this right reads the whole in a stored part.
    """

    name: str
    permission: PermissionName
    provider: OwnProvider
    unless: PermissionName | None = None


_parts: dict[str, Part] = {}
_own: dict[str, OwnPart] = {}


def register(*parts: Part) -> None:
    """Announce parts of every council's overview. Raises ValueError for a name that is taken."""
    for part in parts:
        if part.name in _parts:
            raise ValueError(f"{part.name} is registered twice.")
        _parts[part.name] = part


def register_own(*parts: OwnPart) -> None:
    """Announce parts that are asked live. Raises ValueError for a name that is taken."""
    for part in parts:
        if part.name in _own:
            raise ValueError(f"{part.name} is registered twice.")
        _own[part.name] = part


def told_now(council: Council, today: date) -> dict[str, Data]:
    """Every part of the council as it stands, by name."""
    return _told(council, today, list(_parts.values()))


def told_at(council: Council, as_at: date, *, worked_out: bool) -> dict[str, Data]:
    """Every part of the council as it stood at the end of a day, by name.

    Args:
        worked_out: long after that day: only from rows that carry dates.
    """
    return _told(
        council,
        as_at,
        [part for part in _parts.values() if not part.only_now and (part.is_dated or not worked_out)],
    )


def _told(council: Council, as_at: date, parts: list[Part]) -> dict[str, Data]:
    told = {part.name: part.provider(council, as_at) for part in parts}
    return {name: data for name, data in told.items() if data is not None}


def admitted(access: CouncilAccess, told: Mapping[str, Data]) -> list[Data]:
    """What of a picture of the council this person may see. Needs no query."""
    return [told[name] for name, part in _parts.items() if name in told and access.may(part.permission)]


def own_parts(access: CouncilAccess, today: date) -> list[Data]:
    """What the rooms say to this person of their own."""
    found = [
        part.provider(access, today)
        for part in _own.values()
        if access.may(part.permission) and not (part.unless and access.may(part.unless))
    ]
    return [data for data in found if data is not None]
