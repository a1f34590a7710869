"""What Channel refuses about consent, support and the end of a case. The database refuses the same."""

from __future__ import annotations

from datetime import date

from channel.case_choices import (
    CONSENT_STEPS,
    ENDED_CONSENT,
    RESULTS_OF,
    CareConsidered,
    ConsentGiver,
    Outcome,
    ReviewKind,
    ReviewResult,
)
from channel.enums import ConsentToSupport
from channel.models import ChannelCase, ConsentStep
from channel.policies.refusals import ChannelRefused


def require_next_step(step: ConsentStep, last: ConsentStep | None, case: ChannelCase, today: date) -> None:
    """Raise :class:`ChannelRefused` unless the step may follow the last one and says who, and how."""
    state = ConsentToSupport(step.state)
    held = ConsentToSupport(case.consent_to_support)
    if state not in CONSENT_STEPS[held] or (state == held and not _turned_18(step, last)):
        raise ChannelRefused(
            f"Consent stands at “{held.label.lower()}”. “{state.label}” does not follow from there."
        )
    if step.dated > today:
        raise ChannelRefused("The day must be today or in the past.")
    if last is not None and step.dated < last.dated:
        raise ChannelRefused("The day must be on or after the day of the last step.")
    if case.referred_on is not None and step.dated < case.referred_on:
        raise ChannelRefused("The day must be on or after the day of referral.")
    if last is not None and step.under_18 and not last.under_18:
        raise ChannelRefused("The last step says that the person is 18 or over.")
    _require_consenter(step, state)
    if state in ENDED_CONSENT:
        if step.reassess_on is None:
            raise ChannelRefused("Enter the day by which the panel assesses the case again.")
        if step.reassess_on < step.dated:
            raise ChannelRefused("The further assessment must be on or after the day of the answer.")


def _require_consenter(step: ConsentStep, state: ConsentToSupport) -> None:
    """Under 18 a parent or guardian gives consent; from 18 on it is the person's own affair alone."""
    if not step.under_18 and step.by_whom != ConsentGiver.PERSON:
        raise ChannelRefused("A person of 18 or over consents, or refuses, for themselves.")
    if state == ConsentToSupport.GIVEN:
        if step.under_18 and step.by_whom != ConsentGiver.GUARDIAN:
            raise ChannelRefused("For a person under 18 the consent of a parent or guardian is needed.")
        if not step.capacity_considered:
            raise ChannelRefused("Record that capacity to consent was considered.")


def _turned_18(step: ConsentStep, last: ConsentStep | None) -> bool:
    return last is not None and last.under_18 and not step.under_18


def require_consent(case: ChannelCase, given: ConsentStep | None, started_on: date) -> None:
    """Raise :class:`ChannelRefused` unless consent was given by that day (rule 4)."""
    if case.consent_to_support != ConsentToSupport.GIVEN or given is None:
        raise ChannelRefused("Support cannot start before consent to support is given.")
    if started_on < given.dated:
        raise ChannelRefused("Support cannot start before the day of consent.")


def require_plan(case: ChannelCase, started_on: date) -> None:
    """Raise :class:`ChannelRefused` unless a support plan was agreed by that day (section 36(4))."""
    if case.plan_agreed_on is None:
        raise ChannelRefused("Record the support plan first.")
    if started_on < case.plan_agreed_on:
        raise ChannelRefused("Support cannot start before the support plan was agreed.")


def require_review_result(kind: str, result: ReviewResult) -> None:
    """Raise :class:`ChannelRefused` for a result that such a review cannot have."""
    if result not in RESULTS_OF[ReviewKind(kind)]:
        raise ChannelRefused("Choose what the review came to.")


def require_outcome(case: ChannelCase, outcome: Outcome, care: CareConsidered | None, owner_now: str) -> None:
    """Raise :class:`ChannelRefused` unless the exit says all that section 36(6) and rule 6 ask for."""
    supported = case.support_started_on is not None
    if outcome == Outcome.COMPLETED and not supported:
        raise ChannelRefused("Support that never started cannot be completed.")
    if (outcome == Outcome.TRANSFERRED) != bool(owner_now):
        raise ChannelRefused(
            "Enter the organisation that owns the case now."
            if outcome == Outcome.TRANSFERRED
            else "Only a case that is passed on has another owner."
        )
    without_support = outcome in {Outcome.CLOSED, Outcome.WITHDRAWN} or not supported
    if without_support and care is None:
        raise ChannelRefused(
            "Record what the panel considered about health or social care. Section 36(6) asks for it "
            "when a person leaves without support."
        )
