"""A person with roles in two councils goes from one to the other explicitly, and each audit page says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_of_two_councils_is_asked_before_the_other_one_s_page_and_both_trails_say_it(
    any_page: Page, server: str
) -> None:
    page = any_page
    city = CouncilFactory.create(slug="barchester", name="Barchester")
    county = CouncilFactory.create(slug="barshire", name="Barshire")
    person = UserFactory.create(name="Coordinator of both")
    for council in (city, county):
        give_role(person, council, Role.COORDINATOR)
        linked(council, OrganisationFactory(name=f"{council.name} Trust"))
    sign_in(page, person, address=server)

    page.goto(f"{server}/c/barchester/partnership/")
    expect(page.locator(".portal-header__council")).to_have_text("Barchester")
    page.goto(f"{server}/c/barshire/partnership/?kind=nhs_trust")
    expect(page.get_by_role("heading", level=1)).to_have_text("Switch to Barshire?")
    expect(page.get_by_text("You are working in Barchester.")).to_be_visible()
    expect(page.get_by_text("Barshire Trust")).to_have_count(0)
    assert_good_at_every_width(page, "switch-council")
    follow(page.get_by_role("link", name="Stay in Barchester"))
    expect(page.locator(".portal-header__council")).to_have_text("Barchester")

    page.goto(f"{server}/c/barshire/partnership/?kind=nhs_trust")
    follow(page.get_by_role("button", name="Switch to Barshire"))
    expect(page).to_have_url(f"{server}/c/barshire/partnership/?kind=nhs_trust")
    expect(page.locator(".portal-header__council")).to_have_text("Barshire")
    expect(page.get_by_role("link", name="Barshire Trust")).to_be_visible()
    # A page of the council one is in asks nothing, and by the menu one goes back without a question.
    page.goto(f"{server}/c/barshire/partnership/boards/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Switch to Barchester?")
    page.get_by_text("Change council").click()
    follow(page.get_by_role("button", name="Barchester"))
    expect(page).to_have_url(f"{server}/c/barchester/")

    entered, left = "chose to work in this council", "left this council to work in another of their councils"
    # The newest first: Barchester was left, then chosen again; Barshire was chosen, then left.
    for council, sentences, other in ((city, [entered, left], county), (county, [left, entered], city)):
        sign_in(page, auditor_of(council), address=server)
        page.goto(f"{server}/c/{council.slug}/audit/")
        said = page.get_by_role("listitem").filter(has_text="Coordinator of both").filter(has_text="council")
        expect(said).to_have_count(2)
        for row, sentence in zip(said.all(), sentences, strict=True):
            expect(row).to_contain_text(sentence)
        expect(page.get_by_role("main")).not_to_contain_text(other.name)


def auditor_of(council: Council) -> object:
    with service_scope(council=council):
        return member(council, Role.AUDITOR)
