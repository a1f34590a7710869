"""Rows of many tables are read in one statement and come back as instances of their models."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.outbox.waiting_rows import Waiting, read
from prevent_portal.tenancy.scope import own_councils_scope
from tests.factories import CouncilFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db


def test_parts_of_several_tables_are_one_statement_and_hold_what_was_named(
    django_assert_num_queries: Any,
) -> None:
    council, other = CouncilFactory.create(name="Aford"), CouncilFactory.create(name="Beford")
    person, stranger = UserFactory.create(name="Ann"), UserFactory.create()
    give_role(person, council, Role.AUDITOR, starts_on=date(2020, 2, 29))
    give_role(stranger, other, Role.AUDITOR)
    never: list[Any] = []

    def of_people(people: list[User]) -> list[tuple[Any, ...]]:
        return [(one.pk, one.words) for one in people]  # type: ignore[attr-defined] # annotated below

    def of_roles(roles: list[Membership]) -> list[tuple[Any, ...]]:
        return [
            (one.pk, one.starts_on, one.ends_on, one.role, one.council.name, one.created_by, one.user_id)
            for one in roles
        ]

    parts: list[Waiting[Any, tuple[Any, ...]]] = [
        Waiting(
            User.objects.filter(pk=person.pk).annotate(words=Concat(Value("Hello "), F("name"))),
            ("words",),
            of_people,
        ),
        Waiting(Membership.objects.none(), ("starts_on",), never.append),  # type: ignore[arg-type, return-value]
        Waiting(
            Membership.objects.order_by("starts_on"),
            ("starts_on", "ends_on", "role_group__role", "council__name", "created_by__name", "user"),
            of_roles,
        ),
    ]
    with own_councils_scope(user_id=person.pk):
        membership = Membership.objects.get()
        with django_assert_num_queries(1):
            found = list(read(parts))
    assert found == [
        (person.pk, "Hello Ann"),
        (membership.pk, date(2020, 2, 29), None, Role.AUDITOR, "Aford", None, person.pk),
    ]
    assert never == []
    with django_assert_num_queries(0):
        assert list(read([])) == []
    one = User.objects.filter(pk=stranger.pk)
    assert list(read([Waiting(one, ("email",), lambda people: [each.email for each in people])])) == [
        stranger.email
    ]
