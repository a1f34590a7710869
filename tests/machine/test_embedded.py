"""The servers from the wheels: they start anywhere, keep what they acknowledged, and leave nothing behind."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pwd
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
import redis

from prevent_portal import embedded
from prevent_portal.embedded import Servers, ServersError


def postmaster(servers: Servers) -> int:
    """Return the process number of the PostgreSQL server."""
    assert servers.postgres is not None
    assert servers.postgres.process is not None
    return servers.postgres.process.pid


def count(servers: Servers) -> int:
    """Return how many rows the owner's table `kept` has."""
    with psycopg.connect(servers.environment["DATABASE_OWNER_URL"]) as owner:
        found = owner.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


def write(servers: Servers, rows: int) -> None:
    """Commit rows one by one."""
    with psycopg.connect(servers.environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        for number in range(rows):
            owner.execute("INSERT INTO kept VALUES (%s)", [number])


def test_addresses_are_understood_by_django_celery_and_redis(servers: Servers) -> None:
    parsed = dj_database_url.parse(servers.environment["DATABASE_URL"])
    assert servers.postgres is not None
    assert (parsed["USER"], parsed["NAME"], parsed["HOST"]) == (
        "portal_app",
        "portal",
        str(servers.postgres.sockets),
    )
    with redis.from_url(servers.environment["REDIS_URL"]) as client:
        assert client.ping()
    from kombu import Connection

    with Connection(servers.environment["CELERY_BROKER_URL"]) as broker:
        assert broker.ensure_connection(max_retries=1).connected


def test_servers_listen_on_no_port_and_check_passwords(servers: Servers, superuser_url: str) -> None:
    with psycopg.connect(superuser_url) as superuser:
        shown = [
            superuser.execute(f"SHOW {name}").fetchone()
            for name in ("listen_addresses", "data_checksums", "password_encryption")
        ]
        assert shown == [("",), ("on",), ("scram-sha-256",)]
        rules = superuser.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert rules == [("scram-sha-256",)]
        locale = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'portal'"
        assert superuser.execute(locale).fetchone() == ("b", "C.UTF-8")
    wrong = servers.environment["DATABASE_URL"].replace("portal_app:", "portal_app:x")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with redis.from_url(servers.environment["REDIS_URL"]) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_sockets_are_private_and_their_path_is_short(servers: Servers) -> None:
    assert servers.postgres is not None
    sockets = servers.postgres.sockets
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert len(str(sockets / ".s.PGSQL.5432")) < embedded.SOCKET_PATH_LIMIT


def test_data_survives_a_stop_and_a_second_process_shares_the_servers(directory: Path) -> None:
    with Servers(directory) as first:
        write(first, 3)
        # A second owner of the same directory attaches: it starts nothing and stops nothing.
        script = (
            "import sys, json; from pathlib import Path; from prevent_portal.embedded import Servers\n"
            "with Servers(Path(sys.argv[1])) as s: print(s.postgres, s.environment['DATABASE_URL'])"
        )
        shown = subprocess.run(
            [sys.executable, "-c", script, str(directory)], capture_output=True, text=True, check=True
        ).stdout
        assert shown.strip() == f"None {first.environment['DATABASE_URL']}"
        assert count(first) == 3
    with Servers(directory) as again:
        assert count(again) == 3


def test_killed_postmaster_is_started_again_at_the_same_address_with_every_acknowledged_row(
    directory: Path,
) -> None:
    with Servers(directory) as servers:
        write(servers, 200)
        address = servers.environment["DATABASE_URL"]
        os.kill(postmaster(servers), signal.SIGKILL)
        assert embedded.wait_until(lambda: servers.postgres.process.poll() is not None, 5)
        assert servers.revive() == ["PostgreSQL"]
        assert count(servers) == 200
        assert servers.environment["DATABASE_URL"] == address
        assert servers.revive() == []


def test_killed_launcher_takes_its_servers_along_and_the_next_one_starts(directory: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from prevent_portal.embedded import Servers\n"
        "with Servers(Path(sys.argv[1])) as s:\n"
        "    print(s.postgres.process.pid, s.valkey.process.pid, s.postgres.sockets, flush=True)\n"
        "    time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        postgres, valkey, sockets = launcher.stdout.readline().split()
        launcher.kill()
    for pid in (int(postgres), int(valkey)):
        assert embedded.wait_until(lambda pid=pid: not embedded.alive(pid), 10), f"process {pid} is an orphan"
    with Servers(directory) as servers:
        write(servers, 1)
        assert count(servers) == 1
    assert not Path(sockets).exists()


def test_pid_file_of_a_zombie_does_not_stop_the_start(directory: Path) -> None:
    with Servers(directory) as servers:
        write(servers, 1)
        assert servers.postgres is not None
        pid_file = servers.postgres.data / "postmaster.pid"
        text = pid_file.read_text()
    with subprocess.Popen(["true"]) as dead:
        # Not reaped yet: it answers signal 0 and is dead all the same.
        assert embedded.wait_until(lambda: not embedded.alive(dead.pid), 5)
        os.kill(dead.pid, 0)
        pid_file.write_text(text.replace(text.split()[0], str(dead.pid), 1))
        with Servers(directory) as servers:
            assert count(servers) == 1


def test_half_made_cluster_is_never_used(directory: Path) -> None:
    with Servers(directory) as servers:
        assert servers.postgres is not None
        data = servers.postgres.data
    half = data.with_name("postgres.new")
    data.rename(half)
    (half / "global" / "pg_control").unlink()
    with Servers(directory) as servers:
        write(servers, 1)
        assert count(servers) == 1
    assert not half.exists()


def test_throwaway_servers_leave_nothing(no_addresses: None) -> None:
    with Servers(throwaway=True) as servers:
        assert servers.postgres is not None
        home, pid = servers.postgres.home, postmaster(servers)
        assert home.exists()
    assert not home.exists()
    assert not embedded.alive(pid)


def test_data_of_another_version_is_refused_in_words(directory: Path) -> None:
    with Servers(directory) as servers:
        assert servers.postgres is not None
        version = servers.postgres.data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(ServersError, match="was made by PostgreSQL 15 and the installed one is 18"):
        Servers(directory).__enter__()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_root_drops_to_an_account_without_opening_a_private_folder(
    no_addresses: None, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with Servers(private / ".local") as servers:
        owner = Path(f"/proc/{postmaster(servers)}").stat().st_uid
        assert pwd.getpwuid(owner).pw_name in {"postgres", "nobody"}
        assert servers.postgres is not None
        home = servers.postgres.home
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    with Servers(private / ".local") as servers:
        assert servers.postgres is not None
        assert servers.postgres.home == home
    embedded.remove_data(private / ".local")
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_ordinary_user_runs_the_servers(no_addresses: None) -> None:
    nobody = pwd.getpwnam("nobody")
    account: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    environment = {
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(embedded.ROLES.parents[2]), sysconfig.get_path("purelib")]),
    }

    def run(python: str, script: str) -> subprocess.CompletedProcess[str]:
        command = [python, "-c", script]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", env=environment, **account
        )

    # The interpreter of the tests may live in a home that nobody enters; the system's own may not.
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(PermissionError, FileNotFoundError):
            if run(python, "import psycopg, prevent_portal.embedded").returncode == 0:
                break
    else:
        pytest.skip("no Python of this machine can be run by another account")
    script = (
        "import os; from prevent_portal.embedded import Servers\n"
        "with Servers(throwaway=True) as s:\n"
        "    print(os.geteuid(), os.stat(f'/proc/{s.postgres.process.pid}').st_uid, len(s.environment))"
    )
    done = run(python, script)
    assert done.stdout.split() == [str(nobody.pw_uid), str(nobody.pw_uid), "7"], done.stderr


