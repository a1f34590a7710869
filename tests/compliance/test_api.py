"""The API: the pages' rights and rules, one effect per key, both texts for a stale version."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from compliance.models import Action, ActionPlan, ItemAnswer, ProgressEntry, Recommendation
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.models import KeptReply
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}
PLAN = {"title": "Plan by API", "kind": "council", "starts_on": "2026-04-01", "ends_on": "2028-03-31"}


def test_a_plan_is_built_and_worked_by_api(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    trust = linked(council, OrganisationFactory.create())
    sign_in(client, coordinator)
    base = f"/api/v1/c/{council.slug}"
    plan = client.post(f"{base}/plans/", PLAN, **JSON)
    assert plan.status_code == 201
    key = plan.json()["id"]
    objective = client.post(f"{base}/plans/{key}/objectives/", {"title": "Aim"}, **JSON).json()
    assert (objective["number"], objective["title"]) == (1, "Aim")
    detail = client.get(f"{base}/plans/{key}/").json()
    assert [one["id"] for one in detail["objectives"]] == [objective["id"]]
    given = {
        "objective_id": objective["id"],
        "title": "Do it",
        "due_on": "2027-03-31",
        "owner_id": coordinator.pk,
        "lead_organisation_ids": [str(trust.pk)],
    }
    action = client.post(f"{base}/plans/{key}/actions/", given, **JSON).json()
    assert (action["reference"], action["first_due_on"], action["version"]) == ("A1", "2027-03-31", 1)
    assert (action["owner_id"], action["lead_organisations"]) == (coordinator.pk, [trust.name])
    address = f"{base}/actions/{action['id']}/"
    changed = client.patch(address, {"version": 1, "priority": "high", "owner_id": None}, **JSON).json()
    assert (changed["title"], changed["priority"], changed["owner_id"]) == ("Do it", "high", None)
    entry = client.post(
        f"{address}progress/",
        {"version": 2, "note": "Begun.", "rating": "amber", "status": "in_progress"},
        **JSON,
    )
    assert entry.status_code == 201
    log = client.get(f"{address}progress/").json()
    assert [(line["note"], line["rating"], line["files"]) for line in log] == [("Begun.", "amber", [])]
    listed = client.get(f"{base}/plans/{key}/actions/?status=open").json()
    assert (listed["count"], listed["results"][0]["rating"]) == (1, "amber")
    assert client.get(f"{base}/plans/{key}/actions/?status=nonsense").status_code == 400
    assert client.get(f"{base}/plans/").json()["count"] == 1


def test_the_same_key_creates_once_and_another_body_is_refused(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    sign_in(client, coordinator)
    address = f"/api/v1/c/{council.slug}/plans/"
    key = {"Idempotency-Key": "one"}
    first = client.post(address, PLAN, headers=key, **JSON)
    again = client.post(address, PLAN, headers=key, **JSON)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = client.post(address, {**PLAN, "title": "Another"}, headers=key, **JSON)
    assert other.status_code == 422
    assert other.json() == {"detail": "This Idempotency-Key was used before with another body."}
    colleague = sign_in(Client(), member(council, Role.COORDINATOR))
    theirs = colleague.post(address, {**PLAN, "title": "Theirs"}, headers=key, **JSON)
    assert theirs.status_code == 201, "a key belongs to its user"
    assert client.post(address, PLAN, headers={"Idempotency-Key": "x" * 121}, **JSON).status_code == 400
    with service_scope(council=council):
        assert ActionPlan.objects.filter(council=council).count() == 2


def test_a_refused_create_frees_its_key(client: Client) -> None:
    council = CouncilFactory.create()
    sign_in(client, member(council, Role.COORDINATOR))
    address = f"/api/v1/c/{council.slug}/plans/"
    key = {"Idempotency-Key": "one"}
    wrong = client.post(address, {**PLAN, "ends_on": "2020-01-01"}, headers=key, **JSON)
    assert (wrong.status_code, wrong.json()["detail"]) == (
        400,
        "The plan must end on or after the day it starts.",
    )
    with service_scope(council=council):
        assert KeptReply.objects.count() == 0
    assert client.post(address, PLAN, headers=key, **JSON).status_code == 201


def test_a_stale_version_answers_409_with_both_texts(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, coordinator), coordinator, title="First")
    sign_in(client, coordinator)
    address = f"/api/v1/c/{council.slug}/actions/{action.pk}/"
    assert client.patch(address, {"version": 1, "title": "Theirs"}, **JSON).status_code == 200
    stale = client.patch(address, {"version": 1, "title": "Mine"}, **JSON)
    assert stale.status_code == 409
    assert stale.json()["version"] == 2
    assert stale.json()["differences"] == [
        {"field": "title", "label": "Title", "theirs": "Theirs", "yours": "Mine"}
    ]
    progress = {"version": 1, "note": "Late.", "rating": "green", "status": "in_progress"}
    assert client.post(f"{address}progress/", progress, **JSON).status_code == 409
    more = {"version": 1, "wished_on": "2040-01-01", "reason": "Late."}
    assert client.post(f"{address}extensions/", more, **JSON).status_code == 409
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council).count() == 0


def test_ids_of_another_council_in_a_body_get_the_answer_of_ids_that_do_not_exist(client: Client) -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    coordinator, foreigner = member(ours, Role.COORDINATOR), member(theirs, Role.COORDINATOR)
    plan, foreign_plan = make_plan(ours, coordinator), make_plan(theirs, foreigner)
    with service_scope(council=theirs):
        foreign_objective = foreign_plan.objectives.get()
    with service_scope(council=ours):
        objective = plan.objectives.get()
    foreign_trust = linked(theirs, OrganisationFactory.create())
    sign_in(client, coordinator)
    address = f"/api/v1/c/{ours.slug}/plans/{plan.pk}/actions/"
    given: dict[str, Any] = {"objective_id": str(objective.pk), "title": "Do", "due_on": "2027-01-01"}
    for field, foreign, missing in (
        ("objective_id", str(foreign_objective.pk), str(uuid4())),
        ("owner_id", foreigner.pk, 999_999_999),
        ("lead_organisation_ids", [str(foreign_trust.pk)], [str(uuid4())]),
    ):
        answers = [client.post(address, {**given, field: value}, **JSON) for value in (foreign, missing)]
        assert [answer.status_code for answer in answers] == [400, 400]
        assert answers[0].json() == answers[1].json()
    with service_scope(council=ours):
        assert Action.objects.filter(council=ours).count() == 0


def test_checklist_and_scrutiny_are_worked_by_api(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    assessment, review = make_round(council, coordinator), make_review(council, coordinator)
    with service_scope(council=council):
        answer = ItemAnswer.objects.get(council=council, item__ref="S-16")
        answer.owner = officer
        answer.save(update_fields=["owner"])
        row = Recommendation.objects.get(council=council, number=1)
    sign_in(client, officer)
    base = f"/api/v1/c/{council.slug}"
    assert client.get(f"{base}/checklist/").json()["results"][0]["edition"] == "guidance-2015"
    detail = client.get(f"{base}/checklist/{assessment.pk}/").json()
    assert (len(detail["items"]), len(detail["scale"])) == (17, 5)
    item = f"{base}/checklist/items/{answer.pk}/"
    assert client.get(item).json()["version"] == 1
    given: dict[str, Any] = {
        "version": 1,
        "status": "planned",
        "response": "The post is advertised.",
        "timescale": "date",
        "due_on": "2027-01-31",
    }
    changed = client.put(item, given, **JSON)
    assert (changed.status_code, changed.json()["owner_id"]) == (200, officer.pk)
    assert client.put(item, given, **JSON).status_code == 409
    bad = client.put(item, {**given, "version": 2, "status": "odd"}, **JSON)
    assert (bad.status_code, bad.json()) == (400, {"detail": "Select a status from the edition’s scale."})
    reassign = client.put(item, {**given, "version": 2, "owner_id": coordinator.pk}, **JSON)
    assert reassign.status_code == 404, "only coordinators hand an item on"

    assert client.get(f"{base}/scrutiny/").json()["count"] == 1
    assert client.get(f"{base}/scrutiny/{review.pk}/").json()["counts"]["words"] == (
        "2 recommendations: 2 accepted"
    )
    log = f"{base}/scrutiny/recommendations/{row.pk}/progress/"
    note = {"version": 1, "note": "Done.", "as_at": "2026-01-31"}
    assert client.post(log, note, **JSON).status_code == 404
    writer = sign_in(Client(), coordinator)
    assert writer.put(item, {**given, "version": 2, "owner_id": coordinator.pk}, **JSON).status_code == 200
    assert writer.post(log, note, **JSON).status_code == 201
    [line] = client.get(log).json()
    assert (line["kind"], line["note"], line["as_at"]) == ("note", "Done.", "2026-01-31")
    single = client.get(f"{base}/scrutiny/recommendations/{row.pk}/").json()
    assert (single["state"], single["version"]) == ("open", 2)


def test_every_address_answers_404_to_members_of_other_councils() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(ours, Role.COORDINATOR)
    plan = make_plan(ours, coordinator)
    action = make_action(plan, coordinator)
    assessment, review = make_round(ours, coordinator), make_review(ours, coordinator)
    with service_scope(council=ours):
        answer = ItemAnswer.objects.filter(council=ours).first()
        row = Recommendation.objects.filter(council=ours).first()
        assert answer is not None
        assert row is not None
    paths = [
        "plans/",
        f"plans/{plan.pk}/",
        f"plans/{plan.pk}/actions/",
        f"actions/{action.pk}/",
        f"actions/{action.pk}/progress/",
        "actions/",
        "extensions/",
        f"plans/{plan.pk}/reviewers/",
        f"plans/{plan.pk}/reviews/",
        f"plans/{plan.pk}/versions/",
        "checklist/",
        f"checklist/{assessment.pk}/",
        f"checklist/items/{answer.pk}/",
        "scrutiny/",
        f"scrutiny/{review.pk}/",
        f"scrutiny/recommendations/{row.pk}/",
        f"scrutiny/recommendations/{row.pk}/progress/",
    ]
    stranger, insider = (
        sign_in(Client(), member(theirs, Role.COORDINATOR)),
        sign_in(Client(), coordinator),
    )
    for path in paths:
        assert insider.get(f"/api/v1/c/{ours.slug}/{path}").status_code == 200, path
        assert stranger.get(f"/api/v1/c/{ours.slug}/{path}").status_code == 404, path
        if str(ours.pk) and "-" in path:
            assert stranger.get(f"/api/v1/c/{theirs.slug}/{path}").status_code == 404, path
        assert Client().get(f"/api/v1/c/{ours.slug}/{path}").status_code in {401, 403, 404}, path
