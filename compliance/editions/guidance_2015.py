"""The 2015 guidance as a checklist in two parts.

The first part is for local authorities: nine workstreams and seventeen items. Order, counts and subjects
follow a London borough's published gap analysis of 2016; one workstream has a heading and no detail. The
second is what a county's report of 2018 lists for leaders and for every specified authority: five groups and
fourteen items. The prompts are the portal's own words and no statutory text.
"""

from datetime import date

from compliance.editions.shape import EditionData, ItemData, Part, ScaleStep, Workstream
from compliance.enums import ItemKind, TrainingRule
from prevent_portal.tenancy.enums import Nation

MUST, SHOULD = ItemKind.MUST, ItemKind.SHOULD
LOCAL_AUTHORITY, EVERY_AUTHORITY = "local_authority", "every_authority"

GUIDANCE_2015 = EditionData(
    code="guidance-2015",
    name="2015 guidance",
    nations=(Nation.ENGLAND, Nation.WALES),
    in_force_from=date(2015, 7, 1),
    in_force_to=date(2023, 12, 30),
    source="https://www.gov.uk/government/publications/prevent-duty-guidance",
    last_checked_on=date(2026, 11, 1),
    scale=(
        ScaleStep("in_place", "In place", "in_place"),
        ScaleStep("in_progress", "In progress", "under_way"),
        ScaleStep("planned", "Planned", "under_way"),
        ScaleStep("not_started", "Not started", "not_started"),
        ScaleStep("not_applicable", "Not applicable", "not_applicable"),
    ),
    parts=(
        Part(LOCAL_AUTHORITY, "Local authorities: 9 workstreams, 17 items"),
        Part(EVERY_AUTHORITY, "Leadership and every specified authority: 14 items"),
    ),
    workstreams=(
        Workstream(
            "Partnership arrangements",
            "Local authorities: partnership",
            (
                ItemData(
                    "S-01",
                    SHOULD,
                    "Partnerships that already meet agree the local risk and co-ordinate the response to it",
                    "Terms of reference and minutes that show Prevent on the agenda",
                ),
                ItemData(
                    "S-02",
                    SHOULD,
                    "The same partnerships check what difference the work makes",
                    "Performance reports to the partnership",
                ),
                ItemData(
                    "S-03",
                    SHOULD,
                    "The council talks with community organisations, and the talk goes both ways",
                    "Engagement plan, dates and outcomes of meetings",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Risk assessment",
            "Local authorities: risk assessment",
            (
                ItemData(
                    "S-04",
                    SHOULD,
                    "The counter-terrorism local profile has been received and shapes the assessment of risk",
                    "Date received, who was briefed, date of the local risk assessment",
                ),
                ItemData(
                    "S-05",
                    SHOULD,
                    "Schools, childcare, further and higher education, prisons, probation, health, youth "
                    "justice, immigration enforcement and others are heard when the risk is assessed",
                    "List of partners heard, with dates",
                ),
                ItemData(
                    "S-06",
                    SHOULD,
                    "Other policies carry the duty, above all those that safeguard children",
                    "Policies with the date on which the duty was written in",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Other agencies supporting children",
            "Local authorities: other agencies",
            (
                ItemData(
                    "S-07",
                    SHOULD,
                    "Out-of-school settings and other agencies that support children are known and involved",
                    "List of settings, contact made, training taken up",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Monitoring and enforcement",
            "Monitoring and enforcement",
            (
                ItemData(
                    "S-08",
                    SHOULD,
                    "Plans and performance can be shown to the Home Office, and its advice is taken up",
                    "Returns made, advice received, what changed",
                ),
                ItemData(
                    "S-09",
                    SHOULD,
                    "The council is ready for an inspection, or for a direction by ministers",
                    "Readiness note; most councils answer “not applicable” with a reason",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Action plan",
            "Local authorities: action plan",
            (
                ItemData(
                    "S-10",
                    SHOULD,
                    "Where there is risk, a Prevent action plan answers it, with projects in the community",
                    "The plan, its approval and its review dates",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Staff training",
            "Local authorities: staff training",
            (
                ItemData(
                    "S-11",
                    SHOULD,
                    "Front-line staff and contractors who need it are trained, and not by e-learning alone",
                    "Training figures by service, with the kind of course",
                    training_rule=TrainingRule.NOT_E_LEARNING_ALONE,
                ),
                ItemData(
                    "S-12",
                    SHOULD,
                    "Staff know how to refer to Channel, and do so",
                    "Referral pathway and the date on which staff were told",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Use of local authority resources",
            "Local authorities: use of resources",
            (
                ItemData(
                    "S-13",
                    SHOULD,
                    "Public venues and computers give extremists no platform",
                    "Venue hire policy, filtering policy, date of the last test",
                ),
                ItemData(
                    "S-14",
                    SHOULD,
                    "The council does not work with organisations that hold extremist views",
                    "Due diligence before grants and partnerships",
                ),
                ItemData(
                    "S-15",
                    SHOULD,
                    "Contracts carry a clause on the duty",
                    "The clause, and the date from which it is in new contracts",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Appointment of a Prevent co-ordinator",
            "Local authorities: co-ordination",
            (ItemData("S-16", SHOULD, "", "Appointment date and term of the post"),),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Collaboration",
            "Local authorities: working with neighbours",
            (
                ItemData(
                    "S-17",
                    SHOULD,
                    "Neighbouring councils compare and, where it helps, join up their plans",
                    "Forum attended, plans shared",
                ),
            ),
            LOCAL_AUTHORITY,
        ),
        Workstream(
            "Risk and the panel",
            "Two key elements (1.3)",
            (
                ItemData(
                    "B-1.3a",
                    SHOULD,
                    "The council weighs local risk beyond the police profile, together with partners and "
                    "others under the duty, and plans what to do about each risk it finds",
                    "Date of the assessment, partners who took part, the plan that answers it",
                ),
                ItemData(
                    "B-1.3b",
                    MUST,
                    "There is a Channel panel to which people who give concern can be referred",
                    "Terms of reference, chair, dates of meetings",
                    guidance="Two key elements (1.3); Act, section 36",
                ),
            ),
            EVERY_AUTHORITY,
        ),
        Workstream(
            "Leadership",
            "Leadership (1.4)",
            (
                ItemData(
                    "B-1.4a",
                    SHOULD,
                    "Leaders have a way to understand the risk of radicalisation, new or already in use",
                    "Who briefs leaders, how often, and the last date",
                ),
                ItemData(
                    "B-1.4b",
                    SHOULD,
                    "Leaders see to it that staff understand the risk and can deal with it",
                    "Training by role; who is responsible for it",
                ),
                ItemData(
                    "B-1.4c",
                    SHOULD,
                    "Leaders speak for the duty and make it known",
                    "Messages to staff, members and partners, with dates",
                ),
                ItemData(
                    "B-1.4d",
                    SHOULD,
                    "Leaders check that staff carry the duty out well",
                    "Audits, supervision, what was put right",
                ),
            ),
            EVERY_AUTHORITY,
        ),
        Workstream(
            "Policies and procedures",
            "Policies and procedures (1.5)",
            (
                ItemData(
                    "B-1.5",
                    SHOULD,
                    "The duty is part of existing policies; safeguarding policies show how to notice "
                    "children and adults at risk of being drawn in",
                    "Policies with the date on which the duty was written in",
                ),
            ),
            EVERY_AUTHORITY,
        ),
        Workstream(
            "Every specified authority",
            "All specified authorities (1.6)",
            (
                ItemData(
                    "B-1.6a",
                    SHOULD,
                    "Staff who carry out the duty are trained: what radicalisation is, who may be open to it "
                    "and why, which signs to see, how to report",
                    "Training figures by role, with the kind of course",
                    training_rule=TrainingRule.NOT_E_LEARNING_ALONE,
                ),
                ItemData(
                    "B-1.6b",
                    SHOULD,
                    "Nobody uses the authority’s halls, equipment or networks to spread extremist views",
                    "Venue hire policy, filtering policy, date of the last test",
                ),
                ItemData(
                    "B-1.6c",
                    SHOULD,
                    "The authority does not work with organisations that take part in or speak for extremism",
                    "Checks before grants, contracts and partnerships",
                ),
                ItemData(
                    "B-1.6d",
                    SHOULD,
                    "Records show that the duty is being met, and a report can be given when one is wanted",
                    "What is recorded, where, and the last report made from it",
                ),
                ItemData(
                    "B-1.6e",
                    SHOULD,
                    "Information is shared lawfully, and no more of it than the case needs",
                    "Sharing agreement with its review date; today UK GDPR and the Data Protection Act 2018",
                ),
            ),
            EVERY_AUTHORITY,
        ),
        Workstream(
            "Groups and neighbours",
            "Partnership and two-tier areas (1.7)",
            (
                ItemData(
                    "B-1.7.1",
                    SHOULD,
                    "A multi-agency group, new or already there, agrees the risk and co-ordinates Prevent",
                    "Terms of reference, members, dates of meetings",
                ),
                ItemData(
                    "B-1.7.2",
                    SHOULD,
                    "County and districts, and neighbours where it helps, have agreed how they share the "
                    "assessment of risk and settle local plans",
                    "The arrangement, who agreed it and when",
                ),
            ),
            EVERY_AUTHORITY,
        ),
    ),
)
