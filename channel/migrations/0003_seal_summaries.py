"""A case summary becomes ciphertext. The portal has no case yet; where there is one, it is not carried over.

Sealing rows here would leave their plain text behind in the table's dead rows, in the write-ahead log and in
every backup; opening them again on the way back would put it there. So both ways refuse in words.
"""

from django.db import migrations, models

import prevent_portal.keys.envelopes
from prevent_portal.keys.columns import OnlySealed

FORWARDS = (
    "There are case summaries in plain text. They are not carried over into the sealed field, because their text "
    "would stay behind in this database's files and backups. Start the demo over with script/demo --fresh; a "
    "real case has to be written anew after this migration."
)
BACKWARDS = (
    "There are sealed case summaries, and nothing turns them back into plain text. Take the cases away first."
)


def refuse(words):
    def check(apps, schema_editor):
        cases = apps.get_model("channel", "ChannelCase").objects.using(schema_editor.connection.alias)
        if cases.exists():
            raise RuntimeError(words)

    return check


def nothing(apps, schema_editor):
    """Only the other direction asks here."""


class Migration(migrations.Migration):
    dependencies = [("channel", "0002_walls")]

    operations = [
        migrations.RunPython(refuse(FORWARDS), nothing),
        migrations.RemoveConstraint("channelcase", "case_summary_is_short"),
        migrations.RemoveField("channelcase", "summary"),
        migrations.AddField(
            "channelcase",
            "summary",
            prevent_portal.keys.envelopes.SealedTextField(longest=1500),
            preserve_default=False,
        ),
        migrations.AddField(
            "channelcase", "sealed_version", models.PositiveIntegerField(default=0, editable=False)
        ),
        OnlySealed("channelcase", "summary"),
        migrations.RunPython(nothing, refuse(BACKWARDS)),
    ]
