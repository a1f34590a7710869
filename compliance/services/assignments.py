"""Ask people for the answers to checklist items."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import AssessmentState
from compliance.models import Assessment, ItemAnswer
from compliance.policies import PolicyError
from compliance.policies.answers import OPEN_ANSWERS
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def assign_items(
    *,
    assessment: Assessment,
    by: User,
    answer_ids: Collection[UUID],
    owner: User | None,
    answer_by: date | None = None,
) -> list[ItemAnswer]:
    """Ask one person for several items of a round, all or none; nobody takes them away from who has them.

    Answers that stand as asked already are left alone, so a second sending changes nothing.

    Raises:
        PolicyError: for a closed round, no items, an item of another round, a day that has passed, or an
            item that is submitted or accepted; it names which.
    """
    wanted = set(answer_ids)
    if not wanted:
        raise PolicyError("Select at least one item.")
    if answer_by is not None and answer_by < timezone.localdate():
        raise PolicyError("The day by which to answer must be today or later.")
    with transaction.atomic():
        # The round's lock comes first, as in closing it: nothing is asked of a round that closes meanwhile.
        current = Assessment.objects.select_for_update(no_key=True).get(
            council=assessment.council_id, pk=assessment.pk
        )
        if current.state != AssessmentState.OPEN:
            raise PolicyError("This round is closed, so nobody can be asked for its answers.")
        locked = list(
            ItemAnswer.objects.select_for_update(of=("self",), no_key=True)
            .select_related("item", "local_item")
            .filter(council=assessment.council_id, assessment=current, pk__in=wanted)
            .order_by("pk")
        )
        if len(locked) != len(wanted):
            raise PolicyError("Some of these items are not in this round. Open the page again.")
        fixed = [answer.asked.ref for answer in locked if answer.state not in OPEN_ANSWERS]
        if fixed:
            raise PolicyError(
                f"{', '.join(fixed)}: submitted or accepted already, so nothing was assigned. "
                "Return an answer first to ask somebody else."
            )
        due = answer_by if owner else None
        for answer in locked:
            if (answer.owner_id, answer.answer_by) == (owner.pk if owner else None, due):
                continue
            answer.owner = owner
            answer.answer_by = due
            answer.version += 1
            answer.save(update_fields=["owner", "answer_by", "version"])
            record(
                action="compliance.item_assigned",
                subject=answer,
                details={"owner": owner.pk if owner else None},
            )
    return locked
