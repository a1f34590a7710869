"""No process of the portal starts with a login that could see past row-level security (TI-2)."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from prevent_portal.embedded import Servers

CELERY = [sys.executable, "-m", "celery", "--app", "prevent_portal"]
PROCESSES = {
    "web": [sys.executable, "-m", "gunicorn", "--config", "python:prevent_portal.gunicorn", "--check-config"],
    "worker": [*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
    "beat": [*CELERY, "beat", "--pidfile=", "--schedule", "/dev/null"],
    "shell": [
        sys.executable,
        "manage.py",
        "shell",
        "-c",
        "from django.db import connection; connection.cursor()",
    ],
}


def environment(servers: Servers, **changes: str) -> dict[str, str]:
    """Return the environment of a process of the portal."""
    own = {"BIND": "127.0.0.1:0", "DJANGO_SETTINGS_MODULE": "prevent_portal.settings"}
    return {**os.environ, **servers.environment, **own, **changes}


def refusal(name: str, url: str, servers: Servers) -> str:
    """Start a process with a login; return what it said when it refused to run."""
    done = subprocess.run(
        PROCESSES[name],
        env=environment(servers, DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    assert "so it could see every council's rows" in said
    return said


@pytest.mark.parametrize("name", PROCESSES)
def test_process_refuses_to_start_as_a_superuser(name: str, servers: Servers, superuser_url: str) -> None:
    assert "'postgres' is a superuser" in refusal(name, superuser_url, servers)


def test_process_refuses_to_start_as_the_owner_of_a_table(servers: Servers) -> None:
    url = servers.environment["DATABASE_OWNER_URL"]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE TABLE owned ()")
    assert "'portal_owner' owns tables" in refusal("shell", url, servers)


def test_process_refuses_to_start_as_a_role_that_bypasses(servers: Servers, superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("ALTER ROLE portal_app BYPASSRLS")
    assert "'portal_app' has BYPASSRLS" in refusal("shell", servers.environment["DATABASE_URL"], servers)


@pytest.mark.parametrize("name", ["web", "shell"])
def test_process_starts_as_the_apps_role(name: str, servers: Servers) -> None:
    done = subprocess.run(
        PROCESSES[name], env=environment(servers), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
