"""Workers, a mail server, an empty broker, and what waits for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from redis import Redis

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox import due_items
from prevent_portal.outbox.due_items import DueItem
from tests.outbox.mail_server import MailServer
from tests.outbox.processes import Celery


@pytest.fixture
def broker() -> Iterator[Redis]:
    """The broker of this test process, emptied before and after."""
    client = Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


class Processes:
    """Starts Celery processes and stops what a test leaves running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Celery] = []

    def worker(self, **environment: str) -> Celery:
        self.started.append(Celery.worker(self.folder, **environment))
        return self.started[-1]

    def beat(self, **environment: str) -> Celery:
        self.started.append(Celery.beat(self.folder, **environment))
        return self.started[-1]


@pytest.fixture
def processes(broker: Redis, tmp_path: Path) -> Iterator[Processes]:
    running = Processes(tmp_path)
    yield running
    for each in running.started:
        each.kill()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[DueItem]]:
    """What waits for whom, by the person's key, in place of the rooms' own providers."""
    waits: dict[int, list[DueItem]] = {}

    def provider(mine: OwnAccess, today: date) -> Iterable[DueItem]:
        return [item for item in waits.get(mine.user.pk, []) if item.council.pk in mine.councils]

    monkeypatch.setattr(due_items, "_providers", {"tests": provider})
    monkeypatch.setattr(
        due_items, "_kinds", {"action": "Actions", "return": "Returns", "channel_review": "Channel reviews"}
    )
    return waits
