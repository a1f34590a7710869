"""The API of rounds, courses and typed figures: the rights and refusals of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import wrap
from training.services.rounds import expect_return

pytestmark = pytest.mark.django_db
BASE = "/api/v1/c/barnet/training/"


def signed_in(person: Any) -> Client:
    client = Client()
    sign_in(client, person)
    return client


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{BASE}{path}", body, content_type="application/json", headers=headers)


def put(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.put(address, body, content_type="application/json")


def test_a_round_is_run_figures_sent_queried_answered_and_accepted() -> None:
    council = CouncilFactory.create(slug="barnet", name="Barnet")
    CouncilFactory.create(slug="southwark")
    trust = OrganisationFactory.create(name="Alpha Trust")
    sender, runner = (
        signed_in(submitter(council, trust)),
        signed_in(member(council, Role.COORDINATOR)),
    )
    quarter = Quarter.of(timezone.localdate()).previous
    with service_scope(council=council):
        expect_return(
            council=council, by=None, organisation=trust, course=wrap(), council_staff_only=True,
            starts_on=quarter.start,
        )  # fmt: skip
    due = quarter.end + timedelta(days=100)
    body = {"period_to": quarter.end.isoformat(), "due_on": due.isoformat()}
    opened = post(runner, "rounds/", body, **{"Idempotency-Key": "one"})
    assert opened.status_code == 201, opened.content
    assert post(runner, "rounds/", body, **{"Idempotency-Key": "one"}).json() == opened.json()
    assert post(runner, "rounds/", body).status_code == 400
    assert post(sender, "rounds/", body).status_code == 404
    here = f"rounds/{opened.json()['id']}/"
    later = {
        "organisation": str(trust.pk),
        "due_on": (due + timedelta(days=5)).isoformat(),
        "reason": "Flood",
    }
    assert post(runner, f"{here}more-time/", later).status_code == 201
    assert post(runner, f"{here}remind/", {}).json()["nobody_named"] == ["Alpha Trust"]

    figures = {
        "version": 0,
        "organisation": str(trust.pk),
        "course": "wrap",
        "council_staff_only": True,
        "period_from": quarter.start.isoformat(),
        "period_to": quarter.end.isoformat(),
        "reported": "figures",
        "eligible": 100,
        "compliant": 80,
    }
    draft = post(sender, "drafts/", figures)
    assert draft.status_code == 201, draft.content
    assert post(sender, "drafts/", {**figures, "compliant": 70, "version": 7}).status_code == 409
    one = f"drafts/{draft.json()['id']}/"
    assert runner.get(f"{BASE}{one}").status_code == 404
    assert runner.get(f"{BASE}drafts/").json()["results"] == []
    sent = post(sender, f"{one}send/", {"version": 1})
    assert sent.json()["percentage"] == "80%"
    found = f"returns/{sent.json()['id']}/"
    assert post(runner, f"{found}review/", {"state": "queried"}).status_code == 400
    assert (
        post(runner, f"{found}review/", {"state": "queried", "comment": "80?"}).json()["state"] == "queried"
    )
    assert post(sender, f"{found}answer/", {"text": "Yes"}).status_code == 200
    [line] = runner.get(f"{BASE}{here}returns/").json()["results"]
    assert (line["state"], line["is_late"], line["deadline"]) == (
        "Queried, answered",
        False,
        later["due_on"],
    )
    assert post(runner, f"{found}review/", {"state": "accepted"}).json()["state"] == "accepted"
    closed = runner.patch(f"{BASE}{here}", {"is_open": False}, content_type="application/json")
    assert closed.json()["is_open"] is False


def test_courses_and_targets_of_one_s_own_are_written_and_national_ones_read() -> None:
    council = CouncilFactory.create(slug="barnet")
    runner = signed_in(member(council, Role.COORDINATOR))
    made = post(runner, "courses/", {"name": "Ours", "delivery": "either"})
    assert made.status_code == 201, made.content
    here = f"{BASE}courses/{made.json()['id']}/"
    body = {"name": "Ours too", "delivery": "either", "version": 1}
    assert runner.put(here, body, content_type="application/json").json()["version"] == 2
    assert runner.put(here, {**body, "name": "X"}, content_type="application/json").status_code == 409
    national = f"{BASE}courses/{wrap().pk}/"
    assert runner.get(national).json()["is_local"] is False
    assert runner.put(national, body, content_type="application/json").status_code == 404
    target = {
        "course": str(wrap().pk),
        "organisation_kind": "nhs_trust",
        "starts_on": "2019-01-01",
        "per_cent": "90",
        "source": "Board",
    }
    assert post(runner, "targets/", target).json()["is_own"] is True
    assert post(runner, "targets/", target).status_code == 400
    reader = signed_in(member(council, Role.AUDITOR))
    assert reader.get(f"{BASE}targets/").json()["count"] == 3
    assert post(reader, "targets/", target).status_code == 404


def test_what_is_expected_is_added_changed_and_taken_back_and_other_councils_know_nothing_of_it() -> None:
    council, other = CouncilFactory.create(slug="barnet"), CouncilFactory.create(slug="southwark")
    trust = linked(council, OrganisationFactory.create(name="Alpha Trust"))
    runner, reader = signed_in(member(council, Role.COORDINATOR)), signed_in(member(council, Role.AUDITOR))
    stranger = signed_in(member(other, Role.COORDINATOR))
    body = {
        "organisation": str(trust.pk),
        "course": "wrap",
        "council_staff_only": True,
        "starts_on": "2018-04-01",
    }
    made = post(runner, "expected-returns/", body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.content
    assert post(runner, "expected-returns/", body, **{"Idempotency-Key": "one"}).json() == made.json()
    again = {**body, "starts_on": "2018-07-01"}
    assert post(runner, "expected-returns/", again, **{"Idempotency-Key": "one"}).status_code == 422
    for wrong, words in (
        ({}, "This return is expected for some of these quarters already."),
        ({"starts_on": "2018-04-02"}, "first day of a quarter"),
        ({"course": "knitting"}, "This course is not on the list."),
        ({"organisation": str(OrganisationFactory.create().pk)}, "not linked to the council"),
    ):
        refused = post(runner, "expected-returns/", {**body, **wrong})
        assert (refused.status_code, words in refused.json()["detail"]) == (400, True), refused.content
    here = f"{BASE}expected-returns/{made.json()['id']}/"
    assert reader.get(here).json() == made.json()
    assert reader.get(f"{BASE}expected-returns/").json()["results"] == [made.json()]

    change = {"version": 1, "ends_on": "2019-03-31", "days_to_return": 40}
    assert put(runner, here, {**change, "ends_on": "2019-03-30"}).status_code == 400
    changed = put(runner, here, change)
    assert (changed.json()["ends_on"], changed.json()["version"]) == ("2019-03-31", 2)
    stale = put(runner, here, {**change, "days_to_return": 20})
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert stale.json()["differences"] == [
        {"field": "days_to_return", "label": "Days to return", "theirs": "40", "yours": "20"}
    ]
    assert runner.delete(here).status_code == 400
    assert runner.delete(f"{here}?version=1").status_code == 409
    theirs = here.replace("barnet", "southwark")
    for client, address in ((reader, here), (stranger, here), (stranger, theirs)):
        assert put(client, address, {**change, "version": 2}).status_code == 404
        assert client.delete(f"{address}?version=2").status_code == 404
    assert [stranger.get(each).status_code for each in (here, theirs)] == [404, 404]
    assert post(reader, "expected-returns/", body).status_code == 404
    assert runner.delete(f"{here}?version=2").status_code == 204
    assert runner.get(here).status_code == 404


def test_a_trust_shares_with_a_council_that_it_serves_and_ends_it_over_the_api() -> None:
    council, other = CouncilFactory.create(slug="barnet"), CouncilFactory.create(slug="southwark")
    CouncilFactory.create(slug="harrow")
    trust = linked(other, OrganisationFactory.create(name="Alpha Trust"))
    sender = signed_in(submitter(council, trust))
    rival = signed_in(submitter(council, OrganisationFactory.create(name="Beta Trust")))
    body = {"organisation": str(trust.pk), "council": "southwark"}
    made = post(sender, "return-grants/", body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.content
    today = timezone.localdate().isoformat()
    assert made.json() == {
        "id": made.json()["id"], "organisation_id": str(trust.pk), "organisation": "Alpha Trust",
        "council": "southwark", "starts_on": today, "ends_on": None,
    }  # fmt: skip
    assert post(sender, "return-grants/", body, **{"Idempotency-Key": "one"}).json() == made.json()
    assert post(sender, "return-grants/", body).json() == made.json()
    barnet = {**body, "council": "barnet"}
    assert post(sender, "return-grants/", barnet, **{"Idempotency-Key": "one"}).status_code == 422
    refused = post(sender, "return-grants/", {**body, "council": "harrow"})
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        "Alpha Trust serves no council of this address, so nothing is shared with it.",
    )
    assert post(rival, "return-grants/", body).status_code == 400
    assert rival.get(f"{BASE}return-grants/").json()["results"] == []
    end = f"return-grants/{made.json()['id']}/end/"
    assert post(rival, end, {}).status_code == 404
    assert post(signed_in(member(council, Role.COORDINATOR)), end, {}).status_code == 404
    assert [post(sender, end, {}).json()["ends_on"] for _ in range(2)] == [today, today]
    assert [each["ends_on"] for each in sender.get(f"{BASE}return-grants/").json()["results"]] == [today]
