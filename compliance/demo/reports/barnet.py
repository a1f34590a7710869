"""Barnet to its health and wellbeing board on 28 February 2019: a draft, while a return is missing."""

from __future__ import annotations

from datetime import date

from compliance.demo.reports.shape import DemoReport
from prevent_portal.web.quarters import Quarter

BARNET = DemoReport(
    council="barnet",
    shape="health-and-wellbeing",
    title="Prevent: quarterly update",
    committee="Health and Wellbeing Board",
    quarter=Quarter(2018, 3),
    meeting_on=date(2019, 2, 28),
    reported_on=date(2019, 2, 15),
    header={
        "report_of": "Prevent Coordinator",
        "wards": "All",
        "status": "Public",
        "urgent": "No",
        "key_decision": "Yes",
        "enclosures": "None",
        "contact": "Prevent Coordinator",
    },
    blocks={"oversight": ()},
    words={
        "summary": (
            "This report tells the board how the borough met the Prevent Duty in the third quarter of "
            "2018/19. Health providers keep training their staff, and the number who have done so is known "
            "for each quarter.\n\n"
            "One community trust is above the 85% target throughout. Two trusts are below it in the "
            "workshop; the report says what they do about that."
        ),
        "recommendations": (
            "Comment: on the actions that follow from the newest local profile, and support them.\n\n"
            "Inform: the Prevent Coordinator of voluntary organisations that would like a briefing."
        ),
        "why": (
            "The council and its partners work to a three-year strategy that was launched in December 2017. "
            "The board asked to hear each quarter how far health services have trained their staff."
        ),
        "risk": (
            "The national threat level was severe in this period, which means that an attack was thought "
            "highly likely. Partners look at the local picture by theme and agree what follows for the "
            "action plan. The restricted profile itself is not part of this report."
        ),
        "plan": (
            "Partners review the multi-agency plan every quarter. Dates that moved are shown as moved, and "
            "an action stays overdue while its first date has passed."
        ),
        "training": (
            "NHS England asks for 85% of the staff who need the workshop to have taken it. The tables show "
            "what each provider returned. Whether a provider meets the target is tested on the exact "
            "figures: a share that would round up to the target is printed with the decimals that tell it "
            "apart."
        ),
        "services": (
            "Council services hold workshops for their own staff. The first table covers 1 November 2017 to "
            "1 January 2019. New starters are invited to a workshop each month, and managers of the "
            "council’s housing company have learned to run workshops themselves."
        ),
        "channel": (
            "The panel meets every month, chaired by the council. Core members attend each meeting, and the "
            "professional who works with a person attends for that item. Where a concern turns out not to "
            "be about radicalisation, the agency best placed to help takes over, and a person can be "
            "referred again."
        ),
        "oversight": (
            "A delivery group of the safer communities partnership meets every quarter. Local risk, "
            "projects, performance and whatever partners cannot solve alone stand on each agenda."
        ),
        "improvement": (
            "Providers below the target send an improvement plan to NHS England, which follows it up with "
            "the clinical commissioning group. The coordinator attends the health subgroup and offers extra "
            "workshops.\n\n"
            "- Barnet, Enfield and Haringey Mental Health Trust fell below the target in September and "
            "December 2018.\n"
            "- The Royal Free has risen each quarter in the workshop without reaching the target yet."
        ),
        "after": (
            "The coordinator shares this report with providers and brings the next one to the board after "
            "the end of the fourth quarter."
        ),
        "priorities": (
            "The work supports the priority of safe communities, and the safeguarding of children and adults."
        ),
        "corporate-parenting": (
            "Teams that look after children in care and care leavers, foster carers among them, have been "
            "offered the workshop and know whom to call."
        ),
        "insight": (
            "The figures come from the returns that providers sent for each quarter and from the services’ "
            "own records."
        ),
        "papers": (
            "- [Prevent duty guidance](https://www.gov.uk/government/publications/prevent-duty-guidance), "
            "published by the Home Office\n"
            "- [Channel duty guidance](https://www.gov.uk/government/publications/channel-guidance), "
            "published by the Home Office\n"
            "- The council’s Prevent strategy 2017 to 2020"
        ),
    },
    nothing=(
        "alternatives",
        "resources",
        "social-value",
        "risk-management",
        "consultation",
    ),
)
