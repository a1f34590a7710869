"""Reads of a meeting's agenda, for whoever may read its cases."""

from __future__ import annotations

from channel.models import ChannelMeeting, MeetingCase
from channel.queries.cases import readable_cases, readable_cases_of
from prevent_portal.accounts.access import CouncilAccess


def readable_agenda(access: CouncilAccess, meeting: ChannelMeeting) -> list[MeetingCase]:
    """The cases of a meeting that the person may read now, in the order of the agenda."""
    return list(
        MeetingCase.objects.filter(
            council=access.council,
            meeting=meeting,
            case__in=readable_cases_of(access, meeting).order_by().values("pk"),
        )
        .select_related("case")
        .only("listed_for", "position", "council_id", "meeting_id", "case__reference", "case__council_id")
        .order_by("position", "pk")
    )


def references_to_list(access: CouncilAccess, meeting: ChannelMeeting) -> list[str]:
    """References of the panel's cases that the person prepares and that the agenda does not hold yet."""
    listed = MeetingCase.objects.filter(council=access.council, meeting=meeting)
    return list(
        readable_cases(access)
        .filter(panel=meeting.panel_id)
        .exclude(pk__in=listed.values("case"))
        .order_by("reference")
        .values_list("reference", flat=True)
    )
