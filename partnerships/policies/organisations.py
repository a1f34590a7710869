"""In what state a link to an organisation may change, and who may act for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils import timezone

from partnerships.enums import CodeScheme
from partnerships.models import CouncilOrganisation, Organisation, OrganisationCode
from partnerships.permissions import PARTNER_ROLES
from partnerships.policies.refusals import PartnershipRefused
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council


def require_linkable(
    council: Council, organisation: Organisation, starts_on: date | None, ends_on: date | None
) -> None:
    """Refuse a link that would begin after the organisation ended, or to what another council keeps."""
    if organisation.kept_by_id not in (None, council.pk):
        raise PartnershipRefused("There is no such organisation in the directory.")
    if starts_on and ends_on and ends_on < starts_on:
        raise PartnershipRefused("The last day of the link must not be before its first.")
    if organisation.ends_on and starts_on and starts_on > organisation.ends_on:
        raise PartnershipRefused(
            f"{organisation.name} ended before this link would begin. Link its successor instead."
        )


def require_link(link: CouncilOrganisation | None) -> CouncilOrganisation:
    """The link, or the refusal that there is none."""
    if link is None:
        raise PartnershipRefused("The organisation is not linked to this council. Link it first.")
    return link


def require_own_head(
    council: Council, organisation: Organisation | None, name: str, parent: Organisation | None
) -> None:
    """Refuse a head that does not fit an organisation which the council keeps, or is about to add."""
    text = name.strip()
    if not text:
        raise PartnershipRefused("Enter the organisation’s name.")
    same = Organisation.objects.filter(council_links__council=council, name__iexact=text)
    if organisation is not None:
        same = same.exclude(pk=organisation.pk)
    if same.exists():
        raise PartnershipRefused("The council has linked an organisation of this name already.")
    if parent is None:
        return
    if not CouncilOrganisation.objects.filter(council=council, organisation=parent).exists():
        raise PartnershipRefused("Choose an organisation of this council as the one it is part of.")
    if organisation is not None and _leads_to(organisation.pk, parent.pk, "parent"):
        raise PartnershipRefused("An organisation cannot be part of itself.")


def require_end(organisation: Organisation, ends_on: date | None, successor: Organisation | None) -> None:
    """Refuse a successor of one that has not ended, and one that follows itself."""
    if successor is None:
        return
    if ends_on is None:
        raise PartnershipRefused("Enter the last day of the organisation that the other one follows.")
    if _leads_to(organisation.pk, successor.pk, "successor"):
        raise PartnershipRefused(
            "An organisation cannot follow itself, also not by way of others that follow it."
        )


def _leads_to(end: UUID, start: UUID, along: str) -> bool:
    """Whether the parents or successors of an organisation, near or far, come to another one."""
    step: UUID | None = start
    seen: set[UUID] = set()
    while step is not None and step not in seen:
        if step == end:
            return True
        seen.add(step)
        step = Organisation.objects.filter(pk=step).values_list(along, flat=True).first()
    return False


def require_code(
    council: Council, code: str, scheme: CodeScheme, starts_on: date | None, ends_on: date | None
) -> None:
    """Refuse a code that says nothing, that the council has given already, or whose days run backwards."""
    if not code or len(code) > 20 or not code.isprintable():
        raise PartnershipRefused("Enter a code of at most 20 characters.")
    if starts_on and ends_on and ends_on < starts_on:
        raise PartnershipRefused("The last day of the code must not be before its first.")
    if OrganisationCode.objects.filter(scheme=scheme, code=code, kept_by=council).exists():
        raise PartnershipRefused("Another organisation of the council has this code.")
    if OrganisationCode.objects.filter(scheme=scheme, code=code, kept_by__isnull=True).exists():
        raise PartnershipRefused(
            "The directory holds an organisation with this code. Link that one instead of adding your own."
        )


def require_lead(person: CouncilAccess) -> None:
    """Refuse as a lead whoever could not open what a reminder points to."""
    if not person.is_member:
        raise PartnershipRefused("A lead needs an account with a role in this council.")


def require_submitter(link: CouncilOrganisation | None, person: CouncilAccess) -> CouncilOrganisation:
    """The link; refuse to let a person act for an organisation unless both are the council's partners today.

    A person with an office in the council itself may not also speak for a partner: the grant opens what the
    partner shares with other councils.
    """
    found = require_link(link)
    today = timezone.localdate()
    if found.ends_on and found.ends_on < today:
        raise PartnershipRefused("The link to this organisation has ended. Open it again first.")
    if not person.roles & PARTNER_ROLES:
        raise PartnershipRefused(
            "Give the person the role of partner submitter or partner Prevent lead in this council first."
        )
    if person.roles - PARTNER_ROLES:
        raise PartnershipRefused("A person with another role in this council cannot act for a partner.")
    return found
