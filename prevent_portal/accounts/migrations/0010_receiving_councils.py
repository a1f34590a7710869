"""Where a person may read what other councils share: only in the scope that was entered for it."""

from django.conf import settings
from django.db import migrations

FORWARDS = """
-- The council whose grants are being read, in the shared scope, if the person holds a live membership of it.
CREATE FUNCTION accounts_receiving_councils() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN current_setting('app.scope', true) = 'shared' THEN ARRAY(
        SELECT m.council_id
        FROM public.accounts_membership m
        JOIN public.accounts_user u ON u.id = m.user_id
        WHERE m.user_id = NULLIF(current_setting('app.user_id', true), '')::bigint
          AND m.council_id = NULLIF(current_setting('app.council_id', true), '')::bigint
          AND u.is_active
          AND m.revoked_at IS NULL
          AND m.starts_on <= (now() AT TIME ZONE 'Europe/London')::date
          AND (m.ends_on IS NULL OR m.ends_on >= (now() AT TIME ZONE 'Europe/London')::date)
        LIMIT 1)
    ELSE '{}'::bigint[] END
$$;
"""


def allow_app(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION accounts_receiving_councils() FROM PUBLIC")
    schema_editor.execute(
        f'GRANT EXECUTE ON FUNCTION accounts_receiving_councils() TO "{settings.DATABASE_APP_ROLE}"'
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_isolate_apitoken")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION accounts_receiving_councils()"),
        migrations.RunPython(allow_app, migrations.RunPython.noop),
    ]
