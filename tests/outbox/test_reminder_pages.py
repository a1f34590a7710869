"""The inbox is one person's own; settings are theirs; the sent log says who was told of what and no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.enums import ReminderChannel
from prevent_portal.outbox.models import EscalationRule, Notice, Reminder, ReminderSettings
from prevent_portal.outbox.services import digests
from prevent_portal.outbox.services.reminders import note_told, of_item
from prevent_portal.outbox.services.stages import Stage
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope, shared_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, give_role, member
from tests.outbox.test_digests import DUE, Waiting, item

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barnet")


@pytest.fixture
def other() -> Council:
    return CouncilFactory.create(name="Thurrock")


@pytest.fixture
def officer(council: Council, other: Council) -> User:
    person = member(council, Role.SAFETY_OFFICER)
    give_role(person, other, Role.BOARD_MEMBER)
    return person


def tell(person: User, council: Council, *references: str, restricted: bool = False) -> None:
    items = [item(council, reference, restricted=restricted) for reference in references]
    with own_councils_scope(user_id=person.pk):
        told = [of_item(each, DUE, Stage("due")) for each in items]  # type: ignore[arg-type] # its value
        note_told(person=person, told=told, channel=ReminderChannel.DIGEST)


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# The inbox ------------------------------------------------------------------------------------------


def test_notices_are_unread_until_they_are_opened_or_all_are_read(
    council: Council, other: Council, officer: User, waiting: Waiting
) -> None:
    waiting[officer.pk] = [item(council), item(other, "B1"), item(other, "B2", DUE - timedelta(1))]
    client = sign_in(Client(), officer)
    assert "Nothing here" in client.get("/inbox/").text
    before = statements(client, f"/c/{council.slug}/")
    digests.send_all(on=DUE)
    with CaptureQueriesContext(connection) as after:
        home = client.get(f"/c/{council.slug}/").text
    assert len(after) == before, "the count costs no page a statement"
    assert '<span class="govuk-visually-hidden">, 3 unread</span>' in home
    page = client.get("/inbox/").text
    assert page.count("Unread</strong>") == 3
    assert [name in page for name in ("A1", "B1", "B2", "Thurrock", "secret")] == [True] * 4 + [False]
    with own_councils_scope(user_id=officer.pk):
        notice = Notice.objects.get(reference="B1")
    opened = client.post(f"/inbox/{notice.pk}/open/")
    assert opened["Location"] == f"/c/{other.slug}/B1/"
    assert ", 2 unread<" in client.get("/inbox/").text
    done = client.post("/inbox/read/", follow=True).text
    assert "2 notices marked as read." in done
    assert " unread<" not in done
    assert "Mark all as read" not in done


def test_a_newer_notice_of_the_same_thing_reads_the_older_one(
    council: Council, officer: User, waiting: Waiting
) -> None:
    waiting[officer.pk] = [item(council)]
    for day in (DUE, DUE + timedelta(1)):
        digests.send_all(on=day)
    with own_councils_scope(user_id=officer.pk):
        found = [(each.stage, each.read_at is None) for each in Notice.objects.order_by("told_at")]
    assert found == [("due", False), ("overdue", True)]


def test_the_inbox_asks_as_much_for_fifty_notices_as_for_one(council: Council, officer: User) -> None:
    client = sign_in(Client(), officer)
    tell(officer, council, "A1")
    one = statements(client, "/inbox/")
    tell(officer, council, *(f"B{n}" for n in range(49)))
    assert statements(client, "/inbox/") == one
    assert "Showing 1 to 25 of 50" in client.get("/inbox/").text


def test_nobody_reads_or_opens_the_notices_of_somebody_else(
    council: Council, other: Council, officer: User
) -> None:
    tell(officer, council, "A1")
    tell(officer, other, "B1")
    colleague, admin = member(council, Role.COORDINATOR), member(other, Role.ADMINISTRATOR)
    with own_councils_scope(user_id=officer.pk):
        notice = Notice.objects.get(reference="A1")
        assert Notice.objects.count() == 2
    with council_scope(user_id=officer.pk, council=council):
        assert Notice.objects.count() == 2, "the header of each page counts all of the person's own"
    with shared_scope(user_id=officer.pk, council=council):
        assert Notice.objects.count() == 0
    with service_scope(council=council):
        assert [each.reference for each in Notice.objects.all()] == ["A1"]
    for person in (colleague, admin):
        with own_councils_scope(user_id=person.pk):
            assert Notice.objects.count() == 0
            assert Notice.objects.update(read_at=timezone.now()) == 0
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Notice.objects.create(
                    council=council,
                    person=officer,
                    item="x",
                    reference="X",
                    task="x",
                    href="/",
                    stage="due",
                    due_on=DUE,
                )
        client = sign_in(Client(), person)
        assert client.post(f"/inbox/{notice.pk}/open/").status_code == 404
        assert "A1" not in client.get("/inbox/").text
    assert Client().get("/inbox/").status_code == 302


def test_notices_of_a_council_that_one_has_left_are_gone(
    council: Council, other: Council, officer: User
) -> None:
    tell(officer, council, "A1")
    tell(officer, other, "B1")
    with service_scope(council=council):
        officer.memberships.filter(council=council).update(revoked_at=timezone.now())
    client = sign_in(Client(), officer)
    page = client.get("/inbox/").text
    assert ("A1" in page, "B1" in page) == (False, True)
    assert ", 1 unread<" in page


# How a person wants to be told ----------------------------------------------------------------------

ASKED = {
    "days_before": "14",
    "weekday": "2",
    "quiet_from_day": "1",
    "quiet_from_month": "8",
    "quiet_from_year": "2027",
    "quiet_until_day": "14",
    "quiet_until_month": "8",
    "quiet_until_year": "2027",
    "version": "1",
}


def test_a_person_says_when_and_of_what_they_want_to_be_told(
    council: Council, officer: User, waiting: Waiting
) -> None:
    waiting[officer.pk] = [
        item(council),
        item(council, "R1", kind="return", statutory=True),
    ]
    client = sign_in(Client(), officer)
    page = client.get("/account/reminders/").text
    assert 'value="action"' in page
    assert 'value="return"' not in page
    assert "<li>Returns</li>" in page, "shown with the reason, and not to be turned off"
    with CaptureQueriesContext(connection) as asked:
        done = client.post("/account/reminders/", ASKED, follow=True)
    assert "Your reminders have been changed." in done.text
    with own_councils_scope(user_id=officer.pk):
        found = ReminderSettings.objects.get()
        assert (found.days_before, found.weekday, found.not_told) == (14, 2, ["action"])
        assert (found.quiet_from, found.quiet_until) == (date(2027, 8, 1), date(2027, 8, 14))
        assert found.version == 2
    [told] = [sql for sql in (each["sql"] for each in asked) if "outbox.reminder_settings_changed" in sql]
    assert all(name in told for name in ("days_before", "not_told", "quiet_from", "quiet_until", "weekday"))
    stale = client.post("/account/reminders/", ASKED | {"days_before": "3"})
    assert (stale.status_code, "Somebody else saved first" in stale.text) == (409, True)
    saved = client.post("/account/reminders/", ASKED | {"version": "2", "weekday": "daily", "told": "action"})
    assert saved.status_code == 302
    with own_councils_scope(user_id=officer.pk):
        found.refresh_from_db()
        assert (found.weekday, found.not_told) == (None, [])
    with own_councils_scope(user_id=member(council, Role.ADMINISTRATOR).pk):
        assert ReminderSettings.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"days_before": "0"}, "days"),
        ({"days_before": "29"}, "28"),
        ({"weekday": "9"}, "On which days"),
        ({"quiet_until_year": ""}, "must include a year"),
        (
            {"quiet_until_day": "", "quiet_until_month": "", "quiet_until_year": ""},
            "Enter the last quiet day",
        ),
        ({"quiet_until_month": "7"}, "The last quiet day must be the first one or later"),
        ({"version": "x"}, "again"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(
    officer: User, changed: dict[str, str], words: str
) -> None:
    client = sign_in(Client(), officer)
    answer = client.post("/account/reminders/", ASKED | changed)
    assert (answer.status_code, "There is a problem" in answer.text) == (200, True)
    assert words in answer.text
    with own_councils_scope(user_id=officer.pk):
        assert ReminderSettings.objects.count() == 0


# The sent log ---------------------------------------------------------------------------------------


def test_the_sent_log_says_who_was_told_of_which_reference_and_leaves_out_what_is_restricted(
    council: Council, other: Council, officer: User
) -> None:
    tell(officer, council, "A1")
    tell(officer, council, "C1", restricted=True)
    tell(officer, other, "B1")
    admin = member(council, Role.ADMINISTRATOR)
    client = sign_in(Client(), admin)
    address = f"/c/{council.slug}/settings/reminders/"
    page = client.get(address).text
    assert [word in page for word in ("A1", officer.name, "23 January 2019", "Daily email")] == [True] * 4
    assert [word in page for word in ("C1", "B1", "Log progress", "secret")] == [False] * 4
    with council_scope(user_id=admin.pk, council=council):
        assert [each.reference for each in Reminder.objects.all()] == ["A1"], "not even past the page"
    with own_councils_scope(user_id=officer.pk):
        assert Reminder.objects.count() == 3
    one = statements(client, address)
    tell(officer, council, *(f"D{n}" for n in range(60)))
    assert statements(client, address) == one
    assert "Showing 1 to 50 of 61" in client.get(address).text
    for person, status in (
        (member(council, Role.AUDITOR), 200),
        (member(council, Role.COORDINATOR), 404),
        (officer, 404),
        (member(other, Role.ADMINISTRATOR), 404),
    ):
        assert sign_in(Client(), person).get(address).status_code == status


def test_an_administrator_says_after_how_many_working_days_coordinators_hear(
    council: Council, other: Council
) -> None:
    client = sign_in(Client(), member(council, Role.ADMINISTRATOR))
    address = f"/c/{council.slug}/settings/reminders/overdue/"
    assert "after 10 working days" in client.get(f"/c/{council.slug}/settings/reminders/").text
    assert 'value="10"' in client.get(address).text
    done = client.post(address, {"working_days": "5", "version": "1"}, follow=True).text
    assert "Your coordinators hear after 5 working days." in done
    stale = client.post(address, {"working_days": "7", "version": "1"})
    assert (stale.status_code, "5 working days" in stale.text) == (409, True)
    for wrong in ("0", "61", "many"):
        answer = client.post(address, {"working_days": wrong, "version": "2"})
        assert (answer.status_code, "There is a problem" in answer.text) == (200, True)
    with service_scope(council=council):
        assert EscalationRule.objects.get().working_days == 5
        assert Event.objects.filter(action="outbox.escalation_rule_changed").count() == 1
    for person in (member(council, Role.AUDITOR), member(other, Role.ADMINISTRATOR)):
        assert sign_in(Client(), person).get(address).status_code == 404
