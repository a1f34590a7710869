"""Offers of a role to an e-mail address."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import prevent_portal.tenancy.models
from prevent_portal.accounts.enums import Role


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_user_dormant_since"), ("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
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
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                ("name", models.CharField(blank=True, max_length=120)),
                ("role", models.CharField(choices=Role.choices, max_length=30)),
                (
                    "role_ends_on",
                    models.DateField(
                        blank=True, help_text="Last day of the role that is offered.", null=True
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
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
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("council"),
                        models.F("email"),
                        models.F("role"),
                        condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                        name="invitation_open_once_per_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                        name="invitation_accepted_or_withdrawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                        | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                        name="invitation_accepted_by_somebody",
                    ),
                ],
            },
        ),
    ]
