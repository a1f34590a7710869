"""The demo's communications, briefings, engagement, events, projects and horizon: facts of five reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from partnerships.queries.registers import table_of
from partnerships.registers import (
    BRIEFINGS,
    COMMUNICATIONS_PLAN,
    COMMUNICATIONS_SENT,
    ENGAGEMENT,
    EVENTS,
    HORIZON,
    MEMBER_BRIEFINGS,
    PROJECTS,
    Register,
)
from partnerships.services.registers import add_entry
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope

_Entry = tuple[str, Register, dict[str, Any]]


def load_activity(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load what the councils tell, hear and do. Running it again adds nothing twice."""
    for slug, register, values in _entries(timezone.localdate()):
        council, owner = councils.get(slug), people.get(f"coordinator@{slug}.example")
        if council is None or owner is None:
            continue
        with service_scope(council=council):
            title = values["title"]
            known = table_of(register)._default_manager.filter(council=council, title=title, **register.fixed)
            if not known.exists():
                add_entry(register=register, council=council, by=None, values={"owner": owner, **values})


def _entries(today: date) -> list[_Entry]:
    """What each council has. Facts keep their days; what is to come stands relative to today."""
    soon, later = today + timedelta(days=40), today + timedelta(days=120)
    return [
        (
            "buckinghamshire",
            EVENTS,
            {
                "title": "Annual Prevent conference",
                "kind": "conference",
                "starts_on": date(2017, 12, 1),
                "delegates": 95,
                "feedback": "The speaker brought something new, speaker by speaker: 68% to 100%\n"
                "The speaker gave ideas for one’s own work, speaker by speaker: 54% to 100%\n"
                "Understands radicalisation better as a matter of safeguarding: 93%",
            },
        ),
        (
            "buckinghamshire",
            EVENTS,
            {"title": "Second Prevent conference", "kind": "conference", "starts_on": later},
        ),
        (
            "buckinghamshire",
            COMMUNICATIONS_SENT,
            {
                "title": "Letter to every school",
                "audience": "Head teachers and governors",
                "channel": "letter",
                "starts_on": date(2016, 5, 16),
                "message": "What the duty asks of schools, and whom to ask for training.",
            },
        ),
        (
            "buckinghamshire",
            BRIEFINGS,
            {
                "title": "Quarterly summary of the local profile",
                "kind": "ctlp_summary",
                "audience": "Strategic board, safeguarding board and Prevent network",
                "marking": "official_sensitive",
                "given_by": "Police",
                "starts_on": today - timedelta(days=62),
                "review_on": today + timedelta(days=30),
            },
        ),
        (
            "buckinghamshire",
            MEMBER_BRIEFINGS,
            {"title": "Briefing of all members", "delivery": "After a council meeting", "starts_on": soon},
        ),
        (
            "buckinghamshire",
            ENGAGEMENT,
            {
                "title": "Community roundtable",
                "community": "Community organisations of the county",
                "starts_on": date(2018, 2, 28),
                "outcome": "A second roundtable, and a plain account of how referrals are handled.",
            },
        ),
        (
            "buckinghamshire",
            HORIZON,
            {
                "title": "Channel casework may move from the police to councils",
                "expected": "After the pilot in nine areas",
                "would_change": "Posts would be fewer than councils, led by a host council for several.",
                "source": "Home Office pilot",
                "review_on": soon,
            },
        ),
        (
            "buckinghamshire",
            HORIZON,
            {
                "title": "New edition of the national counter-terrorism strategy",
                "expected": "2018",
                "starts_on": date(2018, 6, 4),
                "would_change": "The council’s own strategy has to follow it.",
            },
        ),
        (
            "buckinghamshire",
            PROJECTS,
            {
                "title": "Linking schools",
                "funder": "Departments for communities and for education",
                "stage": "running",
                "aim": "Pupils of different backgrounds meet and learn together.",
            },
        ),
        (
            "buckinghamshire",
            PROJECTS,
            {
                "title": "European exchange of teachers",
                "funder": "Erasmus+",
                "stage": "running",
                "aim": "Three years with partners in France and Spain.",
            },
        ),
        (
            "barnet",
            PROJECTS,
            {
                "title": "Theatre in secondary schools",
                "funder": "Home Office",
                "stage": "evaluated",
                "run_by": "A theatre company",
                "starts_on": today - timedelta(days=200),
                "runs_until": today - timedelta(days=20),
                "review_on": today + timedelta(days=21),
            },
        ),
        (
            "barnet",
            PROJECTS,
            {
                "title": "Parents and the internet",
                "funder": "Home Office",
                "stage": "agreed",
                "starts_on": soon,
            },
        ),
        (
            "barnet",
            EVENTS,
            {
                "title": "Conference for designated safeguarding leads",
                "kind": "schools",
                "starts_on": today - timedelta(days=75),
                "delegates": 64,
                "feedback": "The day was useful: 81% to 97%",
                "review_on": later,
            },
        ),
        (
            "barnet",
            BRIEFINGS,
            {
                "title": "Local profile for partners",
                "kind": "ctlp",
                "audience": "Delivery group",
                "marking": "official_sensitive",
                "given_by": "Police",
                "starts_on": date(2018, 10, 10),
                "attendees": 10,
            },
        ),
        (
            "barnet",
            BRIEFINGS,
            {
                "title": "Briefing by the regional unit",
                "kind": "police",
                "audience": "Managers of the council",
                "marking": "official",
                "starts_on": date(2018, 11, 14),
            },
        ),
        (
            "wolverhampton",
            MEMBER_BRIEFINGS,
            {
                "title": "Training of serving councillors",
                "delivery": "Evening session",
                "starts_on": date(2015, 3, 1),
                "trained": 24,
            },
        ),
        (
            "wolverhampton",
            EVENTS,
            {"title": "National Prevent awareness week", "kind": "awareness", "starts_on": date(2015, 9, 7)},
        ),
        (
            "wolverhampton",
            COMMUNICATIONS_PLAN,
            {
                "title": "How to raise a concern",
                "audience": "Residents",
                "channel": "website",
                "starts_on": soon,
            },
        ),
        (
            "wolverhampton",
            COMMUNICATIONS_PLAN,
            {
                "title": "Awareness week of next year",
                "audience": "Staff and partners",
                "channel": "campaign",
                "review_on": later,
            },
        ),
        (
            "wolverhampton",
            PROJECTS,
            {"title": "Upstanding Neighbourhoods", "funder": "Safer partnership", "stage": "running"},
        ),
        (
            "southwark",
            ENGAGEMENT,
            {
                "title": "Head teachers’ briefing",
                "community": "Head teachers of the borough",
                "starts_on": date(2015, 7, 1),
                "outcome": "Training for staff of schools.",
            },
        ),
    ]
