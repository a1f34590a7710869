"""Organisations of a council's own, who acts for them, contacts, partner audits and what was read."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0009_leave_parent"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActingPerson",
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
                ("allowed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["allowed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AuditFinding",
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
                ("text", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=10
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("closing_words", models.CharField(blank=True, max_length=500)),
                ("action_id", models.UUIDField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["audit", "number"],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                ("name", models.CharField(max_length=120)),
                ("job_title", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("telephone", models.CharField(blank=True, max_length=30)),
                ("about", models.CharField(blank=True, help_text="What to call them about.", max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DirectoryImport",
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
                    "scheme",
                    models.CharField(
                        choices=[
                            ("ODS", "ODS (health)"),
                            ("URN", "URN (schools)"),
                            ("UKPRN", "UKPRN (providers of learning)"),
                            ("GSS", "GSS (areas)"),
                            ("Local", "Our own"),
                        ],
                        max_length=12,
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("areas", models.CharField(blank=True, max_length=200)),
                ("ran_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("added", models.PositiveIntegerField(default=0)),
                ("renamed", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
                ("succeeded", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-ran_at"],
            },
        ),
        migrations.CreateModel(
            name="PartnerAudit",
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
                            ("section_11", "Section 11 safeguarding audit"),
                            ("section_175", "Section 175 or 157 safeguarding audit"),
                            ("self_assessment", "Prevent self-assessment"),
                            ("contract", "Contract monitoring"),
                            ("peer_review", "Peer review"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, help_text="Its name, where the kind is not enough.", max_length=160
                    ),
                ),
                ("audited_on", models.DateField()),
                ("carried_out_by", models.CharField(blank=True, max_length=120)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("awaited", "Result awaited"),
                            ("met", "Met"),
                            ("partly_met", "Partly met"),
                            ("not_met", "Not met"),
                        ],
                        default="awaited",
                        max_length=20,
                    ),
                ),
                ("summary", models.TextField(blank=True)),
                ("next_due_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "token",
                    models.UUIDField(help_text="Of the form it was sent with: sent twice, it happens once."),
                ),
            ],
            options={
                "ordering": ["-audited_on", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="organisationcode",
            name="organisation_code_is_unique",
        ),
        migrations.AddField(
            model_name="councilorganisation",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="organisation",
            name="area_code",
            field=models.CharField(
                blank=True,
                help_text="Of the local authority, as the register of schools numbers it.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="kept_by",
            field=models.ForeignKey(
                blank=True,
                help_text="The council that added it for itself; nobody for a body of the national directory.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="organisationcode",
            name="kept_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["area_code", "kind"], name="organisation_area"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True),
                    models.Q(("parent", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="organisation_is_not_its_own_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationcode",
            constraint=models.UniqueConstraint(
                fields=("scheme", "code", "kept_by"), name="organisation_code_is_unique", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True),
                    ("starts_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="organisation_code_ends_after_it_starts",
            ),
        ),
        migrations.AddField(
            model_name="actingperson",
            name="allowed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="actingperson",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="actingperson",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="actingperson",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acting_people",
                to="partnerships.councilorganisation",
            ),
        ),
        migrations.AddField(
            model_name="actingperson",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="auditfinding",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts",
                to="partnerships.councilorganisation",
            ),
        ),
        migrations.AddField(
            model_name="partneraudit",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="partneraudit",
            name="council",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.council",
            ),
        ),
        migrations.AddField(
            model_name="partneraudit",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="partneraudit",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="audits",
                to="partnerships.councilorganisation",
            ),
        ),
        migrations.AddField(
            model_name="auditfinding",
            name="audit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="findings",
                to="partnerships.partneraudit",
            ),
        ),
        migrations.AddIndex(
            model_name="actingperson",
            index=models.Index(fields=["council", "user"], name="acting_person_council_user"),
        ),
        migrations.AddConstraint(
            model_name="actingperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("council", "link", "user"),
                name="acting_person_vouched_once",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["council", "link"], name="contact_council_link"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="contact_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("email", ""), _negated=True),
                    models.Q(("telephone", ""), _negated=True),
                    _connector="OR",
                ),
                name="contact_can_be_reached",
            ),
        ),
        migrations.AddIndex(
            model_name="partneraudit",
            index=models.Index(fields=["council", "link", "-audited_on"], name="partner_audit_council_link"),
        ),
        migrations.AddConstraint(
            model_name="partneraudit",
            constraint=models.UniqueConstraint(
                fields=("council", "token"), name="partner_audit_token_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="partneraudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_due_on__isnull", True),
                    ("next_due_on__gt", models.F("audited_on")),
                    _connector="OR",
                ),
                name="partner_audit_next_is_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.UniqueConstraint(
                fields=("audit", "number"), name="audit_finding_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("action_id__isnull", False)),
                fields=("council", "action_id"),
                name="audit_finding_action_is_its_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="audit_finding_has_a_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", True), ("closing_words", ""), ("state", "open")),
                    models.Q(
                        ("closed_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("closing_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="audit_finding_closed_says_how",
            ),
        ),
    ]
