"""Fixed choices about a case: consent, support, decisions, reviews, how it ended."""

from __future__ import annotations

from django.db.models import TextChoices

from channel.enums import ConsentToSupport

NATIONAL_REFERENCE_LIMIT = 40
OWNER_LIMIT = 120

CONSENT_STEPS: dict[ConsentToSupport, frozenset[ConsentToSupport]] = {
    ConsentToSupport.NOT_ASKED: frozenset({ConsentToSupport.ASKED}),
    ConsentToSupport.ASKED: frozenset({ConsentToSupport.GIVEN, ConsentToSupport.REFUSED}),
    ConsentToSupport.GIVEN: frozenset({ConsentToSupport.GIVEN, ConsentToSupport.WITHDRAWN}),
    ConsentToSupport.REFUSED: frozenset({ConsentToSupport.ASKED}),
    ConsentToSupport.WITHDRAWN: frozenset({ConsentToSupport.ASKED}),
}
"""Which answer may follow which. Given may follow given when the person has turned 18 since a parent or
guardian consented. channel/migrations/0009_isolate_cases.py says the same."""

ENDED_CONSENT = frozenset({ConsentToSupport.REFUSED, ConsentToSupport.WITHDRAWN})
"""Answers that end consent: each sets a day for a further assessment (section 36(4) of the Act)."""


class ConsentGiver(TextChoices):
    """Whose consent it is: the person's own, or under 18 a parent's or guardian's."""

    PERSON = "person", "The person"
    GUARDIAN = "guardian", "A parent or guardian"


class SupportState(TextChoices):
    """Whether support is in place. It cannot be without consent given (rule 4 of the product)."""

    NOT_STARTED = "not_started", "Not started"
    IN_PLACE = "in_place", "In place"
    STOPPED = "stopped", "Stopped"


class PartnerKind(TextChoices):
    """Kinds of organisation that are involved in a case. No row of an organisation points back to it."""

    CHILDREN = "children", "Children's social care"
    ADULTS = "adults", "Adult social care"
    EDUCATION = "education", "School, college or university"
    POLICE = "police", "Police"
    MENTAL_HEALTH = "mental_health", "Mental health service"
    HEALTH = "health", "Other health service"
    HOUSING = "housing", "Housing"
    PROBATION = "probation", "Prison or probation"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    EMPLOYMENT = "employment", "Employment and benefits"
    VOLUNTARY = "voluntary", "Voluntary or community organisation"
    OTHER = "other", "Another organisation"


class DecisionKind(TextChoices):
    """What the panel decided about a case."""

    ADOPT = "adopt", "Offer support"
    NOT_ADOPT = "not_adopt", "Do not offer support"
    ASK_MORE = "ask_more", "Gather more information"
    CARRY_ON = "carry_on", "Carry on with the support"
    END = "end", "End the support"


class DecisionBasis(TextChoices):
    """How the panel came to its decision (section 37 of the Act)."""

    UNANIMOUS = "unanimous", "Unanimous"
    MAJORITY = "majority", "By majority"
    CHAIR = "chair", "By the chair, without a majority"


class Outcome(TextChoices):
    """How a case left the programme. That the person was referred again is told by the later case."""

    CLOSED = "closed", "Closed without support"
    COMPLETED = "completed", "Support completed"
    WITHDRAWN = "withdrawn", "Withdrawn from support"
    TRANSFERRED = "transferred", "Passed to another organisation"


class CareConsidered(TextChoices):
    """What the panel considered on an exit without support (section 36(6) of the Act)."""

    NOT_NEEDED = "not_needed", "Considered, no referral needed"
    HEALTH = "health", "Considered, referred to a health service"
    SOCIAL_CARE = "social_care", "Considered, referred to social care"
    BOTH = "both", "Considered, referred to both"


class ReviewKind(TextChoices):
    """What a review of a case is for."""

    PLAN = "plan", "Review of the support plan"
    REASSESSMENT = "reassessment", "Further assessment after consent ended"
    SIX_MONTHS = "six_months", "Review 6 months after closure"
    TWELVE_MONTHS = "twelve_months", "Review 12 months after closure"


class ReviewResult(TextChoices):
    """What a review came to."""

    CARRY_ON = "carry_on", "Carry on as planned"
    CHANGED = "changed", "The plan was changed"
    TO_END = "to_end", "Support is to end"
    ASK_AGAIN = "ask_again", "Consent is to be asked again"
    NO_SUPPORT = "no_support", "No support is to be offered"
    NO_CONCERN = "no_concern", "No new concern"
    NEW_CONCERN = "new_concern", "A new concern: to be referred again"


FOLLOW_UPS = {ReviewKind.SIX_MONTHS: 6, ReviewKind.TWELVE_MONTHS: 12}
"""Reviews that are made when a case closes, and how many months later they fall due (rule 6)."""

RESULTS_OF: dict[ReviewKind, tuple[ReviewResult, ...]] = {
    ReviewKind.PLAN: (ReviewResult.CARRY_ON, ReviewResult.CHANGED, ReviewResult.TO_END),
    ReviewKind.REASSESSMENT: (ReviewResult.ASK_AGAIN, ReviewResult.NO_SUPPORT),
    ReviewKind.SIX_MONTHS: (ReviewResult.NO_CONCERN, ReviewResult.NEW_CONCERN),
    ReviewKind.TWELVE_MONTHS: (ReviewResult.NO_CONCERN, ReviewResult.NEW_CONCERN),
}
"""Which results a review of each kind can have."""
