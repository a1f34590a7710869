"""The newest thing that was recorded of a council, so that a stored picture of it knows whether it still holds.

Restricted events do not count: a picture that is made anew whenever a case is read would tell when that is. Nor
does what changes nothing: reading, and stepping from one council into another.
"""

# ruff: noqa: S608 - every part of the statement is a constant of this file

from django.conf import settings
from django.db import migrations

COUNTS = (
    "NOT (e.restricted OR right(e.action, 5) = '_read' "
    "OR e.action IN ('accounts.council_entered', 'accounts.council_left'))"
)
# The newest by the order of the commits, and beside it the newest that this transaction itself sees.
HEAD_OF = f"""
CREATE FUNCTION audit.head_of(p_council bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((
        SELECT l.event_id FROM audit.link l JOIN audit.event e ON e.id = l.event_id
        WHERE l.council_id = p_council AND {COUNTS} ORDER BY l.seq DESC LIMIT 1
    ), 0)::text || ':' || coalesce((
        SELECT e.id FROM audit.event e
        WHERE e.council_id = p_council AND {COUNTS} ORDER BY e.id DESC LIMIT 1
    ), 0)::text
$$
"""


def create(apps, schema_editor):
    run = schema_editor.execute
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    run(HEAD_OF)
    run("REVOKE ALL ON FUNCTION audit.head_of(bigint) FROM PUBLIC")
    run(f'GRANT EXECUTE ON FUNCTION audit.head_of(bigint) TO "{settings.DATABASE_APP_ROLE}"')
    run("RESET ROLE")


def drop(apps, schema_editor):
    run = schema_editor.execute
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    run("DROP FUNCTION audit.head_of(bigint)")
    run("RESET ROLE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_watch")]

    operations = [migrations.RunPython(create, drop)]
