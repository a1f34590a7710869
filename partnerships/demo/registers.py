"""The demo's registers. What the councils reported is public; titles and words here are our own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import ApprovedDocument
from partnerships.queries.registers import possible_organisations, rows_of
from partnerships.registers import (
    ACKNOWLEDGEMENTS,
    AGREEMENTS,
    CONTRACT_CLAUSES,
    FILTERED_ESTATES,
    IMPACT_ASSESSMENTS,
    POLICIES,
    STRATEGIES,
    VENUE_POLICIES,
    VENUES,
    Register,
)
from partnerships.services.registers import add_entry, renew_entry
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

_DUTY = "Counter-Terrorism and Security Act 2015, sections 26 and 36 to 41"


def load_registers(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Give each demo council its registers after its organisations. A second run adds nothing."""
    for slug, council in councils.items():
        owner = people.get(f"coordinator@{slug}.example")
        if owner is None:
            continue
        with service_scope(council=council):
            if slug == "barnet":
                _barnet(council, owner, people)
            elif slug in _SMALL:
                _SMALL[slug](council, owner)


def _day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def _add(council: Council, register: Register, owner: User, title: str, **values: Any) -> Any:
    """Add an entry unless one of this name is there."""
    present = rows_of([council.pk], register).filter(title=title, past_of__isnull=True).first()
    if present is not None:
        return present
    return add_entry(
        register=register, council=council, by=None, values={"title": title, "owner": owner, **values}
    )


def _barnet(council: Council, owner: User, people: Mapping[str, User]) -> None:
    partners = possible_organisations(council)[:3]
    trusts = [
        each
        for each in possible_organisations(council)
        if each.kind == OrganisationKind.NHS_TRUST and each.ends_on is None
    ]
    protocol = _add(
        council, AGREEMENTS, owner, "Information-sharing protocol of the Channel panel",
        parties=partners, purpose="To assess referrals and to agree support, with no more than is needed.",
        legal_basis="public_task", legal_power=_DUTY, signed_on=date(2016, 4, 12),
        starts_on=date(2016, 4, 12), ends_on=date(2018, 4, 11),
    )  # fmt: skip
    if protocol.term == 1:
        renew_entry(
            register=AGREEMENTS, entry=protocol, by=None, version=protocol.version,
            values={
                "parties": partners, "signed_on": _day(-340), "starts_on": _day(-340), "ends_on": _day(25),
                "review_on": _day(-10),
            },
        )  # fmt: skip
    _add(
        council, AGREEMENTS, owner, "Agreement on training figures with NHS trusts",
        parties=trusts, purpose="Quarterly counts of trained staff; nobody is named.",
        legal_basis="no_personal_data", starts_on=_day(-800), ends_on=_day(-70),
    )  # fmt: skip
    _add(
        council, IMPACT_ASSESSMENTS, owner, "Referrals to Channel",
        processing="Receiving, assessing and passing on referrals.", residual_risk="medium",
        advice="Keep the summary short, and delete it on the date that the panel sets.",
        approved_by="Data protection officer", approved_on=_day(-200), starts_on=_day(-200),
        review_on=_day(165),
    )  # fmt: skip
    _add(
        council, IMPACT_ASSESSMENTS, owner, "Registers of trained staff",
        processing="Reading registers of staff to count who was trained.", residual_risk="low",
        starts_on=_day(-30), review_on=_day(335),
    )  # fmt: skip
    for email, first, last in (
        ("chair@barnet.example", -120, 245),
        ("panel@barnet.example", -355, 10),
        ("coordinator@barnet.example", -380, -15),
    ):
        if person := people.get(email):
            _add(
                council, ACKNOWLEDGEMENTS, owner, f"Channel confidentiality statement: {person.name}",
                person=person, covers="channel", starts_on=_day(first), ends_on=_day(last),
            )  # fmt: skip
    _add(
        council, STRATEGIES, owner, "Prevent strategy", covers="Aims, partners and measures for the borough.",
        edition="1", approved_by="Safer communities partnership", approved_on=_day(-500),
        starts_on=_day(-500), ends_on=_day(230), review_on=_day(140),
    )  # fmt: skip
    _add(
        council, STRATEGIES, owner, "Hate crime and cohesion strategy", covers="Prevention beside the duty.",
        approved_by="Full council", starts_on=_day(-760), ends_on=_day(-30),
    )  # fmt: skip
    for title, review in (("Safeguarding policy for council staff", 200), ("Visiting speakers policy", -12)):
        _add(
            council, POLICIES, owner, title, covers="All staff and volunteers.", edition="2",
            approved_by="Corporate management team", approved_on=_day(-400), starts_on=_day(-400),
            review_on=_day(review),
        )  # fmt: skip
    _venues(
        council, owner, ("Central library hall", "library"), ("Youth centre, north of the borough", "youth")
    )
    _add(
        council, VENUES, owner, "Meeting room of the community centre", kind="community", review_on=_day(-20)
    )
    _add(
        council, FILTERED_ESTATES, owner, "Library computers", kind="libraries",
        product="Web filter at the gateway", sites=14,
        tested_on=_day(-45), test_result="blocked", review_on=_day(45),
    )  # fmt: skip
    _add(
        council, FILTERED_ESTATES, owner, "Guest wifi in civic buildings", kind="guest",
        product="Filtering name server", tested_on=_day(-200), test_result="partly", review_on=_day(-20),
    )  # fmt: skip
    _add(
        council, FILTERED_ESTATES, owner, "School networks bought through the council", kind="schools",
        review_on=_day(60),
    )  # fmt: skip
    for title, supplier, clause, ends in (
        ("Leisure centres", "A leisure trust", "included", 900),
        ("Youth work in the east", "A youth charity", "at_renewal", 120),
        ("Security of civic buildings", "A security firm", "missing", 400),
    ):
        _add(
            council, CONTRACT_CLAUSES, owner, title, supplier=supplier, clause=clause, checked_on=_day(-90),
            starts_on=_day(-600), ends_on=_day(ends),
        )  # fmt: skip


