"""Days at the end of the calendar break no page, and nobody's list of work."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from compliance.models import ActionPlan
from compliance.queries.plan_reviews import add_months
from compliance.services.plan_reviews import add_reviewer
from partnerships.models import Board
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_plan
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db
LAST = date(9999, 12, 31)


def test_months_end_with_the_calendar() -> None:
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    assert add_months(date(9999, 12, 1), 12) == LAST


def test_a_body_that_begins_at_the_end_of_the_calendar_breaks_no_page(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    with service_scope(council=council):
        ActionPlan.objects.filter(pk=plan.pk).update(ends_on=LAST)
        board = Board.objects.create(council=council, name="Board")
        add_reviewer(plan=plan, by=coordinator, board=board, cadence="annual", starts_on=LAST)
    sign_in(client, coordinator)
    for address in (f"/c/{council.slug}/plans/{plan.pk}/", "/my-work/"):
        assert client.get(address).status_code == 200, address
