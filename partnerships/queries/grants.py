"""Reads of grants and claims: what is allowed, claimed, paid and left, exactly and head by head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from partnerships.enums import ClaimState, ClaimStepKind
from partnerships.models import Claim, ClaimLine, ClaimStep, Grant, GrantHead
from prevent_portal.documents.rules import Thing
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

CLAIM_EVIDENCE = "partnerships.claim"
"""The kind under which evidence hangs on claims; kept in the rows, so it never changes."""
WARNED_BEFORE = timedelta(days=28)
"""How long before its day a claim stands among what waits for somebody; never before its quarter ended."""

ZERO = Decimal("0.00")
_WITH_FUNDER = (ClaimState.SUBMITTED, ClaimState.PAID)


@dataclass(frozen=True)
class HeadFigures:
    """One head of a grant: what may be spent, what was claimed, and what is typed and not submitted yet."""

    id: UUID
    name: str
    allowed: Decimal
    claimed: Decimal
    in_draft: Decimal

    @property
    def left(self) -> Decimal:
        """The variance: what is allowed and not claimed."""
        return self.allowed - self.claimed


@dataclass(frozen=True)
class GrantFigures:
    """A grant's heads, and what was paid of what was claimed."""

    heads: tuple[HeadFigures, ...]
    paid: Decimal
    claimed_of_paid: Decimal
    """What was claimed in the claims that were paid."""

    @property
    def allowed(self) -> Decimal:
        return sum((head.allowed for head in self.heads), ZERO)

    @property
    def claimed(self) -> Decimal:
        return sum((head.claimed for head in self.heads), ZERO)

    @property
    def in_draft(self) -> Decimal:
        return sum((head.in_draft for head in self.heads), ZERO)

    @property
    def left(self) -> Decimal:
        return self.allowed - self.claimed

    @property
    def not_paid(self) -> Decimal:
        """What the funder paid less than was claimed, in the claims that are settled."""
        return self.claimed_of_paid - self.paid


@dataclass(frozen=True)
class GrantLine:
    """A grant in a list."""

    grant: Grant
    claimed: Decimal
    paid: Decimal
    next_claim: Claim | None

    @property
    def left(self) -> Decimal:
        return self.grant.awarded - self.claimed


def grants_of(council: Council) -> QuerySet[Grant]:
    """The council's grants, the latest first."""
    return Grant.objects.filter(council=council).select_related("owner").order_by("-starts_on", "title", "pk")


def claims_of(council: Council) -> QuerySet[Claim]:
    """The council's claims, the earliest quarter first."""
    return (
        Claim.objects.filter(council=council)
        .select_related("grant", "grant__owner")
        .order_by("period_to", "pk")
    )


def grant_lines(council: Council, grants: Sequence[Grant]) -> list[GrantLine]:
    """What lists show of grants: the same statements for any number."""
    ids = [grant.pk for grant in grants]
    claimed: dict[UUID, Decimal] = {
        row["claim__grant"]: row["total"]
        for row in ClaimLine.objects.filter(
            council=council, claim__grant__in=ids, claim__state__in=_WITH_FUNDER
        )
        .values("claim__grant")
        .annotate(total=Sum("amount"))
        .order_by()
    }
    paid: dict[UUID, Decimal] = {
        row["claim__grant"]: row["total"]
        for row in ClaimStep.objects.filter(council=council, claim__grant__in=ids, kind=ClaimStepKind.PAID)
        .values("claim__grant")
        .annotate(total=Sum("amount"))
        .order_by()
    }
    coming: dict[UUID, Claim] = {}
    for claim in Claim.objects.filter(
        council=council, grant__in=ids, state__in=[ClaimState.DRAFT, ClaimState.QUERIED]
    ).order_by("due_on"):
        coming.setdefault(claim.grant_id, claim)
    return [
        GrantLine(
            grant,
            claimed.get(grant.pk, ZERO),
            paid.get(grant.pk, ZERO),
            coming.get(grant.pk) if grant.is_open else None,
        )
        for grant in grants
    ]


def heads_of(grant: Grant) -> list[GrantHead]:
    """The grant's allowable heads, in order."""
    return list(GrantHead.objects.filter(council=grant.council_id, grant=grant).order_by("position"))


