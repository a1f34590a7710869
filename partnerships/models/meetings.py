"""Meetings of boards."""

from __future__ import annotations

from django.db import models

from partnerships.models.boards import Board
from prevent_portal.tenancy.models import CouncilOwned


class Meeting(CouncilOwned):
    """A meeting of a board, planned or held."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    papers_due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["held_on"]
        indexes = [models.Index(fields=["council", "held_on"], name="meeting_council_date")]

    def __str__(self) -> str:
        return f"{self.board_id} on {self.held_on}"
