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
from tests.partnerships.factories import OrganisationFactory, submitter
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
