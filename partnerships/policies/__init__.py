"""In what state a change to the partnership is allowed, one module per noun."""

from partnerships.policies.refusals import PartnershipRefused

__all__ = ["PartnershipRefused"]
