"""Each council vouches for who acts for an organisation in it; access ends with the link."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.access import own_organisations
from partnerships.enums import AuditKind
from partnerships.models import ActingPerson, CouncilOrganisation, Organisation, OrganisationUserPermission
from partnerships.policies import PartnershipRefused
from partnerships.services.acting_people import allow_submitter, end_with_links, withdraw_submitter
from partnerships.services.partner_audits import record_audit
from partnerships.tasks import end_acting_people_of_one
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from training.access.returns import reading_organisations, sending_organisations

pytestmark = pytest.mark.django_db


def acts(person: User, council: Council) -> list[str]:
    with council_scope(user_id=person.pk, council=council):
        return [each.name for each in own_organisations(council_access(person, council))]


def partner_of_both() -> tuple[Council, Council, Organisation, User]:
    """A trust of two councils, and a person who is a partner in both, vouched for in the first alone."""
    here, there = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Both Trust")
    person = submitter(here, trust)
    linked(there, trust)
    give_role(person, there, Role.PARTNER_SUBMITTER)
    return here, there, trust, person


def vouch(council: Council, trust: Organisation, person: User) -> None:
    with service_scope(council=council):
        allow_submitter(council=council, organisation=trust, user=person, by=None)


def take_back(council: Council, trust: Organisation, person: User) -> None:
    with service_scope(council=council):
        withdraw_submitter(council=council, organisation=trust, user=person, by=None)


def test_what_one_council_vouches_for_opens_nothing_in_another() -> None:
    here, there, _, person = partner_of_both()
    assert (acts(person, here), acts(person, there)) == (["Both Trust"], [])


def test_the_walls_of_returns_ask_for_the_council_s_own_word() -> None:
    here, there, trust, person = partner_of_both()

    def own_keys(council: Council) -> list[object]:
        with council_scope(user_id=person.pk, council=council), connection.cursor() as cursor:
            cursor.execute("SELECT unnest(training_own_organisations())")
            return [row[0] for row in cursor.fetchall()]

    assert (own_keys(here), own_keys(there)) == ([trust.pk], [])
    vouch(there, trust, person)
    today = timezone.localdate()
    with service_scope(council=there):
        links = CouncilOrganisation.objects.filter(council=there, organisation=trust)
        links.update(ends_on=today)
        assert own_keys(there) == [trust.pk], "its last day"
        links.update(ends_on=today - timedelta(days=1))
    assert own_keys(there) == [], "before the nightly job has taken the word back"
    assert own_keys(here) == [trust.pk]


def test_what_one_council_takes_back_stays_where_another_vouched() -> None:
    here, there, trust, person = partner_of_both()
    vouch(there, trust, person)
    take_back(here, trust, person)
    assert (acts(person, here), acts(person, there)) == ([], ["Both Trust"])
    assert OrganisationUserPermission.objects.filter(user=person, content_object=trust).count() == 1
    take_back(there, trust, person)
    assert acts(person, there) == []
    assert OrganisationUserPermission.objects.count() == 0


def test_vouching_twice_is_once_and_again_after_an_end_is_a_new_row() -> None:
    council, trust = CouncilFactory(), OrganisationFactory()
    person = submitter(council, trust)
    vouch(council, trust, person)
    with service_scope(council=council):
        assert ActingPerson.objects.count() == 1
    take_back(council, trust, person)
    take_back(council, trust, person)
    vouch(council, trust, person)
    with service_scope(council=council):
        assert [each.ended_at is None for each in ActingPerson.objects.all()] == [False, True]
    assert acts(person, council) == [trust.name]


def test_a_council_sees_no_other_s_word() -> None:
    here, there, _, person = partner_of_both()
    with council_scope(user_id=member(there, Role.COORDINATOR).pk, council=there):
        assert ActingPerson.objects.filter(user=person).count() == 0
    with service_scope(council=here):
        assert ActingPerson.objects.filter(user=person).count() == 1


def test_a_partner_reads_and_sends_to_the_last_day_of_the_link_and_neither_after_it() -> None:
    council, trust = CouncilFactory(), OrganisationFactory()
    person = submitter(council, trust)
    today = timezone.localdate()

    def seen() -> tuple[int, int]:
        with council_scope(user_id=person.pk, council=council):
            access = council_access(person, council)
            return len(reading_organisations(access)), len(sending_organisations(access))

    linked(council, trust, ends_on=today)
    assert seen() == (1, 1)
    linked(council, trust, ends_on=today - timedelta(days=1))
    assert seen() == (0, 0)


def audit_addresses(council: Council, trust: Organisation) -> tuple[str, str]:
    """The page and the API's address of an audit of the trust."""
    with service_scope(council=council):
        audit = record_audit(
            council=council, organisation=trust, kind=AuditKind.SECTION_11, audited_on=date(2026, 3, 12),
            token=uuid4(), by=None,
        )  # fmt: skip
    keys = [council.slug, audit.pk]
    return reverse("partner-audit", args=keys), reverse("api-partner-audit", args=keys)


