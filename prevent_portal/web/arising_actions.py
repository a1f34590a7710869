"""The registry by which a room lets a plan action arise: a meeting or an audit asks, the roof writes it.

Two announcements meet here. Whoever keeps action plans registers how an action is made and read; rooms in
which actions arise register how to name the place where one arose, for those who may know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class Origin:
    """Where an action arose, in words such as "Prevent Delivery Group, 12 March 2026", and its page."""

    words: str
    href: str = ""


@dataclass(frozen=True)
class ArisenAction:
    """A plan action as the place where it arose names it.

    Args:
        reference: such as "A12".
        url: its page.
        state: how it stands, in words.
        due: its due date in words, with every move (rule 11 of the product).
    """

    id: UUID
    reference: str
    url: str
    title: str
    state: str
    due: str


class Maker(Protocol):
    """Writes the action into the council's current plan; words its refusals as PolicyError."""

    def __call__(
        self, *, council: Council, title: str, owner: User | None, due_on: date, origin: Origin, by: User
    ) -> ArisenAction: ...


Reader = Callable[[CouncilAccess, Collection[UUID]], Mapping[UUID, ArisenAction]]
OriginProvider = Callable[[CouncilAccess, UUID], Iterable[Origin]]

_plans: list[tuple[Maker, Reader]] = []
_origins: dict[str, OriginProvider] = {}


def register(maker: Maker, reader: Reader) -> None:
    """Announce who makes plan actions and reads them for a person.

    Raises:
        ValueError: if somebody did before.
    """
    if _plans:
        raise ValueError("Plan actions have a maker already.")
    _plans.append((maker, reader))


def register_origins(name: str, provider: OriginProvider) -> None:
    """Announce ``provider(access, action_id)``: where an action arose, as far as this person may know.

    Raises:
        ValueError: for a name that is taken.
    """
    if name in _origins:
        raise ValueError(f"{name} is registered twice.")
    _origins[name] = provider


def raise_action(
    *, council: Council, title: str, owner: User | None, due_on: date, origin: Origin, by: User
) -> ArisenAction:
    """Let an action arise in the council's current plan, within the caller's transaction.

    Raises:
        prevent_portal.tenancy.refusals.PolicyError: in words, if there is no current plan, if ``by`` may
            not change plans, or if the owner has no role in the council.
    """
    maker, _ = _plans[0]
    return maker(council=council, title=title, owner=owner, due_on=due_on, origin=origin, by=by)


def arisen_actions(access: CouncilAccess, action_ids: Collection[UUID]) -> Mapping[UUID, ArisenAction]:
    """Those of the actions that the person may read, as they stand now, in the same statements for any."""
    if not action_ids:
        return {}
    _, reader = _plans[0]
    return reader(access, action_ids)


def origins_of(access: CouncilAccess, action_id: UUID) -> list[Origin]:
    """Where an action arose, as far as the person may know of it."""
    return [origin for provider in _origins.values() for origin in provider(access, action_id)]
