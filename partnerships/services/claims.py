"""Fill in a quarter's claim, submit it, and record what the funder did with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.enums import ClaimState, ClaimStepKind
from partnerships.models import Claim, ClaimLine, ClaimStep, ClaimStepLine
from partnerships.policies.grants import (
    check_due,
    check_figures,
    check_open,
    check_paid,
    check_queried,
    check_submittable,
)
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.grants import (
    CLAIM_EVIDENCE,
    amounts_of,
    claimed_under,
    heads_of,
    last_submission,
)
from partnerships.services.grants import lock_grant, require_grant_editor
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents.queries import count_of
from prevent_portal.tenancy.refusals import Difference
from prevent_portal.web.numbers import pounds


def save_figures(
    *, claim: Claim, by: User | None, version: int, amounts: Mapping[UUID, Decimal | None]
) -> Claim:
    """Write what is claimed under each head. None takes a figure away again: not given is not zero.

    Args:
        amounts: by head of the claim's grant; heads that are left out keep what they have.
        version: of the claim as the person saw it.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both figures (API-4).
        PartnershipRefused: for a claim that is with the funder, what is no head of the grant, or no money.
    """
    require_grant_editor(by, claim.council)
    with transaction.atomic():
        locked = _lock(claim)
        heads = heads_of(locked.grant)
        stored = amounts_of(locked)
        check_figures(claim=locked, heads=heads, amounts=amounts)
        require_version(
            locked,
            version,
            also=(
                Difference(str(head.pk), head.name, _words(stored.get(head.pk)), _words(amounts[head.pk]))
                for head in heads
                if head.pk in amounts and amounts[head.pk] != stored.get(head.pk)
            ),
        )
        changed = 0
        for head in heads:
            if head.pk not in amounts or amounts[head.pk] == stored.get(head.pk):
                continue
            changed += 1
            amount = amounts[head.pk]
            if amount is None:
                ClaimLine.objects.filter(council=locked.council_id, claim=locked, head=head).delete()
            else:
                ClaimLine.objects.update_or_create(
                    council=locked.council, claim=locked, head=head, defaults={"amount": amount}
                )
        if changed:
            save_next(locked, {}, always=True)
            record(action="partnerships.claim_filled", subject=locked, details={"heads": changed})
    return locked


def set_due_day(*, claim: Claim, by: User | None, version: int, due_on: date) -> Claim:
    """Set another day by which a claim is to be with the funder, as agreed with it for this claim alone.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: for a claim that was ever submitted, or a day before its quarter has ended.
    """
    require_grant_editor(by, claim.council)
    with transaction.atomic():
        locked = _lock(claim)
        require_version(locked, version, {"due_on": due_on}, {"due_on": "Due"})
        check_due(claim=locked, due_on=due_on, was_submitted=last_submission(locked) is not None)
        details = {"from": locked.due_on, "to": due_on}
        if save_next(locked, {"due_on": due_on}):
            record(action="partnerships.claim_due_changed", subject=locked, details=details)
    return locked


def submit_claim(
    *,
    claim: Claim,
    by: User | None,
    version: int,
    submitted_on: date,
    note: str = "",
    today: date | None = None,
) -> ClaimStep:
    """Record that the claim went to the funder, and keep its figures as they are now.

    Args:
        note: where the evidence is held, where none is attached; else what the council wishes to keep.

    Raises:
        StaleVersion: if somebody saved since ``version``: the figures may be others than were read.
        PartnershipRefused: before the quarter is over, without every figure, beyond a head, or without
            evidence or a word where it is held.
    """
    require_grant_editor(by, claim.council)
    with transaction.atomic():
        locked = _lock(claim)
        require_version(locked, version, also=_as_it_is(locked))
        heads, amounts = heads_of(locked.grant), amounts_of(locked)
        check_submittable(
            claim=locked,
            heads=heads,
            amounts=amounts,
            elsewhere=claimed_under(locked.grant, besides=locked, settled=True),
            submitted_on=submitted_on,
            today=today or timezone.localdate(),
            has_evidence=bool(count_of(locked.council, CLAIM_EVIDENCE, [locked.pk])[locked.pk]),
            note=note,
        )
        earlier = last_submission(locked)
        step = ClaimStep.objects.create(
            council=locked.council,
            claim=locked,
            kind=ClaimStepKind.SUBMITTED,
            number=earlier.number + 1 if earlier else 1,
            happened_on=submitted_on,
            amount=sum((amounts[head.pk] for head in heads), Decimal(0)),
            note=note.strip(),
            by=by,
        )
        ClaimStepLine.objects.bulk_create(
            ClaimStepLine(
                council=locked.council, step=step, head=head, head_name=head.name, amount=amounts[head.pk]
            )
            for head in heads
        )
        _move(locked, ClaimState.SUBMITTED)
        record(action="partnerships.claim_submitted", subject=locked, details={"number": step.number})
    return step


def query_claim(
    *, claim: Claim, by: User | None, version: int, queried_on: date, note: str, today: date | None = None
) -> ClaimStep:
    """Record that the funder asks about a claim. Its figures can be corrected and submitted again.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: for a claim that the funder does not have, or without the funder's question.
    """
    require_grant_editor(by, claim.council)
    with transaction.atomic():
        locked = _lock(claim)
        require_version(locked, version, also=_as_it_is(locked))
        sent = last_submission(locked)
        check_queried(
            claim=locked,
            submitted_on=sent.happened_on if sent else queried_on,
            queried_on=queried_on,
            today=today or timezone.localdate(),
            note=note,
        )
        step = ClaimStep.objects.create(
            council=locked.council,
            claim=locked,
            kind=ClaimStepKind.QUERIED,
            number=_sent(sent).number,
            happened_on=queried_on,
            note=note.strip(),
            by=by,
        )
        _move(locked, ClaimState.QUERIED)
        record(action="partnerships.claim_queried", subject=locked, details={"number": step.number})
    return step


def pay_claim(
    *,
    claim: Claim,
    by: User | None,
    version: int,
    paid_on: date,
    amount: Decimal,
    note: str = "",
    today: date | None = None,
) -> ClaimStep:
    """Record that the funder paid a claim, in full or in part.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: for a claim that the funder does not have, more than was claimed, or less
            without a reason.
    """
    require_grant_editor(by, claim.council)
    with transaction.atomic():
        locked = _lock(claim)
        require_version(locked, version, also=_as_it_is(locked))
        sent = last_submission(locked)
        claimed = sent.amount if sent and sent.amount is not None else Decimal(0)
        check_paid(
            claim=locked,
            submitted_on=sent.happened_on if sent else paid_on,
            claimed=claimed,
            paid_on=paid_on,
            amount=amount,
            today=today or timezone.localdate(),
            note=note,
        )
        step = ClaimStep.objects.create(
            council=locked.council,
            claim=locked,
            kind=ClaimStepKind.PAID,
            number=_sent(sent).number,
            happened_on=paid_on,
            amount=amount,
            note=note.strip(),
            by=by,
        )
        _move(locked, ClaimState.PAID)
        record(action="partnerships.claim_paid", subject=locked, details={"number": step.number})
    return step


def _lock(claim: Claim) -> Claim:
    """The claim, locked, and its grant before it: two claims that share a head take turns."""
    grant = lock_grant(claim.grant)
    check_open(grant)
    locked = (
        Claim.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council")
        .get(council=claim.council_id, pk=claim.pk)
    )
    locked.grant = grant
    return locked


def _as_it_is(claim: Claim) -> Iterator[Difference]:
    """The whole claim, for somebody whose step was about another state of it."""
    amounts = amounts_of(claim)
    now = [
        f"{ClaimState(claim.state).label}",
        *(f"{head.name}: {_words(amounts.get(head.pk))}" for head in heads_of(claim.grant)),
    ]
    yield Difference("claim", "The claim", "\n".join(now), "The claim as you opened it")


def _sent(step: ClaimStep | None) -> ClaimStep:
    if step is None:
        raise PartnershipRefused("This claim was not submitted.")
    return step


def _move(claim: Claim, state: ClaimState) -> None:
    save_next(claim, {"state": state}, always=True)


def _words(amount: Decimal | None) -> str:
    return pounds(amount) or "Not given"
