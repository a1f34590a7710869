"""The demo's grants, claims and designations: facts of five reports, with figures of our own for money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from partnerships.enums import DatePrecision, DesignationKind
from partnerships.models import Claim, Designation, Grant
from partnerships.policies.grants import HeadGiven
from partnerships.queries.grants import heads_of
from partnerships.services.claims import pay_claim, query_claim, save_figures, submit_claim
from partnerships.services.designations import record_designation
from partnerships.services.grants import add_grant
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter

_HELD = "Payroll reports and invoices are held by the finance service."

_DESIGNATIONS: tuple[tuple[str, DesignationKind, date, DatePrecision, str], ...] = (
    ("southwark", DesignationKind.SUPPORTED, date(2009, 1, 1), DatePrecision.YEAR, "Cabinet report of 2016"),
    ("southwark", DesignationKind.NONE, date(2011, 7, 1), DatePrecision.YEAR, "Cabinet report of 2016"),
    ("southwark", DesignationKind.SUPPORTED, date(2015, 1, 1), DatePrecision.YEAR, "Cabinet report of 2016"),
    ("southwark", DesignationKind.PRIORITY, date(2015, 7, 1), DatePrecision.YEAR, "Cabinet report of 2016"),
    ("wolverhampton", DesignationKind.NONE, date(2015, 9, 1), DatePrecision.MONTH, "Scrutiny report of 2015"),
    ("leicestershire", DesignationKind.NONE, date(2015, 6, 1), DatePrecision.MONTH, "Board briefing of 2015"),
    ("leicester", DesignationKind.PRIORITY, date(2015, 6, 1), DatePrecision.MONTH, "Board briefing of 2015"),
    ("wycombe", DesignationKind.PRIORITY, date(2018, 3, 1), DatePrecision.MONTH, "Committee report of 2018"),
)


def load_grants(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load grants with claims in every state, and how the areas were designated."""
    _designations(councils)
    for slug, load in (
        ("southwark", _programme),
        ("buckinghamshire", _linking),
        ("wolverhampton", _community_safety),
    ):
        owner = people.get(f"coordinator@{slug}.example")
        if slug in councils and owner is not None:
            load(councils[slug], owner)


def _designations(councils: Mapping[str, Council]) -> None:
    for slug, kind, starts_on, precision, source in _DESIGNATIONS:
        council = councils.get(slug)
        if council is None:
            continue
        with service_scope(council=council):
            if not Designation.objects.filter(council=council, starts_on=starts_on).exists():
                record_designation(
                    council=council,
                    by=None,
                    kind=kind,
                    starts_on=starts_on,
                    precision=precision,
                    source=source,
                )


def _programme(council: Council, owner: User) -> None:
    """This year's grant of the Home Office: a post and a small budget for projects, claimed in arrears."""
    year = Quarter(Quarter.of(timezone.localdate()).previous.year, 1)
    _grant(
        council,
        owner,
        title=f"Prevent programme {year.financial_year}",
        funder="Home Office",
        starts_on=year.start,
        ends_on=Quarter(year.year, 4).end,
        heads={"Prevent coordinator’s post": "52400.00", "Prevent projects": "7500.00"},
        claims=({"Prevent coordinator’s post": "13100.00", "Prevent projects": "1007.50"},),
        paid=("13907.50", "A room that was hired is not allowable expenditure."),
    )


def _linking(council: Council, owner: User) -> None:
    """A grant of the year that began three quarters ago: one claim paid in full, one queried."""
    start = Quarter.of(timezone.localdate()).previous.previous.previous
    _grant(
        council,
        owner,
        title="Schools linking project",
        funder="Department for Education",
        starts_on=start.start,
        ends_on=start.following.following.following.end,
        heads={"Teachers’ release": "12000.00", "Coaches and venues": "6250.00", "Evaluation": "1750.00"},
        claims=(
            {"Teachers’ release": "2980.40", "Coaches and venues": "1412.25", "Evaluation": "0.00"},
            {"Teachers’ release": "3105.00", "Coaches and venues": "1638.75", "Evaluation": "250.00"},
        ),
        paid=("4392.65", ""),
        query="Which schools do the coaches of the second quarter belong to?",
    )


def _community_safety(council: Council, owner: User) -> None:
    """The fund of 2015/16: £35,000 for a post of twelve months, closed by now in all but its last claim."""
    _grant(
        council,
        owner,
        title="Community Safety Fund 2015/16",
        funder="Safer Wolverhampton Partnership",
        starts_on=date(2015, 4, 1),
        ends_on=date(2016, 3, 31),
        heads={"Fixed-term post": "35000.00"},
        claims=tuple({"Fixed-term post": "8750.00"} for _ in range(4)),
        paid=("8750.00", ""),
        settled=True,
    )


def _grant(
    council: Council,
    owner: User,
    *,
    title: str,
    funder: str,
    starts_on: date,
    ends_on: date,
    heads: Mapping[str, str],
    claims: tuple[Mapping[str, str], ...],
    paid: tuple[str, str],
    query: str = "",
    settled: bool = False,
) -> None:
    """Record a grant, submit its first claims, and let the funder pay the first, or all where ``settled``."""
    given = [HeadGiven(name, Decimal(amount)) for name, amount in heads.items()]
    with service_scope(council=council):
        if Grant.objects.filter(council=council, funder=funder).exists():
            return
        grant = add_grant(
            council=council,
            by=None,
            title=title,
            funder=funder,
            starts_on=starts_on,
            ends_on=ends_on,
            awarded=sum((head.allowed for head in given), Decimal(0)),
            heads=given,
            owner=owner,
        )
        by_name = {head.name: head.pk for head in heads_of(grant)}
        made = Claim.objects.filter(council=council, grant=grant).select_related("grant", "council")
        for place, (claim, amounts) in enumerate(zip(made.order_by("period_to"), claims, strict=False)):
            sent = min(claim.period_to + timedelta(days=14), timezone.localdate())
            filled = save_figures(
                claim=claim,
                by=None,
                version=claim.version,
                amounts={by_name[name]: Decimal(amount) for name, amount in amounts.items()},
            )
            submit_claim(claim=filled, by=None, version=filled.version, submitted_on=sent, note=_HELD)
            version = filled.version + 1
            if place == 0 or settled:
                pay_claim(
                    claim=claim,
                    by=None,
                    version=version,
                    paid_on=min(sent + timedelta(days=20), timezone.localdate()),
                    amount=Decimal(paid[0]),
                    note=paid[1],
                )
            elif query:
                query_claim(
                    claim=claim,
                    by=None,
                    version=version,
                    queried_on=min(sent + timedelta(days=10), timezone.localdate()),
                    note=query,
                )
