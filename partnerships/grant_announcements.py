"""What grants and designations tell the other rooms: what was done, and which claim waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from partnerships.enums import ClaimState
from partnerships.models import Claim
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.grants import claims_due, period_words
from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting

GRANT_SENTENCES = {
    "partnerships.grant_added": "recorded a grant",
    "partnerships.grant_changed": "changed a grant",
    "partnerships.grant_closed": "closed a grant",
    "partnerships.grant_reopened": "opened a grant again",
    "partnerships.claim_filled": "changed the figures of a claim",
    "partnerships.claim_due_changed": "changed the day by which a claim is due",
    "partnerships.claim_submitted": "recorded that a claim was submitted",
    "partnerships.claim_queried": "recorded that the funder asked about a claim",
    "partnerships.claim_paid": "recorded that a claim was paid",
    "partnerships.designation_recorded": "recorded how the area is designated",
    "partnerships.designation_changed": "corrected how the area was designated",
    "partnerships.designation_removed": "removed a designation of the area",
}


def claim_due_items(mine: OwnAccess, today: date) -> Iterator[Found]:
    """Claims to submit: from the end of the quarter, and never before; those of others only once overdue."""
    councils = mine.where(PartnershipsPermission.EDIT_GRANTS)
    if not councils:
        return

    def items(claims: list[Claim]) -> Iterator[DueItem]:
        for claim in claims:
            of_others = claim.grant.owner_id not in (None, mine.user.pk)
            if of_others and not claim.is_overdue(today):
                continue
            council = councils[claim.council_id]
            yield DueItem(
                council=council,
                due_on=claim.due_on,
                reference="Grant claim",
                title=f"{claim.grant.title}, {period_words(claim)}",
                task="Answer the funder and submit the claim again"
                if claim.state == ClaimState.QUERIED
                else "Submit the claim",
                href=reverse("grant-claim", args=[council.slug, claim.pk]),
                kind="claim",
                list_text="Grants",
                list_href=reverse("grants", args=[council.slug]),
            )

    fields = ("council", "state", "period_from", "period_to", "due_on", "grant__title", "grant__owner")
    yield Waiting(claims_due(list(councils), today), fields, items)
