"""Workers, a mail server and an empty broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from redis import Redis

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
