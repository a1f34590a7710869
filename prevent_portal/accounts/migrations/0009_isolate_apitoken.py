"""Tokens are seen inside their council, or across one's own."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_apitoken")]

    operations = [IsolateByCouncil("apitoken")]
