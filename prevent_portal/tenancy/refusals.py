"""Refusals that people read, shared by every room: a policy said no, or somebody else saved first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PolicyError(Exception):
    """A refusal that people may read: the message is a sentence for the page."""


class AlreadySent(PolicyError):
    """A form's token was used for something else."""


@dataclass(frozen=True)
class Difference:
    """One thing that two people wrote differently."""

    field: str
    label: str
    theirs: str
    yours: str


class StaleVersion(PolicyError):
    """Somebody else saved first. Carries both texts, so that neither is lost (API-4)."""

    def __init__(self, *, version: int, differences: Sequence[Difference]) -> None:
        super().__init__(
            "Somebody else saved this while you were writing. Nothing of yours is lost: compare the two "
            "below, then save again."
        )
        self.version = version
        self.differences = tuple(differences)


def check_same_sending(*, same_thing: bool, same_person: bool) -> None:
    """Raise AlreadySent unless a token that came before came for the same thing from the same person."""
    if not (same_thing and same_person):
        raise AlreadySent("This form was sent before for something else. Open the page again.")
