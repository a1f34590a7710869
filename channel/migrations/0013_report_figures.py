"""What a committee report may hold of Channel: released figures as printed, and how often the panel met.

A report is read by others than the panel, so neither needs a seat. No function here gives a key, an exact
count of cases or a figure that was not approved, and each answers only for the council that is being worked
in. What was released to the public anybody of the council may read, and a scheduled job; what was released
to boards, and the panel's meetings, only who writes reports or reads released figures by right.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_COUNCIL = "NULLIF(current_setting('app.council_id', true), '')::bigint"
_PERSON = "NULLIF(current_setting('app.user_id', true), '')::bigint"
_HELD = f"""
    SELECT m.id FROM public.channel_channelmeeting m
    WHERE m.council_id = {_COUNCIL} AND asked = {_COUNCIL}
      AND EXISTS (SELECT FROM public.channel_report_councils())
      AND m.opened_at IS NOT NULL
      AND (m.starts_at AT TIME ZONE 'Europe/London')::date BETWEEN first AND last
"""
# Who comes for one case, or for residents of one area, would tell of the case: only standing seats count.
_STANDING = """
    SELECT a.meeting_id, a.agency, a.state
    FROM public.channel_attendance a JOIN public.channel_seat s ON s.id = a.seat_id
    WHERE a.meeting_id IN (SELECT id FROM held) AND a.agency <> 'district'
      AND s.capacity IN ('chair', 'secretary', 'member', 'police')
"""

FUNCTIONS = {
    # The council that is being worked in, for a person who writes its reports or reads released figures there.
    "channel_report_councils()": (
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
              AND r.role IN (
                  'coordinator', 'report_author', 'board_member', 'channel_chair', 'channel_administrator'))
        """,
    ),
    # Whether figures print for an audience: "unread" for who may not know, "none" as the council decided,
    # or decided nothing (rule 8 of the product), else "printed".
    "channel_figures_printed(asked bigint, wanted text)": (
        "text",
        f"""
        SELECT CASE
            WHEN asked IS DISTINCT FROM {_COUNCIL} OR NOT CASE wanted
                WHEN 'public' THEN current_setting('app.scope', true) IN ('council', 'service')
                    AND asked = ANY (public.accounts_visible_councils())
                ELSE EXISTS (SELECT FROM public.channel_report_councils()) END
            THEN 'unread'
            WHEN coalesce(
                (SELECT p.choice::text FROM public.channel_figureprofile p
                 WHERE p.council_id = asked AND p.audience = wanted
                 ORDER BY p.decided_at DESC, p.id DESC LIMIT 1),
                CASE wanted WHEN 'boards' THEN 'rounded' ELSE 'none' END) = 'none'
            THEN 'none' ELSE 'printed' END
        """,
    ),
    "channel_approved_figures(asked bigint, wanted text)": (
        "TABLE (title text, counted jsonb, words text, released_at timestamptz)",
        """
        SELECT r.title::text, f."group", f.printed::text, r.decided_at
        FROM public.channel_figurerelease r
        JOIN public.channel_releasedfigure f ON f.release_id = r.id AND f.council_id = r.council_id
        WHERE r.council_id = asked AND r.audience = wanted AND r.state = 'approved'
          AND public.channel_figures_printed(asked, wanted) = 'printed'
        ORDER BY r.decided_at DESC, r.id, f.position
        """,
    ),
    "channel_meetings_held(asked bigint, first date, last date)": (
        "TABLE (held bigint, unrecorded bigint)",
        f"""
        WITH held AS ({_HELD}), standing AS ({_STANDING})
        SELECT count(*), count(*) FILTER (WHERE h.id NOT IN (SELECT meeting_id FROM standing)) FROM held h
        """,
    ),
    "channel_agencies_there(asked bigint, first date, last date)": (
        "TABLE (agency text, meetings bigint, present bigint)",
        f"""
        WITH held AS ({_HELD}), standing AS ({_STANDING})
        SELECT s.agency::text, count(DISTINCT s.meeting_id),
               count(DISTINCT s.meeting_id) FILTER (WHERE s.state = 'present')
        FROM standing s GROUP BY s.agency ORDER BY s.agency
        """,
    ),
}


def _signature(name):
    """A function's name with the kinds of what it asks, as it is granted and dropped."""
    head, _, asked = name.rstrip(")").partition("(")
    kinds = ", ".join(part.split()[1] for part in asked.split(", ") if part)
    return f"{head}({kinds})"


def build(apps, schema_editor):
    run = schema_editor.execute
    for name, (returns, body) in FUNCTIONS.items():
        run(f"CREATE FUNCTION {name} RETURNS {returns} {_DEFINER} AS $$ {body} $$")
        run(f"REVOKE ALL ON FUNCTION {_signature(name)} FROM PUBLIC")
        run(f'GRANT EXECUTE ON FUNCTION {_signature(name)} TO "{settings.DATABASE_APP_ROLE}"')


def raze(apps, schema_editor):
    for name in reversed(FUNCTIONS):
        schema_editor.execute(f"DROP FUNCTION {_signature(name)}")


class Migration(migrations.Migration):
    dependencies = [("channel", "0012_seal_files"), ("accounts", "0003_isolate_membership")]

    operations = [migrations.RunPython(build, raze)]
