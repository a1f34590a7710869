"""Committee reports: templates, schedules, reports, versions and their documents."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0002_isolate"),
        ("partnerships", "0002_isolate"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportSchedule",
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
                ("title", models.CharField(help_text="Title of each report.", max_length=200)),
                ("committee", models.CharField(max_length=160)),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("monthly", "Every month"),
                            ("bi_monthly", "Every two months"),
                            ("quarterly", "Every quarter"),
                            ("termly", "Every school term"),
                            ("six_monthly", "Every six months"),
                            ("annual", "Every year"),
                        ],
                        default="quarterly",
                        max_length=20,
                    ),
                ),
                (
                    "header",
                    models.JSONField(
                        blank=True, default=dict, help_text="Header lines that every report starts with."
                    ),
                ),
                (
                    "days_to_write",
                    models.PositiveSmallIntegerField(
                        default=28, help_text="Days from the end of the quarter until the report is due."
                    ),
                ),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.board",
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
                "ordering": ["committee"],
            },
        ),
        migrations.CreateModel(
            name="Report",
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
                    "number",
                    models.PositiveIntegerField(
                        help_text="Within the council, so that a reference names one report."
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("committee", models.CharField(max_length=160)),
                (
                    "numbering",
                    models.CharField(
                        choices=[
                            ("sections", "Sections 1, 2, 3 and paragraphs 1.1, 1.2"),
                            ("continuous", "Paragraphs 1, 2, 3 through the whole report"),
                        ],
                        max_length=12,
                    ),
                ),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("frozen", "Figures frozen"), ("final", "Final")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("header_fields", models.JSONField(default=list)),
                ("header", models.JSONField(blank=True, default=dict)),
                ("header_version", models.PositiveIntegerField(default=1)),
                (
                    "as_at",
                    models.DateField(
                        blank=True, help_text="The day that the frozen figures hold.", null=True
                    ),
                ),
                (
                    "snapshot",
                    models.JSONField(blank=True, help_text="Frozen blocks by section key.", null=True),
                ),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("final_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
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
                    "final_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="compliance.reportschedule",
                    ),
                ),
            ],
            options={
                "ordering": ["-period_end", "title"],
            },
        ),
        migrations.CreateModel(
            name="ReportSection",
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
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.SlugField(max_length=40)),
                ("heading", models.CharField(max_length=160)),
                ("level", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("narrative", "Words"),
                            ("blocks", "Figures"),
                            ("recommendations", "Recommendations"),
                            ("implications", "Implications"),
                        ],
                        default="narrative",
                        max_length=16,
                    ),
                ),
                (
                    "numbered",
                    models.BooleanField(
                        default=True, help_text="False for a summary before the numbered part."
                    ),
                ),
                (
                    "blocks",
                    models.JSONField(
                        blank=True, default=list, help_text="Names of registered data blocks, in order."
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                (
                    "none_identified_allowed",
                    models.BooleanField(default=False, help_text="“None identified” is an answer here."),
                ),
                ("guidance", models.TextField(blank=True, help_text="What the author should write here.")),
                ("narrative", models.TextField(blank=True)),
                ("none_identified", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="compliance.report",
                    ),
                ),
                (
                    "updated_by",
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
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ReportTemplate",
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
                ("name", models.CharField(max_length=160)),
                (
                    "shipped_key",
                    models.SlugField(
                        blank=True, help_text="The shipped shape it was copied from, if any.", max_length=40
                    ),
                ),
                (
                    "numbering",
                    models.CharField(
                        choices=[
                            ("sections", "Sections 1, 2, 3 and paragraphs 1.1, 1.2"),
                            ("continuous", "Paragraphs 1, 2, 3 through the whole report"),
                        ],
                        default="sections",
                        max_length=12,
                    ),
                ),
                (
                    "header_fields",
                    models.JSONField(default=list, help_text="Keys of the header block's lines, in order."),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="reportschedule",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compliance.reporttemplate"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compliance.reporttemplate"
            ),
        ),
        migrations.CreateModel(
            name="ReportVersion",
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
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("frozen", "Figures frozen"), ("final", "Final")],
                        max_length=8,
                    ),
                ),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="compliance.report",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="ReportRendition",
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
                ("pdf", models.BinaryField()),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("renderer", models.CharField(help_text="Name and version of what drew it.", max_length=40)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rendition",
                        to="compliance.reportversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="SectionRevision",
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
                ("version", models.PositiveIntegerField()),
                ("narrative", models.TextField(blank=True)),
                ("none_identified", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="compliance.reportsection",
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="TemplateSection",
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
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.SlugField(max_length=40)),
                ("heading", models.CharField(max_length=160)),
                ("level", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("narrative", "Words"),
                            ("blocks", "Figures"),
                            ("recommendations", "Recommendations"),
                            ("implications", "Implications"),
                        ],
                        default="narrative",
                        max_length=16,
                    ),
                ),
                (
                    "numbered",
                    models.BooleanField(
                        default=True, help_text="False for a summary before the numbered part."
                    ),
                ),
                (
                    "blocks",
                    models.JSONField(
                        blank=True, default=list, help_text="Names of registered data blocks, in order."
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                (
                    "none_identified_allowed",
                    models.BooleanField(default=False, help_text="“None identified” is an answer here."),
                ),
                ("guidance", models.TextField(blank=True, help_text="What the author should write here.")),
                (
                    "starts_with",
                    models.TextField(blank=True, help_text="Words that every report starts with."),
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
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="compliance.reporttemplate",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.AddConstraint(
            model_name="reportsection",
            constraint=models.UniqueConstraint(
                fields=("council", "report", "position"), name="report_section_has_its_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsection",
            constraint=models.UniqueConstraint(
                fields=("council", "report", "key"), name="report_section_key_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsection",
            constraint=models.CheckConstraint(
                condition=models.Q(("none_identified", False), ("narrative", ""), _connector="OR"),
                name="report_section_none_or_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="reporttemplate",
            constraint=models.UniqueConstraint(
                fields=("council", "name"), name="report_template_name_is_unique_in_council"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.UniqueConstraint(
                fields=("council", "template", "committee"), name="report_scheduled_once_per_committee"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="report_schedule_ends_after_it_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["council", "-period_end"], name="report_council_period"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["council", "author", "state"], name="report_council_author"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("council", "number"), name="report_number_is_unique_in_council"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("council", "schedule", "period_start"), name="report_opened_once_per_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_end__gte", models.F("period_start"))),
                name="report_covers_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("as_at__isnull", True), ("snapshot__isnull", True), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True),
                        ("as_at__isnull", False),
                        ("snapshot__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="report_is_frozen_as_at_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "final"), _negated=True),
                    models.Q(
                        ("final_by__isnull", False),
                        models.Q(("final_by", models.F("frozen_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="report_is_final_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(
                fields=("council", "report", "number"), name="report_version_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="sectionrevision",
            constraint=models.UniqueConstraint(
                fields=("council", "section", "version"), name="section_revision_once_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="templatesection",
            constraint=models.UniqueConstraint(
                fields=("council", "template", "position"), name="template_section_has_its_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="templatesection",
            constraint=models.UniqueConstraint(
                fields=("council", "template", "key"), name="template_section_key_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="templatesection",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", [1, 2])), name="template_section_level_1_or_2"
            ),
        ),
    ]
