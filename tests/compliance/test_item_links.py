"""Checklist items and the plan actions that bring them about: within one council, seen from both sides."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from compliance.models import AnswerAction, Assessment
from compliance.policies import PolicyError
from compliance.queries.answers import actions_linked, items_of_action
from compliance.services.item_links import link_action, unlink_action
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import new_id
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.answers import answer_of
from tests.compliance.factories import make_action, make_plan
from tests.compliance.rounds import make_round
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


class Scene:
    """A council with a round and three actions, one of them a partner's, and a neighbour with one."""

    def __init__(self) -> None:
        self.council, self.neighbour = CouncilFactory.create(), CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.partner = member(self.council, Role.PARTNER_LEAD)
        self.assessment = make_round(self.council, self.coordinator)
        plan = make_plan(self.council, self.coordinator)
        self.first = make_action(plan, self.coordinator, title="Train the wardens")
        self.second = make_action(plan, self.coordinator, title="Write to the halls")
        self.partners = make_action(plan, self.coordinator, title="Ask hospitals", owner=self.partner)
        stranger = member(self.neighbour, Role.COORDINATOR)
        self.foreign = make_action(make_plan(self.neighbour, stranger), stranger, title="Not ours to see")
        with service_scope(council=self.council):
            self.item, self.other = answer_of(self.council, "S-05"), answer_of(self.council, "S-11")
            self.item.owner = self.partner
            self.item.save(update_fields=["owner"])

    def address(self, page: str = "actions/") -> str:
        return f"/c/{self.council.slug}/checklist/items/{self.item.pk}/{page}"

    def linked(self) -> list[str]:
        with service_scope(council=self.council):
            return [action.title for action in actions_linked(self.item)]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_links_are_made_once_and_taken_away(scene: Scene) -> None:
    with service_scope(council=scene.council):
        for _ in range(2):
            link_action(answer=scene.item, by=scene.coordinator, action=scene.first)
        assert AnswerAction.objects.filter(council=scene.council).count() == 1
        for _ in range(2):
            unlink_action(answer=scene.item, by=scene.coordinator, action=scene.first)
        assert AnswerAction.objects.filter(council=scene.council).count() == 0


