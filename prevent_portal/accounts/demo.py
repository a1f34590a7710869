"""The demo's councils and people: invented, named by their role, all with one password that is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from prevent_portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.services import memberships
from prevent_portal.accounts.services.role_groups import sync_council
from prevent_portal.accounts.services.second_factors import enrol_totp
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.services.councils import load_register

PASSWORD = "Prevent-demo-2026"  # noqa: S105 - printed on purpose
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - printed on purpose
"""The authenticator secret of every demo account that needs a second factor."""

COUNCILS = ("barnet", "buckinghamshire", "leicestershire", "southwark", "wolverhampton")
FIRST_DAY = date(2015, 7, 1)
"""On which the demo's councils joined and its people began: the day on which the duty came into force."""
DISTRICTS = ("blaby", "charnwood", "wycombe")
"""Districts of the demo's two counties that are on the portal themselves and share plans with the county."""
NEIGHBOURS = ("leicester",)
"""The city inside a county of the demo: the two have a joint board and one coordinator."""


@dataclass(frozen=True)
class Account:
    """One demo account: who it is and what it is good for."""

    email: str
    name: str
    roles: dict[str, tuple[Role, ...]]
    shows: str
    staff: bool = False
    superuser: bool = False

    @property
    def needs_second_factor(self) -> bool:
        held = {role for roles in self.roles.values() for role in roles}
        return self.staff or bool(held & SECOND_FACTOR_ROLES)


