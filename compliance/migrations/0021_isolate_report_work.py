"""Advice, signatures, meetings and publications belong to their council; what is published, anybody may read.

A public reader has no membership. The scope that is entered for one admits the council's publications that
stand, with the file of each, and no other row of any table.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import AdmitAlso, BindToCouncil, IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_STANDS = """
    FROM public.compliance_publication p
    WHERE current_setting('app.scope', true) = 'public' AND p.withdrawn_at IS NULL
      AND p.council_id = NULLIF(current_setting('app.council_id', true), '')::bigint
"""

FUNCTIONS = {
    "compliance_published": f"SELECT coalesce(array_agg(p.id), '{{}}') {_STANDS}",
    "compliance_published_renditions": f"SELECT coalesce(array_agg(p.rendition_id), '{{}}') {_STANDS}",
}


def build(apps, schema_editor):
    run, role = schema_editor.execute, settings.DATABASE_APP_ROLE
    for name, body in FUNCTIONS.items():
        run(f"CREATE FUNCTION {name}() RETURNS uuid[] {_DEFINER} AS $$ {body} $$")
        run(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {name}() TO "{role}"')


def raze(apps, schema_editor):
    for name in reversed(FUNCTIONS):
        schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("compliance", "0020_report_work"), ("accounts", "0010_receiving_councils")]

    operations = [
        migrations.RunPython(build, raze),
        BindToCouncil("report", "corrects"),
        IsolateByCouncil("committeemeeting"),
        IsolateByCouncil("consultation"),
        IsolateByCouncil("sectioncomment"),
        IsolateByCouncil("signoff"),
        IsolateByCouncil("publication", also_visible="id IN (SELECT unnest(compliance_published()))"),
        AdmitAlso("reportrendition", "id IN (SELECT unnest(compliance_published_renditions()))"),
    ]
