import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("documents", "0003_evidence"),
        ("partnerships", "0014_isolate_registers"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="approval_recorded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="approval_recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="approved_at",
            field=models.ForeignKey(
                blank=True,
                help_text="The later meeting at which the minutes were approved.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="approves",
                to="partnerships.meeting",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="cancelled_because",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="meeting",
            name="chaired_by",
            field=models.CharField(blank=True, help_text="Who took the chair, as minuted.", max_length=120),
        ),
        migrations.AddField(
            model_name="meeting",
            name="minutes",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="minutes_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="minutes_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="minutes_sha256",
            field=models.CharField(blank=True, help_text="Of the minutes as approved.", max_length=64),
        ),
        migrations.AddField(
            model_name="meeting",
            name="minutes_state",
            field=models.CharField(
                choices=[("none", "Not written"), ("draft", "Draft"), ("approved", "Approved")],
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="minutes_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="meeting",
            name="quorum",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Agencies that had to be there, as it stood when it was held.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="starts_at",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="state",
            field=models.CharField(
                choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                default="planned",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["council", "board", "held_on"], name="meeting_council_board_date"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True),
                fields=("council", "board", "held_on"),
                name="board_meets_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "cancelled"), ("cancelled_because", ""), _connector="OR"),
                name="meeting_says_why_it_was_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "held"), ("minutes_state", "none"), _connector="OR"),
                name="minutes_are_of_a_meeting_that_was_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approval_recorded_at__isnull", False),
                        ("approved_at__isnull", False),
                        ("minutes_state", "approved"),
                        models.Q(("minutes_sha256", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("minutes_state", "approved"), _negated=True),
                        ("approval_recorded_at__isnull", True),
                        ("approved_at__isnull", True),
                        ("minutes_sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="approved_minutes_say_where_and_by_whom",
            ),
        ),
        migrations.CreateModel(
            name="MeetingArrangements",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrangements",
                        to="partnerships.board",
                    ),
                ),
                (
                    "standing_items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        help_text="Of every agenda, in order.",
                        size=None,
                    ),
                ),
                ("days_before_papers", models.PositiveSmallIntegerField(default=7)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("starts_at", models.TimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("council", "board"), name="board_meets_in_one_way")
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="partnerships.meeting",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("standing", "Standing item"),
                            ("carried", "Carried over"),
                            ("new", "New item"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                (
                    "lead",
                    models.CharField(blank=True, help_text="The post that leads on it.", max_length=120),
                ),
                ("carry_over", models.BooleanField(default=False)),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.agendaitem",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("council", "meeting", "position"),
                        name="agenda_position_is_taken_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("carried_from__isnull", False)),
                        fields=("council", "meeting", "carried_from"),
                        name="agenda_item_is_carried_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="partnerships.agendaitem",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(help_text="Within the meeting.")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="partnerships.meeting",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everyone", "Everybody who sees the meeting, councils that take part included"),
                            ("board", "Members of the board, and officers who read every board's papers"),
                            ("named", "Named readers alone"),
                        ],
                        default="everyone",
                        max_length=10,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who is to send it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [models.Index(fields=["council", "owner"], name="paper_council_owner")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "meeting", "number"), name="paper_number_is_unique_in_meeting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperReader",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="partnerships.paper",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "paper", "user"), name="paper_reader_is_named_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="partnerships.meeting",
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
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("present", "Present"),
                            ("substitute", "Substitute"),
                            ("apologies", "Apologies"),
                            ("absent", "Absent"),
                        ],
                        max_length=10,
                    ),
                ),
                ("people", models.CharField(blank=True, help_text="Who came, as minuted.", max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "meeting", "organisation", "agency"),
                        name="agency_attends_once_per_meeting",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", True), ("agency__isnull", True), _connector="XOR"
                        ),
                        name="attendance_is_of_one_agency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="partnerships.meeting",
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partnerships.board"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="partnerships.agendaitem",
                    ),
                ),
                ("text", models.TextField()),
                (
                    "document_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.documentversion",
                    ),
                ),
                ("document_title", models.CharField(blank=True, max_length=200)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["year", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "board", "year", "number"),
                        name="decision_number_is_unique_in_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document_sha256", ""),
                                ("document_title", ""),
                                ("document_version__isnull", True),
                            ),
                            models.Q(
                                ("document_version__isnull", False),
                                models.Q(("document_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="decision_binds_to_a_version_with_its_checksum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArisingAction",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="actions",
                        to="partnerships.meeting",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.agendaitem",
                    ),
                ),
                ("action_id", models.UUIDField()),
                ("reference", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("owner_name", models.CharField(blank=True, max_length=150)),
                ("due_on", models.DateField()),
                (
                    "token",
                    models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once."),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["raised_at"],
                "indexes": [models.Index(fields=["council", "action_id"], name="arising_council_action")],
                "constraints": [
                    models.UniqueConstraint(fields=("council", "token"), name="arising_token_is_used_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MinutesRevision",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="partnerships.meeting",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
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
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "meeting", "version"), name="minutes_revision_is_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardPack",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packs",
                        to="partnerships.meeting",
                    ),
                ),
                (
                    "edition",
                    models.CharField(
                        choices=[
                            ("everyone", "For everybody at the meeting"),
                            ("board", "For members of the board"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "meeting", "edition", "number"), name="pack_number_is_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardPackFile",
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
                    "council",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="partnerships.boardpack",
                    ),
                ),
                ("pdf", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("renderer", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("council", "pack"), name="pack_is_drawn_once"),
                    models.CheckConstraint(
                        condition=models.Q(("pages__gt", 0), ("size__gt", 0)), name="pack_file_is_not_empty"
                    ),
                ],
            },
        ),
    ]
