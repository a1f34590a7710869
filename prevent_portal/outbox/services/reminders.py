"""The sent log and the inbox: note who was told of what, and let go of it in time."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from prevent_portal.outbox.models import Escalation, Notice, Reminder
from prevent_portal.tenancy.models import Council

NOTICE_KEPT = timedelta(days=90)
LOG_KEPT = timedelta(days=730)


def forget_told(*, council: Council) -> int:
    """Delete the council's notices and lines of the sent log whose time is over. Returns how many.

    Needs the council's service scope.
    """
    now = timezone.now()
    of_council = Reminder.objects.filter(council=council)
    old = (
        Notice.objects.filter(council=council, told_at__lt=now - NOTICE_KEPT),
        of_council.filter(restricted=True, told_at__lt=now - NOTICE_KEPT),
        of_council.filter(told_at__lt=now - LOG_KEPT),
        Escalation.objects.filter(council=council, seen_on__lt=(now - LOG_KEPT).date()),
    )
    return sum(rows.delete()[0] for rows in old)
