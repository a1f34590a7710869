"""The registry of access rules: who may read a file that hangs on a thing is the thing's own question."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from prevent_portal.accounts.access import CouncilAccess

Rule = Callable[[CouncilAccess, uuid.UUID], bool]
_rules: dict[str, Rule] = {}


class UnknownUse(LookupError):
    """A kind of use that no room registered."""


def register(kind: str, rule: Rule) -> None:
    """Announce ``rule(access, object_id)``: may this person read what hangs on the thing?

    Raises:
        ValueError: for a kind that has a rule.
    """
    if kind in _rules:
        raise ValueError(f"{kind} has two access rules.")
    _rules[kind] = rule


def rule_for(kind: str) -> Rule:
    try:
        return _rules[kind]
    except KeyError:
        raise UnknownUse(kind) from None
