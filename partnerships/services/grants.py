"""Record grants with their allowable heads, change and close them. The heads add up to the award exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from partnerships.models import Claim, Grant, GrantHead
from partnerships.permissions import PartnershipsPermission
from partnerships.policies.grants import (
    HeadGiven,
    check_closable,
    check_heads,
    check_heads_changed,
    check_open,
    check_term,
    check_term_changed,
    claim_periods,
)
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.grants import (
    CLAIM_EVIDENCE,
    claimed_under,
    heads_of,
    submitted_ever,
    totals_of,
)
from partnerships.services.versions import changed_fields, require_version, save_next
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents.queries import count_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference
from prevent_portal.web.numbers import pounds
from prevent_portal.web.quarters import Quarter

_SAME_NAME = "There is a grant of this name from this day already."
_LABELS = {
    "title": "Name of the grant",
    "funder": "Funder",
    "reference": "Reference of the agreement",
    "starts_on": "First day",
    "ends_on": "Last day",
    "days_to_claim": "Days to claim",
    "owner": "Owner",
}


def require_grant_editor(by: User | None, council: Council) -> None:
    """Raise Http404 unless the person may change the council's grants; None is the service principal."""
    if by is not None:
        council_access(by, council).require(PartnershipsPermission.EDIT_GRANTS)


def add_grant(
    *,
    council: Council,
    by: User | None,
    title: str,
    funder: str,
    starts_on: date,
    ends_on: date,
    awarded: Decimal,
    heads: Sequence[HeadGiven],
    reference: str = "",
    days_to_claim: int = 28,
    owner: User | None = None,
) -> Grant:
    """Record a grant, its heads, and a claim in draft for each quarter of its term.

    Args:
        awarded: what the agreement says; the heads add up to it.
        ends_on: the last day on which spending is allowed.
        owner: whom the warning before a claim date goes to; None: everyone who may change grants.

    Raises:
        PartnershipRefused: for a term that makes no sense, heads that do not add up, or a name in use.
    """
    require_grant_editor(by, council)
    check_term(starts_on=starts_on, ends_on=ends_on, days_to_claim=days_to_claim)
    check_heads(awarded, heads)
    _check_owner(owner, council)
    with transaction.atomic():
        try:
            with transaction.atomic():
                grant = Grant.objects.create(
                    council=council,
                    title=title,
                    funder=funder,
                    reference=reference,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    awarded=awarded,
                    days_to_claim=days_to_claim,
                    owner=owner,
                )
        except IntegrityError as error:
            raise PartnershipRefused(_SAME_NAME) from error
        GrantHead.objects.bulk_create(
            GrantHead(council=council, grant=grant, name=head.name, allowed=head.allowed, position=place)
            for place, head in enumerate(heads, start=1)
        )
        periods = claim_periods(starts_on, ends_on, days_to_claim)
        Claim.objects.bulk_create(
            Claim(
                council=council,
                grant=grant,
                period_from=period.starts_on,
                period_to=period.ends_on,
                due_on=period.due_on,
            )
            for period in periods
        )
        record(
            action="partnerships.grant_added",
            subject=grant,
            details={"heads": len(heads), "claims": len(periods), "starts_on": starts_on, "ends_on": ends_on},
        )
    return grant


def change_grant(
    *,
    grant: Grant,
    by: User | None,
    version: int,
    title: str,
    funder: str,
    reference: str,
    starts_on: date,
    ends_on: date,
    days_to_claim: int,
    awarded: Decimal,
    heads: Sequence[HeadGiven],
    owner: User | None,
) -> Grant:
    """Change a grant: its words, its term, its award and its heads.

    Claims follow the term: quarters that it takes in get one, those that it leaves out lose theirs. A claim
    that was submitted stays as it is, and so does a due day that somebody set by hand.

    A head with an ``id`` keeps its claims; one that is left out is removed, unless it was claimed under.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts (API-4).
        PartnershipRefused: for a closed grant, heads that do not add up, less than was claimed already, or a
            term that takes days away from a claim that was submitted.
    """
    require_grant_editor(by, grant.council)
    with transaction.atomic():
        locked = lock_grant(grant)
        known = heads_of(locked)
        wanted: dict[str, Any] = {
            "title": title, "funder": funder, "reference": reference, "starts_on": starts_on,
            "ends_on": ends_on, "days_to_claim": days_to_claim, "awarded": awarded, "owner": owner,
        }  # fmt: skip
        require_version(
            locked,
            version,
            {name: value for name, value in wanted.items() if name != "awarded"},
            _LABELS,
            also=_other_money(locked, awarded, known, heads),
        )
        check_open(locked)
        check_term(starts_on=starts_on, ends_on=ends_on, days_to_claim=days_to_claim)
        check_heads(awarded, heads)
        check_heads_changed(known=known, given=heads, claimed=claimed_under(locked))
        _check_owner(owner, locked.council)
        changed = changed_fields(locked, wanted)
        if _follow_heads(locked, known, heads):
            changed.append("heads")
        if not changed:
            return locked
        details: dict[str, Any] = {"fields": sorted(changed)}
        term = {name: wanted[name] for name in ("starts_on", "ends_on", "days_to_claim")}
        if any(name in changed for name in term):
            # Dates are references, not content: the trail says which term was replaced by which.
            details |= {"from": {name: getattr(locked, name) for name in term}, "to": term}
            _follow_term(locked, **term)
        try:
            with transaction.atomic():
                save_next(locked, wanted, always=True)
        except IntegrityError as error:
            raise PartnershipRefused(_SAME_NAME) from error
        record(action="partnerships.grant_changed", subject=locked, details=details)
    return locked


