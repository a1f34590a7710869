"""Boards report by lines now, and their terms have versions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0008_move_lines_and_terms")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE partnerships_board DROP CONSTRAINT partnerships_board_parent_id_council",
            "ALTER TABLE partnerships_board ADD CONSTRAINT partnerships_board_parent_id_council "
            "FOREIGN KEY (council_id, parent_id) REFERENCES partnerships_board (council_id, id) "
            "DEFERRABLE INITIALLY DEFERRED",
        ),
        migrations.RemoveField("board", "parent"),
        migrations.RemoveField("board", "terms_reviewed_on"),
    ]
