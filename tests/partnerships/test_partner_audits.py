"""Audits of partners: who reads which, findings with their actions, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import Action
from partnerships.access.partner_audits import audit_for, audits_seen
from partnerships.enums import AuditKind, AuditResult, FindingState
from partnerships.models import AuditFinding, CouncilOrganisation, Organisation, PartnerAudit
from partnerships.organisation_announcements import finding_origins
from partnerships.policies import PartnershipRefused
from partnerships.queries.partner_audits import audits_of, due_audits
from partnerships.services.partner_audits import (
    add_finding,
    change_audit,
    close_finding,
    raise_finding_action,
    record_audit,
)
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_plan
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 12)


def audited(council: Council, organisation: Organisation, day: date = DAY, **fields: Any) -> PartnerAudit:
    with service_scope(council=council):
        return record_audit(
            council=council, organisation=organisation, kind=AuditKind.SECTION_11, audited_on=day,
            token=fields.pop("token", uuid4()), by=None, **fields,
        )  # fmt: skip


def test_the_council_s_readers_see_every_audit_and_a_partner_s_lead_its_own() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    own, elsewhere = (
        linked(council, OrganisationFactory(name="Own")),
        linked(council, OrganisationFactory(name="Else")),
    )
    first, second = audited(council, own), audited(council, elsewhere, DAY - timedelta(days=1))
    audited(other, linked(other, OrganisationFactory()))
    lead, on_the_panel = submitter(council, own), submitter(council, own)
    for person, role in (
        (lead, Role.PARTNER_LEAD),
        (on_the_panel, Role.PARTNER_LEAD),
        (on_the_panel, Role.PANEL_MEMBER),
        (on_the_panel, Role.BOARD_MEMBER),
    ):
        give_role(person, council, role)
    sender = submitter(council, own)
    for person, expected in (
        (member(council, Role.COORDINATOR), [first.pk, second.pk]),
        (member(council, Role.AUDITOR), [first.pk, second.pk]),
        (lead, [first.pk]),
        (on_the_panel, [first.pk]),
    ):
        with council_scope(user_id=person.pk, council=council):
            access = council_access(person, council)
            assert [line.id for line in audits_seen(access)] == expected
            if second.pk not in expected:
                with pytest.raises(Http404):
                    audit_for(access, second.pk)
    for person in (sender, member(council, Role.BOARD_MEMBER), member(other, Role.COORDINATOR)):
        with council_scope(user_id=person.pk, council=council), pytest.raises(Http404):
            audits_seen(council_access(person, council))


def test_the_page_of_an_organisation_names_a_partner_s_lead_no_audit_of_another(client: Client) -> None:
    council = CouncilFactory()
    own, elsewhere = linked(council, OrganisationFactory()), linked(council, OrganisationFactory())
    audited(council, own, title="Audit of ours")
    audited(council, elsewhere, title="Audit of theirs")
    person = submitter(council, own)
    for role in (Role.PARTNER_LEAD, Role.BOARD_MEMBER):
        give_role(person, council, role)
    sign_in(client, person)
    for organisation, title, is_there in (
        (own, "Audit of ours", True),
        (elsewhere, "Audit of theirs", False),
    ):
        page = client.get(reverse("organisation", args=[council.slug, organisation.pk]))
        assert (page.status_code, title in page.content.decode()) == (200, is_there)


def test_the_way_to_an_audit_leads_through_the_partnership_for_whoever_may_open_it(client: Client) -> None:
    council = CouncilFactory()
    own = linked(council, OrganisationFactory())
    audit = audited(council, own)
    lead = submitter(council, own)
    give_role(lead, council, Role.PARTNER_LEAD)
    for person, trail in (
        (member(council, Role.COORDINATOR), ["Partnership", "Audits of partners"]),
        (lead, ["Audits of partners"]),
    ):
        sign_in(client, person)
        page = client.get(reverse("partner-audit", args=[council.slug, audit.pk]))
        assert [crumb.text for crumb in page.context["crumbs"]][:-1] == trail
        page = client.get(reverse("partner-audits", args=[council.slug]))
        assert [crumb.text for crumb in page.context["crumbs"]] == trail


def test_an_audit_is_recorded_once_and_refused_in_the_future_or_without_a_link() -> None:
    council = CouncilFactory()
    trust, token = linked(council, OrganisationFactory()), uuid4()
    assert audited(council, trust, token=token) == audited(council, trust, token=token)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong, words in (
        ({"day": tomorrow}, "today or in the past"),
        ({"next_due_on": DAY}, "must be after this one"),
    ):
        with pytest.raises(PartnershipRefused, match=words):
            audited(council, trust, **wrong)
    with pytest.raises(PartnershipRefused, match="not linked"):
        audited(council, OrganisationFactory())
    with service_scope(council=council):
        assert PartnerAudit.objects.count() == 1


def test_a_stale_change_holds_both_texts() -> None:
    council = CouncilFactory()
    audit = audited(council, linked(council, OrganisationFactory()), title="Round of 2026")
    editor = member(council, Role.COORDINATOR)
    values: dict[str, Any] = {
        "kind": AuditKind.SECTION_11, "audited_on": DAY, "carried_out_by": "", "result": AuditResult.MET,
        "summary": "", "next_due_on": None, "by": editor,
    }  # fmt: skip
    with council_scope(user_id=editor.pk, council=council):
        changed = change_audit(audit=audit, title="First round", version=1, **values)
        with pytest.raises(StaleVersion) as stale:
            later = {"result": AuditResult.NOT_MET, "next_due_on": date(2027, 4, 1)}
            change_audit(audit=audit, title="Second round", version=1, **{**values, **later})
    assert (changed.version, changed.result) == (2, AuditResult.MET)
    assert [(each.theirs, each.yours) for each in stale.value.differences] == [
        ("First round", "Second round"),
        ("Met", "Not met"),
        ("Not given", "1 April 2027"),
    ]


def test_findings_are_numbered_and_close_with_words_once() -> None:
    council = CouncilFactory()
    audit = audited(council, linked(council, OrganisationFactory()))
    editor = member(council, Role.COORDINATOR)
    with council_scope(user_id=editor.pk, council=council):
        first = add_finding(audit=audit, text="No lead is named", by=editor)
        second = add_finding(audit=audit, text="No training log", by=editor)
        assert add_finding(audit=audit, text=" No training log ", by=editor) == second
        assert [first.number, second.number] == [1, 2]
        with pytest.raises(PartnershipRefused, match="what the audit found"):
            add_finding(audit=audit, text=" ", by=editor)
        with pytest.raises(PartnershipRefused, match="what was done"):
            close_finding(finding=first, words=" ", version=1, by=editor)
        closed = close_finding(finding=first, words="A lead was named.", version=1, by=editor)
        assert (closed.state, closed.closed_on) == (FindingState.CLOSED, timezone.localdate())
        with pytest.raises(PartnershipRefused, match="is closed"):
            close_finding(finding=first, words="Again", version=2, by=editor)
        assert [(line.findings, line.open_findings) for line in audits_of(council)] == [(2, 1)]


def test_who_reads_every_audit_alone_learns_from_which_finding_an_action_arose() -> None:
    council = CouncilFactory()
    trust, key = linked(council, OrganisationFactory(name="Trust")), uuid4()
    audit = audited(council, trust)
    with service_scope(council=council):
        finding = add_finding(audit=audit, text="No trained governor.", by=None)
        AuditFinding.objects.filter(pk=finding.pk).update(action_id=key)
    lead = submitter(council, trust)
    give_role(lead, council, Role.PARTNER_LEAD)

    def learns(person: User) -> list[str]:
        with council_scope(user_id=person.pk, council=council):
            return [origin.words for origin in finding_origins(council_access(person, council), key)]

    words = ["Section 11 safeguarding audit of Trust, 12 March 2026, finding 1"]
    assert learns(member(council, Role.COORDINATOR)) == words
    assert (learns(member(council, Role.BOARD_MEMBER)), learns(lead)) == ([], [])


@pytest.mark.parametrize("role", [Role.SAFETY_OFFICER, Role.ADMINISTRATOR], ids=["reader", "administrator"])
def test_who_may_not_read_audits_and_who_only_reads_them_records_none(role: Role) -> None:
    council = CouncilFactory()
    trust = linked(council, OrganisationFactory())
    reader = member(council, role)
    with council_scope(user_id=reader.pk, council=council), pytest.raises(Http404):
        record_audit(
            council=council,
            organisation=trust,
            kind=AuditKind.OTHER,
            audited_on=DAY,
            token=uuid4(),
            by=reader,
        )


def test_the_next_audit_is_due_until_a_later_one_of_its_kind_is_recorded() -> None:
    council = CouncilFactory()
    trust = linked(council, OrganisationFactory())
    audit = audited(council, trust, next_due_on=DAY + timedelta(days=30))
    with service_scope(council=council):
        assert not due_audits([council.pk], DAY + timedelta(days=29))
        assert list(due_audits([council.pk], DAY + timedelta(days=30))) == [audit]
    audited(council, trust, DAY + timedelta(days=20))
    with service_scope(council=council):
        assert not due_audits([council.pk], DAY + timedelta(days=30))


def test_the_list_costs_the_same_for_one_audit_and_for_fifty(client: Client) -> None:
    council = CouncilFactory()
    trust = linked(council, OrganisationFactory(name="North Trust"))
    audited(council, trust)
    sign_in(client, member(council, Role.COORDINATOR))
    page = reverse("partner-audits", args=[council.slug])
    client.get(page)

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page).status_code == 200
        return len(caught)

    one = cost()
    with service_scope(council=council):
        link = CouncilOrganisation.objects.get(organisation=trust)
        PartnerAudit.objects.bulk_create(
            PartnerAudit(council=council, link=link, kind="other", audited_on=DAY, token=uuid4())
            for _ in range(49)
        )
    assert cost() == one


def test_a_coordinator_records_an_audit_and_turns_its_finding_into_an_action(client: Client) -> None:
    council = CouncilFactory()
    trust = linked(council, OrganisationFactory(name="North Trust"))
    editor = member(council, Role.COORDINATOR)
    sign_in(client, editor)
    add = reverse("partner-audit-add", args=[council.slug, trust.pk])
    sent = {
        "kind": "section_11",
        "audited_on": DAY.isoformat(),
        "result": "partly_met",
        "token": str(uuid4()),
    }
    assert client.post(add, sent).status_code == 302
    with service_scope(council=council):
        audit = PartnerAudit.objects.get()
    page = reverse("partner-audit", args=[council.slug, audit.pk])
    client.post(reverse("finding-add", args=[council.slug, audit.pk]), {"text": "No lead is named"})
    with service_scope(council=council):
        finding = AuditFinding.objects.get()
    raise_page = reverse("finding-action", args=[council.slug, finding.pk])
    due = (timezone.localdate() + timedelta(days=30)).isoformat()
    asked = {"title": "Name a lead", "due_on": due, "owner": str(editor.pk)}
    refused = client.post(raise_page, asked)
    assert refused.status_code == 200
    assert "plan" in refused.content.decode()
    with council_scope(user_id=editor.pk, council=council):
        make_plan(council, editor)
    assert client.post(raise_page, asked).status_code == 302
    with service_scope(council=council):
        action = Action.objects.get()
        finding.refresh_from_db()
        assert (finding.action_id, action.title) == (action.pk, "Name a lead")
        # Whoever reads plans reads this, and need not know which partner was audited.
        assert action.measure == "Arose from: an audit of a partner, finding 1."
        with pytest.raises(PolicyError, match="has its action already"):
            raise_finding_action(finding=finding, title="Twice", owner=None, due_on=DAY, by=editor)
    assert "Name a lead" in client.get(page).content.decode()
    other = CouncilFactory()
    sign_in(client, member(other, Role.COORDINATOR))
    assert client.get(page).status_code == 404
