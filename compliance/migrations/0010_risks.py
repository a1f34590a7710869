"""The local risk register: risks, assessments, what informs them, linked actions, audiences and summaries."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import compliance.models.risks
import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0009_action_leads"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Risk",
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
                    "likelihood",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Rare"),
                            (2, "Unlikely"),
                            (3, "Possible"),
                            (4, "Likely"),
                            (5, "Almost certain"),
                        ]
                    ),
                ),
                (
                    "impact",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Minor"), (2, "Limited"), (3, "Moderate"), (4, "Major"), (5, "Severe")]
                    ),
                ),
                (
                    "score",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("likelihood"), "*", models.F("impact")
                        ),
                        output_field=models.PositiveSmallIntegerField(),
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("rising", "Rising"), ("steady", "Steady"), ("falling", "Falling")],
                        max_length=8,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=compliance.models.risks.new_reference, editable=False, max_length=7
                    ),
                ),
                ("theme", models.CharField(max_length=120)),
                ("description", models.TextField(max_length=4000)),
                ("assessed_on", models.DateField(help_text="Day of the newest assessment.")),
                ("review_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=6
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("closed_reason", models.TextField(blank=True, max_length=1000)),
                ("version", models.PositiveIntegerField(default=1)),
                ("no_intelligence_declared_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "no_intelligence_declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-score", "reference"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskAction",
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
                ("linked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_risks",
                        to="compliance.action",
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
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_actions",
                        to="compliance.risk",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskAssessment",
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
                    "likelihood",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Rare"),
                            (2, "Unlikely"),
                            (3, "Possible"),
                            (4, "Likely"),
                            (5, "Almost certain"),
                        ]
                    ),
                ),
                (
                    "impact",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Minor"), (2, "Limited"), (3, "Moderate"), (4, "Major"), (5, "Severe")]
                    ),
                ),
                (
                    "score",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("likelihood"), "*", models.F("impact")
                        ),
                        output_field=models.PositiveSmallIntegerField(),
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("rising", "Rising"), ("steady", "Steady"), ("falling", "Falling")],
                        max_length=8,
                    ),
                ),
                ("assessed_on", models.DateField()),
                ("note", models.TextField(max_length=1000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "token",
                    models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once."),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to="compliance.risk",
                    ),
                ),
            ],
            options={
                "ordering": ["-assessed_on", "-at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskReader",
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
                ("starts_on", models.DateField(default=django.utils.timezone.localdate)),
                ("ends_on", models.DateField(blank=True, help_text="Last day on the audience.", null=True)),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="Ended at once, at this moment.", null=True),
                ),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "risk",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole register.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="compliance.risk",
                    ),
                ),
            ],
            options={
                "ordering": ["granted_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskSource",
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
                            ("ctlp", "Counter-terrorism local profile received"),
                            ("referrals", "Referral trends"),
                            ("partners", "Information from partners"),
                            ("open_sources", "Open sources"),
                        ],
                        max_length=12,
                    ),
                ),
                ("dated_on", models.DateField()),
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
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sources",
                        to="compliance.risk",
                    ),
                ),
            ],
            options={
                "ordering": ["kind"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskSummary",
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
                ("heading", models.CharField(max_length=120)),
                ("text", models.TextField(max_length=1500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("approved", "Approved for publication"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="summaries",
                        to="compliance.risk",
                    ),
                ),
                (
                    "withdrawn_by",
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
                "ordering": ["-proposed_at"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="risk",
            index=models.Index(fields=["council", "status", "-score"], name="risk_council_status_score"),
        ),
        migrations.AddIndex(
            model_name="risk",
            index=models.Index(
                fields=["council", "owner", "status", "review_on"], name="risk_council_owner_review"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.UniqueConstraint(
                fields=("council", "reference"), name="risk_reference_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("impact__range", (1, 5)), ("likelihood__range", (1, 5))),
                name="risk_is_scored_1_to_5",
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", True), ("closed_reason", ""), ("status", "open")),
                    models.Q(
                        ("closed_on__isnull", False),
                        ("status", "closed"),
                        models.Q(("closed_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="risk_closed_has_day_and_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="riskaction",
            index=models.Index(fields=["council", "action"], name="risk_action_council_action"),
        ),
        migrations.AddConstraint(
            model_name="riskaction",
            constraint=models.UniqueConstraint(
                fields=("council", "risk", "action"), name="risk_action_linked_once"
            ),
        ),
        migrations.AddIndex(
            model_name="riskassessment",
            index=models.Index(fields=["council", "risk", "-at"], name="risk_assessment_risk_at"),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.UniqueConstraint(
                fields=("council", "token"), name="risk_assessment_token_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("impact__range", (1, 5)), ("likelihood__range", (1, 5))),
                name="risk_assessment_is_scored_1_to_5",
            ),
        ),
        migrations.AddIndex(
            model_name="riskreader",
            index=models.Index(fields=["council", "person", "risk"], name="risk_reader_person_risk"),
        ),
        migrations.AddConstraint(
            model_name="riskreader",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("risk__isnull", False)),
                fields=("council", "risk", "person"),
                name="risk_reader_once_per_risk",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskreader",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("risk__isnull", True)),
                fields=("council", "person"),
                name="risk_reader_once_per_register",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskreader",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="risk_reader_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskreader",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("risk__isnull", False),
                    models.Q(("person", models.F("granted_by")), _negated=True),
                    _connector="OR",
                ),
                name="risk_register_place_is_given_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="risksource",
            constraint=models.UniqueConstraint(
                fields=("council", "risk", "kind"), name="risk_source_once_per_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="risksummary",
            index=models.Index(fields=["council", "state"], name="risk_summary_council_state"),
        ),
        migrations.AddConstraint(
            model_name="risksummary",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")),
                fields=("council", "risk"),
                name="risk_summary_one_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="risksummary",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("council", "risk"),
                name="risk_summary_one_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="risksummary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_by__isnull", True), ("state", "proposed"), ("withdrawn_by__isnull", True)
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("state", "approved"),
                        ("withdrawn_by__isnull", True),
                    ),
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="risk_summary_states_have_their_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="risksummary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="risk_summary_is_approved_by_another",
            ),
        ),
    ]
