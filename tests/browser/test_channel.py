"""What a panel member and a chair do in Channel, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from prevent_portal.accounts.enums import Role
from tests.browser.pages import assert_good_at_every_width, sign_in
from tests.channel.factories import PanelWorld, panel_world
from tests.factories import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def test_a_member_signs_reads_and_leaves_nothing_behind_after_signing_out(
    any_page: Page, server: str, barnet: PanelWorld
) -> None:
    page = any_page
    person = barnet.seat()
    sign_in(page, person, address=server)
    page.goto(f"{server}/c/barnet/channel/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Channel")
    expect(page.get_by_text("OFFICIAL-SENSITIVE")).to_be_visible()
    assert_good_at_every_width(page, "channel-meetings")
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Confidentiality statement")).to_be_visible()
    expect(page.get_by_text(barnet.case.reference)).to_have_count(0)
    assert_good_at_every_width(page, "channel-statement")

    page.get_by_role("button", name="Sign for this meeting").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Confirm that you have read the statement and accept it"
    )
    assert_good_at_every_width(page, "channel-statement-error")
    page.get_by_label("I have read this statement and I accept it").check()
    page.get_by_role("button", name="Sign for this meeting").click()
    expect(page.get_by_text("You have signed for this meeting.")).to_be_visible()
    assert_good_at_every_width(page, "channel-cases")

    page.get_by_role("link", name=barnet.case.reference).click()
    expect(page).to_have_title(f"Case {barnet.case.reference} – Barnet – Prevent Portal")
    expect(page.get_by_text(f"An invented summary {barnet.canary}")).to_be_visible()
    assert_good_at_every_width(page, "channel-case")

    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("/channel/"))
    page.go_back()
    page.wait_for_load_state()
    expect(page).to_have_url(re.compile("/accounts/login/"))  # the history keeps the address, not the page
    assert barnet.canary not in page.content()
    page.goto(f"{server}/c/barnet/channel/cases/{barnet.case.reference}/")
    assert barnet.canary not in page.content()


def test_everybody_else_finds_no_page_and_no_menu_entry(
    new_page: Callable[..., Page], server: str, barnet: PanelWorld, allow: Callable[[str], None]
) -> None:
    allow("status of 404")
    for person in (
        member(barnet.council, Role.COORDINATOR),
        member(barnet.council, Role.ADMINISTRATOR, is_staff=True, is_superuser=True),
    ):
        page = new_page()
        sign_in(page, person, address=server)
        page.goto(f"{server}/c/barnet/")
        expect(page.get_by_role("link", name="Channel")).to_have_count(0)
        answer = page.goto(f"{server}/c/barnet/channel/cases/{barnet.case.reference}/")
        assert answer is not None
        assert answer.status == 404
        assert barnet.canary not in page.content()


def test_the_chair_writes_a_summary_and_names_who_reads_it(
    page: Page, server: str, barnet: PanelWorld
) -> None:
    person = barnet.seat(granted=False)
    sign_in(page, barnet.chair, address=server)
    page.goto(f"{server}/c/barnet/channel/meetings/{barnet.meeting.pk}/")
    assert_good_at_every_width(page, "channel-chair-meeting")
    page.get_by_role("link", name="Add a case summary").click()
    page.get_by_role("textbox", name="Summary").fill("They live near NW9 4EQ.")
    page.get_by_label("Where the referral came from").select_option(label="Education")
    page.get_by_label("Police area").fill("Metropolitan")
    page.get_by_label("I declare that this summary holds no intelligence").check()
    page.get_by_role("button", name="Save the summary").click()
    expect(page.get_by_role("alert")).to_contain_text("The summary seems to hold a postcode")
    assert_good_at_every_width(page, "channel-case-new")
    page.get_by_role("textbox", name="Summary").fill("An invented summary that names nobody.")
    page.get_by_role("button", name="Save the summary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who may read it")
    page.get_by_label("Person").select_option(label=person.name)
    page.get_by_role("button", name="Let this person read it").click()
    expect(page.get_by_role("rowheader", name=person.name)).to_be_visible()
    assert_good_at_every_width(page, "channel-grants")
    page.get_by_role("button", name=f"End now for {person.name}").click()
    expect(page.get_by_text("Nobody has a grant on it yet.")).to_be_visible()
    page.goto(f"{server}/c/barnet/channel/meetings/{barnet.meeting.pk}/")
    page.get_by_role("button", name="Close the meeting").click()
    expect(page.get_by_text("The meeting is closed.")).to_be_visible()
