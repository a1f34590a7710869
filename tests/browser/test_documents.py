"""Evidence in a browser, with and without scripts: added to a thing, found, changed and removed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.demo import load
from prevent_portal.documents.models import Document, DocumentUse
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.documents.things import KIND, Things, board, pdf, things
from tests.factories import CouncilFactory, UserFactory, give_role

__all__ = ["things"]
pytestmark = pytest.mark.django_db(transaction=True)
LIBRARY = "/c/{slug}/evidence/"
"""Stands in for the page of a thing of the tests, which has none."""


@pytest.fixture
def barnet() -> Council:
    return CouncilFactory.create(slug="barnet", name="Barnet")


@pytest.fixture
def coordinator(barnet: Council) -> User:
    """Coordinates in Barnet, where the demo's documents are; Southwark has its own."""
    southwark = CouncilFactory.create(slug="southwark", name="Southwark")
    people = {}
    for email, council, role in (
        ("coordinator@barnet.example", barnet, Role.COORDINATOR),
        ("officer@barnet.example", barnet, Role.SAFETY_OFFICER),
        ("coordinator@southwark.example", southwark, Role.COORDINATOR),
    ):
        people[email] = UserFactory.create(email=email, name=email.partition("@")[0].capitalize())
        give_role(people[email], council, role)
    load(councils={"barnet": barnet, "southwark": southwark}, people=people)
    return people["coordinator@barnet.example"]


def test_a_sensitive_file_is_added_after_a_warning_and_found_in_the_library(
    any_page: Page, server: str, coordinator: User, barnet: Council, things: Things, tmp_path: Path
) -> None:
    thing = board(barnet)
    things.wide.add(thing.pk)
    things.page = LIBRARY
    minutes = tmp_path / "minutes.pdf"
    minutes.write_bytes(pdf())
    page = any_page
    sign_in(page, coordinator, address=server)

    page.goto(f"{server}/c/barnet/evidence/attach/{KIND}/{thing.pk}/")
    look_again(page, "evidence-attach")
    page.get_by_role("link", name="Upload a file").click()
    page.get_by_role("button", name="Upload a file").click()
    expect(page.get_by_role("link", name="Select a file")).to_be_visible()
    page.locator("input[type=file]").set_input_files(minutes)
    page.get_by_label("Title").fill("Minutes of the board")
    dates = page.get_by_role("group", name="Covers from")
    dates.get_by_label("Day").fill("1")
    dates.get_by_label("Month").fill("4")
    dates.get_by_label("Year").fill("2018")
    page.get_by_label("OFFICIAL-SENSITIVE").check()
    look_again(page, "evidence-file")
    page.locator("input[type=file]").set_input_files(minutes)
    page.get_by_role("button", name="Upload a file").click()

    expect(page.get_by_role("heading", name="Many people will see this document")).to_be_visible()
    assert_good_at_every_width(page, "evidence-confirm")
    with service_scope(council=barnet):
        assert DocumentUse.objects.count() == 0
    page.get_by_label("Everybody who can read this may see").check()
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_text("“Minutes of the board” was added.")).to_be_visible()
    look_again(page, "evidence-library")
    page.get_by_role("link", name="Minutes of the board", exact=True).click()
    expect(page.get_by_role("heading", name="Minutes of the board", level=1)).to_be_visible()
    expect(page.get_by_text("From 1 April 2018")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert Path(download.value.path()).read_bytes() == pdf()
    look_again(page, "evidence-document")


def test_a_document_gets_details_and_a_version_and_is_taken_off(
    any_page: Page, server: str, coordinator: User, barnet: Council, things: Things, tmp_path: Path
) -> None:
    thing = board(barnet)
    things.page = LIBRARY
    page = any_page
    sign_in(page, coordinator, address=server)
    base = f"{server}/c/barnet/evidence"

    page.goto(f"{base}/attach/{KIND}/{thing.pk}/library/")
    page.get_by_label("Words of the title").fill("terms")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_text("1 document found.")).to_be_visible()
    look_again(page, "evidence-choose")
    page.get_by_label(re.compile("terms of reference")).check()
    follow(page.get_by_role("button", name="Add this document"))

    with service_scope(council=barnet):
        document = Document.objects.get(title__endswith="terms of reference")
    page.goto(f"{base}/{document.pk}/")
    expect(page.get_by_role("link", name="Safer Communities Board", exact=True)).to_be_visible()
    page.get_by_role("button", name="Change the details").click()
    page.get_by_label("Title").fill("Terms of reference, agreed")
    look_again(page, "evidence-change")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The details of “Terms of reference, agreed” were saved.")).to_be_visible()

    newer = tmp_path / "terms.pdf"
    newer.write_bytes(pdf("newer"))
    follow(page.get_by_role("button", name="Add a new version"))
    look_again(page, "evidence-version")
    page.locator("input[type=file]").set_input_files(newer)
    page.get_by_role("button", name="Add the version").click()
    expect(page.get_by_role("heading", name="Version 4")).to_be_visible()

    follow(page.get_by_role("link", name="Remove from here"))
    look_again(page, "evidence-remove")
    follow(page.get_by_role("button", name="Remove"))
    with service_scope(council=barnet):
        assert DocumentUse.objects.count() == 0


def test_the_library_is_filtered_by_its_address(
    any_page: Page, server: str, coordinator: User, barnet: Council
) -> None:
    page = any_page
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/barnet/evidence/?marking=official_sensitive")
    expect(page.get_by_text("1 document found.")).to_be_visible()
    expect(page.get_by_role("link", name="Local assessment: extract for the board")).to_be_visible()
    look_again(page, "evidence-filtered")
    page.get_by_role("link", name="Show everything").click()
    expect(page.get_by_role("link", name="Note of a schools briefing")).to_be_visible()
    expect(page.get_by_text("Filtering on library computers")).not_to_be_visible()
