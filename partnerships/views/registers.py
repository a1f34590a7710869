"""Pages of the registers: one set for all, each register in its own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.registers import (
    entries_for,
    entry_for,
    may_edit,
    named_in,
    register_for,
    registers_for,
)
from partnerships.areas import areas
from partnerships.enums import RegisterStatus
from partnerships.forms.registers import (
    BringBackForm,
    RegisterEntryChangeForm,
    RegisterEntryForm,
    RegisterFilterForm,
    RenewalForm,
    WithdrawalForm,
)
from partnerships.models import RegisterEntry
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.register_due import attention_of
from partnerships.queries.registers import counts_of, narrowed, past_terms_of
from partnerships.registers import ACTIVITY, VENUE_POLICIES, VENUES, Answer, Field, Register
from partnerships.registers.status import due_on
from partnerships.services.registers import (
    add_entry,
    bring_back_entry,
    change_entry,
    renew_entry,
    withdraw_entry,
)
from partnerships.views.pages import RoomFormPage
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.queries import count_of, evidence_of
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.forms import lower_first
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.views import CouncilView

_READ, _WRITE = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP
ROOM = "partnership-registers"
COLOURS: dict[RegisterStatus, Colour] = {
    RegisterStatus.DRAFT: "grey",
    RegisterStatus.UPCOMING: "blue",
    RegisterStatus.IN_FORCE: "green",
    RegisterStatus.ENDS_SOON: "yellow",
    RegisterStatus.REVIEW_DUE: "orange",
    RegisterStatus.LAPSED: "red",
    RegisterStatus.WITHDRAWN: "grey",
    RegisterStatus.PAST: "grey",
}
_COUNTING = (RegisterStatus.IN_FORCE, RegisterStatus.ENDS_SOON, RegisterStatus.REVIEW_DUE)
MOST_URGENT = 10
"""Lines of the table on the first page; each register's own page lists all of its entries."""
_ATTENTION = (RegisterStatus.LAPSED, RegisterStatus.REVIEW_DUE, RegisterStatus.ENDS_SOON)


def status_tag(register: Register, status: RegisterStatus) -> Tag:
    """How an entry stands, in the register's words with a colour beside them."""
    return Tag(register.status_words(status), COLOURS[status])


def shown(field: Field, entry: RegisterEntry) -> Any:
    """A register's own field as a page or a file says it; empty for what is not known."""
    value = getattr(entry, field.name)
    if field.answer is Answer.ORGANISATIONS:
        return [link.organisation.name for link in value.all()]
    if value == "" and field.answer is Answer.CHOICE:
        return getattr(entry, f"get_{field.name}_display")()  # an empty answer may have words of its own
    if value is None or value == "":
        return ""
    if field.tidy is not None:
        return str(value).splitlines()
    match field.answer:
        case Answer.CHOICE:
            return getattr(entry, f"get_{field.name}_display")()
        case Answer.DATE:
            return british_date(value)
        case Answer.NUMBER:
            return number(value)
        case Answer.PERSON:
            return display_name(value)
        case _:
            return str(value)


def _in_list(field: Field, entry: RegisterEntry) -> Any:
    """A field in the cell of a list: of several organisations the first, and how many more."""
    value = shown(field, entry) or "Not given"
    if isinstance(value, list):
        first, *more = value
        return f"{first} and {number(len(more))} more" if more else first
    return value


def _documents(count: int) -> str:
    return counted(count, "document", "documents") if count else "None"


class _RegisterPage(CouncilView):
    """A page of the registers; every one lies in the room that lists them."""

    abstract = True

    def address(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.council.slug, *args])

    def crumbs(self, register: Register | None = None, *steps: Crumb) -> list[Crumb]:
        """The way through the partnership to the register and on."""
        return register_crumbs(self.council.slug, register, *steps)


