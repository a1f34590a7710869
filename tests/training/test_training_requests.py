"""Requests for training: a partner asks for its own organisation, the coordinator answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.delivery_factories import asked, day, delivered, planned
from training.enums import RequestState
from training.models import Course, SessionOrganisation, TrainingRequest, TrainingSession
from training.services.sessions import cancel_session
from training.services.training_requests import (
    accept_request,
    accept_with_new_session,
    decline_request,
    put_request_off,
    withdraw_request,
)

pytestmark = pytest.mark.django_db


class World:
    """Two trusts that ask, a coordinator that answers, and another council."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.mine = OrganisationFactory.create(name="First trust")
        self.theirs = OrganisationFactory.create(name="Second trust")
        for council in (self.council, self.other):
            linked(council, self.mine)
            linked(council, self.theirs)
        self.partner = submitter(self.council, self.mine)
        with service_scope(council=self.council):
            self.request = asked(self.council, self.mine, audience="Ward staff")
            self.foreign = asked(self.council, self.theirs, audience="Canary of another trust")
        with service_scope(council=self.other):
            self.elsewhere = asked(self.other, self.mine, audience="Canary of another council")

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.council.slug, *args])


@pytest.fixture
def world() -> World:
    return World()


def test_a_partner_sees_the_requests_of_its_own_organisation_and_no_others(
    world: World, client: Client
) -> None:
    sign_in(client, world.partner)
    page = client.get(world.url("own-training-requests")).content.decode()
    assert "Ward staff" in page
    assert "Canary" not in page
    assert client.get(world.url("own-training-request", world.request.pk)).status_code == 200
    for hidden in (world.foreign, world.elsewhere):
        assert client.get(world.url("own-training-request", hidden.pk)).status_code == 404
    for name in ("training-requests", "training-sessions", "facilitators", "knowledge-surveys"):
        assert client.get(world.url(name)).status_code == 404
    listed = client.get(reverse("api-own-training-requests", args=[world.council.slug])).json()
    assert [each["id"] for each in listed["results"]] == [str(world.request.pk)]


def test_a_partner_asks_for_no_other_organisation(world: World, client: Client) -> None:
    sign_in(client, world.partner)
    body = {
        "organisation": str(world.theirs.pk),
        "audience": "Everybody",
        "sessions": "1",
        "token": "018f0000-0000-7000-8000-000000000009",
    }
    page = client.post(world.url("own-training-request-add"), body)
    assert page.status_code == 200
    answer = client.post(
        reverse("api-own-training-requests", args=[world.council.slug]), body, content_type="application/json"
    )
    assert (answer.status_code, list(answer.json())) == (400, ["organisation"])
    with service_scope(council=world.council):
        assert TrainingRequest.objects.filter(council=world.council).count() == 2
    answer = client.post(
        reverse("api-own-training-requests", args=[world.council.slug]),
        {**body, "organisation": str(world.mine.pk)},
        content_type="application/json",
        headers={"Idempotency-Key": "once"},
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "asked")


def test_accepted_with_a_session_the_session_is_for_the_organisation_too(world: World) -> None:
    with service_scope(council=world.council):
        session = planned(world.council)
        answered = accept_request(
            request=world.request, by=world.coordinator, version=1, session=session, answer="Welcome"
        )
        assert (answered.state, answered.session_id, answered.version) == (
            RequestState.ACCEPTED,
            session.pk,
            2,
        )
        assert SessionOrganisation.objects.filter(
            council=world.council, session=session, organisation=world.mine
        ).exists()


def test_a_request_is_accepted_only_with_a_session_to_come_of_its_course(world: World) -> None:
    with service_scope(council=world.council):
        for session, words in (
            (delivered(world.council, 4), "planned or booked"),
            (planned(world.council, course=Course.objects.exclude(slug="wrap")[0]), "another course"),
        ):
            with pytest.raises(PolicyError, match=words):
                accept_request(request=world.request, by=world.coordinator, version=1, session=session)


def test_accepting_with_a_new_session_plans_it_for_the_organisation_or_does_nothing(world: World) -> None:
    course = Course.objects.get(slug="wrap")
    with service_scope(council=world.council):
        with pytest.raises(PolicyError, match="has passed"):
            accept_with_new_session(
                request=world.request, by=world.coordinator, version=1, course=course, held_on=day(-1)
            )
        assert TrainingSession.objects.filter(council=world.council).count() == 0
        accept_with_new_session(
            request=world.request, by=world.coordinator, version=1, course=course, held_on=day(20)
        )
        session = TrainingSession.objects.get(council=world.council)
        assert (session.starts_on, session.audience) == (day(20), "Ward staff")


def test_declined_and_waiting_need_words_that_the_organisation_reads(world: World, client: Client) -> None:
    with service_scope(council=world.council):
        for answer in (decline_request, put_request_off):
            with pytest.raises(PolicyError, match="Enter"):
                answer(request=world.request, by=world.coordinator, version=1, answer=" ")
        put_request_off(request=world.request, by=world.coordinator, version=1, answer="A trainer is ill")
        decline_request(request=world.request, by=world.coordinator, version=2, answer="No trainer this year")
        for refused in (
            lambda: decline_request(request=world.request, by=world.coordinator, version=3, answer="Again"),
            lambda: withdraw_request(request=world.request, by=world.partner, version=3),
        ):
            with pytest.raises(PolicyError, match="declined already"):
                refused()
    sign_in(client, world.partner)
    page = client.get(world.url("own-training-request", world.request.pk)).content.decode()
    assert "No trainer this year" in page


def test_a_cancelled_session_puts_its_requests_back_on_the_waiting_list(world: World) -> None:
    with service_scope(council=world.council):
        session = planned(world.council)
        accept_request(request=world.request, by=world.coordinator, version=1, session=session)
        cancel_session(session=session, by=world.coordinator, version=1, reason="Snow")
        stored = TrainingRequest.objects.get(council=world.council, pk=world.request.pk)
        assert (stored.state, stored.session_id) == (RequestState.WAITING, None)
        assert "has been cancelled" in stored.answer


def test_a_stale_answer_is_refused(world: World) -> None:
    with service_scope(council=world.council):
        put_request_off(request=world.request, by=world.coordinator, version=1, answer="Soon")
        with pytest.raises(StaleVersion):
            decline_request(request=world.request, by=world.coordinator, version=1, answer="No")


def test_a_request_without_an_answer_waits_for_the_coordinator_alone(world: World) -> None:
    officer = member(world.council, Role.SAFETY_OFFICER)
    for person, expected in ((world.coordinator, 2), (officer, 0), (world.partner, 0)):
        with own_councils_scope(user_id=person.pk):
            items = due_items(person, timezone.localdate())
        assert len([each for each in items if each.reference == "Training request"]) == expected


def test_only_the_coordinator_answers(world: World, client: Client) -> None:
    for role in (Role.SAFETY_OFFICER, Role.BOARD_MEMBER):
        sign_in(client, member(world.council, role))
        address = world.url("training-request", world.request.pk)
        assert client.get(address).status_code == 200
        assert client.post(address, {"decision": "decline", "answer": "No", "version": 1}).status_code == 404


def test_the_database_keeps_another_trusts_requests_from_a_partner(world: World) -> None:

    with council_scope(user_id=world.partner.pk, council=world.council):
        seen = TrainingRequest.objects.filter(council=world.council)
        assert [each.pk for each in seen] == [world.request.pk]
