"""Local items and edited prompts belong to their council; a closed round stays closed."""

from django.db import migrations

from prevent_portal.tenancy.isolation import BindToCouncil, IsolateByCouncil

FORWARDS = """
CREATE FUNCTION compliance_keep_round_closed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a closed round stays closed' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER round_stays_closed BEFORE UPDATE OF state ON compliance_assessment
    FOR EACH ROW WHEN (OLD.state = 'closed' AND NEW.state IS DISTINCT FROM 'closed')
    EXECUTE FUNCTION compliance_keep_round_closed();
"""

# Answers to local items cannot be kept on the way down: the column that says to what they answer goes.
BACKWARDS = """
DROP TRIGGER round_stays_closed ON compliance_assessment;
DROP FUNCTION compliance_keep_round_closed();
DELETE FROM compliance_answerorigin;
DELETE FROM compliance_answerrevision r USING compliance_itemanswer a
    WHERE a.id = r.answer_id AND a.local_item_id IS NOT NULL;
DELETE FROM compliance_itemanswer WHERE local_item_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0005_rounds"),
        ("partnerships", "0002_isolate"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("promptedit", append_only=True),
        IsolateByCouncil("localitem"),
        IsolateByCouncil("answerorigin", append_only=True),
        BindToCouncil("assessment", "brought_from"),
        BindToCouncil("itemanswer", "local_item"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
