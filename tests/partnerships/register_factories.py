"""Entries of registers for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from partnerships.models import RegisterEntry
from partnerships.queries.registers import table_of
from partnerships.registers import Register
from partnerships.services.registers import add_entry
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

NEEDED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "agreements": {"purpose": "To share referrals.", "legal_basis": "public_task"},
        "impact-assessments": {"processing": "Referrals", "residual_risk": "low"},
        "confidentiality": {"covers": "channel"},
        "strategies": {"covers": "The next years"},
        "policies": {"covers": "Staff"},
        "venue-policies": {"covers": "Hirers"},
        "venues": {"kind": "library"},
        "it-filtering": {"kind": "libraries", "test_result": "blocked"},
        "contract-clauses": {"supplier": "A supplier", "clause": "included"},
        "communications-plan": {"audience": "Schools", "channel": "letter"},
        "communications-sent": {"audience": "Schools", "channel": "letter"},
        "briefings": {"kind": "ctlp", "audience": "Chief executives"},
        "engagement": {"community": "Residents"},
        "events": {"kind": "conference"},
        "member-briefings": {},
        "projects": {"funder": "A funder", "stage": "running"},
        "horizon": {"would_change": "Who is funded"},
    }
)
"""What each register cannot do without, besides its name, owner and dates."""


def days(n: int) -> date:
    """A day from today."""
    return timezone.localdate() + timedelta(days=n)


def values_for(register: Register, keeper: User, /, **values: Any) -> dict[str, Any]:
    """A whole entry: what is needed, with dates a year either side of today where they are asked."""
    dates = {"starts_on": days(-300)} if register.renewable or register.starts_required else {}
    if register.renewable:
        dates["ends_on"] = days(300)
    person = {"person": keeper} if register.slug == "confidentiality" else {}
    return {
        "title": f"One {register.one}", "owner": keeper, **NEEDED[register.slug], **person, **dates, **values
    }  # fmt: skip


def entered(register: Register, council: Council, keeper: User, /, **values: Any) -> Any:
    """An entry of a register, added by the service principal."""
    with service_scope(council=council):
        return add_entry(
            register=register, council=council, by=None, values=values_for(register, keeper, **values)
        )


def many(register: Register, council: Council, owner: User, count: int) -> list[RegisterEntry]:
    """Entries in bulk, for tests that count statements."""
    with service_scope(council=council):
        table = table_of(register)
        return table._default_manager.bulk_create(
            table(
                council=council,
                **register.fixed,
                **values_for(register, owner, title=f"Entry {n}", ends_on=days(10)),
            )
            for n in range(count)
        )
