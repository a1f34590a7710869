"""What a meeting records: agenda, attendance, decisions, actions and minutes, and when it is frozen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from compliance.models import Action
from partnerships.access.meetings import (
    may_see_edition,
    may_send_paper,
    meeting_for,
    meeting_to_edit,
    meetings_seen,
    named_papers,
    open_papers,
    papers_seen,
    versions_of_papers,
)
from partnerships.models import (
    AgendaItem,
    ArisingAction,
    Attendance,
    Decision,
    Meeting,
    MinutesRevision,
    Paper,
    Seat,
    SeatHolder,
)
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.meeting_seats import attendance_of, quorum_words, year_of_attendance
from partnerships.queries.meetings import (
    STANDING_ITEMS,
    agenda_of,
    minutes_due,
    minutes_proposed,
    origins_of_action,
    papers_due,
)
from partnerships.services.agendas import add_item, add_paper, carry_over, change_item, remove_item
from partnerships.services.meetings import arrange_meetings, cancel_meeting, change_meeting, plan_meetings
from partnerships.services.minutes import (
    approve_minutes,
    change_decision,
    raise_arising_action,
    record_decision,
    write_minutes,
)
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import AlreadySent, PolicyError, StaleVersion
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.compliance.factories import make_plan
from tests.documents.things import pdf
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import LONG_AGO, hold, join, make_seat
from tests.partnerships.meeting_factories import attach, attend, first_item, group, minute, paper, plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barnet")


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in agenda_of(meeting)]


def test_a_planned_meeting_starts_with_the_standing_items_of_its_board(council: Council) -> None:
    board, other = group(council), group(CouncilFactory.create())
    with service_scope(council=council):
        arrange_meetings(
            board=board, by=None, version=0, standing_items=["Actions", "Projects"], days_before_papers=5
        )
    with service_scope(council=council):
        (meeting,) = plan_meetings(board=board, by=None, days=[date(2031, 3, 12)])
        assert titles(meeting) == ["Actions", "Projects"]
        assert meeting.papers_due_on == date(2031, 3, 7)
    (theirs,) = plan(other, -30)
    with service_scope(council=other.council):
        assert titles(theirs) == list(STANDING_ITEMS)


def test_a_board_meets_once_a_day_and_nothing_is_planned_if_one_day_is_taken(council: Council) -> None:
    board = group(council)
    plan(board, -10)
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused, match="Delivery Group already meets on"):
            plan_meetings(board=board, by=None, days=[TODAY + timedelta(days=9), TODAY + timedelta(days=10)])
        assert Meeting.objects.filter(council=council).count() == 1
        with pytest.raises(IntegrityError, match="board_meets_once_a_day"), transaction.atomic():
            Meeting.objects.create(council=council, board=board, held_on=TODAY + timedelta(days=10))


def test_only_an_editor_of_the_council_plans_meetings(council: Council, coordinator: User) -> None:
    board = group(council)
    for person in (member(council, Role.BOARD_MEMBER), member(CouncilFactory.create(), Role.COORDINATOR)):
        with service_scope(council=council), pytest.raises(Http404):
            plan_meetings(board=board, by=person, days=[TODAY])
    with service_scope(council=council):
        assert len(plan_meetings(board=board, by=coordinator, days=[TODAY])) == 1


def test_a_meeting_that_was_held_is_neither_moved_nor_cancelled(council: Council) -> None:
    held = attend(plan(group(council), 3)[0])
    changes: dict[str, Any] = {
        "version": held.version, "held_on": TODAY, "starts_at": None, "place": "", "papers_due_on": None,
    }  # fmt: skip
    with service_scope(council=council):
        with pytest.raises(PartnershipRefused, match="still planned can be moved"):
            change_meeting(meeting=held, by=None, **changes)
        with pytest.raises(PartnershipRefused, match="still planned can be cancelled"):
            cancel_meeting(meeting=held, by=None, reason="Snow")
        with pytest.raises(StaleVersion):
            change_meeting(meeting=held, by=None, **{**changes, "version": 1})


def test_papers_are_never_due_after_the_meeting(council: Council) -> None:
    (meeting,) = plan(group(council), -10)
    with service_scope(council=council), pytest.raises(PartnershipRefused, match="due on or before the day"):
        change_meeting(
            meeting=meeting, by=None, version=1, held_on=TODAY, starts_at=None, place="",
            papers_due_on=TODAY + timedelta(days=1),
        )  # fmt: skip


def test_what_a_meeting_leaves_open_stands_on_the_next_agenda_once(council: Council) -> None:
    last, following = plan(group(council), 5, -30)
    attend(last)
    with service_scope(council=council):
        item = agenda_of(last)[2]
        carry_over(item=item, by=None, carried=True)
        carry_over(item=item, by=None, carried=True)
        attend(last)
        assert titles(following) == [*STANDING_ITEMS, STANDING_ITEMS[2]]
        carried = agenda_of(following)[-1]
        assert (carried.kind, carried.carried_from_id) == ("carried", item.pk)
        with pytest.raises(PartnershipRefused, match="stands on the next agenda already"):
            carry_over(item=item, by=None, carried=False)


def test_what_was_carried_over_to_a_meeting_that_is_cancelled_goes_to_the_one_after_it(
    council: Council,
) -> None:
    last, following, later = plan(group(council), 5, -30, -60)
    attend(last)
    with service_scope(council=council):
        carry_over(item=agenda_of(last)[1], by=None, carried=True)
        assert titles(later) == list(STANDING_ITEMS)
        cancel_meeting(meeting=following, by=None, reason="Snow")
        assert titles(later) == [*STANDING_ITEMS, STANDING_ITEMS[1]]


def test_items_move_and_the_others_close_the_gap(council: Council) -> None:
    (meeting,) = plan(group(council), -5)
    with service_scope(council=council):
        added = add_item(meeting=meeting, by=None, title="Ramadan plan")
        change_item(item=added, by=None, title="Ramadan planning", lead="Chief inspector", position=1)
        assert titles(meeting) == ["Ramadan planning", *STANDING_ITEMS]
        gone = agenda_of(meeting)[1]
        remove_item(item=gone, by=None)
        told = Event.objects.get(council_id=council.pk, action="partnerships.agenda_item_removed")
        assert told.details == {"item": str(gone.pk)}, "the trail holds references, never words"
        assert [item.position for item in agenda_of(meeting)] == [1, 2, 3, 4, 5]
        with pytest.raises(PartnershipRefused, match="between 1 and 5"):
            change_item(item=added, by=None, title="x", lead="", position=6)


def test_attendance_is_by_agency_and_a_substitute_counts_for_the_quorum(council: Council) -> None:
    (meeting,) = plan(group(council, quorum=2), 2)
    with service_scope(council=council):
        assert [(line.agency.name, line.words, line.agency.posts) for line in attendance_of(meeting)] == [
            ("Fire and Rescue", "Not recorded", "Post of Fire and Rescue"),
            ("North Trust", "Not recorded", "Post of North Trust"),
            ("Police", "Not recorded", "Post of Police"),
        ]
    held = attend(meeting, "present", "substitute", "apologies")
    with service_scope(council=council):
        assert (held.state, held.quorum) == ("held", 2)
        assert quorum_words(attendance_of(held), held.quorum) == ""
    held = attend(meeting, "present", "absent", "apologies")
    with service_scope(council=council):
        assert quorum_words(attendance_of(held), held.quorum).startswith(
            "The meeting was not quorate: 1 of the 2 agencies"
        )


def test_attendance_is_recorded_on_the_day_or_later(council: Council) -> None:
    (meeting,) = plan(group(council), -1)
    with pytest.raises(PartnershipRefused, match="on that day or later"):
        attend(meeting)


def test_a_year_of_attendance_counts_meetings_by_agency(council: Council) -> None:
    board = group(council)
    for meeting, states in zip(
        plan(board, 3, 2, 1),
        (
            ("present", "absent", "present"),
            ("substitute", "absent", "present"),
            ("apologies", "present", "present"),
        ),
        strict=True,
    ):
        attend(meeting, *states)
    with service_scope(council=council):
        lines = year_of_attendance(board, TODAY - timedelta(days=3), TODAY)
        assert [
            (x.agency.name, x.meetings, x.present, x.substitute, x.apologies, x.absent) for x in lines
        ] == [
            ("Fire and Rescue", 3, 1, 1, 1, 0),
            ("North Trust", 3, 1, 0, 0, 2),
            ("Police", 3, 3, 0, 0, 0),
        ]
        assert [line.agency.name for line in year_of_attendance(board, TODAY, TODAY)] == []


def test_decisions_are_numbered_within_board_and_year(council: Council) -> None:
    one, other = attend(plan(group(council), 0)[0]), attend(plan(group(council, "Second"), 0)[0])
    with service_scope(council=council):
        references = [
            record_decision(meeting=meeting, by=None, text="Agreed").reference
            for meeting in (one, one, other)
        ]
    assert references == [f"{TODAY.year}/1", f"{TODAY.year}/2", f"{TODAY.year}/1"]


def test_a_decision_stays_bound_to_the_version_it_was_about(council: Council, coordinator: User) -> None:
    (meeting,) = plan(group(council), 0)
    document = attach(paper(meeting), coordinator, pdf())
    attend(meeting)
    with service_scope(council=council):
        version = DocumentVersion.objects.select_related("document").get(council=council, document=document)
        made = record_decision(meeting=meeting, by=coordinator, text="Adopted", document_version=version)
        assert (made.document_version_id, made.document_sha256, made.document_title) == (
            version.pk,
            version.sha256,
            "Local risk",
        )
        with pytest.raises(IntegrityError, match="decision_binds_to_a_version"), transaction.atomic():
            Decision.objects.filter(council=council).update(document_sha256="")


def test_a_decision_is_bound_only_to_a_paper_that_whoever_records_it_reads(
    council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), 0)
    attach(paper(meeting, "For members", audience="board"), coordinator, pdf())

    def offered(person: User) -> list[str]:
        with council_scope(user_id=person.pk, council=council):
            found = versions_of_papers(council_access(person, council), meeting)
            return [version.document.title for version in found]

    assert (offered(coordinator), offered(member(council, Role.ADMINISTRATOR))) == (["For members"], [])


def test_nothing_is_decided_before_the_meeting_is_held(council: Council) -> None:
    (meeting,) = plan(group(council), 0)
    with service_scope(council=council), pytest.raises(PartnershipRefused, match="has not been held yet"):
        record_decision(meeting=meeting, by=None, text="Agreed")


def test_an_action_that_arises_is_a_plan_action_and_sent_twice_it_is_one(
    council: Council, coordinator: User
) -> None:
    make_plan(council, coordinator)
    meeting = attend(plan(group(council), 0)[0])
    token = uuid4()
    wanted: dict[str, Any] = {
        "title": "Brief the heads", "owner": coordinator, "due_on": TODAY + timedelta(days=30),
        "token": token,
    }  # fmt: skip
    with council_scope(user_id=coordinator.pk, council=council):
        made = [raise_arising_action(meeting=meeting, by=coordinator, **wanted) for _ in range(2)]
        assert made[0] == made[1]
        action = Action.objects.get(council=council)
        assert (action.pk, action.owner_id, action.title) == (
            made[0].action_id,
            coordinator.pk,
            "Brief the heads",
        )
        origin = origins_of_action(council_access(coordinator, council), action.pk)
        assert [one.href for one in origin] == [f"/c/{council.slug}/partnership/meetings/{meeting.pk}/"]
        assert origins_of_action(council_access(coordinator, council), uuid4()) == []
        with pytest.raises(AlreadySent):
            raise_arising_action(meeting=attend(plan(group(council, "B"), 0)[0]), by=coordinator, **wanted)
        with pytest.raises(PartnershipRefused, match="on or after the day of the meeting"):
            raise_arising_action(
                meeting=meeting,
                by=coordinator,
                **{**wanted, "token": uuid4(), "due_on": TODAY - timedelta(days=1)},
            )


def test_without_a_plan_no_action_arises_and_the_meeting_records_none(
    council: Council, coordinator: User
) -> None:
    meeting = attend(plan(group(council), 0)[0])
    with council_scope(user_id=coordinator.pk, council=council):
        with pytest.raises(PolicyError, match="no action plan that is in force"):
            raise_arising_action(
                meeting=meeting, by=coordinator, title="x", owner=None, due_on=TODAY, token=uuid4()
            )
        assert not ArisingAction.objects.filter(council=council).exists()


def test_a_first_draft_of_minutes_holds_what_was_recorded(council: Council) -> None:
    meeting = attend(plan(group(council), 0)[0], "present", "apologies", "substitute")
    with service_scope(council=council):
        item = agenda_of(meeting)[1]
        decision = record_decision(meeting=meeting, by=None, text="Adopt the plan", item=item)
        text = minutes_proposed(meeting, agenda_of(meeting)[:2], attendance_of(meeting), [decision], [])
    assert text == (
        "## Present\n\n- Fire and Rescue\n\n## Substitutes\n\n- Police\n\n## Apologies\n\n- North Trust\n\n"
        f"## 1. {STANDING_ITEMS[0]}\n\nNoted.\n\n## 2. {STANDING_ITEMS[1]}\n\n"
        f"- Decision {TODAY.year}/1: Adopt the plan"
    )


def test_minutes_keep_what_they_said_and_refuse_a_stale_save(council: Council, coordinator: User) -> None:
    meeting = attend(plan(group(council), 0)[0])
    minute(meeting, "First", coordinator)
    minute(meeting, "Second", coordinator)
    with service_scope(council=council):
        texts = MinutesRevision.objects.filter(council=council).values_list("version", "text")
        assert list(texts) == [(3, "Second"), (2, "First")]
        with pytest.raises(StaleVersion) as stale:
            write_minutes(meeting=meeting, by=coordinator, version=2, text="Third")
    assert [(one.theirs, one.yours) for one in stale.value.differences] == [("Second", "Third")]


def approved(council: Council) -> tuple[Meeting, Meeting]:
    """A meeting whose minutes the next one approved, and the next one."""
    first, second = plan(group(council), 20, 1)
    attend(first)
    with service_scope(council=council):
        record_decision(meeting=first, by=None, text="Agreed")
    drafted = minute(first)
    held = attend(second)
    with service_scope(council=council):
        return approve_minutes(meeting=drafted, by=None, version=drafted.minutes_version, at=held), held


def test_minutes_are_approved_at_a_later_meeting_of_the_same_board(council: Council) -> None:
    first, second = plan(group(council), 20, 1)
    other = attend(plan(group(council, "Other"), 0)[0])
    attend(first)
    drafted = minute(first)
    with service_scope(council=council):
        for wrong in (first, second, other):
            with pytest.raises(PartnershipRefused, match="at a later meeting of the same board"):
                approve_minutes(meeting=drafted, by=None, version=drafted.minutes_version, at=wrong)
        held = attend(second)
        with pytest.raises(StaleVersion):
            approve_minutes(meeting=drafted, by=None, version=drafted.minutes_version - 1, at=held)
        with pytest.raises(PartnershipRefused, match="Write the minutes first"):
            approve_minutes(meeting=second, by=None, version=1, at=held)
        done = approve_minutes(meeting=drafted, by=None, version=drafted.minutes_version, at=held)
    assert (done.minutes_state, done.approved_at_id, len(done.minutes_sha256)) == ("approved", second.pk, 64)


def test_approved_minutes_freeze_the_meeting_in_the_services(council: Council) -> None:
    first, _ = approved(council)
    with service_scope(council=council):
        decision = Decision.objects.select_related("meeting__board").get(council=council)
        for change in (
            lambda: attend(first),
            lambda: minute(first, "Another"),
            lambda: record_decision(meeting=first, by=None, text="More"),
            lambda: change_decision(decision=decision, by=None, version=1, text="Other"),
            lambda: add_item(meeting=first, by=None, title="Late"),
            lambda: add_paper(item=first_item(first), by=None, title="Late"),
            lambda: carry_over(item=first_item(first), by=None, carried=True),
        ):
            with pytest.raises(PartnershipRefused, match="minutes of this meeting are approved"):
                change()


def test_no_file_is_sent_for_a_paper_once_the_minutes_are_approved(council: Council) -> None:
    first, second = plan(group(council), 20, 1)
    owner = member(council, Role.SAFETY_OFFICER)
    one = paper(first, owner=owner)
    drafted = minute(attend(first))
    held = attend(second)

    def may_send() -> bool:
        with council_scope(user_id=owner.pk, council=council):
            return may_send_paper(council_access(owner, council), one.pk)

    assert may_send()
    with service_scope(council=council):
        approve_minutes(meeting=drafted, by=None, version=drafted.minutes_version, at=held)
    assert not may_send()


def test_approved_minutes_freeze_the_meeting_in_the_database(council: Council) -> None:
    first, second = approved(council)
    with service_scope(council=council):
        mine = {"council": council, "meeting": first}
        for change in (
            lambda: Meeting.objects.filter(council=council, pk=first.pk).update(minutes="Other"),
            lambda: Meeting.objects.filter(council=council, pk=first.pk).delete(),
            lambda: Decision.objects.filter(**mine).update(text="Other"),
            lambda: Decision.objects.filter(**mine).delete(),
            lambda: Attendance.objects.filter(**mine).update(state="absent"),
            lambda: AgendaItem.objects.filter(**mine).update(title="Other"),
            lambda: AgendaItem.objects.create(**mine, position=99, title="Late"),
            lambda: MinutesRevision.objects.create(**mine, version=99, text="Late"),
        ):
            with (
                pytest.raises(IntegrityError, match="approved minutes are never changed"),
                transaction.atomic(),
            ):
                change()
        assert Meeting.objects.filter(council=council, pk=second.pk).update(place="Town hall") == 1
        with pytest.raises(IntegrityError, match="stays with its meeting"), transaction.atomic():
            Attendance.objects.filter(council=council, meeting=second).update(meeting=first)


def test_a_joint_board_s_meeting_is_seen_by_its_participant_with_papers_for_everyone_alone() -> None:
    host, city, other = (CouncilFactory.create(name=name) for name in ("County", "City", "Other"))
    board = group(host)
    join(board, city)
    make_seat(board, agency=city)
    (meeting,) = plan(board, 0)
    plan(group(host, "Private"), 0)
    reader = member(host, Role.REPORT_AUTHOR)
    for title, audience, readers in (
        ("For all", "everyone", []),
        ("For members", "board", []),
        ("For one", "named", [reader]),
    ):
        paper(meeting, title, audience=audience, readers=readers)
    with service_scope(council=host):
        record_decision(meeting=attend(meeting), by=None, text="Agreed")
    people = {
        "city": member(city, Role.COORDINATOR),
        "other": member(other, Role.COORDINATOR),
        "reader": reader,
        "member": member(host, Role.BOARD_MEMBER),
        "coordinator": member(host, Role.COORDINATOR),
    }
    hold(make_seat(board), "Chair of the board", person=people["member"])
    administrator = member(host, Role.ADMINISTRATOR)

    def read(person: User, where: Council) -> tuple[int, list[str], list[str]]:
        with council_scope(user_id=person.pk, council=where):
            access = council_access(person, where)
            return (
                meetings_seen(access).count(),
                [one.title for one in open_papers(access).order_by("number")],
                [one.title for one in named_papers(access)],
            )

    assert read(people["city"], city) == (1, ["For all"], [])
    assert read(people["other"], other) == (0, [], [])
    assert read(reader, host) == (2, ["For all", "For members"], ["For one"])
    assert read(people["member"], host) == (2, ["For all", "For members"], [])
    assert read(people["coordinator"], host) == (2, ["For all", "For members"], [])
    assert read(administrator, host) == (2, ["For all"], [])
    with council_scope(user_id=people["city"].pk, council=city):
        access = council_access(people["city"], city)
        assert meeting_for(access, meeting.pk) == meeting
        assert Decision.objects.filter(meeting=meeting).count() == 1
        assert Paper.objects.filter(meeting=meeting).count() == 1, "the database itself hides the others"
        assert may_see_edition(access, meeting, "everyone")
        assert not may_see_edition(access, meeting, "board"), "whatever papers they read at home"
        with pytest.raises(Http404):
            meeting_to_edit(access, meeting.pk)
    with council_scope(user_id=people["other"].pk, council=other):
        assert not papers_seen(council_access(people["other"], other)).exists()
        assert not Decision.objects.filter(meeting=meeting).exists()


def test_papers_for_members_are_read_while_one_s_own_term_and_the_seat_last(council: Council) -> None:
    (meeting,) = plan(group(council), -5)
    paper(meeting, "For members", audience="board")
    person, day = member(council, Role.BOARD_MEMBER), timedelta(days=1)
    seat = make_seat(meeting.board)
    holder = hold(seat, "Head", person=person)

    def reads(*, first: date = LONG_AGO, last: date | None = None, seat_last: date | None = None) -> bool:
        with service_scope(council=council):
            Seat.objects.filter(pk=seat.pk).update(ends_on=seat_last)
            SeatHolder.objects.filter(pk=holder.pk).update(starts_on=first, ends_on=last)
        with council_scope(user_id=person.pk, council=council):
            return papers_seen(council_access(person, council)).exists()

    assert (reads(last=TODAY), reads(last=TODAY - day)) == (True, False)
    assert (reads(first=TODAY), reads(first=TODAY + day)) == (True, False)
    assert (reads(seat_last=TODAY), reads(seat_last=TODAY - day)) == (True, False)


def test_a_paper_for_named_readers_names_them_and_others_name_nobody(
    council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), -5)
    with service_scope(council=council):
        item = first_item(meeting)
        with pytest.raises(PartnershipRefused, match="Name at least one person"):
            add_paper(item=item, by=None, title="x", audience="named")
        with pytest.raises(PartnershipRefused, match="Readers are named only"):
            add_paper(item=item, by=None, title="x", readers=[coordinator])


def test_papers_and_minutes_wait_for_whoever_is_to_do_them(council: Council, coordinator: User) -> None:
    officer = member(council, Role.SAFETY_OFFICER)
    first, second, third = plan(group(council), 20, 1, -30)
    wanted = paper(third, "Risk", owner=officer)
    attend(first)
    minute(first)

    def due(person: User) -> list[tuple[str, str]]:
        with own_councils_scope(user_id=person.pk):
            mine = own_access(person)
            return [
                (x.task, x.href.rsplit("/", 2)[1]) for x in items_of([papers_due, minutes_due], mine, TODAY)
            ]

    assert due(officer) == [("Send the paper", str(third.pk))]
    assert due(coordinator) == [
        ("Record who attended", str(second.pk)),
        ("Have the minutes approved", str(first.pk)),
    ]
    attend(second)
    assert due(coordinator)[0] == ("Write the minutes", str(second.pk))
    attach(wanted, coordinator, pdf())
    assert due(officer) == []
    assert due(member(CouncilFactory.create(), Role.COORDINATOR)) == []
    # That there is a paper for named readers is told to its owner, and by no log to anybody else.
    for title, audience in (("Open", "everyone"), ("Named", "named")):
        paper(third, title, audience=audience, owner=officer)
    with own_councils_scope(user_id=officer.pk):
        found = {x.title: x.restricted for x in items_of([papers_due], own_access(officer), TODAY)}
    assert {title.partition(":")[0]: one for title, one in found.items()} == {"Open": False, "Named": True}
