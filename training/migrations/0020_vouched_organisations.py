"""Whom a person acts for in a council is what that council vouches for, no longer a grant for every council."""

from django.db import migrations

_SEEN = "ANY ((SELECT public.accounts_visible_councils())::bigint[])"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_LIVE = f"m.revoked_at IS NULL AND m.starts_on <= {_TODAY} AND (m.ends_on IS NULL OR m.ends_on >= {_TODAY})"
_PERSON = "(SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)"

VOUCHED = f"""
            FROM public.partnerships_actingperson g
            JOIN public.partnerships_councilorganisation l
                ON l.id = g.link_id AND l.council_id = g.council_id
            JOIN public.accounts_membership m ON m.user_id = g.user_id AND m.council_id = g.council_id
            JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
            WHERE g.user_id = {_PERSON} AND g.ended_at IS NULL
              AND (l.ends_on IS NULL OR l.ends_on >= {_TODAY})"""

GRANTED = f"""
            FROM public.partnerships_organisationuserpermission g
            JOIN public.auth_permission p ON p.id = g.permission_id
            JOIN public.partnerships_councilorganisation l ON l.organisation_id = g.content_object_id
            JOIN public.accounts_membership m ON m.user_id = g.user_id AND m.council_id = l.council_id
            JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
            WHERE g.user_id = {_PERSON} AND p.codename = 'submit_returns'"""


def _function(source: str) -> str:
    return f"""
-- Organisations that the person acts for as a partner of a visible council: its voucher, role and link.
-- In a scheduled job: the organisations linked to its council.
CREATE OR REPLACE FUNCTION training_own_organisations() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN current_setting('app.scope', true) = 'service'
        THEN ARRAY(
            SELECT l.organisation_id FROM public.partnerships_councilorganisation l
            WHERE l.council_id = {_SEEN})
        ELSE ARRAY(
            SELECT DISTINCT l.organisation_id{source}
              AND r.role IN ('partner_submitter', 'partner_lead') AND {_LIVE}
              AND l.council_id = {_SEEN})
    END
$$;
"""  # noqa: S608 - constants of this module only


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0019_bind_register_rows"),
        ("partnerships", "0012_vouch_for_grants"),
    ]

    operations = [migrations.RunSQL(_function(VOUCHED), _function(GRANTED))]
