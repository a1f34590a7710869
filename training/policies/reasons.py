"""Words that a change must come with."""

from __future__ import annotations

from prevent_portal.tenancy.refusals import PolicyError


def check_reason(reason: str, words: str) -> None:
    """Raise PolicyError with ``words`` where a reason is missing."""
    if not reason.strip():
        raise PolicyError(words)
