"""What every test stands on: a database of its own worker, reached as the app's role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.servers import WorkerDatabase


def pytest_configure() -> None:
    """Serve static files by their plain names; hashed ones exist only after `collectstatic`."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Create this worker's database as the owner; the tests then use it as the app's role.

    Django's own way would create and flush it as the role that the tests run as, which may do neither.
    """
    database = WorkerDatabase()

    def migrate() -> None:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections.close_all()

    with django_db_blocker.unblock():
        database.create(migrate)

    def restore(case: TransactionTestCase) -> None:
        connections.close_all()
        database.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.close()
