"""The walls of the register of figures, and the two people of a release (rule 8 of the product, OP-6).

Chair and secretary see their own panels' releases; those who may read figures see what was approved, and no
panel behind it. A release goes one way, from proposed to a decision by somebody else, whatever the application
says; its figures are added with the proposal and never after.
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
    # The council that is being worked in, for a person with a live role that reads released figures there.
    "channel_figure_councils": (
        "SETOF bigint",
        f"""
        SELECT {_COUNCIL} WHERE EXISTS (
            SELECT FROM public.accounts_membership m
            JOIN public.accounts_user u ON u.id = m.user_id
            JOIN public.accounts_rolegroup r ON r.id = m.role_group_id
            WHERE current_setting('app.scope', true) = 'council'
              AND m.user_id = {_PERSON} AND m.council_id = {_COUNCIL}
              AND u.is_active AND NOT u.is_service
              AND m.revoked_at IS NULL AND m.starts_on <= {_TODAY}
              AND (m.ends_on IS NULL OR m.ends_on >= {_TODAY})
              AND r.role IN ('channel_chair', 'channel_administrator', 'board_member', 'report_author'))
        """,
    ),
    "channel_visible_releases": (
        "SETOF uuid",
        f"""
        SELECT r.id FROM public.channel_figurerelease r
        WHERE r.council_id = {_COUNCIL}
          AND (r.panel_id IN (SELECT public.channel_led_panels())
               OR (r.state = 'approved' AND EXISTS (SELECT FROM public.channel_figure_councils())))
        """,
    ),
    "channel_own_proposals": (
        "SETOF uuid",
        f"""
        SELECT r.id FROM public.channel_figurerelease r
        WHERE r.council_id = {_COUNCIL} AND r.state = 'proposed'
          AND r.proposed_by_id = public.channel_person()
        """,
    ),
}

_CHAIR = "'channel_chair' = ANY ((SELECT channel_roles())::text[])"

# table: {who may read, add, change (before and after), remove}; "false" is nobody.
WALLS = {
    "channel_figureprofile": {
        "read": "council_id IN (SELECT channel_figure_councils())",
        "add": f"{_CHAIR} AND council_id IN (SELECT channel_led_councils()) AND decided_by_id = (SELECT channel_person())",
        "change": ("false", "false"),
        "remove": "false",
    },
    "channel_figurerelease": {
        # Reading one's own new row must not ask the table for it: within its statement it is not there yet.
        "read": "id IN (SELECT channel_visible_releases()) OR panel_id IN (SELECT channel_led_panels())",
        "add": "panel_id IN (SELECT channel_prepared_panels()) AND proposed_by_id = (SELECT channel_person()) AND state = 'proposed'",
        "change": (
            "panel_id IN (SELECT channel_prepared_panels()) AND state = 'proposed'",
            (
                "panel_id IN (SELECT channel_prepared_panels()) AND decided_by_id = (SELECT channel_person()) "
                f"AND (state = 'declined' OR (state = 'approved' AND {_CHAIR}))"
            ),
        ),
        "remove": "false",
    },
    "channel_releasedfigure": {
        "read": "release_id IN (SELECT channel_visible_releases())",
        "add": "release_id IN (SELECT channel_own_proposals())",
        "change": ("false", "false"),
        "remove": "false",
    },
}

KEEP = """
CREATE FUNCTION channel_keep_release() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state <> 'proposed' OR NEW.state NOT IN ('approved', 'declined') THEN
        RAISE EXCEPTION 'A release of figures is decided once.' USING ERRCODE = 'check_violation';
    END IF;
    IF (to_jsonb(NEW) - ARRAY['state', 'decided_by_id', 'decided_at', 'decision'])
        <> (to_jsonb(OLD) - ARRAY['state', 'decided_by_id', 'decided_at', 'decision']) THEN
        RAISE EXCEPTION 'What is proposed does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def build(apps, schema_editor):
    run = schema_editor.execute
    role = settings.DATABASE_APP_ROLE
    for name, (returns, body) in FUNCTIONS.items():
        run(f"CREATE FUNCTION {name}() RETURNS {returns} {_DEFINER} AS $$ {body} $$")
        run(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {name}() TO "{role}"')
    for table, wall in WALLS.items():
        start = f'ON "{table}" AS RESTRICTIVE'
        before, after = wall["change"]
        run(f'CREATE POLICY channel_read {start} FOR SELECT TO "{role}" USING ({wall["read"]})')
        run(f'CREATE POLICY channel_add {start} FOR INSERT TO "{role}" WITH CHECK ({wall["add"]})')
        run(
            f'CREATE POLICY channel_change {start} FOR UPDATE TO "{role}" '
            f"USING ({before}) WITH CHECK ({after})"
        )
        run(f'CREATE POLICY channel_remove {start} FOR DELETE TO "{role}" USING ({wall["remove"]})')
    run(KEEP)
    run(
        'CREATE TRIGGER keep_release BEFORE UPDATE ON "channel_figurerelease" '
        "FOR EACH ROW EXECUTE FUNCTION channel_keep_release()"
    )


def raze(apps, schema_editor):
    run = schema_editor.execute
    run('DROP TRIGGER keep_release ON "channel_figurerelease"')
    run("DROP FUNCTION channel_keep_release()")
    for table in WALLS:
        for policy in ("channel_read", "channel_add", "channel_change", "channel_remove"):
            run(f'DROP POLICY {policy} ON "{table}"')
    for name in reversed(FUNCTIONS):
        run(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("channel", "0004_figures"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("figureprofile", append_only=True),
        IsolateByCouncil("figurerelease"),
        IsolateByCouncil("releasedfigure", append_only=True),
        migrations.RunPython(build, raze),
    ]
