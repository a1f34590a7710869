"""Who sees and writes returns, derived by the database from memberships, guardian's grants and the shares."""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
# A function in a subselect is called once; beside the column it would be called for each row of the join.
_SEEN = "ANY ((SELECT public.accounts_visible_councils())::bigint[])"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_LIVE = f"m.revoked_at IS NULL AND m.starts_on <= {_TODAY} AND (m.ends_on IS NULL OR m.ends_on >= {_TODAY})"
_PERSON = "(SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)"

FUNCTIONS = {
    "training_councils_with(text)": f"""
-- Visible councils where a live role of the person holds a permission; the scope's own for scheduled jobs.
CREATE FUNCTION training_councils_with(p_codename text) RETURNS bigint[] {_DEFINER} AS $$
    SELECT CASE WHEN current_setting('app.scope', true) = 'service'
        THEN public.accounts_visible_councils()
        ELSE ARRAY(
            SELECT DISTINCT m.council_id
            FROM public.accounts_membership m
            JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
            JOIN public.accounts_councilgrouppermission g
                ON g.group_id = r.group_id AND g.content_object_id = m.council_id
            JOIN public.auth_permission p ON p.id = g.permission_id
            WHERE m.user_id = {_PERSON} AND p.codename = p_codename AND {_LIVE}
              AND m.council_id = {_SEEN})
    END
$$;
""",  # noqa: S608 - constants of this module only
    "training_own_organisations()": f"""
-- Organisations that the person acts for as a partner of a visible council: grant by name, role and link.
-- In a scheduled job: the organisations linked to its council.
CREATE FUNCTION training_own_organisations() RETURNS uuid[] {_DEFINER} AS $$
    SELECT CASE WHEN current_setting('app.scope', true) = 'service'
        THEN ARRAY(
            SELECT l.organisation_id FROM public.partnerships_councilorganisation l
            WHERE l.council_id = {_SEEN})
        ELSE ARRAY(
            SELECT DISTINCT g.content_object_id
            FROM public.partnerships_organisationuserpermission g
            JOIN public.auth_permission p ON p.id = g.permission_id
            JOIN public.partnerships_councilorganisation l ON l.organisation_id = g.content_object_id
            JOIN public.accounts_membership m ON m.user_id = g.user_id AND m.council_id = l.council_id
            JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
            WHERE g.user_id = {_PERSON} AND p.codename = 'submit_returns'
              AND r.role IN ('partner_submitter', 'partner_lead') AND {_LIVE}
              AND l.council_id = {_SEEN})
    END
$$;
""",  # noqa: S608 - constants of this module only
    "training_granted_returns()": f"""
-- Trust-wide returns that were submitted while they were shared with a council whose coverage the person sees.
CREATE FUNCTION training_granted_returns() RETURNS uuid[] {_DEFINER} AS $$
    SELECT coalesce(array_agg(DISTINCT t.id), '{{}}')
    FROM public.training_returngrant g
    JOIN public.training_trainingreturn t ON t.organisation_id = g.organisation_id AND t.council_id IS NULL
    WHERE g.council_id = ANY ((SELECT public.training_councils_with('view_training_coverage'))::bigint[])
      AND (t.submitted_at AT TIME ZONE 'Europe/London')::date
          BETWEEN g.starts_on AND coalesce(g.ends_on, 'infinity'::date)
$$;
""",  # noqa: S608 - constants of this module only
}

_VISIBLE = "council_id IN (SELECT unnest(accounts_visible_councils()))"
_READS = "council_id IN (SELECT unnest(training_councils_with('view_training_coverage')))"
_RECORDS = "council_id IN (SELECT unnest(training_councils_with('record_training_services')))"
_OWN = "organisation_id IN (SELECT unnest(training_own_organisations()))"
_SENDER = f"(SELECT current_setting('app.scope', true)) = 'service' OR person_id = {_PERSON}"
_GRANTED = "id IN (SELECT unnest(training_granted_returns()))"

RETURN_READ = f"{_READS} OR {_GRANTED} OR ({_OWN} AND (council_id IS NULL OR {_VISIBLE}))"
RETURN_WRITE = f"({_OWN} AND (council_id IS NULL OR {_VISIBLE})) OR {_RECORDS}"


def isolate(apps, schema_editor):
    role = settings.DATABASE_APP_ROLE
    run = schema_editor.execute
    for signature in FUNCTIONS:
        run(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {signature} TO "{role}"')
    run("ALTER TABLE training_trainingreturn ENABLE ROW LEVEL SECURITY")
    run("ALTER TABLE training_returngrant ENABLE ROW LEVEL SECURITY")
    # A return is never deleted by the portal, and nothing but its being superseded changes.
    for table, name, command, rule in (
        ("trainingreturn", "return_read", "FOR SELECT", f"USING ({RETURN_READ})"),
        ("trainingreturn", "return_add", "FOR INSERT", f"WITH CHECK ({RETURN_WRITE})"),
        (
            "trainingreturn",
            "return_change",
            "FOR UPDATE",
            f"USING ({RETURN_WRITE}) WITH CHECK ({RETURN_WRITE})",
        ),
        ("returngrant", "grant_read", "FOR SELECT", f"USING ({_READS} OR {_OWN})"),
        ("returngrant", "grant_add", "FOR INSERT", f"WITH CHECK ({_OWN})"),
        ("returngrant", "grant_change", "FOR UPDATE", f"USING ({_OWN}) WITH CHECK ({_OWN})"),
        ("returnupload", "upload_of_person", "AS RESTRICTIVE FOR ALL", f"USING ({_SENDER})"),
    ):
        run(f'CREATE POLICY {name} ON training_{table} {command} TO "{role}" {rule}')


def withdraw(apps, schema_editor):
    run = schema_editor.execute
    for policy, table in (
        ("upload_of_person", "training_returnupload"),
        ("grant_change", "training_returngrant"),
        ("grant_add", "training_returngrant"),
        ("grant_read", "training_returngrant"),
        ("return_change", "training_trainingreturn"),
        ("return_add", "training_trainingreturn"),
        ("return_read", "training_trainingreturn"),
    ):
        run(f"DROP POLICY {policy} ON {table}")
    run("ALTER TABLE training_returngrant DISABLE ROW LEVEL SECURITY")
    run("ALTER TABLE training_trainingreturn DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_initial"),
        ("partnerships", "0003_organisation_permission"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        *(migrations.RunSQL(body, f"DROP FUNCTION {signature}") for signature, body in FUNCTIONS.items()),
        IsolateByCouncil("returnupload"),
        IsolateByCouncil("returnreview", append_only=True),
        IsolateByCouncil("expectedreturn"),
        migrations.RunPython(isolate, withdraw),
    ]
