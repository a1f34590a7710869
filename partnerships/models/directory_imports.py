"""When the national directory was brought up to date, and from which file."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from partnerships.enums import CodeScheme
from prevent_portal.tenancy.models import new_id


class DirectoryImport(models.Model):
    """One file of an official register that was read into the directory. It belongs to no council."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.CharField(max_length=12, choices=CodeScheme.choices)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    areas = models.CharField(max_length=200, blank=True)
    ran_at = models.DateTimeField(default=timezone.now)
    added = models.PositiveIntegerField(default=0)
    renamed = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    succeeded = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-ran_at"]

    def __str__(self) -> str:
        return f"{self.scheme} {self.file_name}"
