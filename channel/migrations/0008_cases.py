"""Everything about a case that its stages, its consent, its support and its end need."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.keys.envelopes
import prevent_portal.tenancy.models

WORDS = (
    "There are cases with an answer about consent that was not recorded step by step. Nothing says who gave it, "
    "so it is not carried over. Start the demo over with script/demo --fresh; a real case has to be recorded anew."
)


def refuse(apps, schema_editor):
    cases = apps.get_model("channel", "ChannelCase").objects.using(schema_editor.connection.alias)
    if cases.exclude(consent_to_support="not_asked").exists() or cases.exclude(exited_on=None).exists():
        raise RuntimeError(WORDS)


def nothing(apps, schema_editor):
    """The way back takes the steps away with their table."""


class Migration(migrations.Migration):
    dependencies = [
        ("channel", "0007_isolate_attendance"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(refuse, nothing),
        migrations.CreateModel(
            name="CaseDecision",
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
                ("decided_on", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("adopt", "Offer support"),
                            ("not_adopt", "Do not offer support"),
                            ("ask_more", "Gather more information"),
                            ("carry_on", "Carry on with the support"),
                            ("end", "End the support"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("unanimous", "Unanimous"),
                            ("majority", "By majority"),
                            ("chair", "By the chair, without a majority"),
                        ],
                        max_length=12,
                    ),
                ),
                ("police_present", models.BooleanField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["decided_on", "recorded_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CaseReview",
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
                            ("plan", "Review of the support plan"),
                            ("reassessment", "Further assessment after consent ended"),
                            ("six_months", "Review 6 months after closure"),
                            ("twelve_months", "Review 12 months after closure"),
                        ],
                        max_length=16,
                    ),
                ),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("carry_on", "Carry on as planned"),
                            ("changed", "The plan was changed"),
                            ("to_end", "Support is to end"),
                            ("ask_again", "Consent is to be asked again"),
                            ("no_support", "No support is to be offered"),
                            ("no_concern", "No new concern"),
                            ("new_concern", "A new concern: to be referred again"),
                        ],
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["due_on", "created_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ConsentStep",
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
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Set by the database: 1 for the first step."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_asked", "Not asked yet"),
                            ("asked", "Asked, no answer yet"),
                            ("given", "Given"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("dated", models.DateField()),
                (
                    "by_whom",
                    models.CharField(
                        choices=[("person", "The person"), ("guardian", "A parent or guardian")], max_length=8
                    ),
                ),
                ("under_18", models.BooleanField()),
                ("capacity_considered", models.BooleanField(default=False)),
                (
                    "reassess_on",
                    models.DateField(
                        blank=True,
                        help_text="Day of the further assessment after a refusal or withdrawal.",
                        null=True,
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["position"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="channelcase",
            name="case_support_starts_with_consent",
        ),
        migrations.RemoveConstraint(
            model_name="channelcase",
            name="case_exits_after_referral",
        ),
        migrations.AddField(
            model_name="channelcase",
            name="age_band",
            field=models.CharField(
                blank=True,
                choices=[
                    ("under_15", "Under 15"),
                    ("15_to_20", "15 to 20"),
                    ("21_to_30", "21 to 30"),
                    ("over_30", "Over 30"),
                    ("10_or_under", "10 or under"),
                    ("11_to_15", "11 to 15"),
                    ("16_to_17", "16 to 17"),
                    ("18_to_20", "18 to 20"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="care_considered",
            field=models.CharField(
                blank=True,
                choices=[
                    ("not_needed", "Considered, no referral needed"),
                    ("health", "Considered, referred to a health service"),
                    ("social_care", "Considered, referred to social care"),
                    ("both", "Considered, referred to both"),
                ],
                help_text="Health or social care, on an exit without support (section 36(6)).",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="category_edition",
            field=models.CharField(
                choices=[("2015", "Categories in use before 2023"), ("2023", "Categories in use since 2023")],
                default="2023",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="concern",
            field=models.CharField(
                blank=True,
                choices=[
                    ("islamist", "Islamist"),
                    ("extreme_right_wing", "Extreme right-wing"),
                    ("mixed", "Mixed or unclear"),
                    ("other", "Another concern"),
                    ("other_ideology", "Another ideology"),
                    ("violence", "Violence without an ideology"),
                    ("none_found", "No ideology found"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="earlier_case",
            field=models.ForeignKey(
                blank=True,
                help_text="The closed case of a person who was referred again.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="later_cases",
                to="channel.channelcase",
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="national_reference",
            field=prevent_portal.keys.envelopes.SealedTextField(longest=40, null=True),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("closed", "Closed without support"),
                    ("completed", "Support completed"),
                    ("withdrawn", "Withdrawn from support"),
                    ("transferred", "Passed to another organisation"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="owner_now",
            field=prevent_portal.keys.envelopes.SealedTextField(longest=120, null=True),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="partners_involved",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("children", "Children's social care"),
                        ("adults", "Adult social care"),
                        ("education", "School, college or university"),
                        ("police", "Police"),
                        ("mental_health", "Mental health service"),
                        ("health", "Other health service"),
                        ("housing", "Housing"),
                        ("probation", "Prison or probation"),
                        ("youth_justice", "Youth justice"),
                        ("employment", "Employment and benefits"),
                        ("voluntary", "Voluntary or community organisation"),
                        ("other", "Another organisation"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="plan_agreed_on",
            field=models.DateField(
                blank=True, help_text="The day of the support plan: none, no plan.", null=True
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="support_state",
            field=models.CharField(
                choices=[("not_started", "Not started"), ("in_place", "In place"), ("stopped", "Stopped")],
                default="not_started",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="susceptibilities",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("isolation", "Isolation"),
                        ("identity", "Identity and belonging"),
                        ("mental_health", "Mental health"),
                        ("family", "Family circumstances"),
                        ("exploitation", "Influence or exploitation by others"),
                        ("neurodivergence", "Neurodivergence"),
                        ("online", "Time spent online"),
                        ("substances", "Alcohol or drugs"),
                    ],
                    max_length=24,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="channelcase",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("referred_on__isnull", True),
                        ("screened_on__isnull", True),
                        ("screened_on__gte", models.F("referred_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("referred_on__isnull", True),
                        ("first_panel_on__isnull", True),
                        ("first_panel_on__gte", models.F("referred_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("referred_on__isnull", True),
                        ("support_started_on__isnull", True),
                        ("support_started_on__gte", models.F("referred_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("referred_on__isnull", True),
                        ("exited_on__isnull", True),
                        ("exited_on__gte", models.F("referred_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("screened_on__isnull", True),
                        ("first_panel_on__isnull", True),
                        ("first_panel_on__gte", models.F("screened_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("screened_on__isnull", True),
                        ("support_started_on__isnull", True),
                        ("support_started_on__gte", models.F("screened_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("screened_on__isnull", True),
                        ("exited_on__isnull", True),
                        ("exited_on__gte", models.F("screened_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("first_panel_on__isnull", True),
                        ("support_started_on__isnull", True),
                        ("support_started_on__gte", models.F("first_panel_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("first_panel_on__isnull", True),
                        ("exited_on__isnull", True),
                        ("exited_on__gte", models.F("first_panel_on")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("support_started_on__isnull", True),
                        ("exited_on__isnull", True),
                        ("exited_on__gte", models.F("support_started_on")),
                        _connector="OR",
                    ),
                ),
                name="case_stages_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("support_state", "in_place"), _negated=True),
                    ("consent_to_support", "given"),
                    _connector="OR",
                ),
                name="case_support_needs_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("support_started_on__isnull", True), ("support_state", "not_started")),
                    models.Q(
                        ("support_started_on__isnull", False), ("support_state__in", ["in_place", "stopped"])
                    ),
                    _connector="OR",
                ),
                name="case_support_has_its_first_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("support_started_on__isnull", True),
                    models.Q(
                        ("plan_agreed_on__isnull", False),
                        ("plan_agreed_on__lte", models.F("support_started_on")),
                    ),
                    _connector="OR",
                ),
                name="case_support_follows_a_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("care_considered", ""), ("exited_on__isnull", True), ("outcome", "")),
                    models.Q(
                        ("exited_on__isnull", False),
                        ("outcome__in", ["closed", "completed", "withdrawn", "transferred"]),
                        models.Q(("support_state", "in_place"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="case_exit_has_an_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "completed"), _negated=True),
                    ("support_started_on__isnull", False),
                    _connector="OR",
                ),
                name="case_completed_support_was_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("exited_on__isnull", True),
                    ("care_considered__in", ["not_needed", "health", "social_care", "both"]),
                    ("outcome", "completed"),
                    models.Q(("outcome", "transferred"), ("support_started_on__isnull", False)),
                    _connector="OR",
                ),
                name="case_exit_considers_care",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "transferred"), ("owner_now__isnull", False)),
                    models.Q(
                        models.Q(("outcome", "transferred"), _negated=True), ("owner_now__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="case_transfer_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "age_band__in",
                        [
                            "",
                            "under_15",
                            "15_to_20",
                            "21_to_30",
                            "over_30",
                            "10_or_under",
                            "11_to_15",
                            "16_to_17",
                            "18_to_20",
                        ],
                    ),
                    ("category_edition__in", ["2015", "2023"]),
                    (
                        "concern__in",
                        [
                            "",
                            "islamist",
                            "extreme_right_wing",
                            "mixed",
                            "other",
                            "other_ideology",
                            "violence",
                            "none_found",
                        ],
                    ),
                    (
                        "partners_involved__contained_by",
                        [
                            "children",
                            "adults",
                            "education",
                            "police",
                            "mental_health",
                            "health",
                            "housing",
                            "probation",
                            "youth_justice",
                            "employment",
                            "voluntary",
                            "other",
                        ],
                    ),
                    (
                        "susceptibilities__contained_by",
                        [
                            "isolation",
                            "identity",
                            "mental_health",
                            "family",
                            "exploitation",
                            "neurodivergence",
                            "online",
                            "substances",
                        ],
                    ),
                ),
                name="case_categories_are_known",
            ),
        ),
        migrations.AddField(
            model_name="casedecision",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="channel.channelcase",
            ),
        ),
        migrations.AddField(
            model_name="casedecision",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="casedecision",
            name="meeting",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="channel.channelmeeting",
            ),
        ),
        migrations.AddField(
            model_name="casedecision",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="casereview",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="channel.channelcase"
            ),
        ),
        migrations.AddField(
            model_name="casereview",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="casereview",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="casereview",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consentstep",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consent_steps",
                to="channel.channelcase",
            ),
        ),
        migrations.AddField(
            model_name="consentstep",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="consentstep",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="casedecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("police_present", True)), name="case_decision_with_police_present"
            ),
        ),
        migrations.AddIndex(
            model_name="casereview",
            index=models.Index(fields=["council", "done_on", "due_on"], name="case_review_due"),
        ),
        migrations.AddConstraint(
            model_name="casereview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["six_months", "twelve_months"])),
                fields=("case", "kind"),
                name="case_follow_up_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="casereview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_by__isnull", True), ("done_on__isnull", True), ("result", "")),
                    models.Q(
                        ("done_by__isnull", False),
                        ("done_on__isnull", False),
                        (
                            "result__in",
                            [
                                "carry_on",
                                "changed",
                                "to_end",
                                "ask_again",
                                "no_support",
                                "no_concern",
                                "new_concern",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="case_review_done_has_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstep",
            constraint=models.UniqueConstraint(
                fields=("case", "position"), name="consent_step_has_one_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "not_asked"), _negated=True), name="consent_step_is_a_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "given"), _negated=True),
                    ("capacity_considered", True),
                    _connector="OR",
                ),
                name="consent_considers_capacity",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "given"), _negated=True),
                    models.Q(("by_whom", "guardian"), ("under_18", True)),
                    models.Q(("by_whom", "person"), ("under_18", False)),
                    _connector="OR",
                ),
                name="consent_under_18_is_a_guardians",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("under_18", True), ("by_whom", "person"), _connector="OR"),
                name="consent_of_an_adult_is_their_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reassess_on__gte", models.F("dated")),
                        ("reassess_on__isnull", False),
                        ("state__in", ["refused", "withdrawn"]),
                    ),
                    models.Q(
                        models.Q(("state__in", ["refused", "withdrawn"]), _negated=True),
                        ("reassess_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="consent_end_sets_an_assessment",
            ),
        ),
    ]
