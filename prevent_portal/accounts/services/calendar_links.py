"""The private address of a person's calendar: made by them, shown once, replaced and ended by them."""

from __future__ import annotations

import hashlib
import secrets

from django.db import connection, transaction
from django.utils import timezone

from prevent_portal.accounts.models import CalendarLink, User
from prevent_portal.audit.services import record


def make(*, by: User) -> str:
    """Make the address, or a new one in place of the one there was, which stops at once.

    Returns:
        Its secret, which is shown once and stored nowhere.
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=by.pk)
        link, is_new = CalendarLink.objects.update_or_create(
            user=person,
            defaults={
                "digest": _digest(secret),
                "security_stamp": person.security_stamp,
                "made_at": timezone.now(),
                "ended_at": None,
            },
        )
        action = "accounts.calendar_link_made" if is_new else "accounts.calendar_link_replaced"
        record(action=action, subject=link)
    return secret


def end(*, by: User) -> None:
    """End the address, if there is one that answers."""
    with transaction.atomic():
        link = CalendarLink.objects.select_for_update().filter(user=by, ended_at__isnull=True).first()
        if link is not None:
            link.ended_at = timezone.now()
            link.save(update_fields=["ended_at"])
            record(action="accounts.calendar_link_ended", subject=link)


def link_of(person: User) -> CalendarLink | None:
    """The person's address as it stands, ended ones included. Needs a scope of theirs."""
    return CalendarLink.objects.select_related("user").filter(user=person).first()


def person_behind(secret: str) -> User | None:
    """Whose calendar it is, of an address that answers; None for every other.

    Nobody is signed in and no scope is open yet, so the database answers with the person alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_calendar_person(%s)", [_digest(secret)])
        (user_id,) = cursor.fetchone()
    return User.objects.get(pk=user_id) if user_id is not None else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
