"""A refusal in words for a council officer."""

from __future__ import annotations

from prevent_portal.tenancy.refusals import PolicyError


class PartnershipRefused(PolicyError):
    """The change is not allowed; the text says why in words for a council officer."""
