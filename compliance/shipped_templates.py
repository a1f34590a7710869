"""Shapes of committee reports to start from, after the kinds of report that councils publish.

Order, header lines, implications and sign-off of each shape follow a published report of its kind; headings
and guidance are our own. No heading carries a number: the software numbers (rule 11 of the product). A key
never changes, because it is what a section is found by.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from compliance.enums import HeaderField, Numbering, SectionKind
from compliance.legal_texts import text_of


@dataclass(frozen=True)
class Section:
    """One section of a shape.

    Args:
        blocks: names of registered data blocks. One that no room registers is passed over.
        legal: names of the passages of the legal library that the section starts with.
        adviser: title of the officer whose advice the section holds.
    """

    key: str
    heading: str
    level: int = 1
    kind: SectionKind = SectionKind.NARRATIVE
    numbered: bool = True
    blocks: tuple[str, ...] = ()
    required: bool = True
    none_identified_allowed: bool = False
    guidance: str = ""
    legal: tuple[str, ...] = ()
    adviser: str = ""

    @property
    def starts_with(self) -> str:
        return text_of(self.legal)


@dataclass(frozen=True)
class Shape:
    """One kind of report.

    Args:
        modelled_on: the kind of published report that it follows, in words for the page.
        signatories: titles of those who sign after the author, in order.
    """

    key: str
    name: str
    modelled_on: str
    numbering: Numbering
    header_fields: tuple[HeaderField, ...]
    signatories: tuple[str, ...]
    sections: tuple[Section, ...] = field(default=())


def _implication(
    key: str, heading: str, guidance: str, *, legal: tuple[str, ...] = (), blocks: tuple[str, ...] = ()
) -> Section:
    return Section(
        key,
        heading,
        level=2,
        kind=SectionKind.IMPLICATIONS,
        none_identified_allowed=True,
        guidance=guidance,
        legal=legal,
        blocks=blocks,
    )


def _figures(key: str, heading: str, guidance: str, *blocks: str, required: bool = False) -> Section:
    """A part that prints with its figures alone, if nobody writes words to them."""
    return Section(
        key,
        heading,
        level=2,
        kind=SectionKind.BLOCKS,
        blocks=blocks,
        required=required,
        guidance=guidance,
    )


def _part(key: str, heading: str, guidance: str, *blocks: str, required: bool = False) -> Section:
    """A part that is printed only if there are words or figures for it."""
    return Section(key, heading, level=2, blocks=blocks, required=required, guidance=guidance)


_SUMMARY = Section(
    "summary", "Summary", numbered=False, guidance="What the committee needs to know, in half a page."
)
_RECOMMENDATIONS = Section(
    "recommendations",
    "Recommendations",
    kind=SectionKind.RECOMMENDATIONS,
    numbered=False,
    guidance=(
        "One in each paragraph. Start each with what the committee is asked to do: “Note:”, “Agree:”, "
        "“Comment:”, “Consider:”, “Inform:” or “Sign off:”."
    ),
)
_LEGAL = _implication(
    "legal",
    "Legal and constitutional",
    "The duty and the committee’s remit. Starts from the legal library.",
    legal=("duty", "channel"),
)
_FINANCE = _implication(
    "resources", "Finance and resources", "Grants, claims and what the work costs.", blocks=("grant_claims",)
)
_EQUALITIES = _implication(
    "equalities",
    "Equalities and diversity",
    "How the work bears on people who share a characteristic.",
    legal=("equalities",),
)
_PAPERS = Section(
    "papers",
    "Background papers",
    none_identified_allowed=True,
    guidance="Papers that the report relies on, with their addresses or where they are held.",
)
_PLAN_APPENDIX = Section(
    "appendix-plan",
    "The action plan",
    kind=SectionKind.APPENDIX,
    blocks=("action_plan_register",),
    required=False,
    guidance="The portal adds every action with its lead, dates and state.",
)
_EXEMPT_FIGURES = Section(
    "channel-exempt",
    "Channel panel: figures for members only",
    kind=SectionKind.BLOCKS,
    blocks=("channel_figures_boards",),
    required=False,
    guidance=(
        "Mark the section as exempt, with the paragraph of Schedule 12A and the reason, or leave it out. Its "
        "figures are never part of the public edition."
    ),
)

HEALTH_AND_WELLBEING = Shape(
    "health-and-wellbeing",
    "Health and wellbeing board report",
    "A health and wellbeing board’s report on training, the action plan and local risk.",
    Numbering.SECTIONS,
    (
        HeaderField.MEETING_ON,
        HeaderField.REPORT_OF,
        HeaderField.WARDS,
        HeaderField.STATUS,
        HeaderField.URGENT,
        HeaderField.KEY_DECISION,
        HeaderField.ENCLOSURES,
        HeaderField.CONTACT,
    ),
    ("Lead officer", "Cabinet member"),
    (
        _SUMMARY,
        _RECOMMENDATIONS,
        Section("why", "Why this report is needed", guidance="The strategy and what the board asked for."),
        _part(
            "risk",
            "Local risk",
            "What may be published of the local risk profile, theme by theme. No intelligence.",
            "risk_summary",
            required=True,
        ),
        _figures(
            "plan",
            "The multi-agency action plan",
            "What moved this quarter. The portal adds the counts and the overdue actions.",
            "action_plan_progress",
        ),
        _figures(
            "training",
            "Training in health services",
            "What the returns show. The portal adds the tables and charts.",
            "training_returns",
            "training_trend",
            required=True,
        ),
        _figures(
            "services",
            "Training in council services",
            "What the services delivered, and the sessions. The portal adds the tables.",
            "training_services",
            "training_sessions",
            required=True,
        ),
        _part(
            "channel",
            "The Channel panel",
            "How the panel works. No figure that identifies anyone.",
            "channel_figures_public",
            required=True,
        ),
        _figures(
            "oversight",
            "Oversight by partners",
            "Which groups steer the work, and how often they met.",
            "meetings_attendance",
        ),
        Section(
            "alternatives",
            "Other options considered and not recommended",
            none_identified_allowed=True,
            guidance="Options that are not recommended, and why; no decision that was taken.",
        ),
        Section(
            "improvement",
            "Where targets are not met",
            blocks=("training_below_target",),
            guidance="What providers below the target do, and who follows it up.",
        ),
        Section("after", "After the decision", guidance="What happens next, by whom and when."),
        Section("implications", "Implications of the decision", required=False),
        _implication("priorities", "Corporate priorities and performance", "Which priorities it serves."),
        _FINANCE,
        _implication("social-value", "Social value", "Benefits to the area beyond the contract."),
        _LEGAL,
        _implication("risk-management", "Risk management", "What could go wrong and what is done about it."),
        _EQUALITIES,
        _implication("corporate-parenting", "Corporate parenting", "What it means for children in care."),
        _implication("consultation", "Consultation and engagement", "Who was asked and what they said."),
        _implication("insight", "Insight", "Data and evidence used."),
        _PAPERS,
        _PLAN_APPENDIX,
        _EXEMPT_FIGURES,
    ),
)

CABINET = Shape(
    "cabinet",
    "Cabinet report",
    "A cabinet’s decision on the delivery plan, with officers’ advice and an audit trail.",
    Numbering.CONTINUOUS,
    (
        HeaderField.ITEM_NUMBER,
        HeaderField.CLASSIFICATION,
        HeaderField.MEETING_ON,
        HeaderField.WARDS,
        HeaderField.CABINET_MEMBER,
        HeaderField.REPORT_OF,
        HeaderField.AUTHOR,
        HeaderField.KEY_DECISION,
    ),
    ("Lead officer", "Cabinet member"),
    (
        Section(
            "foreword",
            "Foreword by the cabinet member",
            numbered=False,
            required=False,
            guidance="In the member’s own words, with the member’s office below them.",
        ),
        replace(
            _RECOMMENDATIONS, guidance=f"{_RECOMMENDATIONS.guidance} Name the version of a plan to agree."
        ),
        Section(
            "background",
            "Background information",
            guidance="The duty and how the council meets it.",
            legal=("duty", "channel"),
        ),
        Section(
            "issues",
            "Key issues for consideration",
            kind=SectionKind.BLOCKS,
            blocks=("duty_checklist", "duty_checklist_changes", "action_plan_progress"),
            guidance="How each workstream of the duty is met. The portal adds the checklist and the plan.",
        ),
        _part("risk", "Local risk", "What may be published. No intelligence.", "risk_summary"),
        _part(
            "delivery",
            "Schools, training and engagement",
            "What was done in the quarter.",
            "schools_coverage",
            "training_sessions",
            "events",
        ),
        _part("channel", "The Channel panel", "How the panel works.", "channel_figures_public"),
        Section(
            "community",
            "Community impact statement",
            guidance="What it means for communities, and what an assessment of equalities found.",
        ),
        Section("equalities", "Equalities", level=2, none_identified_allowed=True, legal=("equalities",)),
        Section(
            "resources",
            "Resource implications",
            none_identified_allowed=True,
            blocks=("grant_claims",),
            guidance="The grant, what it pays for, and the claims of the year.",
        ),
        Section(
            "legal",
            "Legal implications",
            none_identified_allowed=True,
            guidance="What the decision rests on. Refer to the advice below rather than repeat it.",
        ),
        Section(
            "consultation",
            "Consultation",
            none_identified_allowed=True,
            guidance="Who was asked outside the council, and what they said.",
        ),
        Section("advice", "Supplementary advice from other officers", required=False),
        Section(
            "advice-legal",
            "Director of Law",
            level=2,
            guidance="The officer writes this part.",
            adviser="Director of Law",
        ),
        Section(
            "advice-finance",
            "Director of Finance",
            level=2,
            guidance="The officer writes this part.",
            adviser="Director of Finance",
        ),
        replace(_PAPERS, heading="Background documents", numbered=False),
        Section(
            "appendices",
            "Appendices",
            numbered=False,
            none_identified_allowed=True,
            guidance="Number and title of each paper that goes with the report, and how it is circulated.",
        ),
        Section(
            "audit-trail",
            "Audit trail",
            kind=SectionKind.AUDIT_TRAIL,
            numbered=False,
            guidance="The portal fills it in from the header, the advice that was sought and the signatures.",
        ),
        _PLAN_APPENDIX,
        _EXEMPT_FIGURES,
    ),
)

SCRUTINY = Shape(
    "scrutiny",
    "Scrutiny tracking report",
    "A scrutiny board’s tracking of a review, up to its closure.",
    Numbering.SECTIONS,
    (
        HeaderField.MEETING_ON,
        HeaderField.ITEM_NUMBER,
        HeaderField.CABINET_MEMBER,
        HeaderField.WARDS,
        HeaderField.KEY_DECISION,
        HeaderField.ACCOUNTABLE_DIRECTOR,
        HeaderField.ORIGINATING_SERVICE,
        HeaderField.REPORT_OF,
        HeaderField.ACCOUNTABLE_EMPLOYEE,
        HeaderField.CONTACT,
        HeaderField.CONSIDERED_BY,
    ),
    ("Accountable director", "Cabinet member"),
    (
        replace(_RECOMMENDATIONS, heading="Recommendations for action or decision"),
        Section(
            "purpose", "Purpose", guidance="Why the panel has this report, and what it is asked to settle."
        ),
        Section(
            "background", "Background", guidance="The strategy, the threat level and how long it has stood."
        ),
        Section(
            "progress",
            "The review and its progress",
            guidance=(
                "The panel, its period, which bodies heard it and what they said. The portal adds the "
                "recommendations, one by one, as an appendix."
            ),
        ),
        Section(
            "duty",
            "The Counter-Terrorism and Security Act 2015",
            legal=("duty",),
            guidance="The duty, and what the guidance expects.",
        ),
        Section(
            "channel",
            "The Channel panel",
            legal=("channel",),
            blocks=("channel_figures_public",),
            guidance="How the panel works. No figure that identifies anyone, nor two from which one follows.",
        ),
        Section(
            "risk",
            "Risk and threat level",
            blocks=("risk_summary",),
            guidance="What may be published. No intelligence.",
        ),
        Section(
            "delivery",
            "How the duty is implemented",
            kind=SectionKind.BLOCKS,
            blocks=("duty_checklist", "action_plan_progress"),
            guidance="What partners do, workstream by workstream.",
        ),
        _figures(
            "training",
            "Training and briefings",
            "Who was trained, and what remains.",
            "training_services",
            "training_sessions",
        ),
        _figures("schools", "Schools", "Sessions and coverage.", "schools_coverage"),
        _figures(
            "oversight",
            "Boards and meetings",
            "Which bodies oversee the work, and how often they met.",
            "meetings_attendance",
        ),
        Section(
            "closure",
            "Closing the review",
            required=False,
            guidance="Only if the review is put up for closure: why, and what stays to be looked at.",
        ),
        Section("implications", "Implications", required=False),
        replace(_FINANCE, heading="Financial implications"),
        replace(
            _LEGAL, heading="Legal implications", legal=(), guidance="Beyond the duty that is set out above."
        ),
        replace(_EQUALITIES, heading="Equalities implications"),
        _implication("environmental", "Environmental implications", "If there are any."),
        _implication("human-resources", "Human resources implications", "If there are any."),
        _implication("corporate-landlord", "Corporate landlord implications", "Buildings and venues."),
        replace(
            _PAPERS,
            heading="Schedule of background papers",
            guidance="Each paper with the body that had it and the day.",
        ),
        Section(
            "appendix-recommendations",
            "Recommendations and progress",
            kind=SectionKind.APPENDIX,
            blocks=("scrutiny_recommendations",),
            guidance="The portal adds each recommendation with its response, lead and progress.",
        ),
        _EXEMPT_FIGURES,
    ),
)

SELECT_COMMITTEE = Shape(
    "select-committee",
    "Select committee report",
    "A select committee’s report for information on how a county meets the duty.",
    Numbering.SECTIONS,
    (
        HeaderField.MEETING_ON,
        HeaderField.AUTHOR,
        HeaderField.REPORT_OF,
        HeaderField.CONTACT,
        HeaderField.CABINET_MEMBER,
    ),
    ("Cabinet member",),
    (
        Section(
            "purpose",
            "Purpose of this item",
            numbered=False,
            guidance="What the committee is told, and what it is asked to do with it.",
        ),
        Section(
            "background",
            "Background",
            numbered=False,
            required=False,
            guidance="What the committee heard before.",
        ),
        Section("duty", "The Prevent Duty", legal=("duty",), guidance="The duty, and who is subject to it."),
        Section(
            "roles",
            "Local roles and responsibilities",
            blocks=("meetings_attendance", "district_plans"),
            guidance="Who does what, body by body, with “## ” before each body’s name.",
        ),
        Section(
            "channel",
            "The Channel panel",
            legal=("channel",),
            blocks=("channel_figures_public",),
            guidance="How the panel works. No figure that identifies anyone.",
        ),
        Section(
            "delivery",
            "How the duty is met here",
            kind=SectionKind.BLOCKS,
            blocks=("duty_checklist", "duty_checklist_changes", "action_plan_progress"),
            guidance="The portal adds the checklist and the plans.",
        ),
        _figures("schools", "Engagement with schools", "Coverage, leads and projects.", "schools_coverage"),
        _part(
            "venues",
            "No platform for extremists",
            "Venues, lettings, filtering of networks, contracts.",
        ),
        _figures(
            "staff",
            "Awareness among staff",
            "Training, sessions, events and what surveys said.",
            "training_services",
            "training_sessions",
            "events",
        ),
        Section("challenges", "Challenges", blocks=("risk_summary",), guidance="What makes the work hard."),
        Section("next", "What comes next", guidance="Changes that are expected, and when."),
        replace(_PAPERS, required=False),
        _EXEMPT_FIGURES,
    ),
)

PARTNERSHIP_BRIEFING = Shape(
    "partnership-briefing",
    "Partnership board briefing",
    "A short briefing of a partnership board, in plain numbered paragraphs.",
    Numbering.CONTINUOUS,
    (HeaderField.MEETING_ON, HeaderField.REPORT_OF, HeaderField.CONTACT),
    ("Lead officer",),
    (
        Section(
            "introduction",
            "Introduction",
            legal=("duty",),
            guidance="The duty and why the board hears of it.",
        ),
        Section("background", "Background", guidance="The strategy and how the work is organised here."),
        Section(
            "position",
            "What the duty means here",
            kind=SectionKind.BLOCKS,
            blocks=("action_plan_progress", "duty_checklist"),
            guidance="What partners have done. The portal adds the figures.",
        ),
        _part("schools", "Schools", "What schools have done.", "schools_coverage"),
        _part("partnership", "Partnership", "Which groups steer the work.", "meetings_attendance"),
        _part("profile", "Local risk", "What may be published. No intelligence.", "risk_summary"),
        _part("policies", "Policies and procedures", "Policies that now hold the duty."),
        _part("training", "Training", "Who was trained.", "training_services", "training_sessions"),
        _part("venues", "Council resources", "Venues, networks, youth provision and parish councils."),
        _part("districts", "Districts and boroughs", "Which district has what plan.", "district_plans"),
        _part("resources", "Funding", "Posts and grants.", "grant_claims"),
        _part("safeguarding", "Safeguarding", "Providers of care, and the Channel panel."),
        _RECOMMENDATIONS,
        Section(
            "contact",
            "Officer to contact",
            numbered=False,
            required=False,
            guidance="Office, telephone and e-mail, if the board prints them at the foot.",
        ),
    ),
)

SHIPPED: dict[str, Shape] = {
    shape.key: shape
    for shape in (HEALTH_AND_WELLBEING, CABINET, SCRUTINY, SELECT_COMMITTEE, PARTNERSHIP_BRIEFING)
}
