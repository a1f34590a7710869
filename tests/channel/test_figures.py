"""Release of figures by two people, the register that every release is attacked with, and who reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from channel.disclosure.gate import Form
from channel.disclosure.groups import Cube, Group, Quarter, year_to_date
from channel.enums import Audience, Capacity, FigureChoice, ReleaseState
from channel.models import FigureProfile, FigureRelease, Panel, ReleasedFigure
from channel.policies import ChannelRefused
from channel.policies.figures import require_figures, require_title
from channel.queries.case_counts import case_counts
from channel.queries.figures import current_profile, figures_for, led_releases, register_of
from channel.services import cases, figures, statements
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.scope import council_scope
from tests.channel.factories import PanelWorld, facts, panel_world
from tests.factories import member

pytestmark = pytest.mark.django_db

APRIL = Quarter(2014, 2)
YEAR = Group.over("referrals", APRIL, APRIL.plus(3))
SECOND_HALF = YEAR.during(APRIL.plus(2), APRIL.plus(3))


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def counting(*quarters: int) -> Callable[[CouncilAccess, Panel], Mapping[str, Cube]]:
    cells = {(APRIL.plus(number), ()): count for number, count in enumerate(quarters)}
    return lambda access, panel: {"referrals": Cube("referrals", (), cells)}


@pytest.mark.parametrize(
    ("title", "passes"),
    [
        ("Referrals, 1 April 2014 to 31 March 2015", True),
        ("Referrals by quarter, 2014-15, Q1 to Quarter 4", True),
        ("Referrals, the last four quarters", True),
        ("Referrals, of which 3 came from one school", False),
        ("Three referrals from health", False),
        ("Half of them adopted", False),
        ("", False),
    ],
)
def test_a_title_names_a_period_and_no_other_number(title: str, passes: bool) -> None:
    with nullcontext() if passes else pytest.raises(ChannelRefused, match="title"):
        assert require_title(title) == title


WOLVERHAMPTON = counting(2, 1, 9, 9)


def deputy(world: PanelWorld) -> User:
    """A second chair of the panel, who has signed the annual acknowledgement."""
    person = world.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    with world.as_person(person):
        statements.acknowledge(panel=world.panel, statement_id=world.annual.pk, by=person)
    return person


def proposed(world: PanelWorld, *groups: Group, **options: Any) -> FigureRelease:
    by = options.pop("by", world.chair)
    with world.as_person(by):
        return figures.propose_release(
            panel=world.panel,
            audience=options.pop("audience", Audience.BOARDS),
            title=options.pop("title", "Referrals in the year"),
            groups=groups or [YEAR],
            reason=options.pop("reason", "For the board in June"),
            by=by,
            counts=options.pop("counts", WOLVERHAMPTON),
        )


def approved(world: PanelWorld, release: FigureRelease, by: User, **options: Any) -> FigureRelease:
    with world.as_person(by):
        return figures.approve_release(
            release=release,
            decision=options.pop("decision", "The board asked for them"),
            by=by,
            counts=options.pop("counts", WOLVERHAMPTON),
        )


def decided(world: PanelWorld, choice: FigureChoice, audience: Audience = Audience.BOARDS) -> FigureProfile:
    with world.as_chair():
        return figures.decide_profile(
            council=world.council, audience=audience, choice=choice, reason="The board agreed", by=world.chair
        )


def printed(world: PanelWorld, person: User, audience: Audience = Audience.BOARDS) -> list[str]:
    with world.as_person(person):
        return [figure.printed for figure in figures_for(council_access(person, world.council), audience)]


# Two people -----------------------------------------------------------------------------------------


def test_a_board_member_reads_figures_when_a_second_chair_has_approved_them(barnet: PanelWorld) -> None:
    second, reader = deputy(barnet), member(barnet.council, Role.BOARD_MEMBER)
    release = proposed(barnet)
    assert printed(barnet, reader) == []
    approved(barnet, release, second)
    assert printed(barnet, reader) == ["20"]
    with barnet.as_person(reader):
        (figure,) = figures_for(council_access(reader, barnet.council), Audience.BOARDS)
    assert (figure.title, figure.counts, figure.period, figure.number) == (
        "Referrals in the year", "Referrals", "1 April 2014 to 31 March 2015", 20,
    )  # fmt: skip


def test_who_proposes_figures_cannot_approve_them(barnet: PanelWorld) -> None:
    release = proposed(barnet)
    with pytest.raises(ChannelRefused, match="Somebody else has to approve"):
        approved(barnet, release, barnet.chair)
    with barnet.as_chair():
        assert FigureRelease.objects.get(pk=release.pk).state == ReleaseState.PROPOSED


def test_the_database_refuses_the_proposers_own_approval(barnet: PanelWorld) -> None:
    release = proposed(barnet)
    change = {"state": "approved", "decided_by": barnet.chair, "decided_at": timezone.now()}
    with pytest.raises(DatabaseError), barnet.as_chair():
        FigureRelease.objects.filter(pk=release.pk).update(**change)


def test_the_panels_administrator_proposes_and_cannot_approve(barnet: PanelWorld) -> None:
    administrator = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    with barnet.as_person(administrator):
        statements.acknowledge(panel=barnet.panel, statement_id=barnet.annual.pk, by=administrator)
    by_chair = proposed(barnet)
    with pytest.raises(ChannelRefused, match="Only a Channel chair"):
        approved(barnet, by_chair, administrator)
    change = {"state": "approved", "decided_by": administrator, "decided_at": timezone.now()}
    with pytest.raises(DatabaseError), barnet.as_person(administrator):
        FigureRelease.objects.filter(pk=by_chair.pk).update(**change)
    own = proposed(barnet, by=administrator)
    assert approved(barnet, own, barnet.chair).state == ReleaseState.APPROVED


def test_a_second_chair_without_this_years_acknowledgement_cannot_approve(barnet: PanelWorld) -> None:
    second = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    release = proposed(barnet)
    with pytest.raises(ChannelRefused, match="acknowledgement"):
        approved(barnet, release, second)
    change = {"state": "approved", "decided_by": second, "decided_at": timezone.now()}
    with barnet.as_person(second):
        assert FigureRelease.objects.filter(pk=release.pk).update(**change) == 0


def test_declined_figures_are_never_read_and_never_decided_again(barnet: PanelWorld) -> None:
    second, reader = deputy(barnet), member(barnet.council, Role.BOARD_MEMBER)
    release = proposed(barnet)
    with barnet.as_person(second):
        figures.decline_release(release=release, decision="Too few cases", by=second)
    assert printed(barnet, reader) == []
    with pytest.raises(ChannelRefused, match="declined already"):
        approved(barnet, release, second)
    change = {"state": "approved", "decided_by": second, "decided_at": timezone.now()}
    with barnet.as_person(second):
        assert FigureRelease.objects.filter(pk=release.pk).update(**change) == 0
        assert register_of(barnet.panel) == []


def test_what_is_proposed_does_not_change_in_the_database(barnet: PanelWorld) -> None:
    second = deputy(barnet)
    release = proposed(barnet)
    change = {"state": "approved", "decided_by": second, "decided_at": timezone.now(), "title": "Other"}
    with pytest.raises(DatabaseError, match="does not change"), barnet.as_person(second):
        FigureRelease.objects.filter(pk=release.pk).update(**change)


def test_no_figure_is_added_to_a_release_after_it_was_approved(barnet: PanelWorld) -> None:
    release = proposed(barnet)
    approved(barnet, release, deputy(barnet))
    with pytest.raises(DatabaseError), barnet.as_chair():
        ReleasedFigure.objects.create(
            council=barnet.council, release=release, position=9, group=SECOND_HALF.as_json(), form="shown",
            printed="18", number=18, low=18, high=18, small_low=0, small_high=4,
        )  # fmt: skip


def test_a_released_figure_is_never_changed_or_taken_back(barnet: PanelWorld) -> None:
    release = proposed(barnet)
    approved(barnet, release, deputy(barnet))
    with barnet.as_chair():
        found = ReleasedFigure.objects.filter(release=release)
        assert found.update(printed="21") == 0
        assert found._raw_delete(found.db) == 0
        assert FigureRelease.objects.filter(pk=release.pk)._raw_delete(found.db) == 0
        assert found.get().printed == "20"


def test_a_figures_number_stands_only_where_one_is_printed(barnet: PanelWorld) -> None:
    release = proposed(barnet)
    with pytest.raises(DatabaseError, match="released_figure_number_is_printed"), barnet.as_chair():
        ReleasedFigure.objects.create(
            council=barnet.council, release=release, position=9, group=SECOND_HALF.as_json(), form="small",
            printed="fewer than 5", number=3, low=0, high=4, small_low=0, small_high=4,
        )  # fmt: skip


@pytest.mark.parametrize("part", ["reason", "decision"])
def test_a_release_needs_words(barnet: PanelWorld, part: str) -> None:
    if part == "reason":
        with pytest.raises(ChannelRefused, match="what the figures are for"):
            proposed(barnet, reason=" ")
        with pytest.raises(ChannelRefused, match="The reason seems to hold an e-mail address"):
            proposed(barnet, reason="Asked for by a.person@example.org")
    else:
        with pytest.raises(ChannelRefused, match="why these figures may be released"):
            approved(barnet, proposed(barnet), deputy(barnet), decision=" ")


# The register ---------------------------------------------------------------------------------------


def test_a_year_of_21_and_a_half_of_18_never_give_3_across_releases(barnet: PanelWorld) -> None:
    """Wolverhampton 2014/15 (h 15), under the choice that prints exact counts."""
    second, reader = deputy(barnet), member(barnet.council, Role.BOARD_MEMBER)
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    approved(barnet, proposed(barnet, YEAR), second)
    approved(barnet, proposed(barnet, SECOND_HALF), second)
    assert printed(barnet, reader) == ["not shown", "21"]


def test_a_declined_release_leaves_nothing_in_the_register(barnet: PanelWorld) -> None:
    second, reader = deputy(barnet), member(barnet.council, Role.BOARD_MEMBER)
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    release = proposed(barnet, YEAR)
    with barnet.as_person(second):
        figures.decline_release(release=release, decision="Not this year", by=second)
    approved(barnet, proposed(barnet, SECOND_HALF), second)
    assert printed(barnet, reader) == ["18"]


def test_two_proposals_that_do_not_know_of_one_another_are_not_both_released(barnet: PanelWorld) -> None:
    second, reader = deputy(barnet), member(barnet.council, Role.BOARD_MEMBER)
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    year, half = proposed(barnet, YEAR), proposed(barnet, SECOND_HALF)
    approved(barnet, year, second)
    with pytest.raises(ChannelRefused, match="have changed since"):
        approved(barnet, half, second)
    assert printed(barnet, reader) == ["21"]


def test_figures_whose_cases_changed_after_the_proposal_are_not_released(barnet: PanelWorld) -> None:
    second = deputy(barnet)
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    release = proposed(barnet)
    with pytest.raises(ChannelRefused, match="have changed since"):
        approved(barnet, release, second, counts=counting(3, 1, 9, 9))


def test_figures_proposed_under_another_choice_are_not_released(barnet: PanelWorld) -> None:
    second = deputy(barnet)
    release = proposed(barnet)
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    with pytest.raises(ChannelRefused, match="print otherwise"):
        approved(barnet, release, second)


def test_a_figure_is_stored_as_printed_and_never_as_counted(barnet: PanelWorld) -> None:
    groups = year_to_date(YEAR, APRIL)
    release = proposed(barnet, *groups)
    with barnet.as_chair():
        rows = list(release.figures.order_by("position"))
    assert [row.printed for row in rows] == [
        "fewer than 8", "fewer than 8", "10", "10", "not shown", "not shown", "not shown", "20",
    ]  # fmt: skip
    assert {(row.low, row.high, row.number) for row in rows if row.form == Form.SMALL} == {(0, 7, None)}
    assert {(row.low, row.high, row.number) for row in rows if row.form == Form.WITHHELD} == {(0, None, None)}
    assert [Group.from_json(row.group) for row in rows] == groups


# Profiles -------------------------------------------------------------------------------------------


def test_boards_read_rounded_figures_and_the_public_none_until_the_council_decides(
    barnet: PanelWorld,
) -> None:
    with barnet.as_chair():
        boards = current_profile(barnet.council, Audience.BOARDS)
        public = current_profile(barnet.council, Audience.PUBLIC)
    assert (boards.choice, boards.decision) == (FigureChoice.ROUNDED, None)
    assert (public.choice, public.decision) == (FigureChoice.NONE, None)
    with pytest.raises(ChannelRefused, match="shows this audience no figures"):
        proposed(barnet, audience=Audience.PUBLIC)


def test_a_decision_says_who_when_and_why_and_is_never_changed(barnet: PanelWorld) -> None:
    decision = decided(barnet, FigureChoice.ROUNDED, Audience.PUBLIC)
    assert (decision.decided_by, decision.reason) == (barnet.chair, "The board agreed")
    assert proposed(barnet, audience=Audience.PUBLIC).choice == FigureChoice.ROUNDED
    with barnet.as_chair():
        assert FigureProfile.objects.filter(pk=decision.pk).update(reason="Other") == 0
        assert FigureProfile.objects.filter(pk=decision.pk)._raw_delete(connection.alias) == 0


def test_a_decision_needs_a_reason_and_a_chair(barnet: PanelWorld) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    options: dict[str, Any] = {
        "council": barnet.council,
        "audience": Audience.PUBLIC,
        "choice": FigureChoice.ROUNDED,
    }
    with pytest.raises(ChannelRefused, match="Say why"), barnet.as_chair():
        figures.decide_profile(**options, reason="  ", by=barnet.chair)
    with pytest.raises(ChannelRefused, match="Only a Channel chair"), barnet.as_person(secretary):
        figures.decide_profile(**options, reason="It is wanted", by=secretary)
    with pytest.raises(DatabaseError), barnet.as_person(secretary):
        FigureProfile.objects.create(**options, reason="It is wanted", decided_by=secretary)


def test_the_last_decision_counts(barnet: PanelWorld) -> None:
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    decided(barnet, FigureChoice.NONE)
    with pytest.raises(ChannelRefused, match="shows this audience no figures"):
        proposed(barnet)


# Who proposes what ----------------------------------------------------------------------------------


def test_a_quarter_that_is_not_over_is_not_released(barnet: PanelWorld) -> None:
    now = Quarter.of(timezone.localdate())
    with pytest.raises(ChannelRefused, match="when its last quarter is over"):
        proposed(barnet, Group.over("referrals", now))


def test_a_release_holds_one_figure_at_least_and_400_at_most() -> None:
    quarters = [Group.over("referrals", APRIL.plus(-number)) for number in range(401)]
    require_figures(quarters[:400], date(2014, 7, 1))
    for wrong, words in (([], "at least one figure"), (quarters, "up to 400 figures")):
        with pytest.raises(ChannelRefused, match=words):
            require_figures(wrong, date(2014, 7, 1))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.BOARD_MEMBER, Role.PANEL_MEMBER])
def test_nobody_else_proposes_figures(barnet: PanelWorld, role: Role) -> None:
    person = member(barnet.council, role)
    with pytest.raises(ChannelRefused):
        proposed(barnet, by=person)
    with pytest.raises(DatabaseError), barnet.as_person(person):
        FigureRelease.objects.create(
            council=barnet.council, panel=barnet.panel, audience="boards", choice="rounded", title="T",
            reason="R", proposed_by=person,
        )  # fmt: skip


def test_figures_that_nobody_counts_are_refused_in_words(barnet: PanelWorld) -> None:
    with pytest.raises(ChannelRefused, match="something that is not counted here"):
        proposed(barnet, Group.over("outcomes", APRIL))


# Who reads what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (
            role,
            role in {Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR, Role.BOARD_MEMBER, Role.REPORT_AUTHOR},
        )
        for role in Role
    ],
)
def test_released_figures_are_read_by_boards_and_report_authors(
    barnet: PanelWorld, role: Role, reads: bool
) -> None:
    approved(barnet, proposed(barnet), deputy(barnet))
    person = member(barnet.council, role)
    assert printed(barnet, person) == (["20"] if reads else [])
    with barnet.as_person(person):
        assert ReleasedFigure.objects.count() == int(reads)
        assert FigureRelease.objects.count() == int(reads)


def test_proposals_are_seen_by_who_leads_the_panel_and_nobody_else(barnet: PanelWorld) -> None:
    proposed(barnet)
    for role in (Role.BOARD_MEMBER, Role.PANEL_MEMBER, Role.CHANNEL_CHAIR):
        person = member(barnet.council, role)
        with barnet.as_person(person):
            assert ReleasedFigure.objects.count() == FigureRelease.objects.count() == 0
            assert not led_releases(council_access(person, barnet.council)).exists()
    with barnet.as_chair():
        assert led_releases(council_access(barnet.chair, barnet.council)).count() == 1


def test_another_council_reads_no_figure_and_its_register_is_its_own(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    decided(barnet, FigureChoice.FEWER_THAN_FIVE)
    decided(southwark, FigureChoice.FEWER_THAN_FIVE)
    approved(barnet, proposed(barnet, YEAR), deputy(barnet))
    approved(southwark, proposed(southwark, SECOND_HALF), deputy(southwark))
    assert printed(southwark, member(southwark.council, Role.BOARD_MEMBER)) == ["18"]
    outsider = member(southwark.council, Role.BOARD_MEMBER)
    with council_scope(user_id=outsider.pk, council=barnet.council):
        assert not FigureRelease.objects.exists()
        assert not ReleasedFigure.objects.exists()
        assert not FigureProfile.objects.exists()


# Exact counts ---------------------------------------------------------------------------------------


def test_a_panels_cases_are_counted_by_quarter_and_sector(barnet: PanelWorld, southwark: PanelWorld) -> None:
    for world, days in (
        (barnet, (date(2014, 4, 1), date(2014, 6, 30), date(2014, 7, 1))),
        (southwark, (date(2014, 4, 1),)),
    ):
        for number, day in enumerate(days):
            with world.as_chair():
                story = facts(world.council, f"{world.canary}{number}")
                cases.create_case(
                    panel=world.panel,
                    facts=cases.CaseFacts(**{**vars(story), "referred_on": day}),
                    no_intelligence=True,
                    by=world.chair,
                )
    with barnet.as_chair():
        cubes = case_counts(council_access(barnet.chair, barnet.council), barnet.panel)
    assert dict(cubes["referrals"].cells) == {
        (Quarter(2014, 2), ("education", "unknown", "unknown")): 2,
        (Quarter(2014, 3), ("education", "unknown", "unknown")): 1,
    }
    assert dict(cubes["adoptions"].cells) == {}
    board_member = member(barnet.council, Role.BOARD_MEMBER)
    with barnet.as_person(board_member):
        cubes = case_counts(council_access(board_member, barnet.council), barnet.panel)
    assert {name: dict(cube.cells) for name, cube in cubes.items()} == {name: {} for name in cubes}


def test_the_chair_reads_exact_figures_and_each_look_is_one_event(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        found = figures.read_exact_figures(
            panel=barnet.panel, groups=year_to_date(YEAR, APRIL), by=barnet.chair, counts=WOLVERHAMPTON
        )
    assert [figure.printed for figure in found] == ["2", "1", "9", "9", "3", "12", "21", "18"]
    assert events(barnet, "exact_figures_read") == 1
    person = member(barnet.council, Role.BOARD_MEMBER)
    with pytest.raises(ChannelRefused), barnet.as_person(person):
        figures.read_exact_figures(panel=barnet.panel, groups=[YEAR], by=person, counts=WOLVERHAMPTON)


def test_exact_figures_are_not_shown_if_the_look_cannot_be_recorded(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise DatabaseError("no event")

    monkeypatch.setattr(figures, "record", broken)
    with pytest.raises(DatabaseError), barnet.as_chair():
        figures.read_exact_figures(panel=barnet.panel, groups=[YEAR], by=barnet.chair, counts=WOLVERHAMPTON)


def test_each_step_of_a_release_is_one_event(barnet: PanelWorld) -> None:
    second = deputy(barnet)
    decided(barnet, FigureChoice.ROUNDED)
    release = proposed(barnet)
    other = proposed(barnet, SECOND_HALF)
    approved(barnet, release, second)
    with barnet.as_person(second):
        figures.decline_release(release=other, decision="Not wanted", by=second)
    assert [
        events(barnet, name)
        for name in ("figure_profile_decided", "figures_proposed", "figures_released", "figures_declined")
    ] == [1, 2, 1, 1]


def events(world: PanelWorld, action: str) -> int:
    with world.as_chair():
        return Event.objects.filter(action=f"channel.{action}", restricted=True).count()
