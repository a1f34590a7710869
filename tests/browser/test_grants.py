"""A claim from its figures to its payment, with a question of the funder between; scripts on and off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.enums import DatePrecision, DesignationKind
from partnerships.models import Claim, ClaimStep
from partnerships.services.designations import record_designation
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.browser.test_rounds_of_returns import fill_date
from tests.factories import CouncilFactory, member
from tests.partnerships.grant_factories import claims, grant

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_grant_is_recorded_and_its_claim_submitted_queried_corrected_and_paid(
    any_page: Page, server: str
) -> None:
    page = any_page
    council = CouncilFactory.create(slug="southwark", name="London Borough of Southwark")
    CouncilFactory.create(slug="barnet")
    coordinator = member(council, Role.COORDINATOR, name="Prevent Coordinator")
    today = timezone.localdate()
    quarter = Quarter.of(today).previous
    sign_in(page, coordinator, address=server)

    page.goto(server + reverse("grants", args=["southwark"]))
    expect(page.get_by_text("No grant yet")).to_be_visible()
    assert_good_at_every_width(page, "grants-empty")
    follow(page.get_by_role("button", name="Record a grant"))
    page.get_by_label("Name of the grant").fill("Prevent programme")
    page.get_by_label("Funder").fill("Home Office")
    fill_date(page, "First day", quarter.start)
    fill_date(page, "Last day", Quarter.of(today).end)
    page.get_by_label("Award").fill("£35,000")
    page.get_by_label("Head 1", exact=False).first.fill("Staff")
    page.get_by_label("Amount of head 1").fill("30,000.00")
    page.get_by_label("Head 2 (optional)", exact=True).fill("Projects")
    page.get_by_label("Amount of head 2").fill("4999.99")
    follow(page.get_by_role("button", name="Save grant"))
    expect(page.get_by_role("alert")).to_contain_text("£0.01 less than the award of £35,000.00")
    assert_good_at_every_width(page, "grant-refused")
    page.get_by_label("Amount of head 2").fill("5000")
    follow(page.get_by_role("button", name="Save grant"))
    expect(page.get_by_role("table", name="Allowable heads")).to_contain_text("£30,000.00")
    look_again(page, "grant")

    first = f"{british_date(quarter.start)} to {british_date(quarter.end)}"
    follow(page.get_by_role("link", name=first))
    follow(page.get_by_role("button", name="Change the figures"))
    expect(page.get_by_text("£30,000.00 of £30,000.00 is left.")).to_be_visible()
    page.get_by_label("Staff").fill("£7,500.50")
    page.get_by_label("Projects").fill("1007.50")
    look_again(page, "claim-figures")
    follow(page.get_by_role("button", name="Save figures"))
    expect(page.get_by_role("table", name="Figures")).to_contain_text("£8,508.00")
    follow(page.get_by_role("button", name="Submit the claim"))
    follow(page.get_by_role("button", name="Record as submitted"))
    expect(page.get_by_role("alert")).to_contain_text("Attach the evidence of the spending, or say where")
    look_again(page, "claim-submit")
    page.get_by_label("Where the evidence is held").fill("In the finance system.")
    follow(page.get_by_role("button", name="Record as submitted"))
    expect(page.get_by_text("The claim of £8,508.00 is recorded as submitted.")).to_be_visible()

    follow(page.get_by_role("button", name="Record a question from the funder"))
    page.get_by_label("What does the funder ask?").fill("Which project?")
    look_again(page, "claim-query")
    follow(page.get_by_role("button", name="Record the question"))
    follow(page.get_by_role("button", name="Change the figures"))
    page.get_by_label("Projects").fill("1000")
    follow(page.get_by_role("button", name="Save figures"))
    follow(page.get_by_role("button", name="Submit the claim"))
    page.get_by_label("Where the evidence is held").fill("In the finance system.")
    follow(page.get_by_role("button", name="Record as submitted"))
    follow(page.get_by_role("button", name="Record the payment"))
    expect(page.get_by_label("Amount paid")).to_have_value("8500.50")
    look_again(page, "claim-pay")
    follow(page.get_by_role("button", name="Record the payment"))
    expect(page.get_by_text("The payment of £8,500.50 is recorded.")).to_be_visible()
    expect(page.get_by_text("£8,500.50 submitted (version 2)")).to_be_visible()
    expect(page.get_by_text("£8,508.00 submitted")).to_be_visible()
    look_again(page, "claim-paid")
    page.goto(server + reverse("grants", args=["southwark"]))
    expect(page.get_by_role("table", name="Grants")).to_contain_text("£26,499.50")
    look_again(page, "grants")
    with service_scope(council=council):
        paid = Claim.objects.get(council=council, period_to=quarter.end)
        assert paid.due_on == quarter.end + timedelta(days=28)
        kinds = ClaimStep.objects.filter(claim=paid).order_by("recorded_at").values_list("kind", flat=True)
        assert list(kinds) == ["submitted", "queried", "submitted", "paid"]


@pytest.mark.prove
def test_the_other_pages_of_money_and_of_the_area_are_accessible(page: Page, server: str) -> None:
    county = CouncilFactory.create(slug="anyshire", name="Anyshire", tier=Tier.COUNTY)
    CouncilFactory.create(slug="eastham", name="Eastham", tier=Tier.DISTRICT, parent=county)
    coordinator = member(county, Role.COORDINATOR)
    made = grant(county)
    claim = claims(made)[0]
    with service_scope(council=county):
        designation = record_designation(
            council=county,
            by=None,
            kind=DesignationKind.PRIORITY,
            starts_on=date(2018, 3, 1),
            precision=DatePrecision.MONTH,
            source="Committee report",
        )
    sign_in(page, coordinator, address=server)
    for name, key in (
        ("grant-add", None),
        ("grant-change", made.pk),
        ("grant-close", made.pk),
        ("grant-claim", claim.pk),
        ("grant-claim-due", claim.pk),
        ("designations", None),
        ("designation-add", None),
        ("designation-change", designation.pk),
        ("districts", None),
    ):
        page.goto(server + reverse(name, args=["anyshire", key] if key else ["anyshire"]))
        assert_good_at_every_width(page, name)
