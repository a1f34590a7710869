"""The scope of a piece of work: which person, which council, kept in transaction-local settings.

The database derives from these settings what is visible (see isolation.py). They live no longer than the
transaction, so a pooled connection hands nothing to the next borrower (TI-4). Where scopes are nested, the
outer settings are restored, because SET LOCAL lasts to the end of the outer transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

if TYPE_CHECKING:
    from prevent_portal.tenancy.models import Council

Kind = Literal["", "council", "own", "service", "shared", "public"]


@dataclass(frozen=True)
class Scope:
    """What the current transaction may see. ``kind`` "" means nothing."""

    kind: Kind
    user_id: int | None
    council_id: int | None
    share_id: UUID | None = None


NOTHING = Scope("", None, None)


def current_scope(*, using: str = DEFAULT_DB_ALIAS) -> Scope:
    """Read the scope back from the database, the only place where it is kept."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.scope', true), current_setting('app.user_id', true), "
            "current_setting('app.council_id', true), current_setting('app.share_id', true)"
        )
        kind, user_id, council_id, share_id = cursor.fetchone() or ("", "", "", "")
    return Scope(
        cast(Kind, kind or ""),
        int(user_id) if user_id else None,
        int(council_id) if council_id else None,
        UUID(share_id) if share_id else None,
    )


def _apply(scope: Scope, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.scope', %s, true), set_config('app.user_id', %s, true), "
            "set_config('app.council_id', %s, true), set_config('app.share_id', %s, true)",
            [scope.kind, str(scope.user_id or ""), str(scope.council_id or ""), str(scope.share_id or "")],
        )


@contextmanager
def _entered(scope: Scope, using: str) -> Iterator[Scope]:
    connection = connections[using]
    outer = current_scope(using=using) if connection.in_atomic_block else None
    with transaction.atomic(using=using):
        _apply(scope, using)
        yield scope
    # An exception rolled the settings back with the savepoint; a normal end keeps them, so restore.
    if outer is not None:
        _apply(outer, using)


@contextmanager
def council_scope(*, user_id: int, council: Council, using: str = DEFAULT_DB_ALIAS) -> Iterator[Scope]:
    """Work as a person inside one council. Without a live membership there are no rows.

    Opens a transaction for the whole block; leaving it normally commits.
    """
    with _entered(Scope("council", user_id, council.pk), using) as scope:
        yield scope


@contextmanager
def own_councils_scope(*, user_id: int, using: str = DEFAULT_DB_ALIAS) -> Iterator[Scope]:
    """Work as a person across all councils of their own live memberships (My work, digests)."""
    with _entered(Scope("own", user_id, None), using) as scope:
        yield scope


@contextmanager
def service_scope(*, council: Council, using: str = DEFAULT_DB_ALIAS) -> Iterator[Scope]:
    """Work for nobody inside one council: beat, the sweeper, demo data.

    The service principal is a row that the database knows (``accounts_user.is_service``).
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT accounts_service_user()")
        row = cursor.fetchone()
    with _entered(Scope("service", row[0] if row else None, council.pk), using) as scope:
        yield scope


@contextmanager
def shared_scope(
    *, user_id: int, council: Council, share_id: UUID | None = None, using: str = DEFAULT_DB_ALIAS
) -> Iterator[Scope]:
    """Read, as a person of a council, what other councils share with it, and nothing else.

    Not even the council's own rows are there, and nothing can be written. Outside this scope no shared row is
    visible at all, so a query that forgot its filter still finds nothing of another council.

    Args:
        council: the council that was granted the reading; without a live membership of it there are no rows.
        share_id: one grant, to read no more than what it opens; without it, everything that is granted today.
    """
    with _entered(Scope("shared", user_id, council.pk, share_id), using) as scope:
        yield scope


@contextmanager
def public_scope(*, council: Council, using: str = DEFAULT_DB_ALIAS) -> Iterator[Scope]:
    """Read, as nobody in particular, what a council has published, and nothing else of it or of any other.

    Nothing can be written.
    """
    with _entered(Scope("public", None, council.pk), using) as scope:
        yield scope
