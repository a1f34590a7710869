"""The registry of what rooms know of a county's districts: plans, what a district shares, and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Link, Tag


@dataclass(frozen=True)
class DistrictColumn:
    """One column of the page of districts.

    Args:
        order: columns are shown by this number.
        cells: by the district's key; a district that is missing has ``nothing``.
    """

    order: int
    heading: str
    cells: Mapping[int, Sequence[Link | Tag | str]]
    nothing: str


Provider = Callable[[CouncilAccess, Sequence[Council]], list[DistrictColumn]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Announce ``provider(access, districts)``: what this person may know of the districts, in a number of
    statements that does not grow with them.

    Raises:
        ValueError: for a name that is taken.
    """
    if name in _providers:
        raise ValueError(f"{name} is registered twice.")
    _providers[name] = provider


def columns_for(access: CouncilAccess, districts: Sequence[Council]) -> list[DistrictColumn]:
    """Every column that the rooms offer this person, in order."""
    return sorted(
        (column for provider in _providers.values() for column in provider(access, districts)),
        key=lambda column: column.order,
    )
