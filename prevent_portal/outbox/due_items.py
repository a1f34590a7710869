"""The registry of what waits for a person, computed from state each time, never from "today is the day".

Each room registers a provider; My work lists the items and the daily digest counts them, so an outage loses
no reminder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from prevent_portal.accounts.access import OwnAccess, own_access
from prevent_portal.accounts.models import User
from prevent_portal.outbox.waiting_rows import Waiting, read
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class DueItem:
    """One thing that waits for the person.

    Args:
        due_on: the day it is due, None when it has no date.
        reference: a short reference for an e-mail, without personal data (rule 14 of the product).
        title: how the page names it; never in an e-mail.
        task: what the person is asked to do, such as "Log progress".
        href: where to do it.
        list_text: how the page is called that lists all such things of the council, where there is one.
        list_href: that page.
        kind: a stable name of what sort of task it is, such as "action" or "sign_off".
        statutory: whether the duty itself demands it by that day, so that nobody opts out of hearing of it.
        restricted: whether others of the council may not know that there is such a thing: the sent log shows
            it to nobody but the person, and no lead is told that it is late.
        own_lead: whether the room tells somebody else itself when it is late, as the executive lead of an
            organisation; the council's coordinators then do not hear of it.
    """

    council: Council
    due_on: date | None
    reference: str
    title: str
    task: str
    href: str
    list_text: str = ""
    list_href: str = ""
    kind: str = field(kw_only=True)
    statutory: bool = field(default=False, kw_only=True)
    restricted: bool = field(default=False, kw_only=True)
    own_lead: bool = field(default=False, kw_only=True)


Found = DueItem | Waiting[Any, DueItem]
Provider = Callable[[OwnAccess, date], Iterable[Found]]
_providers: dict[str, Provider] = {}
_kinds: dict[str, str] = {}


def register(name: str, provider: Provider, *, kinds: Mapping[str, str]) -> None:
    """Announce a provider ``provider(mine, today)``, called in the person's own-councils scope.

    ``mine`` says who asks and what they may do where, read once for all providers. A provider gives the rows
    that wait, as :class:`Waiting`, and they are read with those of all others in one statement; or items, of
    what it has to ask for in another way, with the same number of statements for any number of councils.

    Args:
        kinds: each kind of task that the provider gives, with the words of its heading, such as "Actions".

    Raises:
        ValueError: for a name or a kind that is taken.
    """
    if name in _providers:
        raise ValueError(f"{name} is registered twice.")
    if taken := sorted(_kinds.keys() & kinds.keys()):
        raise ValueError(f"{name} gives a kind that is taken: {', '.join(taken)}.")
    _providers[name] = provider
    _kinds.update(kinds)


def kinds() -> dict[str, str]:
    """Every kind of task that the rooms announced, with its words."""
    return dict(_kinds)


def due_items(user: User, today: date) -> list[DueItem]:
    """Everything that waits for the person, earliest first, undated last."""
    return due_items_of(own_access(user), today)


def due_items_of(mine: OwnAccess, today: date) -> list[DueItem]:
    """:func:`due_items` for whoever has read what the person may do where."""
    items = items_of(_providers.values(), mine, today)
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or today, item.title))


def items_of(providers: Iterable[Provider], mine: OwnAccess, today: date) -> list[DueItem]:
    """What these providers give, with the rows that they name read in one statement."""
    items: list[DueItem] = []
    parts: list[Waiting[Any, DueItem]] = []
    for provider in providers:
        for found in provider(mine, today):
            if isinstance(found, Waiting):
                parts.append(found)
            else:
                items.append(found)
    return [*items, *read(parts)]
