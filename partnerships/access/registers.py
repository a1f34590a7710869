"""The only way to a register and its entries: object and right in one call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from partnerships.models import RegisterEntry
from partnerships.queries.confidentiality import promises_by
from partnerships.queries.registers import entries_of, rows_of, titles_of
from partnerships.registers import REGISTERS, Register
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents import rules


def register_for(access: CouncilAccess, slug: str, *, edit: bool = False) -> Register:
    """A register by its part of the address. Raises Http404 without the right or the register."""
    register = next((each for each in REGISTERS if each.slug == slug), None)
    if register is None:
        raise Http404
    _require(access, register, edit=edit)
    return register


def may_edit(access: CouncilAccess, register: Register) -> bool:
    """Whether the person may change the register: nobody changes what they may not read."""
    return access.may(register.view) and access.may(register.edit)


def _require(access: CouncilAccess, register: Register, *, edit: bool = False) -> None:
    access.require(register.view)
    if edit:
        access.require(register.edit)


def registers_for(access: CouncilAccess) -> list[Register]:
    """The registers that the person may read, in their order."""
    return [register for register in REGISTERS if access.may(register.view)]


def entries_for(access: CouncilAccess, register: Register) -> QuerySet[Any]:
    """The current entries of a register. Raises Http404 without the right."""
    access.require(register.view)
    return entries_of(access.council, register, timezone.localdate())


def rows_for(access: CouncilAccess, register: Register) -> QuerySet[Any]:
    """The entries of :func:`entries_for` by their own columns alone. Raises Http404 without the right."""
    access.require(register.view)
    return rows_of([access.council.pk], register).filter(past_of__isnull=True)


def entry_for(
    access: CouncilAccess, register: Register, entry_id: UUID, *, edit: bool = False
) -> RegisterEntry:
    """One current entry. Raises Http404 without the right or the entry."""
    _require(access, register, edit=edit)
    found: RegisterEntry | None = (
        entries_of(access.council, register, timezone.localdate()).filter(pk=entry_id).first()
    )
    if found is None:
        raise Http404
    return found


def named_in(access: CouncilAccess, register: Register, field: str, entry: RegisterEntry) -> QuerySet[Any]:
    """The current entries of a register that name another entry. Raises Http404 without the right."""
    return entries_for(access, register).filter(**{field: entry})


def own_promises(access: CouncilAccess) -> list[Any]:
    """What the person has promised to keep confidential in the council, latest first: their own alone."""
    return promises_by(access.council, access.user, timezone.localdate())


def evidence_kind(register: Register) -> rules.Kind:
    """The rule by which evidence on entries of a register is read and added."""
    return rules.Kind(
        name=register.kind,
        words=rules_words(register),
        readable=_readable(register),
        labels=_labels(register),
        may_attach=_may_attach(register),
    )


def rules_words(register: Register) -> str:
    """An entry in words, as a filter of the library calls it."""
    return register.one[:1].upper() + register.one[1:]


def _readable(register: Register) -> Callable[[CouncilAccess], QuerySet[Any]]:
    def readable(access: CouncilAccess) -> QuerySet[Any]:
        return _open_rows(access, register)

    return readable


def _open_rows(access: CouncilAccess, register: Register) -> QuerySet[Any]:
    """The entries whose evidence the person may read. Raises Http404 for whoever may read none."""
    rows = rows_of([access.council.pk], register).filter(past_of__isnull=True)
    if register.subject and not access.may(register.view):
        return rows.filter(**{register.subject: access.user})
    access.require(register.view)
    return rows


def _labels(
    register: Register,
) -> Callable[[CouncilAccess, Collection[UUID]], Mapping[UUID, rules.Thing]]:
    def labels(access: CouncilAccess, ids: Collection[UUID]) -> Mapping[UUID, rules.Thing]:
        slug = access.council.slug
        named = titles_of(_open_rows(access, register), ids)
        if access.may(register.view):
            pages = {key: reverse("register-entry", args=[slug, register.slug, key]) for key in named}
        else:
            pages = dict.fromkeys(named, reverse("own-acknowledgements", args=[slug]))
        return {key: rules.Thing(title, pages[key]) for key, title in named.items()}

    return labels


def _may_attach(register: Register) -> Callable[[CouncilAccess, UUID], bool]:
    def may_attach(access: CouncilAccess, object_id: UUID) -> bool:
        return register.holds_content and may_edit(access, register)

    return may_attach
