from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0003_organisation_permission"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
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
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("queried", "Queried"),
                            ("paid", "Paid"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
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
            ],
            options={
                "ordering": ["period_to"],
            },
        ),
        migrations.CreateModel(
            name="ClaimStep",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("queried", "Queried by the funder"),
                            ("paid", "Paid"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="Which submission of the claim it is about."),
                ),
                ("happened_on", models.DateField()),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, help_text="Claimed in all, or paid.", max_digits=12, null=True
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="partnerships.claim",
                    ),
                ),
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
                "ordering": ["recorded_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Designation",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("priority", "Priority area"),
                            ("supported", "Supported area"),
                            ("none", "Not designated"),
                        ],
                        max_length=12,
                    ),
                ),
                ("starts_on", models.DateField()),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("day", "The day is known"),
                            ("month", "Only the month is known"),
                            ("year", "Only the year is known"),
                        ],
                        default="day",
                        help_text="How exactly the source tells the day.",
                        max_length=6,
                    ),
                ),
                ("source", models.CharField(max_length=300)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                "ordering": ["-starts_on"],
            },
        ),
        migrations.CreateModel(
            name="Grant",
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
                ("title", models.CharField(max_length=160)),
                ("funder", models.CharField(max_length=160)),
                (
                    "reference",
                    models.CharField(blank=True, help_text="Of the grant agreement.", max_length=80),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(help_text="Last day on which spending is allowed.")),
                ("awarded", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "days_to_claim",
                    models.PositiveSmallIntegerField(
                        default=28, help_text="Days after a quarter by which its claim is due."
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "title"],
            },
        ),
        migrations.AddField(
            model_name="claim",
            name="grant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="partnerships.grant"
            ),
        ),
        migrations.CreateModel(
            name="GrantHead",
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
                ("name", models.CharField(max_length=120)),
                ("allowed", models.DecimalField(decimal_places=2, max_digits=12)),
                ("position", models.PositiveSmallIntegerField()),
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
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="heads",
                        to="partnerships.grant",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ClaimStepLine",
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
                ("head_name", models.CharField(max_length=120)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
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
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="partnerships.claimstep",
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.granthead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClaimLine",
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
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="partnerships.claim",
                    ),
                ),
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
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="partnerships.granthead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ThreatLevel",
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
                    "level",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("moderate", "Moderate"),
                            ("substantial", "Substantial"),
                            ("severe", "Severe"),
                            ("critical", "Critical"),
                        ],
                        max_length=12,
                    ),
                ),
                ("starts_on", models.DateField(unique=True)),
                ("source", models.CharField(max_length=300)),
                ("source_url", models.URLField(blank=True)),
            ],
            options={
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="threat_level_has_its_source"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="claimstep",
            index=models.Index(fields=["council", "claim", "recorded_at"], name="claim_step_council_claim"),
        ),
        migrations.AddConstraint(
            model_name="claimstep",
            constraint=models.UniqueConstraint(
                fields=("council", "claim", "number", "kind"), name="claim_step_once_per_submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", True), ("kind", "queried")),
                    models.Q(
                        models.Q(("kind", "queried"), _negated=True),
                        ("amount__gte", Decimal(0)),
                        ("amount__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="claim_step_has_its_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.UniqueConstraint(
                fields=("council", "starts_on"), name="designation_one_from_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="designation_has_its_source"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["council", "-starts_on"], name="grant_council_start"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                models.F("council"),
                django.db.models.functions.text.Lower("title"),
                models.F("starts_on"),
                name="grant_title_is_unique_in_council",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="grant_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("awarded__gt", 0)), name="grant_awards_something"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state__in", ["draft", "queried"])),
                fields=["council", "due_on"],
                name="claim_council_to_submit",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("council", "grant", "period_to"), name="claim_once_per_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__gt", models.F("period_to")), ("period_to__gte", models.F("period_from"))
                ),
                name="claim_is_in_arrears",
            ),
        ),
        migrations.AddConstraint(
            model_name="granthead",
            constraint=models.UniqueConstraint(
                models.F("council"),
                models.F("grant"),
                django.db.models.functions.text.Lower("name"),
                name="grant_head_is_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="granthead",
            constraint=models.CheckConstraint(
                condition=models.Q(("allowed__gte", 0)), name="grant_head_allows_no_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimstepline",
            constraint=models.UniqueConstraint(
                fields=("council", "step", "head"), name="claim_step_line_once_per_head"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimline",
            constraint=models.UniqueConstraint(
                fields=("council", "claim", "head"), name="claim_line_once_per_head"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="claim_line_is_not_negative"
            ),
        ),
    ]
