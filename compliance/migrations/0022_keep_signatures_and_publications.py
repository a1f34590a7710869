"""What was signed of a final report and what was published of it is never changed (rule 12).

A publication holds the public PDF of a final version and nothing else, and afterwards it can only be withdrawn.
"""

from django.db import migrations

FORWARDS = """
CREATE TRIGGER sign_off_stays_final BEFORE UPDATE OR DELETE ON compliance_signoff
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_final_section();

CREATE FUNCTION compliance_publish_public_file() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.compliance_reportrendition f
                   JOIN public.compliance_reportversion v
                     ON v.council_id = f.council_id AND v.id = f.version_id
                   WHERE f.council_id = NEW.council_id AND f.id = NEW.rendition_id
                     AND f.edition = 'public' AND f.format = 'pdf'
                     AND v.report_id = NEW.report_id AND v.state = 'final') THEN
        RAISE EXCEPTION 'only the public PDF of a final version is published'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION compliance_keep_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR to_jsonb(NEW) - '{withdrawn_at,withdrawn_by_id,withdrawn_reason}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{withdrawn_at,withdrawn_by_id,withdrawn_reason}'::text[] THEN
        RAISE EXCEPTION 'a publication can only be withdrawn' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER publication_is_public AFTER INSERT ON compliance_publication
    FOR EACH ROW EXECUTE FUNCTION compliance_publish_public_file();
CREATE TRIGGER publication_is_kept BEFORE UPDATE OR DELETE ON compliance_publication
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_publication();
"""

BACKWARDS = """
DROP TRIGGER publication_is_kept ON compliance_publication;
DROP TRIGGER publication_is_public ON compliance_publication;
DROP FUNCTION compliance_keep_publication();
DROP FUNCTION compliance_publish_public_file();
DROP TRIGGER sign_off_stays_final ON compliance_signoff;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0021_isolate_report_work")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
