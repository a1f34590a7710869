"""The only way to a meeting, its agenda and its papers: object and right in one call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from partnerships.enums import PackEdition, PaperAudience
from partnerships.models import (
    AgendaItem,
    Board,
    BoardPack,
    BoardPackFile,
    Decision,
    Meeting,
    Paper,
    PaperReader,
    SeatHolder,
)
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.boards import boards_seen_by
from partnerships.queries.meetings import NAMED_PAPERS, PAPERS, decisions_of, decisions_of_board
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents.access import visible_documents
from prevent_portal.documents.models import DocumentUse, DocumentVersion
from prevent_portal.documents.queries import newest_versions

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP


def meetings_seen(access: CouncilAccess) -> QuerySet[Meeting]:
    """Meetings of the council's boards and of the joint boards that it takes part in today."""
    access.require(_VIEW)
    seen = Board.objects.filter(boards_seen_by(access.council, timezone.localdate()))
    return Meeting.objects.filter(board__in=seen.values("pk")).select_related("board", "council")


def meeting_for(access: CouncilAccess, meeting_id: UUID) -> Meeting:
    """A meeting that the person sees."""
    return get_object_or_404(meetings_seen(access).select_related("approved_at", "minutes_by"), pk=meeting_id)


def meeting_to_edit(access: CouncilAccess, meeting_id: UUID) -> Meeting:
    """A meeting of the council's own board that the person runs. In what state is a policy."""
    access.require(_EDIT)
    return get_object_or_404(meetings_seen(access), council=access.council, pk=meeting_id)


def item_to_edit(access: CouncilAccess, item_id: UUID) -> AgendaItem:
    """An item of such a meeting's agenda."""
    access.require(_EDIT)
    return get_object_or_404(
        AgendaItem.objects.select_related("meeting__board", "meeting__council"),
        council=access.council,
        pk=item_id,
    )


def decision_to_edit(access: CouncilAccess, decision_id: UUID) -> Decision:
    """A decision of such a meeting."""
    access.require(_EDIT)
    return get_object_or_404(
        Decision.objects.select_related("meeting__board", "meeting__council"),
        council=access.council,
        pk=decision_id,
    )


def reads_every_paper(access: CouncilAccess) -> bool:
    """Whether the person reads what is for members of any board of the council."""
    return access.may(PartnershipsPermission.VIEW_BOARD_PAPERS)


def sits_on(access: CouncilAccess, board_ref: str) -> Exists:
    """The condition that the person holds a seat of a board today, as holder or substitute.

    Args:
        board_ref: the way from the asking row to its board, such as ``meeting__board``.
    """
    today = timezone.localdate()
    return Exists(
        SeatHolder.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            Q(seat__ends_on__isnull=True) | Q(seat__ends_on__gte=today),
            council=access.council,
            person=access.user,
            starts_on__lte=today,
            seat__board=OuterRef(board_ref),
        )
    )


def papers_seen(access: CouncilAccess) -> QuerySet[Paper]:
    """Papers by their audience: for everyone, for a board that one sits on, or for oneself by name.

    Of another council's joint board only papers for everyone are there to be seen.
    """
    access.require(_VIEW)
    named = PaperReader.objects.filter(council=access.council, paper=OuterRef("pk"), user=access.user)
    admitted = Q(audience=PaperAudience.EVERYONE) | Q(Exists(named), audience=PaperAudience.NAMED)
    own = Q(council=access.council, audience=PaperAudience.BOARD)
    if not reads_every_paper(access):
        own &= Q(sits_on(access, "meeting__board"))
    return Paper.objects.filter(admitted | own, meeting__in=meetings_seen(access).values("pk"))


def open_papers(access: CouncilAccess) -> QuerySet[Paper]:
    """The papers that a person reads without being named: the things that ordinary files hang on."""
    return papers_seen(access).exclude(audience=PaperAudience.NAMED)


def named_papers(access: CouncilAccess) -> QuerySet[Paper]:
    """The papers that a person reads by name; each read of a file is logged."""
    return papers_seen(access).filter(audience=PaperAudience.NAMED)


