"""Doors for Celery beat: each calls one service, one council at a time under its service scope."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from partnerships.services.acting_people import end_with_links, end_without_role
from partnerships.services.register_reminders import remind_of_registers
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.working_days import is_working_day


@shared_task(name="partnerships.remind_of_registers")
def remind_everywhere() -> None:
    """Dispatch one task per council, so that one council's trouble is nobody else's."""
    for council in joined_councils():
        remind_one.apply_async(kwargs={"council_id": council.pk})


@shared_task(name="partnerships.remind_of_registers_of_council")
def remind_one(*, council_id: int) -> None:
    """Write to whoever an entry of a register is due for, on working days."""
    if not is_working_day(timezone.localdate()):
        return
    council = Council.objects.get(pk=council_id)
    with service_scope(council=council):
        remind_of_registers(council=council, today=timezone.localdate())


@shared_task(name="partnerships.end_acting_people")
def end_acting_people_everywhere() -> None:
    """Dispatch one task per council, so that one council's trouble is nobody else's."""
    for council in joined_councils():
        end_acting_people_of_one.apply_async(kwargs={"council_id": council.pk})


@shared_task(name="partnerships.end_acting_people_of_council")
def end_acting_people_of_one(*, council_id: int) -> None:
    """Take the right to act from those whose organisation's link has ended, or whose own role has."""
    council = Council.objects.get(pk=council_id)
    with service_scope(council=council):
        end_with_links(council=council, today=timezone.localdate())
        end_without_role(council=council)
