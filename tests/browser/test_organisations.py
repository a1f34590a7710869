"""Every page of organisations and audits of partners breaches no rule of WCAG, and fits a telephone."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.enums import AuditKind, AuditResult, CodeScheme, OrganisationKind
from partnerships.services.acting_people import allow_submitter
from partnerships.services.contacts import add_contact
from partnerships.services.organisations import add_code, add_organisation, name_leads
from partnerships.services.partner_audits import add_finding, close_finding, record_audit
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_accessible, assert_fits, sign_in, take_picture
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.prove
def test_every_page_of_organisations_and_audits_breaches_no_rule(page: Page, server: str) -> None:
    county = CouncilFactory.create(slug="barshire", name="Barshire", tier=Tier.COUNTY)
    CouncilFactory.create(slug="eastham", name="Eastham", tier=Tier.DISTRICT, parent=county, joined_on=None)
    coordinator = member(county, Role.COORDINATOR, name="Robin Coordinator")
    lead = member(county, Role.PARTNER_LEAD, name="Head of safeguarding, North Trust")
    member(county, Role.PARTNER_SUBMITTER, name="Training office, North Trust")
    trust = linked(
        county,
        OrganisationFactory(name="North and East Barshire Partnership NHS Foundation Trust", code="RXX"),
    )
    ended = linked(county, OrganisationFactory(name="South Trust"), ends_on=date(2024, 10, 31))
    OrganisationFactory(name="West Barshire Hospitals NHS Trust", code="RXY")
    with service_scope(council=county):
        own = add_organisation(
            council=county, name="Adult social care", kind=OrganisationKind.COUNCIL_SERVICE,
            specified_authority=False, panel_partner=True, by=None,
        )  # fmt: skip
        code = add_code(
            council=county, organisation=own, scheme=CodeScheme.LOCAL, code="ASC-1",
            starts_on=date(2020, 4, 1), ends_on=None, by=None,
        )  # fmt: skip
        name_leads(council=county, organisation=trust, prevent_lead=lead, executive_lead=coordinator, by=None)
        acting = allow_submitter(council=county, organisation=trust, user=lead, by=None)
        contact = add_contact(
            council=county, organisation=trust, name="Safeguarding duty desk", by=None,
            job_title="Adults’ safeguarding team", email="safeguarding.duty.desk@north-barshire.example",
            telephone="01632 960 001", about="Urgent concerns",
        )  # fmt: skip
        audit = record_audit(
            council=county, organisation=trust, kind=AuditKind.SECTION_11, audited_on=date(2026, 3, 12),
            token=uuid4(), by=None, result=AuditResult.PARTLY_MET, carried_out_by="Safeguarding partnership",
            summary="Referral routes are in place.", next_due_on=timezone.localdate() + timedelta(days=200),
        )  # fmt: skip
        finding = add_finding(
            audit=audit, text="Supervision notes do not say whether Prevent was considered.", by=None
        )
        closed = add_finding(audit=audit, text="New starters had no awareness training.", by=None)
        close_finding(finding=closed, words="The induction now holds the course.", version=1, by=coordinator)
    sign_in(page, coordinator, address=server)
    rooms: list[tuple[str, tuple[object, ...]]] = [
        ("partnership", ()),
        ("organisation", (trust.pk,)),
        ("organisation", (ended.pk,)),
        ("organisation", (own.pk,)),
        ("organisation-link", ()),
        ("organisation-add", ()),
        ("organisation-dates", (trust.pk,)),
        ("organisation-leads", (trust.pk,)),
        ("organisation-change", (own.pk,)),
        ("organisation-code-add", (own.pk,)),
        ("organisation-code-end", (own.pk, code.pk)),
        ("contact-add", (trust.pk,)),
        ("contact-change", (contact.pk,)),
        ("contact-remove", (contact.pk,)),
        ("acting-person-add", (trust.pk,)),
        ("acting-person-end", (acting.pk,)),
        ("partner-audits", ()),
        ("partner-audit", (audit.pk,)),
        ("partner-audit-add", (trust.pk,)),
        ("partner-audit-change", (audit.pk,)),
        ("finding-add", (audit.pk,)),
        ("finding-close", (finding.pk,)),
        ("finding-action", (finding.pk,)),
        ("districts", ()),
    ]
    for number, (name, keys) in enumerate(rooms):
        query = "?q=hospitals" if name == "organisation-link" else ""
        answer = page.goto(server + reverse(name, args=["barshire", *keys]) + query)
        assert answer is not None
        assert answer.status == 200, name
        assert_accessible(page)
        page.set_viewport_size({"width": 375, "height": 900})
        assert_fits(page)
        take_picture(page, f"{name}-{number}")
        if name == "organisation-link":
            expect(page.get_by_label("West Barshire Hospitals NHS Trust")).to_be_visible()
        if name == "partner-audit":
            # The whole table is there on a telephone, none of it behind the edge.
            box = page.get_by_role("link", name="Make an action").bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 375
        page.set_viewport_size({"width": 1280, "height": 900})
