"""Divide what several figures count into regions: the smallest parts that any of the figures can tell apart.

Two exact cells that the same figures count are one region, so that a year's register of figures stays small
enough to reason about exactly. A group is a set of regions, written as the bits of a whole number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from channel.disclosure.groups import BadGroup, Cube, Group, Quarter

Where = tuple[tuple[str, frozenset[str]], ...]


class Regions:
    """The regions of some groups, their exact counts, and each group as a set of them.

    Args:
        groups: every figure that is asked for or was ever released.
        cubes: the exact counts, by measure.

    Raises:
        BadGroup: for a group that the exact counts do not know.
    """

    def __init__(self, groups: Iterable[Group], cubes: Mapping[str, Cube]) -> None:
        self.counts: list[int] = []
        self._masks: dict[Group, int] = {}
        self._slices: dict[tuple[str, Where], list[int]] = {}
        by_measure: dict[str, list[Group]] = {}
        for group in dict.fromkeys(groups):
            by_measure.setdefault(group.measure, []).append(group)
        for measure, alike in by_measure.items():
            if measure not in cubes:
                raise BadGroup("The figure counts something that is not counted here.")
            self._divide(cubes[measure], alike)

    def mask(self, group: Group) -> int:
        """Return the regions of a group as bits."""
        return self._masks[group]

    def count(self, mask: int) -> int:
        """Return the exact count of a set of regions."""
        return sum(self.counts[region] for region in members(mask))

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield every run of quarters of every group's values, asked for or not, and its exact count.

        Nobody has to print the first half of a year for a reader to take the second from the whole.
        """
        for slices in self._slices.values():
            counts = [self.count(mask) for mask in slices]
            for start in range(len(slices)):
                mask = total = 0
                for each, count in zip(slices[start:], counts[start:], strict=True):
                    mask, total = mask | each, total + count
                    yield mask, total

    def _divide(self, cube: Cube, groups: Sequence[Group]) -> None:
        for group in groups:
            cube.require(group)
        quarters = _quarters(groups)
        axes = [_values(axis.name, axis.values, groups) for axis in cube.dimensions]
        start = len(self.counts)
        sizes = [len(quarters), *(max(axis.values(), default=-1) + 1 for axis in axes)]
        place: dict[tuple[int, ...], int] = {
            combination: start + number
            for number, combination in enumerate(product(*(range(size) for size in sizes)))
        }
        self.counts += [0] * len(place)
        for (quarter, values), count in cube.cells.items():
            # What no group reaches in time is no region; every value of a dimension is in one.
            if quarter in quarters:
                parts = (axis[value] for axis, value in zip(axes, values, strict=True))
                self.counts[place[quarters[quarter], *parts]] += count
        for where in dict.fromkeys(group.where for group in groups):
            chosen = dict(where)
            wanted = [
                {part for value, part in axis.items() if value in chosen.get(dimension.name, axis)}
                for dimension, axis in zip(cube.dimensions, axes, strict=True)
            ]
            self._slices[cube.measure, where] = [
                sum(1 << place[parts] for parts in product([number], *wanted))
                for number in range(len(quarters))
            ]
        for group in groups:
            slices = self._slices[cube.measure, group.where]
            mask = 0
            for quarter, number in quarters.items():
                if group.first <= quarter <= group.last:
                    mask |= slices[number]
            self._masks[group] = mask


def members(mask: int) -> list[int]:
    """Return the regions of a set."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


def _quarters(groups: Sequence[Group]) -> dict[Quarter, int]:
    """Number the quarters that the groups reach."""
    reached = {
        group.first.plus(step)
        for group in groups
        for step in range(group.last.ordinal - group.first.ordinal + 1)
    }
    return {quarter: number for number, quarter in enumerate(sorted(reached))}


def _values(name: str, values: Sequence[str], groups: Sequence[Group]) -> dict[str, int]:
    """Number the parts of a dimension that the groups tell apart."""
    filters = list({dict(group.where).get(name) for group in groups} - {None})
    signatures: dict[tuple[bool, ...], int] = {}
    return {
        value: signatures.setdefault(
            tuple(value in chosen for chosen in filters if chosen is not None), len(signatures)
        )
        for value in values
    }
