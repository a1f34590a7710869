"""Two rounds side by side: matched by item or crosswalk, in words, and never by number."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.models import Edition, ItemAnswer
from compliance.queries.comparison import GONE, MERGED, NEW, RENAMED, SAME, SPLIT, compare, continuations
from compliance.services.rounds import confirm_answer
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.compliance.rounds import answer_for_test, make_local_item, make_next_round, make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def test_two_rounds_of_one_edition_say_in_words_what_became_of_each_item() -> None:
    council = CouncilFactory.create()
    by = member(council, Role.COORDINATOR)
    first = make_round(council, by)
    with service_scope(council=council):
        for ref, status in (
            ("S-01", "in_place"),
            ("S-02", "in_place"),
            ("S-03", "planned"),
            ("S-04", "in_place"),
        ):
            answer_for_test(first, ref, by, status=status)
        for ref, status in (("S-05", "in_progress"), ("S-06", "in_place"), ("S-07", "in_place")):
            answer_for_test(first, ref, by, status=status)
        item = make_local_item(council, by)
        later = make_next_round(first, by)
        for ref, status, response in (
            ("S-02", "in_place", "Done, and more."),
            ("S-03", "in_place", "Done."),
            ("S-04", "in_progress", "Done."),
            ("S-05", "planned", "Done."),
            ("S-06", "in_place", "Done."),
            ("S-08", "in_place", "Done."),
        ):
            answer_for_test(later, ref, by, status=status, response=response)
        answer = next(line for line in compare(first, later).lines if line.now and line.now.ref == "S-07")
        assert answer.now is not None
        confirm_answer(answer=ItemAnswer.objects.get(pk=answer.now.id), by=by, version=1)
        found = compare(later, first)
        assert (found.then, found.now, found.same_edition) == (first, later, True)
        said = {line.now.ref: line.change for line in found.lines if line.now}
    assert {
        ref: said[ref] for ref in ("S-01", "S-02", "S-03", "S-04", "S-05", "S-06", "S-07", "S-08", "S-09")
    } == {
        "S-01": "Carried forward, not confirmed",
        "S-02": "Same status, new response",
        "S-03": "Better: from Planned to In place",
        "S-04": "Worse: from In place to In progress",
        "S-05": "Changed from In progress to Planned",
        "S-06": "No change",
        "S-07": "Confirmed unchanged",
        "S-08": "Now In place, was not answered",
        "S-09": "Not answered either time",
    }
    assert said[item.ref] == "New"
    assert {line.continues for line in found.lines if line.now and not line.now.local} == {SAME}


def test_rounds_of_two_editions_are_matched_by_their_crosswalk() -> None:
    council = CouncilFactory.create()
    by = member(council, Role.COORDINATOR)
    first = make_round(council, by)
    with service_scope(council=council):
        for ref in ("S-01", "S-03", "S-14", "S-15"):
            answer_for_test(first, ref, by, response=f"As {ref}.")
        later = make_next_round(first, by, edition="guidance-2023", period_start=date(2024, 4, 1))
        answer_for_test(later, "T7-3", by, response="Both.")
        found = compare(first, later)
    lines = {(line.now.ref if line.now else line.then[0].ref): line for line in found.lines}
    assert {
        ref: (lines[ref].continues, [one.ref for one in lines[ref].then])
        for ref in ("T1-1", "T7-3", "T8-1", "T1-2")
    } == {
        "T1-1": (RENAMED, ["S-01"]),
        "T7-3": (MERGED, ["S-14", "S-15"]),
        "T8-1": (SPLIT, ["S-03"]),
        "T1-2": (NEW, []),
    }
    assert lines["T7-3"].change == "Now Met, on another scale"
    assert lines["T1-1"].change == "Carried forward, not confirmed"
    assert [ref for ref, line in lines.items() if line.continues == GONE] == ["S-09"]
    assert lines["S-09"].change == "Not asked any more"


def test_a_number_that_two_editions_share_matches_nothing() -> None:
    """The risk assessment was benchmark 1 and is section 2 today: a number says nothing across editions."""
    council = CouncilFactory.create()
    by = member(council, Role.COORDINATOR)
    first = make_round(council, by)
    with service_scope(council=council):
        answer_for_test(first, "S-09", by, status="not_applicable", timescale="not_applicable")
        later = make_next_round(first, by, edition="guidance-2023", period_start=date(2024, 4, 1))
        found = compare(first, later)
    ninth = [line for line in found.lines if line.now][8]
    assert "S-09" not in [one.ref for one in ninth.then]
    assert {line.then[0].ref for line in found.lines if line.continues == GONE} == {"S-09"}


def test_editions_without_a_crosswalk_stand_alone() -> None:
    council = CouncilFactory.create()
    by = member(council, Role.COORDINATOR)
    first = make_round(council, by)
    with service_scope(council=council):
        newer = make_next_round(first, by, edition="guidance-2023", earlier=None, parts=["across"])
        older = make_next_round(newer, by, period_start=date(2025, 4, 1), earlier=None)
        found = compare(newer, older)
    assert not found.mapped
    assert (found.count(NEW), found.count(GONE)) == (17, 6)


def test_an_edition_says_what_it_changes_against_the_one_before() -> None:
    way = continuations(Edition.objects.get(code="guidance-2023"))
    assert way is not None
    older, lines = way
    assert older.code == "guidance-2015"
    assert {
        kind: sum(1 for line in lines if line.continues == kind)
        for kind in (NEW, RENAMED, MERGED, SPLIT, GONE)
    } == {
        NEW: 14,
        RENAMED: 11,
        MERGED: 9,
        SPLIT: 2,
        GONE: 1,
    }
    assert continuations(Edition.objects.get(code="guidance-2015")) is None
