"""Fixed choices of Channel."""

from datetime import timedelta

from django.db.models import TextChoices

READ_CASE = "read_case"
"""Codename of guardian's permission on one case. It is granted by name, never for the whole table (OP-2)."""

MEETING_LASTS = timedelta(hours=12)
"""A meeting that nobody closed lapses after this time. channel/migrations/0002_walls.py says the same."""

ACKNOWLEDGEMENT_LASTS_DAYS = 365
"""How long the annual acknowledgement of chair and secretary counts. The database says the same."""

SUMMARY_LIMIT = 1_500
STATEMENT_LIMIT = 4_000
REASON_LIMIT = 1_000


class Capacity(TextChoices):
    """How a person sits on a panel."""

    CHAIR = "chair", "Chair or deputy chair"
    SECRETARY = "secretary", "Secretary"
    MEMBER = "member", "Standing member"
    PER_CASE = "per_case", "Member for one case"
    DISTRICT = "district", "District attender"
    CASE_MANAGER = "case_manager", "Case manager"
    POLICE = "police", "Police representative"


LEADING = frozenset({Capacity.CHAIR, Capacity.SECRETARY})
"""Capacities that prepare cases between meetings, under the annual acknowledgement (RC-2)."""


class Agency(TextChoices):
    """For whom a person sits on a panel. Attendance is counted by it; a case has kinds of partner instead."""

    COUNCIL = "council", "Council"
    CHILDREN = "children", "Children's social care"
    ADULTS = "adults", "Adult social care"
    EDUCATION = "education", "Education"
    POLICE = "police", "Police"
    HEALTH = "health", "Health"
    MENTAL_HEALTH = "mental_health", "Mental health trust"
    PROBATION = "probation", "Probation"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    PRISON = "prison", "Prison"
    HOUSING = "housing", "Housing"
    WORK = "work", "Work and pensions"
    DISTRICT = "district", "District council"
    VOLUNTARY = "voluntary", "Voluntary sector"
    OTHER = "other", "Other agency"


class AttendanceState(TextChoices):
    """Whether somebody who sits on the panel came to a meeting."""

    PRESENT = "present", "Present"
    APOLOGIES = "apologies", "Sent apologies"
    ABSENT = "absent", "Absent"


class ListedFor(TextChoices):
    """Why a case is on a meeting's list."""

    FIRST = "first", "First discussion"
    DISCUSSION = "discussion", "Discussion"
    PLAN = "plan", "Review of the support plan"
    EXIT = "exit", "Leaving the programme"
    AFTER_EXIT = "after_exit", "Review after leaving"


class FileKind(TextChoices):
    """What a panel takes out of the portal as a file."""

    AGENDA = "agenda", "Agenda"
    RECORD = "record", "Meeting record"
    FIGURES = "figures", "Assurance figures"


class FileForm(TextChoices):
    """In which form. Each is a right of its own."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel workbook"


FILE_LASTS = timedelta(hours=24)
"""How long a file that somebody asked for can be fetched. After that it is made anew, or not at all."""


class StatementKind(TextChoices):
    """What a confidentiality statement is signed for."""

    MEETING = "meeting", "Statement for a meeting"
    ANNUAL = "annual", "Annual acknowledgement of chair and secretary"


class SourceSector(TextChoices):
    """Where a referral came from."""

    EDUCATION = "education", "Education"
    POLICE = "police", "Police"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    HEALTH = "health", "Health"
    PRISON_AND_PROBATION = "prison_and_probation", "Prison and probation"
    COMMUNITY = "community", "Community"
    FRIENDS_AND_FAMILY = "friends_and_family", "Friends and family"
    OTHER = "other", "Other"


class ConsentToSupport(TextChoices):
    """Consent to support (section 36(4) of the Act). It is not the lawful basis of processing (rule 4)."""

    NOT_ASKED = "not_asked", "Not asked yet"
    ASKED = "asked", "Asked, no answer yet"
    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class LawfulBasis(TextChoices):
    """Why personal data may be processed (UK GDPR, Article 6). It is not consent to support (rule 4)."""

    PUBLIC_TASK = "public_task", "Public task: Article 6(1)(e)"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation: Article 6(1)(c)"


class Audience(TextChoices):
    """Who reads released figures. A panel's own chair reads exact ones, which are never released."""

    BOARDS = "boards", "Boards"
    PUBLIC = "public", "The public"


class FigureChoice(TextChoices):
    """How a council prints numbers about Channel cases for an audience (rule 8 of the product)."""

    NONE = "none", "No figures"
    ROUNDED = "rounded", "1 to 7 not shown, the rest rounded to 5"
    FEWER_THAN_FIVE = "fewer_than_five", "Fewer than 5 not shown, the rest exact, others withheld beside them"


class ReleaseState(TextChoices):
    """Where a release of figures stands. One person proposes it, another approves it (OP-6)."""

    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Released"
    DECLINED = "declined", "Declined"


BREAK_GLASS_LASTS = timedelta(minutes=30)
"""How long an emergency reading lasts. channel/migrations/0011_retention_walls.py says the same."""

BREAK_GLASS_REVIEW_DAYS = 2
"""Working days in which somebody else reviews an emergency reading (RC-4)."""

BREAK_GLASS_ASKED_LASTS = timedelta(hours=24)
"""How long an operator's request waits for its second person. The database says the same."""

DEFAULT_RETENTION_YEARS = 6
"""How long a case is kept after the person left, where the council decided nothing (rule 6)."""

LONGEST_RETENTION_YEARS = 25


class BreakGlassGround(TextChoices):
    """On what ground a case is read in an emergency."""

    CONSENT = "consent", "The person, or who speaks for them, has agreed"
    LEGAL_DUTY = "legal_duty", "A legal duty"
    PUBLIC_INTEREST = "public_interest", "An overriding public interest"


class BreakGlassVerdict(TextChoices):
    """What the review of an emergency reading found."""

    JUSTIFIED = "justified", "It was justified"
    NOT_JUSTIFIED = "not_justified", "It was not justified"


class DestructionState(TextChoices):
    """Where the review of a case stands whose period is over: one proposes, another destroys (RC-7)."""

    DUE = "due", "Due for review"
    KEPT = "kept", "Kept on"
    PROPOSED = "proposed", "Destruction proposed"
    DESTROYED = "destroyed", "Destroyed"
