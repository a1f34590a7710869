"""The keys of the key store, each wrapped by the one above it, and the base of rows that they seal."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from prevent_portal.keys.envelopes import SealedTextField


class CouncilKey(models.Model):
    """A council's key, which wraps its data keys; wrapped itself by a key-encryption key from outside.

    Lives in the key store: no foreign key leads to the council's row in the other database.
    """

    council_id = models.BigIntegerField(primary_key=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts how often the key was renewed.")
    wrapped_by = models.CharField(max_length=40, help_text="Name of the key-encryption key.")
    wrapped = models.BinaryField()
    renewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"key of council {self.council_id}"

    @property
    def place(self) -> list[str]:
        """What the wrapped key is bound to."""
        return ["council key", str(self.council_id), str(self.version), self.wrapped_by]


class DataKey(models.Model):
    """The key of one record, such as a case; everything sealed of that record is sealed with it.

    Erasing it leaves the row behind without the key, so that no new key is ever made for a record which a
    restored dump brings back (RC-8).
    """

    subject = models.UUIDField(primary_key=True, help_text="Key of the record, in the other database.")
    council = models.ForeignKey(CouncilKey, models.PROTECT, related_name="data_keys")
    council_version = models.PositiveIntegerField(help_text="Version of the council's key that wraps it.")
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="erased_key_is_gone",
                condition=Q(wrapped__isnull=True, erased_at__isnull=False)
                | Q(wrapped__isnull=False, erased_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.subject}"

    @property
    def place(self) -> list[str]:
        """What the wrapped key is bound to."""
        return ["data key", str(self.council_id), str(self.council_version), str(self.subject)]


class SealedRow(models.Model):
    """Base of a council-owned model with sealed fields.

    ``sealed_version`` counts how often the row was sealed. The ciphertext is bound to it, so that an earlier
    text of the same field opens no more.
    """

    sealed_under: ClassVar[str] = "pk"
    """Which attribute is the UUID of the record whose key seals this row: ``case_id`` on a part of a case."""
    sealed_noun: ClassVar[str] = "record"
    """What people call it, for the sentence that says it cannot be opened."""

    sealed_version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def sealed_fields(cls) -> list[SealedTextField]:
        """The model's sealed fields."""
        return [field for field in cls._meta.local_fields if isinstance(field, SealedTextField)]

    @property
    def sealing_subject(self) -> UUID:
        """The record whose key seals this row."""
        subject: UUID = getattr(self, self.sealed_under)
        return subject

    def place_of(self, field: SealedTextField) -> list[str]:
        """What the ciphertext of a field is bound to: council, table, row, field and version."""
        council_id: int = getattr(self, "council_id")  # noqa: B009 - every council-owned model has it
        return [
            "sealed field",
            str(council_id),
            self._meta.db_table,
            str(self.pk),
            str(field.column),
            str(self.sealed_version),
        ]
