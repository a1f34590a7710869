"""A joint board: the host invites, the invited council answers and leaves, and sees nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import timezone

from partnerships.access.boards import (
    board_for,
    board_to_edit,
    invitation_to_answer,
    participation_to_end,
    participation_to_leave,
    seat_to_edit,
)
from partnerships.board_announcements import board_due_items
from partnerships.enums import ParticipationState, SeatRole
from partnerships.models import Board, BoardParticipant, BoardTerms, GovernanceLine, Seat, SeatHolder
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.boards import (
    boards_of,
    governance_of,
    open_invitations,
    participations_of,
    seen_boards,
)
from partnerships.services.boards import place_joint_board
from partnerships.services.joint_boards import (
    answer_invitation,
    end_participation,
    invite_council,
    withdraw_invitation,
)
from partnerships.services.seats import end_seat
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.due_items import items_of
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web.dates import british_date
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import hold, invite, join, make_board, make_seat, make_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Council:
    return CouncilFactory.create(name="Host", slug="host")


@pytest.fixture
def guest() -> Council:
    return CouncilFactory.create(name="Guest", slug="guest")


@pytest.fixture
def joint(host: Council) -> Board:
    """A joint board with all that hangs on it, beside a private one that it reports to, alike."""
    private = make_board(host, "Private board")
    board = make_board(host, "Steering Group", reports_to=(private.pk,))
    for each in (private, board):
        make_terms(each, review_on=date(2030, 1, 1))
        hold(make_seat(each, role=SeatRole.CHAIR), f"Chair of {each.name}")
    return board


def rows_of(host: Council, reader: Council) -> dict[str, int]:
    """Rows of the host that another council's scope shows, asked for without any filter."""
    with service_scope(council=reader):
        return {
            model.__name__: model.objects.filter(council=host).count()
            for model in (Board, BoardTerms, Seat, SeatHolder, GovernanceLine)
        }


NOTHING = {"Board": 0, "BoardTerms": 0, "Seat": 0, "SeatHolder": 0, "GovernanceLine": 0}


def test_an_invitation_opens_the_board_alone_and_taking_part_what_hangs_on_it(
    host: Council, guest: Council, joint: Board
) -> None:
    third = CouncilFactory.create()
    assert rows_of(host, guest) == NOTHING
    participation = invite(joint, guest)
    assert rows_of(host, guest) == {**NOTHING, "Board": 1}
    with service_scope(council=guest):
        assert boards_of(guest, timezone.localdate()) == []
        answer_invitation(participation=participation, accept=True, by=None)
        assert [(line.name, line.host, line.parents) for line in boards_of(guest, timezone.localdate())] == [
            ("Steering Group", "Host", ())
        ]
    assert rows_of(host, guest) == {
        "Board": 1,
        "BoardTerms": 1,
        "Seat": 1,
        "SeatHolder": 1,
        "GovernanceLine": 0,
    }
    assert rows_of(host, third) == NOTHING


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_is_given_once_and_declining_shows_nothing(
    host: Council, guest: Council, joint: Board, accept: bool
) -> None:
    participation = invite(joint, guest)
    with service_scope(council=guest):
        answer_invitation(participation=participation, accept=accept, by=None)
        with pytest.raises(PartnershipRefused, match="settled already"):
            answer_invitation(participation=participation, accept=not accept, by=None)
    with service_scope(council=host), pytest.raises(PartnershipRefused, match="settled already"):
        withdraw_invitation(participation=participation, by=None)
    assert rows_of(host, guest)["Board"] == int(accept)


def test_a_withdrawn_invitation_cannot_be_answered_and_may_be_sent_again(
    host: Council, guest: Council, joint: Board
) -> None:
    participation = invite(joint, guest)
    with pytest.raises(PartnershipRefused, match="takes part or is invited already"):
        invite(joint, guest)
    with service_scope(council=host):
        withdraw_invitation(participation=participation, by=None)
    with service_scope(council=guest), pytest.raises(PartnershipRefused, match="settled already"):
        answer_invitation(participation=participation, accept=True, by=None)
    assert rows_of(host, guest) == NOTHING
    join(joint, guest)
    assert rows_of(host, guest)["Board"] == 1


