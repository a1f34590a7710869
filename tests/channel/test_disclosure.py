"""What the gate prints, figure by figure."""

from __future__ import annotations

from datetime import date

import pytest

from channel.disclosure import gate as gates
from channel.disclosure.gate import Form, gated, share
from channel.disclosure.groups import (
    BadGroup,
    Cube,
    Dimension,
    Group,
    Quarter,
    one_way,
    year_to_date,
)
from channel.disclosure.regions import Regions
from channel.disclosure.rules import FEWER_THAN_FIVE, SUPPRESS_AND_ROUND, Rule

APRIL = Quarter(2014, 2)
YEAR = Group.over("referrals", APRIL, APRIL.plus(3))
SECOND_HALF = YEAR.during(APRIL.plus(2), APRIL.plus(3))
SECTOR = Dimension("sector", ("education", "police", "health"))
EXACT = Rule(smallest=0, zeros_shown=True)


def series(*counts: int, measure: str = "referrals") -> dict[str, Cube]:
    return {measure: Cube(measure, (), {(APRIL.plus(n), ()): count for n, count in enumerate(counts)})}


def sectors(*counts: int) -> dict[str, Cube]:
    cells = {(APRIL, (value,)): count for value, count in zip(SECTOR.values, counts, strict=True)}
    return {"referrals": Cube("referrals", (SECTOR,), cells)}


def words(cubes: dict[str, Cube], groups: list[Group], rule: Rule, **released: object) -> list[str]:
    return [figure.printed for figure in gated(groups, cubes=cubes, rule=rule, **released)]  # type: ignore[arg-type] # passed on


# Words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "rounded", "five", "rounded_with_zeros", "five_with_zeros"),
    [
        (0, "fewer than 8", "fewer than 5", "0", "0"),
        (1, "fewer than 8", "fewer than 5", "1 to 7", "1 to 4"),
        (4, "fewer than 8", "fewer than 5", "1 to 7", "1 to 4"),
        (5, "fewer than 8", "5", "1 to 7", "5"),
        (7, "fewer than 8", "7", "1 to 7", "7"),
        (8, "10", "8", "10", "8"),
        (12, "10", "12", "10", "12"),
        (13, "15", "13", "15", "13"),
        (1_007, "1,005", "1,007", "1,005", "1,007"),
    ],
)
def test_each_rule_prints_a_count_in_its_own_words(
    count: int, rounded: str, five: str, rounded_with_zeros: str, five_with_zeros: str
) -> None:
    rules = (SUPPRESS_AND_ROUND, FEWER_THAN_FIVE, Rule(8, 5, zeros_shown=True), Rule(5, 1, zeros_shown=True))
    printed = [words(series(count), [Group.over("referrals", APRIL)], rule) for rule in rules]
    assert printed == [[rounded], [five], [rounded_with_zeros], [five_with_zeros]]


@pytest.mark.parametrize("count", range(40))
@pytest.mark.parametrize("rule", [SUPPRESS_AND_ROUND, Rule(8, 5, zeros_shown=True)], ids=str)
def test_a_printed_band_holds_exactly_the_counts_that_print_alike(rule: Rule, count: int) -> None:
    low, high = rule.band(count)
    assert [other for other in range(60) if rule.printed(other) == rule.printed(count)] == list(
        range(low, high + 1)
    )


def test_a_panels_chair_sees_exact_counts() -> None:
    assert words(series(0, 2, 9, 7), year_to_date(YEAR, APRIL), EXACT) == [
        "0", "2", "9", "7", "2", "11", "18", "16",
    ]  # fmt: skip


# Differences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [FEWER_THAN_FIVE, SUPPRESS_AND_ROUND], ids=str)
@pytest.mark.parametrize(
    "order", [[YEAR, SECOND_HALF], [SECOND_HALF, YEAR]], ids=["year first", "half first"]
)
def test_a_year_of_21_and_a_half_of_18_cannot_give_3(rule: Rule, order: list[Group]) -> None:
    """Wolverhampton 2014/15 printed both (domain C5, h 15); here the second of the two is withheld."""
    cubes = series(2, 1, 9, 9)
    first = gated(order[:1], cubes=cubes, rule=rule)
    second = gated(order[1:], cubes=cubes, rule=rule, released=[first[0].known])
    assert first[0].form is Form.SHOWN
    assert second[0].printed == "not shown"
    assert gated(order[1:], cubes=cubes, rule=rule)[0].form is Form.SHOWN


