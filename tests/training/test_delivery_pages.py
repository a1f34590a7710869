"""Pages of sessions, facilitators, plans, surveys, requests: what a form stores, or why it stores nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from partnerships.models import Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.delivery_factories import (
    asked,
    counts,
    day,
    delivered,
    delivery_plan,
    facilitator,
    planned,
    survey,
)
from tests.training.factories import wrap
from training.enums import FacilitatorState, RequestState, SessionState
from training.models import (
    DeliveryPlan,
    Facilitator,
    KnowledgeSurvey,
    SurveyAnswer,
    TrainingRequest,
    TrainingSession,
)
from training.services.facilitators import take_step
from training.services.surveys import record_wave

pytestmark = pytest.mark.django_db


class World:
    """A coordinator signed in, a trust, and another council with rows that are alike."""

    def __init__(self, client: Client) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.trust: Organisation = OrganisationFactory.create(name="A trust")
        for council in (self.council, self.other):
            linked(council, self.trust)
        with service_scope(council=self.other):
            facilitator(self.other, name="Canary", area="Hendon")
            delivery_plan(self.other, host="Canary")
            survey(self.other, title="Canary")
            asked(self.other, self.trust, audience="Canary")
        self.coordinator = member(self.council, Role.COORDINATOR, name="Ann Officer")
        self.client = sign_in(client, self.coordinator)

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.council.slug, *args])

    def page(self, name: str, *args: Any, **query: str) -> str:
        answer = self.client.get(self.url(name, *args), query)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def send(self, name: str, /, *args: Any, **fields: Any) -> Any:
        """Send a form; a date fills its first box whole."""
        data: dict[str, Any] = {}
        for key, value in fields.items():
            if isinstance(value, date):
                data |= {f"{key}_day": value.day, f"{key}_month": value.month, f"{key}_year": value.year}
            elif value is not None:
                data[key] = value
        return self.client.post(self.url(name, *args), data)

    def table(self, name: str) -> list[list[str]]:
        """A CSV file of the room."""
        answer = self.client.get(self.url(name))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def world(client: Client) -> World:
    return World(client)


# One form after another ------------------------------------------------------------------------------------


def new_facilitator(world: World) -> dict[str, Any]:
    return {
        "name": "Deputy manager", "organisation": world.trust.pk, "area": "Hendon", "courses": [wrap().pk],
        "sessions_a_quarter": "3", "trained_on": day(-20), "token": uuid4(),
    }  # fmt: skip


def new_plan(world: World) -> dict[str, Any]:
    return {
        "organisation": world.trust.pk, "course": wrap().pk, "audience": "Wards", "sessions": "6",
        "starts_on": day(-1), "due_on": day(90), "token": uuid4(),
    }  # fmt: skip


def new_survey(world: World) -> dict[str, Any]:
    return {
        "title": "Confidence", "course": wrap().pk, "questions": "One\nTwo\n", "follow_up_due_on": day(90),
        "token": uuid4(),
    }  # fmt: skip


def new_session(world: World) -> dict[str, Any]:
    return {
        "course": wrap().pk, "dated": "day", "held_on": day(5), "sessions": "2", "audience": "Wards",
        "organisations": [world.trust.pk], "places": "30", "token": uuid4(),
    }  # fmt: skip


ADDED: list[tuple[str, Callable[[World], dict[str, Any]], type[Any], str]] = [
    ("training-session-add", new_session, TrainingSession, "Session planned."),
    ("facilitator-add", new_facilitator, Facilitator, "Facilitator added."),
    ("delivery-plan-add", new_plan, DeliveryPlan, "Delivery plan added."),
    ("knowledge-survey-add", new_survey, KnowledgeSurvey, "Survey added."),
]
IDS = [each[0] for each in ADDED]


@pytest.mark.parametrize(("name", "fields", "model", "words"), ADDED, ids=IDS)
def test_a_form_adds_one_row_also_when_it_is_sent_twice(
    world: World, name: str, fields: Callable[[World], dict[str, Any]], model: type[Any], words: str
) -> None:
    assert world.page(name)
    given = fields(world)
    first, second = world.send(name, **given), world.send(name, **given)
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert words in world.client.get(first["Location"]).content.decode()
    with service_scope(council=world.council):
        assert [each.created_by_id for each in model.objects.filter(council=world.council)] == [
            world.coordinator.pk
        ]


@pytest.mark.parametrize(
    ("name", "fields", "model", "wrong", "words"),
    [
        (
            "training-session-add",
            new_session,
            TrainingSession,
            {"held_on": None},
            "Enter the date of the session",
        ),
        ("training-session-add", new_session, TrainingSession, {"dated": "year"}, "Enter the year"),
        ("training-session-add", new_session, TrainingSession, {"dated": "period"}, "Enter the last day"),
        (
            "training-session-add",
            new_session,
            TrainingSession,
            {"dated": "period", "starts_on": day(2), "ends_on": day(1)},
            "on or after the first day",
        ),
        (
            "training-session-add",
            new_session,
            TrainingSession,
            {"organisations": None},
            "Select at least one",
        ),
        ("training-session-add", new_session, TrainingSession, {"title": "Both"}, "not both"),
        ("training-session-add", new_session, TrainingSession, {"sessions": "0"}, "must be 1 or more"),
        ("facilitator-add", new_facilitator, Facilitator, {"name": ""}, "Enter the post or name"),
        ("facilitator-add", new_facilitator, Facilitator, {"courses": None}, "Select at least one course"),
        ("facilitator-add", new_facilitator, Facilitator, {"trained_on": day(1)}, "future"),
        ("delivery-plan-add", new_plan, DeliveryPlan, {"organisation": ""}, "Select an organisation, or"),
        ("delivery-plan-add", new_plan, DeliveryPlan, {"due_on": day(-2)}, "on or after the first day"),
        ("knowledge-survey-add", new_survey, KnowledgeSurvey, {"course": ""}, "the organisation or the"),
        ("knowledge-survey-add", new_survey, KnowledgeSurvey, {"questions": "A\na"}, "Two questions are the"),
        ("knowledge-survey-add", new_survey, KnowledgeSurvey, {"questions": "x" * 201}, "at most 200"),
        ("knowledge-survey-add", new_survey, KnowledgeSurvey, {"title": ""}, "Enter the title"),
    ],
)
def test_a_form_that_cannot_be_says_why_and_stores_nothing(
    world: World,
    name: str,
    fields: Callable[[World], dict[str, Any]],
    model: type[Any],
    wrong: dict[str, Any],
    words: str,
) -> None:
    answer = world.send(name, **{**fields(world), **wrong})
    assert answer.status_code == 200
    assert words.casefold() in answer.content.decode().casefold()
    with service_scope(council=world.council):
        assert not model.objects.filter(council=world.council).exists()


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ({"dated": "period", "starts_on": day(1), "ends_on": day(3)}, day(1), day(3)),
        ({"dated": "year", "year": "2018"}, date(2018, 1, 1), date(2018, 12, 31)),
        # What is hidden under another answer is not asked, whatever stands in it.
        ({"year": "soon", "starts_on": date(2018, 1, 1)}, day(5), day(5)),
    ],
)
def test_a_session_is_on_the_days_of_the_chosen_answer(
    world: World, fields: dict[str, Any], start: date, end: date
) -> None:
    sent = world.send("training-session-add", **{**new_session(world), "booked": "on", **fields})
    assert "Session booked." in world.client.get(sent["Location"]).content.decode()
    with service_scope(council=world.council):
        made = TrainingSession.objects.get(council=world.council)
    assert (made.starts_on, made.ends_on, made.state) == (start, end, SessionState.BOOKED)


def test_what_was_delivered_is_a_number_or_unknown_and_a_correction_has_a_reason(world: World) -> None:
    with service_scope(council=world.council):
        made = planned(world.council, on=day(-1))
    address = ("training-session-deliver", made.pk)
    for fields, words in (
        ({"known": "yes"}, "Enter how many people attended"),
        ({"known": ""}, "Select whether the number of attendees is known"),
        ({"known": "no", "sessions": ""}, "Enter an answer"),
    ):
        answer = world.send(*address, **{"version": 1, "sessions": "1", **fields})
        assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert world.send(*address, version=1, sessions="1", known="no", attendees="many").status_code == 302
    assert "Attendees</dt>" in world.page("training-session", made.pk)
    correction = {"version": 2, "sessions": "1", "known": "yes", "attendees": "7"}
    assert "Why are the numbers corrected?" in world.page(*address)
    assert world.send(*address, **correction).status_code == 200
    assert world.send(*address, **correction, note="Found the list").status_code == 302
    again = world.send(*address, **{**correction, "version": 3}, note="Once more")
    assert "These are the numbers that are recorded already." in again.content.decode()
    page = world.page("training-session", made.pk)
    assert "1 session, 7 attendees" in page
    assert "1 session, attendance unknown" in page
    assert "Found the list" in page


def test_a_cancelled_session_says_why_and_offers_nothing_more(world: World) -> None:
    with service_scope(council=world.council):
        plan = delivery_plan(world.council)
        made = planned(world.council, plan=plan)
    assert "Counts towards" in world.page("training-session", made.pk)
    assert "Enter why" in world.send("training-session-cancel", made.pk, version=1).content.decode()
    assert "Keep the session" in world.page("training-session-cancel", made.pk)
    assert world.send("training-session-cancel", made.pk, version=1, reason="Trainer ill").status_code == 302
    page = world.page("training-session", made.pk)
    assert "Trainer ill" in page
    assert "Change the session" not in page
    booked = world.send("training-session-book", made.pk, version=2)
    assert "This session is cancelled already." in booked.content.decode()


def a_session(world: World) -> Any:
    return planned(world.council, on=day(0))


def held(world: World) -> dict[str, Any]:
    return {"sessions": "1", "known": "yes", "attendees": "9", "note": "Only asked of a correction"}


def nothing(world: World) -> dict[str, Any]:
    return {}


def a_facilitator(world: World) -> Any:
    return facilitator(world.council)


def a_plan(world: World) -> Any:
    return delivery_plan(world.council)


def a_request(world: World) -> Any:
    return asked(world.council, world.trust)


def step(world: World) -> dict[str, Any]:
    return {"state": "observed", "happened_on": day(-1), "by_whom": "Prevent lead"}


def refusal(world: World) -> dict[str, Any]:
    return {"decision": "decline", "answer": "No trainer", "token": uuid4()}


def reason(world: World) -> dict[str, Any]:
    return {"reason": "No need any more"}


CHANGED: list[tuple[str, Callable[[World], Any], Callable[[World], dict[str, Any]], str]] = [
    ("training-session-edit", a_session, new_session, "Session changed."),
    ("training-session-book", a_session, nothing, "Session booked."),
    ("training-session-cancel", a_session, reason, "Session cancelled."),
    ("training-session-deliver", a_session, held, "Numbers recorded."),
    ("facilitator-edit", a_facilitator, new_facilitator, "Details changed."),
    ("facilitator", a_facilitator, step, "Step recorded."),
    ("delivery-plan-edit", a_plan, new_plan, "Plan changed."),
    ("delivery-plan-end", a_plan, reason, "Plan ended."),
    ("training-request", a_request, refusal, "A trust has your answer."),
]
CHANGED_IDS = [each[0] for each in CHANGED]


@pytest.mark.parametrize(("name", "make", "fields", "words"), CHANGED, ids=CHANGED_IDS)
def test_a_form_changes_the_row_once_and_a_stale_one_is_409_with_both_texts(
    world: World,
    name: str,
    make: Callable[[World], Any],
    fields: Callable[[World], dict[str, Any]],
    words: str,
) -> None:
    with service_scope(council=world.council):
        made = make(world)
    assert world.page(name, made.pk)
    given = fields(world)
    done = world.send(name, made.pk, version=1, **given)
    assert done.status_code == 302
    assert words in world.client.get(done["Location"]).content.decode()
    stale = world.send(name, made.pk, version=1, **given)
    assert stale.status_code == 409
    assert "Somebody else saved this while you were writing." in stale.content.decode()
    with service_scope(council=world.council):
        made.refresh_from_db()
    assert made.version == 2


@pytest.mark.parametrize(
    ("name", "make", "fields", "wrong", "words"),
    [
        ("facilitator-edit", a_facilitator, new_facilitator, {"name": ""}, "Enter the post or name"),
        ("facilitator-edit", a_facilitator, new_facilitator, {"name": " "}, "Enter the post or name"),
        ("facilitator", a_facilitator, step, {"state": ""}, "Select what happened"),
        ("facilitator", a_facilitator, step, {"happened_on": day(-200)}, "The date must be on or after"),
        ("facilitator", a_facilitator, step, {"happened_on": day(1)}, "cannot be in the future"),
        ("delivery-plan-edit", a_plan, new_plan, {"sessions": "0"}, "must be 1 or more"),
        ("delivery-plan-end", a_plan, reason, {"reason": ""}, "Enter why the plan is ended"),
        ("training-request", a_request, refusal, {"answer": ""}, "Enter why the request is declined"),
        ("training-request", a_request, refusal, {"decision": "wait", "answer": ""}, "what the organisation"),
        ("training-request", a_request, refusal, {"decision": "session"}, "Select the session"),
        ("training-request", a_request, refusal, {"decision": "new"}, "Enter the day of the new session"),
        ("training-request", a_request, refusal, {"decision": ""}, "Select what you decide"),
    ],
)
def test_a_change_that_cannot_be_says_why_and_changes_nothing(
    world: World,
    name: str,
    make: Callable[[World], Any],
    fields: Callable[[World], dict[str, Any]],
    wrong: dict[str, Any],
    words: str,
) -> None:
    with service_scope(council=world.council):
        made = make(world)
    answer = world.send(name, made.pk, version=1, **{**fields(world), **wrong})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with service_scope(council=world.council):
        made.refresh_from_db()
    assert made.version == 1


# Facilitators ----------------------------------------------------------------------------------------------


def test_facilitators_are_narrowed_by_state_and_area_and_their_file_says_what_is_not_known(
    world: World,
) -> None:
    with service_scope(council=world.council):
        one = facilitator(world.council, name="First", area="Hendon", organisation=world.trust)
        facilitator(world.council, name="Second", sessions_a_quarter=2)
        take_step(
            facilitator=one, by=None, version=1, state="observed", happened_on=day(-1), by_whom="A post"
        )
    for query, names in (
        ({}, (True, True)),
        ({"state": "observed"}, (True, False)),
        ({"area": "Hendon"}, (True, False)),
        ({"state": "active"}, (False, False)),
    ):
        page = world.page("facilitators", **query)
        assert (">First<" in page, ">Second<" in page) == names
        assert "Canary" not in page
    assert "Nothing fits these filters" in page
    assert world.table("facilitators-csv")[1:] == [
        ["First", "A trust", "Hendon", "Observed", british_date(day(-1)), "WRAP", "Not known"],
        ["Second", "", "", "Trained, to be observed", british_date(day(-180)), "WRAP", "2"],
    ]


def test_capacity_is_not_known_short_up_to_short_or_enough(world: World) -> None:
    with service_scope(council=world.council):
        for name, area, capacity in (
            ("A", "Unknown", None), ("B", "Partly", 1), ("C", "Partly", None), ("D", "Enough", 9),
        ):  # fmt: skip
            made = facilitator(world.council, name=name, area=area, sessions_a_quarter=capacity)
            Facilitator.objects.filter(council=world.council, pk=made.pk).update(
                state=FacilitatorState.ACTIVE
            )
        for area in ("Partly", "Enough", "Nobody"):
            planned(world.council, on=day(0), sessions=3, area=area)
    rows = world.client.get(world.url("facilitators")).context["chart_table"].rows
    assert {row[0]: (row[2], row[5].text) for row in rows} == {
        "Unknown": ("Not known", "Enough"),
        "Partly": (["1", "1 not known"], "Up to 2 sessions short"),
        "Enough": (9, "Enough"),
        "Nobody": (0, "3 sessions short"),
    }


def test_a_facilitator_s_page_has_steps_and_sessions_and_readers_have_no_form(world: World) -> None:
    with service_scope(council=world.council):
        made = facilitator(world.council)
        delivered(world.council, 4, facilitator=made, audience="Nurses of ward 9")
    page = world.page("facilitator", made.pk)
    assert "Nurses of ward 9" in page
    assert "Record the next step" in page
    sign_in(world.client, member(world.council, Role.BOARD_MEMBER))
    page = world.page("facilitator", made.pk)
    assert "Nurses of ward 9" in page
    assert "Record the next step" not in page
    assert "Change the details" not in page


# Delivery plans --------------------------------------------------------------------------------------------


def test_a_plan_s_page_and_file_count_its_sessions_and_tell_of_its_end(world: World) -> None:
    with service_scope(council=world.council):
        made = delivery_plan(world.council, organisation=world.trust, host="")
        empty = delivery_plan(world.council, host="A charity", due_on=day(60))
        delivered(world.council, None, sessions=4, plan=made, audience="Nurses of ward 9")
        planned(world.council, plan=made, sessions=2)
    page = world.page("delivery-plan", made.pk)
    assert "Nurses of ward 9" in page
    assert "Change the plan" in page
    assert "No session counts towards this plan yet." in world.page("delivery-plan", empty.pk)
    assert f"?plan={empty.pk}" in world.page("delivery-plan", empty.pk)
    assert f'value="{empty.pk}" selected' in world.page("training-session-add", plan=str(empty.pk))
    assert "No delivery plan" in world.page("training-session-add", plan="x")
    world.send("delivery-plan-end", made.pk, version=1, reason="Moved to next year")
    page = world.page("delivery-plan", made.pk)
    assert "Moved to next year" in page
    assert "Change the plan" not in page
    assert [(row[0], *row[5:8]) for row in world.table("delivery-plans-csv")[1:]] == [
        ("A trust", "10", "4", "2"),
        ("A charity", "10", "0", "0"),
    ]
    ended = world.send("delivery-plan-edit", made.pk, version=2, **new_plan(world))
    assert "This delivery plan was ended already." in ended.content.decode()


# Surveys ---------------------------------------------------------------------------------------------------


def wave(made: KnowledgeSurvey, **fields: Any) -> dict[str, Any]:
    """The form of a wave of a survey with two questions."""
    given = {"version": made.version, "closed_on": day(-10), "invited": "", "responses": "10"}
    levels = {f"{level}_{n}": "3" for n in (1, 2) for level in ("low", "medium", "high")}
    return {**given, **levels, **fields}


def test_a_wave_is_recorded_and_corrected_and_the_page_says_who_corrected_what(world: World) -> None:
    with service_scope(council=world.council):
        made = survey(world.council)
    address = ("knowledge-survey-wave", made.pk, "baseline")
    assert "Record the baseline" in world.page(*address)
    assert world.send(*address, **wave(made)).status_code == 302
    page = world.page("knowledge-survey", made.pk)
    assert "Correct the baseline" in page
    assert "Corrections" not in page
    same = world.send(*address, **wave(made, version=2))
    assert "These are the numbers that are recorded already." in same.content.decode()
    second = member(world.council, Role.SAFETY_OFFICER, name="Second Officer")
    sign_in(world.client, second)
    assert world.send(*address, **wave(made, version=2, responses="12", high_2="5")).status_code == 302
    assert world.send(*address, **wave(made, version=3, responses="12", high_2="5", invited="30")).url
    sign_in(world.client, member(world.council, Role.BOARD_MEMBER))
    answer = world.client.get(world.url("knowledge-survey", made.pk))
    assert [(each.title, each.by, each.body) for each in answer.context["history"]] == [
        ("Baseline corrected", "Second Officer", "People invited"),
        ("Baseline corrected", "Second Officer", "Responses and answers"),
    ]
    with service_scope(council=world.council):
        high = SurveyAnswer.objects.filter(council=world.council).order_by("question__position")
        assert [each.high for each in high] == [3, 5]


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("follow_up", {}, "Record the baseline first."),
        ("baseline", {"responses": "8"}, "A question has more answers than the 8 responses."),
        ("baseline", {"invited": "9"}, "10 responses are more than the 9 people invited."),
        ("baseline", {"closed_on": day(1)}, "its last day cannot be in the future"),
        ("baseline", {"low_1": ""}, "Enter how many answered “First” with low confidence"),
    ],
)
def test_a_wave_that_cannot_be_says_why_and_stores_nothing(
    world: World, kind: str, fields: dict[str, Any], words: str
) -> None:
    with service_scope(council=world.council):
        made = survey(world.council)
    answer = world.send("knowledge-survey-wave", made.pk, kind, **wave(made, **fields))
    assert answer.status_code == 200
    assert words.casefold() in answer.content.decode().casefold()
    with service_scope(council=world.council):
        assert not SurveyAnswer.objects.filter(council=world.council).exists()


def test_a_wave_that_is_none_is_404_and_a_stale_one_409(world: World) -> None:
    with service_scope(council=world.council):
        made = survey(world.council)
    assert world.client.get(world.url("knowledge-survey-wave", made.pk, "midway")).status_code == 404
    answer = world.send("knowledge-survey-wave", made.pk, "baseline", **wave(made, version=9))
    assert answer.status_code == 409


def test_both_waves_stand_on_the_page_with_the_change_and_what_too_few_answered_does_not(
    world: World,
) -> None:
    with service_scope(council=world.council):
        made = survey(world.council, organisation=world.trust)
        for version, (kind, closed, numbers) in enumerate(
            (("baseline", day(-30), ((5, 3, 2), (2, 1, 1))), ("follow_up", day(-1), ((0, 5, 5), (5, 0, 5)))),
            start=1,
        ):
            record_wave(
                survey=made, by=None, version=version, kind=kind, closed_on=closed, invited=None,
                responses=10, counts=counts(made, *numbers),
            )  # fmt: skip
    answer = world.client.get(world.url("knowledge-survey", made.pk))
    change, baseline, follow_up = answer.context["tables"]
    assert [row[1:] for row in change.rows] == [
        ["20%", "50%", "Up 30 percentage points"],
        [None, None, "Fewer than 5 responses"],
    ]
    assert baseline.rows[1][1:] == [None, None, None, "Fewer than 5 responses"]
    assert follow_up.rows[1][1:] == [5, 0, 5, "50%"]
    listed = world.page("knowledge-surveys")
    assert "20% confident" in listed
    assert "Canary" not in listed


# Requests --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        ("session", RequestState.ACCEPTED),
        ("new", RequestState.ACCEPTED),
        ("wait", RequestState.WAITING),
        ("decline", RequestState.DECLINED),
    ],
)
def test_each_answer_of_the_coordinator_reaches_the_organisation(
    world: World, decision: str, state: RequestState
) -> None:
    with service_scope(council=world.council):
        made = a_request(world)
        session = planned(world.council, on=day(20), venue="Town hall")
    fields = {
        "session": {"session": session.pk},
        "new": {"course": wrap().pk, "held_on": day(20), "venue": "Town hall"},
    }.get(decision, {})
    answer = world.send(
        "training-request", made.pk, version=1, decision=decision, answer="Our words", token=uuid4(), **fields
    )
    assert answer.status_code == 302
    with service_scope(council=world.council):
        made.refresh_from_db()
        sessions = TrainingSession.objects.filter(council=world.council).count()
    assert (made.state, made.answered_by_id) == (state, world.coordinator.pk)
    assert sessions == (2 if decision == "new" else 1)
    sign_in(world.client, submitter(world.council, world.trust))
    own = world.page("own-training-request", made.pk)
    assert "Our words" in own
    where = f"WRAP, {british_date(day(20))}, Town hall"
    assert (where in own) == (decision in {"session", "new"})
    assert ("Take the request back" in own) == (decision == "wait")


def test_an_answer_is_refused_where_the_session_s_day_has_passed_and_nothing_is_planned(world: World) -> None:
    with service_scope(council=world.council):
        made = a_request(world)
    answer = world.send(
        "training-request", made.pk, version=1, decision="new", course=wrap().pk, held_on=day(-1),
        token=uuid4(),
    )  # fmt: skip
    assert "The day of the new session has passed." in answer.content.decode()
    with service_scope(council=world.council):
        assert not TrainingSession.objects.filter(council=world.council).exists()
        made.refresh_from_db()
    assert made.state == RequestState.ASKED


def test_requests_are_narrowed_by_state_and_say_how_many_wait(world: World) -> None:
    with service_scope(council=world.council):
        a_request(world)
    page = world.page("training-requests")
    assert "1 without an answer." in page
    assert "Canary" not in page
    assert "Nothing fits these filters" in world.page("training-requests", state="declined")


def test_a_partner_asks_once_and_takes_the_request_back_once(world: World) -> None:
    sign_in(world.client, submitter(world.council, world.trust))
    assert "No requests yet" in world.page("own-training-requests")
    assert world.page("own-training-request-add")
    given = {
        "organisation": world.trust.pk, "audience": "Doctors", "sessions": "2", "message": "In the evening",
        "people": "40", "wished_by": day(30), "token": uuid4(),
    }  # fmt: skip
    for wrong, words in (({"audience": ""}, "Enter an answer"), ({"wished_by": day(-1)}, "has passed")):
        answer = world.send("own-training-request-add", **{**given, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (200, True)
    first, second = (world.send("own-training-request-add", **given) for _ in range(2))
    assert first["Location"] == second["Location"]
    page = world.client.get(first["Location"]).content.decode()
    assert "In the evening" in page
    with service_scope(council=world.council):
        made = TrainingRequest.objects.get(council=world.council)
    stale = world.send("own-training-request", made.pk, version=9)
    assert stale.status_code == 409
    assert world.send("own-training-request", made.pk, version=1).status_code == 302
    again = world.send("own-training-request", made.pk, version=2)
    page = world.client.get(again["Location"]).content.decode()
    assert "This request was taken back already." in page
    sign_in(world.client, world.coordinator)
    late = world.send("training-request", made.pk, version=2, **refusal(world))
    page = world.client.get(late["Location"]).content.decode()
    assert "This request was taken back already." in page


def test_a_partner_without_an_organisation_has_nothing_to_ask_for(world: World) -> None:
    sign_in(world.client, member(world.council, Role.PARTNER_LEAD))
    assert "Ask for training</a>" not in world.page("own-training-requests").split("<main", 1)[1]
    assert world.client.get(world.url("own-training-request-add")).status_code == 404
