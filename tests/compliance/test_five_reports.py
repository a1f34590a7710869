"""Five published reports made again as PDF from the demo's facts: every figure is there, in reading order.

The words are read from the tags of the real document, in the order in which a screen reader says them. Cells
are as the councils printed them, save what was printed wrongly: the Royal Free's 85 of March 2018 is 84.72.
"""

from __future__ import annotations

from datetime import date

import pytest

from compliance.demo.checklist import load_checklist
from compliance.demo.past_plans import load_past_plans
from compliance.demo.reports import REPORTS
from compliance.demo.reports.making import bring, open_demo_report, scheduled
from compliance.demo.rounds import load_rounds
from compliance.demo.scrutiny import load_scrutiny
from compliance.enums import ReportState
from compliance.models import Report
from compliance.services.renditions import request_rendition, work
from compliance.services.reports import freeze
from partnerships.demo.activity import load_activity
from partnerships.demo.grants import load_grants
from partnerships.enums import OrganisationKind
from partnerships.models import Board
from prevent_portal.accounts.demo import ACCOUNTS
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.services.councils import load_register
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.tagged_text import TaggedPdf
from training.demo.returns import load_returns
from training.demo.schools import load_schools
from training.demo.sessions import load_log, load_past_sessions
from training.models import Course

pytestmark = pytest.mark.django_db


def council_of_the_demo(slug: str, name: str) -> tuple[Council, dict[str, User]]:
    """The council and its own people of the demo, each with their roles there."""
    council = CouncilFactory.create(slug=slug, name=name)
    people = {
        account.email: member(council, *account.roles[slug], email=account.email, name=account.name)
        for account in ACCOUNTS
        if slug in account.roles
    }
    return council, people


def printed(council: Council, people: dict[str, User]) -> tuple[Report, TaggedPdf]:
    """The demo's report of the council, and the document that the portal's own renderer draws of it."""
    demo = REPORTS[council.slug]
    author = people[f"coordinator@{council.slug}.example"]
    with service_scope(council=council):
        report = bring(open_demo_report(demo, scheduled(demo, council, people)), demo, people)
        if report.state == ReportState.DRAFT:
            report = freeze(report=report, by=author)
        _, job, _ = request_rendition(report=report, by=author)
    document, *_ = work(job, lambda percent, step: None)
    return report, TaggedPdf(document.content)


def head(pdf: TaggedPdf) -> list[list[str]]:
    """The lines of the header block."""
    return pdf.tables[0].rows


def headings(pdf: TaggedPdf) -> list[str]:
    return [piece.words for piece in pdf.pieces if piece.kind in {"H2", "H3"}]


def in_order(pdf: TaggedPdf, *words: str) -> None:
    """Assert that each of these is there, the later ones further down."""
    place = 0
    for each in words:
        found = pdf.words.find(each, place)
        assert found >= 0, f"“{each}” is not there, or not after what should stand before it"
        place = found + len(each)


# Barnet, 28 February 2019 ---------------------------------------------------------------------------------

TRUSTS = {
    "RRP": "Barnet, Enfield and Haringey Mental Health NHS Trust",
    "RYX": "Central London Community Healthcare NHS Trust",
    "RAL": "Royal Free London NHS Foundation Trust",
}
SERVICES = {"BARNET-CFS": "Children and Family Services", "BARNET-AC": "Adults and Communities"}


