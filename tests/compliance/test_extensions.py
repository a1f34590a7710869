"""Requests for more time: one person asks, another decides, and every slip is counted and said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.enums import ExtensionState
from compliance.models import Action, DueDateMove, ExtensionRequest
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.queries.extensions import decider_words
from compliance.queries.plan_due import extensions_to_decide
from compliance.queries.plans import due_words
from compliance.services.extensions import decide_extension, request_extension, withdraw_extension
from compliance.services.progress import log_progress
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.due_items import due_items, items_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db


class World:
    """An action due in ten days, its owner, two coordinators, and another council."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR, name="Coordinator One")
        self.second = member(self.council, Role.COORDINATOR, name="Coordinator Two")
        self.officer = member(self.council, Role.SAFETY_OFFICER, name="Officer")
        self.action = make_action(
            make_plan(self.council, self.coordinator), self.coordinator, due_in=10, owner=self.officer
        )
        self.later = self.action.due_on + timedelta(days=30)

    def ask(self, by: User | None = None, **fields: Any) -> ExtensionRequest:
        given: dict[str, Any] = {
            "action": self.action,
            "by": by or self.officer,
            "version": Action.objects.get(council=self.council, pk=self.action.pk).version,
            "wished_on": self.later,
            "reason": "The venue closed.",
            "token": uuid4(),
        }
        return request_extension(**{**given, **fields})

    def stored(self) -> Action:
        return Action.objects.get(council=self.council, pk=self.action.pk)


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_moves_until_somebody_else_approves(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
        assert world.stored().due_on == world.action.due_on
        decide_extension(request=asked, by=world.coordinator, approve=True)
        stored = world.stored()
        assert (stored.due_on, stored.first_due_on) == (world.later, world.action.first_due_on)
        assert (stored.times_moved, stored.version) == (1, 2)
        move = DueDateMove.objects.get(council=world.council)
        assert (move.request_id, move.by_id, move.reason) == (
            asked.pk,
            world.coordinator.pk,
            "The venue closed.",
        )


def test_an_approved_action_is_still_overdue_by_its_first_date_and_says_both(world: World) -> None:
    with service_scope(council=world.council):
        for days in (30, 60):
            asked = world.ask(wished_on=world.action.due_on + timedelta(days=days))
            decide_extension(request=asked, by=world.coordinator, approve=True)
        stored = world.stored()
    after = stored.first_due_on + timedelta(days=1)
    assert stored.is_overdue(after)
    words = due_words(stored, after)
    assert words.startswith("Overdue: due ")
    assert ", moved twice, now " in words


@pytest.mark.parametrize("approve", [True, False])
def test_nobody_decides_their_own_request(world: World, approve: bool) -> None:
    with service_scope(council=world.council):
        asked = world.ask(by=world.coordinator)
        with pytest.raises(PolicyError, match="somebody else decides"):
            decide_extension(request=asked, by=world.coordinator, approve=approve, note="Mine.")
        assert world.stored().due_on == world.action.due_on
        decide_extension(request=asked, by=world.second, approve=approve, note="Theirs.")
        asked.refresh_from_db()
        assert asked.decided_by_id == world.second.pk


def test_the_database_refuses_a_decision_by_the_person_who_asked(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
        with pytest.raises(IntegrityError, match="decided_by_somebody_else"), transaction.atomic():
            ExtensionRequest.objects.filter(council=world.council, pk=asked.pk).update(
                state="refused", decided_by=world.officer, decided_at=timezone.now()
            )


def test_a_decided_request_is_never_changed_or_deleted(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
        decide_extension(request=asked, by=world.coordinator, approve=False, note="No.")
        rows = ExtensionRequest.objects.filter(council=world.council, pk=asked.pk)
        for change in (lambda: rows.update(note="Yes."), rows.delete):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change()
        with pytest.raises(PolicyError, match="refused already"):
            decide_extension(request=asked, by=world.second, approve=True)
        assert world.stored().times_moved == 0


def test_one_request_is_open_for_an_action_at_a_time(world: World) -> None:
    with service_scope(council=world.council):
        world.ask()
        with pytest.raises(PolicyError, match="waits for a decision already"):
            world.ask(by=world.coordinator)
        with pytest.raises(IntegrityError, match="extension_one_open_per_action"), transaction.atomic():
            ExtensionRequest.objects.create(
                council=world.council,
                action=world.action,
                due_on=world.action.due_on,
                wished_on=world.later,
                reason="Another.",
                asked_by=world.coordinator,
                token=uuid4(),
            )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"days": 0}, "must be later than the present one"),
        ({"days": -4}, "must be later than the present one"),
        ({"days": 5, "reason": "  "}, "Enter why more time is needed"),
    ],
)
def test_a_request_asks_for_a_later_day_with_a_reason(
    world: World, fields: dict[str, Any], words: str
) -> None:
    wished = world.action.due_on + timedelta(days=fields.pop("days"))
    with service_scope(council=world.council):
        with pytest.raises(PolicyError, match=words):
            world.ask(wished_on=wished, **fields)
        assert ExtensionRequest.objects.filter(council=world.council).count() == 0


