"""An action says what it is linked to, and to each reader only what that person may know of."""

from __future__ import annotations

import pytest
from django.test import Client

from compliance.models import Recommendation
from compliance.queries.action_links import register
from compliance.services.recommendations import link_actions
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review
from tests.compliance.risks import risk_world
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def test_a_local_risk_is_named_to_its_audience_alone() -> None:
    world, other = risk_world("linkshire"), risk_world("elseshire")
    address = f"/c/{world.council.slug}/actions/{world.action.pk}/"
    for person, shown in (
        (world.keeper, True),
        (world.reader, True),
        (member(world.council, Role.COORDINATOR), False),
        (world.administrator, False),
    ):
        page = sign_in(Client(), person).get(address).content.decode()
        assert (world.risk.reference in page) is shown
        assert world.canary not in page, "its words stay in the register"
        assert other.risk.reference not in page


def test_a_recommendation_is_named_to_those_who_read_reviews() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator, partner = member(council, Role.COORDINATOR), member(council, Role.PARTNER_LEAD)
    action = make_action(make_plan(council, coordinator), coordinator, owner=partner)
    make_review(other, member(other, Role.COORDINATOR), "Elsewhere")
    review = make_review(council, coordinator, "How we answer")
    with service_scope(council=council):
        row = Recommendation.objects.get(council=council, review=review, number=2)
        link_actions(recommendation=row, by=coordinator, actions=[action])
    address = f"/c/{council.slug}/actions/{action.pk}/"
    page = sign_in(Client(), coordinator).get(address).content.decode()
    assert "Recommendation 2 of How we answer" in page
    assert str(row.pk) in page
    assert "How we answer" not in sign_in(Client(), partner).get(address).content.decode()


def test_two_nouns_cannot_speak_under_one_label() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register("Local risks", lambda access, action: [])
