"""One form sent twice at the same moment, by two connections: one row, and the same answer to both."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory
from tests.partnerships.factories import OrganisationFactory, submitter
from tests.training.delivery_factories import day
from training.enums import SessionDated
from training.services.sessions import plan_session
from training.services.surveys import add_survey
from training.services.training_requests import ask_for_training

Send = Callable[[Council, Organisation, User, UUID], Any]


def a_briefing(council: Council, organisation: Organisation, person: User, token: UUID) -> Any:
    return plan_session(
        council=council, by=person, title="Briefing", dated=SessionDated.DAY, starts_on=day(3),
        ends_on=day(3), audience="Governors", host="A school", token=token,
    )  # fmt: skip


def a_request(council: Council, organisation: Organisation, person: User, token: UUID) -> Any:
    return ask_for_training(
        council=council, by=person, organisation=organisation, course=None, audience="Wards", token=token
    )


def a_survey(council: Council, organisation: Organisation, person: User, token: UUID) -> Any:
    return add_survey(
        council=council, by=person, title="Confidence", organisation=organisation, questions=["Sure?"],
        token=token,
    )  # fmt: skip


def is_waiting() -> bool:
    """Whether some connection waits for what another one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("send", [a_briefing, a_request, a_survey])
def test_a_form_sent_twice_at_the_same_moment_happens_once_and_both_are_answered(send: Send) -> None:
    council: Council = CouncilFactory.create()
    organisation: Organisation = OrganisationFactory.create()
    person, token = submitter(council, organisation), uuid4()

    def again() -> Any:
        try:
            with service_scope(council=council):
                return send(council, organisation, person, token).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as other:
        with service_scope(council=council):
            first = send(council, organisation, person, token)
            second = other.submit(again)
            ends = time.monotonic() + 10
            while not is_waiting() and time.monotonic() < ends:
                time.sleep(0.02)
            assert not second.done(), "the control: it came while the first was not stored yet"
        assert second.result(timeout=10) == first.pk
    with service_scope(council=council):
        assert type(first).objects.filter(council=council).count() == 1
