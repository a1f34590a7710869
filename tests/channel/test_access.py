"""Who reads a case: by named grant, by residence, under a promise, in an emergency, and by nothing else.

List, detail, permission and database say the same of every person at every moment (RC-3, OP-2).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import connections, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from channel import access, backends, queries
from channel.enums import Capacity, StatementKind
from channel.models import (
    BreakGlass,
    CaseUserPermission,
    ChannelCase,
    ChannelMeeting,
    MeetingCase,
    Panel,
    Seat,
    Signature,
    StatementVersion,
)
from channel.policies import ChannelRefused
from channel.policies.statements import require_preparer
from channel.queries import cases
from channel.queries.break_glass import open_break_glass
from channel.services import break_glass, grants, meetings, panels, statements
from channel.services.panels import Place
from partnerships.models import Acknowledgement as PromiseOfConfidentiality
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world, panellist, promise
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

AREA, OTHER_AREA = "Metropolitan", "City of London"


@pytest.fixture
def barnet() -> PanelWorld:
    world = panel_world("barnet")
    with world.as_chair():
        ChannelCase.objects.filter(pk=world.case.pk).update(police_area=AREA)
    return world


@pytest.fixture
def district() -> Council:
    return CouncilFactory.create(slug="finchley", name="Finchley")


def seated(world: PanelWorld, role: Role, capacity: Capacity, place: Place, **dates: Any) -> User:
    person = panellist(world.council, role)
    with world.as_chair():
        panels.seat_person(
            panel=world.panel, person=person, capacity=capacity, place=place, by=world.chair, **dates
        )
    return person


def attender(world: PanelWorld, district: Council) -> User:
    return seated(world, Role.DISTRICT_ATTENDER, Capacity.DISTRICT, Place(district=district))


def officer(world: PanelWorld, area: str) -> User:
    return seated(world, Role.POLICE_REPRESENTATIVE, Capacity.POLICE, Place(police_area=area))


def readable(world: PanelWorld, person: User) -> set[str]:
    """The references that a person reads: by list, detail, permission and database, which have to agree."""
    with world.as_person(person), rule_built_once():
        held = council_access(person, world.council)
        listed = set(queries.readable_cases(held).values_list("reference", flat=True))
        assert set(ChannelCase.objects.values_list("reference", flat=True)) == listed
        fresh = User.objects.get(pk=person.pk)
        for case in _CASES.get(world.council.slug, [world.case]):
            is_listed = case.reference in listed
            assert fresh.has_perm("channel.read_case", case) is is_listed
            try:
                assert access.case_for(held, case.reference).pk == case.pk
                assert is_listed
            except Http404:
                assert not is_listed
        return listed


@contextmanager
def rule_built_once() -> Iterator[None]:
    """Put the rule together once for who asks: that takes most of the time. All of them ask the database."""
    built: dict[tuple[int, int, frozenset[Role]], QuerySet[ChannelCase]] = {}

    def readable_cases(held: CouncilAccess) -> QuerySet[ChannelCase]:
        key = (held.user.pk, held.council.pk, frozenset(held.roles))
        if key not in built:
            built[key] = cases.readable_cases(held)
        return built[key].all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "readable_cases", readable_cases)
        patch.setattr(backends, "readable_cases", readable_cases)
        yield


_CASES: dict[str, list[ChannelCase]] = {}


def move(world: PanelWorld, **where: Any) -> None:
    with world.as_chair():
        assert ChannelCase.objects.filter(pk=world.case.pk).update(**where) == 1


def test_a_district_attender_reads_residents_of_the_district_and_moving_one_moves_the_access(
    barnet: PanelWorld, district: Council
) -> None:
    person, elsewhere = attender(barnet, district), attender(barnet, barnet.council)
    for each in (person, elsewhere):
        assert readable(barnet, each) == set()
        barnet.sign(each)
    assert (readable(barnet, person), readable(barnet, elsewhere)) == (set(), {barnet.case.reference})
    move(barnet, residence=district)
    assert (readable(barnet, person), readable(barnet, elsewhere)) == ({barnet.case.reference}, set())


def test_a_police_representative_reads_residents_of_the_area_alone(barnet: PanelWorld) -> None:
    person, elsewhere = officer(barnet, AREA), officer(barnet, OTHER_AREA)
    for each in (person, elsewhere):
        barnet.sign(each)
    assert (readable(barnet, person), readable(barnet, elsewhere)) == ({barnet.case.reference}, set())
    move(barnet, police_area=OTHER_AREA)
    assert (readable(barnet, person), readable(barnet, elsewhere)) == (set(), {barnet.case.reference})


def test_the_wrong_district_is_refused_on_the_page_like_a_case_that_never_was(
    barnet: PanelWorld, district: Council
) -> None:
    person = attender(barnet, district)
    barnet.sign(person)
    client = sign_in(Client(), person)
    hidden = client.get(reverse("channel-case", args=["barnet", barnet.case.reference]))
    never = client.get(reverse("channel-case", args=["barnet", "ABCD-2345"]))
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert hidden.content.replace(barnet.case.reference.encode(), b"") == never.content.replace(
        b"ABCD-2345", b""
    )
    move(barnet, residence=district)
    assert client.get(reverse("channel-case", args=["barnet", barnet.case.reference])).status_code == 200


def test_a_grant_by_name_opens_no_resident_of_elsewhere_to_a_district_attender(
    barnet: PanelWorld, district: Council
) -> None:
    person = attender(barnet, district)
    with barnet.as_chair():
        grants.grant_case(case=barnet.case, person=person, by=barnet.chair)
    barnet.sign(person)
    assert readable(barnet, person) == set()


def test_a_districts_seat_is_worth_nothing_with_another_role_and_the_role_nothing_with_another_seat(
    barnet: PanelWorld,
) -> None:
    """An administrator gives the role, the chair the seat: neither widens what the other means."""
    as_member = seated(barnet, Role.PANEL_MEMBER, Capacity.DISTRICT, Place(district=barnet.council))
    as_district = seated(barnet, Role.DISTRICT_ATTENDER, Capacity.MEMBER, Place())
    with barnet.as_chair():
        grants.grant_case(case=barnet.case, person=as_district, by=barnet.chair)
    for person in (as_member, as_district):
        barnet.sign(person)
        assert readable(barnet, person) == set()


def test_a_case_managers_grant_opens_the_case_until_its_day_and_not_without_one(barnet: PanelWorld) -> None:
    today = timezone.localdate()
    person = seated(barnet, Role.CASE_MANAGER, Capacity.CASE_MANAGER, Place(), ends_on=today)
    barnet.sign(person)
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="Enter the last day"):
            grants.grant_case(case=barnet.case, person=person, by=barnet.chair)
        grants.grant_case(case=barnet.case, person=person, ends_on=today, by=barnet.chair)
    assert readable(barnet, person) == {barnet.case.reference}
    with barnet.as_chair():
        CaseUserPermission.objects.filter(user=person).update(ends_on=None)
    assert readable(barnet, person) == set()
    with barnet.as_chair():
        CaseUserPermission.objects.filter(user=person).update(
            starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
        )
    assert readable(barnet, person) == set()


@pytest.mark.parametrize(
    ("starts", "ends", "opens"),
    [(-9, 0, True), (0, 9, True), (-9, -1, False), (1, 9, False)],
    ids=["last day", "first day", "lapsed yesterday", "from tomorrow"],
)
def test_access_stops_with_the_promise_of_confidentiality(
    barnet: PanelWorld, starts: int, ends: int, opens: bool
) -> None:
    person = member(barnet.council, Role.PANEL_MEMBER)
    promise(person, barnet.council, starts=starts, ends=ends)
    with barnet.as_chair():
        panels.seat_person(panel=barnet.panel, person=person, capacity=Capacity.MEMBER, by=barnet.chair)
        grants.grant_case(case=barnet.case, person=person, by=barnet.chair)
    barnet.sign(person)
    assert readable(barnet, person) == ({barnet.case.reference} if opens else set())


def test_a_withdrawn_promise_and_one_about_other_papers_open_nothing(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.sign(person)
    assert readable(barnet, person) == {barnet.case.reference}
    with service_scope(council=barnet.council):
        mine = PromiseOfConfidentiality.objects.filter(person=person)
        mine.update(withdrawn_on=timezone.localdate())
    assert readable(barnet, person) == set()
    with service_scope(council=barnet.council):
        mine.update(withdrawn_on=None, covers="partnership")
    assert readable(barnet, person) == set()


def test_a_promise_made_to_another_council_opens_nothing_here(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    person = member(barnet.council, Role.PANEL_MEMBER)
    promise(person, southwark.council)
    with barnet.as_chair():
        panels.seat_person(panel=barnet.panel, person=person, capacity=Capacity.MEMBER, by=barnet.chair)
        grants.grant_case(case=barnet.case, person=person, by=barnet.chair)
    barnet.sign(person)
    assert readable(barnet, person) == set()


def test_a_chair_whose_promise_has_lapsed_prepares_no_case(barnet: PanelWorld) -> None:
    assert readable(barnet, barnet.chair) == {barnet.case.reference}
    with service_scope(council=barnet.council):
        PromiseOfConfidentiality.objects.filter(person=barnet.chair).update(
            ends_on=timezone.localdate() - timedelta(days=1)
        )
    assert readable(barnet, barnet.chair) == set()
    with barnet.as_chair():
        assert ChannelCase.objects.filter(pk=barnet.case.pk).update(police_area="Elsewhere") == 0
        with pytest.raises(ChannelRefused, match="Your promise of confidentiality for Channel"):
            require_preparer(barnet.panel, barnet.chair)


def test_a_superuser_has_no_permission_on_a_case_that_they_cannot_read(barnet: PanelWorld) -> None:
    person = member(barnet.council, Role.ADMINISTRATOR, is_superuser=True, is_staff=True)
    assert readable(barnet, person) == set()


# Histories ----------------------------------------------------------------------------------------

PEOPLE = ("chair", "member", "manager", "district", "police")


class Histories(RuleBasedStateMachine):
    """Grants, statements, residence, expiry and emergencies in any order, beside a model of plain sets.

    One deputy, whom nothing here touches, makes the changes; everybody else is looked at after each.
    """

    world: ClassVar[PanelWorld]
    deputy: ClassVar[User]
    people: ClassVar[dict[str, User]]
    places: ClassVar[dict[str, Council]]
    cases: ClassVar[list[ChannelCase]]
    elsewhere: ClassVar[ChannelCase]
    meetings_stand: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.granted: dict[tuple[str, int], str] = {}
        self.signed: set[str] = set()
        self.acknowledged = True
        self.promised = set(PEOPLE)
        self.seated = set(PEOPLE)
        self.residence = {0: "barnet", 1: "barnet"}
        self.area = {0: AREA, 1: AREA}
        self.listed = {0, 1}
        self.is_open = True
        self.glass: set[tuple[str, int]] = set()
        self.statement = type(self).world.statement

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        with self.as_deputy():
            # A row of its own: the history before may have closed the one in memory.
            self.meeting = ChannelMeeting.objects.get(pk=self.world.meeting.pk)
        for name in PEOPLE:
            with self.world.as_person(self.people[name]):
                assert not User.objects.get(pk=self.people[name].pk).has_perm(
                    "channel.read_case", self.elsewhere
                )
            self.look(name)
            if self.meetings_stand:
                self.sign(name)

    def as_deputy(self) -> Any:
        return self.world.as_person(self.deputy)

    def expected(self, name: str) -> set[str]:
        found = set()
        for number, case in enumerate(self.cases):
            prepared = name == "chair" and name in self.seated & self.promised and self.acknowledged
            grant = self.granted.get((name, number))
            reaches = {
                "chair": grant in ("open", "dated"),
                "member": grant in ("open", "dated"),
                "manager": grant == "dated",
                "district": self.residence[number] == "finchley",
                "police": self.area[number] == OTHER_AREA,
            }[name]
            at_meeting = (
                self.is_open
                and name in self.signed & self.seated & self.promised
                and number in self.listed
                and reaches
            )
            if prepared or at_meeting or (name, number) in self.glass:
                found.add(case.reference)
        return found

    def look(self, name: str) -> None:
        assert readable(self.world, self.people[name]) == self.expected(name)

    @rule(
        name=st.sampled_from(PEOPLE[1:]),
        number=st.sampled_from((0, 1)),
        kind=st.sampled_from(("open", "dated", "over", "ahead", "none")),
    )
    def grant(self, name: str, number: int, kind: str) -> None:
        today = timezone.localdate()
        with self.as_deputy():
            CaseUserPermission.objects.filter(
                user=self.people[name], content_object=self.cases[number]
            ).delete()
            if kind != "none":
                CaseUserPermission.objects.create(
                    council=self.world.council,
                    user=self.people[name],
                    permission=queries.read_permission(),
                    content_object=self.cases[number],
                    granted_by=self.deputy,
                    starts_on=today + timedelta(days=1) if kind == "ahead" else today - timedelta(days=9),
                    ends_on={"dated": today, "over": today - timedelta(days=1)}.get(kind),
                )
        self.granted[name, number] = kind
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE))
    def sign(self, name: str) -> None:
        person = self.people[name]
        if not self.is_open or name not in self.seated:
            return
        with self.world.as_person(person):
            statements.sign_statement(meeting=self.meeting, statement_id=self.statement.pk, by=person)
        self.signed.add(name)
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE))
    def change_the_words(self, name: str) -> None:
        if self.meetings_stand:
            return
        with self.as_deputy():
            self.statement = statements.publish_statement(
                panel=self.world.panel,
                kind=StatementKind.MEETING,
                text=f"Words {StatementVersion.objects.count()}",
                by=self.deputy,
            )
        self.signed = set()
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE))
    def close_or_open(self, name: str) -> None:
        if self.meetings_stand:
            return
        with self.as_deputy():
            if self.is_open:
                meetings.close_meeting(meeting=self.meeting, by=self.deputy)
            else:
                self.meeting = meetings.plan_meeting(
                    panel=self.world.panel, starts_at=timezone.now(), by=self.deputy
                )
                for case in self.cases:
                    meetings.list_case(meeting=self.meeting, case=case, by=self.deputy)
                self.meeting = meetings.open_meeting(meeting=self.meeting, by=self.deputy)
                self.signed, self.listed = set(), {0, 1}
        self.is_open = not self.is_open
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE))
    def let_the_meeting_lapse(self, name: str) -> None:
        if self.meetings_stand or not self.is_open:
            return
        with self.as_deputy():
            ChannelMeeting.objects.filter(pk=self.meeting.pk).update(
                opened_at=timezone.now() - timedelta(hours=12, minutes=1)
            )
            self.meeting.refresh_from_db()
        self.is_open = False
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE), number=st.sampled_from((0, 1)))
    def take_off_the_list(self, name: str, number: int) -> None:
        with self.as_deputy():
            MeetingCase.objects.filter(meeting=self.meeting, case=self.cases[number]).delete()
        self.listed.discard(number)
        self.look(name)

    @rule(number=st.sampled_from((0, 1)), place=st.sampled_from(("barnet", "finchley")))
    def move_residence(self, number: int, place: str) -> None:
        with self.as_deputy():
            ChannelCase.objects.filter(pk=self.cases[number].pk).update(residence=self.places[place])
        self.residence[number] = place
        self.look("district")

    @rule(number=st.sampled_from((0, 1)), area=st.sampled_from((AREA, OTHER_AREA)))
    def move_area(self, number: int, area: str) -> None:
        with self.as_deputy():
            ChannelCase.objects.filter(pk=self.cases[number].pk).update(police_area=area)
        self.area[number] = area
        self.look("police")

    @rule(name=st.sampled_from(PEOPLE), counts=st.booleans())
    def renew_or_let_lapse_the_promise(self, name: str, counts: bool) -> None:
        ends = timezone.localdate() + timedelta(days=0 if counts else -1)
        with service_scope(council=self.world.council):
            PromiseOfConfidentiality.objects.filter(person=self.people[name]).update(ends_on=ends)
        (self.promised.add if counts else self.promised.discard)(name)
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE), holds=st.booleans())
    def give_or_end_the_seat(self, name: str, holds: bool) -> None:
        with self.as_deputy():
            seats = Seat.objects.filter(person=self.people[name]).exclude(district=self.world.council)
            seats.update(ended_at=None if holds else timezone.now())
        (self.seated.add if holds else self.seated.discard)(name)
        self.look(name)

    @rule(signs=st.booleans())
    def change_the_annual_words(self, signs: bool) -> None:
        with self.as_deputy():
            annual = statements.publish_statement(
                panel=self.world.panel,
                kind=StatementKind.ANNUAL,
                text=f"Words {StatementVersion.objects.count()}",
                by=self.deputy,
            )
            statements.acknowledge(panel=self.world.panel, statement_id=annual.pk, by=self.deputy)
        self.acknowledged = signs and "chair" in self.seated
        if self.acknowledged:
            with self.world.as_chair():
                statements.acknowledge(
                    panel=self.world.panel, statement_id=annual.pk, by=self.people["chair"]
                )
        self.look("chair")

    @rule(name=st.sampled_from(PEOPLE), number=st.sampled_from((0, 1)))
    def open_in_an_emergency(self, name: str, number: int) -> None:
        person = self.people[name]
        with self.world.as_person(person):
            break_glass.break_glass(
                council=self.world.council,
                reference=self.cases[number].reference,
                ground="public_interest",
                reason="Somebody could come to harm tonight.",
                by=person,
            )
        self.glass.add((name, number))
        self.look(name)

    @rule(name=st.sampled_from(PEOPLE))
    def end_the_emergencies(self, name: str) -> None:
        person = self.people[name]
        with self.world.as_person(person):
            held = council_access(person, self.world.council)
            for glass in open_break_glass(held):
                break_glass.end_break_glass(glass=glass, by=person)
        self.glass = {(who, number) for who, number in self.glass if who != name}
        self.look(name)


def _histories(examples: int, steps: int, *, is_control: bool = False, meetings_stand: bool = False) -> None:
    """Run histories; a control's stop at the first fault.

    Args:
        meetings_stand: everybody signs first, and the meeting stays open, so that rules about people and
            cases count at most moments.
    """
    world, elsewhere = panel_world("barnet"), panel_world("southwark")
    finchley = CouncilFactory.create(slug="finchley", name="Finchley")
    Histories.world, Histories.meetings_stand = world, meetings_stand
    Histories.deputy = world.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    with world.as_person(Histories.deputy):
        statements.acknowledge(panel=world.panel, statement_id=world.annual.pk, by=Histories.deputy)
    Histories.people = {
        "chair": world.chair,
        "member": world.seat(granted=False),
        "manager": seated(
            world,
            Role.CASE_MANAGER,
            Capacity.CASE_MANAGER,
            Place(),
            ends_on=timezone.localdate() + timedelta(days=9),
        ),
        "district": attender(world, finchley),
        "police": officer(world, OTHER_AREA),
    }
    Histories.places = {"barnet": world.council, "finchley": finchley}
    with world.as_chair():
        # Who came for another district before: a seat that has ended reaches nothing beside one that has not.
        seat = Seat.objects.get(person=Histories.people["district"])
        Seat.objects.create(
            council=world.council,
            panel=seat.panel,
            person=seat.person,
            capacity=seat.capacity,
            agency=seat.agency,
            district=world.council,
            starts_on=seat.starts_on,
            ended_at=timezone.now(),
            created_by=world.chair,
        )
    Histories.cases = [world.case, world.new_case("CNRYSECOND")]
    with world.as_chair():
        ChannelCase.objects.update(police_area=AREA)
        meetings.list_case(meeting=world.meeting, case=Histories.cases[1], by=world.chair)
    Histories.elsewhere = elsewhere.case
    _CASES[world.council.slug] = Histories.cases
    try:
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                phases=[Phase.generate] if is_control else [Phase.generate, Phase.shrink],
            ),
        )
    finally:
        _CASES.clear()


def test_list_detail_permission_and_database_agree_through_any_history() -> None:
    _histories(4, 10)


NAME = "histories of who reads a case"


@pytest.mark.figures(NAME, only=True)
@pytest.mark.parametrize("part", range(100))
def test_they_agree_through_two_thousand_histories_of_thirty_steps(part: int, record_figure: Any) -> None:
    _histories(20, 30)
    record_figure(
        NAME,
        {"histories": 20, "steps": 600, "disagreements": 0},
        control={"rules taken away": 0, "of which a history tells": 0},
    )


FORGOTTEN = {
    "_reached_at_meetings": MeetingCase.objects.none,
    "open_break_glass": BreakGlass.objects.none,
    "prepared_panels": Panel.objects.none,
    "promised": lambda: Q(pk__isnull=True),
    "signed_meetings": Signature.objects.none,
}


@pytest.mark.figures(NAME, only=True)
@pytest.mark.parametrize("forgotten", sorted(FORGOTTEN))
def test_a_history_tells_where_the_page_forgets_a_rule(
    forgotten: str, record_figure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page forgets to open. What it forgets to shut, the database shuts: see below."""
    monkeypatch.setattr(f"channel.queries.cases.{forgotten}", lambda held: FORGOTTEN[forgotten]())
    with pytest.raises(AssertionError):
        _histories(200, 30, is_control=True)
    _tells(record_figure)


