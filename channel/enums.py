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


class Capacity(TextChoices):
    """How a person sits on a panel."""

    CHAIR = "chair", "Chair or deputy chair"
    SECRETARY = "secretary", "Secretary"
    MEMBER = "member", "Member"


LEADING = frozenset({Capacity.CHAIR, Capacity.SECRETARY})
"""Capacities that prepare cases between meetings, under the annual acknowledgement (RC-2)."""


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
