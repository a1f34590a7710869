"""Each council vouches for those who act for an organisation in it today, as the grants had it until now."""

from django.db import migrations

FORWARDS = """
INSERT INTO partnerships_actingperson (id, council_id, link_id, user_id, allowed_at)
SELECT gen_random_uuid(), l.council_id, l.id, g.user_id, now()
FROM partnerships_organisationuserpermission g
JOIN auth_permission p ON p.id = g.permission_id AND p.codename = 'submit_returns'
JOIN partnerships_councilorganisation l ON l.organisation_id = g.content_object_id
WHERE EXISTS (
    SELECT 1 FROM accounts_membership m
    JOIN accounts_rolegroup r ON r.id = m.role_group_id
    WHERE m.user_id = g.user_id AND m.council_id = l.council_id AND m.revoked_at IS NULL
      AND r.role IN ('partner_submitter', 'partner_lead')
)
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0011_isolate_organisations")]

    # Going back leaves the grants as they are: the rows go with their table.
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
