"""A council with a risk register, its keeper, a reader of one risk, and canaries in every restricted word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from compliance.models import Action, ActionPlan, Objective, Risk, RiskReader, RiskSummary
from compliance.policies.risks import Declaration
from compliance.services.risk_audiences import add_reader, appoint_keeper
from compliance.services.risk_summaries import approve_summary, propose_summary
from compliance.services.risks import create_risk, link_action
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.factories import CouncilFactory, member

DECLARED = Declaration(no_intelligence=True)


@dataclass
class RiskWorld:
    """One council's register with one risk."""

    council: Council
    administrator: User
    keeper: User
    reader: User
    auditor: User
    risk: Risk
    action: Action
    canary: str

    @property
    def base(self) -> str:
        return f"/c/{self.council.slug}/risks/register/"

    @property
    def address(self) -> str:
        return f"{self.base}{self.risk.pk}/"

    @contextmanager
    def as_person(self, person: User) -> Iterator[None]:
        with council_scope(user_id=person.pk, council=self.council):
            yield

    def events(self) -> list[tuple[str, int | None]]:
        """Events of the register as the data protection officer reads them: what, and who."""
        with self.as_person(self.auditor):
            return [
                (event.action.removeprefix("compliance.risk_"), event.actor_id)
                for event in Event.objects.filter(
                    council_id=self.council.pk, action__startswith="compliance.risk_"
                ).order_by("id")
            ]

    def add(self, **fields: Any) -> Risk:
        """Another risk of the keeper's."""
        with self.as_person(self.keeper):
            return create_risk(council=self.council, by=self.keeper, **{**facts(self.keeper), **fields})

    def seat(self, person: User, risk: Risk | None = None, ends_on: date | None = None) -> RiskReader:
        """Put a person on the audience of a risk, or of the register."""
        with self.as_person(self.keeper):
            return add_reader(council=self.council, risk=risk, person=person, ends_on=ends_on, by=self.keeper)

    def publish(self, heading: str, text: str) -> RiskSummary:
        """Words that the keeper proposes and the reader, a board member, approves."""
        with self.as_person(self.keeper):
            summary = propose_summary(
                risk=self.risk, by=self.keeper, heading=heading, text=text, declaration=DECLARED
            )
        with self.as_person(self.reader):
            return approve_summary(summary=summary, by=self.reader)


def facts(owner: User, words: str = "") -> dict[str, Any]:
    """What a risk is created with."""
    today = timezone.localdate()
    return {
        "theme": f"Theme {words}",
        "description": f"Description {words}",
        "likelihood": 3,
        "impact": 4,
        "direction": "rising",
        "owner": owner,
        "review_on": today + timedelta(days=90),
        "sources": {"ctlp": today - timedelta(days=30)},
        "declaration": DECLARED,
    }


def risk_world(slug: str) -> RiskWorld:
    """A register kept by a coordinator, with one risk that a board member may read as well."""
    council = CouncilFactory.create(slug=slug, name=slug.capitalize())
    administrator = member(council, Role.ADMINISTRATOR)
    keeper = member(council, Role.COORDINATOR)
    reader = member(council, Role.BOARD_MEMBER)
    auditor = member(council, Role.AUDITOR)
    canary = f"CNRY{slug.upper()}"
    action = plan_action(council)
    with council_scope(user_id=administrator.pk, council=council):
        appoint_keeper(council=council, person=keeper, by=administrator)
    with council_scope(user_id=keeper.pk, council=council):
        risk = create_risk(council=council, by=keeper, note=f"Note {canary}", **facts(keeper, canary))
        link_action(risk=risk, action=action, by=keeper)
        add_reader(council=council, risk=risk, person=reader, ends_on=None, by=keeper)
    return RiskWorld(council, administrator, keeper, reader, auditor, risk, action, canary)


def plan_action(council: Council) -> Action:
    """An action of a plan of the council, straight into its tables."""
    today = timezone.localdate()
    with service_scope(council=council):
        plan = ActionPlan.objects.create(
            council=council, title="Plan", starts_on=today, ends_on=today + timedelta(days=365)
        )
        objective = Objective.objects.create(council=council, plan=plan, number=1, title="Objective")
        return Action.objects.create(
            council=council,
            plan=plan,
            objective=objective,
            number=1,
            title="An action",
            first_due_on=today,
            due_on=today,
        )


def words_of_form(owner: User, **fields: str) -> dict[str, str]:
    """What the form of a new risk sends."""
    later = timezone.localdate() + timedelta(days=60)
    before = timezone.localdate() - timedelta(days=10)
    return {
        "theme": "Online harms at home",
        "description": "Schools ask for advice more often.",
        "likelihood": "4",
        "impact": "3",
        "direction": "steady",
        "source_referrals": before.isoformat(),
        "owner": str(owner.pk),
        "review_on": later.isoformat(),
        "no_intelligence": "on",
        **fields,
    }
