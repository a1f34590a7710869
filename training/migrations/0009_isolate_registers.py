"""Staff registers belong to their council, and in it to the organisation that sent them.

A partner sees the registers of the organisations it acts for, whoever records services those of the council's
services. Parts and rows of people follow their register; the figures of a confirmed one are read with
coverage as well.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_RECORDS = "council_id IN (SELECT unnest(training_councils_with('record_training_services')))"
_READS = "council_id IN (SELECT unnest(training_councils_with('view_training_coverage')))"
_OWN = "organisation_id IN (SELECT unnest(training_own_organisations()))"
_OF_SENDER = f"(is_of_services AND {_RECORDS}) OR (NOT is_of_services AND {_OWN})"
_OF_REGISTER = "register_id IN (SELECT id FROM training_staffregister)"

# name, table, command, rule of reading, rule of writing
POLICIES = (
    ("register_of_sender", "training_staffregister", "ALL", _OF_SENDER, _OF_SENDER),
    ("part_of_register", "training_registerpart", "ALL", _OF_REGISTER, _OF_REGISTER),
    ("row_of_register", "training_registerrow", "ALL", _OF_REGISTER, _OF_REGISTER),
    ("figure_read", "training_registerfigure", "SELECT", f"{_READS} OR {_OF_REGISTER}", ""),
    ("figure_add", "training_registerfigure", "INSERT", "", _OF_REGISTER),
    ("figure_change", "training_registerfigure", "UPDATE", _OF_REGISTER, _OF_REGISTER),
    ("figure_remove", "training_registerfigure", "DELETE", _OF_REGISTER, ""),
)


def narrow(apps, schema_editor):
    for policy, table, command, reading, writing in POLICIES:
        using = f"USING ({reading}) " if reading else ""
        check = f"WITH CHECK ({writing})" if writing else ""
        schema_editor.execute(
            f"CREATE POLICY {policy} ON {table} AS RESTRICTIVE FOR {command} "
            f'TO "{settings.DATABASE_APP_ROLE}" {using}{check}'
        )


def widen(apps, schema_editor):
    for policy, table, *_ in reversed(POLICIES):
        schema_editor.execute(f"DROP POLICY {policy} ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0008_registers"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("staffregister"),
        IsolateByCouncil("registerpart"),
        IsolateByCouncil("registerrow"),
        IsolateByCouncil("registerfigure"),
        migrations.RunPython(narrow, widen),
    ]
