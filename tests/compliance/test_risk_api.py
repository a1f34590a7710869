"""The risk register over the API: the pages' audience, each read one event, kept replies without a word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from compliance.models import Risk
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services import api_tokens
from prevent_portal.outbox.models import KeptReply
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.risks import RiskWorld, risk_world
from tests.factories import member

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def barnet() -> RiskWorld:
    return risk_world("barnet")


@pytest.fixture
def southwark() -> RiskWorld:
    return risk_world("southwark")


def api(world: RiskWorld, rest: str = "") -> str:
    return f"/api/v1{world.address}{rest}"


def new_risk(owner: User, **fields: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "theme": "By API",
        "description": "Words",
        "likelihood": 2,
        "impact": 2,
        "direction": "steady",
        "owner_id": owner.pk,
        "review_on": (today + timedelta(days=30)).isoformat(),
        "sources": {"referrals": today.isoformat()},
        "no_intelligence": True,
        **fields,
    }


def test_a_risk_is_written_changed_assessed_closed_and_opened_by_api(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    base = f"/api/v1{barnet.base}"
    today = timezone.localdate().isoformat()
    made = client.post(base, new_risk(barnet.keeper), **JSON)
    assert made.status_code == 201, made.json()
    address = f"{base}{made.json()['id']}/"
    assert set(made.json()) == {"id", "reference", "version"}
    shown = client.get(address).json()
    assert (shown["theme"], shown["score"], shown["sources"]) == ("By API", 4, {"referrals": today})
    changed = client.patch(address, {"version": 1, "theme": "Changed", "no_intelligence": True}, **JSON)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assessment = {
        "version": 2,
        "likelihood": 5,
        "impact": 5,
        "direction": "rising",
        "note": "More.",
        "review_on": today,
        "no_intelligence": True,
    }
    assert client.post(f"{address}assessments/", assessment, **JSON).json()["version"] == 3
    assert [row["score"] for row in client.get(f"{address}assessments/").json()] == [25, 4]
    listed = client.get(f"{base}?likelihood=5").json()
    assert [(row["theme"], row["score"]) for row in listed["results"]] == [("Changed", 25)]
    assert client.get(f"{base}?likelihood=x").status_code == 400
    linked = client.post(f"{address}actions/", {"action_id": str(barnet.action.pk)}, **JSON)
    assert linked.status_code == 204
    assert client.get(address).json()["action_ids"] == [str(barnet.action.pk)]
    assert client.delete(f"{address}actions/{barnet.action.pk}/").status_code == 204
    summary = {"heading": "Heading", "text": "Text", "no_intelligence": True}
    assert client.post(f"{address}summaries/", summary, **JSON).json()["state"] == "proposed"
    closed = {"version": 3, "reason": "It has passed.", "no_intelligence": True}
    assert client.post(f"{address}closure/", closed, **JSON).json()["version"] == 4
    opened = client.post(f"{address}reopening/", {"version": 4, "review_on": today}, **JSON)
    assert opened.json()["version"] == 5
    assert client.get(f"/api/v1/c/{barnet.council.slug}/risks/").json()["count"] == 0


def test_off_the_audience_the_api_knows_no_risk_and_each_read_is_one_event(
    barnet: RiskWorld, southwark: RiskWorld
) -> None:
    reads = ("", "assessments/")
    before = len(barnet.events())
    for person in (
        member(barnet.council, Role.COORDINATOR),
        barnet.administrator,
        southwark.keeper,
    ):
        client = sign_in(Client(), person)
        for address in (*(api(barnet, rest) for rest in reads), f"/api/v1{barnet.base}"):
            answer = client.get(address)
            assert answer.status_code == 404
            assert answer.json() == {"detail": "There is nothing at this address."}
        assert client.patch(api(barnet), {"version": 1}, **JSON).status_code == 404
    assert {what for what, _ in barnet.events()[before:]} == {"refused"}
    client = sign_in(Client(), barnet.reader)
    before = len(barnet.events())
    for rest in reads:
        answer = client.get(api(barnet, rest))
        assert (answer.status_code, barnet.canary in answer.content.decode()) == (200, True)
        assert answer.headers["Cache-Control"].startswith("no-store")
    assert client.get(f"/api/v1{barnet.base}").json()["count"] == 1
    assert [what for what, _ in barnet.events()[before:]] == ["read", "read", "register_read"]
    assert client.patch(api(barnet), {"version": 1, "no_intelligence": True}, **JSON).status_code == 404


def test_a_session_without_its_second_factor_and_a_token_without_an_app_read_nothing(
    barnet: RiskWorld,
) -> None:
    client = sign_in(Client(), barnet.reader, second_factor=False)
    assert client.get(api(barnet)).status_code == 403
    token = bearer(barnet, barnet.reader)
    assert token.get(api(barnet)).status_code == 404
    sign_in(Client(), barnet.reader)  # enrols an authenticator app
    token = bearer(barnet, barnet.reader)
    before = len(barnet.events())
    assert barnet.canary in token.get(api(barnet)).content.decode()
    assert barnet.events()[before:] == [("read", barnet.reader.pk)]


def bearer(world: RiskWorld, person: User) -> Client:
    person.refresh_from_db()
    with world.as_person(person):
        _, secret = api_tokens.create(
            council=world.council,
            name=f"Token {uuid4()}",
            expires_on=timezone.localdate() + timedelta(days=9),
            by=person,
        )
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_repeat_of_a_key_creates_once_and_what_is_kept_holds_no_word(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    base, key = f"/api/v1{barnet.base}", {"Idempotency-Key": "one"}
    sent = new_risk(barnet.keeper, theme=f"Kept {barnet.canary}")
    first, again = (client.post(base, sent, headers=key, **JSON) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert client.post(base, {**sent, "theme": "Other"}, headers=key, **JSON).status_code == 422
    with barnet.as_person(barnet.keeper):
        assert Risk.objects.count() == 2
    with service_scope(council=barnet.council):
        (kept,) = KeptReply.objects.filter(council=barnet.council)
        assert barnet.canary not in str(kept.__dict__)
        assert set(kept.body) == {"id", "reference", "version"}


def test_a_stale_version_answers_with_both_texts_and_counts_as_a_read(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    change = {"version": 1, "no_intelligence": True}
    assert client.patch(api(barnet), {**change, "theme": "Theirs"}, **JSON).status_code == 200
    before = len(barnet.events())
    stale = client.patch(api(barnet), {**change, "theme": "Mine"}, **JSON)
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert stale.json()["differences"] == [
        {"field": "theme", "label": "Theme", "theirs": "Theirs", "yours": "Mine"}
    ]
    assert barnet.events()[before:] == [("read", barnet.keeper.pk)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("no_intelligence", False, "Declare that"),
        ("description", "An informant says so.", "a covert source"),
        ("owner_id", 999_999_999, "not on the audience"),
        ("likelihood", 6, "not a valid choice"),
        ("sources", {}, "at least one thing"),
        ("review_on", "2001-01-01", "today or later"),
    ],
)
def test_a_wrong_body_is_refused_in_words(barnet: RiskWorld, field: str, value: Any, words: str) -> None:
    client = sign_in(Client(), barnet.keeper)
    answer = client.post(f"/api/v1{barnet.base}", {**new_risk(barnet.keeper), field: value}, **JSON)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    with barnet.as_person(barnet.keeper):
        assert Risk.objects.count() == 1


def test_fields_that_are_not_ones_own_to_set_change_nothing(barnet: RiskWorld, southwark: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    forged = {
        "council": southwark.council.pk,
        "score": 25,
        "status": "closed",
        "reference": "R-ZZZZZ",
        "created_by": southwark.keeper.pk,
        "version": 1,
        "no_intelligence": True,
        "theme": "Mine",
    }
    assert client.patch(api(barnet), forged, **JSON).status_code == 200
    shown = client.get(api(barnet)).json()
    assert (shown["score"], shown["status"], shown["reference"], shown["theme"]) == (
        12,
        "open",
        barnet.risk.reference,
        "Mine",
    )
