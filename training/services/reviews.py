"""A council's word on a return: accept it, or ask; and the organisation's answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.enums import ReturnState
from training.models import ReturnReview, ReviewAnswer, TrainingReturn
from training.policies.returns import ReturnRefused, require_reviewable


def review_return(
    *,
    training_return: TrainingReturn,
    council: Council,
    state: ReturnState,
    comment: str,
    by: User | None,
    at: datetime | None = None,
) -> ReturnReview:
    """Accept a return for a council, or query it with a comment that the organisation reads.

    Args:
        by: who reviews; None for the service principal.
        at: the moment from which it counts in reports; now unless told.

    Raises:
        ReturnRefused: for a query without a comment, and for a version that a newer one has replaced.
    """
    require_reviewable(state, comment)
    with transaction.atomic():
        _take_turns(training_return)
        if not TrainingReturn.objects.filter(pk=training_return.pk, is_current=True).exists():
            raise ReturnRefused("A newer version of this return has been sent. Review that one.")
        review = ReturnReview.objects.create(
            council=council,
            training_return=training_return,
            state=state,
            comment=comment.strip(),
            reviewed_by=by,
            reviewed_at=at or timezone.now(),
        )
        record(
            action=f"training.return_{state.value}",
            subject=review,
            details={"return": training_return.pk, "version": training_return.version},
        )
    return review


def answer_query(*, training_return: TrainingReturn, council: Council, text: str, by: User) -> ReviewAnswer:
    """Answer a council's question about a return whose figures stay as they are.

    The same words once more, as of a form that was sent twice, are the answer that is stored already.

    Raises:
        PolicyError: where nothing is asked, or the answer says nothing.
    """
    if not text.strip():
        raise PolicyError("Enter your answer.")
    with transaction.atomic():
        _take_turns(training_return)
        latest = (
            ReturnReview.objects.filter(council=council, training_return=training_return)
            .order_by("reviewed_at", "pk")
            .last()
        )
        if latest is None or latest.state != ReturnState.QUERIED:
            raise PolicyError("The council is not asking about this return.")
        if not TrainingReturn.objects.filter(pk=training_return.pk, is_current=True).exists():
            raise PolicyError("A newer version of this return has been sent. Answer there.")
        given = ReviewAnswer.objects.filter(
            council=council, review=latest, text=text.strip(), answered_by=by
        ).first()
        if given is not None:
            return given
        answer = ReviewAnswer.objects.create(
            council=council, review=latest, text=text.strip(), answered_by=by
        )
        record(
            action="training.query_answered",
            subject=answer,
            details={"return": training_return.pk, "review": latest.pk},
        )
    return answer


def _take_turns(training_return: TrainingReturn) -> None:
    """A review, an answer and a correction of one organisation's returns take turns, as those who send do."""
    Organisation.objects.select_for_update(no_key=True).get(pk=training_return.organisation_id)
