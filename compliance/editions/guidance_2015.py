"""The 2015 guidance for local authorities as a checklist of nine workstreams and seventeen items.

The order, the counts and the subjects follow a London borough's published gap analysis of 2016; the prompts
are the portal's own words and no statutory text. One workstream has a heading and no detail.
"""

from datetime import date

from compliance.editions.shape import EditionData, ItemData, ScaleStep, Workstream
from compliance.enums import ItemKind
from prevent_portal.tenancy.enums import Nation

SHOULD = ItemKind.SHOULD

GUIDANCE_2015 = EditionData(
    code="guidance-2015",
    name="2015 guidance",
    nation=Nation.ENGLAND,
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
                ),
                ItemData(
                    "S-12",
                    SHOULD,
                    "Staff know how to refer to Channel, and do so",
                    "Referral pathway and the date on which staff were told",
                ),
            ),
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
        ),
        Workstream(
            "Appointment of a Prevent co-ordinator",
            "Local authorities: co-ordination",
            (ItemData("S-16", SHOULD, "", "Appointment date and term of the post"),),
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
        ),
    ),
)
