"""Words of the field and of the portal, as the glossary page explains them. The sentences are our own.

A definition that rests on a law or on guidance names it. The law is the text that binds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.utils.text import slugify

_ACT = "Counter-Terrorism and Security Act 2015"
_GUIDANCE = "Prevent duty guidance for England and Wales, 2023"
_CHANNEL = "Channel duty guidance"


@dataclass(frozen=True)
class Term:
    """One word and what it means.

    Args:
        words: as people write it.
        meaning: one to three sentences.
        source: the law or guidance behind it; empty for a word of the portal's own.
        stands_for: what an abbreviation stands for.
    """

    words: str
    meaning: str
    source: str = ""
    stands_for: str = ""

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return slugify(self.words)


TERMS: tuple[Term, ...] = (
    Term(
        "Action",
        "Something that somebody named has promised to do by a date, under an objective of an action plan. "
        "The portal names it by a short reference such as A4.",
    ),
    Term(
        "Agreed score",
        "The score of a checklist item on which the person who answered and the moderator have settled. "
        "It is what a round reports.",
    ),
    Term(
        "BPAT",
        "The first level of Prevent training for staff of the NHS.",
        "NHS England, Prevent training and competencies framework",
        "Basic Prevent Awareness Training",
    ),
    Term(
        "Channel",
        "The arrangement by which a panel of several agencies looks at the case of a person who may be drawn "
        "into terrorism, and offers support that the person may accept or refuse. In Scotland the same "
        "work is done by a Prevent Multi-Agency Panel.",
        f"{_ACT}, sections 36 to 41; {_CHANNEL}",
    ),
    Term(
        "Channel panel",
        "The panel that each local authority must make sure is in place for its area. Where there are a "
        "county council and district councils, that is the county’s task.",
        f"{_ACT}, sections 36, 37 and 41",
    ),
    Term(
        "Compliant",
        "Having had the training that a course asks for within its time. The portal tests the exact ratio "
        "against the target, and only then rounds it for print.",
    ),
    Term(
        "Consent",
        "What a person gives before Channel support may begin; for somebody under 18 a parent or guardian "
        "gives it. It is consent to support, and not the ground on which data are processed.",
        f"{_ACT}, section 36",
    ),
    Term(
        "CONTEST",
        "The United Kingdom’s strategy against terrorism. It has four strands: Pursue, Prevent, Protect and "
        "Prepare.",
        "HM Government, CONTEST",
    ),
    Term(
        "Controller",
        "Whoever decides why and how personal data are used. Each council is the controller of what it keeps "
        "in the portal.",
        "UK General Data Protection Regulation, Article 4(7)",
    ),
    Term(
        "Coverage",
        "The share of the staff who should have taken a course and have, for one organisation or for all of "
        "them. What was not returned is unknown, and is never counted as zero.",
    ),
    Term(
        "CTLP",
        "The police’s account of the risk from terrorism in an area. It is restricted, and the portal keeps "
        "only the fact that a briefing took place.",
        "Counter Terrorism Policing",
        "Counter Terrorism Local Profile",
    ),
    Term(
        "Disclosure gate",
        "The portal’s rules for figures about Channel. They hold small numbers back, so that no figure, "
        "no difference between two figures and no later report says anything about one person.",
    ),
    Term(
        "DSL",
        "The member of a school’s or college’s leadership who is responsible for safeguarding there.",
        "Department for Education, Keeping children safe in education",
        "Designated safeguarding lead",
    ),
    Term(
        "Due regard",
        "Giving the need to prevent people from being drawn into terrorism an appropriate amount of weight "
        "beside everything else that matters to a decision. It gives an authority no new functions.",
        _GUIDANCE,
    ),
    Term(
        "Edition",
        "One set of items of the duty checklist, made after one set of guidance: 2015 or 2023. An old round "
        "keeps the edition that it was answered with.",
    ),
    Term(
        "Evidence",
        "A file or a link that shows that something is so, kept with the thing that it proves.",
    ),
    Term(
        "Executive response",
        "The cabinet’s answer to a recommendation of a scrutiny panel: accepted, accepted in part or "
        "rejected, with a reason.",
        "Local Government Act 2000, section 9FE",
    ),
    Term(
        "Exempt information",
        "What a council may keep out of a public report, under one of seven categories and only where the "
        "public interest in keeping it back outweighs the public interest in telling it.",
        "Local Government Act 1972, Schedule 12A (England)",
    ),
    Term(
        "Final report",
        "A report that never changes again. Its file is the record, with a checksum, the day its figures "
        "held, and the gaps in them by name.",
    ),
    Term(
        "Identified individual",
        "A person whose case was referred to a Channel panel. The portal gives each a random reference, and "
        "keeps no name.",
        f"{_ACT}, section 36(2)",
    ),
    Term(
        "Key decision",
        "A decision of the executive that is likely to cost or save a sum which is significant beside the "
        "budget, or to have a significant effect on communities in two or more wards.",
        "Local Authorities (Executive Arrangements) (Meetings and Access to Information) (England) "
        "Regulations 2012, regulation 8",
    ),
    Term(
        "Local risk",
        "What a council understands of radicalisation in its own area. The register is OFFICIAL-SENSITIVE; "
        "summaries that two people have approved may be published.",
        _GUIDANCE,
    ),
    Term(
        "Moderated score",
        "A second person’s score of a checklist item, with a reason where it differs from the first.",
    ),
    Term(
        "Must and should",
        "In the guidance of 2023 “must” marks what the law requires, and “should” what is expected as good "
        "practice. Every item of the checklist says which it is.",
        f"{_GUIDANCE}, paragraph 5",
    ),
    Term(
        "National referral form",
        "The one form on which a concern about radicalisation is referred. It is never filled in here.",
        "Home Office",
        "NRF",
    ),
    Term(
        "Not returned",
        "An organisation was asked for figures and has not sent them. It is a gap with a name, not a zero.",
    ),
    Term(
        "Notice, check, share",
        "What staff are taught to do with a concern: notice it, check it with somebody who can judge it, and "
        "share it with those who can help.",
        "Home Office, Prevent duty training",
    ),
    Term(
        "Overdue",
        "Open after the date that was first promised. An extension moves the date in force; it does not make "
        "the first date go away.",
    ),
    Term(
        "Partner of a panel",
        "A body that must work with a Channel panel. It is another list than that of the specified "
        "authorities.",
        f"{_ACT}, section 38 and Schedule 7",
    ),
    Term(
        "Prevent",
        "The strand of CONTEST that aims to stop people from becoming terrorists or supporting terrorism. "
        "Its three objectives are to tackle the ideological causes of terrorism; to intervene early to "
        "support people who are susceptible to radicalisation; and to enable people who have engaged in "
        "terrorism to disengage and rehabilitate.",
        "HM Government, CONTEST, 2023",
    ),
    Term(
        "Prevent duty",
        "A specified authority must, in the exercise of its functions, have due regard to the need to "
        "prevent people from being drawn into terrorism.",
        f"{_ACT}, section 26",
    ),
    Term(
        "Prevent lead",
        "Whoever answers for Prevent in an organisation. A council’s is often called the Prevent "
        "coordinator.",
    ),
    Term(
        "Priority area",
        "An area for which the Home Office funds a Prevent coordinator and projects. Which areas are "
        "funded, and how, changes from year to year, so the portal keeps the dates.",
        "Home Office",
    ),
    Term(
        "Public sector equality duty",
        "A public authority must have due regard to the need to end unlawful discrimination, to advance "
        "equality of opportunity and to foster good relations.",
        "Equality Act 2010, section 149",
        "PSED",
    ),
    Term(
        "Rating",
        "How the owner judges an action: green for on track, amber for at risk, red for off track. The word "
        "always stands beside the colour.",
    ),
    Term(
        "Reducing permissive environments",
        "Making it hard for those who radicalise to use an authority’s venues, its computers or its "
        "partnerships.",
        _GUIDANCE,
    ),
    Term(
        "Return",
        "The figures that an organisation sends for a period: how many staff should have taken a course, and "
        "how many have.",
    ),
    Term(
        "Round",
        "One time through the duty checklist, from the day it is opened to the day it is closed, after which "
        "nothing in it changes.",
    ),
    Term(
        "Section 11 audit",
        "A check of how well an organisation meets its duty to safeguard and promote the welfare of "
        "children.",
        "Children Act 2004, section 11",
    ),
    Term(
        "Security threat check",
        "Three questions by which decisions on Prevent are held against the threat as it is.",
        "Home Office, factsheet on the Prevent duty guidance for Scotland, 2024",
        "STC",
    ),
    Term(
        "Slip",
        "A due date that was moved later. Each one is counted and shown with its reason and with who agreed.",
    ),
    Term(
        "Specified authority",
        "A body on which the Prevent duty falls, such as a local authority, a school, an NHS trust, a "
        "prison or a police force.",
        f"{_ACT}, Schedule 6",
    ),
    Term(
        "Statement of confidentiality",
        "What a member of a Channel panel signs for each meeting before any case of it opens to them.",
    ),
    Term(
        "Support plan",
        "What a Channel panel writes for somebody who should be offered support: how, when and by whom "
        "consent is asked for, what the support is, who gives it, how and when.",
        f"{_ACT}, section 36(4) and (5)",
    ),
    Term(
        "Target",
        "The share of staff that an organisation of a kind should have trained, from a date, and who set it.",
    ),
    Term(
        "Task and finish group",
        "A group of councillors that looks into one subject for scrutiny, reports, and ends.",
        stands_for="TFG",
    ),
    Term(
        "Two-tier area",
        "An area with a county council and district councils. Both are specified authorities.",
        f"{_ACT}, Schedule 6",
    ),
    Term(
        "VAF",
        "The form by which a Channel case was assessed: 22 factors in three groups, engagement, intent and "
        "capability. The Home Office has since brought in another tool. The portal holds no assessment.",
        "Home Office, Channel: Vulnerability assessment framework",
        "Vulnerability Assessment Framework",
    ),
    Term(
        "WRAP",
        "A Home Office session on Prevent, given face to face by an accredited trainer.",
        "Home Office",
        "Workshop to Raise Awareness of Prevent",
    ),
)


def by_letter() -> list[tuple[str, list[Term]]]:
    """The terms in the order of the alphabet, under their first letters."""
    ordered = sorted(TERMS, key=lambda term: term.words.casefold())
    return [
        (letter, list(terms)) for letter, terms in groupby(ordered, key=lambda term: term.words[0].upper())
    ]
