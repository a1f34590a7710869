"""Memberships are seen inside their council, or across one's own."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_visible_councils")]

    operations = [
        # The composite key that a membership's role group is checked against.
        migrations.RunSQL(
            "ALTER TABLE accounts_rolegroup ADD CONSTRAINT accounts_rolegroup_council_id_id UNIQUE (council_id, id)",
            "ALTER TABLE accounts_rolegroup DROP CONSTRAINT accounts_rolegroup_council_id_id",
        ),
        IsolateByCouncil("membership"),
    ]
