"""Rounds of the duty checklist in a browser: brought forward and confirmed, and moved to a newer edition."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from compliance.demo.rounds import load_rounds
from compliance.models import Assessment, ItemAnswer
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, look_again, sign_in
from tests.compliance.rounds import answer_for_test, make_local_item, make_next_round, make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Council:
    return CouncilFactory.create(slug="town", name="Town")


@pytest.fixture
def coordinator(town: Council) -> User:
    return member(town, Role.COORDINATOR)


@pytest.fixture
def first(town: Council, coordinator: User) -> Assessment:
    """Last cycle, with three answers and an item of the council's own that it did not ask yet."""
    found = make_round(town, coordinator)
    with service_scope(council=town):
        for ref, response in (
            ("S-01", "Both boards do this."),
            ("S-03", "Four meetings a year."),
            ("S-14", "Checked before grants."),
        ):
            answer_for_test(found, ref, coordinator, response=response)
        make_local_item(town, coordinator)
    return found


def fill_date(page: Page, label: str, day: date) -> None:
    group = page.get_by_role("group", name=label)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part).fill(str(value))


def test_a_coordinator_brings_the_last_cycle_forward_and_confirms_it(
    any_page: Page, server: str, town: Council, coordinator: User, first: Assessment
) -> None:
    page = any_page
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/town/checklist/")
    page.get_by_role("link", name="Editions of the guidance, and open a round").click()
    page.get_by_role("link", name="Open a round on the 2015 guidance").click()
    page.get_by_label("Period").fill("2019/20")
    fill_date(page, "First day", date(2019, 4, 1))
    fill_date(page, "Last day", date(2020, 3, 31))
    page.get_by_label("Leadership and every specified authority").uncheck()
    expect(page.get_by_label("Bring answers forward from")).to_have_value(str(first.pk))
    look_again(page, "rounds-brought-forward")
    page.get_by_role("button", name="Open the round").click()

    expect(page.get_by_text("The round 2019/20 is open.")).to_be_visible()
    expect(
        page.get_by_text("0 of 18 re-assessed, 3 carried forward unconfirmed, 15 not answered.")
    ).to_be_visible()
    page.get_by_role("link", name="Confirm answers").click()
    expect(page.get_by_text("Both boards do this.")).to_be_visible()
    look_again(page, "rounds-confirmed")
    page.get_by_role("button", name="Confirm S-01").click()
    expect(page.get_by_text("S-01 confirmed.")).to_be_visible()
    expect(page.get_by_text("Both boards do this.")).to_have_count(0)
    page.get_by_role("link", name="2019/20").click()
    expect(
        page.get_by_text("1 of 18 re-assessed, 2 carried forward unconfirmed, 15 not answered.")
    ).to_be_visible()
    expect(page.get_by_text("1 of 18 in place, 2 to confirm, 15 not answered.")).to_be_visible()
    with service_scope(council=town):
        assert ItemAnswer.objects.filter(council=town, to_confirm=True).count() == 2


def test_a_round_on_the_newer_edition_shows_how_its_items_continue(
    any_page: Page, server: str, town: Council, coordinator: User, first: Assessment
) -> None:
    page = any_page
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/town/checklist/editions/")
    page.get_by_role("link", name="2023 guidance, 2024 toolkit", exact=True).click()
    page.get_by_text("What changes from the 2015 guidance").click()
    expect(page.get_by_role("row", name=re.compile("^T7-3 .* Merges S-14"))).to_be_visible()
    page.get_by_role("button", name="Open a round").click()
    page.get_by_label("Period").fill("2024/25")
    fill_date(page, "First day", date(2024, 4, 1))
    fill_date(page, "Last day", date(2025, 3, 31))
    page.get_by_role("button", name="Open the round").click()

    expect(page.get_by_role("heading", name="2018/19 and 2024/25 compared")).to_be_visible()
    expect(page.get_by_text("rated on another scale, so no status is carried over")).to_be_visible()
    expect(
        page.get_by_role("row", name=re.compile("^T1-1 .*Both boards do this.*Continues S-01"))
    ).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^T8-1 .*Split from S-03"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^S-09 .*Not asked any more"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^T1-2 .*New$"))).to_be_visible()
    look_again(page, "rounds-newer")
    page.get_by_role("link", name=re.compile("^T1-1 ")).click()
    expect(page.get_by_text("The portal’s own words. Check them against the guidance.")).to_be_visible()


def test_a_round_is_closed_for_good(
    any_page: Page, server: str, town: Council, coordinator: User, first: Assessment
) -> None:
    page = any_page
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/town/checklist/{first.pk}/")
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_text("14 items are not answered.")).to_be_visible()
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_text("The round 2018/19 is closed.")).to_be_visible()
    expect(page.get_by_role("button", name="Close the round")).to_have_count(0)


@pytest.mark.prove
@pytest.mark.parametrize(
    "address",
    [
        "",
        "{later}/",
        "{later}/table/",
        "{later}/confirm/",
        "{later}/close/",
        "{later}/compare/{first}/",
        "{newer}/compare/{first}/",
        "{newer}/",
        "{open}/bring-forward/",
        "editions/",
        "editions/guidance-2023/",
        "editions/guidance-2023/open/",
        "editions/guidance-2023/items/T1-1/",
        "local/",
        "local/add/",
        "local/{item}/",
    ],
)
def test_every_page_of_rounds_is_accessible_on_a_desk_and_a_telephone(
    page: Page, server: str, town: Council, coordinator: User, first: Assessment, address: str
) -> None:
    with service_scope(council=town):
        later = make_next_round(first, coordinator)
        newer = make_next_round(first, coordinator, edition="guidance-2023", period_start=date(2024, 4, 1))
        empty = make_next_round(first, coordinator, period_start=date(2025, 4, 1), earlier=None)
        item = make_local_item(town, coordinator)
    sign_in(page, coordinator, address=server)
    keys = {"first": first.pk, "later": later.pk, "newer": newer.pk, "open": empty.pk, "item": item.pk}
    page.goto(f"{server}/c/town/checklist/{address.format(**keys)}")
    name = re.sub(r"\W+", "-", f"rounds-{address}").strip("-")
    assert_good_at_every_width(page, name)


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("southwark", "12 of 17 re-assessed, 5 carried forward unconfirmed."),
        ("buckinghamshire", "8 of 37 re-assessed"),
    ],
)
def test_the_demo_shows_rounds_that_follow_others(page: Page, server: str, slug: str, words: str) -> None:
    from compliance.demo.checklist import load_checklist

    council = CouncilFactory.create(slug=slug, name=slug.capitalize())
    by = member(council, Role.COORDINATOR)
    with service_scope(council=council):
        for _ in range(2):
            load_checklist(council, {f"coordinator@{slug}.example": by})
            load_rounds(council, {f"coordinator@{slug}.example": by})
        newest = Assessment.objects.filter(council=council).order_by("-period_start").first()
        assert newest is not None
    sign_in(page, by, address=server)
    page.goto(f"{server}/c/{slug}/checklist/{newest.pk}/")
    expect(page.get_by_text(re.compile(re.escape(words)))).to_be_visible()
    look_again(page, f"rounds-demo-{slug}")
