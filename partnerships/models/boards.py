"""Boards and groups, their terms of reference, whom they report to, and the councils of a joint one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.enums import BoardKind, BoardLevel, BoardState, Cadence, ParticipationState
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.tenancy.models import Council, CouncilOwned, new_id


class Board(CouncilOwned):
    """A board or group. ``council`` is its host; other councils join through BoardParticipant.

    Whom it reports to is in GovernanceLine, its terms of reference in BoardTerms, who sits on it in Seat.
    """

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=BoardKind.choices, default=BoardKind.OTHER)
    level = models.CharField(max_length=20, choices=BoardLevel.choices, default=BoardLevel.STRATEGIC)
    state = models.CharField(max_length=10, choices=BoardState.choices, default=BoardState.ACTIVE)
    purpose = models.TextField(blank=True)
    cadence = models.CharField(max_length=20, choices=Cadence.choices, default=Cadence.QUARTERLY)
    chair_title = models.CharField(max_length=120, blank=True, help_text="The post that chairs it.")
    quorum = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many agencies must be present."
    )
    lead_officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who looks after it."
    )
    starts_on = models.DateField(null=True, blank=True, help_text="Since when it meets.")
    set_up_by = models.DateField(null=True, blank=True, help_text="When a planned one is to be in place.")
    closed_on = models.DateField(null=True, blank=True, help_text="Last day on which it existed.")
    close_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["council", "name"], name="board_name_is_unique_in_council"),
            models.CheckConstraint(
                name="board_closed_has_its_date",
                condition=Q(state="closed", closed_on__isnull=False)
                | (~Q(state="closed") & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="board_quorum_is_somebody", condition=Q(quorum__isnull=True) | Q(quorum__gte=1)
            ),
        ]

    @property
    def reference(self) -> str:
        """Short name for e-mails and lists, without personal data (rule 14 of the product)."""
        return f"B-{self.pk.hex[-6:].upper()}"

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether it meets or is to be set up: only then does anything of it change."""
        return self.state != BoardState.CLOSED


class BoardParticipant(models.Model):
    """A council that takes part in a joint board of another council, for a time.

    The host invites; the invited council answers, and may leave. While it takes part it sees the joint board
    and nothing else of the host. A trigger keeps each side to its own part of the row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    board = models.ForeignKey(Board, models.CASCADE, related_name="participants")
    host = models.ForeignKey(Council, models.PROTECT, related_name="+")
    participant = models.ForeignKey(Council, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=ParticipationState.choices, default=ParticipationState.INVITED
    )
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it takes part.")
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["board", "participant"],
                condition=Q(state="invited") | Q(state="joined", ends_on__isnull=True),
                name="board_joined_once_at_a_time",
            ),
            models.CheckConstraint(
                name="board_participant_is_not_the_host", condition=~Q(participant=F("host"))
            ),
            models.CheckConstraint(
                name="board_participation_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} in {self.board_id}"


class BoardTerms(CouncilOwned):
    """One version of a board's terms of reference. A later one never changes what an earlier one said.

    ``document_version`` is the very file or link that was agreed, so that a newer upload does not replace it.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="terms")
    number = models.PositiveIntegerField()
    agreed_on = models.DateField()
    reviewed_on = models.DateField(
        null=True, blank=True, help_text="When they were last looked at and kept as they are."
    )
    review_on = models.DateField(help_text="When they are to be looked at next.")
    summary = models.TextField(blank=True, help_text="What changed, or what they say.")
    document_version = models.ForeignKey(
        DocumentVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "board", "number"], name="board_terms_number_is_unique"
            ),
            models.CheckConstraint(
                name="board_terms_reviewed_after_agreed",
                condition=Q(review_on__gt=F("agreed_on"))
                & (Q(reviewed_on__isnull=True) | Q(reviewed_on__gte=F("agreed_on"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Terms {self.number} of {self.board_id}"


class GovernanceLine(CouncilOwned):
    """One line of a council's governance picture: a group reports to a body. A group may have several.

    Each end is a board of the council itself, or a joint board of another council that it takes part in: a
    participant places the joint board in its own picture and learns nothing of the host's.
    """

    board = models.ForeignKey(Board, models.CASCADE, null=True, blank=True, related_name="lines_up")
    joined = models.ForeignKey(BoardParticipant, models.CASCADE, null=True, blank=True, related_name="+")
    parent = models.ForeignKey(Board, models.CASCADE, null=True, blank=True, related_name="lines_down")
    parent_joined = models.ForeignKey(
        BoardParticipant, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "board", "joined", "parent", "parent_joined"],
                nulls_distinct=False,
                name="governance_line_once",
            ),
            models.CheckConstraint(
                name="governance_line_has_one_lower_end",
                condition=Q(board__isnull=True) ^ Q(joined__isnull=True),
            ),
            models.CheckConstraint(
                name="governance_line_has_one_upper_end",
                condition=Q(parent__isnull=True) ^ Q(parent_joined__isnull=True),
            ),
            models.CheckConstraint(
                name="governance_line_is_no_loop",
                condition=(Q(board__isnull=True) | Q(parent__isnull=True) | ~Q(board=F("parent")))
                & (Q(joined__isnull=True) | Q(parent_joined__isnull=True) | ~Q(joined=F("parent_joined"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board_id or self.joined_id} under {self.parent_id or self.parent_joined_id}"
