"""Row-level security, written by a migration operation.

The policy form is a hashed subplan (``IN (SELECT unnest(function()))``): the database itself derives the
visible councils from the transaction's settings, and the planner still chooses its index from the literal
council filter that every query carries. ENABLE without FORCE: the owner's data migrations and dumps must see
rows, and no process that serves requests or jobs is the owner (guard.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connections, router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

VISIBLE = "council_id IN (SELECT unnest(accounts_visible_councils()))"


def grant_tables_to_app(*, using: str, **kwargs: Any) -> None:
    """Give the app's role what it needs on every table, and never TRUNCATE. Runs after each migrate."""
    if not router.allow_migrate(using, "tenancy"):
        return
    role = settings.DATABASE_APP_ROLE
    with connections[using].cursor() as cursor:
        cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')


class IsolateByCouncil(Operation):
    """Isolate a council-owned table: policies, a (council_id, id) key and composite foreign keys.

    Args:
        model_name: the model; its ``council`` field is NOT NULL.
        also_visible: an SQL condition that admits further rows for reading, such as an explicit grant.
            It must be of the same hashed form. Writing always needs the council itself.
        append_only: rows can be inserted and read, never changed or deleted, by the app's role.

    Every foreign key to another council-owned model of an isolated table becomes composite, so that a row can
    never point into another council (TI-5); one that a later migration adds needs :class:`BindToCouncil`. A
    trigger refuses to move a row, because a scope across councils would admit both ends of the move.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, *, also_visible: str = "", append_only: bool = False) -> None:
        self.model_name = model_name
        self.also_visible = also_visible
        self.append_only = append_only

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        kwargs: dict[str, Any] = {}
        if self.also_visible:
            kwargs["also_visible"] = self.also_visible
        if self.append_only:
            kwargs["append_only"] = True
        return type(self).__name__, [self.model_name], kwargs

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model's state does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        readable = f"({VISIBLE} OR {self.also_visible})" if self.also_visible else VISIBLE
        role = settings.DATABASE_APP_ROLE
        run = schema_editor.execute
        # Deferred constraints of earlier operations would make ALTER TABLE refuse pending events.
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        run(f'CREATE POLICY council_read ON "{table}" FOR SELECT TO "{role}" USING ({readable})')
        run(f'CREATE POLICY council_add ON "{table}" FOR INSERT TO "{role}" WITH CHECK ({VISIBLE})')
        if not self.append_only:
            run(
                f'CREATE POLICY council_change ON "{table}" FOR UPDATE TO "{role}" '
                f"USING ({VISIBLE}) WITH CHECK ({VISIBLE})"
            )
            run(f'CREATE POLICY council_remove ON "{table}" FOR DELETE TO "{role}" USING ({VISIBLE})')
        run(_KEEP_COUNCIL)
        run(
            f'CREATE TRIGGER keep_council BEFORE UPDATE OF council_id ON "{table}" FOR EACH ROW '
            "WHEN (OLD.council_id IS DISTINCT FROM NEW.council_id) EXECUTE FUNCTION tenancy_keep_council()"
        )
        run(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_council_id_id" UNIQUE (council_id, id)')
        for column, target in _council_references(model):
            run(_add_composite(table, column, target))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        run = schema_editor.execute
        for column, _target in _council_references(model):
            run(f'ALTER TABLE "{table}" DROP CONSTRAINT "{_composite_name(table, column)}"')
        # Keys of other tables that still lean on this one go with it, as the tables themselves do next.
        run(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_council_id_id" CASCADE')
        run(f'DROP TRIGGER IF EXISTS keep_council ON "{table}"')
        for policy in ("council_read", "council_add", "council_change", "council_remove"):
            run(f'DROP POLICY IF EXISTS {policy} ON "{table}"')
        run(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Isolate {self.model_name} by council"

    @property
    def migration_name_fragment(self) -> str:
        return f"isolate_{self.model_name.lower()}"


class BindToCouncil(Operation):
    """Make one foreign key composite that was added to a table after it was isolated (TI-5).

    Args:
        model_name: the council-owned model.
        field_name: its foreign key to another council-owned model.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, field_name: str) -> None:
        self.model_name = model_name
        self.field_name = field_name

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name, self.field_name], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model's state does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        field: Any = model._meta.get_field(self.field_name)
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute(
            _add_composite(model._meta.db_table, field.column, field.related_model._meta.db_table)
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        field: Any = model._meta.get_field(self.field_name)
        table = model._meta.db_table
        schema_editor.execute(
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{_composite_name(table, field.column)}"'
        )

    def describe(self) -> str:
        return f"Bind {self.field_name} of {self.model_name} to its council"

    @property
    def migration_name_fragment(self) -> str:
        return f"bind_{self.model_name.lower()}_{self.field_name}"


class AdmitAlso(Operation):
    """Let a council-owned table that is isolated already show further rows for reading, by an explicit grant.

    Args:
        model_name: the council-owned model.
        condition: an SQL condition of the hashed form, such as
            ``plan_id IN (SELECT unnest(compliance_shared_plans()))``.
        before: the further condition that the table's reading policy had until now, to go back to.

    Writing still needs the council itself.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, condition: str, *, before: str = "") -> None:
        self.model_name = model_name
        self.condition = condition
        self.before = before

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        kwargs = {"before": self.before} if self.before else {}
        return type(self).__name__, [self.model_name, self.condition], kwargs

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model's state does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        further = " OR ".join(part for part in (self.before, self.condition) if part)
        self._read_by(further, to_state.apps.get_model(app_label, self.model_name), schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._read_by(self.before, from_state.apps.get_model(app_label, self.model_name), schema_editor)

    def _read_by(self, further: str, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        readable = f"({VISIBLE} OR {further})" if further else VISIBLE
        schema_editor.execute(f'ALTER POLICY council_read ON "{model._meta.db_table}" USING ({readable})')

    def describe(self) -> str:
        return f"Let grants show rows of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"admit_{self.model_name.lower()}"


# Migrations of any app may be the first to need it, so each makes sure that it is there.
_KEEP_COUNCIL = """
CREATE OR REPLACE FUNCTION tenancy_keep_council() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A row never moves to another council.' USING ERRCODE = 'check_violation';
END
$$
"""


def _council_references(model: Any) -> list[tuple[str, str]]:
    """Columns of foreign keys to tables that are council-owned themselves, self-references included."""
    references = []
    for field in model._meta.local_fields:
        target = field.related_model
        if target is None or isinstance(target, str) or field.name == "council":
            continue
        owned = {f.name: f for f in target._meta.local_fields}.get("council")
        if owned is not None and not owned.null and target._meta.pk.name == "id":
            references.append((field.column, target._meta.db_table))
    return references


def _add_composite(table: str, column: str, target: str) -> str:
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{_composite_name(table, column)}" '
        f'FOREIGN KEY (council_id, "{column}") REFERENCES "{target}" (council_id, id) '
        "DEFERRABLE INITIALLY DEFERRED"
    )


def _composite_name(table: str, column: str) -> str:
    return f"{table}_{column}_council"[:60]
