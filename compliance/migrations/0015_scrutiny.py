"""Reviews get a life from draft to closed, recommendations one from response to the committee's word.

What was marked complete before nobody had confirmed: it becomes a proposal, or is open where nobody is named.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models

COPY = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE compliance_scrutinyreview SET presented_on = created_at::date
    WHERE presented_on IS NULL AND state <> 'open';
UPDATE compliance_scrutinyreview SET state = 'draft' WHERE presented_on IS NULL;
UPDATE compliance_scrutinyreview SET put_up_on = presented_on WHERE state = 'put_up';
UPDATE compliance_scrutinyreview SET closed_on = presented_on, closed_body = panel WHERE state = 'closed';
INSERT INTO compliance_recommendationlead (id, council_id, recommendation_id, position, title)
    SELECT gen_random_uuid(), r.council_id, r.id, lead.place, lead.name
    FROM compliance_recommendation r, unnest(r.leads) WITH ORDINALITY AS lead(name, place)
    WHERE lead.name <> '';
UPDATE compliance_recommendationprogress SET as_at = at::date, kind = CASE WHEN completes THEN 'proposed' ELSE 'note' END;
UPDATE compliance_recommendation r SET
    frozen_at = CASE WHEN r.wording = '' THEN NULL ELSE now() END,
    state = CASE
        WHEN r.completed_on IS NOT NULL AND r.response <> '' AND proposal.by_id IS NOT NULL THEN 'proposed'
        WHEN r.response = 'reject' THEN 'no_action' ELSE 'open' END,
    proposed_by_id = CASE WHEN r.completed_on IS NOT NULL AND r.response <> '' THEN proposal.by_id END,
    completed_on = NULL
    FROM compliance_recommendation same
    LEFT JOIN LATERAL (
        SELECT p.by_id FROM compliance_recommendationprogress p
        WHERE p.recommendation_id = same.id AND p.kind = 'proposed' ORDER BY p.at DESC LIMIT 1
    ) proposal ON true
    WHERE same.id = r.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""

COPY_BACK = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE compliance_scrutinyreview SET state = 'open' WHERE state = 'draft';
UPDATE compliance_recommendation r SET leads = named.names FROM (
    SELECT lead.recommendation_id, array_agg(coalesce(nullif(lead.title, ''), o.name) ORDER BY lead.position) AS names
    FROM compliance_recommendationlead lead LEFT JOIN partnerships_organisation o ON o.id = lead.organisation_id
    GROUP BY lead.recommendation_id
) named WHERE named.recommendation_id = r.id;
UPDATE compliance_recommendationprogress SET completes = true WHERE kind IN ('proposed', 'confirmed');
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0014_isolate_sharing"),
        ("partnerships", "0003_organisation_permission"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecommendationAction",
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
            ],
        ),
        migrations.CreateModel(
            name="RecommendationImport",
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
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.JSONField()),
                ("notices", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RecommendationLead",
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
                ("title", models.CharField(blank=True, max_length=160)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ReviewSeat",
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
            ],
        ),
        migrations.AlterModelOptions(
            name="reviewhearing",
            options={"ordering": ["heard_on", "recorded_at"]},
        ),
        migrations.AddField(
            model_name="recommendation",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="frozen_at",
            field=models.DateTimeField(blank=True, help_text="Since when the wording is kept.", null=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                help_text="The officer who reports on it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="responded_by",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="responded_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("proposed", "Completion proposed"),
                    ("complete", "Complete"),
                    ("no_action", "Rejected, no action"),
                    ("actioned", "Rejected, since actioned"),
                ],
                default="open",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="recommendationprogress",
            name="as_at",
            field=models.DateField(
                default=django.utils.timezone.localdate, help_text="The day it describes or was decided."
            ),
        ),
        migrations.AddField(
            model_name="recommendationprogress",
            name="body",
            field=models.CharField(
                blank=True, default="", help_text="The committee, if it spoke.", max_length=160
            ),
        ),
        migrations.AddField(
            model_name="recommendationprogress",
            name="kind",
            field=models.CharField(
                choices=[
                    ("note", "Progress"),
                    ("proposed", "Completion proposed"),
                    ("confirmed", "Confirmed by the committee"),
                    ("refused", "Not confirmed by the committee"),
                    ("reopened", "Opened again by the committee"),
                ],
                default="note",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="recommendationprogress",
            name="link",
            field=models.URLField(blank=True, default="", help_text="Evidence elsewhere.", max_length=500),
        ),
        migrations.AddField(
            model_name="recommendationprogress",
            name="why_no_evidence",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="reviewhearing",
            name="kind",
            field=models.CharField(
                choices=[
                    ("considered", "Considered"),
                    ("put_up", "Put up for closure"),
                    ("refused", "Closure refused"),
                    ("reported", "Reported again"),
                    ("closed", "Closed"),
                    ("correction", "Correction"),
                    ("reopened", "Opened again"),
                ],
                default="considered",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="reviewhearing",
            name="recorded_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="reviewhearing",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewhearing",
            name="token",
            field=models.UUIDField(
                help_text="Of the form it was sent with: sent twice, it happens once.", null=True
            ),
        ),
        migrations.AddField(
            model_name="reviewhearing",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="agreed_on",
            field=models.DateField(blank=True, help_text="When the panel agreed its report.", null=True),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="began_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="closed_body",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
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
            model_name="scrutinyreview",
            name="closed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="published_on",
            field=models.DateField(blank=True, help_text="From then every councillor reads it.", null=True),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="purpose",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="put_up_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="put_up_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="response_due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scrutinyreview",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="theme",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="wording",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="scrutinyreview",
            name="municipal_year",
            field=models.CharField(
                help_text="Such as 2012/13, or 2012/13 to 2013/14 where it took longer.", max_length=20
            ),
        ),
        migrations.AlterField(
            model_name="scrutinyreview",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("open", "Open"),
                    ("put_up", "Put up for closure"),
                    ("closed", "Closed"),
                ],
                default="draft",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["council", "state"], name="recommendation_council_state"),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["council", "owner"], name="recommendation_council_owner"),
        ),
        migrations.AddIndex(
            model_name="scrutinyreview",
            index=models.Index(fields=["council", "state"], name="review_council_state"),
        ),
        migrations.AddField(
            model_name="recommendationaction",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recommendation_links",
                to="compliance.action",
            ),
        ),
        migrations.AddField(
            model_name="recommendationaction",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="recommendationaction",
            name="recommendation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="action_links",
                to="compliance.recommendation",
            ),
        ),
        migrations.AddField(
            model_name="recommendationimport",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="recommendationimport",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recommendationimport",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="imports",
                to="compliance.scrutinyreview",
            ),
        ),
        migrations.AddField(
            model_name="recommendationlead",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="recommendationlead",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partnerships.organisation",
            ),
        ),
        migrations.AddField(
            model_name="recommendationlead",
            name="recommendation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="leads",
                to="compliance.recommendation",
            ),
        ),
        migrations.AddField(
            model_name="reviewseat",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="reviewseat",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewseat",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="seats",
                to="compliance.scrutinyreview",
            ),
        ),
        migrations.AddIndex(
            model_name="recommendationaction",
            index=models.Index(fields=["council", "action"], name="rec_action_council_action"),
        ),
        migrations.AddIndex(
            model_name="recommendationimport",
            index=models.Index(fields=["council", "review"], name="rec_import_council_review"),
        ),
        migrations.RunSQL(COPY, COPY_BACK),
        migrations.RemoveField(
            model_name="recommendation",
            name="leads",
        ),
        migrations.RemoveField(
            model_name="recommendationprogress",
            name="completes",
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frozen_at__isnull", True), models.Q(("wording", ""), _negated=True), _connector="OR"
                ),
                name="recommendation_frozen_with_its_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("response", ""), ("state", "open")),
                    models.Q(
                        ("response__in", ["accept", "accept_in_part"]),
                        ("state__in", ["open", "proposed", "complete"]),
                    ),
                    models.Q(("response", "reject"), ("state__in", ["no_action", "proposed", "actioned"])),
                    _connector="OR",
                ),
                name="recommendation_state_fits_response",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("completed_on__isnull", False),
                        ("decided_by__isnull", False),
                        ("proposed_by__isnull", False),
                        ("state__in", ["complete", "actioned"]),
                    ),
                    models.Q(
                        ("completed_on__isnull", True),
                        ("decided_by__isnull", True),
                        models.Q(("state__in", ["complete", "actioned"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recommendation_done_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), _negated=True),
                    ("proposed_by__isnull", False),
                    _connector="OR",
                ),
                name="recommendation_proposed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    ("proposed_by__isnull", True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="recommendation_confirmed_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["confirmed", "refused", "reopened"]), _negated=True),
                    models.Q(("body", ""), _negated=True),
                    _connector="OR",
                ),
                name="rec_progress_names_the_body_that_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewhearing",
            constraint=models.UniqueConstraint(
                fields=("council", "token"), name="hearing_token_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="scrutinyreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("presented_on__isnull", True), ("state", "draft")),
                    models.Q(("presented_on__isnull", False), models.Q(("state", "draft"), _negated=True)),
                    _connector="OR",
                ),
                name="review_presented_unless_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="scrutinyreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_on__isnull", True), ("presented_on__isnull", False), _connector="OR"
                ),
                name="review_published_once_presented",
            ),
        ),
        migrations.AddConstraint(
            model_name="scrutinyreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "put_up"), _negated=True),
                    ("put_up_on__isnull", False),
                    _connector="OR",
                ),
                name="review_put_up_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="scrutinyreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("closed_body", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_body", ""),
                        ("closed_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="review_closed_by_a_body_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="scrutinyreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_by__isnull", True),
                    ("put_up_by__isnull", True),
                    models.Q(("closed_by", models.F("put_up_by")), _negated=True),
                    _connector="OR",
                ),
                name="review_closed_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationaction",
            constraint=models.UniqueConstraint(
                fields=("council", "recommendation", "action"), name="recommendation_action_is_linked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", False)),
                fields=("council", "review", "sha256"),
                name="rec_import_file_is_taken_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationlead",
            constraint=models.UniqueConstraint(
                fields=("council", "recommendation", "position"), name="recommendation_lead_has_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationlead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("title", "")),
                    models.Q(("organisation__isnull", True), models.Q(("title", ""), _negated=True)),
                    _connector="OR",
                ),
                name="recommendation_lead_is_organisation_or_title",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewseat",
            constraint=models.UniqueConstraint(
                fields=("council", "review", "person"), name="review_seat_is_held_once"
            ),
        ),
    ]
