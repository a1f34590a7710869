"""The sweeper remembers what it relayed, a refused job says so, and a worker learns that its claim is lost."""

from django.conf import settings
from django.db import migrations, models

FORWARDS = """
DROP FUNCTION outbox_due_jobs();
DROP FUNCTION outbox_tell_progress(uuid, uuid, integer, text, integer);

-- Take the jobs that wait: keys only, so that a sweeper that acts for nobody learns nothing else. What was
-- relayed lately is left alone, so that a long queue is not filled with repeats.
CREATE FUNCTION outbox_take_due_jobs(p_silence double precision) RETURNS TABLE (council_id bigint, job_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.outbox_job j SET relayed_at = now()
    WHERE j.id IN (
        SELECT d.id FROM public.outbox_job d
        WHERE d.state IN ('queued', 'running')
          AND (d.claimed_until IS NULL OR d.claimed_until < now())
          AND coalesce(d.relayed_at, d.created_at) < now() - make_interval(secs => p_silence)
        ORDER BY d.created_at LIMIT 500 FOR UPDATE SKIP LOCKED)
    RETURNING j.council_id, j.id
$$;

-- Progress and signs of life are told outside the transaction of the work, by whoever holds the job's claim;
-- false says that the claim is lost. A null percentage is a sign of life only.
CREATE FUNCTION outbox_tell_progress(
    p_job uuid, p_claim uuid, p_percent integer, p_step text, p_seconds double precision)
RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH told AS (
        UPDATE public.outbox_job
        SET percent = coalesce(p_percent, percent), step = coalesce(p_step, step),
            claimed_until = now() + make_interval(secs => p_seconds)
        WHERE id = p_job AND claim = p_claim AND state = 'running'
        RETURNING 1)
    SELECT EXISTS (SELECT FROM told)
$$;
"""

BACKWARDS = """
DROP FUNCTION outbox_tell_progress(uuid, uuid, integer, text, double precision);
DROP FUNCTION outbox_take_due_jobs(double precision);

CREATE FUNCTION outbox_due_jobs() RETURNS TABLE (council_id bigint, job_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT j.council_id, j.id FROM public.outbox_job j
    WHERE j.state IN ('queued', 'running')
      AND (j.claimed_until < now()
           OR (j.claimed_until IS NULL AND j.created_at < now() - interval '10 seconds'))
    ORDER BY j.created_at LIMIT 500
$$;
CREATE FUNCTION outbox_tell_progress(p_job uuid, p_claim uuid, p_percent integer, p_step text, p_seconds integer)
RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.outbox_job
    SET percent = p_percent, step = p_step, claimed_until = now() + make_interval(secs => p_seconds)
    WHERE id = p_job AND claim = p_claim AND state = 'running'
$$;
"""


def _allow(schema_editor, *signatures):
    for signature in signatures:
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION {signature} TO "{settings.DATABASE_APP_ROLE}"')


def allow_new(apps, schema_editor):
    _allow(
        schema_editor,
        "outbox_take_due_jobs(double precision)",
        "outbox_tell_progress(uuid, uuid, integer, text, double precision)",
    )


def allow_old(apps, schema_editor):
    _allow(schema_editor, "outbox_due_jobs()", "outbox_tell_progress(uuid, uuid, integer, text, integer)")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_isolate_job")]

    operations = [
        migrations.AddField(
            "job",
            "relayed_at",
            models.DateTimeField(null=True, help_text="When the sweeper last told the broker."),
        ),
        migrations.AddField(
            "email",
            "relayed_at",
            models.DateTimeField(null=True, help_text="When the sweeper last told the broker."),
        ),
        migrations.AlterField(
            "job",
            "state",
            models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("running", "In progress"),
                    ("done", "Ready"),
                    ("failed", "Failed"),
                    ("refused", "Not permitted"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, allow_old),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(allow_new, migrations.RunPython.noop),
    ]