def test_a_closed_action_gets_no_more_time_and_its_request_is_taken_back(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
        log_progress(
            action=world.action, by=world.officer, note="Done.", rating="green", status="complete",
            version=1, token=uuid4(),
        )  # fmt: skip
        asked.refresh_from_db()
        assert asked.state == ExtensionState.WITHDRAWN
        with pytest.raises(PolicyError, match="taken back already"):
            decide_extension(request=asked, by=world.coordinator, approve=True)
        with pytest.raises(PolicyError, match="is closed"):
            world.ask()


def test_a_form_sent_twice_asks_once(world: World) -> None:
    token = UUID("018f0000-0000-7000-8000-000000000002")
    with service_scope(council=world.council):
        first = world.ask(token=token, version=1)
        assert world.ask(token=token, version=1).pk == first.pk
        with pytest.raises(AlreadySent):
            world.ask(token=token, by=world.coordinator)
        assert ExtensionRequest.objects.filter(council=world.council).count() == 1


def test_a_stale_request_is_refused_with_both_dates(world: World) -> None:
    with service_scope(council=world.council):
        decide_extension(request=world.ask(), by=world.coordinator, approve=True)
        with pytest.raises(StaleVersion) as caught:
            world.ask(version=1, wished_on=world.later + timedelta(days=9))
        assert caught.value.version == 2
        assert [one.label for one in caught.value.differences] == ["Due date"]


def test_an_approver_can_grant_an_earlier_date_but_none_that_nobody_asked_for(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
        for wrong in (world.later + timedelta(days=1), world.action.due_on):
            with pytest.raises(PolicyError, match="not later than the one asked for"):
                decide_extension(request=asked, by=world.coordinator, approve=True, granted_on=wrong)
        sooner = world.action.due_on + timedelta(days=7)
        decide_extension(request=asked, by=world.coordinator, approve=True, granted_on=sooner)
        assert world.stored().due_on == sooner


def test_only_the_asker_takes_a_request_back(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
        with pytest.raises(PolicyError, match="Only the person who asked"):
            withdraw_extension(request=asked, by=world.coordinator)
        withdraw_extension(request=asked, by=world.officer)
        with pytest.raises(PolicyError, match="taken back already"):
            withdraw_extension(request=asked, by=world.officer)
        assert world.ask().state == ExtensionState.OPEN


def test_each_step_is_audited_without_its_words(world: World) -> None:
    with council_scope(user_id=world.officer.pk, council=world.council):
        asked = world.ask()
    with council_scope(user_id=world.coordinator.pk, council=world.council):
        decide_extension(request=asked, by=world.coordinator, approve=False, note="Secret words.")
    auditor = member(world.council, Role.AUDITOR)
    with council_scope(user_id=auditor.pk, council=world.council):
        events = Event.objects.filter(council_id=world.council.pk, action__startswith="compliance.extension")
        assert [(event.action, event.actor_id) for event in events.order_by("pk")] == [
            ("compliance.extension_asked", world.officer.pk),
            ("compliance.extension_refused", world.coordinator.pk),
        ]
        assert all("Secret" not in str(event.details) for event in events)


def test_with_one_coordinator_the_page_says_who_can_decide() -> None:
    council = CouncilFactory.create()
    only, officer = (
        member(council, Role.COORDINATOR, name="The Only One"),
        member(council, Role.SAFETY_OFFICER),
    )
    with service_scope(council=council):
        assert decider_words(council, officer) == "It can be decided by The Only One."
        assert decider_words(council, only).startswith("Nobody else in this council can decide it yet.")


def test_an_officer_asks_and_a_coordinator_decides_on_the_pages(world: World, client: Client) -> None:
    sign_in(client, world.officer)
    base = f"/c/{world.council.slug}"
    action = f"{base}/actions/{world.action.pk}/"
    form = client.get(f"{action}more-time/").content.decode()
    assert "It can be decided by Coordinator One or Coordinator Two." in form
    day = world.later
    given = {
        "wished_on_day": str(day.day),
        "wished_on_month": str(day.month),
        "wished_on_year": str(day.year),
        "reason": "The venue closed.",
        "version": "1",
        "token": str(uuid4()),
    }
    early = client.post(f"{action}more-time/", {**given, "wished_on_year": "2020"})
    assert "must be later than the present one" in early.content.decode()
    assert client.post(f"{action}more-time/", given).url == action
    with service_scope(council=world.council):
        asked = ExtensionRequest.objects.get(council=world.council)
    request_page = f"{base}/requests-for-time/{asked.pk}/"
    assert "More time is asked for." in client.get(action).content.decode()
    own = client.get(request_page).content.decode()
    assert "You asked for this, so somebody else decides it." in own
    assert "Save the decision" not in own
    assert client.post(request_page, {"decision": "approve"}).status_code == 404
    decider = sign_in(Client(), world.coordinator)
    assert "1 request for more time" in decider.get(f"{base}/plans/").content.decode()
    assert "The venue closed." in decider.get(f"{base}/requests-for-time/").content.decode()
    refused = decider.post(request_page, {"decision": "refuse"})
    assert "Enter why the request is refused" in refused.content.decode()
    approved = decider.post(request_page, {"decision": "approve", "granted_on": day.isoformat()})
    assert approved.url == action
    page = client.get(action).content.decode()
    assert "moved once, now" in page
    assert "asked by Officer, approved by Coordinator One" in page
    again = decider.post(request_page, {"decision": "refuse", "note": "Too late."})
    assert "approved already" in again.content.decode()


def test_the_asker_takes_a_request_back_on_its_page(world: World, client: Client) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
    sign_in(client, world.officer)
    address = f"/c/{world.council.slug}/requests-for-time/{asked.pk}/withdraw/"
    assert "The due date stays as it is." in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    with service_scope(council=world.council):
        asked.refresh_from_db()
    assert asked.state == ExtensionState.WITHDRAWN
    assert "is taken back already" in client.post(address).content.decode()


def test_who_may_ask_see_decide_and_take_back(world: World) -> None:
    with service_scope(council=world.council):
        asked = world.ask()
    base = f"/c/{world.council.slug}"
    ask = f"{base}/actions/{world.action.pk}/more-time/"
    one, back = f"{base}/requests-for-time/{asked.pk}/", f"{base}/requests-for-time/{asked.pk}/withdraw/"
    everything = f"{base}/requests-for-time/"
    expected = {
        world.officer: (200, 200, 404, 200, 200),
        world.coordinator: (200, 200, 200, 404, 200),
        member(world.council, Role.SAFETY_OFFICER): (404, 200, 404, 404, 200),
        member(world.council, Role.BOARD_MEMBER): (404, 200, 404, 404, 200),
        member(world.council, Role.PARTNER_LEAD): (404, 404, 404, 404, 404),
        member(world.council, Role.PARTNER_SUBMITTER): (404, 404, 404, 404, 404),
        member(world.other, Role.COORDINATOR): (404, 404, 404, 404, 404),
    }
    for person, codes in expected.items():
        visitor = sign_in(Client(), person)
        got = (
            visitor.get(ask).status_code,
            visitor.get(one).status_code,
            visitor.post(one, {}).status_code,
            visitor.get(back).status_code,
            visitor.get(everything).status_code,
        )
        assert got == codes, person
    stranger = sign_in(Client(), member(world.other, Role.COORDINATOR))
    assert stranger.get(f"/c/{world.other.slug}/requests-for-time/{asked.pk}/").status_code == 404


def test_a_request_waits_for_every_coordinator_but_the_asker(world: World) -> None:
    with service_scope(council=world.council):
        world.ask(by=world.coordinator)
    today = timezone.localdate()
    for person, waiting in ((world.second, 1), (world.coordinator, 0), (world.officer, 0)):
        with own_councils_scope(user_id=person.pk):
            items = items_of([extensions_to_decide], own_access(person), today)
        assert [item.task for item in items] == ["Decide on more time"] * waiting
        assert all(item.due_on is not None and item.due_on <= today + timedelta(days=7) for item in items)


def test_what_waits_is_read_in_as_many_statements_for_one_council_as_for_five() -> None:
    counts = []
    for number in (1, 5):
        person = member(CouncilFactory.create(), Role.COORDINATOR)
        for _ in range(number):
            council = CouncilFactory.create()
            give_role(person, council, Role.COORDINATOR)
            officer = member(council, Role.SAFETY_OFFICER)
            action = make_action(make_plan(council, person), person, owner=officer)
            with service_scope(council=council):
                request_extension(
                    action=action, by=officer, version=1, wished_on=date(2040, 1, 1), reason="More.",
                    token=uuid4(),
                )  # fmt: skip
        with own_councils_scope(user_id=person.pk), CaptureQueriesContext(connection) as asked:
            items = due_items(person, timezone.localdate())
        assert sum(item.task == "Decide on more time" for item in items) == number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_requests_by_api_follow_the_same_rules(world: World, client: Client) -> None:
    json: dict[str, Any] = {"content_type": "application/json"}
    base = f"/api/v1/c/{world.council.slug}"
    sign_in(client, world.officer)
    address = f"{base}/actions/{world.action.pk}/extensions/"
    given = {"version": 1, "wished_on": world.later.isoformat(), "reason": "The venue closed."}
    key = {"Idempotency-Key": "one"}
    first = client.post(address, given, headers=key, **json)
    again = client.post(address, given, headers=key, **json)
    assert (first.status_code, again.json()) == (201, first.json())
    one = f"{base}/extensions/{first.json()['id']}/"
    assert client.get(one).json()["state"] == "open"
    assert client.get(f"{base}/extensions/").json()["count"] == 1
    assert client.post(f"{one}decision/", {"approve": True}, **json).status_code == 404
    decider = sign_in(Client(), world.coordinator)
    assert decider.post(f"{one}withdrawal/", **json).status_code == 404
    refused = decider.post(f"{one}decision/", {"approve": False}, **json)
    assert (refused.status_code, refused.json()) == (400, {"detail": "Enter why the request is refused."})
    decided = decider.post(f"{one}decision/", {"approve": True}, **json)
    assert (decided.status_code, decided.json()["granted_on"]) == (200, world.later.isoformat())
    assert client.post(f"{one}withdrawal/", **json).status_code == 400
    assert client.post(address, given, **json).status_code == 409
    own = decider.post(address, {**given, "version": 2, "wished_on": "2040-01-01"}, **json).json()
    mine = decider.post(f"{base}/extensions/{own['id']}/decision/", {"approve": True}, **json)
    assert mine.json() == {"detail": "You asked for this yourself, so somebody else decides it."}
    stranger = sign_in(Client(), member(world.other, Role.COORDINATOR))
    assert stranger.get(one).status_code == 404
    assert stranger.get(f"/api/v1/c/{world.other.slug}/extensions/").json()["count"] == 0
