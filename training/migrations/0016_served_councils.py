"""Which councils an organisation serves, for the people who decide what is shared with them."""

from django.conf import settings
from django.db import migrations

_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"

FORWARDS = f"""
-- Joined councils that link an organisation the person acts for, from outside the one council of the scope.
CREATE FUNCTION training_served_councils() RETURNS TABLE (organisation_id uuid, council_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.organisation_id, l.council_id
    FROM public.partnerships_councilorganisation l
    JOIN public.tenancy_council c ON c.id = l.council_id AND c.joined_on IS NOT NULL
    WHERE l.organisation_id = ANY ((SELECT public.training_own_organisations())::uuid[])
      AND (l.starts_on IS NULL OR l.starts_on <= {_TODAY})
      AND (l.ends_on IS NULL OR l.ends_on >= {_TODAY})
$$;
"""  # noqa: S608 - constants of this module only


def grant(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION training_served_councils() FROM PUBLIC")
    schema_editor.execute(
        f'GRANT EXECUTE ON FUNCTION training_served_councils() TO "{settings.DATABASE_APP_ROLE}"'
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0015_isolate_sessions")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION training_served_councils()"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
