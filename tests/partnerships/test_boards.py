"""Boards: who may change them, what they report to, their terms, seats and holders, and what is due."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import board_for, board_to_edit
from partnerships.board_announcements import board_due_items
from partnerships.enums import BoardLevel, SeatRole
from partnerships.models import Board, BoardTerms, GovernanceLine, Seat, SeatHolder
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.boards import (
    BoardFilter,
    agency_name,
    boards_of,
    governance_of,
    seats_of,
    terms_of,
)
from partnerships.services.boards import BoardDetails, change_board, close_board, record_terms, review_terms
from partnerships.services.seats import add_seat, appoint_holder, change_holder, change_seat, end_seat
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User, display_name
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import LONG_AGO, hold, make_board, make_seat, make_terms
from tests.partnerships.factories import OrganisationFactory
from tests.partnerships.factories import board as board_with_meetings

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Ours", slug="ours")


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


def today() -> date:
    return timezone.localdate()


def test_two_boards_of_a_council_cannot_have_one_name_and_two_councils_can(council: Council) -> None:
    make_board(council, "Prevent Board")
    make_board(CouncilFactory.create(), "Prevent Board")
    with pytest.raises(PartnershipRefused, match="has a board with this name already"):
        make_board(council, " Prevent Board ")


def test_a_group_may_report_to_two_boards_and_never_in_a_circle(council: Council) -> None:
    top, side = make_board(council, "Top"), make_board(council, "Side")
    group = make_board(council, "Group", reports_to=(top.pk, side.pk), level=BoardLevel.OPERATIONAL)
    with service_scope(council=council):
        boards, lines = governance_of(council, today())
        assert [board.name for board in boards] == ["Group", "Side", "Top"]
        assert set(lines) == {(str(group.pk), str(top.pk)), (str(group.pk), str(side.pk))}
        assert [line.parents for line in boards_of(council, today())] == [("Side", "Top"), (), ()]
        for wrong in (group.pk, top.pk):
            with pytest.raises(PartnershipRefused, match="cannot report to itself"):
                change_board(
                    board=top, details=BoardDetails(name="Top"), reports_to=[wrong], version=1, by=None
                )


def test_a_board_never_reports_to_another_council_s(council: Council) -> None:
    theirs = make_board(CouncilFactory.create(), "Theirs")
    with pytest.raises(PartnershipRefused, match="Choose boards of this council"):
        make_board(council, "Ours", reports_to=(theirs.pk,))
    with service_scope(council=council):
        assert not Board.objects.exists()


def test_a_save_over_somebody_else_s_shows_both_texts(council: Council, coordinator: User) -> None:
    board = make_board(council, "Board", chair_title="Chief executive")
    with council_scope(user_id=coordinator.pk, council=council):
        change_board(
            board=board,
            details=BoardDetails(name="Board", chair_title="Leader"),
            reports_to=[],
            version=1,
            by=coordinator,
        )
        with pytest.raises(StaleVersion) as stale:
            change_board(
                board=board,
                details=BoardDetails(name="Board", chair_title="Mayor"),
                reports_to=[],
                version=1,
                by=coordinator,
            )
    assert [(one.field, one.theirs, one.yours) for one in stale.value.differences] == [
        ("chair_title", "Leader", "Mayor")
    ]


def test_only_people_who_may_change_the_partnership_change_a_board(council: Council) -> None:
    board = make_board(council, "Board")
    officer = member(council, Role.SAFETY_OFFICER)
    with council_scope(user_id=officer.pk, council=council):
        access = council_access(officer, council)
        assert board_for(access, board.pk) == board
        with pytest.raises(Http404):
            board_to_edit(access, board.pk)
        with pytest.raises(Http404):
            close_board(board=board, closed_on=today(), reason="Merged", by=officer)


def test_a_closed_board_is_kept_without_change_and_off_the_picture(council: Council) -> None:
    board = make_board(council, "Board", starts_on=LONG_AGO)
    with service_scope(council=council):
        for closed_on, reason, words in (
            (today() + timedelta(days=1), "Merged", "cannot be in the future"),
            (LONG_AGO - timedelta(days=1), "Merged", "cannot be before its first, 1 January 2019"),
            (today(), "  ", "Enter why the board closes"),
        ):
            with pytest.raises(PartnershipRefused, match=words):
                close_board(board=board, closed_on=closed_on, reason=reason, by=None)
        closed = close_board(board=board, closed_on=today(), reason="Merged", by=None)
        assert governance_of(council, today()) == ([], [])
        assert boards_of(council, today(), BoardFilter()) == []
        assert [line.name for line in boards_of(council, today(), BoardFilter(state="closed"))] == ["Board"]
        with pytest.raises(PartnershipRefused, match="is closed"):
            change_board(board=closed, details=BoardDetails(name="Other"), reports_to=[], version=2, by=None)
        with pytest.raises(PartnershipRefused, match="is closed"):
            close_board(board=closed, closed_on=today(), reason="Again", by=None)


def test_terms_are_kept_in_versions_and_bound_to_the_document_of_their_day(
    council: Council, coordinator: User
) -> None:
    board = make_board(council, "Board")
    with council_scope(user_id=coordinator.pk, council=council):
        for agreed_on, words in ((date(2019, 1, 1), b"first"), (date(2020, 1, 1), b"second")):
            record_terms(
                board=board,
                agreed_on=agreed_on,
                review_on=agreed_on + timedelta(days=365),
                upload=SimpleUploadedFile("terms.txt", words),
                token=uuid4(),
                by=coordinator,
            )
        newest, oldest = terms_of(board)
        assert [(each.number, each.document_version.number) for each in (newest, oldest)] == [(2, 2), (1, 1)]
        assert newest.document_version.document_id == oldest.document_version.document_id
        with pytest.raises(IntegrityError, match="Agreed terms stay"), transaction.atomic():
            BoardTerms.objects.filter(pk=oldest.pk).update(summary="Other words")
        for agreed_on, review_on, words in (
            (date(2020, 1, 1), date(2021, 1, 1), "agreed after the present ones"),
            (today() + timedelta(days=1), today() + timedelta(days=9), "once they are agreed"),
            (date(2021, 1, 1), date(2021, 1, 1), "must be after the day"),
        ):
            with pytest.raises(PartnershipRefused, match=words):
                record_terms(board=board, agreed_on=agreed_on, review_on=review_on, by=coordinator)


def test_a_review_keeps_the_terms_and_moves_their_next_review(council: Council) -> None:
    board = make_board(council, "Board")
    old = make_terms(board, review_on=date(2020, 1, 1))
    terms = make_terms(board, agreed_on=date(2020, 1, 1), review_on=date(2021, 1, 1))
    with service_scope(council=council):
        for which, reviewed_on, words in (
            (old, date(2021, 1, 1), "Newer terms"),
            (terms, date(2019, 12, 31), "cannot be before the last one, on 1 January 2020"),
            (terms, today() + timedelta(days=1), "cannot be in the future"),
            (terms, date(2022, 1, 1), "must be after this one"),
        ):
            with pytest.raises(PartnershipRefused, match=words):
                review_terms(terms=which, reviewed_on=reviewed_on, review_on=date(2022, 1, 1), by=None)
        review_terms(terms=terms, reviewed_on=date(2021, 2, 1), review_on=date(2022, 2, 1), by=None)
        (line,) = boards_of(council, today())
    assert (line.terms_reviewed_on, line.terms_review_on) == (date(2021, 2, 1), date(2022, 2, 1))


def test_a_seat_belongs_to_a_linked_organisation_or_a_council_of_the_area(council: Council) -> None:
    board = make_board(council, "Board")
    trust = OrganisationFactory.create(name="A trust")
    make_seat(board, organisation=trust)
    make_seat(board, role=SeatRole.CHAIR)
    district = CouncilFactory.create(parent=council, joined_on=None, name="A district")
    make_seat(board, agency=district)
    for stranger in ({"organisation": OrganisationFactory.create()}, {"agency": CouncilFactory.create()}):
        with (
            service_scope(council=council),
            pytest.raises(PartnershipRefused, match="linked to this council"),
        ):
            add_seat(board=board, by=None, **stranger)
    with pytest.raises(PartnershipRefused, match="has a chair already"):
        make_seat(board, agency=district, role=SeatRole.CHAIR)
    with pytest.raises(PartnershipRefused, match="has a seat like this"):
        make_seat(board, organisation=trust)
    with service_scope(council=council):
        assert [(seat.role, str(seat.organisation or seat.agency)) for seat in seats_of(board, today())] == [
            ("chair", "Ours"),
            ("member", "A district"),
            ("member", "A trust"),
        ]


def test_a_seat_is_held_by_one_at_a_time_and_by_any_number_of_substitutes(council: Council) -> None:
    seat = make_seat(make_board(council, "Board"))
    first = hold(seat, "Head", ends_on=date(2020, 12, 31))
    for starts_on, ends_on in ((LONG_AGO, None), (date(2018, 1, 1), LONG_AGO), (date(2020, 12, 31), None)):
        with pytest.raises(PartnershipRefused, match="Head holds this seat from 1 January 2019"):
            hold(seat, "Other", starts_on=starts_on, ends_on=ends_on)
    second = hold(seat, "Other", starts_on=date(2021, 1, 1))
    hold(seat, "Deputy", is_substitute=True)
    hold(seat, "Second deputy", is_substitute=True)
    with pytest.raises(PartnershipRefused, match="stands in for the seat already"):
        hold(seat, "Deputy", is_substitute=True)
    third = hold(seat, "Third", starts_on=date(2022, 1, 1), replaces=True)
    with service_scope(council=council):
        second.refresh_from_db()
        assert second.ends_on == date(2021, 12, 31)
        with pytest.raises(PartnershipRefused, match="Other holds this seat"):
            change_holder(
                holder=first, post="Head", person=None, starts_on=LONG_AGO, ends_on=date(2021, 6, 1),
                version=1, by=None,
            )  # fmt: skip
        end_seat(seat=seat, ends_on=date(2022, 6, 1), by=None)
        third.refresh_from_db()
        assert third.ends_on == date(2022, 6, 1)
        assert SeatHolder.objects.filter(ends_on__isnull=True).count() == 0
        with pytest.raises(PartnershipRefused, match="The seat ended on 1 June 2022"):
            appoint_holder(seat=seat, post="Late", starts_on=date(2022, 6, 2), by=None)
        with pytest.raises(PartnershipRefused, match="The seat ended"):
            change_seat(seat=seat, role=SeatRole.MEMBER, post="X", starts_on=None, version=2, by=None)


def test_a_holder_with_an_account_has_a_role_in_the_council(council: Council, coordinator: User) -> None:
    board = make_board(council, "Board")
    seat = make_seat(board)
    stranger = member(CouncilFactory.create(), Role.COORDINATOR)
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused, match="a role in this council"):
            appoint_holder(seat=seat, post="Head", person=stranger, starts_on=LONG_AGO, by=None)
        with pytest.raises(PartnershipRefused, match="Enter the post"):
            appoint_holder(seat=seat, post=" ", starts_on=LONG_AGO, by=None)
    assert hold(seat, "Coordinator", person=coordinator).person == coordinator


def test_the_database_refuses_a_seat_without_or_with_two_agencies(council: Council) -> None:
    board = make_board(council, "Board")
    with service_scope(council=council), pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(council=council, board=board)


def due(person: User) -> list[tuple[str, date | None, str]]:
    with own_councils_scope(user_id=person.pk):
        items = items_of([board_due_items], own_access(person), today())
        return sorted(((item.task, item.due_on, item.title) for item in items), key=str)


def test_what_is_due_of_a_board_reaches_who_looks_after_it(council: Council, coordinator: User) -> None:
    other = member(council, Role.ADMINISTRATOR)
    elsewhere = member(CouncilFactory.create(), Role.COORDINATOR)
    board = make_board(council, "Board", lead_officer=coordinator)
    make_terms(board, review_on=today() + timedelta(days=30))
    trust = OrganisationFactory.create(name="A trust")
    make_seat(board, organisation=trust)
    ends_on = today() + timedelta(days=30)
    hold(make_seat(board, role=SeatRole.CHAIR), "Leader", ends_on=ends_on)
    expected = [
        ("Fill a vacant seat", None, "Seat of A trust on Board"),
        ("Name the next holder of a seat", ends_on, "Ours on Board: the holder’s term ends"),
        ("Review terms of reference", ends_on, "Terms of reference of Board"),
    ]
    assert due(coordinator) == expected
    assert due(other) == []
    assert due(elsewhere) == []
    with service_scope(council=council):
        Board.objects.filter(pk=board.pk).update(lead_officer=None)
    assert due(other) == expected


def test_nothing_is_due_of_what_is_later_replaced_followed_or_closed(
    council: Council, coordinator: User
) -> None:
    board = make_board(council, "Board")
    make_terms(board, review_on=date(2020, 1, 1))
    make_terms(board, agreed_on=date(2020, 1, 1), review_on=today() + timedelta(days=31))
    seat = make_seat(board)
    hold(seat, "Head", ends_on=today() + timedelta(days=5))
    hold(seat, "Next", starts_on=today() + timedelta(days=6))
    assert due(coordinator) == []
    closed = make_board(council, "Closed")
    make_seat(closed)
    assert [task for task, _, _ in due(coordinator)] == ["Fill a vacant seat"]
    with service_scope(council=council):
        close_board(board=closed, closed_on=today(), reason="Merged", by=None)
    assert due(coordinator) == []


def fifty_boards(council: Council) -> None:
    """A chain of fifty boards, each with a seat that nobody holds and terms that are overdue."""
    with service_scope(council=council):
        boards = Board.objects.bulk_create(Board(council=council, name=f"Board {n:02}") for n in range(50))
        GovernanceLine.objects.bulk_create(
            GovernanceLine(council=council, board=lower, parent=upper) for upper, lower in pairwise(boards)
        )
        Seat.objects.bulk_create(Seat(council=council, board=each, agency=council) for each in boards)
        BoardTerms.objects.bulk_create(
            BoardTerms(council=council, board=each, number=1, agreed_on=LONG_AGO, review_on=date(2020, 1, 1))
            for each in boards
        )


def test_reads_of_boards_cost_the_same_for_one_and_for_fifty(
    council: Council, coordinator: User, django_assert_num_queries: Any
) -> None:
    fifty_boards(council)
    for boards, lines, waiting in ((50, 49, 100), (1, 0, 2)):
        with service_scope(council=council):
            Board.objects.exclude(name__in=[f"Board {n:02}" for n in range(boards)]).delete()
            with django_assert_num_queries(3):
                assert len(boards_of(council, today())) == boards
            with django_assert_num_queries(2):
                found = governance_of(council, today())
            assert tuple(map(len, found)) == (boards, lines)
        with own_councils_scope(user_id=coordinator.pk):
            mine = own_access(coordinator)
            with django_assert_num_queries(1):
                assert len(items_of([board_due_items], mine, today())) == waiting


def test_a_board_costs_the_same_with_one_seat_and_with_fifty(
    council: Council, coordinator: User, django_assert_num_queries: Any
) -> None:
    board = make_board(council, "Board")
    for posts in (1, 50):
        with service_scope(council=council):
            Seat.objects.all().delete()
            seats = Seat.objects.bulk_create(
                Seat(council=council, board=board, agency=council, post=f"Post {n}") for n in range(posts)
            )
            SeatHolder.objects.bulk_create(
                SeatHolder(council=council, seat=seat, post="Head", person=coordinator, starts_on=LONG_AGO)
                for seat in seats
            )
            with django_assert_num_queries(2):
                found = [
                    (agency_name(seat), display_name(holder.person))
                    for seat in seats_of(board, today())
                    for holder in seat.all_holders
                ]
            assert found == [("Ours", coordinator.name)] * posts


def test_the_pages_of_boards_show_what_is_kept(client: Client, council: Council, coordinator: User) -> None:
    top = make_board(council, "Safer Board")
    board = make_board(council, "Delivery Group", reports_to=(top.pk,), level=BoardLevel.OPERATIONAL)
    make_terms(board, review_on=date(2020, 1, 1))
    hold(make_seat(board, role=SeatRole.CHAIR, post="Head of service"), "Head of service", person=coordinator)
    sign_in(client, coordinator)
    page = client.get(reverse("boards", args=["ours"])).content.decode()
    assert all(words in page for words in ("Delivery Group", "Overdue"))
    page = client.get(reverse("board", args=["ours", board.pk])).content.decode()
    assert all(words in page for words in ("Safer Board", "Head of service", "1 January 2019"))
    page = client.get(reverse("governance", args=["ours"])).content.decode()
    assert all(words in page for words in ("Delivery Group reports to Safer Board.", "<svg"))
    csv = client.get(reverse("boards-csv", args=["ours"])).content.decode("utf-8-sig").splitlines()
    assert csv[1].startswith("Delivery Group,Other group,Operational,In place,Safer Board,Every quarter,")


def test_the_page_of_a_board_leads_to_its_meetings_to_come(
    client: Client, council: Council, coordinator: User
) -> None:
    made = board_with_meetings(council, "Board", today() + timedelta(days=3))
    with service_scope(council=council):
        meeting = made.meetings.get()
    sign_in(client, coordinator)
    page = client.get(reverse("board", args=["ours", made.pk])).content.decode()
    assert reverse("meeting", args=["ours", meeting.pk]) in page
    assert reverse("meetings-plan", args=["ours", made.pk]) in page
