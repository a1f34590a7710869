"""Reads of meetings: which boards meet next, how a board meets, and what a meeting holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from partnerships.enums import BoardKind, MeetingState, MinutesState, PaperAudience
from partnerships.models import (
    AgendaItem,
    ArisingAction,
    Board,
    BoardPack,
    BoardPackFile,
    Decision,
    Meeting,
    MeetingArrangements,
    Paper,
)
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import boards_seen_by
from partnerships.queries.meeting_seats import Attended
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.documents.models import DocumentUse
from prevent_portal.documents.queries import count_of
from prevent_portal.documents.rules import Thing
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council
from prevent_portal.web.arising_actions import Origin
from prevent_portal.web.dates import british_date, british_time

PAPERS = "partnerships.paper"
NAMED_PAPERS = "partnerships.named_paper"
"""The kinds under which files hang on papers; reads of a paper for named readers are logged."""

STANDING_ITEMS = (
    "Minutes of the last meeting and actions",
    "Local risk and counter-terrorism local profile",
    "Projects",
    "Channel performance",
    "Problem solving",
)
"""Of every agenda, where a board has not said otherwise."""

DAYS_BEFORE_PAPERS = 7


@dataclass(frozen=True)
class NextMeeting:
    """One meeting to come. ``host`` names the other council whose joint board it is, else it is empty."""

    id: UUID
    board: str
    held_on: date
    place: str
    papers_due_on: date | None
    host: str


def next_meetings(council: Council, today: date, limit: int = 5) -> list[NextMeeting]:
    """The next meetings of the council's own boards and of the joint boards it takes part in.

    A Channel panel that the council keeps as a board is left out: when it meets is for its members.

    Args:
        council: the council of the current scope.
        today: meetings of this day count.
        limit: at most so many, the earliest first.
    """
    meetings = (
        Meeting.objects.filter(boards_seen_by(council, today, "board__"), held_on__gte=today)
        .exclude(state=MeetingState.CANCELLED)
        .exclude(board__kind=BoardKind.CHANNEL_PANEL)
        .select_related("board", "council")
        .order_by("held_on", "board__name", "pk")
        .distinct()[:limit]
    )
    return [
        NextMeeting(
            id=meeting.pk,
            board=meeting.board.name,
            held_on=meeting.held_on,
            place=meeting.place,
            papers_due_on=meeting.papers_due_on,
            host="" if meeting.council_id == council.pk else meeting.council.name,
        )
        for meeting in meetings
    ]


def arrangements_of(board: Board) -> MeetingArrangements:
    """How a board meets; the portal's own habits, unsaved and of version 0, where it has not said."""
    stored = MeetingArrangements.objects.filter(council=board.council_id, board=board).first()
    return stored or MeetingArrangements(
        council_id=board.council_id,
        board=board,
        standing_items=list(STANDING_ITEMS),
        days_before_papers=DAYS_BEFORE_PAPERS,
        version=0,
    )


def meeting_name(meeting: Meeting) -> str:
    """Such as "Prevent Delivery Group, 12 March 2026"."""
    return f"{meeting.board.name}, {british_date(meeting.held_on)}"


def meeting_url(council: Council, meeting: Meeting) -> str:
    return reverse("meeting", args=[council.slug, meeting.pk])


def when_words(meeting: Meeting) -> str:
    """Such as "12 March 2026 at 2pm"."""
    at = f" at {british_time(meeting.starts_at)}" if meeting.starts_at else ""
    return f"{british_date(meeting.held_on)}{at}"


def paper_kind(paper: Paper) -> str:
    """The kind under which the files of a paper hang."""
    return NAMED_PAPERS if paper.audience == PaperAudience.NAMED else PAPERS


def documents_on_papers(council: Council, paper_ids: Collection[UUID]) -> Counter[UUID]:
    """How many documents hang on each paper: two queries."""
    return count_of(council, PAPERS, paper_ids) + count_of(council, NAMED_PAPERS, paper_ids)


