"""The bytes of a panel's file are ciphertext by a rule of the database itself (RC-5)."""

from django.db import migrations

from prevent_portal.keys.columns import OnlySealed


class Migration(migrations.Migration):
    dependencies = [("channel", "0011_retention_walls")]

    operations = [OnlySealed("panelfile", "content")]
