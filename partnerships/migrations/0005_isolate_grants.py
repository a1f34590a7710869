"""Grants, claims and designations belong to their council; the national threat level is every council's to read.

What was submitted, queried or paid never changes. Figures of a claim change only while it is a draft or
queried, and only under the heads of its own grant.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
CREATE FUNCTION partnerships_keep_claim() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    line record;
    stands text;
    granted uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
    SELECT c.state, c.grant_id INTO stands, granted
        FROM public.partnerships_claim c WHERE c.council_id = line.council_id AND c.id = line.claim_id;
    IF stands IN ('submitted', 'paid') THEN
        RAISE EXCEPTION 'The figures of a claim that was submitted never change.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.claim_id IS DISTINCT FROM OLD.claim_id THEN
        RAISE EXCEPTION 'A figure stays with its claim.' USING ERRCODE = 'check_violation';
    END IF;
    -- A claim that is not there to see is for the policies and the foreign key to refuse.
    IF TG_OP <> 'DELETE' AND granted IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.partnerships_granthead h
        WHERE h.council_id = line.council_id AND h.id = line.head_id AND h.grant_id = granted
    ) THEN
        RAISE EXCEPTION 'A claim counts only under the heads of its own grant.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN line;
END
$$;
CREATE TRIGGER keep_claim BEFORE INSERT OR UPDATE OR DELETE ON partnerships_claimline
    FOR EACH ROW EXECUTE FUNCTION partnerships_keep_claim();
ALTER TABLE partnerships_threatlevel ENABLE ROW LEVEL SECURITY;
"""

BACKWARDS = """
ALTER TABLE partnerships_threatlevel DISABLE ROW LEVEL SECURITY;
DROP TRIGGER keep_claim ON partnerships_claimline;
DROP FUNCTION partnerships_keep_claim();
"""


def let_app_read_threat_levels(apps, schema_editor):
    schema_editor.execute(
        "CREATE POLICY threat_level_read ON partnerships_threatlevel FOR SELECT "
        f'TO "{settings.DATABASE_APP_ROLE}" USING (true)'
    )


def withdraw(apps, schema_editor):
    schema_editor.execute("DROP POLICY threat_level_read ON partnerships_threatlevel")


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0004_grants"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("grant"),
        IsolateByCouncil("granthead"),
        IsolateByCouncil("claim"),
        IsolateByCouncil("claimline"),
        IsolateByCouncil("claimstep", append_only=True),
        IsolateByCouncil("claimstepline", append_only=True),
        IsolateByCouncil("designation"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(let_app_read_threat_levels, withdraw),
    ]
