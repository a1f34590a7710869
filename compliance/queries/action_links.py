"""What an action is linked to: risks, checklist items, recommendations, each announced by its noun."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compliance.models import Action
from prevent_portal.accounts.access import CouncilAccess


@dataclass(frozen=True)
class LinkedThing:
    """One thing that an action serves; without an address for whoever may not open it."""

    text: str
    href: str = ""


Provider = Callable[[CouncilAccess, Action], Iterable[LinkedThing]]
_providers: dict[str, Provider] = {}


def register(label: str, provider: Provider) -> None:
    """Announce ``provider(access, action)``; it gives only what this person may know of.

    Raises:
        ValueError: for a label that is taken.
    """
    if label in _providers:
        raise ValueError(f"{label} is registered twice.")
    _providers[label] = provider


def links_of(access: CouncilAccess, action: Action) -> dict[str, list[LinkedThing]]:
    """What the action is linked to, by the label of its kind; kinds without a link are left out."""
    found = {label: list(provider(access, action)) for label, provider in _providers.items()}
    return {label: links for label, links in found.items() if links}