ACCOUNTS: tuple[Account, ...] = (
    Account(
        "officer@barnet.example",
        "Community Safety Officer",
        {"barnet": (Role.SAFETY_OFFICER,)},
        "My work: logs progress on actions of Barnet's multi-agency plan",
    ),
    Account(
        "coordinator@barnet.example",
        "Prevent Coordinator, Barnet",
        {"barnet": (Role.COORDINATOR, Role.REPORT_AUTHOR)},
        "Barnet's coverage, plans and the quarterly report as PDF",
    ),
    Account(
        "submitter@royalfree.example",
        "Training Lead, Royal Free",
        {"barnet": (Role.PARTNER_SUBMITTER,)},
        "uploads the Royal Free's training return",
    ),
    Account(
        "lead@royalfree.example",
        "Prevent Lead, Royal Free",
        {"barnet": (Role.PARTNER_LEAD,)},
        "answers the checklist items that Barnet asks a partner for, and sees no others",
    ),
    Account(
        "executive@royalfree.example",
        "Executive Lead, Royal Free",
        {"barnet": (Role.PARTNER_LEAD,)},
        "is reminded when the Royal Free's training return is overdue",
    ),
    Account(
        "submitter@clch.example",
        "Training Lead, Central London Community Healthcare",
        {"barnet": (Role.PARTNER_SUBMITTER,)},
        "sees another trust's own returns and nothing of the Royal Free's",
    ),
    Account(
        "lead@clch.example",
        "Prevent Lead, Central London Community Healthcare",
        {"barnet": (Role.PARTNER_LEAD,)},
        "is reminded before and after the deadline of a training return",
    ),
    Account(
        "executive@clch.example",
        "Executive Lead, Central London Community Healthcare",
        {"barnet": (Role.PARTNER_LEAD,)},
        "is reminded when a training return is long overdue",
    ),
    Account(
        "lead@beh.example",
        "Prevent Lead, Barnet, Enfield and Haringey",
        {"barnet": (Role.PARTNER_LEAD,)},
        "stands for a trust that ended, and still reads its own returns",
    ),
    Account(
        "executive@beh.example",
        "Executive Lead, Barnet, Enfield and Haringey",
        {"barnet": (Role.PARTNER_LEAD,)},
        "stands above that lead",
    ),
    Account(
        "board@barnet.example",
        "Board Member",
        {"barnet": (Role.BOARD_MEMBER,)},
        "reads Barnet's overview and the released Channel figures",
    ),
    Account(
        "chair@barnet.example",
        "Channel Chair",
        {"barnet": (Role.CHANNEL_CHAIR,)},
        "opens the panel's meeting, writes and grants cases",
    ),
    Account(
        "panel@barnet.example",
        "Panel Member, Health",
        {"barnet": (Role.PANEL_MEMBER,)},
        "signs the meeting's statement and reads one invented case summary",
    ),
    Account(
        "deputy@barnet.example",
        "Deputy Channel Chair",
        {"barnet": (Role.CHANNEL_CHAIR,)},
        "approves figures that the chair proposed, and prepares cases in the chair's absence",
    ),
    Account(
        "secretary@barnet.example",
        "Channel Secretary",
        {"barnet": (Role.CHANNEL_ADMINISTRATOR,)},
        "keeps the panel's agenda, attendance and record; takes no workbook out",
    ),
    Account(
        "police@barnet.example",
        "Police Representative",
        {"barnet": (Role.POLICE_REPRESENTATIVE,)},
        "reads cases of residents of the police area, at meetings whose statement they signed",
    ),
    Account(
        "administrator@barnet.example",
        "Council Administrator",
        {"barnet": (Role.ADMINISTRATOR,)},
        "invites people, gives and ends roles; cannot open a case",
    ),
    Account(
        "auditor@barnet.example",
        "Data Protection Officer",
        {"barnet": (Role.AUDITOR,)},
        "reads the audit trail in sentences",
    ),
    Account(
        "coordinator@southwark.example",
        "Prevent Coordinator, Southwark",
        {"southwark": (Role.COORDINATOR, Role.REPORT_AUTHOR)},
        "answers Southwark's 17-row duty checklist",
    ),
    Account(
        "director@southwark.example",
        "Strategic Director of Housing and Modernisation",
        {"southwark": (Role.REPORT_AUTHOR,)},
        "signed Southwark's cabinet report as its lead officer",
    ),
    Account(
        "cabinet@southwark.example",
        "Cabinet Member for Communities and Safety",
        {"southwark": (Role.CABINET_MEMBER,)},
        "signed Southwark's cabinet report last",
    ),
    Account(
        "law@southwark.example",
        "Director of Law and Democracy",
        {"southwark": (Role.CONSULTEE,)},
        "writes the legal advice of a report, and sees no other section",
    ),
    Account(
        "finance@southwark.example",
        "Strategic Director of Finance and Governance",
        {"southwark": (Role.CONSULTEE,)},
        "writes the financial advice of a report, and sees no other section",
    ),
    Account(
        "democratic@southwark.example",
        "Constitutional Officer, Southwark",
        {"southwark": (Role.COORDINATOR, Role.DEMOCRATIC_SERVICES)},
        "made Southwark's cabinet report final, and publishes it",
    ),
    Account(
        "coordinator@wolverhampton.example",
        "Prevent Coordinator, Wolverhampton",
        {"wolverhampton": (Role.COORDINATOR, Role.REPORT_AUTHOR)},
        "keeps the scrutiny review of 16 recommendations",
    ),
    Account(
        "councillor@wolverhampton.example",
        "Scrutiny Councillor",
        {"wolverhampton": (Role.COUNCILLOR,)},
        "reads the scrutiny review",
    ),
    Account(
        "officer@wolverhampton.example",
        "Community Safety Officer, Wolverhampton",
        {"wolverhampton": (Role.SAFETY_OFFICER,)},
        "proposes that recommendations are complete",
    ),
    Account(
        "democratic@wolverhampton.example",
        "Democratic Services Officer, Wolverhampton",
        {"wolverhampton": (Role.DEMOCRATIC_SERVICES,)},
        "records what the Scrutiny Board decided on the review",
    ),
    Account(
        "finance@wolverhampton.example",
        "Finance Business Partner, Wolverhampton",
        {"wolverhampton": (Role.CONSULTEE,)},
        "is asked for advice on the cost of Wolverhampton's report",
    ),
    Account(
        "law@wolverhampton.example",
        "Solicitor to the Council, Wolverhampton",
        {"wolverhampton": (Role.CONSULTEE,)},
        "is asked for legal advice on Wolverhampton's report",
    ),
    Account(
        "coordinator@buckinghamshire.example",
        "Prevent Coordinator, Buckinghamshire",
        {"buckinghamshire": (Role.COORDINATOR, Role.REPORT_AUTHOR)},
        "a county with four districts, as it was until 31 March 2020",
    ),
    Account(
        "coordinator@leicestershire.example",
        "Prevent Coordinator, Leicestershire",
        {"leicestershire": (Role.COORDINATOR, Role.REPORT_AUTHOR), "leicester": (Role.COORDINATOR,)},
        "a county with seven districts and a joint steering group; the same person serves the city",
    ),
    Account(
        "director@leicestershire.example",
        "Director of Regulatory Services, Leicestershire",
        {"leicestershire": (Role.REPORT_AUTHOR,)},
        "is asked to sign the county's briefing",
    ),
    Account(
        "coordinator@wycombe.example",
        "Prevent Coordinator, Wycombe",
        {"wycombe": (Role.COORDINATOR,)},
        "a district of Buckinghamshire with a board and a plan of its own",
    ),
    Account(
        "coordinator@charnwood.example",
        "Prevent Coordinator, Charnwood",
        {"charnwood": (Role.COORDINATOR,)},
        "a district of Leicestershire with a plan of its own",
    ),
    Account(
        "coordinator@blaby.example",
        "Prevent Coordinator, Blaby",
        {"blaby": (Role.COORDINATOR,)},
        "a district of Leicestershire whose actions stand in its community safety plan",
    ),
    Account(
        "officer@twocouncils.example",
        "Officer of Two Councils",
        {"barnet": (Role.SAFETY_OFFICER,), "southwark": (Role.SAFETY_OFFICER,)},
        "belongs to two councils; working in one shows nothing of the other",
    ),
    Account(
        "operator@portal.example",
        "Platform Operator",
        {},
        "runs the service and sees no council's data",
        staff=True,
    ),
    Account(
        "superuser@portal.example",
        "Django Superuser",
        {},
        "is a superuser to Django and still gets 404 everywhere",
        staff=True,
        superuser=True,
    ),
)


