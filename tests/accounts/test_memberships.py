"""Roles are given by two people, end on their day or at once, and lapse by night (AU-4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services import memberships, people
from prevent_portal.accounts.tasks import end_memberships, suspend_dormant
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def administrator(council: Council) -> User:
    person = UserFactory.create(name="Ada Administrator")
    give_role(person, council, Role.ADMINISTRATOR, starts_on=date(2015, 7, 1))
    return person


def membership_of(person: User, council: Council, role: Role) -> Membership:
    with service_scope(council=council):
        return Membership.objects.select_related("council", "role_group").get(
            user=person, council=council, role_group__role=role
        )


def actions(council: Council) -> list[str]:
    with service_scope(council=council):
        return list(
            Event.objects.filter(council_id=council.pk).order_by("id").values_list("action", flat=True)
        )


def test_nobody_gives_a_role_to_themselves(council: Council, administrator: User) -> None:
    with (
        council_scope(user_id=administrator.pk, council=council),
        pytest.raises(AccountsRefused, match="Ask another administrator"),
    ):
        memberships.grant(user=administrator, council=council, role=Role.CHANNEL_CHAIR, by=administrator)
    with service_scope(council=council):
        assert council_access(administrator, council).roles == {Role.ADMINISTRATOR}


def test_only_an_administrator_gives_and_ends_roles(council: Council, administrator: User) -> None:
    coordinator = member(council, Role.COORDINATOR)
    target = membership_of(administrator, council, Role.ADMINISTRATOR)
    with council_scope(user_id=coordinator.pk, council=council):
        with pytest.raises(AccountsRefused, match="Only an administrator"):
            memberships.grant(user=UserFactory.create(), council=council, role=Role.AUDITOR, by=coordinator)
        with pytest.raises(AccountsRefused, match="Only an administrator"):
            memberships.end(membership=target, by=coordinator)


def test_an_administrator_of_one_council_gives_no_role_in_another(administrator: User) -> None:
    other = CouncilFactory.create()
    with service_scope(council=other), pytest.raises(AccountsRefused):
        memberships.grant(user=UserFactory.create(), council=other, role=Role.AUDITOR, by=administrator)


def test_a_role_held_already_is_refused_in_words(council: Council, administrator: User) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    today = timezone.localdate()
    with council_scope(user_id=administrator.pk, council=council):
        with pytest.raises(AccountsRefused, match="already hold the role of community safety officer"):
            memberships.give_role(
                user=person, council=council, role=Role.SAFETY_OFFICER, by=administrator,
                starts_on=today, ends_on=None,
            )  # fmt: skip
        with pytest.raises(AccountsRefused, match="last day must be today or later"):
            memberships.give_role(
                user=person, council=council, role=Role.AUDITOR, by=administrator,
                starts_on=today, ends_on=today - timedelta(days=1),
            )  # fmt: skip
        memberships.give_role(
            user=person, council=council, role=Role.AUDITOR, by=administrator, starts_on=today, ends_on=today
        )
    assert membership_of(person, council, Role.AUDITOR).created_by == administrator


def test_a_role_that_ended_can_be_given_again(council: Council, administrator: User) -> None:
    person = UserFactory.create()
    today = timezone.localdate()
    give_role(
        person, council, Role.SAFETY_OFFICER,
        starts_on=today - timedelta(days=20), ends_on=today - timedelta(days=1),
    )  # fmt: skip
    with council_scope(user_id=administrator.pk, council=council):
        memberships.give_role(
            user=person, council=council, role=Role.SAFETY_OFFICER, by=administrator,
            starts_on=today, ends_on=None,
        )  # fmt: skip
        assert council_access(person, council).roles == {Role.SAFETY_OFFICER}


def test_the_last_administrator_cannot_be_ended(council: Council, administrator: User) -> None:
    membership = membership_of(administrator, council, Role.ADMINISTRATOR)
    elsewhere = CouncilFactory.create()
    member(elsewhere, Role.ADMINISTRATOR)
    for on in (None, timezone.localdate() + timedelta(days=30)):
        with (
            council_scope(user_id=administrator.pk, council=council),
            pytest.raises(AccountsRefused, match="last administrator"),
        ):
            memberships.end(membership=membership, by=administrator, on=on)
    with service_scope(council=council):
        assert council_access(administrator, council).roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("how", ["ends soon", "closed"])
def test_an_administrator_who_is_leaving_does_not_count(
    council: Council, administrator: User, how: str
) -> None:
    leaving = UserFactory.create()
    give_role(
        leaving,
        council,
        Role.ADMINISTRATOR,
        ends_on=timezone.localdate() + timedelta(days=3) if how == "ends soon" else None,
    )
    if how == "closed":
        User.objects.filter(pk=leaving.pk).update(is_active=False)
    membership = membership_of(administrator, council, Role.ADMINISTRATOR)
    with (
        council_scope(user_id=administrator.pk, council=council),
        pytest.raises(AccountsRefused, match="last administrator"),
    ):
        memberships.end(membership=membership, by=administrator)


def test_with_two_administrators_one_may_go(council: Council, administrator: User) -> None:
    second = member(council, Role.ADMINISTRATOR)
    membership = membership_of(administrator, council, Role.ADMINISTRATOR)
    with council_scope(user_id=second.pk, council=council):
        memberships.end(membership=membership, by=second)
    with service_scope(council=council):
        assert not council_access(administrator, council).is_member
    assert not administrator.groups.exists()


def test_a_role_ends_once(council: Council, administrator: User) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    membership = membership_of(person, council, Role.SAFETY_OFFICER)
    with council_scope(user_id=administrator.pk, council=council):
        memberships.end(membership=membership, by=administrator)
        with pytest.raises(AccountsRefused, match="ended already"):
            memberships.end(membership=membership, by=administrator)
    assert actions(council)[-2:] == ["accounts.role_ended", "accounts.sessions_ended"]


def test_a_role_ends_after_its_last_day(
    client: Client, council: Council, administrator: User, time_machine: object
) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    person = member(council, Role.SAFETY_OFFICER)
    membership = membership_of(person, council, Role.SAFETY_OFFICER)
    with council_scope(user_id=administrator.pk, council=council):
        with pytest.raises(AccountsRefused, match="last day must be today or later"):
            memberships.end(membership=membership, by=administrator, on=date(2020, 3, 1))
        memberships.end(membership=membership, by=administrator, on=date(2020, 3, 5))
    with service_scope(council=council):
        time_machine.move_to("2020-03-05 23:59:59+00:00", tick=False)
        assert council_access(person, council).is_member
        time_machine.move_to("2020-03-06 00:00:00+00:00", tick=False)
        assert not council_access(person, council).is_member


# By night -----------------------------------------------------------------------------------------


def test_the_night_takes_away_the_groups_of_ended_roles_and_nothing_else(time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    first, second = CouncilFactory.create_batch(2)
    person = UserFactory.create()
    give_role(person, first, Role.SAFETY_OFFICER, ends_on=date(2020, 3, 2))
    give_role(person, first, Role.REPORT_AUTHOR)
    give_role(person, second, Role.SAFETY_OFFICER, ends_on=date(2020, 3, 3))
    stamp = person.security_stamp
    end_memberships()
    assert person.groups.count() == 3
    time_machine.move_to("2020-03-03 00:10:00+00:00", tick=False)
    end_memberships()
    assert set(person.groups.values_list("name", flat=True)) == {
        f"{first.slug}: report_author",
        f"{second.slug}: safety_officer",
    }
    person.refresh_from_db()
    assert person.security_stamp != stamp
    assert actions(first).count("accounts.role_lapsed") == 1
    assert actions(second).count("accounts.role_lapsed") == 0
    stamp = person.security_stamp
    end_memberships()
    person.refresh_from_db()
    assert person.security_stamp == stamp
    assert actions(first).count("accounts.role_lapsed") == 1


def test_the_night_leaves_the_group_of_a_role_that_was_given_again(time_machine: object) -> None:
    time_machine.move_to("2020-03-02 09:00:00+00:00", tick=False)
    council = CouncilFactory.create()
    person = UserFactory.create()
    give_role(person, council, Role.SAFETY_OFFICER, ends_on=date(2020, 3, 2))
    give_role(person, council, Role.SAFETY_OFFICER, starts_on=date(2020, 3, 3))
    time_machine.move_to("2020-03-03 00:10:00+00:00", tick=False)
    end_memberships()
    assert person.groups.count() == 1


DORMANT = [
    ((Role.SAFETY_OFFICER,), 90, True),
    ((Role.SAFETY_OFFICER,), 91, False),
    ((Role.PARTNER_SUBMITTER,), 400, True),
    ((Role.PARTNER_SUBMITTER,), 401, False),
    ((Role.COUNCILLOR, Role.CABINET_MEMBER), 400, True),
    ((Role.COUNCILLOR, Role.CABINET_MEMBER), 401, False),
    ((Role.COUNCILLOR, Role.COORDINATOR), 91, False),
    ((), 90, True),
    ((), 91, False),
]


@pytest.mark.parametrize(("roles", "days", "active"), DORMANT)
def test_an_account_that_nobody_uses_is_suspended_after_its_days(
    council: Council, roles: tuple[Role, ...], days: int, active: bool
) -> None:
    person = member(council, *roles)
    today = timezone.localdate()
    User.objects.filter(pk=person.pk).update(last_active_on=today - timedelta(days=days))
    suspend_dormant()
    person.refresh_from_db()
    assert person.is_active is active
    assert person.dormant_since == (None if active else today)


def test_roles_of_all_councils_count_and_each_council_hears_of_it() -> None:
    first, second = CouncilFactory.create_batch(2)
    person = member(first, Role.PARTNER_SUBMITTER)
    give_role(person, second, Role.COORDINATOR)
    User.objects.filter(pk=person.pk).update(last_active_on=timezone.localdate() - timedelta(days=91))
    assert people.suspend_dormant() == 1
    assert people.suspend_dormant() == 0
    for council in (first, second):
        assert actions(council).count("accounts.suspended") == 1


def test_an_account_never_used_counts_from_the_day_it_was_made(council: Council) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    User.objects.filter(pk=person.pk).update(
        last_active_on=None, created_at=timezone.now() - timedelta(days=92)
    )
    fresh = member(council, Role.SAFETY_OFFICER)
    suspend_dormant()
    assert list(User.objects.filter(is_active=False)) == [person]
    assert fresh.is_active


def test_the_service_principal_is_never_suspended() -> None:
    User.objects.filter(is_service=True).update(created_at=timezone.now() - timedelta(days=1000))
    suspend_dormant()
    assert User.objects.get(is_service=True).is_active


def test_a_suspended_person_is_let_back_in_by_an_administrator(
    client: Client, council: Council, administrator: User
) -> None:
    person = member(council, Role.SAFETY_OFFICER)
    sign_in(client, person)
    User.objects.filter(pk=person.pk).update(last_active_on=timezone.localdate() - timedelta(days=91))
    suspend_dormant()
    assert client.get(reverse("account")).status_code == 302
    with council_scope(user_id=administrator.pk, council=council):
        people.let_back_in(user=person, council=council, by=administrator)
    suspend_dormant()
    person.refresh_from_db()
    assert (person.is_active, person.dormant_since) == (True, None)
    assert person.last_active_on == timezone.localdate()


def test_closed_and_foreign_accounts_are_not_let_back_in(council: Council, administrator: User) -> None:
    closed = member(council, Role.SAFETY_OFFICER)
    foreign = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
    with council_scope(user_id=administrator.pk, council=council):
        people.deactivate(user=closed, by=administrator)
        with pytest.raises(AccountsRefused, match="not suspended for want of use"):
            people.let_back_in(user=closed, council=council, by=administrator)
        User.objects.filter(pk=foreign.pk).update(is_active=False, dormant_since=timezone.localdate())
        with pytest.raises(AccountsRefused, match="hold no role in your council"):
            people.let_back_in(user=foreign, council=council, by=administrator)
    assert not User.objects.filter(pk__in=[closed.pk, foreign.pk], is_active=True).exists()