def test_superusers_address_gives_the_logins_of_both_databases(
    servers: Servers, superuser_url: str, monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", superuser_url.replace("/portal", "/elsewhere"))
    monkeypatch.setenv("REDIS_URL", servers.environment["REDIS_URL"])
    with Servers(directory) as external:
        assert external.postgres is None
        assert external.valkey is None
        for name, role, database in (
            ("DATABASE_URL", "portal_app", "elsewhere"),
            ("DATABASE_OWNER_URL", "portal_owner", "elsewhere"),
            ("KEY_STORE_URL", "portal_keys", "elsewhere_keys"),
            ("KEY_STORE_OWNER_URL", "portal_keys_owner", "elsewhere_keys"),
        ):
            with psycopg.connect(external.environment[name]) as connection:
                found = connection.execute("SELECT current_user, current_database()").fetchone()
            assert found == (role, database)
        again = Servers(directory)
        with again:
            assert again.environment == external.environment


def test_the_app_stages_rows_in_temporary_tables(servers: Servers) -> None:
    with psycopg.connect(servers.environment["DATABASE_URL"]) as app:
        app.execute("CREATE TEMPORARY TABLE staged (id int) ON COMMIT DROP")


@pytest.mark.parametrize(
    ("login", "database"),
    [("DATABASE_URL", "portal_keys"), ("KEY_STORE_URL", "portal"), ("DATABASE_OWNER_URL", "portal_keys")],
)
def test_each_database_lets_in_its_own_logins_alone(servers: Servers, login: str, database: str) -> None:
    address = servers.environment[login].rpartition("/")[0]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(f"{address}/{database}")


def test_the_key_encryption_key_is_kept_beside_the_passwords_and_in_no_database(servers: Servers) -> None:
    assert servers.postgres is not None
    kept = embedded.stored_secrets(servers.postgres.home / "secrets.json")
    assert servers.environment["KEY_ENCRYPTION_KEYS"] == kept["key_encryption_keys"]
    name, _, key = kept["key_encryption_keys"].partition(":")
    assert (name, len(base64.b64decode(key))) == ("local-1", 32)


def test_secrets_of_an_earlier_version_are_completed_and_none_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    earlier = {"postgres": "a", "portal_owner": "b", "portal_app": "c"}
    path.write_text(json.dumps(earlier))
    found = embedded.stored_secrets(path)
    assert {name: found[name] for name in earlier} == earlier
    assert set(found) == {*earlier, "portal_keys", "portal_keys_owner", "key_encryption_keys"}
    assert embedded.stored_secrets(path) == found


def test_ordinary_login_without_the_owners_is_refused_in_words(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", servers.environment["DATABASE_URL"])
    monkeypatch.setenv("REDIS_URL", servers.environment["REDIS_URL"])
    with pytest.raises(ServersError, match="Please set DATABASE_OWNER_URL to the login of portal_owner"):
        Servers(directory).__enter__()
    monkeypatch.setenv("DATABASE_OWNER_URL", servers.environment["DATABASE_OWNER_URL"])
    with pytest.raises(ServersError, match=r"KEY_ENCRYPTION_KEYS is not\. Please set it too: the key store"):
        Servers(directory).__enter__()
    for name in embedded.KEY_STORE_VARIABLES:
        monkeypatch.setenv(name, servers.environment[name])
    with Servers(directory) as given:
        assert given.environment == {
            key: os.environ.get(key, value) for key, value in servers.environment.items()
        }


def test_command_line_runs_a_command_with_the_addresses_and_hands_back_its_code(no_addresses: None) -> None:
    command = [
        *(sys.executable, "-m", "prevent_portal.embedded", "--throwaway", "--"),
        *(sys.executable, "-c", "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'] else 1)"),
    ]
    started = time.monotonic()
    assert subprocess.run(command, check=False, env=dict(os.environ)).returncode == 7
    assert time.monotonic() - started < 60