def close_grant(*, grant: Grant, by: User | None, today: date) -> Grant:
    """Close a grant: nothing is claimed any more, and nobody is warned. Closing it again changes nothing.

    Raises:
        PartnershipRefused: while a claim waits for the funder.
    """
    require_grant_editor(by, grant.council)
    with transaction.atomic():
        locked = lock_grant(grant)
        if not locked.is_open:
            return locked
        check_closable(Claim.objects.filter(council=locked.council_id, grant=locked))
        save_next(locked, {"closed_on": today})
        record(action="partnerships.grant_closed", subject=locked, details={})
    return locked


def reopen_grant(*, grant: Grant, by: User | None) -> Grant:
    """Open a closed grant again. An open one stays as it is."""
    require_grant_editor(by, grant.council)
    with transaction.atomic():
        locked = lock_grant(grant)
        if not locked.is_open:
            save_next(locked, {"closed_on": None})
            record(action="partnerships.grant_reopened", subject=locked, details={})
    return locked


def lock_grant(grant: Grant) -> Grant:
    """The grant as it is stored, locked until the transaction ends: its claims take turns."""
    return (
        Grant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council")
        .get(council=grant.council_id, pk=grant.pk)
    )


def _check_owner(owner: User | None, council: Council) -> None:
    if owner is not None and not council_access(owner, council).may(PartnershipsPermission.EDIT_GRANTS):
        raise PartnershipRefused("The owner must be somebody who may submit claims in this council.")


def _follow_term(grant: Grant, *, starts_on: date, ends_on: date, days_to_claim: int) -> None:
    """Give the new term its claims. ``grant`` still holds the old term."""
    claims = list(Claim.objects.select_for_update().filter(council=grant.council_id, grant=grant))
    periods = claim_periods(starts_on, ends_on, days_to_claim)
    sent = submitted_ever(grant.council, claims)
    evidence = count_of(grant.council, CLAIM_EVIDENCE, [claim.pk for claim in claims])
    held = {*totals_of(grant.council, claims), *(key for key, count in evidence.items() if count)}
    check_term_changed(claims=claims, periods=periods, sent=sent, held=held)
    by_quarter = {Quarter.of(claim.period_to): claim for claim in claims}
    for period in periods:
        claim = by_quarter.pop(Quarter.of(period.ends_on), None)
        if claim is None:
            Claim.objects.create(
                council=grant.council,
                grant=grant,
                period_from=period.starts_on,
                period_to=period.ends_on,
                due_on=period.due_on,
            )
        elif claim.pk not in sent:
            by_hand = claim.due_on != claim.period_to + timedelta(days=grant.days_to_claim)
            due_on = claim.due_on if by_hand and claim.due_on > period.ends_on else period.due_on
            save_next(claim, {"period_from": period.starts_on, "period_to": period.ends_on, "due_on": due_on})
    for claim in by_quarter.values():
        claim.delete()


def _follow_heads(grant: Grant, known: Sequence[GrantHead], given: Sequence[HeadGiven]) -> bool:
    """Store the heads as they are given, and return whether anything changed."""
    by_id = {head.pk: head for head in known}
    kept = {head.id for head in given}
    changed = False
    for head in known:
        if head.pk not in kept:
            head.delete()
            changed = True
    # Two heads may swap their names, which the unique key would refuse half way: names go last.
    renamed = [(by_id[head.id], head.name) for head in given if head.id and by_id[head.id].name != head.name]
    for stored, _ in renamed:
        stored.name = str(stored.pk)
        stored.save(update_fields=["name"])
    for stored, name in renamed:
        stored.name = name
        stored.save(update_fields=["name"])
        changed = True
    for place, wanted in enumerate(given, start=1):
        if wanted.id is None:
            GrantHead.objects.create(
                council=grant.council, grant=grant, name=wanted.name, allowed=wanted.allowed, position=place
            )
            changed = True
            continue
        stored = by_id[wanted.id]
        if (stored.allowed, stored.position) != (wanted.allowed, place):
            stored.allowed, stored.position = wanted.allowed, place
            stored.save(update_fields=["allowed", "position"])
            changed = True
    return changed


def _other_money(
    grant: Grant, awarded: Decimal, known: Sequence[GrantHead], heads: Sequence[HeadGiven]
) -> Iterator[Difference]:
    if grant.awarded != awarded:
        yield Difference("awarded", "Award", pounds(grant.awarded), pounds(awarded))
    theirs = "\n".join(f"{head.name}: {pounds(head.allowed)}" for head in known)
    yours = "\n".join(f"{head.name}: {pounds(head.allowed)}" for head in heads)
    if theirs != yours:
        yield Difference("heads", "Heads", theirs, yours)
