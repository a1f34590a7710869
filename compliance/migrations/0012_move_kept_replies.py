"""Kept replies move to the kernel, where every room's API shares them. Taking this back moves them back."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

COLUMNS = "id, council_id, user_id, route, key, fingerprint, status, body, created_at"


class LiftIsolation(IsolateByCouncil):
    """The walls of a table that goes: taken down on the way forwards, put up again on the way back."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        super().database_forwards(app_label, schema_editor, from_state, to_state)


def move(source, target):
    # The names are those of our own two tables.
    return [
        f"INSERT INTO {target} ({COLUMNS}) SELECT {COLUMNS} FROM {source}",  # noqa: S608 - constants of this file
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"DELETE FROM {source}",  # noqa: S608 - constants of this file
    ]


class Migration(migrations.Migration):
    dependencies = [("compliance", "0011_wall_risks"), ("outbox", "0005_isolate_kept_replies")]

    operations = [
        migrations.RunSQL(
            move("compliance_keptreply", "outbox_keptreply"),
            move("outbox_keptreply", "compliance_keptreply"),
        ),
        LiftIsolation("keptreply"),
        migrations.DeleteModel(name="KeptReply"),
    ]
