"""Fixtures of the outbox's tests that staff registers need too: a real broker and real workers."""

from tests.outbox.conftest import broker, processes

__all__ = ["broker", "processes"]
