"""Steps and links of answers belong to their council; a step stays as it was taken.

Answers that said something before there were states are drafts: nobody has submitted them.
"""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

DRAFTS = "UPDATE compliance_itemanswer SET state = 'draft' WHERE status <> '' AND NOT to_confirm"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0017_answers"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("answerstep", append_only=True),
        IsolateByCouncil("answeraction"),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
    ]
