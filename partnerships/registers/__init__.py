"""The registers of the partnership, as data: see :mod:`partnerships.registers.shape`."""

from partnerships.registers.activity import (
    ACTIVITY,
    BRIEFINGS,
    COMMUNICATIONS_PLAN,
    COMMUNICATIONS_SENT,
    ENGAGEMENT,
    EVENTS,
    HORIZON,
    MEMBER_BRIEFINGS,
    PROJECTS,
)
from partnerships.registers.agreements import ACKNOWLEDGEMENTS, AGREEMENTS, IMPACT_ASSESSMENTS
from partnerships.registers.policies import (
    CONTRACT_CLAUSES,
    FILTERED_ESTATES,
    POLICIES,
    STRATEGIES,
    VENUE_POLICIES,
    VENUES,
)
from partnerships.registers.shape import Answer, Field, Register

REGISTERS: tuple[Register, ...] = (
    AGREEMENTS,
    IMPACT_ASSESSMENTS,
    ACKNOWLEDGEMENTS,
    STRATEGIES,
    POLICIES,
    VENUE_POLICIES,
    VENUES,
    FILTERED_ESTATES,
    CONTRACT_CLAUSES,
    *ACTIVITY,
)
"""In the order of the page that lists them. A new register adds its definition here."""

__all__ = [
    "ACKNOWLEDGEMENTS",
    "ACTIVITY",
    "AGREEMENTS",
    "BRIEFINGS",
    "COMMUNICATIONS_PLAN",
    "COMMUNICATIONS_SENT",
    "CONTRACT_CLAUSES",
    "ENGAGEMENT",
    "EVENTS",
    "FILTERED_ESTATES",
    "HORIZON",
    "IMPACT_ASSESSMENTS",
    "MEMBER_BRIEFINGS",
    "POLICIES",
    "PROJECTS",
    "REGISTERS",
    "STRATEGIES",
    "VENUES",
    "VENUE_POLICIES",
    "Answer",
    "Field",
    "Register",
]
