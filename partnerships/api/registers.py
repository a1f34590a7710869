"""The registers over the API. The fields of each register are made from its definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.access.registers import (
    entries_for,
    entry_for,
    own_promises,
    register_for,
    registers_for,
)
from partnerships.enums import AcknowledgementScope, RegisterStatus
from partnerships.forms.registers import MOST_SITES, RegisterFilterForm
from partnerships.models import RegisterEntry
from partnerships.models.registers import MOST_REMIND_DAYS
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.registers import (
    counts_of,
    narrowed,
    past_terms_of,
    possible_organisations,
    possible_owners,
    possible_people,
    venue_policies,
)
from partnerships.registers import REGISTERS, Answer, Field, Register
from partnerships.services.registers import (
    add_entry,
    bring_back_entry,
    change_entry,
    renew_entry,
    withdraw_entry,
)
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.documents.queries import FileLink, files_of
from prevent_portal.tenancy.models import Council
from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.pagination import Pagination

_READ, _WRITE = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP
_PEOPLE = (Answer.PERSON,)
_ROWS = (Answer.ORGANISATION, Answer.VENUE_POLICY)
Body = type[serializers.Serializer[Any]]


class EvidenceOfEntrySerializer(serializers.Serializer[Any]):
    """A document that hangs on an entry; its file and versions stand under the API of documents."""

    id = serializers.UUIDField()
    title = serializers.CharField()


def _own_field(field: Field, *, written: bool) -> serializers.Field[Any, Any, Any, Any]:
    """How one field of a register stands in a body."""
    options: dict[str, Any] = {"help_text": field.label}
    if written:
        options["required"] = field.required
    match field.answer:
        case Answer.CHOICE:
            choices = field.choices.choices if field.choices is not None else []
            return serializers.ChoiceField(choices=choices, **options)
        case Answer.DATE:
            return serializers.DateField(allow_null=True, **options)
        case Answer.NUMBER:
            return serializers.IntegerField(
                min_value=0, max_value=MOST_SITES, allow_null=not field.required, **options
            )
        case Answer.PERSON:
            return serializers.IntegerField(allow_null=not field.required, **options)
        case Answer.ORGANISATION | Answer.VENUE_POLICY:
            return serializers.UUIDField(allow_null=not field.required, **options)
        case Answer.ORGANISATIONS:
            return serializers.ListField(child=serializers.UUIDField(), max_length=500, **options)
        case _:
            return serializers.CharField(max_length=field.longest, allow_blank=not field.required, **options)


def _body(register: Register, suffix: str, fields: dict[str, Any]) -> Body:
    stem = "".join(part.capitalize() for part in register.slug.split("-"))
    made = type(f"{stem}{suffix}Serializer", (serializers.Serializer,), fields)
    return cast(Body, made)


def _dates(register: Register, *, written: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"allow_null": True}
    if written:
        options["required"] = False
    return {name: serializers.DateField(help_text=label, **options) for name, label in register.dates.items()}


def _notes(register: Register, **options: Any) -> dict[str, Any]:
    """Notes, in a register that holds content."""
    return {"notes": serializers.CharField(allow_blank=True, **options)} if register.holds_content else {}


def _written(register: Register) -> dict[str, Any]:
    return {
        "title": serializers.CharField(max_length=160, help_text=register.title_label),
        **{each.name: _own_field(each, written=True) for each in register.fields},
        **_dates(register, written=True),
        "remind_days": serializers.IntegerField(
            min_value=0, max_value=MOST_REMIND_DAYS, required=False, help_text="Days of notice."
        ),
        "owner": serializers.IntegerField(help_text="Key of a person who may read the register."),
        **_notes(register, max_length=2000, required=False),
    }


def _read(register: Register) -> dict[str, Any]:
    return {
        "id": serializers.UUIDField(),
        "version": serializers.IntegerField(),
        "reference": serializers.CharField(),
        "status": serializers.ChoiceField(choices=RegisterStatus.choices, help_text="From the dates, today."),
        "term": serializers.IntegerField(),
        "title": serializers.CharField(),
        **{each.name: _own_field(each, written=False) for each in register.fields},
        **_dates(register, written=False),
        "withdrawn_on": serializers.DateField(allow_null=True),
        "remind_days": serializers.IntegerField(),
        "owner": serializers.IntegerField(),
        **_notes(register),
        **({"evidence": EvidenceOfEntrySerializer(many=True)} if register.holds_content else {}),
    }


def _renewed(register: Register) -> dict[str, Any]:
    again = {each.name: _own_field(each, written=True) for each in register.fields if each.renewed}
    for field in again.values():
        field.required = False
    return {"version": serializers.IntegerField(), **again, **_dates(register, written=True)}


READ: dict[str, Body] = {each.slug: _body(each, "Entry", _read(each)) for each in REGISTERS}
NEW: dict[str, Body] = {each.slug: _body(each, "NewEntry", _written(each)) for each in REGISTERS}
CHANGED: dict[str, Body] = {
    each.slug: _body(each, "EntryChange", {"version": serializers.IntegerField(), **_written(each)})
    for each in REGISTERS
}
RENEWED: dict[str, Body] = {
    each.slug: _body(each, "Renewal", _renewed(each)) for each in REGISTERS if each.renewable
}


def _one_of(name: str, bodies: dict[str, Body], *, many: bool | None = None) -> PolymorphicProxySerializer:
    """One of these, by the register in the address."""
    return PolymorphicProxySerializer(
        component_name=name,
        serializers=list(bodies.values()),
        resource_type_field_name=None,
        many=many,
    )


ENTRY = _one_of("RegisterEntry", READ)


class RegisterCountsSerializer(serializers.Serializer[Any]):
    register = serializers.SlugField(help_text="Its part of the addresses below.")
    title = serializers.CharField()
    entries = serializers.DictField(child=serializers.IntegerField(), help_text="How many, by status.")
    evidence_kind = serializers.CharField(
        help_text="Give it as the kind when a document is hung on an entry; empty where none may be."
    )


class OwnPromiseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    covers = serializers.ChoiceField(choices=AcknowledgementScope.choices)
    status = serializers.ChoiceField(choices=RegisterStatus.choices, help_text="From the dates, today.")
    term = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    withdrawn_on = serializers.DateField(allow_null=True)


class WithdrawnSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    withdrawn_on = serializers.DateField()


class BroughtBackSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


def entries_data(council: Council, register: Register, entries: Sequence[Any]) -> list[dict[str, Any]]:
    """Entries as the API gives them, in a fixed number of statements."""
    keys = [entry.pk for entry in entries]
    files = files_of(council, register.kind, keys) if register.holds_content else {}
    return [_entry_data(register, entry, files.get(entry.pk, [])) for entry in entries]


def _entry_data(register: Register, entry: RegisterEntry, files: Sequence[FileLink]) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(entry, name)
        for name in (
            "id", "version", "reference", "term", "title", "withdrawn_on", "remind_days", "notes",
            *register.dates,
        )
    }  # fmt: skip
    row["status"] = entry.standing  # type: ignore[attr-defined] # annotated by the query
    row["owner"] = entry.owner_id
    row["evidence"] = [{"id": file.document_id, "title": file.title} for file in files]
    for each in register.fields:
        if each.answer is Answer.ORGANISATIONS:
            row[each.name] = [link.organisation_id for link in getattr(entry, each.name).all()]
        elif each.answer in (*_PEOPLE, *_ROWS):
            row[each.name] = getattr(entry, f"{each.name}_id")
        else:
            row[each.name] = getattr(entry, each.name)
    return READ[register.slug](row).data


class _RegisterAPI(WritingAPIView):
    abstract = True

    def resolved(
        self, register: Register, given: dict[str, Any], entry: RegisterEntry | None = None
    ) -> dict[str, Any]:
        """The body with rows in place of keys. 400 for what the council cannot choose."""
        values = {name: value for name, value in given.items() if name != "version"}
        answers = {each.name: each.answer for each in register.fields}
        if "owner" in values:
            values["owner"] = self._row("owner", values["owner"], possible_owners(self.council, register))
        for name, answer in answers.items():
            if values.get(name) is None:
                continue
            if answer is Answer.PERSON:
                values[name] = self._row(name, values[name], possible_people(self.council))
            elif answer is Answer.VENUE_POLICY:
                values[name] = self._row(name, values[name], venue_policies(self.council))
            elif answer is Answer.ORGANISATION:
                values[name] = self._organisations(name, [values[name]])[0]
            elif answer is Answer.ORGANISATIONS:
                values[name] = self._organisations(name, values[name])
        return values

    def _row(self, name: str, key: Any, rows: Any) -> Any:
        found = rows.filter(pk=key).first()
        if found is None:
            raise exceptions.ValidationError({name: ["The council has nobody and nothing of this key."]})
        return found

    def _organisations(self, name: str, keys: list[UUID]) -> list[Any]:
        linked = {organisation.pk: organisation for organisation in possible_organisations(self.council)}
        if any(key not in linked for key in keys):
            raise exceptions.ValidationError({name: ["This is no organisation of the council."]})
        return [linked[key] for key in dict.fromkeys(keys)]

    def answered(self, register: Register, entry_id: UUID) -> Response:
        """The entry as it stands now."""
        return Response(self.entry(register, entry_id))

    def entry(self, register: Register, entry_id: UUID) -> dict[str, Any]:
        """One entry as the API gives it."""
        return entries_data(self.council, register, [entry_for(self.access, register, entry_id)])[0]


class RegistersAPI(_RegisterAPI):
    """The registers, and how their entries stand today."""

    permission = _READ

    @extend_schema(operation_id="registers_of_partnership", responses=RegisterCountsSerializer(many=True))
    def get(self, request: Request) -> Response:
        registers = registers_for(self.access)
        counts = counts_of(self.council, registers, timezone.localdate())
        rows = [
            {
                "register": each.slug,
                "title": each.title,
                "evidence_kind": each.kind if each.holds_content else "",
                "entries": {status.value: counts[each.slug][status] for status in each.statuses},
            }
            for each in registers
        ]
        return Response(RegisterCountsSerializer(rows, many=True).data)


class OwnPromisesAPI(_RegisterAPI):
    """What one has promised to keep confidential oneself, earlier terms included; nobody else's promise."""

    permission = AccountsPermission.VIEW_COUNCIL

    @extend_schema(operation_id="own_confidentiality_agreements", responses=OwnPromiseSerializer(many=True))
    def get(self, request: Request) -> Response:
        names = ("id", "title", "covers", "term", "starts_on", "ends_on", "withdrawn_on")
        rows = [
            {**{name: getattr(each, name) for name in names}, "status": each.standing}
            for each in own_promises(self.access)
        ]
        return Response(OwnPromiseSerializer(rows, many=True).data)


