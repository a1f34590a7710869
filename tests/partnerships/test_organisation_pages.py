"""Pages of organisations: what a form stores, or why it stores nothing, and nothing of another council."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.access import own_organisations
from partnerships.models import ActingPerson, Contact, CouncilOrganisation, Organisation, OrganisationCode
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked

pytestmark = pytest.mark.django_db


def page(name: str, council: Council, *keys: object) -> str:
    return reverse(name, args=[council.slug, *keys])


def test_the_list_is_narrowed_and_downloaded_and_costs_the_same_at_fifty(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    linked(council, OrganisationFactory(name="North Trust", code="RXX", specified_authority=True))
    linked(council, OrganisationFactory(name="South School", kind="school"), ends_on=date(2024, 8, 31))
    linked(other, OrganisationFactory(name="Foreign Trust"))
    sign_in(client, member(council, Role.BOARD_MEMBER))
    every = page("partnership", council)

    def names(query: str) -> list[str]:
        table = client.get(every + query).context["table"]
        return [row[0].text for row in table.rows] if table else []

    assert names("") == ["North Trust", "South School"]
    assert names("?q=rxx") == ["North Trust"]
    assert names("?kind=school") == ["South School"]
    assert names("?state=ended") == ["South School"]
    assert names("?schedule=6") == ["North Trust"]
    assert names("?schedule=none") == ["South School"]
    assert names("?kind=nonsense") == ["North Trust", "South School"]
    text = b"".join(client.get(page("partnership-csv", council) + "?kind=school")).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["Organisation", "South School"]

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(every)
        return len(caught)

    one = cost()
    made = Organisation.objects.bulk_create(Organisation(name=f"Body {n}", kind="other") for n in range(48))
    with service_scope(council=council):
        CouncilOrganisation.objects.bulk_create(
            CouncilOrganisation(council=council, organisation=each) for each in made
        )
    assert cost() == one


def test_a_coordinator_finds_links_and_ends_and_another_council_s_own_one_is_not_found(
    client: Client,
) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="North Trust", code="RXX")
    theirs = OrganisationFactory(name="North Service", kept_by=other)
    sign_in(client, member(council, Role.COORDINATOR))
    find = page("organisation-link", council) + "?q=north"
    assert client.get(find).context["form"].fields["organisations"].choices == [
        (str(trust.pk), "North Trust")
    ]
    assert client.get(page("organisation-link", council) + "?q=rxx").context["form"] is not None
    assert client.get(page("organisation-link", council) + "?q=r%00x").context["form"] is None
    refused = client.post(find, {"organisations": [str(theirs.pk)]})
    assert "Select from the list" in refused.content.decode() or refused.status_code == 200
    assert client.post(find, {"organisations": [str(trust.pk)], "starts_on": "2026-04-01"}).status_code == 302
    dates = page("organisation-dates", council, trust.pk)
    wrong = client.post(dates, {"starts_on": "2026-04-01", "ends_on": "2026-03-01", "version": "1"})
    assert "must not be before its first" in wrong.content.decode()
    sent = {"starts_on": "2026-04-01", "ends_on": "2026-05-01", "version": "1"}
    assert client.post(dates, sent).status_code == 302
    assert client.post(dates, {**sent, "ends_on": "2026-06-01"}).status_code == 409
    with service_scope(council=council):
        link = CouncilOrganisation.objects.get()
        assert (link.organisation, link.ends_on) == (trust, date(2026, 5, 1))
    assert "has ended" in client.get(page("organisation", council, trust.pk)).content.decode()
    for name in ("organisation", "organisation-dates", "organisation-leads"):
        assert client.get(page(name, council, theirs.pk)).status_code == 404


def test_a_council_adds_changes_and_codes_its_own_organisation_alone(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    national = linked(council, OrganisationFactory(name="North Trust"))
    OrganisationCode.objects.create(organisation=national, scheme="ODS", code="RXX")
    sign_in(client, member(council, Role.COORDINATOR))
    add = page("organisation-add", council)
    assert client.post(add, {"name": "Adult Services", "kind": "council_service"}).status_code == 302
    assert (
        "of this name already"
        in client.post(add, {"name": "adult services", "kind": "other"}).content.decode()
    )
    own = Organisation.objects.get(kept_by=council)
    code = page("organisation-code-add", council, own.pk)
    assert "Link that one instead" in client.post(code, {"scheme": "ODS", "code": "rxx"}).content.decode()
    assert client.post(code, {"scheme": "Local", "code": "HR-1"}).status_code == 302
    held = OrganisationCode.objects.get(organisation=own)
    end = page("organisation-code-end", council, own.pk, held.pk)
    assert client.post(end, {"ends_on": "2026-05-01"}).status_code == 302
    change = page("organisation-change", council, own.pk)
    sent = {"name": "Adults", "kind": "council_service", "version": "1", "successor": str(national.pk)}
    assert "Enter the last day" in client.post(change, sent).content.decode()
    assert client.post(change, {**sent, "ends_on": "2026-05-01"}).status_code == 302
    assert client.post(change, {**sent, "name": "Grown-ups", "successor": ""}).status_code == 409
    own.refresh_from_db()
    held.refresh_from_db()
    assert (own.name, own.successor, held.ends_on) == ("Adults", national, date(2026, 5, 1))
    for name in ("organisation-change", "organisation-code-add"):
        assert client.get(page(name, council, national.pk)).status_code == 404
    sign_in(client, member(other, Role.COORDINATOR))
    assert client.get(page("organisation-link", other) + "?q=adults").context["form"] is None


def test_leads_contacts_and_people_are_kept_on_the_organisation_s_page(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = linked(council, OrganisationFactory(name="North Trust"))
    partner, stranger = member(council, Role.PARTNER_SUBMITTER), member(other, Role.PARTNER_SUBMITTER)
    editor = member(council, Role.COORDINATOR)
    sign_in(client, editor)
    leads = page("organisation-leads", council, trust.pk)
    assert client.post(leads, {"prevent_lead": str(partner.pk), "version": "1"}).status_code == 302
    assert client.post(leads, {"prevent_lead": str(stranger.pk), "version": "2"}).status_code == 200
    contact = page("contact-add", council, trust.pk)
    assert "email address or a telephone" in client.post(contact, {"name": "Switchboard"}).content.decode()
    assert client.post(contact, {"name": "Switchboard", "telephone": "020 7946 0000"}).status_code == 302
    people = page("acting-person-add", council, trust.pk)
    choices = [key for key, _ in client.get(people).context["form"].fields["person"].choices]
    assert choices == ["", str(partner.pk)]
    assert client.post(people, {"person": str(partner.pk)}).status_code == 302
    shown = client.get(page("organisation", council, trust.pk)).content.decode()
    assert all(words in shown for words in ("Switchboard", "020 7946 0000", partner.email))
    with council_scope(user_id=partner.pk, council=council):
        assert own_organisations(council_access(partner, council)) == [trust]
    with service_scope(council=council):
        held, acting = Contact.objects.get(), ActingPerson.objects.get()
        assert CouncilOrganisation.objects.get().prevent_lead == partner
    change = page("contact-change", council, held.pk)
    sent = {"name": "Main desk", "telephone": "020 7946 0000", "version": "1"}
    assert (
        client.post(change, sent).status_code,
        client.post(change, {**sent, "name": "X"}).status_code,
    ) == (302, 409)
    assert client.post(page("contact-remove", council, held.pk)).status_code == 302
    assert client.post(page("acting-person-end", council, acting.pk)).status_code == 302
    with service_scope(council=council):
        assert (Contact.objects.count(), ActingPerson.objects.live().count()) == (0, 0)
    sign_in(client, member(other, Role.COORDINATOR))
    for name, key in (("contact-change", held.pk), ("acting-person-end", acting.pk)):
        assert client.get(page(name, other, key)).status_code == 404


def test_a_reader_sees_an_organisation_without_its_people_and_changes_nothing(client: Client) -> None:
    council = CouncilFactory()
    trust = linked(council, OrganisationFactory(name="North Trust"))
    sign_in(client, member(council, Role.BOARD_MEMBER))
    shown = client.get(page("organisation", council, trust.pk)).content.decode()
    assert "North Trust" in shown
    assert "People who act for it" not in shown
    assert "Audits</h2>" not in shown
    for name in (
        "organisation-dates",
        "organisation-leads",
        "contact-add",
        "acting-person-add",
        "partner-audit-add",
    ):
        assert client.get(page(name, council, trust.pk)).status_code == 404


def test_a_county_sees_the_plan_and_the_shares_of_each_district(client: Client) -> None:
    county = CouncilFactory(name="Anyshire", tier=Tier.COUNTY)
    for name in ("Eastham", "Westham"):
        CouncilFactory(name=name, slug=name.lower(), tier=Tier.DISTRICT, parent=county, joined_on=None)
    CouncilFactory(name="Elsewhere", tier=Tier.DISTRICT)
    sign_in(client, member(county, Role.COORDINATOR))
    table = client.get(page("districts", county)).context["table"]
    assert [column.label for column in table.columns] == [
        "District",
        "On the portal",
        "Plan",
        "Actions of shared plans",
        "Shared with us",
    ]
    assert [[row[0], *row[2:]] for row in table.rows] == [
        ["Eastham", "No plan known", "Not shared", "Nothing"],
        ["Westham", "No plan known", "Not shared", "Nothing"],
    ]
