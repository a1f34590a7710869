"""A table of recommendations comes in whole or not at all, and everything wrong in it is named."""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from compliance.demo.scrutiny import RECOMMENDATIONS
from compliance.enums import ExecutiveResponse, RecommendationState
from compliance.models import (
    Recommendation,
    RecommendationImport,
    RecommendationLead,
    RecommendationProgress,
    ScrutinyReview,
)
from compliance.policies import PolicyError
from compliance.queries.scrutiny import review_counts
from compliance.services.recommendation_import import check_import, confirm_import, import_recommendations
from compliance.texts.recommendation_table import (
    REASON_ELSEWHERE,
    RecommendationRow,
    TableUnreadable,
    parse_decision,
    parse_leads,
    read_table,
    rows_of,
)
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_review
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

HEAD = "Number,Theme,Recommendation,Decision,Lead,Reason\n"
GOOD = (
    HEAD
    + "1,Theme,Do this,Accept.,WCC Prevent Lead/CTU Police Lead,\n2,Theme,Do that,Partially Accept,,Why\n"
)


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


@pytest.fixture
def review(council: Council, coordinator: User) -> ScrutinyReview:
    return make_review(council, coordinator, rows=0)


def facts() -> bytes:
    """A table with the columns of the published facts: no wording, and only whether a reason was given."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "number",
            "theme",
            "decision_as_printed",
            "lead_as_printed",
            "reason_given",
            "progress_marked_completed",
        ]
    )
    with Path(RECOMMENDATIONS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            given = "yes" if row["reason"] else "no"
            writer.writerow(
                [row["number"], row["theme"], row["decision"], row["lead"], given, row["completed"]]
            )
    return out.getvalue().encode()


def nothing_stored(council: Council) -> bool:
    tables: tuple[Any, ...] = (
        Recommendation,
        RecommendationImport,
        RecommendationLead,
        RecommendationProgress,
    )
    return not any(table.objects.filter(council=council).exists() for table in tables)


@pytest.mark.parametrize(
    ("printed", "response"),
    [
        ("Accept", ExecutiveResponse.ACCEPT),
        ("Accept.", ExecutiveResponse.ACCEPT),
        (" accept ", ExecutiveResponse.ACCEPT),
        ("Partially  Accept", ExecutiveResponse.ACCEPT_IN_PART),
        ("Reject", ExecutiveResponse.REJECT),
        ("", ExecutiveResponse.PENDING),
    ],
)
def test_a_decision_is_read_as_people_print_it(printed: str, response: ExecutiveResponse) -> None:
    assert parse_decision(printed) == response


def test_a_decision_that_is_none_is_named() -> None:
    with pytest.raises(PolicyError, match="“Perhaps” is not a decision"):
        parse_decision("Perhaps")


def test_leads_are_several_or_nobody() -> None:
    assert parse_leads("WCC Prevent Lead/CTU Police Lead") == ["WCC Prevent Lead", "CTU Police Lead"]
    assert parse_leads("Prevent Co-ordinator") == ["Prevent Co-ordinator"]
    assert parse_leads(" A / A ;B\nC ") == ["A", "B", "C"]
    assert parse_leads("  ") == []


def test_the_published_table_comes_in_as_it_is(
    council: Council, coordinator: User, review: ScrutinyReview
) -> None:
    with service_scope(council=council):
        table, kept = check_import(review=review, by=coordinator, file_name="w.csv", content=facts())
        assert table.problems == []
        assert kept is not None
        assert "no column for the words" in table.notices[0]
        confirm_import(waiting=kept, by=coordinator)
        counts = review_counts(review)
        assert counts.words == "16 recommendations: 12 accepted, 2 in part, 2 rejected"
        assert (counts.proposed, counts.complete) == (14, 0)
        rows = {row.number: row for row in Recommendation.objects.filter(council=council)}
        assert [n for n, row in rows.items() if row.reason == REASON_ELSEWHERE] == [2, 6, 9, 11]
        assert [lead.title for lead in rows[12].leads.all()] == ["CTU Lead", "Prevent Co-ordinator"]
        assert not rows[11].leads.exists()
        assert {row.frozen_at for row in rows.values()} == {None}


def test_a_presented_review_takes_no_table_without_wording(council: Council, coordinator: User) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council), pytest.raises(TableUnreadable, match="they are needed"):
        check_import(review=review, by=coordinator, file_name="w.csv", content=facts())


def test_what_is_wrong_is_named_by_row_column_value_and_reason(
    council: Council, coordinator: User, review: ScrutinyReview
) -> None:
    content = (
        b"Number,Recommendation,Decision,Lead,Reason,Milestone,Completed\n"
        b"1,Do this,Maybe,,,,\n"
        b"\n"
        b"x,Do this,Accept,,,,\n"
        b"3,Do this,Reject,,,soon,\n"
        b"3,Do this,Accept,,,31/3/2027,perhaps\n"
        b"5,Do this,,,,,yes\n"
        b"6,Do, that,Accept,,,,\n"
    )
    with service_scope(council=council):
        table, kept = check_import(review=review, by=coordinator, file_name="w.csv", content=content)
        assert kept is None
        assert nothing_stored(council)
    found = [(problem.row, problem.column, problem.value) for problem in table.problems]
    assert found == [
        (2, "Decision", "Maybe"),
        (4, "Number", "x"),
        (5, "Milestone", "soon"),
        (5, "Reason", ""),
        (6, "Completed", "perhaps"),
        (6, "Number", "3"),
        (7, "Completed", "yes"),
        (8, "Whole row", "8 cells"),
    ]
    assert table.problems[5].reason == "This number is on row 5 already."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"PK\x03\x04....", "not a CSV file"),
        (b"%PDF-1.7", "not a CSV file"),
        (b"Number,Decision\x00\n", "not a CSV file"),
        (b"Number,Theme\n1,A\n", "no column “Decision”"),
        (b"Theme,Decision\nA,Accept\n", "no column “Number”"),
        (b"Number,No,Decision\n1,1,Accept\n", "mean the same"),
        (b"Number,Decision\n", "no recommendations under it"),
        (b'Number,Decision\n1,"Accept\n', "breaks off"),
        (b'Number,Decision\n1,"Acc"ept\n', "stray quotation mark near row 2"),
        (b"Number,Decision\n" + b"1,Accept\n" * 501, "more than 500 rows"),
        (b"Number,Decision" + b",x" * 40 + b"\n", "more than 40 columns"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"Number,Decision\n1,\x81\x8d\n", "letters of the file could not be read"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(TableUnreadable, match=words):
        read_table(content, wording_may_wait=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_are_read_as_spreadsheets_write_them(encoding: str, delimiter: str) -> None:
    lines = [["No.", "Recommendation", "Decision"], ["1", "Children’s “café”", "Accept"]]
    text = "\r\n".join(delimiter.join(cells) for cells in lines)
    [row] = read_table(text.encode(encoding), wording_may_wait=False).rows
    assert (row.number, row.wording, row.decision) == (1, "Children’s “café”", "Accept")


def test_every_damaged_file_gets_a_sentence_or_problems_and_never_an_error() -> None:
    content = GOOD.encode()
    for place in range(len(content)):
        for damage in (b"", b'"', b",", b"\n", b"\xff", b"\x00"):
            damaged = content[:place] + damage + content[place + 1 :]
            with suppress(TableUnreadable):
                read = read_table(damaged, wording_may_wait=False)
                assert read.rows or read.problems


def test_a_file_is_taken_in_once(council: Council, coordinator: User, review: ScrutinyReview) -> None:
    given: dict[str, Any] = {"by": coordinator, "file_name": "w.csv", "content": GOOD.encode()}
    other = make_review(council, coordinator, "Other", rows=0)
    with service_scope(council=council):
        _, first = check_import(review=review, **given)
        _, second = check_import(review=review, **given)
        assert first is not None
        assert second is not None
        assert not RecommendationImport.objects.filter(pk=first.pk).exists()
        for _ in range(2):
            confirm_import(waiting=second, by=coordinator)
        _, again = check_import(review=review, **given)
        assert again is not None
        assert again.pk == second.pk
        assert Recommendation.objects.filter(council=council).count() == 2
        changed, kept = check_import(review=review, **{**given, "content": GOOD.encode() + b"\n"})
        assert [problem.reason for problem in changed.problems] == [
            "This number is in the review already."
        ] * 2
        assert kept is None
        assert check_import(review=other, **given)[1] is not None


def test_a_second_tabs_file_waits_beside_the_first_one(
    council: Council, coordinator: User, review: ScrutinyReview
) -> None:
    """A file that came again or waited too long goes; another tab's and a colleague's stay."""
    colleague = member(council, Role.COORDINATOR)
    third = f"{HEAD}3,Theme,Do more,Accept,,\n"
    with service_scope(council=council):

        def sent(content: str, by: User) -> RecommendationImport:
            _, kept = check_import(review=review, by=by, file_name="w.csv", content=content.encode())
            assert kept is not None
            return kept

        theirs = sent(GOOD, colleague)
        first, second = sent(GOOD, coordinator), sent(third, coordinator)
        waiting = RecommendationImport.objects.filter(council=council)
        assert set(waiting.all()) == {theirs, first, second}
        RecommendationImport.objects.filter(pk__in=[theirs.pk, first.pk]).update(expires_at=timezone.now())
        again = sent(third, coordinator)
        assert set(waiting.all()) == {theirs, again}
        confirm_import(waiting=again, by=coordinator)
        assert Recommendation.objects.get(council=council).number == 3


def test_a_file_waits_for_a_day(council: Council, coordinator: User, review: ScrutinyReview) -> None:
    with service_scope(council=council):
        _, kept = check_import(review=review, by=coordinator, file_name="w.csv", content=GOOD.encode())
        assert kept is not None
        kept.expires_at = timezone.now() - timedelta(seconds=1)
        kept.save(update_fields=["expires_at"])
        with pytest.raises(PolicyError, match="more than a day"):
            confirm_import(waiting=kept, by=coordinator)


def test_rows_come_in_all_or_none_whoever_sends_them(
    council: Council, coordinator: User, review: ScrutinyReview
) -> None:
    rows = [
        RecommendationRow(1, "Theme", "Words", "Accept", ""),
        RecommendationRow(2, "Theme", "Words", "Maybe", ""),
        RecommendationRow(3, "Theme", "Words", "Reject", ""),
        RecommendationRow(1, "Theme", "Words", "Accept", ""),
    ]
    with service_scope(council=council):
        with pytest.raises(PolicyError) as caught:
            import_recommendations(review=review, by=coordinator, rows=rows)
        for words in (
            "Recommendation 2: “Maybe” is not a decision",
            "Recommendation 3: A recommendation that is not accepted whole needs a reason",
            "Recommendation 1: This number is there twice",
        ):
            assert words in str(caught.value)
        assert nothing_stored(council)


def test_a_row_without_a_number_is_named() -> None:
    row = {"number": "x", "theme": "", "recommendation": "", "decision": "", "lead": "", "reason": ""}
    with pytest.raises(PolicyError, match="Row 1 has no number"):
        rows_of([row])


def test_words_that_come_in_are_frozen_and_completed_ones_are_proposed(
    council: Council, coordinator: User, review: ScrutinyReview
) -> None:
    content = b"Number,Recommendation,Decision,Progress,Completed\n1,Do,Accept,Done in May 2018,yes\n"
    with service_scope(council=council):
        _, kept = check_import(review=review, by=coordinator, file_name="w.csv", content=content)
        assert kept is not None
        confirm_import(waiting=kept, by=coordinator)
        row = Recommendation.objects.get(council=council)
        assert (row.state, row.proposed_by_id) == (RecommendationState.PROPOSED, coordinator.pk)
        assert row.frozen_at is not None
        assert [(entry.kind, entry.note) for entry in row.progress.all()] == [
            ("proposed", "Done in May 2018")
        ]


def test_the_pages_show_what_was_understood_then_take_it_in(
    client: Client, council: Council, coordinator: User, review: ScrutinyReview
) -> None:
    sign_in(client, coordinator)
    base = f"/c/{council.slug}/scrutiny/{review.pk}/import/"

    def send(content: str) -> Any:
        return client.post(base, {"file": SimpleUploadedFile("w.csv", content.encode())}, follow=True)

    page = send(GOOD.replace("Accept.", "Perhaps")).content.decode()
    assert "the file has 1 problem" in page
    assert "“Perhaps” is not a decision" in page
    with service_scope(council=council):
        assert nothing_stored(council)
    assert "Select a file" in client.post(base, {}).content.decode()
    checked = send(GOOD)
    page = checked.content.decode()
    assert "w.csv holds 2 recommendations" in page
    assert "CTU Police Lead" in page
    [(address, _)] = checked.redirect_chain
    done = client.post(address, follow=True).content.decode()
    assert "2 recommendations were taken in." in done
    assert "2 recommendations were taken in." in client.post(address, follow=True).content.decode()
    assert "has been taken in already" in send(GOOD).content.decode()
    with service_scope(council=council):
        assert Recommendation.objects.filter(council=council).count() == 2
    colleague = sign_in(Client(), member(council, Role.COORDINATOR))
    assert colleague.get(address).status_code == 404
    stranger = sign_in(Client(), member(CouncilFactory.create(), Role.COORDINATOR))
    assert stranger.get(address).status_code == 404
    assert client.get(f"{base}{uuid4()}/").status_code == 404
