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
    STRATEGIC = "strategic", "Strategic"
    OPERATIONAL = "operational", "Operational"
    SCRUTINY = "scrutiny", "Scrutiny or committee"


class Cadence(TextChoices):
    """How often: a property of the pair of a thing and the body that reviews it."""

    MONTHLY = "monthly", "Every month"
    BI_MONTHLY = "bi_monthly", "Every two months"
    QUARTERLY = "quarterly", "Every quarter"
    TERMLY = "termly", "Every school term"
    SIX_MONTHLY = "six_monthly", "Every six months"
    ANNUAL = "annual", "Every year"
