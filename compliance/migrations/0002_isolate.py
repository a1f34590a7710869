"""Plans, checklist answers and reviews belong to their council; what was promised or recommended stays.

Three guards of the database: the first due date of an action and the wording of a recommendation never
change, and the shipped editions are read-only for the app.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
CREATE FUNCTION compliance_keep_column() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) -> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) -> TG_ARGV[0] THEN
        RAISE EXCEPTION '%.% is kept as it was first written', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER action_keeps_first_due BEFORE UPDATE ON compliance_action
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_column('first_due_on');
CREATE TRIGGER recommendation_keeps_wording BEFORE UPDATE ON compliance_recommendation
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_column('wording');

ALTER TABLE compliance_edition ENABLE ROW LEVEL SECURITY;
ALTER TABLE compliance_editionitem ENABLE ROW LEVEL SECURITY;
"""

BACKWARDS = """
ALTER TABLE compliance_editionitem DISABLE ROW LEVEL SECURITY;
ALTER TABLE compliance_edition DISABLE ROW LEVEL SECURITY;
DROP TRIGGER recommendation_keeps_wording ON compliance_recommendation;
DROP TRIGGER action_keeps_first_due ON compliance_action;
DROP FUNCTION compliance_keep_column();
"""


def let_app_read_editions(apps, schema_editor):
    for table in ("compliance_edition", "compliance_editionitem"):
        schema_editor.execute(
            f'CREATE POLICY edition_read ON {table} FOR SELECT TO "{settings.DATABASE_APP_ROLE}" USING (true)'
        )


def withdraw(apps, schema_editor):
    for table in ("compliance_edition", "compliance_editionitem"):
        schema_editor.execute(f"DROP POLICY edition_read ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0001_initial"),
        ("partnerships", "0002_isolate"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("actionplan"),
        IsolateByCouncil("planreviewer"),
        IsolateByCouncil("objective"),
        IsolateByCouncil("action"),
        IsolateByCouncil("duedatemove", append_only=True),
        IsolateByCouncil("progressentry", append_only=True),
        IsolateByCouncil("assessment"),
        IsolateByCouncil("itemanswer"),
        IsolateByCouncil("answerrevision", append_only=True),
        IsolateByCouncil("scrutinyreview"),
        IsolateByCouncil("reviewhearing"),
        IsolateByCouncil("recommendation"),
        IsolateByCouncil("recommendationprogress", append_only=True),
        IsolateByCouncil("keptreply"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(let_app_read_editions, withdraw),
    ]