def _venues(council: Council, owner: User, *venues: tuple[str, str]) -> ApprovedDocument:
    policy: ApprovedDocument = _add(
        council, VENUE_POLICIES, owner, "Hire of rooms: terms and questions to hirers",
        covers="Who speaks and on what, how speakers are checked, and who may refuse a booking.", edition="3",
        approved_by="Head of property", approved_on=_day(-250), starts_on=_day(-250), review_on=_day(115),
    )  # fmt: skip
    for title, kind in venues:
        _add(
            council, VENUES, owner, title, kind=kind, policy=policy, adopted_on=_day(-240),
            briefed_on=_day(-60), review_on=_day(120),
        )  # fmt: skip
    return policy


def _protocol(council: Council, owner: User, title: str, *, ends: int) -> None:
    _add(
        council, AGREEMENTS, owner, title, parties=possible_organisations(council)[:2],
        purpose="To assess referrals and to agree support.", legal_basis="public_task", legal_power=_DUTY,
        starts_on=_day(ends - 730), ends_on=_day(ends),
    )  # fmt: skip


def _buckinghamshire(council: Council, owner: User) -> None:
    _protocol(council, owner, "Protocol of the Channel panel", ends=300)
    _add(
        council, STRATEGIES, owner, "Strategy against extremism", covers="Two years, agreed in January 2016.",
        edition="2016 to 2018", approved_by="Strategic board", approved_on=date(2016, 1, 20),
        starts_on=date(2016, 1, 20), ends_on=date(2018, 1, 19), review_on=date(2017, 10, 31),
    )  # fmt: skip
    _add(
        council, FILTERED_ESTATES, owner, "Schools that bought filtering in 2016/17", kind="schools",
        sites=155, review_on=_day(90),
    )  # fmt: skip
    _venues(
        council, owner, ("County library, main hall", "library"), ("Adult learning centre", "adult_learning")
    )


def _southwark(council: Council, owner: User) -> None:
    _protocol(council, owner, "Protocol of the Channel panel", ends=35)
    _venues(council, owner, ("Town hall rooms", "civic"))


def _wolverhampton(council: Council, owner: User) -> None:
    _protocol(council, owner, "Protocol of the Channel panel", ends=-5)
    _add(
        council, POLICIES, owner, "Use of council resources", covers="Venues, equipment and the internet.",
        starts_on=_day(-300), review_on=_day(65),
    )  # fmt: skip


def _leicestershire(council: Council, owner: User) -> None:
    _protocol(council, owner, "Protocol of the city and county panel", ends=210)
    _add(
        council, FILTERED_ESTATES, owner, "Wifi of youth provision", kind="youth",
        product="Filtering name server", tested_on=_day(-15), test_result="blocked", review_on=_day(75),
    )  # fmt: skip


_SMALL = {
    "buckinghamshire": _buckinghamshire,
    "southwark": _southwark,
    "wolverhampton": _wolverhampton,
    "leicestershire": _leicestershire,
}
