"""The only way to an organisation: object and right in one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.http import Http404

from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation, OrganisationUserPermission
from partnerships.permissions import OrganisationPermission, PartnershipsPermission
from partnerships.policies import PARTNER_ROLES
from partnerships.queries import linked_organisations
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.tenancy.models import Council


def granted_organisation_ids(user: User, permission: OrganisationPermission) -> set[UUID]:
    """Organisations on which the person holds the permission by name: one query.

    Reads guardian's direct foreign key table itself: a permission held on the model, or as a superuser,
    counts for nothing here, and neither does a person who is not active.
    """
    if not user.is_active:
        return set()
    return set(
        OrganisationUserPermission.objects.filter(
            user=user,
            permission__codename=permission.value,
            permission__content_type__app_label="partnerships",
            permission__content_type__model="organisation",
        ).values_list("content_object_id", flat=True)
    )


def own_organisations(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the person acts for in this council as a partner, by name.

    Needs a partner's role in the council, the grant by name and the council's link. The link may have ended:
    a partner still reads its own data then (rule 13 of the product).
    """
    if not access.roles & PARTNER_ROLES:
        return []
    granted = granted_organisation_ids(access.user, OrganisationPermission.SUBMIT_RETURNS)
    if not granted:
        return []
    linked = linked_organisations(access.council)
    return sorted((linked[key] for key in granted & set(linked)), key=lambda organisation: organisation.name)


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
        OrganisationUserPermission.objects.filter(
            user__in=people,
            permission__codename=OrganisationPermission.SUBMIT_RETURNS.value,
            permission__content_type__app_label="partnerships",
            permission__content_type__model="organisation",
        ).values_list("content_object_id", "user_id")
    )
    return {
        (link.organisation_id, key)
        for link in links
        for key in (link.prevent_lead_id, link.executive_lead_id)
        if key in roles and (roles[key] - PARTNER_ROLES or (link.organisation_id, key) in acting)
    }


def organisations_acted_for(accesses: Iterable[CouncilAccess]) -> list[tuple[Council, Organisation]]:
    """:func:`own_organisations` and :func:`council_services` of many councils: the same statements for any
    number of them.

    Needs :func:`prevent_portal.tenancy.scope.own_councils_scope`.
    """
    partner = {each.council.pk: each for each in accesses if each.roles & PARTNER_ROLES}
    editor = {each.council.pk: each for each in accesses if each.may(PartnershipsPermission.EDIT_PARTNERSHIP)}
    councils = {pk: each.council for pk, each in {**partner, **editor}.items()}
    if not councils:
        return []
    person = next(iter({**partner, **editor}.values())).user
    granted = granted_organisation_ids(person, OrganisationPermission.SUBMIT_RETURNS) if partner else set()
    found = {
        (link.council_id, link.organisation_id): link.organisation
        for link in CouncilOrganisation.objects.filter(council__in=list(councils)).select_related(
            "organisation"
        )
        if (link.council_id in partner and link.organisation_id in granted)
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
