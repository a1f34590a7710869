"""In what state an entry of a register may be added, changed, renewed or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from partnerships.models import RegisterEntry
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.registers import (
    possible_organisations,
    possible_owners,
    possible_people,
    venue_policies,
)
from partnerships.registers import Answer, Register
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date


def check_values(
    register: Register, council: Council, values: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> None:
    """Refuse what no entry of the register may hold.

    Args:
        values: the whole entry as it would be stored, by name of field.
        before: what is stored: who left or was unlinked since may stay named, except as the owner.

    Raises:
        PartnershipRefused: for a missing answer, dates in the wrong order, or something that the council does
            not have: a person without a role, an organisation that is not linked, another council's policy.
    """
    for name, label in register.labels().items():
        own = register.field_named(name)
        needed = name in ("title", "owner") or (own is not None and own.required)
        if needed and values.get(name) in (None, "", []):
            raise PartnershipRefused(f"Give the answer that is missing: {label}.")
    _check_dates(register, values)
    if wrong := register.check(values):
        raise PartnershipRefused(wrong)
    if not possible_owners(council, register).filter(pk=values["owner"].pk).exists():
        raise PartnershipRefused("The owner must be somebody who may read this register.")
    _check_named(register, council, values, before or {})


def _check_dates(register: Register, values: Mapping[str, Any]) -> None:
    starts, ends, review = (values.get(name) for name in ("starts_on", "ends_on", "review_on"))
    if register.ends_required and ends is None:
        raise PartnershipRefused(f"Give the date: {register.ends}.")
    if register.starts_required and starts is None:
        raise PartnershipRefused(f"Give the date: {register.starts}.")
    if starts is not None and ends is not None and ends < starts:
        raise PartnershipRefused(f"{register.ends} must not be before {british_date(starts)}.")
    if starts is not None and review is not None and review < starts:
        raise PartnershipRefused(f"{register.review} must not be before {british_date(starts)}.")


def _check_named(
    register: Register, council: Council, values: Mapping[str, Any], before: Mapping[str, Any]
) -> None:
    linked: set[Any] | None = None
    for each in register.fields:
        value = values.get(each.name)
        if not value or value == before.get(each.name):
            continue
        if each.answer in (Answer.ORGANISATION, Answer.ORGANISATIONS):
            if linked is None:
                linked = {organisation.pk for organisation in possible_organisations(council)}
            named = value if each.answer is Answer.ORGANISATIONS else [value]
            if any(organisation.pk not in linked for organisation in named):
                raise PartnershipRefused("Name only organisations that are linked to the council.")
        elif each.answer is Answer.PERSON:
            if not possible_people(council).filter(pk=value.pk).exists():
                raise PartnershipRefused("The person must hold a role in this council.")
        elif each.answer is Answer.VENUE_POLICY and not venue_policies(council).filter(pk=value.pk).exists():
            raise PartnershipRefused("Choose a venue-hire policy of the council.")


def require_current(entry: RegisterEntry) -> None:
    """Refuse to write in a term that another has followed."""
    if entry.past_of is not None:
        raise PartnershipRefused("This is an earlier term, which stays as it was.")


def require_in_use(entry: RegisterEntry) -> None:
    """Refuse to write in what was withdrawn."""
    require_current(entry)
    if entry.withdrawn_on is not None:
        raise PartnershipRefused("It was withdrawn. Bring it back first.")


def require_next_term(register: Register, entry: RegisterEntry, values: Mapping[str, Any]) -> None:
    """Refuse a term that does not follow the present one.

    Raises:
        PartnershipRefused: for a register without terms, an entry that is withdrawn or was never in
            force, and a term that begins no later than the present one.
    """
    require_in_use(entry)
    if not register.renewable:
        raise PartnershipRefused("Entries of this register have no term that could be renewed.")
    if entry.starts_on is None:
        raise PartnershipRefused("It is not in force yet. Change its dates instead.")
    starts: date | None = values.get("starts_on")
    if starts is None or starts <= entry.starts_on:
        raise PartnershipRefused(f"The next term must begin after {british_date(entry.starts_on)}.")


def require_withdrawal(entry: RegisterEntry, withdrawn_on: date, today: date) -> None:
    """Refuse to withdraw twice, or on a day that has not come."""
    require_in_use(entry)
    if withdrawn_on > today:
        raise PartnershipRefused("It can be withdrawn from today or an earlier day.")


def require_withdrawn(entry: RegisterEntry) -> None:
    """Refuse to bring back what was not withdrawn."""
    require_current(entry)
    if entry.withdrawn_on is None:
        raise PartnershipRefused("It was not withdrawn.")
