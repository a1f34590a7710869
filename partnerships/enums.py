"""Fixed vocabularies of partnerships. Names of boards are each council's own data, never an enum."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    """What an organisation is. Whether the duty binds it is a field of its own (Schedules 6 and 7 differ)."""

    COUNCIL_SERVICE = "council_service", "Service of the council"
    NHS_TRUST = "nhs_trust", "NHS trust or foundation trust"
    SCHOOL = "school", "School or academy"
    COLLEGE = "college", "College or university"
    POLICE = "police", "Police"
    PROBATION = "probation", "Probation service"
    YOUTH_JUSTICE = "youth_justice", "Youth justice service"
    VOLUNTARY = "voluntary", "Voluntary or community organisation"
    HOUSING = "housing", "Housing provider"
    OTHER = "other", "Other"


class BoardLevel(TextChoices):
    """Where a body stands: layers of the governance picture run from strategic to operational."""

    STRATEGIC = "strategic", "Strategic"
    TACTICAL = "tactical", "Tactical"
    OPERATIONAL = "operational", "Operational"
    SCRUTINY = "scrutiny", "Scrutiny or committee"


class BoardKind(TextChoices):
    """What sort of body it is, to filter by. Its name is the council's own."""

    PARTNERSHIP_BOARD = "partnership_board", "Strategic partnership board"
    PREVENT_BOARD = "prevent_board", "Prevent or CONTEST board"
    NETWORK = "network", "Network"
    DELIVERY_GROUP = "delivery_group", "Delivery group"
    STEERING_GROUP = "steering_group", "Steering group"
    COMMUNITY_SAFETY = "community_safety", "Community safety partnership"
    SAFEGUARDING = "safeguarding", "Safeguarding board or partnership"
    CHANNEL_PANEL = "channel_panel", "Channel panel"
    MANAGEMENT = "management", "Management team of the council"
    OTHER = "other", "Other group"


class BoardState(TextChoices):
    """Whether a board meets. A closed one is kept to be read, with its last day."""

    PLANNED = "planned", "To be set up"
    ACTIVE = "active", "In place"
    CLOSED = "closed", "Closed"


class ParticipationState(TextChoices):
    """Where a council stands with another's joint board. A participation ends on its date, not by a state."""

    INVITED = "invited", "Invited"
    JOINED = "joined", "Takes part"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Invitation withdrawn"


class SeatRole(TextChoices):
    """What a seat is on its board. A board has one chair."""

    CHAIR = "chair", "Chair"
    DEPUTY = "deputy", "Deputy chair"
    MEMBER = "member", "Member"
    SECRETARY = "secretary", "Secretary"
    ADVISER = "adviser", "Adviser"


class Cadence(TextChoices):
    """How often: a property of the pair of a thing and the body that reviews it."""

    MONTHLY = "monthly", "Every month"
    BI_MONTHLY = "bi_monthly", "Every two months"
    QUARTERLY = "quarterly", "Every quarter"
    TERMLY = "termly", "Every school term"
    SIX_MONTHLY = "six_monthly", "Every six months"
    ANNUAL = "annual", "Every year"


class RegisterStatus(TextChoices):
    """How an entry of a register stands on a day. Always derived from its dates, never stored."""

    DRAFT = "draft", "Not in force yet"
    UPCOMING = "upcoming", "Begins later"
    IN_FORCE = "in_force", "In force"
    ENDS_SOON = "ends_soon", "Ends soon"
    REVIEW_DUE = "review_due", "Review overdue"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PAST = "past", "Earlier term"


class LegalBasis(TextChoices):
    """Why personal data may be shared: UK GDPR Article 6, or Part 3 of the Data Protection Act 2018."""

    PUBLIC_TASK = "public_task", "Public task (Article 6(1)(e))"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation (Article 6(1)(c))"
    VITAL_INTERESTS = "vital_interests", "Vital interests (Article 6(1)(d))"
    LEGITIMATE_INTERESTS = "legitimate_interests", "Legitimate interests (Article 6(1)(f))"
    CONSENT = "consent", "Consent (Article 6(1)(a))"
    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement (Data Protection Act 2018, Part 3)"
    NO_PERSONAL_DATA = "no_personal_data", "No personal data is shared"


