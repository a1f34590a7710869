"""Record the steps of consent to support (RC-1, rule 4 of the product)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from channel.case_choices import ENDED_CONSENT, ConsentGiver, ReviewKind
from channel.enums import ConsentToSupport
from channel.models import CaseReview, ChannelCase, ConsentStep
from channel.policies.cases import require_not_closed
from channel.policies.consent import require_next_step
from channel.services.case_changes import locked_case, store_change
from prevent_portal.accounts.models import User


@dataclass(frozen=True)
class ConsentAnswer:
    """One step: what was asked or answered, when, by whom."""

    state: ConsentToSupport
    dated: date
    by_whom: ConsentGiver
    under_18: bool
    capacity_considered: bool = False
    reassess_on: date | None = None


def record_consent(*, case: ChannelCase, answer: ConsentAnswer, version: int, by: User) -> ConsentStep:
    """Add a step to the line of consent. Nothing of what was recorded before is changed.

    A refusal or withdrawal stops support that is in place, and sets the day of a further assessment.

    Raises:
        ChannelRefused: for a step that does not follow from the last one; without whose consent it is; for a
            closed case; if ``by`` does not prepare the panel's cases.
        CaseChanged: if somebody saved since.
    """
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        require_not_closed(locked)
        ends = answer.state in ENDED_CONSENT
        last = (
            ConsentStep.objects.filter(council=locked.council_id, case=locked).order_by("-position").first()
        )
        step = ConsentStep(
            council=locked.council,
            case=locked,
            state=answer.state,
            dated=answer.dated,
            by_whom=answer.by_whom,
            under_18=answer.under_18,
            capacity_considered=answer.capacity_considered,
            reassess_on=answer.reassess_on if ends else None,
            recorded_by=by,
        )
        require_next_step(step, last, locked, timezone.localdate())
        step.save(force_insert=True)
        if ends and step.reassess_on is not None:
            CaseReview.objects.create(
                council=locked.council,
                case=locked,
                kind=ReviewKind.REASSESSMENT,
                due_on=step.reassess_on,
                created_by=by,
            )
        # The database has carried the step to the case by now; only the version is ours to store.
        store_change(locked, [], action="channel.case_consent_recorded")
    return step
