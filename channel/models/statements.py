"""Confidentiality statements, and who signed them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from channel.enums import StatementKind
from channel.models.meetings import ChannelMeeting
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class StatementVersion(CouncilOwned):
    """One version of a council's confidentiality statement. Append-only: new words are a new version."""

    kind = models.CharField(max_length=10, choices=StatementKind.choices)
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=4_000)
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the text.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["kind", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["council", "kind", "number"], name="statement_number_is_unique"),
            models.CheckConstraint(name="statement_number_counts_from_1", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} version {self.number}"


class Signature(CouncilOwned):
    """One person's acceptance of a statement's version for one meeting (RC-2). Append-only."""

    meeting = models.ForeignKey(ChannelMeeting, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    statement = models.ForeignKey(StatementVersion, models.PROTECT, related_name="signatures")
    text_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person", "statement"], name="statement_signed_once_per_meeting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.meeting_id}"


class Acknowledgement(CouncilOwned):
    """The annual acknowledgement under which chair and secretary prepare cases. Append-only."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    statement = models.ForeignKey(StatementVersion, models.PROTECT, related_name="acknowledgements")
    text_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["panel", "person", "signed_at"], name="acknowledgement_panel_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.panel_id}"
