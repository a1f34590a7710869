"""Rounds in parts, brought forward and closed; editions in two nations; items and words of a council's own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0004_isolate_reports"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PromptEdit",
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
                ("prompt", models.TextField(blank=True)),
                ("expected_evidence", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="assessment",
            name="brought_from",
            field=models.ForeignKey(
                blank=True,
                help_text="The round whose answers were brought forward into this one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.assessment",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="parts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                default=list,
                help_text="Parts of the edition that the round covers; none named: all.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="counts_words",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="edition",
            name="nations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("england", "England"), ("wales", "Wales")], max_length=10
                ),
                default=list,
                size=None,
            ),
        ),
        # The default lets the field come back on the way down, where rows are there already.
        migrations.AlterField(
            model_name="edition",
            name="nation",
            field=models.CharField(max_length=10, default="england"),
        ),
        migrations.RemoveField(
            model_name="edition",
            name="nation",
        ),
        migrations.AddField(
            model_name="edition",
            name="parts",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="editionitem",
            name="part",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="editionitem",
            name="verified",
            field=models.BooleanField(
                default=True,
                help_text="False: nobody has checked the prompt against the guidance; councils may edit it.",
            ),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, help_text="When it was confirmed unchanged.", null=True),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="to_confirm",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="itemanswer",
            name="item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.editionitem",
            ),
        ),
        migrations.CreateModel(
            name="AnswerOrigin",
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
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="origins",
                        to="compliance.itemanswer",
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
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="compliance.itemanswer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LocalItem",
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
                ("workstream", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("must", "Must"), ("should", "Should")], max_length=6)),
                ("prompt", models.TextField()),
                ("expected_evidence", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "retired_by",
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
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="local_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.localitem",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemanswer",
            constraint=models.UniqueConstraint(
                fields=("council", "assessment", "local_item"), name="local_item_answered_once_per_assessment"
            ),
        ),
        migrations.AddConstraint(
            model_name="itemanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item__isnull", False), ("local_item__isnull", True)),
                    models.Q(("item__isnull", True), ("local_item__isnull", False)),
                    _connector="OR",
                ),
                name="answer_is_to_one_item",
            ),
        ),
        migrations.AddField(
            model_name="promptedit",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="promptedit",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="promptedit",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compliance.editionitem"
            ),
        ),
        migrations.AddConstraint(
            model_name="answerorigin",
            constraint=models.UniqueConstraint(
                fields=("council", "answer", "earlier"), name="origin_is_named_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="localitem",
            constraint=models.UniqueConstraint(
                fields=("council", "number"), name="local_item_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="promptedit",
            constraint=models.UniqueConstraint(
                fields=("council", "item", "number"), name="prompt_edit_number_is_unique"
            ),
        ),
    ]
