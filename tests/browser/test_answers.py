"""A partner answers what they are asked for, and a coordinator decides, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.demo import load
from compliance.models import ItemAnswer
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = {
    "coordinator@barnet.example": ("barnet", Role.COORDINATOR),
    "officer@barnet.example": ("barnet", Role.SAFETY_OFFICER),
    "board@barnet.example": ("barnet", Role.BOARD_MEMBER),
    "lead@royalfree.example": ("barnet", Role.PARTNER_LEAD),
    "officer@twocouncils.example": ("southwark", Role.SAFETY_OFFICER),
    "coordinator@southwark.example": ("southwark", Role.COORDINATOR),
}


@pytest.fixture
def demo() -> dict[str, User]:
    """The demo's rounds, with a partner who is asked for items and a coordinator who decides."""
    councils: dict[str, Council] = {
        slug: CouncilFactory.create(slug=slug, name=slug.capitalize()) for slug in ("barnet", "southwark")
    }
    people: dict[str, User] = {}
    for email, (slug, role) in PEOPLE.items():
        people[email] = UserFactory.create(email=email, name=email.split("@")[0].capitalize())
        give_role(people[email], councils[slug], role)
    load(councils=councils, people=people)
    return people


def _answer(slug: str, ref: str) -> ItemAnswer:
    council = Council.objects.get(slug=slug)
    with service_scope(council=council):
        found = ItemAnswer.objects.filter(council=council, item__ref=ref)
        answer = found.select_related("council").order_by("assessment__period_start").first()
    assert answer is not None
    return answer


def test_a_partner_answers_only_their_items(
    any_page: Page, server: str, demo: dict[str, User], allow: Callable[[str], None]
) -> None:
    allow("404")
    page = any_page
    sign_in(page, demo["lead@royalfree.example"], address=server, second_factor=False)
    page.goto(f"{server}/my-work/")
    page.get_by_role("link", name="Your checklist items, Barnet").click()
    expect(page.get_by_text("2 items wait for your answer; 2 are handed in.")).to_be_visible()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_role("link", name=re.compile("^S-17 ")).click()
    page.get_by_role("radio", name="In place").first.check()
    page.get_by_label("Response").fill("The trust meets its neighbours each quarter.")
    page.get_by_role("group", name="Timescale").get_by_label("Ongoing").check()
    page.get_by_role("button", name="Save and submit").click()
    expect(page.get_by_text("S-17 submitted.")).to_be_visible()
    expect(page.get_by_text("1 item waits for your answer; 3 are handed in.")).to_be_visible()
    stored = _answer("barnet", "S-17")
    assert (stored.state, stored.status, stored.submitted_by_id) == (
        "submitted",
        "in_place",
        demo["lead@royalfree.example"].pk,
    )
    foreign = _answer("barnet", "S-01")
    for address in (f"items/{foreign.pk}/", f"{foreign.assessment_id}/", ""):
        found = page.goto(f"{server}/c/barnet/checklist/{address}")
        assert found is not None
        assert found.status == 404, address


def test_an_answer_is_returned_answered_again_accepted_moderated_and_agreed(
    new_page: Callable[..., Page], server: str, demo: dict[str, User]
) -> None:
    partner, coordinator = new_page(), new_page()
    sign_in(partner, demo["lead@royalfree.example"], address=server, second_factor=False)
    sign_in(coordinator, demo["coordinator@barnet.example"], address=server)
    item = f"{server}/c/barnet/checklist/items/{_answer('barnet', 'S-11').pk}/"

    coordinator.goto(item)
    follow(coordinator.get_by_role("button", name="Accept or return"))
    coordinator.get_by_role("radio", name="Return it with a comment").check()
    coordinator.get_by_label("What should the respondent change?").fill("How many came to the sessions?")
    coordinator.get_by_role("button", name="Save the decision").click()
    expect(coordinator.get_by_text("S-11 returned.")).to_be_visible()

    partner.goto(item)
    expect(partner.get_by_text("How many came to the sessions?").first).to_be_visible()
    partner.get_by_label("Response").fill("Sessions in each hospital; 212 people came.")
    partner.get_by_role("radio", name="In place").first.check()
    partner.get_by_label("E-learning alone").check()
    partner.get_by_role("button", name="Save and submit").click()
    expect(partner.get_by_text(re.compile("E-learning alone does not show")).first).to_be_visible()
    partner.get_by_label("E-learning, and sessions with a trainer").check()
    partner.get_by_role("button", name="Save and submit").click()
    expect(partner.get_by_text("S-11 submitted.")).to_be_visible()

    coordinator.goto(f"{item}decide/")
    coordinator.get_by_role("radio", name="Accept it").check()
    follow(coordinator.get_by_role("button", name="Save the decision"))
    follow(coordinator.get_by_role("button", name="Moderate the score"))
    coordinator.get_by_role("radio", name="In progress").check()
    coordinator.get_by_label("Challenge note").fill("Two hospitals are missing.")
    follow(coordinator.get_by_role("button", name="Save the moderated score"))
    follow(coordinator.get_by_role("button", name="Record the agreed score"))
    coordinator.get_by_role("button", name="Save the agreed score").click()
    expect(coordinator.get_by_text("S-11 agreed: in progress.")).to_be_visible()
    expect(coordinator.get_by_text("Two hospitals are missing.").first).to_be_visible()
    stored = _answer("barnet", "S-11")
    assert (stored.status, stored.moderated, stored.agreed) == ("in_place", "in_progress", "in_progress")
    assert stored.agreed_on == timezone.localdate()


