"""Improvement plans, the schools' training and the line setting belong to their council.

An improvement plan is read where the person reads the council's plans, or acts for the organisation it is
about; its milestones and notes follow it. What was known of a school and what was noted stays as written.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_READS = "council_id IN (SELECT unnest(training_councils_with('view_improvement_plans')))"
_OWN = "organisation_id IN (SELECT unnest(training_own_organisations()))"
# A scalar subquery is looked up by the key, row by row; IN would read every council's plans first.
_OF_PLAN = "plan_id = (SELECT p.id FROM training_improvementplan p WHERE p.id = {}.plan_id)"
POLICIES = (
    ("improvement_of_organisation", "training_improvementplan", f"{_READS} OR {_OWN}"),
    ("milestone_of_plan", "training_improvementmilestone", _OF_PLAN.format("training_improvementmilestone")),
    ("note_of_plan", "training_improvementnote", _OF_PLAN.format("training_improvementnote")),
)


def narrow(apps, schema_editor):
    for policy, table, rule in POLICIES:
        schema_editor.execute(
            f"CREATE POLICY {policy} ON {table} AS RESTRICTIVE FOR ALL "
            f'TO "{settings.DATABASE_APP_ROLE}" USING ({rule})'
        )


def widen(apps, schema_editor):
    for policy, table, _ in reversed(POLICIES):
        schema_editor.execute(f"DROP POLICY {policy} ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0006_schools"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("improvementplan"),
        IsolateByCouncil("improvementmilestone"),
        IsolateByCouncil("improvementnote", append_only=True),
        IsolateByCouncil("linesetting"),
        IsolateByCouncil("schooldetail"),
        IsolateByCouncil("schooltraining", append_only=True),
        migrations.RunPython(narrow, widen),
    ]
