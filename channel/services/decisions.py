"""Record what the panel decided about a case, and close it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from channel.case_choices import (
    FOLLOW_UPS,
    CareConsidered,
    DecisionBasis,
    DecisionKind,
    Outcome,
    SupportState,
)
from channel.models import CaseDecision, CaseReview, ChannelCase, ChannelMeeting, MeetingCase
from channel.policies.cases import (
    require_declaration,
    require_not_closed,
    require_plain_words,
    require_stages_in_order,
)
from channel.policies.consent import require_outcome
from channel.policies.refusals import ChannelRefused
from channel.queries.reviews import follow_up_days
from channel.services.case_changes import locked_case, store_change
from prevent_portal.accounts.models import User
from prevent_portal.keys.refusals import KeyStoreAway
from prevent_portal.keys.services.sealing import seal


def record_decision(
    *,
    case: ChannelCase,
    kind: DecisionKind,
    basis: DecisionBasis,
    decided_on: date,
    police_present: bool,
    version: int,
    by: User,
    meeting: ChannelMeeting | None = None,
) -> CaseDecision:
    """Record a decision of the panel: what, how it was reached, and that the police were there (section 37).

    The first decision's day is the day of the first panel where that was not recorded.

    Raises:
        ChannelRefused: without a police representative present; for a day that lies ahead or before the
            referral; for a meeting that did not discuss the case; for a closed case.
        CaseChanged: if somebody saved since, and for the same form sent twice.
    """
    today = timezone.localdate()
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        require_not_closed(locked)
        if not police_present:
            raise ChannelRefused(
                "A police representative for the area of residence must be present when the panel discusses "
                "a case. Put the case on another meeting’s list."
            )
        if decided_on > today:
            raise ChannelRefused("The decision must be today or in the past.")
        if locked.referred_on is not None and decided_on < locked.referred_on:
            raise ChannelRefused("The decision must be on or after the day of referral.")
        if (
            meeting is not None
            and not MeetingCase.objects.filter(
                council=locked.council_id, meeting=meeting, case=locked
            ).exists()
        ):
            raise ChannelRefused("This meeting did not discuss the case.")
        decision = CaseDecision.objects.create(
            council=locked.council,
            case=locked,
            meeting=meeting,
            decided_on=decided_on,
            kind=kind,
            basis=basis,
            police_present=police_present,
            recorded_by=by,
        )
        fields = []
        if locked.first_panel_on is None:
            locked.first_panel_on = decided_on
            require_stages_in_order(locked, today)
            fields.append("first_panel_on")
        store_change(locked, fields, action="channel.case_decided")
    return decision


def close_case(
    *,
    case: ChannelCase,
    outcome: Outcome,
    exited_on: date,
    care_considered: CareConsidered | None,
    version: int,
    by: User,
    owner_now: str = "",
    no_intelligence: bool = False,
) -> ChannelCase:
    """Close a case: how it ended, what was considered (section 36(6)), and its two reviews (rule 6).

    Args:
        owner_now: the organisation that owns a case which was passed on.
        no_intelligence: the declaration of rule 7, for what is written here.

    Raises:
        ChannelRefused: for an outcome without what belongs to it; for a day that lies ahead or before an
            earlier stage; for a case that is closed.
        CaseChanged: if somebody saved since.
    """
    today = timezone.localdate()
    owner = owner_now.strip()
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        require_not_closed(locked)
        require_outcome(locked, outcome, care_considered, owner)
        fields = ["exited_on", "outcome", "care_considered", "support_state"]
        named = [*fields, "owner_now"] if owner else fields
        if owner:
            require_declaration(no_intelligence)
            require_plain_words(owner, "The organisation", today)
            try:
                fields = [*fields, *seal(locked, owner_now=owner)]
            except KeyStoreAway as error:
                raise ChannelRefused(
                    "The case cannot be closed just now. Keep this page and try again in a few minutes."
                ) from error
        locked.exited_on = exited_on
        locked.outcome = outcome
        locked.care_considered = care_considered or ""
        if locked.support_state == SupportState.IN_PLACE:
            locked.support_state = SupportState.STOPPED
        require_stages_in_order(locked, today)
        # Reviews of the plan and further assessments that wait have nothing to wait for any more; what the
        # panel owes a closed case are the two reviews after it.
        days = follow_up_days(exited_on)
        CaseReview.objects.bulk_create(
            CaseReview(council=locked.council, case=locked, kind=kind, due_on=days[kind], created_by=by)
            for kind in FOLLOW_UPS
        )
        store_change(locked, fields, action="channel.case_closed", named=named)
    return locked