def may_send_paper(access: CouncilAccess, paper_id: UUID) -> bool:
    """Whether a person adds and removes a paper's files: its owner and whoever runs the meeting, until the
    minutes are approved."""
    paper = papers_seen(access).select_related("meeting").filter(council=access.council, pk=paper_id).first()
    if paper is None or paper.meeting.is_approved:
        return False
    return paper.owner_id == access.user.pk or access.may(_EDIT)


def paper_to_edit(access: CouncilAccess, paper_id: UUID) -> Paper:
    """A paper that the person reads and may take off the agenda."""
    access.require(_EDIT)
    return get_object_or_404(
        papers_seen(access).select_related("meeting__board", "meeting__council"),
        council=access.council,
        pk=paper_id,
    )


def versions_of_papers(access: CouncilAccess, meeting: Meeting) -> list[DocumentVersion]:
    """The newest checked version of each document on papers of a meeting that the person reads, by title."""
    papers = papers_seen(access).filter(council=access.council, meeting=meeting)
    uses = DocumentUse.objects.filter(
        council=access.council, kind__in=(PAPERS, NAMED_PAPERS), object_id__in=papers.values("pk")
    ).values_list("document", flat=True)
    versions = newest_versions(access.council, set(uses)).values()
    found = DocumentVersion.objects.filter(
        council=access.council, pk__in=[version.pk for version in versions]
    ).select_related("document")
    return sorted(found, key=lambda version: version.document.title)


@dataclass(frozen=True)
class DecisionRead:
    """A decision as a person reads it: what it is bound to is named only if they may read that document."""

    decision: Decision
    document_version: DocumentVersion | None

    @property
    def title(self) -> str:
        """The document's title at the time of the decision."""
        return self.decision.document_title if self.document_version is not None else ""


def decisions_read(access: CouncilAccess, meeting: Meeting) -> list[DecisionRead]:
    """What a meeting decided, in order: one query, and one more if a decision is bound to a document."""
    return _decisions_read(access, decisions_of(meeting))


def board_decisions_read(access: CouncilAccess, board: Board) -> list[DecisionRead]:
    """Everything that a board decided, by year and number, in as many queries."""
    return _decisions_read(access, decisions_of_board(board))


def _decisions_read(access: CouncilAccess, decisions: list[Decision]) -> list[DecisionRead]:
    access.require(_VIEW)
    bound = {one.document_version_id for one in decisions if one.document_version_id is not None}
    readable: dict[UUID | None, DocumentVersion] = {}
    if bound:
        versions = DocumentVersion.objects.filter(
            council=access.council, document__in=visible_documents(access), pk__in=bound
        )
        readable = {version.pk: version for version in versions}
    return [DecisionRead(one, readable.get(one.document_version_id)) for one in decisions]


def may_see_edition(access: CouncilAccess, meeting: Meeting, edition: str) -> bool:
    """Whether a person reads packs of an edition: that for everybody, or as a reader of board papers."""
    if edition == PackEdition.EVERYONE:
        return True
    if meeting.council_id != access.council.pk:
        return False
    return (
        reads_every_paper(access)
        or Meeting.objects.filter(sits_on(access, "board"), council=access.council, pk=meeting.pk).exists()
    )


def packs_seen(access: CouncilAccess, meeting: Meeting) -> list[BoardPack]:
    """The packs of a meeting that the person reads, newest first: without their content."""
    editions = [edition.value for edition in PackEdition if may_see_edition(access, meeting, edition.value)]
    return list(
        BoardPack.objects.filter(council=meeting.council_id, meeting=meeting, edition__in=editions)
        .defer("content")
        .order_by("edition", "-number")
    )


def pack_file_for(access: CouncilAccess, file_id: UUID) -> BoardPackFile:
    """The stored pack, for whoever reads its edition."""
    found = get_object_or_404(
        BoardPackFile.objects.select_related("pack__meeting__board"),
        pack__meeting__in=meetings_seen(access).values("pk"),
        pk=file_id,
    )
    if not may_see_edition(access, found.pack.meeting, found.pack.edition):
        raise Http404
    return found


def may_make_pack(access: CouncilAccess, meeting: Meeting, edition: str) -> bool:
    """Whoever runs the meeting makes packs of the editions they read."""
    return (
        access.may(_EDIT)
        and meeting.council_id == access.council.pk
        and may_see_edition(access, meeting, edition)
    )
