"""Link checklist items with the plan actions that are to bring them about."""

from __future__ import annotations

from django.db import transaction

from compliance.models import Action, AnswerAction, ItemAnswer
from compliance.policies import PolicyError
from compliance.policies.answers import check_round_open
from compliance.services.checklist import lock_answer
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def link_action(*, answer: ItemAnswer, by: User, action: Action) -> AnswerAction:
    """Link an item of an open round with an action of the same council. Linked already, nothing changes.

    Raises:
        PolicyError: for a closed round, or another council's action.
    """
    if action.council_id != answer.council_id:
        raise PolicyError("This action is not in a plan of the council.")
    with transaction.atomic():
        locked = lock_answer(answer)
        check_round_open(locked)
        link, created = AnswerAction.objects.get_or_create(
            council=locked.council, answer=locked, action=action, defaults={"linked_by": by}
        )
        if created:
            record(action="compliance.item_linked", subject=locked, details={"action": action.pk})
    return link


def unlink_action(*, answer: ItemAnswer, by: User, action: Action) -> None:
    """Take the link away. Where there is none, nothing happens.

    Raises:
        PolicyError: for a closed round.
    """
    with transaction.atomic():
        locked = lock_answer(answer)
        check_round_open(locked)
        gone, _ = AnswerAction.objects.filter(
            council=locked.council_id, answer=locked, action=action
        ).delete()
        if gone:
            record(action="compliance.item_unlinked", subject=locked, details={"action": action.pk})
