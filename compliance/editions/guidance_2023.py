"""The 2023 guidance for England and Wales, by the eight sections of the 2024 toolkit for local authorities.

The titles of the sections and their order are the toolkit's. Every prompt is the portal's own and has not
been compared with the full text, so each is marked unverified, is shown as the portal's own words, and may be
reworded by a council. "Must" stands only where a section of the Act is named. The second part holds what the
older edition asks outside these sections: leadership, policies, records, sharing.
"""

from datetime import date

from compliance.editions.shape import EditionData, ItemData, Part, ScaleStep, Workstream
from compliance.enums import ItemKind, TrainingRule
from prevent_portal.tenancy.enums import Nation

MUST, SHOULD = ItemKind.MUST, ItemKind.SHOULD
TOOLKIT, ACROSS = "toolkit", "across"


def _item(
    ref: str,
    kind: ItemKind,
    prompt: str,
    expected_evidence: str,
    guidance: str = "",
    training_rule: TrainingRule = TrainingRule.NONE,
) -> ItemData:
    return ItemData(
        ref, kind, prompt, expected_evidence, guidance, verified=False, training_rule=training_rule
    )


GUIDANCE_2023 = EditionData(
    code="guidance-2023",
    name="2023 guidance, 2024 toolkit",
    nations=(Nation.ENGLAND, Nation.WALES),
    in_force_from=date(2023, 12, 31),
    in_force_to=None,
    source="https://www.gov.uk/government/publications/prevent-duty-toolkit-for-local-authorities",
    last_checked_on=date(2026, 11, 1),
    scale=(
        ScaleStep("not_met", "Not met", "not_started"),
        ScaleStep("met", "Met", "in_place"),
        ScaleStep("exceeding", "Exceeding", "in_place"),
    ),
    counts_words={"in_place": "met or exceeding", "not_started": "not met"},
    parts=(
        Part(TOOLKIT, "Toolkit: 8 sections, 30 items"),
        Part(ACROSS, "Leadership, records and sharing: 6 items"),
    ),
    workstreams=(
        Workstream(
            "Multi-agency partnership group",
            "Toolkit section 1",
            (
                _item(
                    "T1-1",
                    SHOULD,
                    "A multi-agency group meets, oversees Prevent in the area and has terms of reference",
                    "Terms of reference, dates of meetings, minutes",
                ),
                _item(
                    "T1-2",
                    SHOULD,
                    "The chair and the members are senior enough to decide, are on record, and attend",
                    "Members with their posts; attendance over the year",
                ),
                _item(
                    "T1-3",
                    SHOULD,
                    "What is done together with neighbours, or between county and districts, is agreed",
                    "The arrangement, who agreed it and when",
                ),
                _item(
                    "T1-4",
                    SHOULD,
                    "Elected members hear from the group",
                    "Reports to committees, with dates",
                ),
                _item(
                    "T1-5",
                    SHOULD,
                    "The group checks whether the work makes a difference",
                    "Measures, what they showed, what changed because of it",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Local risk assessment process",
            "Toolkit section 2",
            (
                _item(
                    "T2-1",
                    SHOULD,
                    "Partners assess local risk together and look at it again at least once a year",
                    "Date of the assessment, partners who took part, next review",
                ),
                _item(
                    "T2-2",
                    SHOULD,
                    "The police profile and what partners know inform it; restricted content stays with "
                    "those who are cleared for it",
                    "Date received, who was briefed; list of partners heard",
                ),
                _item(
                    "T2-3",
                    SHOULD,
                    "It tells apart ideologies, groups, risk online, institutions and venues",
                    "Themes of the assessment",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Partnership plan",
            "Toolkit section 3",
            (
                _item(
                    "T3-1",
                    SHOULD,
                    "A plan answers each assessed risk, with an owner, a measure and a date for each action",
                    "The plan, and the risks it answers",
                ),
                _item(
                    "T3-2",
                    SHOULD,
                    "Progress is reviewed on a cycle that is fixed beforehand",
                    "Reviews held, dates, what was decided",
                ),
                _item(
                    "T3-3",
                    SHOULD,
                    "The partnership group has agreed the plan",
                    "Minute of the meeting that agreed it",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Referral pathway",
            "Toolkit section 4",
            (
                _item(
                    "T4-1",
                    SHOULD,
                    "There is one agreed and published way to refer, with the National Referral Form",
                    "Where it is published; the form in use",
                ),
                _item(
                    "T4-2",
                    SHOULD,
                    "Front-line staff know the way, and the quality of referrals is looked at",
                    "Date on which staff were told; last look at quality",
                ),
                _item(
                    "T4-3",
                    MUST,
                    "Where the panel offers no support, other help is considered",
                    "How it is recorded; services used",
                    "Toolkit section 4; Act, section 36(6)",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Channel panel",
            "Toolkit section 5",
            (
                _item(
                    "T5-1",
                    MUST,
                    "A panel is in place, chaired by the authority, with a named deputy",
                    "Terms of reference, chair, deputy, dates of meetings",
                    "Toolkit section 5; Act, sections 36 and 37",
                ),
                _item(
                    "T5-2",
                    MUST,
                    "The police of the area where the person lives are present when the case is discussed",
                    "Attendance of meetings",
                    "Toolkit section 5; Act, section 37",
                ),
                _item(
                    "T5-3",
                    SHOULD,
                    "Members keep confidence and share information under an agreement",
                    "Statements signed at meetings; sharing agreement with its review date",
                ),
                _item(
                    "T5-4",
                    MUST,
                    "Consent, the support plan, its reviews, the exit and the looks back after 6 and 12 "
                    "months are recorded",
                    "Sample of summaries, without names",
                    "Toolkit section 5; Act, section 36(4)",
                ),
                _item(
                    "T5-5",
                    SHOULD,
                    "The annual assurance statement for the panel is completed",
                    "Date and who signed",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Training programme",
            "Toolkit section 6",
            (
                _item(
                    "T6-1",
                    SHOULD,
                    "It is known which roles need which training; a programme follows, and records are kept",
                    "Needs by role; training figures by service",
                ),
                _item(
                    "T6-2",
                    SHOULD,
                    "Current Home Office courses are matched to roles, and refreshers are taken on time",
                    "Roles with their course and how long it lasts",
                    training_rule=TrainingRule.ASKED,
                ),
                _item(
                    "T6-3",
                    SHOULD,
                    "Members, schools and contractors are reached, and not by e-learning alone",
                    "Sessions held, who came",
                    training_rule=TrainingRule.ASKED,
                ),
                _item(
                    "T6-4",
                    SHOULD,
                    "What training changes is evaluated",
                    "Feedback, tests, what was changed",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Reducing permissive environments",
            "Toolkit section 7",
            (
                _item(
                    "T7-1",
                    SHOULD,
                    "Halls are let under a policy, and who hires them is looked into first",
                    "Venue hire policy; a booking that was checked",
                ),
                _item(
                    "T7-2",
                    SHOULD,
                    "Public and school networks are filtered and have rules of use",
                    "Filtering policy, date of the last test",
                ),
                _item(
                    "T7-3",
                    SHOULD,
                    "Contracts and grants carry a clause; speakers and partners are checked",
                    "The clause; checks made and what they found",
                ),
                _item(
                    "T7-4",
                    SHOULD,
                    "Out-of-school settings are known and somebody talks with them",
                    "List of settings, contact made, training taken up",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Communications and engagement",
            "Toolkit section 8",
            (
                _item(
                    "T8-1",
                    SHOULD,
                    "There is a plan for communications, and the public can find out about Prevent",
                    "The plan; the public page",
                ),
                _item(
                    "T8-2",
                    SHOULD,
                    "Communities and civil society are talked with, and what they say is heard",
                    "Meetings held, what came of them",
                ),
                _item(
                    "T8-3",
                    SHOULD,
                    "Members and senior leaders are briefed",
                    "Briefings with dates and who came",
                ),
            ),
            TOOLKIT,
        ),
        Workstream(
            "Leadership, records and sharing",
            "2023 guidance, outside the toolkit’s sections",
            (
                _item(
                    "X-1",
                    SHOULD,
                    "A senior officer answers for Prevent, and checks that the duty is carried out well",
                    "Name of the post; audits and what was put right",
                ),
                _item(
                    "X-2",
                    SHOULD,
                    "Somebody co-ordinates Prevent day by day",
                    "The post and its term",
                ),
                _item(
                    "X-3",
                    SHOULD,
                    "Other policies carry the duty, above all those that safeguard children and adults",
                    "Policies with the date on which the duty was written in",
                ),
                _item(
                    "X-4",
                    SHOULD,
                    "Records show that the duty is being met, and a report can be given when one is wanted",
                    "What is recorded, where, and the last report made from it",
                ),
                _item(
                    "X-5",
                    SHOULD,
                    "Information is shared lawfully, and no more of it than the case needs",
                    "Sharing agreement with its review date; UK GDPR and the Data Protection Act 2018",
                ),
                _item(
                    "X-6",
                    SHOULD,
                    "Advice of the Home Office and its regional advisers is taken up",
                    "Advice received, what changed",
                ),
            ),
            ACROSS,
        ),
    ),
)
