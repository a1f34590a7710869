"""Add, change, renew and withdraw entries of any register. What a term was stays, beside the next one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.models import RegisterEntry
from partnerships.policies.refusals import PartnershipRefused
from partnerships.policies.registers import (
    check_values,
    require_current,
    require_next_term,
    require_withdrawal,
    require_withdrawn,
)
from partnerships.queries.registers import table_of
from partnerships.registers import Answer, Register
from partnerships.services.versions import require_version, save_next, take_turns
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import check_same_sending

_TWICE = "This person has a promise of this kind already. Renew that one, or withdraw it first."


def add_entry(
    *,
    register: Register,
    council: Council,
    by: User | None,
    values: Mapping[str, Any],
    token: UUID | None = None,
) -> RegisterEntry:
    """Add an entry to a register.

    Args:
        values: by name of field, people and organisations as rows; what is left out stays empty.
        token: of the form; the same again returns what it added.
        by: who adds it; None for the service principal.

    Raises:
        PartnershipRefused: see :func:`partnerships.policies.registers.check_values`; for a second promise of
            one person as well.
        AlreadySent: if the token came for something else.
    """
    _require_editor(register, by, council)
    table = table_of(register)
    wanted = _whole(register, values)
    try:
        with transaction.atomic():
            take_turns(council, token)
            before = table._default_manager.filter(council=council, token=token).first() if token else None
            if before is not None:
                check_same_sending(
                    same_thing=all(getattr(before, k) == v for k, v in register.fixed.items()),
                    same_person=True,
                )
                return before
            check_values(register, council, wanted)
            plain, linked = _split(register, wanted)
            entry = table._default_manager.create(council=council, token=token, **register.fixed, **plain)
            _link(register, entry, linked)
            record(
                action="partnerships.register_entry_added",
                subject=entry,
                details={"register": register.slug},
            )
    except IntegrityError as error:
        raise _worded(error) from error
    return entry


def change_entry(
    *, register: Register, entry: RegisterEntry, by: User | None, version: int, values: Mapping[str, Any]
) -> RegisterEntry:
    """Change what stands of an entry. What is not given stays.

    Args:
        version: of the entry as the person saw it.

    Raises:
        StaleVersion: if somebody saved since.
        PartnershipRefused: for an earlier term, and what :func:`add_entry` refuses.
    """
    _require_editor(register, by, entry.council)
    values = _cleaned(register, values)
    try:
        with transaction.atomic():
            locked = _locked(register, entry)
            plain, linked = _split(register, values)
            require_version(locked, version, plain, register.labels())
            require_current(locked)
            stored = _stored(register, locked)
            check_values(register, locked.council, {**stored, **values}, stored)
            relinked = _link(register, locked, linked)
            changed = [*save_next(locked, plain, always=bool(relinked)), *relinked]
            if changed:
                record(
                    action="partnerships.register_entry_changed",
                    subject=locked,
                    details={"register": register.slug, "fields": sorted(changed)},
                )
    except IntegrityError as error:
        raise _worded(error) from error
    return locked


def renew_entry(
    *, register: Register, entry: RegisterEntry, by: User | None, version: int, values: Mapping[str, Any]
) -> RegisterEntry:
    """Begin the next term of an entry. The term that was stays as an earlier one, exactly as it was.

    Args:
        values: the dates of the next term, and whatever else changes with it.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: unless the term follows the present one.
    """
    _require_editor(register, by, entry.council)
    values = _cleaned(register, values)
    with transaction.atomic():
        locked = _locked(register, entry)
        plain, linked = _split(register, values)
        require_version(locked, version, plain, register.labels())
        require_next_term(register, locked, values)
        stored = _stored(register, locked)
        check_values(register, locked.council, {**stored, **values}, stored)
        past = _copy(register, locked)
        save_next(locked, {**plain, "term": locked.term + 1})
        _link(register, locked, linked)
        record(
            action="partnerships.register_entry_renewed",
            subject=locked,
            details={"register": register.slug, "term": locked.term, "before": past.pk},
        )
    return locked


def withdraw_entry(
    *, register: Register, entry: RegisterEntry, by: User | None, version: int, withdrawn_on: date
) -> RegisterEntry:
    """Say that an entry is not used any more, from a day on. It stays in the register.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: if it is withdrawn already, or the day has not come.
    """
    _require_editor(register, by, entry.council)
    with transaction.atomic():
        locked = _locked(register, entry)
        wanted = {"withdrawn_on": withdrawn_on}
        require_version(locked, version, wanted, {"withdrawn_on": "Withdrawn on"})
        require_withdrawal(locked, withdrawn_on, timezone.localdate())
        save_next(locked, wanted)
        record(
            action="partnerships.register_entry_withdrawn",
            subject=locked,
            details={"register": register.slug, "withdrawn_on": withdrawn_on},
        )
    return locked


def bring_back_entry(
    *, register: Register, entry: RegisterEntry, by: User | None, version: int
) -> RegisterEntry:
    """Undo a withdrawal.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: if it was not withdrawn, or the person has another promise of this kind by now.
    """
    _require_editor(register, by, entry.council)
    try:
        with transaction.atomic():
            locked = _locked(register, entry)
            wanted = {"withdrawn_on": None}
            require_version(locked, version, wanted, {"withdrawn_on": "Withdrawn on"})
            require_withdrawn(locked)
            save_next(locked, wanted)
            record(
                action="partnerships.register_entry_brought_back",
                subject=locked,
                details={"register": register.slug},
            )
    except IntegrityError as error:
        raise _worded(error) from error
    return locked


def _require_editor(register: Register, by: User | None, council: Council) -> None:
    """Raise Http404 unless the person may read and change the register; None is the service principal."""
    if by is not None:
        access = council_access(by, council)
        access.require(register.view)
        access.require(register.edit)


def _locked(register: Register, entry: RegisterEntry) -> RegisterEntry:
    rows = table_of(register)._default_manager.select_for_update(of=("self",), no_key=True)
    return rows.select_related("council").get(council=entry.council_id, pk=entry.pk, **register.fixed)


def _names(register: Register) -> set[str]:
    return {*register.labels()}


def _whole(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """An entry to be, with what a new one starts with where nothing else was said."""
    wanted = _cleaned(register, values)
    wanted.setdefault("remind_days", register.remind_days)
    for each in register.fields:
        if each.initial is not None:
            wanted.setdefault(each.name, each.initial)
    return wanted


def _split(register: Register, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What is stored in the row itself, and what in tables of links.

    Raises:
        TypeError: for a name that is no field of the register.
    """
    unknown = set(values) - _names(register)
    if unknown:
        raise TypeError(f"{register.title} has no {', '.join(sorted(unknown))}.")
    many = {each.name for each in register.fields if each.answer is Answer.ORGANISATIONS}
    plain = {name: value for name, value in values.items() if name not in many}
    return plain, {name: list(value) for name, value in values.items() if name in many}


