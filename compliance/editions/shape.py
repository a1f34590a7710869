"""The shape of a shipped edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.enums import ItemKind
from prevent_portal.tenancy.enums import Nation

CountsAs = Literal["in_place", "under_way", "not_started", "not_applicable"]


@dataclass(frozen=True)
class ScaleStep:
    """One answer of an edition's own scale, and what it counts as in a summary."""

    value: str
    label: str
    counts_as: CountsAs


@dataclass(frozen=True)
class ItemData:
    """One item; ``ref`` never changes once shipped, the words may."""

    ref: str
    kind: ItemKind
    prompt: str
    expected_evidence: str


@dataclass(frozen=True)
class Workstream:
    title: str
    guidance: str
    items: tuple[ItemData, ...]


@dataclass(frozen=True)
class EditionData:
    """An edition as it is shipped."""

    code: str
    name: str
    nation: Nation
    in_force_from: date
    in_force_to: date | None
    source: str
    last_checked_on: date
    scale: tuple[ScaleStep, ...]
    workstreams: tuple[Workstream, ...]
