"""How a person wants to be told, who was told of what, the inbox, and what stays overdue."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0005_isolate_kept_replies"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
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
                ("kind", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=120)),
                ("item", models.CharField(max_length=64)),
                ("task", models.CharField(max_length=200)),
                ("href", models.CharField(max_length=500)),
                ("due_on", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[("late", "overdue for a while"), ("away", "due while its owner is away")],
                        max_length=10,
                    ),
                ),
                ("raised_on", models.DateField()),
                ("seen_on", models.DateField()),
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
            ],
            options={
                "indexes": [models.Index(fields=["council", "seen_on"], name="escalation_seen")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "item", "due_on"), name="escalation_raised_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EscalationRule",
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
                ("working_days", models.PositiveSmallIntegerField(default=10)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("council",), name="escalation_rule_one_each"),
                    models.CheckConstraint(
                        condition=models.Q(("working_days__range", (1, 60))),
                        name="escalation_rule_working_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                ("item", models.CharField(max_length=64)),
                ("reference", models.CharField(max_length=120)),
                ("task", models.CharField(max_length=200)),
                ("href", models.CharField(max_length=500)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("notice", "Early notice"),
                            ("coming", "Coming up"),
                            ("due", "Due"),
                            ("overdue", "Overdue"),
                            ("weekly", "Still overdue"),
                            ("escalated", "Overdue with somebody else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("due_on", models.DateField()),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.council"
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
                "ordering": ["-told_at", "-pk"],
                "indexes": [
                    models.Index(fields=["person", "-told_at", "-id"], name="notice_newest_first"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["person", "council"],
                        name="notice_unread",
                    ),
                    models.Index(fields=["council", "told_at"], name="notice_oldest_first"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
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
                ("kind", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=120)),
                (
                    "item",
                    models.CharField(
                        help_text="A hash of what the thing is, see services/stages.py.", max_length=64
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("notice", "Early notice"),
                            ("coming", "Coming up"),
                            ("due", "Due"),
                            ("overdue", "Overdue"),
                            ("weekly", "Still overdue"),
                            ("escalated", "Overdue with somebody else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("week", models.PositiveSmallIntegerField(default=0)),
                ("due_on", models.DateField()),
                (
                    "channel",
                    models.CharField(
                        choices=[("digest", "Daily email"), ("direct", "Email of its own")], max_length=10
                    ),
                ),
                ("statutory", models.BooleanField(default=False)),
                (
                    "restricted",
                    models.BooleanField(
                        default=False, help_text="Only the person may know that there is such a thing."
                    ),
                ),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-told_at", "-pk"],
                "indexes": [
                    models.Index(fields=["council", "-told_at", "-id"], name="reminder_newest_first")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "person", "item", "due_on", "stage", "week"),
                        name="reminder_told_once_per_stage",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderSettings",
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
                ("days_before", models.PositiveSmallIntegerField(default=7)),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        help_text="The one day of the week for the digest, Monday is 0; null for each working day.",
                        null=True,
                    ),
                ),
                ("quiet_from", models.DateField(null=True)),
                ("quiet_until", models.DateField(help_text="The last quiet day.", null=True)),
                (
                    "not_told",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                (
                    "looked_on",
                    models.DateField(
                        help_text="The last day on which the portal worked out what to tell.", null=True
                    ),
                ),
                (
                    "told_on",
                    models.DateField(help_text="The last day on which a digest might go out.", null=True),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            ("quiet_from__lte", models.F("quiet_until")),
                            _connector="OR",
                        ),
                        name="reminders_quiet_from_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__isnull", True), ("weekday__lte", 4), _connector="OR"),
                        name="reminders_weekday_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_before__range", (1, 28))), name="reminders_days_before"
                    ),
                ],
            },
        ),
    ]
