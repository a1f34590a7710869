"""The demo's reviews: Wolverhampton's 16 recommendations, and a running one in Buckinghamshire.

Decisions, leads, states and dates of the first are as published; every word of both is our own.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from compliance.enums import ExecutiveResponse
from compliance.models import Recommendation, ScrutinyReview
from compliance.services.completion import decide_completion, propose_completion
from compliance.services.recommendation_import import import_recommendations
from compliance.services.recommendations import (
    add_recommendation,
    log_recommendation_progress,
    record_response,
)
from compliance.services.review_closure import decide_closure, put_up_review, report_again
from compliance.services.scrutiny import (
    present_review,
    publish_review,
    record_hearing,
    record_review,
    seat_panel,
)
from compliance.texts.recommendation_table import rows_of
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id

RECOMMENDATIONS = Path(__file__).with_name("wolverhampton_recommendations.csv")
TITLE = "How the city answers violent extremism"
PANEL = "Scrutiny panel for safe communities"
BOARD = "Scrutiny Board"
REPORTED_ON = date(2015, 9, 8)
RUNNING_TITLE = "Keeping young people safe from extremism online"


def load_scrutiny(council: Council, people: Mapping[str, User]) -> None:
    """Load the council's demo review; one that is there is left alone."""
    loaders = {"wolverhampton": (TITLE, _load_closing), "buckinghamshire": (RUNNING_TITLE, _load_running)}
    if council.slug not in loaders:
        return
    title, load = loaders[council.slug]
    if not ScrutinyReview.objects.filter(council=council, title=title).exists():
        load(council, people)


def _load_closing(council: Council, people: Mapping[str, User]) -> None:
    """Put up for closure on 17 June 2014, refused, reported again on 8 September 2015, waiting."""
    by = people["coordinator@wolverhampton.example"]
    reporter = people.get("officer@wolverhampton.example", by)
    # Whoever records the committee's word is not the one who proposed (OP-6).
    recorder = people.get("democratic@wolverhampton.example", by)
    review = record_review(
        council=council,
        by=by,
        title=TITLE,
        panel=PANEL,
        municipal_year="2012/13",
        purpose="How well the council and its partners know the risk of violent extremism and answer it.",
        began_on=date(2012, 9, 20),
        agreed_on=date(2013, 3, 27),
        response_due_on=date(2013, 5, 22),
    )
    with RECOMMENDATIONS.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    stored = {row.number: row for row in import_recommendations(review=review, by=by, rows=rows_of(table))}
    review = present_review(
        review=review,
        by=by,
        version=review.version,
        presented_to="Cabinet",
        presented_on=date(2013, 5, 22),
    )
    for body, heard_on, outcome in (
        ("Cabinet", date(2013, 5, 22), "Answered each of the 16 recommendations."),
        (PANEL, date(2014, 3, 13), "Noted the progress so far."),
    ):
        record_hearing(review=review, by=by, body=body, heard_on=heard_on, outcome=outcome)
    review = publish_review(review=review, by=by, version=review.version, published_on=date(2013, 5, 22))
    for given in stored.values():
        record_response(
            recommendation=given,
            by=by,
            version=given.version,
            response=given.response,
            reason=given.reason,
            responded_by="Cabinet",
            responded_on=date(2013, 5, 22),
        )
    if (councillor := people.get("councillor@wolverhampton.example")) is not None:
        seat_panel(review=review, by=by, people=[councillor])
    _put_up_twice(review, by=by, other=recorder if recorder != by else reporter)
    for row in table:
        if row["progress"]:
            _confirm(
                stored[int(row["number"])],
                row["progress"],
                reporter,
                recorder if recorder != reporter else by,
            )


def _put_up_twice(review: ScrutinyReview, *, by: User, other: User) -> None:
    """The way to closure: put up, refused, reported again, put up again."""
    put_up_review(
        review=review,
        by=by,
        version=_version(review),
        body=BOARD,
        put_up_on=date(2014, 6, 17),
        words="Most of the work is under way or done. Officers ask the Board to close the review.",
    )
    decide_closure(
        review=review,
        by=other,
        version=_version(review),
        closes=False,
        body=BOARD,
        decided_on=date(2014, 6, 17),
        words="Did not close the review yet and asked for a further report on what had been completed.",
    )
    report_again(
        review=review,
        by=by,
        version=_version(review),
        body=BOARD,
        reported_on=REPORTED_ON,
        words="14 recommendations are complete, and the two that were rejected have been met since.",
    )
    put_up_review(
        review=review,
        by=by,
        version=_version(review),
        body=BOARD,
        put_up_on=REPORTED_ON,
        words="Officers ask the Board to agree that the review is closed.",
    )


