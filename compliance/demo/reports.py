"""Demo reports: every council's committee with its schedule, and Barnet's third quarter of 2018/19."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from compliance.models import Report, ReportSchedule, ReportSection
from compliance.services.report_opening import open_due, open_report
from compliance.services.report_schedules import schedule_report
from compliance.services.report_sections import write_section
from compliance.services.report_templates import copy_shipped
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.quarters import Quarter

SCHEDULES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "barnet": (
        "health-and-wellbeing",
        "Prevent: quarterly update",
        "Health and Wellbeing Board",
        {
            "report_of": "Director of Assurance",
            "wards": "All",
            "status": "Public",
            "urgent": "No",
            "key_decision": "Yes",
            "enclosures": "None",
            "contact": "Prevent Coordinator",
        },
    ),
    "southwark": (
        "cabinet",
        "Meeting the Prevent Duty",
        "Cabinet",
        {
            "classification": "Open",
            "wards": "All",
            "cabinet_member": "Cabinet Member for Communities and Safety",
            "report_of": "Strategic Director of Housing and Modernisation",
            "key_decision": "Yes",
        },
    ),
    "wolverhampton": (
        "scrutiny",
        "Prevent: progress on the scrutiny review",
        "Stronger City Economy Scrutiny Panel",
        {"report_of": "Head of Community Safety", "wards": "All", "key_decision": "No"},
    ),
    "buckinghamshire": (
        "select-committee",
        "The Prevent Duty in the county",
        "Transport, Environment and Communities Select Committee",
        {"report_of": "Head of Community Safety", "contact": "Prevent Coordinator"},
    ),
    "leicestershire": (
        "partnership-briefing",
        "Prevent briefing",
        "Safer Communities Strategy Board",
        {"report_of": "Head of Regulatory and Community Safety", "contact": "Prevent Coordinator"},
    ),
}

BARNET_QUARTER = Quarter(2018, 3)

BARNET_WORDS: dict[str, str] = {
    "summary": (
        "This report tells the board how the borough met the Prevent Duty in the third quarter of 2018/19. "
        "Health providers keep training their staff, and the number who have done so is known for each "
        "quarter.\n\n"
        "One community trust is above the 85% target throughout. Two trusts are below it in the workshop; "
        "the report says what they do about that."
    ),
    "recommendations": (
        "That the board notes the progress of Prevent training in health and council services.\n\n"
        "That the board asks each provider below the target to report on its plan next quarter.\n\n"
        "That members tell the Prevent Coordinator of voluntary organisations that would like a briefing."
    ),
    "why": (
        "The council and its partners work to a three-year strategy that was launched in December 2017. The "
        "board asked to hear each quarter how far health services have trained their staff."
    ),
    "risk": (
        "The national threat level was severe in this period, which means that an attack was thought highly "
        "likely. Partners look at the local picture by theme and agree what follows for the action plan. "
        "The restricted profile itself is not part of this report."
    ),
    "plan": (
        "Partners review the multi-agency plan every quarter. Dates that moved are shown as moved, and an "
        "action stays overdue while its first date has passed."
    ),
    "training": (
        "NHS England asks for 85% of the staff who need the workshop to have taken it. The tables show what "
        "each provider returned. Whether a provider meets the target is tested on the exact figures: a "
        "share that would round up to the target is printed with the decimals that tell it apart."
    ),
    "services": (
        "Council services hold workshops for their own staff. The table covers 1 November 2017 to 1 January "
        "2019. New starters are invited to a workshop each month."
    ),
    "channel": (
        "The panel met every month, chaired by the council. Core members attend each meeting, and the "
        "professional who works with a person attends for that item. Where a concern turns out not to be "
        "about radicalisation, the agency best placed to help takes over, and a person can be referred "
        "again."
    ),
    "improvement": (
        "Providers below the target send an improvement plan to NHS England, which follows it up with the "
        "clinical commissioning group. The coordinator attends the health subgroup and offers extra "
        "workshops.\n\n"
        "- Barnet, Enfield and Haringey Mental Health Trust fell below the target in September and December "
        "2018.\n"
        "- The Royal Free has risen each quarter in the workshop without reaching the target yet."
    ),
    "after": (
        "The coordinator shares this report with providers and brings the next one to the board after the "
        "end of the fourth quarter."
    ),
    "priorities": (
        "The work supports the priority of safe communities, and the safeguarding of children and adults."
    ),
    "insight": (
        "The figures come from the returns that providers sent for each quarter and from the services' own "
        "records."
    ),
    "papers": (
        "- Prevent Duty guidance, published by the Home Office\n- The council's Prevent strategy 2017 to 2020"
    ),
}

NONE_IDENTIFIED = (
    "alternatives",
    "resources",
    "social-value",
    "risk-management",
    "corporate-parenting",
    "consultation",
)


def load_reports(council: Council, people: dict[str, User]) -> None:
    """Schedule the council's report, open the drafts of today, and write Barnet's of 2018. Runs in its "
    "scope."""
    if council.slug not in SCHEDULES or ReportSchedule.objects.filter(council=council).exists():
        return
    shape, title, committee, header = SCHEDULES[council.slug]
    author = people.get(f"coordinator@{council.slug}.example")
    today = timezone.localdate()
    schedule = schedule_report(
        council=council,
        by=None,
        template=copy_shipped(council=council, key=shape, by=None),
        title=title,
        committee=committee,
        author=author,
        header=header,
        starts_on=Quarter.of(today).start,
    )
    if council.slug == "barnet" and author is not None:
        report, _ = open_report(schedule=schedule, quarter=BARNET_QUARTER)
        write_barnet(report, author)
    open_due(council=council, today=today)


def write_barnet(report: Report, author: User) -> None:
    """The words of the report on October to December 2018."""
    report.meeting_on = date(2019, 2, 28)
    report.save(update_fields=["meeting_on"])
    for section in ReportSection.objects.filter(council=report.council_id, report=report):
        words = BARNET_WORDS.get(section.key, "")
        nothing = section.key in NONE_IDENTIFIED
        if words or nothing:
            write_section(
                section=section,
                by=author,
                narrative=words,
                none_identified=nothing,
                version=section.version,
            )
