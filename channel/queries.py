"""Reads of Channel. Each carries the rule in its own words, beside the walls of the database.

``readable_cases`` is the one rule that lists, details and counts use.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from channel.enums import (
    ACKNOWLEDGEMENT_LASTS_DAYS,
    LEADING,
    MEETING_LASTS,
    READ_CASE,
    StatementKind,
)
from channel.models import (
    Acknowledgement,
    CaseUserPermission,
    ChannelCase,
    ChannelMeeting,
    MeetingCase,
    Panel,
    Seat,
    Signature,
    StatementVersion,
)
from channel.permissions import ChannelPermission
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council


def own_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Panels on which the person sits today, with a live role of Channel."""
    if not access.may(ChannelPermission.VIEW_CHANNEL):
        return Panel.objects.none()
    seats = Seat.objects.live().filter(council=access.council, person=access.user)
    return Panel.objects.filter(council=access.council, pk__in=seats.values("panel"))


def led_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Panels that the person leads as chair or secretary."""
    if not access.may(ChannelPermission.LEAD_PANEL):
        return Panel.objects.none()
    seats = Seat.objects.live().filter(
        council=access.council, person=access.user, capacity__in=sorted(LEADING)
    )
    return Panel.objects.filter(council=access.council, pk__in=seats.values("panel"))


def prepared_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Led panels under a current annual acknowledgement: their cases can be prepared between meetings."""
    since = timezone.now() - timedelta(days=ACKNOWLEDGEMENT_LASTS_DAYS)
    signed = Acknowledgement.objects.filter(
        council=access.council,
        person=access.user,
        signed_at__gt=since,
        statement=Subquery(_current_statement(access.council, StatementKind.ANNUAL)),
    )
    return led_panels(access).filter(pk__in=signed.values("panel"))


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


def is_open(meeting: ChannelMeeting, at: datetime | None = None) -> bool:
    """Whether a meeting is open. One that nobody closed lapses by itself."""
    moment = at or timezone.now()
    return (
        meeting.opened_at is not None
        and meeting.closed_at is None
        and moment - meeting.opened_at < MEETING_LASTS
    )


def signed_meetings(access: CouncilAccess) -> QuerySet[Signature]:
    """The person's signatures of the current statement for meetings that are open now."""
    return Signature.objects.filter(
        council=access.council,
        person=access.user,
        statement=Subquery(_current_statement(access.council, StatementKind.MEETING)),
        meeting__in=open_meetings(access).order_by().values("pk"),
    )


def has_signed(access: CouncilAccess, meeting: ChannelMeeting) -> bool:
    """Whether this meeting's cases are open to the person by their own signature."""
    return signed_meetings(access).filter(meeting=meeting).exists()


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


def current_statement(council: Council, kind: StatementKind) -> StatementVersion | None:
    """The words in force, or None where the council has published none."""
    return StatementVersion.objects.filter(council=council, kind=kind).order_by("-number").first()


def seats_of(panel: Panel) -> QuerySet[Seat]:
    """Who sits on a panel today; its chair and secretary see all, others only themselves."""
    return (
        Seat.objects.live()
        .filter(council=panel.council_id, panel=panel)
        .select_related("person")
        .order_by("person__name", "pk")
    )


def grants_on(case: ChannelCase) -> QuerySet[CaseUserPermission]:
    """Grants on a case, for those who prepare it."""
    return (
        CaseUserPermission.objects.filter(council=case.council_id, content_object=case)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def read_permission() -> Permission:
    """Guardian's permission to read one case, as grants hold it."""
    return Permission.objects.get(codename=READ_CASE, content_type__app_label="channel")


def _current_statement(council: Council, kind: StatementKind) -> QuerySet[StatementVersion, Any]:
    return StatementVersion.objects.filter(council=council, kind=kind).order_by("-number").values("pk")[:1]