def test_barnets_five_tables_and_its_session_log_are_as_printed() -> None:
    barnet, people = council_of_the_demo("barnet", "London Borough of Barnet")
    for code, name in TRUSTS.items():
        linked(barnet, OrganisationFactory.create(name=name, code=code))
    for code, name in SERVICES.items():
        service = OrganisationFactory.create(name=name, code=code, kind=OrganisationKind.COUNCIL_SERVICE)
        linked(barnet, service)
    load_returns(councils={"barnet": barnet}, left_to_send=None)
    with service_scope(council=barnet):
        load_log(barnet, {course.slug: course for course in Course.objects.filter(council=None)})
    _, pdf = printed(barnet, people)

    assert head(pdf)[:3] == [
        ["For", "Health and Wellbeing Board"],
        ["Date", "28 February 2019"],
        ["Report of", "Prevent Coordinator"],
    ]
    columns = ["Period", "Compliant", "Not compliant", "Eligible", "Percentage", "Against target"]
    tables = {table.caption.split(": ", 1)[1]: table.rows for table in pdf.tables if table.head == columns}
    assert tables == {
        "Basic awareness: Royal Free London NHS Foundation Trust (whole organisation)": [
            ["March 2018", "10,119", "1,825", "11,944", "84.7%", "34 people short of 85%"],
            ["June 2018", "10,201", "1,787", "11,988", "85%", "Target met"],
            ["September 2018", "9,729", "1,683", "11,412", "85%", "Target met"],
            ["December 2018", "10,169", "1,731", "11,900", "85%", "Target met"],
        ],
        "WRAP: Barnet, Enfield and Haringey Mental Health NHS Trust (Barnet-based staff)": [
            ["June 2018", "422", "58", "480", "88%", "Target met"],
            ["September 2018", "402", "77", "479", "84%", "6 people short of 85%"],
            ["December 2018", "400", "82", "482", "83%", "10 people short of 85%"],
        ],
        "WRAP: Central London Community Healthcare NHS Trust (whole organisation)": [
            ["Q1 2018/19", "495", "41", "536", "92%", "Target met"],
            ["Q2 2018/19", "498", "41", "539", "92%", "Target met"],
            ["Q3 2018/19", "496", "36", "532", "93%", "Target met"],
        ],
        "WRAP: Royal Free London NHS Foundation Trust (whole organisation)": [
            ["March 2018", "880", "282", "1,162", "76%", "108 people short of 85%"],
            ["June 2018", "928", "233", "1,161", "80%", "59 people short of 85%"],
            ["September 2018", "927", "211", "1,138", "81%", "41 people short of 85%"],
            ["December 2018", "1,007", "194", "1,201", "84%", "14 people short of 85%"],
        ],
    }
    services = pdf.table("Training of services")
    assert services.column("Service")[:2] == ["Adults and Communities", "Children and Family Services"]
    assert services.column("Period")[:2] == ["1 November 2017 to 1 January 2019"] * 2
    assert services.column("Need training")[:2] == ["290", "462"]
    assert services.column("Trained")[:2] == ["251", "228"]
    assert services.column("Percentage")[:2] == ["87%", "49%"]
    assert services.column("Sessions delivered")[:2] == ["28", "27"]
    log = pdf.table("Training sessions delivered")
    assert list(
        zip(log.column("Course or briefing"), log.column("Sessions"), log.column("Attendees"), strict=True)
    ) == [
        ("WRAP", "2", "21"),
        ("WRAP", "3", "26"),
        ("WRAP", "11", "127"),
        ("WRAP", "2", "23"),
        ("WRAP", "1", "9"),
        ("CTLP briefing", "1", "10"),
        ("Extremist organisations briefing", "1", "Not recorded"),
    ]
    in_order(
        pdf,
        "NHS England asks for 85%",
        "84.7%",
        "Barnet, Enfield and Haringey Mental Health NHS Trust has been below the target of 85% in WRAP for 2 "
        "quarters: 83% in December 2018, 10 people short.",
        "Royal Free London NHS Foundation Trust has been below the target of 85% in WRAP for 4 quarters",
        "WRAP: 206 attendees in 19 sessions.",
        "Training below target up to December 2018",
        "None identified.",
    )
    assert headings(pdf)[:3] == ["Contents", "Summary", "Recommendations"]


# Southwark, 20 September 2016 -----------------------------------------------------------------------------


