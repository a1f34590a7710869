"""The registry of menu entries: each room announces its own in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import PermissionName


@dataclass(frozen=True, order=True)
class NavigationEntry:
    """One entry of a council's menu.

    Args:
        order: entries are shown by this number (overview 10, checklist 20, risks 30, plans 40, scrutiny 50,
            training 60, partnership 70, reports 80, channel 90, audit 95, settings 99).
        text: what people read.
        url_name: a route that takes the council's slug as ``council``.
        permission: who sees the entry. The page itself checks again.
        unless: whoever holds this right reads the whole and gets to their own part from there, so
            the menu need not name both.
        also: further beginnings of addresses below the council, such as "actions/", whose pages belong to the
            entry though they do not lie below its own.
        wanted: asked last, for an entry that goes away again: whether it is still of use to this person.
    """

    order: int
    text: str
    url_name: str
    permission: PermissionName
    unless: PermissionName | None = field(default=None, compare=False)
    also: tuple[str, ...] = field(default=(), compare=False)
    wanted: Callable[[CouncilAccess], bool] | None = field(default=None, compare=False)

    def holds(self, path: str, slug: str) -> bool:
        """Whether the page at a path is the entry's. Every page of the council lies below the overview's."""
        council, own = f"/c/{slug}/", reverse(self.url_name, args=[slug])
        beginnings = [council + beginning for beginning in self.also]
        if own != council:
            beginnings.append(own)
        return path == own or path.startswith(tuple(beginnings))

    def shown_to(self, access: CouncilAccess) -> bool:
        """Whether the entry stands in this person's menu."""
        if not access.may(self.permission) or (self.unless and access.may(self.unless)):
            return False
        return self.wanted is None or self.wanted(access)


_entries: list[NavigationEntry] = []


def register(*entries: NavigationEntry) -> None:
    """Add entries to every council's menu."""
    for entry in entries:
        if entry not in _entries:
            _entries.append(entry)


def entries() -> list[NavigationEntry]:
    return sorted(_entries)
