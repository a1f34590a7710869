"""Who reads and writes courses and targets: everybody the national ones, a council its own beside them.

A row that speaks of a council's own course belongs to that council too, so that nothing of it is shared with
councils that cannot read what it is about.
"""

from django.conf import settings
from django.db import migrations

_OWN = "council_id IN (SELECT unnest(accounts_visible_councils()))"
_TABLES = ("training_course", "training_target")
_SPEAKING = ("training_target", "training_trainingreturn", "training_expectedreturn")

FUNCTION = """
CREATE FUNCTION training_keep_local_course() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.training_course c
               WHERE c.id = NEW.course_id AND c.council_id IS NOT NULL
                 AND c.council_id IS DISTINCT FROM NEW.council_id) THEN
        RAISE EXCEPTION 'A course of one council''s own is not used outside it.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
"""


def isolate(apps, schema_editor):
    role = settings.DATABASE_APP_ROLE
    run = schema_editor.execute
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("REVOKE ALL ON FUNCTION training_keep_local_course() FROM PUBLIC")
    for table in _TABLES:
        start = f'ON {table} FOR {{}} TO "{role}"'
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"CREATE POLICY council_read {start.format('SELECT')} USING (council_id IS NULL OR {_OWN})")
        run(f"CREATE POLICY council_add {start.format('INSERT')} WITH CHECK ({_OWN})")
        run(f"CREATE POLICY council_change {start.format('UPDATE')} USING ({_OWN}) WITH CHECK ({_OWN})")
        run(f"CREATE POLICY council_remove {start.format('DELETE')} USING ({_OWN})")
        run(
            f"CREATE TRIGGER keep_own BEFORE UPDATE OF council_id ON {table} FOR EACH ROW "
            "WHEN (OLD.council_id IS DISTINCT FROM NEW.council_id) EXECUTE FUNCTION tenancy_keep_council()"
        )
    for table in _SPEAKING:
        run(
            f"CREATE TRIGGER keep_local_course BEFORE INSERT OR UPDATE OF course_id, council_id ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION training_keep_local_course()"
        )


def withdraw(apps, schema_editor):
    """Take a council's own rows out first: without their council they would become everybody's.

    A course of its own that a return speaks of stays, and stops the step back.
    """
    run = schema_editor.execute
    run("DELETE FROM training_target WHERE council_id IS NOT NULL")
    run("DELETE FROM training_course WHERE council_id IS NOT NULL")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in _SPEAKING:
        run(f"DROP TRIGGER keep_local_course ON {table}")
    for table in _TABLES:
        run(f"DROP TRIGGER keep_own ON {table}")
        for policy in ("council_read", "council_add", "council_change", "council_remove"):
            run(f"DROP POLICY {policy} ON {table}")
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("training", "0010_local_courses")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION training_keep_local_course()"),
        migrations.RunPython(isolate, withdraw),
    ]