def figures_of(grant: Grant) -> GrantFigures:
    """What stands under each head of a grant."""
    sums: dict[tuple[UUID, bool], Decimal] = {}
    for row in (
        ClaimLine.objects.filter(council=grant.council_id, claim__grant=grant)
        .values("head", "claim__state")
        .annotate(total=Sum("amount"))
        .order_by()
    ):
        key = (row["head"], row["claim__state"] in _WITH_FUNDER)
        sums[key] = sums.get(key, ZERO) + row["total"]
    paid = ClaimStep.objects.filter(
        council=grant.council_id, claim__grant=grant, kind=ClaimStepKind.PAID
    ).aggregate(total=Sum("amount"))["total"]
    settled = ClaimLine.objects.filter(
        council=grant.council_id, claim__grant=grant, claim__state=ClaimState.PAID
    ).aggregate(total=Sum("amount"))["total"]
    return GrantFigures(
        heads=tuple(
            HeadFigures(
                head.pk,
                head.name,
                head.allowed,
                sums.get((head.pk, True), ZERO),
                sums.get((head.pk, False), ZERO),
            )
            for head in heads_of(grant)
        ),
        paid=paid or ZERO,
        claimed_of_paid=settled or ZERO,
    )


def amounts_of(claim: Claim) -> dict[UUID, Decimal]:
    """The claim's figures by head; a head that has none yet is left out."""
    return dict(ClaimLine.objects.filter(council=claim.council_id, claim=claim).values_list("head", "amount"))


def claimed_under(
    grant: Grant, *, besides: Claim | None = None, settled: bool = False
) -> dict[UUID, Decimal]:
    """What the grant's claims hold under each head.

    Args:
        besides: a claim that is left out.
        settled: only claims that were submitted or paid.
    """
    lines = ClaimLine.objects.filter(council=grant.council_id, claim__grant=grant)
    if besides is not None:
        lines = lines.exclude(claim=besides)
    if settled:
        lines = lines.filter(claim__state__in=_WITH_FUNDER)
    return dict(lines.order_by().values("head").annotate(total=Sum("amount")).values_list("head", "total"))


def totals_of(council: Council, claims: Iterable[Claim]) -> dict[UUID, Decimal]:
    """What stands in each claim in all; a claim without any figure is left out."""
    return dict(
        ClaimLine.objects.filter(council=council, claim__in=[claim.pk for claim in claims])
        .order_by()
        .values("claim")
        .annotate(total=Sum("amount"))
        .values_list("claim", "total")
    )


def payments_of(council: Council, claims: Iterable[Claim]) -> dict[UUID, ClaimStep]:
    """The payment of each claim that was paid."""
    return {
        step.claim_id: step
        for step in ClaimStep.objects.filter(
            council=council, claim__in=[claim.pk for claim in claims], kind=ClaimStepKind.PAID
        )
    }


def steps_of(claim: Claim) -> list[ClaimStep]:
    """What happened to a claim, the latest first, each submission with its figures."""
    return list(
        ClaimStep.objects.filter(council=claim.council_id, claim=claim)
        .select_related("by")
        .prefetch_related("lines")
        .order_by("-recorded_at", "-pk")
    )


def last_submission(claim: Claim) -> ClaimStep | None:
    """The latest submission of a claim."""
    return (
        ClaimStep.objects.filter(council=claim.council_id, claim=claim, kind=ClaimStepKind.SUBMITTED)
        .order_by("-number")
        .first()
    )


def submitted_ever(council: Council, claims: Iterable[Claim]) -> set[UUID]:
    """Those of the claims that went to the funder at any time, whatever became of them."""
    return set(
        ClaimStep.objects.filter(
            council=council, claim__in=[claim.pk for claim in claims], kind=ClaimStepKind.SUBMITTED
        ).values_list("claim", flat=True)
    )


def claims_due(council_ids: Sequence[int], today: date) -> QuerySet[Claim]:
    """Claims of these councils that are to be submitted soon, or are late: one statement."""
    return (
        Claim.objects.filter(
            Q(due_on__lte=today + WARNED_BEFORE) | Q(state=ClaimState.QUERIED),
            council__in=council_ids,
            state__in=[ClaimState.DRAFT, ClaimState.QUERIED],
            period_to__lt=today,
            grant__closed_on__isnull=True,
        )
        .select_related("grant", "council")
        .order_by("due_on", "pk")
    )


def claim_things(council: Council, readable: Iterable[Claim]) -> dict[UUID, Thing]:
    """How claims are called where a document says what it hangs on."""
    return {
        claim.pk: Thing(
            f"Claim of {claim.grant.title}, {period_words(claim)}",
            reverse("grant-claim", args=[council.slug, claim.pk]),
        )
        for claim in readable
    }


def period_words(claim: Claim) -> str:
    """The days that a claim is about."""
    return f"{british_date(claim.period_from)} to {british_date(claim.period_to)}"
