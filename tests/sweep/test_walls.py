"""With one wall taken away the other one holds; with both gone the same walk shows it (TI-3, TI-6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client

from channel.models import ChannelCase
from compliance.services import positions
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.scope import council_scope
from prevent_portal.web import matrix
from prevent_portal.web import middleware as web_middleware
from tests.accounts.sessions import sign_in
from tests.figures import RecordFigure
from tests.isolation.catalogue import isolated_tables
from tests.sweep.addresses import addresses
from tests.sweep.personas import BOTH, HOME, NEIGHBOUR, PERSONAS, Persona
from tests.sweep.walk import Visit, read, walk
from tests.sweep.walls import council_filters_deleted, signed_in_as_the_owner
from tests.sweep.world import Planted, World, every_model

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

NOT_ISOLATED = {"accounts.User", "partnerships.Organisation", "outbox.Email"}
"""Models whose rows belong to no council; names of people stand on many pages."""


class Seen:
    """What a look at every page of a council came across."""

    def __init__(self) -> None:
        self.pages = 0
        self.shown = 0
        self.planted: set[Planted] = set()

    def of(self, place: str) -> set[str]:
        """Models of a council's own rows that were seen."""
        return {p.model for p in self.planted if p.place == place and p.model not in NOT_ISOLATED}


def look(world: World, client: Client) -> Seen:
    """Open every page of the home council, asking for its own objects and for the neighbour's."""
    seen = Seen()
    cookies = dict(client.cookies)
    for route in matrix.live_routes():
        if "GET" not in route.needs or not route.path.startswith("c/<slug:council>"):
            continue
        for address in addresses(world, route):
            if address.kind in ("own", "foreign"):
                client.cookies.update(cookies)
                with transaction.atomic():
                    answer = read(client.get(address.url))
                    transaction.set_rollback(True)
                seen.pages += 1
                seen.shown += answer.status == 200
                seen.planted |= set(world.found_in(answer.text))
    return seen


def person_of_both(world: World) -> Client:
    """A coordinator of two councils, who in the neighbour's is also the panel's chair."""
    user = User.objects.get(pk=world.places[HOME].people[BOTH].pk)
    return sign_in(Client(raise_request_exception=False), user)


@pytest.mark.figures("council filters deleted")
def test_with_every_council_filter_deleted_nothing_of_the_other_council_is_shown(
    world: World, record_figure: RecordFigure
) -> None:
    # The control comes first: the owner's connection would wait for rows that this test's own has changed.
    with signed_in_as_the_owner():
        other = person_of_both(world)
        with council_filters_deleted():
            control = look(world, other)
    client = person_of_both(world)
    with council_filters_deleted() as deleted:
        seen = look(world, client)
    assert seen.of(NEIGHBOUR) == set()
    assert len(seen.of(HOME)) >= 10, "the pages do show what is the council's own"
    assert deleted.filters > 100
    leaked = control.of(NEIGHBOUR)
    assert len(leaked) >= 10, "the control: without the policies the same pages show the other council's rows"
    record_figure(
        "council filters deleted",
        {"pages": seen.pages, "filters dropped": deleted.filters, "kinds of foreign rows shown": 0},
        control={"kinds of foreign rows shown without the policies": len(leaked)},
    )


@contextmanager
def no_scope(**kwargs: Any) -> Iterator[None]:
    """What is left of a scope whose settings nobody makes: its transaction."""
    with transaction.atomic():
        yield


@pytest.mark.figures("scope middleware off")
def test_with_the_scope_switched_off_nobody_gets_any_row(
    world: World, monkeypatch: pytest.MonkeyPatch, record_figure: RecordFigure
) -> None:
    client = person_of_both(world)
    control = look(world, client)
    monkeypatch.setattr(web_middleware, "council_scope", no_scope)
    monkeypatch.setattr(web_middleware, "own_councils_scope", no_scope)
    seen = look(world, client)
    assert (seen.shown, seen.of(HOME), seen.of(NEIGHBOUR)) == (0, set(), set())

    def with_access(person: User, council: Any) -> Any:
        with council_scope(user_id=person.pk, council=council):
            return council_access(person, council)

    # Even with the person's rights known to the views, the rows stay away. The overview's picture is made for
    # all readers in a scope of the council's own (record 31), which is switched off with the others.
    monkeypatch.setattr(positions, "service_scope", no_scope)
    monkeypatch.setattr(web_middleware, "council_access", with_access)
    entitled = look(world, client)
    assert entitled.of(HOME) | entitled.of(NEIGHBOUR) == set()
    assert entitled.shown > 10
    record_figure(
        "scope middleware off",
        {"pages": seen.pages + entitled.pages, "kinds of rows shown": 0},
        control={"kinds of rows shown with the scope on": len(control.of(HOME))},
    )


