"""Asking for time, writing at once, a review meeting, reviews of a plan and the board on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.demo.plans import load_plans
from compliance.models import Action, ActionPlan, ExtensionRequest, PlanReview, ProgressEntry
from partnerships.models import Board
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role
from tests.printed import pages_of

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = {
    "officer@barnet.example": Role.SAFETY_OFFICER,
    "coordinator@barnet.example": Role.COORDINATOR,
    "second@barnet.example": Role.COORDINATOR,
    "board@barnet.example": Role.BOARD_MEMBER,
    "officer@twocouncils.example": Role.SAFETY_OFFICER,
}


class Barnet:
    """The demo's plan of Barnet and the people who work with it."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.council: Council = CouncilFactory.create(slug="barnet", name="Barnet")
        self.people: dict[str, User] = {}
        for email, role in PEOPLE.items():
            name = email.partition("@")[0].capitalize()
            self.people[email] = UserFactory.create(email=email, name=name)
            give_role(self.people[email], self.council, role)
        with service_scope(council=self.council):
            for name in ("Barnet Prevent Delivery Group", "Safer Communities Partnership Board"):
                Board.objects.create(council=self.council, name=name)
            load_plans(self.council, self.people)
            self.plan = ActionPlan.objects.get(council=self.council)

    def action(self, number: int) -> Action:
        with service_scope(council=self.council):
            return Action.objects.get(council=self.council, number=number)

    def enter(self, page: Page, who: str, path: str) -> None:
        """Sign somebody in and open a page of the council."""
        sign_in(
            page, self.people[who], address=self.server, second_factor="coordinator" in who or "second" in who
        )
        page.goto(f"{self.server}/c/barnet/{path}")

    @property
    def at_plan(self) -> str:
        return f"plans/{self.plan.pk}/"


@pytest.fixture
def barnet(server: str) -> Barnet:
    return Barnet(server)


def fill_date(page: Page, group: str, day: object) -> None:
    box = page.get_by_role("group", name=group)
    for label in ("Day", "Month", "Year"):
        box.get_by_label(label, exact=True).fill(str(getattr(day, label.lower())))


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_an_officer_asks_for_time_and_a_coordinator_approves(
    new_page: Callable[..., Page], barnet: Barnet, scripts: bool
) -> None:
    action = barnet.action(4)
    page = new_page(scripts=scripts)
    barnet.enter(page, "officer@barnet.example", f"actions/{action.pk}/")
    page.get_by_role("button", name="Ask for more time").click()
    expect(page.get_by_text("It can be decided by Coordinator or Second.")).to_be_visible()
    look_again(page, "plans-ask")
    fill_date(page, "New due date", action.due_on)
    page.get_by_label("Why is more time needed?").fill("The trainer is ill.")
    page.get_by_role("button", name="Ask for more time").click()
    expect(page.get_by_role("link", name=re.compile("must be later than the present one"))).to_be_visible()
    later = action.due_on + timedelta(days=60)
    fill_date(page, "New due date", later)
    page.get_by_role("button", name="Ask for more time").click()
    expect(page.get_by_text("More time asked for A4. Somebody else decides it.")).to_be_visible()
    page.get_by_role("link", name="See the request").click()
    expect(page.get_by_text("You asked for this, so somebody else decides it.")).to_be_visible()
    expect(page.get_by_role("button", name="Save the decision")).to_have_count(0)
    look_again(page, "plans-own-request")

    decider = new_page(scripts=scripts)
    barnet.enter(decider, "coordinator@barnet.example", "plans/")
    decider.get_by_role("link", name="2 requests for more time").click()
    expect(decider).to_have_url(re.compile("/requests-for-time/$"))
    look_again(decider, "plans-requests")
    decider.get_by_role("link", name=re.compile("^A4 ")).click()
    expect(decider.get_by_text("The trainer is ill.")).to_be_visible()
    look_again(decider, "plans-request")
    decider.get_by_role("button", name="Save the decision").click()
    expect(decider.get_by_role("link", name="Select your decision")).to_be_visible()
    decider.get_by_label("Approve").check()
    decider.get_by_role("button", name="Save the decision").click()
    expect(decider.get_by_text("Due date of A4 moved.")).to_be_visible()

    page.goto(f"{barnet.server}/c/barnet/actions/{action.pk}/")
    moved = f"{british_date(action.due_on)}, moved once, now {british_date(later)}"
    expect(page.get_by_text(moved, exact=True)).to_be_visible()
    expect(page.get_by_text("asked by Officer, approved by Coordinator")).to_be_visible()
    look_again(page, "plans-moved")
    with service_scope(council=barnet.council):
        asked = ExtensionRequest.objects.get(council=barnet.council, action=action)
        assert (asked.state, asked.decided_by_id) == (
            "approved",
            barnet.people["coordinator@barnet.example"].pk,
        )


