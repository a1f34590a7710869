"""The demo's Channel panels: every word of them is invented, and nobody is meant.

Barnet's panel has a meeting open today with one case, which its chair and one member can read; its other
cases stand at every stage (demo_cases.py) and only the chair and the secretary can read them. Southwark's
has a case that nobody of Barnet can see. Both are made by the services, in the scope of the panel's own
chair: no other scope could make them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from channel import demo_cases, demo_panels, queries
from channel.enums import Agency, Capacity, SourceSector, StatementKind
from channel.models import ChannelCase, ChannelMeeting, Panel, Seat
from channel.services import cases, grants, meetings, panels, statements
from channel.services.panels import Place
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services import memberships
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope

MEETING_STATEMENT = (
    "I am here as a member of this panel. What I read and hear about a case at this meeting I keep to "
    "myself, and use only to help the panel decide what support to offer.\n\n"
    "I do not copy, photograph or forward a summary, and I do not talk about a case outside this meeting "
    "except with the people who need to act on what the panel has agreed.\n\n"
    "If I find that I know the person a case is about, I tell the chair at once."
)
ANNUAL_STATEMENT = (
    "I prepare this panel's cases between its meetings. I open a case only when the panel's work needs "
    "it, and I know that each time is recorded.\n\n"
    "I give a person access to a case by name, for as long as they need it, and I end it when they do "
    "not."
)
BARNET_CASE = (
    "A school asked for advice after a pupil in the sixth form shared violent videos in a group chat and "
    "said that they admired the people who made them. The pupil has few friends and has missed many "
    "lessons since the summer. A youth worker whom they trust has offered to meet them each week. The "
    "panel is asked whether a mentor and help with attendance would be enough, and who should talk to the "
    "family first."
)
SOUTHWARK_CASE = (
    "A housing officer was worried by remarks that a tenant made more than once about a neighbour's "
    "faith. The tenant lost work in the spring and lives alone. The panel is asked to consider support "
    "with work and loneliness before anything else."
)


def load(*, councils: dict[str, Council], people: dict[str, User]) -> None:
    """Make both panels, once, and see to it that Barnet has a meeting open today."""
    chair, member = people["chair@barnet.example"], people["panel@barnet.example"]
    barnet = councils["barnet"]
    for person in (chair, member):
        demo_panels.promise(barnet, person)
    with council_scope(user_id=chair.pk, council=barnet):
        panel = _panel(barnet, "Barnet Channel panel", chair)
        # Of a police area from which nobody sits here: at the meeting one member alone reads it, by name.
        case = _case(panel, chair, BARNET_CASE, "City of London", SourceSector.EDUCATION)
        if not Seat.objects.filter(panel=panel, person=member).exists():
            panels.seat_person(
                panel=panel, person=member, capacity=Capacity.MEMBER, place=Place(Agency.HEALTH), by=chair
            )
            grants.grant_case(case=case, person=member, by=chair)
        demo_cases.tell_stories(panel=panel, chair=chair)
        demo_panels.seat_everybody(panel=panel, people=people, chair=chair)
        demo_panels.keep_calendar(panel=panel, chair=chair)
        _open_meeting_today(panel, case, chair)
        demo_panels.release_figures(panel=panel, people=people, chair=chair)

    southwark = councils["southwark"]
    other = _chair_of(southwark, people)
    demo_panels.promise(southwark, other)
    with council_scope(user_id=other.pk, council=southwark):
        panel = _panel(southwark, "Southwark Channel panel", other)
        _case(panel, other, SOUTHWARK_CASE, "Metropolitan", SourceSector.LOCAL_AUTHORITY)


def _panel(council: Council, name: str, chair: User) -> Panel:
    found = Panel.objects.filter(council=council, name=name).first()
    panel = found or panels.found_panel(council=council, name=name, by=chair)
    for kind, text in (
        (StatementKind.MEETING, MEETING_STATEMENT),
        (StatementKind.ANNUAL, ANNUAL_STATEMENT),
    ):
        if queries.current_statement(council, kind) is None:
            statements.publish_statement(panel=panel, kind=kind, text=text, by=chair)
    access = council_access(chair, council)
    annual = queries.current_statement(council, StatementKind.ANNUAL)
    if annual is not None and not queries.prepared_panels(access).filter(pk=panel.pk).exists():
        statements.acknowledge(panel=panel, statement_id=annual.pk, by=chair)
    return panel


def _case(panel: Panel, chair: User, summary: str, police_area: str, sector: SourceSector) -> ChannelCase:
    found = ChannelCase.objects.filter(council=panel.council, panel=panel).order_by("created_at").first()
    return found or cases.create_case(
        panel=panel,
        facts=cases.CaseFacts(
            summary=summary,
            residence=panel.council,
            police_area=police_area,
            source_sector=sector,
            referred_on=timezone.localdate() - timedelta(days=24),
        ),
        no_intelligence=True,
        by=chair,
    )


def _open_meeting_today(panel: Panel, case: ChannelCase, chair: User) -> None:
    access = council_access(chair, panel.council)
    if queries.open_meetings(access).filter(panel=panel).exists():
        return
    now = timezone.localtime()
    starts_at = now.replace(minute=0, second=0, microsecond=0)
    meeting: ChannelMeeting = meetings.plan_meeting(panel=panel, starts_at=starts_at, by=chair)
    meetings.list_case(meeting=meeting, case=case, by=chair)
    meetings.open_meeting(meeting=meeting, by=chair)


def _chair_of(council: Council, people: Mapping[str, User]) -> User:
    """Southwark's chair: nobody signs in as them, so the account has no password."""
    email = f"chair@{council.slug}.example"
    chair = people.get(email) or User.objects.filter(email=email).first()
    if chair is None:
        chair = User.objects.create_user(email, name=f"Channel Chair, {council.name}")
        with service_scope(council=council):
            memberships.grant(user=chair, council=council, role=Role.CHANNEL_CHAIR, by=None)
    return chair
