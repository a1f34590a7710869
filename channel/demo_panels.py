"""The demo's panel of Barnet: who sits on it, its year of meetings, who came, and figures for its boards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from channel import queries
from channel.disclosure.groups import Group, Quarter, year_to_date
from channel.enums import (
    Agency,
    AttendanceState,
    Audience,
    Capacity,
    ReleaseState,
    StatementKind,
)
from channel.models import ChannelMeeting, FigureRelease, Panel
from channel.policies.meeting_dates import propose_dates
from channel.queries.attendance import expected_at
from channel.services import attendance, figures, meetings, panels, statements
from channel.services.panels import Place
from partnerships.enums import AcknowledgementScope
from partnerships.queries.registers import possible_owners, rows_of
from partnerships.registers import ACKNOWLEDGEMENTS
from partnerships.services.registers import add_entry
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.services import memberships
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope

SEATS = (
    ("deputy", "Deputy Channel Chair", Role.CHANNEL_CHAIR, Capacity.CHAIR, Agency.CHILDREN),
    ("secretary", "Channel Secretary", Role.CHANNEL_ADMINISTRATOR, Capacity.SECRETARY, Agency.COUNCIL),
    ("police", "Police Representative", Role.POLICE_REPRESENTATIVE, Capacity.POLICE, Agency.POLICE),
    ("schools", "Panel Member, Schools", Role.PANEL_MEMBER, Capacity.MEMBER, Agency.EDUCATION),
    ("probation", "Panel Member, Probation", Role.PANEL_MEMBER, Capacity.MEMBER, Agency.PROBATION),
)
"""Account, name, role, seat and agency of everybody who joins the chair and the member for health."""

POLICE_AREA = "Metropolitan"
PAST_MEETINGS = 5
_MISSED = {Agency.PROBATION: (0, 2), Agency.EDUCATION: (3,)}
"""Which of the past meetings an agency missed."""


def seat_everybody(*, panel: Panel, people: Mapping[str, User], chair: User) -> None:
    """Seat Barnet's panel, each with a promise of confidentiality in force; a second run adds nothing."""
    council = panel.council
    sitting = {seat.person_id for seat in queries.seats_of(panel)}
    for name, words, role, capacity, agency in SEATS:
        person = person_of(council, people, name, words, role)
        promise(council, person)
        if person.pk not in sitting:
            area = POLICE_AREA if capacity == Capacity.POLICE else ""
            panels.seat_person(
                panel=panel,
                person=person,
                capacity=capacity,
                place=Place(agency=agency, police_area=area),
                starts_on=timezone.localdate() - timedelta(days=200),
                by=chair,
            )


def keep_calendar(*, panel: Panel, chair: User) -> None:
    """Plan a monthly year from next month, and hold the meetings of the months before with attendance."""
    if ChannelMeeting.objects.filter(council=panel.council_id, panel=panel).exclude(place="").exists():
        return
    today = timezone.localdate()
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    first = next_month + timedelta(days=(1 - next_month.weekday()) % 7 + 7)
    meetings.plan_year(
        panel=panel, days=propose_dates(first=first), at=time(10, 0), place="Committee room 2", by=chair
    )
    for number in range(PAST_MEETINGS, 0, -1):
        _held(panel, today - timedelta(days=28 * number), PAST_MEETINGS - number, chair)


def _held(panel: Panel, day: date, number: int, chair: User) -> None:
    """One meeting of the past: opened, attended and closed on its day."""
    starts_at = timezone.make_aware(datetime.combine(day, time(10, 0)))
    meeting = meetings.plan_meeting(panel=panel, starts_at=starts_at, place="Committee room 2", by=chair)
    meeting = meetings.open_meeting(meeting=meeting, by=chair)
    attendance.record_attendance(
        meeting=meeting,
        states={
            one.seat.pk: (
                AttendanceState.APOLOGIES
                if number in _MISSED.get(Agency(one.seat.agency), ())
                else AttendanceState.PRESENT
            )
            for one in expected_at(meeting)
        },
        by=chair,
    )
    meetings.close_meeting(meeting=meeting, by=chair)
    # The services act now, and these meetings were held then.
    ChannelMeeting.objects.filter(pk=meeting.pk).update(
        opened_at=starts_at, closed_at=starts_at + timedelta(hours=2)
    )


def release_figures(*, panel: Panel, people: Mapping[str, User], chair: User) -> None:
    """Release the year's referrals for boards: the chair proposes, the deputy approves."""
    council = panel.council
    deputy = people.get(f"deputy@{council.slug}.example")
    if deputy is None or FigureRelease.objects.filter(council=council, panel=panel).exists():
        return
    current = Quarter.of(timezone.localdate())
    first = current.plus(-4)
    release = figures.propose_release(
        panel=panel,
        audience=Audience.BOARDS,
        title="Referrals, the last four quarters",
        groups=year_to_date(Group.over("referrals", first, first.plus(3)), first),
        reason="The partnership board asked for a regular figure.",
        by=chair,
    )
    with council_scope(user_id=deputy.pk, council=council):
        if not queries.prepared_panels(council_access(deputy, council)).filter(pk=panel.pk).exists():
            annual = queries.current_statement(council, StatementKind.ANNUAL)
            if annual is None:
                return
            statements.acknowledge(panel=panel, statement_id=annual.pk, by=deputy)
        waiting = FigureRelease.objects.get(pk=release.pk, state=ReleaseState.PROPOSED)
        figures.approve_release(
            release=waiting, decision="Small numbers are withheld, so the board can read it.", by=deputy
        )


def promise(council: Council, person: User) -> None:
    """Enter a promise of confidentiality in the partnership's register, unless one is there."""
    title = f"Promise of confidentiality, {display_name(person)}"
    with service_scope(council=council):
        held = rows_of([council.pk], ACKNOWLEDGEMENTS).filter(person=person, past_of__isnull=True)
        if held.filter(covers=AcknowledgementScope.CHANNEL).exists():
            return
        add_entry(
            register=ACKNOWLEDGEMENTS,
            council=council,
            by=None,
            values={
                "title": title,
                "owner": possible_owners(council, ACKNOWLEDGEMENTS).order_by("pk").first(),
                "person": person,
                "covers": AcknowledgementScope.CHANNEL,
                "starts_on": timezone.localdate() - timedelta(days=60),
                "ends_on": timezone.localdate() + timedelta(days=305),
            },
        )


def person_of(council: Council, people: Mapping[str, User], name: str, words: str, role: Role) -> User:
    """A person of the panel: a demo account, or one without a password whom nobody signs in as."""
    email = f"{name}@{council.slug}.example"
    person = people.get(email) or User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, name=f"{words}, {council.name}")
        with service_scope(council=council):
            memberships.grant(user=person, council=council, role=role, by=None)
    return person
