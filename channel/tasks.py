"""Doors for Celery beat: each calls one service, one council at a time under its service scope."""

from __future__ import annotations

from celery import shared_task

from channel.services.retention import raise_reviews
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils


@shared_task(name="channel.raise_retention_reviews")
def raise_reviews_everywhere() -> None:
    """Dispatch one task per council, so that one council's trouble is nobody else's."""
    for council in joined_councils():
        raise_reviews_of_one.apply_async(kwargs={"council_id": council.pk})


@shared_task(name="channel.raise_retention_reviews_of_council")
def raise_reviews_of_one(*, council_id: int) -> None:
    """Raise a review for each case whose period is over. Safe to repeat."""
    raise_reviews(council=Council.objects.get(pk=council_id))