def load() -> tuple[dict[str, Council], dict[str, User]]:
    """Make the demo's councils tenants and its people members. Running it again changes nothing.

    Returns:
        Councils by slug and people by e-mail address.
    """
    load_register()
    slugs = COUNCILS + DISTRICTS + NEIGHBOURS
    councils = {council.slug: council for council in Council.objects.filter(slug__in=slugs)}
    for council in councils.values():
        if council.joined_on is None:
            council.joined_on = FIRST_DAY
            council.save(update_fields=["joined_on"])
        sync_council(council=council)
    # One password, hashed once: the hash is slow on purpose, and there are two dozen accounts.
    hashed = cache(lambda: make_password(PASSWORD))
    people = {account.email: _person(account, hashed) for account in ACCOUNTS}
    for slug, council in councils.items():
        with service_scope(council=council):
            held = set(
                Membership.objects.live().filter(council=council).values_list("user_id", "role_group__role")
            )
            for account in ACCOUNTS:
                for role in account.roles.get(slug, ()):
                    if (people[account.email].pk, role.value) not in held:
                        memberships.grant(
                            user=people[account.email],
                            council=council,
                            role=role,
                            by=None,
                            starts_on=FIRST_DAY,
                        )
    return councils, people


def _person(account: Account, hashed: Callable[[], str]) -> User:
    existing = User.objects.filter(email=account.email).first()
    if existing is not None:
        return existing
    if account.superuser:
        user = User.objects.create_superuser(account.email, name=account.name)
    else:
        user = User.objects.create_user(account.email, name=account.name, is_staff=account.staff)
    user.password = hashed()
    user.save(update_fields=["password"])
    if account.needs_second_factor:
        enrol_totp(user=user, secret=TOTP_SECRET, by=user)
    return user
