"""Rows of a staff register are bound to their register and course by the statement, not one by one.

A register has one hundred thousand rows, all of one council and register and of a handful of courses. Foreign
keys asked the same question two hundred thousand times; a trigger asks it once for each register and course
of a statement, by the same rule: a row never speaks of another council's register or course. Nothing refers
to a row, so its key with the council goes too.
"""

import django.db.models.deletion
from django.db import migrations, models

BIND = """
CREATE FUNCTION training_bind_register_rows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Nobody takes a register away while rows of it are written.
    PERFORM 1 FROM public.training_staffregister r WHERE r.id IN (SELECT register_id FROM added)
        FOR KEY SHARE;
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT council_id, register_id, course_id FROM added) a
        WHERE NOT EXISTS (SELECT 1 FROM public.training_staffregister r
                          WHERE r.id = a.register_id AND r.council_id = a.council_id)
           OR NOT EXISTS (SELECT 1 FROM public.training_course c
                          WHERE c.id = a.course_id AND (c.council_id IS NULL OR c.council_id = a.council_id))
    ) THEN
        RAISE EXCEPTION 'A row speaks of its own council''s register and courses only.'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
"""

REMOVE = """
CREATE FUNCTION training_remove_register_rows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.training_registerrow WHERE council_id = OLD.council_id AND register_id = OLD.id;
    RETURN OLD;
END
$$;
"""


def bind(apps, schema_editor):
    run = schema_editor.execute
    for command in ("INSERT", "UPDATE"):
        run(
            f"CREATE TRIGGER bind_rows_{command.lower()} AFTER {command} ON training_registerrow "
            "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION training_bind_register_rows()"
        )
    run(
        "CREATE TRIGGER remove_rows BEFORE DELETE ON training_staffregister "
        "FOR EACH ROW EXECUTE FUNCTION training_remove_register_rows()"
    )
    run("ALTER TABLE training_registerrow DROP CONSTRAINT training_registerrow_register_id_council")
    run("ALTER TABLE training_registerrow DROP CONSTRAINT training_registerrow_council_id_id")


def loosen(apps, schema_editor):
    run = schema_editor.execute
    run("ALTER TABLE training_registerrow ADD CONSTRAINT training_registerrow_council_id_id "
        "UNIQUE (council_id, id)")  # fmt: skip
    run(
        "ALTER TABLE training_registerrow ADD CONSTRAINT training_registerrow_register_id_council "
        "FOREIGN KEY (council_id, register_id) REFERENCES training_staffregister (council_id, id) "
        "DEFERRABLE INITIALLY DEFERRED"
    )
    run("DROP TRIGGER remove_rows ON training_staffregister")
    for command in ("insert", "update"):
        run(f"DROP TRIGGER bind_rows_{command} ON training_registerrow")


class Migration(migrations.Migration):
    dependencies = [("training", "0018_registers_of_services")]

    operations = [
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AlterField(
            model_name="registerrow",
            name="course",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="training.course",
            ),
        ),
        migrations.RunSQL(BIND, "DROP FUNCTION training_bind_register_rows()"),
        migrations.RunSQL(REMOVE, "DROP FUNCTION training_remove_register_rows()"),
        migrations.RunPython(bind, loosen),
    ]
