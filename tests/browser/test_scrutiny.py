"""A review put up, refused, reported again and closed; a table mended and taken in, in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from compliance.demo.scrutiny import load_scrutiny
from compliance.enums import ReviewState
from compliance.models import Recommendation, ReviewHearing, ScrutinyReview
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.compliance.factories import make_review
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = (
    "Number,Theme,Recommendation,Decision,Lead,Reason\n"
    "1,Young people,Brief every school,Accept.,WCC Prevent Lead/CTU Police Lead,\n"
    "2,Young people,Buy one filter,{decision},,Schools choose their own\n"
)


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(slug="wolverhampton", name="Wolverhampton")


@pytest.fixture
def people(council: Council) -> dict[str, User]:
    """The demo's people; a second council has a review of its own."""
    found: dict[str, User] = {}
    for name, role in (
        ("coordinator", Role.COORDINATOR),
        ("officer", Role.SAFETY_OFFICER),
        ("democratic", Role.DEMOCRATIC_SERVICES),
        ("councillor", Role.COUNCILLOR),
    ):
        email = f"{name}@wolverhampton.example"
        found[email] = UserFactory.create(email=email, name=name.capitalize())
        give_role(found[email], council, role)
    other = CouncilFactory.create(slug="elsewhere", name="Elsewhere")
    make_review(other, member(other, Role.COORDINATOR), "Not for Wolverhampton")
    return found


def switch(page: Page, person: User, server: str, *, second_factor: bool) -> None:
    page.context.clear_cookies()
    sign_in(page, person, address=server, second_factor=second_factor)


def fill_date(page: Page, day: str, month: str, year: str) -> None:
    page.get_by_label("Day").fill(day)
    page.get_by_label("Month").fill(month)
    page.get_by_label("Year").fill(year)


def test_a_review_is_put_up_refused_reported_again_and_closed(
    any_page: Page, server: str, council: Council, people: dict[str, User]
) -> None:
    coordinator, recorder = (
        people[f"{name}@wolverhampton.example"] for name in ("coordinator", "democratic")
    )
    review = make_review(council, coordinator, "Safe together")
    page, address = any_page, f"{server}/c/wolverhampton/scrutiny/{review.pk}/"

    sign_in(page, coordinator, address=server)
    page.goto(address)
    page.get_by_role("button", name="Put up for closure").click()
    page.get_by_role("button", name="Put up for closure").click()
    expect(page.get_by_role("link", name="Enter what officers report")).to_be_visible()
    assert_good_at_every_width(page, "scrutiny-put-up-refused-empty")
    page.get_by_label("Put up to").fill("Scrutiny Board")
    fill_date(page, "17", "6", "2020")
    page.get_by_label("What do officers report?").fill("The work is done.")
    page.get_by_role("button", name="Put up for closure").click()
    expect(page.get_by_text("Review put up for closure.")).to_be_visible()
    expect(page.get_by_role("button", name="Record the decision on closure")).to_have_count(0)

    switch(page, recorder, server, second_factor=False)
    page.goto(f"{server}/my-work/")
    page.get_by_role("link", name=re.compile("Safe together")).click()
    page.get_by_label("It refused to close the review").check()
    page.get_by_label("Body", exact=True).fill("Scrutiny Board")
    fill_date(page, "17", "6", "2020")
    page.get_by_label("What did it say?").fill("Report again within a year.")
    look_again(page, "scrutiny-closure")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Refusal recorded. The review stays open.")).to_be_visible()

    switch(page, coordinator, server, second_factor=True)
    page.goto(address)
    page.get_by_role("button", name="Report again").click()
    page.get_by_label("Reported to").fill("Scrutiny Board")
    fill_date(page, "8", "9", "2020")
    page.get_by_label("What do officers report?").fill("Here is what was missing.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Put up for closure").click()
    page.get_by_label("Put up to").fill("Scrutiny Board")
    fill_date(page, "8", "9", "2020")
    page.get_by_label("What do officers report?").fill("Please close it.")
    follow(page.get_by_role("button", name="Put up for closure"))

    switch(page, recorder, server, second_factor=False)
    page.goto(f"{address}closure/")
    page.get_by_label("It closed the review").check()
    page.get_by_label("Body", exact=True).fill("Scrutiny Board")
    fill_date(page, "9", "9", "2020")
    page.get_by_label("What did it say?").fill("Agreed.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Scrutiny Board on 9 September 2020")).to_be_visible()
    expect(page.get_by_role("heading", name="Closure refused: Scrutiny Board")).to_be_visible()
    expect(page.get_by_role("heading", name="Reported again: Scrutiny Board")).to_be_visible()
    look_again(page, "scrutiny-closed")
    with service_scope(council=council):
        review.refresh_from_db()
        assert review.state == ReviewState.CLOSED
        assert ReviewHearing.objects.filter(council=council, review=review).count() == 5


