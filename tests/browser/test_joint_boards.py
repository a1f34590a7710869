"""A joint board seen from both councils, placed without scripts, and every page of boards measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.enums import BoardKind, BoardLevel, SeatRole
from partnerships.models import Board
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import (
    assert_accessible,
    assert_fits,
    assert_good_at_every_width,
    follow,
    sign_in,
    take_picture,
)
from tests.factories import CouncilFactory, UserFactory, give_role, member
from tests.partnerships.board_factories import hold, invite, join, make_board, make_seat, make_terms

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Area:
    """A county with two lines of governance, the city beside it, and the coordinators of each and of both."""

    county: Council
    city: Council
    of_county: User
    of_city: User
    of_both: User
    steering: Board
    own: Board


@pytest.fixture
def area() -> Area:
    county = CouncilFactory.create(slug="barshire", name="Barshire", tier=Tier.COUNTY)
    city = CouncilFactory.create(slug="barchester", name="Barchester")
    of_both = UserFactory.create(name="Coordinator of both")
    for council in (county, city):
        give_role(of_both, council, Role.COORDINATOR)
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
    return Area(
        county=county,
        city=city,
        of_county=member(county, Role.COORDINATOR),
        of_city=member(city, Role.COORDINATOR),
        of_both=of_both,
        steering=steering,
        own=make_board(city, "Safer Barchester Partnership"),
    )


def test_a_joint_board_is_offered_answered_and_seen_from_both_councils(
    page: Page, server: str, area: Area
) -> None:
    hold(make_seat(area.steering, role=SeatRole.DEPUTY), "Head of safer communities", person=area.of_both)
    sign_in(page, area.of_both, address=server)
    page.goto(f"{server}/c/barshire/partnership/boards/{area.steering.pk}/")
    follow(page.get_by_role("button", name="Invite a council"))
    page.get_by_label("Council", exact=True).select_option(label="Barchester")
    follow(page.get_by_role("button", name="Invite the council"))
    expect(page.get_by_text("Barchester invited.")).to_be_visible()

    page.get_by_text("Change council").click()
    follow(page.get_by_role("button", name="Barchester"))
    expect(page).to_have_url(f"{server}/c/barchester/")
    page.goto(f"{server}/c/barchester/partnership/boards/")
    follow(page.get_by_role("link", name="Barshire invites this council to Prevent Steering Group"))
    page.get_by_label("Take part").check()
    follow(page.get_by_role("button", name="Send the answer"))
    follow(page.get_by_role("link", name="Prevent Steering Group"))
    expect(page.get_by_text("Hosted by Barshire")).to_be_visible()
    expect(page.get_by_role("cell", name="Head of safer communities", exact=True)).to_be_visible()
    expect(page.get_by_text("Safer Communities Board")).to_have_count(0)
    expect(page.get_by_role("main").get_by_text("Coordinator of both")).to_have_count(0)

    page.get_by_text("Change council").click()
    follow(page.get_by_role("button", name="Barshire"))
    page.goto(f"{server}/c/barshire/partnership/boards/{area.steering.pk}/")
    expect(page.get_by_role("row", name="Barchester Takes part")).to_be_visible()
    expect(page.get_by_text("Safer Communities Board")).to_be_visible()

    for council in (area.county, area.city):
        with service_scope(council=council):
            for action in ("accounts.council_left", "accounts.council_entered"):
                assert Event.objects.filter(council_id=council.pk, action=action).count() == 1


def test_a_participant_places_the_board_in_its_own_picture_without_scripts(
    new_page: Callable[..., Page], server: str, area: Area
) -> None:
    join(area.steering, area.city)
    below = make_board(area.city, "City group", reports_to=(area.steering.pk,))
    page = new_page(scripts=False)
    sign_in(page, area.of_city, address=server)
    page.goto(f"{server}/c/barchester/partnership/boards/{area.steering.pk}/")
    follow(page.get_by_role("link", name="Say which of our boards it reports to"))
    page.get_by_label(below.name).check()
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("alert")).to_contain_text("A board cannot report to itself")
    page.get_by_label(below.name).uncheck()
    page.get_by_label(area.own.name).check()
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Prevent Steering Group placed.")).to_be_visible()
    page.goto(f"{server}/c/barchester/partnership/governance/")
    expect(
        page.locator("desc", has_text="Prevent Steering Group reports to Safer Barchester Partnership.")
    ).to_have_count(1)
    sign_in(page, area.of_county, address=server)
    page.goto(f"{server}/c/barshire/partnership/governance/")
    expect(page.get_by_role("link", name="Prevent Steering Group")).to_be_visible()
    expect(page.get_by_text("Safer Barchester Partnership")).to_have_count(0)


def test_the_picture_of_the_boards_gives_way_to_a_list_on_a_telephone(
    page: Page, server: str, area: Area
) -> None:
    sign_in(page, area.of_county, address=server)
    page.goto(f"{server}{reverse('governance', args=['barshire'])}")
    picture = page.get_by_role("img", name="Boards and whom they report to")
    expect(picture).to_be_visible()
    assert_good_at_every_width(page, "governance")
    page.set_viewport_size({"width": 375, "height": 900})
    expect(picture).to_be_hidden()
    expect(page.get_by_text("Also reports to Prevent Steering Group.")).to_be_visible()


@pytest.mark.prove
def test_every_page_of_boards_fits_and_breaks_no_rule_of_accessibility(
    page: Page, server: str, area: Area
) -> None:
    today, board = timezone.localdate(), area.steering
    terms = make_terms(board, review_on=today + timedelta(days=20))
    seat = make_seat(board, role=SeatRole.DEPUTY)
    holder = hold(seat, "Head of safer communities", person=area.of_county)
    make_seat(board, post="Community safety manager")
    part = join(board, area.city)
    invitation = invite(make_board(area.county, "Prevent Network"), area.city)

    page.set_viewport_size({"width": 375, "height": 900})
    for person, council, pages in (
        (
            area.of_county,
            area.county,
            {
                "boards": [],
                "board": [board],
                "board-add": [],
                "board-change": [board],
                "board-close": [board],
                "board-terms": [board],
                "board-terms-review": [terms],
                "seat-add": [board],
                "seat-change": [seat],
                "seat-end": [seat],
                "seat-holder-add": [seat],
                "seat-holder-change": [holder],
                "board-invite": [board],
                "participation-end": [part],
            },
        ),
        (
            area.of_city,
            area.city,
            {
                "board": [board],
                "joint-invitation": [invitation],
                "board-place": [board],
                "joint-leave": [board],
            },
        ),
    ):
        sign_in(page, person, address=server)
        for name, keys in pages.items():
            page.goto(f"{server}{reverse(name, args=[council.slug, *(key.pk for key in keys)])}")
            expect(page.get_by_role("navigation", name="Breadcrumb")).to_contain_text("Boards and groups")
            assert_fits(page)
            assert_accessible(page)
            take_picture(page, f"{name}-of-{council.slug}-375")
