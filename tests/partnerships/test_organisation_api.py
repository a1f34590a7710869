"""The API keeps leads, codes and who acts for organisations, and what becomes of findings of audits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Action
from partnerships.enums import AuditKind, OrganisationKind
from partnerships.models import (
    ActingPerson,
    AuditFinding,
    CouncilOrganisation,
    Organisation,
    OrganisationCode,
)
from partnerships.services.organisations import add_organisation
from partnerships.services.partner_audits import add_finding, record_audit
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_plan
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked

pytestmark = pytest.mark.django_db


class Caller:
    """Somebody of a council who calls its API."""

    def __init__(self, council: Council, role: Role = Role.COORDINATOR, **fields: Any) -> None:
        self.council, self.person = council, member(council, role, **fields)
        self.client = sign_in(Client(), self.person)

    def ask(self, method: str, name: str, /, *keys: object, **body: Any) -> tuple[int, Any]:
        """The status and what the answer says."""
        address = reverse(name, args=[self.council.slug, *keys])
        answer = getattr(self.client, method)(address, body or None, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def caller() -> Caller:
    return Caller(CouncilFactory(), name="Coordinator")


@pytest.fixture
def neighbour() -> Caller:
    return Caller(CouncilFactory())


def own_organisation(council: Council, name: str = "Adult Services") -> Organisation:
    with service_scope(council=council):
        return add_organisation(
            council=council, name=name, kind=OrganisationKind.COUNCIL_SERVICE, specified_authority=False,
            panel_partner=False, by=None,
        )  # fmt: skip


def test_leads_are_named_and_taken_back_and_strangers_and_old_versions_refused(
    caller: Caller, neighbour: Caller
) -> None:
    trust = linked(caller.council, OrganisationFactory())
    lead = member(caller.council, Role.PARTNER_LEAD)
    stranger = neighbour.person.pk
    name = "api-organisation-leads"
    status, answer = caller.ask(
        "put", name, trust.pk, version=1, prevent_lead=lead.pk, executive_lead=caller.person.pk
    )
    assert (status, answer["prevent_lead"], answer["executive_lead"], answer["link_version"]) == (
        200,
        lead.pk,
        caller.person.pk,
        2,
    )
    assert caller.ask("put", name, trust.pk, version=2, prevent_lead=stranger, executive_lead=None) == (
        400,
        {"prevent_lead": ["This is nobody of the council."]},
    )
    status, answer = caller.ask("put", name, trust.pk, version=1, prevent_lead=None, executive_lead=None)
    assert (status, answer["version"]) == (409, 2)
    status, answer = caller.ask("put", name, trust.pk, version=2, prevent_lead=None, executive_lead=None)
    assert (status, answer["prevent_lead"], answer["executive_lead"]) == (200, None, None)
    assert neighbour.ask("put", name, trust.pk, version=1, prevent_lead=None, executive_lead=None)[0] == 404
    with service_scope(council=caller.council):
        assert CouncilOrganisation.objects.get().version == 3


def test_an_own_organisation_s_code_is_added_and_ended_and_a_register_s_one_is_not(
    caller: Caller, neighbour: Caller
) -> None:
    own = own_organisation(caller.council)
    national = linked(caller.council, OrganisationFactory(code="RXX"))
    body = {"scheme": "Local", "code": "HR-1", "starts_on": "2026-04-01"}
    status, made = caller.ask("post", "api-organisation-codes", own.pk, **body)
    code = OrganisationCode.objects.get(organisation=own)
    expected = {
        "id": code.pk, "scheme": "Local", "code": "HR-1", "starts_on": "2026-04-01", "ends_on": None,
    }  # fmt: skip
    assert (status, made) == (201, expected)
    assert caller.ask("post", "api-organisation-codes", own.pk, **body) == (
        400,
        {"detail": "Another organisation of the council has this code."},
    )
    refused = (
        "This organisation comes from an official register. Its name and codes change with the register."
    )
    assert caller.ask("post", "api-organisation-codes", national.pk, **body) == (400, {"detail": refused})
    end = "api-organisation-code"
    assert caller.ask("put", end, own.pk, code.pk, ends_on="2026-03-31") == (
        400,
        {"detail": "The last day of the code must not be before its first."},
    )
    assert neighbour.ask("put", end, own.pk, code.pk, ends_on="2026-05-01")[0] == 404
    assert caller.ask("put", end, national.pk, national.codes.get().pk, ends_on="2026-05-01")[0] == 404
    assert caller.ask("put", end, own.pk, code.pk, ends_on="2026-05-01") == (
        200,
        {**expected, "ends_on": "2026-05-01"},
    )


def acting_body(acting: ActingPerson, person: User) -> dict[str, Any]:
    allowed_at = timezone.localtime(acting.allowed_at).isoformat().replace("+00:00", "Z")
    return {
        "id": str(acting.pk), "user_id": person.pk, "name": person.name, "email": person.email,
        "roles": "Partner submitter", "may_act": True,
        "allowed_at": allowed_at, "allowed_by": "Coordinator",
    }  # fmt: skip


def test_the_api_vouches_for_a_partner_once_and_ends_it_and_refuses_others(
    caller: Caller, neighbour: Caller
) -> None:
    trust = linked(caller.council, OrganisationFactory())
    linked(neighbour.council, trust)
    partner = member(caller.council, Role.PARTNER_SUBMITTER, name="Submitter")
    people = "api-organisation-people"
    status, made = caller.ask("post", people, trust.pk, person=partner.pk)
    with service_scope(council=caller.council):
        acting = ActingPerson.objects.get()
    assert (status, made) == (201, acting_body(acting, partner))
    assert caller.ask("post", people, trust.pk, person=partner.pk) == (201, made)
    assert caller.ask("get", people, trust.pk) == (200, [made])
    assert neighbour.ask("get", people, trust.pk) == (200, [])
    assert neighbour.ask("post", people, trust.pk, person=partner.pk) == (
        400,
        {"person": ["This is nobody of the council."]},
    )
    assert caller.ask("post", people, trust.pk, person=caller.person.pk) == (
        400,
        {
            "detail": "Give the person the role of partner submitter or partner Prevent lead in this council "
            "first."
        },
    )
    assert Caller(caller.council, Role.BOARD_MEMBER).ask("get", people, trust.pk)[0] == 404
    assert neighbour.ask("delete", "api-organisation-person", acting.pk)[0] == 404
    assert caller.ask("delete", "api-organisation-person", acting.pk) == (204, None)
    assert caller.ask("delete", "api-organisation-person", acting.pk)[0] == 404
    assert caller.ask("get", people, trust.pk) == (200, [])


def a_finding(council: Council) -> AuditFinding:
    trust = linked(council, OrganisationFactory())
    with service_scope(council=council):
        audit = record_audit(
            council=council, organisation=trust, kind=AuditKind.SECTION_11, audited_on=date(2026, 3, 12),
            token=uuid4(), by=None,
        )  # fmt: skip
        return add_finding(audit=audit, text="No lead is named", by=None)


def test_a_finding_is_closed_in_words_once_and_only_by_its_council(caller: Caller, neighbour: Caller) -> None:
    finding = a_finding(caller.council)
    close = "api-finding-close"
    assert neighbour.ask("post", close, finding.pk, version=1, words="Done")[0] == 404
    assert caller.ask("post", close, finding.pk, version=1, words=" ") == (
        400,
        {"words": ["This field may not be blank."]},
    )
    assert caller.ask("post", close, finding.pk, version=9, words="Done")[0] == 409
    status, closed = caller.ask("post", close, finding.pk, version=1, words="A lead was named.")
    assert (status, closed) == (
        200,
        {
            "id": str(finding.pk), "version": 2, "number": 1, "text": "No lead is named", "state": "closed",
            "closed_on": timezone.localdate().isoformat(), "closing_words": "A lead was named.",
            "action_id": None,
        },
    )  # fmt: skip
    assert caller.ask("post", close, finding.pk, version=2, words="Again") == (
        400,
        {"detail": "This finding is closed."},
    )


def test_a_finding_becomes_one_action_of_the_plan(caller: Caller, neighbour: Caller) -> None:
    finding = a_finding(caller.council)
    body = {
        "title": "Name a lead",
        "due_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "owner": caller.person.pk,
    }
    action = "api-finding-action"
    assert neighbour.ask("post", action, finding.pk, **body)[0] == 404
    assert caller.ask("post", action, finding.pk, **{**body, "owner": neighbour.person.pk}) == (
        400,
        {"owner": ["This is nobody of the council."]},
    )
    status, answer = caller.ask("post", action, finding.pk, **body)
    assert (status, list(answer)) == (400, ["detail"])
    with council_scope(user_id=caller.person.pk, council=caller.council):
        make_plan(caller.council, caller.person)
    status, answer = caller.ask("post", action, finding.pk, **body)
    with service_scope(council=caller.council):
        made = Action.objects.get()
    assert (status, answer["action_id"], made.title) == (201, str(made.pk), "Name a lead")
    assert caller.ask("post", action, finding.pk, **body) == (
        400,
        {"detail": "This finding has its action already."},
    )


def test_organisations_are_listed_added_linked_and_keep_their_contacts(
    caller: Caller, neighbour: Caller
) -> None:
    trust = OrganisationFactory(name="North Trust", code="RXX")
    theirs = OrganisationFactory(name="Their service", kept_by=neighbour.council)
    links, every = "api-organisation-links", "api-organisations"
    status, made = caller.ask("post", links, organisation=str(trust.pk), starts_on="2026-04-01")
    assert (status, [code["code"] for code in made["codes"]]) == (201, ["RXX"])
    for organisation, words in (
        (trust, "It is linked already: change the link."),
        (theirs, "The directory has no such organisation."),
    ):
        assert caller.ask("post", links, organisation=str(organisation.pk)) == (
            400,
            {"organisation": [words]},
        )
    status, own = caller.ask("post", every, name="Adult Services", kind="council_service")
    assert (status, own["own"]) == (201, True)
    assert [each["name"] for each in caller.ask("get", every)[1]["results"]] == [
        "Adult Services",
        "North Trust",
    ]
    assert neighbour.ask("get", every)[1]["results"] == []
    change = {"version": 1, "starts_on": "2026-04-01", "ends_on": "2026-09-30"}
    assert caller.ask("put", "api-organisation", trust.pk, **change)[1]["linked_to"] == "2026-09-30"
    assert caller.ask("put", "api-organisation", trust.pk, **change)[0] == 409
    assert caller.ask("post", "api-contacts", trust.pk, name="Nobody") == (
        400,
        {"detail": "Enter an email address or a telephone number."},
    )
    kept = caller.ask("post", "api-contacts", trust.pk, name="Desk", email="desk@example.org")[1]
    assert caller.ask("get", "api-contacts", trust.pk) == (200, [kept])
    assert neighbour.ask("delete", "api-contact", kept["id"])[0] == 404
    renamed = caller.ask("put", "api-contact", kept["id"], **{**kept, "name": "Main desk"})
    assert renamed == (200, {**kept, "name": "Main desk", "version": 2})
    assert caller.ask("delete", "api-contact", kept["id"]) == (204, None)


def test_audits_are_recorded_changed_and_given_findings_and_stay_with_their_council(
    caller: Caller, neighbour: Caller
) -> None:
    trust = linked(caller.council, OrganisationFactory())
    body = {"organisation": str(trust.pk), "kind": "section_11", "audited_on": "2026-03-12"}
    audit = caller.ask("post", "api-partner-audits", **body)[1]
    assert caller.ask("post", "api-findings", audit["id"], text="No lead")[1]["number"] == 1
    listed = caller.ask("get", "api-partner-audits")[1]["results"]
    assert [(each["id"], each["open_findings"]) for each in listed] == [(audit["id"], 1)]
    change = {"kind": "section_11", "audited_on": "2026-03-12", "version": 1, "result": "met"}
    assert caller.ask("put", "api-partner-audit", audit["id"], **change)[1]["result"] == "met"
    assert caller.ask("put", "api-partner-audit", audit["id"], **change)[0] == 409
    shown = caller.ask("get", "api-partner-audit", audit["id"])[1]
    assert [each["text"] for each in shown["findings"]] == ["No lead"]
    assert neighbour.ask("get", "api-partner-audit", audit["id"])[0] == 404
    assert neighbour.ask("get", "api-partner-audits")[1]["results"] == []
