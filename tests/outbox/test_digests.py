"""Each stage of what waits is told once: an e-mail a day at most, on working days, references and links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox import due_items, tasks
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.models import Email, Escalation, EscalationRule, Notice, Reminder, ReminderSettings
from prevent_portal.outbox.services import digests, emails
from prevent_portal.outbox.services.reminders import forget_told
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.factories import CouncilFactory, UserFactory, give_role, member
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.django_db

Waiting = dict[int, list[DueItem]]
DUE = date(2019, 1, 23)
"""A Wednesday."""


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def officer(council: Council) -> User:
    person = UserFactory.create()
    give_role(person, council, Role.SAFETY_OFFICER, starts_on=date(2018, 1, 1))
    return person


def item(council: Council, reference: str = "A1", due_on: date | None = DUE, **fields: Any) -> DueItem:
    return DueItem(
        **{
            "council": council,
            "due_on": due_on,
            "reference": reference,
            "title": "A title with a secret",
            "task": "Log progress",
            "href": f"/c/{council.slug}/{reference}/",
            "kind": "action",
            **fields,
        }
    )


def wishes(person: User, **fields: Any) -> None:
    with own_councils_scope(user_id=person.pk):
        ReminderSettings.objects.update_or_create(person=person, defaults=fields)


def log_of(person: User) -> list[tuple[str, str, int]]:
    with own_councils_scope(user_id=person.pk):
        found = Reminder.objects.filter(person=person).order_by("told_at", "reference")
        return [(each.reference, each.stage, each.week) for each in found]


def days_told(first: date, last: date, away: tuple[date, date] | None = None) -> dict[str, int]:
    """Run twice at each of two hours of every day, save while the portal is away; what was queued by day."""
    found: dict[str, int] = {}
    day = first
    while day <= last:
        if away is None or not away[0] <= day <= away[1]:
            with time_machine.travel(f"{day}T07:00:00+00:00", tick=False):
                queued = digests.send_all() + digests.send_all()
            with time_machine.travel(f"{day}T15:00:00+00:00", tick=False):
                queued += digests.send_all()
            if queued:
                found[f"{day:%d %b}"] = queued
        day += timedelta(1)
    return found


@pytest.mark.parametrize(
    ("away", "told", "stages"),
    [
        (
            None,
            ["16 Jan", "23 Jan", "24 Jan", "31 Jan", "07 Feb"],
            [("coming", 0), ("due", 0), ("overdue", 0), ("weekly", 1), ("weekly", 2)],
        ),
        (  # ten days across all stages, then Sunday: the newest alone
            (date(2019, 1, 16), date(2019, 1, 25)),
            ["28 Jan", "31 Jan", "07 Feb"],
            [("overdue", 0), ("weekly", 1), ("weekly", 2)],
        ),
        (
            (date(2019, 1, 23), date(2019, 2, 1)),
            ["16 Jan", "04 Feb", "07 Feb"],
            [("coming", 0), ("weekly", 1), ("weekly", 2)],
        ),
    ],
)
def test_each_stage_is_told_once_and_an_outage_loses_and_doubles_none(
    council: Council,
    officer: User,
    waiting: Waiting,
    away: tuple[date, date] | None,
    told: list[str],
    stages: list[tuple[str, int]],
) -> None:
    waiting[officer.pk] = [item(council), item(council, "A2", None), item(council, "A3", date(2019, 12, 1))]
    assert days_told(date(2019, 1, 14), date(2019, 2, 8), away) == dict.fromkeys(told, 1)
    assert log_of(officer) == [("A1", stage, week) for stage, week in stages]
    assert Email.objects.count() == len(stages)


def test_the_digest_holds_references_tasks_and_days_and_nothing_else(
    council: Council, officer: User, waiting: Waiting
) -> None:
    idle = member(council, Role.SAFETY_OFFICER)
    waiting[officer.pk] = [
        item(council, "A4", DUE + timedelta(7)),
        item(council, "A1", DUE - timedelta(1)),
        item(council, "A2", DUE),
        item(council, "A3", DUE + timedelta(8)),
    ]
    assert digests.send_all(on=DUE) == 1
    email = Email.objects.get()
    assert (email.recipient, email.subject) == (officer.email, "Prevent Portal: 3 things wait for you")
    assert email.text.strip().splitlines() == [
        "3 things wait for you",
        "",
        "Overdue",
        "- Log progress: A1, was due 22 January 2019",
        "",
        "Due now",
        "- Log progress: A2, due today, 23 January 2019",
        "",
        "Coming up",
        "- Log progress: A4, due 30 January 2019",
        "",
        "See your work and sign in: http://testserver/my-work/",
        "",
        "You get this at most once a day, on working days. Choose when, how often and about what:",
        "http://testserver/account/reminders/",
    ]
    assert "secret" not in email.text + email.html + email.subject
    assert '<html lang="en-GB">' in email.html
    assert "<strong>A4</strong>" in email.html
    assert "http://testserver/my-work/" in email.html
    assert not Email.objects.filter(recipient=idle.email).exists()


def test_what_is_due_on_a_closed_day_is_due_the_working_day_before_and_closed_days_are_quiet(
    council: Council, officer: User, waiting: Waiting
) -> None:
    easter_monday = date(2019, 4, 22)
    waiting[officer.pk] = [item(council, due_on=easter_monday)]
    assert days_told(date(2019, 4, 12), date(2019, 4, 24)) == {"15 Apr": 1, "18 Apr": 1, "23 Apr": 1}
    assert log_of(officer) == [("A1", "coming", 0), ("A1", "due", 0), ("A1", "overdue", 0)]


def test_people_choose_days_of_notice_one_weekday_quiet_days_and_what_to_leave_out(
    council: Council, waiting: Waiting
) -> None:
    early, weekly, away, picky = (member(council, Role.SAFETY_OFFICER) for _ in range(4))
    for person in (early, weekly, away):
        waiting[person.pk] = [item(council)]
    waiting[picky.pk] = [item(council), item(council, "R1", kind="return", statutory=True)]
    wishes(early, days_before=2)
    wishes(weekly, weekday=0, days_before=1)
    wishes(away, quiet_from=date(2019, 1, 14), quiet_until=date(2019, 1, 25))
    wishes(picky, not_told=["action", "return"])
    told: dict[int, list[str]] = {person.pk: [] for person in (early, weekly, away, picky)}
    for offset in range(18):
        day = date(2019, 1, 14) + timedelta(offset)
        before = set(Email.objects.values_list("pk", flat=True))
        digests.send_all(on=day)
        for email in Email.objects.exclude(pk__in=before):
            told[User.objects.get(email=email.recipient).pk].append(f"{day:%a %d}")
    assert told == {
        early.pk: ["Mon 21", "Wed 23", "Thu 24", "Thu 31"],
        weekly.pk: ["Mon 21", "Mon 28"],
        away.pk: ["Mon 28", "Thu 31"],
        picky.pk: ["Wed 16", "Wed 23", "Thu 24", "Thu 31"],
    }
    assert {reference for reference, _, _ in log_of(picky)} == {"R1"}


def test_a_weekly_digest_that_was_missed_goes_out_on_the_next_working_day(
    council: Council, officer: User, waiting: Waiting
) -> None:
    waiting[officer.pk] = [item(council)]
    wishes(officer, weekday=0, told_on=date(2019, 1, 14))
    assert digests.send_all(on=date(2019, 1, 18)) == 0
    assert digests.send_all(on=date(2019, 1, 22)) == 1  # nobody ran on Monday
    assert log_of(officer) == [("A1", "coming", 0)]


def test_a_day_that_moves_starts_the_stages_again(council: Council, officer: User, waiting: Waiting) -> None:
    waiting[officer.pk] = [item(council)]
    assert digests.send_all(on=DUE) == 1
    waiting[officer.pk] = [item(council, due_on=DUE + timedelta(6))]
    assert digests.send_all(on=DUE + timedelta(1)) == 1
    assert log_of(officer) == [("A1", "due", 0), ("A1", "coming", 0)]


def test_a_run_that_is_killed_between_leaves_nothing_half_told(
    council: Council, officer: User, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting[officer.pk] = [item(council)]
    with monkeypatch.context() as broken:
        broken.setattr(digests, "queue_email", lambda **message: 1 / 0)
        assert digests.send_all(on=DUE) == 0
    assert (log_of(officer), Email.objects.count()) == ([], 0)
    assert digests.send_all(on=DUE) == 1
    assert digests.send_all(on=DUE) == 0
    assert log_of(officer) == [("A1", "due", 0)]
    # Looked at once more, the stage is in the log; and of two runs at one moment its key lets one through.
    wishes(officer, looked_on=None)
    assert digests.send_all(on=DUE) == 0
    with own_councils_scope(user_id=officer.pk):
        told = list(Reminder.objects.filter(person=officer))
    with pytest.raises(IntegrityError), own_councils_scope(user_id=officer.pk):
        Reminder.objects.create(
            council=council,
            person=officer,
            **{name: getattr(told[0], name) for name in ("kind", "reference", "item", "stage", "due_on")},
        )


def test_a_run_that_takes_too_long_asks_for_another_which_goes_on(
    council: Council, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    waiting[first.pk], waiting[second.pk] = [item(council)], [item(council, "A2")]
    sound = due_items._providers["tests"]
    asked: list[int] = []

    def provider(mine: OwnAccess, today: date) -> Iterable[DueItem]:
        if mine.user == second:
            raise SoftTimeLimitExceeded
        return sound(mine, today)  # type: ignore[return-value] # the fixture gives items

    with monkeypatch.context() as slow:
        slow.setitem(due_items._providers, "tests", provider)
        slow.setattr(tasks.digests, "send_all", partial(digests.send_all, on=DUE))
        slow.setattr(tasks.send_digests, "apply_async", lambda: asked.append(Email.objects.count()))
        tasks.send_digests()
    assert asked == [1]
    assert digests.send_all(on=DUE) == 1
    assert set(Email.objects.values_list("recipient", flat=True)) == {first.email, second.email}


def test_a_mail_server_that_is_away_for_days_delays_digests_and_loses_and_doubles_none(
    council: Council, officer: User, waiting: Waiting, mail_server: MailServer, settings: Settings
) -> None:
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 5
    waiting[officer.pk] = [item(council)]
    mail_server.stop()
    queued = []
    for day in (DUE, DUE + timedelta(1)):
        assert digests.send_all(on=day) == 1
        queued.append(Email.objects.latest("created_at"))
        Email.objects.filter(pk=queued[-1].pk).update(attempts=emails.MOST_ATTEMPTS + 3)
        assert emails.send(email_id=queued[-1].pk) is False
    mail_server.start()
    Email.objects.update(claimed_until=timezone.now())
    assert [emails.send(email_id=email.pk) for email in (*queued, *queued)] == [True, True, False, False]
    assert [message["Message-ID"] for message in mail_server.kept] == [each.message_id for each in queued]
    assert [part.get_content_type() for part in mail_server.kept[0].walk()][1:] == ["text/plain", "text/html"]


def test_a_digest_asks_as_much_for_fifty_things_as_for_one(council: Council, waiting: Waiting) -> None:
    asked = []
    for count in (1, 50):
        person = member(council, Role.COORDINATOR)
        waiting[person.pk] = [item(council, f"A{n}") for n in range(count)]
        digests.send(user=person, on=DUE - timedelta(1))
        with CaptureQueriesContext(connection) as captured:
            assert digests.send(user=person, on=DUE) is not None
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_nobody_who_left_and_no_service_is_written_to(council: Council, waiting: Waiting) -> None:
    gone = UserFactory.create(is_active=False)
    waiting[gone.pk] = [item(council)]
    assert digests.send_all(on=DUE) == 0


def test_one_persons_trouble_keeps_nobody_else_from_hearing(
    council: Council, waiting: Waiting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    waiting[second.pk] = [item(council)]
    sound = due_items._providers["tests"]

    def provider(mine: OwnAccess, today: date) -> Iterable[DueItem]:
        if mine.user == first:
            raise RuntimeError("broken")
        return sound(mine, today)  # type: ignore[return-value] # the fixture gives items

    monkeypatch.setitem(due_items._providers, "tests", provider)
    assert digests.send_all(on=DUE) == 1
    assert Email.objects.get().recipient == second.email
    assert f"user {first.pk}" in caplog.text


# What stays overdue ---------------------------------------------------------------------------------


def test_coordinators_hear_once_of_what_stays_overdue_with_others_and_of_nothing_restricted(
    council: Council, officer: User, waiting: Waiting
) -> None:
    lead = member(council, Role.COORDINATOR)
    elsewhere = member(CouncilFactory.create(), Role.COORDINATOR)
    waiting[officer.pk] = [
        item(council),
        item(council, "C1", kind="channel_review", restricted=True, statutory=True),
        item(council, "R1", kind="return", own_lead=True),
    ]
    ten_working_days_later = date(2019, 2, 6)
    digests.send_all(on=ten_working_days_later - timedelta(1))
    assert not Email.objects.filter(recipient=lead.email).exists()
    digests.send_all(on=ten_working_days_later)
    email = Email.objects.get(recipient=lead.email)
    assert email.subject == "Prevent Portal: 1 thing waits for you"
    assert email.text.splitlines()[2:4] == [
        "Overdue with others",
        "- Log progress: A1, was due 23 January 2019",
    ]
    digests.send_all(on=ten_working_days_later + timedelta(1))
    assert Email.objects.filter(recipient=lead.email).count() == 1
    assert log_of(lead) == [("A1", "escalated", 0)]
    assert not Email.objects.filter(recipient=elsewhere.email).exists()
    with service_scope(council=council):
        assert Escalation.objects.get().seen_on == ten_working_days_later + timedelta(1)


def test_what_is_done_meanwhile_is_not_escalated_and_the_council_says_after_how_many_days(
    council: Council, officer: User, waiting: Waiting
) -> None:
    lead = member(council, Role.COORDINATOR)
    wishes(lead, quiet_from=DUE, quiet_until=date(2019, 2, 8))
    with service_scope(council=council):
        EscalationRule.objects.create(council=council, working_days=2)
    waiting[officer.pk] = [item(council), item(council, "A2")]
    digests.send_all(on=date(2019, 1, 25))
    with service_scope(council=council):
        assert {each.reference for each in Escalation.objects.all()} == {"A1", "A2"}
    waiting[officer.pk] = [item(council)]
    for day in (7, 8, 11):
        digests.send_all(on=date(2019, 2, day))
    assert log_of(lead) == [("A1", "escalated", 0)]


def test_while_somebody_is_away_what_the_duty_demands_goes_to_the_coordinator_on_its_day(
    council: Council, officer: User, waiting: Waiting
) -> None:
    lead = member(council, Role.COORDINATOR)
    wishes(officer, quiet_from=date(2019, 1, 14), quiet_until=date(2019, 1, 25))
    waiting[officer.pk] = [item(council), item(council, "R1", kind="return", statutory=True)]
    assert digests.send_all(on=DUE - timedelta(1)) == 0
    assert digests.send_all(on=DUE) == 1
    assert (log_of(lead), log_of(officer)) == ([("R1", "escalated", 0)], [])
    assert "Overdue with others, or due while they are away\n- Log progress: R1" in Email.objects.get().text


# Letting go -----------------------------------------------------------------------------------------


def test_notices_go_after_ninety_days_and_the_log_after_two_years(
    council: Council, officer: User, waiting: Waiting
) -> None:
    waiting[officer.pk] = [item(council), replace(item(council, "C1"), restricted=True)]
    with time_machine.travel("2019-01-23T07:00:00+00:00", tick=False):
        assert digests.send_all() == 1

    def left(day: str) -> tuple[int, list[str]]:
        with time_machine.travel(f"{day}T04:00:00+00:00", tick=False), service_scope(council=council):
            forget_told(council=council)
            kept = [each.reference for each in Reminder.objects.order_by("reference")]
            return Notice.objects.count(), kept

    assert left("2019-04-22") == (2, ["A1", "C1"])
    assert left("2019-04-24") == (0, ["A1"])
    assert left("2021-01-21") == (0, ["A1"])
    assert left("2021-01-24") == (0, [])


def test_a_provider_has_one_name() -> None:
    name = next(iter(due_items._providers), "compliance.actions")
    with pytest.raises(ValueError, match="registered twice"):
        due_items.register(name, lambda mine, today: [], kinds={})
