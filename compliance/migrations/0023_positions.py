"""The picture of a council: one as it stands, and one kept for each quarter that has ended."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0022_keep_signatures_and_publications"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CouncilPosition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prevent_portal.tenancy.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("as_at", models.DateField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "head",
                    models.CharField(
                        help_text="Newest event of the council's trail, at the making.", max_length=60
                    ),
                ),
                ("parts", models.JSONField()),
                (
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("council",), name="position_once_per_council")
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptPosition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=prevent_portal.tenancy.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("quarter_end", models.DateField()),
                ("kept_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "worked_out",
                    models.BooleanField(
                        default=False,
                        help_text="Made long after the quarter, from the rows that carry dates alone.",
                    ),
                ),
                ("parts", models.JSONField()),
                (
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "quarter_end"), name="position_kept_once_per_quarter"
                    )
                ],
            },
        ),
    ]
