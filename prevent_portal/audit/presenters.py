"""Turn events into sentences. Each room registers a sentence for each of its actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

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


def register(action: str, sentence: str | Presenter) -> None:
    """Say how an action reads after the person's name, such as "logged progress on an action".

    Args:
        sentence: the words, or a function of the event where they depend on it. ``{user}`` in them becomes
            the name of the person in the event's ``details["user"]``, ``{council}`` that of the council in
            ``details["council"]``.

    Raises:
        ValueError: if the action has a sentence already.
    """
    if action in _presenters:
        raise ValueError(f"{action} is presented twice.")
    _presenters[action] = sentence if callable(sentence) else _saying(sentence)


def _saying(words: str) -> Presenter:
    return lambda event: words


def registered_actions() -> frozenset[str]:
    return frozenset(_presenters)


def people_in(events: Sequence[Event]) -> set[int]:
    """Everybody whose name the sentences of these events need."""
    found = {event.actor_id for event in events} | {_user_in(event) for event in events}
    return {user_id for user_id in found if user_id is not None}


def _user_in(event: Event) -> int | None:
    user_id = event.details.get("user")
    return user_id if isinstance(user_id, int) else None


def councils_in(events: Sequence[Event]) -> set[int]:
    """Every other council whose name the sentences of these events need."""
    return {council_id for event in events if (council_id := _council_in(event)) is not None}


def _council_in(event: Event) -> int | None:
    council_id = event.details.get("council")
    return council_id if isinstance(council_id, int) else None


def present(
    event: Event, names: Mapping[int, str], councils: Mapping[int, str] = MappingProxyType({})
) -> Sentence:
    """Word one event. An action without a presenter still shows, by its name.

    Args:
        names: display names by user id, read by the caller for the whole page at once.
        councils: names by council id, likewise.
    """
    presenter = _presenters.get(event.action)
    text = presenter(event) if presenter else f"did “{event.action}” on {event.subject_type}"
    if "{user}" in text:
        text = text.replace("{user}", names.get(_user_in(event) or 0, "somebody"))
    if "{council}" in text:
        text = text.replace("{council}", councils.get(_council_in(event) or 0, "another council"))
    who = names.get(event.actor_id or 0, "The portal")
    return Sentence(at=event.at, who=who, text=text, restricted=event.restricted)
