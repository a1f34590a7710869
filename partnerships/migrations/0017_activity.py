import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0016_isolate_meetings"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Briefing",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ctlp", "CTLP"),
                            ("ctlp_summary", "Summary of the CTLP"),
                            ("police", "Other police briefing"),
                            ("prevent", "Prevent programme"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("audience", models.CharField(max_length=160)),
                (
                    "marking",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not marked"),
                            ("official", "OFFICIAL"),
                            ("official_sensitive", "OFFICIAL-SENSITIVE"),
                        ],
                        max_length=20,
                    ),
                ),
                ("given_by", models.CharField(blank=True, max_length=120)),
                ("attendees", models.PositiveIntegerField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.briefing",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="briefing_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="briefing_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="briefing_sent_once"),
                    models.UniqueConstraint(fields=("past_of", "term"), name="briefing_past_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="briefing_term_counts_from_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notes", "")), name="briefing_holds_no_content"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Communication",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("kind", models.CharField(choices=[("planned", "Planned"), ("sent", "Sent")], max_length=8)),
                ("audience", models.CharField(max_length=160)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("letter", "Letter"),
                            ("email", "Email"),
                            ("website", "Website"),
                            ("press", "Press release"),
                            ("social_media", "Social media"),
                            ("newsletter", "Newsletter"),
                            ("leaflet", "Leaflet or poster"),
                            ("campaign", "Campaign or awareness week"),
                            ("in_person", "In person"),
                        ],
                        max_length=14,
                    ),
                ),
                ("message", models.TextField(blank=True, max_length=1000)),
                ("reached", models.PositiveIntegerField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.communication",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="communication_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="communication_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="communication_sent_once"),
                    models.UniqueConstraint(fields=("past_of", "term"), name="communication_past_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="communication_term_counts_from_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Engagement",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("community", models.CharField(max_length=160)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("attendees", models.PositiveIntegerField(blank=True, null=True)),
                ("outcome", models.TextField(blank=True, max_length=2000)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.engagement",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="engagement_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="engagement_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="engagement_sent_once"),
                    models.UniqueConstraint(fields=("past_of", "term"), name="engagement_past_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="engagement_term_counts_from_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HorizonItem",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expected", models.CharField(blank=True, max_length=80)),
                ("would_change", models.TextField(max_length=2000)),
                ("source", models.CharField(blank=True, max_length=200)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.horizonitem",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="horizonitem_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="horizonitem_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="horizonitem_sent_once"),
                    models.UniqueConstraint(fields=("past_of", "term"), name="horizonitem_past_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="horizonitem_term_counts_from_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MemberBriefing",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("delivery", models.CharField(blank=True, max_length=120)),
                ("trained", models.PositiveIntegerField(blank=True, null=True)),
                ("members", models.PositiveIntegerField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.memberbriefing",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="memberbriefing_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="memberbriefing_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="memberbriefing_sent_once"),
                    models.UniqueConstraint(fields=("past_of", "term"), name="memberbriefing_past_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="memberbriefing_term_counts_from_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("trained__isnull", True),
                            ("members__isnull", True),
                            ("trained__lte", models.F("members")),
                            _connector="OR",
                        ),
                        name="memberbriefing_trains_no_more_than_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnershipEvent",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("conference", "Conference"),
                            ("workshop", "Workshop"),
                            ("awareness", "Awareness week or day"),
                            ("schools", "Event for schools"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120)),
                ("delegates", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "feedback",
                    models.TextField(
                        blank=True, help_text="One question a line, with its range.", max_length=1000
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.partnershipevent",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="partnershipevent_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="partnershipevent_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="partnershipevent_sent_once"),
                    models.UniqueConstraint(
                        fields=("past_of", "term"), name="partnershipevent_past_term_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="partnershipevent_term_counts_from_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
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
                ("starts_on", models.DateField(blank=True, null=True)),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day on which it is in force.", null=True),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="First day on which it is not used.", null=True),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=42,
                        help_text="How many days before its end or review it is shown as due.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=2000)),
                ("term", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "token",
                    models.UUIDField(
                        blank=True, editable=False, help_text="Of the form that added it.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("funder", models.CharField(max_length=160)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("agreed", "Funding agreed"),
                            ("running", "Running"),
                            ("evaluated", "Being evaluated"),
                            ("finished", "Finished"),
                            ("stopped", "Stopped early"),
                        ],
                        max_length=12,
                    ),
                ),
                ("run_by", models.CharField(blank=True, max_length=160)),
                ("aim", models.TextField(blank=True, max_length=2000)),
                ("runs_until", models.DateField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "past_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_terms",
                        to="partnerships.project",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("past_of__isnull", True)),
                        fields=["council", "title"],
                        name="project_list",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="project_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(fields=("council", "token"), name="project_sent_once"),
                    models.UniqueConstraint(fields=("past_of", "term"), name="project_past_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(("term__gte", 1)), name="project_term_counts_from_1"
                    ),
                ],
            },
        ),
    ]
