"""Files belong to their council."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("document"),
        IsolateByCouncil("documentversion"),
        IsolateByCouncil("documentuse"),
    ]