def test_a_table_with_a_problem_is_mended_and_taken_in(
    any_page: Page, server: str, council: Council, people: dict[str, User], tmp_path: Path
) -> None:
    coordinator = people["coordinator@wolverhampton.example"]
    review = make_review(council, coordinator, "Safe together", rows=0)
    file = tmp_path / "recommendations.csv"
    page = any_page
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/wolverhampton/scrutiny/{review.pk}/")
    follow(page.get_by_role("link", name="Import recommendations"))

    file.write_text(TABLE.format(decision="Perhaps"), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("link", name=re.compile("the file has 1 problem"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("3 Decision Perhaps"))).to_be_visible()
    assert_good_at_every_width(page, "scrutiny-import-problem")
    with service_scope(council=council):
        assert not Recommendation.objects.filter(council=council).exists()

    file.write_text(TABLE.format(decision="Reject"), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("recommendations.csv holds 2 recommendations.")).to_be_visible()
    look_again(page, "scrutiny-import-check")
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_text("2 recommendations were taken in.")).to_be_visible()
    expect(page.get_by_text("2 recommendations: 1 accepted, 1 rejected; 0 complete.")).to_be_visible()


def test_completion_is_proposed_with_a_file_and_confirmed_by_somebody_else(
    any_page: Page, server: str, council: Council, people: dict[str, User], tmp_path: Path
) -> None:
    coordinator, recorder = (
        people[f"{name}@wolverhampton.example"] for name in ("coordinator", "democratic")
    )
    review = make_review(council, coordinator, "Safe together")
    with service_scope(council=council):
        row = Recommendation.objects.get(council=council, review=review, number=1)
    address = f"{server}/c/wolverhampton/scrutiny/recommendations/{row.pk}/"
    evidence = tmp_path / "minutes.txt"
    evidence.write_text("Agreed by the Board.\n", encoding="utf-8")
    page = any_page
    sign_in(page, coordinator, address=server)
    page.goto(address)
    page.get_by_role("button", name="Propose that it is complete").click()
    page.get_by_label("What has been done?").fill("Every school was briefed.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Attach a file, give a link, or say why there is no evidence.")).to_be_visible()
    page.locator("input[type=file]").set_input_files(evidence)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Somebody else records what the committee decides.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("minutes.txt"))).to_be_visible()

    switch(page, recorder, server, second_factor=False)
    page.goto(address)
    page.get_by_role("button", name="Record what the committee decided").click()
    page.get_by_label("It confirmed the completion").check()
    page.get_by_label("Committee", exact=True).fill("Scrutiny Board")
    fill_date(page, "8", "9", "2020")
    page.get_by_label("What did it say?").fill("Agreed.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Confirmed by the committee: Scrutiny Board")).to_be_visible()
    look_again(page, "scrutiny-confirmed")


PAGES = (
    ("coordinator", ""),
    ("councillor", ""),
    ("coordinator", "add/"),
    ("coordinator", "{review}/"),
    ("councillor", "{review}/"),
    ("coordinator", "{review}/?state=complete&lead=WCC+Prevent+Lead"),
    ("coordinator", "{review}/change/"),
    ("coordinator", "{review}/panel/"),
    ("coordinator", "{review}/hearings/add/"),
    ("coordinator", "{review}/recommendations/add/"),
    ("coordinator", "{review}/import/"),
    ("democratic", "{review}/closure/"),
    ("democratic", "{review}/correction/"),
    ("coordinator", "recommendations/{row}/"),
    ("coordinator", "recommendations/{row}/change/"),
    ("coordinator", "recommendations/{row}/response/"),
    ("democratic", "recommendations/{row}/reopen/"),
)


@pytest.mark.prove
def test_every_page_is_accessible_on_a_desk_and_a_telephone(
    page: Page, server: str, council: Council, people: dict[str, User]
) -> None:
    with service_scope(council=council):
        load_scrutiny(council, people)
        review = ScrutinyReview.objects.get(council=council)
        row = Recommendation.objects.get(council=council, number=9)
    for who, ending in PAGES:
        switch(page, people[f"{who}@wolverhampton.example"], server, second_factor=who == "coordinator")
        page.goto(f"{server}/c/wolverhampton/scrutiny/" + ending.format(review=review.pk, row=row.pk))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_good_at_every_width(page, re.sub(r"\W+", "-", f"scrutiny-{who}-{ending}").strip("-"))
