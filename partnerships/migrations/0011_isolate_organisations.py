"""Contacts, audits and vouchers belong to their council; guardian's grants follow what councils vouch for.

A grant on an organisation is there while any council vouches for the person, and opens nothing by itself:
each council asks its own row. What one council added for itself is linked by no other.
"""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
-- One council sees no other's row, so only the database can tell whether anybody still vouches.
CREATE FUNCTION partnerships_follow_vouchers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_user bigint := coalesce(NEW.user_id, OLD.user_id);
    v_organisation uuid;
    v_permission integer;
BEGIN
    SELECT l.organisation_id INTO v_organisation FROM public.partnerships_councilorganisation l
        WHERE l.id = coalesce(NEW.link_id, OLD.link_id);
    SELECT p.id INTO v_permission FROM public.auth_permission p
        JOIN public.django_content_type t ON t.id = p.content_type_id
        WHERE p.codename = 'submit_returns' AND t.app_label = 'partnerships' AND t.model = 'organisation';
    IF v_permission IS NULL THEN
        RETURN NULL;
    END IF;
    -- Two councils that vouch and take back at the same moment take turns.
    PERFORM pg_advisory_xact_lock(hashtextextended(v_organisation::text || ' ' || v_user::text, 0));
    IF EXISTS (
        SELECT 1 FROM public.partnerships_actingperson a
        JOIN public.partnerships_councilorganisation l ON l.id = a.link_id
        WHERE l.organisation_id = v_organisation AND a.user_id = v_user AND a.ended_at IS NULL
    ) THEN
        INSERT INTO public.partnerships_organisationuserpermission (user_id, permission_id, content_object_id)
            VALUES (v_user, v_permission, v_organisation) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM public.partnerships_organisationuserpermission
            WHERE user_id = v_user AND permission_id = v_permission AND content_object_id = v_organisation;
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION partnerships_follow_vouchers() FROM PUBLIC;
CREATE TRIGGER follow_vouchers AFTER INSERT OR DELETE OR UPDATE OF ended_at ON partnerships_actingperson
    FOR EACH ROW EXECUTE FUNCTION partnerships_follow_vouchers();
CREATE FUNCTION partnerships_keep_own_organisation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.partnerships_organisation o
        WHERE o.id = NEW.organisation_id AND o.kept_by_id IS NOT NULL AND o.kept_by_id <> NEW.council_id
    ) THEN
        RAISE EXCEPTION 'What a council added for itself is linked by no other council.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER keep_own_organisation BEFORE INSERT OR UPDATE OF organisation_id
    ON partnerships_councilorganisation
    FOR EACH ROW EXECUTE FUNCTION partnerships_keep_own_organisation();
"""

BACKWARDS = """
DROP TRIGGER keep_own_organisation ON partnerships_councilorganisation;
DROP FUNCTION partnerships_keep_own_organisation();
DROP TRIGGER follow_vouchers ON partnerships_actingperson;
DROP FUNCTION partnerships_follow_vouchers();
"""


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0010_organisations"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("actingperson"),
        IsolateByCouncil("contact"),
        IsolateByCouncil("partneraudit"),
        IsolateByCouncil("auditfinding"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