def test_access_ends_with_the_link_and_stays_where_another_council_s_link_stays(client: Client) -> None:
    here, there, trust, person = partner_of_both()
    for council in (here, there):
        give_role(person, council, Role.PARTNER_LEAD)
    vouch(there, trust, person)
    ours, theirs = audit_addresses(here, trust), audit_addresses(there, trust)
    sign_in(client, person)

    def answers() -> list[int]:
        return [client.get(address).status_code for address in (*ours, *theirs)]

    def granted() -> bool:
        return OrganisationUserPermission.objects.filter(user=person, content_object=trust).exists()

    assert (answers(), granted()) == ([200] * 4, True)
    yesterday = timezone.localdate() - timedelta(days=1)
    linked(here, trust, ends_on=yesterday)
    assert (answers(), granted()) == ([404, 404, 200, 200], True)
    with service_scope(council=there):
        # The day passes with nobody there: the pages ask for the date, and the nightly job follows.
        CouncilOrganisation.objects.filter(organisation=trust).update(ends_on=yesterday)
    assert (answers(), granted()) == ([404] * 4, True)
    end_acting_people_of_one(council_id=there.pk)
    assert granted() is False
    linked(here, trust, ends_on=None)
    assert answers()[:2] == [404, 404]
    vouch(here, trust, person)
    assert (answers(), granted()) == ([200, 200, 404, 404], True)


def test_the_nightly_end_touches_no_link_that_lasts_and_no_other_council() -> None:
    here, there, trust, person = partner_of_both()
    vouch(there, trust, person)
    stays = submitter(here, OrganisationFactory())
    yesterday = timezone.localdate() - timedelta(days=1)
    for council in (here, there):
        with service_scope(council=council):
            CouncilOrganisation.objects.filter(organisation=trust).update(ends_on=yesterday)
    with service_scope(council=here):
        assert [end_with_links(council=here, today=timezone.localdate()) for _ in range(2)] == [1, 0]
        assert [each.user for each in ActingPerson.objects.live()] == [stays]
    with service_scope(council=there):
        assert [each.user for each in ActingPerson.objects.live()] == [person]


def test_a_role_that_somebody_is_given_later_opens_nothing_of_an_earlier_one() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Old Trust")
    person = submitter(council, trust)
    give_role(person, other, Role.PARTNER_SUBMITTER)
    stays = submitter(council, OrganisationFactory(name="Stays"))
    with service_scope(council=council):
        person.memberships.filter(council=council).update(revoked_at=timezone.now())
    for each in (council, council, other):
        end_acting_people_of_one(council_id=each.pk)
    give_role(person, council, Role.PARTNER_LEAD)
    assert (acts(person, council), acts(stays, council)) == ([], ["Stays"])
    assert not OrganisationUserPermission.objects.filter(user=person).exists()


def test_nobody_is_let_act_where_the_link_has_ended() -> None:
    council = CouncilFactory()
    yesterday = timezone.localdate() - timedelta(days=1)
    trust = linked(council, OrganisationFactory(), ends_on=yesterday)
    person = member(council, Role.PARTNER_LEAD)
    with (
        service_scope(council=council),
        pytest.raises(PartnershipRefused, match="link to this organisation has ended"),
    ):
        allow_submitter(council=council, organisation=trust, user=person, by=None)


def test_the_database_refuses_a_link_to_what_another_council_added_for_itself() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    theirs = OrganisationFactory(kept_by=other)
    with (
        service_scope(council=council),
        pytest.raises(DatabaseError, match="added for itself"),
        transaction.atomic(),
    ):
        CouncilOrganisation.objects.create(council=council, organisation=theirs)
    with service_scope(council=other):
        CouncilOrganisation.objects.create(council=other, organisation=theirs)