def test_a_council_that_left_sees_nothing_any_more(host: Council, guest: Council, joint: Board) -> None:
    today = timezone.localdate()
    participation = join(joint, guest, starts_on=today - timedelta(days=9))
    with service_scope(council=guest):
        for wrong in (today - timedelta(days=1), date(2019, 1, 1)):
            with pytest.raises(PartnershipRefused, match="cannot be in the past"):
                end_participation(participation=participation, ends_on=wrong, council=guest, by=None)
        end_participation(participation=participation, ends_on=today, council=guest, by=None)
    assert rows_of(host, guest)["Board"] == 1
    with service_scope(council=host):
        # Where the row itself is there to see, as for somebody with roles in both, the query minds the day.
        assert list(seen_boards(guest, today)) == [joint]
        assert not seen_boards(guest, today + timedelta(days=1)).exists()
    with service_scope(council=host), pytest.raises(PartnershipRefused, match="ends on"):
        end_participation(
            participation=participation, ends_on=today + timedelta(days=1), council=host, by=None
        )
    with service_scope(council=host):
        BoardParticipant.objects.filter(pk=participation.pk).update(ends_on=today - timedelta(days=1))
    assert rows_of(host, guest) == NOTHING
    with service_scope(council=guest), pytest.raises(PartnershipRefused, match="has left this board"):
        end_participation(participation=participation, ends_on=today, council=guest, by=None)


@pytest.mark.parametrize(
    ("side", "change"),
    [
        ("host", {"state": "joined"}),
        ("host", {"starts_on": date(2018, 1, 1)}),
        ("host", {"answered_at": timezone.now()}),
        ("guest", {"state": "withdrawn"}),
        ("guest", {"ends_on": date(2040, 1, 1)}),
    ],
)
def test_the_database_keeps_each_side_to_its_part_of_an_invitation(
    host: Council, guest: Council, joint: Board, side: str, change: dict[str, object]
) -> None:
    participation = invite(joint, guest)
    council = host if side == "host" else guest
    with service_scope(council=council), pytest.raises(DatabaseError), transaction.atomic():
        BoardParticipant.objects.filter(pk=participation.pk).update(**change)


def test_the_database_lets_nobody_join_a_board_uninvited(host: Council, guest: Council, joint: Board) -> None:
    for council, state in ((guest, "invited"), (guest, "joined"), (host, "joined")):
        with service_scope(council=council), pytest.raises(DatabaseError), transaction.atomic():
            BoardParticipant.objects.create(board=joint, host=host, participant=guest, state=state)


