"""The annual Channel assurance statement as a checklist: the panel's work under sections 36 to 41 of the Act.

The statement's own areas and options could not be read, so both are the portal's: every prompt is marked
unverified, is shown as the portal's own words, and may be reworded by a council. It asks about the panel's
work and never about a case.
"""

from datetime import date

from compliance.editions.shape import EditionData, ItemData, Part, ScaleStep, Workstream
from compliance.enums import ItemKind
from prevent_portal.tenancy.enums import Nation

MUST, SHOULD = ItemKind.MUST, ItemKind.SHOULD
CODE = "channel-assurance"
PANEL = "panel"


def _item(ref: str, kind: ItemKind, prompt: str, expected_evidence: str, guidance: str = "") -> ItemData:
    return ItemData(ref, kind, prompt, expected_evidence, guidance, verified=False)


CHANNEL_ASSURANCE = EditionData(
    code=CODE,
    name="Channel annual assurance statement",
    nations=(Nation.ENGLAND, Nation.WALES),
    in_force_from=date(2020, 4, 1),
    in_force_to=None,
    source=(
        "https://www.gov.uk/government/publications/channel-and-prevent-multi-agency-panel-pmap-guidance"
    ),
    last_checked_on=date(2026, 11, 1),
    scale=(
        ScaleStep("not_met", "Not met", "not_started"),
        ScaleStep("partly_met", "Partly met", "under_way"),
        ScaleStep("met", "Met", "in_place"),
    ),
    counts_words={"in_place": "met", "under_way": "partly met", "not_started": "not met"},
    parts=(Part(PANEL, "Channel panel: 7 areas, 21 items"),),
    workstreams=(
        Workstream(
            "The panel and its chair",
            "Act, section 36",
            (
                _item(
                    "C1-1",
                    MUST,
                    "A panel is in place for the area",
                    "Terms of reference; where the constitution or a delegation names the function",
                    "Act, section 36(1)",
                ),
                _item(
                    "C1-2",
                    MUST,
                    "The council chairs the panel",
                    "Posts of chair and deputy, with the dates of their appointment",
                    "Act, section 37(5)",
                ),
                _item(
                    "C1-3",
                    SHOULD,
                    "A deputy is named and can act at once",
                    "Meetings that the deputy chaired",
                ),
                _item(
                    "C1-4",
                    SHOULD,
                    "The panel meets at a fixed rhythm, and between its meetings where a case needs it",
                    "Meetings planned, held and cancelled in the year",
                ),
            ),
            PANEL,
        ),
        Workstream(
            "Membership and attendance",
            "Act, sections 37 and 38",
            (
                _item(
                    "C2-1",
                    MUST,
                    "A police representative of the area of residence takes part in each decision",
                    "Decisions recorded with the police present",
                    "Act, section 37",
                ),
                _item(
                    "C2-2",
                    SHOULD,
                    "The agencies that the panel needs sit on it, and come",
                    "Attendance by agency, and what was done about those that stay away",
                ),
                _item(
                    "C2-3",
                    MUST,
                    "Partners co-operate with the panel as far as it is proper and lawful",
                    "Requests to partners and how they were met",
                    "Act, section 38",
                ),
                _item(
                    "C2-4",
                    SHOULD,
                    "Members are trained for the panel and cleared where needed",
                    "Training records of members, with dates",
                ),
            ),
            PANEL,
        ),
        Workstream(
            "Referral and screening",
            "Act, section 36",
            (
                _item(
                    "C3-1", SHOULD, "Referrals are screened in good time", "Days from referral to screening"
                ),
                _item(
                    "C3-2",
                    SHOULD,
                    "Screened referrals come before the panel in good time",
                    "Days from screening to the first panel",
                ),
                _item(
                    "C3-3",
                    SHOULD,
                    "A referral that is not for Channel finds another pathway",
                    "What became of referrals that were not taken up",
                ),
            ),
            PANEL,
        ),
        Workstream(
            "Consent and support",
            "Act, section 36(4)",
            (
                _item(
                    "C4-1",
                    MUST,
                    "No support starts before the person, or a parent or guardian of a child, has consented",
                    "Consent asked, given, refused and withdrawn, in numbers",
                    "Act, section 36(4)",
                ),
                _item(
                    "C4-2",
                    MUST,
                    "Each adopted case has a support plan that the panel agreed",
                    "Share of adopted cases with a plan, and the dates of plan reviews",
                    "Act, section 36(4)",
                ),
                _item(
                    "C4-3",
                    SHOULD,
                    "A refusal or withdrawal is followed by a further assessment",
                    "Further assessments due and held",
                ),
            ),
            PANEL,
        ),
        Workstream(
            "Leaving and review",
            "Act, section 36(6)",
            (
                _item(
                    "C5-1",
                    MUST,
                    "Where support is not given, the panel considers a referral to health or social care",
                    "Exits with the consideration recorded",
                    "Act, section 36(6)",
                ),
                _item(
                    "C5-2",
                    SHOULD,
                    "Cases are looked at again 6 and 12 months after they leave",
                    "Reviews held, and reviews overdue",
                ),
            ),
            PANEL,
        ),
        Workstream(
            "Confidentiality and records",
            "Act, section 38; data protection law",
            (
                _item(
                    "C6-1",
                    SHOULD,
                    "Everybody signs a confidentiality statement at each meeting",
                    "Statements signed, by version",
                ),
                _item(
                    "C6-2",
                    SHOULD,
                    "Case records are seen by those who need them, and each look is logged",
                    "Access log reviewed by the chair and the data protection officer",
                ),
                _item(
                    "C6-3",
                    SHOULD,
                    "Records are kept for a set period and then destroyed by two people",
                    "The period; certificates of destruction",
                ),
            ),
            PANEL,
        ),
        Workstream(
            "Oversight",
            "Channel duty guidance",
            (
                _item(
                    "C7-1",
                    SHOULD,
                    "A board reads figures about the panel that identify nobody",
                    "Figures released in the year, and to whom",
                ),
                _item(
                    "C7-2",
                    SHOULD,
                    "What last year’s statement asked for was done",
                    "Actions of the last statement and their state",
                ),
            ),
            PANEL,
        ),
    ),
)
