"""Two versions of a section are told apart word by word, and no letter of either is lost."""

from __future__ import annotations

from time import monotonic

from hypothesis import given
from hypothesis import strategies as st

from compliance.texts.differences import Stretch, counts, differences

TEXTS = st.lists(st.sampled_from(["one", "two", "three", " ", "\n\n", ".", "- "]), max_size=20).map("".join)


def test_words_that_went_and_words_that_came_are_named() -> None:
    found = differences("One trust is below the target.", "Two trusts are below the target today.")
    assert found == [
        Stretch("removed", "One trust is "),
        Stretch("added", "Two trusts are "),
        Stretch("same", "below the "),
        Stretch("removed", "target."),
        Stretch("added", "target today."),
    ]
    assert counts(found) == (4, 5)
    assert differences("", "") == []
    assert differences("", "New.") == [Stretch("added", "New.")]


@given(TEXTS | st.text(max_size=40), TEXTS | st.text(max_size=40))
def test_both_texts_can_be_read_from_their_differences(earlier: str, later: str) -> None:
    found = differences(earlier, later)
    assert "".join(stretch.text for stretch in found if stretch.kind != "added") == earlier
    assert "".join(stretch.text for stretch in found if stretch.kind != "removed") == later


def test_the_longest_texts_are_compared_in_a_moment() -> None:
    started = monotonic()
    found = differences("a " * 10_000, "b " + "a " * 9_999)
    assert monotonic() - started < 1.0
    assert counts(found)[1] >= 1