LOOSENED = {
    "acknowledgement": (
        "channel_prepared_panels",
        "public.channel_current_statements() s ON s.statement_id",
        "public.channel_statementversion s ON s.id",
    ),
    "ended seat": ("channel_visible_cases", "s.ended_at IS NULL AND", ""),
    "manager's last day": ("channel_visible_cases", "(g.ends_on IS NOT NULL OR (", "(true OR ("),
    "police area": ("channel_visible_cases", "c.police_area = s.police_area", "true"),
    "promise": ("channel_visible_cases", "AND public.channel_promised()", ""),
    "residence": ("channel_visible_cases", "c.residence_id = s.district_id", "true"),
    "right": ("channel_visible_cases", "g.user_id = s.person_id", "true"),
    "signature": ("channel_visible_cases", "IN (SELECT public.channel_signed_meetings())", "IS NOT NULL"),
    "time of an emergency": ("channel_broken_cases", "b.ended_at IS NULL AND", ""),
}
"""Rules of the database's wall, each with the words that let it go."""
OF_PEOPLE_AND_CASES = set(LOOSENED) - {"acknowledgement", "signature"}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.figures(NAME, only=True)
@pytest.mark.parametrize("rule_of_the_wall", sorted(LOOSENED))
def test_a_history_tells_where_the_database_forgets_a_rule(rule_of_the_wall: str, record_figure: Any) -> None:
    """What the wall forgets to shut: plain ORM then reads more than list, detail and permission say."""
    _loosen(*LOOSENED[rule_of_the_wall])
    with pytest.raises(AssertionError):
        _histories(200, 30, is_control=True, meetings_stand=rule_of_the_wall in OF_PEOPLE_AND_CASES)
    _tells(record_figure)