def test_a_year_of_21_and_a_half_of_18_are_not_printed_in_one_table_either() -> None:
    assert words(series(2, 1, 9, 9), [YEAR, SECOND_HALF], FEWER_THAN_FIVE) == ["21", "not shown"]


def test_a_year_and_its_half_are_both_printed_where_the_rest_is_not_small() -> None:
    assert words(series(6, 7, 9, 9), [YEAR, SECOND_HALF], FEWER_THAN_FIVE) == ["31", "18"]


def test_one_small_part_takes_a_second_one_with_it() -> None:
    groups = one_way(Group.over("referrals", APRIL), SECTOR)
    assert words(sectors(3, 9, 20), groups, FEWER_THAN_FIVE) == ["fewer than 5", "not shown", "20", "32"]


def test_no_part_is_withheld_where_none_is_small() -> None:
    groups = one_way(Group.over("referrals", APRIL), SECTOR)
    assert words(sectors(6, 9, 20), groups, FEWER_THAN_FIVE) == ["6", "9", "20", "35"]


def test_two_tables_of_one_quarter_are_attacked_together() -> None:
    """By sector, then by concern and sector: the second table must not open the first one's hidden cell."""
    concern = Dimension("concern", ("one", "other"))
    cells = {
        (APRIL, (sector, kind)): count
        for sector, counts in {"education": (2, 1), "police": (9, 8), "health": (12, 11)}.items()
        for kind, count in zip(concern.values, counts, strict=True)
    }
    cubes = {"referrals": Cube("referrals", (SECTOR, concern), cells)}
    base = Group.over("referrals", APRIL)
    first = gated(one_way(base, SECTOR), cubes=cubes, rule=FEWER_THAN_FIVE)
    assert [figure.printed for figure in first] == ["fewer than 5", "not shown", "23", "43"]
    police = [base.within(sector=["police"], concern=[kind]) for kind in concern.values]
    second = gated(police, cubes=cubes, rule=FEWER_THAN_FIVE, released=[figure.known for figure in first])
    # 9 and 8 would give 17 for the police, and with that 3 for education.
    assert sorted(figure.printed for figure in second) == ["9", "not shown"]
    assert words(cubes, police, FEWER_THAN_FIVE) == ["9", "8"]


def test_the_publics_copy_does_not_open_the_boards_copy() -> None:
    cubes = series(21)
    quarter = [Group.over("referrals", APRIL)]
    board = gated(quarter, cubes=cubes, rule=SUPPRESS_AND_ROUND)
    assert [figure.printed for figure in board] == ["20"]
    assert words(cubes, quarter, FEWER_THAN_FIVE, released=[board[0].known]) == ["not shown"]
    assert words(cubes, quarter, FEWER_THAN_FIVE) == ["21"]


def test_a_released_figure_is_printed_again_as_it_was() -> None:
    cubes = series(21)
    quarter = [Group.over("referrals", APRIL)]
    first = gated(quarter, cubes=cubes, rule=SUPPRESS_AND_ROUND)
    assert gated(quarter, cubes=cubes, rule=SUPPRESS_AND_ROUND, released=[first[0].known]) == first


def test_a_late_entry_is_not_told_by_printing_a_figure_anew() -> None:
    """A year printed as 21 and then as 22 would tell of one case; what it is bound to is withheld too."""
    released = [figure.known for figure in gated([YEAR], cubes=series(6, 6, 5, 4), rule=FEWER_THAN_FIVE)]
    figures = gated(
        [YEAR, SECOND_HALF, YEAR.during(APRIL.plus(4))],
        cubes=series(7, 6, 5, 4, 9),
        rule=FEWER_THAN_FIVE,
        released=released,
    )
    assert [(figure.printed, figure.revised) for figure in figures] == [
        ("not shown", True),
        ("not shown", True),
        ("9", False),
    ]


def test_what_is_bound_to_a_late_entry_is_withheld_with_it() -> None:
    """A case moved to the first quarter: the half-year stands as printed, and the second would tell."""
    first, second = YEAR.during(APRIL), YEAR.during(APRIL.plus(1))
    both = YEAR.during(APRIL, APRIL.plus(1))
    known = [figure.known for figure in gated([first, both], cubes=series(9, 9), rule=FEWER_THAN_FIVE)]
    (figure,) = gated([second], cubes=series(10, 8), rule=FEWER_THAN_FIVE, released=known)
    assert (figure.printed, figure.revised) == ("not shown", True)


