"""Set up, change and close boards, say whom they report to, and keep their terms of reference."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from partnerships.enums import BoardKind, BoardLevel, BoardState, Cadence, ParticipationState
from partnerships.models import Board, BoardParticipant, BoardTerms, GovernanceLine
from partnerships.policies.boards import (
    check_closing,
    check_lines,
    check_name,
    check_open,
    check_state,
    check_terms,
    check_terms_review,
)
from partnerships.policies.editing import require_editor
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.boards import lines_of, live_on, seen_boards
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents.models import DocumentUse, DocumentVersion
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.documents.services.versions import add_version
from prevent_portal.tenancy.models import Council

BOARD_KIND = "partnerships.board"
"""The kind of thing that a board's evidence and terms of reference hang on; kept in the rows."""
LABELS = {
    "name": "Name",
    "kind": "Kind",
    "level": "Level",
    "state": "State",
    "purpose": "What it is for",
    "cadence": "How often it meets",
    "chair_title": "Post that chairs it",
    "quorum": "Quorum",
    "lead_officer": "Officer who looks after it",
    "starts_on": "Meets since",
    "set_up_by": "To be set up by",
}


@dataclass(frozen=True)
class BoardDetails:
    """What is kept of a board besides its lines, terms and seats."""

    name: str
    kind: BoardKind = BoardKind.OTHER
    level: BoardLevel = BoardLevel.STRATEGIC
    state: BoardState = BoardState.ACTIVE
    purpose: str = ""
    cadence: Cadence = Cadence.QUARTERLY
    chair_title: str = ""
    quorum: int | None = None
    lead_officer: User | None = None
    starts_on: date | None = None
    set_up_by: date | None = None

    @property
    def values(self) -> dict[str, Any]:
        """As the board's row holds them."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**own, "name": self.name.strip(), "purpose": self.purpose.strip()}


def add_board(
    *, council: Council, details: BoardDetails, reports_to: Collection[UUID] = (), by: User | None
) -> Board:
    """Add a board that the council hosts.

    Args:
        reports_to: boards of the council, or joint ones that it takes part in; several lines are allowed.

    Raises:
        PartnershipRefused: without a name, with one that is taken, or for lines that run in a circle.
    """
    require_editor(by, council)
    with transaction.atomic():
        _take_turns(council)
        check_state(details.state)
        check_name(details.name, taken=_name_is_taken(council, details.name))
        board = Board.objects.create(council=council, **details.values)
        record(action="partnerships.board_added", subject=board, details={"level": board.level})
        _set_lines(board, council, reports_to)
    return board


def change_board(
    *, board: Board, details: BoardDetails, reports_to: Collection[UUID], version: int, by: User | None
) -> Board:
    """Change what is kept of a board, and whom it reports to.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PartnershipRefused: for a closed board, a name that is taken, or lines that run in a circle.
    """
    require_editor(by, board.council)
    with transaction.atomic():
        _take_turns(board.council)
        locked = _lock(board)
        check_open(locked)
        check_state(details.state)
        require_version(locked, version, details.values, LABELS)
        check_name(details.name, taken=_name_is_taken(locked.council, details.name, but=locked.pk))
        moved = _set_lines(locked, locked.council, reports_to)
        changed = save_next(locked, details.values, always=moved)
        if changed:
            record(action="partnerships.board_changed", subject=locked, details={"fields": changed})
    return locked


def place_joint_board(
    *, board: Board, council: Council, reports_to: Collection[UUID], by: User | None
) -> None:
    """Say where another council's joint board stands in this council's own picture.

    Raises:
        PartnershipRefused: for lines that run in a circle.
    """
    require_editor(by, council)
    with transaction.atomic():
        _take_turns(council)
        _set_lines(board, council, reports_to)


def close_board(*, board: Board, closed_on: date, reason: str, by: User | None) -> Board:
    """Close a board: it stays to be read, and nothing of it changes any more.

    Raises:
        PartnershipRefused: for a day to come or before its first, without a reason, or if it is closed.
    """
    require_editor(by, board.council)
    with transaction.atomic():
        locked = _lock(board)
        check_closing(locked, closed_on=closed_on, reason=reason, today=timezone.localdate())
        locked.state, locked.closed_on, locked.close_reason = BoardState.CLOSED, closed_on, reason.strip()
        locked.version += 1
        locked.save(update_fields=["state", "closed_on", "close_reason", "version"])
        record(action="partnerships.board_closed", subject=locked, details={"closed_on": closed_on})
    return locked


def record_terms(
    *,
    board: Board,
    agreed_on: date,
    review_on: date,
    summary: str = "",
    upload: UploadedFile[Any] | None = None,
    token: UUID | None = None,
    by: User | None,
) -> BoardTerms:
    """Record the next version of a board's terms of reference; what was agreed before stays to be read.

    Args:
        upload: the document that was agreed. It becomes the next version of the board's terms of reference
            among the evidence, and these terms stay bound to that very version.
        token: of the form, so that a file sent twice is kept once.

    Raises:
        PartnershipRefused: for a closed board, or days that do not fit.
        FileRefused: with a sentence about the file.
    """
    require_editor(by, board.council)
    with transaction.atomic():
        locked = _lock(board)
        check_open(locked)
        newest = _newest_terms(locked)
        check_terms(newest=newest, agreed_on=agreed_on, review_on=review_on, today=timezone.localdate())
        bound = _keep_document(locked, upload, token, by) if upload is not None and by is not None else None
        terms = BoardTerms.objects.create(
            council=locked.council,
            board=locked,
            number=newest.number + 1 if newest else 1,
            agreed_on=agreed_on,
            review_on=review_on,
            summary=summary.strip(),
            document_version=bound,
            recorded_by=by,
        )
        record(
            action="partnerships.board_terms_recorded",
            subject=terms,
            details={
                "board": locked.pk,
                "number": terms.number,
                "document_version": bound.pk if bound else None,
                "sha256": bound.sha256 if bound else None,
            },
        )
    return terms


def review_terms(*, terms: BoardTerms, reviewed_on: date, review_on: date, by: User | None) -> BoardTerms:
    """Record that terms of reference were looked at and kept as they are, and when they are due again.

    Raises:
        PartnershipRefused: for terms that newer ones replaced, a closed board, or days that do not fit.
    """
    require_editor(by, terms.council)
    with transaction.atomic():
        board = _lock(terms.board)
        check_open(board)
        newest = _newest_terms(board)
        locked = BoardTerms.objects.select_for_update(of=("self",)).get(council=terms.council_id, pk=terms.pk)
        check_terms_review(
            locked,
            is_newest=newest is not None and newest.pk == locked.pk,
            reviewed_on=reviewed_on,
            review_on=review_on,
            today=timezone.localdate(),
        )
        locked.reviewed_on, locked.review_on = reviewed_on, review_on
        locked.save(update_fields=["reviewed_on", "review_on"])
        record(
            action="partnerships.board_terms_reviewed",
            subject=locked,
            details={"board": board.pk, "reviewed_on": reviewed_on, "review_on": review_on},
        )
    return locked


def _take_turns(council: Council) -> None:
    """Let changes of one council's boards and lines take turns: a name is free, and no circle closes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"partnerships:boards:{council.pk}"]
        )


