"""Reads of the words in force, and of what a person's signature opens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from channel.enums import ACKNOWLEDGEMENT_LASTS_DAYS, StatementKind
from channel.models import Acknowledgement, ChannelMeeting, Panel, Signature, StatementVersion
from channel.permissions import ChannelPermission
from channel.queries.definers import answers_of
from channel.queries.meetings import open_meetings
from channel.queries.panels import led_panels
from channel.queries.promises import promised
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date


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


def promises_due(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Meetings' statements and yearly acknowledgements that the person has still to sign: one statement.

    A meeting's from a week before until it closes, an acknowledgement's from a month before it lapses. No row
    of Channel is visible across councils, so the database gives kinds, keys and dates, and nothing else.
    """
    councils = mine.where(ChannelPermission.VIEW_CHANNEL)
    if not councils:
        return
    for council_id, kind, subject, due_on in answers_of(
        "SELECT council_id, kind, subject, due_on FROM channel_promises_due() ORDER BY due_on, subject"
    ):
        council = councils.get(council_id)
        if council is None:
            continue
        annual = kind == StatementKind.ANNUAL
        yield DueItem(
            council=council,
            due_on=due_on,
            reference="Channel",
            title="yearly acknowledgement" if annual else f"meeting of {british_date(due_on)}",
            task="Sign the yearly acknowledgement" if annual else "Sign the confidentiality statement",
            href=reverse(
                "channel-acknowledge" if annual else "channel-meeting", args=[council.slug, subject]
            ),
            kind="statement",
            statutory=True,
            restricted=True,
        )


def _current_statement(council: Council, kind: StatementKind) -> QuerySet[StatementVersion, Any]:
    return StatementVersion.objects.filter(council=council, kind=kind).order_by("-number").values("pk")[:1]
