"""How a count is printed for an audience, and the band that a reader may learn of it.

Zeros are disclosive (PS-3): "nobody of this school was referred" says something of everybody else in a small
place. So a zero is hidden among the small counts, and the words for them include it, unless the council has
decided by a recorded choice to show zeros; the words then leave zero out, because a reader can.
"""

from __future__ import annotations

from dataclasses import dataclass

NOT_SHOWN = "not shown"

Band = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """A way to print counts.

    Args:
        smallest: the smallest count that may be printed; what is below is hidden.
        base: what is printed is rounded to a multiple of this, 1 for exact.
        zeros_shown: a recorded choice of the council; see the top of this file.
    """

    smallest: int
    base: int = 1
    zeros_shown: bool = False

    @property
    def least_hidden(self) -> int:
        return 1 if self.zeros_shown else 0

    @property
    def hidden(self) -> Band:
        """What a reader may learn of a hidden count."""
        return self.least_hidden, self.smallest - 1

    def hides(self, count: int) -> bool:
        """Whether a count is too small to be printed."""
        return self.least_hidden <= count < self.smallest

    def band(self, count: int) -> Band:
        """Return the counts that would be printed in the same way as this one."""
        if self.hides(count):
            return self.hidden
        if count == 0 or self.base == 1:
            return count, count
        printed = self.rounded(count)
        return max(self.smallest, printed - self.base // 2), printed + self.base // 2

    def rounded(self, count: int) -> int:
        """Round half up to the rule's base."""
        return (count + self.base // 2) // self.base * self.base

    @property
    def words(self) -> str:
        """The words for a hidden count: "fewer than 5", or "1 to 7" where zeros are shown."""
        return f"1 to {self.smallest - 1}" if self.zeros_shown else f"fewer than {self.smallest}"

    def printed(self, count: int) -> str:
        """Return what stands in the place of a count."""
        return self.words if self.hides(count) else f"{self.rounded(count):,}"


SUPPRESS_AND_ROUND = Rule(smallest=8, base=5)
"""Boards, unless they choose otherwise: 1 to 7 hidden, the rest rounded to 5 (rule 8, PS-1)."""

FEWER_THAN_FIVE = Rule(smallest=5)
"""By choice: fewer than 5 hidden, the rest exact, with complementary suppression (rule 8)."""