class RegisterEntriesAPI(_RegisterAPI):
    """The entries of one register, narrowed like its page."""

    permission = {"get": _READ, "post": _WRITE}
    pagination_class = Pagination

    @extend_schema(operation_id="register_entries", responses=_one_of("RegisterEntries", READ, many=True))
    def get(self, request: Request, register: str) -> Response:
        found = register_for(self.access, register)
        given = RegisterFilterForm(request.query_params, register=found, council=self.council).given
        rows = narrowed(entries_for(self.access, found), found, **given)
        pages = Pagination()
        page: list[RegisterEntry] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(entries_data(self.council, found, page))

    @extend_schema(
        operation_id="register_entry_add",
        request=_one_of("NewRegisterEntry", NEW),
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ENTRY, **WRITE_ANSWERS},
    )
    def post(self, request: Request, register: str) -> Response:
        found = register_for(self.access, register, edit=True)
        values = self.resolved(found, checked(NEW[found.slug], request))

        def create() -> dict[str, Any]:
            made = add_entry(register=found, council=self.council, by=self.person, values=values)
            return self.entry(found, made.pk)

        return self.created_once(request, create)


class RegisterEntryAPI(_RegisterAPI):
    """One entry."""

    permission = {"get": _READ, "put": _WRITE}

    @extend_schema(operation_id="register_entry", responses=ENTRY)
    def get(self, request: Request, register: str, entry_id: UUID) -> Response:
        return self.answered(register_for(self.access, register), entry_id)

    @extend_schema(
        operation_id="register_entry_change",
        request=_one_of("RegisterEntryChange", CHANGED),
        responses={200: ENTRY, **VERSIONED_ANSWERS},
    )
    def put(self, request: Request, register: str, entry_id: UUID) -> Response:
        found = register_for(self.access, register, edit=True)
        entry = entry_for(self.access, found, entry_id, edit=True)
        given = checked(CHANGED[found.slug], request)
        values = self.resolved(found, given)
        change_entry(register=found, entry=entry, by=self.person, version=given["version"], values=values)
        return self.answered(found, entry_id)


