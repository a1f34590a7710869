"""Staff registers: the upload, its parts, the rows of people, the figures by service."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0003_organisation_permission"),
        ("tenancy", "0001_initial"),
        ("training", "0007_isolate_coverage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffRegister",
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
                    "is_of_services",
                    models.BooleanField(
                        default=False,
                        help_text="Sent by the council for its own services, one or all of them.",
                    ),
                ),
                ("council_staff_only", models.BooleanField(default=False)),
                ("leaves_out_other_courses", models.BooleanField(default=False)),
                (
                    "period_end",
                    models.DateField(help_text="Last day of the quarter whose position it gives."),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("file_size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being checked"),
                            ("refused", "Has problems"),
                            ("checked", "Checked, to be confirmed"),
                            ("confirmed", "Received"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "columns",
                    models.JSONField(default=list, help_text="Which heading of the file was read as what."),
                ),
                ("notices", models.JSONField(default=list)),
                (
                    "first_rows",
                    models.JSONField(default=list, help_text="The first rows, without the reference."),
                ),
                ("problems", models.JSONField(default=list, help_text="The first of them, by cell.")),
                ("problem_count", models.PositiveIntegerField(default=0)),
                (
                    "figures",
                    models.JSONField(
                        default=list, help_text="Counts by organisation, course, service and role group."
                    ),
                ),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("people", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("receipt", models.JSONField(blank=True, null=True)),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RegisterRow",
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
                ("person", models.BinaryField(max_length=32)),
                ("service", models.CharField(blank=True, max_length=120)),
                ("role_group", models.CharField(blank=True, max_length=120)),
                ("required", models.BooleanField()),
                ("completed_on", models.DateField(blank=True, null=True)),
                (
                    "council",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.course",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="training.staffregister",
                    ),
                ),
            ],
            options={
                "ordering": ["register", "course", "person"],
            },
        ),
        migrations.CreateModel(
            name="RegisterPart",
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
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.BinaryField()),
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
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="training.staffregister",
                    ),
                ),
            ],
            options={
                "ordering": ["register", "number"],
            },
        ),
        migrations.CreateModel(
            name="RegisterFigure",
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
                ("service", models.CharField(blank=True, max_length=120)),
                ("role_group", models.CharField(blank=True, max_length=120)),
                ("eligible", models.PositiveIntegerField()),
                ("compliant", models.PositiveIntegerField()),
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
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.course"
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
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="service_figures",
                        to="training.staffregister",
                    ),
                ),
            ],
            options={
                "ordering": ["organisation", "course", "service", "role_group"],
            },
        ),
        migrations.AddIndex(
            model_name="staffregister",
            index=models.Index(
                fields=["council", "organisation", "period_end"], name="register_council_organisation"
            ),
        ),
        migrations.AddIndex(
            model_name="staffregister",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", True)),
                fields=["expires_at"],
                name="register_expiring",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffregister",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at__isnull", False), ("receipt__isnull", False), ("state", "confirmed")
                    ),
                    models.Q(
                        models.Q(("state", "confirmed"), _negated=True),
                        ("confirmed_at__isnull", True),
                        ("receipt__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="register_confirmed_with_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffregister",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("organisation__isnull", False), ("is_of_services", True), _connector="OR"
                ),
                name="register_without_organisation_is_of_services",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerrow",
            constraint=models.UniqueConstraint(
                fields=("council", "register", "course", "person"), name="register_row_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="registerpart",
            constraint=models.UniqueConstraint(fields=("register", "number"), name="register_part_once"),
        ),
        migrations.AddIndex(
            model_name="registerfigure",
            index=models.Index(fields=["council", "register"], name="register_figure_council"),
        ),
        migrations.AddConstraint(
            model_name="registerfigure",
            constraint=models.UniqueConstraint(
                fields=("register", "organisation", "course", "service", "role_group"),
                name="register_figure_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("compliant__lte", models.F("eligible"))), name="register_figure_agrees"
            ),
        ),
    ]
