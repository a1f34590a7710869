"""Meetings of a panel, and the cases that they discuss."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from channel.models.cases import ChannelCase
from channel.models.panels import Panel
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ChannelMeeting(CouncilOwned):
    """A meeting of a panel. Its cases can be opened only between its opening and its close."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["council", "panel", "starts_at"], name="channel_meeting_panel_start")]
        constraints = [
            models.CheckConstraint(
                name="channel_meeting_closes_after_it_opens",
                condition=Q(closed_at__isnull=True)
                | Q(opened_at__isnull=False, closed_at__gte=F("opened_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} at {self.starts_at:%Y-%m-%d}"


class MeetingCase(CouncilOwned):
    """A case that a meeting discusses."""

    meeting = models.ForeignKey(ChannelMeeting, models.CASCADE, related_name="listed_cases")
    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="meetings")
    listed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="case_listed_once_per_meeting")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.meeting_id}"
