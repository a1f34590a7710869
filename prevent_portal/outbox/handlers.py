"""The registry of kinds of work. Each room announces its handlers in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.outbox.models import Job


class Progress(Protocol):
    """Tell the people who wait how far the work is. Raises ClaimLost when another worker has taken over."""

    def __call__(self, percent: int, step: str) -> None: ...


class NotPermitted(Exception):
    """The person who asked no longer holds the right; the job ends and leaves no file (OP-3)."""


class CannotBeDone(Exception):
    """A failure that another try would not mend. Its message is a sentence that people read."""


class UnknownKind(LookupError):
    """A kind of job that no room registered."""


def _nobody_else(access: CouncilAccess, job: Job) -> bool:
    return False


def _no_result_page(job: Job) -> str:
    return ""


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done.

    Args:
        title: what people read above its progress, such as "Quarterly report as PDF".
        permitted: raises :class:`NotPermitted` unless ``job.requested_by`` still holds the right. Asked in
            the council's scope before the work and again in the transaction that stores the result (OP-3).
        work: ``work(job, progress)`` reads and computes, slowly, and returns the result. It runs in no
            transaction, so that no row is locked and no connection idles in one; it enters
            ``service_scope`` for what it reads.
        store: ``store(job, result)`` writes the result, quickly, in the council's scope and in the
            transaction that marks the job done: both happen, or neither.
        readable: the room's rule on who else than the requester may follow the job.
        result_url: where to go when it is done.
    """

    title: str
    permitted: Callable[[Job], None]
    work: Callable[[Job, Progress], Any]
    store: Callable[[Job, Any], None]
    readable: Callable[[CouncilAccess, Job], bool] = _nobody_else
    result_url: Callable[[Job], str] = _no_result_page


_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Announce how a kind of job is done. Raises ValueError for a kind that is taken."""
    if kind in _handlers:
        raise ValueError(f"{kind} has two handlers.")
    _handlers[kind] = handler


def handler_for(kind: str) -> Handler:
    """Return a kind's handler. Raises UnknownKind."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None