def test_two_people_changing_an_action_at_once_lose_nothing(
    new_page: Callable[..., Page], barnet: Barnet, allow: Callable[[str], None]
) -> None:
    allow("409")
    path = f"actions/{barnet.action(4).pk}/change/"
    for scripts in (True, False):
        mark = "with scripts" if scripts else "without"
        first, second = new_page(scripts=scripts), new_page(scripts=scripts)
        barnet.enter(first, "coordinator@barnet.example", path)
        barnet.enter(second, "second@barnet.example", path)
        second.get_by_label("How can anybody tell that it is done?").fill(f"Theirs, {mark}.")
        second.get_by_role("button", name="Save").click()
        expect(second.get_by_text("A4 saved.")).to_be_visible()
        first.get_by_label("How can anybody tell that it is done?").fill(f"Mine, {mark}.")
        first.get_by_role("button", name="Save").click()
        expect(first.get_by_text("Somebody else saved first")).to_be_visible()
        expect(first.get_by_role("cell", name=f"Theirs, {mark}.")).to_be_visible()
        expect(first.get_by_role("cell", name=f"Mine, {mark}.")).to_be_visible()
        assert_good_at_every_width(first, "plans-stale-action")
        first.get_by_role("button", name="Save").click()
        expect(first.get_by_text("A4 saved.")).to_be_visible()
        expect(first.get_by_text(f"Mine, {mark}.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_a_review_meeting_updates_many_actions_or_none(
    new_page: Callable[..., Page], barnet: Barnet, allow: Callable[[str], None], scripts: bool
) -> None:
    allow("409")
    page, other = new_page(scripts=scripts), new_page(scripts=scripts)
    barnet.enter(page, "coordinator@barnet.example", barnet.at_plan)
    page.get_by_role("button", name="Update many actions").click()
    expect(page.get_by_role("heading", name="Update many actions")).to_be_visible()
    look_again(page, "plans-bulk")
    one, two = (page.get_by_role("group", name=re.compile(f"^A{number} ")) for number in (4, 5))
    one.get_by_label("What has happened?").fill("The last workshop was held.")
    one.get_by_label("Status").select_option("complete")
    two.get_by_label("Rating").select_option("red")
    two.get_by_label("What has happened?").fill("The meeting was told of a delay.")

    barnet.enter(other, "officer@barnet.example", f"actions/{barnet.action(5).pk}/progress/")
    other.get_by_label("What has happened?").fill("The officer was quicker.")
    other.get_by_role("button", name="Save progress").click()
    expect(other.get_by_text("Progress saved on A5.")).to_be_visible()

    page.get_by_role("button", name="Save all changes").click()
    expect(page.get_by_text("Nothing was saved, and nothing of yours is lost.")).to_be_visible()
    expect(page.get_by_text("The officer was quicker.")).to_be_visible()
    assert barnet.action(4).status == "in_progress"
    assert_good_at_every_width(page, "plans-bulk-stale")
    page.get_by_role("button", name="Save all changes").click()
    expect(page.get_by_text("Progress saved on 2 actions.")).to_be_visible()
    assert (barnet.action(4).status, barnet.action(5).rating) == ("complete", "red")
    with service_scope(council=barnet.council):
        since = timezone.now() - timedelta(minutes=10)
        assert ProgressEntry.objects.filter(council=barnet.council, at__gte=since).count() == 3


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_a_review_is_recorded_and_its_version_shows_what_changed_since(
    new_page: Callable[..., Page], barnet: Barnet, scripts: bool
) -> None:
    page = new_page(scripts=scripts)
    barnet.enter(page, "coordinator@barnet.example", f"{barnet.at_plan}reviews/")
    look_again(page, "plans-reviews")
    page.get_by_role("button", name="Record a review").click()
    page.get_by_label("Which body reviewed the plan?").select_option("Barnet Prevent Delivery Group")
    fill_date(page, "Date of the review", timezone.localdate())
    page.get_by_label("What did it note?").fill("Wants the venue policy by spring.")
    page.get_by_label("Who agreed it?").fill("Head of community safety")
    look_again(page, "plans-review-add")
    page.get_by_role("button", name="Record the review").click()
    expect(page.get_by_text("Review recorded. It is bound to version 3.")).to_be_visible()
    page.get_by_role("link", name="version 1", exact=True).click()
    expect(page.get_by_role("table", name="What has changed since")).to_be_visible()
    look_again(page, "plans-version")
    with service_scope(council=barnet.council):
        assert PlanReview.objects.filter(council=barnet.council).count() == 3


def test_the_board_prints_one_sheet_for_each_objective(page: Page, barnet: Barnet) -> None:
    barnet.enter(page, "board@barnet.example", f"{barnet.at_plan}board/")
    expect(page.get_by_role("heading", name=re.compile("^1. The partnership knows"))).to_be_visible()
    follow(page.get_by_role("link", name=re.compile("Version for printing")))
    look_again(page, "plans-board-print")
    printed = page.pdf(format="A4", landscape=True)
    texts = [" ".join(sheet.split()) for sheet in pages_of(printed)]
    heads = [
        n for n, text in enumerate(texts) for number in range(1, 5) if re.search(rf"\b{number}\. [A-Z]", text)
    ]
    assert len(heads) == 4
    assert len(set(heads)) == 4, "no two objectives share a sheet"
    assert 0 not in heads, "the plan's head stands on a sheet of its own"


@pytest.mark.prove
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("coordinator@barnet.example", "plans/"),
        ("coordinator@barnet.example", "{plan}"),
        ("coordinator@barnet.example", "{plan}change/"),
        ("coordinator@barnet.example", "{plan}objectives/"),
        ("board@barnet.example", "{plan}board/"),
        ("coordinator@barnet.example", "{plan}reviewers/add/"),
        ("coordinator@barnet.example", "{plan}versions/freeze/"),
        ("coordinator@barnet.example", "actions/"),
        ("coordinator@barnet.example", "actions/?overdue=on&sort=rating"),
        ("officer@barnet.example", "actions/progress/"),
        ("coordinator@barnet.example", "actions/{action}/change/"),
        ("officer@barnet.example", "actions/{action}/progress/"),
    ],
)
def test_every_page_of_plans_is_accessible_on_a_desk_and_a_telephone(
    page: Page, barnet: Barnet, who: str, path: str
) -> None:
    barnet.enter(page, who, path.format(plan=barnet.at_plan, action=barnet.action(5).pk))
    name = re.sub(r"\W+", "-", f"plans-{who.partition('@')[0]}-{path}").strip("-")
    assert_good_at_every_width(page, name)
