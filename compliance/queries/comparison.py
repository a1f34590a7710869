"""Two rounds side by side, and how the items of an edition continue in a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from compliance.editions.crosswalks import crosswalk
from compliance.models import Assessment, Edition, EditionItem
from compliance.queries.checklist import NOT_ANSWERED, TO_CONFIRM, ItemLine, item_lines

_RANK = {"not_started": 0, "under_way": 1, "in_place": 2}


@dataclass(frozen=True)
class CompareLine:
    """One item then and now. ``now`` is None where it is asked no more, ``then`` empty where it is new."""

    then: list[ItemLine]
    now: ItemLine | None
    continues: str
    change: str


@dataclass(frozen=True)
class Comparison:
    """Two rounds, the earlier one first, item by item in the order of the later one; items gone come last."""

    then: Assessment
    now: Assessment
    lines: list[CompareLine] = field(default_factory=list)
    mapped: bool = True

    @property
    def same_edition(self) -> bool:
        return self.then.edition_id == self.now.edition_id

    def count(self, continues: str) -> int:
        return sum(1 for line in self.lines if line.continues == continues)


NEW, GONE, SAME, RENAMED, MERGED, SPLIT = "New", "Gone", "Same item", "Continues", "Merged", "Split"


def compare(one: Assessment, other: Assessment) -> Comparison:
    """Set two rounds side by side, the earlier one as "then", whichever is named first.

    Items are matched by themselves, across editions by their crosswalk, and local items by themselves: never
    by number. Seven queries at most.
    """
    then, now = sorted((one, other), key=lambda a: (a.period_start, a.opened_at))
    before, after = item_lines(then), item_lines(now)
    links = {line.key: [line.key] for line in after}
    mapped = True
    if then.edition_id != now.edition_id:
        way = crosswalk(then.edition.code, now.edition.code)
        mapped = way is not None
        for line in after:
            if not line.local:
                links[line.key] = [
                    f"{then.edition.code} {older}"
                    for older, newer in (way.links if way else ())
                    if newer == line.ref
                ]
    by_key = {line.key: line for line in before}
    lines = []
    met: dict[str, int] = {}
    for keys in links.values():
        for key in keys:
            met[key] = met.get(key, 0) + 1
    for line in after:
        origins = [by_key[key] for key in links[line.key] if key in by_key]
        lines.append(CompareLine(origins, line, _continues(line, origins, met), change_words(origins, line)))
    lines += [
        CompareLine([line], None, GONE, "Not asked any more") for line in before if not met.get(line.key)
    ]
    return Comparison(then, now, lines, mapped)


def _continues(now: ItemLine, then: Sequence[ItemLine], met: dict[str, int]) -> str:
    if not then:
        return NEW
    if any(one.key == now.key for one in then):
        return SAME
    if len(then) > 1:
        return MERGED
    return SPLIT if met[then[0].key] > 1 else RENAMED


def change_words(then: Sequence[ItemLine], now: ItemLine) -> str:
    """What became of an item, in words, such as "Better: from In progress to In place"."""
    if not then:
        return "New"
    if now.to_confirm:
        return "Carried forward, not confirmed"
    if now.counts_as == NOT_ANSWERED:
        return "Not answered yet" if any(one.has_status for one in then) else "Not answered either time"
    if any(one.key != now.key for one in then):
        return f"Now {now.status}, on another scale"
    before = then[0]
    if before.counts_as in (NOT_ANSWERED, TO_CONFIRM):
        return f"Now {now.status}, was not answered"
    if before.status != now.status:
        old, new = _RANK.get(before.counts_as), _RANK.get(now.counts_as)
        moved = f"from {before.status} to {now.status}"
        if old is None or new is None or old == new:
            return f"Changed {moved}"
        return f"{'Better' if old < new else 'Worse'}: {moved}"
    if before.response.strip() != now.response.strip():
        return "Same status, new response"
    return "Confirmed unchanged" if now.confirmed_at else "No change"


@dataclass(frozen=True)
class ContinuationLine:
    """How one item of an edition stands to the older edition, or one of the older edition that is gone."""

    continues: str
    older: list[EditionItem]
    newer: EditionItem | None


def continuations(newer: Edition) -> tuple[Edition, list[ContinuationLine]] | None:
    """What an edition changes against the one before it: new, continued, merged, split and gone items.

    None where no crosswalk leads here. Two queries.
    """
    for older in Edition.objects.filter(in_force_from__lt=newer.in_force_from).order_by("-in_force_from"):
        way = crosswalk(older.code, newer.code)
        if way is None:
            continue
        items: dict[str, dict[str, EditionItem]] = {older.code: {}, newer.code: {}}
        for item in (
            EditionItem.objects.filter(edition__in=[older, newer]).select_related("edition").order_by("order")
        ):
            items[item.edition.code][item.ref] = item
        uses = {ref: sum(1 for before, _ in way.links if before == ref) for ref in items[older.code]}
        lines = []
        for ref, item in items[newer.code].items():
            origins = [before for before, after in way.links if after == ref]
            if not origins:
                kind = NEW
            elif len(origins) > 1:
                kind = MERGED
            else:
                kind = SPLIT if uses[origins[0]] > 1 else RENAMED
            lines.append(ContinuationLine(kind, [items[older.code][one] for one in origins], item))
        lines += [
            ContinuationLine(GONE, [item], None) for ref, item in items[older.code].items() if not uses[ref]
        ]
        return older, lines
    return None
