"""What a panel member and a chair do in Channel, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from channel import demo_cases, queries
from channel.case_choices import CareConsidered, Outcome, SupportState
from channel.disclosure.groups import Group, Quarter, year_to_date
from channel.enums import (
    Agency,
    AttendanceState,
    Audience,
    BreakGlassGround,
    Capacity,
    FileForm,
    FileKind,
)
from channel.models import ChannelCase, Destruction
from channel.services import (
    attendance,
    break_glass,
    decisions,
    figures,
    files,
    panels,
    retention,
    statements,
)
from channel.services.panels import Place
from prevent_portal.accounts.enums import Role
from tests.browser.pages import assert_good_at_every_width, look_again, sign_in
from tests.channel.factories import PanelWorld, panel_world, panellist
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def test_a_member_signs_reads_and_leaves_nothing_behind_after_signing_out(
    page: Page, server: str, barnet: PanelWorld
) -> None:
    person = barnet.seat()
    sign_in(page, person, address=server)
    page.goto(f"{server}/c/barnet/channel/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Channel")
    expect(page.get_by_text("OFFICIAL-SENSITIVE")).to_be_visible()
    look_again(page, "channel-meetings")
    page.get_by_role("link", name="Meeting of").click()
    expect(page.get_by_role("heading", name="Confidentiality statement")).to_be_visible()
    expect(page.get_by_text(barnet.case.reference)).to_have_count(0)
    look_again(page, "channel-statement")

    page.get_by_role("button", name="Sign for this meeting").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Confirm that you have read the statement and accept it"
    )
    assert_good_at_every_width(page, "channel-statement-error")
    page.get_by_label("I have read this statement and I accept it").check()
    page.get_by_role("button", name="Sign for this meeting").click()
    expect(page.get_by_text("You have signed for this meeting.")).to_be_visible()
    look_again(page, "channel-cases")

    page.get_by_role("link", name=barnet.case.reference).click()
    expect(page).to_have_title(f"Case {barnet.case.reference} – Barnet – Prevent Portal")
    expect(page.get_by_text(f"An invented summary {barnet.canary}")).to_be_visible()
    look_again(page, "channel-case")

    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("/channel/"))
    page.go_back()
    page.wait_for_load_state()
    expect(page).to_have_url(re.compile("/accounts/login/"))  # the history keeps the address, not the page
    assert barnet.canary not in page.content()
    page.goto(f"{server}/c/barnet/channel/cases/{barnet.case.reference}/")
    assert barnet.canary not in page.content()


def test_everybody_else_finds_no_page_and_no_menu_entry(
    new_page: Callable[..., Page], server: str, barnet: PanelWorld, allow: Callable[[str], None]
) -> None:
    allow("status of 404")
    for person in (
        member(barnet.council, Role.COORDINATOR),
        member(barnet.council, Role.ADMINISTRATOR, is_staff=True, is_superuser=True),
    ):
        page = new_page()
        sign_in(page, person, address=server)
        page.goto(f"{server}/c/barnet/")
        expect(page.get_by_role("link", name="Channel")).to_have_count(0)
        answer = page.goto(f"{server}/c/barnet/channel/cases/{barnet.case.reference}/")
        assert answer is not None
        assert answer.status == 404
        assert barnet.canary not in page.content()


def test_the_chair_writes_a_summary_and_names_who_reads_it(
    page: Page, server: str, barnet: PanelWorld
) -> None:
    person = barnet.seat(granted=False)
    sign_in(page, barnet.chair, address=server)
    page.goto(f"{server}/c/barnet/channel/meetings/{barnet.meeting.pk}/")
    look_again(page, "channel-chair-meeting")
    page.get_by_role("link", name="Add a case summary").click()
    page.get_by_role("textbox", name="Summary").fill("They live near NW9 4EQ.")
    page.get_by_label("Where the referral came from").select_option(label="Education")
    page.get_by_label("Police area").fill("Metropolitan")
    page.get_by_label("I declare that this summary holds no intelligence").check()
    page.get_by_role("button", name="Save the summary").click()
    expect(page.get_by_role("alert")).to_contain_text("The summary seems to hold a postcode")
    assert_good_at_every_width(page, "channel-case-new")
    page.get_by_role("textbox", name="Summary").fill("An invented summary that names nobody.")
    page.get_by_role("button", name="Save the summary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who may read it")
    page.get_by_label("Person").select_option(label=person.name)
    page.get_by_role("button", name="Let this person read it").click()
    expect(page.get_by_role("rowheader", name=person.name)).to_be_visible()
    look_again(page, "channel-grants")
    page.get_by_role("button", name=f"End now for {person.name}").click()
    expect(page.get_by_text("Nobody is named on this case yet.")).to_be_visible()
    page.goto(f"{server}/c/barnet/channel/meetings/{barnet.meeting.pk}/")
    page.get_by_role("button", name="Close the meeting").click()
    expect(page.get_by_text("The meeting is closed.")).to_be_visible()


def test_an_unsigned_member_is_refused_the_case_and_late_joiners_sign_first(
    new_page: Callable[..., Page], server: str, barnet: PanelWorld, allow: Callable[[str], None]
) -> None:
    allow("status of 404")
    early, late = barnet.seat(), barnet.seat()
    barnet.sign(early)
    page = new_page()
    sign_in(page, late, address=server)
    case = f"{server}/c/barnet/channel/cases/{barnet.case.reference}/"
    answer = page.goto(case)
    assert answer is not None
    assert answer.status == 404
    assert barnet.canary not in page.content()
    page.goto(f"{server}/c/barnet/channel/meetings/{barnet.meeting.pk}/")
    page.get_by_label("I have read this statement and I accept it").check()
    page.get_by_role("button", name="Sign for this meeting").click()
    page.get_by_role("link", name=barnet.case.reference).click()
    expect(page.get_by_text(f"An invented summary {barnet.canary}")).to_be_visible()


def test_an_attender_of_another_district_signs_and_finds_no_case(
    new_page: Callable[..., Page], server: str, barnet: PanelWorld, allow: Callable[[str], None]
) -> None:
    allow("status of 404")
    elsewhere = CouncilFactory.create(slug="elsewhere", name="Elsewhere")
    found = {}
    for district in (barnet.council, elsewhere):
        person = panellist(barnet.council, Role.DISTRICT_ATTENDER)
        with barnet.as_chair():
            panels.seat_person(
                panel=barnet.panel,
                person=person,
                capacity=Capacity.DISTRICT,
                place=Place(Agency.DISTRICT, district=district),
                by=barnet.chair,
            )
        barnet.sign(person)
        page = new_page()
        sign_in(page, person, address=server)
        answer = page.goto(f"{server}/c/barnet/channel/cases/{barnet.case.reference}/")
        assert answer is not None
        found[district.slug] = (answer.status, barnet.canary in page.content())
    assert found == {"barnet": (200, True), "elsewhere": (404, False)}


def test_an_emergency_reading_is_opened_by_one_person_and_reviewed_by_another(
    new_page: Callable[..., Page], server: str, barnet: PanelWorld
) -> None:
    person = barnet.seat(granted=False)
    page = new_page()
    sign_in(page, person, address=server)
    page.goto(f"{server}/c/barnet/channel/break-glass/")
    page.get_by_label("Case reference").fill(barnet.case.reference)
    page.get_by_role("radio").first.check()
    page.get_by_label("Why you have to read it now").fill("A worker at the door asks whether to wait.")
    page.get_by_role("button", name="Read this case").click()
    expect(page.get_by_text(f"An invented summary {barnet.canary}")).to_be_visible()
    look_again(page, "channel-break-glass-case")

    chair = new_page()
    sign_in(chair, barnet.chair, address=server)
    chair.goto(f"{server}/c/barnet/channel/break-glass/uses/")
    look_again(chair, "channel-break-glass-uses")
    chair.locator("main table a").first.click()
    chair.get_by_role("radio").first.check()
    chair.get_by_label("What you found").fill("It could not have waited for the panel.")
    chair.get_by_role("button", name="Record the review").click()
    expect(chair.get_by_role("button", name="Record the review")).to_have_count(0)
    look_again(chair, "channel-break-glass-reviewed")


@pytest.mark.prove
def test_every_page_of_channel_is_accessible_and_fits_a_telephone(
    new_page: Callable[..., Page], server: str, barnet: PanelWorld
) -> None:
    """A walk through every route with something on each, as the role that sees most of it."""
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    seated = barnet.seat()
    planned = barnet.new_meeting(opened=False)
    current = Quarter.of(timezone.localdate())
    year = year_to_date(Group.over("referrals", current.plus(-4), current.plus(-1)), current.plus(-4))
    with barnet.as_chair():
        demo_cases.tell_stories(panel=barnet.panel, chair=barnet.chair)
        seat = queries.seats_of(barnet.panel).get(person=seated)
        attendance.record_attendance(
            meeting=barnet.meeting, states={seat.pk: AttendanceState.PRESENT}, by=barnet.chair
        )
        release = figures.propose_release(
            panel=barnet.panel, audience=Audience.BOARDS, title="Referrals", groups=year,
            reason="The board asked.", by=barnet.chair,
        )  # fmt: skip
        waiting = figures.propose_release(
            panel=barnet.panel, audience=Audience.BOARDS, title="Waiting", groups=year,
            reason="The board asked.", by=barnet.chair,
        )  # fmt: skip
        file, _ = files.request_meeting_file(
            meeting=barnet.meeting, kind=FileKind.AGENDA, form=FileForm.PDF, by=barnet.chair
        )
        supported = ChannelCase.objects.get(support_state=SupportState.IN_PLACE, exited_on=None)
        closed = ChannelCase.objects.get(outcome=Outcome.TRANSFERRED)
        planned_support = ChannelCase.objects.exclude(plan_agreed_on=None).get(
            support_state=SupportState.NOT_STARTED, exited_on=None
        )
        review = supported.reviews.get(done_on=None)
        decisions.close_case(
            case=barnet.case, outcome=Outcome.CLOSED, exited_on=date(2019, 5, 7), owner_now="",
            care_considered=CareConsidered.NOT_NEEDED, no_intelligence=True, version=barnet.case.version,
            by=barnet.chair,
        )  # fmt: skip
    with barnet.as_person(deputy):
        statements.acknowledge(panel=barnet.panel, statement_id=barnet.annual.pk, by=deputy)
        figures.approve_release(release=release, decision="Small numbers are withheld.", by=deputy)
    with barnet.as_person(seated):
        glass = break_glass.break_glass(
            reference=supported.reference, ground=BreakGlassGround.LEGAL_DUTY, reason="It could not wait.",
            council=barnet.council, by=seated,
        )  # fmt: skip
    retention.raise_reviews(council=barnet.council)
    with barnet.as_chair():
        destruction = Destruction.objects.get(record=barnet.case.pk)
    meeting, panel, case = barnet.meeting.pk, barnet.panel.pk, supported.reference
    chair: dict[str, list[object]] = {
        "channel-meetings": [],
        "channel-meeting": [meeting],
        "channel-meeting-move": [planned.pk],
        "channel-meeting-cancel": [planned.pk],
        "channel-agenda-add": [meeting],
        "channel-attendance": [meeting],
        "channel-panel": [panel],
        "channel-panel-found": [],
        "channel-seat-new": [panel],
        "channel-seat-end": [seat.pk],
        "channel-statement": [panel, "meeting"],
        "channel-meetings-plan": [panel],
        "channel-meeting-new": [panel],
        "channel-acknowledge": [panel],
        "channel-file": [file.pk],
        "channel-performance": [],
        "channel-figure-releases": [],
        "channel-figures-propose": [],
        "channel-figure-release": [waiting.pk],
        "channel-figure-profile": [],
        "channel-cases": [],
        "channel-case": [case],
        "channel-case-new": [meeting],
        "channel-case-summary": [case],
        "channel-case-description": [case],
        "channel-case-stages": [case],
        "channel-case-consent": [case],
        "channel-case-plan": [case],
        "channel-case-support": [planned_support.reference],
        "channel-case-decision": [case],
        "channel-case-closure": [case],
        "channel-case-re-referral": [closed.reference],
        "channel-case-listing": [case],
        "channel-case-history": [case],
        "channel-case-review": [case, review.pk],
        "channel-case-hold": [case],
        "channel-case-grants": [barnet.case.reference],
        "channel-break-glass": [],
        "channel-retention-period": [],
        "channel-retention-review": [destruction.pk],
    }
    officer: dict[str, list[object]] = {
        "channel-access-log": [],
        "channel-break-glass-uses": [],
        "channel-break-glass-use": [glass.pk],
        "channel-retention": [],
    }
    walks = (
        (barnet.chair, chair),
        (member(barnet.council, Role.AUDITOR), officer),
        (member(barnet.council, Role.BOARD_MEMBER), {"channel-figures": []}),
    )
    for person, walk in walks:
        page = new_page()
        sign_in(page, person, address=server)
        for name, args in walk.items():
            answer = page.goto(server + reverse(name, args=["barnet", *args]))
            assert answer is not None
            assert answer.status == 200, name
            assert "no-store" in answer.headers["cache-control"], name
            assert_good_at_every_width(page, f"walk-{name}")
        page.context.close()
    assert _routes() - {name for _, walk in walks for name in walk} == BUTTONS


BUTTONS = {
    "channel-meeting-open",
    "channel-meeting-close",
    "channel-agenda-change",
    "channel-meeting-file",
    "channel-figures-file",
}
"""Routes that only take what a button of another page sends."""


def _routes() -> set[str]:
    """Every route of the room's pages."""
    names = get_resolver().reverse_dict
    return {name for name in names if isinstance(name, str) and name.startswith("channel-")}
