"""Random tables and random years of releases, attacked by somebody who knows all printed words and the rules.

The few hundred of each day and the hundred thousand of a release run the same lines. Beside them stands the
control: the rule that only hides 1 to 4, under the very same attack (L17, L18).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from channel.disclosure import gate as gates
from channel.disclosure.gate import Figure, Known, gated
from channel.disclosure.groups import Cube, Dimension, Group, Quarter, one_way
from channel.disclosure.rules import FEWER_THAN_FIVE, NOT_SHOWN, SUPPRESS_AND_ROUND, Rule
from tests.channel.disclosure_attacker import (
    ENDLESS,
    Interval,
    propagated,
    read,
    series_bounds,
    table_bounds,
)
from tests.figures import RecordFigure

ROWS = Dimension("sector", tuple("abcde"))
COLUMNS = Dimension("concern", tuple("wxyz"))
START = Quarter(2014, 2)
RULES = (SUPPRESS_AND_ROUND, FEWER_THAN_FIVE, Rule(8, 5, zeros_shown=True), Rule(5, 1, zeros_shown=True))

Cell = tuple[int | None, int | None]
Run = tuple[int, int]


def poisson(dice: random.Random, mean: float) -> int:
    left, count, limit = 1.0, -1, math.exp(-mean)
    while left > limit:
        left *= dice.random()
        count += 1
    return count


@dataclass
class Tally:
    """What an attack found."""

    tried: int = 0
    hidden: int = 0
    exact: int = 0
    narrower: int = 0
    leaking: int = 0
    examples: list[object] = field(default_factory=list)

    def note(self, bounds: Interval, promised: Interval, what: object) -> bool:
        """Count one hidden figure, and return whether more was learned of it than was promised."""
        self.hidden += 1
        learned = bounds[0] > promised[0] or bounds[1] < promised[1]
        self.exact += bounds[0] == bounds[1] and promised[0] < promised[1]
        self.narrower += learned
        if learned:
            self.examples = [*self.examples[:4], (what, bounds, promised)]
        return learned


def known_of(figure_words: str, rule: Rule, *, whole: bool) -> Interval:
    """What words say; and that no figure without parts is withheld for being small, as there are words."""
    low, high = read(figure_words, base=rule.base, smallest=rule.smallest)
    if figure_words == NOT_SHOWN and not whole and not rule.zeros_shown:
        low = rule.smallest
    return low, high


# Tables ---------------------------------------------------------------------------------------------


def random_table(dice: random.Random, mean: float) -> list[list[int]]:
    return [[poisson(dice, mean) for _ in COLUMNS.values] for _ in ROWS.values]


def cube_of(table: list[list[int]]) -> Cube:
    cells = {
        (START, (row, column)): table[i][j]
        for i, row in enumerate(ROWS.values)
        for j, column in enumerate(COLUMNS.values)
    }
    return Cube("referrals", (ROWS, COLUMNS), cells)


def cell_of(group: Group) -> Cell:
    where = dict(group.where)
    row, column = where.get(ROWS.name), where.get(COLUMNS.name)
    return (
        ROWS.values.index(next(iter(row))) if row else None,
        COLUMNS.values.index(next(iter(column))) if column else None,
    )


def attack_table(table: list[list[int]], known: dict[Cell, Interval]) -> dict[Cell, Interval]:
    rows, columns = range(len(ROWS.values)), range(len(COLUMNS.values))
    return table_bounds(
        [[known[i, j] for j in columns] for i in rows],
        [known[i, None] for i in rows],
        [known[None, j] for j in columns],
        known[None, None],
        table,
    )


def clipped(band: Interval, parts: list[Interval]) -> Interval:
    """Return what the printed words of the parts leave of a band."""
    low, high = sum(part[0] for part in parts), sum(part[1] for part in parts)
    return max(band[0], min(low, band[1])), min(band[1], max(high, band[0]))


def count_of(cell: Cell, table: list[list[int]]) -> int:
    row, column = cell
    lines = table if row is None else [table[row]]
    return sum(sum(line) if column is None else line[column] for line in lines)


def parts_of(cell: Cell, known: dict[Cell, Interval]) -> list[Interval]:
    return [
        interval
        for (row, column), interval in known.items()
        if None not in (row, column) and cell[0] in (None, row) and cell[1] in (None, column)
    ]


def two_way(base: Group, rows: Dimension, columns: Dimension) -> list[Group]:
    """Return the figures of a two-way table: cells, totals of rows and columns, and the grand total."""
    cells = [
        base.within(**{rows.name: [row], columns.name: [column]})
        for row in rows.values
        for column in columns.values
    ]
    return [*cells, *one_way(base, rows), *one_way(base, columns)[:-1]]


def attack_tables(seed: int, number: int, rule: Rule, gate: Callable[..., list[Figure]] = gated) -> Tally:
    dice, tally = random.Random(seed), Tally()
    groups = two_way(Group.over("referrals", START), ROWS, COLUMNS)
    for _ in range(number):
        table = random_table(dice, dice.choice((1, 2, 4, 8, 15)))
        figures = {
            cell_of(figure.group): figure
            for figure in gate(groups, cubes={"referrals": cube_of(table)}, rule=rule)
        }
        known = {cell: known_of(figure.printed, rule, whole=None in cell) for cell, figure in figures.items()}
        bounds = attack_table(table, known)
        tally.tried += 1
        leaks = [
            tally.note(bounds[cell], promised, (table, cell, figure.printed))
            for cell, figure in figures.items()
            if (
                promised := promise(
                    figure, count_of(cell, table), known[cell], bounds[cell], parts_of(cell, known)
                )
            )
            is not None
        ]
        tally.leaking += any(leaks)
    return tally


def promise(
    figure: Figure, count: int, known: Interval, bounds: Interval, parts: list[Interval]
) -> Interval | None:
    """The printed band; for a figure that is withheld any five counts, or as many as its parts leave.

    One that is withheld and small keeps the band that it would have been printed with.
    """
    if figure.printed != NOT_SHOWN:
        return known if known[0] < known[1] else None
    if not figure.vouched:
        return None
    if figure.small[0] <= count <= figure.small[1]:
        return clipped(figure.small, parts)
    width = min(4, sum(part[1] for part in parts) - sum(part[0] for part in parts))
    return bounds if bounds[1] - bounds[0] >= width else (bounds[0], bounds[0] + width)


def naive(counts: dict[Cell, int]) -> dict[Cell, Interval]:
    """Hide 1 to 4 and print everything else as it is."""
    return {cell: (1, 4) if 1 <= count <= 4 else (count, count) for cell, count in counts.items()}


def naive_tables(seed: int, number: int, mean: float) -> Tally:
    dice, tally = random.Random(seed), Tally()
    for _ in range(number):
        table = random_table(dice, mean)
        counts: dict[Cell, int] = {(None, None): sum(map(sum, table))}
        for i, row in enumerate(table):
            counts[i, None] = sum(row)
            counts.update({(i, j): count for j, count in enumerate(row)})
        counts.update({(None, j): sum(column) for j, column in enumerate(zip(*table, strict=True))})
        known = naive(counts)
        bounds = attack_table(table, known)
        tally.tried += 1
        before = tally.exact
        for (i, j), interval in known.items():
            if i is not None and j is not None and interval[0] < interval[1]:
                tally.note(bounds[i, j], interval, (table, i, j))
        tally.leaking += tally.exact > before
    return tally


# Years of releases ----------------------------------------------------------------------------------


def span(run: Run) -> range:
    return range(run[0], run[1] + 1)


def narrowest(intervals: list[Interval]) -> Interval:
    return max((low for low, _ in intervals), default=0), min(
        (high for _, high in intervals), default=ENDLESS
    )


def attack_histories(
    seed: int, number: int, rules: tuple[Rule, ...], gate: Callable[..., list[Figure]] = gated
) -> Tally:
    """Four releases a year, each with its quarter and the year to date, and now and then other runs too."""
    dice, tally = random.Random(seed), Tally()
    for _ in range(number):
        mean = dice.choice((1, 3, 5, 8, 15))
        counts = [poisson(dice, mean) for _ in range(4)]
        cube = Cube("referrals", (), {(START.plus(n), ()): count for n, count in enumerate(counts)})
        released: list[Known] = []
        printed: dict[Run, list[Interval]] = {}
        figured: list[tuple[Run, Figure, Interval]] = []
        smallest, least = ENDLESS, 0
        for now in range(4):
            rule = dice.choice(rules)
            smallest, least = min(smallest, rule.smallest), max(least, rule.least_hidden)
            runs = {(now, now), (0, now)}
            runs |= {(a, b) for a in range(now + 1) for b in range(a, now + 1) if dice.random() < 0.25}
            asked = sorted(runs)
            dice.shuffle(asked)
            groups = [Group.over("referrals", START.plus(a), START.plus(b)) for a, b in asked]
            figures = gate(groups, cubes={"referrals": cube}, rule=rule, released=released)
            released += [figure.known for figure in figures]
            every = {*printed, *asked}
            for run, figure in zip(asked, figures, strict=True):
                whole = any(run[0] <= a and b <= run[1] and (a, b) != run for a, b in every)
                words = known_of(figure.printed, rule, whole=whole or not figure.vouched)
                printed.setdefault(run, []).append(words)
                figured.append((run, figure, words))
        bounds = series_bounds(printed, 4)
        tally.tried += 1
        known = {n: narrowest(printed.get((n, n), [])) for n in range(4)}
        leaks = [
            tally.note(bounds[run], band, (counts, run, printed))
            for run, figure, words in figured
            if (
                band := promise(
                    figure,
                    sum(counts[n] for n in span(run)),
                    words,
                    bounds[run],
                    [known[n] for n in span(run)],
                )
            )
            is not None
        ]
        for run in bounds:
            count = sum(counts[run[0] : run[1] + 1])
            if run not in printed and least <= count < smallest:
                band = clipped((least, smallest - 1), [known[n] for n in span(run)])
                leaks.append(tally.note(bounds[run], band, (counts, run, printed)))
        tally.leaking += any(leaks)
    return tally


# Tables across quarters -----------------------------------------------------------------------------

Block = tuple[int | None, int | None, int | None]


def blocks() -> list[Block]:
    """Every figure of two sectors by two concerns by two quarters, with all totals; None is all of one."""
    return [(a, b, c) for a in (0, 1, None) for b in (0, 1, None) for c in (0, 1, None)]


def cells_of(block: Block) -> frozenset[int]:
    return frozenset(
        4 * a + 2 * b + c
        for a in (0, 1)
        for b in (0, 1)
        for c in (0, 1)
        if block[0] in (None, a) and block[1] in (None, b) and block[2] in (None, c)
    )


def sums() -> list[tuple[frozenset[int], list[frozenset[int]]]]:
    """Each total with its two parts, along every one of the three ways to divide it."""
    return [
        (cells_of(block), [cells_of((*block[:axis], part, *block[axis + 1 :])) for part in (0, 1)])  # type: ignore[arg-type] # three again
        for block in blocks()
        for axis in range(3)
        if block[axis] is None
    ]


def attack_cubes(seed: int, number: int, rule: Rule, gate: Callable[..., list[Figure]] = gated) -> Tally:
    """Three releases out of one block of counts, each a random part of all its figures."""
    dice, tally = random.Random(seed), Tally()
    sectors, concerns = Dimension("sector", ("a", "b")), Dimension("concern", ("y", "z"))
    for _ in range(number):
        mean = dice.choice((2, 4, 8))
        counts = [poisson(dice, mean) for _ in range(8)]
        cube = Cube(
            "referrals",
            (sectors, concerns),
            {
                (START.plus(c), (sectors.values[a], concerns.values[b])): counts[4 * a + 2 * b + c]
                for a in (0, 1)
                for b in (0, 1)
                for c in (0, 1)
            },
        )
        released: list[Known] = []
        printed: dict[frozenset[int], Interval] = {cells_of(block): (0, ENDLESS) for block in blocks()}
        figured: list[tuple[frozenset[int], Figure]] = []
        for _release in range(3):
            asked = [block for block in blocks() if dice.random() < 0.4] or [(None, None, None)]
            groups = [
                Group.over(
                    "referrals",
                    START.plus(c or 0),
                    START.plus(1 if c is None else c),
                    **({"sector": [sectors.values[a]]} if a is not None else {}),
                    **({"concern": [concerns.values[b]]} if b is not None else {}),
                )
                for a, b, c in asked
            ]
            figures = gate(groups, cubes={"referrals": cube}, rule=rule, released=released)
            released += [figure.known for figure in figures]
            for block, figure in zip(asked, figures, strict=True):
                cells = cells_of(block)
                printed[cells] = narrowest([printed[cells], known_of(figure.printed, rule, whole=True)])
                figured.append((cells, figure))
        bounds = propagated(printed, sums())
        tally.tried += 1
        leaks = [
            tally.note(bounds[cells], band, (counts, sorted(cells), figure.printed))
            for cells, figure in figured
            if (
                band := promise(
                    figure,
                    sum(counts[cell] for cell in cells),
                    known_of(figure.printed, rule, whole=True),
                    bounds[cells],
                    [printed[frozenset({cell})] for cell in cells],
                )
            )
            is not None
        ]
        tally.leaking += any(leaks)
    return tally


def naive_histories(seed: int, number: int) -> Tally:
    """Each year to date obeys "hide 1 to 4"; quarters are not printed at all, only small ones are counted."""
    dice, tally = random.Random(seed), Tally()
    for _ in range(number):
        counts = [poisson(dice, 3) for _ in range(4)]
        printed: dict[Run, list[Interval]] = {}
        for now in range(4):
            count = sum(counts[: now + 1])
            printed[0, now] = [(1, 4) if 1 <= count <= 4 else (count, count)]
        bounds = series_bounds(printed, 4)
        tally.tried += 1
        for quarter, count in enumerate(counts):
            if 1 <= count <= 4:
                tally.note(bounds[quarter, quarter], (1, 4), (counts, quarter))
    return tally


# The claims -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_nobody_learns_more_of_a_table_than_its_printed_bands(rule: Rule) -> None:
    tally = attack_tables(20, 12, rule)
    assert (tally.tried, tally.narrower, tally.exact) == (12, 0, 0), tally.examples
    assert tally.hidden > 100


@pytest.mark.parametrize("rules", [*((rule,) for rule in RULES), RULES], ids=str)
def test_nobody_learns_more_of_a_year_of_releases_than_its_printed_bands(rules: tuple[Rule, ...]) -> None:
    tally = attack_histories(21, 60, rules)
    assert (tally.tried, tally.narrower, tally.exact) == (60, 0, 0), tally.examples
    assert tally.hidden > 150


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_nobody_learns_more_of_tables_across_quarters_than_their_printed_bands(rule: Rule) -> None:
    tally = attack_cubes(25, 12, rule)
    assert (tally.tried, tally.narrower, tally.exact) == (12, 0, 0), tally.examples
    assert tally.hidden > 60


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_without_complementary_suppression_the_attack_succeeds(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates._Gate, "_secured", lambda self: True)
    monkeypatch.setattr(gates._Gate, "_give_back", lambda self: None)
    assert attack_tables(20, 20, rule).narrower > 0


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_without_the_register_of_releases_the_attack_succeeds(rule: Rule) -> None:
    def forgetful(*figures: object, released: object, **rest: object) -> list[Figure]:
        return gated(*figures, **rest)  # type: ignore[arg-type] # passed on as they came

    assert attack_histories(21, 100, (rule,), forgetful).narrower > 0


def test_the_rule_that_hides_1_to_4_gives_a_quarter_of_hidden_cells_away() -> None:
    """L17: 24.7% of hidden cells exactly, in 82% of the tables, at a mean count of 4."""
    tally = naive_tables(22, 300, 4)
    assert 0.18 < tally.exact / tally.hidden < 0.3
    assert 0.7 < tally.leaking / tally.tried < 0.9


def test_the_rule_that_hides_1_to_4_gives_small_quarters_away_by_subtraction() -> None:
    """L18: 45.1% of small quarters, where the year to date is printed each quarter, at a mean of 3."""
    tally = naive_histories(23, 1_000)
    assert 0.4 < tally.exact / tally.hidden < 0.5


# Forty parts, each well inside the time after which a test counts as hung.
@pytest.mark.parametrize("part", range(40))
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.figures("random tables attacked", only=True)
def test_no_attack_on_a_hundred_thousand_tables_succeeds(
    rule: Rule, part: int, record_figure: RecordFigure
) -> None:
    number = 2_250 if rule is SUPPRESS_AND_ROUND else 90
    tally = attack_tables(1_000 + part, number, rule)
    control = naive_tables(1_000 + part, number // 20, 4)
    assert (tally.tried, tally.narrower, tally.exact) == (number, 0, 0), tally.examples
    record_figure(
        "random tables attacked",
        {"tables": tally.tried, "hidden figures": tally.hidden, "narrower than printed": tally.narrower},
        control={
            "hide 1 to 4: tables": control.tried,
            "hidden cells": control.hidden,
            "recovered exactly": control.exact,
        },
    )


@pytest.mark.parametrize("part", range(10))
@pytest.mark.figures("years of releases attacked", only=True)
def test_no_attack_on_twenty_thousand_years_of_releases_succeeds(
    part: int, record_figure: RecordFigure
) -> None:
    tally = attack_histories(2_000 + part, 1_000, (SUPPRESS_AND_ROUND,))
    mixed = attack_histories(3_000 + part, 1_000, RULES)
    control = naive_histories(2_000 + part, 2_000)
    for attack in (tally, mixed):
        assert (attack.tried, attack.narrower, attack.exact) == (1_000, 0, 0), attack.examples
    record_figure(
        "years of releases attacked",
        {
            "years": tally.tried + mixed.tried,
            "hidden figures": tally.hidden + mixed.hidden,
            "narrower than printed": tally.narrower + mixed.narrower,
        },
        control={
            "hide 1 to 4: years": control.tried,
            "small quarters": control.hidden,
            "recovered exactly": control.exact,
        },
    )
