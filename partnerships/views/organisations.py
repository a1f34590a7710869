"""Pages of organisations: the list, one of them, its link and its leads, and the council's own."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.organisations import (
    link_for,
    own_organisation_to_edit,
)
from partnerships.access.partner_audits import audits_seen
from partnerships.areas import areas
from partnerships.enums import LinkState, OrganisationKind
from partnerships.forms.organisations import (
    SCHEDULES,
    LeadsForm,
    LinkDatesForm,
    NewOrganisationForm,
    OrganisationChangeForm,
    OrganisationFilterForm,
)
from partnerships.models import CouncilOrganisation, Organisation, OrganisationCode
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.acting_people import acting_for
from partnerships.queries.contacts import contacts_at
from partnerships.queries.organisations import (
    OrganisationFilter,
    OrganisationLine,
    codes_of,
    linked_organisations,
    members_by_key,
    organisations_of,
    possible_leads,
)
from partnerships.services.organisations import (
    add_organisation,
    change_organisation,
    link_organisation,
    name_leads,
)
from partnerships.views.pages import RoomFormPage
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.views import CouncilView

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP
ROOM = "partnership"
HEADER = (
    "Organisation", "Kind", "Codes", "Specified authority (Schedule 6)", "Panel partner (Schedule 7)",
    "Prevent lead", "Executive lead", "Link", "Linked from", "Linked to", "Ended on", "Followed by",
)  # fmt: skip
_STATES = {LinkState.LINKED: "green", LinkState.TO_COME: "blue", LinkState.ENDED: "grey"}


def link_words(start: date | None, end: date | None) -> str:
    """The days of a link, such as "1 July 2015 to 31 October 2024"."""
    if start and end:
        return f"{british_date(start)} to {british_date(end)}"
    if start:
        return f"Since {british_date(start)}"
    return f"Until {british_date(end)}" if end else "Without dates"


def yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def trail(slug: str, organisation: Organisation | None = None, *last: str) -> list[Crumb]:
    """The way to an organisation's page, and on."""
    steps = [Crumb("Partnership", reverse("partnership", args=[slug]))]
    if organisation is not None:
        steps.append(
            Crumb(organisation.name, reverse("organisation", args=[slug, organisation.pk]) if last else "")
        )
    return [*steps, *(Crumb(words) for words in last)]


def key_or_none(text: str) -> UUID | None:
    return UUID(text) if text else None


class _ListPages(CouncilView):
    """What the list and its file share: the organisations as the address narrows them."""

    abstract = True

    def chosen(self, request: HttpRequest) -> OrganisationFilter:
        """A value that is not among the answers narrows nothing."""
        get = request.GET
        kind, state, schedule = (get.get(name, "") for name in ("kind", "state", "schedule"))
        return OrganisationFilter(
            text=" ".join(get.get("q", "").split())[:100],
            kind=kind if kind in OrganisationKind.values else "",
            state=state if state in LinkState.values else "",
            schedule=schedule if schedule in dict(SCHEDULES) else "",
        )


class OrganisationsView(_ListPages):
    """Who serves the council's area."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slug, today = self.council.slug, timezone.localdate()
        every, chosen = organisations_of(self.council), self.chosen(request)
        found = [line for line in every if chosen.admits(line, today)]
        page, links = paginate(request, found, per_page=50)
        may_edit = self.access.may(_EDIT)
        query = request.GET.urlencode()
        context = {
            "areas": areas(self.access, ROOM),
            "filter": OrganisationFilterForm(
                initial={
                    "q": chosen.text,
                    "kind": chosen.kind,
                    "state": chosen.state,
                    "schedule": chosen.schedule,
                }
            ),
            "filtered": chosen != OrganisationFilter(),
            "all_href": reverse("partnership", args=[slug]),
            "has_any": bool(every),
            "table": self._table(list(page), today) if found else None,
            "links": links,
            "link_href": reverse("organisation-link", args=[slug]) if may_edit else "",
            "add_href": reverse("organisation-add", args=[slug]) if may_edit else "",
            "csv_href": reverse("partnership-csv", args=[slug]) + (f"?{query}" if query else ""),
        }
        return render(request, "partnerships/organisations.html", context)

    def _table(self, lines: list[OrganisationLine], today: date) -> Table:
        slug = self.council.slug
        return Table(
            f"Organisations linked to {self.council.name}",
            [
                Column("Organisation", header=True),
                Column("Prevent lead"),
                Column("Link"),
            ],
            [
                [
                    Link(
                        line.name,
                        reverse("organisation", args=[slug, line.id]),
                        hint=f"{line.kind.label}, {line.codes}" if line.codes else line.kind.label,
                    ),
                    line.prevent_lead or "Nobody named",
                    self._state(line, today),
                ]
                for line in lines
            ],
            hide_caption=True,
            stacks=True,
        )

    @staticmethod
    def _state(line: OrganisationLine, today: date) -> Any:
        state = line.state(today)
        tag = Tag(state.label, _STATES[state])  # type: ignore[arg-type] # one of the tag's colours
        said: list[Any] = [tag]
        if line.linked_from or line.linked_to:
            said.append(link_words(line.linked_from, line.linked_to))
        if line.ends_on is not None:
            word = "It ended" if line.ends_on < today else "It ends"
            followed = f"; now {line.successor}" if line.successor else ""
            said.append(f"{word} on {british_date(line.ends_on)}{followed}")
        return said


class OrganisationsCsvView(_ListPages):
    """The list as the address narrows it, as a CSV file."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        today, chosen = timezone.localdate(), self.chosen(request)
        return csv_response(
            filename=f"Organisations {self.council.name}.csv",
            header=HEADER,
            rows=[
                [
                    line.name,
                    line.kind.label,
                    line.codes,
                    yes_no(line.specified_authority),
                    yes_no(line.panel_partner),
                    line.prevent_lead,
                    line.executive_lead,
                    line.state(today).label,
                    line.linked_from,
                    line.linked_to,
                    line.ends_on,
                    line.successor,
                ]
                for line in organisations_of(self.council)
                if chosen.admits(line, today)
            ],
        )


