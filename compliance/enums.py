"""Fixed vocabularies of compliance. A checklist's own scale is data of its edition, never an enum."""

from django.db.models import IntegerChoices, TextChoices


class PlanKind(TextChoices):
    """Whose plan it is. A council has several at once."""

    MULTI_AGENCY = "multi_agency", "Multi-agency plan"
    COUNCIL = "council", "Council's own plan"
    DISTRICT = "district", "District's own plan"
    COMMUNITY_SAFETY = "community_safety", "Part of a community safety plan"


class ActionStatus(TextChoices):
    """How far an action has come."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    COMPLETE = "complete", "Complete"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN_STATUSES = (ActionStatus.NOT_STARTED, ActionStatus.IN_PROGRESS, ActionStatus.ON_HOLD)
"""Statuses in which an action can be overdue."""


class ActionRating(TextChoices):
    """How an action stands. The words are always printed beside the colour."""

    NONE = "", "Not rated"
    GREEN = "green", "Green: on track"
    AMBER = "amber", "Amber: some delay or risk, being managed"
    RED = "red", "Red: off track, needs a decision"


class ExtensionState(TextChoices):
    """Where a request to move a due date stands."""

    OPEN = "open", "Waits for a decision"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"


class Priority(TextChoices):
    """How soon an action matters beside the others of its plan."""

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class ItemKind(TextChoices):
    """How binding an item of the guidance is."""

    MUST = "must", "Must"
    SHOULD = "should", "Should"


class TimescaleKind(TextChoices):
    """When a checklist item is met. The report prints this beside the response."""

    NOT_SET = "", "Not set"
    DATE = "date", "By a date"
    IN_PLACE = "in_place", "In place"
    ONGOING = "ongoing", "Ongoing"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class AnswerState(TextChoices):
    """Where an answer stands between the person who is asked and the coordinator who accepts it."""

    TO_ANSWER = "to_answer", "To answer"
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"


class AnswerStepKind(TextChoices):
    """What happened to an answer. Saves of its text are revisions, not steps."""

    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned with a comment"
    ACCEPTED = "accepted", "Accepted"
    MODERATED = "moderated", "Moderated"
    AGREED = "agreed", "Score agreed"


class TrainingRule(TextChoices):
    """What an item of the guidance asks about how staff were trained (rule 10 of the product)."""

    NONE = "", "Nothing"
    ASKED = "asked", "How training was delivered"
    NOT_E_LEARNING_ALONE = "not_e_learning_alone", "E-learning alone is not enough"


class TrainingDelivery(TextChoices):
    """How training was delivered, as a checklist item on training answers it."""

    NOT_SAID = "", "Not said"
    E_LEARNING = "e_learning", "E-learning alone"
    MIXED = "mixed", "E-learning, and sessions with a trainer"
    SESSIONS = "sessions", "Sessions with a trainer, in a room or live online"


class AssessmentState(TextChoices):
    """Whether the answers of a round may still change."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class ExecutiveResponse(TextChoices):
    """What the executive said to a recommendation."""

    PENDING = "", "Not yet answered"
    ACCEPT = "accept", "Accepted"
    ACCEPT_IN_PART = "accept_in_part", "Accepted in part"
    REJECT = "reject", "Rejected"


class ReviewState(TextChoices):
    """Where a scrutiny review stands between its first draft and its closure."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    PUT_UP = "put_up", "Put up for closure"
    CLOSED = "closed", "Closed"


class HearingKind(TextChoices):
    """What happened to a review before a body."""

    CONSIDERED = "considered", "Considered"
    PUT_UP = "put_up", "Put up for closure"
    REFUSED = "refused", "Closure refused"
    REPORTED = "reported", "Reported again"
    CLOSED = "closed", "Closed"
    CORRECTION = "correction", "Correction"
    REOPENED = "reopened", "Opened again"


class RecommendationState(TextChoices):
    """What became of a recommendation. Only a committee makes one complete."""

    OPEN = "open", "Open"
    PROPOSED = "proposed", "Completion proposed"
    COMPLETE = "complete", "Complete"
    NO_ACTION = "no_action", "Rejected, no action"
    ACTIONED = "actioned", "Rejected, since actioned"


class RecommendationEntry(TextChoices):
    """What a line of a recommendation's log is."""

    NOTE = "note", "Progress"
    PROPOSED = "proposed", "Completion proposed"
    CONFIRMED = "confirmed", "Confirmed by the committee"
    REFUSED = "refused", "Not confirmed by the committee"
    REOPENED = "reopened", "Opened again by the committee"


