"""Record an event in the transaction of the write that it describes (AL-1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.transaction import TransactionManagementError


def record(
    *,
    action: str,
    subject: models.Model,
    details: dict[str, Any] | None = None,
    restricted: bool = False,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Write one event through the database function that owns the trail.

    Who and which council are read by the function from the transaction's scope, not taken from the caller.

    Args:
        action: ``<app>.<what happened>``, past tense.
        subject: the row it happened to; its type and key are kept, nothing else.
        details: references and field names, never content (AL-3).
        restricted: true for Channel: readable only with the right to read the restricted access log.

    Raises:
        TransactionManagementError: outside a transaction, because the event and the write must fall together.
        django.db.Error: if the event cannot be written; the caller's write then fails too.
    """
    if not connections[using].in_atomic_block:
        raise TransactionManagementError("An audit event needs the transaction of the write it describes.")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT audit.record(%s, %s, %s, %s::jsonb, %s)",
            [
                action,
                subject._meta.label_lower,
                str(subject.pk),
                json.dumps(details or {}, cls=DjangoJSONEncoder, sort_keys=True),
                restricted,
            ],
        )


def record_many(
    *,
    action: str,
    subjects: Sequence[tuple[models.Model, dict[str, Any]]],
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Write one event for each of many rows that one write changed, in one statement.

    Args:
        subjects: the rows, each with its own details; see :func:`record`.

    Raises:
        TransactionManagementError: as :func:`record`.
    """
    if not connections[using].in_atomic_block:
        raise TransactionManagementError("An audit event needs the transaction of the write it describes.")
    if not subjects:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT audit.record(%s, label, key, details::jsonb, false) "
            "FROM unnest(%s::text[], %s::text[], %s::text[]) AS subject (label, key, details)",
            [
                action,
                [subject._meta.label_lower for subject, _ in subjects],
                [str(subject.pk) for subject, _ in subjects],
                [json.dumps(details, cls=DjangoJSONEncoder, sort_keys=True) for _, details in subjects],
            ],
        )
