"""Coverage with its lines, an improvement plan, and schools in a browser; with scripts and without."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from partnerships import demo as partnerships_demo
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from tests.browser.pages import follow, look_again, sign_in
from tests.factories import CouncilFactory, member
from training.demo.returns import load_returns
from training.demo.schools import load_schools

pytestmark = pytest.mark.django_db(transaction=True)
SLUGS = ("barnet", "southwark", "wolverhampton", "buckinghamshire", "leicestershire")


@pytest.fixture
def people() -> dict[str, User]:
    """Barnet's returns of 2018 and Buckinghamshire's schools, with who works on each."""
    councils = {slug: CouncilFactory(slug=slug, name=slug.capitalize()) for slug in SLUGS}
    found = {"lead@royalfree.example": member(councils["barnet"], Role.PARTNER_LEAD)}
    partnerships_demo.load(councils=councils, people=found)
    load_returns(councils=councils)
    load_schools(councils=councils)
    found["coordinator"] = member(councils["barnet"], Role.COORDINATOR, name="Prevent Coordinator")
    found["education"] = member(councils["buckinghamshire"], Role.EDUCATION_OFFICER)
    return found


def test_a_plan_is_agreed_from_a_line_and_the_trust_s_lead_marks_its_step(
    any_page: Page, server: str, people: dict[str, User]
) -> None:
    page = any_page
    sign_in(page, people["coordinator"], address=server)
    page.goto(f"{server}{reverse('training', args=['barnet'])}?to=2018-09-30")
    line = page.get_by_role("listitem").filter(
        has_text="Royal Free London NHS Foundation Trust has been below the target of 85% in WRAP"
    )
    expect(line).to_contain_text("for 3 quarters: 81% in September 2018, 41 people short.")
    look_again(page, "coverage")
    page.goto(server + reverse("improvement-plan-add", args=["barnet"]))
    look_again(page, "improvement-plan-add")
    page.get_by_label("Organisation", exact=True).select_option(
        label="Royal Free London NHS Foundation Trust"
    )
    page.get_by_label("Course", exact=True).select_option(label="WRAP")
    page.get_by_label("Why is the plan needed?").fill("Below the target since the first return.")
    follow(page.get_by_role("button", name="Agree the plan"))
    expect(page.get_by_text("Improvement plan agreed. Now add its steps.")).to_be_visible()
    follow(page.get_by_role("button", name="Add a step"))
    page.get_by_label("What is to be done?").fill("Hold two evening sessions")
    for part, value in (("Day", "1"), ("Month", "6"), ("Year", "2027")):
        page.get_by_label(part).fill(value)
    follow(page.get_by_role("button", name="Add the step"))
    expect(page.get_by_text("Step added.")).to_be_visible()
    look_again(page, "improvement-plan")
    plan = page.url

    sign_in(page, people["lead@royalfree.example"], address=server, second_factor=False)
    page.goto(server + reverse("improvement-plans", args=["barnet"]))
    look_again(page, "improvement-plans")
    follow(page.get_by_role("link", name="Royal Free London NHS Foundation Trust: WRAP"))
    assert page.url == plan
    follow(page.get_by_role("link", name="Mark as done"))
    page.get_by_role("radio", name="Yes").check()
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Step marked as done.")).to_be_visible()
    expect(page.get_by_role("link", name="Change the plan")).to_have_count(0)


def test_schools_are_recorded_one_by_one_and_several_at_once(
    any_page: Page, server: str, people: dict[str, User]
) -> None:
    page = any_page
    sign_in(page, people["education"], address=server)
    page.goto(server + reverse("schools", args=["buckinghamshire"]))
    expect(page.get_by_text("5 of 7 (71%)")).to_be_visible()
    look_again(page, "schools")
    follow(page.get_by_role("link", name="Little Oaks Invented Nursery"))
    look_again(page, "school")
    page.get_by_role("group", name="Has the whole school been trained?").get_by_label(
        "Not trained", exact=True
    ).check()
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved for Little Oaks Invented Nursery.")).to_be_visible()
    follow(page.get_by_role("button", name="Record for several schools"))
    look_again(page, "schools-record")
    page.get_by_label("Whole-school training").check()
    for part, value in (("Day", "2"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(part).fill(value)
    page.get_by_label("Little Oaks Invented Nursery").check()
    page.get_by_label("Thames Meadow Invented School").check()
    follow(page.get_by_role("button", name="Record"))
    expect(page.get_by_text("Recorded for 2 schools.")).to_be_visible()
    expect(page.get_by_text("7 of 7 (100%)")).to_be_visible()
