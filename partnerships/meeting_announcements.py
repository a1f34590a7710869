"""What meetings announce to the kernel: sentences of the audit trail."""

from __future__ import annotations

MEETING_SENTENCES = {
    "partnerships.meetings_arranged": "changed how a board meets",
    "partnerships.meeting_planned": "planned a meeting of a board",
    "partnerships.meeting_changed": "changed a planned meeting",
    "partnerships.meeting_cancelled": "cancelled a meeting",
    "partnerships.attendance_recorded": "recorded who attended a meeting",
    "partnerships.agenda_item_added": "added an item to an agenda",
    "partnerships.agenda_item_changed": "changed an item of an agenda",
    "partnerships.agenda_item_removed": "took an item off an agenda",
    "partnerships.agenda_item_carried": "said whether an item is carried over to the next meeting",
    "partnerships.paper_added": "put a paper on an agenda",
    "partnerships.paper_removed": "took a paper off an agenda",
    "partnerships.decision_recorded": "recorded a decision of a board",
    "partnerships.decision_changed": "mended the words of a decision",
    "partnerships.action_arose": "raised a plan action at a meeting",
    "partnerships.minutes_written": "wrote the draft minutes of a meeting",
    "partnerships.minutes_approved": "recorded that the minutes of a meeting were approved",
    "partnerships.pack_requested": "asked for a board pack",
    "partnerships.pack_made": "made a board pack",
}
