"""What makes a grant and its claims right: heads that add up, quarters in arrears, money under a head."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from partnerships.enums import ClaimState
from partnerships.models import Claim, Grant, GrantHead
from partnerships.policies.refusals import PartnershipRefused
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import pounds
from prevent_portal.web.quarters import Quarter

MOST_MONEY = Decimal("9999999999.99")
MOST_QUARTERS = 24
"""A grant of more than six years is a slip of the pen."""
MOST_HEADS = 12
LATEST_CLAIM = timedelta(days=366)
"""How long after its quarter a claim can be due, however late the funder agrees to take it."""


class HeadsRefused(PartnershipRefused):
    """The heads are not right, or do not add up to the award."""


@dataclass(frozen=True)
class ClaimPeriod:
    """A quarter of a grant, cut to the days in which spending is allowed."""

    starts_on: date
    ends_on: date
    due_on: date


@dataclass(frozen=True)
class HeadGiven:
    """An allowable head as somebody writes it; ``id`` is None for a new one."""

    name: str
    allowed: Decimal
    id: UUID | None = None


def claim_periods(starts_on: date, ends_on: date, days_to_claim: int) -> list[ClaimPeriod]:
    """The quarters that a grant is claimed for in arrears, the earliest first."""
    found = []
    quarter = Quarter.of(starts_on)
    while quarter.start <= ends_on:
        last = min(quarter.end, ends_on)
        found.append(ClaimPeriod(max(quarter.start, starts_on), last, last + timedelta(days=days_to_claim)))
        quarter = quarter.following
    return found


def check_money(amount: Decimal, name: str) -> None:
    """Refuse what is not pounds and pence of a sensible size. ``name`` begins the sentence.

    Raises:
        PartnershipRefused: for less than nothing, parts of a penny or more than the portal can hold.
    """
    if not amount.is_finite():
        raise PartnershipRefused(f"{name} must be an amount of money, like £1,007.50.")
    if amount < 0:
        raise PartnershipRefused(f"{name} must be £0.00 or more.")
    if amount > MOST_MONEY:
        raise PartnershipRefused(f"{name} must be {pounds(MOST_MONEY)} or less.")
    if amount != amount.quantize(Decimal("0.01")):
        raise PartnershipRefused(f"{name} must be in pounds and whole pence.")


def check_term(*, starts_on: date, ends_on: date, days_to_claim: int) -> None:
    """Refuse a term that makes no sense.

    Raises:
        PartnershipRefused: for a last day before the first, more than six years, or a claim date that is
            not within half a year after the quarter.
    """
    if ends_on <= starts_on:
        raise PartnershipRefused("The last day must be after the first day.")
    if len(claim_periods(starts_on, ends_on, 1)) > MOST_QUARTERS:
        raise PartnershipRefused("A grant runs for at most 6 years. Check the dates.")
    if not 1 <= days_to_claim <= 180:
        raise PartnershipRefused("A claim must be due between 1 and 180 days after its quarter.")


def check_term_changed(
    *, claims: Iterable[Claim], periods: Sequence[ClaimPeriod], sent: Collection[UUID], held: Collection[UUID]
) -> None:
    """Refuse a term that takes days away from under a claim that went to the funder.

    Args:
        claims: the grant's, as they are stored.
        periods: the quarters of the new term.
        sent: claims that were ever submitted: their days stay as the funder read them.
        held: claims that hold a figure or evidence: they are not thrown away.

    Raises:
        PartnershipRefused: in words that name the claim.
    """
    wanted = {Quarter.of(period.ends_on): period for period in periods}
    for claim in claims:
        period = wanted.get(Quarter.of(claim.period_to))
        days = f"{british_date(claim.period_from)} to {british_date(claim.period_to)}"
        if claim.pk in sent and (
            period is None or (period.starts_on, period.ends_on) != (claim.period_from, claim.period_to)
        ):
            raise PartnershipRefused(
                f"The claim for {days} was submitted already, so the term must keep exactly these days of it."
            )
        if period is None and claim.pk in held:
            raise PartnershipRefused(
                f"The claim for {days} holds figures or evidence. Take them away before the term leaves it "
                "out."
            )


def check_due(*, claim: Claim, due_on: date, was_submitted: bool) -> None:
    """Refuse another claim date for a claim that went to the funder, or one that is no date in arrears.

    Raises:
        PartnershipRefused: in words.
    """
    if was_submitted:
        raise PartnershipRefused("This claim was submitted already, so the day it was due stays as it was.")
    if not claim.period_to < due_on <= claim.period_to + LATEST_CLAIM:
        raise PartnershipRefused(
            f"The claim must be due after {british_date(claim.period_to)}, when its quarter ends, and at "
            "most a year later."
        )


def check_heads(awarded: Decimal, heads: Sequence[HeadGiven]) -> None:
    """Refuse heads that do not add up to the award exactly.

    Raises:
        PartnershipRefused: for no head, too many, two of one name, or a sum that is not the award.
    """
    check_money(awarded, "The award")
    if awarded == 0:
        raise PartnershipRefused("The award must be more than £0.00.")
    if not heads:
        raise HeadsRefused("Give at least one head that the grant may be spent on.")
    if len(heads) > MOST_HEADS:
        raise PartnershipRefused(f"A grant has at most {MOST_HEADS} heads.")
    seen: set[str] = set()
    for head in heads:
        check_money(head.allowed, f"The amount of {head.name}")
        if head.name.casefold() in seen:
            raise HeadsRefused(f"Two heads are called {head.name}. Name each head once.")
        seen.add(head.name.casefold())
    total = sum((head.allowed for head in heads), Decimal(0))
    if total != awarded:
        more = "more" if total > awarded else "less"
        raise HeadsRefused(
            f"The heads add up to {pounds(total)}, which is {pounds(abs(total - awarded))} {more} than the "
            f"award of {pounds(awarded)}. They must add up to the award exactly."
        )


def check_heads_changed(
    *, known: Iterable[GrantHead], given: Sequence[HeadGiven], claimed: Mapping[UUID, Decimal]
) -> None:
    """Refuse to take money from under what was claimed already.

    Args:
        claimed: what claims hold under each head, whatever their state; heads without a figure are left out.

    Raises:
        PartnershipRefused: for a head with figures that is left out or allows less than was claimed, one that
            is given twice, or one of another grant.
    """
    by_id = {head.pk: head for head in known}
    kept = {head.id: head for head in given if head.id is not None}
    if len(kept) < sum(head.id is not None for head in given):
        raise PartnershipRefused("One of the heads is given twice. Open the page again.")
    if set(kept) - set(by_id):
        raise PartnershipRefused("One of the heads belongs to another grant. Open the page again.")
    for key, head in by_id.items():
        if key not in claimed:
            continue
        if key not in kept:
            raise PartnershipRefused(
                f"{head.name} cannot be removed: {pounds(claimed[key])} is claimed under it."
            )
        if kept[key].allowed < claimed[key]:
            raise PartnershipRefused(
                f"{head.name} cannot allow less than the {pounds(claimed[key])} that is claimed under it."
            )


def check_open(grant: Grant) -> None:
    """Refuse a change of a grant that is closed."""
    if not grant.is_open:
        raise PartnershipRefused("This grant is closed. Open it again first.")


def check_closable(claims: Iterable[Claim]) -> None:
    """Refuse to close a grant while a claim waits for the funder."""
    if any(claim.state in (ClaimState.SUBMITTED, ClaimState.QUERIED) for claim in claims):
        raise PartnershipRefused(
            "A claim of this grant waits for payment or an answer. Record what became of it first."
        )


def check_figures(
    *, claim: Claim, heads: Sequence[GrantHead], amounts: Mapping[UUID, Decimal | None]
) -> None:
    """Refuse figures of a claim that is with the funder, or under what is no head of its grant.

    Raises:
        PartnershipRefused: in words that name the allowable heads.
    """
    if not claim.may_change:
        raise PartnershipRefused(
            "This claim was submitted. Its figures change only if the funder queries it."
            if claim.state == ClaimState.SUBMITTED
            else "This claim was paid. Its figures never change."
        )
    names = {head.pk: head.name for head in heads}
    if set(amounts) - set(names):
        raise PartnershipRefused(
            "That is no allowable head of this grant. Money can be claimed only under: "
            + ", ".join(names.values())
            + "."
        )
    for key, amount in amounts.items():
        if amount is not None:
            check_money(amount, names[key])


def check_submittable(
    *,
    claim: Claim,
    heads: Sequence[GrantHead],
    amounts: Mapping[UUID, Decimal],
    elsewhere: Mapping[UUID, Decimal],
    submitted_on: date,
    today: date,
    has_evidence: bool,
    note: str,
) -> None:
    """Refuse a claim that is not complete, comes before its quarter has ended, or goes beyond a head.

    Args:
        amounts: the claim's figures, by head.
        elsewhere: what the grant's other claims that were submitted or paid hold, by head.
        note: says where the evidence is held, where none is attached.

    Raises:
        PartnershipRefused: in words; a head without a figure is not zero.
    """
    if not claim.may_change:
        raise PartnershipRefused(f"This claim is {ClaimState(claim.state).label.lower()} already.")
    if not claim.is_over(today):
        raise PartnershipRefused(
            f"Claims are made in arrears: this one can be submitted after {british_date(claim.period_to)}."
        )
    if not claim.period_to < submitted_on <= today:
        raise PartnershipRefused(
            f"The day of submission must be after {british_date(claim.period_to)} and not in the future."
        )
    missing = [head.name for head in heads if head.pk not in amounts]
    if missing:
        raise PartnershipRefused(
            f"No figure is given for {', '.join(missing)}. Enter 0 where nothing is claimed."
        )
    for head in heads:
        total = amounts[head.pk] + elsewhere.get(head.pk, Decimal(0))
        if total > head.allowed:
            raise PartnershipRefused(
                f"{head.name}: with this claim {pounds(total)} would be claimed, which is "
                f"{pounds(total - head.allowed)} more than the {pounds(head.allowed)} that is allowed."
            )
    if not has_evidence and not note.strip():
        raise PartnershipRefused("Attach the evidence of the spending, or say where it is held.")


def check_queried(*, claim: Claim, submitted_on: date, queried_on: date, today: date, note: str) -> None:
    """Refuse a query of a claim that is not with the funder, or without words."""
    _check_with_funder(claim)
    _check_after(submitted_on, queried_on, today, "The day of the query")
    if not note.strip():
        raise PartnershipRefused("Say what the funder asks.")


def check_paid(
    *,
    claim: Claim,
    submitted_on: date,
    claimed: Decimal,
    paid_on: date,
    amount: Decimal,
    today: date,
    note: str,
) -> None:
    """Refuse a payment of a claim that is not with the funder, or one that differs without a reason."""
    _check_with_funder(claim)
    check_money(amount, "The amount paid")
    _check_after(submitted_on, paid_on, today, "The day of payment")
    if amount > claimed:
        raise PartnershipRefused(
            f"{pounds(amount)} is more than the {pounds(claimed)} that was claimed. Check the amount."
        )
    if amount != claimed and not note.strip():
        raise PartnershipRefused(
            f"{pounds(claimed)} was claimed, {pounds(claimed - amount)} more than was paid. Say why."
        )


def _check_with_funder(claim: Claim) -> None:
    if claim.state != ClaimState.SUBMITTED:
        raise PartnershipRefused(
            f"This claim is {ClaimState(claim.state).label.lower()}, so the funder does not have it."
        )


def _check_after(submitted_on: date, day: date, today: date, name: str) -> None:
    if not submitted_on <= day <= today:
        raise PartnershipRefused(
            f"{name} must be on or after {british_date(submitted_on)}, when the claim was submitted, and not "
            "in the future."
        )
