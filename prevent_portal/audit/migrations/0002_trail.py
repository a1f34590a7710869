"""The trail itself, in a schema of its own role, written only through a definer function."""

from django.conf import settings
from django.db import migrations

TRAIL = """
CREATE TABLE audit.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    council_id bigint,
    actor_id bigint,
    action text NOT NULL,
    subject_type text NOT NULL,
    subject_id text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}'::jsonb,
    restricted boolean NOT NULL DEFAULT false
);
CREATE INDEX event_council ON audit.event (council_id, id DESC);
CREATE INDEX event_subject ON audit.event (council_id, subject_type, subject_id);

CREATE FUNCTION audit.record(
    p_action text, p_subject_type text, p_subject_id text, p_details jsonb, p_restricted boolean
) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit.event (council_id, actor_id, action, subject_type, subject_id, details, restricted)
    VALUES (NULLIF(current_setting('app.council_id', true), '')::bigint,
            NULLIF(current_setting('app.user_id', true), '')::bigint,
            p_action, p_subject_type, p_subject_id, p_details, p_restricted)
$$;
REVOKE ALL ON FUNCTION audit.record(text, text, text, jsonb, boolean) FROM PUBLIC;
ALTER TABLE audit.event ENABLE ROW LEVEL SECURITY;
"""


def create(apps, schema_editor):
    app, audit = settings.DATABASE_APP_ROLE, settings.DATABASE_AUDIT_ROLE
    run = schema_editor.execute
    run(f'CREATE SCHEMA audit AUTHORIZATION "{audit}"')
    run(f'SET LOCAL ROLE "{audit}"')
    for statement in TRAIL.split(";\n"):
        if statement.strip():
            run(statement)
    run(f'GRANT USAGE ON SCHEMA audit TO "{app}"')
    run(f'GRANT SELECT ON audit.event TO "{app}"')
    run(f'GRANT EXECUTE ON FUNCTION audit.record(text, text, text, jsonb, boolean) TO "{app}"')
    run(
        f'CREATE POLICY council_read ON audit.event FOR SELECT TO "{app}" USING ('
        "council_id IN (SELECT unnest(accounts_visible_councils())) AND (NOT restricted OR "
        "council_id IN (SELECT unnest(accounts_restricted_audit_councils()))))"
    )
    run("RESET ROLE")


def drop(apps, schema_editor):
    run = schema_editor.execute
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    run("DROP TABLE audit.event")
    run("DROP FUNCTION audit.record(text, text, text, jsonb, boolean)")
    run("DROP SCHEMA audit")
    run("RESET ROLE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("accounts", "0002_visible_councils")]

    operations = [migrations.RunPython(create, drop)]
