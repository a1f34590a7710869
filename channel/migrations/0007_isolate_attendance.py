"""The walls of attendance and of files, and of a changed place on a meeting's list (RC-3).

Attendance is seen and kept by who leads the panel: who came to talk about whom is for nobody else. A file is
its asker's alone, for as long as they prepare the panel's cases.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_COUNCIL = "NULLIF(current_setting('app.council_id', true), '')::bigint"

FUNCTIONS = {
    "channel_led_meetings": (
        "SETOF uuid",
        f"""
        SELECT m.id FROM public.channel_channelmeeting m
        WHERE m.council_id = {_COUNCIL} AND m.panel_id IN (SELECT public.channel_led_panels())
        """,
    ),
}

_LED = "meeting_id IN (SELECT channel_led_meetings())"
_OWN = "requested_by_id = (SELECT channel_person()) AND panel_id IN (SELECT channel_prepared_panels())"

# table: (who may read, who may add, who may change, who may remove); "false" is nobody.
WALLS = {
    "channel_attendance": (_LED, f"{_LED} AND recorded_by_id = (SELECT channel_person())", _LED, "false"),
    "channel_panelfile": (_OWN, _OWN, _OWN, _OWN),
}
_LISTED = "channel_meetingcase"
_PREPARED = (
    "case_id IN (SELECT channel_prepared_cases()) AND meeting_id IN (SELECT channel_prepared_meetings())"
)


def build(apps, schema_editor):
    run = schema_editor.execute
    role = settings.DATABASE_APP_ROLE
    for name, (returns, body) in FUNCTIONS.items():
        run(f"CREATE FUNCTION {name}() RETURNS {returns} {_DEFINER} AS $$ {body} $$")
        run(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {name}() TO "{role}"')
    for table, (read, add, change, remove) in WALLS.items():
        start = f'ON "{table}" AS RESTRICTIVE'
        run(f'CREATE POLICY channel_read {start} FOR SELECT TO "{role}" USING ({read})')
        run(f'CREATE POLICY channel_add {start} FOR INSERT TO "{role}" WITH CHECK ({add})')
        run(
            f'CREATE POLICY channel_change {start} FOR UPDATE TO "{role}" '
            f"USING ({change}) WITH CHECK ({change})"
        )
        run(f'CREATE POLICY channel_remove {start} FOR DELETE TO "{role}" USING ({remove})')
    run(f'ALTER POLICY channel_change ON "{_LISTED}" USING ({_PREPARED}) WITH CHECK ({_PREPARED})')


def raze(apps, schema_editor):
    run = schema_editor.execute
    run(f'ALTER POLICY channel_change ON "{_LISTED}" USING (false) WITH CHECK (false)')
    for table in WALLS:
        for policy in ("channel_read", "channel_add", "channel_change", "channel_remove"):
            run(f'DROP POLICY {policy} ON "{table}"')
    for name in reversed(FUNCTIONS):
        run(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("channel", "0006_attendance")]

    operations = [
        IsolateByCouncil("attendance"),
        IsolateByCouncil("panelfile"),
        migrations.RunPython(build, raze),
    ]
