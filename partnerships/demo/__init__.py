"""Demo data of partnerships. Names and codes of trusts are public facts; the words are our own."""

from __future__ import annotations

from collections.abc import Mapping

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def load(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the demo's partnership. Running it again changes nothing but the dates of meetings gone by."""
    from partnerships.demo.activity import load_activity  # noqa: PLC0415 - needs the app registry
    from partnerships.demo.boards import load_boards  # noqa: PLC0415 - needs the app registry
    from partnerships.demo.grants import load_grants  # noqa: PLC0415 - needs the app registry
    from partnerships.demo.organisations import load_organisations  # noqa: PLC0415 - needs the app registry
    from partnerships.demo.registers import load_registers  # noqa: PLC0415 - needs the app registry

    load_organisations(councils=councils, people=people)
    load_boards(councils=councils, people=people)
    load_activity(councils=councils, people=people)
    load_grants(councils=councils, people=people)
    load_registers(councils=councils, people=people)
