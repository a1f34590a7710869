"""A person's private calendar address, which they alone read and write."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models

_OWN = (
    "user_id = NULLIF(current_setting('app.user_id', true), '')::bigint "
    "AND current_setting('app.scope', true) IN ('own', 'council')"
)

# Whose address it is, for a calendar program, which signs nobody in: the person, and nothing else of the row.
_FUNCTION = """
CREATE FUNCTION accounts_calendar_person(digest text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.user_id
    FROM public.accounts_calendarlink l
    JOIN public.accounts_user u ON u.id = l.user_id
    WHERE l.digest = $1 AND l.ended_at IS NULL AND l.security_stamp = u.security_stamp
      AND u.is_active AND NOT u.is_service
$$
"""


def protect(apps, schema_editor):
    run, role = schema_editor.execute, settings.DATABASE_APP_ROLE
    run("ALTER TABLE accounts_calendarlink ENABLE ROW LEVEL SECURITY")
    run(f'CREATE POLICY own_link ON accounts_calendarlink TO "{role}" USING ({_OWN}) WITH CHECK ({_OWN})')
    run(_FUNCTION)
    run("REVOKE ALL ON FUNCTION accounts_calendar_person(text) FROM PUBLIC")
    run(f'GRANT EXECUTE ON FUNCTION accounts_calendar_person(text) TO "{role}"')


def unprotect(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION accounts_calendar_person(text)")
    schema_editor.execute("DROP POLICY own_link ON accounts_calendarlink")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_receiving_councils")]

    operations = [
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prevent_portal.tenancy.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("security_stamp", models.UUIDField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(protect, unprotect),
    ]
