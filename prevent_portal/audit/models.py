"""The audit trail as the app's role may see it: rows to read, in a schema that it cannot alter."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class EventQuerySet(models.QuerySet["Event"]):
    def newest_first(self) -> EventQuerySet:
        return self.order_by("-id")


class Event(models.Model):
    """One thing that somebody did. Rows come only from the database function ``audit.record``.

    Holds references and field names, never content (AL-3).
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    council_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    details = models.JSONField()
    restricted = models.BooleanField()

    objects = EventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = 'audit"."event'

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Audit events are recorded by prevent_portal.audit.services.record and never saved.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Audit events are never deleted.")
