"""Leads, requests, reviews and versions belong to their council; what was frozen or decided stays so (rule 11)."""

from django.db import migrations

from prevent_portal.tenancy.isolation import BindToCouncil, IsolateByCouncil

FORWARDS = """
CREATE FUNCTION compliance_keep_decided_extension() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'a decided request is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER extension_stays_decided BEFORE UPDATE OR DELETE ON compliance_extensionrequest
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_decided_extension();

INSERT INTO compliance_actionlead (id, council_id, action_id, organisation_id)
SELECT gen_random_uuid(), council_id, id, lead_organisation_id
FROM compliance_action WHERE lead_organisation_id IS NOT NULL;

SET CONSTRAINTS ALL IMMEDIATE;
"""

BACKWARDS = """
UPDATE compliance_action a SET lead_organisation_id = (
    SELECT l.organisation_id FROM compliance_actionlead l JOIN partnerships_organisation o ON o.id = l.organisation_id
    WHERE l.council_id = a.council_id AND l.action_id = a.id ORDER BY o.name, o.id LIMIT 1
);
SET CONSTRAINTS ALL IMMEDIATE;
-- Bodies that no longer review a plan cannot be kept on the way down: each stands there once only.
DELETE FROM compliance_planreviewer WHERE ends_on IS NOT NULL;
DROP TRIGGER extension_stays_decided ON compliance_extensionrequest;
DROP FUNCTION compliance_keep_decided_extension();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0007_plans"),
        ("partnerships", "0002_isolate"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("actionlead"),
        IsolateByCouncil("extensionrequest"),
        IsolateByCouncil("planversion", append_only=True),
        IsolateByCouncil("planreview", append_only=True),
        BindToCouncil("duedatemove", "request"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