def test_a_coordinator_asks_somebody_for_several_items(
    any_page: Page, server: str, demo: dict[str, User]
) -> None:
    page = any_page
    sign_in(page, demo["coordinator@barnet.example"], address=server)
    page.goto(f"{server}/c/barnet/checklist/{_answer('barnet', 'S-01').assessment_id}/")
    page.get_by_role("button", name="Who answers").click()
    page.get_by_label(re.compile("^S-13 ")).check()
    page.get_by_label(re.compile("^S-14 ")).check()
    page.get_by_label("Who should answer them?").select_option(label="Lead")
    page.get_by_role("button", name="Assign the items").click()
    expect(page.get_by_text("2 items assigned.")).to_be_visible()
    assert {_answer("barnet", ref).owner_id for ref in ("S-13", "S-14")} == {
        demo["lead@royalfree.example"].pk
    }


def test_a_coordinator_links_an_item_with_an_action(
    any_page: Page, server: str, demo: dict[str, User]
) -> None:
    page = any_page
    sign_in(page, demo["coordinator@barnet.example"], address=server)
    item = f"{server}/c/barnet/checklist/items/{_answer('barnet', 'S-13').pk}/"
    page.goto(item)
    page.get_by_role("link", name="Choose plan actions").click()
    page.get_by_label("Words or reference of an action").fill("venue hire")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_label(re.compile("venue hire policy")).check()
    page.get_by_role("button", name="Save the links").click()
    page.get_by_role("link", name=re.compile("venue hire policy")).click()
    expect(page.get_by_role("link", name=re.compile("^S-13 "))).to_be_visible()


@pytest.mark.prove
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("lead@royalfree.example", "/c/barnet/checklist/yours/"),
        ("officer@barnet.example", "/c/barnet/checklist/yours/"),
        ("lead@royalfree.example", "/c/barnet/checklist/items/{S-05}/"),
        ("lead@royalfree.example", "/c/barnet/checklist/items/{S-11}/"),
        ("lead@royalfree.example", "/my-work/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/{round}/assign/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/items/{S-11}/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/items/{S-11}/decide/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/items/{S-12}/moderate/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/items/{S-12}/agree/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/items/{S-05}/actions/"),
        ("coordinator@southwark.example", "/c/southwark/checklist/items/{S-07}/"),
        ("board@barnet.example", "/c/barnet/checklist/items/{S-05}/"),
    ],
)
def test_every_page_of_an_answers_life_is_accessible(
    page: Page, server: str, demo: dict[str, User], who: str, address: str
) -> None:
    sign_in(page, demo[who], address=server, second_factor="coordinator" in who)
    slug = address.split("/")[2] if address.startswith("/c/") else ""
    for ref in re.findall(r"\{(S-\d\d)\}", address):
        address = address.replace(f"{{{ref}}}", str(_answer(slug, ref).pk))
    if "{round}" in address:
        address = address.replace("{round}", str(_answer(slug, "S-01").assessment_id))
    found = page.goto(server + address)
    assert found is not None
    assert found.status == 200
    name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", address)
    name = re.sub(r"\W+", "-", f"answers-{who.split('@', maxsplit=1)[0]}-{slug}{name}").strip("-")
    assert_good_at_every_width(page, name)
