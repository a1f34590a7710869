"""Demo data of compliance. Facts and figures come from published council reports; the words are our own."""

from __future__ import annotations

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def load(*, councils: dict[str, Council], people: dict[str, User]) -> None:
    """Give the demo councils their plans, checklist and review. What is there already is left alone."""
