"""Link organisations to a council, name their leads, and keep the council's own ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from partnerships.enums import CodeScheme, OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation, OrganisationCode
from partnerships.policies.editing import require_editor
from partnerships.policies.organisations import (
    require_code,
    require_end,
    require_lead,
    require_link,
    require_linkable,
    require_own_head,
)
from partnerships.policies.refusals import PartnershipRefused
from partnerships.services.acting_people import end_with_link
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

_LABELS = {
    "starts_on": "First day",
    "ends_on": "Last day",
    "name": "Name",
    "kind": "Kind",
    "specified_authority": "Bound by the duty (Schedule 6)",
    "panel_partner": "Partner of the Channel panel (Schedule 7)",
    "parent": "Part of",
    "successor": "Followed by",
    "prevent_lead": "Prevent lead",
    "executive_lead": "Executive lead",
}


def link_organisation(
    *,
    council: Council,
    organisation: Organisation,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    version: int | None = None,
) -> CouncilOrganisation:
    """Link an organisation of the directory to a council, or change the dates of the link.

    From the day after ``ends_on`` the organisation's people open nothing here any more: access ends with the
    link. Other councils' links are their own.

    Args:
        by: who links it; None for the service principal.
        version: of the link that the dates were read from, where people change them.

    Raises:
        PartnershipRefused: if the organisation ended before the link would begin, if it is another council's
            own, or if the dates are in the wrong order.
        StaleVersion: if somebody changed the link since ``version``.
    """
    require_editor(by, council)
    with transaction.atomic():
        require_linkable(council, organisation, starts_on, ends_on)
        link, created = CouncilOrganisation.objects.select_for_update(of=("self",)).get_or_create(
            council=council, organisation=organisation, defaults={"starts_on": starts_on, "ends_on": ends_on}
        )
        if not created:
            dates = {"starts_on": starts_on, "ends_on": ends_on}
            if version is not None:
                require_version(link, version, dates, _LABELS)
            if not save_next(link, dates):
                return link
        record(
            action="partnerships.organisation_linked",
            subject=link,
            details={"organisation": organisation.pk, "starts_on": starts_on, "ends_on": ends_on},
        )
        end_with_link(link=link, by=by)
    return link


def link_many(
    *, council: Council, organisations: Sequence[Organisation], starts_on: date | None, by: User | None
) -> int:
    """Link several organisations from one day; those that are linked already stay as they are.

    Returns:
        How many were linked.
    """
    with transaction.atomic():
        known = set(
            CouncilOrganisation.objects.filter(
                council=council, organisation__in=[each.pk for each in organisations]
            ).values_list("organisation_id", flat=True)
        )
        fresh = [each for each in organisations if each.pk not in known]
        for organisation in fresh:
            link_organisation(council=council, organisation=organisation, by=by, starts_on=starts_on)
    return len(fresh)


def add_organisation(
    *,
    council: Council,
    name: str,
    kind: OrganisationKind,
    specified_authority: bool,
    panel_partner: bool,
    by: User | None,
    parent: Organisation | None = None,
    starts_on: date | None = None,
) -> Organisation:
    """Add an organisation that no official register lists, such as a service of the council, and link it.

    Only this council finds and links it.

    Raises:
        PartnershipRefused: without a name, for a name that the council has linked already, or for a parent
            that is not linked.
    """
    require_editor(by, council)
    with transaction.atomic():
        # Two people who add the same service at the same moment take turns.
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        require_own_head(council, None, name, parent)
        organisation = Organisation.objects.create(
            name=name.strip(),
            kind=kind,
            specified_authority=specified_authority,
            panel_partner=panel_partner,
            parent=parent,
            kept_by=council,
        )
        link = CouncilOrganisation.objects.create(
            council=council, organisation=organisation, starts_on=starts_on
        )
        record(
            action="partnerships.organisation_added", subject=link, details={"organisation": organisation.pk}
        )
    return organisation


def change_organisation(
    *,
    council: Council,
    organisation: Organisation,
    name: str,
    kind: OrganisationKind,
    specified_authority: bool,
    panel_partner: bool,
    parent: Organisation | None,
    ends_on: date | None,
    successor: Organisation | None,
    version: int,
    by: User,
) -> Organisation:
    """Change an organisation that the council added for itself; those of the directory come from registers.

    Raises:
        PartnershipRefused: for one that the council does not keep, or a head that does not fit.
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    require_editor(by, council)
    with transaction.atomic():
        # Two who name each other's organisation as the successor take turns, so that no circle closes.
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        locked = _lock_own(council, organisation)
        values: dict[str, Any] = {
            "name": name.strip(),
            "kind": kind,
            "specified_authority": specified_authority,
            "panel_partner": panel_partner,
            "parent": parent,
            "ends_on": ends_on,
            "successor": successor,
        }
        require_version(locked, version, values, _LABELS)
        require_own_head(council, locked, name, parent)
        require_end(locked, ends_on, successor)
        changed = save_next(locked, values)
        if changed:
            record(
                action="partnerships.organisation_changed",
                subject=_link_of(council, locked),
                details={"organisation": locked.pk, "fields": changed},
            )
    return locked


