"""Seats, holders, terms and lines belong to the board's host; a joint board shows what is its own.

An invitation opens the board's name and nothing more. Taking part opens its terms, seats, holders and
meetings. The invited council answers the invitation itself, and a trigger keeps each side of the row to what
is its to write. A line of governance may end in a joint board: a composite key holds it to a participation of
the line's own council.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import AdmitAlso, IsolateByCouncil

_TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
_DEFINER = "LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_JOINT = "IN (SELECT unnest(partnerships_joint_boards()))"
_INVITED = "id IN (SELECT unnest(partnerships_invited_boards()))"
_VISIBLE = "IN (SELECT unnest(accounts_visible_councils()))"


def _boards_where(name, condition):
    return f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS uuid[] {_DEFINER} AS $$
            SELECT coalesce(array_agg(p.board_id), '{{}}')
            FROM public.partnerships_boardparticipant p
            WHERE p.participant_id = ANY ((SELECT public.accounts_visible_councils())::bigint[])
              AND {condition}
        $$
    """


_TAKES_PART = f"p.starts_on <= {_TODAY} AND (p.ends_on IS NULL OR p.ends_on >= {_TODAY})"

TRIGGERS = f"""
CREATE FUNCTION partnerships_keep_participation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    visible bigint[] := public.accounts_visible_councils();
BEGIN
    IF NOT row_security_active('public.partnerships_boardparticipant'::regclass) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'invited' OR NEW.answered_at IS NOT NULL OR NEW.answered_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'A participation begins with an invitation.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.board_id, NEW.host_id, NEW.participant_id, NEW.granted_by_id) IS DISTINCT FROM
       (OLD.id, OLD.board_id, OLD.host_id, OLD.participant_id, OLD.granted_by_id) THEN
        RAISE EXCEPTION 'An invitation stays with its board and councils.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state AND NOT (
        OLD.state = 'invited' AND (
            (NEW.state IN ('joined', 'declined') AND OLD.participant_id = ANY (visible))
            OR (NEW.state = 'withdrawn' AND OLD.host_id = ANY (visible))
        )
    ) THEN
        RAISE EXCEPTION 'Only the invited council answers, and only once.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.starts_on, NEW.answered_at, NEW.answered_by_id) IS DISTINCT FROM
       (OLD.starts_on, OLD.answered_at, OLD.answered_by_id)
       AND (OLD.state <> 'invited' OR NOT OLD.participant_id = ANY (visible)) THEN
        RAISE EXCEPTION 'Only the invited council answers, and only once.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ends_on IS DISTINCT FROM OLD.ends_on AND (
        OLD.state <> 'joined' OR NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on OR OLD.ends_on < {_TODAY}
    ) THEN
        RAISE EXCEPTION 'A participation can be ended, not made longer.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_participation BEFORE INSERT OR UPDATE ON partnerships_boardparticipant
    FOR EACH ROW EXECUTE FUNCTION partnerships_keep_participation();
CREATE FUNCTION partnerships_keep_terms() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Agreed terms stay as they were. A change is a new version.'
        USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER keep_terms BEFORE UPDATE ON partnerships_boardterms FOR EACH ROW
    WHEN ((OLD.board_id, OLD.number, OLD.agreed_on, OLD.summary, OLD.document_version_id) IS DISTINCT FROM
          (NEW.board_id, NEW.number, NEW.agreed_on, NEW.summary, NEW.document_version_id))
    EXECUTE FUNCTION partnerships_keep_terms();
ALTER TABLE partnerships_boardparticipant
    ADD CONSTRAINT boardparticipant_participant_id UNIQUE (participant_id, id);
ALTER TABLE partnerships_governanceline ADD CONSTRAINT governanceline_joined_council
    FOREIGN KEY (council_id, joined_id) REFERENCES partnerships_boardparticipant (participant_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE partnerships_governanceline ADD CONSTRAINT governanceline_parent_joined_council
    FOREIGN KEY (council_id, parent_joined_id) REFERENCES partnerships_boardparticipant (participant_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""

NO_TRIGGERS = """
ALTER TABLE partnerships_governanceline DROP CONSTRAINT governanceline_parent_joined_council;
ALTER TABLE partnerships_governanceline DROP CONSTRAINT governanceline_joined_council;
ALTER TABLE partnerships_boardparticipant DROP CONSTRAINT boardparticipant_participant_id;
DROP TRIGGER keep_terms ON partnerships_boardterms;
DROP FUNCTION partnerships_keep_terms();
DROP TRIGGER keep_participation ON partnerships_boardparticipant;
DROP FUNCTION partnerships_keep_participation();
"""


def build(apps, schema_editor):
    run, role = schema_editor.execute, settings.DATABASE_APP_ROLE
    run(_boards_where("partnerships_joint_boards", f"p.state = 'joined' AND {_TAKES_PART}"))
    run(_boards_where("partnerships_invited_boards", "p.state = 'invited'"))
    run("REVOKE ALL ON FUNCTION partnerships_invited_boards() FROM PUBLIC")
    run(f'GRANT EXECUTE ON FUNCTION partnerships_invited_boards() TO "{role}"')
    run(
        f'CREATE POLICY participant_answer ON partnerships_boardparticipant FOR UPDATE TO "{role}" '
        f"USING (participant_id {_VISIBLE}) WITH CHECK (participant_id {_VISIBLE})"
    )


def raze(apps, schema_editor):
    schema_editor.execute("DROP POLICY participant_answer ON partnerships_boardparticipant")
    schema_editor.execute("DROP FUNCTION partnerships_invited_boards()")
    schema_editor.execute(_boards_where("partnerships_joint_boards", _TAKES_PART))


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0006_boards")]

    operations = [
        migrations.RunPython(build, raze),
        IsolateByCouncil("boardterms", also_visible=f"board_id {_JOINT}"),
        IsolateByCouncil("governanceline"),
        IsolateByCouncil("seat", also_visible=f"board_id {_JOINT}"),
        IsolateByCouncil(
            "seatholder",
            also_visible=f"seat_id IN (SELECT s.id FROM partnerships_seat s WHERE s.board_id {_JOINT})",
        ),
        AdmitAlso("board", _INVITED, before=f"id {_JOINT}"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
