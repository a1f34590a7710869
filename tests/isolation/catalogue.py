"""What PostgreSQL's catalogue says about a database that was built from migrations only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connections


@dataclass
class Policy:
    name: str
    command: str
    permissive: bool
    roles: list[str]
    using: str
    check: str


@dataclass
class Table:
    """One table of ours."""

    name: str
    owner: str
    secured: bool
    forced: bool
    council_required: bool
    policies: list[Policy] = field(default_factory=list)

    @property
    def owned_by_council(self) -> bool:
        """Whether each row belongs to one council and the plain policies say so."""
        names = {policy.name for policy in self.policies}
        return self.secured and self.council_required and {"council_read", "council_add"} <= names

    @property
    def restricted(self) -> bool:
        """Whether a second wall stands beside the council's."""
        return any(not policy.permissive for policy in self.policies)


def rows(sql: str, *parameters: Any, using: str = "owner") -> list[tuple[Any, ...]]:
    """Read as the owner, who sees the whole catalogue."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


_SCHEMAS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
_NAME = "CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END"


def tables() -> dict[str, Table]:
    """Every table outside PostgreSQL's own schemas, by name."""
    found = {
        name: Table(name, owner, secured, forced, bool(required))
        for name, owner, secured, forced, required in rows(
            f"SELECT {_NAME}, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity, "
            "(SELECT a.attnotnull FROM pg_attribute a "
            "WHERE a.attrelid = c.oid AND a.attname = 'council_id') "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            f"WHERE c.relkind IN ('r', 'p') AND {_SCHEMAS} ORDER BY 1"
        )
    }
    for name, policy, command, permissive, roles, using, check in rows(
        f"SELECT {_NAME}, p.polname, p.polcmd::text, p.polpermissive, "
        "ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END FROM unnest(p.polroles) r), "
        "coalesce(pg_get_expr(p.polqual, p.polrelid), ''), "
        "coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') "
        "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace"
    ):
        found[name].policies.append(Policy(policy, command, permissive, roles, using, check))
    return found


def isolated_tables() -> list[str]:
    """Names of the tables whose rows each belong to one council."""
    return [table.name for table in tables().values() if table.owned_by_council]
