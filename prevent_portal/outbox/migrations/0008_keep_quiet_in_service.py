"""Reminders that are no digest are sent by the service principal, which has to know who asked for quiet."""

from django.conf import settings
from django.db import migrations, models

_STAGES = [
    ("notice", "Early notice"),
    ("coming", "Coming up"),
    ("due", "Due"),
    ("overdue", "Overdue"),
    ("weekly", "Still overdue"),
    ("escalated", "Overdue with somebody else"),
    ("asked", "Sent by hand"),
]


def let_service_read(apps, schema_editor):
    schema_editor.execute(
        f'CREATE POLICY service_reads ON outbox_remindersettings FOR SELECT TO "{settings.DATABASE_APP_ROLE}" '
        "USING (current_setting('app.scope', true) = 'service' "
        "AND cardinality(accounts_visible_councils()) > 0)"
    )


def let_nobody_else_read(apps, schema_editor):
    schema_editor.execute("DROP POLICY service_reads ON outbox_remindersettings")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0007_isolate_reminders")]

    operations = [
        migrations.RunPython(let_service_read, let_nobody_else_read),
        migrations.AlterField("notice", "stage", models.CharField(choices=_STAGES, max_length=10)),
        migrations.AlterField("reminder", "stage", models.CharField(choices=_STAGES, max_length=10)),
    ]
