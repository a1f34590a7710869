"""A board's meeting in a browser: planned for a year, run from its agenda, minuted, approved at the next."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.models import Meeting
from partnerships.services.minutes import approve_minutes, record_decision
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_accessible, assert_fits, assert_good_at_every_width, follow, sign_in
from tests.compliance.factories import make_plan
from tests.documents.things import pdf
from tests.factories import CouncilFactory, member
from tests.partnerships.meeting_factories import attach, attend, first_item, group, minute, paper, plan

FULL_PAGES = {
    "meetings",
    "board-meetings",
    "meetings-plan-dates",
    "meeting-planned",
    "meeting-draft",
    "meeting-approved",
    "meeting-attendance",
    "paper-add",
}
pytestmark = pytest.mark.django_db(transaction=True)


def fill_date(page: Page, label: str, day: date) -> None:
    parts = page.get_by_role("group", name=label)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        parts.get_by_label(part).fill(str(value))


def test_a_meeting_is_planned_run_minuted_and_approved(any_page: Page, server: str, tmp_path: Path) -> None:
    page = any_page
    town = CouncilFactory.create(slug="town", name="Town")
    coordinator = member(town, Role.COORDINATOR, name="Sam Coordinator")
    make_plan(town, coordinator)
    group(town, "Delivery Group", cadence="quarterly", quorum=3)
    sign_in(page, coordinator, address=server)
    today = timezone.localdate()

    page.goto(f"{server}/c/town/partnership/meetings/")
    follow(page.get_by_role("link", name="Delivery Group"))
    follow(page.get_by_role("button", name="Plan the year’s meetings"))
    fill_date(page, "When is the first meeting?", today + timedelta(days=20))
    follow(page.get_by_role("button", name="Show the dates"))
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
    page.get_by_label("Members of the board").check()
    follow(page.get_by_role("button", name="Add the paper"))
    send_paper(page, tmp_path)

    follow(page.get_by_role("button", name="Record who attended"))
    page.get_by_label("Who took the chair?").fill("Head of community safety")
    for agency, state in (
        ("Fire and Rescue", "Substitute"),
        ("North Trust", "Absent"),
        ("Police", "Apologies"),
    ):
        page.get_by_role("group", name=agency).get_by_label(state).check()
    follow(page.get_by_role("button", name="Save the attendance"))
    expect(page.get_by_text("The meeting was not quorate: 1 of the 3").first).to_be_visible()
    follow(page.get_by_role("button", name="Record a decision"))
    page.get_by_label("What was decided?").fill("Adopt the speakers policy")
    page.get_by_label("Under which item?").select_option(label="6. Visiting speakers")
    page.get_by_label("Which version of a paper").select_option(
        label=f"Speakers policy, version 1 of {_british(today)}"
    )
    follow(page.get_by_role("button", name="Record the decision"))
    expect(page.get_by_role("link", name="Speakers policy, version 1")).to_be_visible()
    follow(page.get_by_role("button", name="Add an action"))
    page.get_by_label("What is to be done?").fill("Send the policy to every hall")
    page.get_by_label("Who does it?").select_option(label="Sam Coordinator")
    fill_date(page, "By when?", today + timedelta(days=30))
    follow(page.get_by_role("button", name="Add the action"))
    follow(page.get_by_role("link", name="A1 Send the policy to every hall"))
    expect(page.get_by_role("link", name="Delivery Group,")).to_be_visible()
    expect(page.get_by_text("Sam Coordinator").last).to_be_visible()
    expect(page.get_by_text(_british(today + timedelta(days=30))).first).to_be_visible()

    page.goto(address)
    follow(page.get_by_role("button", name=re.compile("Carry it over.*item 5")))
    follow(page.get_by_role("button", name="Write the minutes"))
    expect(page.get_by_label("Minutes", exact=True)).to_have_value(
        "## Substitutes\n\n- Fire and Rescue\n\n## Apologies\n\n- Police\n\n"
        "## 1. Minutes of the last meeting and actions\n\nNoted.\n\n"
        "## 2. Local risk and counter-terrorism local profile\n\nNoted.\n\n## 3. Projects\n\nNoted.\n\n"
        "## 4. Channel performance\n\nNoted.\n\n## 5. Problem solving\n\nNoted.\n\n"
        "## 6. Visiting speakers\n\n"
        f"- Decision {(today - timedelta(days=9)).year}/1: Adopt the speakers policy\n\n"
        "## Other decisions and actions\n\n- Action A1: Send the policy to every hall "
        f"(Sam Coordinator, due {_british(today + timedelta(days=30))})"
    )
    follow(page.get_by_role("button", name="Save the draft"))

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
    follow(page.get_by_role("button", name="Record the approval"))
    expect(page.get_by_text("The minutes are approved.")).to_be_visible()
    expect(page.get_by_role("button", name="Write the minutes")).to_have_count(0)

    page.goto(f"{address}minutes/")
    page.get_by_label("Minutes", exact=True).fill("Something else was said.")
    follow(page.get_by_role("button", name="Save the draft"))
    expect(page.get_by_text("The minutes of this meeting are approved, so everything").first).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("Minutes approved").first).to_be_visible()
    expect(page.get_by_text("Something else was said.")).to_have_count(0)


def send_paper(page: Page, folder: Path) -> None:
    """Put a file with a marking on the only paper of the page."""
    file = folder / "policy.pdf"
    file.write_bytes(pdf("Speakers policy"))
    follow(page.get_by_role("link", name="Add a file to paper 1"))
    follow(page.get_by_role("link", name="Upload a file"))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Title").fill("Speakers policy")
    page.get_by_label("OFFICIAL-SENSITIVE").check()
    follow(page.get_by_role("button", name="Upload a file"))
    page.get_by_label("Everybody who can read this may see").check()
    follow(page.get_by_role("button", name="Add it"))
    expect(page.get_by_text("OFFICIAL-SENSITIVE").first).to_be_visible()
    expect(page.get_by_text("Members of the board").first).to_be_visible()


@pytest.mark.prove
def test_every_page_of_meetings_is_accessible_and_fits_a_telephone(page: Page, server: str) -> None:
    town = CouncilFactory.create(slug="town", name="Town")
    coordinator = member(town, Role.COORDINATOR, name="Sam Coordinator")
    board = group(town, "Delivery Group", cadence="quarterly", quorum=3)
    approved, draft, later, coming = plan(board, 60, 20, 5, -20)
    attend(later)
    minute(attend(approved, "present", "apologies", "substitute"))
    draft = minute(attend(draft))
    with service_scope(council=town):
        approve_minutes(meeting=approved, by=None, version=2, at=draft)
        decision = record_decision(meeting=draft, by=None, text="Adopt the plan")
    attach(paper(coming, "Local risk"), coordinator, pdf())
    paper(coming, "Named", audience="named", readers=[coordinator], owner=coordinator)
    item = first_item(coming)
    sign_in(page, coordinator, address=server)
    room = f"{server}/c/town/partnership"
    start = f"first_day=10&first_month=3&first_year={timezone.localdate().year + 1}"
    for name, address in {
        "meetings": "meetings/",
        "board-meetings": f"boards/{board.pk}/meetings/?year={_financial_year(draft.held_on)}",
        "meetings-plan": f"boards/{board.pk}/meetings/plan/",
        "meetings-plan-dates": f"boards/{board.pk}/meetings/plan/?{start}",
        "meeting-add": f"boards/{board.pk}/meetings/add/",
        "meetings-arrange": f"boards/{board.pk}/meetings/arrange/",
        "meeting-planned": f"meetings/{coming.pk}/",
        "meeting-draft": f"meetings/{draft.pk}/",
        "meeting-approved": f"meetings/{approved.pk}/",
        "meeting-change": f"meetings/{coming.pk}/change/",
        "meeting-cancel": f"meetings/{coming.pk}/cancel/",
        "meeting-attendance": f"meetings/{draft.pk}/attendance/",
        "agenda-add": f"meetings/{coming.pk}/items/add/",
        "agenda-change": f"agenda/{item.pk}/change/",
        "paper-add": f"agenda/{item.pk}/papers/add/",
        "decision-add": f"meetings/{draft.pk}/decisions/add/",
        "decision-change": f"decisions/{decision.pk}/change/",
        "meeting-action": f"meetings/{draft.pk}/actions/add/",
        "meeting-minutes": f"meetings/{draft.pk}/minutes/",
        "minutes-approve": f"meetings/{draft.pk}/minutes/approve/",
        "meeting-pack": f"meetings/{coming.pk}/pack/",
    }.items():
        page.goto(f"{room}/{address}")
        expect(page.locator("h1")).to_have_count(1)
        if name in FULL_PAGES:
            assert_good_at_every_width(page, name)
        else:  # forms of the common pattern
            assert_accessible(page)
            assert_fits(page)


def _british(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _financial_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1
