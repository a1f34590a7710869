"""Who did unusually much of what is restricted, as counts by person, for the job that raises alarms (AL-4).

The job works for nobody, so it sees no restricted event. These functions of the trail's own role tell it, in
its scope of one council, whose events are too many or at odd hours, and nothing of what they were about.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_IN_SCOPE = """
    current_setting('app.scope', true) = 'service'
    AND e.council_id IN (SELECT unnest(public.accounts_visible_councils())) AND e.restricted
"""

FUNCTIONS = {
    # For each person the most that fell into any window which ended within p_back.
    "audit.most_by_person(text[], interval, interval, boolean)": f"""
        CREATE FUNCTION audit.most_by_person(
            p_actions text[], p_window interval, p_back interval, p_different boolean
        ) RETURNS TABLE (actor_id bigint, most bigint) LANGUAGE sql STABLE {_DEFINER} AS $$
            WITH found AS MATERIALIZED (
                SELECT e.actor_id AS person, e.at, e.subject_id FROM audit.event e
                WHERE {_IN_SCOPE} AND e.action = ANY (p_actions) AND e.at > now() - p_back - p_window
            )
            SELECT f.person, max((
                SELECT CASE WHEN p_different THEN count(DISTINCT g.subject_id) ELSE count(*) END
                FROM found g WHERE g.person = f.person AND g.at > f.at - p_window AND g.at <= f.at))
            FROM found f WHERE f.at > now() - p_back GROUP BY f.person
        $$""",
    # Events whose details have p_without are left out: somebody was told of them already.
    "audit.out_of_hours_by_person(text[], interval, time, time, date[], text)": f"""
        CREATE FUNCTION audit.out_of_hours_by_person(
            p_actions text[], p_back interval, p_opens time, p_closes time, p_closed date[], p_without text
        ) RETURNS TABLE (actor_id bigint, most bigint) LANGUAGE sql STABLE {_DEFINER} AS $$
            SELECT e.actor_id, count(*)
            FROM audit.event e CROSS JOIN LATERAL (SELECT e.at AT TIME ZONE 'Europe/London') l (clock)
            WHERE {_IN_SCOPE} AND e.action = ANY (p_actions) AND e.at > now() - p_back
              AND NOT e.details ? p_without
              AND (l.clock::time < p_opens OR l.clock::time >= p_closes OR l.clock::date = ANY (p_closed))
            GROUP BY e.actor_id
        $$""",
    "audit.alarms_raised(text, interval)": f"""
        CREATE FUNCTION audit.alarms_raised(p_action text, p_back interval)
        RETURNS TABLE (kind text, actor_id bigint) LANGUAGE sql STABLE {_DEFINER} AS $$
            SELECT e.details ->> 'kind', (e.details ->> 'user')::bigint FROM audit.event e
            WHERE {_IN_SCOPE} AND e.action = p_action AND e.at > now() - p_back
        $$""",
}


def create(apps, schema_editor):
    run = schema_editor.execute
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    # The access log reads by it as well: what is restricted is a small part of a trail.
    run("CREATE INDEX event_restricted ON audit.event (council_id, at) WHERE restricted")
    for name, text in FUNCTIONS.items():
        run(text)
        run(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {name} TO "{settings.DATABASE_APP_ROLE}"')
    run("RESET ROLE")


def drop(apps, schema_editor):
    run = schema_editor.execute
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    for name in FUNCTIONS:
        run(f"DROP FUNCTION {name}")
    run("DROP INDEX audit.event_restricted")
    run("RESET ROLE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_chain")]

    operations = [migrations.RunPython(create, drop)]
