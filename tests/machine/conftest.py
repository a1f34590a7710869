"""Servers of the launcher's tests, apart from those that the run itself uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prevent_portal.embedded import DATABASE, KEY_STORE_VARIABLES, Servers, remove_data


@pytest.fixture
def no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a machine on which nothing is configured."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", *KEY_STORE_VARIABLES)
    for name in names:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def directory(no_addresses: None, tmp_path: Path) -> Iterator[Path]:
    """Where servers keep data between runs; removed with its data, which may lie elsewhere."""
    path = tmp_path / ".local"
    yield path
    remove_data(path)


@pytest.fixture
def servers(no_addresses: None) -> Iterator[Servers]:
    """A throw-away pair of servers."""
    with Servers(throwaway=True) as running:
        yield running


@pytest.fixture
def superuser_url(servers: Servers) -> str:
    """The address of the throw-away server's superuser."""
    assert servers.postgres is not None
    password = json.loads(Path(servers.postgres.home / "secrets.json").read_text())["postgres"]
    sockets = str(servers.postgres.sockets).replace("/", "%2F")
    return f"postgres://postgres:{password}@{sockets}/{DATABASE}"
