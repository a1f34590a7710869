"""An agreement lapses and is renewed in a browser, on a desk and on a telephone."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from partnerships.registers import AGREEMENTS, STRATEGIES, VENUES
from prevent_portal.accounts.enums import Role
from prevent_portal.web.dates import british_date
from tests.browser.pages import assert_good_at_every_width, follow, sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.partnerships.register_factories import days, entered

pytestmark = pytest.mark.django_db(transaction=True)


def fill_date(page: Page, label: str, day: date) -> None:
    group = page.get_by_role("group", name=label)
    group.get_by_label("Day").fill(str(day.day))
    group.get_by_label("Month").fill(str(day.month))
    group.get_by_label("Year").fill(str(day.year))


def test_an_agreement_lapses_is_due_and_is_renewed_with_its_old_term_kept(live_server, page: Page) -> None:
    town = CouncilFactory.create(slug="town", name="Town")
    coordinator = member(town, Role.COORDINATOR, name="Robin Coordinator")
    for name in ("North Trust", "South Trust"):
        linked(town, OrganisationFactory(name=name))
    entered(AGREEMENTS, town, coordinator, title="Protocol of the panel", ends_on=days(-12))
    entered(AGREEMENTS, town, coordinator, title="Training figures")
    entered(STRATEGIES, town, coordinator, title="Prevent strategy", ends_on=days(20))
    entered(VENUES, town, coordinator, title="Library hall", review_on=days(-4))
    sign_in(page, coordinator, address=live_server.url)

    page.goto(f"{live_server.url}/my-work/")
    expect(page.get_by_role("link", name="Protocol of the panel")).to_be_visible()
    page.goto(f"{live_server.url}/c/town/partnership/registers/")
    assert_good_at_every_width(page, "registers")
    expect(page.get_by_text("Renew or withdraw an agreement that has lapsed")).to_be_visible()
    follow(page.get_by_role("link", name="Information-sharing agreements").first)
    expect(page.get_by_role("row", name="Protocol of the panel")).to_contain_text("Lapsed")
    expect(page.get_by_role("row", name="Training figures")).to_contain_text("In force")
    assert_good_at_every_width(page, "agreements")

    follow(page.get_by_role("link", name="Protocol of the panel"))
    expect(page.get_by_text("This agreement lapsed: its last day was")).to_contain_text("12 days ago")
    assert_good_at_every_width(page, "agreement-lapsed")
    follow(page.get_by_role("button", name="Renew"))
    assert_good_at_every_width(page, "agreement-renew")
    fill_date(page, "In force until", days(-400))
    follow(page.get_by_role("button", name="Begin the next term"))
    expect(page.get_by_role("alert")).to_contain_text("In force until must be on or after")
    fill_date(page, "In force until", days(700))
    page.get_by_label("North Trust").check()
    follow(page.get_by_role("button", name="Begin the next term"))

    expect(page.get_by_role("table", name="Earlier terms")).to_contain_text(british_date(days(-12)))
    expect(page.get_by_text("This agreement lapsed")).to_have_count(0)
    expect(page.get_by_text("North Trust")).to_be_visible()
    assert_good_at_every_width(page, "agreement-renewed")
    page.goto(f"{live_server.url}/my-work/")
    expect(page.get_by_role("link", name="Protocol of the panel")).to_have_count(0)
    page.goto(f"{live_server.url}/c/town/partnership/registers/confidentiality/add/")
    assert_good_at_every_width(page, "confidentiality-add")
