"""Pages and API of the registers: one page each for what they store, show and refuse."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from partnerships.models import Agreement, AgreementParty
from partnerships.queries.registers import entries_of
from partnerships.registers import ACKNOWLEDGEMENTS, AGREEMENTS, BRIEFINGS, VENUE_POLICIES, VENUES, Register
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.partnerships.register_factories import NEEDED, days, entered, many

pytestmark = pytest.mark.django_db


class World:
    """A coordinator signed in, and a neighbour with an entry of the same kind."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.council, self.other = CouncilFactory(slug="here"), CouncilFactory(slug="there")
        self.person = member(self.council, Role.COORDINATOR, name="Robin Coordinator")
        entered(AGREEMENTS, self.other, member(self.other, Role.COORDINATOR), title="Canary")
        sign_in(client, self.person)

    def address(self, name: str, register: Register, *args: Any) -> str:
        return reverse(name, args=["here", register.slug, *args])

    def page(self, name: str, register: Register, *args: Any, **query: str) -> str:
        answer = self.client.get(self.address(name, register, *args), query)
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    def stored(self, register: Register) -> list[Any]:
        with service_scope(council=self.council):
            return list(entries_of(self.council, register, days(0)))


@pytest.fixture
def world(client: Client) -> World:
    return World(client)


def dated(name: str, n: int) -> dict[str, str]:
    day = days(n)
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


# One for each kind of answer and shape; the form of every register is asked without a page.
@pytest.mark.parametrize(
    "register", [AGREEMENTS, ACKNOWLEDGEMENTS, VENUES, BRIEFINGS], ids=lambda register: register.slug
)
def test_each_register_reads_as_a_page_of_its_own_and_an_entry_is_added_through_its_form(
    world: World, register: Register
) -> None:
    empty = world.page("register-entries", register)
    assert f'<h1 class="govuk-heading-l">{register.title}</h1>' in empty
    assert "Canary" not in empty
    asked = world.page("register-entry-add", register)
    assert f"Add {register.an_entry}" in asked
    dates: dict[str, str] = {}
    for name, n in (("starts_on", -5), ("ends_on", 99)):
        dates |= dated(name, n) if name in register.dates else {}
    person = {"person": str(world.person.pk)} if register is ACKNOWLEDGEMENTS else {}
    token = asked.split('name="token" value="')[1].split('"')[0]
    sent = {
        "title": "First entry", "owner": str(world.person.pk), "remind_days": "30", "token": token,
        **NEEDED[register.slug], **dates, **person,
    }  # fmt: skip
    answer = world.client.post(world.address("register-entry-add", register), sent)
    assert (answer.status_code, answer["Location"]) == (302, world.address("register-entries", register))
    (entry,) = world.stored(register)
    assert (entry.title, entry.owner, entry.remind_days) == ("First entry", world.person, 30)
    page = world.page("register-entry", register, entry.pk)
    assert "First entry" in page
    assert entry.reference in page


