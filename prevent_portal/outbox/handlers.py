"""The registry of kinds of work. Each room announces its handlers in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from prevent_portal.outbox.models import Job


class Progress(Protocol):
    """Tell the people who wait how far the work is; it also prolongs the worker's claim."""

    def __call__(self, percent: int, step: str) -> None: ...


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done.

    Args:
        work: reads and computes, slow, outside a transaction of its own choosing: ``work(job, progress)`` runs
            inside the council's scope of the service principal, re-checks the originator's rights (OP-3) and
            returns the result.
        store: ``store(job, result)``: writes the result, quickly, in the transaction that marks the job done.
    """

    work: Callable[[Job, Progress], Any]
    store: Callable[[Job, Any], None]


_handlers: dict[str, Handler] = {}


class UnknownKind(LookupError):
    """A kind of job that no room registered."""


class NotPermitted(Exception):
    """The person who asked no longer holds the right; the job ends and leaves no file (OP-3)."""


def register(kind: str, handler: Handler) -> None:
    """Announce how a kind of job is done. Raises ValueError for a kind that is taken."""
    if kind in _handlers:
        raise ValueError(f"{kind} has two handlers.")
    _handlers[kind] = handler


def handler_for(kind: str) -> Handler:
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None
