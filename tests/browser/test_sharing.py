"""A district shares its plan with its county; a plan goes out as a workbook and comes back."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.models import Action, ActionPlan, PlanShare
from compliance.services.progress import log_progress
from compliance.services.sharing import share_plan
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.browser.pages import assert_good_at_every_width, sign_in
from tests.compliance.factories import make_action, make_plan
from tests.factories import CouncilFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Shire:
    county: Council
    district: Council
    at_county: User
    at_district: User
    plan: ActionPlan
    action: Action


@pytest.fixture
def shire() -> Shire:
    county = CouncilFactory.create(slug="barshire", name="Barshire", tier=Tier.COUNTY)
    district = CouncilFactory.create(slug="charnford", name="Charnford", tier=Tier.DISTRICT, parent=county)
    people = []
    for council in (county, district):
        person = UserFactory.create(name=f"Coordinator of {council.name}")
        give_role(person, council, Role.COORDINATOR)
        people.append(person)
    plan = make_plan(district, people[1], "Prevent plan of the district")
    action = make_action(plan, people[1], title="Write to every venue", measure="Each venue has a letter.")
    make_action(plan, people[1], title="Train the front desk", due_in=-3)
    with council_scope(user_id=people[1].pk, council=district):
        log_progress(
            action=action,
            by=people[1],
            note="Forty letters are out.",
            rating="green",
            status="in_progress",
            version=1,
            token=uuid4(),
        )
    return Shire(county, district, people[0], people[1], plan, action)


def share(shire: Shire) -> PlanShare:
    today = timezone.localdate()
    with council_scope(user_id=shire.at_district.pk, council=shire.district):
        return share_plan(
            plan=shire.plan,
            by=shire.at_district,
            receiver=shire.county,
            starts_on=today,
            ends_on=today + timedelta(days=365),
            reason="The county's board reviews it.",
        )


def test_a_district_shares_a_plan_and_the_county_reads_it(any_page: Page, server: str, shire: Shire) -> None:
    page = any_page
    sign_in(page, shire.at_district, address=server)
    page.goto(f"{server}/c/charnford/plans/{shire.plan.pk}/")
    page.get_by_role("link", name="Share with another council").click()
    page.get_by_role("button", name="Share with another council").click()
    page.get_by_label("Council").select_option(label="Barshire")
    last = page.get_by_role("group", name="Last day of reading")
    day = timezone.localdate() + timedelta(days=90)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        last.get_by_label(label).fill(str(value))
    page.get_by_label("Why is it shared?").fill("The county's board reviews it.")
    page.get_by_role("button", name="Share the plan").click()
    expect(page.get_by_text("is shared with Barshire until")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, shire.at_county, address=server)
    page.goto(f"{server}/c/barshire/shared/")
    page.get_by_role("link", name="Prevent plan of the district").click()
    expect(page.get_by_text("2 actions: 0 complete, 2 open, 1 overdue.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Write to every venue")).click()
    expect(page.get_by_text("Forty letters are out.")).to_be_visible()
    expect(page.get_by_text("Coordinator of Charnford")).to_have_count(0)


def test_the_sheet_that_goes_out_comes_back(
    any_page: Page, server: str, shire: Shire, tmp_path: Path
) -> None:
    page = any_page
    sign_in(page, shire.at_district, address=server)
    page.goto(f"{server}/c/charnford/plans/{shire.plan.pk}/workbook/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the workbook").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    headings = [cell.value for cell in book["Actions"][1]]
    book["Actions"].cell(2, headings.index("Action") + 1).value = "Write to every venue and ring it"
    changed = tmp_path / "plan.xlsx"
    book.save(changed)
    page.locator("input[type=file]").set_input_files(changed)
    page.get_by_role("button", name="Check the workbook").click()
    expect(page.get_by_text("1 action would change, 1 cell in all.")).to_be_visible()
    expect(page.get_by_role("cell", name="Write to every venue and ring it")).to_be_visible()
    page.get_by_role("button", name="Save these changes").click()
    expect(page.get_by_text("1 action changed by the sheet.")).to_be_visible()
    with service_scope(council=shire.district):
        assert Action.objects.get(pk=shire.action.pk).title == "Write to every venue and ring it"


def test_a_wrong_cell_is_named(any_page: Page, server: str, shire: Shire, tmp_path: Path) -> None:
    page = any_page
    sign_in(page, shire.at_district, address=server)
    address = f"{server}/c/charnford/plans/{shire.plan.pk}/workbook/"
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the workbook").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    headings = [cell.value for cell in book["Actions"][1]]
    book["Actions"].cell(3, headings.index("Priority") + 1).value = "Urgent"
    changed = tmp_path / "plan.xlsx"
    book.save(changed)
    page.locator("input[type=file]").set_input_files(changed)
    page.get_by_role("button", name="Check the workbook").click()
    expect(page.get_by_role("rowheader", name="Sheet Actions, row 3, Priority")).to_be_visible()
    assert_good_at_every_width(page, "workbook-problems")


@pytest.mark.prove
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("county", "/c/barshire/shared/"),
        ("county", "/c/barshire/shared/plans/{share}/"),
        ("county", "/c/barshire/shared/plans/{share}/actions/{action}/"),
        ("district", "/c/charnford/shared/"),
        ("district", "/c/charnford/plans/{plan}/shares/"),
        ("district", "/c/charnford/plans/{plan}/shares/add/"),
        ("district", "/c/charnford/plan-shares/{share}/last-day/"),
        ("district", "/c/charnford/plan-shares/{share}/end/"),
        ("district", "/c/charnford/risk-shares/"),
        ("district", "/c/charnford/risk-shares/add/"),
        ("district", "/c/charnford/plans/{plan}/workbook/"),
    ],
)
def test_every_page_is_accessible_on_a_desk_and_a_telephone(
    page: Page, server: str, shire: Shire, who: str, address: str
) -> None:
    keys = {"share": share(shire).pk, "plan": shire.plan.pk, "action": shire.action.pk}
    sign_in(page, shire.at_county if who == "county" else shire.at_district, address=server)
    page.goto(server + address.format(**keys))
    name = re.sub(r"\W+", "-", f"sharing-{who}{address}").strip("-")
    assert_good_at_every_width(page, name)
