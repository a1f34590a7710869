"""A rendition will hold other formats than PDF."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("compliance", "0018_isolate_answers")]

    operations = [migrations.RenameField("reportrendition", "pdf", "content")]
