"""A board's meeting in a browser: planned for a year, run from its agenda, minuted, approved at the next."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.models import Meeting
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_accessible, assert_good_at_every_width, follow, sign_in
from tests.compliance.factories import make_plan
from tests.factories import CouncilFactory, member
from tests.partnerships.meeting_factories import group

pytestmark = pytest.mark.django_db(transaction=True)


def fill_date(page: Page, label: str, day: date) -> None:
    parts = page.get_by_role("group", name=label)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        parts.get_by_label(part).fill(str(value))


def test_a_meeting_is_planned_run_minuted_and_approved(any_page: Page, server: str) -> None:
    page = any_page
    town = CouncilFactory.create(slug="town", name="Town")
    coordinator = member(town, Role.COORDINATOR, name="Sam Coordinator")
    make_plan(town, coordinator)
    board = group(town, "Delivery Group", cadence="quarterly", quorum=3)
    sign_in(page, coordinator, address=server)
    today = timezone.localdate()

    page.goto(f"{server}/c/town/partnership/meetings/")
    follow(page.get_by_role("link", name="Delivery Group"))
    follow(page.get_by_role("button", name="Plan the year’s meetings"))
    fill_date(page, "When is the first meeting?", today + timedelta(days=20))
    follow(page.get_by_role("button", name="Show the dates"))
    assert_accessible(page)
    follow(page.get_by_role("button", name="Plan these meetings"))
    expect(page.get_by_text("You have planned 4 meetings.")).to_be_visible()
    with service_scope(council=town):  # a day of the plan comes
        planned = list(Meeting.objects.filter(council=town).order_by("held_on"))
        for meeting, day in zip(planned, (today - timedelta(days=9), today), strict=False):
            Meeting.objects.filter(council=town, pk=meeting.pk).update(held_on=day)
    address = f"{server}/c/town/partnership/meetings/{planned[0].pk}/"

    page.goto(address)
    follow(page.get_by_role("button", name="Add an item"))
    page.get_by_label("Item", exact=True).fill("Visiting speakers")
    follow(page.get_by_role("button", name="Add the item"))
    expect(page.get_by_role("heading", name="6. Visiting speakers")).to_be_visible()
    follow(page.get_by_role("link", name="Add a paper to item 6"))
    page.get_by_label("Title of the paper").fill("Speakers policy")
    assert_accessible(page)
    follow(page.get_by_role("button", name="Add the paper"))

    follow(page.get_by_role("button", name="Record who attended"))
    page.get_by_label("Who took the chair?").fill("Head of community safety")
    for agency, state in (
        ("Fire and Rescue", "Present"),
        ("North Trust", "Substitute"),
        ("Police", "Apologies"),
    ):
        page.get_by_role("group", name=agency).get_by_label(state).check()
    assert_good_at_every_width(page, "meeting-attendance")
    follow(page.get_by_role("button", name="Save the attendance"))
    expect(page.get_by_text("The meeting was not quorate: 2 of the 3").first).to_be_visible()
    follow(page.get_by_role("button", name="Record a decision"))
    page.get_by_label("What was decided?").fill("Adopt the speakers policy")
    page.get_by_label("Under which item?").select_option(label="6. Visiting speakers")
    follow(page.get_by_role("button", name="Record the decision"))
    follow(page.get_by_role("button", name="Add an action"))
    page.get_by_label("What is to be done?").fill("Send the policy to every hall")
    page.get_by_label("Who does it?").select_option(label="Sam Coordinator")
    fill_date(page, "By when?", today + timedelta(days=30))
    follow(page.get_by_role("button", name="Add the action"))
    follow(page.get_by_role("link", name="A1 Send the policy to every hall"))
    expect(page.get_by_role("link", name="Delivery Group,")).to_be_visible()

    page.goto(address)
    follow(page.get_by_role("button", name=re.compile("Carry it over.*item 5")))
    follow(page.get_by_role("button", name="Write the minutes"))
    expect(page.get_by_label("Minutes", exact=True)).to_have_value(
        "## Present\n\n- Fire and Rescue\n\n## Substitutes\n\n- North Trust\n\n## Apologies\n\n- Police\n\n"
        "## 1. Minutes of the last meeting and actions\n\nNoted.\n\n"
        "## 2. Local risk and counter-terrorism local profile\n\nNoted.\n\n## 3. Projects\n\nNoted.\n\n"
        "## 4. Channel performance\n\nNoted.\n\n## 5. Problem solving\n\nNoted.\n\n"
        "## 6. Visiting speakers\n\n"
        f"- Decision {(today - timedelta(days=9)).year}/1: Adopt the speakers policy\n\n"
        "## Other decisions and actions\n\n- Action A1: Send the policy to every hall "
        f"(Sam Coordinator, due {_british(today + timedelta(days=30))})"
    )
    follow(page.get_by_role("button", name="Save the draft"))
    assert_good_at_every_width(page, "meeting-held")

    page.goto(f"{server}/c/town/partnership/meetings/{planned[1].pk}/")
    expect(page.get_by_role("heading", name="6. Problem solving")).to_be_visible()
    follow(page.get_by_role("button", name="Record who attended"))
    page.get_by_label("Who took the chair?").fill("Head of community safety")
    for agency in ("Fire and Rescue", "North Trust", "Police"):
        page.get_by_role("group", name=agency).get_by_label("Present").check()
    follow(page.get_by_role("button", name="Save the attendance"))
    page.goto(address)
    follow(page.get_by_role("button", name="Approve the minutes"))
    page.get_by_role("radio").first.check()
    assert_good_at_every_width(page, "minutes-approve")
    follow(page.get_by_role("button", name="Record the approval"))
    expect(page.get_by_text("The minutes are approved.")).to_be_visible()
    expect(page.get_by_role("button", name="Write the minutes")).to_have_count(0)

    page.goto(f"{server}/c/town/partnership/boards/{board.pk}/meetings/?year={_financial_year(today)}")
    assert_good_at_every_width(page, "board-meetings")
    page.goto(f"{server}/c/town/partnership/meetings/")
    assert_good_at_every_width(page, "meetings")


def _british(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _financial_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1
