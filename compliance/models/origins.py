"""Where an answer was brought forward from."""

from __future__ import annotations

from django.db import models

from compliance.models.checklist import ItemAnswer
from prevent_portal.tenancy.models import CouncilOwned


class AnswerOrigin(CouncilOwned):
    """An earlier round's answer that an answer was brought forward from. Append-only.

    One for the same item or a renamed one, several where the newer edition merges items; an answer of the
    earlier round is the origin of several where the newer edition splits its item.
    """

    answer = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="origins")
    earlier = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "answer", "earlier"], name="origin_is_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} from {self.earlier_id}"
