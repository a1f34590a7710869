from django.db import migrations, models


class Migration(migrations.Migration):
    """A half year begins with the same quarter as that quarter's own report: the end tells them apart."""

    dependencies = [("compliance", "0024_isolate_positions")]

    operations = [
        migrations.RemoveConstraint(model_name="report", name="report_opened_once_per_quarter"),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects__isnull", True)),
                fields=("council", "schedule", "period_end"),
                name="report_opened_once_per_quarter",
            ),
        ),
    ]
