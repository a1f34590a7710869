"""What a keeper, a board member and everybody else do with the risk register, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from prevent_portal.accounts.enums import Role
from tests.browser.pages import assert_good_at_every_width, look_again, sign_in
from tests.compliance.risks import RiskWorld, risk_world
from tests.factories import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def barnet() -> RiskWorld:
    world = risk_world("barnet")
    world.add(theme="Speakers in hired rooms", likelihood=2, impact=2, direction="falling")
    return world


def test_a_keeper_adds_reviews_and_names_who_reads(any_page: Page, server: str, barnet: RiskWorld) -> None:
    page = any_page
    officer = member(barnet.council, Role.SAFETY_OFFICER)
    sign_in(page, barnet.keeper, address=server)
    page.goto(f"{server}/c/barnet/risks/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Local risk, the part that may be published")
    page.get_by_role("button", name="Add a local risk").click()
    expect(page.get_by_text("OFFICIAL-SENSITIVE", exact=True)).to_be_visible()
    page.get_by_label("Theme").fill("Online harms at home")
    page.get_by_label("Description").fill("An informant says that schools ask more often.")
    page.get_by_role("group", name="Likelihood").get_by_label("4: Likely").check()
    page.get_by_role("group", name="Impact").get_by_label("3: Moderate").check()
    page.get_by_label("Rising").check()
    received = timezone.localdate() - timedelta(days=20)
    profile = page.get_by_role("group", name="Counter-terrorism local profile: day received")
    for part, value in (("Day", received.day), ("Month", received.month), ("Year", received.year)):
        profile.get_by_label(part).fill(str(value))
    later = timezone.localdate() + timedelta(days=80)
    review = page.get_by_role("group", name="Review date")
    for part, value in (("Day", later.day), ("Month", later.month), ("Year", later.year)):
        review.get_by_label(part).fill(str(value))
    page.get_by_label("I declare that what I save holds no intelligence").check()
    page.get_by_role("button", name="Add the risk").click()
    expect(page.get_by_role("alert")).to_contain_text("The words seem to hold a covert source")
    look_again(page, "risk-add")
    page.get_by_label("Description").fill("Schools ask about suspected harms.")
    page.get_by_role("button", name="Add the risk").click()
    page.get_by_label("I have looked at these words again: they are not intelligence").check()
    page.get_by_role("button", name="Add the risk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Online harms at home")
    expect(page).to_have_title(re.compile(r"^Risk R-\w{5} – Barnet – Prevent Portal$"))

    page.get_by_role("button", name="Review the risk").click()
    page.get_by_role("group", name="Likelihood").get_by_label("5: Almost certain").check()
    page.get_by_label("What does this assessment rest on?").fill("More schools ask.")
    again = page.get_by_role("group", name="Next review date")
    for part, value in (("Day", later.day), ("Month", later.month), ("Year", later.year)):
        again.get_by_label(part).fill(str(value))
    page.get_by_label("I declare that what I save holds no intelligence").check()
    page.get_by_role("button", name="Save the review").click()
    expect(page.get_by_text("High: 15").first).to_be_visible()
    page.get_by_text("Show the figures as a table").click()
    expect(page.get_by_role("table").filter(has_text="Assessed").get_by_role("row")).to_have_count(3)

    page.get_by_role("button", name="Who may read it").click()
    page.get_by_label("Person").select_option(label=officer.name)
    page.get_by_role("button", name="Let this person read it").click()
    expect(page.get_by_role("rowheader", name=officer.name)).to_be_visible()
    look_again(page, "risk-audience")
    page.get_by_role("button", name=f"End now for {officer.name}").click()
    expect(page.get_by_role("rowheader", name=officer.name)).to_have_count(0)


def test_the_register_shows_its_matrix_and_leads_from_a_square_to_the_risks(
    any_page: Page, server: str, barnet: RiskWorld
) -> None:
    page = any_page
    sign_in(page, barnet.keeper, address=server)
    page.goto(f"{server}/c/barnet/risks/register/")
    matrix = page.get_by_role("table", name="Risks by likelihood and impact")
    row = matrix.get_by_role("row", name=re.compile("^3: Possible"))
    expect(row.get_by_role("cell").nth(3)).to_have_text(re.compile(r"High: 12\s*1 risk"))
    assert_good_at_every_width(page, "risk-register")
    row.get_by_role("link", name="1 risk").click()
    expect(page).to_have_url(re.compile(r"\?likelihood=3&impact=4$"))
    expect(page.get_by_text("1 risk found.")).to_be_visible()
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_text(f"Description {barnet.canary}")).to_be_visible()
    look_again(page, "risk")


def test_one_person_proposes_words_and_another_approves_them_for_everybody(
    new_page: Callable[..., Page], server: str, barnet: RiskWorld
) -> None:
    keeper, reader = new_page(), new_page()
    sign_in(keeper, barnet.keeper, address=server)
    keeper.goto(f"{server}{barnet.address}summary/")
    keeper.get_by_label("Heading").fill("Online harms")
    keeper.get_by_label("Summary for publication").fill("Advice is at hand for schools and parents.")
    keeper.get_by_label("I declare that what I save holds no intelligence").check()
    keeper.get_by_role("button", name="Propose").click()
    expect(keeper.get_by_text("somebody else on the audience approves them")).to_be_visible()
    look_again(keeper, "risk-summary")
    sign_in(reader, barnet.reader, address=server)
    reader.goto(f"{server}{barnet.address}summary/")
    reader.get_by_role("button", name="Approve for publication").click()
    expect(reader.get_by_text("Approved. The summary can be published now.")).to_be_visible()
    outsider = new_page()
    sign_in(outsider, member(barnet.council, Role.SAFETY_OFFICER), address=server)
    outsider.goto(f"{server}/c/barnet/risks/")
    expect(outsider.get_by_text("Advice is at hand for schools and parents.")).to_be_visible()
    assert barnet.canary not in outsider.content()
    look_again(outsider, "risks-published")


def test_after_signing_out_the_history_of_the_browser_shows_nothing(
    page: Page, server: str, barnet: RiskWorld
) -> None:
    sign_in(page, barnet.reader, address=server)
    page.goto(f"{server}{barnet.address}")
    expect(page.get_by_text(f"Description {barnet.canary}")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("/risks/"))
    page.go_back()
    page.wait_for_load_state()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert barnet.canary not in page.content()


def test_everybody_else_finds_no_page_of_the_register(
    new_page: Callable[..., Page], server: str, barnet: RiskWorld, allow: Callable[[str], None]
) -> None:
    allow("status of 404")
    for person in (
        member(barnet.council, Role.COORDINATOR),
        member(barnet.council, Role.ADMINISTRATOR, is_staff=True, is_superuser=True),
    ):
        page = new_page()
        sign_in(page, person, address=server)
        page.goto(f"{server}/c/barnet/risks/")
        expect(page.get_by_role("button", name="Open the register")).to_have_count(0)
        answer = page.goto(f"{server}{barnet.address}")
        assert answer is not None
        assert answer.status == 404
        assert barnet.canary not in page.content()


@pytest.mark.prove
@pytest.mark.parametrize("rest", ["change/", "review/", "close/", "actions/"])
def test_every_form_is_accessible_on_a_desk_and_a_telephone(
    page: Page, server: str, barnet: RiskWorld, rest: str
) -> None:
    sign_in(page, barnet.keeper, address=server)
    page.goto(f"{server}{barnet.address}{rest}")
    assert_good_at_every_width(page, f"risk-{rest.strip('/')}")
