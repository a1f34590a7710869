"""Reads of case summaries: ``readable_cases`` is the one rule that lists, details and counts use."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from channel.enums import READ_CASE
from channel.models import CaseUserPermission, ChannelCase, ChannelMeeting, MeetingCase
from channel.permissions import ChannelPermission
from channel.queries.statements import prepared_panels, signed_meetings
from prevent_portal.accounts.access import CouncilAccess


def readable_cases(access: CouncilAccess) -> QuerySet[ChannelCase]:
    """Cases that the person may read at this moment (RC-2, RC-3).

    Either the person prepares the panel's cases; or they hold a grant on the case by name, the case is listed
    at an open meeting of their panel, and they have signed that meeting's current statement.
    """
    if not access.may(ChannelPermission.VIEW_CHANNEL):
        return ChannelCase.objects.none()
    granted = CaseUserPermission.objects.live().filter(
        council=access.council, user=access.user, permission__codename=READ_CASE
    )
    listed = MeetingCase.objects.filter(
        council=access.council, meeting__in=signed_meetings(access).values("meeting")
    )
    return ChannelCase.objects.filter(
        Q(panel__in=prepared_panels(access).order_by())
        | Q(pk__in=listed.values("case")) & Q(pk__in=granted.values("content_object")),
        council=access.council,
    )


def readable_cases_of(access: CouncilAccess, meeting: ChannelMeeting) -> QuerySet[ChannelCase]:
    """The readable cases that a meeting lists."""
    return readable_cases(access).filter(
        pk__in=MeetingCase.objects.filter(council=access.council, meeting=meeting).values("case")
    )


def meetings_that_list(access: CouncilAccess, reference: str) -> list[UUID]:
    """The open meetings, signed for by the person, that list a case which they may read."""
    listed = MeetingCase.objects.filter(
        council=access.council, case__in=readable_cases(access).filter(reference=reference)
    )
    return list(
        signed_meetings(access).filter(meeting__in=listed.values("meeting")).values_list("meeting", flat=True)
    )
