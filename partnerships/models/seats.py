"""Seats of boards, which belong to agencies, and who holds each of them from a day to a day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from partnerships.enums import SeatRole
from partnerships.models.boards import Board
from partnerships.models.organisations import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, CouncilOwned


class Seat(CouncilOwned):
    """A place on a board that belongs to an agency: an organisation, or a council of the board.

    The agency keeps it whoever sits there, so attendance is counted by agency.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="+", help_text="A council's own seat."
    )
    role = models.CharField(max_length=10, choices=SeatRole.choices, default=SeatRole.MEMBER)
    post = models.CharField(max_length=120, blank=True, help_text="The post that is meant to sit here.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day of the seat.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["council", "board"], name="seat_council_board")]
        constraints = [
            models.CheckConstraint(
                name="seat_belongs_to_one_agency",
                condition=Q(organisation__isnull=True) ^ Q(agency__isnull=True),
            ),
            models.CheckConstraint(
                name="board_seat_ends_after_it_starts",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["council", "board"],
                condition=Q(role="chair", ends_on__isnull=True),
                name="board_has_one_chair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.board_id}"


class SeatHolder(CouncilOwned):
    """Who holds a seat, or stands in for its holder, from a day to a day.

    ``post`` is how everybody names the holder; ``person`` is kept only where there is an account.
    """

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="holders")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    post = models.CharField(max_length=120)
    is_substitute = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day of the term.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["is_substitute", "-starts_on"]
        indexes = [models.Index(fields=["council", "seat"], name="seat_holder_council_seat")]
        constraints = [
            models.CheckConstraint(
                name="seat_holder_ends_after_they_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["council", "seat"],
                condition=Q(is_substitute=False, ends_on__isnull=True),
                name="seat_has_one_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.seat_id})"
