"""Consent to support as a state machine that the database enforces (RC-1, rule 4 of the product)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from channel.case_choices import (
    CONSENT_STEPS,
    ENDED_CONSENT,
    CareConsidered,
    ConsentGiver,
    Outcome,
    ReviewKind,
    SupportState,
)
from channel.enums import ConsentToSupport
from channel.models import CaseReview, ChannelCase, ConsentStep
from channel.policies import ChannelRefused
from channel.policies.cases import CaseChanged
from channel.services import consent, decisions, support
from prevent_portal.audit.models import Event
from tests.channel.factories import PanelWorld, panel_world

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
ASKED, GIVEN, REFUSED, WITHDRAWN = (
    ConsentToSupport.ASKED,
    ConsentToSupport.GIVEN,
    ConsentToSupport.REFUSED,
    ConsentToSupport.WITHDRAWN,
)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def stored(world: PanelWorld) -> ChannelCase:
    return ChannelCase.objects.get(pk=world.case.pk)


def answer(state: ConsentToSupport, **changed: Any) -> consent.ConsentAnswer:
    """A step of a person over 18, with all that it needs, today."""
    fields: dict[str, Any] = {
        "state": state,
        "dated": TODAY,
        "by_whom": ConsentGiver.PERSON,
        "under_18": False,
        "capacity_considered": state == GIVEN,
        "reassess_on": TODAY + timedelta(days=90) if state in ENDED_CONSENT else None,
    }
    return consent.ConsentAnswer(**{**fields, **changed})


def step(world: PanelWorld, state: ConsentToSupport, **changed: Any) -> ConsentStep:
    case = stored(world)
    return consent.record_consent(
        case=case, answer=answer(state, **changed), version=case.version, by=world.chair
    )


def supported(world: PanelWorld) -> ChannelCase:
    """The case with consent given, a plan and support in place."""
    step(world, ASKED)
    step(world, GIVEN)
    case = support.agree_plan(
        case=world.case, agreed_on=TODAY, review_on=TODAY, version=stored(world).version, by=world.chair
    )
    return support.start_support(case=case, started_on=TODAY, version=case.version, by=world.chair)


def raw_step(world: PanelWorld, state: str, **changed: Any) -> ConsentStep:
    """A step past the services, straight to the database."""
    fields = {**vars(answer(ConsentToSupport(state))), **changed}
    return ConsentStep.objects.create(
        council=world.council, case=world.case, recorded_by=world.chair, **fields
    )


def test_consent_goes_from_asked_to_given_and_each_step_stays(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        assert stored(barnet).consent_to_support == ConsentToSupport.NOT_ASKED
        step(barnet, ASKED)
        step(barnet, GIVEN)
        assert stored(barnet).consent_to_support == GIVEN
        assert list(ConsentStep.objects.values_list("position", "state", "by_whom")) == [
            (1, "asked", "person"),
            (2, "given", "person"),
        ]
        events = Event.objects.filter(action="channel.case_consent_recorded")
        assert [event.details for event in events] == [{"reference": barnet.case.reference, "fields": []}] * 2


@pytest.mark.parametrize("held", ConsentToSupport)
@pytest.mark.parametrize("to", [ASKED, GIVEN, REFUSED, WITHDRAWN])
def test_service_and_database_allow_the_same_steps(
    barnet: PanelWorld, held: ConsentToSupport, to: ConsentToSupport
) -> None:
    way = {
        ConsentToSupport.NOT_ASKED: (),
        ASKED: (ASKED,),
        GIVEN: (ASKED, GIVEN),
        REFUSED: (ASKED, REFUSED),
        WITHDRAWN: (ASKED, GIVEN, WITHDRAWN),
    }[held]
    allowed = to in CONSENT_STEPS[held] and to != held
    with barnet.as_chair():
        for state in way:
            raw_step(barnet, state)
        assert stored(barnet).consent_to_support == held
        if allowed:
            step(barnet, to)
            assert stored(barnet).consent_to_support == to
            return
        with pytest.raises(ChannelRefused, match="does not follow"):
            step(barnet, to)
        with pytest.raises(DatabaseError, match="Consent does not go from"), transaction.atomic():
            raw_step(barnet, to)
        assert ConsentStep.objects.count() == len(way)


@pytest.mark.parametrize(
    ("wrong", "words", "constraint"),
    [
        ({"under_18": True}, "parent or guardian", "consent_under_18_is_a_guardians"),
        ({"by_whom": ConsentGiver.GUARDIAN}, "for themselves", "consent_"),
        ({"capacity_considered": False}, "capacity", "consent_considers_capacity"),
        ({"dated": TODAY - timedelta(days=1)}, "on or after the day of the last step", "lies after the one"),
        ({"dated": TODAY + timedelta(days=1)}, "in the past", ""),
    ],
)
def test_consent_is_not_given_without_who_and_capacity(
    barnet: PanelWorld, wrong: dict[str, Any], words: str, constraint: str
) -> None:
    with barnet.as_chair():
        step(barnet, ASKED, under_18=True, by_whom=ConsentGiver.GUARDIAN)
        with pytest.raises(ChannelRefused, match=words):
            step(barnet, GIVEN, **wrong)
        if constraint:
            with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
                raw_step(barnet, GIVEN, **wrong)
        assert stored(barnet).consent_to_support == ASKED


def test_a_guardian_consents_for_a_child_and_the_person_again_at_18(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        step(barnet, ASKED, under_18=True, by_whom=ConsentGiver.GUARDIAN)
        step(barnet, GIVEN, under_18=True, by_whom=ConsentGiver.GUARDIAN)
        with pytest.raises(ChannelRefused, match="does not follow"):
            step(barnet, GIVEN, under_18=True, by_whom=ConsentGiver.GUARDIAN)
        step(barnet, GIVEN)
        assert stored(barnet).consent_to_support == GIVEN
        with pytest.raises(ChannelRefused, match="18 or over"):
            step(barnet, WITHDRAWN, under_18=True)
        with pytest.raises(DatabaseError, match="under 18 again"), transaction.atomic():
            raw_step(barnet, WITHDRAWN, under_18=True)


@pytest.mark.parametrize("ending", [REFUSED, WITHDRAWN])
def test_a_refusal_or_withdrawal_sets_an_assessment_and_deletes_nothing(
    barnet: PanelWorld, ending: ConsentToSupport
) -> None:
    due = TODAY + timedelta(days=30)
    with barnet.as_chair():
        if ending == WITHDRAWN:
            supported(barnet)
        else:
            step(barnet, ASKED)
        steps = ConsentStep.objects.count()
        with pytest.raises(ChannelRefused, match="assesses the case again"):
            step(barnet, ending, reassess_on=None)
        with (
            pytest.raises(DatabaseError, match="consent_end_sets_an_assessment"),
            transaction.atomic(),
        ):
            raw_step(barnet, ending, reassess_on=None)
        step(barnet, ending, reassess_on=due)
        case = stored(barnet)
        assert case.consent_to_support == ending
        assert ConsentStep.objects.count() == steps + 1
        review = CaseReview.objects.get(kind=ReviewKind.REASSESSMENT)
        assert (review.due_on, review.done_on) == (due, None)
        if ending == WITHDRAWN:
            assert case.support_state == SupportState.STOPPED
            assert case.support_started_on == TODAY


def test_support_needs_consent_and_a_plan_and_starts_again_after_consent_is_given_again(
    barnet: PanelWorld,
) -> None:
    def start() -> ChannelCase:
        case = stored(barnet)
        return support.start_support(case=case, started_on=TODAY, version=case.version, by=barnet.chair)

    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="before consent"):
            start()
        step(barnet, ASKED)
        step(barnet, GIVEN)
        with pytest.raises(ChannelRefused, match="support plan first"):
            start()
        case = stored(barnet)
        support.agree_plan(case=case, agreed_on=TODAY, review_on=TODAY, version=case.version, by=barnet.chair)
        assert start().support_state == SupportState.IN_PLACE
        step(barnet, WITHDRAWN)
        with pytest.raises(ChannelRefused, match="before consent"):
            start()
        step(barnet, ASKED)
        step(barnet, GIVEN)
        assert stored(barnet).support_state == SupportState.STOPPED
        assert start().support_state == SupportState.IN_PLACE


def test_the_database_refuses_every_short_cut_to_support(barnet: PanelWorld) -> None:
    cases = ChannelCase.objects.filter(pk=barnet.case.pk)
    started = {"support_started_on": TODAY, "plan_agreed_on": TODAY}
    shortcuts: list[tuple[str, dict[str, Any]]] = [
        ("by its steps alone", {"consent_to_support": GIVEN}),
        ("by its steps alone", {"consent_to_support": GIVEN, "support_state": "in_place", **started}),
        ("day of consent", {"support_state": "in_place", **started}),
        ("day of consent", {"support_state": "stopped", **started}),
        ("case_support", {"support_state": "in_place"}),
    ]
    with barnet.as_chair():
        for words, fields in shortcuts:
            with pytest.raises(DatabaseError, match=words), transaction.atomic():
                cases.update(**fields)
        supported(barnet)
        for words, fields in (
            ("not deleted", {"support_started_on": None, "support_state": "not_started"}),
            ("case_support_follows_a_plan", {"plan_agreed_on": None}),
            ("case_stages_in_order", {"referred_on": TODAY + timedelta(days=1)}),
        ):
            with pytest.raises(DatabaseError, match=words), transaction.atomic():
                cases.update(**fields)
        # Nothing of the line is changed or taken away afterwards.
        assert ConsentStep.objects.update(state="refused") == 0
        assert ConsentStep.objects.all().delete()[0] == 0


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_without_its_triggers_the_database_would_let_support_start_without_consent() -> None:
    """The control: it is the triggers that refuse, not the test."""
    barnet = panel_world("barnet")
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TRIGGER keep_case ON channel_channelcase")
    with barnet.as_chair():
        changed = ChannelCase.objects.filter(pk=barnet.case.pk).update(
            consent_to_support=GIVEN,
            support_state="in_place",
            support_started_on=TODAY,
            plan_agreed_on=TODAY,
        )
        assert changed == 1


def test_a_member_reads_the_steps_and_adds_none_and_another_council_sees_nothing(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    person = barnet.seat()
    barnet.sign(person)
    with barnet.as_chair():
        step(barnet, ASKED)
    with barnet.as_person(person):
        assert ConsentStep.objects.count() == 1
        with pytest.raises(ChannelRefused, match="chair or secretary"):
            step(barnet, GIVEN)
        with pytest.raises(DatabaseError), transaction.atomic():
            ConsentStep.objects.create(
                council=barnet.council, case=barnet.case, recorded_by=person, **vars(answer(GIVEN))
            )
    with southwark.as_chair():
        assert ConsentStep.objects.count() == 0


def test_a_step_on_a_case_that_somebody_changed_meanwhile_is_refused(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        seen = stored(barnet).version
        step(barnet, ASKED)
        with pytest.raises(CaseChanged) as refused:
            consent.record_consent(case=barnet.case, answer=answer(GIVEN), version=seen, by=barnet.chair)
        assert refused.value.version == seen + 1
        assert ConsentStep.objects.count() == 1


class ConsentMachine(RuleBasedStateMachine):
    """Any history of answers, plans, starts and closures, with a model of what may be."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.world = panel_world("barnet")
        self.scope = self.world.as_chair()
        self.scope.__enter__()
        self.state = ConsentToSupport.NOT_ASKED
        self.planned = self.started = self.closed = False
        self.in_place = False
        self.child = True
        self.recorded = 0

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @rule(
        to=st.sampled_from([ASKED, GIVEN, REFUSED, WITHDRAWN]),
        child=st.booleans(),
        guardian=st.booleans(),
        capacity=st.booleans(),
        dated=st.booleans(),
    )
    def answer(self, to: ConsentToSupport, child: bool, guardian: bool, capacity: bool, dated: bool) -> None:
        follows = to in CONSENT_STEPS[self.state] and (to != self.state or (self.child and not child))
        who = guardian == child if to == GIVEN else child or not guardian
        aged = not child or self.child or not self.recorded
        fine = (
            not self.closed
            and follows
            and who
            and aged
            and (capacity or to != GIVEN)
            and (dated or to not in ENDED_CONSENT)
        )
        try:
            step(
                self.world,
                to,
                under_18=child,
                by_whom=ConsentGiver.GUARDIAN if guardian else ConsentGiver.PERSON,
                capacity_considered=capacity,
                reassess_on=TODAY if dated else None,
            )
        except ChannelRefused:
            assert not fine
            return
        assert fine
        self.state, self.child = to, child
        self.recorded += 1
        self.in_place = self.in_place and to == GIVEN

    @rule()
    def plan(self) -> None:
        case = stored(self.world)
        try:
            support.agree_plan(
                case=case, agreed_on=TODAY, review_on=TODAY, version=case.version, by=self.world.chair
            )
        except ChannelRefused:
            assert self.closed
        else:
            self.planned = True

    @rule()
    def start(self) -> None:
        case = stored(self.world)
        fine = self.state == GIVEN and self.planned and not self.closed and not self.in_place
        try:
            support.start_support(case=case, started_on=TODAY, version=case.version, by=self.world.chair)
        except ChannelRefused:
            assert not fine
        else:
            assert fine
            self.started = self.in_place = True

    @rule(state=st.sampled_from(ConsentToSupport), place=st.sampled_from(SupportState))
    def reach_past_the_services(self, state: ConsentToSupport, place: SupportState) -> None:
        try:
            with transaction.atomic():
                ChannelCase.objects.filter(pk=self.world.case.pk).update(
                    consent_to_support=state, support_state=place, support_started_on=TODAY
                )
        except DatabaseError:
            return
        assert state == self.state
        self.started, self.in_place = True, place == SupportState.IN_PLACE

    @precondition(lambda self: self.recorded > 2)
    @rule(outcome=st.sampled_from([Outcome.CLOSED, Outcome.COMPLETED]))
    def close(self, outcome: Outcome) -> None:
        case = stored(self.world)
        fine = not self.closed and (self.started or outcome == Outcome.CLOSED)
        try:
            decisions.close_case(
                case=case,
                outcome=outcome,
                exited_on=TODAY,
                care_considered=CareConsidered.NOT_NEEDED,
                version=case.version,
                by=self.world.chair,
            )
        except ChannelRefused:
            assert not fine
        else:
            assert fine
            self.closed, self.in_place = True, False

    @invariant()
    def support_in_place_means_consent_given_and_nothing_is_lost(self) -> None:
        case = stored(self.world)
        assert case.consent_to_support == self.state
        assert (case.support_state == SupportState.IN_PLACE) is self.in_place
        if case.support_state == SupportState.IN_PLACE:
            last = ConsentStep.objects.latest("position")
            assert last.state == GIVEN
            assert last.capacity_considered
            assert last.by_whom == (ConsentGiver.GUARDIAN if last.under_18 else ConsentGiver.PERSON)
        assert ConsentStep.objects.count() == self.recorded
        ended = ConsentStep.objects.filter(state__in=ENDED_CONSENT)
        assert CaseReview.objects.filter(kind=ReviewKind.REASSESSMENT).count() == ended.count()
        assert not ended.filter(reassess_on=None).exists()
        assert CaseReview.objects.filter(kind__in=["six_months", "twelve_months"]).count() == (
            2 if self.closed else 0
        )


SMALL = settings(
    max_examples=4,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LARGE = settings(SMALL, max_examples=300, stateful_step_count=30)


def test_no_history_of_answers_comes_to_support_without_consent() -> None:
    run_state_machine_as_test(ConsentMachine, settings=SMALL)  # type: ignore[no-untyped-call]


@pytest.mark.figures("histories of consent", only=True)
def test_no_history_among_many_comes_to_support_without_consent() -> None:
    run_state_machine_as_test(ConsentMachine, settings=LARGE)  # type: ignore[no-untyped-call]
