"""The trail is chained: each council's events in the order in which they were committed, each hash over the last.

The link is written when the transaction commits, by a deferred trigger, under an advisory lock of the council's
chain. So the order is that of the commits, no other writer waits for a page that is still being built, and an
event without its link cannot be committed. Every event is chained, not the restricted ones alone: the length of
a chain of restricted events would tell how often a council's cases are read.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.conf import settings
from django.db import migrations

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

FUNCTIONS = {
    # Every part carries its length, so that no two events spell alike. An absent value is a hyphen.
    "audit.spelled(text)": """
        CREATE FUNCTION audit.spelled(p_value text) RETURNS text
        LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT coalesce(octet_length(p_value)::text || ':' || p_value, '-') || ','
        $$""",
    "audit.hash_of(bytea, bigint, audit.event)": """
        CREATE FUNCTION audit.hash_of(p_last bytea, p_seq bigint, p_event audit.event) RETURNS bytea
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT sha256(p_last || convert_to(
                audit.spelled(p_seq::text)
                || audit.spelled(p_event.id::text)
                || audit.spelled(to_char(p_event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))
                || audit.spelled(p_event.council_id::text)
                || audit.spelled(p_event.actor_id::text)
                || audit.spelled(p_event.action)
                || audit.spelled(p_event.subject_type)
                || audit.spelled(p_event.subject_id)
                || audit.spelled(p_event.details::text)
                || audit.spelled(p_event.restricted::text), 'UTF8'))
        $$""",
    # Each statement of it sees what was committed before the lock was given.
    "audit.add_link(audit.event)": f"""
        CREATE FUNCTION audit.add_link(p_event audit.event) RETURNS void
        LANGUAGE plpgsql VOLATILE {_DEFINER} AS $$
        DECLARE
            v_chain bigint := coalesce(p_event.council_id, 0);
            v_last audit.link;
        BEGIN
            PERFORM pg_advisory_xact_lock(20190331, v_chain::int);
            SELECT * INTO v_last FROM audit.link WHERE council_id = v_chain ORDER BY seq DESC LIMIT 1;
            v_last.seq := coalesce(v_last.seq, 0) + 1;
            INSERT INTO audit.link (council_id, seq, event_id, hash)
            VALUES (v_chain, v_last.seq, p_event.id,
                    audit.hash_of(coalesce(v_last.hash, ''::bytea), v_last.seq, p_event));
        END
        $$""",
    "audit.chain_event()": f"""
        CREATE FUNCTION audit.chain_event() RETURNS trigger LANGUAGE plpgsql VOLATILE {_DEFINER} AS $$
        BEGIN
            PERFORM audit.add_link(NEW);
            RETURN NULL;
        END
        $$""",
    "audit.refuse_change()": """
        CREATE FUNCTION audit.refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            RAISE EXCEPTION 'The audit trail is never changed.' USING ERRCODE = 'check_violation';
        END
        $$""",
    "audit.heads()": f"""
        CREATE FUNCTION audit.heads() RETURNS TABLE (council_id bigint, seq bigint, hash bytea)
        LANGUAGE sql STABLE {_DEFINER} AS $$
            SELECT DISTINCT ON (l.council_id) l.council_id, l.seq, l.hash
            FROM audit.link l ORDER BY l.council_id, l.seq DESC
        $$""",
    # STABLE: the whole walk sees one moment, whatever is written meanwhile.
    "audit.verify(bigint)": f"""
        CREATE FUNCTION audit.verify(p_chain bigint, OUT links bigint, OUT fault text, OUT fault_seq bigint)
        LANGUAGE plpgsql STABLE {_DEFINER} AS $$
        DECLARE
            v_row record;
        BEGIN
            links := 0;
            FOR v_row IN
                SELECT l.seq, l.hash, e.id, coalesce(e.council_id, 0) AS chain,
                       audit.hash_of(coalesce(lag(l.hash) OVER (ORDER BY l.seq), ''::bytea), l.seq, e) AS right_hash
                FROM audit.link l LEFT JOIN audit.event e ON e.id = l.event_id
                WHERE l.council_id = p_chain ORDER BY l.seq
            LOOP
                IF v_row.seq <> links + 1 THEN
                    fault := 'missing'; fault_seq := links + 1; RETURN;
                ELSIF v_row.id IS NULL THEN
                    fault := 'deleted'; fault_seq := v_row.seq; RETURN;
                ELSIF v_row.right_hash IS DISTINCT FROM v_row.hash OR v_row.chain <> p_chain THEN
                    fault := 'changed'; fault_seq := v_row.seq; RETURN;
                END IF;
                links := v_row.seq;
            END LOOP;
            IF EXISTS (SELECT FROM audit.event e
                       WHERE (e.council_id = p_chain OR p_chain = 0 AND e.council_id IS NULL)
                         AND NOT EXISTS (SELECT FROM audit.link l WHERE l.event_id = e.id)) THEN
                fault := 'inserted'; fault_seq := links;
            END IF;
        END
        $$""",
    "audit.chains()": f"""
        CREATE FUNCTION audit.chains() RETURNS SETOF bigint LANGUAGE sql STABLE {_DEFINER} AS $$
            SELECT DISTINCT l.council_id FROM audit.link l
            UNION SELECT DISTINCT coalesce(e.council_id, 0) FROM audit.event e
        $$""",
    "audit.differing(bigint[], bigint[], bytea[])": f"""
        CREATE FUNCTION audit.differing(p_chains bigint[], p_seqs bigint[], p_hashes bytea[])
        RETURNS TABLE (council_id bigint, seq bigint, is_missing boolean) LANGUAGE sql STABLE {_DEFINER} AS $$
            SELECT a.chain, a.seq, l.hash IS NULL
            FROM unnest(p_chains, p_seqs, p_hashes) AS a (chain, seq, hash)
            LEFT JOIN audit.link l ON l.council_id = a.chain AND l.seq = a.seq
            WHERE l.hash IS DISTINCT FROM a.hash ORDER BY 1, 2
        $$""",
}
FOR_THE_APP = (
    "audit.heads()",
    "audit.verify(bigint)",
    "audit.chains()",
    "audit.differing(bigint[], bigint[], bytea[])",
)

LINK = """
CREATE TABLE audit.link (
    council_id bigint NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    event_id bigint NOT NULL UNIQUE,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (council_id, seq)
)
"""
PROTECTED = ("event", "link")


def create(apps, schema_editor):
    run = schema_editor.execute
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    run(LINK)
    run("ALTER TABLE audit.link ENABLE ROW LEVEL SECURITY")
    for name, text in FUNCTIONS.items():
        run(text)
        run(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    run("SELECT audit.add_link(e) FROM (SELECT * FROM audit.event ORDER BY id) AS e")
    run(
        "CREATE CONSTRAINT TRIGGER chain_event AFTER INSERT ON audit.event "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.chain_event()"
    )
    for table in PROTECTED:
        run(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.{table} "
            "FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()"
        )
        run(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()"
        )
    for name in FOR_THE_APP:
        run(f'GRANT EXECUTE ON FUNCTION {name} TO "{settings.DATABASE_APP_ROLE}"')
    run("RESET ROLE")


def drop(apps, schema_editor):
    run = schema_editor.execute
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f'SET LOCAL ROLE "{settings.DATABASE_AUDIT_ROLE}"')
    run("DROP TRIGGER chain_event ON audit.event")
    for table in PROTECTED:
        run(f"DROP TRIGGER refuse_change ON audit.{table}")
        run(f"DROP TRIGGER refuse_truncate ON audit.{table}")
    for name in reversed(FUNCTIONS):
        run(f"DROP FUNCTION {name}")
    run("DROP TABLE audit.link")
    run("RESET ROLE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_trail")]

    operations = [migrations.RunPython(create, drop)]
