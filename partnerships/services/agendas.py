"""Write agendas, and ask for the papers of their items."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from partnerships.enums import MeetingState, PaperAudience
from partnerships.models import AgendaItem, Decision, Meeting, Paper, PaperReader
from partnerships.policies.editing import require_editor
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.meetings import documents_on_papers
from partnerships.services.meetings import carry_items, lock_meeting
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def add_item(*, meeting: Meeting, by: User | None, title: str, lead: str = "") -> AgendaItem:
    """Add an item at the end of a planned meeting's agenda."""
    require_editor(by, meeting.council)
    with transaction.atomic():
        locked = _open_agenda(meeting)
        item = AgendaItem.objects.create(
            council=locked.council, meeting=locked, position=_next(locked), title=title, lead=lead
        )
        record(action="partnerships.agenda_item_added", subject=item, details={"meeting": locked.pk})
    return item


def change_item(*, item: AgendaItem, by: User | None, title: str, lead: str, position: int) -> AgendaItem:
    """Change an item's words, or its place: the others move up or down.

    Raises:
        PartnershipRefused: for a meeting that is over, or a place that the agenda does not have.
    """
    require_editor(by, item.meeting.council)
    with transaction.atomic():
        meeting = _open_agenda(item.meeting)
        items = list(AgendaItem.objects.filter(council=meeting.council_id, meeting=meeting))
        if not 1 <= position <= len(items):
            raise PartnershipRefused(f"The place must be between 1 and {len(items)}.")
        changed = next(each for each in items if each.pk == item.pk)
        changed.title, changed.lead = title, lead
        changed.save(update_fields=["title", "lead"])
        items.remove(changed)
        items.insert(position - 1, changed)
        _number(items)
        record(action="partnerships.agenda_item_changed", subject=changed, details={"meeting": meeting.pk})
    return changed


def remove_item(*, item: AgendaItem, by: User | None) -> None:
    """Take an item off a planned meeting's agenda.

    Raises:
        PartnershipRefused: while a paper or a decision hangs on it.
    """
    require_editor(by, item.meeting.council)
    with transaction.atomic():
        meeting = _open_agenda(item.meeting)
        if Paper.objects.filter(council=meeting.council_id, item=item).exists():
            raise PartnershipRefused("Take the papers of this item off first.")
        if Decision.objects.filter(council=meeting.council_id, item=item).exists():
            raise PartnershipRefused("A decision was taken under this item, so it stays.")
        AgendaItem.objects.filter(council=meeting.council_id, pk=item.pk).delete()
        _number(list(AgendaItem.objects.filter(council=meeting.council_id, meeting=meeting)))
        record(action="partnerships.agenda_item_removed", subject=meeting, details={"item": item.pk})


def carry_over(*, item: AgendaItem, by: User | None, carried: bool) -> AgendaItem:
    """Say whether the next meeting takes an item up again.

    Once a later agenda holds it, it is taken off there.

    Raises:
        PartnershipRefused: once the minutes are approved, or if it stands on a later agenda already.
    """
    require_editor(by, item.meeting.council)
    with transaction.atomic():
        meeting = lock_meeting(item.meeting)
        locked = AgendaItem.objects.get(council=meeting.council_id, pk=item.pk)
        if locked.carry_over == carried:
            return locked
        if (
            not carried
            and AgendaItem.objects.filter(council=meeting.council_id, carried_from=locked).exists()
        ):
            raise PartnershipRefused("It stands on the next agenda already. Take it off there.")
        locked.carry_over = carried
        locked.save(update_fields=["carry_over"])
        record(action="partnerships.agenda_item_carried", subject=locked, details={"carried": carried})
        carry_items(meeting.board)
    return locked


def add_paper(
    *,
    item: AgendaItem,
    by: User | None,
    title: str,
    audience: str = PaperAudience.EVERYONE,
    owner: User | None = None,
    readers: Iterable[User] = (),
) -> Paper:
    """Put a paper on an item; its files are added to it as documents, by its owner or an editor.

    Args:
        owner: who is to send it; reminded until it is there.
        readers: of a paper for named readers; its owner and whoever adds it read it as well.

    Raises:
        PartnershipRefused: for named readers without a name, or readers where everybody reads it.
    """
    require_editor(by, item.meeting.council)
    named = {person.pk: person for person in readers}
    if audience == PaperAudience.NAMED:
        named |= {person.pk: person for person in (owner, by) if person is not None}
        if not named:
            raise PartnershipRefused("Name at least one person who reads this paper.")
    elif named:
        raise PartnershipRefused("Readers are named only for a paper that named readers alone may read.")
    with transaction.atomic():
        meeting = lock_meeting(item.meeting)
        number = (
            Paper.objects.filter(council=meeting.council_id, meeting=meeting).aggregate(n=Max("number"))["n"]
            or 0
        )
        paper = Paper.objects.create(
            council=meeting.council,
            meeting=meeting,
            item=item,
            number=number + 1,
            title=title,
            audience=audience,
            owner=owner,
        )
        PaperReader.objects.bulk_create(
            PaperReader(council=meeting.council, paper=paper, user_id=key) for key in sorted(named)
        )
        record(
            action="partnerships.paper_added",
            subject=paper,
            details={"meeting": meeting.pk, "audience": audience, "readers": len(named)},
        )
    return paper


def remove_paper(*, paper: Paper, by: User | None) -> None:
    """Take a paper off an agenda.

    Raises:
        PartnershipRefused: while a file hangs on it: a paper that was sent is taken off with its files.
    """
    require_editor(by, paper.meeting.council)
    with transaction.atomic():
        meeting = lock_meeting(paper.meeting)
        if documents_on_papers(meeting.council, [paper.pk])[paper.pk]:
            raise PartnershipRefused("Remove the files of this paper first.")
        Paper.objects.filter(council=meeting.council_id, pk=paper.pk).delete()
        record(action="partnerships.paper_removed", subject=meeting, details={"number": paper.number})


def _open_agenda(meeting: Meeting) -> Meeting:
    locked = lock_meeting(meeting)
    if locked.state != MeetingState.PLANNED:
        raise PartnershipRefused("The agenda can be changed only while the meeting is planned.")
    return locked


def _next(meeting: Meeting) -> int:
    last = AgendaItem.objects.filter(council=meeting.council_id, meeting=meeting).aggregate(n=Max("position"))
    return (last["n"] or 0) + 1


def _number(items: list[AgendaItem]) -> None:
    """Number items in this order; the constraint is checked when the transaction ends."""
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            item.save(update_fields=["position"])
