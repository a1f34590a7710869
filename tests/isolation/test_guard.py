"""The guard tells a login that is held by row-level security from one that is not (TI-2)."""

from __future__ import annotations

import pytest
from django.db import connections

from prevent_portal.tenancy import guard
from prevent_portal.tenancy.guard import BypassingRole, check_new_connection, refuse_bypassing_role

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_the_apps_login_is_let_in() -> None:
    refuse_bypassing_role()


def test_the_owner_of_the_tables_is_refused_by_name() -> None:
    with pytest.raises(BypassingRole, match="'portal_owner' owns tables or the database"):
        refuse_bypassing_role(using="owner")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("boss", True, False, False), "'boss' is a superuser"),
        (("backup", False, True, False), "'backup' has BYPASSRLS"),
        (("both", True, True, True), "is a superuser and has BYPASSRLS and owns tables"),
        (None, "does not say which role"),
    ],
)
def test_the_refusal_names_every_fault(
    monkeypatch: pytest.MonkeyPatch, row: tuple[object, ...] | None, words: str
) -> None:
    """Roles of these kinds need a superuser to make; tests/machine starts real processes with them."""
    values = "SELECT 'x', false, false, false WHERE false"
    if row is not None:
        name, *flags = row
        values = f"SELECT '{name}', " + ", ".join(str(flag).lower() for flag in flags)
    monkeypatch.setattr(guard, "_QUESTION", values)
    with pytest.raises(BypassingRole, match=words):
        refuse_bypassing_role()


def test_the_first_connection_of_a_login_is_checked_and_the_next_not_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(guard, "_checked", set())

    def refuse(*, using: str) -> None:
        asked.append(using)

    monkeypatch.setattr(guard, "refuse_bypassing_role", refuse)
    for _ in range(2):
        check_new_connection(None, connections["default"])
    check_new_connection(None, connections["owner"])  # migrations: the owner works there on purpose
    assert asked == ["default"]