class ResidualRisk(TextChoices):
    """What remains after the measures of a data protection impact assessment."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class AcknowledgementScope(TextChoices):
    """What a person promised to keep confidential."""

    CHANNEL = "channel", "Channel panel"
    PARTNERSHIP = "partnership", "Papers of the partnership"


class ApprovedKind(TextChoices):
    """Which register an approved document stands in."""

    STRATEGY = "strategy", "Strategy"
    POLICY = "policy", "Policy"
    VENUE_POLICY = "venue_policy", "Venue-hire policy"


class VenueKind(TextChoices):
    """What sort of place is let."""

    LIBRARY = "library", "Library"
    YOUTH = "youth", "Youth centre"
    ADULT_LEARNING = "adult_learning", "Adult learning centre"
    COMMUNITY = "community", "Community centre or hall"
    SCHOOL = "school", "School"
    LEISURE = "leisure", "Leisure centre"
    OUTDOOR = "outdoor", "Park or open space"
    CIVIC = "civic", "Civic building"
    OTHER = "other", "Other"


class EstateKind(TextChoices):
    """Whose computers a filter protects."""

    CORPORATE = "corporate", "Council staff network"
    LIBRARIES = "libraries", "Library computers"
    GUEST = "guest", "Guest and public wifi"
    SCHOOLS = "schools", "School networks"
    YOUTH = "youth", "Youth and community provision"
    OTHER = "other", "Other"


class FilterTest(TextChoices):
    """What the latest test of a filter showed. Never assumed: an estate that nobody tested says so."""

    BLOCKED = "blocked", "Blocked"
    PARTLY = "partly", "Partly blocked"
    NOT_BLOCKED = "not_blocked", "Not blocked"
    NOT_TESTED = "not_tested", "Not tested"


class ClauseState(TextChoices):
    """Whether a contract binds its supplier to the duty."""

    INCLUDED = "included", "In the contract"
    BY_LETTER = "by_letter", "Agreed by letter"
    AT_RENEWAL = "at_renewal", "To be added at renewal"
    MISSING = "missing", "Missing"
    NOT_NEEDED = "not_needed", "Not needed"


class ClaimState(TextChoices):
    """Where a quarter's claim stands. What a funder queried is corrected and submitted again."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried"
    PAID = "paid", "Paid"


class ClaimStepKind(TextChoices):
    """What happened to a claim."""

    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried by the funder"
    PAID = "paid", "Paid"


class DesignationKind(TextChoices):
    """How the Home Office designated an area for funding."""

    PRIORITY = "priority", "Priority area"
    SUPPORTED = "supported", "Supported area"
    NONE = "none", "Not designated"


class DatePrecision(TextChoices):
    """How exactly a source tells a date."""

    DAY = "day", "The day is known"
    MONTH = "month", "Only the month is known"
    YEAR = "year", "Only the year is known"


class ThreatLevelName(TextChoices):
    """The five national threat levels, the lowest first."""

    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    SUBSTANTIAL = "substantial", "Substantial"
    SEVERE = "severe", "Severe"
    CRITICAL = "critical", "Critical"


class CodeScheme(TextChoices):
    """Which register a code of an organisation comes from."""

    ODS = "ODS", "ODS (health)"
    URN = "URN", "URN (schools)"
    UKPRN = "UKPRN", "UKPRN (providers of learning)"
    GSS = "GSS", "GSS (areas)"
    LOCAL = "Local", "Our own"


