"""Reads of organisations: who serves a council's area, their codes, and what the directory offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from partnerships.enums import CodeScheme, LinkState, OrganisationKind
from partnerships.models import CouncilOrganisation, DirectoryImport, Organisation, OrganisationCode
from partnerships.permissions import PARTNER_ROLES
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User, display_name
from prevent_portal.accounts.queries import members_by_name
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class OrganisationLine:
    """One organisation as a council sees it."""

    id: UUID
    name: str
    kind: OrganisationKind
    codes: str
    linked_from: date | None
    linked_to: date | None
    ends_on: date | None
    successor: str
    specified_authority: bool
    panel_partner: bool
    prevent_lead: str
    executive_lead: str
    is_own: bool

    def state(self, today: date) -> LinkState:
        """How the link stands on a day."""
        if self.linked_to and self.linked_to < today:
            return LinkState.ENDED
        if self.linked_from and self.linked_from > today:
            return LinkState.TO_COME
        return LinkState.LINKED


@dataclass(frozen=True)
class OrganisationFilter:
    """What narrows the list; empty means all."""

    text: str = ""
    kind: str = ""
    state: str = ""
    schedule: str = ""

    def admits(self, line: OrganisationLine, today: date) -> bool:
        """Whether a line of the list fits every answer that was given."""
        if self.text and self.text.casefold() not in f"{line.name} {line.codes}".casefold():
            return False
        if self.kind and line.kind != self.kind:
            return False
        if self.state and line.state(today) != self.state:
            return False
        return not self.schedule or {
            "6": line.specified_authority,
            "7": line.panel_partner,
            "none": not line.specified_authority and not line.panel_partner,
        }.get(self.schedule, True)


@dataclass(frozen=True)
class DirectoryLine:
    """One organisation that the council could link."""

    id: UUID
    name: str
    kind: OrganisationKind
    codes: str
    area_code: str
    ends_on: date | None


def organisations_of(council: Council) -> list[OrganisationLine]:
    """Every organisation that the council has linked, by name, those that ended included: two queries."""
    links = (
        CouncilOrganisation.objects.filter(council=council)
        .select_related("organisation", "organisation__successor", "prevent_lead", "executive_lead")
        .order_by("organisation__name", "pk")
    )
    # By the council, not by a list of keys: the statement is the same however many organisations there are.
    codes: dict[UUID, list[str]] = {}
    for code in OrganisationCode.objects.filter(organisation__council_links__council=council).order_by(
        "starts_on", "code"
    ):
        codes.setdefault(code.organisation_id, []).append(str(code))
    return [
        OrganisationLine(
            id=link.organisation_id,
            name=link.organisation.name,
            kind=OrganisationKind(link.organisation.kind),
            codes=", ".join(codes.get(link.organisation_id, [])),
            linked_from=link.starts_on,
            linked_to=link.ends_on,
            ends_on=link.organisation.ends_on,
            successor=link.organisation.successor.name if link.organisation.successor else "",
            specified_authority=link.organisation.specified_authority,
            panel_partner=link.organisation.panel_partner,
            prevent_lead=display_name(link.prevent_lead) if link.prevent_lead else "",
            executive_lead=display_name(link.executive_lead) if link.executive_lead else "",
            is_own=link.organisation.kept_by_id == council.pk,
        )
        for link in links
    ]


def linked_organisations(council: Council, on: date | None = None) -> dict[UUID, Organisation]:
    """Organisations linked to the council, by id; only those linked on a day when one is given."""
    links = CouncilOrganisation.objects.filter(council=council)
    if on is not None:
        links = links.filter(linked_on(on))
    return {link.organisation_id: link.organisation for link in links.select_related("organisation")}


def linked_on(day: date, prefix: str = "") -> Q:
    """Links that hold on a day."""
    begun = Q(**{f"{prefix}starts_on__isnull": True}) | Q(**{f"{prefix}starts_on__lte": day})
    return begun & not_ended(day, prefix)


def not_ended(day: date, prefix: str = "") -> Q:
    """Links that have not ended by a day, those that begin later included."""
    return Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})


def codes_of(organisation_ids: Iterable[UUID]) -> dict[UUID, list[OrganisationCode]]:
    """Every code that the organisations have or had."""
    found: dict[UUID, list[OrganisationCode]] = {}
    for code in OrganisationCode.objects.filter(organisation_id__in=set(organisation_ids)).order_by(
        "starts_on", "code"
    ):
        found.setdefault(code.organisation_id, []).append(code)
    return found


def directory(council: Council, *, text: str, kind: str, area_code: str) -> QuerySet[Organisation]:
    """Organisations that the council could still link, by name: of the national directory, and its own.

    Args:
        text: part of a name, or a whole code.
    """
    found = Organisation.objects.offered_to(council)
    if "\x00" in text:  # in no name and no code, and the database would not even look
        return found.none()
    if text:
        coded = OrganisationCode.objects.filter(code__iexact=text).values("organisation")
        found = found.filter(Q(name__icontains=text) | Q(pk__in=coded))
    if kind:
        found = found.filter(kind=kind)
    if area_code:
        found = found.filter(area_code=area_code)
    links = CouncilOrganisation.objects.filter(council=council, organisation=OuterRef("pk"))
    return found.exclude(Exists(links)).order_by("name", "pk")


def directory_lines(organisations: Iterable[Organisation]) -> list[DirectoryLine]:
    """One page of :func:`directory` with its codes: one further query."""
    page = list(organisations)
    codes = codes_of([each.pk for each in page])
    return [
        DirectoryLine(
            id=each.pk,
            name=each.name,
            kind=OrganisationKind(each.kind),
            codes=", ".join(str(code) for code in codes.get(each.pk, [])),
            area_code=each.area_code,
            ends_on=each.ends_on,
        )
        for each in page
    ]


def newest_imports() -> dict[CodeScheme, DirectoryImport]:
    """When each official register was last read."""
    newest: dict[CodeScheme, DirectoryImport] = {}
    for each in DirectoryImport.objects.order_by("scheme", "-ran_at").distinct("scheme"):
        newest[CodeScheme(each.scheme)] = each
    return newest


def partner_people(council: Council) -> list[tuple[int, str]]:
    """People who hold a partner's role in the council today and no other, by name."""
    partner: set[int] = set()
    staff: set[int] = set()
    for user_id, role in (
        Membership.objects.live()
        .filter(council=council, user__is_active=True)
        .values_list("user", "role_group__role")
    ):
        (partner if Role(role) in PARTNER_ROLES else staff).add(user_id)
    people = User.objects.filter(pk__in=partner - staff, is_service=False)
    return sorted(((each.pk, display_name(each)) for each in people), key=lambda pair: pair[1].lower())


def possible_leads(council: Council) -> list[tuple[int, str]]:
    """Who may be named as a lead: everybody who holds a role in the council today."""
    today = set(
        Membership.objects.live().filter(council=council, user__is_active=True).values_list("user", flat=True)
    )
    return [(key, name) for key, name in members_by_name(council) if key in today]


def members_by_key(council: Council, keys: Iterable[int]) -> dict[int, User]:
    """Those of the people who hold or held a role in the council."""
    members = Membership.objects.filter(council=council).values("user")
    return User.objects.filter(pk__in=members, is_service=False).in_bulk(list(keys))
