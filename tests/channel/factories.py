"""A council's panel with a meeting, a case and its people, made through the services as its chair would."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from channel.enums import Capacity, SourceSector, StatementKind
from channel.models import ChannelCase, ChannelMeeting, Panel, StatementVersion
from channel.services import cases, grants, meetings, panels, statements
from partnerships.enums import AcknowledgementScope
from partnerships.models import Acknowledgement as PromiseOfConfidentiality
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.canaries.words import planted
from tests.factories import CouncilFactory, member


@dataclass
class PanelWorld:
    """One council's panel. ``canary`` stands in every text that only entitled people may see.

    What is sealed holds a word of tests/canaries besides, which no test may find anywhere else.
    """

    council: Council
    canary: str
    chair: User
    panel: Panel
    statement: StatementVersion
    annual: StatementVersion
    meeting: ChannelMeeting
    case: ChannelCase
    members: dict[str, User] = field(default_factory=dict)

    def as_chair(self) -> Any:
        return council_scope(user_id=self.chair.pk, council=self.council)

    def as_person(self, person: User) -> Any:
        return council_scope(user_id=person.pk, council=self.council)

    def seat(
        self,
        role: Role = Role.PANEL_MEMBER,
        *,
        granted: bool = True,
        capacity: Capacity = Capacity.MEMBER,
        **dates: Any,
    ) -> User:
        """A new person with a seat, and a grant on the case unless told otherwise."""
        person = panellist(self.council, role)
        with self.as_chair():
            panels.seat_person(panel=self.panel, person=person, capacity=capacity, by=self.chair)
            if granted:
                grants.grant_case(case=self.case, person=person, by=self.chair, **dates)
        return person

    def sign(self, person: User, meeting: ChannelMeeting | None = None) -> None:
        with self.as_person(person):
            statements.sign_statement(
                meeting=meeting or self.meeting, statement_id=self.statement.pk, by=person
            )

    def new_case(self, canary: str, panel: Panel | None = None) -> ChannelCase:
        with self.as_chair():
            return cases.create_case(
                panel=panel or self.panel,
                facts=facts(self.council, canary),
                no_intelligence=True,
                by=self.chair,
            )

    def new_meeting(self, *, opened: bool = True, lists: ChannelCase | None = None) -> ChannelMeeting:
        with self.as_chair():
            meeting = meetings.plan_meeting(panel=self.panel, starts_at=timezone.now(), by=self.chair)
            if lists is not None:
                meetings.list_case(meeting=meeting, case=lists, by=self.chair)
            return meetings.open_meeting(meeting=meeting, by=self.chair) if opened else meeting


def promise(
    person: User, council: Council, *, starts: int = -30, ends: int = 335
) -> PromiseOfConfidentiality:
    """A promise of confidentiality in the partnership's register, without which no case opens.

    Args:
        starts: its first day, counted from today.
        ends: its last day, likewise.
    """
    today = timezone.localdate()
    with service_scope(council=council):
        return PromiseOfConfidentiality.objects.create(
            council=council,
            title="Promise of confidentiality",
            owner=person,
            person=person,
            covers=AcknowledgementScope.CHANNEL,
            starts_on=today + timedelta(days=starts),
            ends_on=today + timedelta(days=ends),
        )


def panellist(council: Council, role: Role = Role.PANEL_MEMBER, **fields: Any) -> User:
    """A new person with a role of Channel and a promise of confidentiality in force."""
    person = member(council, role, **fields)
    promise(person, council)
    return person


def facts(council: Council, canary: str) -> cases.CaseFacts:
    return cases.CaseFacts(
        summary=f"An invented summary {canary} for a test: {planted()}.",
        national_reference=national_reference(canary),
        residence=council,
        police_area=f"Area {canary}",
        source_sector=SourceSector.EDUCATION,
    )


@functools.cache
def national_reference(canary: str) -> str:
    """The same for the same case, so that describing it once more changes nothing here."""
    return f"{planted()} 7"


def panel_world(slug: str, *, starts_at: datetime | None = None) -> PanelWorld:
    """A council with a chair, one open meeting and one case on its list; nobody else has a seat yet."""
    council = CouncilFactory.create(slug=slug, name=slug.title())
    canary = f"CNRY{slug.upper()}"
    chair = panellist(council, Role.CHANNEL_CHAIR)
    with council_scope(user_id=chair.pk, council=council):
        panel = panels.found_panel(council=council, name=f"Panel {canary}", by=chair)
        statement = statements.publish_statement(
            panel=panel, kind=StatementKind.MEETING, text=f"Words of the meeting {canary}", by=chair
        )
        annual = statements.publish_statement(
            panel=panel, kind=StatementKind.ANNUAL, text=f"Words of the year {canary}", by=chair
        )
        statements.acknowledge(panel=panel, statement_id=annual.pk, by=chair)
        case = cases.create_case(panel=panel, facts=facts(council, canary), no_intelligence=True, by=chair)
        meeting = meetings.plan_meeting(panel=panel, starts_at=starts_at or timezone.now(), by=chair)
        meetings.list_case(meeting=meeting, case=case, by=chair)
        meeting = meetings.open_meeting(meeting=meeting, by=chair)
    return PanelWorld(council, canary, chair, panel, statement, annual, meeting, case)
