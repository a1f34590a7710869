"""Rooms announce what they show; a name is taken once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.tenancy.models import Council
from prevent_portal.web import navigation, overview_tiles, report_blocks
from prevent_portal.web.navigation import NavigationEntry
from prevent_portal.web.overview_tiles import Tile
from prevent_portal.web.report_blocks import Bar, Block, Column


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    monkeypatch.setattr(overview_tiles, "_providers", {})
    monkeypatch.setattr(report_blocks, "_providers", {})


def test_menu_entries_stand_in_their_order_and_once() -> None:
    late = NavigationEntry(20, "Checklist", "checklist", AccountsPermission.VIEW_COUNCIL)
    early = NavigationEntry(10, "Overview", "overview", AccountsPermission.VIEW_COUNCIL)
    navigation.register(late, early)
    navigation.register(late)
    assert navigation.entries() == [early, late]


def test_tiles_of_all_rooms_stand_in_their_order() -> None:
    access = CouncilAccess(User(), Council())
    overview_tiles.register("one", lambda access: [Tile(30, "3", "c", "/"), Tile(10, "1", "a", "/")])
    overview_tiles.register("two", lambda access: [Tile(20, "2", "b", "/")])
    assert [tile.figure for tile in overview_tiles.tiles_for(access)] == ["1", "2", "3"]
    with pytest.raises(ValueError, match="two is registered twice"):
        overview_tiles.register("two", lambda access: [])


def block(**changes: Any) -> Block:
    values: dict[str, Any] = {
        "key": "coverage",
        "title": "Coverage",
        "columns": [Column("Trust"), Column("Share", numeric=True)],
        "rows": [["Royal Free", "84.7%"]],
        "source": "Returns",
        "as_at": date(2018, 3, 31),
        "bars": [Bar("Royal Free", 84.72, "84.7%")],
        "target": 85.0,
        "missing": ["Another trust: not returned"],
    }
    return Block(**{**values, **changes})


def test_a_block_survives_being_frozen() -> None:
    assert report_blocks.from_json(block().as_json()) == block()


def test_blocks_are_asked_for_by_name_with_council_period_and_day() -> None:
    asked: list[Any] = []

    def provider(*arguments: Any) -> list[Block]:
        asked.append(arguments)
        return [block()]

    report_blocks.register("coverage", "Training coverage", provider)
    council = Council(name="Barnet")
    days = (date(2018, 1, 1), date(2018, 3, 31), date(2018, 4, 1))
    assert report_blocks.names() == {"coverage": "Training coverage"}
    assert report_blocks.blocks_of("coverage", council, *days) == [block()]
    assert asked == [(council, *days)]
    with pytest.raises(ValueError, match="coverage is registered twice"):
        report_blocks.register("coverage", "Again", provider)
    with pytest.raises(KeyError):
        report_blocks.blocks_of("nothing", council, *days)
