"""Rounds, local items, editions and comparisons over the API: the pages' rules, versions and keys."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from compliance.models import Assessment, ItemAnswer, LocalItem
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.rounds import answer_for_test, make_local_item, make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

ROUND = {
    "edition": "guidance-2015",
    "period": "2019/20",
    "period_start": "2019-04-01",
    "period_end": "2020-03-31",
    "parts": ["local_authority"],
}
ITEM = {"prompt": "A briefing is held", "kind": "should", "workstream": "Local items"}


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


@pytest.fixture
def first(council: Council, coordinator: User) -> Assessment:
    found = make_round(council, coordinator)
    with service_scope(council=council):
        answer_for_test(found, "S-01", coordinator, response="Both boards do this.")
    return found


def send(client: Client, address: str, body: dict[str, Any], **options: Any) -> Any:
    return client.post(address, body, content_type="application/json", **options)


def test_a_round_is_opened_brought_forward_confirmed_compared_and_closed(
    client: Client, council: Council, coordinator: User, first: Assessment
) -> None:
    sign_in(client, coordinator)
    base = f"/api/v1/c/{council.slug}/checklist/"
    key = {"HTTP_IDEMPOTENCY_KEY": "round-1"}
    opened = send(client, base, {**ROUND, "earlier_id": str(first.pk)}, **key)
    assert opened.status_code == 201
    body = opened.json()
    assert (body["brought_from"], body["parts"]) == (str(first.pk), ["local_authority"])
    assert body["reassessed"] == "0 of 17 re-assessed, 1 carried forward unconfirmed, 16 not answered"
    assert send(client, base, {**ROUND, "earlier_id": str(first.pk)}, **key).json() == body
    assert client.get(base).json()["count"] == 2
    item = next(one for one in body["items"] if one["ref"] == "S-01")
    assert (item["to_confirm"], item["version"]) == (True, 1)

    confirm = f"{base}items/{item['id']}/confirm/"
    assert send(client, confirm, {"version": 5}).status_code == 409
    assert send(client, confirm, {"version": 1}).json()["version"] == 2
    compared = client.get(f"{base}{body['id']}/compare/{first.pk}/").json()
    assert (compared["then"]["period"], compared["now"]["period"]) == ("2018/19", "2019/20")
    assert compared["lines"][0]["change"] == "Confirmed unchanged"
    closed = send(client, f"{base}{body['id']}/close/", {})
    assert (closed.json()["state"], closed.status_code) == ("closed", 200)
    assert "closed already" in send(client, f"{base}{body['id']}/close/", {}).json()["detail"]

    empty = send(client, base, {**ROUND, "period_start": "2019-05-01"}).json()
    brought = send(client, f"{base}{empty['id']}/bring-forward/", {"earlier_id": str(first.pk)})
    assert brought.json()["reassessed"].startswith("0 of 17 re-assessed, 1 carried forward")
    editions = client.get(f"{base}editions/").json()["results"]
    assert [one["code"] for one in editions] == ["guidance-2023", "channel-assurance", "guidance-2015"]
    assert [step["label"] for step in editions[0]["scale"]] == ["Not met", "Met", "Exceeding"]


def test_bad_bodies_are_refused_in_words_and_store_nothing(
    client: Client, council: Council, coordinator: User, first: Assessment
) -> None:
    sign_in(client, coordinator)
    base = f"/api/v1/c/{council.slug}/checklist/"
    for change in (
        {"edition": "guidance-1999"},
        {"parts": ["toolkit"]},
        {"period_end": "2019-01-01"},
        {"earlier_id": str(uuid4())},
        {"earlier_id": "nonsense"},
        {"period_start": "2018-04-01"},
    ):
        assert send(client, base, {**ROUND, **change}).status_code == 400, change
    with service_scope(council=council):
        assert Assessment.objects.filter(council=council).count() == 1
        assert ItemAnswer.objects.filter(council=council).count() == 17


def test_local_items_are_kept_with_versions_and_keys(
    client: Client, council: Council, coordinator: User
) -> None:
    sign_in(client, coordinator)
    base = f"/api/v1/c/{council.slug}/checklist/local/"
    key = {"HTTP_IDEMPOTENCY_KEY": "item-1"}
    added = send(client, base, ITEM, **key)
    assert (added.status_code, added.json()["ref"]) == (201, "L-1")
    assert send(client, base, ITEM, **key).json() == added.json()
    assert client.get(base).json()["count"] == 1
    here = f"{base}{added.json()['id']}/"
    change = {**ITEM, "expected_evidence": "", "prompt": "Two briefings are held", "version": 1}
    assert client.put(here, change, content_type="application/json").json()["version"] == 2
    stale = client.put(here, {**change, "prompt": "Mine"}, content_type="application/json")
    assert stale.status_code == 409
    assert stale.json()["differences"] == [
        {"field": "prompt", "label": "Item", "theirs": "Two briefings are held", "yours": "Mine"}
    ]
    assert send(client, f"{here}retire/", {}).json()["retired_at"] is not None
    assert send(client, f"{here}retire/", {}).status_code == 400
    assert client.get(here).json()["prompt"] == "Two briefings are held"


def test_only_coordinators_write_and_another_councils_ids_are_unknown(
    council: Council, coordinator: User, first: Assessment
) -> None:
    with service_scope(council=council):
        item: LocalItem = make_local_item(council, coordinator)
    base = f"/api/v1/c/{council.slug}/checklist/"
    writes = [
        base,
        f"{base}{first.pk}/bring-forward/",
        f"{base}{first.pk}/close/",
        f"{base}local/",
        f"{base}local/{item.pk}/retire/",
    ]
    other = CouncilFactory.create()
    stranger = member(other, Role.COORDINATOR)
    for person in (member(council, Role.SAFETY_OFFICER), member(council, Role.BOARD_MEMBER), stranger):
        visitor = sign_in(Client(), person)
        assert {send(visitor, address, {}).status_code for address in writes} == {404}
    visitor = sign_in(Client(), stranger)
    theirs = f"/api/v1/c/{other.slug}/checklist/"
    for address in (f"{first.pk}/", f"{first.pk}/compare/{first.pk}/", f"local/{item.pk}/"):
        assert visitor.get(theirs + address).status_code == 404
    foreign, unknown = (
        send(visitor, theirs, {**ROUND, "earlier_id": str(key)}) for key in (first.pk, uuid4())
    )
    assert (foreign.status_code, foreign.json()) == (400, unknown.json())
