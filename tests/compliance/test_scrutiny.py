"""Scrutiny reviews: from draft to closed, who sees which, what the demo shows."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.demo.scrutiny import RUNNING_TITLE, TITLE, load_scrutiny
from compliance.enums import HearingKind, RecommendationState, ReviewState
from compliance.models import Recommendation, ReviewHearing, ReviewSeat, ScrutinyReview
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.policies.reviews import REVIEW_STEPS, check_municipal_year
from compliance.queries.overview_scrutiny import own_recommendations_part
from compliance.queries.scrutiny import (
    date_warnings,
    hearings_of,
    review_counts,
    review_lines,
)
from compliance.services.review_closure import (
    correct_review,
    decide_closure,
    put_up_review,
    report_again,
)
from compliance.services.scrutiny import (
    change_hearing,
    change_review,
    present_review,
    publish_review,
    record_hearing,
    record_review,
    seat_panel,
)
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_review
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

HEAD: dict[str, Any] = {
    "title": "Review",
    "panel": "Panel",
    "municipal_year": "2018/19",
    "purpose": "",
    "began_on": None,
    "agreed_on": None,
    "response_due_on": None,
}
BOARD = {"body": "Scrutiny Board", "words": "As minuted."}
DAY = date(2020, 6, 17)


def _open_recommendations(access: CouncilAccess) -> str:
    """The figure that the overview shows this person."""
    told = own_recommendations_part(access, timezone.localdate())
    return str(told["tiles"][0]["figure"])


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


@pytest.fixture
def recorder(council: Council) -> User:
    return member(council, Role.DEMOCRATIC_SERVICES)


def fresh(review: ScrutinyReview) -> ScrutinyReview:
    review.refresh_from_db()
    return review


def put_up(review: ScrutinyReview, by: User, **fields: Any) -> ReviewHearing:
    given = {**BOARD, "put_up_on": DAY, "version": fresh(review).version, **fields}
    return put_up_review(review=review, by=by, **given)


def decide(review: ScrutinyReview, by: User, *, closes: bool, **fields: Any) -> ReviewHearing:
    given = {**BOARD, "decided_on": DAY, "version": fresh(review).version, **fields}
    return decide_closure(review=review, by=by, closes=closes, **given)


# The demo ----------------------------------------------------------------------------------------------


def test_the_demos_review_reads_as_the_published_one(client: Client) -> None:
    council = CouncilFactory.create(slug="wolverhampton", name="Wolverhampton")
    people = {
        "coordinator@wolverhampton.example": member(council, Role.COORDINATOR),
        "democratic@wolverhampton.example": member(council, Role.DEMOCRATIC_SERVICES),
        "councillor@wolverhampton.example": member(council, Role.COUNCILLOR),
    }
    elsewhere = CouncilFactory.create()
    make_review(elsewhere, member(elsewhere, Role.COORDINATOR))
    coordinator = people["coordinator@wolverhampton.example"]
    with service_scope(council=council):
        for _ in range(2):
            load_scrutiny(council, people)
        review = ScrutinyReview.objects.get(council=council)
        counts = review_counts(review)
        assert counts.words == "16 recommendations: 12 accepted, 2 in part, 2 rejected"
        assert (counts.complete, counts.actioned, counts.open) == (14, 2, 0)
        access = council_access(coordinator, council)
        assert _open_recommendations(access) == "0"
        assert [line.counts.total for line in review_lines(access)] == [16]
        rows = {row.number: row for row in Recommendation.objects.filter(council=council)}
        assert [n for n, row in rows.items() if row.state == RecommendationState.ACTIONED] == [6, 11]
        leads = {n: [lead.title for lead in row.leads.all()] for n, row in rows.items()}
        assert leads[1] == ["WCC Prevent Lead", "CTU Police Lead"]
        assert leads[11] == []
        assert [rows[n].response for n in (2, 6, 15)] == ["accept_in_part", "reject", "accept"]
        themes = [row.theme for row in rows.values()]
        assert [themes.count(theme) for theme in dict.fromkeys(themes)] == [2, 3, 4, 7]
        history = [(h.kind, h.heard_on) for h in reversed(hearings_of(review))]
        assert [kind for kind, _ in history] == [
            "considered",
            "considered",
            "put_up",
            "refused",
            "reported",
            "put_up",
        ]
        assert [day for _, day in history][2:] == [
            date(2014, 6, 17),
            date(2014, 6, 17),
            date(2015, 9, 8),
            date(2015, 9, 8),
        ]
        assert (review.state, review.put_up_on) == (ReviewState.PUT_UP, date(2015, 9, 8))
        [warning] = date_warnings(review)
        assert (warning.number, warning.mentioned, warning.reported_on) == (9, "Oct 2015", date(2015, 9, 8))
    sign_in(client, coordinator)
    page = client.get(f"/c/wolverhampton/scrutiny/{review.pk}/").content.decode()
    assert "16 recommendations: 12 accepted, 2 in part, 2 rejected; 14 complete" in page
    assert "says “Oct 2015” as past, in a report of 8 September 2015" in page
    assert "Oversight delivery and evaluation" in page


def test_a_second_council_has_a_running_review() -> None:
    council = CouncilFactory.create(slug="buckinghamshire", name="Buckinghamshire")
    people = {"coordinator@buckinghamshire.example": member(council, Role.COORDINATOR)}
    with service_scope(council=council):
        for _ in range(2):
            load_scrutiny(council, people)
        review = ScrutinyReview.objects.get(council=council, title=RUNNING_TITLE)
        assert not ScrutinyReview.objects.filter(council=council, title=TITLE).exists()
        assert review_counts(review).words == (
            "5 recommendations: 2 accepted, 1 in part, 1 rejected, 1 not yet answered"
        )
        assert date_warnings(review) == []


# The head of a review ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2018/19", "1999/00", "2012/13 to 2013/14"])
def test_municipal_years_are_read(text: str) -> None:
    check_municipal_year(text)


@pytest.mark.parametrize("text", ["2018", "2018/20", "2018-19", "2013/14 to 2012/13", "this year", ""])
def test_what_is_no_municipal_year_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        check_municipal_year(text)


def test_a_title_is_unique_in_a_council_and_free_in_another(council: Council, coordinator: User) -> None:
    other = CouncilFactory.create()
    make_review(other, member(other, Role.COORDINATOR), "Review")
    with service_scope(council=council):
        review = record_review(council=council, by=coordinator, **HEAD)
        with pytest.raises(PolicyError, match="already a review with this title"):
            record_review(council=council, by=coordinator, **HEAD)
        second = record_review(council=council, by=coordinator, **{**HEAD, "title": "Second"})
        with pytest.raises(PolicyError, match="already a review with this title"):
            change_review(review=second, by=coordinator, version=1, **HEAD)
        assert review.state == ReviewState.DRAFT


def test_an_edit_in_between_shows_both_texts(council: Council, coordinator: User) -> None:
    with service_scope(council=council):
        review = record_review(council=council, by=coordinator, **HEAD)
        change_review(review=review, by=coordinator, version=1, **{**HEAD, "panel": "Theirs"})
        with pytest.raises(StaleVersion) as caught:
            change_review(review=review, by=coordinator, version=1, **{**HEAD, "panel": "Yours"})
        assert [(d.label, d.theirs, d.yours) for d in caught.value.differences] == [
            ("Panel", "Theirs", "Yours")
        ]
        assert fresh(review).panel == "Theirs"


def test_a_panel_cannot_agree_its_report_before_it_began(council: Council, coordinator: User) -> None:
    dates = {"began_on": date(2018, 5, 2), "agreed_on": date(2018, 5, 1)}
    with service_scope(council=council), pytest.raises(PolicyError, match="before the review began"):
        record_review(council=council, by=coordinator, **{**HEAD, **dates})


def test_presenting_needs_recommendations_in_words_and_freezes_them(
    council: Council, coordinator: User
) -> None:
    empty = make_review(council, coordinator, "Empty", rows=0)
    review = make_review(council, coordinator, presented=False)
    given = {"by": coordinator, "presented_to": "Cabinet", "presented_on": date(2019, 5, 22)}
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="nothing to present"):
            present_review(review=empty, version=empty.version, **given)
        Recommendation.objects.create(council=council, review=review, number=9)
        with pytest.raises(PolicyError, match="Missing: 9"):
            present_review(review=review, version=review.version, **given)
        Recommendation.objects.filter(council=council, number=9).update(wording="Words")
        with pytest.raises(PolicyError, match="not come yet"):
            present_review(
                review=review, version=review.version, **{**given, "presented_on": date(2999, 1, 1)}
            )
        with pytest.raises(PolicyError, match="draft cannot be published"):
            publish_review(review=review, by=coordinator, version=review.version)
        present_review(review=review, version=review.version, **given)
        assert not Recommendation.objects.filter(council=council, frozen_at__isnull=True).exists()
        with pytest.raises(PolicyError):
            present_review(review=fresh(review), version=review.version, **given)


# Put up, refused, reported again, closed ----------------------------------------------------------------


def test_a_review_is_put_up_refused_reported_again_and_closed(
    council: Council, coordinator: User, recorder: User
) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="not put up"):
            decide(review, recorder, closes=True)
        with pytest.raises(PolicyError, match="once a body has refused"):
            report_again(
                review=review, by=coordinator, version=fresh(review).version, reported_on=DAY, **BOARD
            )
        token = uuid4()
        first = put_up(review, coordinator, token=token)
        assert put_up(review, coordinator, token=token).pk == first.pk
        with pytest.raises(AlreadySent):
            put_up(review, recorder, token=token)
        with pytest.raises(PolicyError, match="somebody else records"):
            decide(review, coordinator, closes=True)
        decide(review, recorder, closes=False, words="Report again in a year.")
        assert fresh(review).state == ReviewState.OPEN
        report_again(review=review, by=coordinator, version=review.version, reported_on=DAY, **BOARD)
        put_up(review, coordinator)
        with pytest.raises(PolicyError, match="before the review was put up"):
            decide(review, recorder, closes=True, decided_on=date(2020, 6, 16))
        decide(review, recorder, closes=True, decided_on=date(2020, 9, 8))
        fresh(review)
        assert (review.state, review.closed_on, review.closed_body, review.closed_by_id) == (
            ReviewState.CLOSED,
            date(2020, 9, 8),
            "Scrutiny Board",
            recorder.pk,
        )
        assert [h.kind for h in reversed(hearings_of(review))] == [
            HearingKind.PUT_UP,
            HearingKind.REFUSED,
            HearingKind.REPORTED,
            HearingKind.PUT_UP,
            HearingKind.CLOSED,
        ]


def test_a_review_without_all_responses_is_not_put_up(council: Council, coordinator: User) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        Recommendation.objects.filter(council=council, number=1).update(response="")
        with pytest.raises(PolicyError, match="1 recommendation has no executive response"):
            put_up(review, coordinator)


@pytest.mark.parametrize("day", [date(2999, 1, 1), date(2019, 5, 21)])
def test_a_decision_has_a_day_that_can_be(council: Council, coordinator: User, day: date) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council), pytest.raises(PolicyError, match="A body cannot have decided"):
        put_up(review, coordinator, put_up_on=day)


def test_a_step_upon_an_older_page_is_stale(council: Council, coordinator: User, recorder: User) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        seen = fresh(review).version
        put_up(review, coordinator)
        with pytest.raises(StaleVersion):
            decide(review, recorder, closes=True, version=seen)


def closed_review(council: Council, coordinator: User, recorder: User) -> ScrutinyReview:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        put_up(review, coordinator)
        decide(review, recorder, closes=True)
    return fresh_in(council, review)


def fresh_in(council: Council, review: ScrutinyReview) -> ScrutinyReview:
    with service_scope(council=council):
        return fresh(review)


def test_a_closed_review_takes_corrections_only(council: Council, coordinator: User, recorder: User) -> None:
    review = closed_review(council, coordinator, recorder)
    with service_scope(council=council):
        for attempt in (
            lambda: change_review(review=review, by=coordinator, version=review.version, **HEAD),
            lambda: record_hearing(
                review=review, by=coordinator, body="Board", heard_on=DAY, outcome="Words"
            ),
            lambda: seat_panel(review=review, by=coordinator, people=[]),
        ):
            with pytest.raises(PolicyError, match="This review is closed"):
                attempt()
        correction = {"review": review, "by": recorder, "decided_on": date(2020, 9, 1), **BOARD}
        with pytest.raises(PolicyError, match="older than the closure"):
            correct_review(
                version=review.version, reopens=False, **{**correction, "decided_on": date(2020, 6, 1)}
            )
        correct_review(version=review.version, reopens=False, **correction)
        assert fresh(review).state == ReviewState.CLOSED
        correct_review(version=review.version, reopens=True, **correction)
        assert (fresh(review).state, review.closed_on, review.closed_body) == (ReviewState.OPEN, None, "")
        with pytest.raises(PolicyError, match="change it directly"):
            correct_review(version=review.version, reopens=False, **correction)
        kinds = {h.kind for h in hearings_of(review)}
        assert {HearingKind.CLOSED, HearingKind.CORRECTION, HearingKind.REOPENED} <= kinds


def test_the_database_keeps_a_closed_review_whatever_code_writes(
    council: Council, coordinator: User, recorder: User
) -> None:
    review = closed_review(council, coordinator, recorder)
    with service_scope(council=council):
        rows = Recommendation.objects.filter(council=council, review=review)
        writes: list[Any] = [
            lambda: ScrutinyReview.objects.filter(pk=review.pk).update(panel="Other"),
            lambda: ScrutinyReview.objects.filter(pk=review.pk).update(
                state="open", closed_on=None, closed_body="", panel="Other"
            ),
            lambda: rows.update(milestone_on=DAY),
            lambda: Recommendation.objects.create(council=council, review=review, number=77),
            lambda: ReviewHearing.objects.create(
                council=council, review=review, body="B", heard_on=DAY, outcome="O"
            ),
        ]
        for write in writes:
            with pytest.raises(IntegrityError), transaction.atomic():
                write()
        assert ReviewHearing.objects.filter(council=council).delete()[0] == 0


@pytest.mark.parametrize("before", list(ReviewState))
@pytest.mark.parametrize("after", list(ReviewState))
def test_the_database_knows_the_steps_of_the_policy(
    council: Council, coordinator: User, recorder: User, before: ReviewState, after: ReviewState
) -> None:
    if before == after:
        return
    with service_scope(council=council):
        review = ScrutinyReview.objects.create(
            council=council, title="T", panel="P", municipal_year="2018/19"
        )
        presented = {"presented_on": DAY, "presented_to": "Cabinet"}
        values: dict[ReviewState, dict[str, Any]] = {
            ReviewState.DRAFT: {"presented_on": None},
            ReviewState.OPEN: presented,
            ReviewState.PUT_UP: {**presented, "put_up_on": DAY},
            ReviewState.CLOSED: {**presented, "put_up_on": DAY, "closed_on": DAY, "closed_body": "B"},
        }
        way = {
            ReviewState.DRAFT: [],
            ReviewState.OPEN: [ReviewState.OPEN],
            ReviewState.PUT_UP: [ReviewState.OPEN, ReviewState.PUT_UP],
            ReviewState.CLOSED: [ReviewState.OPEN, ReviewState.PUT_UP, ReviewState.CLOSED],
        }
        rows = ScrutinyReview.objects.filter(pk=review.pk)
        for state in way[before]:
            rows.update(state=state, **values[state])
        target = {"closed_on": None, "closed_body": "", **values[after]}
        if before == ReviewState.CLOSED:
            target.pop("put_up_on", None)
            target.pop("presented_on", None)
            target.pop("presented_to", None)
        if after in REVIEW_STEPS[before]:
            assert rows.update(state=after, **target) == 1
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(state=after, **target)


def test_who_put_a_review_up_cannot_close_it_in_the_database_either(
    council: Council, coordinator: User
) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        put_up(review, coordinator)
        with pytest.raises(IntegrityError, match="review_closed_by_somebody_else"), transaction.atomic():
            ScrutinyReview.objects.filter(pk=review.pk).update(
                state="closed", closed_on=DAY, closed_body="Board", closed_by=coordinator
            )


# Hearings ----------------------------------------------------------------------------------------------


def test_a_hearing_can_be_mended_and_a_decision_cannot(
    council: Council, coordinator: User, recorder: User
) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        heard = record_hearing(
            review=review, by=coordinator, body="Panel", heard_on=DAY, outcome="Nodet.", token=uuid4()
        )
        given = {"by": coordinator, "body": "Panel", "heard_on": DAY}
        change_hearing(hearing=heard, version=1, outcome="Noted.", **given)
        with pytest.raises(StaleVersion) as caught:
            change_hearing(hearing=heard, version=1, outcome="Mine.", **given)
        assert [(d.theirs, d.yours) for d in caught.value.differences] == [("Noted.", "Mine.")]
        put_up(review, coordinator)
        refused = decide(review, recorder, closes=False)
        with pytest.raises(PolicyError, match="kept as it was recorded"):
            change_hearing(hearing=refused, version=1, outcome="Closed it.", **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewHearing.objects.filter(pk=refused.pk).update(outcome="Closed it.")
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewHearing.objects.filter(pk=heard.pk).update(kind="closed")
        assert ReviewHearing.objects.filter(pk=refused.pk).delete()[0] == 0
        with pytest.raises(PolicyError, match="not come yet"):
            record_hearing(
                review=review, by=coordinator, body="Panel", heard_on=date(2999, 1, 1), outcome="Words"
            )


# Who sees what -----------------------------------------------------------------------------------------


def test_councillors_see_what_is_published_or_presented_under_their_panel(
    council: Council, coordinator: User, recorder: User
) -> None:
    make_review(council, coordinator, "Draft", presented=False)
    make_review(council, coordinator, "Presented", published=False)
    make_review(council, coordinator, "Published")
    seated = make_review(council, coordinator, "Theirs", published=False)
    drafted = make_review(council, coordinator, "Their draft", presented=False)
    councillor, other = member(council, Role.COUNCILLOR), member(council, Role.COUNCILLOR)
    stranger = member(CouncilFactory.create(), Role.COORDINATOR)
    with service_scope(council=council):
        for review in (seated, drafted):
            seat_panel(review=review, by=coordinator, people=[councillor])
        seen = {
            person: sorted(line.title for line in review_lines(council_access(person, council)))
            for person in (coordinator, recorder, councillor, other, stranger)
        }
        assert seen == {
            coordinator: ["Draft", "Presented", "Published", "Their draft", "Theirs"],
            recorder: ["Presented", "Published", "Theirs"],
            councillor: ["Published", "Theirs"],
            other: ["Published"],
            stranger: [],
        }
        assert _open_recommendations(council_access(other, council)) == "2"
        assert _open_recommendations(council_access(councillor, council)) == "4"
        seat_panel(review=seated, by=coordinator, people=[])
        assert not ReviewSeat.objects.filter(council=council, review=seated).exists()
        with pytest.raises(PolicyError, match="Only councillors"):
            seat_panel(review=seated, by=coordinator, people=[stranger])


def test_pages_answer_404_to_whoever_may_not_see_the_review(
    council: Council, coordinator: User, recorder: User
) -> None:
    review = make_review(council, coordinator, published=False)
    with service_scope(council=council):
        row = Recommendation.objects.filter(council=council, number=1).get()
    base = f"/c/{council.slug}/scrutiny/"
    writes = ("change/", "present/", "publish/", "panel/", "put-up/", "report-again/", "import/")
    for person, read, write, decides in (
        (member(council, Role.COUNCILLOR), 404, 404, 404),
        (member(council, Role.BOARD_MEMBER), 200, 404, 404),
        (member(council, Role.SAFETY_OFFICER), 200, 404, 404),
        (member(council, Role.PARTNER_SUBMITTER), 404, 404, 404),
        (member(CouncilFactory.create(), Role.COORDINATOR), 404, 404, 404),
        (recorder, 200, 404, 200),
        (coordinator, 200, 200, 200),
    ):
        visitor = sign_in(Client(), person)
        for path in (f"{review.pk}/", f"recommendations/{row.pk}/"):
            assert visitor.get(base + path).status_code == read, (person, path)
        for path in (
            *(f"{review.pk}/{ending}" for ending in (*writes, "hearings/add/", "recommendations/add/")),
            *(f"recommendations/{row.pk}/{ending}" for ending in ("change/", "response/")),
        ):
            assert visitor.get(base + path).status_code == write, (person, path)
        for path in (
            f"{review.pk}/closure/",
            f"{review.pk}/correction/",
            f"recommendations/{row.pk}/decide/",
            f"recommendations/{row.pk}/reopen/",
        ):
            assert visitor.get(base + path).status_code == decides, (person, path)
        assert visitor.get(f"{base}{uuid4()}/").status_code == 404


def test_the_page_asks_as_often_for_50_recommendations_as_for_one(
    client: Client, council: Council, coordinator: User
) -> None:
    other = CouncilFactory.create()
    make_review(other, member(other, Role.COORDINATOR), rows=3)
    sign_in(client, coordinator)
    asked = {}
    for rows in (1, 50):
        review = make_review(council, coordinator, f"With {rows}", rows=rows)
        for query in ("", "?theme=Theme&lead=Lead&state=open&response=accept"):
            address = f"/c/{council.slug}/scrutiny/{review.pk}/{query}"
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page = client.get(address)
            assert page.status_code == 200
            assert page.content.decode().count("Wording ") == rows
            asked[rows, query] = len(queries)
    assert asked[1, ""] == asked[50, ""]
    assert len({count for (_, query), count in asked.items() if query}) == 1


def test_the_table_is_filtered_by_its_address(client: Client, council: Council, coordinator: User) -> None:
    review = make_review(council, coordinator, rows=3)
    with service_scope(council=council):
        rows = Recommendation.objects.filter(council=council, review=review)
        rows.filter(number=1).update(response="reject", reason="Why", state="no_action", theme="Other")
        rows.get(number=2).leads.all().delete()
    sign_in(client, coordinator)
    base = f"/c/{council.slug}/scrutiny/{review.pk}/"
    for query, wanted in (
        ("?response=reject", [1]),
        ("?state=open", [2, 3]),
        ("?theme=Other", [1]),
        ("?lead=nobody", [2]),
        ("?lead=Lead&theme=Theme", [3]),
        ("?theme=Nonsense", [1, 2, 3]),
    ):
        page = client.get(base + query).content.decode()
        assert [n for n in (1, 2, 3) if f"Wording {n} of" in page] == wanted, query


def test_every_write_is_audited_without_its_words(
    client: Client, council: Council, coordinator: User, recorder: User
) -> None:
    review = make_review(council, coordinator)
    with service_scope(council=council):
        put_up(review, coordinator, words="Secret words")
        decide(review, recorder, closes=False)
        report_again(review=review, by=coordinator, version=fresh(review).version, reported_on=DAY, **BOARD)
        actions = list(Event.objects.filter(subject_id=str(review.pk)).values_list("action", flat=True))
        for action in (
            "compliance.review_recorded",
            "compliance.review_presented",
            "compliance.review_published",
            "compliance.review_put_up",
            "compliance.review_closure_refused",
            "compliance.review_reported_again",
        ):
            assert action in actions
        assert not any("Secret" in str(event.details) for event in Event.objects.all())


def test_pages_write_reviews_and_word_what_is_wrong(
    client: Client, council: Council, coordinator: User
) -> None:
    sign_in(client, coordinator)
    base = f"/c/{council.slug}/scrutiny/"
    bad = client.post(f"{base}add/", {"title": "T", "panel": "P", "municipal_year": "2018"})
    assert "Enter a municipal year like 2012/13" in bad.content.decode()
    added = client.post(f"{base}add/", {"title": "T", "panel": "P", "municipal_year": "2018/19"}, follow=True)
    assert "Review added" in added.content.decode()
    with service_scope(council=council):
        review = ScrutinyReview.objects.get(council=council)
    today = timezone.localdate()
    done = client.post(
        f"{base}{review.pk}/recommendations/add/",
        {"number": "1", "theme": "Theme", "wording": "Do it", "leads": "A/B\nC"},
        follow=True,
    )
    assert "Recommendation 1 added." in done.content.decode()
    presented = client.post(
        f"{base}{review.pk}/present/",
        {
            "presented_to": "Cabinet",
            "presented_on_day": str(today.day),
            "presented_on_month": str(today.month),
            "presented_on_year": str(today.year),
            "version": "1",
        },
        follow=True,
    )
    assert "The wording of the recommendations is frozen." in presented.content.decode()
    stale = client.post(f"{base}{review.pk}/publish/", {"version": "1"})
    assert stale.status_code == 409
    assert "Somebody else saved first" in stale.content.decode()
