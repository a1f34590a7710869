"""The pytest plugin that gives every run its own servers and every worker process its own database.

The controlling process starts throw-away servers before Django reads its settings (or uses those of
DATABASE_URL and REDIS_URL); worker processes inherit the addresses. Each worker's database and key store are
copies of a pair that the owners' roles migrated once, and the tests reach them as the app's logins, under
row-level security, as the running portal does. On a server that outlives the run (DATABASE_URL) a migrated
pair stays for the next run, until a migration changes: most of a short run's time went into migrating.
"""

from __future__ import annotations

import base64
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
KEYS = "_keys"
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
        for owner, template in pairs(template_name()):
            _running.callback(drop_template, owner, template)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    number = int(re.sub(r"\D", "", worker) or 0) + 1
    files = Path(os.environ["TEST_FILES"]) / worker
    for folder in ("media", "static"):
        (files / folder).mkdir(parents=True, exist_ok=True)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[name] = with_database(os.environ[name], f"{os.environ[RUN]}_{worker}")
    for name in ("KEY_STORE_URL", "KEY_STORE_OWNER_URL"):
        os.environ[name] = with_database(os.environ[name], f"{os.environ[RUN]}_{worker}{KEYS}")
    os.environ.update(broker_addresses(with_number(os.environ["REDIS_URL"], number)))
    os.environ.update(
        {
            "SECRET_KEY": "a key for the tests that signs nothing anybody keeps, of fifty characters or more",
            "KEY_ENCRYPTION_KEYS": f"tests-1:{base64.b64encode(bytes(range(32))).decode()}",
            "DEBUG": "false",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "PUBLIC_URL": "http://testserver",
            "MEDIA_ROOT": str(files / "media"),
            "STATIC_ROOT": str(files / "static"),
            "AUDIT_ANCHOR_FILE": str(files / "audit-heads.jsonl"),
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


def pairs(name: str) -> list[tuple[str, str]]:
    """Return the owners' addresses of a database and of the key store beside it, each with its name."""
    return [
        (os.environ["DATABASE_OWNER_URL"], name),
        (os.environ["KEY_STORE_OWNER_URL"], f"{name}{KEYS}"),
    ]


def drop_template(owner_url: str, name: str) -> None:
    """Remove the template at the end of the run that made it."""
    with psycopg.connect(with_database(owner_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def base_name_kept() -> str | None:
    """Return the name of the migrated database that outlives the run, where the server does."""
    return os.environ.get(BASE)


def with_database(url: str, name: str) -> str:
    """Return a database address with another database's name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_number(url: str, number: int) -> str:
    """Return the address of another numbered database of the same Redis or Valkey server."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


class WorkerDatabases:
    """This process's database and key store: created, put back as they were, dropped."""

    def __init__(self) -> None:
        base = base_name_kept()
        self.portal = WorkerDatabase("DATABASE_URL", "DATABASE_OWNER_URL", template_name(), base)
        self.key_store = WorkerDatabase(
            "KEY_STORE_URL",
            "KEY_STORE_OWNER_URL",
            f"{template_name()}{KEYS}",
            f"{base}{KEYS}" if base else None,
        )
        self.both = (self.key_store, self.portal)

    def create(self, migrate: Callable[[], None]) -> None:
        """Copy the templates; the first worker of a run makes them, with `migrate`, while the others wait."""
        for database in self.both:
            database.connect()
        try:
            self._create(migrate)
        except BaseException:
            for database in self.both:
                database.disconnect()
            raise

    def _create(self, migrate: Callable[[], None]) -> None:
        with self.portal.lock():
            if self.portal.exists(self.portal.template):
                for database in self.both:
                    database.copy(source=database.template, target=database.name)
                return
            stays = all(database.base and database.exists(database.base) for database in self.both)
            for database in self.both:
                database.copy(source=database.base if stays else None, target=database.name)
            # Also on copies of what stays: rights and role groups come from the code after each migrate.
            migrate()
            for database in self.both:
                database.disconnect_everybody()
                if database.base and not stays and not database.exists(database.base):
                    database.copy(source=database.name, target=database.base)
                database.copy(source=database.name, target=database.template)

    def restore(self) -> None:
        """Bring both back to what the migrations made, whatever a test has committed.

        A fresh copy also brings back sequences, reference rows and the audit schema, which no role of the
        portal may empty. The key store has no such thing: its owner empties it, a tenth of the time.
        """
        self.portal.drop()
        self.portal.copy(source=self.portal.template, target=self.portal.name)
        self.key_store.empty()

    def close(self) -> None:
        """Remove both at the end of the run."""
        for database in self.both:
            database.close()


class WorkerDatabase:
    """One database of this process."""

    def __init__(self, app: str, owner: str, template: str, base: str | None) -> None:
        self.app_url = os.environ[app]
        self.owner_url = os.environ[owner]
        self.name = urlsplit(self.owner_url).path.lstrip("/")
        self.template = template
        self.base = base

    def connect(self) -> None:
        """Open the owner's session that creates and drops."""
        self._maintenance = psycopg.connect(with_database(self.owner_url, "postgres"), autocommit=True)

    def disconnect(self) -> None:
        """Close that session."""
        self._maintenance.close()

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep the other workers waiting meanwhile; a session that ends lets them go on."""
        self._maintenance.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
        self._maintenance.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def empty(self) -> None:
        """Take every row of the key store away."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute("TRUNCATE keys_councilkey, keys_datakey")

    def drop(self) -> None:
        """Remove the database."""
        self.disconnect_everybody()
        self._maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(self.name)))

    def close(self) -> None:
        """Remove the database at the end of the run."""
        self.drop()
        self.disconnect()

    def disconnect_everybody(self) -> None:
        """End every session on the database. A role may end only its own, so both do it."""
        for url in (self.app_url, self.owner_url):
            with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = %s AND usename = current_user",
                    [self.name],
                )

    def exists(self, name: str) -> bool:
        """Whether the server has a database of this name."""
        found = self._maintenance.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return bool(found.rowcount)

    def copy(self, *, source: str | None, target: str) -> None:
        template = sql.SQL(" TEMPLATE {}").format(sql.Identifier(source)) if source else sql.SQL("")
        # File by file: half the work of the usual way, by way of the log, for a database that nobody uses.
        strategy = sql.SQL(" STRATEGY file_copy")
        self._maintenance.execute(
            sql.SQL("CREATE DATABASE {}").format(sql.Identifier(target)) + template + strategy
        )
