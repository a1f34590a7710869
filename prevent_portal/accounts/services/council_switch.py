"""Go from one of one's councils to another: asked for explicitly, and in the audit trail of both."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_council
from prevent_portal.tenancy.scope import council_scope


def switch_council(*, to_slug: str, from_slug: str = "", by: User) -> Council:
    """Enter a council, and leave the one the person was in, if any. Returns the council entered.

    Each trail says only what happened there: neither names the other council (rule 1 of the product).

    Raises:
        django.http.Http404: unless the person holds a role in the council today.
    """
    with transaction.atomic():
        entered = _own(to_slug, by)
        if entered is None:
            raise Http404
        left = _own(from_slug, by) if from_slug else None
        if left == entered:
            return entered
        if left is not None:
            with council_scope(user_id=by.pk, council=left):
                record(action="accounts.council_left", subject=by)
        with council_scope(user_id=by.pk, council=entered):
            record(action="accounts.council_entered", subject=by)
    return entered


def _own(slug: str, person: User) -> Council | None:
    """A council on the portal where the person holds a role today."""
    council = joined_council(slug)
    if council is None:
        return None
    with council_scope(user_id=person.pk, council=council):
        return council if council_access(person, council).is_member else None