def _version(review: ScrutinyReview) -> int:
    review.refresh_from_db(fields=["version"])
    return review.version


def _confirm(recommendation: Recommendation, note: str, reporter: User, recorder: User) -> None:
    recommendation.refresh_from_db()
    propose_completion(
        recommendation=recommendation,
        by=reporter,
        version=recommendation.version,
        note=note,
        token=new_id(),
        as_at=REPORTED_ON,
        why_no_evidence="The papers of the report to the Board are the evidence.",
    )
    decide_completion(
        recommendation=recommendation,
        by=recorder,
        version=recommendation.version + 1,
        confirms=True,
        body=BOARD,
        decided_on=REPORTED_ON,
        words="Agreed.",
        token=new_id(),
    )


ONLINE = "What is seen online"
HELP = "Who helps"
# number, theme, words, leads, response, reason, milestone in days from today
RUNNING = (
    (
        *(1, ONLINE, "Give every secondary school a session on how extremists recruit online"),
        *(("Prevent Education Officer",), ExecutiveResponse.ACCEPT, "", 45),
    ),
    (
        *(2, ONLINE, "Check once a year that the filters of libraries and youth centres do their work"),
        *(("Head of ICT", "Library Service Manager"), ExecutiveResponse.ACCEPT, "", -20),
    ),
    (
        *(3, ONLINE, "Buy one filter for all schools of the county"),
        *(
            (),
            ExecutiveResponse.REJECT,
            "Schools choose and pay for their own; advice is offered instead.",
            None,
        ),
    ),
    (
        *(4, HELP, "Tell parents in one place where they can ask for advice"),
        *(
            ("Communications Manager",),
            ExecutiveResponse.ACCEPT_IN_PART,
            "A page, yes; no new telephone line.",
            90,
        ),
    ),
    (
        *(5, HELP, "Bring youth workers of the four districts together twice a year"),
        *(("Prevent Network",), ExecutiveResponse.PENDING, "", None),
    ),
)


def _load_running(council: Council, people: Mapping[str, User]) -> None:
    """A review of this year: one response is outstanding, one milestone has passed."""
    by = people.get("coordinator@buckinghamshire.example")
    if by is None:
        return
    today = timezone.localdate()
    year = today.year if today.month > 4 else today.year - 1
    review = record_review(
        council=council,
        by=by,
        title=RUNNING_TITLE,
        panel="Children's Select Committee",
        municipal_year=f"{year}/{(year + 1) % 100:02d}",
        purpose="What young people meet online, and who helps them and their parents.",
        began_on=today - timedelta(days=200),
        agreed_on=today - timedelta(days=80),
        response_due_on=today - timedelta(days=10),
    )
    added = {}
    for number, theme, wording, leads, _, _, milestone in RUNNING:
        added[number] = add_recommendation(
            review=review,
            by=by,
            number=number,
            theme=theme,
            wording=wording,
            leads=leads,
            owner=by if number == 1 else None,
            milestone_on=today + timedelta(days=milestone) if milestone is not None else None,
        )
    review = present_review(
        review=review,
        by=by,
        version=review.version,
        presented_to="Cabinet",
        presented_on=today - timedelta(days=70),
    )
    record_hearing(
        review=review,
        by=by,
        body="Cabinet",
        heard_on=today - timedelta(days=40),
        outcome="Answered four of the five recommendations; the last waits for the districts.",
    )
    for number, _, _, _, response, reason, _ in RUNNING:
        if response:
            added[number] = record_response(
                recommendation=added[number],
                by=by,
                version=added[number].version,
                response=response,
                reason=reason,
                responded_by="Cabinet",
                responded_on=today - timedelta(days=40),
            )
    log_recommendation_progress(
        recommendation=added[1],
        by=by,
        note="Nine of the 34 schools have had the session; the next round is booked.",
        version=added[1].version,
        token=new_id(),
    )
    publish_review(review=review, by=by, version=review.version)
