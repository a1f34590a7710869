"""The only way to an organisation: object and right in one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import ActingPerson, Contact, CouncilOrganisation, Organisation, OrganisationCode
from partnerships.permissions import PARTNER_ROLES, PartnershipsPermission
from partnerships.queries.organisations import linked_on, linked_organisations, not_ended
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership
from prevent_portal.tenancy.models import Council


def own_organisations(access: CouncilAccess, on: date | None = None) -> list[Organisation]:
    """Organisations that the person acts for in this council as a partner, by name: one query.

    Needs a partner's role in the council, the council's own word that the person acts for it, and a link that
    has not ended: access ends with the link, on its date, whatever the nightly job did. Another council's
    word or link counts for nothing here.

    Args:
        on: only those whose link holds on that day, for sending. Without a day a link that begins later
            counts too.
    """
    if not access.user.is_active or not access.roles & PARTNER_ROLES:
        return []
    acting = (
        ActingPerson.objects.live()
        .filter(not_ended(timezone.localdate(), "link__"), council=access.council, user=access.user)
        .select_related("link__organisation")
    )
    if on is not None:
        acting = acting.filter(linked_on(on, "link__"))
    return sorted((each.link.organisation for each in acting), key=lambda organisation: organisation.name)


def reachable_leads(council: Council, links: Sequence[CouncilOrganisation]) -> set[tuple[UUID, int]]:
    """Which leads that are named on links may be written to today, by organisation and person.

    A lead must be active and hold a role in the council today. Somebody of a partner must also still act for
    that very organisation: who left it learns nothing more of it. Two statements for any number of links.
    """
    people = {key for link in links for key in (link.prevent_lead_id, link.executive_lead_id) if key}
    if not people:
        return set()
    roles: dict[int, set[Role]] = {}
    for user_id, role in (
        Membership.objects.live()
        .filter(council=council, user__in=people, user__is_active=True)
        .values_list("user", "role_group__role")
    ):
        roles.setdefault(user_id, set()).add(Role(role))
    acting = set(
        ActingPerson.objects.live()
        .filter(not_ended(timezone.localdate(), "link__"), council=council, user__in=people)
        .values_list("link__organisation", "user")
    )
    return {
        (link.organisation_id, key)
        for link in links
        for key in (link.prevent_lead_id, link.executive_lead_id)
        if key in roles and (roles[key] - PARTNER_ROLES or (link.organisation_id, key) in acting)
    }


def organisations_acted_for(
    accesses: Iterable[CouncilAccess], on: date | None = None
) -> list[tuple[Council, Organisation]]:
    """:func:`own_organisations` and :func:`council_services` of many councils: the same statements for any
    number of them.

    Needs :func:`prevent_portal.tenancy.scope.own_councils_scope`.

    Args:
        on: only those whose link holds on that day; without one, the council's own services whose link ended
            count too.
    """
    partner = {
        each.council.pk: each for each in accesses if each.user.is_active and each.roles & PARTNER_ROLES
    }
    editor = {each.council.pk: each for each in accesses if each.may(PartnershipsPermission.EDIT_PARTNERSHIP)}
    councils = {pk: each.council for pk, each in {**partner, **editor}.items()}
    if not councils:
        return []
    person = next(iter({**partner, **editor}.values())).user
    vouched = (
        set(
            ActingPerson.objects.live()
            .filter(not_ended(timezone.localdate(), "link__"), council__in=list(partner), user=person)
            .values_list("council", "link__organisation")
        )
        if partner
        else set()
    )
    links = CouncilOrganisation.objects.filter(council__in=list(councils)).select_related("organisation")
    found = {
        (link.council_id, link.organisation_id): link.organisation
        for link in (links.filter(linked_on(on)) if on else links)
        if (link.council_id, link.organisation_id) in vouched
        or (link.council_id in editor and link.organisation.kind == OrganisationKind.COUNCIL_SERVICE)
    }
    return [(councils[council_id], organisation) for (council_id, _), organisation in found.items()]


def council_services(access: CouncilAccess) -> list[Organisation]:
    """The council's own services, by name, for a person who may change the partnership."""
    if not access.may(PartnershipsPermission.EDIT_PARTNERSHIP):
        return []
    services = [
        organisation
        for organisation in linked_organisations(access.council).values()
        if organisation.kind == OrganisationKind.COUNCIL_SERVICE
    ]
    return sorted(services, key=lambda organisation: organisation.name)


def linked_organisation_for(
    access: CouncilAccess, organisation_id: UUID, permission: PartnershipsPermission
) -> Organisation:
    """One organisation that the council has linked. Raises Http404 without the right or the link."""
    access.require(permission)
    organisation = linked_organisations(access.council).get(organisation_id)
    if organisation is None:
        raise Http404
    return organisation


def link_for(
    access: CouncilAccess, organisation_id: UUID, permission: PartnershipsPermission
) -> CouncilOrganisation:
    """The council's link to an organisation, with the organisation. Raises Http404 without right or link."""
    access.require(permission)
    found = (
        CouncilOrganisation.objects.filter(council=access.council, organisation=organisation_id)
        .select_related(
            "council",
            "organisation__parent",
            "organisation__successor",
            "organisation__kept_by",
            "prevent_lead",
            "executive_lead",
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def own_organisation_to_edit(access: CouncilAccess, organisation_id: UUID) -> CouncilOrganisation:
    """The link to an organisation that the council added for itself. Raises Http404 for every other one."""
    found = link_for(access, organisation_id, PartnershipsPermission.EDIT_PARTNERSHIP)
    if found.organisation.kept_by_id != access.council.pk:
        raise Http404
    return found


def code_to_end(access: CouncilAccess, organisation_id: UUID, code_id: int) -> OrganisationCode:
    """A code of an organisation that the council added for itself. Raises Http404 otherwise."""
    link = own_organisation_to_edit(access, organisation_id)
    found = OrganisationCode.objects.filter(organisation=link.organisation, pk=code_id).first()
    if found is None:
        raise Http404
    found.organisation = link.organisation
    return found


def offered_organisations(access: CouncilAccess, keys: Iterable[UUID]) -> list[Organisation]:
    """Organisations that the council may link, of those asked for. Raises Http404 without the right."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    return list(Organisation.objects.offered_to(access.council).filter(pk__in=list(keys)))


def contact_to_edit(access: CouncilAccess, contact_id: UUID) -> Contact:
    """A contact of the council, for somebody who may change the partnership, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    found = (
        Contact.objects.filter(council=access.council, pk=contact_id)
        .select_related("council", "link__organisation")
        .first()
    )
    if found is None:
        raise Http404
    return found


def acting_person_to_end(access: CouncilAccess, acting_id: UUID) -> ActingPerson:
    """Somebody whom the council lets act for an organisation now, else Http404."""
    access.require(PartnershipsPermission.EDIT_PARTNERSHIP)
    found = (
        ActingPerson.objects.live()
        .filter(council=access.council, pk=acting_id)
        .select_related("council", "user", "link__organisation")
        .first()
    )
    if found is None:
        raise Http404
    return found
