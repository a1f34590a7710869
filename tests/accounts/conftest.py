"""Every test of accounts starts with nobody's attempts counted, and its mail goes to the real outbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def no_attempts_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def real_outbox(settings: Settings) -> None:
    """Django's test runner would put mail into a list; the portal writes it into the outbox."""
    settings.EMAIL_BACKEND = "prevent_portal.outbox.mail.OutboxEmailBackend"
