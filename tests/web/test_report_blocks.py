"""A block survives JSON, with every field that it has and without those that it was frozen before."""

from __future__ import annotations

import json
from datetime import date

import pytest

from prevent_portal.web import report_blocks
from prevent_portal.web.report_blocks import Bar, Block, Column, from_json

WHOLE = Block(
    key="register",
    title="Register",
    columns=[Column("Action"), Column("Moved", numeric=True)],
    rows=[[f"A{number}", "0"] for number in range(1, 402)],
    source="Action plan",
    as_at=date(2019, 3, 31),
    bars=[Bar("June 2018", 84.72, "84.7%")],
    target=85.0,
    notes=["One note."],
    missing=["One gap"],
    exceptions=[3, 400],
    trend=[{"name": "A trust", "values": [84.72, None]}],
    trend_labels=["June 2018", "September 2018"],
    not_public="For boards.",
)


def test_a_block_of_more_than_400_rows_survives_json_whole() -> None:
    again = from_json(json.loads(json.dumps(WHOLE.as_json())))
    assert again == WHOLE
    assert len(again.rows) == 401


def test_a_block_that_was_frozen_without_the_newer_fields_has_nothing_in_them() -> None:
    old = WHOLE.as_json()
    for name in ("exceptions", "trend", "trend_labels", "not_public"):
        del old[name]
    again = from_json(json.loads(json.dumps(old)))
    assert (again.exceptions, again.trend, again.trend_labels, again.not_public) == ([], [], [], "")
    assert again.rows == WHOLE.rows


def test_a_name_is_registered_once() -> None:
    taken = next(iter(report_blocks.names()))
    with pytest.raises(ValueError, match="registered twice"):
        report_blocks.register(taken, "Again", lambda *asked: [])
