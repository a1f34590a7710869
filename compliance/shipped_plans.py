"""Action plans to start from, in our own words, after the themes of the 2023 guidance.

A council copies one and changes what differs: from then on the plan is its own. The months say how long after
the plan's first day an action is due.
"""

from __future__ import annotations

from dataclasses import dataclass

from compliance.enums import PlanKind, Priority


@dataclass(frozen=True)
class Step:
    """One action of a shipped plan.

    Args:
        measure: how anybody can tell that it is done.
        months: after the plan's first day, by the end of that month.
    """

    title: str
    measure: str
    months: int
    priority: Priority = Priority.MEDIUM


@dataclass(frozen=True)
class Aim:
    """One objective of a shipped plan."""

    title: str
    outcome: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PlanShape:
    """A plan that a council can start from. The key never changes."""

    key: str
    name: str
    suits: str
    kind: PlanKind
    purpose: str
    aims: tuple[Aim, ...]

    @property
    def step_count(self) -> int:
        return sum(len(aim.steps) for aim in self.aims)


_HIGH, _LOW = Priority.HIGH, Priority.LOW

_LEADERSHIP = Aim(
    "Leadership and governance",
    "Somebody senior answers for the duty, and members see how it is met.",
    (
        Step(
            "Name the senior officer who answers for the duty, and a deputy",
            "Both names are minuted and on the governance page.",
            1,
            _HIGH,
        ),
        Step(
            "Agree who reports to whom: board, Channel panel, committee",
            "Terms of reference are agreed and a diagram is published inside the council.",
            3,
            _HIGH,
        ),
        Step(
            "Put the duty on the work plan of a committee and of scrutiny",
            "Dates of the year’s reports stand in both work plans.",
            4,
        ),
    ),
)
_RISK = Aim(
    "Local risk",
    "The plan follows what the local risk is, and changes when it does.",
    (
        Step(
            "Read the local profile with the police and write the local risk assessment",
            "The board has agreed an assessment that is less than twelve months old.",
            3,
            _HIGH,
        ),
        Step(
            "Match each risk with an action of this plan, or say why there is none",
            "Every local risk names its actions in the register.",
            5,
        ),
        Step(
            "Review the assessment each year, and after any incident",
            "The review is minuted with what it changed in this plan.",
            12,
        ),
    ),
)
_PARTNERSHIP = Aim(
    "Partnership",
    "Every organisation that the duty names takes part and knows its own share of the work.",
    (
        Step(
            "Set up the multi-agency board with a seat for each specified authority",
            "Each seat has a named holder and a substitute.",
            3,
            _HIGH,
        ),
        Step(
            "Agree how information is shared, with a data protection impact assessment",
            "The agreement is signed by every partner and has a review date.",
            6,
            _HIGH,
        ),
        Step(
            "Ask each partner for a short account of how it meets the duty",
            "Every partner has answered, and gaps have an action.",
            9,
        ),
    ),
)
_REFERRALS = Aim(
    "Referral pathway",
    "Anybody who is worried about a person knows whom to tell, and hears what follows.",
    (
        Step(
            "Publish one referral form and one address for advice",
            "Staff, schools and the public find both in two clicks.",
            2,
            _HIGH,
        ),
        Step(
            "Write the pathway into children’s and adults’ safeguarding procedures",
            "Both procedures name the pathway and how quickly a concern is passed on.",
            4,
        ),
        Step(
            "Sample referrals twice a year for quality and time taken",
            "The findings are reported to the board without anything about a person.",
            9,
        ),
    ),
)
_CHANNEL = Aim(
    "Channel panel",
    "The panel meets as the Channel guidance asks, with the right people at the table.",
    (
        Step(
            "Appoint a chair and a deputy who know safeguarding",
            "Both have done the chair’s training.",
            2,
            _HIGH,
        ),
        Step(
            "Agree membership, statement of confidentiality and how decisions are recorded",
            "The panel’s terms are agreed and reviewed each year.",
            3,
        ),
        Step(
            "Send the annual assurance statement, and act on what comes back",
            "The statement is sent in time; each point to mend has an action.",
            12,
        ),
    ),
)
_TRAINING = Aim(
    "Training",
    "Staff know what to look for and what to do, as far as their work needs it.",
    (
        Step(
            "Say which posts need which course, and how often",
            "A training needs list covers every service and is in use at induction.",
            3,
            _HIGH,
        ),
        Step(
            "Collect training figures every quarter from services and partners",
            "Every organisation has sent figures for two quarters in a row.",
            6,
        ),
        Step(
            "Brief councillors and senior managers once a year",
            "Attendance is recorded and those who missed it are offered another day.",
            8,
        ),
    ),
)
_SPACES = Aim(
    "Venues and information technology",
    "Council places and networks are not used to draw people into terrorism.",
    (
        Step(
            "Agree a venue-hire policy with a check of who is speaking",
            "The policy is in use at every council venue and offered to others that let rooms.",
            6,
        ),
        Step(
            "Test the web filter on staff, library and guest networks",
            "Each network has a dated test, and gaps are mended.",
            5,
        ),
        Step(
            "Put the duty into grant agreements and contracts that need it",
            "The standard clauses are in the templates.",
            9,
            _LOW,
        ),
    ),
)
_EDUCATION = Aim(
    "Schools and education",
    "Schools, colleges and those who teach at home know where help is to be had.",
    (
        Step(
            "Offer every designated safeguarding lead a yearly briefing",
            "Attendance is known for each school and setting.",
            6,
        ),
        Step(
            "Know how children educated at home and in unregistered settings are reached",
            "A written arrangement names who does what.",
            9,
        ),
    ),
)
_WORDS = Aim(
    "Communications",
    "People hear what is done, and why, in plain words.",
    (
        Step(
            "Write a communications plan that says who speaks, also after an incident",
            "The plan is agreed with the police and partners, and was tried once.",
            6,
        ),
        Step(
            "Meet community groups, and tell the board what they said",
            "Two meetings were held and their points answered.",
            10,
        ),
    ),
)

_MULTI_AGENCY = PlanShape(
    "multi-agency",
    "Multi-agency plan",
    "For a council that leads the partnership. {objectives} objectives and {actions} actions over a year.",
    PlanKind.MULTI_AGENCY,
    "What the council and its partners do this year to meet the duty, and how anybody can tell.",
    (
        _LEADERSHIP,
        _RISK,
        _PARTNERSHIP,
        _REFERRALS,
        _CHANNEL,
        _TRAINING,
        _SPACES,
        _EDUCATION,
        _WORDS,
    ),
)
_OWN = PlanShape(
    "own-services",
    "Council’s own services",
    "For a district, or beside a county’s plan. {objectives} objectives and {actions} actions over a year.",
    PlanKind.COUNCIL,
    "What the council’s own services do this year to meet the duty, and how anybody can tell.",
    (_LEADERSHIP, _REFERRALS, _TRAINING, _SPACES, _WORDS),
)

SHIPPED_PLANS: dict[str, PlanShape] = {shape.key: shape for shape in (_MULTI_AGENCY, _OWN)}


def suits(shape: PlanShape) -> str:
    """For whom a plan is meant, how long it is, and what its objectives are called."""
    words = shape.suits.format(objectives=len(shape.aims), actions=shape.step_count)
    titles = [
        # Channel is a name.
        aim.title if not place or aim.title.startswith("Channel ") else aim.title[0].lower() + aim.title[1:]
        for place, aim in enumerate(shape.aims)
    ]
    return f"{words} {', '.join(titles)}."