def test_southwarks_seventeen_rows_repeat_their_header_and_its_audit_trail_is_complete() -> None:
    southwark, people = council_of_the_demo("southwark", "London Borough of Southwark")
    with service_scope(council=southwark):
        load_checklist(southwark, people)
    report, pdf = printed(southwark, people)

    assert report.state == ReportState.FINAL
    assert head(pdf)[:9] == [
        ["For", "Cabinet"],
        ["Agenda item", "15"],
        ["Classification", "Open"],
        ["Date", "20 September 2016"],
        ["Wards", "All"],
        ["Cabinet member", "Cabinet Member for Communities and Safety"],
        ["Report of", "Strategic Director of Housing and Modernisation"],
        ["Author", "Director of Communities"],
        ["Key decision", "Yes"],
    ]
    checklist = pdf.table("Duty checklist 2016/17")
    assert len(checklist.rows) == 17
    streams = checklist.column("Workstream")
    assert [streams.count(stream) for stream in dict.fromkeys(streams)] == [3, 3, 1, 2, 1, 2, 3, 1, 1]
    bare = [row[0] for row in checklist.rows if row[1] in {"", row[0]}]
    assert bare == ["Appointment of a Prevent co-ordinator"], "one workstream has no detail"
    assert checklist.column("Status").count("Not applicable") == 1
    assert checklist.column("Response")[1] == "The same bodies do this; see S-01."
    assert len(set(checklist.pages)) > 1, "the table goes on over a page"
    for page in set(checklist.pages):
        assert " ".join(checklist.head) in pdf.page(page), f"page {page} says what its columns are"
    in_order(
        pdf,
        "Foreword",
        "Recommendations",
        "delivery plan 2016/17, version 1",
        "Background information",
        "Key issues for consideration",
        "Duty checklist 2016/17",
        "Community impact statement",
        "Resource implications",
        "Legal implications",
        "Supplementary advice from other officers",
        "Director of Law and Democracy",
        "section 26",
        "section 29",
        "Strategic Director of Finance and Governance",
        "FIN0916",
        "Background documents",
        "None identified.",
        "Appendix 1: draft Prevent partnership delivery plan 2016/17 (circulated separately)",
        "Audit trail",
        "The final report goes to the constitutional team on 8 September 2016.",
    )
    assert ["Version", "Final, version 2"] in head(pdf)
    assert ["Figures as at", "8 September 2016"] in head(pdf)
    trail = pdf.table("About this report")
    assert ["Cabinet member", "Cabinet Member for Communities and Safety"] in trail.rows
    assert ["Report of", "Strategic Director of Housing and Modernisation"] in trail.rows
    assert ["Author", "Director of Communities"] in trail.rows
    assert ["Key decision", "Yes"] in trail.rows
    sought = pdf.table("Consultation with other officers")
    assert sought.rows == [
        ["Cabinet Member", "Yes, 24 August 2016", "Yes, 6 September 2016"],
        ["Director of Law and Democracy", "Yes, 24 August 2016", "Yes, 2 September 2016"],
        ["Strategic Director of Finance and Governance", "Yes, 24 August 2016", "Yes, 5 September 2016"],
    ]
    assert pdf.table("Sign-off").rows == [
        ["Author", "Prevent Coordinator, Southwark", "8 September 2016"],
        ["Lead officer", "Strategic Director of Housing and Modernisation", "8 September 2016"],
        ["Cabinet member", "Cabinet Member for Communities and Safety", "8 September 2016"],
    ]


# Wolverhampton, 8 September 2015 --------------------------------------------------------------------------


def test_wolverhamptons_sixteen_recommendations_are_twelve_two_and_two() -> None:
    wolverhampton, people = council_of_the_demo("wolverhampton", "City of Wolverhampton Council")
    with service_scope(council=wolverhampton):
        load_scrutiny(wolverhampton, people)
    load_past_sessions(wolverhampton)
    load_grants(councils={"wolverhampton": wolverhampton}, people=people)
    _, pdf = printed(wolverhampton, people)

    table = pdf.table("How the city answers violent extremism")
    assert table.column("Number") == [str(number) for number in range(1, 17)]
    responses = [words.split(":")[0] for words in table.column("Response")]
    assert {word: responses.count(word) for word in responses} == {
        "Accepted": 12,
        "Accepted in part": 2,
        "Rejected": 2,
    }
    assert [place for place, word in enumerate(responses, start=1) if word == "Accepted in part"] == [2, 9]
    assert [place for place, word in enumerate(responses, start=1) if word == "Rejected"] == [6, 11]
    completed = [state.startswith("Completed") for state in table.column("State")]
    assert [place for place, is_done in enumerate(completed, start=1) if not is_done] == [6, 11]
    assert sum(completed) == 14
    leads = table.column("Lead")
    assert leads[10] == "", "the eleventh has no lead"
    assert leads[0] == "WCC Prevent Lead, CTU Police Lead", "two bodies, parted by a slash in the file"
    assert sum("," in lead for lead in leads) == 4
    in_order(pdf, "16 recommendations: 12 accepted, 2 in part, 2 rejected.")
    sessions = pdf.table("Training sessions delivered")
    assert list(zip(sessions.column("Sessions"), sessions.column("Attendees"), strict=True)) == [
        ("20", "Not recorded"),
        ("1", "24"),
        ("30", "Not recorded"),
        ("1", "45"),
    ]
    in_order(
        pdf,
        "22 May 2013",
        "13 March 2014",
        "17 June 2014",
        "24 serving councillors",
        "45 people from all agencies",
        "20 sessions in schools",
        "30 further schools",
        "£35,000 of the Community Safety Fund 2015/16",
        "NM/13082015/Z",
        "TS/10082015/S",
        "Environmental implications None identified.",
        "Corporate landlord implications None identified.",
    )
    fund = "Community Safety Fund 2015/16"
    of_it = "All of it, from Safer Wolverhampton Partnership"
    assert pdf.table("Grants: allowable, claimed and paid up to 30 June 2015").rows == [
        [fund, "Fixed-term post", "£35,000.00", "£8,750.00", "£26,250.00", ""],
        [fund, of_it, "£35,000.00", "£8,750.00", "£26,250.00", "£8,750.00"],
    ], "claims of later quarters are not in it"
    numbers = [heading.split(" ")[0] for heading in headings(pdf) if heading[:1].isdigit()]
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert len(numbers) == len(set(numbers)), "no number stands twice, as three of them did"
    for private in (" 21 ", " 18 "):
        assert private not in pdf.words, (
            "how many were referred is not printed, nor what it could be told from"
        )


