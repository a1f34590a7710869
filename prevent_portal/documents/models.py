"""Documents, their versions, and what each hangs on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.documents.enums import Marking, VersionState
from prevent_portal.tenancy.models import CouncilOwned


class Document(CouncilOwned):
    """A file that a council keeps as evidence or paper, whatever versions it has had."""

    title = models.CharField(max_length=200)
    marking = models.CharField(max_length=20, choices=Marking.choices, blank=True, default=Marking.NONE)
    covers_from = models.DateField(null=True, blank=True)
    covers_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="document_covers_a_period",
                condition=Q(covers_from__isnull=True)
                | Q(covers_to__isnull=True)
                | Q(covers_to__gte=F("covers_from")),
            )
        ]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(CouncilOwned):
    """One stored file. The bytes never change; its name on disk is ours, not the uploader's."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.QUARANTINED)
    file_name = models.CharField(max_length=200, help_text="The uploader's name for it, made safe.")
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "document", "number"], name="document_version_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"


class DocumentUse(CouncilOwned):
    """A document hangs on a thing: ``kind`` names the access rule of its room, ``object_id`` the thing."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["council", "kind", "object_id"], name="document_use_of_thing")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "document", "kind", "object_id"], name="document_used_once_per_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
