"""A case through its stages to its end: what services and database ask for, what the trail says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from channel.case_choices import (
    FOLLOW_UPS,
    CareConsidered,
    DecisionBasis,
    DecisionKind,
    Outcome,
    PartnerKind,
    ReviewKind,
    ReviewResult,
)
from channel.enums import SourceSector
from channel.models import CaseDecision, CaseReview, ChannelCase
from channel.policies import ChannelRefused
from channel.policies.cases import CaseChanged, DoubtfulWords
from channel.queries.case_counts import case_counts
from channel.queries.case_parts import case_history
from channel.queries.reviews import follow_up_days, reviews_to_hold
from channel.services import cases, decisions, panels, statements, support
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.keys.services.sealing import open_sealed
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.scope import own_councils_scope
from tests.channel.factories import PanelWorld, facts, panel_world
from tests.channel.test_consent import ASKED, GIVEN, WITHDRAWN, step, stored, supported
from tests.factories import CouncilFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def describe(world: PanelWorld, **changed: Any) -> ChannelCase:
    case = stored(world)
    return cases.describe_case(
        case=case,
        facts=replace(facts(world.council, world.canary), **changed),
        no_intelligence=True,
        version=case.version,
        by=world.chair,
    )


def close(world: PanelWorld, outcome: Outcome = Outcome.CLOSED, **changed: Any) -> ChannelCase:
    case = stored(world)
    given: dict[str, Any] = {
        "exited_on": TODAY,
        "care_considered": CareConsidered.NOT_NEEDED,
        "no_intelligence": True,
        **changed,
    }
    return decisions.close_case(case=case, outcome=outcome, version=case.version, by=world.chair, **given)


def decide(world: PanelWorld, **changed: Any) -> CaseDecision:
    given: dict[str, Any] = {
        "kind": DecisionKind.ADOPT,
        "basis": DecisionBasis.MAJORITY,
        "decided_on": TODAY,
        "police_present": True,
        **changed,
    }
    case = stored(world)
    return decisions.record_decision(case=case, version=case.version, by=world.chair, **given)


def last_event(action: str) -> dict[str, Any]:
    details: dict[str, Any] = Event.objects.filter(action=action).latest("id").details
    return details


def test_a_description_changes_and_the_trail_names_fields_and_no_content(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        describe(
            barnet,
            source_sector=SourceSector.HEALTH,
            concern="mixed",
            susceptibilities=("online", "family"),
            partners_involved=(PartnerKind.POLICE,),
            national_reference="PCM-1007",
        )
        case = stored(barnet)
        assert (case.source_sector, case.concern, case.version) == ("health", "mixed", 2)
        assert case.susceptibilities == ["family", "online"]
        assert open_sealed(case)["national_reference"] == "PCM-1007"
        assert last_event("channel.case_changed") == {
            "reference": case.reference,
            "fields": [
                "concern",
                "national_reference",
                "partners_involved",
                "source_sector",
                "susceptibilities",
            ],
        }
        assert not Event.objects.filter(action="channel.case_moved").exists()
        # Saved as it stands, nothing is recorded.
        describe(
            barnet,
            source_sector=SourceSector.HEALTH,
            concern="mixed",
            susceptibilities=("online", "family"),
            partners_involved=(PartnerKind.POLICE,),
            national_reference="PCM-1007",
        )
        assert stored(barnet).version == 2


def test_moving_the_residence_is_an_event_of_its_own(barnet: PanelWorld) -> None:
    elsewhere = CouncilFactory.create(slug="elsewhere")
    with barnet.as_chair():
        describe(barnet, residence=elsewhere)
        assert stored(barnet).residence_id == elsewhere.pk
        assert last_event("channel.case_moved") == {
            "reference": barnet.case.reference,
            "fields": ["residence"],
        }


def test_a_summary_is_rewritten_sealed_and_screened(barnet: PanelWorld) -> None:
    def rewrite(summary: str, **more: Any) -> ChannelCase:
        case = stored(barnet)
        return cases.rewrite_summary(
            case=case,
            summary=summary,
            version=case.version,
            by=barnet.chair,
            **{"no_intelligence": True, **more},
        )

    with barnet.as_chair():
        for summary, more, words in (
            ("New words", {"no_intelligence": False}, "Declare"),
            ("Write to a.person@example.org", {}, "an e-mail address"),
            ("He is a subject of interest", {}, "a subject of interest"),
            ("x" * 1_501, {}, "1,500 characters"),
        ):
            with pytest.raises(ChannelRefused, match=words):
                rewrite(summary, **more)
        with pytest.raises(DoubtfulWords, match="“secret”"):
            rewrite("It was no secret", words_checked=False)
        rewrite("It was no secret", words_checked=True)
        case = stored(barnet)
        assert open_sealed(case)["summary"] == "It was no secret"
        assert last_event("channel.case_changed") == {
            "reference": case.reference,
            "fields": ["summary"],
        }


def test_stages_keep_their_order_in_service_and_database(barnet: PanelWorld) -> None:
    def date_stages(*days: int | None) -> ChannelCase:
        case = stored(barnet)
        referred, screened, panel = (None if day is None else ago(day) for day in days)
        return cases.date_stages(
            case=case,
            referred_on=referred,
            screened_on=screened,
            first_panel_on=panel,
            version=case.version,
            by=barnet.chair,
        )

    with barnet.as_chair():
        date_stages(30, 20, 10)
        for wrong in ((10, 20, None), (10, None, 20), (None, 10, 20), (-1, None, None)):
            with pytest.raises(ChannelRefused):
                date_stages(*wrong)
        row = ChannelCase.objects.filter(pk=barnet.case.pk)
        for fields in ({"referred_on": ago(15)}, {"screened_on": ago(5)}, {"first_panel_on": ago(25)}):
            with pytest.raises(DatabaseError, match="case_stages_in_order"), transaction.atomic():
                row.update(**fields)
        case = stored(barnet)
        assert (case.referred_on, case.screened_on, case.first_panel_on) == (ago(30), ago(20), ago(10))


def test_a_change_of_a_case_that_somebody_saved_meanwhile_is_refused(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        seen = stored(barnet)
        describe(barnet, concern="mixed")
        with pytest.raises(CaseChanged) as refused:
            cases.date_stages(
                case=seen,
                referred_on=TODAY,
                screened_on=None,
                first_panel_on=None,
                version=seen.version,
                by=barnet.chair,
            )
        assert refused.value.version == 2
        assert stored(barnet).referred_on is None


def test_a_decision_needs_the_police_and_dates_the_first_panel(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        for wrong, words in (
            ({"police_present": False}, "police representative"),
            ({"decided_on": ago(-1)}, "in the past"),
            ({"meeting": barnet.new_meeting(opened=False)}, "did not discuss"),
        ):
            with pytest.raises(ChannelRefused, match=words):
                decide(barnet, **wrong)
        with pytest.raises(DatabaseError, match="case_decision_with_police_present"), transaction.atomic():
            CaseDecision.objects.create(
                council=barnet.council,
                case=barnet.case,
                decided_on=TODAY,
                kind=DecisionKind.ADOPT,
                basis=DecisionBasis.CHAIR,
                police_present=False,
                recorded_by=barnet.chair,
            )
        made = decide(barnet, meeting=barnet.meeting)
        assert (made.basis, stored(barnet).first_panel_on) == ("majority", TODAY)
        assert CaseDecision.objects.update(basis="chair") == 0  # what was decided stays


@pytest.mark.parametrize("outcome", [Outcome.CLOSED, Outcome.WITHDRAWN])
def test_an_exit_without_support_says_what_was_considered(barnet: PanelWorld, outcome: Outcome) -> None:
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match=r"Section 36\(6\)"):
            close(barnet, outcome, care_considered=None)
        case = close(barnet, outcome, care_considered=CareConsidered.SOCIAL_CARE)
        assert (case.outcome, case.care_considered) == (outcome, "social_care")


def test_the_database_refuses_an_exit_without_consideration_owner_or_reviews(barnet: PanelWorld) -> None:
    closed = {"exited_on": TODAY, "outcome": "closed", "care_considered": "health"}
    with barnet.as_chair():
        row = ChannelCase.objects.filter(pk=barnet.case.pk)
        with pytest.raises(DatabaseError, match="reviews at 6 and 12 months"), transaction.atomic():
            row.update(**closed)
        for kind in FOLLOW_UPS:
            CaseReview.objects.create(
                council=barnet.council, case=barnet.case, kind=kind, due_on=TODAY, created_by=barnet.chair
            )
        for wrong, constraint in (
            ({"care_considered": ""}, "case_exit_considers_care"),
            ({"outcome": ""}, "case_exit_has_an_outcome"),
            ({"outcome": "transferred"}, "case_transfer_has_an_owner"),
            ({"outcome": "completed"}, "case_completed_support_was_given"),
        ):
            with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
                row.update(**{**closed, **wrong})
        assert row.update(**closed) == 1
        with pytest.raises(DatabaseError, match="stays closed"), transaction.atomic():
            row.update(exited_on=None, outcome="", care_considered="")


def test_a_closure_ends_support_and_plans_its_two_reviews(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="never started"):
            close(barnet, Outcome.COMPLETED)
        supported(barnet)
        case = close(barnet, Outcome.COMPLETED, care_considered=None)
        assert (case.support_state, case.outcome) == ("stopped", "completed")
        days = follow_up_days(TODAY)
        waiting = reviews_to_hold(council_access(barnet.chair, barnet.council))
        assert [(review.kind, review.due_on) for review in waiting] == [
            ("six_months", days[ReviewKind.SIX_MONTHS]),
            ("twelve_months", days[ReviewKind.TWELVE_MONTHS]),
        ]
        for change in (lambda: step(barnet, WITHDRAWN), lambda: decide(barnet), lambda: close(barnet)):
            with pytest.raises(ChannelRefused, match="This case is closed"):
                change()


@pytest.mark.parametrize(
    ("left", "six", "twelve"),
    [
        (date(2025, 8, 31), date(2026, 2, 28), date(2026, 8, 31)),
        (date(2024, 2, 29), date(2024, 8, 29), date(2025, 2, 28)),
        (date(2025, 12, 15), date(2026, 6, 15), date(2026, 12, 15)),
    ],
)
def test_follow_ups_fall_on_the_same_day_of_a_later_month(left: date, six: date, twelve: date) -> None:
    assert list(follow_up_days(left).values()) == [six, twelve]


def test_a_passed_on_case_names_its_owner_in_ciphertext(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        for given, words in (
            ({"owner_now": ""}, "owns the case now"),
            ({"owner_now": "Panel of Elsewhere", "no_intelligence": False}, "Declare"),
            ({"owner_now": "somebody@example.org"}, "an e-mail address"),
        ):
            with pytest.raises(ChannelRefused, match=words):
                close(barnet, Outcome.TRANSFERRED, **given)
        with pytest.raises(ChannelRefused, match="Only a case that is passed on"):
            close(barnet, Outcome.CLOSED, owner_now="Panel of Elsewhere")
        close(barnet, Outcome.TRANSFERRED, owner_now="Panel of Elsewhere")
        assert open_sealed(stored(barnet))["owner_now"] == "Panel of Elsewhere"
        assert "owner_now" in last_event("channel.case_closed")["fields"]
        assert "Elsewhere" not in str(list(Event.objects.values_list("details", flat=True)))


def test_a_token_that_is_another_councils_case_is_refused_like_any_that_is_taken(barnet: PanelWorld) -> None:
    neighbour = panel_world("southwark")
    with barnet.as_chair():
        other = panels.found_panel(council=barnet.council, name="Another", by=barnet.chair)
        statements.acknowledge(panel=other, statement_id=barnet.annual.pk, by=barnet.chair)
        for panel, token in ((barnet.panel, neighbour.case.pk), (other, barnet.case.pk)):
            with pytest.raises(ChannelRefused, match="could not be stored"):
                cases.create_case(
                    panel=panel,
                    facts=facts(barnet.council, "T"),
                    no_intelligence=True,
                    token=token,
                    by=barnet.chair,
                )
        assert ChannelCase.objects.count() == 1


def test_a_person_who_is_referred_again_gets_a_new_case_and_the_old_one_stays(barnet: PanelWorld) -> None:
    token = uuid4()

    def again(referred_on: date = TODAY) -> ChannelCase:
        return cases.re_refer_case(
            case=ChannelCase.objects.select_related("panel", "residence").get(pk=barnet.case.pk),
            summary="Another invented summary.",
            referred_on=referred_on,
            no_intelligence=True,
            token=token,
            by=barnet.chair,
        )

    person = barnet.seat()
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="This case is open"):
            again()
        describe(barnet, national_reference="PCM-1007")
        close(barnet)
        with pytest.raises(ChannelRefused, match="on or after the day of exit"):
            again(ago(1))
        later = again()
        assert again().pk == later.pk  # sent twice, it is one case
        assert (later.earlier_case_id, later.consent_to_support) == (barnet.case.pk, "not_asked")
        assert open_sealed(later)["national_reference"] == "PCM-1007"
        assert stored(barnet).outcome == "closed"
        assert last_event("channel.case_re_referred")["later"] == later.reference
    barnet.sign(person)
    with barnet.as_person(person):
        assert not ChannelCase.objects.filter(pk=later.pk).exists()  # grants are given anew


def test_consent_plan_and_support_follow_the_referral_and_one_another(barnet: PanelWorld) -> None:
    def plan(agreed_on: date, review_on: date = TODAY) -> ChannelCase:
        case = stored(barnet)
        return support.agree_plan(
            case=case, agreed_on=agreed_on, review_on=review_on, version=case.version, by=barnet.chair
        )

    def start(started_on: date) -> ChannelCase:
        case = stored(barnet)
        return support.start_support(case=case, started_on=started_on, version=case.version, by=barnet.chair)

    def refused(words: str, attempt: Callable[[], object]) -> None:
        with pytest.raises(ChannelRefused, match=words):
            attempt()

    with barnet.as_chair():
        ChannelCase.objects.filter(pk=barnet.case.pk).update(referred_on=ago(10))
        refused("on or after the day of referral", lambda: decide(barnet, decided_on=ago(11)))
        refused("on or after the day of referral", lambda: step(barnet, ASKED, dated=ago(11)))
        step(barnet, ASKED, dated=ago(8))
        step(barnet, GIVEN, dated=ago(8))
        refused("today or in the past", lambda: plan(ago(-1), ago(-2)))
        refused("on or after the day of referral", lambda: plan(ago(11)))
        refused("on or after the day of the plan", lambda: plan(ago(6), ago(7)))
        plan(ago(6))
        refused("before the day of consent", lambda: start(ago(9)))
        refused("before the support plan was agreed", lambda: start(ago(7)))
        refused("today or in the past", lambda: start(ago(-1)))
        start(ago(5))
        refused("in place already", lambda: start(TODAY))
        refused("by the day on which support started", lambda: plan(ago(4)))
        refused("after the day of the answer", lambda: step(barnet, WITHDRAWN, reassess_on=ago(1)))
        assert stored(barnet).support_started_on == ago(5)


def test_reviews_of_a_plan_follow_one_another_until_support_ends(barnet: PanelWorld) -> None:
    def hold(result: ReviewResult, next_on: date | None = None) -> CaseReview:
        review = CaseReview.objects.open().select_related("case__panel").get()
        return support.hold_review(
            review=review, done_on=TODAY, result=result, next_on=next_on, by=barnet.chair
        )

    with barnet.as_chair():
        supported(barnet)
        with pytest.raises(ChannelRefused, match="next review"):
            hold(ReviewResult.CARRY_ON)
        with pytest.raises(ChannelRefused, match="after this one"):
            hold(ReviewResult.CARRY_ON, TODAY)
        with pytest.raises(ChannelRefused, match="what the review came to"):
            hold(ReviewResult.NO_CONCERN)
        held = hold(ReviewResult.CHANGED, ago(-30))
        with pytest.raises(ChannelRefused, match="recorded before"):
            support.hold_review(review=held, done_on=TODAY, result=ReviewResult.TO_END, by=barnet.chair)
        assert CaseReview.objects.filter(pk=held.pk).update(result="to_end") == 0  # the database as well
        assert CaseReview.objects.open().get().due_on == ago(-30)
        hold(ReviewResult.TO_END)
        assert not CaseReview.objects.open().exists()


def test_what_is_due_is_counted_for_those_who_prepare_and_names_no_case(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    person = barnet.seat()
    barnet.sign(person)
    with barnet.as_chair():
        supported(barnet)
    waiting = ("Channel", "reviews of 1 case", reverse("channel-cases", args=["barnet"]))
    for asker, expected in ((barnet.chair, [waiting]), (person, []), (southwark.chair, [])):
        with own_councils_scope(user_id=asker.pk):
            items = [item for item in due_items(asker, TODAY) if item.task == "Record a review"]
        assert [(item.reference, item.title, item.href) for item in items] == expected


def test_the_history_names_fields_and_people_for_the_chair_alone(barnet: PanelWorld) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False)
    with barnet.as_chair():
        describe(barnet, concern="mixed")
        step(barnet, ASKED)
        step(barnet, GIVEN)
        found = [(change.words, change.fields) for change in case_history(barnet.case)]
        assert found == [
            ("Consent to support recorded", ""),
            ("Consent to support recorded", ""),
            ("Changed", "Concern"),
            ("Created", ""),
        ]
        assert {change.by for change in case_history(barnet.case)} == {barnet.chair.name}
    with barnet.as_person(secretary):
        assert case_history(barnet.case) == []


def test_figures_count_concern_age_outcome_and_waits(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        describe(barnet, concern="mixed", age_band="16_to_17")
        case = stored(barnet)
        cases.date_stages(
            case=case,
            referred_on=ago(60),
            screened_on=ago(32),
            first_panel_on=ago(3),
            version=case.version,
            by=barnet.chair,
        )
        close(barnet)
        cubes = case_counts(council_access(barnet.chair, barnet.council), barnet.panel)
    values = {name: [key[1] for key in cube.cells] for name, cube in cubes.items()}
    assert values == {
        "referrals": [("education", "mixed", "16_to_17")],
        "screenings": [("education", "to_28")],
        "discussions": [("education", "mixed", "16_to_17", "over_56")],
        "adoptions": [],
        "exits": [("education", "closed")],
    }
