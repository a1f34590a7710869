"""The shape of a shipped edition, and of the way from one edition to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from compliance.enums import ItemKind, TrainingRule
from prevent_portal.tenancy.enums import Nation

CountsAs = Literal["in_place", "under_way", "not_started", "not_applicable"]


@dataclass(frozen=True)
class ScaleStep:
    """One answer of an edition's own scale, and what it counts as in a summary."""

    value: str
    label: str
    counts_as: CountsAs


@dataclass(frozen=True)
class Part:
    """A part of an edition; a round covers some or all of them."""

    value: str
    label: str


@dataclass(frozen=True)
class ItemData:
    """One item; ``ref`` never changes once shipped, the words may.

    Args:
        guidance: where in the guidance; blank: as the workstream says.
        verified: False where nobody has checked the prompt against the guidance. It is then shown as the
            portal's own words, and a council may put its own in their place.
        training_rule: what the item asks about how training was delivered.
    """

    ref: str
    kind: ItemKind
    prompt: str
    expected_evidence: str
    guidance: str = ""
    verified: bool = True
    training_rule: TrainingRule = TrainingRule.NONE


@dataclass(frozen=True)
class Workstream:
    title: str
    guidance: str
    items: tuple[ItemData, ...]
    part: str = ""


@dataclass(frozen=True)
class EditionData:
    """An edition as it is shipped."""

    code: str
    name: str
    nations: tuple[Nation, ...]
    in_force_from: date
    in_force_to: date | None
    source: str
    last_checked_on: date
    scale: tuple[ScaleStep, ...]
    workstreams: tuple[Workstream, ...]
    parts: tuple[Part, ...] = ()
    counts_words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Crosswalk:
    """How the items of an edition continue in a newer one. Items that nobody names are gone, or new.

    Args:
        links: pairs of an older and a newer ref. An older one in several pairs is split, a newer one in
            several merges them.
    """

    older: str
    newer: str
    links: tuple[tuple[str, str], ...]
