"""Reads of the meetings of one's own panels."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from channel.enums import MEETING_LASTS
from channel.models import ChannelMeeting, MeetingCase
from channel.queries.panels import own_panels
from prevent_portal.accounts.access import CouncilAccess


def meetings_of_own_panels(access: CouncilAccess) -> QuerySet[ChannelMeeting]:
    """Meetings of the person's panels, newest first."""
    return (
        ChannelMeeting.objects.filter(council=access.council, panel__in=own_panels(access))
        .select_related("panel")
        .order_by("-starts_at", "pk")
    )


def open_meetings(access: CouncilAccess) -> QuerySet[ChannelMeeting]:
    """Meetings of the person's panels that are open now."""
    return meetings_of_own_panels(access).filter(
        opened_at__gt=timezone.now() - MEETING_LASTS, closed_at__isnull=True
    )


def is_open(meeting: ChannelMeeting) -> bool:
    """Whether a meeting is open. One that nobody closed lapses by itself."""
    return (
        meeting.opened_at is not None
        and meeting.closed_at is None
        and timezone.now() - meeting.opened_at < MEETING_LASTS
    )


def agenda_of(meeting: ChannelMeeting) -> list[MeetingCase]:
    """All cases on a meeting's agenda in their order, for who prepares them.

    A reader's page takes ``agendas.readable_agenda``, which says itself what they may read.
    """
    return list(
        MeetingCase.objects.filter(council=meeting.council_id, meeting=meeting)
        .select_related("case")
        .order_by("position", "pk")
    )
