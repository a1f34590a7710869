"""Kept replies belong to their council."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_kept_replies"), ("accounts", "0003_isolate_membership")]

    operations = [IsolateByCouncil("keptreply")]
