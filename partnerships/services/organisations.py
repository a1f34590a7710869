"""Link organisations to a council and say who may act for them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from partnerships.models import CouncilOrganisation, Organisation
from partnerships.permissions import OrganisationPermission, PartnershipsPermission
from partnerships.policies import require_lead, require_link, require_linkable, require_submitter
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def _require_editor(by: User | None, council: Council) -> None:
    """Raise Http404 unless the person may change the council's partnership; None is the service principal."""
    if by is not None:
        council_access(by, council).require(PartnershipsPermission.EDIT_PARTNERSHIP)


def link_organisation(
    *,
    council: Council,
    organisation: Organisation,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> CouncilOrganisation:
    """Link an organisation of the directory to a council, or change the dates of the link.

    Args:
        by: who links it; None for the service principal.

    Raises:
        PartnershipRefused: if the organisation ended before the link would begin.
    """
    _require_editor(by, council)
    with transaction.atomic():
        require_linkable(organisation, starts_on)
        link, created = CouncilOrganisation.objects.get_or_create(
            council=council, organisation=organisation, defaults={"starts_on": starts_on, "ends_on": ends_on}
        )
        if not created:
            if (link.starts_on, link.ends_on) == (starts_on, ends_on):
                return link
            link.starts_on, link.ends_on = starts_on, ends_on
            link.save(update_fields=["starts_on", "ends_on"])
        record(
            action="partnerships.organisation_linked",
            subject=link,
            details={"organisation": organisation.pk, "starts_on": starts_on, "ends_on": ends_on},
        )
    return link


def name_leads(
    *,
    council: Council,
    organisation: Organisation,
    prevent_lead: User | None,
    executive_lead: User | None,
    by: User | None,
) -> CouncilOrganisation:
    """Name whom the council writes to about an organisation: its Prevent lead, and above them an executive.

    Args:
        prevent_lead, executive_lead: None where nobody is named.
        by: who names them; None for the service principal.

    Raises:
        PartnershipRefused: unless the organisation is linked and each person holds a role in the council.
    """
    _require_editor(by, council)
    with transaction.atomic():
        link = require_link(
            CouncilOrganisation.objects.select_for_update(of=("self",))
            .filter(council=council, organisation=organisation)
            .first()
        )
        for person in (prevent_lead, executive_lead):
            if person is not None:
                require_lead(council_access(person, council))
        if (link.prevent_lead, link.executive_lead) != (prevent_lead, executive_lead):
            link.prevent_lead, link.executive_lead = prevent_lead, executive_lead
            link.save(update_fields=["prevent_lead", "executive_lead"])
            record(
                action="partnerships.leads_named",
                subject=link,
                details={
                    "organisation": organisation.pk,
                    "prevent_lead": prevent_lead.pk if prevent_lead else None,
                    "executive_lead": executive_lead.pk if executive_lead else None,
                },
            )
    return link


def allow_submitter(*, council: Council, organisation: Organisation, user: User, by: User | None) -> None:
    """Let a person send returns for an organisation. Doing it twice changes nothing.

    Raises:
        PartnershipRefused: unless the organisation is linked and the person is a partner and nothing else.
    """
    _require_editor(by, council)
    with transaction.atomic():
        link = (
            CouncilOrganisation.objects.select_for_update()
            .filter(council=council, organisation=organisation)
            .first()
        )
        require_submitter(link, council_access(user, council))
        assign_perm(OrganisationPermission.SUBMIT_RETURNS.value, user, organisation)
        record(
            action="partnerships.submitter_allowed",
            subject=organisation,
            details={"user": user.pk},
        )


def withdraw_submitter(*, council: Council, organisation: Organisation, user: User, by: User | None) -> None:
    """Take the right to act for an organisation away again, at once."""
    _require_editor(by, council)
    with transaction.atomic():
        CouncilOrganisation.objects.select_for_update().get(council=council, organisation=organisation)
        remove_perm(OrganisationPermission.SUBMIT_RETURNS.value, user, organisation)
        record(
            action="partnerships.submitter_withdrawn",
            subject=organisation,
            details={"user": user.pk},
        )
