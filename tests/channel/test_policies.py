"""Summaries that seem to identify somebody are turned away, with words that do not repeat it."""

from __future__ import annotations

from datetime import date

import pytest

from channel.policies.cases import screening_words
from prevent_portal.web.wording import identifiers_in

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ask a.person@school.example for more", "an e-mail address"),
        ("NHS 943 476 5919", "an NHS number"),
        ("number 9434765919.", "an NHS number"),
        ("943-476-5919", "an NHS number"),
        ("NI AB 12 34 56 C", "a National Insurance number"),
        ("ab123456c", "a National Insurance number"),
        ("born 4/5/2011", "a date of birth"),
        ("DOB: 04.05.11", "a date of birth"),
        ("D.O.B. 4 May 2024", "a date of birth"),
        ("date of birth is 2024-05-04", "a date of birth"),
        ("referred 4 May 2011 by school", "a date of birth"),
        ("2011-05-04", "a date of birth"),
        ("Mrs Smith rang", "a name"),
        ("at 12b Old High Street", "an address"),
        ("lives near NW9 4EQ", "a postcode"),
        ("SW1A 1AA", "a postcode"),
        ("ec1a1bb", "a postcode"),
        ("call 07700 900123", "a telephone number"),
        ("+44 20 7946 0958", "a telephone number"),
    ],
)
def test_an_identifier_is_named_by_its_kind(text: str, kind: str) -> None:
    assert identifiers_in(text, TODAY) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "A young person showed interest in violent material online; the school keeps a plan.",
        "Discussed at the panel on 3 March 2026 and again on 05/06/2026.",
        "Referral of 12 November 2025; review in 6 months, then at 12.",
        "943 476 5918 is no NHS number: its check digit is wrong.",
        "Case K7Q4-MZ2R, version 2, section 36(4), 1,500 characters.",
        "On 31/2/2011 nothing can have happened.",
        "Two of 3 agencies agreed at 2pm; 10 of 12 actions are done.",
        "On 12 March Schools asked; Miss out the second step of Prevent Way of Working.",
        "BG 12 34 56 C is not given out.",
    ],
)
def test_plain_words_dates_of_the_case_and_wrong_numbers_pass(text: str) -> None:
    assert identifiers_in(text, TODAY) == []


def test_the_words_name_every_kind_once_and_never_the_identifier() -> None:
    text = "a@b.example, c@d.example, born 1/2/2012, NW9 4EQ"
    words = screening_words(identifiers_in(text, TODAY))
    assert words.startswith("The summary seems to hold an e-mail address, a date of birth and a postcode. ")
    assert "NW9" not in words
    assert "@" not in words
