"""What writes over compliance's API share; the machinery is the kernel's (API-1, API-3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model
from rest_framework.exceptions import ValidationError

from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    DifferenceSerializer,
    RefusalSerializer,
    StaleSerializer,
    WritingAPIView,
    checked,
)

__all__ = [
    "IDEMPOTENCY_KEY",
    "VERSIONED_ANSWERS",
    "WRITE_ANSWERS",
    "ComplianceAPIView",
    "DifferenceSerializer",
    "RefusalSerializer",
    "StaleSerializer",
    "checked",
    "chosen",
]

Row = TypeVar("Row", bound=Model)


def chosen(field: str, key: object, offered: Iterable[Row], *, refusal: str, by: str = "pk") -> Row:
    """The one of what is offered that the key names. One answer for all others, there or not (TI-7).

    Args:
        field: of the request, under which the refusal stands.
        by: the attribute that the key names.

    Raises:
        ValidationError: with the refusal.
    """
    for row in offered:
        if getattr(row, by) == key:
            return row
    raise ValidationError({field: [refusal]})


class ComplianceAPIView(WritingAPIView):
    """Words refusals: 409 for a stale version with both texts, 422 for a reused key, else 400."""

    abstract = True
