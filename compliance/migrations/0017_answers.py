"""The life of an answer: its state, its scores, its steps, and the plan actions it hangs on."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0016_isolate_scrutiny"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerAction",
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
            ],
        ),
        migrations.CreateModel(
            name="AnswerStep",
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
                            ("returned", "Returned with a comment"),
                            ("accepted", "Accepted"),
                            ("moderated", "Moderated"),
                            ("agreed", "Score agreed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "score",
                    models.CharField(blank=True, help_text="A value of the edition's scale.", max_length=30),
                ),
                ("comment", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "token",
                    models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once."),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.AddField(
            model_name="answerrevision",
            name="training_delivery",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not said"),
                    ("e_learning", "E-learning alone"),
                    ("mixed", "E-learning, and sessions with a trainer"),
                    ("sessions", "Sessions with a trainer, in a room or live online"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="editionitem",
            name="training_rule",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing"),
                    ("asked", "How training was delivered"),
                    ("not_e_learning_alone", "E-learning alone is not enough"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="accepted_by",
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
            name="agreed",
            field=models.CharField(blank=True, help_text="A value of the edition's scale.", max_length=30),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="agreed_by",
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
            name="agreed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="answer_by",
            field=models.DateField(blank=True, help_text="Day by which the owner is asked to.", null=True),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="challenge",
            field=models.TextField(blank=True, help_text="Why the moderator scores as they do."),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="moderated",
            field=models.CharField(blank=True, help_text="A value of the edition's scale.", max_length=30),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="moderated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="moderated_by",
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
            name="state",
            field=models.CharField(
                choices=[
                    ("to_answer", "To answer"),
                    ("draft", "Draft"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned"),
                    ("accepted", "Accepted"),
                ],
                default="to_answer",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="itemanswer",
            name="submitted_by",
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
            name="training_delivery",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not said"),
                    ("e_learning", "E-learning alone"),
                    ("mixed", "E-learning, and sessions with a trainer"),
                    ("sessions", "Sessions with a trainer, in a room or live online"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="itemanswer",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                help_text="Who is asked to answer.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="itemanswer",
            name="updated_by",
            field=models.ForeignKey(
                help_text="Who wrote what the answer says.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="itemanswer",
            index=models.Index(fields=["council", "state"], name="answer_council_state"),
        ),
        migrations.AddConstraint(
            model_name="itemanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["submitted", "accepted"]), _negated=True),
                    models.Q(
                        models.Q(("status", ""), _negated=True),
                        ("submitted_at__isnull", False),
                        ("submitted_by__isnull", False),
                        ("to_confirm", False),
                    ),
                    _connector="OR",
                ),
                name="answer_submitted_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("accepted_by", models.F("submitted_by")), _negated=True),
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        ("state", "accepted"),
                    ),
                    models.Q(
                        models.Q(("state", "accepted"), _negated=True),
                        ("accepted_at__isnull", True),
                        ("accepted_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="answer_accepted_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("moderated", ""), _negated=True),
                        models.Q(("moderated_by", models.F("submitted_by")), _negated=True),
                        ("moderated_at__isnull", False),
                        ("moderated_by__isnull", False),
                        ("state", "accepted"),
                    ),
                    models.Q(
                        ("challenge", ""),
                        ("moderated", ""),
                        ("moderated_at__isnull", True),
                        ("moderated_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="answer_moderated_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("agreed", ""), _negated=True),
                        models.Q(("moderated", ""), _negated=True),
                        models.Q(("agreed_by", models.F("submitted_by")), _negated=True),
                        ("agreed_by__isnull", False),
                        ("agreed_on__isnull", False),
                    ),
                    models.Q(("agreed", ""), ("agreed_by__isnull", True), ("agreed_on__isnull", True)),
                    _connector="OR",
                ),
                name="answer_agreed_after_moderation",
            ),
        ),
        migrations.AddField(
            model_name="answeraction",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="item_links", to="compliance.action"
            ),
        ),
        migrations.AddField(
            model_name="answeraction",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="action_links",
                to="compliance.itemanswer",
            ),
        ),
        migrations.AddField(
            model_name="answeraction",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="answeraction",
            name="linked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answerstep",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="compliance.itemanswer"
            ),
        ),
        migrations.AddField(
            model_name="answerstep",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answerstep",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddIndex(
            model_name="answeraction",
            index=models.Index(fields=["council", "action"], name="answer_action_by_action"),
        ),
        migrations.AddConstraint(
            model_name="answeraction",
            constraint=models.UniqueConstraint(
                fields=("council", "answer", "action"), name="action_linked_once_per_answer"
            ),
        ),
        migrations.AddIndex(
            model_name="answerstep",
            index=models.Index(fields=["council", "answer", "-at"], name="answer_step_answer_at"),
        ),
        migrations.AddConstraint(
            model_name="answerstep",
            constraint=models.UniqueConstraint(
                fields=("council", "token"), name="answer_step_token_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="answerstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "returned"), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="answer_step_returned_says_why",
            ),
        ),
    ]
