"""Reads of the words in force, and of what a person's signature opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from channel.enums import ACKNOWLEDGEMENT_LASTS_DAYS, StatementKind
from channel.models import Acknowledgement, ChannelMeeting, Panel, Signature, StatementVersion
from channel.queries.meetings import open_meetings
from channel.queries.panels import led_panels
from channel.queries.promises import promised
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council


def current_statement(council: Council, kind: StatementKind) -> StatementVersion | None:
    """The words in force, or None where the council has published none."""
    return StatementVersion.objects.filter(council=council, kind=kind).order_by("-number").first()


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


def prepared_panels(access: CouncilAccess) -> QuerySet[Panel]:
    """Led panels under a current annual acknowledgement: their cases can be prepared between meetings.

    Without a promise of confidentiality in force there are none.
    """
    since = timezone.now() - timedelta(days=ACKNOWLEDGEMENT_LASTS_DAYS)
    signed = Acknowledgement.objects.filter(
        council=access.council,
        person=access.user,
        signed_at__gt=since,
        statement=Subquery(_current_statement(access.council, StatementKind.ANNUAL)),
    )
    return led_panels(access).filter(promised(access), pk__in=signed.values("panel"))


def _current_statement(council: Council, kind: StatementKind) -> QuerySet[StatementVersion, Any]:
    return StatementVersion.objects.filter(council=council, kind=kind).order_by("-number").values("pk")[:1]
