"""No process serves requests or jobs as a role that could bypass row-level security (TI-2)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_QUESTION = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname IN ('public', 'audit') AND c.relkind IN ('r', 'p')
                 AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
       OR EXISTS (SELECT 1 FROM pg_database d
                  WHERE d.datname = current_database() AND pg_has_role(r.oid, d.datdba, 'MEMBER'))
FROM pg_roles r WHERE r.rolname = current_user
"""


class BypassingRole(ImproperlyConfigured):
    """The database login could see around the walls between councils."""


def refuse_bypassing_role(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Refuse a login that is a superuser, bypasses row security, or owns a table or the database.

    Raises:
        BypassingRole: naming what the role could do.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_QUESTION)
        row = cursor.fetchone()
    if row is None:
        raise BypassingRole("The database does not say which role this login has.")
    name, superuser, bypasses, owns = row
    faults = [
        words
        for fault, words in (
            (superuser, "is a superuser"),
            (bypasses, "has BYPASSRLS"),
            (owns, "owns tables or the database, or is a member of their owner"),
        )
        if fault
    ]
    if faults:
        raise BypassingRole(
            f"The database role {name!r} {' and '.join(faults)}, so it could see every council's rows. "
            "Set its address to the portal's own login (docs/deployment.md, roles)."
        )


GUARDED = (DEFAULT_DB_ALIAS, "key_store")
"""The logins of processes that serve: the portal's own, and the one of its key store."""

_checked: set[tuple[str, str, str]] = set()


def check_new_connection(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Check the first connection of each login that serves, whatever the process is."""
    if connection.alias not in GUARDED:
        return
    settings = connection.settings_dict
    login = (str(settings["HOST"]), str(settings["NAME"]), str(settings["USER"]))
    if login in _checked:
        return
    refuse_bypassing_role(using=connection.alias)
    _checked.add(login)
