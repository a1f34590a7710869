"""Leicestershire to its Safer Communities Strategy Board on 18 June 2015: it waits for a signature."""

from __future__ import annotations

from datetime import date

from compliance.demo.reports.shape import DemoReport, Stage
from prevent_portal.web.quarters import Quarter

LEICESTERSHIRE = DemoReport(
    council="leicestershire",
    shape="partnership-briefing",
    title="The new Prevent Duty",
    committee="Safer Communities Strategy Board",
    quarter=Quarter(2014, 4),
    meeting_on=date(2015, 6, 18),
    reported_on=date(2015, 6, 10),
    header={
        "report_of": "Community Safety Team Manager",
        "contact": "Community Safety Team Manager",
    },
    blocks={
        "position": ("action_plan_progress",),
        "schools": (),
        "partnership": (),
        "profile": (),
        "training": (),
        "districts": ("district_plans",),
    },
    words={
        "introduction": (
            "Much is done in the county already. The new duty is the occasion to check whether it is enough."
        ),
        "background": (
            "Prevent is one part of the national strategy against terrorism. The Home Office names 30 "
            "priority areas and pays for a coordinator in each. Leicester is one of them, and its "
            "coordinator works across the county as well."
        ),
        "position": "The partners have put what they owe under the duty into one plan.",
        "schools": (
            "Schools have a duty of care for pupils and staff, and the new duty is part of it. Staff should "
            "know what to look for and whom to ask."
        ),
        "partnership": (
            "The Prevent Steering Group of city and county agrees the risk and co-ordinates the work; its "
            "chair is the city’s chief operating officer. The strategy group for anti-social behaviour "
            "oversees Prevent as well and reports to this Board. The coordinator sits on both, and on a "
            "group of senior officers."
        ),
        "profile": "The police’s local profile is the start of every assessment of risk.",
        "policies": (
            "Safeguarding policies have to say how to notice somebody who is being drawn in. Where there is "
            "a risk there has to be a plan."
        ),
        "training": (
            "A programme trains trainers in each locality, so that everybody who needs a workshop can have "
            "one nearby."
        ),
        "venues": (
            "Public halls and computers must give extremists no platform. Parish councils will be told of "
            "the duty and offered training. The wifi of youth buses and youth cafés will be checked."
        ),
        "districts": (
            "All 7 districts and boroughs have agreed to write a plan of their own or to make Prevent part "
            "of their community safety plan."
        ),
        "resources": (
            "County and city pay together for an officer who works mostly in the county: on training, with "
            "schools, and on right-wing extremism."
        ),
        "safeguarding": (
            "Children’s homes and fostering agencies are bound as well, and should be part of the local "
            "arrangements for safeguarding."
        ),
        "recommendations": "Note: the progress made and the work that is under way to meet the new duty.",
        "contact": "Community Safety Team Manager",
    },
    signatories=("director@leicestershire.example",),
    stage=Stage.HANDED_IN,
)
