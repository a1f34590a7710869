"""Who may be asked for something: people with a role in a council, today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db


def test_people_with_a_role_hold_it_today_and_may_sign_in() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    today = timezone.localdate()
    same_name = [member(council, Role.COORDINATOR, name="Ada", email=f"{n}@example.org") for n in "ba"]
    lead = member(council, Role.SAFETY_OFFICER, Role.COORDINATOR, name="Bo")
    auditor = member(council, Role.AUDITOR, name="Cy")
    member(other, Role.COORDINATOR)
    member(council, Role.COORDINATOR, is_active=False)
    give_role(UserFactory.create(), council, Role.COORDINATOR, starts_on=today + timedelta(days=1))
    give_role(
        UserFactory.create(),
        council,
        Role.COORDINATOR,
        starts_on=today - timedelta(days=9),
        ends_on=today - timedelta(days=1),
    )
    service = User.objects.get(is_service=True)
    give_role(service, council, Role.COORDINATOR)
    with service_scope(council=council):
        assert list(people_with(council)) == [*reversed(same_name), lead, auditor]
        assert list(people_with(council, {Role.COORDINATOR})) == [*reversed(same_name), lead]
        assert list(people_with(council, {Role.AUDITOR, Role.SAFETY_OFFICER})) == [lead, auditor]
        assert list(people_with(council, ())) == []
