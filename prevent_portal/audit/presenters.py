"""Turn events into sentences. Each room registers a sentence for each of its actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from prevent_portal.audit.models import Event

Presenter = Callable[[Event], str]
_presenters: dict[str, Presenter] = {}


@dataclass(frozen=True)
class Sentence:
    """One line of the audit page."""

    at: datetime
    who: str
    text: str
    restricted: bool


def register(action: str, presenter: Presenter) -> None:
    """Say how an action reads after the person's name: ``lambda event: "logged progress on an action"``.

    Raises:
        ValueError: if the action has a presenter already.
    """
    if action in _presenters:
        raise ValueError(f"{action} is presented twice.")
    _presenters[action] = presenter


def registered_actions() -> frozenset[str]:
    return frozenset(_presenters)


def present(event: Event, names: Mapping[int, str]) -> Sentence:
    """Word one event. An action without a presenter still shows, by its name.

    Args:
        names: display names by user id, read by the caller for the whole page at once.
    """
    presenter = _presenters.get(event.action)
    text = presenter(event) if presenter else f"did “{event.action}” on {event.subject_type}"
    who = names.get(event.actor_id or 0, "The portal")
    return Sentence(at=event.at, who=who, text=text, restricted=event.restricted)
