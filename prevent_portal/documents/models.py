"""Documents, their versions, and what each hangs on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.documents.enums import Marking, VersionState
from prevent_portal.tenancy.models import CouncilOwned


class Document(CouncilOwned):
    """A file or link that a council keeps as evidence, whatever versions it has had.

    What it covers and when it was uploaded are two things: the period is of the content.
    """

    title = models.CharField(max_length=200)
    marking = models.CharField(max_length=20, choices=Marking.choices, blank=True, default=Marking.NONE)
    covers_from = models.DateField(null=True, blank=True)
    covers_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    is_link = models.BooleanField(default=False, help_text="An address elsewhere, not a file kept here.")
    version = models.PositiveIntegerField(default=1, help_text="Counts changes of the details.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["council", "-created_at"], name="document_newest"),
            models.Index(
                fields=["council", "owner", "review_on"],
                condition=Q(review_on__isnull=False),
                name="document_review_due",
            ),
        ]
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

    @property
    def reference(self) -> str:
        """How an e-mail names it, which carries no title (rule 14 of the product)."""
        return f"E-{self.pk.hex[-6:].upper()}"


class DocumentVersion(CouncilOwned):
    """One stored file, or one address. Neither ever changes; a file's name on disk is our own.

    ``state`` goes from quarantined to accepted or refused, and no further. ``sha256`` is of the bytes, of a
    link's address for a link: a decision binds to the version's key and this.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.QUARANTINED)
    file_name = models.CharField(
        max_length=200, blank=True, help_text="The uploader's name for it, made safe."
    )
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    url = models.URLField(max_length=2000, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="When a malware scanner passed it.")
    problem = models.CharField(max_length=200, blank=True, help_text="Why it was refused, for people.")
    token = models.UUIDField(null=True, blank=True, help_text="Of the form that sent it.")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "document", "number"], name="document_version_number_is_unique"
            ),
            models.UniqueConstraint(fields=["council", "token"], name="document_version_sent_once"),
            models.CheckConstraint(
                name="document_version_is_a_file_or_a_link",
                condition=Q(url="") | Q(url__startswith="https://", file_name=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["council", "uploaded_at"],
                condition=Q(state="quarantined"),
                name="document_version_held",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.url} ({self.number})"


class DocumentUse(CouncilOwned):
    """A document hangs on a thing: ``kind`` names the access rule of its room, ``object_id`` the thing."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["council", "kind", "object_id"], name="document_use_of_thing")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "document", "kind", "object_id"], name="document_used_once_per_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
