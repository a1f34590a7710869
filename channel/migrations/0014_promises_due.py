"""What a person has still to sign in Channel, for the list of what waits for them across their councils.

No row of Channel is visible there. So the database says of the person of the scope, and of nobody else, which
of their own panels' meetings and which of the panels that they lead wait for their signature, and by when.
"""

from django.conf import settings
from django.db import migrations

_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_PERSON = "NULLIF(current_setting('app.user_id', true), '')::bigint"

FORWARDS = f"""
CREATE FUNCTION channel_promises_due()
RETURNS TABLE (council_id bigint, kind text, subject uuid, due_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH seat AS (
        SELECT s.council_id, s.panel_id, s.capacity IN ('chair', 'secretary') AS leads
        FROM public.channel_seat s
        WHERE current_setting('app.scope', true) = 'own' AND s.person_id = {_PERSON}
          AND s.ended_at IS NULL AND s.starts_on <= {_TODAY}
          AND (s.ends_on IS NULL OR s.ends_on >= {_TODAY})
          AND EXISTS (
              SELECT FROM public.accounts_membership m
              JOIN public.accounts_user u ON u.id = m.user_id
              JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
              WHERE m.user_id = s.person_id AND m.council_id = s.council_id
                AND u.is_active AND NOT u.is_service
                AND m.revoked_at IS NULL AND m.starts_on <= {_TODAY}
                AND (m.ends_on IS NULL OR m.ends_on >= {_TODAY})
                AND r.role IN ('channel_chair', 'channel_administrator', 'panel_member',
                               'district_attender', 'case_manager', 'police_representative'))
    ), statement AS (
        SELECT DISTINCT ON (v.council_id, v.kind) v.council_id, v.kind, v.id, v.text_hash
        FROM public.channel_statementversion v
        WHERE v.council_id IN (SELECT seat.council_id FROM seat)
        ORDER BY v.council_id, v.kind, v.number DESC
    )
    SELECT m.council_id, 'statement', m.id, (m.starts_at AT TIME ZONE 'Europe/London')::date
    FROM seat
    JOIN public.channel_channelmeeting m ON m.council_id = seat.council_id AND m.panel_id = seat.panel_id
    JOIN statement t ON t.council_id = m.council_id AND t.kind = 'meeting'
    WHERE NOT seat.leads AND m.cancelled_at IS NULL AND m.closed_at IS NULL
      AND (m.opened_at > now() - interval '12 hours'
           OR m.opened_at IS NULL AND (m.starts_at AT TIME ZONE 'Europe/London')::date
              BETWEEN {_TODAY} AND {_TODAY} + 7)
      AND NOT EXISTS (
          SELECT FROM public.channel_signature g
          WHERE g.meeting_id = m.id AND g.person_id = {_PERSON}
            AND g.statement_id = t.id AND g.text_hash = t.text_hash)
    UNION ALL
    SELECT seat.council_id, 'annual', seat.panel_id, coalesce(signed.until, {_TODAY})
    FROM seat
    JOIN statement t ON t.council_id = seat.council_id AND t.kind = 'annual'
    CROSS JOIN LATERAL (
        SELECT max((a.signed_at AT TIME ZONE 'Europe/London')::date) + 365 AS until
        FROM public.channel_acknowledgement a
        WHERE a.panel_id = seat.panel_id AND a.person_id = {_PERSON} AND a.statement_id = t.id
    ) signed
    WHERE seat.leads AND (signed.until IS NULL OR signed.until <= {_TODAY} + 30)
$$
"""  # noqa: S608 - built from the constants above


def allow_app(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION channel_promises_due() FROM PUBLIC")
    schema_editor.execute(
        f'GRANT EXECUTE ON FUNCTION channel_promises_due() TO "{settings.DATABASE_APP_ROLE}"'
    )


class Migration(migrations.Migration):
    dependencies = [("channel", "0013_report_figures")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION channel_promises_due()"),
        migrations.RunPython(allow_app, migrations.RunPython.noop),
    ]
