"""Entries of registers belong to their council, and a term that another has followed stays as it was."""

from django.db import migrations

from prevent_portal.tenancy.isolation import IsolateByCouncil

_REGISTERS = (
    "agreement",
    "impactassessment",
    "acknowledgement",
    "approveddocument",
    "venue",
    "filteredestate",
    "contractclause",
)

FORWARDS = """
CREATE FUNCTION partnerships_keep_past_term() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'An earlier term of a register stays as it was.' USING ERRCODE = 'check_violation';
END
$$;
CREATE FUNCTION partnerships_keep_past_parties() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.partnerships_agreement a WHERE a.id = OLD.agreement_id AND a.past_of_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'An earlier term of a register stays as it was.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER keep_past_parties BEFORE UPDATE OR DELETE ON partnerships_agreementparty FOR EACH ROW
    EXECUTE FUNCTION partnerships_keep_past_parties();
""" + "".join(
    f"CREATE TRIGGER keep_past_term BEFORE UPDATE OR DELETE ON partnerships_{register} FOR EACH ROW "
    "WHEN (OLD.past_of_id IS NOT NULL) EXECUTE FUNCTION partnerships_keep_past_term();\n"
    for register in _REGISTERS
)

BACKWARDS = (
    "".join(f"DROP TRIGGER keep_past_term ON partnerships_{register};\n" for register in _REGISTERS)
    + """
DROP TRIGGER keep_past_parties ON partnerships_agreementparty;
DROP FUNCTION partnerships_keep_past_parties();
DROP FUNCTION partnerships_keep_past_term();
"""
)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0013_registers"), ("accounts", "0003_isolate_membership")]

    operations = [
        IsolateByCouncil("agreement"),
        IsolateByCouncil("agreementparty"),
        IsolateByCouncil("impactassessment"),
        IsolateByCouncil("acknowledgement"),
        IsolateByCouncil("approveddocument"),
        IsolateByCouncil("venue"),
        IsolateByCouncil("filteredestate"),
        IsolateByCouncil("contractclause"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
