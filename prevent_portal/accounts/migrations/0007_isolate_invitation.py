"""Invitations are seen inside their council."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_invitation")]

    operations = [IsolateByCouncil("invitation")]
