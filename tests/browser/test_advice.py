"""A section of a report between its author and the officer whose advice is sought, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from compliance.services.report_sections import Exemption, write_section
from compliance.services.section_comments import add_comment
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import follow, look_again, sign_in
from tests.compliance.reports import committee
from tests.factories import member

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = (
    "The council must have due regard; see [the duty](https://www.legislation.gov.uk/ukpga/2015/6).\n\n"
    "412 people came, and there were 3 referrals.\n\n"
    "Grants by year\n| Year | Grant |\n| 2017 | £10,000 |\n| 2018 | £12,000 |"
)


def test_advice_is_asked_for_and_given_on_pages_that_everybody_can_use(
    server: str, new_page: Callable[..., Page]
) -> None:
    board = committee()
    adviser = member(board.council, Role.CONSULTEE)
    report = board.open()
    section = board.sections(report)["legal"]
    with service_scope(council=board.council):
        write_section(
            section=section, by=board.author, narrative=WORDS, none_identified=False, version=1,
            exemption=Exemption(5, "The advice is privileged."),
        )  # fmt: skip
        add_comment(section=section, by=board.author, text="Is this the current wording?")
    page = new_page()
    sign_in(page, board.author, address=server)
    here = f"{server}/c/{board.council.slug}/reports/{report.pk}/"
    page.goto(f"{here}sections/{section.pk}/")
    expect(page.get_by_text("This report cannot be final while it says these.")).to_be_visible()
    follow(page.get_by_role("link", name="Ask somebody for advice on this section"))
    page.get_by_label("Office").fill("Director of Law")
    page.get_by_label("Person").select_option(str(adviser.pk))
    look_again(page, "advice-ask")
    follow(page.get_by_role("button", name="Ask for advice"))
    look_again(page, "advice-section-of-author")
    follow(page.get_by_role("link", name="What this section said before"))
    expect(page.get_by_text("struck through")).to_be_visible()
    look_again(page, "advice-versions")
    page.goto(f"{here}preview/")
    expect(page.get_by_role("link", name="the duty")).to_be_visible()
    expect(page.get_by_role("table", name="Grants by year")).to_be_visible()
    look_again(page, "advice-preview")

    page = new_page()
    sign_in(page, adviser, address=server)
    page.goto(f"{server}/my-work/")
    follow(page.get_by_role("link", name="Advice asked of you").first)
    look_again(page, "advice-list")
    follow(page.get_by_role("link", name=section.heading))
    look_again(page, "advice-section")
    page.get_by_label("Words").fill("The duty is met.")
    follow(page.get_by_role("button", name="Give this advice"))
    expect(page.get_by_text("Given on")).to_be_visible()
