"""In which words an item is asked: the edition's, or the council's own where nobody has verified them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from compliance.models import Edition, EditionItem, ItemAnswer, LocalItem, PromptEdit
from prevent_portal.tenancy.models import Council

PORTALS_WORDS = "The portal’s own words. Check them against the guidance."
COUNCILS_WORDS = "Edited by the council. The guidance is the text that binds."
LOCAL_WORDS = "The council’s own item. The guidance does not ask for it."


@dataclass(frozen=True)
class Asked:
    """An item as a council asks it. ``note`` says whose words these are, where nobody has verified them."""

    ref: str
    title: str
    workstream: str
    kind: str
    guidance: str
    expected_evidence: str
    note: str


def edits_in_force(
    council: Council, items: Collection[EditionItem], *, until: datetime | None = None
) -> dict[int, PromptEdit]:
    """The council's edit that counts for each unverified item, by the item's key; as at a moment, or now.

    No query where every item is verified, else one.
    """
    unverified = [item.pk for item in items if not item.verified]
    if not unverified:
        return {}
    edits = PromptEdit.objects.filter(council=council, item__in=unverified)
    if until is not None:
        edits = edits.filter(at__lte=until)
    latest = edits.order_by("item_id", "-number").distinct("item_id").select_related("by")
    return {edit.item_id: edit for edit in latest}


def in_words(asked: EditionItem | LocalItem, edit: PromptEdit | None = None) -> Asked:
    """An item in the words that count; an edit without a prompt gave it back to the portal's words."""
    prompt, evidence = asked.title, asked.expected_evidence
    if isinstance(asked, LocalItem):
        note = LOCAL_WORDS
    elif asked.verified:
        note = ""
    elif edit is not None and edit.prompt:
        prompt, evidence, note = edit.prompt, edit.expected_evidence, COUNCILS_WORDS
    else:
        note = PORTALS_WORDS
    return Asked(
        ref=asked.ref,
        title=prompt,
        workstream=asked.workstream,
        kind=asked.get_kind_display(),
        guidance=asked.guidance,
        expected_evidence=evidence,
        note=note,
    )


def asked_in(answer: ItemAnswer) -> Asked:
    """The item of an answer, in the words of its round: one query where nobody has verified them."""
    if answer.item is None:
        return in_words(answer.asked)
    edits = edits_in_force(answer.council, [answer.item], until=answer.assessment.closed_at)
    return in_words(answer.item, edits.get(answer.item.pk))


def latest_edit(council: Council, item: EditionItem) -> PromptEdit | None:
    """The council's newest edit of an item's prompt."""
    return PromptEdit.objects.filter(council=council, item=item).order_by("-number").first()


def items_of_edition(edition: Edition) -> list[EditionItem]:
    """Every item of an edition in its order."""
    return list(EditionItem.objects.filter(edition=edition).order_by("order"))
