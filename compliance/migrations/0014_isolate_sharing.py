"""Shares belong to who grants them; what they grant is read in the shared scope, and only there.

The functions ask three things of every row: that the shared scope was entered, that the person holds a live
membership of the receiving council, and that the grant lives today. Where the scope names one grant, no other
counts.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import AdmitAlso, IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_LIVE = f"""
    s.receiver_id = ANY ((SELECT public.accounts_receiving_councils())::bigint[])
    AND s.ended_at IS NULL AND s.starts_on <= {_TODAY} AND s.ends_on >= {_TODAY}
    AND s.id = coalesce(NULLIF(current_setting('app.share_id', true), '')::uuid, s.id)
"""

FUNCTIONS = {
    "compliance_received_plans": (
        "uuid[]",
        f"SELECT coalesce(array_agg(s.id), '{{}}') FROM public.compliance_planshare s WHERE {_LIVE}",
    ),
    "compliance_shared_plans": (
        "uuid[]",
        f"SELECT coalesce(array_agg(DISTINCT s.plan_id), '{{}}') FROM public.compliance_planshare s WHERE {_LIVE}",
    ),
    "compliance_shared_actions": (
        "uuid[]",
        """
        SELECT coalesce(array_agg(a.id), '{}') FROM public.compliance_action a
        WHERE a.plan_id = ANY ((SELECT public.compliance_shared_plans())::uuid[])
        """,
    ),
    "compliance_received_risks": (
        "uuid[]",
        f"SELECT coalesce(array_agg(s.id), '{{}}') FROM public.compliance_riskshare s WHERE {_LIVE}",
    ),
    "compliance_shared_registers": (
        "bigint[]",
        f"SELECT coalesce(array_agg(DISTINCT s.council_id), '{{}}') FROM public.compliance_riskshare s WHERE {_LIVE}",
    ),
}


def _granted(column, function):
    return f"{column} IN (SELECT unnest({function}()))"


_PERSON = "NULLIF(current_setting('app.user_id', true), '')::bigint"
_SENDER = f"(SELECT current_setting('app.scope', true)) = 'service' OR person_id = (SELECT {_PERSON})"


def build(apps, schema_editor):
    run, role = schema_editor.execute, settings.DATABASE_APP_ROLE
    for name, (returns, body) in FUNCTIONS.items():
        run(f"CREATE FUNCTION {name}() RETURNS {returns} {_DEFINER} AS $$ {body} $$")
        run(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {name}() TO "{role}"')


def raze(apps, schema_editor):
    for name in reversed(FUNCTIONS):
        schema_editor.execute(f"DROP FUNCTION {name}()")


def keep_uploads_to_their_sender(apps, schema_editor):
    schema_editor.execute(
        "CREATE POLICY upload_of_person ON compliance_planupload AS RESTRICTIVE FOR ALL "
        f'TO "{settings.DATABASE_APP_ROLE}" USING ({_SENDER})'
    )


def open_uploads(apps, schema_editor):
    schema_editor.execute("DROP POLICY upload_of_person ON compliance_planupload")


class Migration(migrations.Migration):
    dependencies = [("compliance", "0013_sharing"), ("accounts", "0010_receiving_councils")]

    operations = [
        migrations.RunPython(build, raze),
        IsolateByCouncil("planshare", also_visible=_granted("id", "compliance_received_plans")),
        IsolateByCouncil("riskshare", also_visible=_granted("id", "compliance_received_risks")),
        IsolateByCouncil("planupload"),
        migrations.RunPython(keep_uploads_to_their_sender, open_uploads),
        AdmitAlso("actionplan", _granted("id", "compliance_shared_plans")),
        AdmitAlso("objective", _granted("plan_id", "compliance_shared_plans")),
        AdmitAlso("action", _granted("plan_id", "compliance_shared_plans")),
        AdmitAlso("actionlead", _granted("action_id", "compliance_shared_actions")),
        AdmitAlso("duedatemove", _granted("action_id", "compliance_shared_actions")),
        AdmitAlso("progressentry", _granted("action_id", "compliance_shared_actions")),
        AdmitAlso(
            "risksummary", f"({_granted('council_id', 'compliance_shared_registers')} AND state = 'approved')"
        ),
    ]