def paper_things(access: CouncilAccess, paper_ids: Collection[UUID]) -> dict[UUID, Thing]:
    """How papers are called where a document says what it hangs on: one query."""
    papers = Paper.objects.filter(council=access.council, pk__in=paper_ids).select_related("meeting__board")
    return {
        paper.pk: Thing(
            f"Paper {paper.number}, {paper.title}: {meeting_name(paper.meeting)}",
            meeting_url(access.council, paper.meeting),
        )
        for paper in papers
    }


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """The items of an agenda in order: one query."""
    return list(AgendaItem.objects.filter(council=meeting.council_id, meeting=meeting))


def items_of(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The same, for a choice in a form."""
    return AgendaItem.objects.filter(council=meeting.council_id, meeting=meeting)


def decisions_of(meeting: Meeting) -> list[Decision]:
    """What a meeting decided, in order: one query."""
    return list(Decision.objects.filter(council=meeting.council_id, meeting=meeting).select_related("item"))


def decisions_of_board(board: Board) -> list[Decision]:
    """Everything that a board decided, by year and number: one query."""
    return list(
        Decision.objects.filter(council=board.council_id, board=board)
        .select_related("item", "meeting")
        .defer("meeting__minutes")
    )


def actions_of(meeting: Meeting) -> list[ArisingAction]:
    """The actions that arose at a meeting, in order: one query."""
    return list(
        ArisingAction.objects.filter(council=meeting.council_id, meeting=meeting).select_related("item")
    )


def files_of_packs(meeting: Meeting, packs: Collection[BoardPack]) -> dict[UUID, BoardPackFile]:
    """The stored file of each pack that is made, without its bytes: one query."""
    found = BoardPackFile.objects.filter(council=meeting.council_id, pack__in=[pack.pk for pack in packs])
    return {file.pack_id: file for file in found.defer("pdf")}


def meeting_before(meeting: Meeting) -> Meeting | None:
    """The last meeting of the board that was held before this one."""
    return (
        Meeting.objects.filter(
            council=meeting.council_id,
            board=meeting.board_id,
            state=MeetingState.HELD,
            held_on__lt=meeting.held_on,
        )
        .select_related("board", "council")
        .order_by("-held_on")
        .first()
    )


def meetings_after(meeting: Meeting) -> QuerySet[Meeting]:
    """Later meetings of the board that were held: where its minutes can be approved."""
    return Meeting.objects.filter(
        council=meeting.council_id,
        board=meeting.board_id,
        state=MeetingState.HELD,
        held_on__gt=meeting.held_on,
    ).order_by("held_on")


def minutes_proposed(
    meeting: Meeting,
    agenda: Iterable[AgendaItem],
    attendance: Collection[Attended],
    decisions: Collection[Decision],
    actions: Collection[ArisingAction],
) -> str:
    """A first draft of minutes from what is recorded: who came, each item, its decisions and actions."""
    lines = []
    for heading, state in (("Present", "present"), ("Substitutes", "substitute"), ("Apologies", "apologies")):
        found = [one for one in attendance if one.state == state]
        if found:
            lines += [f"## {heading}", ""]
            lines += [f"- {one.agency.name}{f': {one.people}' if one.people else ''}" for one in found]
            lines.append("")
    for item in agenda:
        lines += [f"## {item.position}. {item.title}", ""]
        lines += [f"- Decision {one.reference}: {one.text}" for one in decisions if one.item_id == item.pk]
        lines += [_action_line(one) for one in actions if one.item_id == item.pk]
        lines += ["" if lines[-1].startswith("- ") else "Noted.", ""]
    loose = [f"- Decision {one.reference}: {one.text}" for one in decisions if one.item_id is None]
    loose += [_action_line(one) for one in actions if one.item_id is None]
    if loose:
        lines += ["## Other decisions and actions", "", *loose]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _action_line(action: ArisingAction) -> str:
    owner = action.owner_name or "no owner yet"
    return f"- Action {action.reference}: {action.title} ({owner}, due {british_date(action.due_on)})"


def origins_of_action(access: CouncilAccess, action_id: UUID) -> list[Origin]:
    """The meeting at which a plan action arose, for whoever sees meetings: one query."""
    if not access.may(PartnershipsPermission.VIEW_PARTNERSHIP):
        return []
    found = ArisingAction.objects.filter(council=access.council, action_id=action_id).select_related(
        "meeting__board"
    )
    return [Origin(meeting_name(one.meeting), meeting_url(access.council, one.meeting)) for one in found]


def possible_paper_owners(council: Council) -> QuerySet[User]:
    """People of the council who may be asked for a paper, or read one by name."""
    return people_with(council)


def papers_due(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Papers that the person is to send and that are not there."""
    councils = mine.where(PartnershipsPermission.VIEW_PARTNERSHIP)
    if not councils:
        return

    def items(papers: list[Paper]) -> Iterator[DueItem]:
        for paper in papers:
            council = councils[paper.council_id]
            yield DueItem(
                council=council,
                due_on=paper.meeting.papers_due_on or paper.meeting.held_on,
                reference=f"Paper {paper.number} for {british_date(paper.meeting.held_on)}",
                title=f"{paper.title}: {meeting_name(paper.meeting)}",
                task="Send the paper",
                href=meeting_url(council, paper.meeting),
                kind="paper",
                # Whoever is not named, the coordinator included, does not know that there is such a paper.
                restricted=paper.audience == PaperAudience.NAMED,
            )

    there = DocumentUse.objects.filter(
        council=OuterRef("council"), kind__in=(PAPERS, NAMED_PAPERS), object_id=OuterRef("pk")
    )
    rows = Paper.objects.filter(
        ~Exists(there), council__in=list(councils), owner=mine.user, meeting__state=MeetingState.PLANNED
    )
    fields = (
        "council", "number", "title", "audience", "meeting__held_on", "meeting__papers_due_on",
        "meeting__board__name",
    )  # fmt: skip
    yield Waiting(rows, fields, items)


def minutes_due(mine: OwnAccess, today: date) -> Iterable[Found]:
    """Minutes to write, and drafts that the board's following meeting is to approve.

    They wait for whoever may change the partnership of the council that holds the meeting.
    """
    councils = mine.where(PartnershipsPermission.EDIT_PARTNERSHIP)
    if not councils:
        return

    def items(meetings: list[Meeting]) -> Iterator[DueItem]:
        later: dict[UUID, Meeting] = {}
        for meeting in sorted(meetings, key=lambda one: (one.held_on, one.pk), reverse=True):
            following = later.get(meeting.board_id)
            later[meeting.board_id] = meeting
            if meeting.held_on > today or meeting.is_approved:
                continue
            council = councils[meeting.council_id]
            if meeting.state == MeetingState.PLANNED:
                task, due_on = "Record who attended", meeting.held_on
            elif meeting.minutes_state == MinutesState.NONE:
                task, due_on = "Write the minutes", meeting.held_on
            elif following is not None:
                task, due_on = "Have the minutes approved", following.held_on
            else:
                continue
            yield DueItem(
                council=council,
                due_on=due_on,
                reference=f"Meeting of {british_date(meeting.held_on)}",
                title=meeting_name(meeting),
                task=task,
                href=meeting_url(council, meeting),
                kind="minutes",
                list_text="Meetings",
                list_href=reverse("meetings", args=[council.slug]),
            )

    rows = (
        Meeting.objects.filter(council__in=list(councils))
        .exclude(state=MeetingState.CANCELLED)
        .exclude(minutes_state=MinutesState.APPROVED, held_on__lt=today.replace(month=1, day=1))
    )
    yield Waiting(rows, ("council", "held_on", "state", "minutes_state", "board__name"), items)
