"""One e-mail a day at most, computed from what waits, with references and links only (rule 14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox import due_items
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.outbox.models import Email
from prevent_portal.outbox.services import digests
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils
from tests.factories import CouncilFactory, UserFactory, member

pytestmark = pytest.mark.django_db

TODAY = date(2019, 1, 15)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[tuple[str, date | None]]]:
    """What waits for whom, in place of the rooms' own providers."""
    waits: dict[int, list[tuple[str, date | None]]] = {}

    def provider(mine: OwnAccess, today: date) -> Iterable[DueItem]:
        council = joined_councils()[0]
        for reference, due_on in waits.get(mine.user.pk, []):
            yield DueItem(
                council, due_on, reference, "A title with a secret", "Log progress", "/x/", kind="x"
            )

    monkeypatch.setattr(due_items, "_providers", {"tests": provider})
    return waits


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


def test_a_person_is_told_once_a_day_what_is_due_in_a_week_or_overdue(
    council: Council, waiting: dict[int, list[tuple[str, date | None]]]
) -> None:
    person, idle = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    waiting[person.pk] = [
        ("A2", TODAY + timedelta(7)),
        ("A1", TODAY - timedelta(1)),
        ("A3", TODAY + timedelta(8)),
        ("A4", None),
    ]
    assert digests.send_all(on=TODAY) == 1
    assert digests.send_all(on=TODAY) == 0
    email = Email.objects.get()
    assert email.recipient == person.email
    assert email.subject == "Prevent Portal: 2 things wait for you"
    assert email.text.splitlines()[:2] == [
        "Log progress: A1, due 14 January 2019 (overdue)",
        "Log progress: A2, due 22 January 2019",
    ]
    assert "http://testserver/my-work/" in email.text
    assert "secret" not in email.text + email.html
    assert digests.send_all(on=TODAY + timedelta(1)) == 1
    assert not Email.objects.filter(recipient=idle.email).exists()


def test_nobody_who_left_and_no_service_is_written_to(
    council: Council, waiting: dict[int, list[tuple[str, date | None]]]
) -> None:
    gone = UserFactory.create(is_active=False)
    waiting[gone.pk] = [("A1", TODAY)]
    assert digests.send_all(on=TODAY) == 0


def test_one_persons_trouble_keeps_nobody_else_from_hearing(
    council: Council,
    waiting: dict[int, list[tuple[str, date | None]]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    waiting[second.pk] = [("A1", TODAY)]
    sound = due_items._providers["tests"]

    def provider(mine: OwnAccess, today: date) -> Iterable[DueItem]:
        if mine.user == first:
            raise RuntimeError("broken")
        return sound(mine, today)

    monkeypatch.setitem(due_items._providers, "tests", provider)
    assert digests.send_all(on=TODAY) == 1
    assert Email.objects.get().recipient == second.email
    assert f"user {first.pk}" in caplog.text


def test_a_provider_has_one_name() -> None:
    name = next(iter(due_items._providers), "compliance.actions")
    with pytest.raises(ValueError, match="registered twice"):
        due_items.register(name, lambda mine, today: [], kinds={})
