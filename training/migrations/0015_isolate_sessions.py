"""Sessions, facilitators, delivery plans, requests and surveys belong to their council.

A request is read by those who see the council's sessions, and by the organisation that sent it: one partner
never learns what another asked for. What was recorded of a session or a facilitator stays as it was.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_READS = "council_id IN (SELECT unnest(training_councils_with('view_training_sessions')))"
_OWN = "organisation_id IN (SELECT unnest(training_own_organisations()))"


def narrow(apps, schema_editor):
    schema_editor.execute(
        "CREATE POLICY request_of_organisation ON training_trainingrequest AS RESTRICTIVE FOR ALL "
        f'TO "{settings.DATABASE_APP_ROLE}" USING ({_READS} OR {_OWN})'
    )


def widen(apps, schema_editor):
    schema_editor.execute("DROP POLICY request_of_organisation ON training_trainingrequest")


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0014_sessions"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("facilitator"),
        IsolateByCouncil("facilitatorcourse"),
        IsolateByCouncil("facilitatorstep", append_only=True),
        IsolateByCouncil("deliveryplan"),
        IsolateByCouncil("trainingsession"),
        IsolateByCouncil("sessionorganisation"),
        IsolateByCouncil("sessionrecord", append_only=True),
        IsolateByCouncil("trainingrequest"),
        IsolateByCouncil("knowledgesurvey"),
        IsolateByCouncil("surveyquestion", append_only=True),
        IsolateByCouncil("surveywave"),
        IsolateByCouncil("surveyanswer"),
        migrations.RunPython(narrow, widen),
    ]
