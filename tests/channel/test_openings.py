"""A case opens if and only if everything holds: role, seat, grant, signature, meeting, list (RC-2, RC-3)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channel import queries
from channel.enums import StatementKind
from channel.models import CaseUserPermission, ChannelCase, ChannelMeeting, MeetingCase, Seat
from channel.policies import ChannelRefused
from channel.services import grants, meetings, statements
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world

pytestmark = pytest.mark.django_db

ROLES = ("live", "ended")
SEATS = ("live", "ended at once", "over", "none yet")
GRANTS = ("live", "none", "over", "not yet")
SIGNATURES = ("this meeting", "none", "other meeting", "older words")
MEETINGS = ("open", "planned", "closed", "lapsed")
LISTS = ("listed", "not listed")
OPEN = ("live", "live", "live", "this meeting", "open", "listed")


class Bench:
    """One panel, one person for each state of signing, and switches for everything else."""

    def __init__(self) -> None:
        self.world = panel_world("barnet")
        self.now: dict[tuple[str, int], str] = {}
        self.people = {state: self.world.seat() for state in SIGNATURES}
        self.other_case = self.world.new_case("CNRYOTHER")
        elsewhere = self.world.new_meeting(lists=self.other_case)
        self.world.sign(self.people["older words"])
        with self.world.as_chair():
            self.world.statement = statements.publish_statement(
                panel=self.world.panel, kind=StatementKind.MEETING, text="Newer words", by=self.world.chair
            )
        self.world.sign(self.people["this meeting"])
        self.world.sign(self.people["other meeting"], elsewhere)

    def set(self, role: str, seat: str, grant: str, signature: str, meeting: str, listed: str) -> User:
        """Bring everything into a state; what is so already stays as it is."""
        person = self.people[signature]
        for switch, value, key in (
            (self._role, role, person.pk),
            (self._seat, seat, person.pk),
            (self._grant, grant, person.pk),
            (self._meeting, meeting, 0),
            (self._list, listed, 0),
        ):
            if self.now.get((switch.__name__, key)) != value:
                switch(person, value)
                self.now[switch.__name__, key] = value
        return person

    def _role(self, person: User, state: str) -> None:
        with service_scope(council=self.world.council):
            Membership.objects.filter(user=person).update(
                revoked_at=None if state == "live" else timezone.now()
            )

    def _seat(self, person: User, state: str) -> None:
        today, day = timezone.localdate(), timedelta(days=1)
        with self.world.as_chair():
            Seat.objects.filter(person=person).update(
                starts_on=today + day if state == "none yet" else today - 9 * day,
                ends_on=today - day if state == "over" else None,
                ended_at=timezone.now() if state == "ended at once" else None,
            )

    def _grant(self, person: User, state: str) -> None:
        today, day = timezone.localdate(), timedelta(days=1)
        with self.world.as_chair():
            CaseUserPermission.objects.filter(user=person).delete()
            if state != "none":
                CaseUserPermission.objects.create(
                    council=self.world.council,
                    content_object=self.world.case,
                    permission=queries.read_permission(),
                    user=person,
                    granted_by=self.world.chair,
                    starts_on=today + day if state == "not yet" else today - 9 * day,
                    ends_on=today - day if state == "over" else None,
                )

    def _meeting(self, person: User, state: str) -> None:
        now = timezone.now()
        opened = {"open": now, "planned": None, "closed": now, "lapsed": now - timedelta(hours=13)}
        with self.world.as_chair():
            ChannelMeeting.objects.filter(pk=self.world.meeting.pk).update(
                opened_at=opened[state], closed_at=now if state == "closed" else None
            )

    def _list(self, person: User, state: str) -> None:
        world = self.world
        with world.as_chair():
            MeetingCase.objects.filter(meeting=world.meeting, case=world.case).delete()
            if state == "listed":
                MeetingCase.objects.create(
                    council=world.council, meeting=world.meeting, case=world.case, listed_by=world.chair
                )


def test_of_1024_states_exactly_one_opens_the_case_in_the_database_and_in_the_rule_of_the_views() -> None:
    bench = Bench()
    opened = []
    states = [
        (role, seat, grant, signature, meeting, listed)
        # What one statement switches is switched most often.
        for grant, listed, signature, role, seat, meeting in itertools.product(
            GRANTS, LISTS, SIGNATURES, ROLES, SEATS, MEETINGS
        )
    ]
    for state in states:
        person = bench.set(*state)
        with bench.world.as_person(person):
            by_the_database = list(ChannelCase.objects.values_list("pk", flat=True))
            access = council_access(person, bench.world.council)
            by_the_rule = list(queries.readable_cases(access).values_list("pk", flat=True))
        assert by_the_database == by_the_rule, state
        if by_the_database:
            assert by_the_database == [bench.world.case.pk]
            opened.append(state)
    assert len(states) == 1024
    assert opened == [OPEN]


def one_step_away() -> list[tuple[str, ...]]:
    """The open state, and every state that differs from it in one thing."""
    axes = (ROLES, SEATS, GRANTS, SIGNATURES, MEETINGS, LISTS)
    return [
        (*OPEN[:place], value, *OPEN[place + 1 :])
        for place, axis in enumerate(axes)
        for value in axis
        if value != OPEN[place]
    ]


def test_every_single_thing_that_is_missing_gives_the_404_of_a_random_reference() -> None:
    bench = Bench()
    council = bench.world.council
    address = reverse("channel-case", args=[council.slug, bench.world.case.reference])
    random = reverse("channel-case", args=[council.slug, "ABCD-2345"])
    client = Client()
    person = bench.set(*OPEN)
    sign_in(client, person)
    answer = client.get(address)
    assert answer.status_code == 200
    assert bench.world.canary in answer.content.decode()
    tried = 0
    for state in one_step_away():
        person = bench.set(*state)
        sign_in(client, person)
        refused, unknown = client.get(address), client.get(random)
        assert refused.status_code == unknown.status_code == 404, state
        assert refused.content == unknown.content, state
        assert bench.world.canary not in refused.content.decode()
        tried += 1
    assert tried == 14


@pytest.mark.parametrize(
    "take_away",
    [
        lambda world, person: grants.end_grant(case=world.case, person=person, by=world.chair),
        lambda world, person: meetings.close_meeting(meeting=world.meeting, by=world.chair),
        lambda world, person: statements.publish_statement(
            panel=world.panel, kind=StatementKind.MEETING, text="Newer words", by=world.chair
        ),
    ],
    ids=["grant ended", "meeting closed", "words changed"],
)
def test_the_next_request_after_a_right_is_taken_away_finds_nothing(
    take_away: Callable[[PanelWorld, User], object], client: Client
) -> None:
    world = panel_world("barnet")
    person = world.seat()
    world.sign(person)
    sign_in(client, person)
    address = reverse("channel-case", args=[world.council.slug, world.case.reference])
    assert client.get(address).status_code == 200
    with world.as_chair():
        take_away(world, person)
    assert client.get(address).status_code == 404


def test_a_late_joiner_signs_first(client: Client) -> None:
    world = panel_world("barnet")
    world.sign(world.seat())
    late = world.seat()
    sign_in(client, late)
    address = reverse("channel-case", args=[world.council.slug, world.case.reference])
    assert client.get(address).status_code == 404
    world.sign(late)
    assert client.get(address).status_code == 200


def test_a_case_managers_role_needs_a_last_day_on_a_members_seat_too(client: Client) -> None:
    world = panel_world("barnet")
    manager = world.seat(Role.CASE_MANAGER, granted=False)
    with world.as_chair():
        with pytest.raises(ChannelRefused, match="Enter the last day"):
            grants.grant_case(case=world.case, person=manager, by=world.chair)
        grants.grant_case(case=world.case, person=manager, ends_on=timezone.localdate(), by=world.chair)
    world.sign(manager)
    sign_in(client, manager)
    address = reverse("channel-case", args=[world.council.slug, world.case.reference])
    assert client.get(address).status_code == 200
    with world.as_chair():
        CaseUserPermission.objects.filter(user=manager).update(ends_on=None)
    assert client.get(address).status_code == 404
    with world.as_person(manager):
        assert ChannelCase.objects.count() == 0
