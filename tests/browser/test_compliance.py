"""What an officer, a coordinator and a board member do in compliance, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.demo import load
from compliance.models import Action, ItemAnswer
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from tests.browser.pages import assert_good_at_every_width, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = {
    "officer@barnet.example": ("barnet", Role.SAFETY_OFFICER),
    "coordinator@barnet.example": ("barnet", Role.COORDINATOR),
    "board@barnet.example": ("barnet", Role.BOARD_MEMBER),
    "officer@twocouncils.example": ("barnet", Role.SAFETY_OFFICER),
    "coordinator@southwark.example": ("southwark", Role.COORDINATOR),
    "coordinator@wolverhampton.example": ("wolverhampton", Role.COORDINATOR),
    "councillor@wolverhampton.example": ("wolverhampton", Role.COUNCILLOR),
    "democratic@wolverhampton.example": ("wolverhampton", Role.DEMOCRATIC_SERVICES),
}


@pytest.fixture
def demo() -> dict[str, User]:
    """The demo's plans, rounds and review, and the people who work with them."""
    councils: dict[str, Council] = {
        slug: CouncilFactory.create(slug=slug, name=slug.capitalize())
        for slug in ("barnet", "southwark", "wolverhampton")
    }
    people: dict[str, User] = {}
    for email, (slug, role) in PEOPLE.items():
        people[email] = UserFactory.create(email=email, name=email.split("@")[0].capitalize())
        give_role(people[email], councils[slug], role)
    load(councils=councils, people=people)
    return people


@pytest.fixture
def barnet(demo: dict[str, User]) -> Council:
    return Council.objects.get(slug="barnet")


def test_a_form_with_mistakes_says_what_to_do(
    any_page: Page, server: str, demo: dict[str, User], barnet: Council
) -> None:
    with service_scope(council=barnet):
        action = Action.objects.get(council=barnet, number=4)
    page = any_page
    sign_in(page, demo["officer@barnet.example"], address=server, second_factor=False)
    page.goto(f"{server}/c/barnet/actions/{action.pk}/progress/")
    page.get_by_role("button", name="Save progress").click()
    expect(page.get_by_role("link", name="Enter what has happened")).to_be_visible()


def test_two_people_writing_at_once_lose_nothing(
    new_page: Callable[..., Page],
    server: str,
    demo: dict[str, User],
    barnet: Council,
    allow: Callable[[str], None],
) -> None:
    allow("409")
    with service_scope(council=barnet):
        action = Action.objects.get(council=barnet, number=4)
    address = f"{server}/c/barnet/actions/{action.pk}/progress/"
    first, second = new_page(), new_page()
    sign_in(first, demo["officer@barnet.example"], address=server, second_factor=False)
    sign_in(second, demo["coordinator@barnet.example"], address=server)
    first.goto(address)
    second.goto(address)
    second.get_by_label("What has happened?").fill("The coordinator was quicker.")
    second.get_by_role("button", name="Save progress").click()
    expect(second.get_by_text("Progress saved on A4.")).to_be_visible()

    first.get_by_label("What has happened?").fill("The officer was slower.")
    first.get_by_role("button", name="Save progress").click()
    expect(first.get_by_text("Somebody else saved first")).to_be_visible()
    expect(first.get_by_role("cell", name="The coordinator was quicker.")).to_be_visible()
    expect(first.get_by_role("cell", name="The officer was slower.")).to_be_visible()
    assert_good_at_every_width(first, "compliance-stale")
    first.get_by_role("button", name="Save progress").click()
    expect(first.get_by_text("Progress saved on A4.")).to_be_visible()
    for words in ("The coordinator was quicker.", "The officer was slower."):
        expect(first.get_by_text(words)).to_be_visible()


def test_a_coordinator_answers_a_checklist_item(any_page: Page, server: str, demo: dict[str, User]) -> None:
    page = any_page
    sign_in(page, demo["coordinator@southwark.example"], address=server)
    page.goto(f"{server}/c/southwark/checklist/")
    page.get_by_role("link", name="2016/17").click()
    expect(page.get_by_text("9 of 17 in place, 7 under way, 1 not applicable.")).to_be_visible()
    page.get_by_role("link", name="Appointment of a Prevent co-ordinator").click()
    page.get_by_role("radio", name="In place").first.check()
    page.get_by_label("Response").fill("Somebody has been appointed.")
    page.get_by_role("group", name="Timescale").get_by_label("In place").check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.get_by_text("S-16 saved.")).to_be_visible()
    expect(page.get_by_text("10 of 17 in place, 6 under way, 1 not applicable.")).to_be_visible()
    southwark = Council.objects.get(slug="southwark")
    with service_scope(council=southwark):
        answer = ItemAnswer.objects.get(council=southwark, assessment__period="2016/17", item__ref="S-16")
        assert (answer.status, answer.timescale, answer.due_on) == ("in_place", "in_place", None)


