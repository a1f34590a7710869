"""The principal of scheduled jobs: a row that the database knows and nobody can sign in as."""

from django.contrib.auth.hashers import make_password
from django.db import migrations

EMAIL = "scheduled-jobs@portal.invalid"


def add(apps, schema_editor):
    apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias).get_or_create(
        email=EMAIL,
        defaults={"name": "Scheduled jobs", "is_service": True, "password": make_password(None)},
    )


def remove(apps, schema_editor):
    apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias).filter(
        email=EMAIL
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_isolate_membership")]

    operations = [migrations.RunPython(add, remove)]