def add_code(
    *,
    council: Council,
    organisation: Organisation,
    scheme: CodeScheme,
    code: str,
    starts_on: date | None,
    ends_on: date | None,
    by: User | None,
) -> OrganisationCode:
    """Give an organisation that the council keeps a code for a time.

    Raises:
        PartnershipRefused: for one that the council does not keep, a code it uses already, or dates in the
            wrong order.
    """
    require_editor(by, council)
    with transaction.atomic():
        locked = _lock_own(council, organisation)
        text = code.strip().upper() if scheme != CodeScheme.LOCAL else code.strip()
        require_code(council, text, scheme, starts_on, ends_on)
        created = OrganisationCode.objects.create(
            organisation=locked,
            scheme=scheme,
            code=text,
            starts_on=starts_on,
            ends_on=ends_on,
            kept_by=council,
        )
        record(
            action="partnerships.code_added",
            subject=_link_of(council, locked),
            details={"organisation": locked.pk, "scheme": scheme.value},
        )
    return created


def end_code(
    *, council: Council, organisation: Organisation, code: OrganisationCode, ends_on: date, by: User
) -> OrganisationCode:
    """Say on which day a code of an organisation that the council keeps was last valid.

    Raises:
        PartnershipRefused: for one that the council does not keep, or a day before the code began.
    """
    require_editor(by, council)
    with transaction.atomic():
        locked = _lock_own(council, organisation)
        held = OrganisationCode.objects.select_for_update().get(organisation=locked, pk=code.pk)
        if held.starts_on and ends_on < held.starts_on:
            raise PartnershipRefused("The last day of the code must not be before its first.")
        if held.ends_on != ends_on:
            held.ends_on = ends_on
            held.save(update_fields=["ends_on"])
            record(
                action="partnerships.code_ended",
                subject=_link_of(council, locked),
                details={"organisation": locked.pk, "scheme": held.scheme, "ends_on": ends_on},
            )
    return held


def name_leads(
    *,
    council: Council,
    organisation: Organisation,
    prevent_lead: User | None,
    executive_lead: User | None,
    by: User | None,
    version: int | None = None,
) -> CouncilOrganisation:
    """Name whom the council writes to about an organisation: its Prevent lead, and above them an executive.

    Args:
        prevent_lead, executive_lead: None where nobody is named.
        by: who names them; None for the service principal.
        version: of the link that the leads were read from, where people change them.

    Raises:
        PartnershipRefused: unless the organisation is linked and each person holds a role in the council.
        StaleVersion: if somebody changed the link since ``version``.
    """
    require_editor(by, council)
    with transaction.atomic():
        link = require_link(
            CouncilOrganisation.objects.select_for_update(of=("self",))
            .filter(council=council, organisation=organisation)
            .first()
        )
        for person in (prevent_lead, executive_lead):
            if person is not None:
                require_lead(council_access(person, council))
        leads = {"prevent_lead": prevent_lead, "executive_lead": executive_lead}
        if version is not None:
            require_version(link, version, leads, _LABELS)
        if save_next(link, leads):
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


def _lock_own(council: Council, organisation: Organisation) -> Organisation:
    """The organisation, locked; refused unless the council keeps it."""
    locked = (
        Organisation.objects.select_for_update(of=("self",))
        .select_related("parent", "successor")
        .filter(pk=organisation.pk, kept_by=council)
        .first()
    )
    if locked is None:
        raise PartnershipRefused(
            "This organisation comes from an official register. Its name and codes change with the register."
        )
    return locked


def _link_of(council: Council, organisation: Organisation) -> CouncilOrganisation:
    return CouncilOrganisation.objects.get(council=council, organisation=organisation)
