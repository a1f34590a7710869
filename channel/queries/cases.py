"""Reads of case summaries: ``readable_cases`` is the one rule that lists, details and counts use."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from channel.enums import READ_CASE, Capacity
from channel.models import CaseUserPermission, ChannelCase, ChannelMeeting, MeetingCase, Seat
from channel.permissions import NAMED_ROLES, STANDING_ROLES, ChannelPermission
from channel.queries.break_glass import open_break_glass
from channel.queries.promises import promised
from channel.queries.statements import prepared_panels, signed_meetings
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role


def readable_cases(access: CouncilAccess) -> QuerySet[ChannelCase]:
    """Cases that the person may read at this moment (RC-2, RC-3).

    The person prepares the panel's cases; or has opened it in an emergency; or the case is listed at an open
    meeting whose current statement they signed, their promise of confidentiality is in force, and their seat
    on that panel reaches the case. ``has_perm`` says the same (backends.py), and so does the database's wall
    (``channel_visible_cases`` of migrations/0011_retention_walls.py).
    """
    if not access.may(ChannelPermission.VIEW_CHANNEL):
        return ChannelCase.objects.none()
    return ChannelCase.objects.filter(
        Q(panel__in=prepared_panels(access).order_by())
        | Q(pk__in=open_break_glass(access).order_by().values("case"))
        | Q(pk__in=_reached_at_meetings(access).values("case")),
        council=access.council,
    )


def _reached_at_meetings(access: CouncilAccess) -> QuerySet[MeetingCase]:
    """Cases on the lists of signed meetings, as far as the person's seat and role reach.

    A district attender's and a police representative's seat reaches residents of its own area (rule 3 of the
    product); any other reaches cases granted by name, and only with a last day if it is a case manager's, by
    its capacity or by its holder's role (RC-3).
    """
    seats = Seat.objects.live().filter(
        council=access.council, person=access.user, panel=OuterRef("meeting__panel")
    )
    granted = CaseUserPermission.objects.live().filter(
        council=access.council,
        user=access.user,
        permission__codename=READ_CASE,
        content_object=OuterRef("case"),
    )
    areas = {Capacity.DISTRICT, Capacity.POLICE}
    reaches = Q()
    if Role.DISTRICT_ATTENDER in access.roles:
        reaches |= Q(Exists(seats.filter(capacity=Capacity.DISTRICT, district=OuterRef("case__residence"))))
    if Role.POLICE_REPRESENTATIVE in access.roles:
        reaches |= Q(
            Exists(seats.filter(capacity=Capacity.POLICE, police_area=OuterRef("case__police_area")))
        )
    if access.roles & NAMED_ROLES:
        named = seats.exclude(capacity__in=areas)
        reaches |= Q(Exists(named)) & Q(Exists(granted.filter(ends_on__isnull=False)))
    if access.roles & STANDING_ROLES:
        standing = seats.exclude(capacity__in=[*areas, Capacity.CASE_MANAGER])
        reaches |= Q(Exists(standing)) & Q(Exists(granted))
    if not reaches:
        return MeetingCase.objects.none()
    return MeetingCase.objects.filter(
        promised(access),
        reaches,
        council=access.council,
        meeting__in=signed_meetings(access).values("meeting"),
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
