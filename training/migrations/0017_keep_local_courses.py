"""What speaks of a council's own course stays with that council, whatever kind of row it is."""

from django.db import migrations

_SPEAKING = (
    "training_deliveryplan",
    "training_facilitatorcourse",
    "training_improvementplan",
    "training_knowledgesurvey",
    "training_registerfigure",
    "training_trainingrequest",
    "training_trainingsession",
)


def keep(apps, schema_editor):
    for table in _SPEAKING:
        schema_editor.execute(
            f"CREATE TRIGGER keep_local_course BEFORE INSERT OR UPDATE OF course_id, council_id ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION training_keep_local_course()"
        )


def let_go(apps, schema_editor):
    for table in _SPEAKING:
        schema_editor.execute(f"DROP TRIGGER keep_local_course ON {table}")


class Migration(migrations.Migration):
    dependencies = [("training", "0016_served_councils")]

    operations = [migrations.RunPython(keep, let_go)]
