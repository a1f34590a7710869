import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0003_organisation_permission"),
        ("tenancy", "0001_initial"),
        ("training", "0005_line_setting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SchoolDetail",
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
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("early_years", "Nursery or early years"),
                            ("primary", "Primary"),
                            ("secondary", "Secondary"),
                            ("all_through", "All-through"),
                            ("special", "Special"),
                            ("alternative", "Alternative provision"),
                            ("post_16", "College or sixth form"),
                        ],
                        max_length=12,
                    ),
                ),
                ("area", models.CharField(blank=True, max_length=80)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchoolTraining",
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
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("whole_school", "Whole-school training"),
                            ("lead", "Designated safeguarding lead trained"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("trained", "Trained"),
                            ("not_trained", "Not trained"),
                            ("unknown", "Not known"),
                        ],
                        max_length=12,
                    ),
                ),
                ("trained_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.organisation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-recorded_at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="schooldetail",
            constraint=models.UniqueConstraint(fields=("council", "organisation"), name="school_detail_once"),
        ),
        migrations.AddIndex(
            model_name="schooltraining",
            index=models.Index(
                fields=["council", "measure", "organisation", "-recorded_at"], name="school_training_latest"
            ),
        ),
        migrations.AddConstraint(
            model_name="schooltraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "trained"), ("trained_on__isnull", False)),
                    models.Q(models.Q(("state", "trained"), _negated=True), ("trained_on__isnull", True)),
                    _connector="OR",
                ),
                name="school_trained_has_a_date",
            ),
        ),
    ]
