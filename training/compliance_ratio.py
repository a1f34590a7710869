"""The share of trained staff: tested exactly, printed so that it never flatters (rule 9 of the product)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from prevent_portal.web.numbers import counted, number, percent


@dataclass(frozen=True)
class ComplianceRatio:
    """So many compliant of so many eligible.

    Raises:
        ValueError: unless 0 <= compliant <= eligible and eligible > 0; nobody eligible is no ratio.
    """

    compliant: int
    eligible: int

    def __post_init__(self) -> None:
        if not 0 <= self.compliant <= self.eligible or self.eligible == 0:
            raise ValueError(f"{self.compliant} of {self.eligible} is no share of anything.")

    @property
    def per_cent(self) -> Fraction:
        """The exact percentage."""
        return Fraction(self.compliant * 100, self.eligible)

    def meets(self, target: Decimal) -> bool:
        """Whether the exact ratio reaches the target (84.7204 does not reach 85); whole numbers only."""
        part, whole = target.as_integer_ratio()
        return self.compliant * 100 * whole >= part * self.eligible

    def short_of(self, target: Decimal) -> int:
        """The smallest number of further people who, once trained, make the target; 0 when it is met."""
        part, whole = target.as_integer_ratio()
        needed = -(-part * self.eligible // (100 * whole))
        return max(needed - self.compliant, 0)

    def printed(self, target: Decimal | None = None) -> str:
        """The percentage as printed: rounded half up to a whole number.

        With a target it takes as many decimals as it needs for the figure to stay on the target's own side:
        "84.7%" for 84.7204 and "84.96%" for 84.96, each against 85.
        """
        return percent(self.per_cent, target=target)

    def against(self, target: Decimal | None) -> str:
        """How it stands in words: "Target met", "34 people short of 85%", or the gap to full coverage."""
        if target is None:
            gap = self.eligible - self.compliant
            return f"{_people(gap)} not yet trained" if gap else "Everybody trained"
        short = self.short_words(target)
        return f"{short} of {printed_target(target)}" if short else "Target met"

    def short_words(self, target: Decimal) -> str:
        """Such as "34 people short", for a sentence that has named the target; nothing when it is met."""
        short = self.short_of(target)
        return f"{_people(short)} short" if short else ""


def printed_target(target: Decimal) -> str:
    """Return 85.00 as "85%" and 92.50 as "92.5%"."""
    return f"{number(target)}%"


def _people(count: int) -> str:
    return counted(count, "person", "people")
