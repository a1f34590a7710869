"""Doors for Celery beat: each calls one service, one council at a time under its service scope."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.working_days import is_working_day
from training.services.registers import expire_registers
from training.services.reminders import remind_due
from training.services.rounds import open_due_round
from training.services.uploads import expire_uploads


@shared_task(name="training.expire_registers")
def expire() -> None:
    """Take away what was sent and not confirmed."""
    for council in joined_councils():
        with service_scope(council=council):
            expire_registers(council=council)


@shared_task(name="training.expire_uploads")
def expire_files_of_figures() -> None:
    """Take away what was understood of files that nobody confirmed."""
    for council in joined_councils():
        with service_scope(council=council):
            expire_uploads(council=council)


@shared_task(name="training.keep_rounds")
def keep_rounds() -> None:
    """Dispatch one task per council, so that one council's trouble is nobody else's."""
    for council in joined_councils():
        keep_round.apply_async(kwargs={"council_id": council.pk})


@shared_task(name="training.keep_round")
def keep_round(*, council_id: int) -> None:
    """Open the round of the quarter that has ended, and on working days remind of what is missing."""
    council = Council.objects.get(pk=council_id)
    with service_scope(council=council):
        open_due_round(council=council, today=timezone.localdate())
        if is_working_day(timezone.localdate()):
            remind_due(council=council, today=timezone.localdate())
