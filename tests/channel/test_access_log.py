"""The access log: chair and data protection officer read who looked at what, and their reading is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channel.apps import SENTENCES
from channel.queries.access_log import PAGE, READS
from channel.services import meetings, panels
from prevent_portal.accounts.enums import Role
from prevent_portal.audit import page_keys
from prevent_portal.audit.models import Event
from prevent_portal.audit.services import record
from prevent_portal.web.dates import british_date
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world, panellist
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def log(client: Client, **filters: str) -> str:
    answer = client.get(reverse("channel-access-log", args=["barnet"]), filters)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_chair_and_officer_read_who_looked_at_what_and_nothing_of_what_it_says(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.sign(person)
    reader = sign_in(Client(), person)
    assert reader.get(reverse("channel-case", args=["barnet", barnet.case.reference])).status_code == 200
    officer = member(barnet.council, Role.AUDITOR)
    for each in (barnet.chair, officer):
        page = log(sign_in(Client(), each), kind="reads", reference=barnet.case.reference.lower())
        assert f"Read a case summary, {barnet.case.reference}" in page
        assert page.count(f'class="govuk-table__header">{person.name}') == 1
        assert barnet.canary not in page


def test_reading_the_log_is_recorded_in_it(barnet: PanelWorld) -> None:
    client = sign_in(Client(), barnet.chair)
    log(client, reference=barnet.case.reference)
    with barnet.as_chair():
        event = Event.objects.get(action="channel.access_log_read")
        assert event.restricted
        assert event.actor_id == barnet.chair.pk
        assert event.details == {
            "user": None,
            "action": [],
            "reference": barnet.case.reference,
            "since": None,
            "until": None,
        }
        record(
            action="compliance.risk_added",
            subject=barnet.panel,
            details={"reference": "R-7Q4MZ"},
            restricted=True,
        )
    page = log(client)
    assert "Read the access log of restricted cases" in page
    assert "R-7Q4MZ" not in page, "a local risk is no event of Channel, and its readers are others"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CHANNEL_CHAIR, Role.AUDITOR}), ids=str)
def test_nobody_else_reads_it(barnet: PanelWorld, role: Role) -> None:
    client = sign_in(Client(), member(barnet.council, role))
    answer = client.get(reverse("channel-access-log", args=["barnet"]))
    assert answer.status_code in (302, 404)
    if answer.status_code == 302:  # a role that proves its second factor first
        assert "/channel/" not in answer.headers["Location"].split("?")[0]
    with barnet.as_chair():
        assert not Event.objects.filter(action="channel.access_log_read").exists()


def test_the_chair_of_another_panel_does_not_learn_of_a_case_from_it(barnet: PanelWorld) -> None:
    reader = sign_in(Client(), barnet.chair)
    assert reader.get(reverse("channel-case", args=["barnet", barnet.case.reference])).status_code == 200
    reader.get(reverse("channel-cases", args=["barnet"]))
    neighbour = panellist(barnet.council, Role.CHANNEL_CHAIR)
    client = sign_in(Client(), neighbour)
    assert "Set up a Channel panel" not in log(client)
    with barnet.as_person(neighbour):
        panels.found_panel(council=barnet.council, name="Another", by=neighbour)
    for reference in (barnet.case.reference, "ABCD-2345"):
        assert client.get(reverse("channel-case", args=["barnet", reference])).status_code == 404
    page = log(client)
    assert page.count("Set up a Channel panel") == 1
    assert page.count("and was refused<") == 2
    for told in (barnet.case.reference, "ABCD-2345", "Read a case summary", "Read the list", "signed"):
        assert told not in page
    for reference in (barnet.case.reference, "ABCD-2345"):
        assert "No event matches" in log(client, reference=reference)
    everything = log(sign_in(Client(), member(barnet.council, Role.AUDITOR)))
    assert everything.count(f"was refused, {barnet.case.reference}") == 1
    assert f"Read a case summary, {barnet.case.reference}" in everything


def test_the_other_councils_events_are_not_in_it(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    page = log(sign_in(Client(), barnet.chair))
    assert barnet.case.reference in page
    assert southwark.case.reference not in page


def test_it_is_narrowed_by_person_kind_and_days(barnet: PanelWorld) -> None:
    person = barnet.seat()
    client = sign_in(Client(), barnet.chair)
    sign_in(Client(), person).get(reverse("channel-case", args=["barnet", barnet.case.reference]))
    refused = log(client, kind="refusals", person=str(person.pk))
    assert f"was refused, {barnet.case.reference}" in refused
    assert "Set up a Channel panel" not in refused
    tomorrow = british_date(timezone.localdate() + timedelta(days=1))
    assert "No event matches" in log(client, since=tomorrow)
    assert "The last day must not be before the first" in log(
        client, since=tomorrow, until=british_date(timezone.localdate())
    )
    assert "Enter a reference such as K7Q4-MZ2R" in log(client, reference="Jo Bloggs")


def test_looking_is_every_event_that_somebody_read_something_or_took_a_file() -> None:
    looked = ("read ", "looked at ", "took a file ")
    assert sorted(READS) == sorted(action for action, words in SENTENCES.items() if words.startswith(looked))


def test_older_events_are_a_page_away(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        for _ in range(PAGE):
            meetings.record_list_read(
                meeting=barnet.meeting, references=[barnet.case.reference], by=barnet.chair
            )
    client = sign_in(Client(), barnet.chair)
    first = log(client)
    assert "Set up a Channel panel" not in first
    assert "Older events" in first
    with barnet.as_chair():
        last = Event.objects.filter(restricted=True).order_by("-pk")[PAGE].pk
    assert "Set up a Channel panel" in log(client, before=page_keys.written(last))
    assert str(last) not in first  # two such numbers would tell how many events lie between that are hidden
    for other in (str(last), "not a key"):
        assert "Set up a Channel panel" not in log(client, before=other)


def test_a_log_that_cannot_note_its_reading_shows_nothing(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise DatabaseError("The trail is away.")

    monkeypatch.setattr("channel.services.access_log.record", fails)
    answer = sign_in(Client(), barnet.chair).get(reverse("channel-access-log", args=["barnet"]))
    assert answer.status_code == 503
    assert barnet.case.reference not in answer.content.decode()
