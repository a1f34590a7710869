"""Shapes of committee reports to start from, after the kinds of report that councils publish."""

from __future__ import annotations

from dataclasses import dataclass, field

from compliance.enums import HeaderField, Numbering, SectionKind


@dataclass(frozen=True)
class Section:
    """One section of a shape. ``legal`` names a passage of the legal library that the section starts with."""

    key: str
    heading: str
    level: int = 1
    kind: SectionKind = SectionKind.NARRATIVE
    numbered: bool = True
    blocks: tuple[str, ...] = ()
    required: bool = True
    none_identified_allowed: bool = False
    guidance: str = ""
    legal: str = ""


@dataclass(frozen=True)
class Shape:
    """One kind of report."""

    key: str
    name: str
    numbering: Numbering
    header_fields: tuple[HeaderField, ...]
    sections: tuple[Section, ...] = field(default=())


def _implication(key: str, heading: str, guidance: str, *, legal: str = "") -> Section:
    return Section(
        key,
        heading,
        level=2,
        kind=SectionKind.IMPLICATIONS,
        none_identified_allowed=True,
        guidance=guidance,
        legal=legal,
    )


_SUMMARY = Section(
    "summary", "Summary", numbered=False, guidance="What the committee needs to know, in half a page."
)
_RECOMMENDATIONS = Section(
    "recommendations",
    "Recommendations",
    kind=SectionKind.RECOMMENDATIONS,
    numbered=False,
    guidance="What the committee is asked to note, agree or comment on.",
)
_LEGAL = _implication(
    "legal", "Legal", "The duty and the committee's remit. Starts from the legal library.", legal="duty"
)
_FINANCE = _implication("resources", "Finance and resources", "Grants, claims and what the work costs.")
_EQUALITIES = _implication(
    "equalities", "Equalities", "How the work bears on people who share a characteristic.", legal="equalities"
)
_PAPERS = Section(
    "papers",
    "Background papers",
    none_identified_allowed=True,
    guidance="Papers that the report relies on, with their addresses.",
)

HEALTH_AND_WELLBEING = Shape(
    "health-and-wellbeing",
    "Health and wellbeing board report",
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
    (
        _SUMMARY,
        _RECOMMENDATIONS,
        Section("why", "Why this report is needed", guidance="The strategy and what the board asked for."),
        Section(
            "risk",
            "Local risk",
            level=2,
            guidance="What may be published of the local risk profile. No intelligence.",
        ),
        Section(
            "plan",
            "The multi-agency action plan",
            level=2,
            kind=SectionKind.BLOCKS,
            blocks=("action_plan_progress",),
            required=False,
            guidance="What moved this quarter. The portal adds the counts and the overdue actions.",
        ),
        Section(
            "training",
            "Training in health services",
            level=2,
            kind=SectionKind.BLOCKS,
            blocks=("training_returns",),
            guidance="What the returns show. The portal adds the tables and charts.",
        ),
        Section(
            "services",
            "Training in council services",
            level=2,
            kind=SectionKind.BLOCKS,
            blocks=("training_services",),
            guidance="What the services delivered. The portal adds the table.",
        ),
        Section(
            "channel",
            "The Channel panel",
            level=2,
            guidance="How the panel works. No figure that identifies anyone.",
        ),
        Section(
            "alternatives",
            "Other options considered",
            none_identified_allowed=True,
            guidance="Options that are not recommended, and why.",
        ),
        Section(
            "improvement",
            "Where targets are not met",
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
    ),
)

CABINET = Shape(
    "cabinet",
    "Cabinet report",
    Numbering.CONTINUOUS,
    (
        HeaderField.ITEM_NUMBER,
        HeaderField.STATUS,
        HeaderField.MEETING_ON,
        HeaderField.WARDS,
        HeaderField.CABINET_MEMBER,
        HeaderField.REPORT_OF,
        HeaderField.KEY_DECISION,
    ),
    (
        Section(
            "foreword", "Foreword by the cabinet member", numbered=False, required=False, guidance="Optional."
        ),
        _RECOMMENDATIONS,
        Section("background", "Background", guidance="The duty and how the council meets it.", legal="duty"),
        Section(
            "issues",
            "Key issues",
            kind=SectionKind.BLOCKS,
            blocks=("duty_checklist", "action_plan_progress"),
            guidance="How each workstream of the duty is met. The portal adds the checklist.",
        ),
        Section("community", "Community impact", guidance="What it means for communities."),
        Section("resources", "Resource implications", none_identified_allowed=True),
        Section("equalities", "Equalities", none_identified_allowed=True, legal="equalities"),
        _PAPERS,
    ),
)

SCRUTINY = Shape(
    "scrutiny",
    "Scrutiny tracking report",
    Numbering.SECTIONS,
    (
        HeaderField.MEETING_ON,
        HeaderField.ITEM_NUMBER,
        HeaderField.REPORT_OF,
        HeaderField.CABINET_MEMBER,
        HeaderField.WARDS,
        HeaderField.KEY_DECISION,
        HeaderField.CONTACT,
    ),
    (
        _RECOMMENDATIONS,
        Section("purpose", "Purpose", guidance="Why the panel has this report."),
        Section("background", "Background", legal="duty"),
        Section(
            "progress",
            "Progress",
            kind=SectionKind.BLOCKS,
            blocks=("scrutiny_recommendations", "action_plan_progress"),
            guidance="What became of the recommendations.",
        ),
        Section("implications", "Implications", required=False),
        _FINANCE,
        _LEGAL,
        _EQUALITIES,
        _PAPERS,
    ),
)

SELECT_COMMITTEE = Shape(
    "select-committee",
    "Select committee report",
    Numbering.SECTIONS,
    (HeaderField.MEETING_ON, HeaderField.REPORT_OF, HeaderField.CONTACT),
    (
        Section("purpose", "Purpose of this item", numbered=False),
        Section("duty", "The Prevent Duty", legal="duty"),
        Section("roles", "Local roles", guidance="Who does what, body by body."),
        Section(
            "channel", "The Channel panel", guidance="How the panel works. No figure that identifies anyone."
        ),
        Section(
            "delivery",
            "How the duty is met here",
            kind=SectionKind.BLOCKS,
            blocks=("duty_checklist", "training_services"),
            guidance="Schools, venues and training.",
        ),
        Section("challenges", "Challenges"),
        Section("next", "What comes next"),
    ),
)

PARTNERSHIP_BRIEFING = Shape(
    "partnership-briefing",
    "Partnership board briefing",
    Numbering.CONTINUOUS,
    (HeaderField.MEETING_ON, HeaderField.REPORT_OF, HeaderField.CONTACT),
    (
        Section("introduction", "Introduction"),
        Section("background", "Background", legal="duty"),
        Section(
            "position",
            "Where the partnership stands",
            kind=SectionKind.BLOCKS,
            blocks=("action_plan_progress", "duty_checklist"),
            guidance="What partners have done. The portal adds the figures.",
        ),
        _RECOMMENDATIONS,
    ),
)

SHIPPED: dict[str, Shape] = {
    shape.key: shape
    for shape in (HEALTH_AND_WELLBEING, CABINET, SCRUTINY, SELECT_COMMITTEE, PARTNERSHIP_BRIEFING)
}
