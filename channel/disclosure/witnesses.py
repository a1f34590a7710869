"""Search for other counts that a reader of the figures must hold for possible.

A count stays open at one end of its band exactly if there are counts of every region that agree with all
that was ever printed and put it there. Such counts are a witness: whoever has one needs to trust no reasoning
about rounding, margins or cumulative sums. The search may miss one that exists, which costs a figure that
could have been shown; it can never find one that does not, so a mistake in it cannot show too much.
"""

from __future__ import annotations

from collections.abc import Sequence

from channel.disclosure.regions import members

UNBOUNDED = 1 << 40
"""Stands for "no upper end"."""


class Statement:
    """Something printed: the count of these regions lies from ``low`` to ``high``."""

    __slots__ = ("high", "low", "mask")

    def __init__(self, mask: int, low: int, high: int = UNBOUNDED) -> None:
        self.mask = mask
        self.low = low
        self.high = high

    def allows(self, total: int) -> bool:
        return self.low <= total <= self.high


class Search:
    """Witnesses for a set of statements, all of which the exact counts fulfil.

    Args:
        truth: the exact count of every region.
        statements: what was printed or shall be. They may be made weaker while the search is in use; a
            witness found before remains one.
        effort: how many changes to try for one witness before it is given up.
    """

    def __init__(self, truth: Sequence[int], statements: Sequence[Statement], *, effort: int = 120) -> None:
        self.truth = list(truth)
        self.statements = list(statements)
        self.effort = effort
        self.witnesses: list[list[int]] = []
        self.in_the_way: dict[int, int] = {}
        self._members = [members(statement.mask) for statement in self.statements]
        self._of: list[list[int]] = [[] for _ in self.truth]
        for number, regions in enumerate(self._members):
            for region in regions:
                self._of[region].append(number)
        self._sums = [sum(self.truth[region] for region in regions) for regions in self._members]

    def reaches(self, mask: int, end: int, *, upwards: bool) -> bool:
        """Whether a witness puts the count of these regions at ``end`` or beyond it.

        After a failure ``in_the_way`` holds the statements that stopped it, each with how far off it was.
        """
        reached = self.furthest(mask, end, upwards=upwards)
        return reached >= end if upwards else reached <= end

    def furthest(self, mask: int, end: int, *, upwards: bool) -> int:
        """Return the count of these regions nearest to ``end`` that a witness reaches."""
        regions = members(mask)
        best = sum(self.truth[region] for region in regions)
        for witness in reversed(self.witnesses):
            if best >= end if upwards else best <= end:
                return best
            total = sum(witness[region] for region in regions)
            best = max(best, total) if upwards else min(best, total)
        if best >= end if upwards else best <= end:
            return best
        found, total = self._found(regions, end, upwards)
        if found is not None:
            self.witnesses.append(found)
        return max(best, total) if upwards else min(best, total)

    def forget_where_broken(self, number: int) -> None:
        """Drop the witnesses that do not agree with a statement, after it was made stronger."""
        statement, regions = self.statements[number], self._members[number]
        self.witnesses = [
            witness
            for witness in self.witnesses
            if statement.allows(sum(witness[region] for region in regions))
        ]

    def _found(self, regions: list[int], end: int, upwards: bool) -> tuple[list[int] | None, int]:
        """Return the furthest counts found, None for the true ones, and what they give these regions."""
        self.in_the_way = {}
        total = sum(self.truth[region] for region in regions)
        # What is sought is one more statement for the time of the search.
        aim = Statement(0, total, total)
        self.statements.append(aim)
        self._members.append(regions)
        self._sums.append(total)
        number = len(self._sums) - 1
        for region in regions:
            self._of[region].append(number)
        kept = list(self._sums)
        self._counts, moved = list(self.truth), False
        while total != end:
            for step in dict.fromkeys((end - total, 1 if upwards else -1)):
                aim.low = aim.high = total + step
                self._left, self._changed = self.effort, set[int]()
                if self._mended([number], 0):
                    break
            else:
                break
            total, moved = aim.low, True
        self._sums = kept
        self.statements.pop()
        self._members.pop()
        self._sums.pop()
        for region in regions:
            self._of[region].pop()
        return (self._counts if moved else None), total

    def _mended(self, broken: list[int], depth: int) -> bool:
        """Change counts until no statement is broken; leave all as it was if that does not succeed."""
        if not broken:
            return True
        if depth > _DEEPEST:
            return False
        number = min(broken, key=lambda other: len(self._members[other]))
        statement, total = self.statements[number], self._sums[number]
        need = statement.low - total if total < statement.low else statement.high - total
        for _, region in self._candidates(number, need, depth):
            self._left -= 1
            if self._left < 0:
                return False
            self._change(region, need)
            self._changed.add(region)
            if self._mended(self._broken_after(broken, region), depth + 1):
                return True
            self._changed.discard(region)
            self._change(region, -need)
        return False

    def _candidates(self, number: int, need: int, depth: int) -> list[tuple[int, int]]:
        """Regions of a statement that could take the change, those that break least first."""
        found = []
        for region in self._members[number]:
            if region in self._changed or self._counts[region] + need < 0:
                continue
            cost = 0
            for other in self._of[region]:
                statement, total = self.statements[other], self._sums[other] + need
                if not statement.low <= total <= statement.high:
                    self.in_the_way.setdefault(other, depth)
                    cost += _ALONE if len(self._members[other]) == 1 else 1
            if cost < _ALONE:
                found.append((cost, region))
        found.sort()
        return found

    def _broken_after(self, broken: list[int], region: int) -> list[int]:
        touched = self._of[region]
        still = [other for other in broken if other not in touched]
        return still + [other for other in touched if not self.statements[other].allows(self._sums[other])]

    def _change(self, region: int, amount: int) -> None:
        self._counts[region] += amount
        for number in self._of[region]:
            self._sums[number] += amount


_DEEPEST = 9
# A count that a statement of its own holds fast cannot be mended by any other.
_ALONE = 1_000
