"""The world of the sweep: built once for each worker process and module, committed, and taken away after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership
from tests.sweep import builders as _builders  # noqa: F401 - registers what models need
from tests.sweep.personas import BOTH, ELSEWHERE, HOME, NEIGHBOUR, people
from tests.sweep.world import OWNER, World


def build() -> World:
    """Two councils of one county and one elsewhere, with people, and one row of every model each."""
    world = World()
    world.password = make_password("correct horse battery staple")
    county = world.add_council("wood", joined=False).council
    with transaction.atomic(using=OWNER):
        for slug, parent in ((HOME, county), (NEIGHBOUR, county), (ELSEWHERE, None)):
            world.add_council(slug, parent)
        people(world)
        for slug in (HOME, NEIGHBOUR, ELSEWHERE):
            place = world.places[slug]
            place.rows["membership"] = Membership.objects.using(OWNER).get(
                user=place.people["board"], council=place.council
            )
            world.fill(place)
        both = world.add_person(world.places[HOME], BOTH, Role.COORDINATOR)
        for role in (Role.COORDINATOR, Role.CHANNEL_CHAIR):
            world.add_role(both, world.places[NEIGHBOUR], role)
    return world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        connections["default"].close()
        made = build()
        connections[OWNER].close()
    yield made
    with django_db_blocker.unblock():
        # The way in which this suite puts a worker's database back (tests/conftest.py).
        TransactionTestCase._fixture_teardown(None)
