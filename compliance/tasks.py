"""Doors for Celery: each takes ids, enters the council's scope and calls one service."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from compliance.services.positions import keep_due
from compliance.services.report_opening import open_due
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope


@shared_task(name="compliance.open_quarters")
def open_quarters() -> None:
    """Dispatch two tasks per council, so that one's trouble is nobody else's."""
    for council in joined_councils():
        open_quarter.apply_async(kwargs={"council_id": council.pk})
        keep_position.apply_async(kwargs={"council_id": council.pk})


@shared_task(name="compliance.open_quarter")
def open_quarter(*, council_id: int) -> None:
    council = Council.objects.get(pk=council_id)
    with service_scope(council=council):
        open_due(council=council, today=timezone.localdate())


@shared_task(name="compliance.keep_position")
def keep_position(*, council_id: int) -> None:
    """Keep the picture of the quarter that ended last, unless it is kept."""
    council = Council.objects.get(pk=council_id)
    with service_scope(council=council):
        keep_due(council=council, today=timezone.localdate())
