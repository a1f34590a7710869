"""The world of the sweep: built once for each worker process and module, committed, and taken away after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.sweep.building import build
from tests.sweep.world import OWNER, World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        made = build()
        connections[OWNER].close()
    yield made
    with django_db_blocker.unblock():
        # The way in which this suite puts a worker's database back (tests/conftest.py).
        TransactionTestCase._fixture_teardown(None)
