"""What every test stands on: a database of its own worker, reached as the app's role."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.servers import WorkerDatabases

LONGEST = ("tests/machine/test_demo.py", "tests/sweep/")


def pytest_configure() -> None:
    """Serve static files by their plain names, and let every test reach the key store beside the database.

    Hashed names exist only after `collectstatic`. Passwords are hashed by the portal's own algorithm, at the
    least cost that it knows: nobody attacks these.
    """
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1
    TransactionTestCase.databases = frozenset({"default", "key_store"})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the longest tests, so that all workers end together on short ones, which they can share.

    The first of them needs no database of its worker, which another one makes meanwhile.

    A test that names its databases, because it also asks the owner's, has the key store all the same.
    """
    for item in items:
        for mark in item.iter_markers("django_db"):
            named = mark.kwargs.get("databases")
            if isinstance(named, list) and "key_store" not in named:
                named.append("key_store")
    items.sort(key=lambda item: [not item.nodeid.startswith(start) for start in LONGEST])


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the search for garbage: all of it lives to the end of the run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Create this worker's databases as their owners; the tests then use them as the app's logins.

    Django's own way would create and flush it as the role that the tests run as, which may do neither.
    """
    databases = WorkerDatabases()

    def migrate() -> None:
        # In a process of its own, whose modules are not measured.
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--no-input"]
        subprocess.run(command, cwd=settings.BASE_DIR, check=True)

    with django_db_blocker.unblock():
        databases.create(migrate)

    def restore(case: TransactionTestCase) -> None:
        connections.close_all()
        databases.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield
    with django_db_blocker.unblock():
        connections.close_all()
    databases.close()