class SectionKind(TextChoices):
    """What a section of a report holds. Any section can carry data blocks beside its words."""

    NARRATIVE = "narrative", "Words"
    BLOCKS = "blocks", "Figures"
    RECOMMENDATIONS = "recommendations", "Recommendations"
    IMPLICATIONS = "implications", "Implications"
    APPENDIX = "appendix", "Appendix"
    AUDIT_TRAIL = "audit_trail", "Audit trail"


class Numbering(TextChoices):
    """How the software numbers a report; no author types a number (rule 11 of the product)."""

    SECTIONS = "sections", "Sections 1, 2, 3 and paragraphs 1.1, 1.2"
    CONTINUOUS = "continuous", "Paragraphs 1, 2, 3 through the whole report"


class ReportState(TextChoices):
    """How firm a report is: live figures, frozen figures, or nothing changes any more."""

    DRAFT = "draft", "Draft"
    FROZEN = "frozen", "Figures frozen"
    FINAL = "final", "Final"


class ReportEdition(TextChoices):
    """Who a file of a report is for. Exempt sections stand in a file of their own (Schedule 12A)."""

    PUBLIC = "public", "Public"
    EXEMPT = "exempt", "Exempt"


class ReportFormat(TextChoices):
    """What a report can be handed over as."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"


class HeaderField(TextChoices):
    """Lines of a report's header block that a council may use."""

    MEETING_ON = "meeting_on", "Date"
    ITEM_NUMBER = "item_number", "Agenda item"
    REPORT_OF = "report_of", "Report of"
    CABINET_MEMBER = "cabinet_member", "Cabinet member"
    WARDS = "wards", "Wards"
    STATUS = "status", "Status"
    URGENT = "urgent", "Urgent"
    KEY_DECISION = "key_decision", "Key decision"
    ENCLOSURES = "enclosures", "Enclosures"
    CONTACT = "contact", "Officer to contact"
    AUTHOR = "author", "Author"
    CLASSIFICATION = "classification", "Classification"
    ACCOUNTABLE_DIRECTOR = "accountable_director", "Accountable director"
    ORIGINATING_SERVICE = "originating_service", "Originating service"
    ACCOUNTABLE_EMPLOYEE = "accountable_employee", "Accountable employee"
    CONSIDERED_BY = "considered_by", "To be, or has been, considered by"


class Likelihood(IntegerChoices):
    """How likely a local risk is."""

    RARE = 1, "Rare"
    UNLIKELY = 2, "Unlikely"
    POSSIBLE = 3, "Possible"
    LIKELY = 4, "Likely"
    ALMOST_CERTAIN = 5, "Almost certain"


class Impact(IntegerChoices):
    """What it would mean if it came about."""

    MINOR = 1, "Minor"
    LIMITED = 2, "Limited"
    MODERATE = 3, "Moderate"
    MAJOR = 4, "Major"
    SEVERE = 5, "Severe"


class RiskDirection(TextChoices):
    """Where a risk is heading."""

    RISING = "rising", "Rising"
    STEADY = "steady", "Steady"
    FALLING = "falling", "Falling"


class RiskStatus(TextChoices):
    """Whether a risk is still looked after."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class RiskSourceKind(TextChoices):
    """What informs a risk: a kind and a date, never the content (rule 7 of the product)."""

    CTLP = "ctlp", "Counter-terrorism local profile received"
    REFERRALS = "referrals", "Referral trends"
    PARTNERS = "partners", "Information from partners"
    OPEN_SOURCES = "open_sources", "Open sources"


class SummaryState(TextChoices):
    """Where the publishable words about a risk stand."""

    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved for publication"
    WITHDRAWN = "withdrawn", "Withdrawn"
