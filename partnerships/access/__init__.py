"""The only way to an object of the partnership: object and right in one call."""

from partnerships.access.organisations import (
    council_services,
    linked_organisation_for,
    organisations_acted_for,
    own_organisations,
    reachable_leads,
)

__all__ = [
    "council_services",
    "linked_organisation_for",
    "organisations_acted_for",
    "own_organisations",
    "reachable_leads",
]
