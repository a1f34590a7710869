"""Returns in the browser: a trust sends its figures, the council sees coverage; with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from partnerships import demo as partnerships_demo
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.factories import CouncilFactory, member
from tests.training.workbooks import with_xml
from training.demo.returns import load_returns
from training.models import TrainingReturn

pytestmark = pytest.mark.django_db(transaction=True)
SLUGS = ("barnet", "southwark", "wolverhampton", "buckinghamshire", "leicestershire")
WRONG = [
    ["Course", "Period", "Does not meet", "Meets", "Grand total", "Notes"],
    ["Basic awareness", "December 2018", 1731, 10169, 11900, "as agreed"],
    ["WRAP", "December 2018", 194, 1007, 1301, ""],
    ["Fire safety", "December 2018", 1, 2, 3, ""],
]
RIGHT = [WRONG[0], WRONG[1], ["WRAP", "December 2018", 194, 1007, 1201, ""]]


@pytest.fixture
def barnet() -> dict[str, User]:
    """Barnet of the demo, with the people of the story and a second council beside it."""
    councils = {slug: CouncilFactory(slug=slug, name=slug.capitalize()) for slug in SLUGS}
    people = {
        email: member(councils["barnet"], Role.PARTNER_SUBMITTER, email=email)
        for email in ("submitter@royalfree.example", "submitter@clch.example")
    }
    partnerships_demo.load(councils=councils, people=people)
    load_returns(councils=councils)
    people["coordinator"] = member(councils["barnet"], Role.COORDINATOR)
    return people


def send(page: Page, name: str, content: bytes) -> None:
    """Drop the file; without scripts it is chosen, as the partner's journey does."""
    zone = page.locator(".govuk-file-upload-button")
    expect(zone).to_contain_text("or drop file")
    dropped = page.evaluate_handle(
        "([name, bytes]) => { const all = new DataTransfer();"
        " all.items.add(new File([new Uint8Array(bytes)], name)); return all; }",
        [name, list(content)],
    )
    zone.dispatch_event("drop", {"dataTransfer": dropped})
    expect(zone).to_contain_text(name)
    page.get_by_role("button", name="Check the file").click()


def as_ods(rows: list[list[Any]]) -> bytes:
    return with_xml({"Returns": rows})


def test_a_trust_puts_its_file_right_confirms_it_and_gets_the_receipt(
    page: Page, server: str, barnet: dict[str, User]
) -> None:
    name = "december.ods"
    sign_in(page, barnet["submitter@royalfree.example"], address=server)
    page.goto(server + reverse("own-returns", args=["barnet"]))
    expect(page.get_by_role("link", name="Type figures Basic awareness, December 2018")).to_be_visible()
    look_again(page, "own-returns")
    follow(page.get_by_role("button", name="Send returns"))
    look_again(page, "send-returns")

    send(page, name, as_ods(WRONG))
    expect(page.get_by_role("alert")).to_contain_text(
        "2 things in the file must be put right. Nothing was stored."
    )
    table = page.get_by_role("table", name="What must be put right")
    expect(table).to_contain_text("194 and 1,007 make 1,201")
    expect(table).to_contain_text("Fire safety")
    read = page.get_by_role("table", name="The first rows of your file, as they were read")
    expect(read).to_contain_text("10,169 of 11,900 compliant")
    expect(page.get_by_text("Columns that are not needed were left out: “Notes”.")).to_be_visible()
    assert_good_at_every_width(page, "send-returns-problems")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your file with a column that says what to put right").click()
    assert download.value.suggested_filename == "december to put right.xlsx"

    send(page, name, as_ods(RIGHT))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your figures")
    expect(page.get_by_role("table", name="Figures")).to_contain_text("14 people short of 85%")
    look_again(page, "check-returns")
    page.get_by_role("button", name="Confirm and send").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("2 returns received")
    received = page.get_by_role("table", name="What was received")
    expect(received).to_contain_text("84%")
    expect(received).to_contain_text("Up 2.4 percentage points from 81% in September 2018")
    assert_good_at_every_width(page, "receipt")
    person = barnet["submitter@royalfree.example"]
    with council_scope(user_id=person.pk, council=Council.objects.get(slug="barnet")):
        assert TrainingReturn.objects.filter(period_to="2018-12-31").count() == 2


def test_a_coordinator_sees_coverage_as_published_and_reviews_a_return(
    any_page: Page, server: str, barnet: dict[str, User]
) -> None:
    page = any_page
    sign_in(page, barnet["coordinator"], address=server)
    page.goto(server + reverse("training", args=["barnet"]))
    basic = page.get_by_role("table", name="Basic awareness: figures")
    expect(basic.get_by_role("row").nth(1)).to_contain_text("84.7%")
    expect(basic.get_by_role("row").nth(1)).to_contain_text("34 people short of 85%")
    wrap = page.get_by_role("table", name="WRAP: figures")
    for percentage in ("88%", "84%", "83%", "92%", "93%", "76%", "80%", "81%"):
        expect(wrap.get_by_role("cell", name=percentage, exact=True).first).to_be_visible()
    expect(page.get_by_role("table", name="Services and other periods")).to_contain_text(
        "234 people not yet trained"
    )
    assert_good_at_every_width(page, "coverage")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Course").select_option("Basic awareness")
    follow(page.get_by_role("button", name="Apply filters"))
    expect(page.get_by_role("table", name="WRAP: figures")).to_have_count(0)
    follow(page.get_by_role("link", name="March 2018"))
    look_again(page, "return")
    page.get_by_label("Yes, accept it").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The return is accepted.")).to_be_visible()


def test_organisations_boards_and_meetings_are_read(page: Page, server: str, barnet: dict[str, User]) -> None:
    sign_in(page, barnet["coordinator"], address=server)
    page.goto(server + reverse("partnership", args=["barnet"]))
    expect(
        page.get_by_text("Ended on 31 October 2024; now North London NHS Foundation Trust")
    ).to_be_visible()
    look_again(page, "organisations")
    follow(page.get_by_role("link", name="Boards and meetings"))
    boards = page.get_by_role("table", name="Boards and groups")
    expect(boards).to_contain_text("Barnet Prevent Delivery Group")
    look_again(page, "boards")
