"""Registers: one shape for all; how an entry stands comes from its dates; renewing keeps the old term."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.access.registers import entries_for, entry_for, register_for
from partnerships.demo.registers import load_registers
from partnerships.enums import RegisterStatus
from partnerships.forms.registers import RegisterEntryForm
from partnerships.models import Agreement, ApprovedDocument, CouncilOrganisation, RegisterEntry
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.register_due import attention_of, register_due
from partnerships.queries.registers import (
    counts_of,
    entries_of,
    narrowed,
    past_terms_of,
    table_of,
    with_status,
)
from partnerships.registers import (
    ACKNOWLEDGEMENTS,
    AGREEMENTS,
    FILTERED_ESTATES,
    POLICIES,
    REGISTERS,
    STRATEGIES,
    VENUE_POLICIES,
    VENUES,
    Answer,
    Register,
)
from partnerships.registers.status import due_on, status_of
from partnerships.services.register_reminders import remind_of_registers
from partnerships.services.registers import (
    add_entry,
    bring_back_entry,
    change_entry,
    renew_entry,
    withdraw_entry,
)
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.audit.presenters import present
from prevent_portal.documents import rules
from prevent_portal.outbox.due_items import items_of
from prevent_portal.outbox.models import Email, Reminder, ReminderSettings
from prevent_portal.outbox.services import digests
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import AlreadySent, StaleVersion
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.tenancy.working_days import next_working_day
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.partnerships.register_factories import NEEDED, days, entered, many, values_for

EVERY = pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.slug)


def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


def one(register: Register = AGREEMENTS, **values: Any) -> tuple[Council, User, Any]:
    council = CouncilFactory()
    person = coordinator(council)
    return council, person, entered(register, council, person, **values)


def due_of(person: User) -> list[tuple[str, str, Any]]:
    with own_councils_scope(user_id=person.pk):
        found = items_of([register_due], own_access(person), timezone.localdate())
        return [(item.title, item.task, item.due_on) for item in found]


# Definitions ------------------------------------------------------------------------------------------


def test_every_register_has_an_address_a_kind_and_a_title_of_its_own() -> None:
    for names in (
        [each.slug for each in REGISTERS],
        [each.kind for each in REGISTERS],
        [each.title for each in REGISTERS],
    ):
        assert len(set(names)) == len(REGISTERS)


@EVERY
def test_every_field_of_a_register_is_one_of_its_table(register: Register) -> None:
    table = apps.get_model("partnerships", register.model)
    assert issubclass(table, RegisterEntry)
    for field in register.fields:
        stored = table._meta.get_field(field.name)
        assert (field.answer is Answer.CHOICE) == bool(field.choices)
        if field.choices is not None:
            assert stored.choices == field.choices.choices
        if field.answer in (Answer.TEXT, Answer.LONG):
            assert stored.max_length == field.longest
    own = {f.name for f in table._meta.get_fields() if not f.auto_created}
    base = {f.name for f in RegisterEntry._meta.get_fields()} | {"id", "council"}
    assert own - base - set(register.fixed) == {
        each.name for each in register.fields if each.answer is not Answer.ORGANISATIONS
    }


# How an entry stands ----------------------------------------------------------------------------------


class Dates:
    def __init__(self, starts_on: Any, ends_on: Any, review_on: Any, withdrawn_on: Any) -> None:
        self.starts_on, self.ends_on, self.review_on = starts_on, ends_on, review_on
        self.withdrawn_on, self.remind_days = withdrawn_on, 42


@pytest.mark.parametrize(
    ("starts", "ends", "review", "withdrawn", "status"),
    [
        (None, None, None, None, "draft"),
        (1, 90, None, None, "upcoming"),
        (0, 90, None, None, "in_force"),
        (-9, 43, None, None, "in_force"),
        (-9, 42, None, None, "ends_soon"),
        (-9, 0, None, None, "ends_soon"),
        (-9, -1, None, None, "lapsed"),
        (-9, -1, -5, None, "lapsed"),
        (-9, 90, 0, None, "in_force"),
        (-9, 90, -1, None, "review_due"),
        (-9, 10, -1, None, "review_due"),
        (-9, -1, None, 0, "withdrawn"),
        (-9, 90, None, 1, "in_force"),
    ],
)
def test_an_entry_stands_as_its_dates_say(
    starts: int | None, ends: int | None, review: int | None, withdrawn: int | None, status: str
) -> None:
    given = [None if n is None else days(n) for n in (starts, ends, review, withdrawn)]
    assert status_of(Dates(*given), days(0), termed=True) == status


def test_notice_of_the_first_day_of_the_calendar_is_given_and_nobody_s_list_falls_over_it() -> None:
    entry = Dates(None, date.min, None, None)
    assert (due_on(entry, days(0)), status_of(entry, date.min, termed=False)) == (
        date.min,
        RegisterStatus.ENDS_SOON,
    )


def test_an_entry_without_a_term_is_in_force_without_a_first_day() -> None:
    assert status_of(Dates(None, None, None, None), days(0), termed=False) == RegisterStatus.IN_FORCE


@pytest.mark.parametrize(
    ("ends", "review", "withdrawn", "due"),
    [
        (43, None, None, None),
        (42, None, None, 42),
        (-5, None, None, -5),
        (90, 10, None, 10),
        (20, 10, None, 10),
        (-5, -9, 0, None),
        (-5, None, 1, -5),
        (None, None, None, None),
    ],
)
def test_an_entry_is_due_from_its_days_of_notice_until_it_is_withdrawn(
    ends: int | None, review: int | None, withdrawn: int | None, due: int | None
) -> None:
    given = [None if n is None else days(n) for n in (-99, ends, review, withdrawn)]
    assert due_on(Dates(*given), days(0)) == (None if due is None else days(due))


@pytest.mark.django_db
@pytest.mark.parametrize("register", [POLICIES, FILTERED_ESTATES], ids=["with a term", "without"])
def test_the_database_says_of_every_order_of_dates_what_python_says(register: Register) -> None:
    council = CouncilFactory()
    owner = coordinator(council)
    offers = [None, -1, 0, 1, 42, 43]
    table = table_of(register)
    fixed = {**register.fixed, "owner": owner, "council": council, "title": "x", "remind_days": 42}
    rows = []
    for dates in itertools.product(offers, repeat=4):
        starts, ends, review, withdrawn = (None if n is None else days(n) for n in dates)
        if starts and ends and ends < starts:
            continue
        rows.append(table(starts_on=starts, ends_on=ends, review_on=review, withdrawn_on=withdrawn, **fixed))
    with service_scope(council=council):
        table._default_manager.bulk_create(rows)
        stored = table._default_manager.filter(council=council)
        said = {row.pk: row.standing for row in with_status(stored, register, days(0))}
        noticed = {line.id for line in attention_of(council, [register], days(0))}
    assert len(rows) > 900
    assert said == {row.pk: status_of(row, days(0), termed=register.termed) for row in rows}
    assert noticed == {row.pk for row in rows if due_on(row, days(0)) is not None}


@pytest.mark.django_db
def test_counts_tell_the_registers_of_one_table_and_the_councils_apart() -> None:
    council, person, _ = one(STRATEGIES)
    entered(POLICIES, council, person, ends_on=days(-1))
    neighbour = CouncilFactory()
    entered(POLICIES, neighbour, coordinator(neighbour))
    with council_scope(user_id=person.pk, council=council), CaptureQueriesContext(connection) as asked:
        counts = counts_of(council, REGISTERS, days(0))
    assert len(asked) == 1
    assert {slug: dict(found) for slug, found in counts.items() if found} == {
        "strategies": {"in_force": 1},
        "policies": {"lapsed": 1},
    }


# Services ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_entry_of_each_register_is_added_read_audited_and_not_there_for_another_council() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    person, stranger = coordinator(council), coordinator(neighbour)
    entries = [(register, entered(register, council, person)) for register in REGISTERS]
    with council_scope(user_id=person.pk, council=council):
        access = council_access(person, council)
        for register, entry in entries:
            assert [row.pk for row in entries_for(access, register)] == [entry.pk], register.slug
        said = {
            event.details["register"]: present(event, {}).text
            for event in Event.objects.filter(action="partnerships.register_entry_added")
        }
        assert said == {
            register.slug: f"added {register.an_entry} to the register “{register.title}”"
            for register in REGISTERS
        }
    with council_scope(user_id=stranger.pk, council=neighbour):
        access = council_access(stranger, neighbour)
        for register, entry in entries:
            assert list(entries_for(access, register)) == [], register.slug
            assert not table_of(register)._default_manager.filter(pk=entry.pk).exists()
            with pytest.raises(Http404):
                entry_for(access, register, entry.pk)


@pytest.mark.django_db
def test_the_form_of_each_register_asks_what_an_entry_needs_and_gives_what_is_stored() -> None:
    council = CouncilFactory()
    person = coordinator(council)
    with service_scope(council=council):
        for register in REGISTERS:
            dates: dict[str, str] = {}
            for name, n in (("starts_on", -5), ("ends_on", 99)):
                if name in register.dates:
                    day = days(n)
                    dates |= {
                        f"{name}_day": str(day.day),
                        f"{name}_month": str(day.month),
                        f"{name}_year": str(day.year),
                    }
            about = {register.subject: str(person.pk)} if register.subject else {}
            sent = {
                "title": "First", "owner": str(person.pk), "remind_days": "30", "token": str(uuid4()),
                **NEEDED[register.slug], **dates, **about,
            }  # fmt: skip
            form = RegisterEntryForm(sent, register=register, council=council)
            assert form.is_valid(), (register.slug, form.errors)
            entry: Any = add_entry(register=register, council=council, by=None, values=form.values)
            assert (entry.title, entry.owner, entry.remind_days) == ("First", person, 30)
            assert [getattr(entry, name, None) for name in NEEDED[register.slug]] == [
                *NEEDED[register.slug].values()
            ]
            required = {name for name, field in form.fields.items() if field.required}
            missing = RegisterEntryForm({}, register=register, council=council)
            assert set(missing.errors) == required, register.slug


@pytest.mark.django_db
def test_who_may_only_read_cannot_write_and_who_may_not_read_sees_no_register() -> None:
    council, _, entry = one()
    reader, partner = member(council, Role.BOARD_MEMBER), member(council, Role.PARTNER_LEAD)
    with council_scope(user_id=reader.pk, council=council):
        access = council_access(reader, council)
        assert entry_for(access, AGREEMENTS, entry.pk).pk == entry.pk
        with pytest.raises(Http404):
            entry_for(access, AGREEMENTS, entry.pk, edit=True)
        with pytest.raises(Http404):
            change_entry(register=AGREEMENTS, entry=entry, by=reader, version=1, values={"title": "Mine"})
    with council_scope(user_id=partner.pk, council=council), pytest.raises(Http404):
        register_for(council_access(partner, council), "agreements")


@pytest.mark.django_db
def test_a_strategy_is_no_policy_though_they_share_a_table() -> None:
    council, person, entry = one(STRATEGIES)
    with council_scope(user_id=person.pk, council=council):
        access = council_access(person, council)
        with pytest.raises(Http404):
            entry_for(access, POLICIES, entry.pk)
        with pytest.raises(ApprovedDocument.DoesNotExist):
            change_entry(register=POLICIES, entry=entry, by=person, version=1, values={"title": "Mine"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("register", "values", "words"),
    [
        (AGREEMENTS, {"purpose": " "}, "Give the answer that is missing: Purpose."),
        (AGREEMENTS, {"title": ""}, "Give the answer that is missing: Name of the agreement."),
        (STRATEGIES, {"ends_on": None}, "Give the date: Term ends on."),
        (ACKNOWLEDGEMENTS, {"starts_on": None}, "Give the date: Acknowledged on."),
    ],
)
def test_what_an_entry_cannot_do_without_is_asked_for(register: Register, values: Any, words: str) -> None:
    council = CouncilFactory()
    person = coordinator(council)
    with service_scope(council=council), pytest.raises(PartnershipRefused) as refused:
        add_entry(register=register, council=council, by=None, values=values_for(register, person, **values))
    assert str(refused.value) == words


@pytest.mark.django_db
def test_dates_in_the_wrong_order_are_refused_and_nothing_is_stored() -> None:
    council = CouncilFactory()
    person = coordinator(council)
    with service_scope(council=council):
        for wrong in ({"ends_on": days(-301)}, {"review_on": days(-301)}):
            with pytest.raises(PartnershipRefused, match="must not be before"):
                add_entry(
                    register=AGREEMENTS,
                    council=council,
                    by=None,
                    values=values_for(AGREEMENTS, person, **wrong),
                )
        assert not Agreement.objects.filter(council=council).exists()


@pytest.mark.django_db
def test_an_entry_names_only_what_the_council_has() -> None:
    council, neighbour = CouncilFactory(), CouncilFactory()
    person, stranger = coordinator(council), coordinator(neighbour)
    unlinked = OrganisationFactory()
    linked(neighbour, unlinked)
    theirs = entered(VENUE_POLICIES, neighbour, stranger)
    for register, values, words in (
        (AGREEMENTS, {"owner": stranger}, "The owner must be"),
        (AGREEMENTS, {"owner": member(council, Role.PARTNER_LEAD)}, "The owner must be"),
        (AGREEMENTS, {"parties": [unlinked]}, "linked to the council"),
        (VENUES, {"run_by": unlinked}, "linked to the council"),
        (VENUES, {"policy": theirs}, "Choose a venue-hire policy of the council"),
        (VENUES, {"policy": entered(POLICIES, council, person)}, "Choose a venue-hire policy"),
        (ACKNOWLEDGEMENTS, {"person": stranger}, "must hold a role in this council"),
    ):
        with service_scope(council=council), pytest.raises(PartnershipRefused, match=words):
            add_entry(
                register=register, council=council, by=None, values=values_for(register, person, **values)
            )


@pytest.mark.django_db
def test_who_was_unlinked_since_stays_named_but_nobody_new_comes_in_that_way() -> None:
    council, person, _ = one()
    trust, other = OrganisationFactory(), OrganisationFactory()
    linked(council, trust)
    entry = entered(AGREEMENTS, council, person, parties=[trust])
    with service_scope(council=council):
        CouncilOrganisation.objects.filter(council=council, organisation=trust).delete()
        changed = change_entry(
            register=AGREEMENTS, entry=entry, by=None, version=1, values={"title": "New", "parties": [trust]}
        )
        assert (changed.title, changed.version) == ("New", 2)
        with pytest.raises(PartnershipRefused):
            change_entry(
                register=AGREEMENTS, entry=entry, by=None, version=2, values={"parties": [trust, other]}
            )


@pytest.mark.django_db
def test_a_form_sent_twice_adds_once_and_its_token_serves_nothing_else() -> None:
    council = CouncilFactory()
    person = coordinator(council)
    token = uuid4()
    with service_scope(council=council):
        given = {"council": council, "by": None, "token": token}
        first = add_entry(register=POLICIES, values=values_for(POLICIES, person), **given)
        again = add_entry(register=POLICIES, values=values_for(POLICIES, person), **given)
        assert first.pk == again.pk
        with pytest.raises(AlreadySent):
            add_entry(register=STRATEGIES, values=values_for(STRATEGIES, person), **given)


@pytest.mark.django_db
def test_a_change_over_somebody_else_s_shows_both_texts() -> None:
    council, _, entry = one(title="First")
    with service_scope(council=council):
        change_entry(register=AGREEMENTS, entry=entry, by=None, version=1, values={"title": "Second"})
        with pytest.raises(StaleVersion) as stale:
            change_entry(register=AGREEMENTS, entry=entry, by=None, version=1, values={"title": "Third"})
    assert [(d.label, d.theirs, d.yours) for d in stale.value.differences] == [
        ("Name of the agreement", "Second", "Third")
    ]


@pytest.mark.django_db
def test_a_change_of_parties_alone_is_a_change_and_the_same_again_is_none() -> None:
    council, _person, entry = one()
    trust = OrganisationFactory()
    linked(council, trust)
    with service_scope(council=council):
        for _ in range(2):
            entry = change_entry(
                register=AGREEMENTS, entry=entry, by=None, version=entry.version, values={"parties": [trust]}
            )
        assert entry.version == 2
        events = Event.objects.filter(action="partnerships.register_entry_changed")
        assert [event.details["fields"] for event in events] == [["parties"]]


@pytest.mark.django_db
def test_a_lapsed_agreement_is_renewed_and_its_old_term_stays_as_it_was() -> None:
    council, person, _ = one()
    old, new = OrganisationFactory(name="Old Trust"), OrganisationFactory(name="New Trust")
    linked(council, old)
    linked(council, new)
    entry = entered(
        AGREEMENTS, council, person, title="Protocol", parties=[old], ends_on=days(-1), review_on=days(-30)
    )
    assert due_of(person) == [("Protocol", "Renew or withdraw an agreement that has lapsed", days(-30))]
    with service_scope(council=council):
        renewed = renew_entry(
            register=AGREEMENTS,
            entry=entry,
            by=None,
            version=1,
            values={"starts_on": days(0), "ends_on": days(365), "review_on": None, "parties": [new]},
        )
        assert (renewed.pk, renewed.term, renewed.version) == (entry.pk, 2, 2)
        standing = entries_of(council, AGREEMENTS, days(0)).get(pk=entry.pk).standing
        (past,) = past_terms_of(renewed, AGREEMENTS, days(0))
        assert standing == RegisterStatus.IN_FORCE
        assert (past.term, past.starts_on, past.ends_on, past.review_on, past.standing) == (
            1, days(-300), days(-1), days(-30), "past",
        )  # fmt: skip
        assert [party.organisation for party in past.parties.all()] == [old]
        assert [party.organisation for party in renewed.parties.all()] == [new]
    assert due_of(person) == []


@pytest.mark.django_db
def test_an_earlier_term_never_changes_and_is_never_taken_away() -> None:
    council, _person, entry = one()
    trust = OrganisationFactory()
    linked(council, trust)
    with service_scope(council=council):
        entry = change_entry(
            register=AGREEMENTS, entry=entry, by=None, version=1, values={"parties": [trust]}
        )
        entry = renew_entry(
            register=AGREEMENTS,
            entry=entry,
            by=None,
            version=2,
            values={"starts_on": days(301), "ends_on": days(600)},
        )
        past = Agreement.objects.get(council=council, past_of=entry)
        rows = Agreement.objects.filter(pk=past.pk)
        for forbidden in (
            lambda: rows.update(title="Other"),
            lambda: past.parties.all().delete(),
            rows.delete,
        ):
            with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
                forbidden()
        with pytest.raises(PartnershipRefused, match="earlier term"):
            change_entry(register=AGREEMENTS, entry=past, by=None, version=2, values={"title": "Other"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("register", "first", "starts", "words"),
    [
        (AGREEMENTS, {}, -300, "must begin after"),
        (AGREEMENTS, {}, None, "must begin after"),
        (AGREEMENTS, {"starts_on": None}, 1, "not in force yet"),
        (VENUES, {}, 1, "no term"),
    ],
)
def test_a_term_that_follows_nothing_is_refused(
    register: Register, first: Any, starts: int | None, words: str
) -> None:
    council, _, entry = one(register, **first)
    with service_scope(council=council), pytest.raises(PartnershipRefused, match=words):
        renew_entry(
            register=register,
            entry=entry,
            by=None,
            version=1,
            values={} if register is VENUES else {"starts_on": None if starts is None else days(starts)},
        )


@pytest.mark.django_db
def test_what_is_withdrawn_is_not_due_not_renewed_and_can_be_brought_back() -> None:
    council, _person, entry = one(ends_on=days(-1))
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused, match="from today"):
            withdraw_entry(register=AGREEMENTS, entry=entry, by=None, version=1, withdrawn_on=days(1))
        entry = withdraw_entry(register=AGREEMENTS, entry=entry, by=None, version=1, withdrawn_on=days(0))
        with pytest.raises(PartnershipRefused, match="Bring it back first"):
            withdraw_entry(register=AGREEMENTS, entry=entry, by=None, version=2, withdrawn_on=days(0))
        with pytest.raises(PartnershipRefused, match="Bring it back first"):
            renew_entry(register=AGREEMENTS, entry=entry, by=None, version=2, values={"starts_on": days(1)})
        assert attention_of(council, REGISTERS, days(0)) == []
        entry = bring_back_entry(register=AGREEMENTS, entry=entry, by=None, version=2)
        with pytest.raises(PartnershipRefused, match="was not withdrawn"):
            bring_back_entry(register=AGREEMENTS, entry=entry, by=None, version=3)
        assert [line.id for line in attention_of(council, REGISTERS, days(0))] == [entry.pk]


@pytest.mark.django_db
def test_filters_narrow_by_status_owner_words_and_the_register_s_own_choices() -> None:
    council, person, _entry = one(FILTERED_ESTATES, title="Libraries")
    other = coordinator(council)
    entered(FILTERED_ESTATES, council, other, title="Schools", kind="schools", review_on=days(-1))
    with service_scope(council=council):
        rows = entries_of(council, FILTERED_ESTATES, days(0))
        for given, titles in (
            ({}, ["Libraries", "Schools"]),
            ({"status": "review_due"}, ["Schools"]),
            ({"owner": str(person.pk)}, ["Libraries"]),
            ({"text": "SCHOOL"}, ["Schools"]),
            ({"kind": "libraries"}, ["Libraries"]),
            ({"kind": "libraries", "status": "review_due"}, []),
        ):
            assert [row.title for row in narrowed(rows, FILTERED_ESTATES, **given)] == titles


# What is due ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_lapsed_entry_waits_for_its_owner_and_the_coordinator_and_for_nobody_else() -> None:
    council = CouncilFactory()
    lead, owner = coordinator(council), member(council, Role.SAFETY_OFFICER)
    reader = member(council, Role.BOARD_MEMBER)
    administrator = member(council, Role.ADMINISTRATOR)
    entered(AGREEMENTS, council, owner, title="Protocol", ends_on=days(-1))
    entered(POLICIES, council, owner, title="Not yet", ends_on=days(43))
    waiting = [("Protocol", "Renew or withdraw an agreement that has lapsed", days(-1))]
    assert [due_of(person) for person in (lead, owner, reader, administrator)] == [waiting, waiting, [], []]


@pytest.mark.django_db
def test_an_owner_whose_role_ended_is_not_asked() -> None:
    council, person, _ = one(ends_on=days(-1))
    assert len(due_of(person)) == 1
    with service_scope(council=council):
        person.memberships.update(revoked_at=timezone.now())
    assert due_of(person) == []


@pytest.mark.django_db
def test_what_waits_costs_one_statement_for_any_number_of_councils() -> None:
    person = coordinator(CouncilFactory())
    counts = []
    for _ in range(2):
        council = CouncilFactory()
        give_role(person, council, Role.COORDINATOR)
        many(AGREEMENTS, council, person, 20)
        with own_councils_scope(user_id=person.pk):
            mine = own_access(person)
            with CaptureQueriesContext(connection) as asked:
                found = items_of([register_due], mine, days(0))
        counts.append((len(asked), len(found)))
    assert counts == [(1, 20), (1, 40)]


@pytest.mark.django_db
def test_a_reminder_goes_when_notice_begins_and_when_it_has_lapsed_each_once_and_names_no_title() -> None:
    council = CouncilFactory(name="Northshire")
    lead, owner = coordinator(council), member(council, Role.SAFETY_OFFICER)
    entry = entered(AGREEMENTS, council, owner, title="Secret protocol", ends_on=days(42))
    with service_scope(council=council):
        sent = [remind_of_registers(council=council, today=days(n)) for n in (-1, 0, 1, 42, 43, 44)]
    assert sent == [0, 2, 0, 0, 2, 0]
    messages = list(Email.objects.filter(effect_key__startswith="register:"))
    assert {message.recipient for message in messages} == {lead.email, owner.email}
    for message in messages:
        assert message.subject == f"Prevent Portal: {entry.reference} of Northshire"
        assert "Secret" not in message.subject + message.text
        assert f"/registers/agreements/{entry.pk}/" in message.text


@pytest.mark.django_db
def test_the_digest_and_the_reminder_of_an_entry_tell_each_other_s_people_nothing_twice() -> None:
    council = CouncilFactory(name="Northshire")
    owner, away = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    day = next_working_day(days(0))
    ended = day - timedelta(days=1)
    for person in (owner, away):
        entered(AGREEMENTS, council, person, ends_on=ended)
    with own_councils_scope(user_id=away.pk):
        ReminderSettings.objects.create(person=away, quiet_from=day, quiet_until=day)
    assert digests.send_all(on=day) == 1

    def direct(on: date) -> tuple[int, set[str]]:
        with service_scope(council=council):
            sent = remind_of_registers(council=council, today=on)
            told = Reminder.objects.filter(channel="direct").select_related("person")
            return sent, {each.person.email for each in told}

    picky = member(council, Role.SAFETY_OFFICER)
    entered(AGREEMENTS, council, picky, ends_on=ended)
    with own_councils_scope(user_id=picky.pk):
        ReminderSettings.objects.create(person=picky, not_told=["register_entry"])
    assert direct(day) == (0, set())
    assert direct(day + timedelta(days=1)) == (1, {away.email})
    assert digests.send_all(on=next_working_day(day + timedelta(days=1))) == 0, "they have heard of it"


@pytest.mark.django_db
def test_no_reminder_goes_to_an_owner_who_may_not_open_the_entry_any_more() -> None:
    council = CouncilFactory()
    owner = member(council, Role.SAFETY_OFFICER)
    entered(AGREEMENTS, council, owner, ends_on=days(1))
    with service_scope(council=council):
        owner.memberships.update(revoked_at=timezone.now())
        assert remind_of_registers(council=council, today=days(0)) == 0


# Evidence and the demo --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_evidence_of_an_entry_is_read_with_its_register_and_added_by_who_may_change_it() -> None:
    council, person, entry = one()
    reader, partner = member(council, Role.BOARD_MEMBER), member(council, Role.PARTNER_LEAD)
    neighbour = CouncilFactory()
    stranger = coordinator(neighbour)
    rule = rules.kind_for(AGREEMENTS.kind)
    said = []
    for who, where in ((person, council), (reader, council), (partner, council), (stranger, neighbour)):
        with council_scope(user_id=who.pk, council=where):
            access = council_access(who, where)
            said.append((rule.may_read(access, entry.pk), rule.may_add(access, entry.pk)))
    assert said == [(True, True), (True, False), (False, False), (False, False)]
    with council_scope(user_id=person.pk, council=council):
        thing = rule.labels(council_access(person, council), [entry.pk])[entry.pk]
    assert (thing.text, thing.href) == (
        entry.title,
        f"/c/{council.slug}/partnership/registers/agreements/{entry.pk}/",
    )


@pytest.mark.django_db
def test_each_demo_council_has_registers_and_a_second_run_adds_nothing() -> None:
    slugs = ("barnet", "buckinghamshire", "southwark", "wolverhampton", "leicestershire")
    councils = {slug: CouncilFactory(slug=slug) for slug in slugs}
    people = {}
    for slug, council in councils.items():
        linked(council, OrganisationFactory())
        people[f"coordinator@{slug}.example"] = member(council, Role.COORDINATOR)
    people["panel@barnet.example"] = member(councils["barnet"], Role.PANEL_MEMBER)
    sizes: list[dict[str, int]] = []
    for _ in range(2):
        load_registers(councils=councils, people=people)
        sizes.append({})
        for slug, council in councils.items():
            with service_scope(council=council):
                counts = counts_of(council, REGISTERS, days(0))
                sizes[-1][slug] = sum(sum(found.values()) for found in counts.values())
                if slug == "barnet":
                    assert past_terms_of(Agreement.objects.get(council=council, term=2), AGREEMENTS, days(0))
    assert sizes[0] == sizes[1]
    assert sizes[0] == {
        "barnet": 20, "buckinghamshire": 6, "southwark": 3, "wolverhampton": 2, "leicestershire": 2
    }  # fmt: skip
