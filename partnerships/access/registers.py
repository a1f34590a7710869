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
from partnerships.queries.registers import entries_of, rows_of, titles_of
from partnerships.registers import REGISTERS, Register
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents import rules


def register_for(access: CouncilAccess, slug: str, *, edit: bool = False) -> Register:
    """A register by its part of the address. Raises Http404 without the right or the register."""
    register = next((each for each in REGISTERS if each.slug == slug), None)
    if register is None:
        raise Http404
    access.require(register.edit if edit else register.view)
    return register


def registers_for(access: CouncilAccess) -> list[Register]:
    """The registers that the person may read, in their order."""
    return [register for register in REGISTERS if access.may(register.view)]


def entries_for(access: CouncilAccess, register: Register) -> QuerySet[Any]:
    """The current entries of a register. Raises Http404 without the right."""
    access.require(register.view)
    return entries_of(access.council, register, timezone.localdate())


def entry_for(
    access: CouncilAccess, register: Register, entry_id: UUID, *, edit: bool = False
) -> RegisterEntry:
    """One current entry. Raises Http404 without the right or the entry."""
    access.require(register.edit if edit else register.view)
    found: RegisterEntry | None = (
        entries_of(access.council, register, timezone.localdate()).filter(pk=entry_id).first()
    )
    if found is None:
        raise Http404
    return found


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
        access.require(register.view)
        return rows_of([access.council.pk], register).filter(past_of__isnull=True)

    return readable


def _labels(
    register: Register,
) -> Callable[[CouncilAccess, Collection[UUID]], Mapping[UUID, rules.Thing]]:
    def labels(access: CouncilAccess, ids: Collection[UUID]) -> Mapping[UUID, rules.Thing]:
        slug = access.council.slug
        return {
            key: rules.Thing(title, reverse("register-entry", args=[slug, register.slug, key]))
            for key, title in titles_of(access.council, register, ids).items()
        }

    return labels


def _may_attach(register: Register) -> Callable[[CouncilAccess, UUID], bool]:
    def may_attach(access: CouncilAccess, object_id: UUID) -> bool:
        return register.holds_content and access.may(register.edit)

    return may_attach
