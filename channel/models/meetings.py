"""Meetings of a panel, and the cases that they discuss."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from channel.enums import Agency, AttendanceState, ListedFor
from channel.models.cases import ChannelCase
from channel.models.panels import Panel, Seat
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned


class ChannelMeeting(CouncilOwned):
    """A meeting of a panel. Its cases can be opened only between its opening and its close."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True, help_text="A room, or that it is held online.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
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
            ),
            models.CheckConstraint(
                name="channel_meeting_is_cancelled_or_held",
                condition=Q(cancelled_at__isnull=True) | Q(opened_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} at {self.starts_at:%Y-%m-%d}"


class MeetingCase(CouncilOwned):
    """A case that a meeting discusses."""

    meeting = models.ForeignKey(ChannelMeeting, models.CASCADE, related_name="listed_cases")
    case = models.ForeignKey(ChannelCase, models.CASCADE, related_name="meetings")
    listed_for = models.CharField(
        max_length=12, choices=ListedFor.choices, default=ListedFor.DISCUSSION, help_text="Why it is listed."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place on the agenda.")
    listed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="case_listed_once_per_meeting")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.meeting_id}"


class Attendance(CouncilOwned):
    """Whether the holder of a seat came to a meeting, as chair or secretary recorded it.

    The agency is kept as it was on the day, so that attendance by agency does not change with a later seat.
    """

    meeting = models.ForeignKey(ChannelMeeting, models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendance")
    agency = models.CharField(max_length=16, choices=Agency.choices)
    state = models.CharField(max_length=12, choices=AttendanceState.choices)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["agency", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_once_per_meeting")
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} at {self.meeting_id}: {self.state}"