def register_crumbs(council: str, register: Register | None = None, *steps: Crumb) -> list[Crumb]:
    """Breadcrumbs through the partnership to a register and on; the last has no address."""
    way = [Crumb("Partnership", reverse("partnership", args=[council]))]
    way.append(Crumb("Registers", reverse(ROOM, args=[council]) if register or steps else ""))
    if register is not None:
        href = reverse("register-entries", args=[council, register.slug]) if steps else ""
        way.append(Crumb(register.title, href))
    return [*way, *steps]


class RegistersPage(_RegisterPage):
    """Every register with how its entries stand, and what needs attention in any of them."""

    permission = _READ

    def _overview(
        self, caption: str, registers: list[Register], counts: Mapping[str, Counter[RegisterStatus]]
    ) -> Table:
        return Table(
            caption,
            [
                Column("Register", header=True),
                Column("Entries", numeric=True),
                Column("In force", numeric=True),
                Column("Needs attention"),
            ],
            [
                [
                    Link(
                        register.title,
                        self.address("register-entries", register.slug),
                        hint=register.lead,
                    ),
                    sum(counts[register.slug].values()),
                    sum(counts[register.slug][status] for status in _COUNTING),
                    [
                        Tag(
                            f"{number(counts[register.slug][status])} "
                            f"{lower_first(register.status_words(status))}",
                            COLOURS[status],
                        )
                        for status in _ATTENTION
                        if counts[register.slug][status]
                    ]
                    or "Nothing",
                ]
                for register in registers
            ],
            stacks=True,
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        registers = registers_for(self.access)
        counts = counts_of(self.council, registers, today)
        lines = attention_of(self.council, registers, today)
        due = Table(
            "Needs attention"
            if len(lines) <= MOST_URGENT
            else f"Needs attention: the {MOST_URGENT} most urgent",
            [Column("What", header=True), Column("Register"), Column("Due"), Column("Task")],
            [
                [
                    Link(line.title, self.address("register-entry", line.register.slug, line.id)),
                    line.register.title,
                    british_date(due_on(line, today)),
                    line.task(today),
                ]
                for line in lines[:MOST_URGENT]
            ],
            stacks=True,
        )
        agreed = [register for register in registers if register not in ACTIVITY]
        done = [register for register in registers if register in ACTIVITY]
        return render(
            request,
            "partnerships/registers.html",
            {
                "areas": areas(self.access, ROOM),
                "crumbs": self.crumbs(),
                "tables": [
                    self._overview("Agreements, policies and places", agreed, counts),
                    self._overview("Activity and outlook", done, counts),
                ],
                "due": due if lines else None,
                "own_href": self.address("own-acknowledgements"),
            },
        )


class RegisterEntriesPage(_RegisterPage):
    """One register, narrowed by its own filters."""

    permission = _READ

    def get(self, request: HttpRequest, register: str) -> HttpResponse:
        found = register_for(self.access, register)
        filters = RegisterFilterForm(request.GET, register=found, council=self.council)
        given = filters.given
        page, pages = paginate(request, narrowed(entries_for(self.access, found), found, **given))
        evidence = count_of(self.council, found.kind, [entry.pk for entry in page])
        listed = [each for each in found.fields if each.listed]
        dates = [name for name in ("ends_on", "review_on") if name in found.dates]
        table = Table(
            found.title,
            [
                Column(found.title_label, header=True),
                Column("Status"),
                *[Column(each.label, numeric=each.answer is Answer.NUMBER) for each in listed],
                *[Column(found.dates[name]) for name in dates],
                *([Column("Evidence")] if found.holds_content else []),
            ],
            [
                [
                    Link(
                        entry.title,
                        self.address("register-entry", found.slug, entry.pk),
                        hint=f"Owner: {display_name(entry.owner)}",
                    ),
                    status_tag(found, RegisterStatus(entry.standing)),
                    *[_in_list(each, entry) for each in listed],
                    *[getattr(entry, name) or "Not set" for name in dates],
                    *([_documents(evidence[entry.pk])] if found.holds_content else []),
                ]
                for entry in page
            ],
            hide_caption=True,
            stacks=True,
        )
        may_write = may_edit(self.access, found)
        narrowing = f"?{request.GET.urlencode()}" if given else ""
        return render(
            request,
            "partnerships/register_entries.html",
            {
                "areas": areas(self.access, ROOM, found.slug),
                "crumbs": self.crumbs(found),
                "title": found.title,
                "lead": found.lead,
                "add_href": self.address("register-entry-add", found.slug) if may_write else "",
                "add_text": f"Add {found.an_entry}",
                "filter": filters,
                "filtered": bool(given),
                "table": table if page.paginator.count else None,
                "pages": pages,
                "files": [
                    Link(words, self.address(name, found.slug) + narrowing)
                    for words, name in (("Excel workbook", "register-xlsx"), ("CSV file", "register-csv"))
                ],
                "empty_title": "Nothing in this register yet",
                "empty_words": found.empty
                if may_write
                else f"Entries appear here when the Prevent coordinator has added {found.an_entry}.",
            },
        )


class RegisterEntryPage(_RegisterPage):
    """One entry: how it stands, what it says, its evidence and its earlier terms."""

    permission = _READ

    def get(self, request: HttpRequest, register: str, entry_id: UUID) -> HttpResponse:
        today = timezone.localdate()
        found = register_for(self.access, register)
        entry = entry_for(self.access, found, entry_id)
        status = RegisterStatus(entry.standing)  # type: ignore[attr-defined] # annotated by the query
        may_write = may_edit(self.access, found)
        return render(
            request,
            "partnerships/register_entry.html",
            {
                "areas": areas(self.access, ROOM, found.slug),
                "crumbs": self.crumbs(found, Crumb(entry.title)),
                "title": entry.title,
                "caption": found.title,
                "warning": self._warning(found, entry, status, today),
                "rows": self._rows(found, entry, status),
                "actions": self._actions(found, entry) if may_write else [],
                "evidence": evidence_of(self.access, found.kind, [entry.pk], may_add=may_write)[entry.pk]
                if found.holds_content
                else None,
                "terms": self._terms(found, entry, today),
                "below": self._below(found, entry),
            },
        )

    def _warning(self, register: Register, entry: RegisterEntry, status: RegisterStatus, today: date) -> str:
        """What is wrong with the entry and what to do, in a sentence."""
        one = register.one
        if status is RegisterStatus.LAPSED and entry.ends_on is not None:
            days = counted((today - entry.ends_on).days, "day", "days")
            return (
                f"This {one} lapsed: its last day was {british_date(entry.ends_on)}, {days} ago. "
                f"Renew it, or withdraw it if it is no longer used."
            )
        if status is RegisterStatus.REVIEW_DUE and entry.review_on is not None:
            days = counted((today - entry.review_on).days, "day", "days")
            return f"The review of this {one} is {days} overdue. Review it, then change the date."
        if status is RegisterStatus.ENDS_SOON and entry.ends_on is not None:
            left = (entry.ends_on - today).days
            when = f"in {counted(left, 'day', 'days')}" if left else "today"
            return f"The last day of this {one} is {british_date(entry.ends_on)}, {when}."
        return ""

    def _rows(self, register: Register, entry: RegisterEntry, status: RegisterStatus) -> list[SummaryRow]:
        rows = [SummaryRow("Status", status_tag(register, status)), SummaryRow("Reference", entry.reference)]
        rows += [SummaryRow(each.label, self._linked(each, entry)) for each in register.fields]
        rows += [
            SummaryRow(label, british_date(getattr(entry, name)) or "Not set")
            for name, label in register.dates.items()
        ]
        if entry.withdrawn_on:
            rows.append(SummaryRow("Not used from", british_date(entry.withdrawn_on)))
        rows += [
            SummaryRow("Reminder", f"{counted(entry.remind_days, 'day', 'days')} before"),
            SummaryRow("Owner", display_name(entry.owner)),
        ]
        if entry.notes:
            rows.append(SummaryRow("Notes", entry.notes))
        return rows

    def _linked(self, field: Field, entry: RegisterEntry) -> Any:
        """A field as the entry's page says it: what has a page of its own in a register is a link to it."""
        value = shown(field, entry) or "Not given"
        if field.answer is not Answer.VENUE_POLICY:
            return value
        policy = getattr(entry, field.name)
        address = self.address("register-entry", VENUE_POLICIES.slug, policy.pk) if policy else ""
        return Link(value, address) if policy else value

    def _below(self, register: Register, entry: RegisterEntry) -> Table | None:
        """What of another register names this entry: the venues that are let by a policy."""
        if register is not VENUE_POLICIES:
            return None
        listed = [each for each in VENUES.fields if each.name in ("kind", "adopted_on", "briefed_on")]
        return Table(
            "Venues that are let by this policy",
            [Column("Venue", header=True), Column("Status"), *[Column(each.label) for each in listed]],
            [
                [
                    Link(venue.title, self.address("register-entry", VENUES.slug, venue.pk)),
                    status_tag(VENUES, RegisterStatus(venue.standing)),
                    *[shown(each, venue) or "Not given" for each in listed],
                ]
                for venue in named_in(self.access, VENUES, "policy", entry)
            ],
            stacks=True,
        )

    def _actions(self, register: Register, entry: RegisterEntry) -> list[Link]:
        def link(text: str, name: str) -> Link:
            return Link(text, self.address(name, register.slug, entry.pk))

        if entry.withdrawn_on is not None:
            return [link("Bring it back", "register-entry-bring-back")]
        change = link("Change", "register-entry-edit")
        withdraw = link("Withdraw", "register-entry-withdraw")
        if register.renewable and entry.starts_on is not None:
            return [link(register.renew, "register-entry-renew"), change, withdraw]
        return [change, withdraw]

    def _terms(self, register: Register, entry: RegisterEntry, today: date) -> Table | None:
        """The terms before the present one."""
        past = past_terms_of(entry, register, today) if entry.term > 1 else []
        if not past:
            return None
        again = [each for each in register.fields if each.renewed]
        return Table(
            "Earlier terms",
            [
                Column("Term", header=True),
                *[Column(label) for label in register.dates.values()],
                *[Column(each.label) for each in again],
            ],
            [
                [
                    f"Term {term.term}",
                    *[getattr(term, name) or "Not set" for name in register.dates],
                    *[shown(each, term) or "Not given" for each in again],
                ]
                for term in past
            ],
            stacks=True,
        )


class _Entry:
    """What a form of one entry is about: the register, and the entry where there is one."""

    def __init__(self, register: Register, entry: RegisterEntry) -> None:
        self.register, self.entry = register, entry


class RegisterEntryAddPage(RoomFormPage[Register, RegisterEntryForm]):
    """Add an entry to a register."""

    permission = _WRITE
    room = ROOM
    button = "Add to the register"

    def subject(self, **keys: Any) -> Register:
        return register_for(self.access, keys["register"], edit=True)

    def form(self, subject: Register, /, data: Any = None, files: Any = None) -> RegisterEntryForm:
        return RegisterEntryForm(
            data, register=subject, council=self.council, initial={"owner": self.person.pk}
        )

    def save(self, subject: Register, form: RegisterEntryForm, /) -> str:
        add_entry(
            register=subject,
            council=self.council,
            by=self.person,
            values=form.values,
            token=form.cleaned_data["token"],
        )
        return f"{subject.one[:1].upper()}{subject.one[1:]} added."

    def target(self, subject: Register, /) -> str:
        return reverse("register-entries", args=[self.council.slug, subject.slug])

    def title(self, subject: Register, /) -> str:
        return f"Add {subject.an_entry}"

    def crumbs(self, subject: Register, /) -> list[Crumb]:
        return register_crumbs(self.council.slug, subject, Crumb(self.title(subject)))


class _EntryFormPage(RoomFormPage[_Entry, Any]):
    """A form of one entry of a register."""

    abstract = True
    room = ROOM
    words = ""

    def subject(self, **keys: Any) -> _Entry:
        register = register_for(self.access, keys["register"], edit=True)
        return _Entry(register, entry_for(self.access, register, keys["entry_id"], edit=True))

    def target(self, subject: _Entry, /) -> str:
        return reverse("register-entry", args=[self.council.slug, subject.register.slug, subject.entry.pk])

    def title(self, subject: _Entry, /) -> str:
        return f"{self.words}: {subject.entry.title}"

    def crumbs(self, subject: _Entry, /) -> list[Crumb]:
        entry = Crumb(subject.entry.title, self.target(subject))
        return register_crumbs(self.council.slug, subject.register, entry, Crumb(self.words))


class RegisterEntryEditPage(_EntryFormPage):
    """Change what stands of an entry."""

    permission = _WRITE
    words = "Change"

    def form(self, subject: _Entry, /, data: Any = None, files: Any = None) -> RegisterEntryChangeForm:
        return RegisterEntryChangeForm(
            data, register=subject.register, council=self.council, entry=subject.entry
        )

    def save(self, subject: _Entry, form: RegisterEntryChangeForm, /) -> str:
        change_entry(
            register=subject.register,
            entry=subject.entry,
            by=self.person,
            version=form.cleaned_data["version"],
            values=form.values,
        )
        return "Changes saved."


class RegisterEntryRenewPage(_EntryFormPage):
    """Begin the next term; the present one stays as an earlier one."""

    permission = _WRITE
    words = "Renew"
    button = "Begin the next term"

    def form(self, subject: _Entry, /, data: Any = None, files: Any = None) -> RenewalForm:
        return RenewalForm(data, register=subject.register, council=self.council, entry=subject.entry)

    def save(self, subject: _Entry, form: RenewalForm, /) -> str:
        renewed = renew_entry(
            register=subject.register,
            entry=subject.entry,
            by=self.person,
            version=form.cleaned_data["version"],
            values=form.values,
        )
        return f"Renewed. This is term {renewed.term}; the earlier one is kept below."

    def lead(self, subject: _Entry, /) -> str:
        starts, ends = british_date(subject.entry.starts_on), british_date(subject.entry.ends_on)
        if starts and ends:
            days = f", {starts} to {ends},"
        elif starts or ends:
            days = f", from {starts}," if starts else f", until {ends},"
        else:
            days = ""
        return f"The present term{days} stays in the register as an earlier term, exactly as it is now."


class RegisterEntryWithdrawPage(_EntryFormPage):
    """Say that an entry is not used any more."""

    permission = _WRITE
    words = "Withdraw"
    button = "Withdraw"

    def form(self, subject: _Entry, /, data: Any = None, files: Any = None) -> WithdrawalForm:
        first = {"version": subject.entry.version, "withdrawn_on": timezone.localdate()}
        return WithdrawalForm(data, initial=first)

    def save(self, subject: _Entry, form: WithdrawalForm, /) -> str:
        withdraw_entry(register=subject.register, entry=subject.entry, by=self.person, **form.cleaned_data)
        return "Withdrawn. It stays in the register."


class RegisterEntryBringBackPage(_EntryFormPage):
    """Undo a withdrawal."""

    permission = _WRITE
    words = "Bring back"
    button = "Bring it back"

    def form(self, subject: _Entry, /, data: Any = None, files: Any = None) -> BringBackForm:
        return BringBackForm(data, initial={"version": subject.entry.version})

    def save(self, subject: _Entry, form: BringBackForm, /) -> str:
        bring_back_entry(register=subject.register, entry=subject.entry, by=self.person, **form.cleaned_data)
        return "Brought back."

    def lead(self, subject: _Entry, /) -> str:
        return "It counts again with the dates that it had."
