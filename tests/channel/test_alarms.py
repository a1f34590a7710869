"""Unusual reading of cases is noticed in the trail, and told to who watches over it (AL-4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest

from channel.enums import Capacity
from channel.models import ChannelCase
from channel.services import alarms
from channel.services.cases import read_case
from channel.services.refusals import record_refusal
from channel.tasks import watch_everywhere
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.audit.presenters import present
from prevent_portal.audit.queries import most_by_person
from prevent_portal.audit.services import record
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.scope import service_scope
from tests.channel.factories import PanelWorld, panel_world
from tests.factories import member

pytestmark = pytest.mark.django_db

Act = Callable[[PanelWorld], None]


@pytest.fixture(autouse=True)
def always_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hour is an office hour, so that these tests say the same at night."""
    monkeypatch.setattr(alarms, "OPENS", time.min)
    monkeypatch.setattr(alarms, "CLOSES", time(23, 59, 59, 999999))
    monkeypatch.setattr(alarms, "is_working_day", lambda day: True)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def did(action: str, subject: UUID | None = None, **details: str) -> Act:
    def act(world: PanelWorld) -> None:
        with world.as_chair():
            record(
                action=action, subject=ChannelCase(pk=subject or uuid4()), details=details, restricted=True
            )

    return act


def refused(world: PanelWorld) -> None:
    with world.as_chair():
        record_refusal(council=world.council, page="case", identifier="", by=world.chair)


@pytest.mark.parametrize(
    ("kind", "act", "least"),
    [
        ("many_cases", did("channel.case_read"), 10),
        ("many_refusals", refused, 20),
        ("many_files", did("channel.file_read"), 5),
    ],
)
def test_from_its_number_on_it_is_told_once_to_the_other_chairs_and_the_data_protection_officer(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch, kind: str, act: Act, least: int
) -> None:
    southwark = panel_world("southwark")
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    barnet.seat()  # a panel member hears nothing
    officer, theirs = (member(world.council, Role.AUDITOR) for world in (barnet, southwark))
    for _ in range(least - 1):
        act(barnet)
        act(southwark)
    assert [alarms.alarm_unusual_reading(council=world.council) for world in (barnet, southwark)] == [0, 0]
    act(barnet)
    with monkeypatch.context() as patch:  # the same events within no window: nothing is unusual
        patch.setattr(alarms, "RULES", [replace(rule, window=timedelta(0)) for rule in alarms.RULES])
        assert alarms.alarm_unusual_reading(council=barnet.council) == 0
    councils = (southwark.council, barnet.council, barnet.council)
    assert [alarms.alarm_unusual_reading(council=council) for council in councils] == [0, 1, 0]
    mails = Email.objects.order_by("recipient")
    assert [mail.recipient for mail in mails] == sorted([deputy.email, officer.email])
    assert theirs.email not in str(mails.values_list("recipient"))
    for mail in mails:
        assert str(least) in mail.text
        assert "/c/barnet/channel/access-log/" in mail.text
        for hidden in (barnet.chair.name, barnet.chair.email, barnet.case.reference, barnet.canary):
            assert hidden not in mail.subject + mail.text
    with barnet.as_person(officer):
        event = Event.objects.get(action=alarms.ALARM)
        assert event.restricted
        assert event.details == {"kind": kind, "user": barnet.chair.pk, "number": least}
        assert present(event, {barnet.chair.pk: "Ann Other"}).text == "noticed unusual reading by Ann Other"


def test_one_case_that_is_opened_again_and_again_is_not_many(barnet: PanelWorld) -> None:
    member(barnet.council, Role.AUDITOR)
    with barnet.as_chair():
        for _ in range(12):
            read_case(case=barnet.case, by=barnet.chair)
    assert alarms.alarm_unusual_reading(council=barnet.council) == 0


@pytest.mark.parametrize("name", ["evening", "morning", "closed day"])
def test_a_case_that_is_read_outside_office_hours_is_told_but_no_emergency_twice(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    officer = member(barnet.council, Role.AUDITOR)
    did("channel.case_read", use="B-000001")(barnet)
    did("channel.access_log_read")(barnet)
    assert alarms.alarm_unusual_reading(council=barnet.council) == 0
    match name:
        case "evening":
            monkeypatch.setattr(alarms, "CLOSES", time.min)
        case "morning":
            monkeypatch.setattr(alarms, "OPENS", time(23, 59, 59, 999999))
        case _:
            monkeypatch.setattr(alarms, "is_working_day", lambda day: False)
    assert alarms.alarm_unusual_reading(council=barnet.council) == 0
    did("channel.case_read")(barnet)
    assert [alarms.alarm_unusual_reading(council=barnet.council) for _ in range(2)] == [1, 0]
    mail = Email.objects.get()
    assert mail.recipient == officer.email
    assert "outside office hours" in mail.text


def test_where_nobody_watches_the_log_and_the_operator_still_know(
    barnet: PanelWorld, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        did("channel.file_read")(barnet)
    assert alarms.alarm_unusual_reading(council=barnet.council) == 1
    assert [entry.getMessage() for entry in caplog.records] == [
        "An alarm about Channel in barnet could be told to nobody: many_files"
    ]
    assert not Email.objects.exists()


def test_the_counts_are_the_jobs_alone_and_it_is_dispatched_for_each_council(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(barnet)

    def counted() -> dict[int, int]:
        return most_by_person(
            ["channel.refused"], window=timedelta(hours=1), back=timedelta(hours=1), different=False
        )

    with barnet.as_chair():
        assert counted() == {}
    with service_scope(council=barnet.council):
        assert counted() == {barnet.chair.pk: 1}
    sent: list[int] = []
    monkeypatch.setattr(
        "channel.tasks.watch_one.apply_async", lambda kwargs, expires: sent.append(kwargs["council_id"])
    )
    watch_everywhere()
    assert sent == [barnet.council.pk]
