"""What a transaction may see, derived by the database itself from the person and the memberships."""

from django.conf import settings
from django.db import migrations

_LIVE = """
    m.revoked_at IS NULL
    AND m.starts_on <= (now() AT TIME ZONE 'Europe/London')::date
    AND (m.ends_on IS NULL OR m.ends_on >= (now() AT TIME ZONE 'Europe/London')::date)
"""

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

FORWARDS = f"""
CREATE FUNCTION accounts_own_councils() RETURNS bigint[] {_DEFINER} AS $$
    SELECT coalesce(array_agg(DISTINCT m.council_id), '{{}}')
    FROM public.accounts_membership m
    JOIN public.accounts_user u ON u.id = m.user_id
    WHERE m.user_id = NULLIF(current_setting('app.user_id', true), '')::bigint
      AND u.is_active AND {_LIVE}
$$;

CREATE FUNCTION accounts_service_user() RETURNS bigint {_DEFINER} AS $$
    SELECT min(id) FROM public.accounts_user WHERE is_service
$$;

CREATE FUNCTION accounts_visible_councils() RETURNS bigint[] {_DEFINER} AS $$
    SELECT CASE current_setting('app.scope', true)
        WHEN 'council' THEN ARRAY(
            SELECT m.council_id
            FROM public.accounts_membership m
            JOIN public.accounts_user u ON u.id = m.user_id
            WHERE m.user_id = NULLIF(current_setting('app.user_id', true), '')::bigint
              AND m.council_id = NULLIF(current_setting('app.council_id', true), '')::bigint
              AND u.is_active AND {_LIVE}
            LIMIT 1)
        WHEN 'own' THEN public.accounts_own_councils()
        WHEN 'service' THEN ARRAY(
            SELECT c.id
            FROM public.tenancy_council c, public.accounts_user u
            WHERE c.id = NULLIF(current_setting('app.council_id', true), '')::bigint
              AND u.id = NULLIF(current_setting('app.user_id', true), '')::bigint
              AND u.is_service AND u.is_active)
        ELSE '{{}}'::bigint[]
    END
$$;

-- Councils whose restricted access log the person may read: the panel's chair and the data protection officer.
CREATE FUNCTION accounts_restricted_audit_councils() RETURNS bigint[] {_DEFINER} AS $$
    SELECT coalesce(array_agg(DISTINCT m.council_id), '{{}}')
    FROM public.accounts_membership m
    JOIN public.accounts_user u ON u.id = m.user_id
    JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
    WHERE m.user_id = NULLIF(current_setting('app.user_id', true), '')::bigint
      AND u.is_active AND {_LIVE} AND r.role IN ('channel_chair', 'auditor')
$$;
"""  # noqa: S608 - built from the constants above

BACKWARDS = """
DROP FUNCTION accounts_restricted_audit_councils();
DROP FUNCTION accounts_visible_councils();
DROP FUNCTION accounts_service_user();
DROP FUNCTION accounts_own_councils();
"""


def allow_app(apps, schema_editor):
    for name in (
        "accounts_own_councils",
        "accounts_service_user",
        "accounts_visible_councils",
        "accounts_restricted_audit_councils",
    ):
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {name}() TO "{settings.DATABASE_APP_ROLE}"')
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {name}() TO "{settings.DATABASE_AUDIT_ROLE}"')


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(allow_app, migrations.RunPython.noop),
    ]
