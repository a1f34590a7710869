"""Builds the world of the sweep: for the sweep itself, and for whoever looks at every page."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership
from tests.sweep import builders as _builders  # noqa: F401 - registers what models need
from tests.sweep.personas import BOTH, ELSEWHERE, HOME, NEIGHBOUR, people
from tests.sweep.world import OWNER, World

PASSWORD = "correct horse battery staple"
"""Everybody's in the world."""


def build() -> World:
    """Two councils of one county and one elsewhere, with people, and one row of every model each."""
    connections["default"].close()
    world = World()
    world.password = make_password(PASSWORD)
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
