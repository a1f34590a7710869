"""Sessions, facilitators, delivery plans, surveys and requests over the API: changes, refusals, walls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.delivery_factories import (
    asked,
    copies,
    day,
    delivered,
    delivery_plan,
    facilitator,
    planned,
    survey,
)
from training.models import KnowledgeSurvey, SurveyWave, TrainingRequest, TrainingSession

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-0000-0000-000000000000"


class World:
    """A coordinator signed in, a partner of one trust, and another council with rows of its own."""

    def __init__(self, client: Client) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.trust: Organisation = OrganisationFactory.create(name="A trust")
        self.elsewhere: Organisation = OrganisationFactory.create(name="A trust of nobody here")
        for council in (self.council, self.other):
            linked(council, self.trust)
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.client = sign_in(client, self.coordinator)

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"api-{name}", args=[self.council.slug, *args])

    def put(self, name: str, key: Any, body: dict[str, Any]) -> Any:
        return self.client.put(self.url(name, key), body, content_type="application/json")

    def post(self, name: str, *args: Any, body: dict[str, Any], **headers: str) -> Any:
        return self.client.post(
            self.url(name, *args), body, content_type="application/json", headers=headers or None
        )


@pytest.fixture
def world(client: Client) -> World:
    return World(client)


def a_session(council: Council) -> TrainingSession:
    trust = Organisation.objects.get(name="A trust")
    return planned(council, on=day(10), organisations=[trust])


def a_survey(council: Council) -> KnowledgeSurvey:
    return survey(council, organisation=Organisation.objects.get(name="A trust"))


def a_request(council: Council) -> TrainingRequest:
    return asked(council, Organisation.objects.get(name="A trust"))


SESSION = {
    "course": "wrap", "dated": "day", "starts_on": day(11).isoformat(), "ends_on": day(11).isoformat(),
    "audience": "Ward staff", "host": "A charity", "sessions": 2,
}  # fmt: skip
FACILITATOR = {"name": "Deputy manager", "area": "Hendon", "courses": ["wrap"], "sessions_a_quarter": 4}
PLAN = {
    "host": "A charity", "course": "wrap", "audience": "Ward staff", "sessions": 12,
    "starts_on": day(-50).isoformat(), "due_on": day(49).isoformat(),
}  # fmt: skip
CHANGES: list[tuple[str, Callable[[Council], Any], dict[str, Any], str, tuple[Any, Any]]] = [
    ("training-session", a_session, SESSION, "audience", ("New starters", "Ward staff")),
    ("facilitator", facilitator, FACILITATOR, "name", ("Team Manager", "Deputy manager")),
    ("delivery-plan", delivery_plan, PLAN, "sessions", (10, 12)),
]
IDS = [each[0] for each in CHANGES]


@pytest.mark.parametrize(("name", "make", "body", "field", "values"), CHANGES, ids=IDS)
def test_a_put_replaces_the_row_and_the_same_put_again_changes_nothing(
    world: World,
    name: str,
    make: Callable[[Council], Any],
    body: dict[str, Any],
    field: str,
    values: tuple[Any, Any],
) -> None:
    with service_scope(council=world.council):
        made = make(world.council)
    before = world.client.get(world.url(name, made.pk)).json()
    assert (before["version"], before[field]) == (1, values[0])
    after = world.put(name, made.pk, {**body, "version": 1})
    assert (after.status_code, after.json()["version"], after.json()[field]) == (200, 2, values[1])
    again = world.put(name, made.pk, {**body, "version": 2})
    assert (again.status_code, again.json()) == (200, after.json())


@pytest.mark.parametrize(("name", "make", "body", "field", "values"), CHANGES, ids=IDS)
def test_a_put_over_somebody_else_s_is_409_with_both_texts_and_changes_nothing(
    world: World,
    name: str,
    make: Callable[[Council], Any],
    body: dict[str, Any],
    field: str,
    values: tuple[Any, Any],
) -> None:
    with service_scope(council=world.council):
        made = make(world.council)
        type(made).objects.filter(council=world.council, pk=made.pk).update(version=2)
    answer = world.put(name, made.pk, {**body, "version": 1})
    assert (answer.status_code, answer.json()["version"]) == (409, 2)
    found = {each["field"]: (each["theirs"], each["yours"]) for each in answer.json()["differences"]}
    assert found[field] == tuple(map(str, values))
    stored = world.client.get(world.url(name, made.pk)).json()
    assert (stored["version"], stored[field]) == (2, values[0])


@pytest.mark.parametrize(
    ("name", "make", "body", "wrong", "words"),
    [
        ("training-session", a_session, SESSION, {"course": "fire"}, "There is no course of this name."),
        ("training-session", a_session, SESSION, {"course": ""}, "Select the course, or enter the title"),
        ("training-session", a_session, SESSION, {"title": "Both"}, "not both"),
        ("training-session", a_session, SESSION, {"ends_on": "2018-01-01"}, "on or after the first day"),
        ("training-session", a_session, SESSION, {"host": ""}, "Select at least one organisation"),
        ("training-session", a_session, SESSION, {"sessions": 0}, "greater than or equal to 1"),
        ("training-session", a_session, SESSION, {"organisations": [NOBODY]}, "not an organisation of the"),
        ("facilitator", facilitator, FACILITATOR, {"courses": ["fire"]}, "There is no course of one"),
        ("facilitator", facilitator, FACILITATOR, {"courses": []}, "Select at least one course"),
        ("facilitator", facilitator, FACILITATOR, {"organisation": NOBODY}, "no organisation of the council"),
        ("delivery-plan", delivery_plan, PLAN, {"course": "fire"}, "There is no course of this name."),
        ("delivery-plan", delivery_plan, PLAN, {"organisation": NOBODY}, "no organisation of the council"),
        ("delivery-plan", delivery_plan, PLAN, {"due_on": "2018-01-01"}, "due on or after the day it starts"),
        ("delivery-plan", delivery_plan, PLAN, {"host": ""}, "Select at least one organisation"),
    ],
)
def test_a_put_that_cannot_be_is_refused_in_words_and_changes_nothing(
    world: World,
    name: str,
    make: Callable[[Council], Any],
    body: dict[str, Any],
    wrong: dict[str, Any],
    words: str,
) -> None:
    with service_scope(council=world.council):
        made = make(world.council)
    before = world.client.get(world.url(name, made.pk)).json()
    answer = world.put(name, made.pk, {**body, "version": 1, **wrong})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert world.client.get(world.url(name, made.pk)).json() == before


@pytest.mark.parametrize("key", ["facilitator", "plan"])
def test_a_session_names_no_facilitator_and_no_plan_of_another_council(world: World, key: str) -> None:
    with service_scope(council=world.council):
        made = a_session(world.council)
    with service_scope(council=world.other):
        foreign = {"facilitator": facilitator, "plan": delivery_plan}[key](world.other)
    answer = world.put("training-session", made.pk, {**SESSION, "version": 1, key: str(foreign.pk)})
    assert answer.status_code == 404


ACTIONS: list[tuple[str, Callable[[Council], Any], dict[str, Any]]] = [
    ("training-session-book", a_session, {"version": 1}),
    ("training-session-cancel", a_session, {"version": 1, "reason": "Ill"}),
    ("training-session-deliver", a_session, {"version": 1, "sessions": 1, "attendees": 1}),
    ("facilitator-steps", facilitator,
     {"version": 1, "state": "observed", "happened_on": day(-1).isoformat(), "by_whom": "A post"}),
    ("delivery-plan-end", delivery_plan, {"version": 1, "reason": "Moved"}),
    ("training-request-answer", a_request, {"version": 1, "decision": "decline", "answer": "Full"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("training-session", a_session),
        ("facilitator", facilitator),
        ("delivery-plan", delivery_plan),
        ("knowledge-survey", survey),
        ("training-request", a_request),
    ],
)
def test_a_row_of_another_council_is_404_as_one_that_nobody_has(
    world: World, name: str, make: Callable[[Council], Any]
) -> None:
    with service_scope(council=world.other):
        foreign = make(world.other)
    bodies = {each[0]: each[2] for each in CHANGES}
    acts = [(act, body) for act, maker, body in ACTIONS if maker is make]
    for key in (foreign.pk, NOBODY):
        assert world.client.get(world.url(name, key)).status_code == 404
        if name in bodies:
            assert world.put(name, key, {**bodies[name], "version": 1}).status_code == 404
        for act, body in acts:
            assert world.post(act, key, body=body).status_code == 404
    with service_scope(council=world.other):
        foreign.refresh_from_db()
    assert foreign.version == 1


@pytest.mark.parametrize(("name", "make", "body"), ACTIONS, ids=[each[0] for each in ACTIONS])
def test_an_action_on_a_version_that_is_gone_is_409(
    world: World, name: str, make: Callable[[Council], Any], body: dict[str, Any]
) -> None:
    with service_scope(council=world.council):
        made = make(world.council)
    answer = world.post(name, made.pk, body={**body, "version": 7})
    assert (answer.status_code, answer.json()["version"]) == (409, 1)


@pytest.mark.parametrize(("name", "make", "body"), ACTIONS, ids=[each[0] for each in ACTIONS])
def test_whoever_only_reads_cannot_act(
    world: World, name: str, make: Callable[[Council], Any], body: dict[str, Any]
) -> None:
    with service_scope(council=world.council):
        made = make(world.council)
    sign_in(world.client, member(world.council, Role.BOARD_MEMBER))
    assert world.post(name, made.pk, body=body).status_code == 404


def test_a_session_is_planned_booked_delivered_and_corrected(world: World) -> None:
    body = {**SESSION, "starts_on": day(0).isoformat(), "ends_on": day(0).isoformat(), "host": "",
            "organisations": [str(world.trust.pk)]}  # fmt: skip
    first = world.post("training-sessions", body=body, **{"Idempotency-Key": "one"})
    again = world.post("training-sessions", body=body, **{"Idempotency-Key": "one"})
    key = first.json()["id"]
    assert (first.status_code, first.json()["for_whom"], again.json()["id"]) == (201, ["A trust"], key)
    assert world.post("training-session-book", key, body={"version": 1}).json()["state"] == "booked"
    again = world.post("training-session-book", key, body={"version": 2})
    assert (again.status_code, again.json()["detail"]) == (400, "This session is booked already.")
    unknown = world.post(
        "training-session-deliver", key, body={"version": 2, "sessions": 2, "attendees": None}
    )
    assert (unknown.json()["state"], unknown.json()["attendees"]) == ("delivered", None)
    body = {"version": 3, "sessions": 2, "attendees": 0}
    assert "Enter why" in world.post("training-session-deliver", key, body=body).json()["detail"]
    right = world.post("training-session-deliver", key, body={**body, "note": "Nobody came"})
    assert (right.status_code, right.json()["attendees"]) == (200, 0)
    gone = world.post("training-session-cancel", key, body={"version": 4, "reason": "Late"})
    assert (gone.status_code, gone.json()["detail"]) == (400, "This session is delivered already.")


def test_the_log_is_narrowed_by_state_and_course(world: World) -> None:
    with service_scope(council=world.council):
        delivered(world.council, 3)
        planned(world.council, course=None, title="A briefing")
    with service_scope(council=world.other):
        delivered(world.other, 999)

    def found(**asked_for: str) -> list[tuple[str, int | None]]:
        rows = world.client.get(world.url("training-sessions"), asked_for).json()["results"]
        return [(each["course"], each["attendees"]) for each in rows]

    assert found() == [("", None), ("wrap", 3)]
    assert found(state="delivered") == [("wrap", 3)]
    assert found(course="briefings") == [("", None)]


def test_a_facilitator_is_added_and_takes_one_step_after_another(world: World) -> None:
    body = {**FACILITATOR, "trained_on": day(-30).isoformat(), "organisation": str(world.trust.pk)}
    made = world.post("facilitators", body=body).json()
    assert (made["state"], made["organisation"], made["courses"]) == (
        "trained",
        str(world.trust.pk),
        ["wrap"],
    )
    step = {"version": 1, "happened_on": day(-1).isoformat(), "by_whom": "Prevent lead"}
    early = world.post("facilitator-steps", made["id"], body={**step, "state": "active"})
    assert (early.status_code, "cannot follow" in early.json()["detail"]) == (400, True)
    done = world.post("facilitator-steps", made["id"], body={**step, "state": "observed"}).json()
    assert (done["state"], done["state_since"], done["version"]) == ("observed", step["happened_on"], 2)
    assert [each["id"] for each in world.client.get(world.url("facilitators")).json()["results"]] == [
        made["id"]
    ]


def test_a_plan_is_added_and_ended_once_and_takes_no_change_after(world: World) -> None:
    made = world.post("delivery-plans", body={**PLAN, "organisation": str(world.trust.pk)}).json()
    assert (made["delivered"], made["organisation"]) == (0, str(world.trust.pk))
    ended = world.post("delivery-plan-end", made["id"], body={"version": 1, "reason": "No need"}).json()
    assert (ended["ended_on"], ended["end_reason"], ended["behind"]) == (day(0).isoformat(), "No need", 0)
    for answer in (
        world.post("delivery-plan-end", made["id"], body={"version": 2, "reason": "Again"}),
        world.put("delivery-plan", made["id"], {**PLAN, "version": 2}),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (400, "This delivery plan was ended already.")


def test_a_survey_is_added_with_its_waves_and_a_wave_that_cannot_be_is_refused(world: World) -> None:
    body = {
        "title": "Confidence",
        "course": "wrap",
        "organisation": str(world.trust.pk),
        "questions": ["One"],
    }
    for wrong, words in (
        ({"course": "fire"}, "There is no course of this name."),
        ({"organisation": NOBODY}, "This is no organisation of the council."),
        ({"questions": []}, "Enter at least one question."),
        ({"questions": ["One", "one"]}, "Two questions are the same."),
    ):
        answer = world.post("knowledge-surveys", body={**body, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    made = world.post("knowledge-surveys", body=body).json()
    question = made["questions"][0]["id"]
    wave = {
        "version": 1, "kind": "baseline", "closed_on": day(-30).isoformat(), "responses": 10,
        "counts": [{"question": question, "low": 2, "medium": 3, "high": 5}],
    }  # fmt: skip
    address = ("knowledge-survey-waves", made["id"])
    for wrong, words in (
        ({"kind": "follow_up"}, "Record the baseline first."),
        ({"counts": []}, "Enter the counts of every question."),
        ({"responses": 9}, "more answers than the 9 responses"),
        ({"invited": 9}, "more than the 9 people invited"),
        ({"closed_on": day(1).isoformat()}, "cannot be in the future"),
    ):
        answer = world.post(*address, body={**wave, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    with service_scope(council=world.council):
        assert not SurveyWave.objects.filter(council=world.council).exists()
    stored = world.post(*address, body=wave).json()
    assert (stored["version"], stored["waves"][0]["range"]) == (2, "50% confident")
    assert world.post(*address, body=wave).status_code == 409
    same = world.post(*address, body={**wave, "version": 2})
    assert (same.status_code, same.json()["detail"]) == (
        400, "These are the numbers that are recorded already.",
    )  # fmt: skip
    listed = world.client.get(world.url("knowledge-surveys")).json()["results"]
    assert listed == [stored]


def test_a_partner_asks_over_the_api_and_takes_it_back_and_the_coordinator_answers(world: World) -> None:
    partner = submitter(world.council, world.trust)
    sign_in(world.client, partner)
    body = {"organisation": str(world.trust.pk), "course": "wrap", "audience": "Ward staff"}
    for wrong, words in (
        ({"organisation": str(world.elsewhere.pk)}, "of your own organisation only"),
        ({"course": "fire"}, "There is no course of this name."),
        ({"wished_by": "2018-01-01"}, "The date that you wish for has passed."),
        ({"audience": ""}, "may not be blank"),
    ):
        answer = world.post("own-training-requests", body={**body, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    first = world.post("own-training-requests", body=body).json()
    second = world.post("own-training-requests", body={**body, "audience": "Doctors"}).json()
    back = world.post("own-training-request-withdraw", second["id"], body={"version": 1})
    assert back.json()["state"] == "withdrawn"
    again = world.post("own-training-request-withdraw", second["id"], body={"version": 2})
    assert (again.status_code, again.json()["detail"]) == (400, "This request was taken back already.")
    listed = world.client.get(world.url("own-training-requests")).json()["results"]
    assert [each["id"] for each in listed] == [second["id"], first["id"]]
    assert world.client.get(world.url("training-requests")).status_code == 404

    sign_in(world.client, world.coordinator)
    waiting = world.client.get(world.url("training-requests"), {"state": "asked"}).json()["results"]
    assert [each["id"] for each in waiting] == [first["id"]]
    address = ("training-request-answer", first["id"])
    unnamed = world.post(*address, body={"version": 1, "decision": "accept"})
    assert (unnamed.status_code, list(unnamed.json())) == (400, ["session"])
    wordless = world.post(*address, body={"version": 1, "decision": "wait"})
    assert (wordless.status_code, "waits for" in wordless.json()["detail"]) == (400, True)
    put_off = world.post(*address, body={"version": 1, "decision": "wait", "answer": "A trainer"})
    assert put_off.json()["state"] == "waiting"
    with service_scope(council=world.council):
        session = planned(world.council)
    body = {"version": 2, "decision": "accept", "session": str(session.pk)}
    done = world.post(*address, body=body).json()
    assert (done["state"], done["session"]) == ("accepted", str(session.pk))


def test_a_session_of_another_council_answers_no_request(world: World) -> None:
    with service_scope(council=world.council):
        made = a_request(world.council)
    with service_scope(council=world.other):
        foreign = planned(world.other)
    body = {"version": 1, "decision": "accept", "session": str(foreign.pk)}
    assert world.post("training-request-answer", made.pk, body=body).status_code == 404


LISTS: list[tuple[str, str, Callable[[Council], Any], tuple[str, ...]]] = [
    ("facilitators", "facilitators", facilitator, ("may_deliver", "steps")),
    ("delivery-plans", "delivery-plans", delivery_plan, ()),
    ("training-requests", "training-requests", a_request, ()),
    ("knowledge-surveys", "knowledge-surveys", a_survey, ("questions",)),
    ("training-sessions", "training-sessions", a_session, ("for_organisations",)),
]


@pytest.mark.parametrize(("api", "page", "make", "children"), LISTS, ids=[each[0] for each in LISTS])
def test_a_list_asks_the_database_as_often_for_50_rows_as_for_1(
    world: World, api: str, page: str, make: Callable[[Council], Any], children: tuple[str, ...]
) -> None:
    addresses = [world.url(api), reverse(page, args=[world.council.slug])]

    def statements() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                assert world.client.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    with service_scope(council=world.council):
        row = make(world.council)
    statements()
    one = statements()
    with service_scope(council=world.council):
        copies(row, 49, *children)
        assert type(row).objects.filter(council=world.council).count() == 50
    assert statements() == one
