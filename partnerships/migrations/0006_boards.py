"""Boards with a state, terms of reference in versions, lines of governance, seats and their holders."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_evidence"),
        ("partnerships", "0005_isolate_grants"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="boardparticipant",
            name="board_joined_once",
        ),
        migrations.AddField(
            model_name="board",
            name="close_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="board",
            name="closed_on",
            field=models.DateField(blank=True, help_text="Last day on which it existed.", null=True),
        ),
        migrations.AddField(
            model_name="board",
            name="kind",
            field=models.CharField(
                choices=[
                    ("partnership_board", "Strategic partnership board"),
                    ("prevent_board", "Prevent or CONTEST board"),
                    ("network", "Network"),
                    ("delivery_group", "Delivery group"),
                    ("steering_group", "Steering group"),
                    ("community_safety", "Community safety partnership"),
                    ("safeguarding", "Safeguarding board or partnership"),
                    ("channel_panel", "Channel panel"),
                    ("management", "Management team of the council"),
                    ("other", "Other group"),
                ],
                default="other",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="lead_officer",
            field=models.ForeignKey(
                blank=True,
                help_text="Who looks after it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="purpose",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="board",
            name="quorum",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="How many agencies must be present.", null=True
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="set_up_by",
            field=models.DateField(blank=True, help_text="When a planned one is to be in place.", null=True),
        ),
        migrations.AddField(
            model_name="board",
            name="starts_on",
            field=models.DateField(blank=True, help_text="Since when it meets.", null=True),
        ),
        migrations.AddField(
            model_name="board",
            name="state",
            field=models.CharField(
                choices=[("planned", "To be set up"), ("active", "In place"), ("closed", "Closed")],
                default="active",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="boardparticipant",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="boardparticipant",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="boardparticipant",
            name="state",
            field=models.CharField(
                choices=[
                    ("invited", "Invited"),
                    ("joined", "Takes part"),
                    ("declined", "Declined"),
                    ("withdrawn", "Invitation withdrawn"),
                ],
                default="invited",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="board",
            name="level",
            field=models.CharField(
                choices=[
                    ("strategic", "Strategic"),
                    ("tactical", "Tactical"),
                    ("operational", "Operational"),
                    ("scrutiny", "Scrutiny or committee"),
                ],
                default="strategic",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="boardparticipant",
            name="ends_on",
            field=models.DateField(blank=True, help_text="Last day on which it takes part.", null=True),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_on__isnull", True)),
                    _connector="OR",
                ),
                name="board_closed_has_its_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=models.Q(("quorum__isnull", True), ("quorum__gte", 1), _connector="OR"),
                name="board_quorum_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="boardparticipant",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "invited"),
                    models.Q(("ends_on__isnull", True), ("state", "joined")),
                    _connector="OR",
                ),
                fields=("board", "participant"),
                name="board_joined_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="boardparticipant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="board_participation_ends_after_it_starts",
            ),
        ),
        migrations.CreateModel(
            name="BoardTerms",
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
                        related_name="terms",
                        to="partnerships.board",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("agreed_on", models.DateField()),
                (
                    "reviewed_on",
                    models.DateField(
                        blank=True, help_text="When they were last looked at and kept as they are.", null=True
                    ),
                ),
                ("review_on", models.DateField(help_text="When they are to be looked at next.")),
                ("summary", models.TextField(blank=True, help_text="What changed, or what they say.")),
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
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "board", "number"), name="board_terms_number_is_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_on__gt", models.F("agreed_on")),
                            models.Q(
                                ("reviewed_on__isnull", True),
                                ("reviewed_on__gte", models.F("agreed_on")),
                                _connector="OR",
                            ),
                        ),
                        name="board_terms_reviewed_after_agreed",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="GovernanceLine",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines_up",
                        to="partnerships.board",
                    ),
                ),
                (
                    "joined",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partnerships.boardparticipant",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines_down",
                        to="partnerships.board",
                    ),
                ),
                (
                    "parent_joined",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partnerships.boardparticipant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "board", "joined", "parent", "parent_joined"),
                        name="governance_line_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("board__isnull", True), ("joined__isnull", True), _connector="XOR"
                        ),
                        name="governance_line_has_one_lower_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True), ("parent_joined__isnull", True), _connector="XOR"
                        ),
                        name="governance_line_has_one_upper_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("board__isnull", True),
                                ("parent__isnull", True),
                                models.Q(("board", models.F("parent")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("joined__isnull", True),
                                ("parent_joined__isnull", True),
                                models.Q(("joined", models.F("parent_joined")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="governance_line_is_no_loop",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Seat",
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
                        related_name="seats",
                        to="partnerships.board",
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
                        help_text="A council's own seat.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.council",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "Chair"),
                            ("deputy", "Deputy chair"),
                            ("member", "Member"),
                            ("secretary", "Secretary"),
                            ("adviser", "Adviser"),
                        ],
                        default="member",
                        max_length=10,
                    ),
                ),
                (
                    "post",
                    models.CharField(
                        blank=True, help_text="The post that is meant to sit here.", max_length=120
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, help_text="Last day of the seat.", null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["council", "board"], name="seat_council_board")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", True), ("agency__isnull", True), _connector="XOR"
                        ),
                        name="seat_belongs_to_one_agency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="board_seat_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("role", "chair")),
                        fields=("council", "board"),
                        name="board_has_one_chair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatHolder",
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
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holders",
                        to="partnerships.seat",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("post", models.CharField(max_length=120)),
                ("is_substitute", models.BooleanField(default=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="Last day of the term.", null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["is_substitute", "-starts_on"],
                "indexes": [models.Index(fields=["council", "seat"], name="seat_holder_council_seat")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="seat_holder_ends_after_they_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("is_substitute", False)),
                        fields=("council", "seat"),
                        name="seat_has_one_holder",
                    ),
                ],
            },
        ),
    ]
