"""How the suite measures itself: what is left out of coverage costs nothing."""

from __future__ import annotations

import sys

import pytest


@pytest.mark.no_cover
def test_nothing_follows_a_test_that_is_left_out_of_coverage() -> None:
    assert sys.gettrace() is None, "two measurements on top of each other: see tests/servers.py"
