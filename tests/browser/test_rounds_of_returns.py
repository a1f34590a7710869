"""A round of returns from its opening to an accepted correction, and courses; with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import wrap
from training.models import Course, ReturnReview, Target, TrainingReturn
from training.services.rounds import expect_return

pytestmark = pytest.mark.django_db(transaction=True)


class Barnet:
    """A council that expects WRAP of a trust each quarter, the people of both, and a second council."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create(slug="barnet", name="London Borough of Barnet")
        CouncilFactory.create(slug="southwark")
        self.coordinator: User = member(self.council, Role.COORDINATOR, name="Prevent Coordinator")
        self.trust: Organisation = OrganisationFactory.create(
            name="Alpha NHS Trust", kind=OrganisationKind.NHS_TRUST
        )
        linked(self.council, self.trust)
        self.submitter: User = submitter(self.council, self.trust)
        self.quarter = Quarter.of(timezone.localdate()).previous
        self.lead: User = submitter(
            self.council, self.trust, email="lead@alpha.example", name="Safeguarding Lead"
        )
        with service_scope(council=self.council):
            CouncilOrganisation.objects.filter(organisation=self.trust).update(prevent_lead=self.lead)
            expect_return(
                council=self.council,
                by=None,
                organisation=self.trust,
                course=wrap(),
                council_staff_only=True,
                starts_on=self.quarter.start,
            )


@pytest.fixture
def barnet() -> Barnet:
    return Barnet()


def fill_date(page: Page, group: str, day: date) -> None:
    box = page.get_by_role("group", name=group)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        box.get_by_label(part).fill(str(value))


