"""What writes over compliance's API share; the machinery is the kernel's (API-1, API-3)."""

from __future__ import annotations

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
]


class ComplianceAPIView(WritingAPIView):
    """Words refusals: 409 for a stale version with both texts, 422 for a reused key, else 400."""

    abstract = True
