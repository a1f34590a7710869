"""The walls of Channel: the council's policies, and restrictive ones beside them that both must pass.

What a person may know of is derived here from the transaction's person, their live roles, seats, signatures
and grants, and from nothing that the application says. Scopes across councils and the scope of scheduled
jobs have no Channel person, so they see nothing at all (RC-2, RC-3).
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_COUNCIL = "NULLIF(current_setting('app.council_id', true), '')::bigint"
_PERSON = "NULLIF(current_setting('app.user_id', true), '')::bigint"

FUNCTIONS = {
    # The person's live roles that belong to Channel, in the one council that is being worked in.
    "channel_roles": (
        "text[]",
        f"""
        SELECT coalesce(array_agg(r.role::text), '{{}}')
        FROM public.accounts_membership m
        JOIN public.accounts_user u ON u.id = m.user_id
        JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
        WHERE current_setting('app.scope', true) = 'council'
          AND m.user_id = {_PERSON} AND m.council_id = {_COUNCIL}
          AND u.is_active AND NOT u.is_service
          AND m.revoked_at IS NULL AND m.starts_on <= {_TODAY}
          AND (m.ends_on IS NULL OR m.ends_on >= {_TODAY})
          AND r.role IN ('channel_chair', 'channel_administrator', 'panel_member', 'case_manager')
        """,
    ),
    "channel_person": (
        "bigint",
        f"SELECT {_PERSON} WHERE cardinality(public.channel_roles()) > 0",
    ),
    "channel_councils": (
        "SETOF bigint",
        f"SELECT {_COUNCIL} WHERE cardinality(public.channel_roles()) > 0",
    ),
    "channel_own_panels": (
        "SETOF uuid",
        f"""
        SELECT s.panel_id FROM public.channel_seat s
        WHERE s.person_id = public.channel_person() AND s.council_id = {_COUNCIL}
          AND s.ended_at IS NULL AND s.starts_on <= {_TODAY}
          AND (s.ends_on IS NULL OR s.ends_on >= {_TODAY})
        """,
    ),
    "channel_led_panels": (
        "SETOF uuid",
        f"""
        SELECT s.panel_id FROM public.channel_seat s
        WHERE s.person_id = public.channel_person() AND s.council_id = {_COUNCIL}
          AND s.ended_at IS NULL AND s.starts_on <= {_TODAY}
          AND (s.ends_on IS NULL OR s.ends_on >= {_TODAY})
          AND s.capacity IN ('chair', 'secretary')
          AND public.channel_roles() && ARRAY['channel_chair', 'channel_administrator']
        """,
    ),
    "channel_led_councils": (
        "SETOF bigint",
        f"SELECT {_COUNCIL} WHERE EXISTS (SELECT FROM public.channel_led_panels())",
    ),
    # Panels that nobody sits on yet: a holder of the chair's role takes the first seat.
    "channel_new_panels": (
        "SETOF uuid",
        f"""
        SELECT p.id FROM public.channel_panel p
        WHERE p.council_id = {_COUNCIL} AND p.created_by_id = public.channel_person()
          AND 'channel_chair' = ANY (public.channel_roles())
          AND NOT EXISTS (SELECT FROM public.channel_seat s WHERE s.panel_id = p.id)
        """,
    ),
    "channel_current_statements": (
        "TABLE (statement_id uuid, kind text, text_hash text)",
        f"""
        SELECT DISTINCT ON (v.kind) v.id, v.kind::text, v.text_hash::text
        FROM public.channel_statementversion v
        WHERE v.council_id = {_COUNCIL}
        ORDER BY v.kind, v.number DESC
        """,
    ),
    # Panels whose cases the person prepares: led, under a current acknowledgement of the last year.
    "channel_prepared_panels": (
        "SETOF uuid",
        """
        SELECT led FROM public.channel_led_panels() led
        WHERE EXISTS (
            SELECT FROM public.channel_acknowledgement a
            JOIN public.channel_current_statements() s ON s.statement_id = a.statement_id
            WHERE a.panel_id = led AND a.person_id = public.channel_person()
              AND s.kind = 'annual' AND a.signed_at > now() - interval '365 days')
        """,
    ),
    "channel_acknowledgeable": (
        "TABLE (panel_id uuid, statement_id uuid, text_hash text)",
        """
        SELECT led, s.statement_id, s.text_hash
        FROM public.channel_led_panels() led, public.channel_current_statements() s
        WHERE s.kind = 'annual'
        """,
    ),
    # A meeting that nobody closed lapses by itself.
    "channel_open_meetings": (
        "SETOF uuid",
        f"""
        SELECT m.id FROM public.channel_channelmeeting m
        WHERE m.council_id = {_COUNCIL} AND m.panel_id IN (SELECT public.channel_own_panels())
          AND m.opened_at > now() - interval '12 hours' AND m.closed_at IS NULL
        """,
    ),
    "channel_own_meetings": (
        "SETOF uuid",
        f"""
        SELECT m.id FROM public.channel_channelmeeting m
        WHERE m.council_id = {_COUNCIL} AND m.panel_id IN (SELECT public.channel_own_panels())
        """,
    ),
    "channel_prepared_meetings": (
        "SETOF uuid",
        f"""
        SELECT m.id FROM public.channel_channelmeeting m
        WHERE m.council_id = {_COUNCIL} AND m.panel_id IN (SELECT public.channel_prepared_panels())
        """,
    ),
    "channel_signable": (
        "TABLE (meeting_id uuid, statement_id uuid, text_hash text)",
        """
        SELECT open_meeting, s.statement_id, s.text_hash
        FROM public.channel_open_meetings() open_meeting, public.channel_current_statements() s
        WHERE s.kind = 'meeting'
        """,
    ),
    "channel_signed_meetings": (
        "SETOF uuid",
        """
        SELECT g.meeting_id FROM public.channel_signature g
        JOIN public.channel_signable() t
          ON t.meeting_id = g.meeting_id AND t.statement_id = g.statement_id AND t.text_hash = g.text_hash
        WHERE g.person_id = public.channel_person()
        """,
    ),
    "channel_prepared_cases": (
        "SETOF uuid",
        f"""
        SELECT c.id FROM public.channel_channelcase c
        WHERE c.council_id = {_COUNCIL} AND c.panel_id IN (SELECT public.channel_prepared_panels())
        """,
    ),
    # The rule of the whole room: prepared by chair or secretary; or granted by name, listed at an open meeting
    # of the person's panel, and this meeting's current statement signed by this person.
    "channel_visible_cases": (
        "SETOF uuid",
        f"""
        SELECT public.channel_prepared_cases()
        UNION
        SELECT l.case_id
        FROM public.channel_meetingcase l
        JOIN public.channel_caseuserpermission g ON g.content_object_id = l.case_id
        JOIN public.auth_permission p ON p.id = g.permission_id
        WHERE l.meeting_id IN (SELECT public.channel_signed_meetings())
          AND g.user_id = public.channel_person() AND g.council_id = {_COUNCIL}
          AND p.codename = 'read_case'
          AND g.starts_on <= {_TODAY} AND (g.ends_on IS NULL OR g.ends_on >= {_TODAY})
        """,
    ),
}

_OWN_GRANT = (
    f"(user_id = (SELECT channel_person()) AND starts_on <= {_TODAY} "
    f"AND (ends_on IS NULL OR ends_on >= {_TODAY}))"
)
_PREPARED_CASE = "IN (SELECT channel_prepared_cases())"

# table: (who may read, who may add, who may change, who may remove); "false" is nobody.
WALLS = {
    "channel_panel": (
        "id IN (SELECT channel_own_panels()) OR id IN (SELECT channel_new_panels())",
        "'channel_chair' = ANY ((SELECT channel_roles())::text[]) AND created_by_id = (SELECT channel_person())",
        "id IN (SELECT channel_led_panels())",
        "false",
    ),
    "channel_seat": (
        "(person_id = (SELECT channel_person()) AND panel_id IN (SELECT channel_own_panels())) OR panel_id IN (SELECT channel_led_panels())",
        "(panel_id IN (SELECT channel_led_panels()) AND 'channel_chair' = ANY ((SELECT channel_roles())::text[])) OR (panel_id IN (SELECT channel_new_panels()) AND person_id = (SELECT channel_person()) AND capacity = 'chair')",
        "panel_id IN (SELECT channel_led_panels()) AND 'channel_chair' = ANY ((SELECT channel_roles())::text[])",
        "false",
    ),
    "channel_statementversion": (
        "council_id IN (SELECT channel_councils())",
        "council_id IN (SELECT channel_led_councils())",
        "false",
        "false",
    ),
    "channel_channelmeeting": (
        "panel_id IN (SELECT channel_own_panels())",
        "panel_id IN (SELECT channel_led_panels())",
        "panel_id IN (SELECT channel_led_panels())",
        "false",
    ),
    "channel_signature": (
        "(person_id = (SELECT channel_person()) AND meeting_id IN (SELECT channel_own_meetings())) OR meeting_id IN (SELECT channel_prepared_meetings())",
        "person_id = (SELECT channel_person()) AND (meeting_id, statement_id, text_hash::text) IN (SELECT meeting_id, statement_id, text_hash FROM channel_signable())",
        "false",
        "false",
    ),
    "channel_acknowledgement": (
        "person_id = (SELECT channel_person()) AND panel_id IN (SELECT channel_led_panels())",
        "person_id = (SELECT channel_person()) AND (panel_id, statement_id, text_hash::text) IN (SELECT panel_id, statement_id, text_hash FROM channel_acknowledgeable())",
        "false",
        "false",
    ),
    "channel_channelcase": (
        "id IN (SELECT channel_visible_cases())",
        "panel_id IN (SELECT channel_prepared_panels())",
        "panel_id IN (SELECT channel_prepared_panels())",
        "false",
    ),
    "channel_meetingcase": (
        "case_id IN (SELECT channel_visible_cases())",
        f"case_id {_PREPARED_CASE} AND meeting_id IN (SELECT channel_prepared_meetings())",
        "false",
        f"case_id {_PREPARED_CASE}",
    ),
    "channel_caseuserpermission": (
        f"{_OWN_GRANT} OR content_object_id {_PREPARED_CASE}",
        f"content_object_id {_PREPARED_CASE} AND granted_by_id = (SELECT channel_person())",
        f"content_object_id {_PREPARED_CASE}",
        f"content_object_id {_PREPARED_CASE}",
    ),
    "channel_casegrouppermission": ("false", "false", "false", "false"),
}


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


def raze(apps, schema_editor):
    run = schema_editor.execute
    for table in WALLS:
        for policy in ("channel_read", "channel_add", "channel_change", "channel_remove"):
            run(f'DROP POLICY {policy} ON "{table}"')
    for name in reversed(FUNCTIONS):
        run(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("channel", "0001_initial"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("panel"),
        IsolateByCouncil("statementversion", append_only=True),
        IsolateByCouncil("seat"),
        IsolateByCouncil("channelmeeting"),
        IsolateByCouncil("signature", append_only=True),
        IsolateByCouncil("acknowledgement", append_only=True),
        IsolateByCouncil("channelcase"),
        IsolateByCouncil("meetingcase"),
        IsolateByCouncil("caseuserpermission"),
        IsolateByCouncil("casegrouppermission"),
        migrations.RunPython(build, raze),
    ]
