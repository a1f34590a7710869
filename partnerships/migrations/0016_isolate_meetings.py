"""Meetings belong to the board's host; a joint board shows its councils the meeting and papers for all.

Approved minutes freeze the meeting and what was recorded of it; a pack and its bytes never change.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import BindToCouncil, IsolateByCouncil

_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

JOINT = f"""
-- Meetings of the joint boards that the visible councils take part in today.
CREATE FUNCTION partnerships_joint_meetings() RETURNS uuid[] {_DEFINER} AS $$
    SELECT coalesce(array_agg(m.id), '{{}}') FROM public.partnerships_meeting m
    WHERE m.board_id = ANY ((SELECT public.partnerships_joint_boards())::uuid[])
$$;
-- Their packs, of the edition that is for everybody at the meeting.
CREATE FUNCTION partnerships_joint_packs() RETURNS uuid[] {_DEFINER} AS $$
    SELECT coalesce(array_agg(p.id), '{{}}') FROM public.partnerships_boardpack p
    WHERE p.edition = 'everyone' AND p.meeting_id = ANY ((SELECT public.partnerships_joint_meetings())::uuid[])
$$;
"""  # noqa: S608 - constants of this module only

JOINT_BACKWARDS = """
DROP FUNCTION partnerships_joint_packs();
DROP FUNCTION partnerships_joint_meetings();
"""

FREEZE = """
CREATE FUNCTION partnerships_keep_approved_meeting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.minutes_state = 'approved' THEN
        RAISE EXCEPTION 'approved minutes are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE FUNCTION partnerships_keep_of_approved_meeting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    the_council bigint;
    the_meeting uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        the_council := NEW.council_id;
        the_meeting := NEW.meeting_id;
    ELSE
        the_council := OLD.council_id;
        the_meeting := OLD.meeting_id;
    END IF;
    IF EXISTS (SELECT FROM public.partnerships_meeting m
               WHERE m.council_id = the_council AND m.id = the_meeting AND m.minutes_state = 'approved') THEN
        RAISE EXCEPTION 'approved minutes are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.meeting_id IS DISTINCT FROM OLD.meeting_id THEN
        RAISE EXCEPTION 'what was recorded stays with its meeting'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER meeting_stays_approved BEFORE UPDATE OR DELETE ON partnerships_meeting
    FOR EACH ROW EXECUTE FUNCTION partnerships_keep_approved_meeting();
"""

KEPT = ("agendaitem", "paper", "attendance", "decision", "arisingaction", "minutesrevision")

FREEZE += "".join(
    f"CREATE TRIGGER {name}_stays_approved BEFORE INSERT OR UPDATE OR DELETE ON partnerships_{name}\n"
    "    FOR EACH ROW EXECUTE FUNCTION partnerships_keep_of_approved_meeting();\n"
    for name in KEPT
)

FREEZE_BACKWARDS = (
    "".join(f"DROP TRIGGER {name}_stays_approved ON partnerships_{name};\n" for name in KEPT)
    + """
DROP TRIGGER meeting_stays_approved ON partnerships_meeting;
DROP FUNCTION partnerships_keep_of_approved_meeting();
DROP FUNCTION partnerships_keep_approved_meeting();
"""
)

_JOINT = "meeting_id IN (SELECT unnest(partnerships_joint_meetings()))"


def allow_app(apps, schema_editor):
    for name in ("partnerships_joint_meetings", "partnerships_joint_packs"):
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {name}() TO "{settings.DATABASE_APP_ROLE}"')


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0015_meetings"),
        ("documents", "0003_evidence"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        migrations.RunSQL(JOINT, JOINT_BACKWARDS),
        migrations.RunPython(allow_app, migrations.RunPython.noop),
        BindToCouncil("meeting", "approved_at"),
        IsolateByCouncil("meetingarrangements"),
        IsolateByCouncil("agendaitem", also_visible=_JOINT),
        IsolateByCouncil("paper", also_visible=f"(audience = 'everyone' AND {_JOINT})"),
        IsolateByCouncil("paperreader"),
        IsolateByCouncil("attendance", also_visible=_JOINT),
        IsolateByCouncil("decision", also_visible=_JOINT),
        IsolateByCouncil("arisingaction", also_visible=_JOINT, append_only=True),
        IsolateByCouncil("minutesrevision", append_only=True),
        IsolateByCouncil("boardpack", also_visible=f"(edition = 'everyone' AND {_JOINT})", append_only=True),
        IsolateByCouncil(
            "boardpackfile",
            also_visible="pack_id IN (SELECT unnest(partnerships_joint_packs()))",
            append_only=True,
        ),
        migrations.RunSQL(FREEZE, FREEZE_BACKWARDS),
    ]
