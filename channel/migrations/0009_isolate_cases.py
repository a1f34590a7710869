"""The walls of a case's parts, and consent as a state machine that the database enforces (RC-1, rule 4).

Who sees a case sees its parts; who prepares it adds to them. A step of consent may follow the last one or is
refused, and it carries its state to the case; a case that says anything else than its last step is refused.
"""

from django.conf import settings
from django.db import migrations

from prevent_portal.keys.columns import OnlySealed
from prevent_portal.tenancy.isolation import BindToCouncil, IsolateByCouncil

_VISIBLE = "case_id IN (SELECT channel_visible_cases())"
_PREPARED = "case_id IN (SELECT channel_prepared_cases())"

# table: {who may read, add, change (before and after), remove}; "false" is nobody.
WALLS = {
    "channel_consentstep": {
        "read": _VISIBLE,
        "add": f"{_PREPARED} AND recorded_by_id = (SELECT channel_person())",
        "change": ("false", "false"),
        "remove": "false",
    },
    "channel_casedecision": {
        "read": _VISIBLE,
        "add": f"{_PREPARED} AND recorded_by_id = (SELECT channel_person())",
        "change": ("false", "false"),
        "remove": "false",
    },
    # A review that was held stays as it is.
    "channel_casereview": {
        "read": _VISIBLE,
        "add": f"{_PREPARED} AND created_by_id = (SELECT channel_person())",
        "change": (
            f"{_PREPARED} AND done_on IS NULL",
            f"{_PREPARED} AND (done_by_id IS NULL OR done_by_id = (SELECT channel_person()))",
        ),
        "remove": "false",
    },
}

FUNCTIONS = {
    "channel_next_consent_step": """
DECLARE
    held record;
    last record;
BEGIN
    SELECT consent_to_support, exited_on, referred_on INTO held
    FROM public.channel_channelcase WHERE id = NEW.case_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Consent is recorded on a case that one prepares.' USING ERRCODE = 'check_violation';
    END IF;
    IF held.exited_on IS NOT NULL THEN
        RAISE EXCEPTION 'Consent is not asked on a closed case.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT position, state, dated, under_18 INTO last
    FROM public.channel_consentstep WHERE case_id = NEW.case_id ORDER BY position DESC LIMIT 1;
    NEW.position := coalesce(last.position, 0) + 1;
    IF NOT (
        (coalesce(last.state, 'not_asked'), NEW.state) IN (
            ('not_asked', 'asked'), ('asked', 'given'), ('asked', 'refused'),
            ('given', 'withdrawn'), ('refused', 'asked'), ('withdrawn', 'asked'))
        -- The first step has none before it, and what is unknown must not pass for allowed.
        OR coalesce(last.state = 'given' AND NEW.state = 'given' AND last.under_18 AND NOT NEW.under_18, false)
    ) THEN
        RAISE EXCEPTION 'Consent does not go from % to %.', coalesce(last.state, 'not_asked'), NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.dated < last.dated OR NEW.dated < held.referred_on THEN
        RAISE EXCEPTION 'A step of consent lies after the one before it.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT last.under_18 AND NEW.under_18 THEN
        RAISE EXCEPTION 'Nobody is under 18 again.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
""",
    "channel_carry_consent": """
BEGIN
    UPDATE public.channel_channelcase SET
        consent_to_support = NEW.state,
        support_state = CASE
            WHEN NEW.state <> 'given' AND support_state = 'in_place' THEN 'stopped' ELSE support_state END
    WHERE id = NEW.case_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The case does not take the step.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
""",
    "channel_keep_case": """
BEGIN
    IF NEW.consent_to_support <> coalesce((
        SELECT state FROM public.channel_consentstep
        WHERE case_id = NEW.id ORDER BY position DESC LIMIT 1), 'not_asked') THEN
        RAISE EXCEPTION 'Consent changes by its steps alone.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.support_started_on IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.support_started_on IS DISTINCT FROM OLD.support_started_on)
        AND NOT EXISTS (
            SELECT FROM public.channel_consentstep
            WHERE case_id = NEW.id AND state = 'given' AND dated <= NEW.support_started_on) THEN
        RAISE EXCEPTION 'Support starts on or after the day of consent.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.support_started_on IS NOT NULL AND NEW.support_started_on IS NULL THEN
        RAISE EXCEPTION 'Support that was given is not deleted.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.exited_on IS NOT NULL
        AND (NEW.exited_on, NEW.outcome) IS DISTINCT FROM (OLD.exited_on, OLD.outcome) THEN
        RAISE EXCEPTION 'A closed case stays closed.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.exited_on IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.exited_on IS NULL)
        AND (SELECT count(*) FROM public.channel_casereview
             WHERE case_id = NEW.id AND kind IN ('six_months', 'twelve_months')) <> 2 THEN
        RAISE EXCEPTION 'A case closes with its reviews at 6 and 12 months.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
""",
}

TRIGGERS = (
    ("next_consent_step", "BEFORE INSERT", "channel_consentstep", "channel_next_consent_step"),
    ("carry_consent", "AFTER INSERT", "channel_consentstep", "channel_carry_consent"),
    ("keep_case", "BEFORE INSERT OR UPDATE", "channel_channelcase", "channel_keep_case"),
)


def build(apps, schema_editor):
    run = schema_editor.execute
    role = settings.DATABASE_APP_ROLE
    for table, wall in WALLS.items():
        start = f'ON "{table}" AS RESTRICTIVE'
        before, after = wall["change"]
        run(f'CREATE POLICY channel_read {start} FOR SELECT TO "{role}" USING ({wall["read"]})')
        run(f'CREATE POLICY channel_add {start} FOR INSERT TO "{role}" WITH CHECK ({wall["add"]})')
        run(
            f'CREATE POLICY channel_change {start} FOR UPDATE TO "{role}" '
            f"USING ({before}) WITH CHECK ({after})"
        )
        run(f'CREATE POLICY channel_remove {start} FOR DELETE TO "{role}" USING ({wall["remove"]})')
    for name, body in FUNCTIONS.items():
        run(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = pg_catalog, pg_temp AS $$ {body} $$",
            params=None,
        )
    for name, when, table, function in TRIGGERS:
        run(f'CREATE TRIGGER {name} {when} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {function}()')


def raze(apps, schema_editor):
    run = schema_editor.execute
    for name, _, table, _ in TRIGGERS:
        run(f'DROP TRIGGER {name} ON "{table}"')
    for name in FUNCTIONS:
        run(f"DROP FUNCTION {name}()")
    for table in WALLS:
        for policy in ("channel_read", "channel_add", "channel_change", "channel_remove"):
            run(f'DROP POLICY {policy} ON "{table}"')


class Migration(migrations.Migration):
    dependencies = [("channel", "0008_cases")]

    operations = [
        IsolateByCouncil("consentstep", append_only=True),
        IsolateByCouncil("casedecision", append_only=True),
        IsolateByCouncil("casereview"),
        BindToCouncil("channelcase", "earlier_case"),
        OnlySealed("channelcase", "national_reference"),
        OnlySealed("channelcase", "owner_now"),
        migrations.RunPython(build, raze),
    ]
