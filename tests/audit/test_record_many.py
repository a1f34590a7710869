"""Many events in one statement: each row its own, in the transaction of the write (AL-1)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.audit.services import record_many
from prevent_portal.tenancy.scope import council_scope
from tests.factories import CouncilFactory, member


@pytest.mark.django_db
def test_many_events_are_one_statement_and_belong_to_the_scope() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    person = member(ours, Role.COORDINATOR)
    with council_scope(user_id=person.pk, council=ours):
        with CaptureQueriesContext(connection) as captured:
            record_many(action="x.changed", subjects=[(ours, {"n": 1}), (theirs, {"n": 2})])
            record_many(action="x.changed", subjects=[])
        assert len(captured) == 1
        events = Event.objects.filter(council_id=ours.pk, action="x.changed").order_by("pk")
        assert [(event.subject_id, event.details, event.actor_id) for event in events] == [
            (str(ours.pk), {"n": 1}, person.pk),
            (str(theirs.pk), {"n": 2}, person.pk),
        ]


@pytest.mark.django_db(transaction=True)
def test_many_events_need_the_transaction_of_their_write() -> None:
    with pytest.raises(TransactionManagementError):
        record_many(action="x.changed", subjects=[(CouncilFactory.create(), {})])
