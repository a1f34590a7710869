"""People and councils for tests. Rooms add factories of their own in tests/<room>/factories.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.services import memberships
from prevent_portal.accounts.services.role_groups import sync_council
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

PASSWORD = "correct horse battery staple"
_HASH = make_password(PASSWORD, hasher="argon2")


class CouncilFactory(factory.django.DjangoModelFactory[Council]):
    """A tenant with its role groups."""

    class Meta:
        model = Council
        django_get_or_create = ("slug",)
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"council-{n}")
    name = factory.Sequence(lambda n: f"Council {n}")
    tier = Tier.LONDON_BOROUGH
    joined_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=800))
    """Long ago: what the portal offers a new council is asked for by the tests that are about it."""

    @factory.post_generation
    def role_groups(self: Council, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            sync_council(council=self)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who can sign in with PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = _HASH


def give_role(user: User, council: Council, *roles: Role, **dates: Any) -> list[Membership]:
    """Give a person roles in a council, as the service principal would."""
    with service_scope(council=council):
        return [memberships.grant(user=user, council=council, role=role, by=None, **dates) for role in roles]


def member(council: Council, *roles: Role, **fields: Any) -> User:
    """A new person with roles in a council."""
    user = UserFactory.create(**fields)
    give_role(user, council, *roles)
    return user
