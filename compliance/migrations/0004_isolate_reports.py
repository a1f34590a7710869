"""Reports belong to their council; versions and documents are never changed, and a final report neither (rule 12)."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
CREATE FUNCTION compliance_keep_final_report() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state = 'final' THEN
        RAISE EXCEPTION 'a final report is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE FUNCTION compliance_keep_final_section() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.compliance_report r
               WHERE r.council_id = OLD.council_id AND r.id = OLD.report_id AND r.state = 'final') THEN
        RAISE EXCEPTION 'a final report is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER report_stays_final BEFORE UPDATE OR DELETE ON compliance_report
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_final_report();
CREATE TRIGGER section_stays_final BEFORE UPDATE OR DELETE ON compliance_reportsection
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_final_section();
"""

BACKWARDS = """
DROP TRIGGER section_stays_final ON compliance_reportsection;
DROP TRIGGER report_stays_final ON compliance_report;
DROP FUNCTION compliance_keep_final_section();
DROP FUNCTION compliance_keep_final_report();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0003_reports"),
        ("partnerships", "0002_isolate"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("reporttemplate"),
        IsolateByCouncil("templatesection"),
        IsolateByCouncil("reportschedule"),
        IsolateByCouncil("report"),
        IsolateByCouncil("reportsection"),
        IsolateByCouncil("sectionrevision", append_only=True),
        IsolateByCouncil("reportversion", append_only=True),
        IsolateByCouncil("reportrendition", append_only=True),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
