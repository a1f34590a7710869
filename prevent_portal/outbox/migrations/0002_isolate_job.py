"""Jobs belong to their council; two narrow functions let the sweeper and a worker see what they must."""

from django.conf import settings
from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

FORWARDS = """
-- Which jobs wait: keys only, so that a sweeper that acts for nobody learns nothing else.
CREATE FUNCTION outbox_due_jobs() RETURNS TABLE (council_id bigint, job_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT j.council_id, j.id FROM public.outbox_job j
    WHERE j.state IN ('queued', 'running')
      AND (j.claimed_until < now()
           OR (j.claimed_until IS NULL AND j.created_at < now() - interval '10 seconds'))
    ORDER BY j.created_at LIMIT 500
$$;

-- Progress is told outside the transaction of the work, by whoever holds the job's claim.
CREATE FUNCTION outbox_tell_progress(p_job uuid, p_claim uuid, p_percent integer, p_step text, p_seconds integer)
RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.outbox_job
    SET percent = p_percent, step = p_step, claimed_until = now() + make_interval(secs => p_seconds)
    WHERE id = p_job AND claim = p_claim AND state = 'running'
$$;
"""

BACKWARDS = """
DROP FUNCTION outbox_tell_progress(uuid, uuid, integer, text, integer);
DROP FUNCTION outbox_due_jobs();
"""


def allow_app(apps, schema_editor):
    for signature in ("outbox_due_jobs()", "outbox_tell_progress(uuid, uuid, integer, text, integer)"):
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {signature} TO "{settings.DATABASE_APP_ROLE}"')


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("job"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(allow_app, migrations.RunPython.noop),
    ]
