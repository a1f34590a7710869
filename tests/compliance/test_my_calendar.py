"""The private link to one's calendar: what it holds, whose it is, and when it stops."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import CalendarLink, User
from prevent_portal.accounts.services import calendar_links, people
from prevent_portal.audit import services as audit
from prevent_portal.outbox.calendar_feed import calendar_of
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.scope import council_scope, own_councils_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan
from tests.factories import CouncilFactory, give_role, member

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def _item(reference: str, due_on: date | None, **fields: object) -> DueItem:
    given: dict[str, object] = {"href": f"/c/barnet/actions/{reference}/", "kind": "action", **fields}
    return DueItem(CouncilFactory.build(), due_on, reference, "Title of Ann Brown", "Log progress", **given)  # type: ignore[arg-type]


def test_a_calendar_holds_references_words_of_tasks_dates_and_links(settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    items = [
        _item("A1", date(2026, 12, 31)),
        _item("A2", None),
        _item("Channel", date(2026, 12, 1), restricted=True),
        _item("A3", date(2026, 12, 2), href="/c/barnet/actions/A1/"),
    ]
    made = calendar_of(items, now=NOW)
    assert b"Ann Brown" not in made
    assert b"\r\nX-PUBLISHED-TTL:PT4H\r\n" in made
    events = Calendar.from_ical(made).walk("VEVENT")
    assert [
        (str(event["SUMMARY"]), event["DTSTART"].dt, event["DTEND"].dt, str(event["URL"])) for event in events
    ] == [
        (
            "Log progress: A1",
            date(2026, 12, 31),
            date(2027, 1, 1),
            "https://portal.example/c/barnet/actions/A1/",
        ),
        (
            "Log progress: A3",
            date(2026, 12, 2),
            date(2026, 12, 3),
            "https://portal.example/c/barnet/actions/A1/",
        ),
    ]
    first, second = (str(event["UID"]) for event in events)
    assert first != second
    moved = Calendar.from_ical(calendar_of([_item("A1", date(2027, 1, 9))], now=NOW)).walk("VEVENT")
    assert str(moved[0]["UID"]) == first, "the same task keeps its event when its date moves"


def _address(page: bytes) -> str:
    found = re.search(r'value="http://testserver(/calendar/[-\w]{20,80}\.ics)"', page.decode())
    assert found, page.decode()
    return found[1]


def _summaries(address: str) -> list[str]:
    response = Client().get(address)
    assert response.status_code == 200
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(response.content).walk("VEVENT")]


@pytest.mark.django_db
def test_a_person_makes_replaces_and_ends_the_link_and_it_reads_as_my_work_does(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = []

    def record(*, action: str, subject: Model) -> None:
        recorded.append(action)
        audit.record(action=action, subject=subject)

    monkeypatch.setattr(calendar_links, "record", record)
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    person, other = member(ours, Role.SAFETY_OFFICER), member(theirs, Role.SAFETY_OFFICER)
    coordinators = {council: member(council, Role.COORDINATOR) for council in (ours, theirs)}
    for council, owner, title in ((ours, person, "Title of Ann Brown"), (theirs, other, "Of another")):
        plan = make_plan(council, coordinators[council])
        make_action(plan, coordinators[council], title=title, owner=owner, due_in=5)
    sign_in(client, person, second_factor=False)
    assert "Make a private link" in client.get("/my-work/calendar/").content.decode()
    first = _address(client.post("/my-work/calendar/").content)
    shown = client.get("/my-work/calendar/").content.decode()
    assert "Replace the link" in shown
    assert first not in shown, "the link is shown once"
    response = Client().get(first)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store, private"
    assert not response.cookies
    assert b"Ann Brown" not in response.content
    assert ours.name.encode() not in response.content
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Log progress: A1"
    assert event["DTSTART"].dt == timezone.localdate() + timedelta(days=5)
    assert f"/c/{ours.slug}/actions/" in str(event["URL"])
    # Whoever is signed in in the same browser, it is the calendar of whom the link belongs to.
    assert sign_in(Client(), other, second_factor=False).get(first).content.count(b"/c/" + ours.slug.encode())

    second = _address(client.post("/my-work/calendar/").content)
    assert Client().get(first).status_code == 404
    assert _summaries(second) == ["Log progress: A1"]
    with own_councils_scope(user_id=person.pk):
        link = CalendarLink.objects.get()
        assert link.digest not in second
        assert "." not in link.digest
    for scope in (
        own_councils_scope(user_id=other.pk),
        council_scope(user_id=coordinators[ours].pk, council=ours),
    ):
        with scope:
            assert not CalendarLink.objects.exists()
    page = client.post("/my-work/calendar/", {"step": "end"}, follow=True).content.decode()
    assert "The link has ended" in page
    client.post("/my-work/calendar/", {"step": "end"})
    assert Client().get(second).status_code == 404
    assert recorded == [
        "accounts.calendar_link_made",
        "accounts.calendar_link_replaced",
        "accounts.calendar_link_ended",
    ]


@pytest.mark.django_db
def test_a_link_stops_with_the_account_and_its_sessions_and_a_lost_role_empties_it(
    settings: Any,
) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    person = member(council, Role.SAFETY_OFFICER)
    give_role(person, other, Role.SAFETY_OFFICER)
    yesterday = timezone.localdate() - timedelta(days=1)
    coordinator = member(council, Role.COORDINATOR)
    make_action(make_plan(council, coordinator), coordinator, owner=person)

    def made() -> str:
        with own_councils_scope(user_id=person.pk):
            return f"/calendar/{calendar_links.make(by=User.objects.get(pk=person.pk))}.ics"

    address = made()
    assert _summaries(address) == ["Log progress: A1"]
    with own_councils_scope(user_id=person.pk):
        people.end_sessions(user=User.objects.get(pk=person.pk), by=person)
    assert Client().get(address).status_code == 404
    address = made()
    User.objects.filter(pk=person.pk).update(is_active=False)
    gone = Client().get(address)
    unknown = Client().get("/calendar/0123456789abcdef0123.ics")
    assert gone.status_code == unknown.status_code == 404
    assert gone.content == unknown.content
    User.objects.filter(pk=person.pk).update(is_active=True)
    before = User.objects.get(pk=person.pk).last_active_on
    assert _summaries(address) == ["Log progress: A1"]
    assert User.objects.get(pk=person.pk).last_active_on == before, "a program that asks is nobody at work"
    with council_scope(user_id=coordinator.pk, council=council):
        person.memberships.filter(council=council).update(starts_on=date(2020, 1, 1), ends_on=yesterday)
    assert _summaries(address) == []
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "read_calendar": "3/m/key"}
    assert [Client().get(address).status_code for _ in range(4)][-1] == 429