def test_only_figures_that_share_quarters_are_attacked_together() -> None:
    """Two years that no figure binds together count different cases; one that spans both binds them."""
    next_year = YEAR.during(APRIL.plus(4), APRIL.plus(7))
    both = YEAR.during(APRIL, APRIL.plus(7))
    known = [figure.known for figure in gated([YEAR, both], cubes=series(*[9] * 8), rule=FEWER_THAN_FIVE)]
    assert [one.group for one in gates._bound_to([next_year], known[:1])] == []
    assert [one.group for one in gates._bound_to([next_year], known)] == [YEAR, both]


def test_measures_do_not_touch_one_another() -> None:
    cubes = series(21) | series(18, measure="adoptions")
    figures = gated(
        [Group.over("referrals", APRIL), Group.over("adoptions", APRIL)], cubes=cubes, rule=FEWER_THAN_FIVE
    )
    assert [figure.printed for figure in figures] == ["21", "18"]


# Percentages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "rule", "printed"),
    [
        ((9, 20, 30), FEWER_THAN_FIVE, "15%"),
        ((9, 20, 30), SUPPRESS_AND_ROUND, "17%"),
        ((3, 20, 30), FEWER_THAN_FIVE, "not shown"),
        ((0, 20, 30), Rule(5, 1, zeros_shown=True), "not shown"),
        ((30, 0, 0), Rule(5, 1, zeros_shown=True), "not shown"),
        ((30, 1, 2), FEWER_THAN_FIVE, "not shown"),
    ],
    ids=["both shown", "of rounded numbers", "small part", "0%", "100%", "small rest"],
)
def test_a_percentage_needs_both_parts(counts: tuple[int, int, int], rule: Rule, printed: str) -> None:
    base = Group.over("referrals", APRIL)
    part, whole = gated([base.within(sector=["education"]), base], cubes=sectors(*counts), rule=rule)
    assert share(part, whole) == printed


# What figures count ---------------------------------------------------------------------------------


def test_figures_are_compared_by_what_they_count() -> None:
    whole = Group.over("referrals", APRIL, sector=SECTOR.values)
    regions = Regions([whole, Group.over("referrals", APRIL)], sectors(1, 2, 3))
    assert regions.mask(whole) == regions.mask(Group.over("referrals", APRIL))
    assert regions.count(regions.mask(whole)) == 6


def test_a_group_is_stored_in_one_form_and_read_back() -> None:
    group = Group.over("referrals", APRIL, APRIL.plus(3), sector=["police", "education"])
    assert group.as_json() == {
        "measure": "referrals",
        "from": "2014-Q2",
        "to": "2015-Q1",
        "where": {"sector": ["education", "police"]},
    }
    assert Group.from_json(group.as_json()) == group


def test_a_year_has_quarters_running_totals_and_halves() -> None:
    spans = [(str(group.first), str(group.last)) for group in year_to_date(YEAR, APRIL)]
    assert spans == [
        ("2014-Q2", "2014-Q2"),
        ("2014-Q3", "2014-Q3"),
        ("2014-Q4", "2014-Q4"),
        ("2015-Q1", "2015-Q1"),
        ("2014-Q2", "2014-Q3"),
        ("2014-Q2", "2014-Q4"),
        ("2014-Q2", "2015-Q1"),
        ("2014-Q4", "2015-Q1"),
    ]


def test_a_quarter_knows_its_days() -> None:
    assert Quarter.of(date(2015, 3, 31)) == Quarter(2015, 1)
    assert Quarter(2014, 4).plus(1) == Quarter(2015, 1)
    assert Quarter(2015, 1).last_day == date(2015, 3, 31)


@pytest.mark.parametrize("text", ["2015", "2015-Q5", "15-Q1", "", "2015-Q1 "])
def test_a_quarter_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadGroup, match=r"written like 2015-Q1"):
        Quarter.read(text)


@pytest.mark.parametrize(
    "group",
    [
        Group.over("something", APRIL),
        Group.over("referrals", APRIL, sector=["nowhere"]),
        Group.over("referrals", APRIL, district=["education"]),
    ],
    ids=["measure", "value", "dimension"],
)
def test_a_group_that_is_not_counted_is_refused(group: Group) -> None:
    with pytest.raises(BadGroup):
        gated([group], cubes=sectors(1, 2, 3), rule=FEWER_THAN_FIVE)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadGroup):
        Group.over("referrals", APRIL.plus(1), APRIL)
