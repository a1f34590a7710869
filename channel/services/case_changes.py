"""How a case is locked and stored: by version, with one event that names fields and nothing else (AL-3)."""

from __future__ import annotations

from collections.abc import Iterable

from channel.models import ChannelCase
from channel.policies import require_preparer
from channel.policies.cases import CaseChanged
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def locked_case(case: ChannelCase, *, version: int | None, by: User) -> ChannelCase:
    """Return the case, locked for a change by a person who prepares it. Needs a transaction.

    Args:
        version: of the case as the person saw it; None where a later state cannot make the change wrong.

    Raises:
        ChannelRefused: if ``by`` does not prepare the panel's cases.
        CaseChanged: if somebody saved since.
    """
    require_preparer(case.panel, by)
    locked = (
        ChannelCase.objects.select_for_update(of=("self",))
        .select_related("panel", "council", "residence")
        .get(council=case.council_id, pk=case.pk)
    )
    if version is not None and locked.version != version:
        raise CaseChanged(locked.version)
    return locked


def store_change(
    case: ChannelCase,
    fields: Iterable[str],
    *,
    action: str = "channel.case_changed",
    named: Iterable[str] | None = None,
) -> None:
    """Store the fields under the case's next version, and record their names, never what they hold.

    Args:
        named: the fields that a person changed, where more are stored: a sealing stores all sealed ones anew.
    """
    changed = sorted(set(fields))
    case.version += 1
    case.save(update_fields=[*changed, "version"])
    said = changed if named is None else sorted(set(named))
    record(
        action=action, subject=case, details={"reference": case.reference, "fields": said}, restricted=True
    )
