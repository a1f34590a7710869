"""Which database roles there are, what each may do, and as which one the tests run."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.db import connection

from prevent_portal.embedded import ROLES


def attributes(role: str) -> tuple[bool, ...]:
    """Return login, superuser, createdb, createrole, bypassrls of a role."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        found = owner.execute(
            "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls "
            "FROM pg_roles WHERE rolname = %s",
            [role],
        ).fetchone()
    assert found is not None
    return tuple(found)


@pytest.mark.django_db
def test_tests_run_as_a_role_that_owns_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("portal_app", "portal_app")
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == ("portal_owner",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("portal_app", (True, False, False, False, False)),
        ("portal_owner", (True, False, True, False, False)),
        ("portal_audit", (False, False, False, False, False)),
    ],
)
def test_a_role_has_exactly_the_attributes_it_needs(role: str, expected: tuple[bool, ...]) -> None:
    assert attributes(role) == expected


@pytest.mark.django_db
def test_owner_enters_the_audit_role_only_on_purpose() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SELECT pg_has_role('portal_audit', 'USAGE')").fetchone() == (False,)
        assert owner.execute("SELECT pg_has_role('portal_audit', 'SET')").fetchone() == (True,)


@pytest.mark.django_db
@pytest.mark.parametrize("wish", ["SET ROLE portal_owner", "SET ROLE portal_audit", "SET ROLE postgres"])
def test_app_cannot_become_another_role(wish: str) -> None:
    with (
        psycopg.connect(os.environ["DATABASE_URL"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(wish)


def test_roles_file_holds_no_password_and_says_the_same_when_run_again(superuser_url: str) -> None:
    text = ROLES.read_bytes()
    assert b"PASSWORD '" not in text
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("ALTER ROLE portal_app BYPASSRLS CREATEDB")
        superuser.execute(text)
        superuser.execute(text)
        assert superuser.execute(
            "SELECT rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = 'portal_app'"
        ).fetchone() == (False, False)
