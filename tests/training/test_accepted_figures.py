"""Reports print what the council had accepted on the day, and name what came and waits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.report_blocks import Block, blocks_of
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory
from tests.training.factories import (
    SEPTEMBER,
    accepted,
    all_accepted,
    returned,
    returned_by_many,
    reviewed,
    shared,
)
from tests.training.test_isolation import at
from training.enums import PeriodKind, Reported, ReturnState
from training.models import TrainingReturn
from training.queries.returns import reported_returns

pytestmark = pytest.mark.django_db
LATER = date(2019, 2, 28)


def block_of(council: Council, as_at: date = LATER, name: str = "training_returns") -> Block:
    with service_scope(council=council):
        (block,) = blocks_of(name, council, *SEPTEMBER, as_at)
    return block


def superseded(old: TrainingReturn) -> None:
    with service_scope(council=old.council):
        TrainingReturn.objects.filter(pk=old.pk).update(is_current=False)


def test_a_report_holds_the_version_accepted_on_its_day_and_a_later_query_takes_it_back() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    sent: dict[str, Any] = {"for_council": True, "period": SEPTEMBER}
    first = returned(council, trust, 80, 100, submitted_at=at(date(2018, 10, 5)), **sent)
    accepted(first, council, at(date(2018, 10, 20)))
    superseded(first)
    second = returned(council, trust, 82, 100, version=2, submitted_at=at(date(2018, 11, 5)), **sent)
    accepted(second, council, at(date(2018, 11, 20)))
    reviewed(second, council, ReturnState.QUERIED, at(date(2018, 12, 10)))
    accepted(returned(other, trust, 1, 100, **sent), other)

    def told(day: date) -> tuple[list[str], list[str]]:
        block = block_of(council, day)
        return [row[1] for row in block.rows], block.missing

    waits = "1 return waits to be accepted: Trust (Local staff), WRAP, September 2018"
    assert told(date(2018, 10, 19)) == (["Not accepted yet"], [waits])
    assert told(date(2018, 10, 20)) == (["80"], [])
    assert told(date(2018, 11, 5)) == (["80"], [f"{waits} (version 2)"])
    assert told(date(2018, 11, 20)) == (["82"], [])
    assert told(date(2018, 12, 9)) == (["82"], [])
    assert told(date(2018, 12, 10)) == (["80"], [f"{waits} (version 2)"])


def test_another_council_s_acceptance_of_a_shared_return_is_not_this_one_s() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    shared(trust, council)
    shared(trust, other)
    june = returned(council, trust, 80, 100)
    september = returned(council, trust, 82, 100, period=SEPTEMBER)
    for each in (june, september):
        accepted(each, other)
    today = date(2100, 1, 1)
    assert [row[1] for row in block_of(other, today).rows] == ["80", "82"]
    block = block_of(council, today)
    assert [row[:2] for row in block.rows] == [
        ["June 2018", "Not accepted yet"],
        ["September 2018", "Not accepted yet"],
    ]
    assert block.missing == ["2 returns wait to be accepted: Trust, WRAP, June 2018 and September 2018"]
    assert (block.bars, block.notes) == ([], [])


def test_a_service_s_figures_wait_as_well_and_nil_is_accepted_like_figures() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    year: dict[str, Any] = {
        "for_council": True,
        "period": (date(2017, 11, 1), date(2018, 12, 31)),
        "period_kind": PeriodKind.FREE,
    }
    waiting = returned(council, OrganisationFactory(name="A Waiting"), 8, 10, **year)
    nil = returned(council, OrganisationFactory(name="B Nil"), 0, 0, reported=Reported.NIL, **year)
    accepted(nil, council)
    returned(other, OrganisationFactory(name="Elsewhere"), 8, 10, **year)
    today = date(2100, 1, 1)
    block = block_of(council, today, "training_services")
    assert [[row[0], row[3], row[5]] for row in block.rows] == [
        ["B Nil", "0", "Nil"],
        ["A Waiting", "Not accepted yet", ""],
    ]
    assert [line.split(",")[0] for line in block.missing] == [
        "1 return waits to be accepted: A Waiting (Local staff)"
    ]
    accepted(waiting, council)
    block = block_of(council, today, "training_services")
    assert [[row[0], row[3], row[5]] for row in block.rows] == [
        ["A Waiting", "10", "80%"],
        ["B Nil", "0", "Nil"],
    ]
    assert block.missing == []


def test_the_coverage_page_shows_what_came_with_its_state_accepted_or_not(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    first = returned(council, OrganisationFactory(name="Trust"), 80, 100, for_council=True)
    accepted(first, council)
    superseded(first)
    with service_scope(council=council):
        organisation = first.organisation
    returned(council, organisation, 83, 100, for_council=True, version=2)
    returned(other, organisation, 1, 100, for_council=True)
    sign_in(client, member(council, Role.COORDINATOR))
    (section,) = client.get(reverse("training", args=[council.slug])).context["sections"]
    (row,) = section["table"].rows
    assert (row[2], row[4], row[6].text) == ("83", "83%", "Submitted")


def test_accepted_figures_take_three_statements_for_one_return_and_for_fifty() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    asked = []
    for number in (1, 49):
        trusts = OrganisationFactory.create_batch(number)
        all_accepted(returned_by_many(council, trusts, 80), council)
        returned_by_many(council, trusts, 81, period=SEPTEMBER)
        all_accepted(returned_by_many(other, trusts, 1), other)
        with service_scope(council=council), CaptureQueriesContext(connection) as statements:
            found = reported_returns(council)
        asked.append((len(statements), len(found.accepted), len(found.waiting)))
    assert asked == [(3, 1, 1), (3, 50, 50)]
