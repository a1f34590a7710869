"""Buckinghamshire to its select committee on 13 March 2018: frozen, and being read through."""

from __future__ import annotations

from datetime import date

from compliance.demo.reports.shape import DemoReport, Stage
from prevent_portal.web.quarters import Quarter

BUCKINGHAMSHIRE = DemoReport(
    council="buckinghamshire",
    shape="select-committee",
    title="The Prevent Duty in the county",
    committee="Transport, Environment and Communities Select Committee",
    quarter=Quarter(2017, 3),
    meeting_on=date(2018, 3, 13),
    reported_on=date(2018, 3, 2),
    header={
        "author": "Prevent Coordinator",
        "report_of": "Head of Community Safety",
        "contact": "Prevent Coordinator",
        "cabinet_member": "Cabinet Member for Community Engagement",
    },
    blocks={
        "roles": ("district_plans",),
        "channel": (),
        "delivery": ("duty_checklist", "action_plan_progress"),
        "challenges": (),
    },
    words={
        "purpose": (
            "The committee is told what the duty is, how the county council meets it and what comes next, "
            "and is asked for its questions and advice."
        ),
        "duty": (
            "It binds councils and those who look after children and vulnerable adults for them, health "
            "trusts, schools, colleges and universities, prisons, probation and the police. Two things are "
            "at its heart: an assessment of risk that goes beyond what the police write, with a plan that "
            "answers it, and a panel to which people can be referred."
        ),
        "roles": (
            "## Police\n\n"
            "The police brief the chief executives on the local profile once a year. Two boards and the "
            "network see a restricted summary of it each quarter.\n\n"
            "## Safer Stronger Bucks Partnership Board\n\n"
            "The board has overseen the duty and the panel since 2015. In January 2016 it agreed a strategy "
            "for two years, which is now to be renewed, and in May 2016 it wrote to every school. It "
            "reviews the county’s plan twice a year and works with both safeguarding boards.\n\n"
            "## Districts\n\n"
            "The county has four districts. Wycombe is a priority area: it has a board, a plan and a "
            "coordinator of its own, and the county sits on that board. Aylesbury Vale, Chiltern and South "
            "Bucks each have a plan that their community safety partnership looks after.\n\n"
            "## Prevent Network\n\n"
            "The network has met every quarter since November 2014, chaired by the county. It keeps the "
            "plan up to date, shares what works and finds out who needs training."
        ),
        "channel": (
            "There has been a panel in the county since 2012. Its terms are looked at each year. Police, "
            "health, youth offending, probation and the county sit on it, and a district attends when the "
            "person lives there. Everybody signs a confidentiality statement at each meeting. Nobody is "
            "suspected of a crime, and nobody is supported without consent."
        ),
        "delivery": (
            "The council has a plan of its own beside the county’s. The management team looks at it every "
            "six months."
        ),
        "schools": (
            "Workshops for whole schools are held on request, and a catch-up session each term. The "
            "Prevent Lead for schools now turns to the few that are left.\n\n"
            "Twenty teachers took a course of two days in critical thinking. A linking project brings "
            "pupils of different schools together, and an exchange with schools in France and Spain is half "
            "way through its three years. Schools ring for advice every week."
        ),
        "venues": (
            "Council networks, libraries among them, are filtered twice over. In 2016/17 the council "
            "supplied filtered networks to 155 schools. Contracts carry a clause on the duty.\n\n"
            "Libraries, youth centres and adult learning centres have changed their rules for letting "
            "rooms, and the districts have written to the venues they know. New guidance on letting is with "
            "partners for comment. Once it is agreed it goes to everybody who lets a room for the council, "
            "and then to other venues."
        ),
        "staff": (
            "Several trainers of the council’s own run workshops. A course on screen will be mandatory, and "
            "a survey shows first what staff know already. A course on screen is not enough on its own.\n\n"
            "An audit of safeguarding found that partners need a firmer footing for training. The network "
            "looks at a strategy for it in March, and it should begin in May. The conference of December "
            "2017 was attended by 95 delegates. Cabinet was briefed in January, and all members are briefed "
            "after April’s meeting of the council."
        ),
        "challenges": (
            "Many people think that terrorism happens elsewhere, or that Prevent is about one faith only. "
            "Neither is true: a quarter of those who were supported nationally in 2015/16 were drawn to the "
            "far right. Some distrust the programme, and trust takes time to earn. A roundtable at the end "
            "of February gave residents the floor, and could be repeated elsewhere."
        ),
        "next": (
            "The Home Office has tried out a new way of working in nine areas, in which councils rather "
            "than the police look after cases. It may reach the county around the end of 2018, with fewer "
            "posts than there are councils. A new national strategy is expected this year."
        ),
    },
    stage=Stage.FROZEN,
)
