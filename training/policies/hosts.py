"""Whom something is for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from prevent_portal.tenancy.refusals import PolicyError


def check_host(organisations: Collection[Any], host: str) -> None:
    """Raise PolicyError if nobody is named that it is for."""
    if not organisations and not host.strip():
        raise PolicyError("Select at least one organisation, or enter who it is for.")