class OrganisationPage(CouncilView):
    """One organisation as the council knows it: what it is, its leads, contacts, people and audits."""

    permission = _VIEW

    def get(self, request: HttpRequest, organisation_id: UUID) -> HttpResponse:
        link = link_for(self.access, organisation_id, _VIEW)
        slug, organisation = self.council.slug, link.organisation
        may_edit = self.access.may(_EDIT)
        reads_audits = self.access.may(PartnershipsPermission.VIEW_PARTNER_AUDITS)
        keys = [slug, organisation.pk]
        context: dict[str, Any] = {
            "areas": areas(self.access, ROOM),
            "crumbs": trail(slug, organisation),
            "organisation": organisation,
            "rows": self._summary(link, may_edit),
            "codes": self._codes(organisation, may_edit),
            "contacts": self._contacts(organisation, may_edit),
            "acting": self._acting(organisation) if may_edit else None,
            "reads_audits": reads_audits,
            "audits": self._audits(organisation) if reads_audits else None,
            "may_edit": may_edit,
            "has_ended": bool(link.ends_on and link.ends_on < timezone.localdate()),
            "people_href": reverse("people", args=[slug])
            if self.access.may(AccountsPermission.MANAGE_PEOPLE)
            else "",
        }
        if may_edit:
            is_own = organisation.kept_by_id == self.council.pk
            context |= {
                "change_href": reverse("organisation-change", args=keys) if is_own else "",
                "code_href": reverse("organisation-code-add", args=keys) if is_own else "",
                "contact_href": reverse("contact-add", args=keys),
                "act_href": reverse("acting-person-add", args=keys),
            }
        if self.access.may(PartnershipsPermission.EDIT_PARTNER_AUDITS):
            context["audit_href"] = reverse("partner-audit-add", args=keys)
        return render(request, "partnerships/organisation.html", context)

    def _summary(self, link: CouncilOrganisation, may_edit: bool) -> list[SummaryRow]:
        slug, organisation = self.council.slug, link.organisation
        keys = [slug, organisation.pk]
        dates = reverse("organisation-dates", args=keys) if may_edit else ""
        leads = reverse("organisation-leads", args=keys) if may_edit else ""
        kept = organisation.kept_by_id == self.council.pk
        rows = [
            SummaryRow("Kind", OrganisationKind(organisation.kind).label),
            SummaryRow("Specified authority (Schedule 6)", yes_no(organisation.specified_authority)),
            SummaryRow("Panel partner (Schedule 7)", yes_no(organisation.panel_partner)),
            SummaryRow("Linked", link_words(link.starts_on, link.ends_on), dates),
            SummaryRow("Prevent lead", _person(link.prevent_lead), leads),
            SummaryRow("Executive lead", _person(link.executive_lead), leads),
            SummaryRow(
                "Comes from",
                f"Added by {self.council.name}" if kept else "The national directory",
            ),
        ]
        linked = linked_organisations(self.council)
        for key, other in (("Part of", organisation.parent), ("Followed by", organisation.successor)):
            if other is not None:
                here = Link(other.name, reverse("organisation", args=[slug, other.pk]))
                rows.append(SummaryRow(key, here if other.pk in linked else other.name))
        if organisation.ends_on:
            rows.append(SummaryRow("Last day", british_date(organisation.ends_on)))
        return rows

    def _codes(self, organisation: Organisation, may_edit: bool) -> Table | None:
        codes = codes_of([organisation.pk]).get(organisation.pk, [])
        ends = may_edit and organisation.kept_by_id == self.council.pk
        columns = [Column("Code", header=True), Column("Valid from"), Column("Valid until")]
        rows = [
            [
                str(code),
                code.starts_on,
                code.ends_on,
                *([self._end(organisation, code)] if ends else []),
            ]
            for code in codes
        ]
        columns += [Column("Change")] if ends else []
        return Table("Codes", columns, rows, stacks=True) if codes else None

    def _end(self, organisation: Organisation, code: OrganisationCode) -> Link | None:
        if code.ends_on:
            return None
        href = reverse("organisation-code-end", args=[self.council.slug, organisation.pk, code.pk])
        return Link("End", href, about=str(code))

    def _contacts(self, organisation: Organisation, may_edit: bool) -> Table | None:
        found = contacts_at(self.council, organisation.pk)
        slug = self.council.slug
        rows = [
            [
                Link(each.name, reverse("contact-change", args=[slug, each.pk]), hint=each.job_title)
                if may_edit
                else [each.name, each.job_title],
                [words for words in (each.email, each.telephone) if words],
                each.about or None,
            ]
            for each in found
        ]
        return (
            Table(
                "Contacts",
                [
                    Column("Name", header=True),
                    Column("How to reach them"),
                    Column("What about"),
                ],
                rows,
                hide_caption=True,
                stacks=True,
            )
            if rows
            else None
        )

    def _acting(self, organisation: Organisation) -> Table | None:
        slug = self.council.slug
        rows = [
            [
                [line.name, line.email],
                [
                    line.roles if line.may_act else Tag("No partner’s role now", "orange"),
                    f"since {british_date(timezone.localdate(line.allowed_at))}",
                ],
                Link("End", reverse("acting-person-end", args=[slug, line.id]), about=line.name),
            ]
            for line in acting_for(self.council, organisation.pk)
        ]
        return (
            Table(
                "People who act for it",
                [
                    Column("Name", header=True),
                    Column("Role"),
                    Column("Change"),
                ],
                rows,
                hide_caption=True,
                stacks=True,
            )
            if rows
            else None
        )

    def _audits(self, organisation: Organisation) -> Table | None:
        slug = self.council.slug
        lines = [line for line in audits_seen(self.access) if line.organisation_id == organisation.pk]
        return (
            Table(
                "Audits",
                [
                    Column("Audit", header=True),
                    Column("Result"),
                    Column("Open findings", numeric=True),
                ],
                [
                    [
                        Link(
                            line.title,
                            reverse("partner-audit", args=[slug, line.id]),
                            hint=british_date(line.audited_on),
                        ),
                        line.result.label,
                        line.open_findings,
                    ]
                    for line in lines
                ],
                hide_caption=True,
                stacks=True,
            )
            if lines
            else None
        )


