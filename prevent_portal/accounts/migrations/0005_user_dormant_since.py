"""Remember since when an account is suspended for not being used."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_service_principal")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="dormant_since",
            field=models.DateField(
                blank=True,
                help_text="Suspended on this day because the account was not used (AU-4).",
                null=True,
            ),
        ),
    ]
