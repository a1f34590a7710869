"""In what state a change to the partnership is allowed."""

from __future__ import annotations

from datetime import date

from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role

PARTNER_ROLES = frozenset({Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD})
"""Roles of people who belong to a partner and not to the council."""


class PartnershipRefused(Exception):
    """The change is not allowed; the text says why in words for a council officer."""


def require_linkable(organisation: Organisation, starts_on: date | None) -> None:
    """Refuse a link that would begin after the organisation ended."""
    if organisation.ends_on and starts_on and starts_on > organisation.ends_on:
        raise PartnershipRefused(
            f"{organisation.name} ended before this link would begin. Link its successor instead."
        )


def require_link(link: CouncilOrganisation | None) -> CouncilOrganisation:
    """The link, or the refusal that there is none."""
    if link is None:
        raise PartnershipRefused("The organisation is not linked to this council. Link it first.")
    return link


def require_lead(person: CouncilAccess) -> None:
    """Refuse as a lead whoever could not open what a reminder points to."""
    if not person.is_member:
        raise PartnershipRefused("A lead needs an account with a role in this council.")


def require_submitter(link: CouncilOrganisation | None, person: CouncilAccess) -> None:
    """Refuse to let a person act for an organisation unless both are the council's partners.

    A person with an office in the council itself may not also speak for a partner: the grant opens what the
    partner shares with other councils.
    """
    require_link(link)
    if not person.roles & PARTNER_ROLES:
        raise PartnershipRefused("Give the person the role of partner submitter in this council first.")
    if person.roles - PARTNER_ROLES:
        raise PartnershipRefused("A person with another role in this council cannot act for a partner.")
