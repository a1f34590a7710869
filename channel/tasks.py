"""Doors for Celery beat: each calls one service, one council at a time under its service scope."""

from __future__ import annotations

from celery import shared_task

from channel.services.alarms import alarm_unusual_reading
from channel.services.files import destroy_lapsed_files
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


@shared_task(name="channel.destroy_lapsed_files")
def destroy_files_everywhere() -> None:
    """Dispatch one task per council, so that one council's trouble is nobody else's."""
    for council in joined_councils():
        destroy_files_of_one.apply_async(kwargs={"council_id": council.pk})


@shared_task(name="channel.destroy_lapsed_files_of_council")
def destroy_files_of_one(*, council_id: int) -> None:
    """Destroy the files of panels whose day is over. Safe to repeat."""
    destroy_lapsed_files(council=Council.objects.get(pk=council_id))


@shared_task(name="channel.watch_reading")
def watch_everywhere() -> None:
    """Dispatch one task per council; one that comes too late is dropped, because the next looks back."""
    for council in joined_councils():
        watch_one.apply_async(kwargs={"council_id": council.pk}, expires=55)


@shared_task(name="channel.watch_reading_of_council")
def watch_one(*, council_id: int) -> None:
    """Tell chairs and data protection officers of unusual reading, each once a day. Safe to repeat."""
    alarm_unusual_reading(council=Council.objects.get(pk=council_id))
