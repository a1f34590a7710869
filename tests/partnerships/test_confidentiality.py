"""A promise to keep confidential counts from its first to its last day, and access to Channel rests on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.enums import AcknowledgementScope
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.confidentiality import in_force, people_in_force
from partnerships.registers import ACKNOWLEDGEMENTS
from partnerships.services.registers import bring_back_entry, renew_entry, withdraw_entry
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member
from tests.partnerships.register_factories import days, entered

pytestmark = pytest.mark.django_db


def promised(council: Council, person: User, first: int, last: int, **values: Any) -> Any:
    keeper = member(council, Role.COORDINATOR)
    return entered(
        ACKNOWLEDGEMENTS,
        council,
        keeper,
        person=person,
        starts_on=days(first),
        ends_on=days(last),
        **values,
    )


def counts(council: Council, person: User, *on: int) -> list[bool]:
    with service_scope(council=council):
        return [in_force(council, person, days(n)) for n in on]


def test_a_promise_counts_on_both_its_days_and_lapses_the_day_after() -> None:
    council = CouncilFactory()
    person = member(council, Role.PANEL_MEMBER)
    assert counts(council, person, 0) == [False]
    promised(council, person, -5, 5)
    assert counts(council, person, -6, -5, 0, 5, 6) == [False, True, True, True, False]


def test_a_promise_in_one_council_opens_nothing_in_another() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    person = member(council, Role.PANEL_MEMBER)
    promised(council, person, -5, 5)
    assert counts(neighbour, person, 0) == [False]


def test_a_promise_about_papers_does_not_open_channel() -> None:
    council = CouncilFactory()
    person = member(council, Role.PANEL_MEMBER)
    promised(council, person, -5, 5, covers="partnership")
    assert counts(council, person, 0) == [False]
    with service_scope(council=council):
        assert in_force(council, person, days(0), covers=AcknowledgementScope.PARTNERSHIP)


def test_a_withdrawn_promise_stops_on_its_day_and_not_before() -> None:
    council = CouncilFactory()
    person = member(council, Role.PANEL_MEMBER)
    entry = promised(council, person, -5, 5)
    with service_scope(council=council):
        withdraw_entry(register=ACKNOWLEDGEMENTS, entry=entry, by=None, version=1, withdrawn_on=days(-1))
    assert counts(council, person, -2, -1, 0) == [True, False, False]


def test_a_promise_renewed_early_leaves_no_gap_and_a_late_one_leaves_its_gap() -> None:
    council = CouncilFactory()
    early, late = member(council, Role.PANEL_MEMBER), member(council, Role.PANEL_MEMBER)
    for person, last, first in ((early, 3, 4), (late, -3, 2)):
        entry = promised(council, person, -9, last)
        with service_scope(council=council):
            renew_entry(
                register=ACKNOWLEDGEMENTS,
                entry=entry,
                by=None,
                version=1,
                values={"starts_on": days(first), "ends_on": days(99)},
            )
    assert counts(council, early, 0, 3, 4) == [True, True, True]
    assert counts(council, late, -3, 0, 2) == [True, False, True]


def test_a_second_promise_of_one_kind_is_refused_until_the_first_is_withdrawn() -> None:
    council = CouncilFactory()
    person = member(council, Role.PANEL_MEMBER)
    first = promised(council, person, -5, 5)
    with pytest.raises(PartnershipRefused, match="Renew that one"):
        promised(council, person, 0, 9)
    with service_scope(council=council):
        first = withdraw_entry(
            register=ACKNOWLEDGEMENTS, entry=first, by=None, version=1, withdrawn_on=days(0)
        )
    promised(council, person, 0, 9)
    assert counts(council, person, 9) == [True]
    with service_scope(council=council), pytest.raises(PartnershipRefused, match="Renew that one"):
        bring_back_entry(register=ACKNOWLEDGEMENTS, entry=first, by=None, version=2)


def test_the_bulk_form_says_of_each_what_the_single_one_says_in_one_statement() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    people = [member(council, Role.PANEL_MEMBER) for _ in range(4)]
    promised(council, people[0], -5, 5)
    promised(council, people[1], -5, -1)
    promised(council, people[2], -5, 5, covers="partnership")
    stranger = member(neighbour, Role.PANEL_MEMBER)
    promised(neighbour, stranger, -5, 5)
    keys = [person.pk for person in (*people, stranger)]
    with service_scope(council=council), CaptureQueriesContext(connection) as asked:
        found = people_in_force(council, keys, days(0))
    assert len(asked) == 1
    assert found == {people[0].pk} == {p.pk for p in people if counts(council, p, 0) == [True]}
    with service_scope(council=council):
        assert people_in_force(council, [], days(0)) == set()