def test_a_participation_is_never_made_longer_nor_moved_to_another_board(
    host: Council, guest: Council, joint: Board
) -> None:
    today = timezone.localdate()
    participation = join(joint, guest)
    other = make_board(host, "Other")
    with service_scope(council=guest):
        end_participation(participation=participation, ends_on=today, council=guest, by=None)
        for change in ({"ends_on": None}, {"ends_on": date(2040, 1, 1)}, {"state": "invited"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                BoardParticipant.objects.filter(pk=participation.pk).update(**change)
    for council in (host, guest):
        with service_scope(council=council), pytest.raises(DatabaseError), transaction.atomic():
            BoardParticipant.objects.filter(pk=participation.pk).update(board=other)


def test_each_council_does_only_its_own_part(host: Council, guest: Council, joint: Board) -> None:
    at_host, at_guest = member(host, Role.COORDINATOR), member(guest, Role.COORDINATOR)
    officer = member(guest, Role.SAFETY_OFFICER)
    participation = invite(joint, guest)
    with council_scope(user_id=at_guest.pk, council=guest):
        access = council_access(at_guest, guest)
        assert invitation_to_answer(access, participation.pk) == participation
        for forbidden, key in ((board_for, joint.pk), (participation_to_end, participation.pk)):
            with pytest.raises(Http404):
                forbidden(access, key)
    with council_scope(user_id=at_host.pk, council=host):
        access = council_access(at_host, host)
        assert participation_to_end(access, participation.pk) == participation
        for forbidden, key in (
            (invitation_to_answer, participation.pk),
            (participation_to_leave, joint.pk),
        ):
            with pytest.raises(Http404):
                forbidden(access, key)
    with council_scope(user_id=officer.pk, council=guest), pytest.raises(Http404):
        answer_invitation(participation=participation, accept=True, by=officer)
    with council_scope(user_id=at_guest.pk, council=guest):
        answer_invitation(participation=participation, accept=True, by=at_guest)
        access = council_access(at_guest, guest)
        seat = Seat.objects.get(board=joint)
        assert board_for(access, joint.pk) == joint
        for forbidden, key in ((board_to_edit, joint.pk), (seat_to_edit, seat.pk)):
            with pytest.raises(Http404):
                forbidden(access, key)


def test_a_participant_reads_its_own_line_of_the_councils_alone(
    host: Council, guest: Council, joint: Board
) -> None:
    join(joint, guest)
    join(joint, CouncilFactory.create(name="Third"))
    with service_scope(council=guest):
        assert [each.participant.name for each in participations_of(joint)] == ["Guest"]
    with service_scope(council=host):
        assert [each.participant.name for each in participations_of(joint)] == ["Guest", "Third"]


def test_a_participant_places_the_board_in_its_own_picture_and_the_host_s_is_unchanged(
    host: Council, guest: Council, joint: Board
) -> None:
    today = timezone.localdate()
    join(joint, guest)
    top = make_board(guest, "City board")
    below = make_board(guest, "City group", reports_to=(joint.pk,))
    with service_scope(council=guest):
        place_joint_board(board=joint, council=guest, reports_to=[top.pk], by=None)
        boards, lines = governance_of(guest, today)
        assert [board.name for board in boards] == ["City board", "City group", "Steering Group"]
        assert set(lines) == {(str(joint.pk), str(top.pk)), (str(below.pk), str(joint.pk))}
        with pytest.raises(PartnershipRefused, match="cannot report to itself"):
            place_joint_board(board=joint, council=guest, reports_to=[below.pk], by=None)
    with service_scope(council=host):
        boards, lines = governance_of(host, today)
        assert [board.name for board in boards] == ["Private board", "Steering Group"]
        assert len(lines) == 1


def test_a_line_to_a_joint_board_needs_the_council_s_own_part(
    host: Council, guest: Council, joint: Board
) -> None:
    participation = join(joint, guest)
    third = CouncilFactory.create()
    own = make_board(third, "Own")
    with service_scope(council=third), pytest.raises(DatabaseError), transaction.atomic():
        GovernanceLine.objects.create(council=third, joined=participation, parent=own)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_happened_is_in_the_trail_of_the_council_that_did_it(
    host: Council, guest: Council, joint: Board
) -> None:
    participation = join(joint, guest)
    with service_scope(council=guest):
        end_participation(participation=participation, ends_on=timezone.localdate(), council=guest, by=None)

    def actions(council: Council) -> list[str]:
        with service_scope(council=council):
            events = Event.objects.filter(council_id=council.pk, subject_id=str(participation.pk))
            return [event.action for event in events.order_by("pk")]

    assert actions(host) == ["partnerships.council_invited"]
    assert actions(guest) == ["partnerships.joint_board_joined", "partnerships.joint_board_left"]


def test_only_another_council_on_the_portal_is_invited(host: Council, joint: Board) -> None:
    off = CouncilFactory.create(joined_on=None)
    at_host = member(host, Role.COORDINATOR)
    with council_scope(user_id=at_host.pk, council=host):
        for council, day, words in (
            (host, timezone.localdate(), "another council"),
            (off, timezone.localdate(), "another council"),
            (CouncilFactory.create(), timezone.localdate() - timedelta(days=1), "cannot be in the past"),
        ):
            with pytest.raises(PartnershipRefused, match=words):
                invite_council(board=joint, council=council, starts_on=day, by=at_host)


def test_an_invitation_waits_for_those_who_may_answer(host: Council, guest: Council, joint: Board) -> None:
    at_guest, at_host = member(guest, Role.COORDINATOR), member(host, Role.COORDINATOR)
    participation = invite(joint, guest)
    with service_scope(council=guest):
        assert open_invitations(guest) == [participation]
    for person, expected in ((at_guest, ["Answer an invitation"]), (at_host, [])):
        with own_councils_scope(user_id=person.pk):
            found = [
                item.task for item in items_of([board_due_items], own_access(person), timezone.localdate())
            ]
        assert found == expected
    with service_scope(council=guest):
        answer_invitation(participation=participation, accept=False, by=None)
        assert open_invitations(guest) == []
    assert participation.state == ParticipationState.INVITED


def mails() -> list[tuple[str, str, str]]:
    """To whom each message goes, its subject and its first line, in the order of sending."""
    return [
        (mail.recipient, mail.subject, mail.text.splitlines()[0])
        for mail in Email.objects.order_by("created_at", "recipient")
    ]


def told(council: Council, by: User) -> list[tuple[str, bool]]:
    """What a council's trail says of joint boards, and whether it names this person for it."""
    with service_scope(council=council):
        events = Event.objects.filter(council_id=council.pk, subject_type="partnerships.boardparticipant")
        return [
            (event.action.removeprefix("partnerships."), event.actor_id == by.pk)
            for event in events.order_by("pk")
        ]


def test_the_host_is_told_who_answers_and_leaves_and_a_third_council_hears_nothing(
    host: Council, guest: Council, joint: Board
) -> None:
    third = CouncilFactory.create(name="Third")
    for council in (host, guest, third):
        member(council, Role.COORDINATOR, email=f"coordinator@{council.name.lower()}.example")
        member(council, Role.BOARD_MEMBER)
    at_guest = member(guest, Role.ADMINISTRATOR, email="administrator@guest.example")
    participation, today = invite(joint, guest), timezone.localdate()
    with council_scope(user_id=at_guest.pk, council=guest):
        answer_invitation(participation=participation, accept=True, by=at_guest)
        end_participation(participation=participation, ends_on=today, council=guest, by=at_guest)
    subject = f"Prevent Portal: {joint.reference} of Host"
    assert mails() == [
        ("coordinator@host.example", subject, f"Guest takes part in a joint board: {joint.reference}."),
        (
            "coordinator@host.example",
            subject,
            f"Guest leaves a joint board, last day {british_date(today)}: {joint.reference}.",
        ),
    ]
    assert Email.objects.exclude(text__contains=f"/c/host/partnership/boards/{joint.pk}/").count() == 0
    assert told(host, at_guest) == [
        ("council_invited", False),
        ("council_joined", False),
        ("council_left", False),
    ]
    assert told(guest, at_guest) == [("joint_board_joined", True), ("joint_board_left", True)]
    assert told(third, at_guest) == []


def test_who_looks_after_the_board_alone_is_told_that_a_council_declined(
    host: Council, guest: Council
) -> None:
    member(host, Role.COORDINATOR)
    officer = member(host, Role.COORDINATOR, email="officer@host.example")
    board = make_board(host, "Joint", lead_officer=officer)
    at_guest = member(guest, Role.COORDINATOR)
    participation = invite(board, guest)
    with council_scope(user_id=at_guest.pk, council=guest):
        answer_invitation(participation=participation, accept=False, by=at_guest)
    assert [(to, words) for to, _, words in mails()] == [
        ("officer@host.example", f"Guest declined to take part in a joint board: {board.reference}.")
    ]


def test_a_council_whose_part_the_host_ends_is_told_before_its_part_begins_too(
    host: Council, guest: Council, joint: Board
) -> None:
    first = timezone.localdate() + timedelta(days=9)
    last_day = f"last day {british_date(first)}"
    participation = join(joint, guest, starts_on=first)
    at_host = member(host, Role.COORDINATOR)
    member(guest, Role.COORDINATOR, email="coordinator@guest.example")
    with council_scope(user_id=at_host.pk, council=host):
        end_participation(participation=participation, ends_on=first, council=host, by=at_host)
    assert mails() == [
        (
            "coordinator@guest.example",
            f"Prevent Portal: {joint.reference} of Guest",
            f"Host ends this council’s part in a joint board, {last_day}: {joint.reference}.",
        )
    ]
    assert told(guest, at_host)[-1] == ("part_ended_by_host", False)


def test_the_host_is_asked_to_seat_a_council_that_joins_and_to_unseat_one_that_leaves(
    host: Council, guest: Council
) -> None:
    at_host, at_guest = member(host, Role.COORDINATOR), member(guest, Role.COORDINATOR)
    board, today = make_board(host, "Joint"), timezone.localdate()
    participation = join(board, guest)

    def waiting(person: User = at_host) -> list[tuple[str, date | None, str]]:
        with own_councils_scope(user_id=person.pk):
            items = items_of([board_due_items], own_access(person), today)
            return [(item.task, item.due_on, item.title) for item in items]

    assert waiting() == [("Give a council a seat", None, "Guest on Joint")]
    seat = make_seat(board, agency=guest)
    hold(seat, "Director")
    assert waiting() == []
    with service_scope(council=guest):
        end_participation(participation=participation, ends_on=today, council=guest, by=None)
    assert waiting() == [("End the seats of a council that leaves", today, "Guest leaves Joint")]
    assert waiting(at_guest) == []
    join(board, guest, starts_on=today + timedelta(days=1))
    assert waiting() == [], "it comes back and keeps its seat"
    with service_scope(council=host):
        end_seat(seat=seat, ends_on=today, by=None)
    assert waiting() == [("Give a council a seat", None, "Guest on Joint")]


def test_a_district_that_leaves_may_keep_the_seat_its_county_gave_it(host: Council) -> None:
    at_host, today = member(host, Role.COORDINATOR), timezone.localdate()
    district = CouncilFactory.create(name="District", parent=host)
    board = make_board(host, "Joint")
    participation = join(board, district)
    hold(make_seat(board, agency=district), "Director")
    with service_scope(council=district):
        end_participation(participation=participation, ends_on=today, council=district, by=None)
    with own_councils_scope(user_id=at_host.pk):
        assert items_of([board_due_items], own_access(at_host), today) == []
