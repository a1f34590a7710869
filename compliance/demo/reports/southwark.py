"""Southwark to its cabinet on 20 September 2016: final, with its audit trail, and published."""

from __future__ import annotations

from datetime import date

from compliance.demo.reports.shape import Advice, DemoReport, Stage
from prevent_portal.web.quarters import Quarter

SENT_ON = date(2016, 9, 8)
SOUGHT_ON = date(2016, 8, 24)

SOUTHWARK = DemoReport(
    council="southwark",
    shape="cabinet",
    title="Prevent partnership delivery plan",
    committee="Cabinet",
    quarter=Quarter(2016, 1),
    meeting_on=date(2016, 9, 20),
    reported_on=SENT_ON,
    header={
        "item_number": "15",
        "classification": "Open",
        "wards": "All",
        "cabinet_member": "Cabinet Member for Communities and Safety",
        "report_of": "Strategic Director of Housing and Modernisation",
        "author": "Director of Communities",
        "key_decision": "Yes",
    },
    headings={
        "advice-legal": "Director of Law and Democracy",
        "advice-finance": "Strategic Director of Finance and Governance",
    },
    blocks={"issues": ("duty_checklist", "action_plan_progress")},
    without=("risk", "delivery", "channel", "channel-exempt"),
    words={
        "foreword": (
            "People in this borough look out for one another, and most of what this report describes is "
            "done by them. The plan says what the council and its partners do in the coming year so that "
            "nobody is drawn into terrorism, and how anybody can ask for help in good time.\n\n"
            "I thank the schools, health services and community groups that helped to write it, and commend "
            "it to my colleagues.\n\n"
            "Cabinet Member for Communities and Safety"
        ),
        "recommendations": (
            "Agree: the Prevent partnership delivery plan 2016/17, version 1, as set out at Appendix 1."
        ),
        "background": (
            "The Home Office supported the borough between 2009 and 2011 and paid for an officer who led "
            "the work. When the support ended, the post ended with it. The police have had an engagement "
            "officer for the borough since early 2014. In 2015 the borough was supported again, and is now "
            "one of the priority areas.\n\n"
            "The council chairs the Channel panel. Its partners have drawn the way of a referral from one "
            "desk to the next and use one form for it. The panel looks at each referral, agrees what "
            "support to offer and follows it up.\n\n"
            "Nobody can tell from the outside who will be drawn in. People at a front desk, in a classroom "
            "or at a clinic may notice that something has changed, and this plan is to give them somewhere "
            "to take it."
        ),
        "issues": (
            "Head teachers of all schools have been briefed, and so have the safeguarding leads of each. "
            "More than 100 people who work in schools came to the council’s event in July 2015. Most "
            "secondary schools have been visited by the police’s lead officer. Workshops for staff go on in "
            "schools, and other front-line staff follow.\n\n"
            "The mental health trust has a lead officer of its own, who works with the council on "
            "referrals. Staff have guidance on referrals, an agreed way to make them, and guidance on "
            "weighing a risk.\n\n"
            "The Home Office watches how priority boroughs carry out the duty, and ministers may give "
            "directions. School inspectors look at it as well. The table shows what the guidance asks of a "
            "council, and where this council stands."
        ),
        "community": (
            "The plan is for everybody who lives here. It singles out no faith and no neighbourhood, and it "
            "will be judged by whether people of every background feel safer and better heard. Officers "
            "look again at how it bears on equality while each part of it is carried out."
        ),
        "resources": (
            "A grant agreement with the Home Office pays for the co-ordinator’s post in 2016/17 and for a "
            "small budget of projects. The council adds no money of its own."
        ),
        "legal": (
            "The decision rests on the duty that is set out under background information. The Director of "
            "Law and Democracy advises on it below."
        ),
        "consultation": (
            "The safety partnership and both safeguarding boards were asked for their comments on the draft "
            "plan."
        ),
        "audit-trail": "The final report goes to the constitutional team on 8 September 2016.",
        "appendices": "- Appendix 1: draft Prevent partnership delivery plan 2016/17 (circulated separately)",
    },
    nothing=("papers",),
    advice=(
        Advice(
            "advice-legal",
            "Director of Law and Democracy",
            "law@southwark.example",
            SOUGHT_ON,
            date(2016, 9, 2),
            "Cabinet is asked to agree a plan by which the council carries out its duty under section 26 of "
            "the Counter-Terrorism and Security Act 2015. In doing so the council must have regard to the "
            "guidance issued under section 29, and the plan follows it.\n\n"
            "The equality duty applies to the decision and to everything that is done under the plan.",
        ),
        Advice(
            "advice-finance",
            "Strategic Director of Finance and Governance",
            "finance@southwark.example",
            SOUGHT_ON,
            date(2016, 9, 5),
            "The grant is paid in arrears. It is claimed each quarter, and only for what the agreement "
            "allows. Managers should check each item against the agreement before money is spent, and see "
            "that claims go in on time. Reference FIN0916.",
        ),
        Advice(
            "foreword",
            "Cabinet Member",
            "cabinet@southwark.example",
            SOUGHT_ON,
            date(2016, 9, 6),
        ),
    ),
    signatories=("director@southwark.example", "cabinet@southwark.example"),
    finaliser="democratic@southwark.example",
    stage=Stage.FINAL,
)
