"""A promise to keep confidential counts from its first to its last day, and access to Channel rests on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partnerships.access.registers import (
    entries_for,
    entry_for,
    own_promises,
    register_for,
    registers_for,
)
from partnerships.enums import AcknowledgementScope
from partnerships.permissions import PARTNERSHIPS_GRANTS, PartnershipsPermission
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.confidentiality import Standing, in_force, standing_of, standings
from partnerships.queries.register_due import attention_of, register_due
from partnerships.registers import ACKNOWLEDGEMENTS
from partnerships.services.register_reminders import remind_of_registers
from partnerships.services.registers import bring_back_entry, change_entry, renew_entry, withdraw_entry
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents import rules
from prevent_portal.outbox.access import sent_log_for
from prevent_portal.outbox.due_items import items_of
from prevent_portal.outbox.models import Email, Reminder
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web.dates import british_date
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, give_role, member
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
    people = [member(council, Role.PANEL_MEMBER) for _ in range(5)]
    promised(council, people[0], -5, 5)
    promised(council, people[1], -5, -1)
    promised(council, people[2], -5, 5, covers="partnership")
    promised(council, people[3], 1, 9)
    stranger = member(neighbour, Role.PANEL_MEMBER)
    promised(neighbour, stranger, -5, 5)
    keys = [person.pk for person in (*people, stranger)]
    with service_scope(council=council), CaptureQueriesContext(connection) as asked:
        found = standings(council, keys)
    assert len(asked) == 1
    assert [found[key] for key in keys] == [
        Standing(counts=True, last_day=days(5)),
        Standing(counts=False, last_day=days(-1)),
        *[Standing(counts=False, last_day=None)] * 4,
    ]
    assert [found[key].lapses_on for key in keys] == [days(6), days(0), None, None, None, None]
    assert [found[person.pk].counts for person in people] == [counts(council, p, 0)[0] for p in people]
    with service_scope(council=council):
        assert standings(council, []) == {}


@pytest.mark.parametrize(
    ("terms", "on", "counts", "last"),
    [
        ([(-9, 3), (4, 99)], 0, True, 99),
        ([(-9, 3), (5, 99)], 0, True, 3),
        ([(-9, -3), (2, 99)], 0, False, -3),
        ([(-9, -3), (2, 99)], 2, True, 99),
        ([(-9, 50), (0, 20)], 0, True, 50),
        ([(2, 99)], 0, False, None),
        ([], 0, False, None),
    ],
)
def test_a_promise_lapses_after_the_last_of_the_terms_that_follow_without_a_gap(
    terms: list[tuple[int, int]], on: int, counts: bool, last: int | None
) -> None:
    found = standing_of([(days(a), days(b)) for a, b in terms], days(on))
    assert found == Standing(counts, None if last is None else days(last))


def test_the_day_is_british_whatever_the_hour_in_utc() -> None:
    council = CouncilFactory()
    person = member(council, Role.PANEL_MEMBER)
    keeper = member(council, Role.COORDINATOR)
    entered(
        ACKNOWLEDGEMENTS, council, keeper,
        person=person, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30),
    )  # fmt: skip
    said = []
    for hour, minute in ((22, 59), (23, 0)):
        # 23:00 in UTC is midnight in a British summer: the first of July has begun.
        moment = datetime(2026, 6, 30, hour, minute, tzinfo=UTC)
        with time_machine.travel(moment, tick=False), service_scope(council=council):
            said.append((in_force(council, person), standings(council, [person.pk])[person.pk].counts))
    assert said == [(True, True), (False, False)]


# Who may read it --------------------------------------------------------------------------------------


def test_who_keeps_leads_or_audits_the_promises_reads_the_register_and_the_first_alone_changes_it() -> None:
    readers = PARTNERSHIPS_GRANTS[PartnershipsPermission.VIEW_ACKNOWLEDGEMENTS]
    assert readers == {Role.COORDINATOR, Role.CHANNEL_CHAIR, Role.AUDITOR}
    assert PARTNERSHIPS_GRANTS[ACKNOWLEDGEMENTS.edit] & readers == {Role.COORDINATOR}


def test_others_find_no_trace_of_who_is_bound_and_whoever_is_bound_sees_the_own_promise_alone() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    bound, other = member(council, Role.BOARD_MEMBER), member(council, Role.PANEL_MEMBER)
    own = promised(council, bound, -5, 5)
    theirs = promised(council, other, -5, -1)
    give_role(bound, neighbour, Role.COORDINATOR)
    administrator = member(council, Role.ADMINISTRATOR)
    rule = rules.kind_for(ACKNOWLEDGEMENTS.kind)
    for person in (bound, administrator):
        with council_scope(user_id=person.pk, council=council):
            access = council_access(person, council)
            assert ACKNOWLEDGEMENTS not in registers_for(access)
            for call in (
                lambda: register_for(access, "confidentiality"),  # noqa: B023 - called at once
                lambda: entries_for(access, ACKNOWLEDGEMENTS),  # noqa: B023 - called at once
                lambda: entry_for(access, ACKNOWLEDGEMENTS, theirs.pk),  # noqa: B023 - called at once
            ):
                with pytest.raises(Http404):
                    call()
            assert [each.pk for each in own_promises(access)] == ([own.pk] if person is bound else [])
            assert [rule.may_read(access, each.pk) for each in (own, theirs)] == [person is bound, False]
            assert not rule.may_add(access, own.pk)
    with (
        council_scope(user_id=administrator.pk, council=council),
        pytest.raises(Http404),
    ):
        change_entry(
            register=ACKNOWLEDGEMENTS, entry=own, by=administrator, version=1, values={"title": "Mine"}
        )
    with council_scope(user_id=bound.pk, council=neighbour):
        access = council_access(bound, neighbour)
        assert not entries_for(access, ACKNOWLEDGEMENTS).exists()
        assert own_promises(access) == []


def test_whoever_has_promised_is_asked_for_the_next_promise_and_no_bystander_is() -> None:
    council, neighbour = CouncilFactory(slug="here"), CouncilFactory(slug="there")
    keeper = member(council, Role.COORDINATOR)
    bound, bystander = member(council, Role.PANEL_MEMBER), member(council, Role.CHANNEL_CHAIR)
    give_role(bound, neighbour, Role.PANEL_MEMBER)
    entry = entered(
        ACKNOWLEDGEMENTS, council, keeper, title="Statement: a name", person=bound,
        starts_on=days(-300), ends_on=days(20),
    )  # fmt: skip
    said = []
    for person in (keeper, bound, bystander):
        with own_councils_scope(user_id=person.pk):
            found = items_of([register_due], own_access(person), days(0))
            said.append([(item.task, item.href, item.due_on) for item in found])
            assert [item.restricted for item in found] == [person == bound] * len(found)
    here = "/c/here/partnership"
    assert said == [
        [
            (
                "Renew a confidentiality agreement that ends soon",
                f"{here}/registers/confidentiality/{entry.pk}/",
                days(20),
            )
        ],
        [
            (
                "Your confidentiality agreement ends soon: sign the next one",
                f"{here}/confidentiality/",
                days(20),
            )
        ],
        [],
    ]
    with service_scope(council=council):
        assert remind_of_registers(council=council, today=days(0)) == 2
        assert remind_of_registers(council=council, today=days(1)) == 0
        assert {one.person_id: one.restricted for one in Reminder.objects.all()} == {
            keeper.pk: False, bound.pk: True,
        }  # fmt: skip
    # Nor does the sent log tell an administrator, who reads no promise, whose it is.
    administrator = member(council, Role.ADMINISTRATOR)
    with council_scope(user_id=administrator.pk, council=council):
        assert {one.person_id for one in sent_log_for(council_access(administrator, council))} == {keeper.pk}
    texts = {message.recipient: message.text for message in Email.objects.filter(recipient__in=[bound.email])}
    assert f"{here}/confidentiality/" in texts[bound.email]
    assert "a name" not in texts[bound.email]
    assert "has lapsed" in sentence_to_subject(council, 21)


def sentence_to_subject(council: Council, later: int) -> str:
    with service_scope(council=council):
        (line,) = attention_of(council, [ACKNOWLEDGEMENTS], days(later))
    return line.task_of_subject(days(later))


def test_the_own_page_and_its_address_in_the_api_name_the_own_promise_alone(client: Client) -> None:
    council = CouncilFactory(slug="here")
    CouncilFactory(slug="there")
    bound, other = member(council, Role.PANEL_MEMBER), member(council, Role.PANEL_MEMBER)
    sign_in(client, bound)
    page = client.get("/c/here/partnership/confidentiality/").content.decode()
    assert "You have promised nothing here yet" in page
    promised(council, bound, -400, -9, title="My statement")
    promised(council, other, -5, 5, title="Canary")
    page = client.get("/c/here/partnership/confidentiality/").content.decode()
    assert "My statement" in page
    assert f"lapsed: its last day was {british_date(days(-9))}" in page
    assert "Canary" not in page
    (told,) = client.get("/api/v1/c/here/partnership/confidentiality/").json()
    assert (told["title"], told["status"], told["ends_on"]) == (
        "My statement", "lapsed", days(-9).isoformat(),
    )  # fmt: skip
    for address in (
        "/c/here/partnership/registers/confidentiality/",
        "/c/here/partnership/registers/confidentiality/xlsx/",
        "/api/v1/c/here/partnership/registers/confidentiality/",
        "/c/there/partnership/confidentiality/",
    ):
        assert client.get(address).status_code == 404
