"""Who acts for a service of the council by name sends its register too, and does not only read its returns.

Until now the wall let a service's register through for those alone who record all services, so that the page
offered a person of the service what the database then refused.
"""

from django.conf import settings
from django.db import migrations

_RECORDS = "council_id IN (SELECT unnest(training_councils_with('record_training_services')))"
_OWN = "organisation_id IN (SELECT unnest(training_own_organisations()))"


def _let(schema_editor, rule):
    schema_editor.execute("DROP POLICY register_of_sender ON training_staffregister")
    schema_editor.execute(
        "CREATE POLICY register_of_sender ON training_staffregister AS RESTRICTIVE FOR ALL "
        f'TO "{settings.DATABASE_APP_ROLE}" USING ({rule}) WITH CHECK ({rule})'
    )


def widen(apps, schema_editor):
    _let(schema_editor, f"(is_of_services AND {_RECORDS}) OR {_OWN}")


def narrow(apps, schema_editor):
    _let(schema_editor, f"(is_of_services AND {_RECORDS}) OR (NOT is_of_services AND {_OWN})")


class Migration(migrations.Migration):
    dependencies = [("training", "0017_keep_local_courses")]

    operations = [migrations.RunPython(widen, narrow)]
