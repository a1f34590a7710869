"""Agree a support plan, start support, and hold the reviews of a case."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from channel.case_choices import ReviewKind, ReviewResult, SupportState
from channel.enums import ConsentToSupport
from channel.models import CaseReview, ChannelCase, ConsentStep
from channel.policies.cases import require_not_closed, require_stages_in_order
from channel.policies.consent import require_consent, require_plan, require_review_result
from channel.policies.refusals import ChannelRefused
from channel.services.case_changes import locked_case, store_change
from prevent_portal.accounts.models import User


def agree_plan(*, case: ChannelCase, agreed_on: date, review_on: date, version: int, by: User) -> ChannelCase:
    """Record that a support plan exists, and when it is reviewed first (section 36(4)).

    Raises:
        ChannelRefused: for a closed case, a day that lies ahead or before the referral, a review before the
            plan, or support that has started before.
        CaseChanged: if somebody saved since.
    """
    today = timezone.localdate()
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        require_not_closed(locked)
        if agreed_on > today:
            raise ChannelRefused("The support plan must be agreed today or in the past.")
        if locked.referred_on is not None and agreed_on < locked.referred_on:
            raise ChannelRefused("The support plan must be agreed on or after the day of referral.")
        if locked.support_started_on is not None and agreed_on > locked.support_started_on:
            raise ChannelRefused("The support plan must be agreed by the day on which support started.")
        if review_on < agreed_on:
            raise ChannelRefused("The review must be on or after the day of the plan.")
        locked.plan_agreed_on = agreed_on
        _plan_review(locked, review_on, by)
        store_change(locked, ["plan_agreed_on"], action="channel.case_plan_agreed")
    return locked


def start_support(*, case: ChannelCase, started_on: date, version: int, by: User) -> ChannelCase:
    """Record that support is in place, for the first time or again. It needs consent given and a plan.

    Support that stopped and starts again keeps its first day.

    Raises:
        ChannelRefused: without consent given by that day (rule 4), without a plan, for a day that lies ahead
            or before an earlier stage, for a closed case or support that is in place.
        CaseChanged: if somebody saved since.
    """
    today = timezone.localdate()
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        require_not_closed(locked)
        if locked.support_state == SupportState.IN_PLACE:
            raise ChannelRefused("Support is in place already.")
        given = (
            ConsentStep.objects.filter(council=locked.council_id, case=locked, state=ConsentToSupport.GIVEN)
            .order_by("-position")
            .first()
        )
        require_consent(locked, given, started_on)
        require_plan(locked, started_on)
        if started_on > today:
            raise ChannelRefused("Support must start today or in the past.")
        locked.support_state = SupportState.IN_PLACE
        if locked.support_started_on is None:
            locked.support_started_on = started_on
        require_stages_in_order(locked, today)
        store_change(locked, ["support_state", "support_started_on"], action="channel.case_support_started")
    return locked


def hold_review(
    *,
    review: CaseReview,
    done_on: date,
    result: ReviewResult,
    by: User,
    next_on: date | None = None,
) -> CaseReview:
    """Record a review that was held, and when the plan is reviewed next.

    Raises:
        ChannelRefused: if it was held before, for a day that lies ahead, for a result that such a review
            cannot have, or where support goes on without a next review.
    """
    today = timezone.localdate()
    with transaction.atomic():
        case = locked_case(review.case, version=None, by=by)
        held = CaseReview.objects.select_for_update().open().filter(council=case.council_id, pk=review.pk)
        locked = held.first()
        if locked is None:
            raise ChannelRefused("This review was recorded before.")
        require_review_result(locked.kind, result)
        if done_on > today:
            raise ChannelRefused("The review must be today or in the past.")
        if case.referred_on is not None and done_on < case.referred_on:
            raise ChannelRefused("The review must be on or after the day of referral.")
        goes_on = locked.kind == ReviewKind.PLAN and result != ReviewResult.TO_END and not case.is_closed
        if goes_on and next_on is None:
            raise ChannelRefused("Enter the day of the next review.")
        if goes_on and next_on is not None:
            if next_on <= done_on:
                raise ChannelRefused("The next review must be after this one.")
            CaseReview.objects.create(
                council=case.council, case=case, kind=ReviewKind.PLAN, due_on=next_on, created_by=by
            )
        locked.done_on, locked.result, locked.done_by = done_on, result, by
        locked.save(update_fields=["done_on", "result", "done_by"])
        store_change(case, [], action="channel.case_reviewed")
    return locked


def _plan_review(case: ChannelCase, due_on: date, by: User) -> None:
    """One review of the plan waits at a time: another day for it is the same review."""
    waiting = CaseReview.objects.open().filter(council=case.council_id, case=case, kind=ReviewKind.PLAN)
    if not waiting.update(due_on=due_on):
        CaseReview.objects.create(
            council=case.council, case=case, kind=ReviewKind.PLAN, due_on=due_on, created_by=by
        )