def _name_is_taken(council: Council, name: str, but: UUID | None = None) -> bool:
    boards = Board.objects.filter(council=council, name=name.strip())
    return (boards.exclude(pk=but) if but is not None else boards).exists()


def _lock(board: Board) -> Board:
    return (
        Board.objects.select_for_update(of=("self",))
        .select_related("council", "lead_officer")
        .get(council=board.council_id, pk=board.pk)
    )


def _newest_terms(board: Board) -> BoardTerms | None:
    return BoardTerms.objects.filter(council=board.council_id, board=board).order_by("-number").first()


def _set_lines(board: Board, council: Council, wanted: Collection[UUID]) -> bool:
    """Let a board report to exactly these in the council's picture. Returns whether anything changed."""
    today = timezone.localdate()
    present = lines_of(council)
    before = {upper for lower, upper in present if lower == board.pk}
    if before == set(wanted):
        return False
    seen = {each.pk: each for each in seen_boards(council, today)}
    if not set(wanted) <= set(seen):
        raise PartnershipRefused("Choose boards of this council, or joint boards that it takes part in.")
    others = [line for line in present if line[0] != board.pk]
    check_lines([(str(low), str(up)) for low, up in [*others, *((board.pk, each) for each in wanted)]])
    joined = {
        each.board_id: each
        for each in BoardParticipant.objects.filter(
            live_on(today), participant=council, state=ParticipationState.JOINED
        )
    }
    lower = _end(board, council, joined, "board", "joined")
    GovernanceLine.objects.filter(Q(board=board) | Q(joined__board=board), council=council).delete()
    for key in dict.fromkeys(wanted):
        upper = _end(seen[key], council, joined, "parent", "parent_joined")
        GovernanceLine.objects.create(council=council, **lower, **upper)
    record(
        action="partnerships.board_placed",
        subject=board,
        details={"reports_to": sorted(str(key) for key in set(wanted))},
    )
    return True


def _end(
    board: Board, council: Council, joined: dict[UUID, BoardParticipant], own: str, other: str
) -> dict[str, Any]:
    return {own: board} if board.council_id == council.pk else {other: joined[board.pk]}


def _keep_document(board: Board, upload: UploadedFile[Any], token: UUID | None, by: User) -> DocumentVersion:
    """Keep the file as the next version of what earlier terms were bound to, else as a new document."""
    earlier = (
        BoardTerms.objects.filter(
            council=board.council_id, board=board, document_version__document__is_link=False
        )
        .select_related("document_version__document")
        .order_by("-number")
        .first()
    )
    document = earlier.document_version.document if earlier and earlier.document_version else None
    hangs = (
        document is not None
        and DocumentUse.objects.filter(
            council=board.council_id, document=document, kind=BOARD_KIND, object_id=board.pk
        ).exists()
    )
    if document is not None and hangs:
        return add_version(document=document, by=by, upload=upload, token=token)
    added = attach_file(
        council=board.council,
        by=by,
        upload=upload,
        title=f"Terms of reference of {board.name}"[:200],
        kind=BOARD_KIND,
        object_id=board.pk,
        token=token,
    )
    return DocumentVersion.objects.filter(council=board.council_id, document=added).latest("number")
