"""The sent log and what is escalated belong to their council; notices and settings to one person."""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_PERSON = "person_id = NULLIF(current_setting('app.user_id', true), '')::bigint"
_AS_PERSON = "current_setting('app.scope', true) IN ('own', 'council')"
_AS_SERVICE = "current_setting('app.scope', true) = 'service'"

# A notice is its person's, from whichever page, while they are a live member of its council. The service
# principal writes those of e-mails that have no digest, and takes old ones away.
_OWN_NOTICE = f"{_PERSON} AND {_AS_PERSON} AND council_id IN (SELECT unnest(accounts_own_councils()))"
_SERVED_NOTICE = f"{_AS_SERVICE} AND council_id IN (SELECT unnest(accounts_visible_councils()))"
_NOTICE = f"({_OWN_NOTICE}) OR ({_SERVED_NOTICE})"

_POLICIES = {
    "outbox_notice": {
        "notice_read": f"FOR SELECT TO {{role}} USING ({_NOTICE})",
        "notice_add": f"FOR INSERT TO {{role}} WITH CHECK ({_NOTICE})",
        "notice_change": f"FOR UPDATE TO {{role}} USING ({_OWN_NOTICE}) WITH CHECK ({_OWN_NOTICE})",
        "notice_remove": f"FOR DELETE TO {{role}} USING ({_SERVED_NOTICE})",
    },
    "outbox_remindersettings": {
        "own_settings": f"TO {{role}} USING ({_PERSON} AND {_AS_PERSON}) WITH CHECK ({_PERSON} AND {_AS_PERSON})",
    },
    # What others of the council may not know of, the sent log shows to nobody else.
    "outbox_reminder": {
        "own_if_restricted": f"AS RESTRICTIVE TO {{role}} USING (NOT restricted OR {_PERSON} OR {_AS_SERVICE})",
    },
}


def add_policies(apps, schema_editor):
    role = f'"{settings.DATABASE_APP_ROLE}"'
    for table in ("outbox_notice", "outbox_remindersettings"):
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table, policies in _POLICIES.items():
        for name, words in policies.items():
            schema_editor.execute(f"CREATE POLICY {name} ON {table} {words.format(role=role)}")


def remove_policies(apps, schema_editor):
    for table, policies in _POLICIES.items():
        for name in policies:
            schema_editor.execute(f"DROP POLICY {name} ON {table}")
    for table in ("outbox_notice", "outbox_remindersettings"):
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0006_reminders"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("reminder"),
        IsolateByCouncil("escalation"),
        IsolateByCouncil("escalationrule"),
        migrations.RunPython(add_policies, remove_policies),
    ]
