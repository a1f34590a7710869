"""Isolate rounds by council; keep deadlines as they were set, and drafts to the organisation that types them."""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

# Its own organisations for a partner; for an officer who records services, the services of the council alone.
_TYPED_BY = (
    "organisation_id IN (SELECT unnest(training_own_organisations())) OR ("
    "council_id IN (SELECT unnest(training_councils_with('record_training_services'))) AND "
    "organisation_id IN (SELECT id FROM partnerships_organisation WHERE kind = 'council_service'))"
)

FORWARDS = """
CREATE FUNCTION training_keep_deadline() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A deadline stays as it was set. More time is an extension.'
        USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER keep_deadline BEFORE UPDATE ON training_traininground FOR EACH ROW
    WHEN ((OLD.due_on, OLD.period_from, OLD.period_to) IS DISTINCT FROM
          (NEW.due_on, NEW.period_from, NEW.period_to))
    EXECUTE FUNCTION training_keep_deadline();
CREATE TRIGGER keep_deadline BEFORE UPDATE ON training_roundreturn FOR EACH ROW
    WHEN ((OLD.due_on, OLD.round_id, OLD.organisation_id, OLD.course_id) IS DISTINCT FROM
          (NEW.due_on, NEW.round_id, NEW.organisation_id, NEW.course_id))
    EXECUTE FUNCTION training_keep_deadline();
CREATE TRIGGER keep_local_course BEFORE INSERT OR UPDATE OF course_id, council_id ON training_roundreturn
    FOR EACH ROW EXECUTE FUNCTION training_keep_local_course();
CREATE TRIGGER keep_local_course BEFORE INSERT OR UPDATE OF course_id, council_id ON training_returndraft
    FOR EACH ROW EXECUTE FUNCTION training_keep_local_course();
CREATE FUNCTION training_keep_submitted() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A return that was sent never changes. A correction is a new version.'
        USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER keep_submitted BEFORE UPDATE ON training_trainingreturn FOR EACH ROW
    WHEN ((OLD.council_id, OLD.organisation_id, OLD.course_id, OLD.period_from, OLD.period_to, OLD.reported,
           OLD.eligible, OLD.compliant, OLD.sessions, OLD.version, OLD.submitted_at) IS DISTINCT FROM
          (NEW.council_id, NEW.organisation_id, NEW.course_id, NEW.period_from, NEW.period_to, NEW.reported,
           NEW.eligible, NEW.compliant, NEW.sessions, NEW.version, NEW.submitted_at))
    EXECUTE FUNCTION training_keep_submitted();
"""

BACKWARDS = """
DROP TRIGGER keep_submitted ON training_trainingreturn;
DROP FUNCTION training_keep_submitted();
DROP TRIGGER keep_local_course ON training_returndraft;
DROP TRIGGER keep_local_course ON training_roundreturn;
DROP TRIGGER keep_deadline ON training_roundreturn;
DROP TRIGGER keep_deadline ON training_traininground;
DROP FUNCTION training_keep_deadline();
"""


def keep_drafts(apps, schema_editor):
    schema_editor.execute(
        "CREATE POLICY draft_of_organisation ON training_returndraft AS RESTRICTIVE FOR ALL "
        f'TO "{settings.DATABASE_APP_ROLE}" USING ({_TYPED_BY})'
    )


def withdraw(apps, schema_editor):
    schema_editor.execute("DROP POLICY draft_of_organisation ON training_returndraft")


class Migration(migrations.Migration):
    dependencies = [("training", "0012_rounds")]

    operations = [
        IsolateByCouncil("traininground"),
        IsolateByCouncil("roundreturn"),
        IsolateByCouncil("roundextension", append_only=True),
        IsolateByCouncil("returnreminder", append_only=True),
        IsolateByCouncil("reviewanswer", append_only=True),
        IsolateByCouncil("returndraft"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(keep_drafts, withdraw),
    ]