class RegisterRenewalsAPI(_RegisterAPI):
    """The earlier terms of an entry, and its next one."""

    permission = {"get": _READ, "post": _WRITE}

    @extend_schema(operation_id="register_entry_terms", responses=_one_of("RegisterTerms", READ, many=True))
    def get(self, request: Request, register: str, entry_id: UUID) -> Response:
        found = register_for(self.access, register)
        entry = entry_for(self.access, found, entry_id)
        past = past_terms_of(entry, found, timezone.localdate())
        return Response(entries_data(self.council, found, past))

    @extend_schema(
        operation_id="register_entry_renew",
        request=_one_of("RegisterRenewal", RENEWED),
        responses={200: ENTRY, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, register: str, entry_id: UUID) -> Response:
        found = register_for(self.access, register, edit=True)
        entry = entry_for(self.access, found, entry_id, edit=True)
        given = checked(RENEWED.get(found.slug, CHANGED[found.slug]), request)
        values = self.resolved(found, given)
        renew_entry(register=found, entry=entry, by=self.person, version=given["version"], values=values)
        return self.answered(found, entry_id)


class RegisterWithdrawalAPI(_RegisterAPI):
    """Say that an entry is not used any more."""

    permission = _WRITE

    @extend_schema(
        operation_id="register_entry_withdraw",
        request=WithdrawnSerializer,
        responses={200: ENTRY, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, register: str, entry_id: UUID) -> Response:
        found = register_for(self.access, register, edit=True)
        entry = entry_for(self.access, found, entry_id, edit=True)
        withdraw_entry(register=found, entry=entry, by=self.person, **checked(WithdrawnSerializer, request))
        return self.answered(found, entry_id)


class RegisterBringBackAPI(_RegisterAPI):
    """Undo a withdrawal."""

    permission = _WRITE

    @extend_schema(
        operation_id="register_entry_bring_back",
        request=BroughtBackSerializer,
        responses={200: ENTRY, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, register: str, entry_id: UUID) -> Response:
        found = register_for(self.access, register, edit=True)
        entry = entry_for(self.access, found, entry_id, edit=True)
        given = checked(BroughtBackSerializer, request)
        bring_back_entry(register=found, entry=entry, by=self.person, version=given["version"])
        return self.answered(found, entry_id)
