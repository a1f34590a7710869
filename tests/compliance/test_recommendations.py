"""Recommendations: frozen words, responses, leads, the log, and what the committee confirms (OP-6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from compliance.enums import RecommendationState
from compliance.models import (
    Action,
    Recommendation,
    RecommendationAction,
    RecommendationProgress,
    ScrutinyReview,
)
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.policies.recommendations import RECOMMENDATION_STEPS
from compliance.queries.recommendations import actions_of, lead_names_of, recommendation_progress
from compliance.queries.scrutiny import recommendations_of_action
from compliance.services.completion import decide_completion, propose_completion, reopen_recommendation
from compliance.services.recommendations import (
    add_recommendation,
    change_recommendation,
    link_actions,
    log_recommendation_progress,
    record_response,
)
from compliance.texts.mentioned_dates import dates_after
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.policies import FileRefused
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

REPORT = date(2015, 9, 8)


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


@pytest.fixture
def recorder(council: Council) -> User:
    return member(council, Role.DEMOCRATIC_SERVICES)


def first_of(review: ScrutinyReview) -> Recommendation:
    with service_scope(council=review.council):
        return Recommendation.objects.select_related("review__council", "council").get(
            council=review.council_id, review=review, number=1
        )


@pytest.fixture
def row(council: Council, coordinator: User) -> Recommendation:
    return first_of(make_review(council, coordinator))


def now(row: Recommendation) -> Recommendation:
    row.refresh_from_db(fields=["version", "state", "completed_on", "response", "wording", "decided_by"])
    return row


def propose(row: Recommendation, by: User, **fields: Any) -> RecommendationProgress:
    given = {"note": "Done.", "why_no_evidence": "Seen by the Board.", "token": uuid4(), **fields}
    return propose_completion(recommendation=row, by=by, version=now(row).version, **given)


def decide(row: Recommendation, by: User, *, confirms: bool, **fields: Any) -> RecommendationProgress:
    given = {"body": "Board", "decided_on": date(2020, 1, 1), "words": "Agreed.", "token": uuid4(), **fields}
    return decide_completion(recommendation=row, by=by, version=now(row).version, confirms=confirms, **given)


def reject(row: Recommendation, by: User) -> None:
    record_response(
        recommendation=row,
        by=by,
        version=now(row).version,
        response="reject",
        reason="Scrutiny has the powers it needs.",
        responded_by="Cabinet",
        responded_on=date(2019, 6, 1),
    )


# Words -------------------------------------------------------------------------------------------------


def test_frozen_words_change_neither_by_service_nor_in_the_database(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    given = {"theme": "Theme", "leads": None, "owner": None, "milestone_on": None}
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="has been frozen"):
            change_recommendation(
                recommendation=row, by=coordinator, version=row.version, wording="Softer words", **given
            )
        rows = Recommendation.objects.filter(pk=row.pk)
        for change in ({"wording": "Softer words"}, {"number": 40}, {"frozen_at": None}):
            with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
                rows.update(**change)
        assert rows.delete()[1].get("compliance.Recommendation", 0) == 0
        assert now(row).wording == "Wording 1 of Review"


def test_typed_words_can_be_mended_until_the_review_is_presented(council: Council, coordinator: User) -> None:
    review = make_review(council, coordinator, rows=0, presented=False)
    given: dict[str, Any] = {"theme": "", "leads": (), "owner": None, "milestone_on": None}
    with service_scope(council=council):
        row = add_recommendation(review=review, by=coordinator, number=1, wording="Wrods", **given)
        change_recommendation(recommendation=row, by=coordinator, version=1, wording="Words", **given)
        assert now(row).wording == "Words"
        with pytest.raises(PolicyError, match="Enter the words"):
            change_recommendation(recommendation=row, by=coordinator, version=2, wording=" ", **given)
        with pytest.raises(PolicyError, match="in this review already"):
            add_recommendation(review=review, by=coordinator, number=1, wording="Words", **given)
    later = make_review(council, coordinator, "Presented")
    with service_scope(council=council):
        added = add_recommendation(review=later, by=coordinator, number=9, wording="Words", **given)
        assert added.frozen_at is not None


# Leads and actions -------------------------------------------------------------------------------------


def test_leads_are_organisations_of_the_directory_or_roles_as_printed(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    trust = Organisation.objects.create(name="City Trust", kind="nhs_trust")
    Organisation.objects.create(name="Elsewhere Trust", kind="nhs_trust")
    with service_scope(council=council):
        CouncilOrganisation.objects.create(council=council, organisation=trust)
        change_recommendation(
            recommendation=row,
            by=coordinator,
            version=row.version,
            theme="Theme",
            wording=row.wording,
            leads=["Prevent Lead", "city trust", "Elsewhere Trust"],
            owner=None,
            milestone_on=None,
        )
        assert lead_names_of(row) == ["Prevent Lead", "City Trust", "Elsewhere Trust"]
        kept = [(lead.organisation_id, lead.title) for lead in row.leads.order_by("position")]
        assert kept == [(None, "Prevent Lead"), (trust.pk, ""), (None, "Elsewhere Trust")]


def test_actions_of_the_councils_plans_carry_it_out(
    row: Recommendation, council: Council, coordinator: User, client: Client
) -> None:
    action = make_action(make_plan(council, coordinator), coordinator)
    other = CouncilFactory.create()
    foreign = make_action(make_plan(other, coordinator), coordinator)
    with service_scope(council=council):
        link_actions(recommendation=row, by=coordinator, actions=[action])
        assert [one.pk for one in actions_of(row)] == [action.pk]
        [linked] = recommendations_of_action(council, [action.pk, foreign.pk])[action.pk]
        assert (linked.number, linked.review) == (1, "Review")
        link_actions(recommendation=row, by=coordinator, actions=[])
        assert recommendations_of_action(council, [action.pk]) == {}
        with pytest.raises(IntegrityError), transaction.atomic():
            RecommendationAction.objects.create(council=council, recommendation=row, action_id=foreign.pk)
            transaction.get_connection().check_constraints()
        assert Action.objects.filter(pk=foreign.pk).count() == 0
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/scrutiny/recommendations/{row.pk}/change/"
    sent = {"theme": "T", "leads": "", "actions": "A1, A77", "version": str(row.version)}
    assert "There is no action A77" in client.post(address, sent).content.decode()
    saved = client.post(address, {**sent, "actions": "a1"}, follow=True).content.decode()
    assert f"{action.reference} {action.title}" in saved


# The executive's response ------------------------------------------------------------------------------


@pytest.mark.parametrize("response", ["reject", "accept_in_part"])
def test_what_is_not_accepted_whole_needs_a_reason(
    row: Recommendation, council: Council, coordinator: User, response: str
) -> None:
    given = {"responded_by": "Cabinet", "responded_on": date(2019, 6, 1), "response": response}
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="Enter the reason"):
            record_response(recommendation=row, by=coordinator, version=row.version, reason=" ", **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Recommendation.objects.filter(pk=row.pk).update(response=response, reason="")
        saved = record_response(
            recommendation=row, by=coordinator, version=row.version, reason="Why", **given
        )
        assert saved.state == ("no_action" if response == "reject" else "open")
        with pytest.raises(StaleVersion) as caught:
            record_response(recommendation=row, by=coordinator, version=row.version, reason="Mine", **given)
        assert [(d.label, d.theirs, d.yours) for d in caught.value.differences] == [("Reason", "Why", "Mine")]


def test_the_response_stands_once_completion_is_proposed(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    with service_scope(council=council):
        propose(row, coordinator)
        with pytest.raises(PolicyError, match="cannot change while"):
            reject(row, coordinator)


# Proposed by officers, confirmed by the committee ------------------------------------------------------


def test_completion_is_proposed_with_evidence_or_a_reason_why_there_is_none(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="Attach a file, give a link, or say why"):
            propose(row, coordinator, why_no_evidence="")
        with pytest.raises(PolicyError, match="Take one of the two out"):
            propose(row, coordinator, link="https://example.org/minutes")
        with pytest.raises(PolicyError, match="Enter what has happened"):
            propose(row, coordinator, note=" ")
        token = uuid4()
        entry = propose(row, coordinator, link="https://example.org/minutes", why_no_evidence="", token=token)
        assert propose(row, coordinator, token=token).pk == entry.pk
        with pytest.raises(AlreadySent):
            propose(row, member(council, Role.COORDINATOR), token=token)
        assert now(row).state == RecommendationState.PROPOSED
        with pytest.raises(PolicyError, match="proposed already"):
            propose(row, coordinator)


def test_a_file_is_evidence_and_a_refused_one_leaves_nothing(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    good = SimpleUploadedFile("minutes.txt", b"Agreed by the Board.\n")
    bad = SimpleUploadedFile("minutes.exe", b"MZ\x90\x00")
    with service_scope(council=council):
        with pytest.raises(FileRefused):
            propose(row, coordinator, why_no_evidence="", upload=bad)
        assert now(row).state == RecommendationState.OPEN
        assert not RecommendationProgress.objects.filter(council=council).exists()
        propose(row, coordinator, why_no_evidence="", upload=good)
        [note] = recommendation_progress(row)
        assert [file.title for file in note.files] == ["minutes.txt"]


def test_the_committees_word_is_recorded_by_somebody_else(
    row: Recommendation, council: Council, coordinator: User, recorder: User
) -> None:
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="Nobody has proposed"):
            decide(row, recorder, confirms=True)
        propose(row, coordinator)
        with pytest.raises(PolicyError, match="somebody else records"):
            decide(row, coordinator, confirms=True)
        for wrong, words in (
            ({"words": " "}, "Enter what has happened"),
            ({"body": " "}, "Name the committee"),
            ({"decided_on": date(2999, 1, 1)}, "not come yet"),
            ({"decided_on": date(2019, 5, 21)}, "before the review was presented"),
        ):
            with pytest.raises(PolicyError, match=words):
                decide(row, recorder, confirms=True, **wrong)
        decide(row, recorder, confirms=False, words="Show the figures.")
        assert (now(row).state, row.completed_on) == (RecommendationState.OPEN, None)
        propose(row, coordinator)
        decide(row, recorder, confirms=True)
        assert (now(row).state, row.completed_on) == (RecommendationState.COMPLETE, date(2020, 1, 1))
        kinds = [note.entry.kind for note in recommendation_progress(row)]
        assert sorted(kinds) == ["confirmed", "proposed", "proposed", "refused"]
        again = {"body": "Board", "decided_on": date(2020, 2, 1), "token": uuid4()}
        reopen_recommendation(
            recommendation=row, by=recorder, version=row.version, words="It has lapsed.", **again
        )
        assert (now(row).state, row.completed_on) == (RecommendationState.OPEN, None)
        with pytest.raises(PolicyError, match="Only a recommendation that was confirmed"):
            reopen_recommendation(
                recommendation=row,
                by=recorder,
                version=row.version,
                words="Again.",
                **{**again, "token": uuid4()},
            )


def test_a_rejected_recommendation_can_be_actioned_since(
    row: Recommendation, council: Council, coordinator: User, recorder: User
) -> None:
    with service_scope(council=council):
        reject(row, coordinator)
        propose(row, coordinator, note="The Act has met it since.")
        decide(row, recorder, confirms=True)
        assert now(row).state == RecommendationState.ACTIONED
        again = {"body": "Board", "decided_on": date(2020, 2, 1), "token": uuid4(), "words": "Not so."}
        reopen_recommendation(recommendation=row, by=recorder, version=row.version, **again)
        assert now(row).state == RecommendationState.NO_ACTION


def test_nothing_is_proposed_in_a_draft_or_without_an_answer(council: Council, coordinator: User) -> None:
    draft = first_of(make_review(council, coordinator, "Draft", presented=False))
    unanswered = first_of(make_review(council, coordinator, "Presented"))
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="has not been presented"):
            propose(draft, coordinator)
        Recommendation.objects.filter(pk=unanswered.pk).update(response="")
        with pytest.raises(PolicyError, match="has not answered"):
            propose(unanswered, coordinator)


def test_the_database_refuses_a_proposer_who_confirms(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    with service_scope(council=council):
        propose(row, coordinator)
        with pytest.raises(IntegrityError, match="confirmed_by_somebody_else"), transaction.atomic():
            Recommendation.objects.filter(pk=row.pk).update(
                state="complete", completed_on=REPORT, decided_by=coordinator
            )


@pytest.mark.parametrize("before", list(RecommendationState))
@pytest.mark.parametrize("after", list(RecommendationState))
def test_the_database_knows_the_steps_of_a_recommendation(
    row: Recommendation,
    council: Council,
    coordinator: User,
    recorder: User,
    before: RecommendationState,
    after: RecommendationState,
) -> None:
    if before == after:
        return
    done = {"completed_on": REPORT, "proposed_by": coordinator, "decided_by": recorder}
    open_again = {"completed_on": None, "decided_by": None}
    rejected = {"response": "reject", "reason": "Why"}
    accepted = {"response": "accept"}
    values: dict[RecommendationState, dict[str, Any]] = {
        RecommendationState.OPEN: {**accepted, **open_again},
        RecommendationState.PROPOSED: {"proposed_by": coordinator, **open_again},
        RecommendationState.COMPLETE: {**accepted, **done},
        RecommendationState.NO_ACTION: {**rejected, **open_again},
        RecommendationState.ACTIONED: {**rejected, **done},
    }
    way = {
        RecommendationState.OPEN: [],
        RecommendationState.PROPOSED: ["proposed"],
        RecommendationState.COMPLETE: ["proposed", "complete"],
        RecommendationState.NO_ACTION: ["no_action"],
        RecommendationState.ACTIONED: ["no_action", "proposed", "actioned"],
    }
    with service_scope(council=council):
        rows = Recommendation.objects.filter(pk=row.pk)
        for state in way[before]:
            rows.update(state=state, **values[RecommendationState(state)])
        if after in RECOMMENDATION_STEPS[before]:
            assert rows.update(state=after, **values[after]) == 1
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(state=after, **values[after])


# The log -----------------------------------------------------------------------------------------------


def test_progress_is_kept_and_two_writers_see_both_texts(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    other = member(council, Role.COORDINATOR)
    seen, token = row.version, uuid4()
    with service_scope(council=council):
        given: dict[str, Any] = {"recommendation": row, "version": seen}
        entry = log_recommendation_progress(by=coordinator, note="Theirs.", token=token, **given)
        assert log_recommendation_progress(by=coordinator, note="Theirs.", token=token, **given) == entry
        with pytest.raises(StaleVersion) as caught:
            log_recommendation_progress(by=other, note="Mine.", token=uuid4(), **given)
        [note, _state] = caught.value.differences
        assert (note.theirs, note.yours) == ("Theirs.", "Mine.")
        assert RecommendationProgress.objects.filter(council=council).update(note="") == 0
        with pytest.raises(PolicyError, match="not come yet"):
            log_recommendation_progress(
                recommendation=row,
                by=coordinator,
                version=seen + 1,
                note="Soon.",
                token=uuid4(),
                as_at=date(2999, 1, 1),
            )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Completed. Briefings were given in Nov 2013 and Oct 2015.", ["Oct 2015"]),
        ("Completed. Briefings Nov 2013 and October 2015", ["October 2015"]),
        ("Partners met on 12/10/2015 and on 12/10/2014.", ["12/10/2015"]),
        ("On 9th September 2015 the Board agreed it.", ["9th September 2015"]),
        ("It was held on 2015-09-09.", ["2015-09-09"]),
        ("Completed in Sept 2015.", []),
        ("The next briefing is planned for October 2015.", []),
        ("It was agreed that training will follow in Oct 2015.", []),
        ("A conference has been booked for 1 October 2015.", []),
        ("It was given on 31 February 2016.", []),
        ("October 2015", []),
        ("The 2015 edition was used by 12 of 16 schools.", []),
    ],
)
def test_a_past_date_after_the_report_is_found(text: str, found: list[str]) -> None:
    assert dates_after(text, REPORT) == found


def test_the_page_warns_of_a_date_after_its_report(
    row: Recommendation, council: Council, coordinator: User, client: Client
) -> None:
    sign_in(client, coordinator)
    base = f"/c/{council.slug}/scrutiny/"
    sent = {
        "note": "Workshops were held in October 2020.",
        "as_at": "2020-09-08",
        "version": str(row.version),
        "token": str(uuid4()),
    }
    page = client.post(f"{base}recommendations/{row.pk}/", sent, follow=True).content.decode()
    assert "this speaks of “October 2020” as past" in page
    page = client.get(f"{base}{row.review_id}/").content.decode()
    assert "Recommendation 1</a> says “October 2020” as past, in a report of 8 September 2020" in page


# Who may -----------------------------------------------------------------------------------------------


def test_officers_report_on_their_own_recommendations_only(
    row: Recommendation, council: Council, coordinator: User
) -> None:
    officer = member(council, Role.SAFETY_OFFICER)
    address = f"/c/{council.slug}/scrutiny/recommendations/{row.pk}/"
    sent = {"note": "Done.", "as_at": "2020-09-08", "version": str(row.version), "token": str(uuid4())}
    visitor = sign_in(Client(), officer)
    assert "Log progress" not in visitor.get(address).content.decode()
    for path in (address, f"{address}propose/"):
        assert visitor.post(path, sent).status_code == 404
    with service_scope(council=council):
        Recommendation.objects.filter(pk=row.pk).update(owner=officer)
    assert visitor.post(address, sent).status_code == 302
    assert visitor.get(f"{address}propose/").status_code == 200
    for path in ("change/", "response/", "decide/", "reopen/"):
        assert visitor.get(address + path).status_code == 404
    for role in (Role.COUNCILLOR, Role.BOARD_MEMBER, Role.DEMOCRATIC_SERVICES):
        other = sign_in(Client(), member(council, role))
        assert other.get(address).status_code == 200
        assert other.post(address, sent).status_code == 404
        assert other.get(f"{address}propose/").status_code == 404


def test_what_is_due_waits_for_whom_it_concerns(council: Council, coordinator: User, recorder: User) -> None:
    today = timezone.localdate()
    officer = member(council, Role.SAFETY_OFFICER)
    review = make_review(council, coordinator, rows=4)
    other = CouncilFactory.create()
    make_review(other, member(other, Role.COORDINATOR), rows=4)
    with service_scope(council=council):
        rows = Recommendation.objects.filter(council=council, review=review)
        rows.filter(number=1).update(milestone_on=today + timedelta(days=5), owner=officer)
        rows.filter(number=2).update(milestone_on=today - timedelta(days=5), owner=officer)
        rows.filter(number=3).update(milestone_on=today + timedelta(days=9))
        rows.filter(number=4).update(response="")
        ScrutinyReview.objects.filter(pk=review.pk).update(response_due_on=today)
        proposed = first_of(review)
        propose(proposed, coordinator)

    def waiting(person: User) -> list[tuple[str, str]]:
        with own_councils_scope(user_id=person.pk):
            return sorted((item.reference, item.task) for item in due_items(person, today))

    assert waiting(officer) == [("Recommendation 2", "Report progress")]
    assert waiting(coordinator) == [
        ("Executive response", "Record the response (1)"),
        ("Recommendation 2", "Report progress"),
        ("Recommendation 3", "Report progress"),
    ]
    assert waiting(recorder) == [
        ("Recommendations proposed as complete", "Record what the committee decided (1)")
    ]
    assert waiting(member(other, Role.DEMOCRATIC_SERVICES)) == []
