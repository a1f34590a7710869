"""The picture of a council is seen inside the council alone; one that was kept with a quarter never changes."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_isolate_membership"),
        ("audit", "0005_head"),
        ("compliance", "0023_positions"),
    ]

    operations = [
        IsolateByCouncil("CouncilPosition"),
        IsolateByCouncil("KeptPosition", append_only=True),
    ]
