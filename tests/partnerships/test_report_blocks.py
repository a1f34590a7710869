"""What the partnership tells reports: meetings with attendance, grants with claims, events; gaps by name."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.models import Attendance, Board, Claim, Grant, GrantHead, Meeting, PartnershipEvent, Seat
from partnerships.registers import EVENTS
from partnerships.services.claims import pay_claim, query_claim
from partnerships.services.meetings import cancel_meeting
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.report_blocks import Block, blocks_of
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory
from tests.partnerships.grant_factories import claims, filled, grant, submitted
from tests.partnerships.meeting_factories import attend, group, plan
from tests.partnerships.register_factories import entered

pytestmark = pytest.mark.django_db


def told(council: Council, name: str, first: date, last: date, as_at: date | None = None) -> list[Block]:
    with service_scope(council=council):
        return blocks_of(name, council, first, last, as_at or timezone.localdate())


# Meetings -----------------------------------------------------------------------------------------------


def test_meetings_say_who_came_and_whether_they_were_quorate_and_name_what_nobody_recorded() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    today = timezone.localdate()
    board = group(council, "Delivery Group", quorum=2)
    group(council, "Idle Board")
    attend(plan(group(council, "Channel Panel", kind="channel_panel"), 65)[0])
    group(council, "Idle Panel", kind="channel_panel")
    first, second, third, _forgotten, cancelled, bare, _coming = plan(board, 80, 70, 60, 50, 40, 30, -5)
    attend(first)
    attend(second, "present", "apologies", "absent")
    attend(third, "substitute", "present", "apologies")
    with service_scope(council=council):
        cancel_meeting(meeting=cancelled, by=None, reason="Snow")
        Meeting.objects.filter(pk=bare.pk).update(state="held")
        Attendance.objects.filter(meeting=third, state="apologies").delete()
    attend(plan(group(other, "Their board"), 60)[0])
    span = (today - timedelta(days=90), today + timedelta(days=10))
    meetings, agencies = told(council, "meetings_attendance", *span)
    days = [british_date(today - timedelta(days=days)) for days in (80, 70, 60, 50, 40, 30, -5)]
    assert meetings.rows == [
        ["Delivery Group", days[0], "Held", "3", "Quorate: 2 needed"],
        ["Delivery Group", days[1], "Held", "1", "Not quorate: 2 needed"],
        ["Delivery Group", days[2], "Held", "2", "Quorate: 2 needed"],
        ["Delivery Group", days[3], "Not recorded", "", ""],
        ["Delivery Group", days[4], "Cancelled", "", ""],
        ["Delivery Group", days[5], "Held", "Not recorded", ""],
        ["Delivery Group", days[6], "Planned", "", ""],
    ]
    assert meetings.missing == [
        f"Delivery Group, {days[3]}: not recorded as held or cancelled",
        f"Delivery Group, {days[5]}: attendance not recorded",
    ]
    assert [column.heading for column in agencies.columns][2:] == [
        "Meetings held", "Present", "Substitute", "Apologies", "Absent", "Not recorded",
    ]  # fmt: skip
    assert agencies.rows == [
        ["Delivery Group", "Fire and Rescue", "4", "2", "1", "0", "0", "1"],
        ["Delivery Group", "North Trust", "4", "2", "0", "1", "0", "1"],
        ["Delivery Group", "Police", "4", "1", "0", "0", "1", "2"],
    ]
    over = (span[0], today - timedelta(days=1))
    gap = f"Idle Board: no meeting recorded, {british_date(over[0])} to {british_date(over[1])}"
    at_the_end = told(council, "meetings_attendance", *over)
    assert at_the_end[0].missing[-1] == gap
    assert "Panel" not in str([meetings, agencies, *at_the_end]), "when a panel meets is not published"
    theirs = told(other, "meetings_attendance", *span)
    assert {row[0] for block in theirs for row in block.rows} == {"Their board"}


# Grants -------------------------------------------------------------------------------------------------

YEAR = (date(2016, 4, 1), date(2017, 3, 31))


def test_grants_say_what_is_allowed_claimed_and_paid_and_an_unpaid_claim_is_no_zero() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    made = grant(council)
    grant(other, title="Their grant")
    grant(council, title="Of another year", starts_on=date(2018, 4, 1), ends_on=date(2019, 3, 31))
    paid, queried, waiting, _ = claims(made)
    paid = submitted(paid, Staff="7500.00", Projects="1000.50")
    with service_scope(council=council):
        pay_claim(
            claim=paid, by=None, version=paid.version, paid_on=date(2016, 9, 1),
            amount=Decimal("8000.00"), note="Less travel",
        )  # fmt: skip
    queried = submitted(queried, Staff="7500.00", Projects="0.00")
    with service_scope(council=council):
        query_claim(
            claim=queried, by=None, version=queried.version, queried_on=date(2016, 12, 1), note="Why?"
        )
    filled(waiting, Staff="1.00")
    grants, quarters = told(council, "grant_claims", date(2016, 10, 1), date(2016, 12, 31), date(2017, 1, 10))
    title = "Prevent programme 2016/17"
    assert grants.rows == [
        [title, "Staff", "£30,000.00", "£7,500.00", "£22,500.00", ""],
        [title, "Projects", "£5,000.00", "£1,000.50", "£3,999.50", ""],
        [title, "All of it, from Home Office", "£35,000.00", "£8,500.50", "£26,499.50", "£8,000.00"],
    ]
    assert [row[1:] for row in quarters.rows] == [
        ["1 April 2016 to 30 June 2016", "28 July 2016", "Paid", "£8,500.50", "£8,000.00"],
        ["1 July 2016 to 30 September 2016", "28 October 2016", "Queried", "Not submitted", "Not paid yet"],
        ["1 October 2016 to 31 December 2016", "28 January 2017", "Draft", "Not submitted", "Not paid yet"],
    ]
    assert quarters.missing == [
        (
            f"{title}, claim for 1 July 2016 to 30 September 2016: queried by the funder and not submitted "
            "again, was due on 28 October 2016"
        ),
        f"{title}, claim for 1 October 2016 to 31 December 2016: not submitted, is due on 28 January 2017",
    ]
    assert {row[0] for block in told(other, "grant_claims", *YEAR) for row in block.rows} == {"Their grant"}
    assert told(CouncilFactory.create(), "grant_claims", *YEAR) == []


# Events -------------------------------------------------------------------------------------------------


def test_events_keep_the_range_of_their_feedback_and_name_what_was_not_recorded() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    keeper, theirs = member(council, Role.COORDINATOR), member(other, Role.COORDINATOR)
    for title, day, fields in (
        ("Workshop", date(2017, 12, 5), {"kind": "workshop"}),
        ("Conference", date(2017, 12, 1), {"delegates": 95, "feedback": "Useful: 68%-100%\nClear: 93"}),
        ("Coming", date(2017, 12, 20), {}),
        ("Of another quarter", date(2017, 9, 30), {}),
    ):
        entered(EVENTS, council, keeper, title=title, starts_on=day, **fields)
    with service_scope(council=council):
        PartnershipEvent.objects.create(
            council=council, owner=keeper, title="Withdrawn", kind="other", starts_on=date(2017, 12, 2),
            withdrawn_on=date(2017, 12, 3),
        )  # fmt: skip
    entered(EVENTS, other, theirs, title="Their event", starts_on=date(2017, 12, 1))
    quarter = (date(2017, 10, 1), date(2017, 12, 31))
    [block] = told(council, "events", *quarter, date(2017, 12, 10))
    assert block.rows == [
        ["Conference", "1 December 2017", "Conference", "95", "Useful: 68% to 100%\nClear: 93%"],
        ["Workshop", "5 December 2017", "Workshop", "Not recorded", "Not recorded"],
        ["Coming", "20 December 2017", "Conference", "To come", "To come"],
    ]
    assert block.missing == ["Workshop: attendance not recorded", "Workshop: feedback not recorded"]
    assert [row[0] for each in told(other, "events", *quarter) for row in each.rows] == ["Their event"]
    [none] = told(CouncilFactory.create(), "events", *quarter)
    assert (none.rows, none.missing) == ([], ["No event is recorded, 1 October 2017 to 31 December 2017"])


def test_each_block_asks_as_many_statements_however_many_rows_there_are() -> None:
    asked = []
    for many in (1, 25):
        council = CouncilFactory.create()
        keeper = member(council, Role.COORDINATOR)
        organisation = OrganisationFactory.create()
        with service_scope(council=council):
            for number in range(many):
                board = Board.objects.create(council=council, name=f"Board {number}")
                Seat.objects.create(council=council, board=board, organisation=organisation)
                meeting = Meeting.objects.create(
                    council=council, board=board, held_on=date(2016, 5, 1), state="held"
                )
                Attendance.objects.create(
                    council=council, meeting=meeting, organisation=organisation, state="present"
                )
                made = Grant.objects.create(
                    council=council, title=f"Grant {number}", funder="Home Office", awarded=1,
                    starts_on=YEAR[0], ends_on=YEAR[1],
                )  # fmt: skip
                GrantHead.objects.create(council=council, grant=made, name="Staff", allowed=1, position=1)
                Claim.objects.create(
                    council=council, grant=made, period_from=YEAR[0], period_to=date(2016, 6, 30),
                    due_on=date(2016, 7, 28),
                )  # fmt: skip
                PartnershipEvent.objects.create(
                    council=council, owner=keeper, title=f"Event {number}", kind="other", starts_on=YEAR[0]
                )
            counts = []
            for name in ("meetings_attendance", "grant_claims", "events"):
                with CaptureQueriesContext(connection) as queries:
                    found = blocks_of(name, council, *YEAR, date(2017, 4, 1))
                assert sum(len(block.rows) for block in found) >= many
                counts.append(len(queries))
        asked.append(counts)
    assert asked == [[4, 5, 1], [4, 5, 1]]
