"""Words that look like intelligence are refused or asked about; everyday words of a risk are not."""

from __future__ import annotations

import pytest

from prevent_portal.web.wording import doubtful_words_in, intelligence_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Graded 5x5x5 last week.", "an intelligence grading"),
        ("graded 3 x 5 x 2", "an intelligence grading"),
        ("See the handling code.", "an intelligence grading"),
        ("An intelligence report says so.", "an intelligence report"),
        ("Intel came in.", "an intelligence report"),
        ("A CHIS told us.", "a covert source"),
        ("From covert work.", "a covert source"),
        ("The source told the police of a journey.", "a covert source"),
        ("Under surveillance.", "surveillance"),
        ("Their calls were intercepted.", "surveillance"),
        ("Two subjects of interest.", "a subject of interest"),
    ],
)
def test_plain_intelligence_is_named_by_its_kind(text: str, kind: str) -> None:
    assert intelligence_in(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Online material reaches pupils at home; schools ask for advice more often than last year.",
        "The source of the referral is a school; nobody says who told them.",
        "Chisels in a workshop, and 12 x 20 chairs in a hall.",
        "Facilitators look after rooms; venues are checked.",
    ],
)
def test_words_of_everyday_pass_the_screen(text: str) -> None:
    assert intelligence_in(text) == []
    assert doubtful_words_in(text) == []


def test_doubtful_words_are_listed_once_and_small() -> None:
    assert doubtful_words_in("Suspected. The suspects were suspected; an Investigation.") == [
        "investigation",
        "suspected",
        "suspects",
    ]
