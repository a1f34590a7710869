"""No block of a report holds anything of another council, whichever of the two walls is taken away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from channel.disclosure.groups import Group, Quarter
from channel.enums import Audience, FigureChoice
from compliance.models import Action, ActionPlan, Objective, Recommendation, ScrutinyReview
from partnerships.models import Board, Grant, Meeting, PartnershipEvent, Seat
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web import report_blocks
from tests.channel.factories import PanelWorld, panel_world
from tests.channel.test_figures import approved, counting, decided, deputy, proposed
from tests.compliance.risks import risk_world
from tests.compliance.rounds import answer_for_test, make_local_item, make_next_round, make_round
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.training.delivery_factories import delivered
from tests.training.factories import JUNE, SEPTEMBER, accepted, returned
from training.enums import PeriodKind

pytestmark = pytest.mark.django_db

PERIOD = (date(2014, 4, 1), SEPTEMBER[1])
AUGUST = date(2018, 8, 1)
WITHOUT_WORDS = {"channel_figures_boards", "channel_figures_public", "panel_meetings"}
"""Blocks that hold numbers and nothing that a council wrote: their rows are compared."""


@dataclass
class Town:
    """A council in which every text that a block can print holds the council's word."""

    council: Council
    word: str

    def blocks(self, name: str) -> list[report_blocks.Block]:
        today = timezone.localdate()
        period = (today, today) if name == "panel_meetings" else PERIOD
        return report_blocks.blocks_of(name, self.council, *period, today)

    def told(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        """What each block says, and the last cells of its rows."""
        found = {name: self.blocks(name) for name in report_blocks.names()}
        return (
            {name: json.dumps([block.as_json() for block in own]) for name, own in found.items()},
            {name: [row[-1] for block in own for row in block.rows] for name, own in found.items()},
        )


def town(word: str) -> Town:
    """A council with a row for each block besides those about Channel."""
    risks = risk_world(word.lower())
    risks.publish(f"Heading of {word}", f"Text of {word}")
    _plans(risks.council, risks.keeper, word)
    _training(risks.council, word)
    _partnership(risks.council, risks.keeper, word)
    return Town(risks.council, word)


def _release(panel: PanelWorld) -> None:
    """Twenty referrals in the year, released to boards and to the public."""
    year = Group.over("referrals", Quarter(2014, 2), Quarter(2015, 1))
    second, counts = deputy(panel), counting(0, 0, 0, 20)
    decided(panel, FigureChoice.ROUNDED, Audience.PUBLIC)
    for audience in Audience:
        approved(panel, proposed(panel, year, audience=audience, counts=counts), second, counts=counts)


def _plans(council: Council, coordinator: User, word: str) -> None:
    first = make_round(council, coordinator, date(2016, 4, 1))
    with service_scope(council=council):
        make_local_item(council, coordinator, prompt=f"Item of {word}")
        later = make_next_round(first, coordinator, period_start=date(2017, 4, 1))
        answer_for_test(later, "S-01", coordinator, response=f"Response of {word}")
        plan = ActionPlan.objects.create(
            council=council, title=f"Plan of {word}", starts_on=date(2018, 4, 1), ends_on=date(2019, 3, 31)
        )
        ActionPlan.objects.create(
            council=council,
            title=f"District's plan of {word}",
            kind="district",
            district=CouncilFactory.create(parent=council, tier=Tier.DISTRICT),
            starts_on=date(2018, 4, 1),
            ends_on=date(2019, 3, 31),
        )
        objective = Objective.objects.create(council=council, plan=plan, number=1, title=f"Aim of {word}")
        Action.objects.create(
            council=council,
            plan=plan,
            objective=objective,
            number=100,
            title=f"Action of {word}",
            first_due_on=AUGUST,
            due_on=AUGUST,
        )
        review = ScrutinyReview.objects.create(
            council=council, title=f"Review of {word}", panel=word, state="open", presented_on=AUGUST
        )
        Recommendation.objects.create(council=council, review=review, number=1, wording=f"Advice to {word}")


def _training(council: Council, word: str) -> None:
    trust = OrganisationFactory.create(name=f"Trust of {word}")
    for period, compliant in ((JUNE, 90), (SEPTEMBER, 80)):
        accepted(returned(council, trust, compliant, 100, for_council=True, period=period), council)
    service = OrganisationFactory.create(name=f"Service of {word}", kind="council_service")
    span = (date(2017, 11, 1), date(2018, 8, 31))
    free = {"period": span, "period_kind": PeriodKind.FREE}
    accepted(returned(council, service, 1, 2, for_council=True, **free), council)
    linked(council, OrganisationFactory.create(name=f"School of {word}", kind="school"))
    with service_scope(council=council):
        delivered(council, 7, on=AUGUST, audience=f"Audience of {word}", host=f"Host of {word}")


def _partnership(council: Council, coordinator: User, word: str) -> None:
    with service_scope(council=council):
        board = Board.objects.create(council=council, name=f"Board of {word}")
        Seat.objects.create(
            council=council, board=board, organisation=linked(council, OrganisationFactory.create(name=word))
        )
        Meeting.objects.create(council=council, board=board, held_on=AUGUST, state="held")
        Grant.objects.create(
            council=council,
            title=f"Grant of {word}",
            funder=word,
            awarded=1,
            starts_on=date(2018, 4, 1),
            ends_on=date(2019, 3, 31),
        )
        PartnershipEvent.objects.create(
            council=council, owner=coordinator, title=f"Event of {word}", kind="other", starts_on=AUGUST
        )


def test_every_block_holds_its_own_council_and_nothing_of_another() -> None:
    one, other = town("Alphaville"), town("Betatown")
    _release(panel_world(one.council.slug))
    both = one_coordinator_of(one.council, other.council)
    for here, there, figures in ((one, other, ["20"]), (other, one, [])):
        # With both walls: as a person at work in the council, who is at home in the other as well.
        with council_scope(user_id=both.pk, council=here.council):
            texts, cells = here.told()
        _holds_only(here, there, texts)
        assert cells["channel_figures_boards"] == cells["channel_figures_public"] == figures
        # The filter alone: a scope in which the database shows the rows of both councils.
        with own_councils_scope(user_id=both.pk):
            texts, _ = here.told()
        _holds_only(here, there, texts)
    # The database alone: a council is asked for in the scope of the other one.
    with council_scope(user_id=both.pk, council=other.council):
        texts, cells = one.told()
    for name, text in texts.items():
        assert one.word not in text, name
        assert other.word not in text, name
    assert [cells[name] for name in WITHOUT_WORDS] == [[], [], []]


def one_coordinator_of(*councils: Council) -> User:
    """A person who is a coordinator in all of them."""
    person = member(councils[0], Role.COORDINATOR)
    for council in councils[1:]:
        give_role(person, council, Role.COORDINATOR)
    return person


def _holds_only(here: Town, there: Town, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert there.word not in text, name
        assert (here.word in text) == (name not in WITHOUT_WORDS), name
