"""The pytest plugin that gives every run its own servers and every worker process its own database.

The controlling process starts throw-away servers before Django reads its settings (or uses those of
DATABASE_URL and REDIS_URL); worker processes inherit the addresses. Each worker's database is a copy of one
that the owner's role migrated once, and the tests reach it as the app's role, under row-level security, as
the running portal does. On a server that outlives the run (DATABASE_URL) a migrated database stays for the
next run, until a migration changes: most of a short run's time went into migrating.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from prevent_portal.embedded import Servers, ServersError, broker_addresses

RUN = "PORTAL_TEST_RUN"
BASE = "PORTAL_TEST_BASE"
PROJECT = Path(__file__).resolve().parent.parent
LOCK = 20_190_331
_running = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Set the environment before pytest-django reads the settings."""
    if RUN not in os.environ:
        if "DATABASE_URL" in os.environ:
            os.environ[BASE] = base_name()
        try:
            servers = _running.enter_context(Servers(throwaway=True))
        except ServersError as error:
            raise pytest.UsageError(str(error)) from error
        os.environ.update(servers.environment)
        os.environ[RUN] = f"test_portal_{secrets.token_hex(3)}"
        files = _running.enter_context(tempfile.TemporaryDirectory(prefix="prevent-portal-files-"))
        os.environ["TEST_FILES"] = files
        _running.callback(drop_template, os.environ["DATABASE_OWNER_URL"], template_name())
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    number = int(re.sub(r"\D", "", worker) or 0) + 1
    files = Path(os.environ["TEST_FILES"]) / worker
    for folder in ("media", "static"):
        (files / folder).mkdir(parents=True, exist_ok=True)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[name] = with_database(os.environ[name], f"{os.environ[RUN]}_{worker}")
    os.environ.update(broker_addresses(with_number(os.environ["REDIS_URL"], number)))
    os.environ.update(
        {
            "SECRET_KEY": "a key for the tests that signs nothing anybody keeps, of fifty characters or more",
            "DEBUG": "false",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "PUBLIC_URL": "http://testserver",
            "MEDIA_ROOT": str(files / "media"),
            "STATIC_ROOT": str(files / "static"),
            "EMAIL_URL": "memory:",
        }
    )
    return (yield)


def pytest_unconfigure() -> None:
    """Stop the servers with the run that started them."""
    _running.close()


def template_name() -> str:
    """Return the name of the database that this run's workers copy."""
    return f"{os.environ[RUN]}_template"


def base_name() -> str:
    """Return the name of the migrated database that stays, after the text of every migration."""
    digest = hashlib.sha256()
    for path in sorted((*PROJECT.glob("*/migrations/*.py"), *PROJECT.glob("*/*/migrations/*.py"))):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    for path in (PROJECT / "prevent_portal/tenancy/isolation.py", PROJECT / "requirements/dev.txt"):
        digest.update(path.read_bytes())
    return f"test_portal_base_{digest.hexdigest()[:16]}"


def drop_template(owner_url: str, name: str) -> None:
    """Remove the template at the end of the run that made it."""
    with psycopg.connect(with_database(owner_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def with_database(url: str, name: str) -> str:
    """Return a database address with another database's name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_number(url: str, number: int) -> str:
    """Return the address of another numbered database of the same Redis or Valkey server."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


class WorkerDatabase:
    """This process's database: created, put back as it was, dropped."""

    def __init__(self) -> None:
        self.app_url = os.environ["DATABASE_URL"]
        self.owner_url = os.environ["DATABASE_OWNER_URL"]
        self.name = urlsplit(self.owner_url).path.lstrip("/")
        self.template = template_name()
        self.base = os.environ.get(BASE)

    def create(self, migrate: Callable[[], None]) -> None:
        """Copy the template; the first worker of a run makes it, with `migrate`, while the others wait."""
        self._maintenance = psycopg.connect(with_database(self.owner_url, "postgres"), autocommit=True)
        try:
            self._maintenance.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if self._exists(self.template):
                self._copy(source=self.template, target=self.name)
            else:
                stays = self.base if self.base and self._exists(self.base) else None
                self._copy(source=stays, target=self.name)
                # Also on a copy of what stays: rights and role groups come from the code after each migrate.
                migrate()
                self.disconnect_everybody()
                if self.base and not stays:
                    self._copy(source=self.name, target=self.base)
                self._copy(source=self.name, target=self.template)
            self._maintenance.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        except BaseException:
            self._maintenance.close()
            raise

    def restore(self) -> None:
        """Bring the database back to what the migrations made, whatever a test has committed.

        A fresh copy also brings back sequences, reference rows and the audit schema, which no role of the
        portal may empty.
        """
        self.drop()
        self._copy(source=self.template, target=self.name)

    def drop(self) -> None:
        """Remove the database."""
        self.disconnect_everybody()
        self._maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(self.name)))

    def close(self) -> None:
        """Remove the database at the end of the run."""
        self.drop()
        self._maintenance.close()

    def disconnect_everybody(self) -> None:
        """End every session on the database. A role may end only its own, so both do it."""
        for url in (self.app_url, self.owner_url):
            with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = %s AND usename = current_user",
                    [self.name],
                )

    def _exists(self, name: str) -> bool:
        found = self._maintenance.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return bool(found.rowcount)

    def _copy(self, *, source: str | None, target: str) -> None:
        template = sql.SQL(" TEMPLATE {}").format(sql.Identifier(source)) if source else sql.SQL("")
        # File by file: half the work of the usual way, by way of the log, for a database that nobody uses.
        strategy = sql.SQL(" STRATEGY file_copy")
        self._maintenance.execute(
            sql.SQL("CREATE DATABASE {}").format(sql.Identifier(target)) + template + strategy
        )
