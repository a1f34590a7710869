"""Rooms announce what they show; a name is taken once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.tenancy.models import Council
from prevent_portal.web import navigation, overview_parts, report_blocks
from prevent_portal.web.navigation import NavigationEntry
from prevent_portal.web.overview_parts import OwnPart, Part
from prevent_portal.web.overview_shapes import shown, tile, to
from prevent_portal.web.report_blocks import Bar, Block, Column


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    monkeypatch.setattr(overview_parts, "_parts", {})
    monkeypatch.setattr(overview_parts, "_own", {})
    monkeypatch.setattr(report_blocks, "_providers", {})


def test_menu_entries_stand_in_their_order_and_once() -> None:
    late = NavigationEntry(20, "Checklist", "checklist", AccountsPermission.VIEW_COUNCIL)
    early = NavigationEntry(10, "Overview", "overview", AccountsPermission.VIEW_COUNCIL)
    navigation.register(late, early)
    navigation.register(late)
    assert navigation.entries() == [early, late]


def test_parts_of_all_rooms_are_told_once_and_shown_in_order_to_those_who_may() -> None:
    council = Council(slug="x")
    seen, hidden = AccountsPermission.VIEW_COUNCIL, AccountsPermission.READ_AUDIT
    access = CouncilAccess(User(), council, permissions=frozenset({seen.value}))

    def tiles(*orders: int) -> Any:
        return lambda *asked: {
            "tiles": [tile(order, str(order), "Things", to("a-route-that-is-gone")) for order in orders]
        }

    overview_parts.register(
        Part("one", seen, tiles(30, 10)),
        Part("two", seen, tiles(20), only_now=True),
        Part("three", hidden, tiles(15), is_dated=False),
        Part("four", seen, lambda council, as_at: None),
    )
    overview_parts.register_own(
        OwnPart("five", seen, tiles(40)), OwnPart("six", seen, tiles(50), unless=seen)
    )
    day = date(2026, 9, 30)
    told = overview_parts.told_now(council, day)
    assert list(told) == ["one", "two", "three"]
    assert list(overview_parts.told_at(council, day, worked_out=False)) == ["one", "three"]
    assert list(overview_parts.told_at(council, day, worked_out=True)) == ["one"]
    told["of a room that is gone"] = tiles(1)()
    found = shown(council, overview_parts.admitted(access, told))
    assert [(one.figure, one.href) for one in found.tiles] == [("10", ""), ("20", ""), ("30", "")]
    assert [part["tiles"][0]["order"] for part in overview_parts.own_parts(access, day)] == [40]
    with pytest.raises(ValueError, match="two is registered twice"):
        overview_parts.register(Part("two", seen, tiles()))
    with pytest.raises(ValueError, match="five is registered twice"):
        overview_parts.register_own(OwnPart("five", seen, tiles()))


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
