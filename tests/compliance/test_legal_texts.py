"""Reports cite the Act right: one library, with its sources and the days of its checks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.test import Client

from compliance.legal_texts import LEGAL_TEXTS, quoted_in, text_of
from compliance.shipped_templates import SHIPPED
from prevent_portal.accounts.enums import Role
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member

DUTY = LEGAL_TEXTS["duty"]


def test_the_duty_is_section_26_and_the_guidance_section_29_in_the_words_of_the_act() -> None:
    assert re.search(r"Section 26 .* requires the authorities .* being drawn into terrorism\.", DUTY.text)
    assert "guidance that the Secretary of State issues under section 29" in DUTY.text
    # What published reports got wrong: clauses of the Bill, words of a later guidance, a day, a strategy.
    for wrong in ("section 21", "section 24", "becoming terrorists", "Counter-Extremism", "July 2015"):
        assert wrong.lower() not in DUTY.text.lower()


def test_no_shape_cites_the_act_in_words_of_its_own() -> None:
    """Outside the library no section starts with or guides to a section of an Act."""
    for shape in SHIPPED.values():
        for section in shape.sections:
            assert not re.search(r"\b[Ss]ections? \d", section.guidance + section.heading)
            assert section.starts_with == text_of(section.legal)
    every = {name for shape in SHIPPED.values() for section in shape.sections for name in section.legal}
    assert every <= set(LEGAL_TEXTS)
    assert all(any("duty" in section.legal for section in shape.sections) for shape in SHIPPED.values()), (
        "each of the published reports states the duty"
    )


@pytest.mark.parametrize(
    ("checked", "last_day"),
    [
        (date(2026, 11, 23), date(2027, 11, 23)),
        (date(2026, 1, 31), date(2027, 1, 31)),
        (date(2026, 12, 5), date(2027, 12, 5)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_check_holds_for_a_year(checked: date, last_day: date) -> None:
    text = replace(DUTY, checked_on=checked)
    assert text.checked_until == last_day
    assert not text.needs_check(last_day)
    assert text.needs_check(date.fromordinal(last_day.toordinal() + 1))


def test_a_text_that_somebody_changed_is_no_longer_the_librarys() -> None:
    assert quoted_in(text_of(["channel", "duty"])) == [DUTY, LEGAL_TEXTS["channel"]]
    assert quoted_in(DUTY.text.replace("26", "29")) == []


@pytest.mark.django_db
def test_the_library_page_gives_sources_and_warns_of_a_text_that_nobody_checked_for_a_year() -> None:
    # A membership that will still hold in the years that the test looks at.
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    address = f"/c/{council.slug}/reports/legal-texts/"
    templates = f"/c/{council.slug}/reports/templates/"
    with time_machine.travel("2027-11-23T12:00:00Z", tick=False):
        client = sign_in(Client(), coordinator)
        text = client.get(address).text
        assert text.count("Last checked 23 November 2026") == len(LEGAL_TEXTS)
        assert "Check it again" not in text
        assert "for more than a year" not in client.get(templates).text
    with time_machine.travel("2027-11-24T12:00:00Z", tick=False):
        client = sign_in(Client(), coordinator)
        text = client.get(address).text
        assert text.count("Check it again") == len(LEGAL_TEXTS)
        assert "Last checked 23 November 2026, more than a year ago" in text
        assert "for more than a year: The Prevent Duty" in client.get(templates).text
    for one in LEGAL_TEXTS.values():
        assert f'href="{one.address}"' in text
        assert one.source in text
