"""The tables of the key store. They exist in that database alone; the router keeps them out of the portal's."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# A destroyed key stays destroyed, whatever the portal's login asks for (RC-8).
ERASED_STAYS_ERASED = """
CREATE FUNCTION keys_erased_stays_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The key of this record was destroyed.' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER erased_stays_erased BEFORE UPDATE ON keys_datakey FOR EACH ROW
    WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION keys_erased_stays_erased();
"""
DROP = """
DROP TRIGGER erased_stays_erased ON keys_datakey;
DROP FUNCTION keys_erased_stays_erased();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CouncilKey",
            fields=[
                ("council_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "version",
                    models.PositiveIntegerField(default=1, help_text="Counts how often the key was renewed."),
                ),
                ("wrapped_by", models.CharField(help_text="Name of the key-encryption key.", max_length=40)),
                ("wrapped", models.BinaryField()),
                ("renewed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "subject",
                    models.UUIDField(
                        help_text="Key of the record, in the other database.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "council_version",
                    models.PositiveIntegerField(help_text="Version of the council's key that wraps it."),
                ),
                ("wrapped", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_keys",
                        to="keys.councilkey",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", False), ("wrapped__isnull", True)),
                            models.Q(("erased_at__isnull", True), ("wrapped__isnull", False)),
                            _connector="OR",
                        ),
                        name="erased_key_is_gone",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASED_STAYS_ERASED, DROP),
    ]
