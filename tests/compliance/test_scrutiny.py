"""Scrutiny: decisions as people print them, frozen wording, counts in words."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from compliance.demo.scrutiny import load_scrutiny
from compliance.enums import ExecutiveResponse
from compliance.models import Recommendation, RecommendationProgress, ScrutinyReview
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.queries.scrutiny import open_recommendations, review_counts, review_lines
from compliance.services.scrutiny import (
    RecommendationRow,
    import_recommendations,
    log_recommendation_progress,
    parse_decision,
    parse_leads,
    rows_of,
)
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_review
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


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
    assert parse_leads("  ") == []


def test_an_import_takes_all_rows_or_none_and_names_each_bad_one() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    review = make_review(council, coordinator, rows=0)
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
        assert Recommendation.objects.filter(council=council).count() == 0


def test_a_row_without_a_number_is_named() -> None:
    row = {"number": "x", "theme": "", "recommendation": "", "decision": "", "lead": "", "reason": ""}
    with pytest.raises(PolicyError, match="Row 1 has no number"):
        rows_of([row])


def test_the_wording_of_a_recommendation_cannot_be_changed() -> None:
    council = CouncilFactory.create()
    make_review(council, member(council, Role.COORDINATOR))
    with service_scope(council=council):
        with pytest.raises(IntegrityError, match="wording is kept"), transaction.atomic():
            Recommendation.objects.filter(council=council).update(wording="Milder words")
        with pytest.raises(IntegrityError, match="refused_with_a_reason"), transaction.atomic():
            Recommendation.objects.filter(council=council).update(response="reject")


def test_wolverhampton_has_sixteen_recommendations_as_published(client: Client) -> None:
    council = CouncilFactory.create(slug="wolverhampton")
    people = {"coordinator@wolverhampton.example": member(council, Role.COORDINATOR)}
    other = CouncilFactory.create()
    make_review(other, member(other, Role.COORDINATOR))
    with service_scope(council=council):
        for _ in range(2):
            load_scrutiny(council, people)
        review = ScrutinyReview.objects.get(council=council)
        counts = review_counts(review)
        assert counts.words == "16 recommendations: 12 accepted, 2 accepted in part, 2 rejected"
        assert (counts.complete, counts.open, open_recommendations(council)) == (14, 0, 0)
        rows = {row.number: row for row in Recommendation.objects.filter(council=council)}
        assert [number for number, row in rows.items() if row.completed_on is None] == [6, 11]
        assert rows[1].leads == ["WCC Prevent Lead", "CTU Police Lead"]
        assert rows[11].leads == []
        assert [rows[number].response for number in (2, 6, 15)] == ["accept_in_part", "reject", "accept"]
        themes = [row.theme for row in rows.values()]
        assert [themes.count(theme) for theme in dict.fromkeys(themes)] == [2, 3, 4, 7]
        assert [line.counts.total for line in review_lines(council)] == [16]
    sign_in(client, people["coordinator@wolverhampton.example"])
    page = client.get(f"/c/wolverhampton/scrutiny/{review.pk}/").content.decode()
    assert "16 recommendations: 12 accepted, 2 accepted in part, 2 rejected. 14 complete." in page
    assert "Oversight delivery and evaluation" in page


def test_progress_completes_once_and_is_kept() -> None:
    council = CouncilFactory.create()
    coordinator, other = member(council, Role.COORDINATOR), member(council, Role.COORDINATOR)
    make_review(council, coordinator)
    with service_scope(council=council):
        first, second = Recommendation.objects.filter(council=council).order_by("number")
        token = uuid4()
        given = {"recommendation": first, "by": coordinator, "completes": True, "token": token}
        entry = log_recommendation_progress(note="Done.", version=1, completed_on=date(2026, 2, 1), **given)
        assert log_recommendation_progress(note="Done.", version=1, **given).pk == entry.pk
        with pytest.raises(AlreadySent):
            log_recommendation_progress(note="Done.", version=1, **{**given, "recommendation": second})
        with pytest.raises(StaleVersion) as caught:
            log_recommendation_progress(note="Mine.", version=1, **{**given, "by": other, "token": uuid4()})
        assert [(one.theirs, one.yours) for one in caught.value.differences] == [("Done.", "Mine.")]
        with pytest.raises(PolicyError, match="complete already"):
            log_recommendation_progress(note="More.", version=2, **{**given, "token": uuid4()})
        with pytest.raises(PolicyError, match="Enter what has happened"):
            log_recommendation_progress(note=" ", version=2, **{**given, "token": uuid4()})
        first.refresh_from_db()
        assert (first.completed_on, first.version) == (date(2026, 2, 1), 2)
        assert RecommendationProgress.objects.filter(council=council).update(note="") == 0
        assert open_recommendations(council) == 1


def test_councillors_read_and_only_coordinators_write() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    review = make_review(council, coordinator)
    with service_scope(council=council):
        row = Recommendation.objects.filter(council=council).order_by("number").first()
        assert row is not None
    base = f"/c/{council.slug}/scrutiny/"
    sent = {"note": "Done.", "completes": "on", "version": "1"}
    for person, read, write in (
        (member(council, Role.COUNCILLOR), 200, 404),
        (member(council, Role.SAFETY_OFFICER), 200, 404),
        (member(council, Role.PARTNER_SUBMITTER), 404, 404),
        (member(CouncilFactory.create(), Role.COORDINATOR), 404, 404),
        (coordinator, 200, 302),
    ):
        visitor = sign_in(Client(), person)
        for path in ("", f"{review.pk}/", f"recommendations/{row.pk}/"):
            assert visitor.get(base + path).status_code == read
        answer = visitor.post(f"{base}recommendations/{row.pk}/", {**sent, "token": str(uuid4())})
        assert answer.status_code == write
    visitor = sign_in(Client(), coordinator)
    stale = visitor.post(
        f"{base}recommendations/{row.pk}/", {**sent, "note": "Again.", "token": str(uuid4())}
    )
    assert stale.status_code == 409
    assert "Done." in stale.content.decode()
    empty = visitor.post(f"{base}recommendations/{row.pk}/", {"version": "2", "token": str(uuid4())})
    assert "Enter what has happened" in empty.content.decode()