def test_a_round_is_opened_reminded_and_given_more_time_and_its_return_queried_corrected_and_accepted(
    any_page: Page, server: str, barnet: Barnet
) -> None:
    page = any_page
    sign_in(page, barnet.coordinator, address=server)
    page.goto(server + reverse("training-rounds", args=["barnet"]))
    expect(page.get_by_text("No round yet")).to_be_visible()
    look_again(page, "rounds-empty")
    follow(page.get_by_role("link", name="What is expected from whom", exact=True))
    expect(page.get_by_role("table", name="Expected returns")).to_contain_text("Staff based in the area")
    look_again(page, "round-expected")
    page.goto(server + reverse("training-round-open", args=["barnet"]))
    due = max(timezone.localdate(), barnet.quarter.end) + timedelta(days=7)
    fill_date(page, "Deadline", due)
    look_again(page, "round-open")
    follow(page.get_by_role("button", name="Open round"))

    expect(page.get_by_text(f"The round of {barnet.quarter.words} is open.")).to_be_visible()
    table = page.get_by_role("table", name="Returns expected")
    expect(table).to_contain_text(f"Not returned Due {british_date(due)}", use_inner_text=True)
    round_page = page.url
    follow(page.get_by_role("button", name="Remind about missing returns"))
    expect(page.get_by_role("listitem").filter(has_text="Alpha NHS Trust")).to_be_visible()
    look_again(page, "round-remind")
    follow(page.get_by_role("button", name="Send reminders"))
    expect(page.get_by_text("1 reminder sent.")).to_be_visible()
    assert Email.objects.filter(recipient="lead@alpha.example").count() == 1
    follow(page.get_by_role("link", name="More time"))
    fill_date(page, "New deadline", due + timedelta(days=14))
    page.get_by_label("Why do they need more time?").fill("The learning system was down.")
    look_again(page, "round-more-time")
    follow(page.get_by_role("button", name="Give more time"))
    later = british_date(due + timedelta(days=14))
    expect(page.get_by_text(f"Alpha NHS Trust has until {later}.")).to_be_visible()
    expect(page.get_by_role("table", name="More time given")).to_contain_text("The learning system was down.")
    look_again(page, "round")

    sign_in(page, barnet.submitter, address=server, second_factor=False)
    own = server + reverse("own-returns", args=["barnet"])
    page.goto(own)
    expect(page.get_by_text(f"Due on {later}")).to_be_visible()
    follow(page.get_by_role("link", name="Type figures"))
    page.get_by_label("Figures", exact=True).check()
    page.get_by_label("Staff who need the course").fill("1,201")
    page.get_by_label("Staff who are compliant").fill("1,700")
    follow(page.get_by_role("button", name="Save draft"))
    expect(page.get_by_role("alert")).to_contain_text("There cannot be more compliant staff")
    page.get_by_label("Staff who are compliant").fill("1,007")
    look_again(page, "return-figures")
    follow(page.get_by_role("button", name="Save draft"))
    expect(page.get_by_text("The draft is saved. Only your organisation sees it.")).to_be_visible()
    look_again(page, "own-returns-draft")
    follow(page.get_by_role("listitem").get_by_role("link", name="WRAP"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")
    look_again(page, "return-draft")
    follow(page.get_by_role("button", name="Send return"))
    expect(page.get_by_text("Your return is sent.")).to_be_visible()

    sign_in(page, barnet.coordinator, address=server)
    page.goto(round_page)
    follow(table.get_by_role("link", name="WRAP Alpha NHS Trust"))
    page.get_by_label("No, ask the organisation about it").check()
    page.get_by_label("Your question").fill("Is 1,201 all of your staff?")
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Your question is sent.")).to_be_visible()

    sign_in(page, barnet.submitter, address=server, second_factor=False)
    page.goto(own)
    follow(page.get_by_role("link", name="WRAP"))
    expect(page.get_by_text("Is 1,201 all of your staff?").first).to_be_visible()
    assert_good_at_every_width(page, "own-return-queried")
    page.get_by_label("Your answer").fill("No, bank staff were left out.")
    follow(page.get_by_role("button", name="Send answer"))
    expect(page.get_by_text("Your answer is sent.")).to_be_visible()
    follow(page.get_by_role("link", name="Correct the figures"))
    expect(page.get_by_label("Staff who need the course")).to_have_value("1201")
    page.get_by_label("Staff who need the course").fill("1,250")
    follow(page.get_by_role("button", name="Check and send"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")
    follow(page.get_by_role("button", name="Send return"))
    expect(page.get_by_role("table", name="Versions")).to_contain_text("1,007 of 1,250")

    sign_in(page, barnet.coordinator, address=server)
    page.goto(round_page)
    expect(table).to_contain_text("Corrected, version 2")
    follow(table.get_by_role("link", name="WRAP Alpha NHS Trust"))
    expect(page.get_by_text("No, bank staff were left out.")).to_be_visible()
    look_again(page, "return-corrected")
    page.get_by_label("Yes, accept it").check()
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("The return is accepted.")).to_be_visible()
    page.goto(round_page)
    expect(table).to_contain_text("Accepted")
    follow(page.get_by_role("link", name="Close this round"))
    look_again(page, "round-close")
    follow(page.get_by_role("button", name="Close round"))
    expect(page.get_by_text("The round is closed.")).to_be_visible()
    with council_scope(user_id=barnet.coordinator.pk, council=barnet.council):
        current = TrainingReturn.objects.get(is_current=True)
        assert (current.version, current.eligible, current.compliant) == (2, 1250, 1007)
        assert list(ReturnReview.objects.values_list("training_return__version", "state")) == [
            (1, "queried"),
            (2, "accepted"),
        ]


def test_a_council_adds_a_course_of_its_own_and_a_target(
    new_page: Callable[..., Page], server: str, barnet: Barnet
) -> None:
    # These pages have no script of their own; without any is the harder case.
    page = new_page(scripts=False)
    sign_in(page, barnet.coordinator, address=server)
    page.goto(server + reverse("training-courses", args=["barnet"]))
    look_again(page, "courses")
    follow(page.get_by_role("button", name="Add a course of your own"))
    follow(page.get_by_role("button", name="Add course"))
    expect(page.get_by_role("alert")).to_contain_text("Select how it is given")
    look_again(page, "course-add")
    page.get_by_label("Name", exact=True).fill("Street-based youth workers")
    page.get_by_label("Face to face", exact=True).check()
    follow(page.get_by_role("button", name="Add course"))
    expect(page.get_by_text("Street-based youth workers is on your council’s list.")).to_be_visible()
    expect(page.get_by_text("No target is set for this course.")).to_be_visible()
    look_again(page, "course")
    follow(page.get_by_role("link", name="Set a target of your own"))
    expect(page.get_by_label("Course").locator("option:checked")).to_have_text("Street-based youth workers")
    page.get_by_label("Kind of organisation").select_option(OrganisationKind.SCHOOL)
    page.get_by_label("Target in per cent").fill("90")
    fill_date(page, "First day", date(2026, 4, 1))
    page.get_by_label("Who set it").fill("Prevent board, March 2026")
    look_again(page, "target-add")
    follow(page.get_by_role("button", name="Set target"))
    expect(page.get_by_role("table", name="Targets")).to_contain_text("From 1 April 2026")
    page.goto(server + reverse("training-what-counts", args=["barnet"]))
    look_again(page, "what-counts")
    with council_scope(user_id=barnet.coordinator.pk, council=barnet.council):
        course = Course.objects.get(council=barnet.council)
        assert Target.objects.get(course=course).per_cent == 90
