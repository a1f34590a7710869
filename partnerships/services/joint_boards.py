"""Invite councils to a joint board, answer an invitation, leave. Each side writes its own part alone.

What one side does, the other is told: a line in its own trail, and an e-mail with a reference and a link
(rule 14 of the product) to the officer who looks after the board, else to everybody who may change the
partnership. It learns which council acted, never who.

A council that has left sees nothing of the board any more from the day after its last: not what was recorded
while it took part either, because the papers are the host's and a seat is what opened them. Until that day it
can download what it has to keep. That it took part, and from when to when, stays in its own trail; where it
placed the board in its own picture is no longer drawn.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from partnerships.enums import ParticipationState
from partnerships.models import Board, BoardParticipant
from partnerships.policies.boards import check_answerable, check_invited, check_leaving, check_open
from partnerships.policies.editing import require_editor
from partnerships.queries.boards import lead_officers
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date


def invite_council(
    *, board: Board, council: Council, starts_on: date, ends_on: date | None = None, by: User | None
) -> BoardParticipant:
    """Invite another council to take part in a board. It sees the board's name until it answers.

    Raises:
        PartnershipRefused: for a closed board, the host itself, a council off the portal, or one that takes
            part or is invited already.
    """
    require_editor(by, board.council)
    today = timezone.localdate()
    with transaction.atomic():
        locked = (
            Board.objects.select_for_update(of=("self",))
            .select_related("council")
            .get(council=board.council_id, pk=board.pk)
        )
        check_open(locked)
        is_open = (
            BoardParticipant.objects.filter(board=locked, participant=council)
            .filter(
                Q(state=ParticipationState.INVITED)
                | (Q(state=ParticipationState.JOINED) & (Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)))
            )
            .exists()
        )
        check_invited(
            is_on_portal=council.joined_on is not None,
            is_host=council == locked.council,
            is_open=is_open,
            starts_on=starts_on,
            today=today if by is not None else date.min,
        )
        participation = BoardParticipant.objects.create(
            board=locked,
            host=locked.council,
            participant=council,
            starts_on=starts_on,
            ends_on=ends_on,
            granted_by=by,
        )
        record(
            action="partnerships.council_invited",
            subject=participation,
            details={"board": locked.pk, "council": council.pk, "starts_on": starts_on, "ends_on": ends_on},
        )
    return participation


def withdraw_invitation(*, participation: BoardParticipant, by: User | None) -> BoardParticipant:
    """Take an invitation back before it is answered.

    Raises:
        PartnershipRefused: if it was answered or withdrawn.
    """
    require_editor(by, participation.host)
    with transaction.atomic():
        locked = _lock(participation)
        check_answerable(locked)
        locked.state = ParticipationState.WITHDRAWN
        locked.save(update_fields=["state"])
        record(action="partnerships.invitation_withdrawn", subject=locked, details={"board": locked.board_id})
    return locked


def answer_invitation(*, participation: BoardParticipant, accept: bool, by: User | None) -> BoardParticipant:
    """Accept or decline another council's invitation, in the scope of the council that was invited.

    Accepted after the day it was meant to begin, the part begins today. The host is told.

    Raises:
        PartnershipRefused: if it was answered or withdrawn.
    """
    require_editor(by, participation.participant)
    with transaction.atomic():
        locked = _lock(participation)
        check_answerable(locked)
        locked.state = ParticipationState.JOINED if accept else ParticipationState.DECLINED
        if accept and by is not None:
            locked.starts_on = max(locked.starts_on, timezone.localdate())
        locked.answered_at, locked.answered_by = timezone.now(), by
        locked.save(update_fields=["state", "starts_on", "answered_at", "answered_by"])
        record(
            action="partnerships.joint_board_joined" if accept else "partnerships.joint_board_declined",
            subject=locked,
            details={"board": locked.board_id, "host": locked.host_id, "starts_on": locked.starts_on},
        )
        if by is not None:
            _tell(
                locked.host,
                locked,
                action="partnerships.council_joined" if accept else "partnerships.council_declined",
                what="takes part in a joint board" if accept else "declined to take part in a joint board",
            )
    return locked


def end_participation(
    *, participation: BoardParticipant, ends_on: date, council: Council, by: User | None
) -> BoardParticipant:
    """End a council's part in a joint board on a day: the participant leaves, or the host ends it.

    After that day the participant sees nothing of the board any more. The other side is told.

    Args:
        council: for which of the two the person acts.

    Raises:
        PartnershipRefused: for a day in the past, or if the council does not take part.
    """
    require_editor(by, council)
    with transaction.atomic():
        locked = _lock(participation)
        check_leaving(locked, ends_on=ends_on, today=timezone.localdate())
        locked.ends_on = ends_on
        locked.save(update_fields=["ends_on"])
        left = council.pk == locked.participant_id
        record(
            action="partnerships.joint_board_left" if left else "partnerships.participation_ended",
            subject=locked,
            details={"board": locked.board_id, "ends_on": ends_on},
        )
        if by is not None:
            what = "leaves a joint board" if left else "ends this council’s part in a joint board"
            _tell(
                locked.host if left else locked.participant,
                locked,
                action="partnerships.council_left" if left else "partnerships.part_ended_by_host",
                what=f"{what}, last day {british_date(ends_on)}",
            )
    return locked


def _tell(council: Council, participation: BoardParticipant, *, action: str, what: str) -> None:
    """Tell the other side, in its own service scope: nobody of the acting council reads who is told."""
    # Who declined, or has yet to begin, does not see the board.
    with service_scope(council=participation.host):
        board = Board.objects.select_related("lead_officer").get(
            council=participation.host_id, pk=participation.board_id
        )
    hosts = council.pk == participation.host_id
    acting = participation.participant if hosts else participation.host
    with service_scope(council=council):
        record(
            action=action,
            subject=participation,
            details={"board": board.pk, "host": board.council_id, "council": participation.participant_id},
        )
        people = lead_officers(council)
    if hosts:
        people = [person for person in people if person == board.lead_officer] or people
    keys = [council.slug, board.pk] if hosts else [council.slug]
    page = settings.PUBLIC_URL + reverse("board" if hosts else "boards", args=keys)
    for person in people:
        queue_email(
            recipient=person.email,
            subject=f"Prevent Portal: {board.reference} of {council.name}",
            text=f"{acting.name} {what}: {board.reference}.\n\nSign in to see it: {page}\n",
            effect_key=f"{action}:{participation.pk}:{participation.ends_on}:{person.pk}",
        )


def _lock(participation: BoardParticipant) -> BoardParticipant:
    # Without the board: who declined or left no longer sees it, and is told why nothing more happens.
    return (
        BoardParticipant.objects.select_for_update(of=("self",))
        .select_related("host", "participant")
        .get(pk=participation.pk)
    )