def test_a_form_that_lacks_an_answer_says_which_and_stores_nothing(world: World) -> None:
    answer = world.client.post(
        world.address("register-entry-add", AGREEMENTS),
        {"title": "", "legal_basis": "nonsense", **dated("starts_on", 5), **dated("ends_on", 1)},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in (
        "Enter the name of the agreement",
        "Select one of the answers",
        f"In force until must be on or after {british_date(days(5))}",
    ):
        assert words in page
    assert world.stored(AGREEMENTS) == []


def test_a_lapsed_agreement_says_so_in_words_and_is_renewed_on_its_page(world: World) -> None:
    trust = OrganisationFactory(name="A Trust")
    linked(world.council, trust)
    entry = entered(
        AGREEMENTS, world.council, world.person, title="Protocol", parties=[trust], ends_on=days(-3)
    )
    page = world.page("register-entry", AGREEMENTS, entry.pk)
    assert f"This agreement lapsed: its last day was {british_date(days(-3))}, 3 days ago." in page
    assert "Lapsed" in world.page("register-entries", AGREEMENTS, status="lapsed")
    overview = world.client.get(reverse("partnership-registers", args=["here"])).content.decode()
    assert "1 lapsed" in overview
    asked = world.client.get(world.address("register-entry-renew", AGREEMENTS, entry.pk)).content.decode()
    assert "A Trust" in asked
    assert f"{british_date(days(-3))}, stays in the register" in asked
    undated = entered(
        AGREEMENTS, world.council, world.person, title="Draft", parties=[trust], starts_on=None, ends_on=None
    )
    asked = world.client.get(world.address("register-entry-renew", AGREEMENTS, undated.pk)).content.decode()
    assert "The present term stays in the register" in asked
    sent = {"version": "1", "parties": [str(trust.pk)], **dated("starts_on", -2), **dated("ends_on", 700)}
    answer = world.client.post(world.address("register-entry-renew", AGREEMENTS, entry.pk), sent)
    assert answer.status_code == 302, answer.content
    page = world.page("register-entry", AGREEMENTS, entry.pk)
    assert "lapsed: its last day" not in page
    assert "Earlier terms" in page
    assert british_date(days(-3)) in page


def test_a_stale_change_shows_both_texts_and_stores_neither(world: World) -> None:
    entry = entered(AGREEMENTS, world.council, world.person, title="Mine")
    sent = {
        "title": "Yours", "owner": str(world.person.pk), "remind_days": "42", "version": "7",
        **NEEDED["agreements"],
    }  # fmt: skip
    answer = world.client.post(world.address("register-entry-edit", AGREEMENTS, entry.pk), sent)
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert world.stored(AGREEMENTS)[0].title == "Mine"


def test_an_entry_is_withdrawn_and_brought_back(world: World) -> None:
    entry = entered(VENUES, world.council, world.person, title="Old hall")
    withdrawn = world.client.post(
        world.address("register-entry-withdraw", VENUES, entry.pk),
        {"version": "1", **dated("withdrawn_on", 0)},
    )
    assert withdrawn.status_code == 302
    page = world.page("register-entry", VENUES, entry.pk)
    assert "No longer let" in page
    assert "Bring it back" in page
    answer = world.client.post(world.address("register-entry-bring-back", VENUES, entry.pk), {"version": "2"})
    assert answer.status_code == 302
    assert world.stored(VENUES)[0].standing == "in_force"


def test_both_files_hold_what_the_filters_leave_and_run_no_formula(world: World) -> None:
    entered(AGREEMENTS, world.council, world.person, title="=1+1", ends_on=days(-1))
    entered(AGREEMENTS, world.council, world.person, title="Other")
    answer = world.client.get(world.address("register-csv", AGREEMENTS), {"status": "lapsed"})
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[:4] == ["Reference", "Name of the agreement", "Status", "Parties"]
    assert [row[1:3] for row in rows] == [["'=1+1", "Lapsed"]]
    answer = world.client.get(world.address("register-xlsx", AGREEMENTS), {"status": "lapsed"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    first, *lines = book.get_sheet_by_index(0).to_python()
    assert first == header
    assert [line[1:3] for line in lines] == [["=1+1", "Lapsed"]]
    assert lines[0][first.index("In force until")] == days(-1)


def test_a_venue_hire_policy_lists_the_venues_that_are_let_by_it(world: World) -> None:
    policy = entered(VENUE_POLICIES, world.council, world.person, title="Terms of hire")
    assert "No venue names this policy yet" in world.page("register-entry", VENUE_POLICIES, policy.pk)
    hall = entered(VENUES, world.council, world.person, title="Town hall", policy=policy)
    entered(VENUES, world.council, world.person, title="Another hall")
    page = world.page("register-entry", VENUE_POLICIES, policy.pk)
    assert world.address("register-entry", VENUES, hall.pk) in page
    assert "Another hall" not in page
    assert world.address("register-entry", VENUE_POLICIES, policy.pk) in world.page(
        "register-entry", VENUES, hall.pk
    )


def test_a_reader_sees_no_button_and_a_partner_and_the_neighbour_see_no_page(world: World) -> None:
    entry = entered(AGREEMENTS, world.council, world.person, title="Protocol")
    for role, status in ((Role.BOARD_MEMBER, 200), (Role.PARTNER_LEAD, 404)):
        client = Client()
        sign_in(client, member(world.council, role))
        page = client.get(world.address("register-entry", AGREEMENTS, entry.pk))
        assert page.status_code == status
        assert b"Withdraw" not in page.content
        assert client.get(world.address("register-entry-edit", AGREEMENTS, entry.pk)).status_code == 404
    stranger = Client()
    sign_in(stranger, member(world.other, Role.COORDINATOR))
    for address in (
        world.address("register-entry", AGREEMENTS, entry.pk),
        reverse("register-entry", args=["there", "agreements", entry.pk]),
        reverse("register-entries", args=["there", "nonsense"]),
    ):
        assert stranger.get(address).status_code == 404


def test_lists_and_files_cost_the_same_statements_for_one_entry_and_fifty(world: World) -> None:
    addresses = [
        world.address("register-entries", AGREEMENTS),
        world.address("register-csv", AGREEMENTS),
        world.address("api-register-entries", AGREEMENTS),
        reverse("partnership-registers", args=["here"]),
    ]

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert world.client.get(address).status_code == 200
        return len(captured)

    trust = OrganisationFactory()
    linked(world.council, trust)
    entered(AGREEMENTS, world.council, world.person, parties=[trust], ends_on=days(9))
    asked(addresses[0])
    first = [asked(address) for address in addresses]
    for entry in many(AGREEMENTS, world.council, world.person, 49):
        with service_scope(council=world.council):
            AgreementParty.objects.create(council=world.council, agreement=entry, organisation=trust)
    assert [asked(address) for address in addresses] == first


def test_the_api_adds_reads_changes_renews_withdraws_and_brings_back(world: World) -> None:
    trust = OrganisationFactory(name="A Trust")
    linked(world.council, trust)
    base = "/api/v1/c/here/partnership/registers/"
    body = {
        "title": "Protocol", "owner": world.person.pk, "parties": [str(trust.pk)],
        "starts_on": days(-9).isoformat(), "ends_on": days(-1).isoformat(), **NEEDED["agreements"],
    }  # fmt: skip

    def send(method: str, path: str, given: dict[str, Any], **headers: str) -> Any:
        call = getattr(world.client, method)
        return call(f"{base}{path}", given, content_type="application/json", headers=headers)

    made = send("post", "agreements/", body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.content
    assert send("post", "agreements/", body, **{"Idempotency-Key": "one"}).json() == made.json()
    assert made.json()["status"] == "lapsed"
    here = f"agreements/{made.json()['id']}/"
    assert world.client.get(f"{base}agreements/", {"status": "lapsed"}).json()["count"] == 1
    assert world.client.get(f"{base}agreements/", {"status": "in_force"}).json()["count"] == 0
    told = {row["register"]: row for row in world.client.get(base).json()}
    assert (told["agreements"]["evidence_kind"], told["briefings"]["evidence_kind"]) == (AGREEMENTS.kind, "")
    counts = {slug: row["entries"] for slug, row in told.items()}
    copy = world.client.post(
        "/api/v1/c/here/documents/links/",
        {
            "title": "Signed copy", "url": "https://council.example/signed.pdf",
            "kind": told["agreements"]["evidence_kind"], "object_id": made.json()["id"],
        },
        content_type="application/json",
    )  # fmt: skip
    assert copy.status_code == 201, copy.content
    assert (made.json()["evidence"], world.client.get(f"{base}{here}").json()["evidence"]) == (
        [], [{"id": copy.json()["id"], "title": "Signed copy"}],
    )  # fmt: skip
    assert (counts["agreements"]["lapsed"], counts["policies"]["in_force"]) == (1, 0)
    changed = send("put", here, {**body, "version": 1, "title": "The protocol"}).json()
    assert (changed["title"], changed["version"]) == ("The protocol", 2)
    assert send("put", here, {**body, "version": 1, "title": "Stale"}).status_code == 409
    term = {"version": 2, "starts_on": days(0).isoformat(), "ends_on": days(365).isoformat()}
    renewed = send("post", f"{here}renewals/", term)
    assert renewed.status_code == 200, renewed.content
    assert (renewed.json()["status"], renewed.json()["term"]) == ("in_force", 2)
    (past,) = world.client.get(f"{base}{here}renewals/").json()
    assert (past["status"], past["ends_on"], past["parties"]) == (
        "past", days(-1).isoformat(), [str(trust.pk)],
    )  # fmt: skip
    assert send("post", f"{here}renewals/", {**term, "version": 3}).status_code == 400
    gone = send("post", f"{here}withdrawal/", {"version": 3, "withdrawn_on": days(0).isoformat()})
    assert gone.json()["status"] == "withdrawn"
    assert send("post", f"{here}bring-back/", {"version": 4}).json()["status"] == "in_force"


def test_the_api_refuses_what_is_not_the_council_s_and_stores_nothing(world: World) -> None:
    theirs = OrganisationFactory()
    linked(world.other, theirs)
    stranger = member(world.other, Role.COORDINATOR)
    good = {"title": "Protocol", "owner": world.person.pk, **NEEDED["agreements"]}
    for wrong in (
        {"owner": stranger.pk},
        {"owner": "me"},
        {"parties": [str(theirs.pk)]},
        {"legal_basis": "nonsense"},
        {"title": {"a": 1}},
        {"starts_on": "soon"},
        {"remind_days": -1},
    ):
        answer = world.client.post(
            "/api/v1/c/here/partnership/registers/agreements/",
            {**good, **wrong},
            content_type="application/json",
        )
        assert (answer.status_code, list(answer.json())) == (400, list(wrong)), answer.content
    with service_scope(council=world.council):
        assert not Agreement.objects.filter(council=world.council).exists()
