"""Items that a council adds to its own rounds."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from compliance.models import ItemAnswer, LocalItem
from compliance.policies import Difference, PolicyError, StaleVersion
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def add_local_item(
    *, council: Council, by: User, workstream: str, kind: str, prompt: str, expected_evidence: str = ""
) -> LocalItem:
    """Add an item of the council's own. Rounds that are opened from now on ask it."""
    with transaction.atomic():
        # Two at once must not take the same number: the row of the council is the queue.
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        last = LocalItem.objects.filter(council=council).aggregate(last=Max("number"))["last"] or 0
        item = LocalItem.objects.create(
            council=council,
            number=last + 1,
            workstream=workstream.strip(),
            kind=kind,
            prompt=prompt.strip(),
            expected_evidence=expected_evidence.strip(),
            created_by=by,
        )
        record(action="compliance.local_item_added", subject=item)
    return item


def change_local_item(
    *,
    item: LocalItem,
    by: User,
    workstream: str,
    kind: str,
    prompt: str,
    expected_evidence: str,
    version: int,
) -> LocalItem:
    """Change an item's words, as long as no round has asked it: what was answered keeps its question.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if a round asks the item, or it is retired.
    """
    with transaction.atomic():
        locked = LocalItem.objects.select_for_update(no_key=True).get(council=item.council_id, pk=item.pk)
        check_in_use(locked)
        if is_asked(locked):
            raise PolicyError(
                f"A round asks {locked.ref} already, so its words stay. Retire it and add another item."
            )
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(*pair)
                    for pair in (
                        ("prompt", "Item", locked.prompt, prompt),
                        ("workstream", "Workstream", locked.workstream, workstream),
                        (
                            "expected_evidence",
                            "Evidence to expect",
                            locked.expected_evidence,
                            expected_evidence,
                        ),
                    )
                    if pair[2] != pair[3]
                ],
            )
        locked.workstream = workstream.strip()
        locked.kind = kind
        locked.prompt = prompt.strip()
        locked.expected_evidence = expected_evidence.strip()
        locked.version += 1
        locked.save(update_fields=["workstream", "kind", "prompt", "expected_evidence", "version"])
        record(action="compliance.local_item_changed", subject=locked)
    return locked


def retire_local_item(*, item: LocalItem, by: User) -> LocalItem:
    """Ask an item no more in rounds opened from now on. Open rounds that ask it keep it.

    Raises:
        PolicyError: if it is retired already.
    """
    with transaction.atomic():
        locked = LocalItem.objects.select_for_update(no_key=True).get(council=item.council_id, pk=item.pk)
        check_in_use(locked)
        locked.retired_at = timezone.now()
        locked.retired_by = by
        locked.version += 1
        locked.save(update_fields=["retired_at", "retired_by", "version"])
        record(action="compliance.local_item_retired", subject=locked)
    return locked


def check_in_use(item: LocalItem) -> None:
    """Raise PolicyError for an item that is retired."""
    if item.retired_at is not None:
        raise PolicyError(f"{item.ref} is retired.")


def is_asked(item: LocalItem) -> bool:
    """Whether any round asks the item."""
    return ItemAnswer.objects.filter(council=item.council_id, local_item=item).exists()
