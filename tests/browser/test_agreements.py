"""An agreement lapses and is renewed in a browser, and every register is looked over by the rules of WCAG."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from partnerships.queries.registers import entries_of
from partnerships.registers import AGREEMENTS, EVENTS, REGISTERS, VENUE_POLICIES
from partnerships.services.register_reminders import remind_of_registers
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from tests.browser.pages import (
    assert_accessible,
    assert_fits,
    assert_good_at_every_width,
    follow,
    look_again,
    sign_in,
    take_picture,
)
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.partnerships.register_factories import days, entered

pytestmark = pytest.mark.django_db(transaction=True)


def fill_date(page: Page, label: str, day: date) -> None:
    group = page.get_by_role("group", name=label)
    group.get_by_label("Day").fill(str(day.day))
    group.get_by_label("Month").fill(str(day.month))
    group.get_by_label("Year").fill(str(day.year))


def test_an_agreement_lapses_is_due_and_is_renewed_with_its_old_term_kept(
    server: str, new_page: Callable[..., Page]
) -> None:
    town = CouncilFactory.create(slug="town", name="Town")
    coordinator = member(town, Role.COORDINATOR, name="Robin Coordinator")
    owner = member(town, Role.SAFETY_OFFICER, name="Sam Officer")
    linked(town, OrganisationFactory(name="North Trust"))
    entry = entered(AGREEMENTS, town, owner, title="Protocol of the panel", ends_on=days(-12))
    entered(AGREEMENTS, town, owner, title="Training figures")

    page = new_page()
    sign_in(page, owner, address=server)
    page.goto(f"{server}/my-work/")
    expect(page.get_by_role("link", name="Protocol of the panel")).to_be_visible()
    expect(page.get_by_text("Renew or withdraw an agreement that has lapsed")).to_be_visible()
    with service_scope(council=town):
        # The first day of its notice, and the first on which it has lapsed.
        assert [remind_of_registers(council=town, today=days(n)) for n in (-54, -11)] == [2, 2]
    written = Email.objects.filter(recipient=owner.email).order_by("created_at").last()
    assert written is not None
    assert f"{entry.reference}. Its date is {british_date(days(-12))}." in written.text
    assert "Protocol" not in written.subject + written.text

    page = new_page()
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/town/partnership/registers/")
    look_again(page, "registers")
    follow(page.get_by_role("link", name="Information-sharing agreements").first)
    expect(page.get_by_role("row", name="Protocol of the panel")).to_contain_text("Lapsed")
    expect(page.get_by_role("row", name="Training figures")).to_contain_text("In force")
    follow(page.get_by_role("link", name="Protocol of the panel"))
    expect(page.get_by_text("This agreement lapsed: its last day was")).to_contain_text("12 days ago")
    look_again(page, "agreement-lapsed")

    follow(page.get_by_role("button", name="Renew"))
    fill_date(page, "In force until", days(-400))
    follow(page.get_by_role("button", name="Begin the next term"))
    expect(page.get_by_role("alert")).to_contain_text("In force until must be on or after")
    assert_good_at_every_width(page, "agreement-renew")
    fill_date(page, "In force until", days(700))
    page.get_by_label("North Trust").check()
    follow(page.get_by_role("button", name="Begin the next term"))
    follow(page.get_by_role("link", name="Add evidence"))
    follow(page.get_by_role("link", name="Add a link"))
    page.get_by_label("Address").fill("https://council.example/protocol-2.pdf")
    page.get_by_label("Title").fill("Signed protocol, second term")
    follow(page.get_by_role("button", name="Add a link"))

    expect(page.get_by_role("heading", name="Protocol of the panel", level=1)).to_be_visible()
    expect(page.get_by_role("table", name="Earlier terms")).to_contain_text(british_date(days(-12)))
    expect(page.get_by_role("link", name="Signed protocol, second term (link)")).to_be_visible()
    expect(page.get_by_text("This agreement lapsed")).to_have_count(0)
    expect(page.get_by_text("North Trust")).to_be_visible()
    look_again(page, "agreement-renewed")
    page.goto(f"{server}/my-work/")
    expect(page.get_by_role("link", name="Protocol of the panel")).to_have_count(0)


@pytest.mark.prove
def test_every_register_s_list_entry_and_forms_breach_no_rule(server: str, page: Page) -> None:
    town = CouncilFactory.create(slug="town", name="Town")
    coordinator = member(town, Role.COORDINATOR, name="Robin Coordinator")
    linked(town, OrganisationFactory(name="North Trust"))
    for register in REGISTERS:
        entered(register, town, coordinator)
    sign_in(page, coordinator, address=server)
    for register in REGISTERS:
        base = f"{server}/c/town/partnership/registers/{register.slug}/"
        with service_scope(council=town):
            entry = entries_of(town, register, days(0)).get()
        if register in (AGREEMENTS, VENUE_POLICIES, EVENTS):
            own = f"{entry.pk}/"
            for name, part in (("list", ""), ("add", "add/"), ("one", own), ("edit", f"{own}edit/")):
                page.goto(f"{base}{part}")
                assert_good_at_every_width(page, f"{register.slug}-{name}")
            continue
        for name, part in (("list", ""), ("add", "add/")):
            page.goto(f"{base}{part}")
            assert_fits(page)
            # What stands around it is the same on every page.
            assert_accessible(page, context="main")
            take_picture(page, f"{register.slug}-{name}")
