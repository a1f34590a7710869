"""A joint board seen from both councils, and one coordinator of both who goes from one to the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.enums import BoardKind, BoardLevel, SeatRole
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, sign_in
from tests.factories import CouncilFactory, UserFactory, give_role
from tests.partnerships.board_factories import hold, make_board, make_seat, make_terms

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_joint_board_is_offered_answered_and_seen_from_both_councils(any_page: Page, server: str) -> None:
    page = any_page
    county = CouncilFactory.create(slug="barshire", name="Barshire", tier=Tier.COUNTY)
    city = CouncilFactory.create(slug="barchester", name="Barchester")
    person = UserFactory.create(name="Coordinator of both")
    for council in (county, city):
        give_role(person, council, Role.COORDINATOR)
    today = timezone.localdate()
    top = make_board(county, "Safer Communities Board", kind=BoardKind.PARTNERSHIP_BOARD)
    side = make_board(county, "Behaviour Strategy Group", level=BoardLevel.TACTICAL, reports_to=(top.pk,))
    steering = make_board(
        county,
        "Prevent Steering Group",
        kind=BoardKind.STEERING_GROUP,
        reports_to=(top.pk,),
        chair_title="Chief operating officer",
        quorum=3,
    )
    make_board(
        county,
        "District partnerships",
        level=BoardLevel.OPERATIONAL,
        reports_to=(steering.pk, side.pk),
    )
    make_terms(steering, review_on=today + timedelta(days=20))
    hold(make_seat(steering, role=SeatRole.DEPUTY), "Head of safer communities", person=person)
    make_seat(steering, post="Community safety manager")
    own = make_board(city, "Safer Barchester Partnership")

    sign_in(page, person, address=server)
    page.goto(f"{server}/c/barshire/partnership/governance/")
    expect(page.get_by_role("img", name="Boards and whom they report to")).to_be_visible()
    assert_good_at_every_width(page, "governance")
    page.set_viewport_size({"width": 375, "height": 900})
    expect(page.get_by_role("img", name="Boards and whom they report to")).to_be_hidden()
    expect(page.get_by_text("Also reports to Prevent Steering Group.")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server}/c/barshire/partnership/boards/")
    assert_good_at_every_width(page, "boards")
    follow(page.get_by_role("link", name="Prevent Steering Group"))
    assert_good_at_every_width(page, "board-of-host")
    follow(page.get_by_role("button", name="Invite a council"))
    page.get_by_label("Council", exact=True).select_option(label="Barchester")
    follow(page.get_by_role("button", name="Invite the council"))
    expect(page.get_by_text("Barchester invited.")).to_be_visible()

    page.get_by_text("Change council").click()
    follow(page.get_by_role("button", name="Barchester"))
    expect(page).to_have_url(f"{server}/c/barchester/")
    page.goto(f"{server}/c/barchester/partnership/boards/")
    follow(page.get_by_role("link", name="Barshire invites this council to Prevent Steering Group"))
    assert_good_at_every_width(page, "joint-invitation")
    page.get_by_label("Take part").check()
    follow(page.get_by_role("button", name="Send the answer"))
    follow(page.get_by_role("link", name="Prevent Steering Group"))
    expect(page.get_by_text("Hosted by Barshire")).to_be_visible()
    expect(page.get_by_role("cell", name="Head of safer communities", exact=True)).to_be_visible()
    expect(page.get_by_text("Safer Communities Board")).to_have_count(0)
    expect(page.get_by_role("main").get_by_text("Coordinator of both")).to_have_count(0)
    assert_good_at_every_width(page, "board-of-participant")
    follow(page.get_by_role("link", name="Say which of our boards it reports to"))
    page.get_by_label("Safer Barchester Partnership").check()
    follow(page.get_by_role("button", name="Save"))
    page.goto(f"{server}/c/barchester/partnership/governance/")
    expect(
        page.locator("desc", has_text="Prevent Steering Group reports to Safer Barchester Partnership.")
    ).to_have_count(1)

    for council, action in ((county, "accounts.council_left"), (city, "accounts.council_entered")):
        with service_scope(council=council):
            assert Event.objects.filter(council_id=council.pk, action=action).count() == 1
    assert own.council == city
