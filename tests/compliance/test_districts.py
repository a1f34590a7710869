"""A county reads of each district which plan it has, and what the district shares with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from compliance.enums import PlanKind
from compliance.models import ActionPlan
from compliance.services.sharing import share_plan
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def planned(council: Council, title: str, **fields: object) -> ActionPlan:
    """A district's plan, kept by the district itself or, with ``district``, by its county."""
    by = member(council, Role.COORDINATOR)
    with council_scope(user_id=by.pk, council=council):
        plan = make_plan(council, by, title)
        for name, value in fields.items():
            setattr(plan, name, value)
        plan.save(update_fields=list(fields))
    return plan


def shared(plan: ActionPlan, county: Council) -> None:
    by, today = member(plan.council, Role.COORDINATOR), timezone.localdate()
    with council_scope(user_id=by.pk, council=plan.council):
        share_plan(
            plan=plan,
            by=by,
            receiver=county,
            starts_on=today,
            ends_on=today + timedelta(300),
            reason="Agreed.",
        )


def address_of(council: Council) -> str:
    return reverse("districts", args=[council.slug])


def words(cell: object) -> object:
    """A cell of a table as a person reads it."""
    if isinstance(cell, list):
        return [words(each) for each in cell]
    hint = getattr(cell, "hint", "")
    return f"{getattr(cell, 'text', cell)}{f' ({hint})' if hint else ''}"


def test_a_county_reads_own_plans_parts_of_plans_and_shares_and_another_county_nothing(
    client: Client,
) -> None:
    county, other = (CouncilFactory.create(name=name, tier=Tier.COUNTY) for name in ("Anyshire", "Oldshire"))
    east, north, west = (
        CouncilFactory.create(name=name, tier=Tier.DISTRICT, parent=county)
        for name in ("Eastham", "Northam", "Westham")
    )
    CouncilFactory.create(name="Oldham", tier=Tier.DISTRICT, parent=other)
    planned(county, "Eastham plan", kind=PlanKind.DISTRICT, district=east)
    safety = {"kind": PlanKind.COMMUNITY_SAFETY, "part_of": "Safety plan, theme 2"}
    given = planned(north, "Northam: Prevent in the safety plan", **safety)
    shared(given, county)
    kept_back = planned(north, "Northam's own business")
    hidden = planned(west, "Westham plan", kind=PlanKind.DISTRICT)
    for plan, late in ((given, 2), (kept_back, 5), (hidden, 7)):
        by = member(plan.council, Role.COORDINATOR)
        for due_in in (30, *[-1] * late):
            make_action(plan, by, due_in=due_in)

    reader = member(county, Role.COORDINATOR)

    def rows(council: Council, person: User) -> list[list[object]]:
        sign_in(client, person)
        table = client.get(address_of(council)).context["table"]
        return [[words(cell) for cell in (row[0], *row[2:])] for row in table.rows]

    assert rows(county, reader) == [
        ["Eastham", ["Own plan (kept by the county)"], "Not shared", "Nothing"],
        [
            "Northam",
            ["Inside another plan: Safety plan, theme 2 (shared by the district)"],
            ["0 of 3 actions complete", "2 overdue"],
            ["Northam: Prevent in the safety plan"],
        ],
        ["Westham", "No plan known", "Not shared", "Nothing"],
    ]
    assert rows(other, member(other, Role.COORDINATOR)) == [
        ["Oldham", "No plan known", "Not shared", "Nothing"]
    ]
    board_member = sign_in(Client(), member(county, Role.BOARD_MEMBER))
    assert address_of(county) in board_member.get(f"/c/{county.slug}/").content.decode()
    for outside in (west, other):
        reads = sign_in(Client(), member(outside, Role.BOARD_MEMBER)).get(f"/c/{outside.slug}/")
        assert (address_of(outside) in reads.content.decode()) == (outside == other)

    address = address_of(county)
    sign_in(client, reader)
    with assertNumQueries(QUERIES):
        client.get(address)
    more = [
        CouncilFactory.create(name=f"New {number}", tier=Tier.DISTRICT, parent=county) for number in range(9)
    ]
    with service_scope(council=county):
        ActionPlan.objects.bulk_create(
            ActionPlan(
                council=county,
                title=f"Plan of {district.name}",
                kind=PlanKind.DISTRICT,
                district=district,
                starts_on=timezone.localdate(),
                ends_on=timezone.localdate() + timedelta(days=300),
            )
            for district in more
        )
    with assertNumQueries(QUERIES):
        client.get(address)


QUERIES = 20
"""Of the page of districts, for any number of districts."""
