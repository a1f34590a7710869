"""A page marks the entry of the menu that it belongs to, also where it lies beside that entry's own page."""

from __future__ import annotations

import pytest

from prevent_portal.web import navigation


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/c/barnet/", "Overview"),
        ("/c/barnet/overview/print/", "Overview"),
        ("/c/barnet/plans/add/", "Action plans"),
        ("/c/barnet/actions/progress/", "Action plans"),
        ("/c/barnet/requests-for-time/", "Action plans"),
        ("/c/barnet/risk-shares/", "Local risk"),
        ("/c/southwark/actions/", None),
    ],
)
def test_a_page_marks_the_entry_that_it_belongs_to(path: str, marked: str | None) -> None:
    wanted = {"Overview", "Action plans", "Local risk"}
    found = {entry.text for entry in navigation.entries() if entry.holds(path, "barnet")} & wanted
    assert found == ({marked} if marked else set())
