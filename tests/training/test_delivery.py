"""Facilitators, delivery plans and knowledge surveys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
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
from training.enums import FacilitatorState, WaveKind
from training.models import Course, DeliveryPlan, FacilitatorStep, SurveyWave
from training.queries.delivery_plans import PlanLine, delivery_plans, plan_lines
from training.queries.facilitators import NO_AREA, AreaLine, capacity_by_area
from training.queries.surveys import SUPPRESSED, change_words, results_of
from training.services.delivery_plans import change_delivery_plan, end_delivery_plan
from training.services.facilitators import take_step
from training.services.surveys import record_wave

pytestmark = pytest.mark.django_db


class World:
    """A council with a coordinator, and another council whose rows must never show."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.organisation = OrganisationFactory.create()
        linked(self.council, self.organisation)
        with service_scope(council=self.other):
            self.foreign = {
                "facilitator": facilitator(self.other, name="Canary", area="Hendon"),
                "delivery-plan": delivery_plan(self.other, host="Canary"),
                "knowledge-survey": survey(self.other, title="Canary"),
            }

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.council.slug, *args])


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_of_another_council_shows_on_any_list_or_record(world: World, client: Client) -> None:
    sign_in(client, world.coordinator)
    for name in ("facilitators", "delivery-plans", "knowledge-surveys"):
        page = client.get(world.url(name))
        assert page.status_code == 200
        assert "Canary" not in page.content.decode()
    for name, row in world.foreign.items():
        assert client.get(world.url(name, row.pk)).status_code == 404
        assert client.get(reverse(f"api-{name}", args=[world.council.slug, row.pk])).status_code == 404


# Facilitators ------------------------------------------------------------------------------------------


def test_observed_comes_before_signed_off_and_each_step_names_who_decided(world: World) -> None:
    with service_scope(council=world.council):
        made = facilitator(world.council)
        for state in (FacilitatorState.SIGNED_OFF, FacilitatorState.ACTIVE):
            with pytest.raises(PolicyError, match="cannot follow"):
                take_step(
                    facilitator=made, by=None, version=1, state=state, happened_on=day(-1), by_whom="A post"
                )
        for fields, words in (
            ({"by_whom": " "}, "Enter the post"),
            ({"happened_on": day(1)}, "future"),
            ({"happened_on": day(-181)}, "on or after"),
        ):
            given = {"by_whom": "A post", "happened_on": day(-1), **fields}
            with pytest.raises(PolicyError, match=words):
                take_step(facilitator=made, by=None, version=1, state=FacilitatorState.OBSERVED, **given)
        for number, state in enumerate(("observed", "signed_off", "active", "lapsed", "observed"), start=1):
            made = take_step(
                facilitator=made,
                by=None,
                version=number,
                state=state,
                happened_on=day(number - 10),
                by_whom="Prevent Coordinator",
            )
        with pytest.raises(StaleVersion):
            take_step(
                facilitator=made, by=None, version=1, state="signed_off", happened_on=day(0), by_whom="A post"
            )
        steps = FacilitatorStep.objects.filter(council=world.council, facilitator=made)
        assert [each.state for each in steps] == [
            "trained", "observed", "signed_off", "active", "lapsed", "observed",
        ]  # fmt: skip
        assert steps.update(state="active") == 0


def test_capacity_stands_against_demand_by_area_and_what_is_not_known_is_not_0(world: World) -> None:
    quarter = Quarter.of(timezone.localdate())
    with service_scope(council=world.council):
        for name, area, capacity, state in (
            ("One", "Hendon", 3, "active"),
            ("Two", " hendon ", None, "active"),
            ("Three", "Hendon", 9, "trained"),
        ):
            made = facilitator(world.council, name=name, area=area, sessions_a_quarter=capacity)
            type(made).objects.filter(council=world.council, pk=made.pk).update(state=state)
        planned(world.council, on=quarter.end, sessions=4, area="HENDON")
        planned(world.council, on=quarter.end + timedelta(days=1), sessions=50, area="Hendon")
        asked(world.council, world.organisation, sessions=2, area="Hendon")
        asked(world.council, world.organisation, sessions=1)
        lines = capacity_by_area(world.council, quarter)
    assert lines == [
        AreaLine("Hendon", active=2, capacity=3, unknown=1, planned=4, requested=2),
        AreaLine(NO_AREA, requested=1),
    ]
    assert [line.short for line in lines] == [3, 1]


# Delivery plans ----------------------------------------------------------------------------------------


def _plan(sessions: int, days: int) -> DeliveryPlan:
    return DeliveryPlan(sessions=sessions, starts_on=day(-days), due_on=day(99 - days))


@pytest.mark.parametrize(
    ("days", "done", "words"),
    [
        (-1, 0, "Not started"),
        (9, 0, "On track"),
        (10, 0, "Behind by 1 session"),
        (50, 3, "Behind by 2 sessions"),
        (50, 5, "On track"),
        (50, 10, "Complete"),
        (99, 9, "On track"),
        (100, 9, "Overdue: 1 session short"),
        (100, 12, "Complete"),
    ],
)
def test_a_plan_is_behind_by_what_should_be_done_by_now(days: int, done: int, words: str) -> None:
    assert PlanLine(_plan(10, days), done, 0, timezone.localdate()).state_words == words


def test_progress_counts_delivered_sessions_of_the_plan_and_nothing_else(world: World) -> None:
    with service_scope(council=world.council):
        plan = delivery_plan(world.council)
        delivered(world.council, None, sessions=3, plan=plan)
        delivered(world.council, 5)
        planned(world.council, sessions=2, plan=plan)
        line = plan_lines(delivery_plans([world.council.pk]), timezone.localdate())[0]
    assert (line.delivered, line.to_come, line.progress_words) == (3, 2, "3 of 10 sessions delivered")
    with own_councils_scope(user_id=world.coordinator.pk):
        items = due_items(world.coordinator, timezone.localdate())
    assert [each.title for each in items if each.reference == "Delivery plan"] == [
        "WRAP for A charity: Behind by 2 sessions"
    ]