def test_rows_of_every_isolated_model_are_hidden_without_any_filter(world: World) -> None:
    """Every model's default queryset, unfiltered, for a person of both councils at work in one."""
    user = User.objects.get(pk=world.places[HOME].people[BOTH].pk)
    owned = [model for model in every_model() if model._meta.db_table in set(isolated_tables())]
    assert len(owned) > 20
    home = world.places[HOME].council
    with council_scope(user_id=user.pk, council=home):
        for model in owned:
            councils = set(model._default_manager.values_list("council_id", flat=True))
            assert councils <= {home.pk}, model._meta.label


def persona(name: str) -> Persona:
    return next(each for each in PERSONAS if each.name == name)


def routes(start: str) -> list[matrix.Route]:
    return [route for route in matrix.live_routes() if route.path.startswith(start)]


def test_the_sweep_reports_a_view_that_checks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = routes("c/<slug:council>/plans/")
    lines = matrix.read()
    assert walk(world, persona("councillor"), plans, lines).faults == []
    monkeypatch.setattr("prevent_portal.accounts.access.CouncilAccess.may", lambda self, name: True)
    found = walk(world, persona("councillor"), plans, lines)
    assert len(found.faults) >= len(plans)
    assert found.leaks, "a councillor reads a plan"


def test_the_sweep_reports_leaks_when_no_policy_and_no_filter_is_left(world: World) -> None:
    plans = routes("c/<slug:council>/plans/")
    with signed_in_as_the_owner(), council_filters_deleted():
        found = walk(world, persona("coordinator"), plans, matrix.read())
    assert any("foreign and random differ" in leak for leak in found.leaks)
    assert any(f"of {NEIGHBOUR}" in leak for leak in found.leaks)


def test_the_sweep_reports_a_case_that_opens_to_who_did_not_sign(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the room's own rule the database's wall holds; without both the case and its words are seen."""
    pages = routes("c/<slug:council>/channel/cases/")
    unsigned, lines = persona("panel member, unsigned"), matrix.read()

    def of_the_council(access: CouncilAccess) -> QuerySet[ChannelCase]:
        return ChannelCase.objects.filter(council=access.council)

    monkeypatch.setattr("channel.queries.readable_cases", of_the_council)
    # First, because the owner's connection would wait for rows that this test's own has changed.
    with signed_in_as_the_owner():
        found = walk(world, unsigned, pages, lines, thorough=False)
    case = "GET c/<slug:council>/channel/cases/<slug:reference>/ (own)"
    assert f"{unsigned.name}: {case}: 200 instead of 404" in found.faults
    assert f"{unsigned.name}: {case} shows channel.ChannelCase.summary of {HOME}" in found.leaks
    cases = "GET c/<slug:council>/channel/cases/ (own)"
    assert f"{unsigned.name}: {cases} shows channel.ChannelCase.reference of {HOME}" in found.leaks
    held = walk(world, unsigned, pages, lines, thorough=False)
    assert (held.faults, held.leaks) == ([], [])


def test_the_sweep_reports_a_route_without_an_expectation(world: World) -> None:
    found = walk(world, persona("coordinator"), routes("c/<slug:council>/plans/"), {})
    assert all("does not say what to expect" in fault for fault in found.faults)
    assert found.faults


def test_a_visit_leaves_nothing_behind(world: World) -> None:
    from django.contrib.sessions.models import Session

    visit = Visit(world, persona("coordinator"))
    before = Session.objects.count()
    visit.ask("POST", "/account/sign-out-everywhere/")
    assert Session.objects.count() == before
    assert visit.ask("GET", "/my-work/").status == 200
