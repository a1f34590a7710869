"""The registry of overview tiles: each room answers for its own figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prevent_portal.accounts.access import CouncilAccess


@dataclass(frozen=True)
class Tile:
    """One figure of the overview, in plain words, with the list behind it.

    Args:
        order: tiles are shown by this number.
        figure: as printed, such as "16" or "84.7%".
        label: what it counts, a plain sentence without the figure.
        href: the list behind it.
        tone: "good", "attention", "bad" or "" - always beside words, never colour alone.
        note: one more sentence, such as "34 people short of 85%".
    """

    order: int
    figure: str
    label: str
    href: str
    tone: str = ""
    note: str = ""


Provider = Callable[[CouncilAccess], list[Tile]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Announce ``provider(access)``: the tiles this person may see. Raises ValueError for a taken name."""
    if name in _providers:
        raise ValueError(f"{name} is registered twice.")
    _providers[name] = provider


def tiles_for(access: CouncilAccess) -> list[Tile]:
    """Every tile that the rooms offer this person, in order."""
    return sorted(
        (tile for provider in _providers.values() for tile in provider(access)), key=lambda tile: tile.order
    )
