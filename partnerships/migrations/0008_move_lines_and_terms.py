"""Keep what boards already say of their parent and terms as lines and versions, and what joined as joined."""

from django.db import migrations

FORWARDS = """
INSERT INTO partnerships_governanceline (id, council_id, board_id, parent_id)
    SELECT gen_random_uuid(), council_id, id, parent_id FROM partnerships_board WHERE parent_id IS NOT NULL;
INSERT INTO partnerships_boardterms (id, council_id, board_id, number, agreed_on, review_on, summary)
    SELECT gen_random_uuid(), council_id, id, 1, terms_reviewed_on, terms_reviewed_on + interval '1 year', ''
    FROM partnerships_board WHERE terms_reviewed_on IS NOT NULL;
UPDATE partnerships_boardparticipant SET state = 'joined', answered_at = now();
SET CONSTRAINTS ALL IMMEDIATE;
"""

BACKWARDS = """
UPDATE partnerships_board b SET
    parent_id = (SELECT l.parent_id FROM partnerships_governanceline l
                 WHERE l.board_id = b.id AND l.parent_id IS NOT NULL ORDER BY l.id LIMIT 1),
    terms_reviewed_on = (SELECT coalesce(t.reviewed_on, t.agreed_on) FROM partnerships_boardterms t
                         WHERE t.board_id = b.id ORDER BY t.number DESC LIMIT 1);
DELETE FROM partnerships_boardparticipant WHERE state <> 'joined';
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0007_isolate_boards")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
