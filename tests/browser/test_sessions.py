"""Sessions and requests in the browser: planned, booked, delivered without a number, corrected, asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter

pytestmark = pytest.mark.django_db(transaction=True)


def fill_date(page: Page, group: str, day: date) -> None:
    box = page.get_by_role("group", name=group, exact=True)
    for label in ("Day", "Month", "Year"):
        box.get_by_label(label, exact=True).fill(str(getattr(day, label.lower())))


def press(page: Page, name: str) -> None:
    follow(page.get_by_role("button", name=name, exact=True))


def test_a_session_is_planned_booked_delivered_without_a_number_and_corrected(
    any_page: Page, server: str
) -> None:
    council: Council = CouncilFactory.create(slug="barnet", name="Barnet")
    page = any_page
    sign_in(page, member(council, Role.COORDINATOR), address=server)
    page.goto(f"{server}/c/barnet/training/sessions/")
    expect(page.get_by_role("heading", name="No sessions yet")).to_be_visible()
    press(page, "Plan a session")
    expect(page.get_by_role("heading", name="Plan a session", level=1)).to_be_visible()
    look_again(page, "session-add")
    press(page, "Save the session")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Course (optional)").select_option(label="WRAP")
    fill_date(page, "Date of the session", timezone.localdate())
    page.get_by_label("Audience").fill("New starters")
    page.get_by_label("For somebody who is not in the list").fill("A charity")
    press(page, "Save the session")
    expect(page.get_by_text("Session planned.")).to_be_visible()
    look_again(page, "session")
    follow(page.get_by_role("link", name="Mark as booked"))
    press(page, "The venue and the trainer are booked")
    expect(page.get_by_text("Session booked.")).to_be_visible()
    press(page, "Record what was delivered")
    expect(page.get_by_role("heading", name="Record what was delivered", level=1)).to_be_visible()
    page.get_by_label("Nobody knows: record it as unknown").check()
    press(page, "Save the numbers")
    expect(page.get_by_text("1 session, attendance unknown")).to_be_visible()
    page.goto(f"{server}/c/barnet/training/sessions/")
    expect(page.get_by_text("WRAP: 1 session without a number.")).to_be_visible()
    look_again(page, "sessions")
    follow(page.get_by_role("link", name="WRAP: New starters"))
    press(page, "Correct the numbers")
    page.get_by_label("A number is known").check()
    page.get_by_label("Attendees, all sessions together").fill("14")
    page.get_by_label("Why are the numbers corrected?").fill("The list was found")
    press(page, "Save the numbers")
    expect(page.get_by_text("1 session, 14 attendees")).to_be_visible()
    expect(page.get_by_text("1 session, attendance unknown")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_a_partner_asks_and_the_coordinator_answers(
    new_page: Callable[..., Page], server: str, scripts: bool
) -> None:
    council: Council = CouncilFactory.create(slug="barnet", name="Barnet")
    trust = OrganisationFactory.create(name="A trust")
    linked(council, trust)
    page = new_page(scripts=scripts)
    sign_in(page, submitter(council, trust), address=server)
    page.goto(f"{server}/c/barnet/training-requests/")
    press(page, "Ask for training")
    expect(page.get_by_role("heading", name="Ask for training", level=1)).to_be_visible()
    page.get_by_label("Who needs the training?").fill("Ward staff")
    look_again(page, "request-add")
    press(page, "Send the request")
    expect(page.get_by_text("Your request is sent.")).to_be_visible()
    asked = page.url
    other = new_page(scripts=scripts)
    sign_in(other, member(council, Role.COORDINATOR), address=server)
    other.goto(f"{server}/c/barnet/training/requests/")
    follow(other.get_by_role("link", name="A trust"))
    other.get_by_label("Decline").check()
    press(other, "Send the answer")
    expect(other.get_by_role("link", name="Enter why the request is declined")).to_be_visible()
    assert_good_at_every_width(other, "request-answer")
    other.get_by_label("What do you tell the organisation?").fill("No trainer this year")
    press(other, "Send the answer")
    expect(other.get_by_text("A trust has your answer.")).to_be_visible()
    page.goto(asked)
    expect(page.get_by_text("No trainer this year")).to_be_visible()
