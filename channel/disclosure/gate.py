"""The one gate that every number about Channel cases passes, for every output (rule 8, PS-1 to PS-3).

The gate prints counts by a rule, then tries to attack what it would print, together with every figure ever
released. For each count that is hidden, rounded or withheld, and for each small group that somebody could get
by taking one figure from another, it looks for a witness at both ends of the band that a reader may learn. As
long as one is missing, it withholds a further figure. What it cannot show to be safe it does not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from channel.disclosure.groups import Cube, Group
from channel.disclosure.regions import Regions, members
from channel.disclosure.rules import NOT_SHOWN, Band, Rule
from channel.disclosure.witnesses import UNBOUNDED, Search, Statement


class Form(StrEnum):
    """How a figure stands in print."""

    SHOWN = "shown"
    SMALL = "small"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Known:
    """A figure as it was released: what its readers know for ever.

    Args:
        low: the least that the printed words leave possible.
        high: the most, None for no end.
        small: the hidden band of the rule that it was printed by.
    """

    group: Group
    form: Form
    low: int
    high: int | None
    printed: str
    small: Band


@dataclass(frozen=True)
class Figure:
    """A figure that passed the gate. It holds no exact count unless that is what is printed.

    Args:
        printed: what stands in its place in every format: a number, or words.
        low: the least that a reader may learn of it.
        high: the most, None for no end.
        number: the printed number, for charts and percentages; None where words stand.
        vouched: for a figure that is withheld: five counts at least stay possible, or all that the figures of
            its parts leave.
        revised: withheld because the cases behind an earlier figure have changed since.
    """

    group: Group
    form: Form
    printed: str
    low: int
    high: int | None
    small: Band
    number: int | None = None
    vouched: bool = True
    revised: bool = False

    @property
    def known(self) -> Known:
        """What readers know of it from now on."""
        return Known(self.group, self.form, self.low, self.high, self.printed, self.small)


def gated(
    wanted: Sequence[Group], *, cubes: Mapping[str, Cube], rule: Rule, released: Iterable[Known] = ()
) -> list[Figure]:
    """Print figures so that nobody learns more than the printed bands, within them or beside earlier ones.

    Args:
        wanted: the figures, in any order; the answer comes in the same.
        cubes: the exact counts by measure.
        rule: how the audience's figures are printed.
        released: every figure that was ever released of these cases, to whomever.

    Raises:
        BadGroup: for a figure that the exact counts do not know.
    """
    return _Gate(list(dict.fromkeys(wanted)), cubes, rule, list(released)).figures(wanted)


def share(part: Figure, whole: Figure) -> str:
    """Return a percentage of two printed figures, made of the printed numbers alone.

    It is not shown where one of the parts is not, nor where it is 0% or 100%: that says of everybody (PS-3).
    The rest of the whole has been attacked by the gate if both figures came out of it together.
    """
    if part.number is None or not whole.number or not 0 < part.number < whole.number:
        return NOT_SHOWN
    return f"{(part.number * 200 + whole.number) // (whole.number * 2)}%"


Guard = tuple[int, Band | None]
"""Regions, and the band of their count that must stay open; None for any five counts."""


class _Gate:
    def __init__(
        self, wanted: Sequence[Group], cubes: Mapping[str, Cube], rule: Rule, released: Sequence[Known]
    ) -> None:
        self.rule = rule
        earlier = _bound_to(wanted, released)
        self.regions = Regions([*wanted, *(known.group for known in earlier)], cubes)
        self.wanted = list(wanted)
        self.revised = self._revised(earlier)
        self.earlier = [known for known in earlier if not self.regions.mask(known.group) & self.revised]
        asked = [group for group in self.wanted if not self.regions.mask(group) & self.revised]
        self.repeated = {
            self.regions.mask(known.group): known
            for known in self.earlier
            if known.small == rule.hidden and known.form is not Form.WITHHELD
        }
        self.new = list(
            dict.fromkeys(
                mask for mask in (self.regions.mask(group) for group in asked) if mask not in self.repeated
            )
        )
        self.counts = {mask: self.regions.count(mask) for mask in self.new}
        self.forms: dict[int, Form] = {}
        self.failed = False
        if self.new:
            self._attack()

    def figures(self, wanted: Sequence[Group]) -> list[Figure]:
        return [self._figure(group) for group in wanted]

    def _figure(self, group: Group) -> Figure:
        mask, small = self.regions.mask(group), self.rule.hidden
        if mask & self.revised:
            return Figure(group, Form.WITHHELD, NOT_SHOWN, 0, None, small, vouched=False, revised=True)
        if mask in self.repeated:
            known = self.repeated[mask]
            number = int(known.printed.replace(",", "")) if known.form is Form.SHOWN else None
            return Figure(group, known.form, known.printed, known.low, known.high, known.small, number)
        form, count = self.forms[mask], self.counts[mask]
        if form is Form.WITHHELD:
            low = 0 if self.failed else self.statements[mask].low
            return Figure(group, form, NOT_SHOWN, low, None, small, vouched=not self.failed)
        low, high = self.rule.band(count)
        number = self.rule.rounded(count) if form is Form.SHOWN else None
        return Figure(group, form, self.rule.printed(count), low, high, small, number)

    def _revised(self, earlier: Sequence[Known]) -> int:
        """Regions whose cases have changed since a figure was released, and all that is bound to them.

        The difference of two printings of one count would tell of the very cases that came or went.
        """
        touched = 0
        masks = [(self.regions.mask(known.group), known) for known in earlier]
        for mask, known in masks:
            count = self.regions.count(mask)
            if count < known.low or (known.high is not None and count > known.high):
                touched |= mask
        grown = bool(touched)
        while grown:
            grown = False
            for mask, _ in masks:
                if mask & touched and mask & ~touched:
                    touched |= mask
                    grown = True
        return touched

    # The attack --------------------------------------------------------------------------------------

    def _attack(self) -> None:
        fixed = [
            Statement(
                self.regions.mask(known.group), known.low, UNBOUNDED if known.high is None else known.high
            )
            for known in self.earlier
        ]
        every = {*self.new, *(statement.mask for statement in fixed)}
        self.leaves = {mask for mask in self.new if not any(other & mask == other != mask for other in every)}
        self.statements: dict[int, Statement] = {}
        for mask in self.new:
            count = self.counts[mask]
            if self.rule.hides(count) and mask not in self.leaves:
                # A small total would bound its parts; and to withhold one must not say that it is large.
                self.forms[mask] = Form.WITHHELD
                self.statements[mask] = Statement(mask, 0)
            else:
                self.forms[mask] = Form.SMALL if self.rule.hides(count) else Form.SHOWN
                self.statements[mask] = Statement(mask, *self.rule.band(count))
        self.order = list(self.statements)
        self.search = Search(self.regions.counts, [*self.statements.values(), *fixed])
        self.before = Search(self.regions.counts, fixed)
        self.promised = self._promised()
        if not self._secured():
            self._withhold_all()
            return
        self._give_back()

    def _secured(self) -> bool:
        """Withhold figures until every guard is open at both ends; false if even that does not do."""
        open_by_now: set[Guard] = set()
        while pending := [guard for guard in self._guards() if guard not in open_by_now]:
            for guard in pending:
                blocked = self._in_the_way(guard)
                if blocked is None:
                    # What is withheld later only widens what is possible, so a guard that is open stays so.
                    open_by_now.add(guard)
                    continue
                candidates = [
                    (mask not in self.leaves, depth, self.counts[mask], mask)
                    for number, depth in blocked.items()
                    if number < len(self.order) and self.forms[mask := self.order[number]] is Form.SHOWN
                ]
                if not candidates:
                    return False
                self._withhold(min(candidates)[-1])
                break
        return True

    def _in_the_way(self, guard: Guard) -> dict[int, int] | None:
        """Return the statements that keep a guard closed, None if it is open at both ends."""
        mask, band = guard
        if band is None:
            return self._in_the_way_of_width(mask)
        low, high = band
        for end, upwards in ((low, False), (high, True)):
            if not self.search.reaches(mask, end, upwards=upwards):
                return dict(self.search.in_the_way)
        return None

    def _in_the_way_of_width(self, mask: int) -> dict[int, int] | None:
        """Return what keeps a figure that is withheld from having five possible counts."""
        low, high = self._hull(mask)
        width = min(_WIDTH, high - low)
        if _is_wide(self.search, mask, self.regions.count(mask), width):
            return None
        return dict(self.search.in_the_way)

    def _withhold(self, mask: int) -> None:
        self.forms[mask] = Form.WITHHELD
        statement = self.statements[mask]
        # A figure without parts would be printed as small if it were: withheld, it tells that it is not.
        tells = mask in self.leaves and self.counts[mask] >= self.rule.smallest
        statement.low, statement.high = (self.rule.smallest if tells else 0), UNBOUNDED

    def _withhold_all(self) -> None:
        self.failed = True
        for mask in self.new:
            self.forms[mask] = Form.WITHHELD

    def _give_back(self) -> None:
        """Show again what was withheld in vain, the largest first, until nothing more can be."""
        gave = True
        while gave:
            gave = False
            withheld = [
                mask
                for mask in self.new
                if self.forms[mask] is Form.WITHHELD and not self.rule.hides(self.counts[mask])
            ]
            for mask in sorted(withheld, key=lambda mask: -self.counts[mask]):
                gave = self._given_back(mask) or gave

    def _given_back(self, mask: int) -> bool:
        statement = self.statements[mask]
        before, kept = (statement.low, statement.high), self.search.witnesses
        statement.low, statement.high = self.rule.band(self.counts[mask])
        self.forms[mask] = Form.SHOWN
        self.search.forget_where_broken(self.order.index(mask))
        if all(self._in_the_way(guard) is None for guard in self._guards()):
            return True
        statement.low, statement.high = before
        self.forms[mask] = Form.WITHHELD
        self.search.witnesses = kept
        return False

    # What must stay open -----------------------------------------------------------------------------

    def _promised(self) -> list[Guard]:
        """What was promised of earlier figures: their bands, and the width of those that were withheld."""
        promised: dict[Guard, None] = {}
        for known in self.earlier:
            mask = self.regions.mask(known.group)
            if known.high is not None:
                if known.low < known.high:
                    promised[mask, (known.low, known.high)] = None
            elif known.small[0] <= self.regions.count(mask) <= known.small[1]:
                promised[mask, self._clipped(mask, known.small)] = None
            elif _is_wide(self.before, mask, self.regions.count(mask), _WIDTH):
                promised[mask, None] = None
        return list(promised)

    def _guards(self) -> list[Guard]:
        guards: dict[Guard, None] = dict.fromkeys(self.promised)
        for mask in self.new:
            band = self.rule.band(self.counts[mask])
            if self.forms[mask] is not Form.WITHHELD:
                if band[0] < band[1]:
                    guards[mask, band] = None
            elif self.rule.base > 1 or self.rule.hides(self.counts[mask]):
                guards[mask, self._clipped(mask, band)] = None
            else:
                guards[mask, None] = None
        for mask, band in self._derived():
            guards[mask, self._clipped(mask, self._left_by_earlier(mask, band))] = None
        return list(guards)

    def _left_by_earlier(self, mask: int, band: Band) -> Band:
        """Narrow the band of a group that nobody printed to what releases by other rules have left of it."""
        if not self.earlier:
            return band
        return (
            max(band[0], self.before.furthest(mask, band[0], upwards=False)),
            min(band[1], self.before.furthest(mask, band[1], upwards=True)),
        )

    def _derived(self) -> list[tuple[int, Band]]:
        """Small groups that nobody printed but somebody could get by taking printed figures from another."""
        statements = [s for s in self.search.statements if s.high < UNBOUNDED]
        small = self._small()
        counts: dict[int, int] = {s.mask: self.regions.count(s.mask) for s in statements}
        masks = list(counts)
        found: dict[int, None] = {}

        def note(mask: int, count: int) -> None:
            if mask and mask not in counts and small[0] <= count <= small[1]:
                found[mask] = None

        for mask, count in self.regions.runs():
            note(mask, count)
        for number, one in enumerate(masks):
            rest, left = one, counts[one]
            for other in masks:
                if other & one == other and other != one and other & rest == other:
                    rest, left = rest & ~other, left - counts[other]
            note(rest, left)
            for other in masks[:number]:
                both = one & other
                if not both:
                    continue
                shared = counts.get(both)
                if shared is None:
                    shared = self.regions.count(both)
                note(both, shared)
                note(one & ~both, counts[one] - shared)
                note(other & ~both, counts[other] - shared)
        return [(mask, small) for mask in found]

    def _small(self) -> Band:
        bands = [self.rule.hidden, *(known.small for known in self.earlier)]
        return min(low for low, _ in bands), max(high for _, high in bands)

    def _clipped(self, mask: int, band: Band) -> Band:
        """Narrow a band to what the figures for single regions say anyway."""
        low, high = self._hull(mask)
        return max(band[0], min(low, band[1])), min(band[1], max(high, band[0]))

    def _hull(self, mask: int) -> Band:
        single: dict[int, Band] = {}
        for statement in self.search.statements:
            part = statement.mask
            if part & mask == part and part & (part - 1) == 0:
                low, high = single.get(part, (0, UNBOUNDED))
                single[part] = max(low, statement.low), min(high, statement.high)
        bounded = len(single) == len(members(mask))
        lows, highs = (sum(ends) for ends in zip(*single.values(), strict=True)) if single else (0, 0)
        return lows, highs if bounded else UNBOUNDED


def _bound_to(wanted: Sequence[Group], released: Sequence[Known]) -> list[Known]:
    """Return the earlier figures that share a quarter with these, or with one that does, and so on.

    The others count other cases, whatever is printed now; without them a register of many years costs no more
    than one of the years that meet.
    """
    reached = {(group.measure, quarter) for group in wanted for quarter in _quarters(group)}
    bound: list[Known] = []
    left = list(released)
    grown = True
    while grown:
        near = [
            known
            for known in left
            if any((known.group.measure, quarter) in reached for quarter in _quarters(known.group))
        ]
        grown = bool(near)
        bound += near
        left = [known for known in left if known not in near]
        reached |= {(known.group.measure, quarter) for known in near for quarter in _quarters(known.group)}
    return [known for known in released if known in bound]


def _quarters(group: Group) -> range:
    return range(group.first.ordinal, group.last.ordinal + 1)


def _is_wide(search: Search, mask: int, count: int, width: int) -> bool:
    """Whether witnesses put the count of these regions at ends so far apart."""
    most = search.furthest(mask, count + width, upwards=True)
    blocked = search.in_the_way if most < count + width else {}
    least = search.furthest(mask, most - width, upwards=False)
    search.in_the_way = {**search.in_the_way, **blocked}
    return most - least >= width


# Five counts that stay possible lie four apart.
_WIDTH = 4
