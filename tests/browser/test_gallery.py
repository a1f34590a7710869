"""The gallery holds every component, so what is true of it is true of pages made of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.pages import assert_accessible, assert_good_at_every_width

pytestmark = [pytest.mark.urls("tests.browser.gallery_urls")]


@pytest.fixture(autouse=True)
def development(settings: Settings) -> None:
    settings.DEBUG = True


def test_gallery_breaks_no_rule_at_either_width_with_and_without_scripts(any_page: Page, server: str) -> None:
    any_page.goto(f"{server}/components/")
    assert_good_at_every_width(any_page, "gallery")


def test_gallery_fits_at_400_per_cent(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{server}/components/")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 320


def test_an_empty_form_names_every_missing_answer_and_links_to_its_field(any_page: Page, server: str) -> None:
    any_page.goto(f"{server}/components/")
    any_page.get_by_role("button", name="Save progress").click()
    summary = any_page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("There is a problem")
    assert summary.locator("a").all_inner_texts() == [
        "Enter the title",
        "Enter the email address",
        "Enter the number of staff in scope",
        "Enter the due date",
        "Enter the progress note",
        "Select the lead organisation",
        "Select the decision",
        "Select an answer",
        "Select the box to confirm: I confirm that this note holds no intelligence",
    ]
    targets = [link.get_attribute("href") for link in summary.locator("a").all()]
    for target in targets:
        assert any_page.locator(f"{target}:is(input, select, textarea)").count() == 1, target
    assert any_page.title().startswith("Error: ")
    assert_accessible(any_page)


def test_a_link_of_the_error_summary_moves_the_focus_to_the_field(page: Page, server: str) -> None:
    page.goto(f"{server}/components/")
    page.get_by_role("button", name="Save progress").click()
    page.locator(".govuk-error-summary").get_by_role("link", name="Enter the due date").click()
    expect(page.locator("#id_due_day")).to_be_focused()


def test_answers_survive_a_refused_form(any_page: Page, server: str) -> None:
    any_page.goto(f"{server}/components/")
    any_page.get_by_label("Title").fill("Spring round")
    any_page.get_by_label("Day", exact=True).fill("31")
    any_page.get_by_label("Month", exact=True).fill("February")
    any_page.get_by_label("Year", exact=True).fill("2019")
    any_page.get_by_label("Accept in part").check()
    any_page.get_by_role("button", name="Save progress").click()
    expect(any_page.get_by_label("Title")).to_have_value("Spring round")
    expect(any_page.get_by_label("Month", exact=True)).to_have_value("February")
    expect(any_page.get_by_label("Accept in part")).to_be_checked()
    expect(any_page.locator("#id_due-error")).to_contain_text("Due date must be a real date, like 31 3 2019")


def test_a_rejection_asks_for_its_reason(page: Page, server: str) -> None:
    page.goto(f"{server}/components/")
    reason = page.get_by_label("Reason for rejecting")
    expect(reason).to_be_hidden()
    page.get_by_label("Reject", exact=True).check()
    expect(reason).to_be_visible()


def test_without_scripts_the_reason_is_there_from_the_start(new_page: object, server: str) -> None:
    page = new_page(scripts=False)
    page.goto(f"{server}/components/")
    expect(page.get_by_label("Reason for rejecting")).to_be_visible()


def test_a_password_can_be_shown(page: Page, server: str) -> None:
    page.goto(f"{server}/components/")
    box = page.locator("#id_password")
    page.get_by_role("button", name="Show password").click()
    expect(box).to_have_attribute("type", "text")


def test_characters_left_are_counted(page: Page, server: str) -> None:
    page.goto(f"{server}/components/")
    page.get_by_label("Progress note").fill("x" * 390)
    expect(page.get_by_text("You have 10 characters remaining").first).to_be_visible()


def test_a_table_that_scrolls_can_be_reached_by_keyboard_and_one_that_does_not_is_left_out(
    page: Page, server: str
) -> None:
    page.goto(f"{server}/components/")
    region = page.get_by_role("region", name="Actions due this quarter")
    expect(region).not_to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 375, "height": 900})
    expect(region).to_have_attribute("tabindex", "0")


def test_the_gallery_is_hidden_from_the_public_outside_development(
    page: Page, server: str, settings: Settings, allow: object
) -> None:
    settings.DEBUG = False
    allow("status of 404")
    answer = page.goto(f"{server}/components/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    assert_accessible(page)


def test_a_page_with_an_error_in_its_console_is_caught(page: Page, server: str, watch: object) -> None:
    page.goto(f"{server}/components/")
    page.evaluate("document.head.insertAdjacentHTML('beforeend', '<style>h1{color:red}</style>')")
    page.wait_for_timeout(200)
    problems = watch.problems
    assert len(problems) == 1
    assert "style" in problems[0]
    problems.clear()


def test_the_rules_find_a_picture_without_words(page: Page, server: str) -> None:
    page.goto(f"{server}/components/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/mark.svg\">')"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)
