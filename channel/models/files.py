"""Files that chair and secretary take out of the portal: sealed, for a day, for whoever asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from channel.enums import FileForm, FileKind
from channel.models.meetings import ChannelMeeting
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.keys.models import SealedRow
from prevent_portal.tenancy.models import CouncilOwned


class PanelFile(SealedRow, CouncilOwned):
    """An agenda, a meeting record or a panel's figures as a file, asked for by one person and theirs alone.

    Its bytes are ciphertext under a key of this file alone, so that it is gone for good with its key (RC-8).
    """

    sealed_noun = "file"

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="files")
    meeting = models.ForeignKey(ChannelMeeting, models.PROTECT, null=True, blank=True, related_name="files")
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    form = models.CharField(max_length=4, choices=FileForm.choices)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The year of figures: from 1 April of this year."
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)
    content = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "requested_by"], name="panel_file_requested_by")]
        constraints = [
            models.CheckConstraint(
                name="panel_file_is_of_a_meeting_or_a_year",
                condition=Q(kind=FileKind.FIGURES, meeting__isnull=True, year__isnull=False)
                | (~Q(kind=FileKind.FIGURES) & Q(meeting__isnull=False, year__isnull=True)),
            ),
            models.CheckConstraint(
                name="panel_file_is_made_with_its_content",
                condition=Q(made_at__isnull=True, content__isnull=True)
                | Q(made_at__isnull=False, content__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} as {self.form}"