def _loosen(name: str, strict: str, loose: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s", [name])
        [(whole,)] = cursor.fetchall()
        assert strict in whole
        cursor.execute(whole.replace(strict, loose))


def _tells(record_figure: Any) -> None:
    record_figure(
        NAME,
        {"histories": 0, "steps": 0, "disagreements": 0},
        control={"rules taken away": 1, "of which a history tells": 1},
    )


def broken_into(world: PanelWorld) -> User:
    """A member without a grant who reads the case in an emergency."""
    person = world.seat(granted=False)
    with world.as_person(person):
        break_glass.break_glass(
            council=world.council,
            reference=world.case.reference,
            ground="consent",
            reason="Somebody could come to harm tonight.",
            by=person,
        )
    return person


def test_an_emergency_opens_the_case_to_somebody_whose_seat_on_the_panel_has_ended(
    barnet: PanelWorld, client: Client
) -> None:
    person = broken_into(barnet)
    with barnet.as_chair():
        Seat.objects.filter(person=person).update(ended_at=timezone.now())
    assert readable(barnet, person) == {barnet.case.reference}
    page = sign_in(client, person).get(reverse("channel-case", args=["barnet", barnet.case.reference]))
    assert page.status_code == 200


@pytest.mark.parametrize("forgotten", ["open_break_glass", "_reached_at_meetings"])
def test_the_agreement_fails_where_the_page_says_less_than_the_database(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    """The control of the histories, for the page's wall."""
    signed, broken = barnet.seat(), broken_into(barnet)
    barnet.sign(signed)
    assert readable(barnet, signed) == readable(barnet, broken) == {barnet.case.reference}
    empty = MeetingCase.objects.none() if forgotten == "_reached_at_meetings" else BreakGlass.objects.none()
    monkeypatch.setattr(f"channel.queries.cases.{forgotten}", lambda held: empty)
    with pytest.raises(AssertionError):
        readable(barnet, signed if forgotten == "_reached_at_meetings" else broken)


def test_the_database_stands_alone_where_the_page_forgets_its_rule(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = barnet.seat()
    barnet.sign(person)
    with service_scope(council=barnet.council):
        PromiseOfConfidentiality.objects.filter(person=person).update(covers="partnership")
    for place in ("channel.queries.readable_cases", "channel.backends.readable_cases"):
        monkeypatch.setattr(place, lambda held: ChannelCase.objects.filter(council=held.council))
    assert readable(barnet, person) == set()


ALWAYS = {
    "channel_promised": "SELECT true",
    "channel_broken_cases": "SELECT id FROM public.channel_channelcase",
    "channel_signed_meetings": "SELECT id FROM public.channel_channelmeeting",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("guard", sorted(ALWAYS))
def test_the_agreement_fails_where_the_database_forgets_a_guard(guard: str) -> None:
    """The control of the histories, for the database's wall: each of its guards in turn says yes to all."""
    barnet = panel_world("barnet")
    person = barnet.seat()
    if guard == "channel_promised":
        barnet.sign(person)
        with service_scope(council=barnet.council):
            PromiseOfConfidentiality.objects.filter(person=person).update(covers="partnership")
    assert readable(barnet, person) == set()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(oid), prosrc FROM pg_proc WHERE proname = %s", [guard])
        [(whole, body)] = cursor.fetchall()
        cursor.execute(whole.replace(body, ALWAYS[guard]))
        try:
            with pytest.raises(AssertionError):
                readable(barnet, person)
        finally:
            cursor.execute(whole)
    assert readable(barnet, person) == set()
