"""The walls of the risk register: the council's policies, and restrictive ones beside them that both must pass.

Who reads a risk is derived here from the transaction's person, a live role that may come to be on an
audience, and a live place on the audience of that risk or of the whole register. Scopes across councils and
the scope of scheduled jobs have no such person and see no restricted row: they see the summaries that were
approved for publication, and the due dates of a person's own reviews by reference (RC-9, L3).
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_COUNCIL = "NULLIF(current_setting('app.council_id', true), '')::bigint"
_PERSON = "NULLIF(current_setting('app.user_id', true), '')::bigint"
_ROLES = (
    "('coordinator', 'safety_officer', 'channel_chair', 'report_author', 'board_member', 'cabinet_member')"
)


def _live(row):
    return f"{row}.starts_on <= {_TODAY} AND ({row}.ends_on IS NULL OR {row}.ends_on >= {_TODAY})"


_MEMBERSHIPS = """
    public.accounts_membership m
    JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active AND NOT u.is_service
    JOIN public.accounts_rolegroup g ON g.id = m.role_group_id
"""
_LIVE_MEMBERSHIP = f"m.revoked_at IS NULL AND {_live('m')}"
_LIVE_PLACE = f"a.ended_at IS NULL AND {_live('a')}"

FUNCTIONS = {
    # The person's live roles with which one may come to be on an audience, in the council being worked in.
    "compliance_risk_roles": (
        "text[]",
        f"""
        SELECT coalesce(array_agg(g.role::text), '{{}}') FROM {_MEMBERSHIPS}
        WHERE current_setting('app.scope', true) = 'council'
          AND m.user_id = {_PERSON} AND m.council_id = {_COUNCIL}
          AND {_LIVE_MEMBERSHIP} AND g.role IN {_ROLES}
        """,
    ),
    "compliance_risk_person": (
        "bigint",
        f"SELECT {_PERSON} WHERE cardinality(public.compliance_risk_roles()) > 0",
    ),
    "compliance_risk_register": (
        "SETOF bigint",
        f"""
        SELECT a.council_id FROM public.compliance_riskreader a
        WHERE a.person_id = public.compliance_risk_person() AND a.council_id = {_COUNCIL}
          AND a.risk_id IS NULL AND {_LIVE_PLACE}
        """,
    ),
    # The rule of the whole register: a live place on the risk's own audience, or on the register's.
    "compliance_risk_visible": (
        "SETOF uuid",
        f"""
        SELECT a.risk_id FROM public.compliance_riskreader a
        WHERE a.person_id = public.compliance_risk_person() AND a.council_id = {_COUNCIL}
          AND a.risk_id IS NOT NULL AND {_LIVE_PLACE}
        UNION
        SELECT r.id FROM public.compliance_risk r
        WHERE r.council_id = {_COUNCIL} AND r.council_id IN (SELECT public.compliance_risk_register())
        """,
    ),
    "compliance_risk_kept": (
        "SETOF uuid",
        """
        SELECT visible FROM public.compliance_risk_visible() visible
        WHERE 'coordinator' = ANY (public.compliance_risk_roles())
        """,
    ),
    "compliance_risk_kept_register": (
        "SETOF bigint",
        """
        SELECT kept FROM public.compliance_risk_register() kept
        WHERE 'coordinator' = ANY (public.compliance_risk_roles())
        """,
    ),
    "compliance_risk_owned": (
        "SETOF uuid",
        f"""
        SELECT r.id FROM public.compliance_risk r
        WHERE r.council_id = {_COUNCIL} AND r.owner_id = public.compliance_risk_person()
          AND r.id IN (SELECT public.compliance_risk_visible())
        """,
    ),
    # Every risk there is, so that nobody seats themselves on the audience of one that exists already.
    "compliance_risk_taken": (
        "SETOF uuid",
        f"""
        SELECT r.id FROM public.compliance_risk r
        WHERE r.council_id = {_COUNCIL} AND 'coordinator' = ANY (public.compliance_risk_roles())
        """,
    ),
    # Councils whose register nobody can keep, for an administrator of theirs, who may then appoint somebody.
    "compliance_risk_unkept": (
        "SETOF bigint",
        f"""
        SELECT m.council_id FROM {_MEMBERSHIPS}
        WHERE current_setting('app.scope', true) = 'council'
          AND m.user_id = {_PERSON} AND m.council_id = {_COUNCIL}
          AND {_LIVE_MEMBERSHIP} AND g.role = 'administrator'
          AND NOT EXISTS (
              SELECT FROM public.compliance_riskreader a
              WHERE a.council_id = m.council_id AND a.risk_id IS NULL AND {_LIVE_PLACE}
                AND a.person_id IN (
                    SELECT m.user_id FROM {_MEMBERSHIPS}
                    WHERE m.council_id = a.council_id AND {_LIVE_MEMBERSHIP} AND g.role = 'coordinator'))
        LIMIT 1
        """,
    ),
    "compliance_risk_appointees": (
        "SETOF bigint",
        f"""
        SELECT m.user_id FROM {_MEMBERSHIPS}
        WHERE m.council_id IN (SELECT public.compliance_risk_unkept())
          AND {_LIVE_MEMBERSHIP} AND g.role = 'coordinator'
        """,
    ),
    # The person's own reviews in every council of theirs: references and dates, for My work and the digest.
    "compliance_risk_reviews": (
        "TABLE (council_id bigint, risk_id uuid, reference text, review_on date)",
        f"""
        SELECT r.council_id, r.id, r.reference::text, r.review_on FROM public.compliance_risk r
        WHERE current_setting('app.scope', true) IN ('own', 'council')
          AND r.status = 'open' AND r.owner_id = {_PERSON}
          AND r.council_id IN (SELECT unnest(public.accounts_visible_councils()))
          AND EXISTS (
              SELECT FROM {_MEMBERSHIPS}
              WHERE m.user_id = r.owner_id AND m.council_id = r.council_id
                AND {_LIVE_MEMBERSHIP} AND g.role IN {_ROLES})
          AND EXISTS (
              SELECT FROM public.compliance_riskreader a
              WHERE a.council_id = r.council_id AND a.person_id = r.owner_id
                AND (a.risk_id = r.id OR a.risk_id IS NULL) AND {_LIVE_PLACE})
        """,
    ),
}

_ME = "(SELECT compliance_risk_person())"
_KEEPS = "'coordinator' = ANY ((SELECT compliance_risk_roles())::text[])"
_VISIBLE = "IN (SELECT compliance_risk_visible())"
_KEPT = "IN (SELECT compliance_risk_kept())"
_OWNED = "IN (SELECT compliance_risk_owned())"

_SEATS = f"""
    (granted_by_id = {_ME} AND person_id <> {_ME} AND (
        risk_id {_KEPT} OR (risk_id IS NULL AND council_id IN (SELECT compliance_risk_kept_register()))))
    OR (granted_by_id = {_ME} AND person_id = {_ME} AND {_KEEPS}
        AND risk_id IS NOT NULL AND risk_id NOT IN (SELECT compliance_risk_taken()))
    OR (risk_id IS NULL AND granted_by_id <> person_id
        AND council_id IN (SELECT compliance_risk_unkept())
        AND person_id IN (SELECT compliance_risk_appointees()))
