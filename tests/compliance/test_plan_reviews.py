"""Bodies review a plan, each in its own time; a review binds to a version that never changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, PlanReview, PlanReviewer, PlanVersion
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.queries.plan_due import reviews_to_hold
from compliance.queries.plan_reviews import (
    add_months,
    changes_between,
    checksum,
    plan_content,
    reviewed_by,
    reviewer_lines,
)
from compliance.services.plan_reviews import add_reviewer, change_reviewer, freeze_plan, record_review
from compliance.services.plans import change_action
from partnerships.models import Board
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, move_date
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db
NOW = "2026-11-18 12:00"


class World:
    """A plan from 1 April 2026 with one action, a board, and another council with the same."""

    def __init__(self) -> None:
        self.council, self.other = CouncilFactory.create(), CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.stranger = member(self.other, Role.COORDINATOR)
        self.plan = make_plan(self.council, self.coordinator)
        self.action = make_action(self.plan, self.coordinator, title="First words")
        with service_scope(council=self.council):
            self.board = Board.objects.create(council=self.council, name="Board")
            self.group = Board.objects.create(council=self.council, name="Working group")
        with service_scope(council=self.other):
            self.foreign = Board.objects.create(council=self.other, name="Foreign board")

    def review(self, **fields: Any) -> PlanReview:
        given: dict[str, Any] = {
            "plan": self.plan,
            "by": self.coordinator,
            "board": self.board,
            "reviewed_on": date(2026, 10, 1),
            "noted": "Noted with thanks.",
            "agreed_by": "Chair of the board",
            "token": uuid4(),
        }
        return record_review(**{**given, **fields})


@pytest.fixture
def world() -> Any:
    with time_machine.travel(NOW):
        yield World()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 10, 15), 12, date(2027, 10, 15)),
        (date(2026, 12, 1), 2, date(2027, 2, 1)),
    ],
)
def test_months_are_added_as_people_count_them(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_each_pair_of_plan_and_body_has_its_own_cadence_and_next_date(world: World) -> None:
    with service_scope(council=world.council):
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="six_monthly")
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.group, cadence="quarterly")
        assert reviewed_by(world.plan) == ["Board, every six months", "Working group, every quarter"]
        assert [line.next_due for line in reviewer_lines(world.plan)] == [date(2026, 10, 1), date(2026, 7, 1)]
        world.review(reviewed_on=date(2026, 9, 30))
        lines = reviewer_lines(world.plan)
    assert [(line.last_on, line.next_due) for line in lines] == [
        (date(2026, 9, 30), date(2027, 3, 30)),
        (None, date(2026, 7, 1)),
    ]


def test_a_body_reviews_a_plan_once_until_it_ends_and_keeps_its_reviews(world: World) -> None:
    with service_scope(council=world.council):
        pair = add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        with pytest.raises(PolicyError, match="reviews the plan already"):
            add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="annual")
        with pytest.raises(PolicyError, match="the council’s own boards"):
            add_reviewer(plan=world.plan, by=world.coordinator, board=world.foreign, cadence="annual")
        world.review()
        for wrong in (date(2026, 11, 19), date(2026, 3, 31)):
            with pytest.raises(PolicyError, match="last day must be"):
                change_reviewer(
                    reviewer=pair, by=world.coordinator, version=1, cadence="annual", ends_on=wrong
                )
        change_reviewer(
            reviewer=pair, by=world.coordinator, version=1, cadence="quarterly", ends_on=date(2026, 11, 1)
        )
        with pytest.raises(StaleVersion):
            change_reviewer(reviewer=pair, by=world.coordinator, version=1, cadence="annual")
        assert reviewed_by(world.plan) == []
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="annual")
        assert PlanReviewer.objects.filter(council=world.council).count() == 2
        assert PlanReview.objects.filter(council=world.council).count() == 1


def test_a_review_freezes_the_plan_and_an_unchanged_plan_keeps_its_version(world: World) -> None:
    with service_scope(council=world.council):
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        first = world.review()
        assert (first.version.number, first.version.sha256) == (1, checksum(first.version.content))
        assert world.review(reviewed_on=date(2026, 11, 1)).version_id == first.version_id
        assert freeze_plan(plan=world.plan, by=world.coordinator, reason="Cabinet").pk == first.version_id
        change_action(
            action=world.action, by=world.coordinator, version=1, title="Second words", measure="",
            owner=None, lead_organisations=[], priority="medium",
        )  # fmt: skip
        second = freeze_plan(plan=world.plan, by=world.coordinator, reason="Cabinet, 12 November 2026")
        assert (second.number, second.reason) == (2, "Cabinet, 12 November 2026")
        stored = PlanVersion.objects.get(council=world.council, number=1)
        assert stored.content["objectives"][0]["actions"][0]["title"] == "First words"
        assert checksum(stored.content) == stored.sha256, "what was stored reads back to the same checksum"


def test_versions_and_reviews_cannot_be_changed_or_deleted(world: World) -> None:
    with service_scope(council=world.council):
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        world.review()
        for rows in (
            PlanVersion.objects.filter(council=world.council),
            PlanReview.objects.filter(council=world.council),
        ):
            assert rows._raw_delete(rows.db) == 0
        assert PlanVersion.objects.filter(council=world.council).update(reason="Other") == 0
        assert PlanReview.objects.filter(council=world.council).update(noted="Other") == 0
        assert PlanReview.objects.get(council=world.council).noted == "Noted with thanks."


def test_a_review_is_of_a_day_gone_by_and_says_what_and_who(world: World) -> None:
    with service_scope(council=world.council):
        with pytest.raises(PolicyError, match="body that reviews this plan"):
            world.review()
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        for fields, words in (
            ({"reviewed_on": date(2026, 11, 19)}, "must be today or earlier"),
            ({"reviewed_on": date(2026, 3, 31)}, "on or after the plan’s first day"),
            ({"noted": " "}, "what the body noted"),
            ({"agreed_by": " "}, "who agreed it"),
            ({"board": world.group}, "body that reviews this plan"),
        ):
            with pytest.raises(PolicyError, match=words):
                world.review(**fields)
        assert PlanReview.objects.filter(council=world.council).count() == 0
        assert PlanVersion.objects.filter(council=world.council).count() == 0


def test_a_review_sent_twice_is_recorded_once(world: World) -> None:
    token = uuid4()
    with service_scope(council=world.council):
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        first = world.review(token=token)
        assert world.review(token=token).pk == first.pk
        with pytest.raises(AlreadySent):
            world.review(token=token, by=member_of(world))


def member_of(world: World) -> Any:
    from prevent_portal.accounts.models import User

    return User.objects.exclude(pk=world.coordinator.pk).first()


def test_a_correction_counts_and_what_it_corrects_stays(world: World) -> None:
    with service_scope(council=world.council):
        add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        wrong = world.review(reviewed_on=date(2026, 11, 10))
        right = world.review(reviewed_on=date(2026, 10, 11), corrects=wrong)
        assert right.version_id == wrong.version_id
        assert [line.last_on for line in reviewer_lines(world.plan)] == [date(2026, 10, 11)]
        assert PlanReview.objects.filter(council=world.council).count() == 2
        with pytest.raises(PolicyError, match="corrected already"):
            world.review(corrects=wrong)


def test_what_changed_since_a_version_is_said_in_words(world: World) -> None:
    with service_scope(council=world.council):
        frozen = freeze_plan(plan=world.plan, by=world.coordinator, reason="Board")
        assert changes_between(frozen.content, plan_content(world.plan)) == []
    move_date(world.action, world.action.due_on + timedelta(days=10), asked_by=world.coordinator)
    added = make_action(world.plan, world.coordinator, title="Brand new")
    with service_scope(council=world.council):
        changes = changes_between(frozen.content, plan_content(world.plan))
    assert [(one.where, one.what, one.now) for one in changes] == [
        ("A1", "Due", "28 December 2026"),
        ("A1", "Times moved", "Moved once"),
        (added.reference, "Added", "Brand new"),
    ]
    assert [one.before for one in changes] == ["18 December 2026", "Not moved", ""]


def test_the_pages_name_bodies_record_reviews_and_show_versions(world: World, client: Client) -> None:
    sign_in(client, world.coordinator)
    base = f"/c/{world.council.slug}/plans/{world.plan.pk}/"
    form = client.get(f"{base}reviewers/add/").content.decode()
    assert "Working group" in form
    assert "Foreign board" not in form
    given = {"board": str(world.board.pk), "cadence": "quarterly"}
    assert client.post(f"{base}reviewers/add/", given).url == f"{base}reviews/"
    foreign = client.post(f"{base}reviewers/add/", {**given, "board": str(world.foreign.pk)})
    assert foreign.status_code == 200
    review = {
        "board": str(world.board.pk),
        "reviewed_on_day": "1",
        "reviewed_on_month": "10",
        "reviewed_on_year": "2026",
        "version": "now",
        "noted": "The board asked for dates.",
        "agreed_by": "Chair",
        "token": str(uuid4()),
    }
    late = client.post(f"{base}reviews/add/", {**review, "reviewed_on_year": "2027"})
    assert "must be today or earlier" in late.content.decode()
    assert client.post(f"{base}reviews/add/", review).url == f"{base}reviews/"
    page = client.get(f"{base}reviews/").content.decode()
    for words in ("The board asked for dates.", "Agreed by: Chair", "version 1", "1 January 2027"):
        assert words in page
    version = client.get(f"{base}versions/1/").content.decode()
    assert "Nothing has changed since." in version
    assert client.get(f"{base}versions/2/").status_code == 404
    assert client.get(f"{base}versions/99999999999/").status_code == 404
    with service_scope(council=world.council):
        row = PlanReview.objects.get(council=world.council)
        pair = PlanReviewer.objects.get(council=world.council)
    corrected = {name: value for name, value in review.items() if name != "version"}
    corrected |= {"reviewed_on_day": "2", "token": str(uuid4())}
    assert client.post(f"{base}reviews/{row.pk}/correct/", corrected).status_code == 302
    assert "Corrected since" in client.get(f"{base}reviews/").content.decode()
    edit = f"{base}reviewers/{pair.pk}/"
    assert client.post(edit, {"cadence": "annual", "version": "1"}).status_code == 302
    assert client.post(edit, {"cadence": "monthly", "version": "1"}).status_code == 409
    frozen = client.post(f"{base}versions/freeze/", {"reason": "Cabinet"}, follow=True)
    assert "has not changed since version 1" in frozen.content.decode()
    assert client.get(base).content.decode().count("Board, every year: last 2 October 2026") == 1


def test_only_those_who_change_plans_record_reviews(world: World) -> None:
    with service_scope(council=world.council):
        pair = add_reviewer(plan=world.plan, by=world.coordinator, board=world.board, cadence="quarterly")
        row = world.review()
    base = f"/c/{world.council.slug}/plans/{world.plan.pk}/"
    write = (
        "reviews/add/",
        "reviewers/add/",
        f"reviewers/{pair.pk}/",
        f"reviews/{row.pk}/correct/",
        "versions/freeze/",
    )
    for person, reads, writes in (
        (world.coordinator, 200, 200),
        (member(world.council, Role.SAFETY_OFFICER), 200, 404),
        (member(world.council, Role.BOARD_MEMBER), 200, 404),
        (member(world.council, Role.PARTNER_LEAD), 404, 404),
        (world.stranger, 404, 404),
    ):
        visitor = sign_in(Client(), person)
        for path in ("reviews/", "versions/1/"):
            assert visitor.get(base + path).status_code == reads
        for path in write:
            assert visitor.get(base + path).status_code == writes
            if writes == 404:
                assert visitor.post(base + path, {}).status_code == 404
    stranger = sign_in(Client(), world.stranger)
    for path in ("reviews/", "versions/1/", *write):
        assert stranger.get(f"/c/{world.other.slug}/plans/{world.plan.pk}/{path}").status_code == 404


def test_a_review_that_falls_due_waits_for_coordinators_of_any_number_of_councils(world: World) -> None:
    counts = []
    today = timezone.localdate()
    for number in (1, 4):
        person = member(CouncilFactory.create(), Role.COORDINATOR)
        officer = member(world.council, Role.SAFETY_OFFICER)
        for _ in range(number):
            council = CouncilFactory.create()
            give_role(person, council, Role.COORDINATOR)
            plan = make_plan(council, person)
            with service_scope(council=council):
                for name, cadence in (("Late", "quarterly"), ("Far away", "annual")):
                    board = Board.objects.create(council=council, name=name)
                    add_reviewer(plan=plan, by=person, board=board, cadence=cadence)
        with own_councils_scope(user_id=person.pk), CaptureQueriesContext(connection) as asked:
            items = items_of([reviews_to_hold], own_access(person), today)
        assert [(item.due_on, item.title) for item in items] == [(date(2026, 7, 1), "Plan: Late")] * number
        counts.append(len(asked))
        with own_councils_scope(user_id=officer.pk):
            assert items_of([reviews_to_hold], own_access(officer), today) == []
    assert counts[0] == counts[1]


def test_reviews_and_versions_by_api(world: World, client: Client) -> None:
    json: dict[str, Any] = {"content_type": "application/json"}
    sign_in(client, world.coordinator)
    base = f"/api/v1/c/{world.council.slug}/plans/{world.plan.pk}"
    pair = client.post(
        f"{base}/reviewers/", {"board_id": str(world.board.pk), "cadence": "quarterly"}, **json
    )
    assert (pair.status_code, pair.json()["next_review_due_on"]) == (201, "2026-07-01")
    for wrong in (str(world.foreign.pk), str(uuid4())):
        answer = client.post(f"{base}/reviewers/", {"board_id": wrong, "cadence": "quarterly"}, **json)
        assert (answer.status_code, answer.json()) == (
            400,
            {"board_id": ["This is no such body of the council."]},
        )
    given = {
        "board_id": str(world.board.pk),
        "reviewed_on": "2026-10-01",
        "noted": "Noted.",
        "agreed_by": "Chair",
    }
    key = {"Idempotency-Key": "review"}
    first = client.post(f"{base}/reviews/", given, headers=key, **json)
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert client.post(f"{base}/reviews/", given, headers=key, **json).json() == first.json()
    assert client.get(f"{base}/reviews/").json()["count"] == 1
    assert client.post(f"{base}/reviews/", {**given, "version": 7}, **json).status_code == 404
    correction = client.post(f"{base}/reviews/", {**given, "corrects_id": first.json()["id"]}, **json)
    assert correction.json()["corrects_id"] == first.json()["id"]
    frozen = client.post(f"{base}/versions/", {"reason": "Cabinet"}, **json)
    assert (frozen.status_code, frozen.json()["number"]) == (201, 1)
    version = client.get(f"{base}/versions/1/").json()
    assert (version["changes"], version["content"]["title"]) == ([], "Plan")
    assert client.get(f"{base}/versions/").json()["count"] == 1
    one = f"{base}/reviewers/{pair.json()['id']}/"
    assert client.patch(one, {"version": 1, "cadence": "annual"}, **json).json()["version"] == 2
    assert client.patch(one, {"version": 1, "cadence": "monthly"}, **json).status_code == 409
    stranger = sign_in(Client(), world.stranger)
    for path in ("reviewers/", "reviews/", "versions/", "versions/1/"):
        assert stranger.get(f"{base}/{path}").status_code == 404
    with service_scope(council=world.council):
        assert Action.objects.filter(council=world.council).count() == 1