# Buckinghamshire, 13 March 2018 ---------------------------------------------------------------------------


def test_buckinghamshires_schools_delegates_and_four_districts_are_as_reported() -> None:
    load_register()
    bucks, people = council_of_the_demo("buckinghamshire", "Buckinghamshire County Council")
    with service_scope(council=bucks):
        Board.objects.create(council=bucks, name="District Community Safety Partnerships")
        load_past_plans(bucks, people)
        load_rounds(bucks, people)
    load_schools(councils={"buckinghamshire": bucks})
    load_past_sessions(bucks)
    load_activity(councils={"buckinghamshire": bucks}, people=people)
    _, pdf = printed(bucks, people)

    districts = pdf.table("Plans of the districts")
    assert districts.column("District") == ["Aylesbury Vale", "Chiltern", "South Bucks", "Wycombe"]
    assert set(districts.column("Form")) == {"Plan of its own"}
    coverage = pdf.table("Training of schools and settings")
    assert coverage.rows == [
        ["Whole-school training", "24", "22", "0", "2", "0", "92%"],
        ["Designated safeguarding lead trained", "24", "24", "0", "0", "0", "100%"],
    ]
    checklist = pdf.table("Duty checklist 2017/18")
    assert len(checklist.rows) == 14
    sessions = pdf.table("Training sessions delivered")
    assert sessions.column("Attendees") == ["20"]
    [conference] = pdf.table("Events, 1 October 2017 to 31 December 2017").rows
    assert conference[:4] == ["Annual Prevent conference", "1 December 2017", "Conference", "95"]
    in_order(pdf, "The county has four districts", "155 schools", "95 delegates")
    for spread in ("68% to 100%", "54% to 100%", "93%"):
        assert spread in pdf.words, "a range stays a range"
    assert "82%" not in pdf.words, "a figure of 2019 is not in a report of 2018"


# Leicestershire, 18 June 2015 -----------------------------------------------------------------------------


def test_leicestershires_seven_districts_each_have_a_plan_or_a_part_of_one() -> None:
    load_register()
    county, people = council_of_the_demo("leicestershire", "Leicestershire County Council")
    with service_scope(council=county):
        Board.objects.create(council=county, name="District Community Safety Partnerships")
        load_past_plans(county, people)
    report, pdf = printed(county, people)

    assert report.meeting_on == date(2015, 6, 18)
    table = pdf.table("Plans of the districts")
    assert table.column("District") == [
        "Blaby",
        "Charnwood",
        "Harborough",
        "Hinckley and Bosworth",
        "Melton",
        "North West Leicestershire",
        "Oadby and Wigston",
    ]
    inside = [form.startswith("Inside another plan: ") for form in table.column("Form")]
    assert (inside.count(True), inside.count(False)) == (3, 4)
    in_order(
        pdf,
        "Introduction",
        "section 29",
        "Background",
        "30 priority areas",
        "What the duty means here",
        "Schools",
        "Partnership",
        "Districts and boroughs",
        "All 7 districts",
        "7 of 7 districts have a plan: 4 one of their own, 3 inside another plan.",
        "Recommendations",
        "Officer to contact",
    )