def _person(person: User | None) -> str:
    return display_name(person) if person else "Nobody named"


class OrganisationForms(RoomFormPage[CouncilOrganisation, Any]):
    """What the forms about one linked organisation share."""

    abstract = True
    permission = _EDIT
    room = ROOM
    words = ""

    def subject(self, **keys: UUID) -> CouncilOrganisation:
        return link_for(self.access, keys["organisation_id"], _EDIT)

    def target(self, subject: CouncilOrganisation, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.organisation_id])

    def title(self, subject: CouncilOrganisation, /) -> str:
        return self.words

    def crumbs(self, subject: CouncilOrganisation, /) -> list[Crumb]:
        return trail(self.council.slug, subject.organisation, self.words)

    def others(self, subject: CouncilOrganisation | None = None) -> list[tuple[UUID, str]]:
        """The council's other organisations, by name, to choose from."""
        own = subject.organisation_id if subject else None
        found = [each for each in linked_organisations(self.council).values() if each.pk != own]
        return [(each.pk, each.name) for each in sorted(found, key=lambda each: each.name.lower())]

    def named(self, text: str) -> Organisation | None:
        return linked_organisations(self.council).get(UUID(text)) if text else None


class OrganisationAddPage(RoomFormPage[None, NewOrganisationForm]):
    """Add an organisation that no official register lists."""

    permission = _EDIT
    room = ROOM
    button = "Add the organisation"

    def subject(self, **keys: UUID) -> None:
        return None

    def target(self, subject: None, /) -> str:
        return reverse("partnership", args=[self.council.slug])

    def title(self, subject: None, /) -> str:
        return "Add an organisation of your own"

    def lead(self, subject: None, /) -> str:
        return "A service of the council, or a partner that no register lists. Only your council sees it."

    def crumbs(self, subject: None, /) -> list[Crumb]:
        return trail(self.council.slug, None, "Add an organisation of your own")

    def form(self, subject: None, /, data: Any = None, files: Any = None) -> NewOrganisationForm:
        parents = [(each.pk, each.name) for each in self._linked()]
        initial = {"kind": OrganisationKind.COUNCIL_SERVICE, "starts_on": timezone.localdate()}
        return NewOrganisationForm(data, parents=parents, initial=initial)

    def save(self, subject: None, form: NewOrganisationForm, /) -> str:
        given = form.cleaned_data
        parent = key_or_none(given["parent"])
        made = add_organisation(
            council=self.council,
            name=given["name"],
            kind=OrganisationKind(given["kind"]),
            specified_authority=given["specified_authority"],
            panel_partner=given["panel_partner"],
            parent=next((each for each in self._linked() if each.pk == parent), None),
            starts_on=given["starts_on"],
            by=self.person,
        )
        return f"Added {made.name}."

    def _linked(self) -> list[Organisation]:
        return sorted(linked_organisations(self.council).values(), key=lambda each: each.name.lower())


