"""Columns of a printed table get what their cells ask for, and no word breaks."""

from __future__ import annotations

from prevent_portal.web.column_widths import shares_of


def test_a_column_has_room_for_its_longest_word_and_long_texts_get_what_is_left() -> None:
    rows = [["Number", "Recommendation", "State"], ["7", "Write one plan from the risks " * 4, "Completed"]]
    number, words, state = (77 * share for share in shares_of(rows, 3, room=77))
    assert number >= 7
    assert state >= 9
    assert words > 77 / 2
    assert round(number + words + state) == 77


def test_cells_that_fit_are_given_what_they_are_long_and_none_is_lost() -> None:
    assert shares_of([["A", "A"], ["b", "b"]], 2, room=77) == [0.5, 0.5]
    assert shares_of([["", ""]], 2, room=77) == [0.5, 0.5]
    assert round(sum(shares_of([["x" * 90] * 9], 9, room=77)), 6) == 1
