"""Boards and groups, and the councils that take part in a joint one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.enums import BoardLevel, Cadence
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id


class Board(CouncilOwned):
    """A board or group. ``council`` is its host; other councils join through BoardParticipant."""

    name = models.CharField(max_length=160)
    level = models.CharField(max_length=20, choices=BoardLevel.choices, default=BoardLevel.STRATEGIC)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="groups")
    cadence = models.CharField(max_length=20, choices=Cadence.choices, default=Cadence.QUARTERLY)
    chair_title = models.CharField(max_length=120, blank=True, help_text="The post that chairs it.")
    terms_reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["council", "name"], name="board_name_is_unique_in_council")
        ]

    def __str__(self) -> str:
        return self.name


class BoardParticipant(models.Model):
    """A council that takes part in a joint board of another council, for a time.

    It sees the joint board and nothing else of the host.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    board = models.ForeignKey(Board, models.CASCADE, related_name="participants")
    host = models.ForeignKey(Council, models.PROTECT, related_name="+")
    participant = models.ForeignKey(Council, models.PROTECT, related_name="+")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "participant"], name="board_joined_once"),
            models.CheckConstraint(
                name="board_participant_is_not_the_host", condition=~Q(participant=F("host"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} in {self.board_id}"
