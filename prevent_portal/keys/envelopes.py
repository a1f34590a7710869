"""A text that is stored as ciphertext, and loaded as ciphertext."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from django.core import checks
from django.db import models

from prevent_portal.keys.ciphers import SHORTEST


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """What a sealed field holds. It shows nothing: to read it is ``services.sealing.open_sealed``."""

    sealed: bytes

    def __str__(self) -> str:
        return "sealed"

    def __repr__(self) -> str:
        return "<Envelope>"


class SealedTextField(models.BinaryField):  # type: ignore[type-arg] # generic in the stubs alone
    """A narrative field of a :class:`~prevent_portal.keys.models.SealedRow`, ciphertext at rest (RC-5).

    Loading a row never opens it, so that reading stays a deliberate act that is logged. It takes envelopes
    and nothing else: a text assigned by mistake is refused before it reaches the database. It cannot be
    searched, compared or sorted by.

    Args:
        longest: how many characters the text may have; None where nothing limits it.
    """

    def __init__(self, *args: Any, longest: int | None = None, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.longest is not None:
            kwargs["longest"] = self.longest
        return name, path, args, kwargs

    def from_db_value(self, value: Any, *args: Any) -> Envelope | None:
        return None if value is None else Envelope(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or (isinstance(value, Envelope) and len(value.sealed) >= SHORTEST):
            return super().get_db_prep_value(value.sealed if value else None, connection, prepared)
        raise TypeError(f"{self.name} is a sealed field: seal the text first (keys.services.sealing.seal).")

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return base64.b64encode(value.sealed).decode() if isinstance(value, Envelope) else ""

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        faults = list(super().check(**kwargs))
        if not hasattr(self.model, "sealed_version"):
            faults.append(checks.Error("A sealed field needs a model that is a SealedRow.", obj=self))
        return faults
