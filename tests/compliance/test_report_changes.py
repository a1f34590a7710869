"""What changed since the figures were frozen is told table by table, and nothing is changed by being told."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.models import Report, ReportSection
from compliance.queries.report_changes import BlockChange, changed_blocks, changes_since_freezing
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import report_blocks
from prevent_portal.web.report_blocks import Block, Column
from tests.compliance.reports import Q3, committee


def block(rows: list[list[str]], *headings: str, **fields: object) -> Block:
    given = {"key": "b", "title": "Training", "source": "Returns", "as_at": date(2019, 1, 15)}
    columns = [Column(heading) for heading in headings or ("Trust", "Trained", "Share")]
    return Block(**{**given, "columns": columns, "rows": rows, **fields})


def told(before: Block | None, now: Block | None) -> list[str]:
    """The lines about one table in a section of its own."""
    found = changed_blocks(
        [ReportSection(key="s", heading="Training")],
        {"s": [before] if before else []},
        {"s": [now] if now else []},
    )
    return [line for change in found for line in change.lines]


def test_cells_rows_notes_gaps_and_columns_that_changed_are_told_in_words() -> None:
    before = block(
        [["Barnet", "10", "84%"], ["Royal Free", "20", ""], ["Camden", "1", "1%"]],
        notes=["Below target.", "Kept."],
        missing=["Camden: not returned"],
        target=85.0,
    )
    now = block(
        [["Royal Free", "21", "85%"], ["Enfield", "5", ""], ["Barnet", "10", "84%"]],
        title="Training so far",
        notes=["Kept.", "On target."],
        missing=["Enfield: not returned"],
        target=90.0,
        as_at=date(2019, 2, 1),
    )
    assert told(before, now) == [
        "The title was “Training”.",
        "“Royal Free”, Trained: from “20” to “21”.",
        "“Royal Free”, Share: from empty to “85%”.",
        "Row “Enfield” was added: Trained “5”; Share empty.",
        "Row “Camden” is gone.",
        "The rows stand in another order.",
        "Note gone: Below target.",
        "Note added: On target.",
        "No longer missing: Camden: not returned",
        "Now missing: Enfield: not returned",
        "The target changed.",
    ]
    other = block([["Barnet", "9", "84%"]], "Trust", "Asked", "Share")
    assert told(block([["Barnet", "10", "83%"]]), other) == [
        "The columns were Trust, Trained, Share. They are Trust, Asked, Share now.",
        "“Barnet”, Share: from “83%” to “84%”.",
    ]


def test_a_table_that_came_or_went_is_told_and_one_that_stayed_is_not() -> None:
    one = block([["Barnet", "10", "84%"]])
    assert told(None, one) == ["This table is new."]
    assert told(one, None) == ["This table is gone."]
    assert told(one, block([["Barnet", "10", "84%"]], as_at=date(2019, 3, 1))) == []


def test_rows_that_begin_alike_are_told_apart_by_their_next_cells_or_by_their_place() -> None:
    assert told(
        block([["WRAP", "Barnet", "1"], ["WRAP", "Enfield", "2"]]),
        block([["WRAP", "Camden", "9"], ["WRAP", "Barnet", "1"], ["WRAP", "Enfield", "3"]]),
    ) == [
        "Row “WRAP, Camden” was added: Share “9”.",
        "“WRAP, Enfield”, Share: from “2” to “3”.",
    ]
    same = ["WRAP", "1", "1"]
    assert told(block([same, same]), block([same, same, same])) == [
        "Row “WRAP” was added: Trained “1”; Share “1”."
    ]


def test_a_long_list_is_cut_with_a_count_and_a_long_cell_too() -> None:
    rows = [[f"Row {number}", "x" * 200, "1"] for number in range(30)]
    [change] = changed_blocks(
        [ReportSection(key="s", heading="Training")], {"s": [block([])]}, {"s": [block(rows)]}
    )
    assert (len(change.lines), change.more) == (20, 10)
    assert change.lines[0] == f"Row “Row 0” was added: Trained “{'x' * 119}…”; Share “1”."


@pytest.mark.django_db
def test_a_live_draft_has_no_changes_and_a_frozen_report_those_of_its_own_council(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    share = {"value": "84%"}

    def provider(council: Council, start: date, end: date, as_at: date) -> list[Block]:
        return [block([[council.slug, "10", share["value"]]])]

    monkeypatch.setitem(report_blocks._providers, "training_returns", ("Training", provider))
    one, other = committee(), committee()
    draft, frozen, theirs = one.open(), one.frozen(Q3.following), other.frozen()
    share["value"] = "85%"

    def changes(council: Council, report: Report) -> list[BlockChange]:
        with service_scope(council=council):
            return [change for change in changes_since_freezing(council, report) if change.block_key == "b"]

    assert changes(one.council, draft) == []
    assert changes(one.council, frozen) == [
        BlockChange(
            section_key="training",
            section="Training in health services",
            block_key="b",
            title="Training",
            lines=(f"“{one.council.slug}”, Share: from “84%” to “85%”.",),
        )
    ]
    [change] = changes(other.council, theirs)
    assert change.lines == (f"“{other.council.slug}”, Share: from “84%” to “85%”.",)
    assert one.fresh(frozen).snapshot == frozen.snapshot
