"""A migration operation: the database itself refuses what is not sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from prevent_portal.keys.ciphers import FORMAT, SHORTEST


class OnlySealed(Operation):
    """Refuse anything but ciphertext of our format in a sealed column, as far as a database can tell.

    Args:
        model_name: a model with sealed fields.
        field_name: the sealed field.
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
        table, column, name = self._names(app_label, to_state)
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" '
            f'CHECK (octet_length("{column}") >= {SHORTEST} AND get_byte("{column}", 0) = {FORMAT[0]})'
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, _, name = self._names(app_label, from_state)
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')

    def _names(self, app_label: str, state: ProjectState) -> tuple[str, str, str]:
        model = state.apps.get_model(app_label, self.model_name)
        field: Any = model._meta.get_field(self.field_name)
        return model._meta.db_table, field.column, f"{model._meta.db_table}_{field.column}_is_sealed"[:60]

    def describe(self) -> str:
        return f"Let {self.field_name} of {self.model_name} hold ciphertext alone"

    @property
    def migration_name_fragment(self) -> str:
        return f"only_sealed_{self.model_name.lower()}_{self.field_name}"