class OrganisationChangePage(OrganisationForms):
    """Change an organisation that the council added for itself."""

    words = "Change the organisation"

    def subject(self, **keys: UUID) -> CouncilOrganisation:
        return own_organisation_to_edit(self.access, keys["own_organisation_id"])

    def form(
        self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None
    ) -> OrganisationChangeForm:
        organisation = subject.organisation
        names = (
            "name",
            "kind",
            "specified_authority",
            "panel_partner",
            "ends_on",
            "version",
        )
        return OrganisationChangeForm(
            data,
            parents=self.others(subject),
            initial={
                **{name: getattr(organisation, name) for name in names},
                "parent": str(organisation.parent_id or ""),
                "successor": str(organisation.successor_id or ""),
            },
        )

    def save(self, subject: CouncilOrganisation, form: Any, /) -> str:
        given = form.cleaned_data
        changed = change_organisation(
            council=self.council,
            organisation=subject.organisation,
            name=given["name"],
            kind=OrganisationKind(given["kind"]),
            specified_authority=given["specified_authority"],
            panel_partner=given["panel_partner"],
            parent=self.named(given["parent"]),
            ends_on=given["ends_on"],
            successor=self.named(given["successor"]),
            version=given["version"],
            by=self.person,
        )
        return f"Saved {changed.name}."


class OrganisationDatesPage(OrganisationForms):
    """Change the days of a link, or end it."""

    words = "Change the link"

    def form(self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None) -> LinkDatesForm:
        return LinkDatesForm(
            data,
            initial={
                "starts_on": subject.starts_on,
                "ends_on": subject.ends_on,
                "version": subject.version,
            },
        )

    def save(self, subject: CouncilOrganisation, form: Any, /) -> str:
        given = form.cleaned_data
        link_organisation(
            council=self.council,
            organisation=subject.organisation,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            version=given["version"],
            by=self.person,
        )
        return f"Saved the link to {subject.organisation.name}."


class OrganisationLeadsPage(OrganisationForms):
    """Name the Prevent lead and the executive lead."""

    words = "Name the leads"

    def form(self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None) -> LeadsForm:
        people = possible_leads(self.council)
        known = {key for key, _ in people}
        # A lead who holds no role any more stays to be seen until somebody else is named.
        people += [
            (each.pk, f"{display_name(each)} (no role now)")
            for each in {subject.prevent_lead, subject.executive_lead}
            if each is not None and each.pk not in known
        ]
        return LeadsForm(
            data,
            people=people,
            initial={
                "prevent_lead": str(subject.prevent_lead_id or ""),
                "executive_lead": str(subject.executive_lead_id or ""),
                "version": subject.version,
            },
        )

    def save(self, subject: CouncilOrganisation, form: Any, /) -> str:
        given = form.cleaned_data
        keys = [int(given[name]) for name in ("prevent_lead", "executive_lead") if given[name]]
        people = members_by_key(self.council, keys)
        prevent, executive = (
            people.get(int(given[name])) if given[name] else None
            for name in ("prevent_lead", "executive_lead")
        )
        name_leads(
            council=self.council,
            organisation=subject.organisation,
            prevent_lead=prevent,
            executive_lead=executive,
            version=given["version"],
            by=self.person,
        )
        return f"Saved the leads of {subject.organisation.name}."