def test_an_action_of_another_council_cannot_be_linked(scene: Scene) -> None:
    with service_scope(council=scene.council), pytest.raises(PolicyError, match="not in a plan"):
        link_action(answer=scene.item, by=scene.coordinator, action=scene.foreign)
    # Under one council the composite key refuses the row; in the scope of both, so does it.
    both = member(scene.council, Role.COORDINATOR)
    give_role(both, scene.neighbour, Role.COORDINATOR)
    with own_councils_scope(user_id=both.pk), pytest.raises(IntegrityError), transaction.atomic():
        AnswerAction.objects.create(
            id=new_id(), council=scene.council, answer=scene.item, action=scene.foreign
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_closed_round_keeps_its_links(scene: Scene) -> None:
    with service_scope(council=scene.council):
        link_action(answer=scene.item, by=scene.coordinator, action=scene.first)
        Assessment.objects.filter(council=scene.council).update(state="closed")
        for act in (link_action, unlink_action):
            with pytest.raises(PolicyError, match="round is closed"):
                act(answer=scene.item, by=scene.coordinator, action=scene.first)
    assert sign_in(Client(), scene.coordinator).get(scene.address()).status_code == 404
    assert scene.linked() == ["Train the wardens"]


def test_the_chooser_lists_this_councils_actions_and_finds_by_words(scene: Scene) -> None:
    coordinator = sign_in(Client(), scene.coordinator)
    page = coordinator.get(scene.address()).content.decode()
    for title in ("Train the wardens", "Write to the halls", "Ask hospitals"):
        assert title in page
    assert "Not ours to see" not in page
    found = coordinator.get(f"{scene.address()}?text=halls").content.decode()
    assert "Write to the halls" in found
    assert "Train the wardens" not in found
    assert "Train the wardens" in coordinator.get(f"{scene.address()}?text=A1").content.decode()
    assert "No action found" in coordinator.get(f"{scene.address()}?text=zzz").content.decode()
    sent = coordinator.post(scene.address(), {"actions": [str(scene.first.pk), str(scene.partners.pk)]})
    assert sent.status_code == 302
    assert scene.linked() == ["Train the wardens", "Ask hospitals"]
    foreign = coordinator.post(scene.address(), {"actions": [str(scene.foreign.pk)]})
    assert foreign.status_code == 200
    assert scene.linked() == ["Train the wardens", "Ask hospitals"]


def test_a_link_made_meanwhile_stays(scene: Scene) -> None:
    coordinator = sign_in(Client(), scene.coordinator)
    with service_scope(council=scene.council):
        link_action(answer=scene.item, by=scene.coordinator, action=scene.first)
        link_action(answer=scene.item, by=scene.coordinator, action=scene.second)
    # The page was opened when only the first was linked, and the first is unticked now.
    fields = {"actions": [str(scene.partners.pk)], "linked": [str(scene.first.pk)]}
    assert coordinator.post(scene.address(), fields).status_code == 302
    assert scene.linked() == ["Write to the halls", "Ask hospitals"]


def test_a_partner_links_and_sees_only_actions_of_their_own(scene: Scene) -> None:
    with service_scope(council=scene.council):
        link_action(answer=scene.item, by=scene.coordinator, action=scene.first)
    partner = sign_in(Client(), scene.partner)
    chooser = partner.get(scene.address()).content.decode()
    assert "Ask hospitals" in chooser
    assert "Train the wardens" not in chooser
    assert "Train the wardens" not in partner.get(scene.address("")).content.decode()
    refused = partner.post(scene.address(), {"actions": [str(scene.second.pk)]})
    assert refused.status_code == 200
    removed = partner.post(scene.address(), {"actions": [], "linked": [str(scene.first.pk)]})
    assert removed.status_code == 200, "what they cannot see, they cannot take away"
    assert partner.post(scene.address(), {"actions": [str(scene.partners.pk)]}).status_code == 302
    assert scene.linked() == ["Train the wardens", "Ask hospitals"]
    api = f"/api/v1{scene.address()}"
    assert [one["title"] for one in partner.get(api).json()] == ["Ask hospitals"]
    assert partner.delete(f"{api}{scene.first.pk}/").status_code == 404


def test_the_actions_page_shows_the_items_that_its_reader_may_know_of(scene: Scene) -> None:
    with service_scope(council=scene.council):
        link_action(answer=scene.item, by=scene.coordinator, action=scene.partners)
        link_action(answer=scene.other, by=scene.coordinator, action=scene.partners)
        found = items_of_action(scene.council, [scene.partners.pk, scene.first.pk])
        own = items_of_action(scene.council, [scene.partners.pk], asked_of=scene.partner)
    assert [one.ref for one in found[scene.partners.pk]] == ["S-05", "S-11"]
    assert found[scene.first.pk] == []
    assert [one.ref for one in own[scene.partners.pk]] == ["S-05"]
    address = f"/c/{scene.council.slug}/actions/{scene.partners.pk}/"
    page = sign_in(Client(), scene.coordinator).get(address).content.decode()
    assert "S-05" in page
    assert "S-11" in page
    theirs = sign_in(Client(), scene.partner).get(address).content.decode()
    assert "S-05" in theirs
    assert "S-11" not in theirs


def test_links_are_made_by_api_once_per_key(scene: Scene) -> None:
    coordinator = sign_in(Client(), scene.coordinator)
    address = f"/api/v1{scene.address()}"
    body = {"action_id": str(scene.first.pk)}
    for _ in range(2):
        made = coordinator.post(address, body, headers={"Idempotency-Key": "one"}, **JSON)
        assert (made.status_code, made.json()["reference"]) == (201, "A1")
    other = coordinator.post(
        address, {"action_id": str(scene.second.pk)}, headers={"Idempotency-Key": "one"}, **JSON
    )
    assert other.status_code == 422
    foreign = coordinator.post(address, {"action_id": str(scene.foreign.pk)}, **JSON)
    assert (foreign.status_code, list(foreign.json())) == (400, ["action_id"])
    assert scene.linked() == ["Train the wardens"]
    assert coordinator.delete(f"{address}{scene.first.pk}/").status_code == 204
    assert scene.linked() == []
    assert (
        sign_in(Client(), member(scene.council, Role.BOARD_MEMBER)).post(address, body, **JSON).status_code
        == 404
    )
