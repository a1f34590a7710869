"""States of accepted work, and stages of reminders."""

from django.db.models import TextChoices


class JobState(TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "In progress"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"
    REFUSED = "refused", "Not permitted"


class EmailState(TextChoices):
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


class ReminderStage(TextChoices):
    """How far a thing that waits has come; each is told once, the weekly one once for each week."""

    NOTICE = "notice", "Early notice"
    COMING = "coming", "Coming up"
    DUE = "due", "Due"
    OVERDUE = "overdue", "Overdue"
    WEEKLY = "weekly", "Still overdue"
    ESCALATED = "escalated", "Overdue with somebody else"
    ASKED = "asked", "Sent by hand"


class ReminderChannel(TextChoices):
    DIGEST = "digest", "Daily email"
    DIRECT = "direct", "Email of its own"


class EscalationReason(TextChoices):
    LATE = "late", "overdue for a while"
    AWAY = "away", "due while its owner is away"
