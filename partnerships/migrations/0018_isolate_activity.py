"""Communications, briefings, engagement, events, projects and the horizon belong to their council."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_REGISTERS = (
    "briefing",
    "communication",
    "engagement",
    "horizonitem",
    "memberbriefing",
    "partnershipevent",
    "project",
)

FORWARDS = "".join(
    f"CREATE TRIGGER keep_past_term BEFORE UPDATE OR DELETE ON partnerships_{register} FOR EACH ROW "
    "WHEN (OLD.past_of_id IS NOT NULL) EXECUTE FUNCTION partnerships_keep_past_term();\n"
    for register in _REGISTERS
)
BACKWARDS = "".join(f"DROP TRIGGER keep_past_term ON partnerships_{register};\n" for register in _REGISTERS)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0017_activity"), ("accounts", "0003_isolate_membership")]

    operations = [
        *(IsolateByCouncil(register) for register in _REGISTERS),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