def test_a_plan_with_sessions_keeps_its_course_and_an_ended_one_takes_none(world: World) -> None:
    with service_scope(council=world.council):
        plan = delivery_plan(world.council)
        planned(world.council, plan=plan)
        fields = {
            name: getattr(plan, name)
            for name in ("organisation", "host", "audience", "sessions", "starts_on", "due_on")
        }
        with pytest.raises(PolicyError, match="course stays"):
            change_delivery_plan(
                plan=plan,
                by=world.coordinator,
                version=1,
                course=Course.objects.exclude(slug="wrap")[0],
                **fields,
            )
        with pytest.raises(PolicyError, match="why the plan is ended"):
            end_delivery_plan(plan=plan, by=world.coordinator, version=1, reason="")
        end_delivery_plan(plan=plan, by=world.coordinator, version=1, reason="Merged")
        with pytest.raises(PolicyError, match="was ended"):
            planned(world.council, plan=plan)


# Knowledge surveys -------------------------------------------------------------------------------------


def _wave(
    world: World, made: Any, kind: str, responses: int, *each: tuple[int, int, int], **fields: Any
) -> Any:
    made.refresh_from_db()
    given = {"closed_on": day(-30 if kind == WaveKind.BASELINE else -1), "invited": None, **fields}
    return record_wave(
        survey=made,
        by=None,
        version=made.version,
        kind=kind,
        responses=responses,
        counts=counts(made, *each),
        **given,
    )


def test_change_is_printed_only_when_both_waves_have_five_responses(world: World) -> None:
    with service_scope(council=world.council):
        made = survey(world.council)
        first = made.questions.all()[0].pk
        _wave(world, made, WaveKind.BASELINE, 10, (5, 3, 2), (0, 5, 5), invited=40)
        before = results_of(world.council, [made])[0]
        assert before.change(first) is None
        _wave(world, made, WaveKind.FOLLOW_UP, 4, (0, 0, 4), (0, 0, 4))
        hidden = results_of(world.council, [made])[0]
        assert hidden.change(first) is None
        assert hidden.follow_up is not None
        assert (hidden.follow_up.range_words, hidden.follow_up.responses_words) == (SUPPRESSED, SUPPRESSED)
        _wave(world, made, WaveKind.FOLLOW_UP, 5, (0, 1, 4), (1, 0, 3))
        shown = results_of(world.council, [made])[0]
    assert shown.baseline is not None
    assert shown.baseline.range_words == "20% to 50% confident"
    assert shown.baseline.responses_words == "10 of 40 people invited (25%)"
    assert change_words(shown.change(first)) == "Up 60 percentage points"
    assert shown.change(shown.questions[1].pk) is None


@pytest.mark.parametrize("suffix", ["page", "list", "api"])
def test_nothing_shows_what_fewer_than_five_answered(world: World, client: Client, suffix: str) -> None:
    with service_scope(council=world.council):
        made = survey(world.council)
        _wave(world, made, WaveKind.BASELINE, 4, (4, 0, 0), (0, 4, 0), invited=7777)
    sign_in(client, member(world.council, Role.BOARD_MEMBER))
    if suffix == "api":
        answer = client.get(reverse("api-knowledge-survey", args=[world.council.slug, made.pk])).json()
        wave = answer["waves"][0]
        assert wave["responses"] is None
        assert {each[level] for each in wave["answers"] for level in ("low", "medium", "high")} == {None}
        return
    name, args = ("knowledge-survey", [made.pk]) if suffix == "page" else ("knowledge-surveys", [])
    page = client.get(world.url(name, *args))
    assert "Fewer than 5 responses" in page.content.decode()
    assert "100%" not in page.content.decode()


def test_numbers_that_cannot_be_are_refused_and_nothing_is_stored(world: World) -> None:
    with service_scope(council=world.council):
        made = survey(world.council)
        good = ((1, 2, 3), (1, 2, 3))
        for kind, responses, each, fields, words in (
            (WaveKind.FOLLOW_UP, 6, good, {}, "baseline first"),
            (WaveKind.BASELINE, 5, good, {}, "more answers than"),
            (WaveKind.BASELINE, 6, good, {"invited": 5}, "more than the 5 people"),
            (WaveKind.BASELINE, 6, good, {"closed_on": day(1)}, "future"),
        ):
            with pytest.raises(PolicyError, match=words):
                _wave(world, made, kind, responses, *each, **fields)
        with pytest.raises(PolicyError, match="every question"):
            record_wave(
                survey=made,
                by=None,
                version=1,
                kind=WaveKind.BASELINE,
                closed_on=day(-1),
                invited=None,
                responses=5,
                counts={UUID(int=1): (1, 1, 1)},
            )
        assert SurveyWave.objects.filter(council=world.council).count() == 0
        _wave(world, made, WaveKind.BASELINE, 6, *good)
        with pytest.raises(PolicyError, match="after the baseline"):
            _wave(world, made, WaveKind.FOLLOW_UP, 6, *good, closed_on=day(-30))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"course": None}, "Select the organisation or the course"),
        ({"questions": [" "]}, "at least one question"),
        ({"questions": ["One", "one"]}, "are the same"),
        ({"questions": [str(n) for n in range(21)]}, "at most 20"),
    ],
)
def test_a_survey_of_nothing_is_refused(world: World, fields: dict[str, Any], words: str) -> None:
    with service_scope(council=world.council), pytest.raises(PolicyError, match=words):
        survey(world.council, **fields)
