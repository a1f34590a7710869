"""The demo's organisations and the people who act for them. Names and codes of trusts are public facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from partnerships.enums import OrganisationKind
from partnerships.models import (
    CouncilOrganisation,
    Organisation,
    OrganisationCode,
)
from partnerships.services.acting_people import allow_submitter
from partnerships.services.organisations import link_organisation, name_leads
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

_LINKED_FROM = date(2015, 7, 1)


@dataclass(frozen=True)
class _Body:
    code: str
    name: str
    kind: OrganisationKind
    councils: tuple[str, ...]
    ends_on: date | None = None
    successor: str = ""

    @property
    def scheme(self) -> str:
        return "ODS" if self.kind == OrganisationKind.NHS_TRUST else "Local"


_TRUST = OrganisationKind.NHS_TRUST
_BODIES = (
    _Body("G6V2S", "North London NHS Foundation Trust", _TRUST, ("barnet",)),
    _Body("RAL", "Royal Free London NHS Foundation Trust", _TRUST, ("barnet",)),
    _Body("RYX", "Central London Community Healthcare NHS Trust", _TRUST, ("barnet",)),
    _Body(
        "RRP",
        "Barnet, Enfield and Haringey Mental Health NHS Trust",
        _TRUST,
        ("barnet",),
        ends_on=date(2024, 10, 31),
        successor="G6V2S",
    ),
    _Body("RV5", "South London and Maudsley NHS Foundation Trust", _TRUST, ("southwark",)),
    _Body("RXQ", "Buckinghamshire Healthcare NHS Trust", _TRUST, ("buckinghamshire",)),
    _Body("RNU", "Oxford Health NHS Foundation Trust", _TRUST, ("buckinghamshire",)),
    _Body("RT5", "Leicestershire Partnership NHS Trust", _TRUST, ("leicestershire",)),
    _Body("RWE", "University Hospitals of Leicester NHS Trust", _TRUST, ("leicestershire",)),
    _Body("RL4", "The Royal Wolverhampton NHS Trust", _TRUST, ("wolverhampton",)),
    _Body(
        "BARNET-CFS",
        "Barnet Children and Family Services",
        OrganisationKind.COUNCIL_SERVICE,
        ("barnet",),
    ),
    _Body(
        "BARNET-AC",
        "Barnet Adults and Communities",
        OrganisationKind.COUNCIL_SERVICE,
        ("barnet",),
    ),
)
_SUBMITTERS = (
    ("submitter@royalfree.example", "RAL"),
    ("lead@royalfree.example", "RAL"),
    ("executive@royalfree.example", "RAL"),
    ("submitter@clch.example", "RYX"),
    ("lead@clch.example", "RYX"),
    ("executive@clch.example", "RYX"),
    ("lead@beh.example", "RRP"),
    ("executive@beh.example", "RRP"),
)
_LEADS = {
    "RAL": ("lead@royalfree.example", "executive@royalfree.example"),
    "RYX": ("lead@clch.example", "executive@clch.example"),
    "RRP": ("lead@beh.example", "executive@beh.example"),
}
"""Prevent lead and executive lead of Barnet's trusts: invented, and each with an account."""


def load_organisations(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the organisations, the councils' links to them and who acts for them."""
    organisations = {body.code: _organisation(body) for body in _BODIES}
    for body in _BODIES:
        _succeed(body, organisations)
    for slug, council in councils.items():
        with service_scope(council=council):
            _link(council, [organisations[body.code] for body in _BODIES if slug in body.councils])
    with service_scope(council=councils["barnet"]):
        for email, code in _SUBMITTERS:
            person = people.get(email)
            if person is not None:
                allow_submitter(
                    council=councils["barnet"], organisation=organisations[code], user=person, by=None
                )
        for code, (prevent, executive) in _LEADS.items():
            if prevent in people and executive in people:
                name_leads(
                    council=councils["barnet"],
                    organisation=organisations[code],
                    prevent_lead=people[prevent],
                    executive_lead=people[executive],
                    by=None,
                )


def _organisation(body: _Body) -> Organisation:
    code = (
        OrganisationCode.objects.select_related("organisation")
        .filter(scheme=body.scheme, code=body.code)
        .first()
    )
    if code is not None:
        return code.organisation
    organisation = Organisation.objects.create(
        name=body.name,
        kind=body.kind,
        specified_authority=body.kind == OrganisationKind.NHS_TRUST,
        panel_partner=True,
        ends_on=body.ends_on,
    )
    OrganisationCode.objects.create(
        organisation=organisation, scheme=body.scheme, code=body.code, ends_on=body.ends_on
    )
    return organisation


def _succeed(body: _Body, organisations: Mapping[str, Organisation]) -> None:
    organisation = organisations[body.code]
    if body.successor and organisation.successor_id is None:
        organisation.successor = organisations[body.successor]
        organisation.save(update_fields=["successor"])


def _link(council: Council, organisations: list[Organisation]) -> None:
    linked = set(
        CouncilOrganisation.objects.filter(council=council).values_list("organisation_id", flat=True)
    )
    for organisation in organisations:
        if organisation.pk not in linked:
            link_organisation(
                council=council,
                organisation=organisation,
                by=None,
                starts_on=_LINKED_FROM,
                ends_on=organisation.ends_on,
            )