def test_a_board_member_reads_the_overview_of_now_and_then_and_takes_it_on_one_sheet(
    page: Page, server: str, demo: dict[str, User], barnet: Council
) -> None:
    sign_in(page, demo["board@barnet.example"], address=server, second_factor=False)
    page.goto(f"{server}/c/barnet/")
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    expect(page.locator("p", has_text="14 actions: 3 complete, 11 open, 3 overdue.")).to_be_visible()
    expect(
        page.get_by_role("row", name=re.compile("^Risk assessment Under way 2 of 3 in place, 1 under way"))
    ).to_be_visible()
    expect(page.get_by_text(re.compile(r"As at \d+ \w+ \d{4} at [\w:]+\."))).to_be_visible()
    last = Quarter.of(timezone.localdate()).previous
    page.get_by_label("Quarter").select_option(label=last.words)
    page.get_by_role("button", name="Show it as it was").click()
    expect(page.get_by_text(f"As at {british_date(last.end)}, kept on ")).to_be_visible()
    page.get_by_role("link", name="Print it on one page").click()
    for address in (page.url, page.url.partition("?")[0]):
        page.goto(address)
        expect(page.get_by_role("heading", name="Barnet: Prevent overview", level=1)).to_be_visible()
        with pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True))) as sheet:
            assert len(sheet.pages) == 1
            assert [round(float(side) / 72 * 25.4) for side in sheet.pages[0].mediabox[2:]] == [210, 297]


def test_a_councillor_reads_the_review_and_nothing_else(
    page: Page, server: str, demo: dict[str, User]
) -> None:
    sign_in(page, demo["councillor@wolverhampton.example"], address=server, second_factor=False)
    page.goto(f"{server}/c/wolverhampton/")
    page.get_by_role("link", name="How the city answers violent extremism").click()
    expect(
        page.get_by_text("16 recommendations: 12 accepted, 2 in part, 2 rejected; 14 complete").first
    ).to_be_visible()
    page.get_by_role("link", name=re.compile("^11. ")).click()
    expect(page.get_by_text("Nobody named")).to_be_visible()
    expect(page.get_by_role("button", name="Save progress")).to_have_count(0)


@pytest.mark.prove
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("officer@barnet.example", "/my-work/"),
        ("board@barnet.example", "/c/barnet/"),
        ("coordinator@barnet.example", "/c/barnet/plans/"),
        ("coordinator@barnet.example", "/c/barnet/plans/{plan}/"),
        ("coordinator@barnet.example", "/c/barnet/plans/{plan}/?status=open&sort=due"),
        ("coordinator@barnet.example", "/c/barnet/plans/{plan}/actions/add/"),
        ("coordinator@barnet.example", "/c/barnet/plans/{plan}/objectives/add/"),
        ("coordinator@barnet.example", "/c/barnet/plans/add/"),
        ("coordinator@barnet.example", "/c/barnet/actions/{action}/"),
        ("coordinator@barnet.example", "/c/barnet/actions/{action}/change/"),
        ("coordinator@barnet.example", "/c/barnet/actions/{action}/more-time/"),
        ("officer@barnet.example", "/c/barnet/actions/{action}/progress/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/{round}/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/{round}/table/"),
        ("coordinator@barnet.example", "/c/barnet/checklist/items/{answer}/"),
        ("board@barnet.example", "/c/barnet/checklist/items/{answer}/"),
        ("coordinator@wolverhampton.example", "/c/wolverhampton/scrutiny/"),
        ("coordinator@wolverhampton.example", "/c/wolverhampton/scrutiny/{review}/"),
        ("coordinator@wolverhampton.example", "/c/wolverhampton/scrutiny/recommendations/{recommendation}/"),
    ],
)
def test_every_page_is_accessible_on_a_desk_and_a_telephone(
    page: Page, server: str, demo: dict[str, User], who: str, address: str
) -> None:
    sign_in(page, demo[who], address=server, second_factor="coordinator" in who)
    page.goto(server + address.format(**_keys(address)))
    name = re.sub(r"\W+", "-", f"compliance-{who.split('@', maxsplit=1)[0]}{address}").strip("-")
    assert_good_at_every_width(page, name)


def _keys(address: str) -> dict[str, object]:
    from compliance.models import ActionPlan, Assessment, Recommendation, ScrutinyReview

    council = Council.objects.get(slug=address.split("/")[2]) if address.startswith("/c/") else None
    if council is None:
        return {}
    with service_scope(council=council):
        firsts = {
            "plan": ActionPlan.objects.filter(council=council).first(),
            "action": Action.objects.filter(council=council, number=5).first(),
            "round": Assessment.objects.filter(council=council).first(),
            "answer": ItemAnswer.objects.filter(council=council, item__ref="S-13").first(),
            "review": ScrutinyReview.objects.filter(council=council).first(),
            "recommendation": Recommendation.objects.filter(council=council, number=2).first(),
        }
        return {name: row.pk for name, row in firsts.items() if row is not None}
