"""Destroy a record's key: the way in which a case is erased from every backup at once (RC-8)."""

from __future__ import annotations

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from prevent_portal.audit.services import record
from prevent_portal.keys.models import DataKey, SealedRow
from prevent_portal.keys.refusals import KeyStoreAway
from prevent_portal.keys.router import STORE

TRAIL = "owner"
"""The connection that may read the whole trail, of every council; it exists only where the operator works."""


def erase_key(*, row: SealedRow) -> bool:
    """Destroy the key of a row's record. What it sealed stays unreadable, in this database and in every dump.

    The key store commits at once, so erase keys last in the transaction that erases the rows: a key that is
    gone cannot come back with a rollback. Safe to repeat.

    Args:
        row: the record itself, such as the case.

    Returns:
        Whether there was a key until now.

    Raises:
        TransactionManagementError: outside a transaction, because the event needs it.
        KeyStoreAway: if the key store does not answer; the caller's transaction then fails as well.
    """
    if not connections[DEFAULT_DB_ALIAS].in_atomic_block:
        raise TransactionManagementError("Erasing a key needs the transaction that erases its record.")
    council_id: int = getattr(row, "council_id")  # noqa: B009 - every council-owned model has it
    record(action="keys.erased", subject=row, restricted=True)
    try:
        with transaction.atomic(using=STORE):
            return bool(
                DataKey.objects.filter(
                    council_id=council_id, subject=row.sealing_subject, erased_at__isnull=True
                ).update(wrapped=None, erased_at=timezone.now())
            )
    except (DatabaseError, InterfaceError) as error:
        raise KeyStoreAway("The key store does not answer.", noun=row.sealed_noun) from error


def erase_keys_again() -> tuple[int, int]:
    """Destroy every key whose destruction is in the trail and that a restored key store brought back (RC-8).

    For the operator, with the owner's login: no other sees the trail of all councils.

    Returns:
        How many had come back, and of how many the trail knows.
    """
    with transaction.atomic(using=TRAIL), connections[TRAIL].cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
        cursor.execute("SELECT DISTINCT subject_id::uuid FROM audit.event WHERE action = 'keys.erased'")
        gone = [subject for (subject,) in cursor.fetchall()]
    with transaction.atomic(using=STORE):
        came_back = DataKey.objects.filter(subject__in=gone, erased_at__isnull=True)
        return came_back.update(wrapped=None, erased_at=timezone.now()), len(gone)
