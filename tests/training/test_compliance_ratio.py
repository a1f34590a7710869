"""The share of trained staff: exact in the test, honest in print."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.files import TRUST_RETURNS
from training.compliance_ratio import ComplianceRatio
from training.demo.figures import PUBLISHED, PublishedReturn

TARGET = Decimal(85)
counts = st.integers(1, 2_000_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
targets = st.decimals("0.01", "100", places=2)


@pytest.mark.parametrize("published", TRUST_RETURNS, ids=lambda each: f"{each.code}-{each.course}-{each.end}")
def test_every_published_percentage_is_printed_as_it_was_save_the_one_below_its_target(
    published: PublishedReturn,
) -> None:
    ratio = ComplianceRatio(published.compliant, published.eligible)
    expected = "84.7%" if published.compliant == 10119 else f"{published.printed}%"
    assert ratio.printed(TARGET) == expected


@pytest.mark.parametrize(
    ("compliant", "eligible", "short"),
    [
        (402, 479, 6), (400, 482, 10), (10119, 11944, 34), (880, 1162, 108), (928, 1161, 59), (927, 1138, 41),
        (1007, 1201, 14), (422, 480, 0), (10201, 11988, 0),
    ],
)  # fmt: skip
def test_people_short_of_target_is_the_smallest_number_that_reaches_it(
    compliant: int, eligible: int, short: int
) -> None:
    assert ComplianceRatio(compliant, eligible).short_of(TARGET) == short


def test_published_services_have_their_percentages_and_their_gap_to_full_coverage() -> None:
    services = [each for each in PUBLISHED if each.printed is None]
    ratios = [ComplianceRatio(each.compliant, each.eligible) for each in services]
    assert [ratio.printed() for ratio in ratios] == ["49%", "87%"]
    assert [ratio.against(None) for ratio in ratios] == [
        "234 people not yet trained",
        "39 people not yet trained",
    ]


@pytest.mark.parametrize(
    ("compliant", "eligible", "printed"),
    [
        (8496, 10000, "84.96%"),
        (849999, 1_000_000, "84.9999%"),
        (1, 2, "50%"),
        (85, 100, "85%"),
        (1, 8, "13%"),
        (845, 1000, "84.5%"),
    ],
)
def test_print_takes_as_many_decimals_as_it_takes_not_to_cross_the_target(
    compliant: int, eligible: int, printed: str
) -> None:
    assert ComplianceRatio(compliant, eligible).printed(TARGET) == printed


def test_one_person_is_a_person() -> None:
    assert ComplianceRatio(84, 100).against(TARGET) == "1 person short of 85%"
    assert ComplianceRatio(85, 100).against(TARGET) == "Target met"
    assert ComplianceRatio(9, 9).against(None) == "Everybody trained"


@pytest.mark.parametrize(("compliant", "eligible"), [(0, 0), (2, 1), (-1, 1)])
def test_what_is_no_share_is_refused(compliant: int, eligible: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        ComplianceRatio(compliant, eligible)


@given(counts, targets)
def test_print_and_test_never_disagree(count: tuple[int, int], target: Decimal) -> None:
    ratio = ComplianceRatio(*count)
    printed = Fraction(ratio.printed(target).rstrip("%"))
    assert (printed >= Fraction(target)) == ratio.meets(target)


@given(counts, targets)
def test_so_many_people_more_reach_the_target_and_one_fewer_does_not(
    count: tuple[int, int], target: Decimal
) -> None:
    compliant, eligible = count
    short = ComplianceRatio(compliant, eligible).short_of(target)
    assert ComplianceRatio(compliant + short, eligible).meets(target)
    if short:
        assert not ComplianceRatio(compliant + short - 1, eligible).meets(target)
    assert (short == 0) == ComplianceRatio(compliant, eligible).meets(target)
