"""One e-mail a day at most, telling a person how much waits and where."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import due_items
from prevent_portal.outbox.models import Email
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.tenancy.scope import own_councils_scope

logger = logging.getLogger(__name__)

HORIZON = timedelta(days=7)


def send_all(*, on: date | None = None) -> int:
    """Queue today's digest for everybody who has something due within a week or overdue. Returns how many."""
    today = on or timezone.localdate()
    queued = 0
    for person in User.objects.filter(is_active=True, is_service=False).order_by("pk").iterator():
        try:
            queued += send(user=person, on=today) is not None
        except Exception:
            # One person's trouble must not keep everybody after them from hearing.
            logger.exception("The digest of user %s could not be made.", person.pk)
    return queued


def send(*, user: User, on: date) -> Email | None:
    """Queue one person's digest of a day. A second call on that day queues nothing.

    Returns:
        The message, or None if nothing waits or it was queued before.
    """
    with own_councils_scope(user_id=user.pk):
        items = [i for i in due_items(user, on) if i.due_on is not None and i.due_on <= on + HORIZON]
        if not items:
            return None
        count = len(items)
        count = len(items)
        context = {
            "items": [
                {"reference": i.reference, "task": i.task, "due_on": i.due_on, "overdue": i.due_on < on}
                for i in items
                if i.due_on is not None
            ],
            "link": settings.PUBLIC_URL + reverse("my-work"),
        }
        return queue_email(
            recipient=user.email,
            subject=f"Prevent Portal: {count} {'thing waits' if count == 1 else 'things wait'} for you",
            text=render_to_string("outbox/digest.txt", context),
            html=render_to_string("outbox/digest.html", context),
            effect_key=f"digest:{user.pk}:{on.isoformat()}",
        )
