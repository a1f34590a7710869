"""A council's word on a return: accept it, or ask."""

from __future__ import annotations

from django.db import transaction

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from training.enums import ReturnState
from training.models import ReturnReview, TrainingReturn
from training.policies import require_reviewable


def review_return(
    *, training_return: TrainingReturn, council: Council, state: ReturnState, comment: str, by: User | None
) -> ReturnReview:
    """Accept a return for a council, or query it with a comment that the organisation reads.

    Args:
        by: who reviews; None for the service principal.

    Raises:
        ReturnRefused: for a query without a comment.
    """
    require_reviewable(state, comment)
    with transaction.atomic():
        review = ReturnReview.objects.create(
            council=council,
            training_return=training_return,
            state=state,
            comment=comment.strip(),
            reviewed_by=by,
        )
        record(
            action=f"training.return_{state.value}",
            subject=review,
            details={"return": training_return.pk, "version": training_return.version},
        )
    return review
