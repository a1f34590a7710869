"""The demo's organisations and the people who act for them. Names and codes of trusts are public facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from partnerships.enums import AuditKind, AuditResult, OrganisationKind
from partnerships.models import (
    ActingPerson,
    Contact,
    CouncilOrganisation,
    Organisation,
    OrganisationCode,
    PartnerAudit,
)
from partnerships.services.acting_people import allow_submitter
from partnerships.services.contacts import add_contact
from partnerships.services.organisations import link_organisation, name_leads
from partnerships.services.partner_audits import add_finding, record_audit
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

_CONTACTS = (
    (
        "RAL",
        "Safeguarding duty desk",
        "Adults’ safeguarding team",
        "duty@royalfree.example",
        "Urgent concerns",
    ),
    ("RAL", "Training office", "Learning and development", "training@royalfree.example", "Quarterly returns"),
    ("RYX", "Safeguarding office", "Children’s safeguarding team", "office@clch.example", "Any concern"),
)
_AUDITS = (
    (
        "RAL",
        AuditKind.SECTION_11,
        120,
        AuditResult.PARTLY_MET,
        "Training and referral routes are in place. Supervision and records need work.",
        (
            "Supervision notes do not say whether Prevent was considered.",
            "New starters in two services had no awareness training within three months.",
        ),
    ),
    (
        "RYX",
        AuditKind.SECTION_11,
        340,
        AuditResult.MET,
        "All standards of the year are met.",
        (),
    ),
)
"""Organisation, kind, days ago, result, summary and findings."""


def load_organisations(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the organisations, the councils' links to them and who acts for them."""
    organisations = {body.code: _organisation(body, councils) for body in _BODIES}
    for body in _BODIES:
        _succeed(body, organisations)
    for slug, council in councils.items():
        with service_scope(council=council):
            _link(council, [organisations[body.code] for body in _BODIES if slug in body.councils])
    with service_scope(council=councils["barnet"]):
        for email, code in _SUBMITTERS:
            if email in people:
                _let_act(councils["barnet"], organisations[code], people[email])
        for code, (prevent, executive) in _LEADS.items():
            if prevent in people and executive in people:
                name_leads(
                    council=councils["barnet"],
                    organisation=organisations[code],
                    prevent_lead=people[prevent],
                    executive_lead=people[executive],
                    by=None,
                )
    _keep_in_touch(councils["barnet"], organisations)


def _let_act(council: Council, organisation: Organisation, person: User) -> None:
    """Let a person act, as the council did; of an organisation that ended, until it did."""
    if ActingPerson.objects.filter(council=council, link__organisation=organisation, user=person).exists():
        return
    link_organisation(council=council, organisation=organisation, by=None, starts_on=_LINKED_FROM)
    allow_submitter(council=council, organisation=organisation, user=person, by=None)
    link_organisation(
        council=council,
        organisation=organisation,
        by=None,
        starts_on=_LINKED_FROM,
        ends_on=organisation.ends_on,
    )


def _keep_in_touch(council: Council, organisations: Mapping[str, Organisation]) -> None:
    """Contacts and audits of some trusts. Names and findings are invented."""
    with service_scope(council=council):
        if not Contact.objects.filter(council=council).exists():
            for code, name, job_title, email, about in _CONTACTS:
                add_contact(
                    council=council,
                    organisation=organisations[code],
                    name=name,
                    job_title=job_title,
                    email=email,
                    about=about,
                    by=None,
                )
        if PartnerAudit.objects.filter(council=council).exists():
            return
        today = timezone.localdate()
        for code, kind, days, result, summary, findings in _AUDITS:
            audit = record_audit(
                council=council,
                organisation=organisations[code],
                kind=kind,
                audited_on=today - timedelta(days=days),
                carried_out_by="Safeguarding partnership",
                result=result,
                summary=summary,
                next_due_on=today + timedelta(days=365 - days),
                token=uuid4(),
                by=None,
            )
            for text in findings:
                add_finding(audit=audit, text=text, by=None)


def _organisation(body: _Body, councils: Mapping[str, Council]) -> Organisation:
    code = (
        OrganisationCode.objects.select_related("organisation")
        .filter(scheme=body.scheme, code=body.code)
        .first()
    )
    if code is not None:
        return code.organisation
    keeper = councils[body.councils[0]] if body.kind == OrganisationKind.COUNCIL_SERVICE else None
    organisation = Organisation.objects.create(
        name=body.name,
        kind=body.kind,
        specified_authority=body.kind == OrganisationKind.NHS_TRUST,
        panel_partner=True,
        ends_on=body.ends_on,
        kept_by=keeper,
    )
    OrganisationCode.objects.create(
        organisation=organisation,
        scheme=body.scheme,
        code=body.code,
        ends_on=body.ends_on,
        kept_by=keeper,
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
