"""Doors for Celery."""

from __future__ import annotations

from celery import shared_task

from prevent_portal.documents import scanner
from prevent_portal.documents.services import documents, versions
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope


@shared_task(name="documents.sweep")
def sweep() -> None:
    """Dispatch the sweep of orphaned files, one council at a time."""
    for council in joined_councils():
        sweep_council.delay(council_id=council.pk)


@shared_task(name="documents.sweep_council")
def sweep_council(*, council_id: int) -> None:
    council = Council.objects.get(pk=council_id)
    with service_scope(council=council):
        documents.sweep_files(council=council)


@shared_task(name="documents.check_quarantine")
def check_quarantine() -> None:
    """Ask the scanner again about what waits; without one everything in quarantine stays there."""
    if not scanner.is_configured():
        return
    for council in joined_councils():
        versions.check_held(council=council)
