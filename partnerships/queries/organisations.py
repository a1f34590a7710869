"""Reads of organisations: who serves a council's area, and their codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation, OrganisationCode
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


def organisations_of(council: Council) -> list[OrganisationLine]:
    """Every organisation that the council has linked, by name, those that ended included."""
    links = (
        CouncilOrganisation.objects.filter(council=council)
        .select_related("organisation", "organisation__successor")
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
        )
        for link in links
    ]


def linked_organisations(council: Council, on: date | None = None) -> dict[UUID, Organisation]:
    """Organisations linked to the council, by id; only those linked on a day when one is given."""
    links = CouncilOrganisation.objects.filter(council=council)
    if on is not None:
        links = links.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )
    return {link.organisation_id: link.organisation for link in links.select_related("organisation")}


def codes_of(organisation_ids: Iterable[UUID]) -> dict[UUID, list[OrganisationCode]]:
    """Every code that the organisations have or had."""
    found: dict[UUID, list[OrganisationCode]] = {}
    for code in OrganisationCode.objects.filter(organisation_id__in=set(organisation_ids)):
        found.setdefault(code.organisation_id, []).append(code)
    return found
