"""A council's own words for prompts that nobody has verified."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from compliance.models import EditionItem, PromptEdit
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.queries.prompts import latest_edit
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def edit_prompt(
    *, council: Council, item: EditionItem, by: User, prompt: str, expected_evidence: str, version: int
) -> PromptEdit:
    """Put the council's words in the place of an unverified prompt; without a prompt, give it back its own.

    Args:
        version: the number of the edit that the person saw, 0 where there was none.

    Raises:
        PolicyError: for an item whose prompt is verified.
        StaleVersion: if somebody edited it since; it holds both texts.
    """
    if item.verified:
        raise PolicyError("This item follows the guidance, so its words stay as they are.")
    prompt, expected_evidence = prompt.strip(), expected_evidence.strip() if prompt.strip() else ""
    with transaction.atomic():
        last = latest_edit(council, item)
        if (last.number if last else 0) != version:
            raise _stale(last, item, prompt, expected_evidence)
        try:
            with transaction.atomic():
                edit = PromptEdit.objects.create(
                    council=council,
                    item=item,
                    number=version + 1,
                    prompt=prompt,
                    expected_evidence=expected_evidence,
                    by=by,
                )
        except IntegrityError as error:  # somebody took the number in between
            raise _stale(latest_edit(council, item), item, prompt, expected_evidence) from error
        record(action="compliance.prompt_edited", subject=edit, details={"item": item.ref})
    return edit


def _stale(last: PromptEdit | None, item: EditionItem, prompt: str, evidence: str) -> StaleVersion:
    theirs = (
        (last.prompt, last.expected_evidence)
        if last and last.prompt
        else (item.prompt, item.expected_evidence)
    )
    pairs = (
        ("prompt", "Prompt", theirs[0], prompt),
        ("expected_evidence", "Evidence to expect", theirs[1], evidence),
    )
    return StaleVersion(
        version=last.number if last else 0,
        differences=[Difference(*pair) for pair in pairs if pair[2] != pair[3]],
    )
