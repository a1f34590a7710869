"""What a committee report may hold of Channel: released figures and counts of meetings (rule 8)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channel.enums import Agency, AttendanceState, Audience, Capacity, FigureChoice
from channel.models import Seat
from channel.permissions import CHANNEL_GRANTS, ChannelPermission
from channel.queries.report_blocks import (
    figures_for_boards,
    figures_for_the_public,
    panel_meetings_block,
    withheld_from_the_public,
)
from channel.services import figures, panels
from channel.services.attendance import record_attendance
from channel.services.panels import Place
from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.scope import (
    own_councils_scope,
    public_scope,
    service_scope,
    shared_scope,
)
from prevent_portal.web.report_blocks import Block, Provider
from tests.channel.factories import PanelWorld, panel_world, panellist
from tests.channel.test_figures import (
    APRIL,
    SECOND_HALF,
    YEAR,
    approved,
    counting,
    decided,
    deputy,
    proposed,
)
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db

IN_THE_YEAR = (date(2014, 4, 1), date(2015, 3, 31), date(2050, 1, 1))
UNREAD = ["Figures about Channel cases are not shown to this reader"]


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def withheld_for(world: PanelWorld, person: User) -> str:
    with world.as_person(person):
        return withheld_from_the_public(world.council)


def block_for(
    world: PanelWorld, person: User, provider: Provider = figures_for_boards, *asked: date
) -> Block:
    with world.as_person(person):
        (block,) = provider(world.council, *(asked or IN_THE_YEAR))
    return block


def boards_of(world: PanelWorld, person: User, *asked: date) -> list[str]:
    """The figures for boards that a report of the person holds, as printed."""
    with world.as_person(person):
        found = figures_for_boards(world.council, *(asked or IN_THE_YEAR))
    return [row[-1] for block in found for row in block.rows]


def author_in(world: PanelWorld) -> User:
    return member(world.council, Role.COORDINATOR)


# Boards ---------------------------------------------------------------------------------------------


def test_a_report_holds_what_was_approved_for_boards_in_the_words_it_was_released_in(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    author, second = author_in(barnet), deputy(barnet)
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    release = proposed(barnet, YEAR, SECOND_HALF, YEAR.during(APRIL))
    assert boards_of(barnet, author) == []
    approved(barnet, release, second)
    decided(southwark, FigureChoice.FEWER_THAN_FIVE)
    theirs = counting(0, 0, 7, 9)
    approved(southwark, proposed(southwark, SECOND_HALF, counts=theirs), deputy(southwark), counts=theirs)
    # 21 in the year and 18 in its second half would give 3 away: the gate withheld the second.
    block = block_for(barnet, author)
    assert block.rows == [
        ["Referrals", "1 April 2014 to 31 March 2015", "21"],
        ["Referrals", "1 October 2014 to 31 March 2015", "not shown"],
        ["Referrals", "1 April 2014 to 30 June 2014", "fewer than 5"],
    ]
    assert (block.missing, bool(block.not_public), block.bars, block.trend) == ([], True, [], [])
    assert [row[2] for row in block_for(southwark, author_in(southwark)).rows] == ["16"]
    with southwark.as_person(author_in(southwark)):
        assert figures_for_boards(barnet.council, *IN_THE_YEAR) == []


def test_proposed_and_declined_figures_are_in_no_report(barnet: PanelWorld) -> None:
    author, second = author_in(barnet), deputy(barnet)
    release = proposed(barnet)
    assert boards_of(barnet, author) == []
    with barnet.as_person(second):
        figures.decline_release(release=release, decision="Too few cases", by=second)
    assert boards_of(barnet, author) == []


def test_a_figure_stands_in_the_report_of_its_own_period_as_it_was_released_last(barnet: PanelWorld) -> None:
    author, second = author_in(barnet), deputy(barnet)
    approved(barnet, proposed(barnet, YEAR), second)
    approved(barnet, proposed(barnet, YEAR, title="The year again"), second)
    assert [row[2] for row in block_for(barnet, author).rows] == ["20"]
    half = (date(2014, 10, 1), date(2015, 3, 31), date(2050, 1, 1))
    assert boards_of(barnet, author, *half) == []
    before = (date(2014, 4, 1), date(2015, 3, 31), date(2015, 4, 1))
    assert boards_of(barnet, author, *before) == []


def test_who_writes_reports_or_reads_figures_by_right_has_them_in_a_report_and_nobody_else(
    barnet: PanelWorld,
) -> None:
    approved(barnet, proposed(barnet), deputy(barnet))
    by_right = (
        COMPLIANCE_GRANTS[CompliancePermission.EDIT_OWN_REPORTS]
        | CHANNEL_GRANTS[ChannelPermission.VIEW_FIGURES]
    )
    for role in Role:
        person = member(barnet.council, role)
        assert boards_of(barnet, person) == (["20"] if role in by_right else []), role
        with barnet.as_person(person):
            assert len(panel_meetings_block(barnet.council, *IN_THE_YEAR)) == (role in by_right), role


def test_a_report_author_reads_the_words_of_a_figure_and_no_row_behind_it(barnet: PanelWorld) -> None:
    approved(barnet, proposed(barnet), deputy(barnet))
    coordinator = author_in(barnet)
    with barnet.as_person(coordinator):
        assert figures_for_boards(barnet.council, *IN_THE_YEAR)[0].rows
        for model in apps.get_app_config("channel").get_models():
            assert model._default_manager.count() == 0, model


# The public -----------------------------------------------------------------------------------------


def test_the_public_block_is_empty_until_the_council_decides_otherwise_and_again_when_it_goes_back(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    author, second = author_in(barnet), deputy(barnet)
    none = ["The council publishes no figures about Channel cases"]
    approved(barnet, proposed(barnet), second)  # for boards
    assert block_for(barnet, author, figures_for_the_public).missing == none
    decided(barnet, FigureChoice.ROUNDED, Audience.PUBLIC)
    decided_only = block_for(barnet, author, figures_for_the_public)
    assert decided_only.rows == []
    assert decided_only.missing == [
        "No figures about Channel cases were released to the public for this period"
    ]
    approved(barnet, proposed(barnet, YEAR, SECOND_HALF, audience=Audience.PUBLIC), second)
    block = block_for(barnet, author, figures_for_the_public)
    assert block.rows == [
        ["Referrals", "1 April 2014 to 31 March 2015", "20"],
        ["Referrals", "1 October 2014 to 31 March 2015", "not shown"],
    ]
    assert (block.missing, block.not_public) == ([], "")
    assert block_for(southwark, author_in(southwark), figures_for_the_public).missing == none
    assert withheld_for(barnet, author) == ""
    assert withheld_for(southwark, author_in(southwark)) == f"{none[0]}."
    decided(barnet, FigureChoice.NONE, Audience.PUBLIC)
    block = block_for(barnet, author, figures_for_the_public)
    assert (block.rows, block.missing) == ([], none)
    assert withheld_for(barnet, author) == f"{none[0]}."


# Scopes ---------------------------------------------------------------------------------------------


def test_no_scope_but_a_persons_own_in_the_council_gives_a_report_what_is_not_public(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    second = deputy(barnet)
    approved(barnet, proposed(barnet), second)
    decided(barnet, FigureChoice.ROUNDED, Audience.PUBLIC)
    approved(barnet, proposed(barnet, SECOND_HALF, audience=Audience.PUBLIC), second)
    author, stranger = author_in(barnet), author_in(southwark)
    past = member(barnet.council, Role.COORDINATOR, is_active=False)
    council = barnet.council
    scopes: dict[str, tuple[AbstractContextManager[Any], bool]] = {
        "nobody's": (transaction.atomic(), False),
        "a job's": (service_scope(council=council), True),
        "My work": (own_councils_scope(user_id=author.pk), False),
        "shared": (shared_scope(user_id=author.pk, council=council), False),
        "the public's": (public_scope(council=council), False),
        "another council's": (southwark.as_person(stranger), False),
        "a stranger's": (barnet.as_person(stranger), False),
        "a former person's": (barnet.as_person(past), False),
        "a superuser's": (barnet.as_person(UserFactory.create(is_superuser=True, is_staff=True)), False),
    }
    for name, (scope, reads_public) in scopes.items():
        with scope:
            (public,) = figures_for_the_public(council, *IN_THE_YEAR)
            assert figures_for_boards(council, *IN_THE_YEAR) == [], name
            assert panel_meetings_block(council, *IN_THE_YEAR) == [], name
        assert len(public.rows) == int(reads_public), name
        assert reads_public or public.missing == UNREAD, name
    assert len(block_for(barnet, author).rows) == 1  # the control


def test_the_database_gives_printed_words_and_nothing_that_could_be_exact(barnet: PanelWorld) -> None:
    """Whatever asks the function itself: no number, no bounds, no key, no other audience, no other state."""
    approved(barnet, proposed(barnet), deputy(barnet))
    proposed(barnet, SECOND_HALF)
    with barnet.as_person(author_in(barnet)), connection.cursor() as cursor:
        for audience in ("boards", "public", "exact", "", "%"):
            cursor.execute("SELECT * FROM channel_approved_figures(%s, %s)", [barnet.council.pk, audience])
            assert [column.name for column in cursor.description] == [
                "title", "counted", "words", "released_at",
            ]  # fmt: skip
            words = [row[2] for row in cursor.fetchall()]
            assert words == (["20"] if audience == "boards" else [])
        for council_id in (None, 0, barnet.council.pk + 1):
            cursor.execute("SELECT * FROM channel_approved_figures(%s, 'boards')", [council_id])
            assert cursor.fetchall() == []


def test_a_block_asks_two_statements_however_many_figures_were_released(barnet: PanelWorld) -> None:
    author, second = author_in(barnet), deputy(barnet)
    asked = []
    for groups in ([YEAR], [SECOND_HALF, *(YEAR.during(APRIL.plus(number)) for number in range(4))]):
        approved(barnet, proposed(barnet, *groups), second)
        with barnet.as_person(author), CaptureQueriesContext(connection) as queries:
            figures_for_boards(barnet.council, *IN_THE_YEAR)
        asked.append(len(queries))
    assert asked == [2, 2]


# Meetings -------------------------------------------------------------------------------------------


def test_attendance_counts_standing_agencies_of_the_councils_own_panel_and_names_no_day(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    today = timezone.localdate()
    places = {
        Capacity.MEMBER: (Role.PANEL_MEMBER, Place(Agency.HEALTH), {}),
        Capacity.POLICE: (Role.POLICE_REPRESENTATIVE, Place(Agency.POLICE, police_area="North"), {}),
        # Who comes for one case, or for residents of one district, would tell of the case.
        Capacity.CASE_MANAGER: (Role.CASE_MANAGER, Place(Agency.WORK), {"ends_on": today}),
        Capacity.PER_CASE: (Role.PANEL_MEMBER, Place(Agency.PRISON), {}),
        Capacity.DISTRICT: (Role.DISTRICT_ATTENDER, Place(Agency.DISTRICT, southwark.council), {}),
    }
    people = {capacity: panellist(barnet.council, role) for capacity, (role, _, _) in places.items()}
    with barnet.as_chair():
        for capacity, (_, place, dates) in places.items():
            panels.seat_person(
                panel=barnet.panel,
                person=people[capacity],
                capacity=capacity,
                place=place,
                by=barnet.chair,
                **dates,
            )
        seats = {seat.capacity: seat.pk for seat in Seat.objects.all()}
    there = AttendanceState.PRESENT
    second = barnet.new_meeting()
    barnet.new_meeting()  # nobody recorded who came
    barnet.new_meeting(opened=False)  # planned and not held
    visitors = {seats[name]: there for name in (Capacity.CASE_MANAGER, Capacity.PER_CASE, Capacity.DISTRICT)}
    attended = {
        barnet.meeting: {seats[Capacity.CHAIR]: there, seats[Capacity.POLICE]: there, **visitors},
        second: {seats[Capacity.CHAIR]: there, seats[Capacity.MEMBER]: AttendanceState.APOLOGIES, **visitors},
    }
    for meeting, states in attended.items():
        with barnet.as_chair():
            record_attendance(meeting=meeting, states=states, by=barnet.chair)
    author = author_in(barnet)
    with barnet.as_person(author), CaptureQueriesContext(connection) as queries:
        (block,) = panel_meetings_block(barnet.council, today, today, today)
    assert len(queries) == 3
    assert block.rows == [
        ["Council", "2", "2", "0"],
        ["Health", "1", "0", "1"],
        ["Police", "1", "1", "0"],
    ]
    assert block.notes == ["3 meetings held."]
    assert block.missing == ["Attendance at 1 meeting of the Channel panel is not recorded"]
    assert block.not_public
    day_before = today - timedelta(days=1)
    assert block_for(barnet, author, panel_meetings_block, day_before, day_before, today).rows == []
    assert block_for(barnet, author, panel_meetings_block, today, today, day_before).rows == []
    own = block_for(southwark, author_in(southwark), panel_meetings_block, today, today, today)
    assert (own.rows, own.notes) == ([], ["1 meeting held."])
