"""Grants for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from partnerships.models import Claim, Grant, GrantHead
from partnerships.policies.grants import HeadGiven
from partnerships.queries.grants import heads_of
from partnerships.services.claims import save_figures, submit_claim
from partnerships.services.grants import add_grant
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

HEADS = {"Staff": "30000.00", "Projects": "5000.00"}


def grant(council: Council, heads: Mapping[str, str] = HEADS, **fields: Any) -> Grant:
    """A grant for the financial year 2016/17 unless told otherwise, with four claims in draft."""
    given = fields.pop("given", None)
    if given is None:
        given = [HeadGiven(name, Decimal(amount)) for name, amount in heads.items()]
    wanted: dict[str, Any] = {
        "title": "Prevent programme 2016/17",
        "funder": "Home Office",
        "starts_on": date(2016, 4, 1),
        "ends_on": date(2017, 3, 31),
        "awarded": sum((head.allowed for head in given), Decimal(0)),
        "heads": given,
        **fields,
    }
    with service_scope(council=council):
        return add_grant(council=council, by=None, **wanted)


def claims(made: Grant) -> list[Claim]:
    """The claims of a grant as they stand, the earliest first."""
    with service_scope(council=made.council):
        return list(
            Claim.objects.filter(council=made.council, grant=made)
            .select_related("grant", "council")
            .order_by("period_to")
        )


def heads(made: Grant) -> dict[str, GrantHead]:
    """The heads of a grant by name."""
    with service_scope(council=made.council):
        return {head.name: head for head in heads_of(made)}


def filled(claim: Claim, **amounts: str) -> Claim:
    """The claim with figures by the names of its heads."""
    by_name = heads(claim.grant)
    with service_scope(council=claim.council):
        return save_figures(
            claim=claim,
            by=None,
            version=claim.version,
            amounts={by_name[name].pk: Decimal(amount) for name, amount in amounts.items()},
        )


def submitted(claim: Claim, on: date | None = None, **amounts: str) -> Claim:
    """The claim with figures, sent to the funder."""
    claim = filled(claim, **amounts)
    with service_scope(council=claim.council):
        submit_claim(
            claim=claim,
            by=None,
            version=claim.version,
            submitted_on=on or claim.due_on,
            note="In the finance system.",
        )
        return Claim.objects.select_related("grant", "council").get(pk=claim.pk)
