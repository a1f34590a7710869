"""Organisations: one directory, each council's links, and the right to act for one of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.http import Http404
from guardian.shortcuts import get_objects_for_user

from partnerships.access import (
    council_services,
    linked_organisation_for,
    own_organisations,
    reachable_leads,
)
from partnerships.demo.organisations import load_organisations
from partnerships.enums import OrganisationKind
from partnerships.models import (
    ActingPerson,
    CouncilOrganisation,
    Organisation,
    OrganisationGroupPermission,
    OrganisationUserPermission,
)
from partnerships.permissions import OrganisationPermission, PartnershipsPermission
from partnerships.policies import PartnershipRefused
from partnerships.queries import linked_organisations, organisations_of
from partnerships.services.acting_people import allow_submitter, withdraw_submitter
from partnerships.services.organisations import (
    add_organisation,
    change_organisation,
    link_organisation,
    name_leads,
)
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.factories import CouncilFactory, UserFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter

pytestmark = pytest.mark.django_db


def names_for(person: User, council) -> list[str]:
    with council_scope(user_id=person.pk, council=council):
        return [o.name for o in own_organisations(council_access(person, council))]


def test_a_submitter_sees_only_their_own_organisation() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    own, other = OrganisationFactory(name="Own Trust"), OrganisationFactory(name="Other Trust")
    person = submitter(council, own)
    submitter(council, other)
    linked(neighbour, own)
    assert names_for(person, council) == ["Own Trust"]
    assert names_for(person, neighbour) == []


def test_a_grant_without_the_council_s_link_or_a_partner_s_role_gives_nothing() -> None:
    council = CouncilFactory()
    trust = OrganisationFactory()
    person = submitter(council, trust)
    stranger = member(council, Role.PARTNER_SUBMITTER)
    staff = member(council, Role.COORDINATOR)
    permission = Permission.objects.get(codename="submit_returns", content_type__app_label="partnerships")
    OrganisationUserPermission.objects.create(user=staff, permission=permission, content_object=trust)
    assert names_for(person, council) == [trust.name]
    assert names_for(stranger, council) == []
    assert names_for(staff, council) == []


def test_a_permission_on_the_model_or_superuser_power_opens_no_organisation() -> None:
    council = CouncilFactory()
    linked(council, OrganisationFactory())
    person = member(council, Role.PARTNER_SUBMITTER, is_superuser=True)
    person.user_permissions.add(
        Permission.objects.get(codename="submit_returns", content_type__app_label="partnerships")
    )
    assert names_for(person, council) == []


def test_a_person_who_is_not_active_acts_for_nobody() -> None:
    council = CouncilFactory()
    person = submitter(council, OrganisationFactory())
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert names_for(person, council) == []


def test_a_link_counts_on_its_last_day_and_not_on_the_next() -> None:
    council = CouncilFactory()
    linked(council, OrganisationFactory(), starts_on=date(2015, 7, 1), ends_on=date(2018, 12, 31))
    with service_scope(council=council):
        assert linked_organisations(council, date(2018, 12, 31)) != {}
        assert linked_organisations(council, date(2019, 1, 1)) == {}


@pytest.mark.parametrize("roles", [(), (Role.COORDINATOR,), (Role.PARTNER_SUBMITTER, Role.COORDINATOR)])
def test_only_a_partner_and_nobody_of_the_council_may_be_let_act_for_an_organisation(roles) -> None:
    council = CouncilFactory()
    trust = linked(council, OrganisationFactory())
    person = UserFactory.create()
    give_role(person, council, *roles)
    with service_scope(council=council), pytest.raises(PartnershipRefused):
        allow_submitter(council=council, organisation=trust, user=person, by=None)
    assert OrganisationUserPermission.objects.count() == 0


def test_nobody_may_act_for_an_organisation_that_the_council_has_not_linked() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    trust = linked(neighbour, OrganisationFactory())
    person = member(council, Role.PARTNER_SUBMITTER)
    with service_scope(council=council), pytest.raises(PartnershipRefused, match="not linked"):
        allow_submitter(council=council, organisation=trust, user=person, by=None)


@pytest.mark.parametrize("role", [Role.SAFETY_OFFICER, Role.BOARD_MEMBER, Role.PARTNER_SUBMITTER])
def test_only_who_may_edit_the_partnership_links_and_lets_act(role: Role) -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    trust = linked(council, OrganisationFactory())
    partner = member(council, Role.PARTNER_SUBMITTER)
    for asker in (member(council, role), member(neighbour, Role.COORDINATOR)):
        with service_scope(council=council):
            for refused in (
                lambda by: link_organisation(council=council, organisation=OrganisationFactory(), by=by),
                lambda by: allow_submitter(council=council, organisation=trust, user=partner, by=by),
                lambda by: withdraw_submitter(council=council, organisation=trust, user=partner, by=by),
            ):
                with pytest.raises(Http404):
                    refused(asker)
    assert OrganisationUserPermission.objects.count() == 0
    editor = member(council, Role.COORDINATOR)
    with service_scope(council=council):
        allow_submitter(council=council, organisation=trust, user=partner, by=editor)
    assert names_for(partner, council) == [trust.name]


def test_leads_are_named_of_the_council_s_people_and_reached_while_they_act_for_the_organisation() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = linked(council, OrganisationFactory())
    lead, head = submitter(council, trust), member(council, Role.SAFETY_OFFICER)
    elsewhere = submitter(council, OrganisationFactory())
    with service_scope(council=council):

        def named(lead: User | None, executive: User | None) -> CouncilOrganisation:
            return name_leads(
                council=council, organisation=trust, prevent_lead=lead, executive_lead=executive, by=None
            )

        link = named(lead, head)
        assert reachable_leads(council, [link]) == {(trust.pk, lead.pk), (trust.pk, head.pk)}
        assert reachable_leads(council, [named(elsewhere, None)]) == set()
        assert reachable_leads(council, [named(None, None)]) == set()
        with pytest.raises(PartnershipRefused, match="role in this council"):
            named(member(other, Role.PARTNER_LEAD), None)
        with pytest.raises(PartnershipRefused, match="not linked"):
            name_leads(
                council=council, organisation=OrganisationFactory(), prevent_lead=None, executive_lead=None,
                by=None,
            )  # fmt: skip
    with council_scope(user_id=head.pk, council=council), pytest.raises(Http404):
        name_leads(council=council, organisation=trust, prevent_lead=None, executive_lead=head, by=head)


def test_the_right_to_act_ends_at_once_when_withdrawn() -> None:
    council = CouncilFactory()
    trust = OrganisationFactory()
    person = submitter(council, trust)
    with service_scope(council=council):
        withdraw_submitter(council=council, organisation=trust, user=person, by=None)
    assert names_for(person, council) == []


def test_grants_on_organisations_name_a_person_and_lie_in_their_own_table() -> None:
    council = CouncilFactory()
    trust = OrganisationFactory()
    person = submitter(council, trust)
    grant = OrganisationUserPermission.objects.get()
    assert (grant.user, grant.content_object) == (person, trust)
    assert grant.permission.content_type.model == "organisation"
    assert OrganisationGroupPermission.objects.count() == 0
    found = get_objects_for_user(
        person, OrganisationPermission.SUBMIT_RETURNS.value, Organisation, accept_global_perms=False
    )
    assert list(found) == [trust]


def test_no_group_or_person_holds_a_permission_of_organisations_on_the_model() -> None:
    council = CouncilFactory()
    submitter(council, OrganisationFactory())
    on_model = Permission.objects.filter(content_type__app_label="partnerships")
    assert on_model.filter(group__isnull=False).count() == 0
    assert on_model.filter(user__isnull=False).count() == 0


def test_a_coordinator_keeps_the_council_s_own_services_and_an_officer_does_not() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    service = OrganisationFactory(name="Adult Services", kind=OrganisationKind.COUNCIL_SERVICE)
    linked(council, service)
    linked(council, OrganisationFactory())
    linked(neighbour, OrganisationFactory(kind=OrganisationKind.COUNCIL_SERVICE))
    for role, expected in ((Role.COORDINATOR, ["Adult Services"]), (Role.SAFETY_OFFICER, [])):
        person = member(council, role)
        with council_scope(user_id=person.pk, council=council):
            assert [o.name for o in council_services(council_access(person, council))] == expected


def test_an_organisation_of_another_council_is_not_found() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    ours, theirs = linked(council, OrganisationFactory()), linked(neighbour, OrganisationFactory())
    person = member(council, Role.COORDINATOR)
    view = PartnershipsPermission.VIEW_PARTNERSHIP
    with council_scope(user_id=person.pk, council=council):
        access = council_access(person, council)
        assert linked_organisation_for(access, ours.pk, view) == ours
        with pytest.raises(Http404):
            linked_organisation_for(access, theirs.pk, view)


def test_an_organisation_that_ended_cannot_be_linked_from_a_later_day() -> None:
    council = CouncilFactory()
    ended = OrganisationFactory(ends_on=date(2024, 10, 31))
    with service_scope(council=council), pytest.raises(PartnershipRefused, match="successor"):
        link_organisation(council=council, organisation=ended, by=None, starts_on=date(2024, 11, 1))


def test_nobody_follows_themselves_however_long_the_circle() -> None:
    """A is followed by B, B by C: C is not followed by A; a longer parentage likewise."""
    council = CouncilFactory()
    editor = member(council, Role.COORDINATOR)
    day = date(2026, 5, 1)
    with service_scope(council=council):
        first, second, third = (
            add_organisation(
                council=council, name=name, kind=OrganisationKind.OTHER, specified_authority=False,
                panel_partner=False, by=None,
            )
            for name in ("A", "B", "C")
        )  # fmt: skip

    def change(each: Organisation, **fields: Organisation | None) -> None:
        each.refresh_from_db()
        with council_scope(user_id=editor.pk, council=council):
            change_organisation(
                council=council, organisation=each, name=each.name, kind=OrganisationKind.OTHER,
                specified_authority=False, panel_partner=False, parent=fields.get("parent"), ends_on=day,
                successor=fields.get("successor"), version=each.version, by=editor,
            )  # fmt: skip

    change(first, successor=second)
    change(second, successor=third)
    with pytest.raises(PartnershipRefused, match="cannot follow itself, also not by way of others"):
        change(third, successor=first)
    change(third)
    change(first, parent=second)
    change(second, parent=third)
    with pytest.raises(PartnershipRefused, match="cannot be part of itself"):
        change(third, parent=first)


def test_the_demo_links_each_trust_to_its_council_and_keeps_a_closed_one_with_its_successor() -> None:
    councils = {
        slug: CouncilFactory(slug=slug)
        for slug in ("barnet", "southwark", "wolverhampton", "buckinghamshire", "leicestershire")
    }
    people = {
        email: member(councils["barnet"], Role.PARTNER_SUBMITTER, email=email)
        for email in ("submitter@royalfree.example", "submitter@clch.example", "lead@beh.example")
    }
    for _ in range(2):
        load_organisations(councils=councils, people=people)
    with service_scope(council=councils["barnet"]):
        lines = {line.codes: line for line in organisations_of(councils["barnet"])}
    assert lines["ODS RRP"].ends_on == date(2024, 10, 31)
    assert lines["ODS RRP"].successor == "North London NHS Foundation Trust"
    assert "ODS RV5" not in lines
    person = people["submitter@royalfree.example"]
    with service_scope(council=councils["barnet"]):
        assert ActingPerson.objects.filter(link__ends_on__isnull=False).count() == 1
        assert ActingPerson.objects.live().filter(link__ends_on__isnull=False).count() == 0
    assert names_for(person, councils["barnet"]) == ["Royal Free London NHS Foundation Trust"]
    with own_councils_scope(user_id=person.pk):
        assert OrganisationUserPermission.objects.filter(user=person).count() == 1