"""

# table: (who may read, who may add, who may change, who may remove); "false" is nobody.
WALLS = {
    "compliance_risk": (
        f"id {_VISIBLE}",
        # Whoever writes a risk down has taken their place on its audience before.
        f"created_by_id = {_ME} AND {_KEEPS} AND id {_VISIBLE}",
        f"id {_KEPT} OR id {_OWNED}",
        "false",
    ),
    "compliance_riskassessment": (
        f"risk_id {_VISIBLE}",
        f"by_id = {_ME} AND (risk_id {_KEPT} OR risk_id {_OWNED})",
        "false",
        "false",
    ),
    "compliance_risksource": (
        f"risk_id {_VISIBLE}",
        f"risk_id {_KEPT}",
        f"risk_id {_KEPT}",
        f"risk_id {_KEPT}",
    ),
    "compliance_riskaction": (
        f"risk_id {_VISIBLE}",
        f"risk_id {_KEPT} AND linked_by_id = {_ME}",
        "false",
        f"risk_id {_KEPT}",
    ),
    "compliance_riskreader": (
        f"risk_id {_VISIBLE} OR (risk_id IS NULL AND council_id IN (SELECT compliance_risk_register()))",
        _SEATS,
        f"risk_id {_KEPT} OR (risk_id IS NULL AND council_id IN (SELECT compliance_risk_kept_register()))",
        "false",
    ),
    "compliance_risksummary": (
        f"state = 'approved' OR risk_id {_VISIBLE}",
        f"risk_id {_KEPT} AND proposed_by_id = {_ME} AND state = 'proposed'",
        f"risk_id {_VISIBLE}",
        "false",
    ),
}

KEPT_COLUMNS = {
    "compliance_risk": ("reference", "created_by_id"),
    "compliance_riskreader": ("risk_id", "person_id", "starts_on", "ends_on", "granted_by_id"),
    "compliance_risksummary": ("risk_id", "heading", "text", "proposed_by_id"),
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
        run(f'CREATE POLICY risk_read {start} FOR SELECT TO "{role}" USING ({read})')
        run(f'CREATE POLICY risk_add {start} FOR INSERT TO "{role}" WITH CHECK ({add})')
        run(
            f'CREATE POLICY risk_change {start} FOR UPDATE TO "{role}" USING ({change}) WITH CHECK ({change})'
        )
        run(f'CREATE POLICY risk_remove {start} FOR DELETE TO "{role}" USING ({remove})')
    for table, columns in KEPT_COLUMNS.items():
        for column in columns:
            run(
                f'CREATE TRIGGER keeps_{column} BEFORE UPDATE ON "{table}" FOR EACH ROW '
                f"EXECUTE FUNCTION compliance_keep_column('{column}')"
            )


def raze(apps, schema_editor):
    run = schema_editor.execute
    for table, columns in KEPT_COLUMNS.items():
        for column in columns:
            run(f'DROP TRIGGER keeps_{column} ON "{table}"')
    for table in WALLS:
        for policy in ("risk_read", "risk_add", "risk_change", "risk_remove"):
            run(f'DROP POLICY {policy} ON "{table}"')
    for name in reversed(FUNCTIONS):
        run(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("compliance", "0010_risks"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("risk"),
        IsolateByCouncil("riskassessment", append_only=True),
        IsolateByCouncil("risksource"),
        IsolateByCouncil("riskaction"),
        IsolateByCouncil("riskreader"),
        IsolateByCouncil("risksummary"),
        migrations.RunPython(build, raze),
    ]
