"""Rounds of returns: opened once, reminded once, deadlines that stay, and what is late stays late."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation
from partnerships.services.acting_people import allow_submitter, withdraw_submitter
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.outbox.due_items import items_of
from prevent_portal.outbox.models import Email, Notice, Reminder, ReminderSettings
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import accepted, returned, shared, wrap
from training import announcements
from training.enums import Delivery, ReminderStage, ReturnState, Tier
from training.models import Course, ExpectedReturn, RoundReturn, Target, TrainingRound
from training.policies.rounds import DueDateRefused
from training.queries.deadlines import Deadlines
from training.queries.returns import missing_returns, missing_returns_of, returns_of, standing_of
from training.queries.rounds import counts_of, late_returns, lead_words, round_lines
from training.round_announcements import round_due_items
from training.services.reminders import remind, remind_due
from training.services.reviews import answer_query, review_return
from training.services.rounds import (
    change_expected,
    close_round,
    expect_return,
    extend_deadline,
    open_due_round,
    open_round,
    remove_expected,
    reopen_round,
)

pytestmark = pytest.mark.django_db
JUNE = Quarter(2018, 1)
DUE = date(2018, 7, 28)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())


class World:
    """Barnet expects WRAP of two trusts for each quarter from April 2018; another council stands beside."""

    def __init__(self) -> None:
        self.council = CouncilFactory.create(slug="barnet", name="London Borough of Barnet")
        self.other = CouncilFactory.create(slug="southwark")
        self.coordinator = member(self.council, Role.COORDINATOR)
        self.trusts: list[Organisation] = [
            OrganisationFactory.create(name="Alpha Trust"),
            OrganisationFactory.create(name="Beta Trust"),
        ]
        for trust in self.trusts:
            linked(self.council, trust)
            self.expect(trust)

    def expect(self, trust: Organisation, **fields: Any) -> Any:
        given: dict[str, Any] = {
            "council_staff_only": True,
            "starts_on": JUNE.start,
            "course": wrap(),
            **fields,
        }
        with self.scope():
            return expect_return(council=self.council, by=self.coordinator, organisation=trust, **given)

    def scope(self) -> Any:
        return council_scope(user_id=self.coordinator.pk, council=self.council)

    def open(self, **fields: Any) -> TrainingRound:
        with self.scope():
            return open_round(
                council=self.council, by=self.coordinator, **{"quarter": JUNE, "due_on": DUE, **fields}
            )

    def sent(self, trust: Organisation, day: date, **fields: Any) -> Any:
        return returned(self.council, trust, 80, 100, for_council=True, submitted_at=at(day), **fields)

    def named(self, trust: Organisation) -> tuple[User, User]:
        """The Prevent lead and the executive lead of a trust, both of whom act for it."""
        lead, executive = submitter(self.council, trust), submitter(self.council, trust)
        self.lead(trust, prevent_lead=lead, executive_lead=executive)
        return lead, executive

    def lead(self, trust: Organisation, **leads: User) -> None:
        with service_scope(council=self.council):
            CouncilOrganisation.objects.filter(council=self.council, organisation=trust).update(**leads)


@pytest.fixture
def world() -> World:
    return World()


def test_a_round_awaits_what_is_expected_and_keeps_longer_arrangements(world: World) -> None:
    world.expect(OrganisationFactory.create(name="Gamma"), days_to_return=40)
    world.expect(OrganisationFactory.create(name="Later"), starts_on=date(2018, 7, 1))
    opened = world.open()
    with world.scope():
        lines = round_lines(opened, world.council)
        assert [(line.organisation.name, line.due_on, line.state) for line in lines] == [
            ("Alpha Trust", DUE, "Not returned"),
            ("Beta Trust", DUE, "Not returned"),
            ("Gamma", date(2018, 8, 9), "Not returned"),
        ]
        assert counts_of(lines).missing == 3
    with pytest.raises(PolicyError, match="already"):
        world.open()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_on": JUNE.end}, "after the quarter"),
        ({"due_on": JUNE.end + timedelta(days=400)}, "within 180 days"),
        ({"quarter": Quarter.of(timezone.localdate())}, "not over yet"),
        ({"quarter": Quarter(2017, 4), "due_on": date(2018, 5, 1)}, "Nothing is expected"),
        ({"remind_after": 9, "executive_after": 3}, "after the Prevent lead"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(world: World, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        world.open(**fields)
    with world.scope():
        assert TrainingRound.objects.count() == 0


def test_the_round_of_the_ended_quarter_opens_by_itself_once(world: World) -> None:
    with service_scope(council=world.council):
        opened = open_due_round(council=world.council, today=date(2018, 7, 1))
        assert opened is not None
        assert (opened.period_to, opened.due_on, opened.opened_by) == (JUNE.end, DUE, None)
        assert open_due_round(council=world.council, today=date(2018, 7, 2)) is None
    with service_scope(council=world.other):
        assert open_due_round(council=world.other, today=date(2018, 7, 1)) is None
        assert TrainingRound.objects.count() == 0


def test_a_return_after_its_deadline_is_late_and_an_extension_given_later_does_not_wash_it_off(
    world: World,
) -> None:
    opened = world.open()
    alpha, beta = world.trusts
    world.sent(alpha, DUE + timedelta(days=1))
    world.sent(beta, DUE)
    key = (alpha.pk, wrap().pk, True)
    with world.scope():
        assert late_returns(world.council) == {(key, JUNE.end)}
        extend_deadline(
            found=opened, organisation=alpha, by=world.coordinator, due_on=date(2018, 9, 1), reason="Flood"
        )
        assert late_returns(world.council) == {(key, JUNE.end)}


@pytest.mark.parametrize(
    ("sent", "is_late"),
    [
        (date(2018, 7, 28), False),
        (date(2018, 7, 29), True),
        (date(2018, 8, 3), False),
        (date(2018, 8, 31), False),
        (date(2018, 9, 1), True),
    ],
)
def test_the_deadline_in_force_when_a_return_was_sent_says_whether_it_is_late(
    sent: date, is_late: bool
) -> None:
    trust, course = uuid4(), uuid4()
    # More time until 31 August was given on 2 August, after the first deadline.
    known = Deadlines(
        {(1, trust, course, True, JUNE.end): DUE},
        {(1, trust, JUNE.end): [(at(date(2018, 8, 2)), date(2018, 8, 31))]},
    )
    assert known.is_late(1, trust, course, True, JUNE.end, sent_at=at(sent)) is is_late
    assert not known.is_late(2, trust, course, True, JUNE.end, sent_at=at(sent))


def test_more_time_moves_the_deadline_and_a_correction_of_a_timely_return_is_not_late(
    world: World,
) -> None:
    alpha, beta = world.trusts
    opened = world.open(due_on=date(2018, 7, 28))
    with world.scope():
        extension = extend_deadline(
            found=opened, organisation=alpha, by=world.coordinator, due_on=date(2018, 12, 1), reason="Flood"
        )
    assert (extension.moved_from, extension.due_on) == (DUE, date(2018, 12, 1))
    world.sent(beta, DUE - timedelta(days=1), is_current=False)
    world.sent(beta, DUE + timedelta(days=9), version=2)
    with world.scope():
        assert late_returns(world.council) == set()
        lines = {line.organisation: line for line in round_lines(opened, world.council)}
        assert lines[alpha].due_on == date(2018, 12, 1)
        assert [each.due_on for each in missing_returns(world.council, date(2018, 8, 1))] == [
            date(2018, 12, 1)
        ]


def test_where_organisations_stand_is_what_their_own_pages_say_in_three_statements(world: World) -> None:
    alpha, beta = world.trusts
    opened = world.open()
    with world.scope():
        for day in (date(2018, 8, 30), date(2018, 9, 20)):
            extend_deadline(
                found=opened, organisation=alpha, by=world.coordinator, due_on=day, reason="Flood"
            )
    march = (date(2018, 1, 1), date(2018, 3, 31))
    world.sent(beta, DUE, period=march)
    world.sent(beta, DUE, is_current=False)
    world.sent(beta, DUE + timedelta(days=9), version=2)
    returned(world.other, alpha, 10, 100, for_council=True, submitted_at=at(DUE))
    ids, today = [alpha.pk, beta.pk], date(2018, 10, 5)
    with world.scope():
        with CaptureQueriesContext(connection) as asked:
            standing = standing_of(world.council, ids, today)
        assert len(asked) == 3
        assert standing.missing == missing_returns_of(world.council, ids, today)
        assert [(each.organisation, each.period.end, each.due_on) for each in standing.missing] == [
            ("Alpha Trust", JUNE.end, date(2018, 9, 20)),
            ("Alpha Trust", date(2018, 9, 30), date(2018, 10, 28)),
            ("Beta Trust", date(2018, 9, 30), date(2018, 10, 28)),
        ]
        lines = returns_of(world.council, ids)
        assert [line.period.end for line in lines] == [march[1], JUNE.end]
        assert standing.newest == lines[1:]
        assert (standing.newest[0].version, standing.newest[0].compliant) == (2, 80)


@pytest.mark.parametrize(
    ("due_on", "reason", "error"),
    [
        (DUE, "Flood", DueDateRefused),
        (date(2021, 1, 1), "Flood", DueDateRefused),
        (date(2018, 9, 1), " ", PolicyError),
    ],
)
def test_an_extension_needs_a_later_day_and_a_reason(
    world: World, due_on: date, reason: str, error: type[Exception]
) -> None:
    opened = world.open()
    with world.scope(), pytest.raises(error):
        extend_deadline(
            found=opened, organisation=world.trusts[0], by=world.coordinator, due_on=due_on, reason=reason
        )


def test_a_closed_round_gives_no_more_time_and_reminds_nobody_until_it_is_open_again(world: World) -> None:
    opened = world.open()
    extension: dict[str, Any] = {
        "organisation": world.trusts[0],
        "by": world.coordinator,
        "due_on": date(2018, 9, 1),
        "reason": "Flood",
    }
    with world.scope():
        closed = close_round(found=opened, by=world.coordinator)
        for refused in (
            lambda: close_round(found=closed, by=world.coordinator),
            lambda: extend_deadline(found=closed, **extension),
            lambda: remind(found=closed, by=world.coordinator),
        ):
            with pytest.raises(PolicyError, match="closed"):
                refused()
        assert extend_deadline(found=reopen_round(found=closed, by=world.coordinator), **extension)


@pytest.mark.parametrize("model", [TrainingRound, RoundReturn])
def test_the_database_keeps_every_deadline_as_it_was_set(world: World, model: Any) -> None:
    world.open()
    with world.scope(), pytest.raises(IntegrityError, match="stays as it was set"), transaction.atomic():
        model.objects.update(due_on=date(2018, 12, 1))


def test_a_lead_is_reminded_by_hand_once_a_day_with_a_link_and_no_name_of_the_trust(world: World) -> None:
    opened = world.open()
    executive = world.named(world.trusts[0])[1]
    with world.scope():
        first = remind(found=opened, by=world.coordinator)
        again = remind(found=opened, by=world.coordinator)
    # Both deadlines are long past, so the executive lead is the one to remind.
    assert [(each.person, each.as_executive) for each in first.sent] == [(executive, True)]
    assert first.nobody_named == ["Beta Trust"]
    assert (again.sent, again.reminded_today) == ([], ["Alpha Trust"])
    email = Email.objects.get(recipient=executive.email)
    assert "Q1 2018/19" in email.subject
    assert "/c/barnet/returns/" in email.text
    assert "Alpha" not in email.subject + email.text


def test_reminders_go_by_themselves_each_once_and_to_the_executive_lead_in_the_end(world: World) -> None:
    world.open()
    lead, executive = world.named(world.trusts[0])
    world.sent(world.trusts[1], date(2018, 7, 10))

    def on(day: date) -> list[tuple[str, User]]:
        with service_scope(council=world.council):
            return [(each.stage, each.person) for each in remind_due(council=world.council, today=day)]

    assert on(DUE - timedelta(days=8)) == []
    assert on(DUE - timedelta(days=7)) == [(ReminderStage.BEFORE, lead)]
    assert on(DUE - timedelta(days=6)) == []
    assert on(DUE + timedelta(days=7)) == [(ReminderStage.EXECUTIVE, executive)]
    assert on(DUE + timedelta(days=8)) == []


def test_nobody_is_reminded_on_quiet_days_or_twice_of_what_the_digest_told(world: World) -> None:
    opened = world.open()
    lead = world.named(world.trusts[0])[0]
    with own_councils_scope(user_id=lead.pk):
        quiet = ReminderSettings.objects.create(
            person=lead, quiet_from=DUE - timedelta(days=9), quiet_until=DUE - timedelta(days=6)
        )

    def on(day: date) -> list[str]:
        with service_scope(council=world.council):
            return [each.stage for each in remind_due(council=world.council, today=day)]

    assert (on(DUE - timedelta(days=6)), on(DUE - timedelta(days=5))) == ([], ["before"])
    with own_councils_scope(user_id=lead.pk):
        assert [(each.kind, each.stage, each.channel) for each in Reminder.objects.all()] == [
            ("return", "coming", "direct")
        ]
        assert [each.href for each in Notice.objects.all()] == [f"/c/{world.council.slug}/returns/"]
        quiet.delete()
        Reminder.objects.create(
            council=world.council,
            person=lead,
            kind="return",
            reference="Training return",
            item="x",
            stage="overdue",
            channel="digest",
            due_on=DUE,
        )
    before = Email.objects.count()
    with time_machine.travel(timezone.now() + timedelta(days=1)):  # one a day and person
        assert on(DUE + timedelta(days=opened.remind_after)) == ["after"]
    assert Email.objects.count() == before, "the digest has told them"


def test_a_missed_day_loses_no_reminder(world: World) -> None:
    world.open()
    executive = world.named(world.trusts[0])[1]
    with service_scope(council=world.council):
        sent = remind_due(council=world.council, today=DUE + timedelta(days=30))
    assert [(each.stage, each.person) for each in sent] == [(ReminderStage.EXECUTIVE, executive)]


def left_the_council(world: World, trust: Organisation, lead: User) -> None:
    with service_scope(council=world.council):
        assert Membership.objects.filter(user=lead).update(revoked_at=timezone.now()) == 1


def left_the_trust(world: World, trust: Organisation, lead: User) -> None:
    with world.scope():
        withdraw_submitter(council=world.council, organisation=trust, user=lead, by=None)


def acts_for_another_trust(world: World, trust: Organisation, lead: User) -> None:
    left_the_trust(world, trust, lead)
    with world.scope():
        allow_submitter(council=world.council, organisation=world.trusts[1], user=lead, by=None)


def is_of_another_council(world: World, trust: Organisation, lead: User) -> None:
    world.lead(trust, executive_lead=submitter(world.other, linked(world.other, trust)))


def is_suspended(world: World, trust: Organisation, lead: User) -> None:
    User.objects.filter(pk=lead.pk).update(is_active=False)


@pytest.mark.parametrize(
    "happens",
    [left_the_council, left_the_trust, acts_for_another_trust, is_of_another_council, is_suspended],
)
def test_nobody_is_reminded_who_may_no_longer_open_the_page(world: World, happens: Any) -> None:
    opened = world.open()
    trust = world.trusts[0]
    executive = world.named(trust)[1]
    happens(world, trust, executive)
    with world.scope():
        outcome = remind(found=opened, by=world.coordinator)
        line = round_lines(opened, world.council)[0]
    assert (outcome.sent, outcome.nobody_named) == ([], ["Alpha Trust", "Beta Trust"])
    assert Email.objects.count() == 0
    assert lead_words(line.executive_lead, line.reaches(line.executive_lead)).endswith(
        "(has no access any more)"
    )
    assert line.reaches(line.prevent_lead), "the control: the other lead is reached still"


def test_a_lead_who_holds_an_office_in_the_council_is_reminded_of_its_service(world: World) -> None:
    opened = world.open()
    head = member(world.council, Role.SAFETY_OFFICER)
    world.lead(world.trusts[0], executive_lead=head)
    with world.scope():
        assert [each.person for each in remind(found=opened, by=world.coordinator).sent] == [head]


def test_what_is_expected_by_mistake_is_taken_back_and_what_a_closed_round_asked_for_is_not(
    world: World,
) -> None:
    opened = world.open()
    with world.scope():
        wanted, kept = ExpectedReturn.objects.order_by("organisation__name")
        with pytest.raises(StaleVersion):
            remove_expected(wanted=wanted, by=world.coordinator, version=2)
        remove_expected(wanted=wanted, by=world.coordinator, version=1)
        assert [line.is_missing for line in round_lines(opened, world.council)] == [False, True]
        with pytest.raises(PolicyError, match="took this back meanwhile"):
            remove_expected(wanted=wanted, by=world.coordinator, version=1)
        with pytest.raises(PolicyError, match="took this back meanwhile"):
            change_expected(wanted=wanted, by=world.coordinator, version=1, ends_on=None, days_to_return=30)
        close_round(found=opened, by=world.coordinator)
        with pytest.raises(PolicyError, match="closed round"):
            remove_expected(wanted=kept, by=world.coordinator, version=1)
        assert list(ExpectedReturn.objects.all()) == [kept]


def test_a_coordinator_takes_back_on_the_page_what_was_expected_by_mistake(
    world: World, client: Client
) -> None:
    opened = world.open()
    with world.scope():
        wanted, kept = ExpectedReturn.objects.order_by("organisation__name")
        close_round(found=opened, by=world.coordinator)
    sign_in(client, world.coordinator)
    later = world.expect(world.trusts[0], council_staff_only=False, starts_on=date(2018, 7, 1))

    def remove(which: ExpectedReturn, version: int) -> Any:
        address = reverse("training-expected-change", args=["barnet", which.pk])
        return client.post(address, {"then": "remove", "version": version})

    assert "A closed round has asked" in remove(wanted, 1).content.decode()
    assert remove(later, 7).status_code == 409
    assert remove(later, 1).url == reverse("training-expected", args=["barnet"])
    with world.scope():
        assert set(ExpectedReturn.objects.all()) == {wanted, kept}


def test_what_is_expected_no_more_leaves_the_open_round_and_what_is_new_joins_it(world: World) -> None:
    opened = world.open()
    new = OrganisationFactory.create(name="Gamma")
    linked(world.council, new)
    world.expect(new)
    with world.scope():
        wanted = world.expect(OrganisationFactory.create(name="Delta"))
        with pytest.raises(StaleVersion):
            change_expected(wanted=wanted, by=world.coordinator, version=9, ends_on=None, days_to_return=30)
        with pytest.raises(PolicyError, match="last day of a quarter"):
            change_expected(
                wanted=wanted, by=world.coordinator, version=1, ends_on=date(2018, 6, 3), days_to_return=28
            )
        later = open_round(
            council=world.council, by=None, quarter=Quarter(2018, 2), due_on=date(2018, 10, 28)
        )
        change_expected(wanted=wanted, by=world.coordinator, version=1, ends_on=JUNE.end, days_to_return=28)
        states = {
            each.pk: {line.organisation.name: line.state for line in round_lines(each, world.council)}
            for each in (opened, later)
        }
    assert states[opened.pk]["Delta"] == states[opened.pk]["Gamma"] == "Not returned"
    assert states[later.pk]["Delta"] == "Not expected any more"


def test_the_same_return_is_not_expected_twice(world: World) -> None:
    with pytest.raises(PolicyError, match="already"):
        world.expect(world.trusts[0], starts_on=date(2018, 10, 1))
    with pytest.raises(PolicyError, match="first day of a quarter"):
        world.expect(OrganisationFactory.create(), starts_on=date(2018, 4, 2))


def test_a_round_and_its_mails_stay_with_their_council(world: World, client: Client) -> None:
    opened = world.open()
    stranger = member(world.other, Role.COORDINATOR)
    with council_scope(user_id=stranger.pk, council=world.other):
        assert TrainingRound.objects.count() == RoundReturn.objects.count() == 0
    sign_in(client, stranger)
    for slug in ("barnet", "southwark"):
        assert client.get(reverse("training-round", args=[slug, opened.pk])).status_code == 404


def test_a_trust_wide_return_counts_in_the_round_of_each_council_by_its_own_deadline(world: World) -> None:
    trust = OrganisationFactory.create(name="Wide")
    shared(trust, world.council)
    shared(trust, world.other)
    with service_scope(council=world.other):
        expect_return(
            council=world.other,
            by=None,
            organisation=trust,
            course=wrap(),
            council_staff_only=False,
            starts_on=JUNE.start,
        )
        open_round(council=world.other, by=None, quarter=JUNE, due_on=date(2018, 10, 1))
    world.expect(trust, council_staff_only=False)
    world.open()
    returned(world.council, trust, 80, 100, submitted_at=at(date(2018, 8, 20)))
    key = (trust.pk, wrap().pk, False)
    with service_scope(council=world.council):
        assert late_returns(world.council) == {(key, JUNE.end)}
    with service_scope(council=world.other):
        assert late_returns(world.other) == set()


def test_answers_to_read_and_rounds_to_close_wait_for_the_coordinator(world: World) -> None:
    world.open()
    sent = world.sent(world.trusts[0], DUE)
    with world.scope():
        review_return(
            training_return=sent,
            council=world.council,
            state=ReturnState.QUERIED,
            comment="Is it 80?",
            by=world.coordinator,
        )
        answer_query(training_return=sent, council=world.council, text="It is.", by=world.coordinator)
    with own_councils_scope(user_id=world.coordinator.pk):
        tasks = [
            item.task
            for item in items_of([round_due_items], own_access(world.coordinator), timezone.localdate())
        ]
    assert tasks == ["Read the answer to your question", "Close the round"]


def test_returns_wait_for_each_councils_coordinator_until_it_has_said_its_word(world: World) -> None:
    alpha, beta = world.trusts
    wide = OrganisationFactory.create(name="Wide")
    shared(wide, world.council)
    shared(wide, world.other)
    today = date(2018, 8, 1)
    first = world.sent(alpha, date(2018, 7, 20))
    stranger = member(world.other, Role.COORDINATOR)

    def waiting(person: User, on: date = today) -> list[tuple[str, date | None, str]]:
        with own_councils_scope(user_id=person.pk):
            items = items_of([announcements.due_items], own_access(person), on)
        return [(i.title, i.due_on, i.href) for i in items if i.task == "Accept or query the returns"]

    one = reverse("training-return", args=["barnet", first.pk])
    assert waiting(world.coordinator) == [("1 return of June 2018", date(2018, 8, 3), one)]
    both = returned(world.council, wide, 70, 100, submitted_at=at(date(2018, 7, 25)))
    wide_line = "1 return of June 2018 for whole organisations"
    theirs = reverse("training-return", args=["southwark", both.pk])
    assert waiting(stranger) == [(wide_line, date(2018, 8, 8), theirs)]
    accepted(both, world.other)
    assert waiting(stranger) == []
    second = world.sent(beta, date(2018, 7, 10))
    page = f"{reverse('training', args=['barnet'])}?to=2018-06-30"
    assert [*waiting(world.coordinator)[0]] == ["2 returns of June 2018", date(2018, 7, 24), page]
    assert [title for title, _, _ in waiting(world.coordinator)[1:]] == [wide_line]
    for found in (first, second, both):
        accepted(found, world.council)
    assert waiting(world.coordinator) == []
    world.sent(alpha, date(2018, 7, 30), period=(date(2016, 4, 1), date(2016, 6, 30)))
    assert waiting(world.coordinator) == [], "history that was loaded waits for nobody"


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.AUDITOR])
def test_who_reads_coverage_reads_rounds_and_changes_none(world: World, client: Client, role: Role) -> None:
    opened = world.open()
    sign_in(client, member(world.council, role))
    page = client.get(reverse("training-round", args=["barnet", opened.pk]))
    assert page.status_code == 200
    assert b"Remind all" not in page.content
    for name in ("training-round-remind", "training-round-close"):
        assert client.post(reverse(name, args=["barnet", opened.pk])).status_code == 404
    assert client.get(reverse("training-round-open", args=["barnet"])).status_code == 404


def test_a_coordinator_runs_a_round_over_the_pages(world: World, client: Client) -> None:
    sign_in(client, world.coordinator)
    quarter = Quarter.of(timezone.localdate()).previous
    due = quarter.end + timedelta(days=90)
    answer = client.post(
        reverse("training-round-open", args=["barnet"]),
        {
            "quarter": quarter.end.isoformat(),
            "due_on_day": due.day,
            "due_on_month": due.month,
            "due_on_year": due.year,
            "remind_before": "7",
            "remind_after": "1",
            "executive_after": "7",
        },
    )
    assert answer.status_code == 302, answer.content
    page = client.get(answer.url)
    assert page.content.count(b"Not returned") >= 2
    for state, found in (("missing", True), ("accepted", False)):
        shown = client.get(answer.url, {"state": state}).content
        assert (b"Alpha Trust" in shown) is found
    one = reverse("training-round-remind-one", args=["barnet", page.context["found"].pk, world.trusts[0].pk])
    words = client.get(one).content.decode()
    assert "Remind Alpha Trust?" in words
    assert "each organisation" not in words
    csv = client.get(answer.url + "round.csv").content.decode("utf-8-sig")
    assert "Alpha Trust,WRAP,Staff based in the area,Not returned,,,," in csv


def test_page_and_file_call_a_return_that_is_awaited_overdue_and_one_that_came_late_late(
    world: World, client: Client
) -> None:
    opened = world.open()
    world.sent(world.trusts[0], DUE + timedelta(days=1))
    sign_in(client, world.coordinator)
    address = reverse("training-round", args=["barnet", opened.pk])
    file = list(csv.DictReader(io.StringIO(client.get(f"{address}round.csv").content.decode("utf-8-sig"))))
    assert [(row["Organisation"], row["On time or late"]) for row in file] == [
        ("Alpha Trust", "Late"),
        ("Beta Trust", "Overdue"),
    ]
    for state, organisation, words in (("late", "Alpha Trust", "Late"), ("overdue", "Beta Trust", "Overdue")):
        page = client.get(address, {"state": state}).content.decode()
        assert organisation in page
        assert f'govuk-tag--red">{words}</strong>' in page


def test_a_round_asks_the_same_number_of_statements_for_many_organisations(
    world: World, client: Client
) -> None:
    sign_in(client, world.coordinator)
    opened = world.open()
    address = reverse("training-round", args=["barnet", opened.pk])

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    statements()
    before = statements()
    for number in range(30):
        trust = OrganisationFactory.create(name=f"Trust {number:02d}")
        world.expect(linked(world.council, trust))
    assert statements() == before


def test_lists_of_rounds_of_what_is_expected_and_of_courses_ask_as_often_for_fifty_rows_as_for_one(
    world: World, client: Client
) -> None:
    sign_in(client, world.coordinator)
    world.open()
    names = ("training-rounds", "training-expected", "training-courses")

    def statements() -> list[int]:
        counts = []
        for name in names:
            with CaptureQueriesContext(connection) as caught:
                assert client.get(reverse(name, args=["barnet"])).status_code == 200
            counts.append(len(caught))
        return counts

    def add_courses(numbers: range) -> None:
        courses = Course.objects.bulk_create(
            Course(
                council=world.council,
                slug=f"local-{number}",
                name=f"Course {number:02d}",
                tier=Tier.LOCAL,
                delivery=Delivery.EITHER,
            )
            for number in numbers
        )
        Target.objects.bulk_create(
            Target(
                council=world.council,
                course=course,
                organisation_kind=OrganisationKind.NHS_TRUST,
                starts_on=JUNE.start,
                per_cent=90,
                source="Prevent board",
            )
            for course in courses
        )

    with service_scope(council=world.council):
        add_courses(range(1))
    statements()
    before = statements()
    trusts = OrganisationFactory.create_batch(50)
    with service_scope(council=world.council):
        ExpectedReturn.objects.bulk_create(
            ExpectedReturn(
                council=world.council,
                organisation=trust,
                course=wrap(),
                starts_on=JUNE.start,
                ends_on=JUNE.end,
            )
            for trust in trusts
        )
        add_courses(range(1, 51))
        quarter = JUNE
        for _ in range(50):
            quarter = quarter.previous
            TrainingRound.objects.create(
                council=world.council,
                period_from=quarter.start,
                period_to=quarter.end,
                due_on=quarter.end + timedelta(days=28),
            )
    assert statements() == before