class AuditKind(TextChoices):
    """What kind of audit a partner went through."""

    SECTION_11 = "section_11", "Section 11 safeguarding audit"
    SECTION_175 = "section_175", "Section 175 or 157 safeguarding audit"
    SELF_ASSESSMENT = "self_assessment", "Prevent self-assessment"
    CONTRACT = "contract", "Contract monitoring"
    PEER_REVIEW = "peer_review", "Peer review"
    OTHER = "other", "Other"


class AuditResult(TextChoices):
    """How an audit ended. An awaited result is neither met nor failed."""

    AWAITED = "awaited", "Result awaited"
    MET = "met", "Met"
    PARTLY_MET = "partly_met", "Partly met"
    NOT_MET = "not_met", "Not met"


class FindingState(TextChoices):
    """Whether somebody has said what was done about a finding of an audit."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class MeetingState(TextChoices):
    """Recording who attended makes a planned meeting one that was held."""

    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class MinutesState(TextChoices):
    """How far a meeting's minutes have come. Approved ones are frozen."""

    NONE = "none", "Not written"
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"


class AgendaKind(TextChoices):
    """Why an item stands on an agenda."""

    STANDING = "standing", "Standing item"
    CARRIED = "carried", "Carried over"
    NEW = "new", "New item"


class PaperAudience(TextChoices):
    """Who reads a paper of a meeting. A joint board's participants see only what is for everyone."""

    EVERYONE = "everyone", "Everybody who sees the meeting, councils that take part included"
    BOARD = "board", "Members of the board, and officers who read every board's papers"
    NAMED = "named", "Named readers alone"


class PackEdition(TextChoices):
    """For whom a board pack is made. Papers for named readers are in none."""

    EVERYONE = "everyone", "For everybody at the meeting"
    BOARD = "board", "For members of the board"


class AttendanceState(TextChoices):
    """How an agency was represented. A substitute counts as there."""

    PRESENT = "present", "Present"
    SUBSTITUTE = "substitute", "Substitute"
    APOLOGIES = "apologies", "Apologies"
    ABSENT = "absent", "Absent"


class DirectoryChange(TextChoices):
    """What reading an official register changed in the directory."""

    ADDED = "added", "Added"
    RENAMED = "renamed", "Renamed"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Open again"
    SUCCESSOR = "successor", "Successor named"
    DUTY = "duty", "Kind or schedules changed"


class LinkState(TextChoices):
    """How a council's link to an organisation stands."""

    LINKED = "linked", "Linked"
    TO_COME = "to_come", "Linked later"
    ENDED = "ended", "Link ended"


class CommunicationKind(TextChoices):
    """Whether a communication is planned or was sent: two registers share one table."""

    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"


class CommunicationChannel(TextChoices):
    """How people are told."""

    LETTER = "letter", "Letter"
    EMAIL = "email", "Email"
    WEBSITE = "website", "Website"
    PRESS = "press", "Press release"
    SOCIAL_MEDIA = "social_media", "Social media"
    NEWSLETTER = "newsletter", "Newsletter"
    LEAFLET = "leaflet", "Leaflet or poster"
    CAMPAIGN = "campaign", "Campaign or awareness week"
    IN_PERSON = "in_person", "In person"


class BriefingKind(TextChoices):
    """What a briefing was about. CTLP: the police's Counter Terrorism Local Profile."""

    CTLP = "ctlp", "CTLP"
    CTLP_SUMMARY = "ctlp_summary", "Summary of the CTLP"
    POLICE = "police", "Other police briefing"
    PREVENT = "prevent", "Prevent programme"
    OTHER = "other", "Other"


class EventKind(TextChoices):
    """What kind of event it is."""

    CONFERENCE = "conference", "Conference"
    WORKSHOP = "workshop", "Workshop"
    AWARENESS = "awareness", "Awareness week or day"
    SCHOOLS = "schools", "Event for schools"
    OTHER = "other", "Other"


class ProjectStage(TextChoices):
    """How far a project is."""

    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Funding agreed"
    RUNNING = "running", "Running"
    EVALUATED = "evaluated", "Being evaluated"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped early"