def _cleaned(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _clean(register, name, value) for name, value in values.items()}


def _clean(register: Register, name: str, value: Any) -> Any:
    """A text as it is stored. Raises PartnershipRefused for one that its field cannot read."""
    if not isinstance(value, str):
        return value
    field = register.field_named(name)
    if field is None or field.tidy is None:
        return value.strip()
    try:
        return field.tidy(value)
    except ValueError as problem:
        raise PartnershipRefused(str(problem)) from problem


def _stored(register: Register, entry: RegisterEntry) -> dict[str, Any]:
    many = {each.name for each in register.fields if each.answer is Answer.ORGANISATIONS}
    stored = {name: getattr(entry, name) for name in _names(register) - many}
    for name in many:
        stored[name] = [link.organisation for link in getattr(entry, name).select_related("organisation")]
    return stored


def _link(register: Register, entry: RegisterEntry, linked: Mapping[str, list[Any]]) -> list[str]:
    """Make the links of an entry these, and return the names of what changed."""
    changed = []
    for name, organisations in linked.items():
        links = getattr(entry, name)
        wanted = {organisation.pk for organisation in organisations}
        present = set(links.values_list("organisation", flat=True))
        if wanted == present:
            continue
        links.exclude(organisation__in=wanted).delete()
        links.model._default_manager.bulk_create(
            links.model(council=entry.council, organisation_id=key, **{links.field.name: entry})
            for key in sorted(wanted - present)
        )
        changed.append(name)
    return changed


def _copy(register: Register, entry: RegisterEntry) -> RegisterEntry:
    """Keep the present term as a row of its own."""
    table = type(entry)
    kept = {
        field.attname: getattr(entry, field.attname)
        for field in table._meta.concrete_fields
        if field.name not in ("id", "past_of", "token")
    }
    past: RegisterEntry = cast(Any, table)._default_manager.create(**kept, past_of=entry)
    many = [each.name for each in register.fields if each.answer is Answer.ORGANISATIONS]
    _link(
        register,
        past,
        {
            name: [link.organisation for link in getattr(entry, name).select_related("organisation")]
            for name in many
        },
    )
    return past


def _worded(error: IntegrityError) -> Exception:
    """A refusal in words for what only the database could see; anything else stays what it is."""
    return PartnershipRefused(_TWICE) if "acknowledgement_once_per_person" in str(error) else error
