"""Links, boards and meetings belong to their council; a joint board is read by its participants too."""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
-- Joint boards that the visible councils take part in today.
CREATE FUNCTION partnerships_joint_boards() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(p.board_id), '{}')
    FROM public.partnerships_boardparticipant p
    WHERE p.participant_id = ANY ((SELECT public.accounts_visible_councils())::bigint[])
      AND p.starts_on <= (now() AT TIME ZONE 'Europe/London')::date
      AND (p.ends_on IS NULL OR p.ends_on >= (now() AT TIME ZONE 'Europe/London')::date)
$$;
"""

PARTICIPANTS_FORWARDS = """
ALTER TABLE partnerships_boardparticipant ENABLE ROW LEVEL SECURITY;
ALTER TABLE partnerships_boardparticipant ADD CONSTRAINT boardparticipant_host_council
    FOREIGN KEY (host_id, board_id) REFERENCES partnerships_board (council_id, id) DEFERRABLE INITIALLY DEFERRED;
"""

PARTICIPANTS_BACKWARDS = """
ALTER TABLE partnerships_boardparticipant DROP CONSTRAINT boardparticipant_host_council;
ALTER TABLE partnerships_boardparticipant DISABLE ROW LEVEL SECURITY;
"""


def allow_app(apps, schema_editor):
    role = settings.DATABASE_APP_ROLE
    visible = "IN (SELECT unnest(accounts_visible_councils()))"
    run = schema_editor.execute
    run("REVOKE ALL ON FUNCTION partnerships_joint_boards() FROM PUBLIC")
    run(f'GRANT EXECUTE ON FUNCTION partnerships_joint_boards() TO "{role}"')
    run(
        f'CREATE POLICY council_read ON partnerships_boardparticipant FOR SELECT TO "{role}" '
        f"USING (host_id {visible} OR participant_id {visible})"
    )
    run(
        f'CREATE POLICY council_write ON partnerships_boardparticipant FOR ALL TO "{role}" '
        f"USING (host_id {visible}) WITH CHECK (host_id {visible})"
    )


def withdraw(apps, schema_editor):
    schema_editor.execute("DROP POLICY council_write ON partnerships_boardparticipant")
    schema_editor.execute("DROP POLICY council_read ON partnerships_boardparticipant")


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial"), ("accounts", "0003_isolate_membership")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION partnerships_joint_boards()"),
        IsolateByCouncil("councilorganisation"),
        IsolateByCouncil("board", also_visible="id IN (SELECT unnest(partnerships_joint_boards()))"),
        IsolateByCouncil("meeting", also_visible="board_id IN (SELECT unnest(partnerships_joint_boards()))"),
        migrations.RunSQL(PARTICIPANTS_FORWARDS, PARTICIPANTS_BACKWARDS),
        migrations.RunPython(allow_app, withdraw),
    ]
