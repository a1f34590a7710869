"""What a panel wrote and what a body decided is kept; states go only where they may.

Guards of the database, beside the walls between councils: a frozen wording, the steps of a review and of a
recommendation, a closed review, and the decisions in a review's history.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
CREATE FUNCTION compliance_keep_steps() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before text := CASE WHEN TG_OP = 'INSERT' THEN 'new' ELSE to_jsonb(OLD) ->> 'state' END;
    after text := to_jsonb(NEW) ->> 'state';
BEGIN
    IF before <> after AND NOT (before || '>' || after) = ANY (string_to_array(TG_ARGV[0], ' ')) THEN
        RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, before, after
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION compliance_keep_wording() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (NEW.wording, NEW.number, NEW.review_id, NEW.frozen_at)
        IS DISTINCT FROM (OLD.wording, OLD.number, OLD.review_id, OLD.frozen_at) THEN
        RAISE EXCEPTION 'The wording of recommendation % is frozen', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION compliance_keep_closed_review() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state = 'closed' AND (
        NEW.state = 'closed' OR
        to_jsonb(NEW) - ARRAY['state', 'closed_on', 'closed_body', 'closed_by_id', 'version']
            IS DISTINCT FROM
        to_jsonb(OLD) - ARRAY['state', 'closed_on', 'closed_body', 'closed_by_id', 'version']
    ) THEN
        RAISE EXCEPTION 'A closed review stays as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION compliance_keep_closed_recommendation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted uuid := CASE WHEN TG_ARGV[0] = 'review' THEN (to_jsonb(NEW) ->> 'review_id')::uuid ELSE (
        SELECT r.review_id FROM public.compliance_recommendation r
        WHERE r.id = (to_jsonb(NEW) ->> 'recommendation_id')::uuid
    ) END;
BEGIN
    IF EXISTS (SELECT FROM public.compliance_scrutinyreview s WHERE s.id = wanted AND s.state = 'closed') THEN
        RAISE EXCEPTION 'A closed review stays as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION compliance_keep_hearing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    closed boolean := EXISTS (
        SELECT FROM public.compliance_scrutinyreview s WHERE s.id = NEW.review_id AND s.state = 'closed'
    );
BEGIN
    IF TG_OP = 'INSERT' AND closed AND NEW.kind NOT IN ('correction', 'reopened') THEN
        RAISE EXCEPTION 'A closed review takes corrections only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        closed OR OLD.kind <> 'considered' OR NEW.kind <> OLD.kind OR NEW.review_id <> OLD.review_id
    ) THEN
        RAISE EXCEPTION 'What a body decided is kept as it was recorded'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER recommendation_keeps_wording ON compliance_recommendation;
CREATE TRIGGER recommendation_keeps_wording BEFORE UPDATE ON compliance_recommendation
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_wording();
CREATE TRIGGER recommendation_keeps_steps BEFORE INSERT OR UPDATE ON compliance_recommendation
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_steps(
        'new>open new>no_action open>proposed open>no_action no_action>proposed no_action>open proposed>complete '
        'proposed>actioned proposed>open proposed>no_action complete>open actioned>no_action'
    );
CREATE TRIGGER recommendation_stays_when_closed BEFORE INSERT OR UPDATE ON compliance_recommendation
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_closed_recommendation('review');
CREATE TRIGGER lead_stays_when_closed BEFORE INSERT OR UPDATE ON compliance_recommendationlead
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_closed_recommendation('recommendation');
CREATE TRIGGER link_stays_when_closed BEFORE INSERT OR UPDATE ON compliance_recommendationaction
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_closed_recommendation('recommendation');
CREATE TRIGGER progress_stays_when_closed BEFORE INSERT ON compliance_recommendationprogress
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_closed_recommendation('recommendation');
CREATE TRIGGER review_keeps_steps BEFORE INSERT OR UPDATE ON compliance_scrutinyreview
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_steps(
        'new>draft new>open draft>open open>put_up put_up>open put_up>closed closed>open'
    );
CREATE TRIGGER review_stays_when_closed BEFORE UPDATE ON compliance_scrutinyreview
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_closed_review();
CREATE TRIGGER hearing_is_kept BEFORE INSERT OR UPDATE ON compliance_reviewhearing
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_hearing();
"""

BACKWARDS = """
DROP TRIGGER hearing_is_kept ON compliance_reviewhearing;
DROP TRIGGER review_stays_when_closed ON compliance_scrutinyreview;
DROP TRIGGER review_keeps_steps ON compliance_scrutinyreview;
DROP TRIGGER progress_stays_when_closed ON compliance_recommendationprogress;
DROP TRIGGER link_stays_when_closed ON compliance_recommendationaction;
DROP TRIGGER lead_stays_when_closed ON compliance_recommendationlead;
DROP TRIGGER recommendation_stays_when_closed ON compliance_recommendation;
DROP TRIGGER recommendation_keeps_steps ON compliance_recommendation;
DROP TRIGGER recommendation_keeps_wording ON compliance_recommendation;
CREATE TRIGGER recommendation_keeps_wording BEFORE UPDATE ON compliance_recommendation
    FOR EACH ROW EXECUTE FUNCTION compliance_keep_column('wording');
DROP FUNCTION compliance_keep_hearing();
DROP FUNCTION compliance_keep_closed_recommendation();
DROP FUNCTION compliance_keep_closed_review();
DROP FUNCTION compliance_keep_wording();
DROP FUNCTION compliance_keep_steps();
"""

KEPT = {
    "compliance_recommendation": "frozen_at IS NULL",
    "compliance_reviewhearing": "kind = 'considered'",
}
"""What the app may delete: nothing that is frozen or decided."""


def keep_rows(apps, schema_editor):
    for table, condition in KEPT.items():
        schema_editor.execute(
            f"CREATE POLICY decided_is_kept ON {table} AS RESTRICTIVE FOR DELETE "
            f'TO "{settings.DATABASE_APP_ROLE}" USING ({condition})'
        )


def let_rows_go(apps, schema_editor):
    for table in KEPT:
        schema_editor.execute(f"DROP POLICY decided_is_kept ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0015_scrutiny"),
        ("accounts", "0003_isolate_membership"),
    ]

    operations = [
        IsolateByCouncil("reviewseat"),
        IsolateByCouncil("recommendationlead"),
        IsolateByCouncil("recommendationaction"),
        IsolateByCouncil("recommendationimport"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(keep_rows, let_rows_go),
    ]
