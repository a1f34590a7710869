"""Wolverhampton to its Scrutiny Board on 8 September 2015: frozen, and waiting for advice."""

from __future__ import annotations

from datetime import date

from compliance.demo.reports.shape import Advice, DemoReport, Stage
from prevent_portal.web.quarters import Quarter

SOUGHT_ON = date(2015, 8, 13)

WOLVERHAMPTON = DemoReport(
    council="wolverhampton",
    shape="scrutiny",
    title="Prevent: tracking the scrutiny review",
    committee="Scrutiny Board",
    quarter=Quarter(2015, 1),
    meeting_on=date(2015, 9, 8),
    reported_on=date(2015, 9, 8),
    header={
        "cabinet_member": "Cabinet Member for Health and Well Being",
        "wards": "All",
        "key_decision": "No",
        "accountable_director": "Strategic Director, People",
        "originating_service": "Community Safety",
        "accountable_employee": "Head of Community Safety",
        "considered_by": "Not applicable",
    },
    blocks={
        "channel": (),
        "risk": (),
        "training": ("training_sessions",),
        "schools": (),
        "oversight": (),
    },
    words={
        "recommendations": (
            "Consider: the progress made with the recommendations of the review that ended in 2013.\n\n"
            "Agree: to close the review, because its recommendations have been carried out and the work "
            "goes on without it."
        ),
        "purpose": (
            "On 17 June 2014 the Board asked for another report before it would close the review. This is "
            "that report. It says what became of each recommendation and asks the Board to sign the review "
            "off."
        ),
        "background": (
            "Prevent is one of the four parts of the national strategy against terrorism, and the part in "
            "which councils lead. The threat to the country from international terrorism is severe, which "
            "means that an attack is thought highly likely.\n\n"
            "- Pursue: attacks are stopped\n"
            "- Prevent: people are kept from becoming terrorists or supporting terrorism\n"
            "- Protect: the country is harder to attack\n"
            "- Prepare: an attack does less harm"
        ),
        "progress": (
            "A scrutiny panel looked at Prevent in 2012/13. Cabinet had its report on 22 May 2013 and "
            "answered each of the 16 recommendations: it accepted 12, and 2 more in part. It rejected 2, "
            "and what they aimed at has been done since, after the law changed.\n\n"
            "| Body | Day | What it said |\n"
            "| Cabinet | 22 May 2013 | Answered each recommendation |\n"
            "| Scrutiny panel for communities | 13 March 2014 | Noted good progress |\n"
            "| Scrutiny Board | 17 June 2014 | Asked for a further report |\n\n"
            "The appendix shows each recommendation with the answer, who leads on it and when it was "
            "completed."
        ),
        "duty": (
            "The duty came into force on 1 July 2015. It falls on schools, colleges, universities, health "
            "services, prisons, probation and the police as it does on councils. The guidance expects each "
            "of them to show leadership, partnership, capabilities, the sharing of information, and "
            "monitoring."
        ),
        "channel": (
            "The panel meets every second month. More concerns reach it than before the law changed. How "
            "many is not printed here, because so few people are concerned that each could be known."
        ),
        "risk": (
            "The Home Office has not made the city a priority area, so it pays for no post here. Officers "
            "take the threat as seriously as their neighbours do, and fit the answer to the size of the "
            "risk. Community Safety leads on the work for all services of the council."
        ),
        "delivery": (
            "Partners have checked themselves against the duty. What they found goes into a plan of the "
            "council’s own and one for the city, both of which wait for the local profile that is being "
            "renewed. Partners have been asked for what they know.\n\n"
            "A plan for communications is being written, and the national awareness week of 7 to 11 "
            "September will be used. A programme for community leaders begins again in the autumn."
        ),
        "training": (
            "In March 2015 a session was held for councillors, and 24 serving councillors came. The others "
            "are invited in the autumn. New councillors find a page on Prevent in their pack, and a course "
            "on screen is mandatory for all staff.\n\n"
            "The police no longer run workshops themselves. Instead 45 people from all agencies have been "
            "trained to run them."
        ),
        "schools": (
            "The police held 20 sessions in schools in the school year 2014/15, for staff, governors and "
            "pupils. Since then the council’s own team has been to 30 further schools, and goes on in the "
            "autumn term."
        ),
        "oversight": (
            "A board for all four parts of the strategy is to be set up within the city’s safety "
            "partnership, so that nothing is done twice."
        ),
        "closure": (
            "All that was accepted is complete, the law now asks more than the review did, and a board is "
            "to carry the work on. The Board is therefore asked to close the review."
        ),
        "resources": (
            "The city is no priority area and has no grant of the Home Office. The safety partnership gives "
            "£35,000 of the Community Safety Fund 2015/16 for a post of twelve months. Reference "
            "NM/13082015/Z."
        ),
        "legal": (
            "Sections 5 and 6 of the Crime and Disorder Act 1998 require the council and others to write "
            "and carry out strategies against crime and disorder. Reference TS/10082015/S."
        ),
        "human-resources": "An officer for Prevent and cohesion is appointed for twelve months.",
        "papers": (
            "- Final report of the review: scrutiny panel for safe communities, 14 March 2013\n"
            "- Final report of the review: Cabinet, 22 May 2013\n"
            "- Progress of the review: scrutiny panel for communities, 13 March 2014\n"
            "- Update on the review: Scrutiny Board, 17 June 2014"
        ),
    },
    nothing=("environmental", "corporate-landlord"),
    advice=(
        Advice("resources", "Finance Business Partner", "finance@wolverhampton.example", SOUGHT_ON),
        Advice("legal", "Solicitor to the Council", "law@wolverhampton.example", SOUGHT_ON),
    ),
    stage=Stage.FROZEN,
)
